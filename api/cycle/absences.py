"""An absence is declared: which visits it leaves without a carer comes back at once, the gravest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import select

from api.access.scope import Scoped, expect
from api.basin import fitness, resource_kinds
from api.commitments.open_incidents import OpenIncidents, clients_away
from api.cycle.absence_words import overlap
from api.cycle.following import DayChanges, follow
from api.messages import queueing
from api.runtime.faults import Conflict, Unfit
from api.runtime.ids import new_id
from api.searches import jobs
from api.service.service import Service
from api.shapes.cycle_requests import AbsenceIn, ReplanMode, plain
from api.shapes.cycle_views import RiskView
from api.store import basin_tables
from api.store.cycle_tables import Job, Plan
from api.store.plan_parts import LONGEST_PLAN
from api.store.release_tables import ReleaseDay
from brigade.errors import Issue, Refused
from brigade.exchange.documents.json_text import JsonObject
from brigade.exchange.documents.shape_faults import read_model
from brigade.exchange.shapes.demand_shapes import AbsenceShape
from brigade.units import PARIS, Horizon

LONGEST = timedelta(days=3 * 366)
"""A parental leave; what lasts longer is told again."""
KIND = next(kind for kind in resource_kinds.KINDS if kind.row is basin_tables.Absence)


@dataclass(frozen=True, slots=True)
class Declared:
    """An absence as it is kept, the others of the same person that share time with it, the rota of its
    service, the visits at risk, and the searches that it started, if the basin wishes so."""

    row: basin_tables.Absence
    others: list[basin_tables.Absence]
    feed: basin_tables.RotaFeed | None
    risks: list[RiskView]
    jobs: list[Job]


def declare(scoped: Scoped, service: Service, basin_id: str, given: AbsenceIn) -> Declared:
    """A new one.

    Raises: NotFound, Forbidden, Conflict (the id is taken), Refused (with every fault of it).
    """
    scoped.must_write(basin_tables.Absence, basin_id)
    row = drawn(scoped, basin_id, declared_body(scoped, given))
    others = _others(scoped, row, given)
    scoped.add(row, "declared", absence_kind=given.kind.value)
    # Under an id that was made just now nobody was told anything yet.
    return _followed(scoped, service, row, others, is_new=given.id is None)


def change(
    scoped: Scoped, service: Service, basin_id: str, id: str, version: int | None, given: AbsenceIn
) -> Declared:
    """As `declare`, of an absence that stands: longer, shorter, of another kind; of the same again nobody
    hears. Also raises: Stale, NoPrecondition, Unfit."""
    row = scoped.one(basin_tables.Absence, basin_id, id, write=True)
    expect(row, version)
    _refuse_of_release(scoped, row)
    if given.id not in (None, id) or (given.provider_id, given.employee_id) != (
        row.provider_id,
        row.employee_id,
    ):
        raise Unfit("A306", f"absences.{id}", "absence_is_fixed")
    body = changed_body(scoped, row, given)
    others = _others(scoped, drawn(scoped, basin_id, body), given)
    if body == row.body:
        return Declared(row, others, feed_of(scoped, row), visits_at_risk(scoped, row), [])
    row.body, row.starts_at, row.ends_at = body, given.interval.start, given.interval.end
    scoped.changed(row)
    return _followed(scoped, service, row, others)


def declared_body(scoped: Scoped, given: AbsenceIn) -> JsonObject:
    """The document of an absence that is declared now."""
    now = scoped.clock.now()
    id = given.id or new_id("abs", now)
    return {**plain(given), "id": id, "known_at": now.astimezone(PARIS).replace(microsecond=0).isoformat()}


def changed_body(scoped: Scoped, row: basin_tables.Absence, given: AbsenceIn) -> JsonObject:
    """What a request cannot say it does not erase: what an import told, the reason for whoever does not see
    it."""
    is_seen = resource_kinds.sees_reasons(scoped.principal)
    unsaid = AbsenceShape.model_fields.keys() - AbsenceIn.model_fields.keys() | (
        set() if is_seen else {"reason"}
    )
    kept = {name: value for name, value in row.body.items() if name in unsaid}
    said = plain(given) if is_seen else _without_reason(plain(given))
    return {**kept, **said, "id": row.id}


def drawn(scoped: Scoped, basin_id: str, body: JsonObject) -> basin_tables.Absence:
    """Its row, not in the store. Raises: Refused."""
    row = resource_kinds.made(KIND, scoped, basin_id, body["id"], read_model(AbsenceShape, body))
    assert isinstance(row, basin_tables.Absence)
    return row


def _followed(
    scoped: Scoped,
    service: Service,
    row: basin_tables.Absence,
    others: list[basin_tables.Absence],
    *,
    is_new: bool = False,
) -> Declared:
    """Whoever has to know is told, and a search begins where the basin wishes so."""
    # Held here: a session forgets what nobody holds, and a rota is the longest document that it reads.
    feed = feed_of(scoped, row)
    risks = visits_at_risk(scoped, row)
    wanted = [risk for risk in risks if risk.wants_replacement]
    if not is_new:
        still = partial(left_to_replace, scoped, row.basin_id, row.employee_id)
        queueing.risks_over(scoped, row, str(row.version), still)
    queueing.visits_at_risk(scoped, row.basin_id, row.provider_id, row.id, row.version, wanted)
    return Declared(row, others, feed, risks, replan(scoped, service, row.basin_id, risks))


def _without_reason(body: JsonObject) -> JsonObject:
    return {name: value for name, value in body.items() if name != "reason"}


def _others(scoped: Scoped, row: basin_tables.Absence, given: AbsenceIn) -> list[basin_tables.Absence]:
    """The absences of the same person that share time with it. Raises: Refused, with every fault of it;
    Forbidden."""
    # Held until the commit: of two absences declared at once the second sees what the first covers.
    asked = scoped.select(basin_tables.Employee, row.basin_id).where(
        basin_tables.Employee.id == given.employee_id
    )
    employee = scoped.session.scalar(asked.with_for_update().execution_options(populate_existing=True))
    if employee is not None:
        scoped.may_write(employee)
    with scoped.session.no_autoflush:
        others = [
            one
            for one in overlapping(
                scoped, row.basin_id, given.employee_id, given.interval.start, given.interval.end
            )
            if one.id != row.id
        ]
        issues = [*_faults(row, given, others), *fitness.issues_of(scoped, row)]
    if given.id is None:
        # The id that would have been made says nothing to anybody.
        made, new = f"absences.{row.id}", "absences.nouvelle"
        issues = [replace(one, where=one.where.replace(made, new)) for one in issues]
    if issues:
        raise Refused(issues)
    return others


def _faults(
    row: basin_tables.Absence, given: AbsenceIn, others: Iterable[basin_tables.Absence]
) -> Iterator[Issue]:
    """Beyond what composition says of any absence."""
    where = f"absences.{row.id}"
    if given.interval.end - given.interval.start > LONGEST:
        yield Issue("A305", f"{where}.interval", "absence_too_long")
    for other in others:
        if other.value.funding_line_id != given.funding_line_id:
            yield Issue("A424", f"{where}.funding_line_id", "funded_by_another_line", overlap(other))


def overlapping(
    scoped: Scoped, basin_id: str, employee_id: str, start: datetime, end: datetime
) -> list[basin_tables.Absence]:
    """The absences of an employee that share time with start..end."""
    row = basin_tables.Absence
    asked = scoped.select(row, basin_id).where(
        row.employee_id == employee_id, row.starts_at < end, row.ends_at > start
    )
    return scoped.all(asked.order_by(row.id))


def _refuse_of_release(scoped: Scoped, row: basin_tables.Absence) -> None:
    """An absence that a release opened stands and falls with it."""
    day = scoped.session.get(ReleaseDay, (row.basin_id, row.id))
    if day is not None:
        raise Conflict("A421", f"absences.{row.id}", "absence_of_release", {"release_id": day.release_id})


def feed_of(scoped: Scoped, absence: basin_tables.Absence) -> basin_tables.RotaFeed | None:
    """The rota of its service, if any was ever received."""
    return scoped.session.get(basin_tables.RotaFeed, (absence.basin_id, absence.provider_id))


def visits_at_risk(scoped: Scoped, absence: basin_tables.Absence) -> list[RiskView]:
    """The visits of the rota whose planned time the absence touches, mandatory and P1 first, then by hour."""
    feed = feed_of(scoped, absence)
    entries = [] if feed is None else feed.entries_of(absence.employee_id)
    planned = {one.visit_id: one.start for one in entries}
    asked = scoped.select(basin_tables.Visit, absence.basin_id).where(
        basin_tables.Visit.id.in_(planned),
        basin_tables.Visit.starts_at < absence.ends_at,
        basin_tables.Visit.ends_at > absence.starts_at,
    )
    found, away = [], clients_away(scoped, absence.basin_id, absence.starts_at)
    for visit in scoped.all(asked):
        start = planned[visit.id]
        end = start + timedelta(minutes=visit.value.duration_min)
        if start < absence.ends_at and end > absence.starts_at:
            found.append(_risk(visit, start, away))
    return sorted(found, key=lambda one: (not one.mandatory, one.priority, one.planned_start, one.visit_id))


def left_to_replace(scoped: Scoped, basin_id: str, employee_id: str) -> set[str]:
    """The visits that somebody is sought for because of any absence of an employee: where two overlap, one
    may go and leave the other's."""
    row = basin_tables.Absence
    asked = scoped.select(row, basin_id).where(
        row.employee_id == employee_id, row.ends_at > scoped.clock.now()
    )
    risks = (risk for one in scoped.all(asked) for risk in visits_at_risk(scoped, one))
    return {risk.visit_id for risk in risks if risk.wants_replacement}


