"""After the day: what was done, by whom, or why not. It feeds familiar faces, the ledger and the indicators;
and it ends what it makes pointless: an open offer, a way to somebody who is not there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from functools import partial

from api.access.scope import Scoped, expect
from api.commitments.in_force import plan_on
from api.commitments.open_incidents import is_wanted_still
from api.commitments.placements import covered
from api.commitments.wanted_visits import may_begin
from api.cycle import offers
from api.cycle.following import DayChanges, Spell, follow
from api.messages import queueing
from api.runtime.faults import Conflict, Unfit
from api.runtime.roles import Role
from api.service.service import Service
from api.shapes.cycle_requests import NotDone, OutcomeIn, OutcomeLine
from api.shapes.cycle_views import OutcomeView
from api.shapes.planning.plan_views import PlaceView
from api.shapes.row_views import view_of
from api.store import kept_plans as kept
from api.store.basin_tables import Visit, Worker
from api.store.cycle_tables import Job, Outcome, Plan
from api.worked import dead_time
from brigade.errors import Clause, Issue
from brigade.figures.funding import euro_cents
from brigade.units import PARIS

# Told a little early is a clock that is ahead or a visit brought forward; hours early is another visit.
SOON = timedelta(hours=1)
SLACK = timedelta(minutes=5)
"""By how much a clock of another program may be ahead of ours."""
LATER = "A405"
Place = Callable[[str], str]
"""Where a field of what was told stands: in a document, in a file."""
PlacedLine = tuple[Place, OutcomeLine]


@dataclass
class PlansByDay:
    """The plans in force, asked once a day. `known`: the outcomes that stand, by visit."""

    scoped: Scoped
    basin_id: str
    known: Mapping[str, Outcome]
    plans: dict[date, tuple[Plan | None, Mapping[str, PlaceView]]] = field(default_factory=dict)

    def plan_of(self, visit: Visit) -> tuple[Plan | None, PlaceView | None]:
        """The plan that holds the visit's day, and where it has the visit."""
        day = visit.starts_at.astimezone(PARIS).date()
        if day not in self.plans:
            plan = plan_on(self.scoped, self.basin_id, day)
            self.plans[day] = (plan, covered(plan.document) if plan else {})
        plan, there = self.plans[day]
        return plan, there.get(visit.id)


@dataclass(frozen=True, slots=True)
class OutcomeFacts:
    """What a row of outcomes holds beside its visit."""

    plan_id: str
    done: bool
    cause: str | None = None
    worker_id: str | None = None
    employer_id: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    funding_line_id: str | None = None
    absence_id: str | None = None
    cents: int = 0
    at_door: bool = False
    free_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CheckedOutcome:
    """An outcome that may be kept. `ahead`: its visit was still to begin by the plan. `is_missed`: nobody
    came, and somebody is wanted as long as its hours last. `is_cut_short`: whoever stood at the door has
    time left until the visit was to end."""

    visit: Visit
    given: OutcomeIn
    facts: OutcomeFacts
    ahead: bool
    is_missed: bool
    is_cut_short: bool

    @property
    def changes_the_day(self) -> bool:
        """Whether whoever was to go there is told not to, or somebody else is to go."""
        return self.ahead or self.is_missed

    @property
    def is_for_a_search(self) -> bool:
        return self.changes_the_day or self.is_cut_short


# -- one ---------------------------------------------------------------------------------------------------
def record(
    scoped: Scoped, service: Service, basin_id: str, visit_id: str, given: OutcomeIn, version: int | None
) -> tuple[Outcome, bool]:
    """The outcome of a visit, and whether it is new; one that stands is corrected at its version.

    Raises: NotFound, Forbidden, Stale, NoPrecondition; Conflict when no published plan speaks of the visit or
        it has not begun; Unfit when done without anybody or with times in disorder.
    """
    visit = scoped.one(Visit, basin_id, visit_id)
    day = _day(scoped, basin_id, [visit_id])
    standing = day.known.get(visit_id)
    if standing is not None:
        expect(standing, version)
    issues = list[Issue]()
    judged = _judged(day, visit, given, partial(_of_visit, visit_id), issues)
    if judged is None:
        first, *others = issues
        refusal = Conflict if first.code == LATER else Unfit
        raise refusal.of(first, *others)
    if standing is not None and _is_same(standing, judged.facts):
        return standing, False
    row = _kept(scoped, basin_id, judged, standing)
    _tell_providers(scoped, [row])
    _followed(scoped, service, basin_id, [judged])
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
    judged = _judged(day, visit, given, place, issues)
    if judged is None:
        return
    standing = day.known.get(visit.id)
    # That nobody had come yet is no other story: somebody was sent, and tells what she found.
    if standing is None or not is_wanted_still(standing.done, standing.cause):
        issues += _otherwise(standing, judged, place("visit_id"))
    if not issues:
        _tell_providers(scoped, [_kept(scoped, basin_id, judged, standing)])
        changes.spells += _spells([judged])


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
    asked = scoped.select(Visit, basin_id).where(Visit.id.in_({line.visit_id for _, line in told}))
    visits = {row.id: row for row in scoped.all(asked)}
    found, seen = list[CheckedOutcome](), dict[str, str]()
    for place, line in told:
        where = place("visit_id")
        if seen.setdefault(line.visit_id, where) != where:
            twice = {"visit_id": line.visit_id, "seen": seen[line.visit_id]}
            issues.append(Issue("A305", where, "outcome_twice", twice))
        elif line.visit_id not in visits:
            issues.append(Issue("A201", where, "unknown_to_account", {"id": line.visit_id}))
        else:
            judged = _judged(day, visits[line.visit_id], line, place, issues)
            if judged is not None:
                issues += [] if corrects else _otherwise(day.known.get(line.visit_id), judged, where)
                found.append(judged)
    if issues:
        first, *others = issues
        raise Unfit.of(first, *others)
    counts, rows = Counter[str](), list[Outcome]()
    for judged in found:
        standing = day.known.get(judged.visit.id)
        state = (
            "created"
            if standing is None
            else "unchanged"
            if _is_same(standing, judged.facts)
            else "corrected"
        )
        counts[state] += 1
        if not dry_run and state != "unchanged":
            rows.append(_kept(scoped, basin_id, judged, standing))
    _tell_providers(scoped, rows)
    jobs = [] if dry_run else _followed(scoped, service, basin_id, found)
    return RecordedOutcomes(counts, rows, jobs)


