"""What incidents mean for the problem of a day: clients who are away, visits that last longer for who is
late, people who went home before their next stop, visits to which nobody came. Read by composition, by
`attention` and by publication, so that all of them mean the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select

from api.access.scope import Scoped
from api.shapes.cycle_requests import NotDone
from api.store.basin_tables import FORGOTTEN, Client, Visit
from api.store.cycle_tables import Outcome, Plan
from api.store.incident_tables import Incident
from api.store.plan_parts import LONGEST_PLAN, carers_of
from brigade.exchange.shapes.demand_shapes import WindowShape

CLIENT_AWAY, CLIENT_LEFT, WORKER_AWAY, WORKER_LATE = (
    "client_away",
    "client_left",
    "worker_away",
    "worker_late",
)
WORKER_LEFT, CLIENT_NOT_MET = "worker_left", "client_not_met"
SUSPENDING = (CLIENT_AWAY, CLIENT_LEFT)
# Two days before the last instant there is: turned into a zone's time, the last one would overflow.
FOREVER = datetime.max.replace(tzinfo=UTC) - timedelta(days=2)
Spell = tuple[datetime, datetime]
AT_DOOR = (NotDone.CLIENT_ABSENT, NotDone.CLIENT_HOSPITAL, NotDone.CLIENT_REFUSED, NotDone.NO_ENTRY)
"""Why a visit was not done, where only who goes there may learn it."""
UNWANTED = (*AT_DOOR, NotDone.NOT_NEEDED)
"""Why a visit was not done, where that means that nobody is to be sent any more. Whoever says less may have
somebody in bed."""


@dataclass(frozen=True, slots=True)
class MissedVisit:
    """Nobody came, as was told at `at` of the stop that plan `plan_id` has, or had ahead."""

    plan_id: str
    at: datetime


@dataclass(frozen=True)
class OpenIncidents:
    """Of one basin, from some instant on.

    Attributes:
        away: when clients are not there.
        longer: who does a visit, and how many minutes longer it takes.
        gone: when workers were called away: what they had begun before stands, what they had not is
            anybody's.
        late: since when workers are late, to the end of that day.
        lost: visits that workers called away were to begin, or did not come to, which are not theirs any
            more.
        missed: visits to which nobody came and for which somebody is still wanted, while their hours last.
    """

    away: Mapping[str, Sequence[Spell]] = field(default_factory=dict)
    longer: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    gone: Mapping[str, Sequence[Spell]] = field(default_factory=dict)
    late: Mapping[str, Sequence[Spell]] = field(default_factory=dict)
    lost: Mapping[str, frozenset[str]] = field(default_factory=dict)
    missed: Mapping[str, MissedVisit] = field(default_factory=dict)

    def windows(
        self, client_id: str, windows: Sequence[WindowShape], duration_min: float
    ) -> list[WindowShape]:
        """The windows of a visit, less what lies within an absence of its client."""
        found = list(windows)
        for spell in self.away.get(client_id, ()):
            found = [
                part for window in found for part in _around(window, spell, timedelta(minutes=duration_min))
            ]
        return found

    def suspends(self, client_id: str, windows: Sequence[WindowShape], duration_min: float) -> bool:
        """Whether nothing is left of a visit's windows."""
        return client_id in self.away and not self.windows(client_id, windows, duration_min)

    def is_late(self, worker_id: str, start: datetime) -> bool:
        """Whether she lost time before, on the same day."""
        return any(begin <= start < end for begin, end in self.late.get(worker_id, ()))

    def never_began(self, plan_id: str, visit_id: str, worker_id: str, start: datetime) -> bool:
        """Whether a stop, begun by the plan's clock, was not: she had been called away by then, or nobody
        came."""
        missed = self.missed.get(visit_id)
        is_missed = missed is not None and (missed.plan_id == plan_id or start <= missed.at)
        return is_missed or any(begin <= start < end for begin, end in self.gone.get(worker_id, ()))


