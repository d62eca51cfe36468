"""Rules in the words of those who read them."""

from __future__ import annotations

from datetime import date

import pytest

from brigade.texts.labour_code import shipped_labour_code
from brigade.texts.rule_sets import RuleHead, RuleKind, RuleSet, RuleValue
from brigade.words import word
from brigade.words.rule_words import UNITS, in_words, sentence


def rules_of(rows: list[RuleValue]) -> RuleSet:
    return RuleSet("s", "s", "1", {row.key: row for row in rows})


def row(value: int, unit: str, name: str = "limit") -> RuleValue:
    return RuleValue("R", name, value, unit, "art.", date(2020, 1, 1))


@pytest.mark.parametrize(
    ("value", "unit", "french", "english"),
    [
        (45, "min", "45 min", "45 min"),
        (270, "min", "4 h 30", "4 h 30"),
        (425, "min", "7 h 05", "7 h 05"),
        (28800, "min", "480 h", "480 h"),
        (420, "min_of_day", "07:00", "07:00"),
        (1, "days", "1 jour", "1 day"),
        (7, "working_days", "7 jours ouvrés", "7 working days"),
        (38, "cents_per_km", "0,38 €/km", "€0.38/km"),
        (45000, "metres", "45 km", "45 km"),
        (850, "metres", "850 m", "850 m"),
        (33, "percent", "33 %", "33%"),
        (1, "flag", "oui", "yes"),
        (1, "parity", "ISO impaire", "of odd ISO number"),
    ],
)
def test_a_value_is_said_with_its_unit(value: int, unit: str, french: str, english: str) -> None:
    assert (in_words(row(value, unit)), in_words(row(value, unit), "en")) == (french, english)


def test_parts_without_a_value_and_flags_that_are_off_are_left_out() -> None:
    head = RuleHead(
        "R", RuleKind.LIMIT, "Règle", "Repos[ : {limit}][ ; {more} en plus][ ({?strict}sans exception)]."
    )
    assert sentence(head, rules_of([row(60, "min"), row(0, "flag", "strict")])) == "Repos : 1 h."
    assert sentence(head, rules_of([row(2, "days", "more")])) == "Repos : 2 jours en plus."
    assert sentence(head, rules_of([row(1, "flag", "strict")])) == "Repos (sans exception)."


def test_the_span_of_each_agreement_reads_as_its_text_says() -> None:
    code = shipped_labour_code()
    head = code.heads["MAX_SPAN"]
    assert "12 h au plus ; jusqu’à 13 h à titre exceptionnel (7 jours par mois au plus)" in sentence(
        head, code.party("bad")
    )
    assert "jusqu’à 13 h à titre exceptionnel (auprès de publics fragiles)" in sentence(
        head, code.party("sap")
    )


@pytest.mark.parametrize(
    ("agreement", "said"),
    [
        ("bad", "Travail effectif d’une journée : 10 h au plus."),
        ("ct", "Travail effectif d’une journée : 10 h au plus."),
        (
            "sap",
            "Travail effectif d’une journée : 12 h au plus ; de 0 "
            "h à 24 h, 10 h au plus, jusqu’à 12 h 70 jours par an.",
        ),
    ],
)
def test_an_exception_that_goes_no_further_is_not_said(agreement: str, said: str) -> None:
    code = shipped_labour_code()
    assert sentence(code.heads["MAX_DAILY_WORK"], code.party(agreement)) == said


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_unit_in_which_an_accord_is_written_has_its_words(lang: str) -> None:
    """A refused accord shows the number as it stands in the file, with what it counts."""
    assert all(word(f"value_unit.{unit}", lang) for unit in UNITS)