def _risk(visit: basin_tables.Visit, start: datetime, away: OpenIncidents) -> RiskView:
    """`wants_replacement` is false as well of a client who is away: nobody is expected at her home."""
    value = visit.value
    is_off = away.suspends(visit.client_id, value.windows, value.duration_min)
    return RiskView(
        visit_id=visit.id,
        client_id=visit.client_id,
        priority=value.priority,
        mandatory=value.mandatory,
        act_class=value.act_class,
        planned_start=start.astimezone(PARIS),
        duration_min=value.duration_min,
        wants_replacement=value.wants_replacement and not is_off,
    )


def wish(
    scoped: Scoped, service: Service, basin_id: str, id: str, wanted: Mapping[str, bool]
) -> basin_tables.Absence:
    """Whether somebody is wanted for visits that an absence leaves without a carer: all of them or none; the
    searches follow once.

    Raises: NotFound, Forbidden; Refused, with every visit that is not at risk by this absence.
    """
    row = scoped.one(basin_tables.Absence, basin_id, id, write=True)
    at_risk = {risk.visit_id for risk in visits_at_risk(scoped, row)}
    unknown = [one for one in wanted if one not in at_risk]
    if unknown:
        raise Refused([Issue("A305", f"visits.{one}", "not_at_risk", {"visit": one}) for one in unknown])
    changes = DayChanges()
    for visit_id, is_wanted in sorted(wanted.items()):
        visit = scoped.one(basin_tables.Visit, basin_id, visit_id, write=True)
        if visit.value.wants_replacement is is_wanted:
            continue
        before, visit.body = visit.body, {**visit.body, "wants_replacement": is_wanted}
        scoped.changed(visit)
        changes.note(basin_tables.Visit, before, visit.body)
    follow(scoped, service, basin_id, changes)
    return row