def standing(scoped: Scoped, basin_id: str, since: datetime) -> OpenIncidents:
    """Whoever asks sees the whole basin here: incidents are no secret of one provider to what is planned."""
    away, gone, late = (defaultdict[str, list[Spell]](list) for _ in range(3))
    longer, lost = dict[str, tuple[str, int]](), defaultdict[str, frozenset[str]](frozenset)
    for row in _rows(scoped, basin_id, since):
        spell = (row.starts_at, _until(row))
        if row.kind in SUSPENDING and row.client_id is not None:
            away[row.client_id].append(spell)
        elif row.kind == WORKER_LATE and row.worker_id is not None and row.ended_at is None:
            late[row.worker_id].append(spell)
            if row.visit_id is not None:
                # Late twice on one visit: the minutes add up.
                before = longer.get(row.visit_id, ("", 0))[1]
                longer[row.visit_id] = (row.worker_id, before + (row.details.minutes or 0))
        elif row.kind in (WORKER_AWAY, WORKER_LEFT) and row.worker_id is not None:
            for one in row.details.visits:
                lost[one.visit_id] |= {row.worker_id}
            # Bounded: somebody who left for good would else be "away" from stops of every plan to come. What
            # she was told of begins within one plan.
            gone[row.worker_id].append((row.starts_at, min(spell[1], row.starts_at + LONGEST_PLAN)))
    missed = dict[str, MissedVisit]()
    for told, worker_id in _missed(scoped, basin_id, since):
        missed[told.visit_id] = MissedVisit(told.plan_id, told.changed_at)
        if worker_id is not None:
            lost[told.visit_id] |= {worker_id}
    return OpenIncidents(away, longer, gone, late, lost, missed)


def clients_away(scoped: Scoped, basin_id: str, since: datetime) -> OpenIncidents:
    """Of what `standing` tells, when clients are not there."""
    away = defaultdict[str, list[Spell]](list)
    for row in _rows(scoped, basin_id, since):
        if row.kind in SUSPENDING and row.client_id is not None:
            away[row.client_id].append((row.starts_at, _until(row)))
    return OpenIncidents(away)


def is_wanted_still(done: bool, cause: str | None) -> bool:
    """Whether a visit of such an outcome is to be done all the same, as long as its hours last."""
    return not done and cause not in UNWANTED


def _missed(scoped: Scoped, basin_id: str, since: datetime) -> Iterator[tuple[Outcome, str | None]]:
    """Outcomes of visits that are still wanted, with whoever was to come."""
    asked = (
        select(Outcome)
        .join(Visit, and_(Visit.basin_id == Outcome.basin_id, Visit.id == Outcome.visit_id))
        .where(Outcome.basin_id == basin_id, ~Outcome.done, Visit.ends_at > since)
        .where(or_(Outcome.cause.is_(None), Outcome.cause.not_in(UNWANTED)))
    )
    found = scoped.session.scalars(asked.order_by(Outcome.id)).all()
    # One document a plan, though a bad morning has a dozen outcomes of it.
    carers = {id: _carers(scoped, id) for id in {row.plan_id for row in found}}
    for row in found:
        yield row, carers[row.plan_id].get(row.visit_id)


def _carers(scoped: Scoped, plan_id: str) -> Mapping[str, str]:
    """Whom a plan sends, by visit. Of its row only the document is read, once."""
    document = scoped.session.scalar(select(Plan.document).where(Plan.id == plan_id))
    return {} if document is None else carers_of(document)


def open_now(now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Those that are not over."""
    return or_(Incident.ends_at.is_(None), Incident.ends_at > now), or_(
        Incident.ended_at.is_(None), Incident.ended_at > now
    )


def open_ended() -> ColumnElement[bool]:
    """Those that keep a client's visits from being wanted until further notice, as long as there is such a
    client: were they forgotten for their age, somebody would be sent to her again."""
    there = exists().where(
        Client.basin_id == Incident.basin_id,
        Client.id == Incident.client_id,
        ~Client.id.startswith(FORGOTTEN),
    )
    return and_(Incident.kind.in_(SUSPENDING), Incident.ends_at.is_(None), Incident.ended_at.is_(None), there)


def _until(row: Incident) -> datetime:
    return min(row.ends_at or FOREVER, row.ended_at or FOREVER)


def _rows(scoped: Scoped, basin_id: str, since: datetime) -> Iterable[Incident]:
    asked = select(Incident).where(
        Incident.basin_id == basin_id,
        Incident.kind.in_((*SUSPENDING, WORKER_AWAY, WORKER_LATE, WORKER_LEFT)),
        *open_now(since),
    )
    return scoped.session.scalars(asked.order_by(Incident.id))


def _around(window: WindowShape, away: Spell, length: timedelta) -> Iterator[WindowShape]:
    """What is left of one window: it may be over before the client goes, or begin once the client is back."""
    first, latest, last = window.earliest, window.latest, last_begin(window)
    begin, end = away
    if last + length <= begin or first >= end:
        yield window
        return
    # The visit must end before the client goes, not merely begin.
    if first + length <= begin:
        yield _window(first, min(latest, begin - length), begin - length)
    if last >= end:
        yield _window(end, max(latest, end), last)


def last_begin(window: WindowShape) -> datetime:
    return window.hard_latest or window.latest


def _window(first: datetime, latest: datetime, last: datetime) -> WindowShape:
    return WindowShape(earliest=first, latest=min(latest, last), hard_latest=last)
