"""What asks to be covered: providers, their employees and rota, clients, visits, absences, links, funding
lines; and work that is no visit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from brigade.texts.accords import Accord
from brigade.units import Cents, Interval, Ticks, TimeWindow
from brigade.values.acts import ActClass as ActClass

if TYPE_CHECKING:
    # At run time they would load numpy, which commands that plan nothing do without.
    from brigade.values.places import TravelMode
    from brigade.values.workforce import Learning, PastDay


class LegalStatus(StrEnum):
    NON_PROFIT = "non_profit"
    COMPANY = "company"
    PUBLIC = "public"


class Workplace(StrEnum):
    """Where a provider's employees work: at homes, or in an establishment that releases people for the same
    courses."""

    HOME = "home"
    ESTABLISHMENT = "establishment"


class AbsenceKind(StrEnum):
    UNPLANNED = "unplanned_absence"
    TRAINING_RELEASE = "training_release"
    TUTOR_RELEASE = "tutor_release"
    OTHER_LEAVE = "other_leave"


class UrgentCause(StrEnum):
    """What may make a change urgent. Each text lists its own (URGENT_CAUSES), and none knows all of them."""

    COLLEAGUE_ABSENCE = "colleague_absence"
    CARER_MISSING = "carer_missing"
    HOSPITAL_RETURN = "hospital_return"
    SUDDEN_WORSENING = "sudden_worsening"
    CLIENT_DEATH = "client_death"
    CLIENT_HOSPITAL = "client_hospital"
    NEW_URGENT_CLIENT = "new_urgent_client"
    CHILD_ILLNESS = "child_illness"


class Priority(IntEnum):
    """P1 vital and alone, P2 essential with family backup, P3 ordinary but time-bound, P4 movable."""

    P1 = 1
    P2 = 2
    P3 = 3
    P4 = 4


class LinkKind(StrEnum):
    SAME_START = "same_start"
    GAP = "gap"
    SAME_WORKER = "same_worker"
    DIFFERENT_WORKERS = "different_workers"
    TOGETHER = "together"


class WorkBlockKind(StrEnum):
    """What people do in working hours that are no visit."""

    MEETING = "meeting"
    EXCHANGE = "exchange"
    TUTORING = "tutoring"
    TRAINING = "training"
    SCHOOL = "school"
    MEDICAL = "medical"
    HANDOVER = "handover"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Provider:
    """A SAAD. `agreement` names its rule set; `accords` replaces values of it ("RULE.name" -> value and
    source), as far as the law lets an accord go. `swap_notice`: its present staff may be asked to take a
    visit, this long before anything of theirs changes; None: they are not asked."""

    id: str
    name: str
    legal_status: LegalStatus
    agreement: str
    employees: int = 0
    rural: bool = False
    accords: Mapping[str, Accord] = field(default_factory=dict)
    workplace: Workplace = Workplace.HOME
    swap_notice: Ticks | None = None


@dataclass(frozen=True, slots=True)
class Employee:
    """Somebody a provider employs; not of the brigade. Known by pseudonym.

    All but the first two is needed only to ask her for a swap (`brigade.changes.help`). `hours`: when she
    works, home legs included, one tour each. `mode`, `start_site`, `competencies`, `certificates`,
    `weekly`, `full_time`: as of a worker. `past_days`: those worked in the 14 days before; `known_since`:
    from that day on they are whole. `refused_swaps`: visits that she is not asked to take again.
    """

    id: str
    provider_id: str
    hours: tuple[Interval, ...] = ()
    mode: TravelMode | None = None
    start_site: str | None = None
    competencies: frozenset[str] = frozenset()
    certificates: frozenset[str] = frozenset()
    weekly: Ticks | None = None
    full_time: bool = False
    past_days: tuple[PastDay, ...] = ()
    known_since: date | None = None
    refused_swaps: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RotaEntry:
    """Who was to do `visit_id`, from when, as last received from the provider."""

    visit_id: str
    employee_id: str
    start: Ticks


@dataclass(frozen=True, slots=True)
class RotaFeed:
    """One provider's rota and the instant it was received, so that a stale one is said to be stale."""

    provider_id: str
    received_at: datetime
    entries: tuple[RotaEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Client:
    """A cared-for person, under the provider's pseudonym, at a coarse place."""

    id: str
    provider_id: str
    site_id: str


@dataclass(frozen=True, slots=True)
class Course:
    """What somebody is released for: evidence for whoever pays. `training_body`: who teaches; a tutor's time
    has none. `taught`: the hours of the course itself, if they were said."""

    title: str
    training_body: str | None = None
    place: str | None = None
    taught: Ticks | None = None


@dataclass(frozen=True, slots=True)
class Absence:
    """An employee away over `interval`. `reason` is coarse and stays with the provider; outside it only the
    kind and `urgent_cause` are known. `known_at` is when it became known; `funding_line_id` pays the replaced
    hours, if any. `course`: of a release, what it is for. `cause`: which urgent cause it is; of an unplanned
    absence that is the colleague's absence, without being said."""

    id: str
    provider_id: str
    employee_id: str
    kind: AbsenceKind
    interval: Interval
    known_at: Ticks
    urgent_cause: bool = False
    reason: str | None = None
    funding_line_id: str | None = None
    course: Course | None = None
    cause: UrgentCause | None = None


@dataclass(frozen=True, slots=True)
class FundingLine:
    """Public money for replaced hours: a cap, an hourly rate, what was consumed before the horizon."""

    id: str
    name: str
    cap_cents: Cents
    hourly_rate_cents: Cents
    consumed_cents: Cents = 0


NO_CLIENT = ""


def seats_of(block_id: str, count: int) -> tuple[str, ...]:
    """The ids of so many seats."""
    return tuple(f"{block_id}:{number}" for number in range(1, count + 1))


def block_of_seat(id: str) -> str:
    """The work block of which `id` would be a seat."""
    return id.rpartition(":")[0]


@dataclass(frozen=True, slots=True)
class WorkBlock:
    """Work that is no visit: a meeting, a course, an appointment of somebody.

    `windows`: when it may begin, disjoint and sorted; one window of one tick fixes its hour. `site_id` None:
    it has no place, and everybody attends from her own start place. `at_least`: so many of the participants
    make it take place, and the others are wished for; None: all of them. `priority`, `mandatory`: as of
    visits, for each person who attends. `announced_at`: since when the participants know of it; None: as of
    any visit, when the plan is made. `forbidden_workers`: participants who are not to be seated, as who
    refused; where all are needed, it does not take place without them. `label`: what it is called; no name of
    a person.
    """

    id: str
    kind: WorkBlockKind
    duration: Ticks
    windows: tuple[TimeWindow, ...]
    participants: frozenset[str]
    priority: Priority
    site_id: str | None = None
    at_least: int | None = None
    mandatory: bool = False
    label: str | None = None
    funding_line_id: str | None = None
    announced_at: Ticks | None = None
    forbidden_workers: frozenset[str] = frozenset()

    @property
    def needed(self) -> int:
        """How many people make it take place."""
        return len(self.participants) if self.at_least is None else self.at_least

    @property
    def seat_ids(self) -> tuple[str, ...]:
        """Of its attendances, the needed ones first."""
        return seats_of(self.id, len(self.participants))

    @property
    def needed_seats(self) -> tuple[str, ...]:
        """Of those without which it does not take place."""
        return self.seat_ids[: self.needed]

    @property
    def attendances(self) -> tuple[Visit, ...]:
        """Its seats as what the search can place, the needed ones first. Where everybody attends each is one
        person's own; where fewer are enough, any participant may take any."""
        return tuple(map(self._seat, self.seat_ids, sorted(self.participants)))

    def _seat(self, id: str, worker_id: str) -> Visit:
        is_needed, takes_all = id in self.needed_seats, self.needed >= len(self.participants)
        return Visit(
            id,
            NO_CLIENT,
            self.duration,
            self.windows,
            # Who comes beside those needed is wished for, and no visit stays uncovered for it.
            self.priority if is_needed else Priority.P4,
            ActClass.ORDINARY,
            mandatory=self.mandatory and is_needed,
            forbidden_workers=self.forbidden_workers,
            attendance=Attendance(self, frozenset({worker_id}) if takes_all else self.participants),
        )

    @property
    def ties(self) -> tuple[Link, ...]:
        """Every seat begins when the first one does; the needed ones are taken all or none."""
        return tuple(
            Link(LinkKind.SAME_START, self.seat_ids[0], one, together=one in self.needed_seats, of_block=True)
            for one in self.seat_ids[1:]
        )


@dataclass(frozen=True, slots=True)
class Attendance:
    """A seat in a work block. `workers`: who may take it."""

    block: WorkBlock
    workers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Shadowing:
    """A learner's seat beside whoever does `visit_id`: she shares that visit. `worker_id`: the learner.
    `guides`: who of the brigade may do the visit beside her, as they know what she learns.
    `funding_line_id`: who pays the guide's time."""

    visit_id: str
    worker_id: str
    guides: frozenset[str]
    funding_line_id: str | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """One passage at one home.

    `windows`: when it may begin, disjoint and sorted. `mandatory` ranks above P1 and is reported loudly when
    left out. `points` replaces the policy's points of its priority. `preferred_workers` were asked for by the
    client, `usual_workers` have been before, `forbidden_workers` never come. `wants_replacement` False: the
    client said not to send anyone. `planned_start`: what client and provider had agreed, if anything.
    `unfamiliar_extra`: so much longer whoever is none of the familiar workers is there.
    `counted_percent`: a night spent at the client's, of which so much counts as work where the texts know
    that; None: all of it is work.
    `fragile`: a client whose essential needs allow Sunday work and a longer day where an agreement says so.
    `cause`: what makes it urgent by itself, whoever is absent or not. `attendance`: this is no visit but
    somebody's presence in a work block: it has no client, and no host. `shadowing`: a learner's seat beside
    another visit.
    """

    id: str
    client_id: str
    duration: Ticks
    windows: tuple[TimeWindow, ...]
    priority: Priority
    act_class: ActClass
    required: frozenset[str] = frozenset()
    preferred: frozenset[str] = frozenset()
    mandatory: bool = False
    points: int | None = None
    preferred_workers: frozenset[str] = frozenset()
    usual_workers: frozenset[str] = frozenset()
    forbidden_workers: frozenset[str] = frozenset()
    wants_replacement: bool = True
    fragile: bool = False
    planned_start: Ticks | None = None
    cause: UrgentCause | None = None
    attendance: Attendance | None = None
    unfamiliar_extra: Ticks = 0
    shadowing: Shadowing | None = None
    counted_percent: int | None = None

    @property
    def familiar_workers(self) -> frozenset[str]:
        """Whom the client knows, or asked for."""
        return self.usual_workers | self.preferred_workers

    def service_by(self, worker_id: str) -> Ticks:
        """How long this worker is there."""
        # Asked of every stop that is timed: most visits take as long for everybody.
        if not self.unfamiliar_extra or worker_id in self.familiar_workers:
            return self.duration
        return self.longest_service

    @property
    def longest_service(self) -> Ticks:
        """How long somebody is there who has never been."""
        return self.duration + self.unfamiliar_extra

    def as_served_by(self, worker_id: str) -> Visit:
        """The visit as long as this worker is there."""
        service = self.service_by(worker_id)
        return self if service == self.duration else replace(self, duration=service, unfamiliar_extra=0)

    def teaches(self, learning: Learning) -> bool:
        """Whether it is of what somebody learns; a seat is no visit of its own."""
        return not self.is_seat and (
            self.client_id == learning.client_id
            or learning.competency in self.required
            or self.act_class is learning.act_class
        )

    @property
    def is_seat(self) -> bool:
        """Whether it is no visit of its own, but a seat in a work block or beside a visit."""
        return self.attendance is not None or self.shadowing is not None

    @property
    def level(self) -> int:
        """Rank in the lexicographic order: 0 mandatory, then 1 to 4 by priority."""
        return 0 if self.mandatory else int(self.priority)

    @property
    def gravity(self) -> tuple[int, Ticks, str]:
        """The order in which visits without anybody are told and examined: the gravest first, then by the
        hour asked for."""
        return self.level, self.windows[0].earliest, self.id

    def admits(self, worker_id: str) -> bool:
        """Whether it is for this worker at all: she is not set aside for it; of an attendance, hers."""
        if self.attendance is not None and worker_id not in self.attendance.workers:
            return False
        return worker_id not in self.forbidden_workers

    def may_begin(self, start: Ticks) -> bool:
        """Whether one of its windows admits that start."""
        return any(window.admits(start) for window in self.windows)


@dataclass(frozen=True, slots=True)
class Link:
    """A tie between two visits.

    SAME_START: both begin at one tick (two carers). GAP: `min_gap` <= start(second) - start(first) <=
    `max_gap` (None: no limit). SAME_WORKER, DIFFERENT_WORKERS: who does them. TOGETHER: no more than that
    both are done or neither. With `together`, one is covered only if the other is; without, the tie binds
    only when both are covered. `of_block`: it ties two attendances of a work block (WORK_BLOCKS);
    `of_shadowing`: a learner's seat to its visit (SHADOWING).
    """

    kind: LinkKind
    first: str
    second: str
    min_gap: Ticks = 0
    max_gap: Ticks | None = None
    together: bool = True
    of_block: bool = False
    of_shadowing: bool = False

    @property
    def rule(self) -> str:
        """The rule that holds it."""
        if self.of_block:
            return "WORK_BLOCKS"
        return "SHADOWING" if self.of_shadowing else "LINK"
