"""Shift patterns and cycles become the hours of the people who work them, day by day of the horizon, before
anything else reads the document: the trade itself knows hours alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from brigade.errors import Issue
from brigade.exchange.shapes.problem_shapes import ProblemDocument
from brigade.exchange.shapes.shift_shapes import OFF, ShiftCycleShape, ShiftPatternShape
from brigade.exchange.shapes.workforce_shapes import AvailabilityShape, WorkerShape

Spell = tuple[datetime, datetime]
PATTERNS, CYCLES = "brigade.shift_patterns", "brigade.shift_cycles"


def with_shifts(document: ProblemDocument) -> tuple[ProblemDocument, list[Issue]]:
    """The document with the hours of its cycles among those of its workers, and without patterns; every fault
    of both. Hours that stand there already are not written twice."""
    brigade = document.brigade
    if not (brigade.shift_patterns or brigade.shift_cycles):
        return document, []
    issues = [*_faults(document)]
    if issues:
        return _without(document, brigade.workers), issues
    hours = _hours(document)
    workers = [_merged(one, hours.get(one.id, [])) for one in brigade.workers]
    return _without(document, workers), []


def shifts_of(document: ProblemDocument) -> Mapping[str, list[Spell]]:
    """By worker, the hours that the cycles of a document without faults give, in order of time."""
    return _hours(document)


def _without(document: ProblemDocument, workers: list[WorkerShape]) -> ProblemDocument:
    bare = {"workers": workers, "shift_patterns": [], "shift_cycles": []}
    return document.model_copy(update={"brigade": document.brigade.model_copy(update=bare)})


def _merged(worker: WorkerShape, spells: list[Spell]) -> WorkerShape:
    known = {(one.start, one.end) for one in worker.availability}
    made = [AvailabilityShape(start=start, end=end) for start, end in spells if (start, end) not in known]
    every = sorted([*worker.availability, *made], key=lambda one: one.start)
    return worker.model_copy(update={"availability": every})


# -- hours -------------------------------------------------------------------------------------------------
def _hours(document: ProblemDocument) -> dict[str, list[Spell]]:
    patterns = {one.id: one for one in document.brigade.shift_patterns}
    zone, found = ZoneInfo(document.horizon.zone), defaultdict[str, list[Spell]](list)
    for cycle in document.brigade.shift_cycles:
        for day, name in _days(document, cycle):
            found[cycle.worker_id] += spells(patterns[name], day, zone)
    return {id: sorted(set(one)) for id, one in found.items()}


def _days(document: ProblemDocument, cycle: ShiftCycleShape) -> Iterator[tuple[date, str]]:
    """The days of the horizon on which it has a shift."""
    names = cycle.cycle.split()
    for number in range(document.horizon.days):
        day = document.horizon.first_day + timedelta(days=number)
        if cycle.first <= day and (cycle.last is None or day <= cycle.last):
            name = names[(day - cycle.first).days % len(names)]
            if name != OFF:
                yield day, name


def spells(pattern: ShiftPatternShape, day: date, zone: ZoneInfo) -> list[Spell]:
    """On the clock of that day, in UTC: two datetimes of one zone are subtracted by wall clock."""
    told = [(pattern.start, pattern.end)]
    if pattern.second_start is not None and pattern.second_end is not None:
        told.append((pattern.second_start, pattern.second_end))
    return [
        (_at(day, start, zone), _at(day + timedelta(days=minutes(end) <= minutes(start)), end, zone))
        for start, end in told
    ]


def _at(day: date, wall: str, zone: ZoneInfo) -> datetime:
    whole, left = divmod(minutes(wall), 24 * 60)
    told = datetime.combine(day + timedelta(days=whole), time(left // 60, left % 60), zone)
    return told.astimezone(UTC)


def minutes(wall: str) -> int:
    """Of the day: "24:00" is its end."""
    return int(wall[:2]) * 60 + int(wall[3:])


# -- faults ------------------------------------------------------------------------------------------------
def _faults(document: ProblemDocument) -> Iterator[Issue]:
    seen: set[str] = set()
    for number, pattern in enumerate(document.brigade.shift_patterns):
        where = f"{PATTERNS}[{number}]"
        if pattern.id in seen or pattern.id == OFF or pattern.id.split() != [pattern.id]:
            yield Issue("P550", f"{where}.id", "shift_name", {"id": pattern.id})
        seen.add(pattern.id)
        yield from _of_hours(pattern, where)
    known = {one.id for one in document.brigade.workers}
    for number, cycle in enumerate(document.brigade.shift_cycles):
        where = f"{CYCLES}[{number}]"
        if cycle.worker_id not in known:
            yield Issue("P102", f"{where}.worker_id", "shift_of_nobody", {"worker": cycle.worker_id})
        if cycle.last is not None and cycle.last < cycle.first:
            yield Issue("P552", f"{where}.last", "cycle_reversed", {"first": cycle.first, "last": cycle.last})
        unknown = sorted({*cycle.cycle.split()} - seen - {OFF})
        if unknown or not cycle.cycle.split():
            met = {"unknown": unknown[:5], "known": sorted(seen)[:10]}
            yield Issue("P551", f"{where}.cycle", "cycle_names_unknown", met)


def _of_hours(pattern: ShiftPatternShape, where: str) -> Iterator[Issue]:
    """The first spell of a split shift ends before the second begins, which ends before the next day's."""
    split = (pattern.second_start, pattern.second_end)
    if (split[0] is None) != (split[1] is None):
        yield Issue("P550", f"{where}.second_start", "shift_half_split", {"shift": pattern.id})
    if split[0] is None or split[1] is None:
        return
    start, end, again, last = (minutes(one) for one in (pattern.start, pattern.end, split[0], split[1]))
    if not start < end < again < 24 * 60 or (again >= last > start):
        told = f"{pattern.start}-{pattern.end}, {split[0]}-{split[1]}"
        met = {"shift": pattern.id, "hours": told}
        yield Issue("P550", f"{where}.second_start", "shift_spells_overlap", met)
