"""The verdict: rules broken by whom and on which day, and what the plan costs."""

from __future__ import annotations

from typing import Any

from tests.second_checker import costs
from tests.second_checker.days import Person
from tests.second_checker.hours import of_days
from tests.second_checker.reading import Case
from tests.second_checker.texts import Library
from tests.second_checker.visits import Broken, assignment, links, of_tours
from tests.second_checker.weeks import of_weeks

NOT_JUDGED = {
    "MINOR": "its hours are judged as PERSONAL_LIMIT, into which the preset turns them",
    "PREGNANCY": "its hours are judged as PERSONAL_LIMIT, into which the preset turns them",
}
"""Limits that this judge leaves out, and why."""
TOLD_BEFORE = "compares with a plan told before, which is in neither document"
COSTS_NOT_JUDGED = {
    "uncovered": "where levels go before each other: their weights hang on the most soft cost possible, named, not defined",
    "missed_meal": "own meals are told in public bench sets only",
    "moved_start": TOLD_BEFORE,
    "moved_visit": TOLD_BEFORE,
    "changed_worker": TOLD_BEFORE,
}
"""Terms that this judge leaves out, and why."""


class Judge:
    """Judges the plans of one problem."""

    def __init__(self, problem: dict[str, Any], plan: dict[str, Any]) -> None:
        self.case = Case(problem, plan)
        library = Library(self.case)
        self.people = [Person(self.case, library, worker) for worker in self.case.workers.values()]

    def broken(self) -> set[Broken]:
        """(rule, worker, duty day); no worker or no day where the rule has none."""
        found = [*assignment(self.case), *links(self.case)]
        for person in self.people:
            found += [*of_tours(self.case, person), *of_days(person), *of_weeks(person)]
        return {one for one in found if one[0] not in self.case.off}

    def costs(self) -> dict[str, int]:
        return costs.terms(self.case, self.people)
