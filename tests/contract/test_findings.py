"""Every situation in which the service was found wrong is held by a test (`tests/data/findings.csv`)."""

from __future__ import annotations

import csv

from tests.contract.test_public_cases import TESTS, functions_of

LEAST = 103
"""Situations told so far: one more is a line more, and none is dropped."""


def test_every_finding_names_a_test_that_is_there() -> None:
    with (TESTS / "data" / "findings.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len({row["situation"] for row in rows}) == len(rows) >= LEAST
    missing = [
        row
        for row in rows
        if row["test"].partition("::")[2] not in functions_of(row["test"].partition("::")[0])
    ]
    assert missing == []
