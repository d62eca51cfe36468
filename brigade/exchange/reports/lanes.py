"""A timeline per worker and day: what fills each minute from leaving home to being back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from brigade.exchange.documents.rows import learners_by_visit, level_word, named, whose
from brigade.timing.duty_days import day_rules, minutes_of, short_gap
from brigade.timing.tour_ways import traffic_met
from brigade.units import Ticks
from brigade.values.places import AS_TOLD
from brigade.values.plan import Plan, Route, Stop
from brigade.values.problem import Problem
from brigade.values.workforce import Worker
from brigade.words import capital, duration, say_marking, typeset, wall_span, word


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of time. `kind`: visit, block, travel, home, pause, wait, interruption, other, on_call or
    call; `left`, `width` in percent."""

    kind: str
    start: Ticks
    end: Ticks
    title: str
    label: str = ""
    style: str = ""
    left: float = 0.0
    width: float = 0.0


@dataclass(frozen=True, slots=True)
class Lane:
    worker: Worker
    routes: tuple[Route, ...]
    segments: tuple[Segment, ...]
    free: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class DayLanes:
    """The lanes of one day under one axis: `hours` are labels with their place in percent."""

    day: date
    hours: tuple[tuple[str, float], ...]
    lanes: tuple[Lane, ...]


@dataclass(frozen=True, slots=True)
class _Axis:
    start: Ticks
    end: Ticks

    def place(self, start: Ticks, end: Ticks) -> tuple[float, float]:
        """Left and width in percent of the part that lies on the axis."""
        first, last = max(start, self.start), min(end, self.end)
        share = 100 / (self.end - self.start)
        return round((first - self.start) * share, 3), round(max(0, last - first) * share, 3)


def day_lanes(problem: Problem, plan: Plan, lang: str = "fr") -> tuple[DayLanes, ...]:
    """One group a duty day that has tours, in order; workers in plan order."""
    days = sorted({route.day for route in plan.routes})
    return tuple(_day(problem, plan, day, lang) for day in days)


def _day(problem: Problem, plan: Plan, day: date, lang: str) -> DayLanes:
    by_worker: dict[str, list[Route]] = {}
    for route in plan.routes:
        if route.day == day:
            by_worker.setdefault(route.worker_id, []).append(route)
    axis = _axis(problem, [route for routes in by_worker.values() for route in routes])
    lanes = (
        _lane(problem, plan, id, sorted(routes, key=_departure), axis, lang)
        for id, routes in by_worker.items()
    )
    return DayLanes(day, tuple(_hours(problem, axis)), tuple(lanes))


def _departure(route: Route) -> Ticks:
    return route.departure


