"""What asks to be covered: providers, employees, rota, clients, visits, links, absences, funding lines, work
that is no visit."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from brigade.exchange.shapes.accord_shapes import DECLARATION, DECLARED, Accords, bare_numbers
from brigade.exchange.shapes.field_kinds import (
    CentsCount,
    ClientCode,
    Code,
    Codes,
    Count,
    Day,
    Minutes,
    Moment,
    PriorityCode,
    Shape,
    Text,
    WorkerCodes,
)
from brigade.units import Interval, TimeWindow
from brigade.values.demand import (
    Absence,
    AbsenceKind,
    ActClass,
    Client,
    Course,
    Employee,
    FundingLine,
    LegalStatus,
    Link,
    LinkKind,
    Provider,
    RotaEntry,
    UrgentCause,
    Visit,
    WorkBlock,
    WorkBlockKind,
    Workplace,
)
from brigade.values.places import TravelMode
from brigade.values.workforce import PastDay


class ProviderShape(Shape):
    """A SAAD: who employs the absent carers."""

    makes: ClassVar[type] = Provider
    id: Code = Field(description="Code of the provider.", examples=["S-01"])
    name: Text = Field(description="Public name of the provider.")
    legal_status: LegalStatus = Field(description="Decides which rules of an intermediary association apply.")
    agreement: Code = Field(description="Rule set of its collective agreement.", examples=["bad"])
    employees: Count = Field(0, description="Number of employees (size).")
    rural: bool = Field(False, description="A rural provider.")
    accords: Accords = Field(default_factory=dict, description=DECLARED, examples=[DECLARATION])
    workplace: Workplace = Field(
        Workplace.HOME, description="Where its employees work: funders split releases by it."
    )
    swap_notice_min: Minutes | None = Field(
        None,
        description="Its present staff may be asked to take a visit, so long before their hours change;"
        " absent: they are not asked.",
    )

    @classmethod
    def abridge(cls, shown: dict[str, Any]) -> dict[str, Any]:
        return bare_numbers(shown)


class RotaEntryShape(Shape):
    """Who was to do a visit, from when."""

    makes: ClassVar[type] = RotaEntry
    visit_id: Code
    employee_id: Code
    start: Moment


class RotaFeedShape(Shape):
    """One provider's rota, and when it was received."""

    provider_id: Code
    received_at: Moment = Field(description="When the provider sent it: a stale rota is said to be stale.")
    entries: list[RotaEntryShape] = Field(default_factory=list)


class ClientShape(Shape):
    """A cared-for person, under the provider's pseudonym, at a coarse place."""

    makes: ClassVar[type] = Client
    id: ClientCode
    provider_id: Code
    site_id: Code


class IntervalShape(Shape):
    """Time taken: start included, end excluded."""

    makes: ClassVar[type] = Interval
    start: Moment
    end: Moment


class PastDayShape(Shape):
    """One day worked before the horizon: first start, last end, effective work, all employers together."""

    makes: ClassVar[type] = PastDay
    day: Day
    start: Moment
    end: Moment
    work_min: Minutes


class EmployeeShape(Shape):
    """Somebody a provider employs, under a pseudonym that is unique over all providers. All but the first two
    is needed only to ask her for a swap."""

    makes: ClassVar[type] = Employee
    id: Code
    provider_id: Code
    hours: list[IntervalShape] = Field(
        default_factory=list, description="When she works, home legs included, in order; one is one tour."
    )
    mode: TravelMode | None = Field(None, description="How she travels.")
    start_site: Code | None = Field(None, description="Absent: the day starts at the first visit.")
    competencies: Codes = Field(default_factory=list, description="Beyond those that certificates grant.")
    certificates: Codes = Field(default_factory=list, description="Certificates that she holds.")
    weekly_min: Minutes | None = Field(None, description="Weekly minutes of her contract.")
    full_time: bool = False
    past_days: list[PastDayShape] = Field(
        default_factory=list, description="Days worked in the 14 days before."
    )
    known_since: Day | None = Field(None, description="From that day on they are whole.")
    refused_swaps: Codes = Field(
        default_factory=list, description="Visits that her service has said no to: she is not asked again."
    )


class CourseShape(Shape):
    """What somebody is released for."""

    makes: ClassVar[type] = Course
    title: Text = Field(
        min_length=1, description="What is taught; for a tutor, whom the time is for, without a name."
    )
    training_body: Text | None = Field(
        None,
        min_length=1,
        description="Who teaches; needed of a course, not of a tutor's time.",
        examples=["GRETA Artois"],
    )
    place: Text | None = Field(None, min_length=1, description="Where, if it matters.")
    taught_min: Minutes | None = Field(None, description="Hours of the course itself, as on its certificate.")


