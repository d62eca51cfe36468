"""The verdict: rules broken by whom and on which day, and what the plan costs."""

from __future__ import annotations

from typing import Any

from tests.second_checker import costs, learning
from tests.second_checker.days import Person
from tests.second_checker.driving import vehicles
from tests.second_checker.hours import of_days
from tests.second_checker.reading import Case
from tests.second_checker.texts import LabourTexts
from tests.second_checker.visits import Broken, assignment, blocks, held, links, of_tours
from tests.second_checker.weeks import of_weeks

NOT_JUDGED = {
    "MINOR": "its hours are judged as PERSONAL_LIMIT, into which the preset turns them",
    "PREGNANCY": "its hours are judged as PERSONAL_LIMIT, into which the preset turns them",
}
"""Limits that this judge leaves out, and why."""
COSTS_NOT_JUDGED = {
    "uncovered": "where levels go before each other: their weights hang "
    "on the most soft cost possible, named, not defined",
    "missed_meal": "own meals are told in public bench sets only",
}
"""Terms that this judge leaves out, and why."""


class Judge:
    """Judges a plan of a problem. `told`: the plan that everybody knew before."""

    def __init__(
        self, problem: dict[str, Any], plan: dict[str, Any], told: dict[str, Any] | None = None
    ) -> None:
        self.case, self.told = Case(problem, plan), None if told is None else Case(problem, told)
        labour = LabourTexts(self.case)
        self.people = [Person(self.case, labour, worker) for worker in self.case.workers.values()]

    def broken(self) -> set[Broken]:
        """(rule, worker, duty day); no worker or no day where the rule has none."""
        found = [*assignment(self.case), *links(self.case), *blocks(self.case)]
        found += [*vehicles(self.case, held), *learning.broken(self.case)]
        for person in self.people:
            found += [*of_tours(self.case, person), *of_days(person), *of_weeks(person)]
        return {one for one in found if one[0] not in self.case.off}

    def costs(self) -> dict[str, int]:
        return costs.terms(self.case, self.people, self.told)

    def left_out(self) -> list[int]:
        """Uncovered visits by level."""
        return costs.left_out(self.case)
