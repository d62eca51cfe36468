"""What is told of one visit, read against the plan in force: what a row of outcomes holds of it, and every
fault."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select

from api.access.scope import Scoped
from api.commitments.in_force import plan_on
from api.commitments.open_incidents import AT_DOOR, is_wanted_still
from api.commitments.placements import covered
from api.commitments.wanted_visits import may_begin
from api.incidents.outcome_subjects import OutcomeSubject
from api.shapes.cycle_requests import OutcomeIn
from api.shapes.planning.plan_views import PlaceView
from api.store import kept_plans as kept
from api.store.basin_tables import Worker
from api.store.cycle_tables import Outcome, Plan
from api.worked import dead_time
from brigade.errors import NO_VALUES, Issue, Values
from brigade.figures.funding import euro_cents, line_of
from brigade.units import PARIS

# Told a little early is a clock that is ahead or a visit brought forward; hours early is another visit.
SOON = timedelta(hours=1)
SLACK = timedelta(minutes=5)
"""By how much a clock of another program may be ahead of ours."""
LATER = "A405"
Place = Callable[[str], str]
"""Where a field of what was told stands: in a document, in a file."""


@dataclass
class PlansByDay:
    """The plans in force, asked once a day. `known`: the outcomes that stand, by visit."""

    scoped: Scoped
    basin_id: str
    known: Mapping[str, Outcome]
    plans: dict[date, tuple[Plan | None, Mapping[str, PlaceView]]] = field(default_factory=dict)
    seated: dict[str, dict[str, str]] = field(default_factory=dict)

    def attended(self, block_id: str) -> dict[str, str]:
        """Who is told to have attended, by seat, what is told now included."""
        if block_id not in self.seated:
            asked = select(Outcome.worker_id, Outcome.visit_id).where(
                Outcome.basin_id == self.basin_id, Outcome.work_block_id == block_id, Outcome.done
            )
            found = self.scoped.session.execute(asked)
            self.seated[block_id] = {worker: seat for worker, seat in found if worker is not None}
        return self.seated[block_id]

    def plan_of(self, visit: OutcomeSubject) -> tuple[Plan | None, PlaceView | None]:
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

    visit: OutcomeSubject
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


@dataclass(frozen=True, slots=True)
class _ToldOutcome:
    """One outcome as it is read. `told`: where the plan has its visit. `issues`: every fault goes there, with
    its `place` in what was sent."""

    day: PlansByDay
    visit: OutcomeSubject
    plan: Plan
    told: PlaceView | None
    given: OutcomeIn
    place: Place
    issues: list[Issue]

    def facts(self) -> OutcomeFacts:
        return self._done() if self.given.done else self._not_done()

    def _fault(self, name: str, words: str, values: Values = NO_VALUES, code: str = "A305") -> None:
        self.issues.append(Issue(code, self.place(name), words, values))

    @property
    def _now(self) -> datetime:
        return self.day.scoped.clock.now()

    @property
    def _worker_id(self) -> str | None:
        """Whoever is named, else whom the plan sends."""
        return self.given.worker_id or (self.told.worker_id if self.told else None)

    # -- done ----------------------------------------------------------------------------------------------
    def _done(self) -> OutcomeFacts:
        given = self.given
        if given.cause is not None:
            self._fault("cause", "done_with_cause", {"cause": str(given.cause)})
        if given.at_door or given.free_at is not None:
            self._fault("at_door" if given.at_door else "free_at", "done_at_door")
        worker = self._worker()
        self._refuse_seated_twice()
        starts, ends = self._hours()
        is_over = given.ends_at is None or given.ends_at <= self._now + SLACK
        if not is_over and not self._is_ahead(starts):
            self._fault("ends_at", "not_ended", code=LATER)
        facts = OutcomeFacts(
            self.plan.id,
            done=True,
            worker_id=self._worker_id,
            employer_id=worker.employer_id if worker else None,
            starts_at=starts,
            ends_at=ends,
        )
        return self._paid(facts, (ends - starts) // timedelta(minutes=1))

    def _worker(self) -> Worker | None:
        """Who is said to have come, or to have not. None, and the fault, when nobody of the brigade is."""
        if self._worker_id is None:
            self._fault("worker_id", "done_by_nobody")
            return None
        found = self.day.scoped.session.get(Worker, (self.visit.basin_id, self._worker_id))
        if found is None:
            self._fault("worker_id", "nobody_of_brigade", {"worker_id": self._worker_id})
        return found

    def _refuse_seated_twice(self) -> None:
        """Nobody has two seats of one block: her hours would be paid twice."""
        block = self.visit.block
        if block is None or self._worker_id is None:
            return
        other = self.day.attended(block.id).setdefault(self._worker_id, self.visit.id)
        if other != self.visit.id:
            self._fault("worker_id", "seated_twice", {"worker_id": self._worker_id, "seat": other})

    def _hours(self) -> tuple[datetime, datetime]:
        """As told, else as planned: in order, and begun by now."""
        given = self.given
        starts = given.starts_at or (self.told.start if self.told else self.visit.starts_at)
        ends = given.ends_at or starts + timedelta(minutes=self.visit.value.duration_min)
        if ends <= starts:
            self._fault("ends_at", "end_before_start")
        if self._is_ahead(starts):
            # At the field that says so: without an hour told, it is the planned one that lies ahead.
            where = "visit_id" if given.starts_at is None else "starts_at"
            self._fault(where, "not_begun", code=LATER)
        return starts, ends

    def _is_ahead(self, starts: datetime) -> bool:
        return starts > self._now + SOON

    def _paid(self, facts: OutcomeFacts, minutes: int) -> OutcomeFacts:
        """With which line pays how much: that of the absence that opened the visit, or of the work block, at
        its hourly rate."""
        # The plan's own problem: it has the absence and the line as they were when somebody was sent.
        problem = kept.fetch_problem(self.day.scoped.session, self.plan.digest)
        request = problem.request_by_visit.get(self.visit.id)
        absence = request.absence if request else None
        lines = problem.funding_lines
        paid_by = line_of(problem, request) if request else None
        line = next((one for one in lines if one.id == paid_by), None)
        absence_id = None if absence is None else absence.id
        if line is None:
            return replace(facts, absence_id=absence_id)
        cents = euro_cents(minutes, line.hourly_rate_cents, 1)
        return replace(facts, funding_line_id=line.id, absence_id=absence_id, cents=cents)

    # -- not done ------------------------------------------------------------------------------------------
    def _not_done(self) -> OutcomeFacts:
        named = [
            name for name in ("worker_id", "starts_at", "ends_at") if getattr(self.given, name) is not None
        ]
        if named and self.given.cause is None:
            self._fault(named[0], "not_done_yet_told")
        if self.visit.block is not None and self.given.cause in AT_DOOR:
            self._fault("cause", "block_without_door", {"cause": str(self.given.cause)})
        given = _as_it_stands(self.day.known.get(self.visit.id), self.given)
        return replace(self, given=given)._at_door_or_not()

    def _at_door_or_not(self) -> OutcomeFacts:
        given, is_at_door = self.given, self._stood_at_door()
        if is_at_door and given.cause not in AT_DOOR:
            causes = {"causes": [one.value for one in AT_DOOR]}
            self._fault("at_door", "nobody_at_door", causes)
        if given.free_at is not None and not is_at_door:
            self._fault("free_at", "free_without_door")
        # Who did not come is still somebody.
        worker = self._worker() if is_at_door or given.worker_id is not None else None
        facts = OutcomeFacts(self.plan.id, done=False, cause=given.cause.value if given.cause else None)
        return self._dead_time(facts, worker) if is_at_door else facts

    def _stood_at_door(self) -> bool:
        """As told, or as it stands; else whether somebody was to be there by now."""
        told, given = self.told, self.given
        if given.at_door is not None:
            return given.at_door
        visit = self.visit.visit
        if visit is None or told is None or told.start > self._now or given.cause not in AT_DOOR:
            return False
        is_named = given.worker_id is not None
        return is_named or dead_time.was_expected(self.day.scoped, visit, told.worker_id)

    def _dead_time(self, facts: OutcomeFacts, worker: Worker | None) -> OutcomeFacts:
        start, end = self._hours()
        facts = replace(facts, worker_id=self._worker_id, at_door=True, free_at=self._free_at(start, end))
        visit = self.visit.visit
        if worker is None or visit is None or not dead_time.is_work(self.day.scoped, visit, worker):
            return facts
        return replace(facts, employer_id=worker.employer_id, starts_at=start, ends_at=end)

    def _free_at(self, start: datetime, end: datetime) -> datetime:
        """From when on she may go elsewhere: as told; else from now on, or when the visit was to end."""
        free_at = self.given.free_at
        if free_at is None:
            return min(self._now, end)
        if free_at > self._now + SLACK:
            self._fault("free_at", "not_ended", code=LATER)
        elif free_at < start - SOON:
            self._fault("free_at", "free_before_start", {"start": start.astimezone(PARIS)})
        return free_at


def judged(
    day: PlansByDay, visit: OutcomeSubject, given: OutcomeIn, place: Place, issues: list[Issue]
) -> CheckedOutcome | None:
    """None, and its faults, when it cannot be kept."""
    plan, told = day.plan_of(visit)
    before, now = len(issues), day.scoped.clock.now()
    if plan is None:
        issues.append(Issue(LATER, place("visit_id"), "no_plan_that_day"))
        return None
    facts = _ToldOutcome(day, visit, plan, told, given, place, issues).facts()
    if len(issues) > before:
        return None
    is_ahead = told is not None and told.start > now
    # Who did not come to a meeting, or to share a visit, is not replaced.
    is_wanted = not visit.is_seat and is_wanted_still(facts.done, facts.cause)
    is_missed = is_wanted and may_begin(visit.row, now)
    is_cut_short = told is not None and facts.free_at is not None and facts.free_at < told.end
    return CheckedOutcome(visit, given, facts, is_ahead, is_missed, is_cut_short)


def _as_it_stands(standing: Outcome | None, given: OutcomeIn) -> OutcomeIn:
    """What is not said anew of a door: who stood there, and when, or that nobody did."""
    if standing is None or given.cause not in AT_DOOR or standing.cause not in AT_DOOR:
        return given
    stood = ("at_door", "worker_id", "starts_at", "ends_at", "free_at") if standing.at_door else ("at_door",)
    names = () if given.at_door not in (None, standing.at_door) else stood
    unsaid = {name: getattr(standing, name) for name in names if getattr(given, name) is None}
    return given.model_copy(update=unsaid)