class AbsenceShape(Shape):
    """An employee away: over the rota, it opens the visits left without a carer. Causes stay coarse."""

    makes: ClassVar[type] = Absence
    id: Code
    provider_id: Code
    employee_id: Code
    kind: AbsenceKind
    interval: IntervalShape
    known_at: Moment = Field(description="When it became known.")
    urgent_cause: bool = Field(
        False, description="Urgent, as the agreement means it; of an unplanned absence that says all."
    )
    reason: Text | None = Field(None, min_length=1, description="Coarse reason; stays with the provider.")
    funding_line_id: Code | None = Field(None, description="Who pays the replaced hours, if anybody.")
    course: CourseShape | None = Field(None, description="Of a training or tutor release: what it is for.")
    cause: UrgentCause | None = Field(
        None, description="Which urgent cause, if it is another than a colleague's absence."
    )


class FundingLineShape(Shape):
    """Public money for replaced hours."""

    makes: ClassVar[type] = FundingLine
    id: Code
    name: Text
    cap_cents: CentsCount = Field(description="The most this line pays.")
    hourly_rate_cents: CentsCount = Field(description="What it pays for one replaced hour.")
    consumed_cents: CentsCount = Field(0, description="What was used before the horizon.")


class WindowShape(Shape):
    """When service may begin, ends included; from `latest` to `hard_latest` it is late, at a price."""

    makes: ClassVar[type] = TimeWindow
    earliest: Moment
    latest: Moment
    hard_latest: Moment | None = Field(None, description="By default `latest`: no lateness.")

    @classmethod
    def complete(cls, values: dict[str, Any]) -> dict[str, Any]:
        return values if values["hard_latest"] is not None else {**values, "hard_latest": values["latest"]}

    @classmethod
    def abridge(cls, shown: dict[str, Any]) -> dict[str, Any]:
        return {
            name: value for name, value in shown.items() if name != "hard_latest" or value != shown["latest"]
        }


class VisitShape(Shape):
    """One passage at one home."""

    makes: ClassVar[type] = Visit
    id: Code
    client_id: ClientCode
    duration_min: Minutes
    windows: list[WindowShape] = Field(description="When it may begin: disjoint, in order.")
    priority: PriorityCode = Field(description="P1 vital and alone ... P4 movable.")
    act_class: ActClass = Field(description="Essential acts of daily living, or ordinary ones.")
    required: Codes = Field(default_factory=list, description="Competencies that whoever comes must hold.")
    preferred: Codes = Field(default_factory=list, description="Competencies wished for.")
    mandatory: bool = Field(False, description="Ranks above P1; reported loudly when left out.")
    points: Count | None = Field(None, description="Replaces the policy's points of its priority.")
    preferred_workers: WorkerCodes = Field(default_factory=list, description="Asked for by the client.")
    usual_workers: WorkerCodes = Field(default_factory=list, description="Have been before.")
    forbidden_workers: WorkerCodes = Field(default_factory=list, description="Never come.")
    wants_replacement: bool = Field(True, description="false: the client wants nobody else.")
    fragile: bool = Field(
        False, description="Allows Sunday work and a longer day where an agreement says so."
    )
    planned_start: Moment | None = Field(None, description="What client and provider had agreed.")
    cause: UrgentCause | None = Field(
        None, description="What makes it urgent by itself, such as an unplanned hospital return."
    )
    unfamiliar_extra_min: Minutes = Field(
        0, description="So much longer is whoever is among neither the usual nor the wished-for workers."
    )
    counted_percent: Count | None = Field(
        None,
        description="A night spent at the client's: how much of it counts as work, where the texts know that;"
        " absent: all of it.",
    )


class WorkBlockShape(Shape):
    """Work that is no visit: a meeting, a course, an appointment. It counts as work for each one's own
    employer."""

    makes: ClassVar[type] = WorkBlock
    id: Code = Field(examples=["R-01"])
    kind: WorkBlockKind = Field(description="What people do in it.")
    label: Text | None = Field(None, min_length=1, description="What it is called; no name of a person.")
    duration_min: Minutes
    windows: list[WindowShape] = Field(
        description="When it may begin: disjoint, in order. One window of one instant fixes its hour."
    )
    participants: WorkerCodes = Field(description="Who is to attend.")
    at_least: Count | None = Field(
        None, description="So many of them make it take place, the others are wished for; absent: all."
    )
    forbidden_workers: WorkerCodes = Field(
        default_factory=list, description="Who is not to be seated after all, as who refused."
    )
    site_id: Code | None = Field(
        None, description="Where; absent: everybody attends from her own start place."
    )
    priority: PriorityCode = Field(description="As of a visit, for each person who attends.")
    mandatory: bool = Field(False, description="Ranks above P1; reported loudly when left out.")
    funding_line_id: Code | None = Field(None, description="Who pays its hours, if anybody.")
    announced_at: Moment | None = Field(
        None, description="Since when the participants know of it; absent: from the plan on."
    )

    @property
    def needed(self) -> int:
        """How many people make it take place."""
        return len(self.participants) if self.at_least is None else self.at_least


class LinkShape(Shape):
    """A tie between two visits."""

    makes: ClassVar[type] = Link
    kind: LinkKind = Field(description="`gap`: the second begins min_gap to max_gap after the first begins.")
    first: Code
    second: Code
    min_gap_min: Minutes = 0
    max_gap_min: Minutes | None = None
    together: bool = Field(True, description="One is covered only if the other is.")
