"""What each funding line may pay, has paid, keeps and has left, in cents and in minutes.

An hour counts once: done (an outcome), else planned (a published plan), else kept (a release ahead). Of one
absence, what is kept and what is planned are the same hours told twice, so the larger of the two counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select

from api.access.scope import Scoped
from api.commitments.placements import covered
from api.shapes.money_views import LedgerView
from api.shapes.row_views import view_of
from api.store import kept_plans as kept
from api.store.basin_tables import FundingLine
from api.store.cycle_tables import Outcome, Plan
from api.store.release_tables import OPEN, Release, ReleaseDay, transfers_of
from brigade.figures.funding import entries, euro_cents, minutes_paid
from brigade.units import MAX_DAYS, PARIS

LATE_DAYS = 92
"""Hours promised longer ago than a quarter and never said to be done are promised no more."""


@dataclass(frozen=True)
class Sums:
    """Cents and minutes by absence; "" for hours of no absence known."""

    cents: Counter[str] = field(default_factory=Counter)
    minutes: Counter[str] = field(default_factory=Counter)

    def add(self, absence_id: str, minutes: int, cents: int) -> None:
        self.cents[absence_id] += cents
        self.minutes[absence_id] += minutes


@dataclass(frozen=True)
class LineAccount:
    """One line's money. `before_cents`: used before the service kept its books."""

    line: FundingLine
    given_cents: int
    received_cents: int
    done: Sums
    planned: Sums
    held: Sums

    @property
    def rate_cents(self) -> int:
        return self.line.value.hourly_rate_cents

    @property
    def own_cap_cents(self) -> int:
        return self.line.value.cap_cents

    @property
    def cap_cents(self) -> int:
        return self.own_cap_cents - self.given_cents + self.received_cents

    @property
    def before_cents(self) -> int:
        return self.line.value.consumed_cents

    @property
    def consumed_cents(self) -> int:
        return self.before_cents + self.done.cents.total()

    @property
    def consumed_min(self) -> int:
        return minutes_paid(self.before_cents, self.rate_cents) + self.done.minutes.total()

    @property
    def reserved_cents(self) -> int:
        return _reserved(self.done.cents, self.planned.cents, self.held.cents)

    @property
    def reserved_min(self) -> int:
        return _reserved(self.done.minutes, self.planned.minutes, self.held.minutes)

    @property
    def remaining_cents(self) -> int:
        return self.cap_cents - self.consumed_cents - self.reserved_cents


def _reserved(done: Counter[str], planned: Counter[str], held: Counter[str]) -> int:
    # Of one absence by the larger: a plan that covers half of what was kept leaves the other half kept.
    return sum(max(planned[id], held[id] - done[id], 0) for id in planned.keys() | held.keys())


def accounts(scoped: Scoped, basin_id: str, lines: Iterable[FundingLine]) -> dict[str, LineAccount]:
    """By line id, for whichever lines the account sees; the sums are of the whole basin, whoever asks."""
    given, received = _transferred(scoped, basin_id)
    found = {
        line.id: LineAccount(line, given[line.id], received[line.id], Sums(), Sums(), Sums())
        for line in sorted(lines, key=lambda line: line.id)
    }
    _done(scoped, basin_id, found)
    _planned(scoped, basin_id, found)
    _held(scoped, basin_id, found)
    return found


def account(scoped: Scoped, basin_id: str, line: FundingLine) -> LineAccount:
    return accounts(scoped, basin_id, [line])[line.id]


def _transferred(scoped: Scoped, basin_id: str) -> tuple[Counter[str], Counter[str]]:
    given, received = Counter[str](), Counter[str]()
    for row in transfers_of(scoped.session, basin_id):
        given[row.from_line_id] += row.cents
        received[row.to_line_id] += row.cents
    return given, received


def _done(scoped: Scoped, basin_id: str, found: dict[str, LineAccount]) -> None:
    """Books the outcomes of these lines."""
    columns = (Outcome.funding_line_id, Outcome.absence_id, Outcome.starts_at, Outcome.ends_at, Outcome.cents)
    asked = select(*columns).where(
        Outcome.basin_id == basin_id, Outcome.done, Outcome.funding_line_id.in_(found)
    )
    for line, absence, starts, ends, cents in scoped.session.execute(asked):
        # Without both times there are no hours to book.
        if line is not None and starts is not None and ends is not None:
            found[line].done.add(absence or "", (ends - starts) // timedelta(minutes=1), cents)


def _planned(scoped: Scoped, basin_id: str, found: dict[str, LineAccount]) -> None:
    """Books what plans in force promise. Visits that have an outcome, done or not, are planned no more."""
    since = scoped.clock.now().astimezone(PARIS).date() - timedelta(days=LATE_DAYS)
    asked = select(Plan).where(Plan.basin_id == basin_id, Plan.state == "published", Plan.first_day >= since)
    plans = [plan for plan in scoped.session.scalars(asked) if _books_on(plan, found)]
    known = _known(scoped, basin_id, since) if plans else set()
    for plan in plans:
        if known.issuperset(covered(plan.document)):
            continue  # nothing is left to be done: its problem, which takes long to read, has nothing to say
        problem = kept.fetch_problem(scoped.session, plan.digest)
        for one in entries(problem, kept.read_back(plan, problem)):
            if one.line_id in found and one.visit_id not in known:
                minutes = one.ticks // problem.horizon.ticks_per_minute
                found[one.line_id].planned.add(one.absence_id or "", minutes, one.cents)


def _books_on(plan: Plan, found: dict[str, LineAccount]) -> bool:
    return any(use["line_id"] in found and use["cents"] for use in plan.document.get("funding", ()))


def _known(scoped: Scoped, basin_id: str, since: date) -> set[str]:
    """The visits with an outcome, of plans of these days; an outcome may be of a plan that begins a few days
    earlier."""
    asked = select(Outcome.visit_id).join(Plan, Plan.id == Outcome.plan_id)
    # A plan that began before `since` may reach into it.
    near = Plan.first_day > since - timedelta(days=MAX_DAYS)
    return set(scoped.session.scalars(asked.where(Outcome.basin_id == basin_id, near)))


def _held(scoped: Scoped, basin_id: str, found: dict[str, LineAccount]) -> None:
    """Hours of releases whose day is not over: after it, what was done and planned says it all."""
    asked = (
        select(ReleaseDay, Release.funding_line_id)
        .join(Release, (Release.basin_id == ReleaseDay.basin_id) & (Release.id == ReleaseDay.release_id))
        .where(Release.basin_id == basin_id, Release.state.in_(OPEN), ReleaseDay.ends_at > scoped.clock.now())
    )
    for day, line_id in scoped.session.execute(asked):
        if line_id in found:
            booked = found[line_id]
            booked.held.add(day.id, day.minutes, euro_cents(day.minutes, booked.rate_cents, 1))


def shown(one: LineAccount) -> LedgerView:
    """Cents and minutes; a line without an hourly rate has no minutes."""
    cap_min = minutes_paid(one.cap_cents, one.rate_cents)
    return view_of(
        LedgerView,
        one,
        line_id=one.line.id,
        over_cap_cents=max(0, -one.remaining_cents),
        cap_min=cap_min,
        remaining_min=cap_min - one.consumed_min - one.reserved_min,
    )
