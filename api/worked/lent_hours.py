"""Hours of people whose day lies in two basins: whoever is lent works in her own and in the borrower's, and
each counts what she does in the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select

from api.access.scope import Scoped
from api.store.cycle_tables import Plan
from api.store.lending.lending_tables import Lending
from api.store.plan_parts import LONGEST_PLAN, PlannedTour, tours_of
from api.worked import history
from brigade.units import PARIS, Horizon
from brigade.worked.done_days import DoneDay, WorkPiece
from brigade.worked.local_days import midnight

Hours = tuple[datetime, datetime]
Tours = Mapping[str, Sequence[PlannedTour]]
"""By worker."""
AFTER = timedelta(days=1)
"""So long after its last day a plan must still know of work: the rest owed before it."""


def agreed(scoped: Scoped, basin_id: str, since: datetime) -> list[Lending]:
    """Whom a basin lends, and who is lent to it, from then on. Whoever asks needs no right to lendings: the
    hours of people are the same for everybody."""
    is_its = or_(Lending.basin_id == basin_id, Lending.borrower_id == basin_id)
    asked = select(Lending).where(is_its, Lending.state == "agreed", Lending.ends_at > since)
    return list(scoped.session.scalars(asked.order_by(Lending.starts_at, Lending.id)))


class DepartmentTours:
    """Tours of plans in force around some days, read once for each basin that is asked about."""

    def __init__(self, scoped: Scoped, horizon: Horizon) -> None:
        self.scoped, self.horizon = scoped, horizon
        self.opens, self.closes = horizon.midnight(0), horizon.midnight(horizon.days) + AFTER
        self._tours: dict[str, Tours] = {}

    def tours(self, basin_id: str, worker_id: str) -> Sequence[PlannedTour]:
        if basin_id not in self._tours:
            self._tours[basin_id] = self._read(basin_id)
        return self._tours[basin_id].get(worker_id, ())

    def _read(self, basin_id: str) -> Tours:
        last = self.closes.astimezone(PARIS).date()
        near = Plan.first_day.between(self.horizon.first_day - LONGEST_PLAN, last)
        asked = select(Plan.document).where(Plan.basin_id == basin_id, Plan.state == "published", near)
        found: dict[str, list[PlannedTour]] = defaultdict(list)
        for document in self.scoped.session.scalars(asked.order_by(Plan.first_day, Plan.id)):
            for tour in tours_of(document):
                if tour.back > self.opens and tour.departure < self.closes:
                    found[tour.worker_id].append(tour)
        return found

    def work(self, lender: str, worker_id: str, here: str) -> Iterator[Hours]:
        """Hours of work of one of the lender's people in her own basin and in all that borrow her, but
        `here`."""
        lent = (one for one in agreed(self.scoped, lender, self.opens) if one.worker_id == worker_id)
        places = {(one.borrower_id, one.lent_id) for one in lent if one.basin_id == lender}
        for basin_id, name in sorted({(lender, worker_id)} | places):
            if basin_id != here:
                for tour in self.tours(basin_id, name):
                    yield tour.stops[0].start, tour.stops[-1].end


def lent_days(scoped: Scoped, basin_id: str, since: date, before: date) -> Mapping[str, dict[date, DoneDay]]:
    """By worker of the lender's, what she did where she was lent; whose clients, no text of hers knows."""
    found: dict[str, dict[date, DoneDay]] = defaultdict(dict)
    rows = [one for one in agreed(scoped, basin_id, midnight(since, PARIS)) if one.basin_id == basin_id]
    worked = {
        borrower: history.worked(scoped, borrower, since, before)
        for borrower in sorted({one.borrower_id for one in rows})
    }
    for borrower, name, worker in sorted({(one.borrower_id, one.lent_id, one.worker_id) for one in rows}):
        for day, done in worked[borrower].get(name, {}).items():
            pieces = tuple(replace(piece, host=None) for piece in done.pieces)
            found[worker][day] = _joined(day, pieces, found[worker].get(day))
    return found


def in_both(
    own: Mapping[str, dict[date, DoneDay]], lent: Mapping[str, dict[date, DoneDay]]
) -> Mapping[str, dict[date, DoneDay]]:
    """Days of the own basin and those of others, as one."""
    if not lent:
        return own
    found = {id: dict(days) for id, days in own.items()}
    for id, days in lent.items():
        mine = found.setdefault(id, {})
        for day, done in days.items():
            mine[day] = _joined(day, done.pieces, mine.get(day))
    return defaultdict(dict, found)


def _joined(day: date, pieces: Iterable[WorkPiece], known: DoneDay | None) -> DoneDay:
    both = (*pieces, *(() if known is None else known.pieces))
    return DoneDay(day, tuple(sorted(both, key=lambda one: one.start)))