def _otherwise(standing: Outcome | None, judged: CheckedOutcome, where: str) -> Iterator[Issue]:
    if standing is not None and not _is_same(standing, judged.facts):
        said = Clause("done" if standing.done else "not_done")
        met = {"visit": judged.visit.id, "said": said, "who": standing.worker_id or Clause("nobody")}
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


def _judged(
    day: PlansByDay, visit: Visit, given: OutcomeIn, place: Place, issues: list[Issue]
) -> CheckedOutcome | None:
    """None, and its faults, when it cannot be kept."""
    plan, told = day.plan_of(visit)
    before, now = len(issues), day.scoped.clock.now()
    if plan is None:
        issues.append(Issue(LATER, place("visit_id"), "no_plan_that_day"))
        return None
    begins = told.start if told else None
    judging = _done if given.done else _not_done
    facts = judging(day, visit, plan, told, given, place, issues)
    if len(issues) > before:
        return None
    is_missed = is_wanted_still(facts.done, facts.cause) and may_begin(visit, now)
    is_cut_short = told is not None and facts.free_at is not None and facts.free_at < told.end
    return CheckedOutcome(visit, given, facts, begins is not None and begins > now, is_missed, is_cut_short)


def _not_done(
    day: PlansByDay,
    visit: Visit,
    plan: Plan,
    told: PlaceView | None,
    given: OutcomeIn,
    place: Place,
    issues: list[Issue],
) -> OutcomeFacts:
    named = [name for name in ("worker_id", "starts_at", "ends_at") if getattr(given, name) is not None]
    if named and given.cause is None:
        issues.append(Issue("A305", place(named[0]), "not_done_yet_told"))
    given = _as_it_stands(day.known.get(visit.id), given)
    worker_id = given.worker_id or (told.worker_id if told else None)
    is_at_door = _stood_at_door(day, visit, told, given)
    if is_at_door and given.cause not in dead_time.AT_DOOR:
        causes = {"causes": [one.value for one in dead_time.AT_DOOR]}
        issues.append(Issue("A305", place("at_door"), "nobody_at_door", causes))
    if given.free_at is not None and not is_at_door:
        issues.append(Issue("A305", place("free_at"), "free_without_door"))
    # Who did not come is still somebody.
    is_named = is_at_door or given.worker_id is not None
    worker = _worker(day, visit, worker_id, place, issues) if is_named else None
    facts = OutcomeFacts(plan.id, done=False, cause=given.cause.value if given.cause else None)
    if not is_at_door:
        return facts
    start, end = _hours(day, visit, told, given, place, issues)
    free_at = _free_at(day, visit, end, given, place, issues)
    facts = replace(facts, worker_id=worker_id, at_door=True, free_at=free_at)
    if worker is None or not dead_time.is_work(day.scoped, visit, worker):
        return facts
    return replace(facts, employer_id=worker.employer_id, starts_at=start, ends_at=end)


def _as_it_stands(standing: Outcome | None, given: OutcomeIn) -> OutcomeIn:
    """What is not said anew of a door: who stood there, and when, or that nobody did."""
    if standing is None or given.cause not in dead_time.AT_DOOR or standing.cause not in dead_time.AT_DOOR:
        return given
    kept = ("at_door", "worker_id", "starts_at", "ends_at", "free_at") if standing.at_door else ("at_door",)
    names = () if given.at_door not in (None, standing.at_door) else kept
    unsaid = {name: getattr(standing, name) for name in names if getattr(given, name) is None}
    return given.model_copy(update=unsaid)


