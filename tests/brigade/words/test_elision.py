"""A French word before a name takes the form that the name asks for, whoever puts the name there."""

from __future__ import annotations

import re

import pytest

from api.web.rendering import with_names
from brigade.words.elision import FOR_SCRIPTS, joined
from brigade.words.sentences import SentenceSetting, fill
from scenarios.generator.names import provider_name

PLACES = {
    "Avion": "d’Avion",
    "Écourt-Saint-Quentin": "d’Écourt-Saint-Quentin",
    "Ypres": "d’Ypres",
    "Hénin-Beaumont": "d’Hénin-Beaumont",
    "Harnes": "de Harnes",
    "Lens": "de Lens",
    "Le Touquet-Paris-Plage": "du Touquet-Paris-Plage",
    "Les Attaques": "des Attaques",
    "La Couture": "de La Couture",
    "Lestrem": "de Lestrem",
    "onze communes": "de onze communes",
    "A-1": "de A-1",
    "avril 2026": "d’avril 2026",
    "Huguette": "d’Huguette",
}


@pytest.mark.parametrize("place", PLACES)
def test_de_meets_a_name(place: str) -> None:
    said = fill("secteur de {place}", {"place": place}, SentenceSetting("fr"))
    assert said == f"secteur {PLACES[place]}"
    assert fill("from de {place}", {"place": place}, SentenceSetting("en")) == f"from de {place}"


@pytest.mark.parametrize(
    ("before", "name", "whole"),
    [
        ("confier à ", "Le Touquet", "confier au Touquet"),
        ("À ", "Les Attaques", "Aux Attaques"),
        ("à ", "Avion", "à Avion"),
        ("De ", "Avion", "D’Avion"),
        ("ce que ", "Odette", "ce qu’Odette"),
        ("ronde ", "Odette", "ronde Odette"),
    ],
)
def test_other_short_words_do_too(before: str, name: str, whole: str) -> None:
    assert joined(before, name) == whole


def test_a_service_takes_its_article() -> None:
    names = {"S1": "Association S1", "S2": "CCAS S2"}
    said = with_names(names, "le planning de S1 et celui de S2 ; à S1, à S2, avec S2")
    told = (
        "le planning de l’Association S1 et celui du CCAS S2 ; à l’Association S1, au CCAS S2, avec CCAS S2"
    )
    assert said == told
    assert fill("De {name}", {"name": "Groupement d’employeurs"}, SentenceSetting("fr")) == (
        "Du Groupement d’employeurs"
    )


def test_names_put_in_afterwards_are_met_alike() -> None:
    """The sentence was made of pseudonyms; a person's article stays her own."""
    names = {"W1": "Odette Exemple", "W2": "Le Goff Anne", "W3": "Yvette Essai", "W4": "Yolande Essai"}
    said = with_names(names, "absence de W1, de W2, de W3, de W4 et de W5")
    told = "absence d’Odette Exemple, de Le Goff Anne, d’Yvette Essai, de Yolande Essai et de W5"
    assert said == told


def test_scripts_are_told_the_same() -> None:
    """As the board does it: JavaScript reads the same patterns."""
    said = "absence de Odette, de Hélène, de Hugo, que Anne voit ; avis de CCAS S2 à Association S1"
    for found, put in FOR_SCRIPTS:
        said = re.sub(found, put.replace("$", "\\"), said)
    assert said == "absence d’Odette, d’Hélène, de Hugo, qu’Anne voit ; avis du CCAS S2 à l’Association S1"


def test_invented_services_are_called_as_in_france() -> None:
    assert provider_name("non_profit", "S1", "Avion") == "Association S1 – secteur d’Avion"
