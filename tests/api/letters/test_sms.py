"""A message for a telephone: its alphabet, its length, its link; and what a letter says of a place and a
number."""

from __future__ import annotations

import pytest

from api.letters import sms
from brigade.values.validation.communes import place_name
from brigade.words.formats import telephone


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Réponse à 08:00, déjà", "Réponse à 08:00, déjà"),
        ("l’été, ça n’a pas de cœur", "l'été, ca n'a pas de coeur"),
        ("« À TRAITER » – forêt…", '" A TRAITER " - foret...'),
        ("10\u202fh\xa030 😀", "10 h 30 ?"),
    ],
)
def test_what_the_alphabet_lacks_is_written_otherwise(text: str, written: str) -> None:
    assert sms.gsm(text) == written


@pytest.mark.parametrize(
    ("text", "parts"),
    [("a" * 160, 1), ("a" * 161, 2), ("€" * 80, 1), ("€" * 81, 2), ("a" * 306, 2), ("a" * 307, 3)],
)
def test_parts_are_counted_in_septets(text: str, parts: int) -> None:
    """160 places in one part, 153 in each of several; what needs an escape takes two."""
    assert sms.parts(text) == parts


@pytest.mark.parametrize("before", [0, 10, 200])
def test_what_is_too_long_is_cut_at_a_word_and_the_link_stays_whole(before: int) -> None:
    link = "https://brigade.example.org/v1/tours/" + "x" * 36
    told = sms.fitted(f"{'mot ' * before}{link} {'encore ' * 60}")
    assert sms.parts(told) == 2
    assert link in told.split()
    assert "..." in told


@pytest.mark.parametrize(
    ("code", "name"),
    [("62510", "62800 Liévin"), ("62498", "62300 Lens"), ("59350", "Lille"), ("00000", None), (None, None)],
)
def test_a_place_is_named_as_on_an_envelope(code: str | None, name: str | None) -> None:
    """62510 is the INSEE code of Liévin, which looks like a post code; Lille has several of those."""
    assert place_name(code) == name


def test_a_number_is_written_as_it_is_dialled() -> None:
    shown = [telephone(one) for one in ("+33321000000", "+262262000000", "+3225000000")]
    assert shown == ["03 21 00 00 00", "02 62 00 00 00", "+3225000000"]
