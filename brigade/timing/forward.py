"""The canonical timing of one tour: forward, breaks included, then as late a departure as costs nothing.

docs/design.md §1, step by step; links between tours enter as bounds (`brigade.timing.plan_timing`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from brigade.timing.tour import Tour
from brigade.units import Interval, Ticks
from brigade.values.demand import Visit


@dataclass(frozen=True, slots=True)
class Bounds:
    """How early (`lower`) and how late (`upper`) links and fixed starts let visits begin; no entry: no
    bound."""

    lower: Mapping[str, Ticks] = field(default_factory=dict)
    upper: Mapping[str, Ticks] = field(default_factory=dict)

    def raised(self, lower: Mapping[str, Ticks]) -> Bounds:
        """With the lower bounds of `lower` where they are later."""
        later = {id: max(tick, self.lower.get(id, tick)) for id, tick in lower.items()}
        return replace(self, lower={**self.lower, **later})

    def cut(self, upper: Mapping[str, Ticks]) -> Bounds:
        """With the upper bounds of `upper` where they are sooner."""
        sooner = {id: min(tick, self.upper.get(id, tick)) for id, tick in upper.items()}
        return replace(self, upper={**self.upper, **sooner})


@dataclass(frozen=True, slots=True)
class TimedStop:
    """`is_lawful`: it begins inside a window, off blocked time and within its bounds."""

    arrival: Ticks
    pause: Ticks
    start: Ticks
    end: Ticks
    is_lawful: bool

    @property
    def gap(self) -> Interval:
        return Interval(self.arrival, self.start)


@dataclass(frozen=True, slots=True)
class TimedTour:
    """`lacks_meal`: a meal is due and nowhere possible."""

    stops: tuple[TimedStop, ...]
    lacks_meal: bool = False

    @property
    def is_feasible(self) -> bool:
        return not self.lacks_meal and all(stop.is_lawful for stop in self.stops)

    @property
    def end(self) -> Ticks:
        return self.stops[-1].end


# -- one tour, forward -------------------------------------------------------------------------------------
def time_tour(tour: Tour, bounds: Bounds, not_before: Ticks | None = None) -> TimedTour:
    """Every stop as early as it can be, breaks included. `not_before`: the first start is no earlier."""
    plain = _walk(tour, bounds, not_before)
    if tour.own_meal is not None:
        return TimedTour(plain, lacks_meal=tour.own_meal.is_required and not has_own_meal(tour, plain))
    if not _owes_meal(tour, plain):
        return TimedTour(plain)
    # Where the meal goes moves all that follows, so every place is tried: a tour has few.
    with_meal = [_walk(tour, bounds, not_before, position) for position in range(1, len(plain))]
    possible = [stops for stops in with_meal if all(stop.is_lawful for stop in stops)]
    # Of equal ends `min` keeps the first: the meal is had as early as it costs nothing.
    best = min(possible, key=lambda stops: stops[-1].end, default=None)
    return TimedTour(best) if best else TimedTour(plain, lacks_meal=True)


def _owes_meal(tour: Tour, stops: Sequence[TimedStop]) -> bool:
    meal = tour.meal
    due = meal is not None and meal.is_due(stops[0].start, stops[-1].end)
    return meal is not None and due and not any(meal.is_held_by(stop.gap) for stop in stops)


def _walk(
    tour: Tour, bounds: Bounds, not_before: Ticks | None, meal_at: int | None = None
) -> tuple[TimedStop, ...]:
    """The forward pass, with a meal pause put before stop `meal_at`."""
    made = [_first_stop(tour, bounds, not_before)]
    # The two kinds of meal never meet: an availability's own is asked for only where no text knows one.
    meal_at = tour.meal_at if tour.own_meal is not None else meal_at
    stretch = made[0].start
    for position in range(1, len(tour.visits)):
        stop = _next_stop(tour, bounds, position, made[-1], stretch, has_meal=position == meal_at)
        made.append(stop)
        # A gap as long as the break ends the stretch whatever filled it, a pause or a mere wait.
        if tour.rest and stop.gap.length >= tour.rest.length:
            stretch = stop.start
    return tuple(made)


def _first_stop(tour: Tour, bounds: Bounds, not_before: Ticks | None) -> TimedStop:
    """Reached just in time: nobody waits before a tour has begun."""
    left, is_possible = tour.available.start, True
    if tour.own_meal is not None and tour.meal_at == 0:
        over = tour.own_meal.over(left)
        left, is_possible = over or left, over is not None
    ready = left + tour.legs[0][0]
    visit, earliest = tour.visits[0], ready if not_before is None else max(ready, not_before)
    start, is_lawful = _earliest_start(tour, bounds, visit, earliest)
    return TimedStop(start, 0, start, start + visit.duration, is_lawful and is_possible)


def _next_stop(
    tour: Tour, bounds: Bounds, position: int, before: TimedStop, stretch: Ticks, *, has_meal: bool
) -> TimedStop:
    visit, arrival = tour.visits[position], before.end + tour.legs[position][0]
    pause, ready, is_possible = _meal_pause(tour, before.end, arrival) if has_meal else (0, arrival, True)
    start, is_lawful = _earliest_start(tour, bounds, visit, ready)
    if _needs_rest(tour, position, Interval(arrival, start), start + visit.duration - stretch):
        pause = max(pause, tour.rest.length if tour.rest else 0)
        start, is_lawful = _earliest_start(tour, bounds, visit, max(ready, arrival + pause))
    return TimedStop(arrival, pause, start, start + visit.duration, is_lawful and is_possible)


def _meal_pause(tour: Tour, left: Ticks, arrival: Ticks) -> tuple[Ticks, Ticks, bool]:
    """Length of the meal pause, the tick at which it is over, whether it keeps to the meal's hours."""
    if tour.own_meal is not None:
        over = max(arrival, tour.own_meal.earliest) + tour.own_meal.length
        return tour.own_meal.length, over, tour.own_meal.over(left) is not None
    if tour.meal is None:
        return 0, arrival, True
    over = max(arrival, tour.meal.band.start) + tour.meal.length
    return tour.meal.length, over, over <= tour.meal.band.end