def _stood_at_door(day: PlansByDay, visit: Visit, told: PlaceView | None, given: OutcomeIn) -> bool:
    """As told, or as it stands; else whether somebody was to be there by now."""
    if given.at_door is not None:
        return given.at_door
    has_begun = told is not None and told.start <= day.scoped.clock.now()
    if told is None or not has_begun or given.cause not in dead_time.AT_DOOR:
        return False
    return given.worker_id is not None or dead_time.was_expected(day.scoped, visit, told.worker_id)


def _free_at(
    day: PlansByDay, visit: Visit, end: datetime, given: OutcomeIn, place: Place, issues: list[Issue]
) -> datetime | None:
    """From when on she may go elsewhere: as told; else from now on, or when the visit was to end."""
    now = day.scoped.clock.now()
    if given.free_at is None:
        return min(now, end)
    if given.free_at > now + SLACK:
        issues.append(Issue(LATER, place("free_at"), "not_ended"))
    return given.free_at


def _worker(
    day: PlansByDay, visit: Visit, worker_id: str | None, place: Place, issues: list[Issue]
) -> Worker | None:
    """Who is said to have come, or to have not. None, and the fault, when nobody of the brigade is."""
    if worker_id is None:
        issues.append(Issue("A305", place("worker_id"), "done_by_nobody"))
        return None
    found = day.scoped.session.get(Worker, (visit.basin_id, worker_id))
    if found is None:
        issues.append(Issue("A305", place("worker_id"), "nobody_of_brigade", {"worker_id": worker_id}))
    return found


def _done(
    day: PlansByDay,
    visit: Visit,
    plan: Plan,
    told: PlaceView | None,
    given: OutcomeIn,
    place: Place,
    issues: list[Issue],
) -> OutcomeFacts:
    if given.cause is not None:
        issues.append(Issue("A305", place("cause"), "done_with_cause", {"cause": str(given.cause)}))
    if given.at_door or given.free_at is not None:
        issues.append(Issue("A305", place("at_door" if given.at_door else "free_at"), "done_at_door"))
    worker_id = given.worker_id or (told.worker_id if told else None)
    worker = _worker(day, visit, worker_id, place, issues)
    starts, ends = _hours(day, visit, told, given, place, issues)
    is_over = given.ends_at is None or given.ends_at <= day.scoped.clock.now() + SLACK
    if not is_over and not _is_ahead(day, starts):
        issues.append(Issue(LATER, place("ends_at"), "not_ended"))
    facts = OutcomeFacts(
        plan.id,
        done=True,
        worker_id=worker_id,
        employer_id=worker.employer_id if worker else None,
        starts_at=starts,
        ends_at=ends,
    )
    return _paid(day.scoped, plan, visit.id, facts, (ends - starts) // timedelta(minutes=1))


def _hours(
    day: PlansByDay,
    visit: Visit,
    told: PlaceView | None,
    given: OutcomeIn,
    place: Place,
    issues: list[Issue],
) -> tuple[datetime, datetime]:
    """As told, else as planned: in order, and begun by now."""
    starts = given.starts_at or (told.start if told else visit.starts_at)
    ends = given.ends_at or starts + timedelta(minutes=visit.value.duration_min)
    if ends <= starts:
        issues.append(Issue("A305", place("ends_at"), "end_before_start"))
    if _is_ahead(day, starts):
        # At the field that says so: without an hour told, it is the planned one that lies ahead.
        where = place("visit_id" if given.starts_at is None else "starts_at")
        issues.append(Issue(LATER, where, "not_begun"))
    return starts, ends


def _is_ahead(day: PlansByDay, starts: datetime) -> bool:
    return starts > day.scoped.clock.now() + SOON


def _kept(scoped: Scoped, basin_id: str, judged: CheckedOutcome, standing: Outcome | None) -> Outcome:
    visit, given, facts = judged.visit, judged.given, judged.facts
    gone = offers.end_with(scoped, visit.id, basin_id, facts.worker_id, is_off=judged.changes_the_day)
    if judged.changes_the_day and not facts.done:
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
    about = {"visit_id": visit.id, "client_id": visit.client_id, "provider_id": visit.provider_id}
    row = Outcome.made(scoped.clock, basin_id, **about, **values)
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


def _paid(scoped: Scoped, plan: Plan, visit_id: str, facts: OutcomeFacts, minutes: int) -> OutcomeFacts:
    """With which line pays how much: the line of the absence that opened the visit, at its hourly rate."""
    # The plan's own problem: it has the absence and the line as they were when somebody was sent.
    problem = kept.fetch_problem(scoped.session, plan.digest)
    request = problem.request_by_visit.get(visit_id)
    absence = request.absence if request else None
    line = next((one for one in problem.funding_lines if absence and one.id == absence.funding_line_id), None)
    if absence is None or line is None:
        return replace(facts, absence_id=absence.id if absence else None)
    cents = euro_cents(minutes, line.hourly_rate_cents, 1)
    return replace(facts, funding_line_id=line.id, absence_id=absence.id, cents=cents)


def shown(row: Outcome) -> OutcomeView:
    return view_of(OutcomeView, row)


def cause_of(text: str) -> NotDone | None:
    """A word of the service; None for another."""
    return NotDone(text) if text in set(NotDone) else None
