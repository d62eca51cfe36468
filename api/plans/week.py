"""A week at a glance: of each day which plan there is, who is away, what is covered, who still has to
answer."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from api.access.scope import Scoped
from api.commitments import wanted_visits
from api.commitments.states import AGREED, WAITING, State
from api.store.basin_tables import Absence, Visit
from api.store.cycle_tables import Offer, Plan
from api.store.plan_parts import LONGEST_PLAN, requests_of
from brigade.units import PARIS

DAYS = 7


@dataclass(frozen=True, slots=True)
class DaySituation:
    """One day. `plan`: the one in force, else the newest proposal. `asked`: visits left without a carer;
    `covered`: those that the plan gives to somebody. The last three count what those who were asked said."""

    day: date
    plan: Plan | None
    away: int
    asked: int
    covered: int
    waiting: int
    agreed: int
    refused: int

    @property
    def uncovered(self) -> int:
        return self.asked - self.covered


def at_a_glance(scoped: Scoped, basin_id: str, monday: date) -> list[DaySituation]:
    """The seven days from Monday."""
    days = [monday + timedelta(days=number) for number in range(DAYS)]
    start, end = _midnight(days[0]), _midnight(days[-1] + timedelta(days=1))
    visits = scoped.select(Visit, basin_id).where(Visit.starts_at >= start, Visit.starts_at < end)
    day_of = {row.id: row.starts_at.astimezone(PARIS).date() for row in scoped.all(visits)}
    plans = _plans(scoped, basin_id, days)
    wanted = {row.id for row in wanted_visits.wanted(scoped, basin_id, scoped.clock.now())}
    away = scoped.all(
        scoped.select(Absence, basin_id).where(Absence.ends_at > start, Absence.starts_at < end)
    )
    asked = scoped.select(Offer, basin_id).where(Offer.starts_at >= start, Offer.starts_at < end)
    said = _said(scoped.all(asked))
    return [_glance(day, plans.get(day), day_of, wanted, _away(away, day), said[day]) for day in days]


def _glance(
    day: date,
    plan: Plan | None,
    day_of: Mapping[str, date],
    wanted: set[str],
    away: int,
    said: Counter[str],
) -> DaySituation:
    """Where there is no plan, what is wanted is uncovered."""
    requests = requests_of(plan.document) if plan is not None else dict.fromkeys(wanted, False)
    of_day = {visit: done for visit, done in requests.items() if day_of.get(visit) == day}
    waiting, agreed = (sum(said[state] for state in states) for states in (WAITING, AGREED))
    refused = said[State.REFUSED] + said[State.EXPIRED]
    return DaySituation(day, plan, away, len(of_day), sum(of_day.values()), waiting, agreed, refused)


def _plans(scoped: Scoped, basin_id: str, days: Sequence[date]) -> dict[date, Plan]:
    """Of each day the plan in force, else the newest proposal."""
    rows = scoped.all(
        scoped.select(Plan, basin_id)
        .where(Plan.state.in_(("published", "proposed")))
        .where(Plan.first_day > days[0] - LONGEST_PLAN, Plan.first_day <= days[-1])
        .order_by(Plan.created_at, Plan.id)
    )
    found: dict[date, Plan] = {}
    for row in sorted(rows, key=lambda one: one.state == "published"):  # the last one counts
        found |= {day: row for day in days if row.covers(day)}
    return found


def _said(rows: Iterable[Offer]) -> defaultdict[date, Counter[str]]:
    """What was last said of each visit, by its day."""
    last = {row.visit_id: row for row in sorted(rows, key=lambda one: (one.wave, one.id))}
    found: defaultdict[date, Counter[str]] = defaultdict(Counter)
    for row in last.values():
        found[row.starts_at.astimezone(PARIS).date()][row.state] += 1
    return found


def _away(rows: Iterable[Absence], day: date) -> int:
    start, end = _midnight(day), _midnight(day + timedelta(days=1))
    return len({row.employee_id for row in rows if row.starts_at < end and row.ends_at > start})


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PARIS)