def _needs_rest(tour: Tour, position: int, gap: Interval, stretch: Ticks) -> bool:
    if tour.rest is None or gap.length >= tour.rest.length:
        return False
    # The last stretch has a limit of its own: no gap follows that could still end it.
    return stretch > (tour.rest.at_end if position == len(tour.visits) - 1 else tour.rest.after)


def _earliest_start(tour: Tour, bounds: Bounds, visit: Visit, ready: Ticks) -> tuple[Ticks, bool]:
    """The first lawful start from `ready` on; none: the first one that keeps what can be kept, and False."""
    at_least, at_most = max(ready, bounds.lower.get(visit.id, ready)), bounds.upper.get(visit.id)
    blocked = tour.blocked[visit.id]
    lawful = _first_start(visit, at_least, blocked, at_most)
    if lawful is not None:
        return lawful, True
    # A fixed start stays where it is, whatever it breaks.
    if at_most is not None and bounds.lower.get(visit.id) == at_most >= at_least:
        return at_most, False
    # Nothing is lawful: the least wrong start is told, first past the bounds, then past blocked time too.
    past_bounds = _first_start(visit, at_least, blocked, None)
    past_blocked = _first_start(visit, at_least, (), None)
    return next((start for start in (past_bounds, past_blocked) if start is not None), at_least), False


def _first_start(
    visit: Visit, at_least: Ticks, blocked: Iterable[Interval], at_most: Ticks | None
) -> Ticks | None:
    """The first tick in a window, from `at_least` to `at_most`, at which the service overlaps no blocked
    time."""
    for window in sorted(visit.windows):
        start = max(at_least, window.earliest)
        for taken in sorted(blocked):
            # Blocked times come in order: a start pushed out of one may still meet the next.
            if Interval(start, start + visit.duration).overlap(taken):
                start = taken.end
        if start <= window.hard_latest and (at_most is None or start <= at_most):
            return start
    return None


