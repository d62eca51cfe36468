"""What a message speaks of, one form a kind of message: ids and times only. The words and the address are
found when it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, ClassVar, TypeAlias

from pydantic import Field

from api.shapes.kept.kept_shapes import Kept, KeptIssue
from brigade.exchange.shapes.field_kinds import ClientCode, Whose

Told: TypeAlias = Annotated[str, Whose.ANYBODY] | KeptIssue
"""A code, or what was wrong with a row; in messages of before, as a sentence."""


class Subject(Kept):
    """`KIND`: of the messages that speak of it."""

    KIND: ClassVar[str]


class TourChanged(Subject):
    """What is new to a worker, what is no longer hers."""

    KIND = "tour_changed"
    plan_id: str
    offers: list[str]
    withdrawn: list[str]


class OnCallChanged(Subject):
    """The duties of somebody on the days of a rota, as they are when it is read."""

    KIND = "on_call_changed"
    rota_id: str
    first_day: date
    last_day: date


class TourTomorrow(Subject):
    """`offers`: none in letters of before."""

    KIND = "tour_tomorrow"
    day: date
    offers: list[str] = Field(default_factory=list)


class PlanForProvider(Subject):
    """`again`: visits whose carer comes as in the plan before, though she was let off, or silent, in between;
    older letters name none."""

    KIND = "plan_for_provider"
    plan_id: str
    base_plan_id: str | None
    again: list[str] = Field(default_factory=list)


class NotCoveredYet(Subject):
    KIND = "not_covered_yet"
    offers: list[str]


class ClientNotMet(Subject):
    """Somebody stood at the door for nothing."""

    KIND = "client_not_met"
    outcomes: list[str]


class VisitsConfirmed(Subject):
    """`offers`: of those who come after all; None: all of the plan are there."""

    KIND = "visits_confirmed"
    plan_id: str
    offers: list[str] | None = None


class VisitRisk(Kept):
    """A visit without its carer, as it was told."""

    visit_id: str
    client_id: ClientCode
    priority: str
    mandatory: bool
    planned_start: datetime


class VisitsAtRisk(Subject):
    """`version`: of the absence; None: letters of before did not say."""

    KIND = "visits_at_risk"
    absence_id: str
    version: int | None = None
    risks: list[VisitRisk]


class RisksOver(Subject):
    KIND = "risks_over"
    absence_id: str
    employee_id: str
    risks: list[VisitRisk]


class OfferState(Kept):
    id: str
    state: str


class Unanswered(Subject):
    KIND = "unanswered"
    offers: list[OfferState]


class PublishedOffDuty(Subject):
    KIND = "published_off_duty"
    plan_id: str


class ProposalReady(Subject):
    KIND = "proposal_ready"
    plan_id: str


class SearchFailed(Subject):
    KIND = "search_failed"
    first_day: str
    told: list[Told]


class MessageFailed(Subject):
    """`kind`: of the message that failed."""

    KIND = "message_failed"
    message_id: str
    kind: str
    contact_id: Annotated[str, Whose.ANYBODY]
    code: str


class WebhookDisabled(Subject):
    KIND = "webhook_disabled"
    webhook_id: str


class LendingChanged(Subject):
    """`state`: of the request as it was told; one that changed since is not told any more."""

    KIND = "lending_changed"
    lending_id: str
    state: str


class RowsSetAside(Subject):
    KIND = "rows_set_aside"
    told: list[Told]
    visits: list[str]


class SwapAsked(Subject):
    KIND = "swap_asked"
    swap_id: str


class SwapOutcome(Subject):
    """`state`: what it became."""

    KIND = "swap_answered"
    swap_id: str
    state: str


FORMS: Mapping[str, type[Subject]] = {one.KIND: one for one in Subject.__subclasses__()}
"""By kind of message."""
