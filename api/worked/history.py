"""What workers did, day by day: what the plans in force had them do, corrected by what became of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import select

from api.access.scope import Scoped
from api.store.cycle_tables import Outcome, Plan
from brigade.units import MAX_DAYS, PARIS
from brigade.worked.local_days import by_date, midnight, minutes_between

Days = dict[date, "Day"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One visit of a day. `leg_min`: the travel before it that is work. `way_min`: what of the gap before it
    neither is work
    by its shortness nor interrupts: that travel, and pauses. Times noted by hand have neither: the ways are
    not known."""

    start: datetime
    end: datetime
    leg_min: float = 0
    way_min: float = 0


@dataclass(frozen=True, slots=True)
class Day:
    """One day of one worker. `pieces`: at least one, by their begin; noted by hand, they may overlap."""

    day: date
    pieces: tuple[Piece, ...]

    @property
    def start(self) -> datetime:
        return self.pieces[0].start

    @property
    def end(self) -> datetime:
        return max(piece.end for piece in self.pieces)

    @property
    def span_min(self) -> int:
        return minutes_between(self.start, self.end)

    def work_min(self, short_min: float) -> float:
        """Services, ways between them and short waits; no more than there was time. Args: short_min: waits
        below are work."""
        work = sum(minutes_between(piece.start, piece.end) + piece.leg_min for piece in self.pieces)
        return min(work + sum(wait for wait in self._waits() if wait < short_min), self.span_min)

    def interrupted_min(self, short_min: float) -> float:
        """All interruptions together: the waits that are no work."""
        return sum(wait for wait in self._waits() if wait >= short_min)

    def work_by_date(self, short_min: float) -> dict[date, float]:
        """The same by local date, midnight to midnight."""
        found: dict[date, float] = defaultdict(float)
        for start, end in self.work_times(short_min):
            for day, minutes in by_date(start, end, PARIS):
                found[day] += minutes
        return found

    def work_times(self, short_min: float) -> Iterator[tuple[datetime, datetime]]:
        """When it was work, in order and apart: services, the way right after the visit before, short waits
        before the next."""
        over = self.start
        for piece in self.pieces:
            free = minutes_between(over, piece.start)
            wait = free - piece.way_min
            if piece.leg_min and free:
                yield over, over + timedelta(minutes=min(piece.leg_min, free))
            if 0 < wait < short_min:
                yield piece.start - timedelta(minutes=wait), piece.start
            if piece.end > over:
                yield max(over, piece.start), piece.end
            over = max(over, piece.end)

    def _waits(self) -> Iterator[float]:
        over = self.start
        for piece in self.pieces:
            free = minutes_between(over, piece.start) - piece.way_min
            if free > 0:
                yield free
            over = max(over, piece.end)


def worked(scoped: Scoped, basin_id: str, since: date, before: date) -> Mapping[str, Days]:
    """By worker, the days from `since` and before `before`."""
    found: dict[str, dict[date, list[Piece]]] = defaultdict(lambda: defaultdict(list))
    outcomes, counted = _outcomes(scoped, basin_id, since, before), set[str]()
    for worker, day, visit, planned in _planned(scoped, basin_id, since, before):
        done = outcomes.get(visit)
        if done is None:
            found[worker][day].append(planned)
        elif done.is_by(worker, day):
            counted.add(visit)
            found[worker][day].append(Piece(done.start, done.end, planned.leg_min, planned.way_min))
    for visit, done in outcomes.items():
        if visit not in counted and done.worker_id is not None and since <= done.start.date() < before:
            found[done.worker_id][done.start.date()].append(Piece(done.start, done.end))
    return defaultdict(dict, {worker: dict(_days(days)) for worker, days in found.items()})


def _days(days: Mapping[date, list[Piece]]) -> Iterator[tuple[date, Day]]:
    for day, pieces in days.items():
        yield day, Day(day, tuple(sorted(pieces, key=lambda one: (one.start, one.end))))


@dataclass(frozen=True, slots=True)
class _Done:
    """What became of a visit. `worker_id` None: nobody came, or no time is known."""

    worker_id: str | None
    start: datetime
    end: datetime

    def is_by(self, worker: str, day: date) -> bool:
        return (self.worker_id, self.start.date()) == (worker, day)


def _outcomes(scoped: Scoped, basin_id: str, since: date, before: date) -> dict[str, _Done]:
    """By visit, of the plans that have days in the span: in whole minutes, by the clock of the wall."""
    columns = (Outcome.visit_id, Outcome.worker_id, Outcome.done, Outcome.starts_at, Outcome.ends_at)
    asked = select(*columns).join(Plan, Plan.id == Outcome.plan_id).where(Outcome.basin_id == basin_id)
    found = {}
    for visit, worker, is_done, starts, ends in scoped.session.execute(asked.where(*_near(since, before))):
        nowhere = datetime.combine(since, datetime.min.time(), PARIS)
        start, end = (
            nowhere if at is None else at.astimezone(PARIS).replace(second=0, microsecond=0)
            for at in (starts, ends)
        )
        found[visit] = _Done(worker if is_done and start < end else None, start, end)
    return found


def _planned(
    scoped: Scoped, basin_id: str, since: date, before: date
) -> Iterator[tuple[str, date, str, Piece]]:
    """Worker, day, visit and time of each stop of the plans in force."""
    asked = select(Plan.document).where(
        Plan.basin_id == basin_id, Plan.state == "published", *_near(since, before)
    )
    for document in scoped.session.scalars(asked.order_by(Plan.first_day, Plan.id)):
        tours = sorted(
            document["routes"], key=lambda route: (route["worker_id"], route["day"], route["tour"])
        )
        for (worker, told), same_day in groupby(tours, key=lambda route: (route["worker_id"], route["day"])):
            day = date.fromisoformat(told)
            if since <= day < before:
                yield from ((worker, day, visit, piece) for visit, piece in _stops(same_day))


def _stops(tours: Iterator[dict[str, Any]]) -> Iterator[tuple[str, Piece]]:
    """Of the tours of one day: the ways from and to home are no work, and part of what lies between two
    tours."""
    for tour in tours:
        for number, stop in enumerate(tour["stops"]):
            leg = stop["travel_min"] if number else 0
            start, end = datetime.fromisoformat(stop["start"]), datetime.fromisoformat(stop["end"])
            yield stop["visit_id"], Piece(start, end, leg, leg + stop.get("pause_min", 0))


def _near(since: date, before: date) -> tuple[Any, ...]:
    """Plans that may have days in the span."""
    return Plan.first_day > since - timedelta(days=MAX_DAYS), Plan.first_day < before


def dates(
    scoped: Scoped, basin_id: str, wanted: list[date], is_meant: Callable[[date, str], bool] | None = None
) -> Mapping[str, set[date]]:
    """By worker, on which of these days a minute of a visit was done. Args: is_meant: asks a day and the
    client whether the day counts there."""
    found: dict[str, set[date]] = defaultdict(set)
    for day in wanted:
        opens, closes = midnight(day, PARIS), midnight(day + timedelta(days=1), PARIS)
        asked = select(Outcome.worker_id, Outcome.client_id).where(
            Outcome.basin_id == basin_id, Outcome.done, Outcome.starts_at < closes, Outcome.ends_at > opens
        )
        for worker, client in scoped.session.execute(asked.distinct()):
            if worker is not None and (is_meant is None or is_meant(day, client)):
                found[worker].add(day)
    return found