def replan(scoped: Scoped, service: Service, basin_id: str, risks: Sequence[RiskView]) -> list[Job]:
    """A search for each first day of a plan that the visits at risk touch, where the basin wishes it at
    once."""
    wishes = scoped.basin(basin_id).body
    wanted = [risk for risk in risks if risk.wants_replacement]
    if wishes.replan is not ReplanMode.AT_ONCE or not wanted:
        return []
    # The basin is planned whole, which is more than a provider may see: the service asks, the declaration is
    # the cause.
    system = scoped.as_service(basin_id)
    today = scoped.clock.now().astimezone(PARIS).date()
    days = sorted({risk.planned_start.date() for risk in wanted if risk.planned_start.date() >= today})
    plans = _plans(system, basin_id, days, wishes.plan_days) if days else []
    return [jobs.follow(system, service, basin_id, one.first_day, one.days) for one in plans]


def _plans(scoped: Scoped, basin_id: str, days: Sequence[date], plan_days: int) -> list[Horizon]:
    """The plans that hold these days, in order: those in force, else new ones. No two overlap, for only one
    of them could be published."""
    first, last = days[0] - LONGEST_PLAN, days[-1] + timedelta(days=plan_days)
    asked = select(Plan.first_day, Plan.days).where(
        Plan.basin_id == basin_id, Plan.state == "published", Plan.first_day.between(first, last)
    )
    in_force = [Horizon(*one) for one in scoped.session.execute(asked.order_by(Plan.first_day))]
    found: list[Horizon] = []
    for day in days:
        if not found or day not in found[-1].dates:
            held = (one for one in in_force if day in one.dates)
            found.append(next(held, _new_plan(in_force, day, plan_days)))
    return found


def _new_plan(in_force: Iterable[Horizon], day: date, plan_days: int) -> Horizon:
    """From `day` on, as long as the basin wishes, up to the next plan in force."""
    free = ((one.first_day - day).days for one in in_force if one.first_day > day)
    return Horizon(day, min([plan_days, *free]))


def withdraw(scoped: Scoped, service: Service, basin_id: str, id: str, version: int | None) -> None:
    """The absence did not come about, or was declared in error: a plan that replaced somebody is sought anew,
    where the basin wishes so. Raises: Conflict when it is over."""
    row = scoped.one(basin_tables.Absence, basin_id, id, write=True)
    expect(row, version)
    _refuse_of_release(scoped, row)
    if row.ends_at <= scoped.clock.now():
        raise Conflict("A202", f"absences.{id}", "absence_over")
    changes = DayChanges()
    changes.note(basin_tables.Absence, row.body, None)
    scoped.drop(row)
    still = partial(left_to_replace, scoped, basin_id, row.employee_id)
    queueing.risks_over(scoped, row, "withdrawn", still)
    follow(scoped, service, basin_id, changes)
