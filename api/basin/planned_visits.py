"""The visits of some days as their problem has them: when each may still begin, how long it takes, who may
come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from api.access.scope import Scoped
from api.basin import holds
from api.commitments.in_force import begun_visits, published
from api.commitments.open_incidents import OpenIncidents, last_begin, standing
from api.commitments.shared_seats import visit_of
from api.commitments.states import CLOSED
from api.shapes.cycle_requests import plain
from api.store import basin_tables
from api.store.cycle_tables import Offer, Outcome, Plan
from api.store.plan_parts import carers_of, stops_of
from brigade.exchange.documents.json_text import JsonObject
from brigade.exchange.shapes.demand_shapes import WindowShape
from brigade.units import Horizon
from brigade.worked.shared_visits import seat_id

MINUTE = timedelta(minutes=1)
FAMILIAR_DAYS = 90
"""Whoever came within so many days before is a familiar face."""


@dataclass(frozen=True)
class PlannedDays:
    """The days asked, as instants."""

    horizon: Horizon

    @property
    def start(self) -> datetime:
        return self.horizon.midnight(0)

    @property
    def end(self) -> datetime:
        return self.horizon.midnight(self.horizon.days)


def visits_of(scoped: Scoped, basin_id: str, span: PlannedDays) -> list[JsonObject]:
    """The visits that begin in the span, with those who may not come again and those whom the client knows by
    now."""
    row = basin_tables.Visit
    asked = scoped.select(row, basin_id).where(row.starts_at >= span.start, row.starts_at < span.end)
    rows = scoped.all(asked.order_by(row.id))
    facts = _VisitFacts.of(scoped, basin_id, span, rows)
    wanted = [(visit, windows) for visit in rows if (windows := facts.windows(visit))]
    return [
        begun_by(
            {
                **visit.body,
                **facts.people(visit),
                "duration_min": facts.duration_min(visit),
                "windows": list(map(plain, windows)),
            },
            "planned_start",
            span,
        )
        for visit, windows in wanted
    ]


@dataclass(frozen=True)
class _VisitFacts:
    """What decides how visits stand in the problem of some days.

    Attributes:
        workers: everybody of the brigade. told: incidents that are not over. begun: visits of the plan in
            force that have begun. over: those of which is told what became of them.
        refused, held: by visit, who is not to be sent. familiar: by client, whom she knows.
        learners: who shares visits; carers: by visit of the plan in force, who does it.
        spent: of visits at whose door somebody stood for nothing, the minutes until she could go on.
    """

    span: PlannedDays
    now: datetime
    workers: frozenset[str]
    told: OpenIncidents
    begun: frozenset[str]
    over: frozenset[str]
    refused: Mapping[str, set[str]]
    held: Mapping[str, set[str]]
    familiar: Mapping[str, set[str]]
    spent: Mapping[str, int]
    learners: frozenset[str]
    carers: Mapping[str, str]

    @classmethod
    def of(
        cls, scoped: Scoped, basin_id: str, span: PlannedDays, rows: Sequence[basin_tables.Visit]
    ) -> _VisitFacts:
        now, told = scoped.clock.now(), standing(scoped, basin_id, span.start)
        in_force = published(scoped, basin_id, span.horizon.first_day)
        begun = begun_visits(in_force, now, told)
        kept = holds.holds(scoped, basin_id, span.start, span.end)
        told_to = {} if in_force is None else carers_of(in_force.document)
        over = _with_outcome(scoped, basin_id, span)
        worker = basin_tables.Worker
        people = select(worker.id, worker.body).where(worker.basin_id == basin_id)
        bodies = {id: body for id, body in scoped.session.execute(people)}  # noqa: C416 - rows are no pairs
        return cls(
            span,
            now,
            frozenset(bodies),
            told,
            begun,
            frozenset(over.keys() - told.missed.keys()),
            _refusals(scoped, basin_id),
            holds.kept_from(scoped, basin_id, kept, (row.body for row in rows), told_to),
            _familiar(scoped, basin_id, span),
            _spent(in_force, over),
            frozenset(id for id, body in bodies.items() if body.get("learning")),
            told_to,
        )

    def windows(self, visit: basin_tables.Visit) -> list[WindowShape]:
        """When it may still begin on these days; none: nobody is to be sent. Hours that are over, and those
        in which its client is away, are gone. Where all are over, as they were: it is too late for anybody,
        and the day counts it as uncovered for that reason (`too_late_now`)."""
        is_over, has_begun = visit.id in self.over, visit.id in self.begun
        if is_over and not has_begun:
            return []
        windows = until(_windows_of(visit), self.span.end)
        # What has begun keeps its windows, which hold the hour at which it began. Once its outcome is told it
        # keeps none from now on: whatever becomes of her hours, nobody is sent again.
        if has_begun:
            return list(past(windows, self.now)) if is_over else windows
        left = self.told.windows(visit.client_id, windows, visit.body["duration_min"])
        return still_open(left, self.now) or left

    def duration_min(self, visit: basin_tables.Visit) -> float:
        """With what somebody has lost there; no longer than somebody stood at the door for nothing."""
        _, lost = self.told.longer.get(visit.id, ("", 0))
        minutes: float = visit.body["duration_min"] + lost
        return min(minutes, self.spent.get(visit.id, minutes))

    def people(self, visit: basin_tables.Visit) -> dict[str, list[str]]:
        usual = set(visit.body.get("usual_workers", ())) | self.familiar.get(visit.client_id, set())
        never = set(visit.body.get("forbidden_workers", ())) | self.told.lost.get(visit.id, frozenset())
        never |= self.refused.get(visit.id, set()) | self.held.get(visit.id, set())
        if visit.id in self.told.longer:  # the time is hers: whoever did the visit instead would be given it
            never |= self.workers - {self.told.longer[visit.id][0]}
        never |= self._too_late_to_share(visit)
        preferred = set(visit.body.get("preferred_workers", ())) - never
        named = {"usual_workers": usual - never, "forbidden_workers": never, "preferred_workers": preferred}
        return {name: sorted(ids & self.workers) for name, ids in named.items()}

    def _too_late_to_share(self, visit: basin_tables.Visit) -> set[str]:
        """Learners who are not at a visit that has begun or is over: a later one takes its place."""
        if not self.learners or (visit.id not in self.begun and still_open(_windows_of(visit), self.now)):
            return set()
        return {
            id
            for id in self.learners
            if seat_id(visit.id, id) not in self.begun and self.carers.get(visit.id) != id
        }


def _windows_of(visit: basin_tables.Visit) -> list[WindowShape]:
    """No more of the document is read here: what is wrong with the rest is told of this visit alone."""
    return [WindowShape.model_validate(one, strict=False) for one in visit.body["windows"]]


def _with_outcome(scoped: Scoped, basin_id: str, span: PlannedDays) -> dict[str, datetime | None]:
    """Visits whose story is told, nobody is sent any more; with when whoever stood at a door for nothing was
    free."""
    row = basin_tables.Visit
    asked = select(row.id, Outcome.free_at).join(
        Outcome, (Outcome.basin_id == row.basin_id) & (Outcome.visit_id == row.id)
    )
    within = (row.basin_id == basin_id, row.starts_at >= span.start, row.starts_at < span.end)
    return {visit: free for visit, free in scoped.session.execute(asked.where(*within))}  # noqa: C416 - rows are no pairs


def _spent(in_force: Plan | None, over: Mapping[str, datetime | None]) -> dict[str, int]:
    """By visit of the plan in force, the minutes from its hour until whoever stood there was free."""
    stops = () if in_force is None else stops_of(in_force.document)
    freed = ((stop, free) for stop in stops if (free := over.get(stop.visit_id)) is not None)
    return {stop.visit_id: max(1, -(-(free - stop.start) // MINUTE)) for stop, free in freed}


def still_open(windows: list[WindowShape], now: datetime) -> list[WindowShape]:
    """What is left of the windows from now on."""
    kept = []
    for window in windows:
        first, last = window.earliest, last_begin(window)
        if last < now:
            continue
        if first < now:
            # The next whole minute: a tick that has begun is over.
            up = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
            first = min(up, last)
        kept.append(WindowShape(earliest=first, latest=max(first, window.latest), hard_latest=last))
    return kept


def past(windows: Iterable[WindowShape], now: datetime) -> Iterator[WindowShape]:
    """What is over of the windows by now."""
    now = now.replace(second=0, microsecond=0)
    for window in windows:
        if window.earliest <= now:
            last = min(last_begin(window), now)
            latest = min(window.latest, last)
            yield WindowShape(earliest=window.earliest, latest=latest, hard_latest=last)


def until(windows: list[WindowShape], end: datetime) -> list[WindowShape]:
    """What lies within the span: an evening visit may begin after midnight, which a plan of its own day alone
    cannot say."""
    kept = []
    for window in windows:
        last = last_begin(window)
        if last <= end or window.earliest >= end:
            kept += [window] if last <= end else []
            continue
        latest = min(window.latest, end)
        kept.append(WindowShape(earliest=window.earliest, latest=latest, hard_latest=end))
    return kept


def begun_by(row: JsonObject, name: str, span: PlannedDays) -> JsonObject:
    """What was to begin in the first hours after the span, as an evening visit may, is told as at its very
    end."""
    start = datetime.fromisoformat(row[name]) if row.get(name) else span.start
    if not span.end <= start < span.end + timedelta(days=1):
        return row
    return {**row, name: (span.end - timedelta(minutes=1)).isoformat()}


def _refusals(scoped: Scoped, basin_id: str) -> dict[str, set[str]]:
    """Who refused a visit: not asked for it again. Whoever let an offer expire is, once nobody else is left
    (`api.searches.search_runner`)."""
    found: dict[str, set[str]] = defaultdict(set)
    asked = select(Offer.visit_id, Offer.worker_id).where(Offer.basin_id == basin_id, Offer.state.in_(CLOSED))
    for visit, worker in scoped.session.execute(asked):
        # Who does not share it is not sent there alone either.
        found[visit_of(visit, worker)].add(worker)
    # What was to be shared and did not take place is not shared any more: a later visit takes its place.
    told = select(Outcome.visit_id).where(
        Outcome.basin_id == basin_id, ~Outcome.done, Outcome.work_block_id.is_(None)
    )
    for seat in scoped.session.scalars(told.where(Outcome.visit_id.contains(":"))):
        visit, _, learner = seat.rpartition(":")
        found[visit].add(learner)
    return found


def _familiar(scoped: Scoped, basin_id: str, span: PlannedDays) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    since = span.start - timedelta(days=FAMILIAR_DAYS)
    asked = select(Outcome.client_id, Outcome.worker_id).where(
        Outcome.basin_id == basin_id, Outcome.done, Outcome.worker_id.is_not(None), Outcome.starts_at >= since
    )
    for client, worker in scoped.session.execute(asked):
        if worker is not None:
            found[client].add(worker)
    return found
