"""After the day: what was done, by whom, or why not. It feeds familiar faces, the ledger and the indicators;
and it ends what it makes pointless: an open offer, a way to somebody who is not there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from functools import partial

from api.access.scope import Scoped, expect
from api.commitments.open_incidents import is_wanted_still
from api.cycle import offers
from api.cycle.following import DayChanges, Spell, follow
from api.incidents.outcome_facts import LATER, CheckedOutcome, OutcomeFacts, Place, PlansByDay, judged
from api.incidents.outcome_subjects import OutcomeSubject, subjects_of
from api.messages import queueing
from api.runtime.faults import Conflict, Unfit, not_found
from api.runtime.roles import Role
from api.service.service import Service
from api.shapes.cycle_requests import NotDone, OutcomeIn, OutcomeLine
from api.shapes.cycle_views import OutcomeView
from api.shapes.row_views import view_of
from api.store.basin_tables import Visit
from api.store.cycle_tables import Job, Outcome
from brigade.errors import Clause, Issue

PlacedLine = tuple[Place, OutcomeLine]


# -- one ---------------------------------------------------------------------------------------------------
def record(
    scoped: Scoped, service: Service, basin_id: str, visit_id: str, given: OutcomeIn, version: int | None
) -> tuple[Outcome, bool]:
    """The outcome of a visit, and whether it is new; one that stands is corrected at its version.

    Raises: NotFound, Forbidden, Stale, NoPrecondition; Conflict when no published plan speaks of the visit or
        it has not begun; Unfit when done without anybody or with times in disorder.
    """
    visit = subjects_of(scoped, basin_id, [visit_id]).get(visit_id)
    if visit is None:
        raise not_found(Visit.KIND, visit_id)
    day = _day(scoped, basin_id, [visit_id])
    standing = day.known.get(visit_id)
    if standing is not None:
        expect(standing, version)
    issues = list[Issue]()
    checked = judged(day, visit, given, partial(_of_visit, visit_id), issues)
    if checked is None:
        first, *others = issues
        refusal = Conflict if first.code == LATER else Unfit
        raise refusal.of(first, *others)
    if standing is not None and _is_same(standing, checked.facts):
        return standing, False
    row = _kept(scoped, basin_id, checked, standing)
    _tell_providers(scoped, [row])
    _followed(scoped, service, basin_id, [checked])
    return row, standing is None


def note(
    scoped: Scoped,
    basin_id: str,
    visit: Visit,
    given: OutcomeIn,
    changes: DayChanges,
    issues: list[Issue],
) -> None:
    """The outcome that an incident writes: what changes goes to `changes`, every fault to `issues`."""
    day, place = _day(scoped, basin_id, [visit.id]), "incident.{}".format
    checked = judged(day, OutcomeSubject(visit.id, visit), given, place, issues)
    if checked is None:
        return
    standing = day.known.get(visit.id)
    # That nobody had come yet is no other story: somebody was sent, and tells what she found.
    if standing is None or not is_wanted_still(standing.done, standing.cause):
        issues += _otherwise(standing, checked, place("visit_id"))
    if not issues:
        _tell_providers(scoped, [_kept(scoped, basin_id, checked, standing)])
        changes.spells += _spells([checked])


def _of_visit(visit_id: str, field: str) -> str:
    where = f"outcomes.{visit_id}"
    return where if field == "visit_id" else f"{where}.{field}"


# -- many --------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class RecordedOutcomes:
    """By what became of them: created, corrected, unchanged."""

    counts: Counter[str]
    rows: list[Outcome]
    jobs: list[Job]


def record_all(
    scoped: Scoped,
    service: Service,
    basin_id: str,
    lines: Iterable[PlacedLine],
    *,
    corrects: bool,
    dry_run: bool = False,
) -> RecordedOutcomes:
    """All of them, or none. Args: lines: with the place of each in what was sent. corrects: what stands
    otherwise is written over. dry_run: only judged.

    Raises: Forbidden; Unfit with every fault of every line.
    """
    scoped.must_write(Outcome, basin_id)
    told = list(lines)
    day, issues = _day(scoped, basin_id, [line.visit_id for _, line in told]), list[Issue]()
    visits = subjects_of(scoped, basin_id, {line.visit_id for _, line in told})
    found, seen = list[CheckedOutcome](), dict[str, str]()
    for place, line in told:
        where = place("visit_id")
        if seen.setdefault(line.visit_id, where) != where:
            twice = {"visit_id": line.visit_id, "seen": seen[line.visit_id]}
            issues.append(Issue("A305", where, "outcome_twice", twice))
        elif line.visit_id not in visits:
            issues.append(Issue("A201", where, "unknown_to_account", {"id": line.visit_id}))
        else:
            checked = judged(day, visits[line.visit_id], line, place, issues)
            if checked is not None:
                issues += [] if corrects else _otherwise(day.known.get(line.visit_id), checked, where)
                found.append(checked)
    if issues:
        first, *others = issues
        raise Unfit.of(first, *others)
    counts, rows = Counter[str](), list[Outcome]()
    for checked in found:
        standing = day.known.get(checked.visit.id)
        state = (
            "created"
            if standing is None
            else "unchanged"
            if _is_same(standing, checked.facts)
            else "corrected"
        )
        counts[state] += 1
        if not dry_run and state != "unchanged":
            rows.append(_kept(scoped, basin_id, checked, standing))
    _tell_providers(scoped, rows)
    jobs = [] if dry_run else _followed(scoped, service, basin_id, found)
    return RecordedOutcomes(counts, rows, jobs)


def _otherwise(standing: Outcome | None, checked: CheckedOutcome, where: str) -> Iterator[Issue]:
    if standing is not None and not _is_same(standing, checked.facts):
        said = Clause("done" if standing.done else "not_done")
        met = {"visit": checked.visit.id, "said": said, "who": standing.worker_id or Clause("nobody")}
        yield Issue("A202", where, "noted_otherwise", met)


def _is_same(standing: Outcome, facts: OutcomeFacts) -> bool:
    """As far as what is told goes: which plan it is read against may change."""
    return all(
        getattr(standing, name) == getattr(facts, name)
        for name in ("done", "cause", "worker_id", "starts_at", "ends_at", "at_door", "free_at")
    )


# -- in common ---------------------------------------------------------------------------------------------
def _day(scoped: Scoped, basin_id: str, visits: Iterable[str]) -> PlansByDay:
    # Locked: a second outcome of one visit is compared with what the first has kept.
    asked = scoped.select(Outcome, basin_id).where(Outcome.visit_id.in_(set(visits))).with_for_update()
    return PlansByDay(scoped, basin_id, {row.visit_id: row for row in scoped.all(asked)})


def _kept(scoped: Scoped, basin_id: str, checked: CheckedOutcome, standing: Outcome | None) -> Outcome:
    visit, given, facts = checked.visit, checked.given, checked.facts
    gone = offers.end_with(scoped, visit.id, basin_id, facts.worker_id, is_off=checked.changes_the_day)
    if checked.changes_the_day and not facts.done:
        queueing.not_covered_yet(scoped.session, scoped.clock, gone)
    values = {one.name: getattr(facts, one.name) for one in fields(facts)}
    said: dict[str, bool | str] = {"done": given.done}
    if given.cause:
        said["cause"] = given.cause.value
    if standing is not None:
        for name, value in values.items():
            setattr(standing, name, value)
        scoped.changed(standing, "corrected", None, **said)
        return standing
    row = Outcome.made(scoped.clock, basin_id, **visit.about, **values)
    scoped.add(row, "recorded", None, visit=visit.id, **said)
    return row


def _tell_providers(scoped: Scoped, rows: Iterable[Outcome]) -> None:
    """A client who did not open may lie behind the door. A manager who says so herself knows."""
    if scoped.principal.role is not Role.MANAGER:
        queueing.client_not_met(scoped.session, scoped.clock, [row for row in rows if row.at_door])


def _followed(scoped: Scoped, service: Service, basin_id: str, told: Iterable[CheckedOutcome]) -> list[Job]:
    """What the plan had still ahead is over, and a search may use the time of whoever was to go there, or
    stood at the door; to what was missed, somebody else is to go."""
    changes = DayChanges(spells=_spells(told))
    return follow(scoped.as_service(basin_id), service, basin_id, changes)


def _spells(told: Iterable[CheckedOutcome]) -> list[Spell]:
    return [(one.visit.starts_at, one.visit.ends_at) for one in told if one.is_for_a_search]


def shown(row: Outcome) -> OutcomeView:
    return view_of(OutcomeView, row)


def cause_of(text: str) -> NotDone | None:
    """A word of the service; None for another."""
    return NotDone(text) if text in set(NotDone) else None
