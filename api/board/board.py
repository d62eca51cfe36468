"""A plan's day as a coordinator looks at it: lanes of people with what fills their time, visits nobody does,
absences, counts; with the edits of a hand, if there are some. Pseudonyms only: names stand apart.

Times are minutes from the day's local midnight: a night that loses an hour has no 2:30.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import select

from api.access.scope import Scoped
from api.basin import identities
from api.commitments import commitments
from api.plans.draft_edits import judged
from api.plans.warm_plans import head
from api.runtime.faults import Unfit
from api.runtime.vault import Vault
from api.shapes.cycle_requests import EditIn
from api.shapes.planning.board_views import (
    AxisView,
    BoardAbsenceView,
    BoardCountsView,
    BoardNamesView,
    BoardPlanView,
    BoardRowView,
    BoardSegmentView,
    BoardStayView,
    BoardTourView,
    BoardVehicleView,
    BoardView,
    BoardVisitView,
    HourView,
    MissingVisitView,
    SpanView,
    ToldView,
    VisitNeedsView,
)
from api.shapes.row_views import view_of
from api.store.account_tables import AuditEntry
from api.store.basin_tables import Absence, Basin, Provider
from api.store.cycle_tables import Outcome
from api.store.message_tables import Contact
from api.store.person_tables import ClientIdentity, WorkerIdentity
from api.worked.lent_hours import agreed
from brigade.changes.plan_diff import Assignment, ChangeKind, placements
from brigade.exchange.documents.rows import lane_mode, learners_by_visit, whose
from brigade.exchange.reports.lanes import Segment, on_call_segments, segments
from brigade.exchange.shapes.field_kinds import PriorityName
from brigade.judging.remarks import path_weeks
from brigade.law.sector_distance import sector_distance
from brigade.timing.duty_days import minutes_of, monday_of
from brigade.timing.forward import lateness
from brigade.units import PARIS, Interval, Ticks
from brigade.values.places import Site
from brigade.values.plan import MarkingKind, Reason, Route, Stop
from brigade.values.plan import Plan as CorePlan
from brigade.values.problem import Problem
from brigade.values.validation.communes import place_name
from brigade.values.workforce import Worker
from brigade.words import capital, say, say_marking, typeset, word
from brigade.words.formats import wall_clock

FIRST_H, LAST_H = 7, 20
"""The board shows at least these hours."""
NOTHING_NEW = (
    *("plans.board_read", "plans.worked_on", "contacts.read"),
    *("client-identities.read", "worker-identities.read", "employee-identities.read"),
)
"""Entries of the trail that change nothing on a board: readings, its own among them, and edits in the making
of others."""


@dataclass(frozen=True)
class _Day:
    """One day of a plan, and the words it is said in."""

    problem: Problem
    plan: CorePlan
    day: date
    midnight: Ticks
    before: Mapping[str, Assignment]
    """What had been told."""
    offers: Mapping[tuple[str, str], Any]
    became: Mapping[str, str]
    now: Ticks
    lang: str
    lent: Mapping[str, str]
    """By worker, to whom her basin lends her that day, in words."""

    @cached_property
    def learners(self) -> Mapping[str, list[str]]:
        """By visit, who shares it."""
        return learners_by_visit(self.problem, self.plan)

    def minute(self, tick: Ticks) -> float:
        return minutes_of(self.problem, tick - self.midnight)

    def span(self, start: Ticks, end: Ticks) -> SpanView:
        return SpanView(start=self.minute(start), end=self.minute(end))


def board(
    scoped: Scoped, basin_id: str, plan_id: str, day: date | None, edits: list[EditIn], lang: str
) -> BoardView:
    """Args: day: of the plan's; the first by default. edits: the plan is shown after them.

    Raises: NotFound, Forbidden; Unfit, for a day that is not the plan's; InvalidPlan for what keeps an edit
    from being tried.
    """
    found = judged(scoped, basin_id, plan_id, edits)
    row, problem = found.row, found.problem
    plan, chosen = found.session.plan if edits else found.before, day or row.first_day
    if chosen not in problem.horizon.dates:
        raise Unfit("A305", "day", "day_not_of_plan", {"day": chosen, "plan": plan_id})
    said, midnight = commitments.of_plan(scoped, row), problem.horizon.day(chosen).start
    shown = _Day(
        problem,
        plan,
        chosen,
        midnight,
        placements(found.warm.told),
        said.last,
        _became(scoped, basin_id, plan.covered),
        problem.horizon.tick(scoped.clock.now()),
        lang,
        _lent(scoped, basin_id, chosen, lang),
    )
    channels = _channels(scoped, basin_id)
    rows = [_row(shown, worker, channels.get(worker.id, [])) for worker in _workers(shown)]
    missing = _uncovered(shown)
    return BoardView(
        plan=view_of(BoardPlanView, row),
        day=chosen,
        seq=last_change(scoped, basin_id),
        now=shown.minute(shown.now),
        axis=_axis(shown),
        rows=rows,
        uncovered=missing,
        absences=_absences(scoped, shown, basin_id),
        counts=_counts(rows, missing),
        vehicles=[
            BoardVehicleView(id=one.id, name=one.name, site_id=one.site_id) for one in shown.problem.vehicles
        ],
        names=None,
    )


def _lent(scoped: Scoped, basin_id: str, day: date, lang: str) -> dict[str, str]:
    rows = agreed(scoped, basin_id, datetime.combine(day, time(), PARIS))
    return {
        one.worker_id: word(
            "board.lent_to",
            lang,
            basin=scoped.session.get_one(Basin, one.borrower_id).body.name,
            start=wall_clock(one.starts_at.astimezone(PARIS), lang),
            end=wall_clock(one.ends_at.astimezone(PARIS), lang),
        )
        for one in rows
        if one.basin_id == basin_id and one.starts_at.astimezone(PARIS).date() == day
    }


def names(scoped: Scoped, vault: Vault, basin_id: str, plan_id: str, told: BoardView) -> BoardNamesView:
    """Of those a board speaks of. One reading of the plan's people, noted as one; who they were follows from
    the plan."""
    workers = {row.worker_id for row in told.rows}
    found = BoardNamesView(
        clients=identities.names(scoped, vault, ClientIdentity, basin_id, _clients(told)),
        workers=identities.names(scoped, vault, WorkerIdentity, basin_id, workers),
        providers={row.id: row.value.name for row in scoped.all(scoped.select(Provider, basin_id))},
    )
    row = head(scoped, basin_id, plan_id)
    scoped.note(row, "board_read", clients=len(found.clients), workers=len(found.workers))
    return found


def last_change(scoped: Scoped, basin_id: str) -> int:
    """The newest entry of the trail that may change what a board shows."""
    asked = select(AuditEntry.seq).where(
        AuditEntry.basin_id == basin_id, AuditEntry.action.not_in(NOTHING_NEW)
    )
    return scoped.session.scalar(asked.order_by(AuditEntry.seq.desc()).limit(1)) or 0


# -- lanes -------------------------------------------------------------------------------------------------
def _workers(day: _Day) -> list[Worker]:
    """Who is there that day or on call, or has a tour; those with a tour first, then by id."""
    busy = {route.worker_id for route in day.plan.routes if route.day == day.day}
    whole = day.problem.horizon.day(day.day)
    there = [
        one
        for one in day.problem.workers
        if one.id in busy or _stays(day, one) or any(on.overlap(whole) for on in one.on_call)
    ]
    return sorted(there, key=lambda one: (one.id not in busy, one.id))


def _stays(day: _Day, worker: Worker) -> list[tuple[int, Ticks, Ticks, Ticks]]:
    """The availabilities that begin that day, by their numbers."""
    at = day.problem.horizon.day_of
    stays = enumerate(worker.availability)
    return [(number, one.start, one.end, one.hard_end) for number, one in stays if at(one.start) == day.day]


def _row(day: _Day, worker: Worker, channels: list[str]) -> BoardRowView:
    routes = sorted(
        (one for one in day.plan.routes_of(worker.id) if one.day == day.day), key=lambda one: one.departure
    )
    employer = day.problem.employer_by_id[worker.employer_id]
    filled = segments(day.problem, day.plan, worker, routes, day.lang)
    travel = sum(route.travel for route in routes)
    return BoardRowView(
        worker_id=worker.id,
        employer=employer.name,
        kind=employer.kind.value,
        mode=lane_mode(day.problem, worker, routes, day.lang),
        channels=channels,
        stays=[
            view_of(BoardStayView, day.span(start, end), tour=tour, hard_end=day.minute(hard_end))
            for tour, start, end, hard_end in _stays(day, worker)
        ],
        elsewhere=list(_elsewhere(day, worker)),
        travel_min=minutes_of(day.problem, travel),
        tours=[_tour(day, worker, route) for route in routes],
        segments=[
            *(_segment(day, one) for one in filled if one.kind not in ("visit", "block")),
            *_on_call(day, worker),
        ],
        path=_path(day, worker),
        lent=day.lent.get(worker.id)
        or (worker.lent_by and word("board.lent_by", day.lang, basin=worker.lent_by)),
    )


def _path(day: _Day, worker: Worker) -> str | None:
    """Of the week that the day lies in; None: nothing is asked of it."""
    monday = monday_of(day.day)
    weeks = (one for one in path_weeks(day.problem, day.plan, worker) if one.value("monday") == monday)
    reason = next(weeks, None)
    if reason is None:
        return None
    # Her name stands beside it.
    told = {name: value for name, value in reason.values if name != "worker"}
    return typeset(capital(say(Reason.of(reason.code, **told), day.lang)), day.lang)


def _on_call(day: _Day, worker: Worker) -> Iterator[BoardSegmentView]:
    """What of being on call, and of calls, has time in the day: that from midnight."""
    whole = day.problem.horizon.day(day.day)
    for one in on_call_segments(day.problem, worker, day.lang):
        if Interval(one.start, one.end).overlap(whole):
            yield _segment(day, replace(one, start=max(one.start, whole.start)))


def _elsewhere(day: _Day, worker: Worker) -> Iterator[SpanView]:
    """Work for others that has time in the day, a night begun the evening before as well: that from
    midnight."""
    whole = day.problem.horizon.day(day.day)
    for one in sorted(worker.other_work):
        if one.overlap(whole):
            yield day.span(max(one.start, whole.start), one.end)


def _segment(day: _Day, one: Segment) -> BoardSegmentView:
    return view_of(BoardSegmentView, day.span(one.start, one.end), kind=one.kind, title=one.title)


def _tour(day: _Day, worker: Worker, route: Route) -> BoardTourView:
    visits = [_visit(day, worker, stop) for stop in route.stops]
    return view_of(
        BoardTourView,
        day.span(route.departure, route.back),
        tour=route.tour,
        visits=visits,
        vehicle_id=route.vehicle_id,
    )


def _visit(day: _Day, worker: Worker, stop: Stop) -> BoardVisitView:
    visit, horizon = day.problem.visit_by_id[stop.visit_id], day.problem.horizon
    offer = day.offers.get((stop.visit_id, worker.id))
    marking = stop.marking
    told = None if marking is None else say_marking(marking, day.lang, horizon=horizon)
    return view_of(
        BoardVisitView,
        _asked(day, stop.visit_id),
        start=day.minute(stop.start),
        end=day.minute(stop.end),
        late_min=minutes_of(day.problem, lateness(visit, stop.start)),
        firm=marking is not None and marking.kind is MarkingKind.FIRM,
        marking=None if told is None else typeset(capital(told), day.lang),
        offer=None if offer is None else offer.state,
        reply_by=None if offer is None else offer.reply_by,
        pinned=stop.visit_id in day.plan.pinned,
        frozen=stop.start <= day.now,
        familiar=worker.id in visit.familiar_workers,
        change=_change(day.before.get(stop.visit_id), worker.id, stop.start),
        before=_before(day, stop.visit_id),
        became=day.became.get(stop.visit_id),
        sector_distance=sector_distance(day.problem, worker, visit),
        learners=day.learners.get(stop.visit_id, []),
    )


def _became(scoped: Scoped, basin_id: str, visits: Collection[str]) -> dict[str, str]:
    """What is told of these visits; nothing of those that are still to come."""
    asked = select(Outcome.visit_id, Outcome.done, Outcome.at_door).where(
        Outcome.basin_id == basin_id, Outcome.visit_id.in_(visits)
    )
    return {
        visit: "done" if is_done else "not_met" if at_door else "not_done"
        for visit, is_done, at_door in scoped.session.execute(asked)
    }


def _before(day: _Day, visit_id: str) -> ToldView | None:
    """Who had been told to do it, and from when."""
    found = day.before.get(visit_id)
    return None if found is None else ToldView(worker_id=found.worker_id, start=day.minute(found.start))


def _change(before: Assignment | None, worker_id: str, start: Ticks) -> str:
    """What it is to who was told before."""
    if before is None:
        return ChangeKind.ADDED.value
    if before.worker_id != worker_id:
        return ChangeKind.REASSIGNED.value
    return (ChangeKind.KEPT if before.start == start else ChangeKind.MOVED).value


def _asked(day: _Day, visit_id: str) -> VisitNeedsView:
    """What is asked of whoever comes."""
    visit = day.problem.visit_by_id[visit_id]
    site, sector, host = day.problem.site_of(visit), day.problem.sector_at(visit), day.problem.host_of(visit)
    return VisitNeedsView(
        visit_id=visit_id,
        client_id=visit.client_id,
        provider="" if host is None else host.name,
        priority=PriorityName[visit.priority.name],
        mandatory=visit.mandatory,
        level=word(f"level.{visit.level}", day.lang),
        act=word(f"act.{visit.act_class}", day.lang) if host else "",
        duration_min=minutes_of(day.problem, visit.duration),
        windows=[day.span(one.earliest, one.latest) for one in visit.windows],
        place="" if site is None else place_name(site.commune) or site.id,
        at=None if site is None else _at(site),
        sector=None if sector is None else sector.name,
        block=None if host else whose(visit, day.lang),
        beside=None if visit.shadowing is None else visit.shadowing.visit_id,
    )


def _at(site: Site) -> list[float] | None:
    if site.latitude is None or site.longitude is None:
        return None
    return [site.longitude, site.latitude]


# -- beside the lanes --------------------------------------------------------------------------------------
def _uncovered(day: _Day) -> list[MissingVisitView]:
    """The gravest first, with the first reason in words."""
    found = []
    for one in day.plan.uncovered:
        visit = day.problem.visit_by_id[one.visit_id]
        if day.problem.horizon.day_of(visit.windows[0].earliest) != day.day:
            continue
        said = [say(reason, day.lang, horizon=day.problem.horizon) for reason in one.reasons[:1]]
        reason = typeset(said[0], day.lang) if said else None
        before, asked = _before(day, one.visit_id), _asked(day, one.visit_id)
        found.append(view_of(MissingVisitView, asked, reason=reason, before=before))
    return sorted(
        found, key=lambda one: (not one.mandatory, one.priority, one.windows[0].start, one.visit_id)
    )


def _axis(day: _Day) -> AxisView:
    """From where to where the lanes go, and the hours of the wall on the way."""
    horizon = day.problem.horizon
    routes = [route for route in day.plan.routes if route.day == day.day]
    hour = horizon.ticks(60)
    starts = [route.departure for route in routes] + [day.midnight + FIRST_H * hour]
    ends = [route.back for route in routes] + [day.midnight + LAST_H * hour]
    # Outwards to whole hours: a tour that ends at 20:10 must not reach beyond the lanes.
    first, last = (min(starts) - day.midnight) // hour, -(-(max(ends) - day.midnight) // hour)
    marks = (day.midnight + number * hour for number in range(first, last + 1))
    hours = [HourView(at=day.minute(tick), label=f"{horizon.instant(tick):%H}") for tick in marks]
    return AxisView(start=first * 60, end=last * 60, hours=hours)


def _absences(scoped: Scoped, day: _Day, basin_id: str) -> list[BoardAbsenceView]:
    """Who is away that day; why stays with the service."""
    begins: datetime = day.problem.horizon.instant(day.midnight)
    asked = scoped.select(Absence, basin_id).where(
        Absence.starts_at < begins + timedelta(days=1), Absence.ends_at > begins
    )
    rows = scoped.all(asked.order_by(Absence.starts_at, Absence.id))
    return [view_of(BoardAbsenceView, row, kind=row.value.kind) for row in rows]


def _counts(rows: Iterable[BoardRowView], missing: list[MissingVisitView]) -> BoardCountsView:
    visits = [one for one in _visits(rows) if one.block is None]
    left = [one for one in missing if one.block is None]
    return BoardCountsView(
        covered=len(visits),
        asked=len(visits) + len(left),
        uncovered=Counter(one.priority for one in left),
        offers=Counter(one.offer for one in visits if one.offer),
        changes=Counter(one.change for one in visits),
    )


def _visits(rows: Iterable[BoardRowView]) -> list[BoardVisitView]:
    return [visit for row in rows for tour in row.tours for visit in tour.visits]


def _clients(told: BoardView) -> set[str]:
    return {one.client_id for one in (*_visits(told.rows), *told.uncovered) if one.block is None}


def _channels(scoped: Scoped, basin_id: str) -> dict[str, list[str]]:
    """By worker, how the service tells her; nobody there: by telephone."""
    asked = scoped.select(Contact, basin_id).where(Contact.worker_id.is_not(None))
    return {str(row.worker_id): list(row.body["channels"]) for row in scoped.all(asked)}
