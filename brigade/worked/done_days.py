"""What people did, day by day, from dated pieces of work: the duty days of a past that outcomes tell.

A plan's days are measured in ticks (`brigade.timing.duty_days`), these on the clock. Both count the same
work: what was done as planned gives the same day by either way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from brigade.texts.rule_sets import RuleSet
from brigade.timing.duty_days import short_gap_minutes, travel_is_work
from brigade.units import PARIS
from brigade.worked.local_days import by_date, minutes_between, night_minutes


@dataclass(frozen=True, slots=True)
class WorkPiece:
    """One visit of a day, from instant to instant, at a provider's (`host`, None: nobody knows whose).

    `leg_min`: the travel before it, within a tour. `way_min`: what of the gap before it is no waiting: that
    travel, and pauses. `opens_tour`: what lies before it is time between two tours. Times noted by hand have
    none of these: the ways are not known. `is_dead`: nobody was served; what comes next may end it before.
    `is_call`: a call to work while on call, with both its ways, at nobody's whose texts would be asked.
    """

    start: datetime
    end: datetime
    leg_min: float = 0
    way_min: float = 0
    opens_tour: bool = False
    host: str | None = None
    is_dead: bool = False
    is_call: bool = False

    @property
    def left_for(self) -> datetime:
        """When somebody leaves for it, at the latest."""
        return _later(self.start, -self.way_min)


@dataclass(frozen=True, slots=True)
class WorkMeasure:
    """What between two visits is work: waits below `short_min` (SHORT_GAP_PAID), and travel if `travels`."""

    short_min: float
    travels: bool = True

    @classmethod
    def of(cls, rules: RuleSet) -> WorkMeasure:
        return cls(short_gap_minutes(rules), travel_is_work(rules))


@dataclass(frozen=True, slots=True)
class DoneDay:
    """One duty day of one worker. `pieces`: at least one, by their begin; noted by hand, they may overlap."""

    day: date
    pieces: tuple[WorkPiece, ...]

    @property
    def start(self) -> datetime:
        return self.pieces[0].start

    @property
    def end(self) -> datetime:
        return max(piece.end for piece in self.pieces)

    @property
    def span_min(self) -> int:
        return minutes_between(self.start, self.end)

    @property
    def hosts(self) -> frozenset[str] | None:
        """The providers visited; None: of one of the visits nobody knows whose it was."""
        visits = [piece for piece in self.pieces if not piece.is_call]
        known = frozenset(piece.host for piece in visits if piece.host is not None)
        return known if all(piece.host is not None for piece in visits) else None

    def work_min(self, measure: WorkMeasure) -> float:
        """Services, ways between them and short waits; no more than there was time."""
        services = sum(minutes_between(piece.start, piece.end) for piece in self.pieces)
        legs = sum(piece.leg_min for piece in self.pieces) if measure.travels else 0
        short = sum(wait for piece, wait in self._waits() if _is_work(piece, wait, measure))
        # Times noted by hand may overlap: nobody has worked longer than she was there.
        return min(services + legs + short, self.span_min)

    def interrupted_min(self, measure: WorkMeasure) -> float:
        """All interruptions together: the waits that are no work."""
        return sum(wait for _, wait in self._waits() if wait >= measure.short_min)

    def work_by_date(self, measure: WorkMeasure) -> dict[date, float]:
        """Work by local date, midnight to midnight."""
        found: dict[date, float] = defaultdict(float)
        for start, end in self.work_times(measure):
            for day, minutes in by_date(start, end, PARIS):
                found[day] += minutes
        return found

    def night_min(self, rules: RuleSet) -> int:
        """What of the work lies inside the night that the texts name."""
        times = self.work_times(WorkMeasure.of(rules))
        return sum(night_minutes(start, end, PARIS, rules) for start, end in times)

    def work_times(self, measure: WorkMeasure) -> Iterator[tuple[datetime, datetime]]:
        """When it was work, in order and apart: services, the way right after the visit before, short waits
        before the next."""
        over = self.start
        for piece in self.pieces:
            free = minutes_between(over, piece.start)
            wait = free - piece.way_min
            if measure.travels and piece.leg_min and free:
                yield over, _later(over, min(piece.leg_min, free))
            if wait > 0 and _is_work(piece, wait, measure):
                yield _later(piece.start, -wait), piece.start
            if piece.end > over:
                yield max(over, piece.start), piece.end
            over = max(over, piece.end)

    def _waits(self) -> Iterator[tuple[WorkPiece, float]]:
        """Each piece that somebody waited for, and how long."""
        over = self.start
        for piece in self.pieces:
            wait = minutes_between(over, piece.start) - piece.way_min
            if wait > 0:
                yield piece, wait
            over = max(over, piece.end)


def _is_work(piece: WorkPiece, wait_min: float, measure: WorkMeasure) -> bool:
    """Within a tour, short waits are; between two tours nothing is, however short."""
    return wait_min < measure.short_min and not piece.opens_tour


def _later(at: datetime, minutes: float) -> datetime:
    """On the clock that never jumps: Python adds to a local time by the wall."""
    return (at.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(at.tzinfo)


def local_day(at: datetime) -> date:
    return at.astimezone(PARIS).date()


# -- from what was planned and what became of it -----------------------------------------------------------
@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """A stop of a plan in force. `day`: the duty day it belongs to, which may begin on the date before."""

    worker_id: str
    day: date
    visit_id: str
    piece: WorkPiece


@dataclass(frozen=True, slots=True)
class DoneVisit:
    """What became of a visit. `worker_id` None: nobody came, or no time is known. `is_dead`: she stood at the
    door for nothing."""

    worker_id: str | None
    start: datetime
    end: datetime
    host: str | None = None
    is_dead: bool = False

    def is_as_planned(self, planned: PlannedVisit) -> bool:
        """Whether the same worker did it on the same date: then it belongs to the duty day of the plan."""
        return (self.worker_id, self.day) == (planned.worker_id, local_day(planned.piece.start))

    @property
    def day(self) -> date:
        return local_day(self.start)


@dataclass(frozen=True, slots=True)
class DoneCall:
    """A call to work while on call, both its ways included."""

    worker_id: str
    start: datetime
    end: datetime


def done_days(
    planned: Iterable[PlannedVisit],
    done: Mapping[str, DoneVisit],
    since: date,
    before: date,
    calls: Iterable[DoneCall] = (),
) -> Mapping[str, dict[date, DoneDay]]:
    """By worker, the days from `since` and before `before`: what was done where an outcome says so, else what
    the plan had them do, and calls. Args: done: by visit."""
    found: dict[str, dict[date, list[WorkPiece]]] = defaultdict(lambda: defaultdict(list))
    counted = set[str]()
    for one in planned:
        what = done.get(one.visit_id)
        if what is None:
            found[one.worker_id][one.day].append(one.piece)
        # The ways of the plan hold for its own visits alone: done by another, or another day, they are not
        # known.
        elif what.is_as_planned(one):
            counted.add(one.visit_id)
            known = what.host or one.piece.host
            piece = replace(one.piece, start=what.start, end=what.end, host=known, is_dead=what.is_dead)
            found[one.worker_id][one.day].append(piece)
    for visit, what in done.items():
        if visit not in counted and what.worker_id is not None and since <= what.day < before:
            piece = WorkPiece(what.start, what.end, host=what.host, is_dead=what.is_dead)
            found[what.worker_id][what.day].append(piece)
    for call in calls:
        # Nobody waits for a call: what lies before it is free, however short.
        piece = WorkPiece(call.start, call.end, opens_tour=True, is_call=True)
        found[call.worker_id][local_day(call.start)].append(piece)
    return defaultdict(dict, {worker: dict(_days(days)) for worker, days in found.items()})


def _days(days: Mapping[date, list[WorkPiece]]) -> Iterator[tuple[date, DoneDay]]:
    for day, pieces in days.items():
        yield day, DoneDay(day, tuple(_apart(sorted(pieces, key=lambda one: (one.start, one.end)))))


def _apart(pieces: list[WorkPiece]) -> Iterator[WorkPiece]:
    """Dead time begins when somebody can be there after the visit before, and ends at the latest when she
    leaves for what comes next: no minute counts twice."""
    over: datetime | None = None
    for one, following in zip(pieces, [*pieces[1:], None], strict=True):
        piece = one
        if one.is_dead:
            start = one.start if over is None else max(one.start, _later(over, one.way_min))
            end = one.end if following is None else min(one.end, following.left_for)
            piece = replace(one, start=start, end=max(start, end))
        over = piece.end if over is None else max(over, piece.end)
        yield piece
