"""The whole question, frozen and checked at birth: who needs what, who may come, under which rules and
wishes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from brigade.values.demand import Absence, Link, RotaFeed, Visit
from brigade.values.places import TravelMatrix, TravelMode
from brigade.values.plan import Drives
from brigade.values.problem_parts import RULE_LOOKUPS, ProblemParts
from brigade.values.validation import validate, validate_demand, validate_people, validate_visits
from brigade.values.workforce import Worker

DEMAND = (
    "sites",
    "sectors",
    "clients",
    "visits",
    "links",
    "employees",
    "rota",
    "absences",
    "funding_lines",
    "now",
)
"""What is asked, and when: nothing of it binds the people by a text."""


@dataclass(frozen=True)
class Problem(ProblemParts):
    """Everything a plan answers to.

    Raises: InvalidProblem, with all issues at once (see `brigade.values.validation`).
    """

    def __post_init__(self) -> None:
        validate(self)

    def with_workers(self, workers: tuple[Worker, ...]) -> Problem:
        """The same problem with other workers; only what they can get wrong is checked. Raises:
        InvalidProblem."""
        changed = self._with(workers=workers)
        validate_people(changed)
        return changed

    def with_demand(
        self,
        *,
        visits: tuple[Visit, ...] | None = None,
        links: tuple[Link, ...] | None = None,
        absences: tuple[Absence, ...] | None = None,
    ) -> Problem:
        """The same problem with other visits, links or absences; only what they can get wrong is checked.
        Raises: InvalidProblem."""
        told = {"visits": visits, "links": links, "absences": absences}
        changed = self._with(**{name: part for name, part in told.items() if part is not None})
        validate_demand(changed)
        return changed

    def expecting(
        self, visits: tuple[Visit, ...], rota: tuple[RotaFeed, ...], likely: Mapping[str, int]
    ) -> Problem:
        """The same problem with these visits asked for as well, each at a soft cost. Raises:
        InvalidProblem."""
        changed = self._with(visits=visits, rota=rota, likely=likely)
        validate_demand(changed)
        return changed

    def narrowed(self, visits: tuple[Visit, ...], *, of: Problem) -> Problem:
        """What is left of a problem to search: visits that have fewer hours or fewer people; only they are
        checked. Links that none of the hours left suit are no fault: a plan leaves such visits out. What a
        visit left out costs stays as it is `of` the whole problem, so that both speak of the same costs.

        Raises: InvalidProblem.
        """
        changed = self._with(visits=visits)
        changed.__dict__["_whole"] = of.whole
        validate_visits(changed)
        return changed

    def driven(self, drives: Drives) -> Problem:
        """The same problem once it is decided who has which vehicle in which tour."""
        return self._with(drives=drives) if self.vehicles else self

    def asked_for(self, other: Problem, travel: Mapping[TravelMode, TravelMatrix]) -> Problem:
        """These people on the same days, asked for what `other` asks, at its hour; both were found sound.

        Args: travel: between its sites, by each mode of these people.
        """
        return self._with(travel=travel, **{name: getattr(other, name) for name in DEMAND})

    @property
    def whole(self) -> Problem:
        """The problem of which this is what is left to search; itself, where nothing was taken away."""
        whole: Problem = self.__dict__.get("_whole", self)
        return whole

    def _with(self, **parts: object) -> Problem:
        """With other parts, unchecked. Who works for whom under which texts stays, so the rules need not be
        joined again."""
        # Past `__init__`, which would check all of it again: the parts that stay were found sound before.
        changed = object.__new__(Problem)
        for part in fields(self):
            object.__setattr__(changed, part.name, parts.get(part.name, getattr(self, part.name)))
        for name in RULE_LOOKUPS:
            changed.__dict__[name] = getattr(self, name)
        if self.whole is not self:
            changed.__dict__["_whole"] = self.whole
        return changed
