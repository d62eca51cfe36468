"""One tour before it is timed: its visits in order, the legs between them, and the breaks that its day
owes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from brigade.texts.rule_sets import RuleSet
from brigade.timing.blocked_hours import blocked_hours
from brigade.timing.duty_days import ticks_of, wall_time
from brigade.timing.tour_ways import Leg, TourWays, lawful_leg, leg_of
from brigade.units import Interval, Ticks
from brigade.values.demand import Visit
from brigade.values.problem import Problem
from brigade.values.workforce import Availability, Worker


@dataclass(frozen=True, slots=True)
class RestBreak:
    """No stretch of work beyond `after` ticks without a gap of `length` ticks; none beyond `at_end` that no
    gap follows in the tour: work that reaches the hour of the break must have it."""

    after: Ticks
    length: Ticks
    at_end: Ticks


@dataclass(frozen=True, slots=True)
class MealBreak:
    """A gap holding `length` ticks inside `band`, owed by a tour that starts before `due_before` and ends
    after `due_after`, all on one duty day."""

    length: Ticks
    due_before: Ticks
    due_after: Ticks
    band: Interval

    def is_due(self, first_start: Ticks, last_end: Ticks) -> bool:
        return first_start < self.due_before and last_end > self.due_after

    def is_held_by(self, gap: Interval) -> bool:
        return gap.overlap(self.band) >= self.length


@dataclass(frozen=True, slots=True)
class OwnMeal:
    """The meal of an availability: `length` ticks, begun from `earliest` to `latest`, between the tour's
    `start` and `end` (those of the availability)."""

    length: Ticks
    earliest: Ticks
    latest: Ticks
    start: Ticks
    end: Ticks
    is_required: bool

    def over(self, ready: Ticks) -> Ticks | None:
        """When it is over, eaten as soon as may be from `ready` on; None: too late for it."""
        begin = max(ready, self.earliest)
        return begin + self.length if begin <= self.latest else None

    def is_before(self, departure: Ticks) -> bool:
        """Eaten at home before leaving."""
        over = self.over(self.start)
        return over is not None and over <= departure

    def is_after(self, back: Ticks) -> bool:
        """Eaten at home, right on return."""
        return self.earliest <= back <= self.latest and back + self.length <= self.end

    def is_on_the_way(self, left: Ticks, start: Ticks, pause: Ticks) -> bool:
        """Eaten between the end of one visit and the start of the next, in a pause long enough."""
        return pause >= self.length and max(left, self.earliest) <= min(self.latest, start - self.length)

    @property
    def at_home(self) -> Ticks:
        """Ticks that a worker who does not leave spends eating."""
        over = self.over(self.start)
        return self.length if over is not None and over <= self.end else 0


@dataclass(frozen=True, slots=True)
class Tour:
    """`visits`: as long as this worker is there. `legs`: from the start place to the first visit, between
    visits, from the last to the end place: n + 1 of them. `blocked`: by visit, when its service may not take
    place. `lacks_way`: one of the legs has no way, and takes what arriving takes."""

    worker_id: str
    index: int
    day: date
    available: Availability
    visits: tuple[Visit, ...]
    legs: tuple[Leg, ...]
    blocked: Mapping[str, tuple[Interval, ...]]
    lacks_way: bool
    rest: RestBreak | None
    meal: MealBreak | None
    own_meal: OwnMeal | None = None
    meal_at: int | None = None
    """Position of the visit before which the own meal is put, 0: at home before leaving; None: put
    nowhere."""


def tour_of(problem: Problem, worker: Worker, index: int, visits: Sequence[Visit], rules: RuleSet) -> Tour:
    """The tour of `worker` in availability `index`; `rules` are those of its duty day."""
    visits = tuple(visit.as_served_by(worker.id) for visit in visits)
    day = duty_day(problem, worker, index)
    law = meal_break(problem, rules, day)
    ways = TourWays(problem, worker, problem.vehicle_of(worker.id, index)).legs(visits)
    legs = [lawful_leg(leg) for leg in ways]
    return Tour(
        worker.id,
        index,
        day,
        worker.availability[index],
        visits,
        # Asked again only where there is none, which is rare: every timing of a tour comes by here.
        tuple(leg or leg_of(way) for leg, way in zip(legs, ways, strict=True)),
        blocked_hours(problem, worker, visits),
        None in legs,
        rest_break(problem, worker, rules),
        law,
        own_meal(worker.availability[index]) if law is None else None,
    )


def own_meal(stay: Availability) -> OwnMeal | None:
    """The meal that the availability asks for."""
    if stay.meal is None or stay.meal_earliest is None or stay.meal_latest is None:
        return None
    return OwnMeal(stay.meal, stay.meal_earliest, stay.meal_latest, stay.start, stay.end, stay.meal_required)


def duty_day(problem: Problem, worker: Worker, index: int) -> date:
    """The local date on which availability `index` begins: a night from 22:00 belongs to the evening's
    date."""
    return problem.day_of(worker.availability[index].start)


def rest_break(problem: Problem, worker: Worker, rules: RuleSet) -> RestBreak | None:
    """REST_BREAK, with the personal stretch where that is stricter: of each amount the one that binds more.
    None where the rule is switched off: then the personal stretch, which it judges, binds nobody either."""
    if "REST_BREAK" in problem.rule_sets_off:
        return None
    after, length = rules.get("REST_BREAK", "after"), rules.get("REST_BREAK", "length")
    # One tick less for the last stretch: work that *reaches* the hour of the break must have had it by then
    # (CT L3121-16), while work that goes on only has it due.
    limits, ends = ([ticks_of(problem, after)], [ticks_of(problem, after) - 1]) if after else ([], [])
    lengths = [ticks_of(problem, length)] if length else []
    if worker.limits.max_stretch is not None:
        limits.append(worker.limits.max_stretch)
        ends.append(worker.limits.max_stretch)
        lengths.append(worker.limits.stretch_break or 0)
    return RestBreak(min(limits), max(lengths), min(ends)) if limits and max(lengths, default=0) > 0 else None


def meal_break(problem: Problem, rules: RuleSet, day: date) -> MealBreak | None:
    """MEAL_BREAK on duty day `day`; None where the rule lacks a value: then no meal is owed."""
    length = rules.get("MEAL_BREAK", "length")
    clocks = [rules.get("MEAL_BREAK", name) for name in ("due_before", "due_after", "from", "to")]
    known = [problem.horizon.at(day, wall_time(clock.value)) for clock in clocks if clock is not None]
    if length is None or len(known) < len(clocks):
        return None
    due_before, due_after, first, last = known
    return MealBreak(ticks_of(problem, length), due_before, due_after, Interval(first, last))