def _axis(problem: Problem, routes: list[Route]) -> _Axis:
    hour = 60 * problem.horizon.ticks_per_minute
    first, last = min(map(_departure, routes)), max(route.back for route in routes)
    # At least an hour: an axis without length would divide by nothing.
    return _Axis(first // hour * hour, max(-(-last // hour) * hour, first // hour * hour + hour))


def _hours(problem: Problem, axis: _Axis) -> Iterator[tuple[str, float]]:
    hour = 60 * problem.horizon.ticks_per_minute
    for tick in range(axis.start, axis.end + 1, hour):
        yield f"{problem.horizon.instant(tick):%H}", axis.place(tick, tick)[0]


def _lane(problem: Problem, plan: Plan, worker_id: str, routes: list[Route], axis: _Axis, lang: str) -> Lane:
    worker = problem.worker_by_id[worker_id]
    writer, found = _Writer(problem, worker, 0, lang), segments(problem, plan, worker, routes, lang)
    found += [
        writer.plain("other", stretch.start, stretch.end)
        for stretch in worker.other_work
        if _meets(axis, stretch.start, stretch.end)
    ]
    found += [one for one in on_call_segments(problem, worker, lang) if _meets(axis, one.start, one.end)]
    free = [
        writer.plain("free", a.start, a.hard_end)
        for a in worker.availability
        if _meets(axis, a.start, a.hard_end)
    ]
    placed = (_placed(segment, axis) for segment in sorted(found, key=lambda one: (one.start, one.end)))
    return Lane(worker, tuple(routes), tuple(placed), tuple(_placed(segment, axis) for segment in free))


def on_call_segments(problem: Problem, worker: Worker, lang: str = "fr") -> list[Segment]:
    """Periods on call, and calls in them, whatever the tours."""
    writer = _Writer(problem, worker, 0, lang)
    spans = (("on_call", worker.on_call), ("call", worker.calls))
    return [writer.plain(kind, one.start, one.end) for kind, own in spans for one in own]


def segments(
    problem: Problem, plan: Plan, worker: Worker, routes: list[Route], lang: str = "fr"
) -> list[Segment]:
    """What fills a worker's tours, in order, and the time between two of them."""
    if not routes:
        return []
    short = short_gap(problem, day_rules(problem, plan, routes[0]))
    writer = _Writer(problem, worker, short, lang, learners_by_visit(problem, plan))
    found = [segment for route in routes for segment in writer.tour(route)]
    found += [
        writer.plain("interruption", a.back, b.departure) for a, b in pairwise(routes) if b.departure > a.back
    ]
    return sorted(found, key=lambda one: (one.start, one.end))


def _meets(axis: _Axis, start: Ticks, end: Ticks) -> bool:
    return start < axis.end and end > axis.start


def _placed(segment: Segment, axis: _Axis) -> Segment:
    left, width = axis.place(segment.start, segment.end)
    return Segment(
        segment.kind, segment.start, segment.end, segment.title, segment.label, segment.style, left, width
    )


@dataclass(frozen=True, slots=True)
class _Writer:
    """Segments with their hover titles, in one language."""

    problem: Problem
    worker: Worker
    short: Ticks
    lang: str
    learners: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def tour(self, route: Route) -> Iterator[Segment]:
        # A plan yet to be judged may hold a tour without stops: the checker tells it, a board shows nothing.
        if not route.stops:
            return
        *met, back = traffic_met(self.problem, route)
        yield from self._leg("home", route.departure, route.stops[0].arrival, met[0])
        previous: Stop | None = None
        for stop, percent in zip(route.stops, met, strict=True):
            if previous is not None:
                yield from self._leg("travel", previous.end, stop.arrival, percent)
            yield from self._leg("pause", stop.arrival, stop.arrival + stop.pause)
            idle = "wait" if stop.wait < self.short else "interruption"
            yield from self._leg(idle, stop.arrival + stop.pause, stop.start)
            yield self._visit(stop)
            previous = stop
        yield from self._leg("home", route.stops[-1].end, route.back, back)

    def _leg(self, kind: str, start: Ticks, end: Ticks, percent: int = AS_TOLD) -> Iterator[Segment]:
        if end > start:
            yield self.plain(kind, start, end, percent)

    def plain(self, kind: str, start: Ticks, end: Ticks, percent: int = AS_TOLD) -> Segment:
        title = (
            f"{capital(word(f'segment.{kind}', self.lang))} "
            f"{self._span(start, end)}, {self._length(end - start)}"
        )
        if percent != AS_TOLD:
            title += f", {word('traffic_met', self.lang, percent=percent)}"
        return Segment(kind, start, end, typeset(title, self.lang))

    def _visit(self, stop: Stop) -> Segment:
        visit = self.problem.visit_by_id[stop.visit_id]
        level = level_word(visit, self.lang)
        title = (
            f"{named(visit, self.lang, ' · ')} · {level} · "
            f"{self._span(stop.start, stop.end)}, {self._length(stop.end - stop.start)}"
        )
        if learners := self.learners.get(visit.id):
            title += f" · {word('shared_by', self.lang, learners=learners)}"
        if stop.marking:
            title += f" · {say_marking(stop.marking, self.lang, horizon=self.problem.horizon)}"
        style = f"level-{visit.level}" + (
            " to-offer" if stop.marking and stop.marking.kind == "to_offer" else ""
        )
        kind = "visit" if visit.attendance is None else "block"
        label = visit.id if visit.attendance is None else whose(visit, self.lang)
        return Segment(kind, stop.start, stop.end, typeset(title, self.lang), label, style)

    def _span(self, start: Ticks, end: Ticks) -> str:
        at = self.problem.horizon.instant
        return wall_span(at(start), at(end), self.lang)

    def _length(self, ticks: Ticks) -> str:
        return duration(minutes_of(self.problem, ticks))
