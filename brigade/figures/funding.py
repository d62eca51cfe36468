"""Which public money pays which replaced hour: every hour of a funded release is booked once, on one line."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from brigade.units import Cents, Ticks
from brigade.values.demand import FundingLine, Shadowing
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.problem_parts import Request


@dataclass(frozen=True, slots=True)
class FundingEntry:
    """One covered visit of a funded release, one attendance of a funded work block, or a tutor's time at a
    shared visit, booked on one line; `worker_id`: whose time. `absence_id`: None: nobody was replaced."""

    line_id: str
    absence_id: str | None
    visit_id: str
    worker_id: str
    ticks: Ticks
    cents: Cents


@dataclass(frozen=True, slots=True)
class FundingUse:
    """What one plan books on one line. `cents` is of this plan, `consumed_cents` came before it."""

    line_id: str
    name: str
    ticks: Ticks
    cents: Cents
    consumed_cents: Cents
    cap_cents: Cents
    entries: tuple[FundingEntry, ...] = ()

    @property
    def remaining_cents(self) -> Cents:
        """What is left under the cap after this plan; negative when the plan goes over it."""
        return self.cap_cents - self.consumed_cents - self.cents

    @property
    def over_cap_cents(self) -> Cents:
        return max(0, -self.remaining_cents)

    @property
    def is_over_cap(self) -> bool:
        return self.remaining_cents < 0


def ledger(problem: Problem, plan: Plan) -> tuple[FundingUse, ...]:
    """The use of every funding line of the problem, in input order, the unused ones included."""
    booked = tuple(entries(problem, plan))
    return tuple(
        _use(line, tuple(e for e in booked if e.line_id == line.id)) for line in problem.funding_lines
    )


def entries(problem: Problem, plan: Plan) -> Iterator[FundingEntry]:
    """The covered visits of funded releases and the attendances that a line pays, in plan order: one entry
    each, so no hour is ever paid twice; then the tutors' time at shared visits."""
    lines = {line.id: line for line in problem.funding_lines}
    booked: set[str] = set()
    for route in plan.routes:
        for stop in route.stops:
            request = problem.request_by_visit.get(stop.visit_id)
            line_id = request.funding_line_id if request else None
            # A plan yet to be judged may hold a visit twice: money is booked for one of them.
            if request is None or line_id is None or stop.visit_id in booked:
                continue
            booked.add(stop.visit_id)
            line, absence = lines[line_id], request.absence
            ticks = stop.end - stop.start
            cents = euro_cents(ticks, line.hourly_rate_cents, problem.horizon.ticks_per_minute)
            replaced = None if absence is None else absence.id
            yield FundingEntry(line.id, replaced, stop.visit_id, route.worker_id, ticks, cents)
    yield from _tutored(problem, plan, lines)


def line_of(problem: Problem, request: Request) -> str | None:
    """Who pays the hours of a request; of a shared visit, those of whoever guides."""
    seat = request.visit.shadowing
    if seat is None:
        return request.funding_line_id
    return None if _is_paid(problem, seat) else seat.funding_line_id


def _tutored(problem: Problem, plan: Plan, lines: Mapping[str, FundingLine]) -> Iterator[FundingEntry]:
    """The time of whoever guides a learner, where no line pays that hour already; of one hour once, however
    many learners share it."""
    booked: set[str] = set()
    for stop in (stop for route in plan.routes for stop in route.stops):
        seat = problem.visit_by_id[stop.visit_id].shadowing
        line_id = None if seat is None else seat.funding_line_id
        if seat is None or line_id is None or seat.visit_id in booked or _is_paid(problem, seat):
            continue
        tutor, ticks = _tutor(problem, plan, seat)
        if tutor is not None:
            booked.add(seat.visit_id)
            cents = euro_cents(ticks, lines[line_id].hourly_rate_cents, problem.horizon.ticks_per_minute)
            yield FundingEntry(line_id, None, stop.visit_id, tutor, ticks, cents)


def _is_paid(problem: Problem, seat: Shadowing) -> bool:
    """Whether a line pays the visit beside it."""
    request = problem.request_by_visit.get(seat.visit_id)
    return request is not None and request.funding_line_id is not None


def _tutor(problem: Problem, plan: Plan, seat: Shadowing) -> tuple[str | None, Ticks]:
    """Who does the visit beside it, and how long: of the brigade, else its usual carer."""
    found, entry = plan.stop_of(seat.visit_id), problem.rota_entry_by_visit.get(seat.visit_id)
    if found is not None:
        return found[0].worker_id, found[1].end - found[1].start
    visit = problem.visit_by_id[seat.visit_id]
    return (None, 0) if entry is None else (entry.employee_id, visit.duration)


def euro_cents(ticks: Ticks, hourly_rate_cents: Cents, ticks_per_minute: int) -> Cents:
    """The price of a length of time, rounded half up to the cent: each entry is rounded, and sums are of
    entries, so that whoever adds up the lines of an export finds the total again."""
    hour = 60 * ticks_per_minute
    return (2 * ticks * hourly_rate_cents + hour) // (2 * hour)


def minutes_paid(cents: Cents, hourly_rate_cents: Cents) -> int:
    """Whole minutes that an amount pays at a rate, rounded down; 0 where the rate is nothing."""
    return 60 * cents // hourly_rate_cents if hourly_rate_cents else 0


@dataclass(frozen=True, slots=True)
class TransferLimit:
    """How much of its own cap a line may give away, all transfers added up, before somebody must say why."""

    percent: int
    source: str

    def cents(self, cap_cents: Cents) -> Cents:
        """Rounded down: the limit is never passed by a rounding."""
        return cap_cents * self.percent // 100

    def is_passed(self, cap_cents: Cents, given_cents: Cents) -> bool:
        return given_cents > self.cents(cap_cents)


@cache
def shipped_transfer_limit() -> TransferLimit:
    found = tomllib.loads(files("brigade").joinpath("data/funding.toml").read_text("utf-8"))["transfers"][
        "percent_of_cap"
    ]
    return TransferLimit(found["value"], found["source"])


def _use(line: FundingLine, booked: tuple[FundingEntry, ...]) -> FundingUse:
    return FundingUse(
        line.id,
        line.name,
        sum(entry.ticks for entry in booked),
        sum(entry.cents for entry in booked),
        line.consumed_cents,
        line.cap_cents,
        booked,
    )