# -- the own meal ------------------------------------------------------------------------------------------
def with_meal_placed(tour: Tour, bounds: Bounds) -> Tour:
    """The own meal put where, links aside, lateness is least, then the end earliest, then first; nowhere
    where it is had without being put anywhere, or has no lawful place."""
    if tour.own_meal is None:
        return tour
    found: list[tuple[Ticks, Ticks, int, Tour]] = []
    for place in (None, *range(len(tour.visits))):
        one = replace(tour, meal_at=place)
        stops = _walk(one, bounds, None)
        lawful = (
            all(stop.is_lawful for stop in stops)
            and stops[-1].end + tour.legs[-1][0] <= tour.available.hard_end
        )
        if lawful and has_own_meal(one, stops):
            found.append((_lateness(one, TimedTour(stops)), stops[-1].end, len(found), one))
    return min(found)[-1] if found else tour


def has_own_meal(tour: Tour, stops: Sequence[TimedStop]) -> bool:
    meal = tour.own_meal
    if meal is None or not stops:
        return True
    way = any(meal.is_on_the_way(a.end, b.start, b.pause) for a, b in pairwise(stops))
    departure, back = stops[0].start - tour.legs[0][0], stops[-1].end + tour.legs[-1][0]
    return way or meal.is_before(departure) or meal.is_after(back)


# -- late departure ----------------------------------------------------------------------------------------
def depart_late(tour: Tour, timed: TimedTour, bounds: Bounds, still: Collection[str] = ()) -> TimedTour:
    """Put the first start off as far as this costs nothing; the timing as it was where it would.

    Args: still: visits that must not move: tied to another stop of the plan, or pinned.
    """
    if not timed.is_feasible:
        return timed
    latest = _latest_first_start(tour, timed, bounds, still)
    if latest <= timed.stops[0].start:
        return timed
    # Timed anew and not shifted: breaks and windows further on may answer a later start in another way.
    later = time_tour(tour, bounds, not_before=latest)
    pairs = zip(tour.visits, timed.stops, later.stops, strict=True)
    moved = any(visit.id in still and before.start != after.start for visit, before, after in pairs)
    worse = later.end > timed.end or _lateness(tour, later) > _lateness(tour, timed)
    return timed if moved or worse or not later.is_feasible else later


def _latest_first_start(tour: Tour, timed: TimedTour, bounds: Bounds, still: Collection[str]) -> Ticks:
    """From the last stop back: a start may wait for its soft end and for what the next one leaves free."""
    latest = timed.stops[-1].start
    for position in reversed(range(len(timed.stops) - 1)):
        visit, start, after = tour.visits[position], timed.stops[position].start, timed.stops[position + 1]
        free = latest - after.pause - tour.legs[position + 1][0] - visit.duration
        wanted = min(free, _latest_on_time(visit, start), bounds.upper.get(visit.id, free))
        may_move = (
            visit.id not in still and _first_start(visit, wanted, tour.blocked[visit.id], wanted) == wanted
        )
        latest = wanted if may_move else start
    return latest


def _latest_on_time(visit: Visit, start: Ticks) -> Ticks:
    """The latest start in the window of `start` that adds no lateness to it."""
    around = (window for window in visit.windows if window.admits(start))
    return max(start, next((window.latest for window in around), start))


def lateness(visit: Visit, start: Ticks) -> Ticks:
    """Ticks after the soft end of the window that holds `start`; outside every window, of the last one
    begun."""
    begun = [window for window in visit.windows if window.earliest <= start]
    return max(begun).lateness(start) if begun else 0


def _lateness(tour: Tour, timed: TimedTour) -> Ticks:
    return sum(lateness(visit, stop.start) for visit, stop in zip(tour.visits, timed.stops, strict=True))
