"""One visit in one tour, tried on paper: what the plain rules say with which obstacles lifted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from brigade.changes.answers import Obstacle
from brigade.timing.plan_timing import TourKey
from brigade.values.problem import Problem
from solver.advice.advice_session import AdviceSession
from solver.advice.obstacles.easing import eased
from solver.advice.obstacles.obstacle_lists import hides_nothing, joined
from solver.advice.obstacles.obstacle_words import TriedPlacement, obstacles_from
from solver.advice.obstacles.pushing import own
from solver.advice.trial_plan import Trial, orders_of, tied_tours, try_change

ROUNDS = 5
"""How often the rules are asked again: each round finds what the obstacles before it hid."""
Attempt: TypeAlias = Callable[[Problem], Trial]


@dataclass
class PlacementTrials:
    """`seen`: the visit and the tour, by their codes. `only`: the tour, as the kernel is asked for it.
    `gone`: the visit's own place, where it has one. `cleared`: with the worker's other stops."""

    session: AdviceSession
    row: int
    tour: int

    def __post_init__(self) -> None:
        own_tour = self.session.model.tours[self.tour]
        self.seen = TriedPlacement(
            self.session.ids[self.row], own_tour.worker.id, own_tour.index, own_tour.availability.hard_end
        )
        self.only = range(self.tour, self.tour + 1)
        self.gone = own(self.session, self.row)
        self.cleared = [
            *self.gone,
            *(one for one in self.session.stops_of(self.seen.worker_id) if one != self.row),
        ]

    def settled(self, known: list[Obstacle], attempt: Attempt) -> list[Obstacle] | None:
        """The known obstacles and all that shows once they are out of the way; None where something cannot be
        lifted."""
        found = list(known)
        for _ in range(ROUNDS):
            trial = attempt(self.without(found))
            if trial.is_lawful:
                return found
            new = obstacles_from(self.session, self.seen, trial)
            grown = joined(found, new)
            if grown == found:
                return None
            found = grown
            if hides_nothing(trial, new):
                return found
        return None

    def without(self, known: Iterable[Obstacle]) -> Problem:
        """The problem with these obstacles lifted."""
        return eased(self.session.problem, self.seen.visit_id, self.seen.worker_id, self.seen.tour, known)

    def order(self, out: Collection[str]) -> list[str]:
        """The tour's visits beside this one and those that leave."""
        now = orders_of(self.session.plan).get(self.seen.key, [])
        return [id for id in now if id != self.seen.visit_id and id not in out]

    def try_at(self, problem: Problem, position: int, out: Iterable[str] = ()) -> Trial:
        """The plan with the visit at this position of the tour, once `out` has left."""
        gone = {self.seen.visit_id, *out}
        before = {
            k: [id for id in order if id not in gone] for k, order in orders_of(self.session.plan).items()
        }
        order = before.get(self.seen.key, [])
        after = {**before, self.seen.key: [*order[:position], self.seen.visit_id, *order[position:]]}
        return self.attempt(problem, after, before)

    def attempt(
        self, problem: Problem, after: dict[TourKey, list[str]], before: dict[TourKey, list[str]]
    ) -> Trial:
        """What tours `after` break that those of `before` did not."""
        return tried(self.session, problem, self.seen, after, before)


def tried(
    session: AdviceSession,
    problem: Problem,
    seen: TriedPlacement,
    after: dict[TourKey, list[str]],
    before: dict[TourKey, list[str]],
) -> Trial:
    """The plan's own breaches, where it has some, are nobody's obstacle; the days that break something stay
    as they are."""
    session.go_on()
    fixed = {id: start for id, start in session.fixed_starts.items() if id != seen.visit_id}
    trial = try_change(problem, session.plan, after, [seen.key], fixed)
    if trial.is_lawful or not (session.plan.waivers or session.fixed_workers):
        return trial
    tied = tied_tours(problem, after, [seen.key])
    return trial.since(try_change(problem, session.plan, before, tied, fixed))
