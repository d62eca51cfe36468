"""Telephone numbers of imported people, as they are dialled from anywhere: a wrong one reaches somebody
else."""

from __future__ import annotations

import pytest

from api.imports.telephones import dialled


@pytest.mark.parametrize(
    "text",
    [
        *("06 12 34 56 78", "06.12.34.56.78", "06-12-34-56-78", "0612345678"),
        *("+33 6 12 34 56 78", "0033612345678", "+33 (0)6 12 34 56 78", "0033 06 12 34 56 78"),
        "612345678",  # a spreadsheet has taken it for a number
    ],
)
def test_a_mainland_number_however_it_is_written(text: str) -> None:
    assert dialled(text) == "+33612345678"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0692 12 34 56", "+262692123456"),
        ("0639 01 23 45", "+262639012345"),
        ("0590 12 34 56", "+590590123456"),
        ("0694123456", "+594694123456"),
        ("696123456", "+596696123456"),
        ("+262 (0)692 12 34 56", "+262692123456"),
        # Within Mayotte's numbers, the mainland's for invented people.
        ("06 39 98 00 01", "+33639980001"),
    ],
)
def test_overseas_numbers_have_their_own_prefix(text: str, number: str) -> None:
    """0692… dialled behind +33 is nobody's telephone."""
    assert dialled(text) == number


def test_another_countrys_number_stays_as_it_is() -> None:
    assert [dialled(text) for text in ("+32 470 12 34 56", "0032470123456", "+44 (0)20")] == [
        "+32470123456",
        "+32470123456",
        "+44020",
    ]
