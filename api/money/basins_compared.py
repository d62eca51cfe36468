"""All basins that an account reaches, side by side, for a département: who could come, what was asked and
covered in a quarter, which basin has no brigade, and where people are short. Nothing of single people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import func, select

from api.access.scope import Scoped
from api.money.months import Period, PeriodLength
from api.money.reports import period_reports
from api.money.small_cells import SMALLEST
from api.runtime.roles import Role
from api.shapes.money_views import FigureView, TerritoryBasinView, TerritoryKindView, TerritoryView
from api.store.basin_tables import Basin, Employer, Provider, Worker
from brigade.units import PARIS
from brigade.values.workforce import EmployerKind

READERS = (Role.COORDINATOR, Role.FUNDER)


def territory(scoped: Scoped, lang: str, quarter: Period | None = None) -> TerritoryView:
    """By what basins are called. Args: quarter: by default the last one that is over. Raises: Forbidden."""
    scoped.only("territory", *READERS)
    period = quarter or last_quarter(scoped.clock.now().astimezone(PARIS).date())
    rows = scoped.all(scoped.select(Basin).order_by(Basin.id))
    basins = [_basin(scoped, row, period, lang) for row in rows]
    return TerritoryView(
        period=period.name,
        first_day=period.first,
        last_day=period.last,
        without_brigade=sum(not one.has_brigade for one in basins),
        basins=sorted(basins, key=lambda one: (one.name, one.basin_id)),
    )


def last_quarter(today: date) -> Period:
    """The last one that is over."""
    return Period.of(Period.of(today, PeriodLength.QUARTER).first - timedelta(days=1), PeriodLength.QUARTER)


def _basin(scoped: Scoped, row: Basin, period: Period, lang: str) -> TerritoryBasinView:
    people = _people(scoped, row.id)
    told = _without_small(people) if scoped.principal.is_funder else people
    every = sum(people.values())
    # Where a kind is hidden and all together are still few, the sum would tell what was hidden.
    total = None if None in told.values() and every < SMALLEST else every
    found = period_reports.told(scoped, row.id, PeriodLength.QUARTER, period.first, period.last, lang)
    whole = {one.name: one for one in found.rows if one.of is None}
    asked = _value(whole, "requests")
    return TerritoryBasinView(
        basin_id=row.id,
        name=row.body.name,
        department=row.body.department,
        has_brigade=every > 0,
        providers=_count(scoped, row.id),
        workers=total,
        kinds=[TerritoryKindView(kind=kind, workers=told[kind]) for kind in EmployerKind if people[kind]],
        requests=None if asked is None else round(asked),
        is_suppressed="requests" in whole and asked is None,
        coverage=_value(whole, "coverage_rate"),
        requests_per_worker=round(asked / total, 1) if asked is not None and total else None,
    )


def _people(scoped: Scoped, basin_id: str) -> Counter[EmployerKind]:
    """The brigade by kind of employer. Read past the account's reach: what is counted names nobody."""
    kinds = {
        one.id: one.value.kind
        for one in scoped.session.scalars(select(Employer).where(Employer.basin_id == basin_id))
    }
    asked = select(Worker.employer_id, func.count()).where(Worker.basin_id == basin_id)
    found = Counter[EmployerKind]()
    for employer, count in scoped.session.execute(asked.group_by(Worker.employer_id)):
        found[kinds[employer]] += count
    return found


def _without_small(people: Mapping[EmployerKind, int]) -> dict[EmployerKind, int | None]:
    """Without counts of one to four, nor what the whole would give of them away: others are hidden with them
    until five people or more are hidden together, in more than one kind."""
    hidden = {kind for kind, count in people.items() if 0 < count < SMALLEST}
    while hidden and (len(hidden) == 1 or sum(people[kind] for kind in hidden) < SMALLEST):
        left = [kind for kind, count in people.items() if count and kind not in hidden]
        if not left:
            break
        hidden.add(min(left, key=lambda kind: (people[kind], kind)))
    return {kind: None if kind in hidden else people[kind] for kind in EmployerKind}


def _count(scoped: Scoped, basin_id: str) -> int:
    asked = select(func.count()).select_from(Provider).where(Provider.basin_id == basin_id)
    return scoped.session.scalar(asked) or 0


def _value(whole: Mapping[str, FigureView], name: str) -> float | None:
    return whole[name].value if name in whole else None
