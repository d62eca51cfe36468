"""Every finding of the service's review, by role and by attack, is held by a test (`tests/data/findings.csv`)."""

from __future__ import annotations

import csv

from tests.contract.test_public_cases import TESTS, functions_of

ROLES = {"manager": 11, "coordinator": 13, "worker": 7, "training": 5, "funder": 5, "administrator": 6}
KINDS = {
    *(f"A{number}" for number in range(1, 7)),
    *(f"B.{role}.{number}" for role, count in ROLES.items() for number in range(1, count + 1)),
    *(f"C.{number}" for number in range(1, 8)),
    *(f"F{number}" for number in range(1, 21)),
}
"""Blockers, findings of each role, figures, attacks."""
LATER = {
    "B.manager.5": "what an absence puts at risk is answered by its POST and its PUT, and told by letter",
    "B.manager.11": "people absent are known by the numbers of their service; a mapping translates names as a file is read",
    "B.funder.5": "the figures of C",
    "B.administrator.5": "pages for people: docs/first-day.md and docs/coordinateurs.md",
}
"""What no test shows, and why."""


def test_every_finding_names_a_test_that_is_there() -> None:
    with (TESTS / "data" / "findings.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = [row["finding"] for row in rows]
    assert len(set(names)) == len(names)
    held = {name for name in KINDS if any(one == name or one.startswith(f"{name}.") for one in names)}
    assert held == KINDS - LATER.keys()
    missing = [row for row in rows if row["test"].partition("::")[2] not in functions_of(row["test"].partition("::")[0])]
    assert missing == []
