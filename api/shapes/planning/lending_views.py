"""What is asked and said about help from next door: agreements between basins, who could come, who was asked
for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from api.shapes.cycle_requests import ID, MADE, STRICT
from brigade.changes.help.lending import Payer
from brigade.exchange.shapes.field_kinds import (
    Code,
    Day,
    GivenReason,
    Moment,
    PossibleReason,
    WorkerCode,
    WorkerCodes,
)

LONGEST_NOTICE_MIN = 7 * 24 * 60
AgreementState = Literal["proposed", "agreed", "ended"]
LendingState = Literal["asked", "agreed", "declined", "expired", "withdrawn"]
Asked = Annotated[list[Annotated[Code, Field(pattern=ID)]], Field(max_length=20)]


class AgreementIn(BaseModel):
    """One way, by a coordinator of either basin; it holds once the other one has signed. Who may be lent is
    the lender's to say, then or as it signs."""

    model_config = STRICT
    lender: Code = Field(examples=["3215"], description="Basin whose people may be lent.")
    borrower: Code = Field(examples=["3205"], description="Basin that they may be lent to.")
    workers: WorkerCodes | None = Field(None, description="Who may be lent; left out: all of the lender's.")
    notice_min: int = Field(
        0, ge=0, le=LONGEST_NOTICE_MIN, description="Minutes before the hours by which the lender is asked."
    )
    paid_by: Payer = Field(Payer.BORROWER, description="Who pays the hours and the ways.")
    until: Day = Field(examples=["2026-12-31"], description="Its last day.")


class AgreementAnswerIn(BaseModel):
    """`workers`: of the lender alone."""

    model_config = STRICT
    workers: WorkerCodes | None = Field(None, description="Who may be lent; left out: as proposed.")


class AgreementView(BaseModel):
    """`workers`: told to the lender alone; null: all of its people."""

    id: str
    version: int
    state: AgreementState
    lender: str
    lender_name: str
    borrower: str
    borrower_name: str
    workers: list[str] | None
    notice_min: int
    paid_by: Payer
    until: date
    is_signed_by_lender: bool
    is_signed_by_borrower: bool
    changed_at: datetime


class LendingIn(BaseModel):
    """Somebody of a neighbour basin, for hours of one day: as `neighbours` proposes it in `request`."""

    model_config = STRICT
    agreement_id: str = Field(pattern=MADE, examples=["accord-0199a7c1f3e2-9f2c4e1ab7d03355"])
    worker_id: WorkerCode = Field(description="As her own basin calls her.", examples=["B07"])
    visits: Asked = Field(
        default_factory=list,
        description="Visits that she is asked for; none: wherever the next plan needs her.",
        examples=[["V-204"]],
    )
    starts_at: Moment = Field(description="She leaves home then, at the earliest.")
    ends_at: Moment = Field(description="She is back home by then.")
    reply_by: Moment | None = Field(
        None, description="Until when the lender may answer; left out: an hour, or until she leaves."
    )
    reason: PossibleReason = None


class LendingAnswerIn(BaseModel):
    """Of the lender's coordinator."""

    model_config = STRICT
    reply: Literal["yes", "no"]
    reason: PossibleReason = None


class LendingEndIn(BaseModel):
    """A request or a lending taken back, an agreement ended."""

    model_config = STRICT
    reason: GivenReason


class LendingView(BaseModel):
    """`visits`: told to the borrower alone; `lent_id`: what she is called there."""

    id: str
    version: int
    state: LendingState
    lender: str
    lender_name: str
    borrower: str
    borrower_name: str
    agreement_id: str
    worker_id: str
    lent_id: str
    visits: list[str] | None
    starts_at: datetime
    ends_at: datetime
    reply_by: datetime
    paid_by: Payer
    reason: str | None
    because: str | None
    answered_at: datetime | None
    changed_at: datetime


class LendingCandidateView(BaseModel):
    """Somebody who could come if she is lent. `cost`: change of the plan's cost, as of candidates;
    `travel_min`: her ways from home and back. `request`: to be sent to ask for her."""

    worker_id: str
    lender: str
    lender_name: str
    agreement_id: str
    arrival: datetime
    starts_at: datetime
    ends_at: datetime
    cost: int
    points: int
    travel_min: float
    paid_by: Payer
    sentence: str
    request: LendingIn


class LendingCandidatesView(BaseModel):
    """`asked`: the basins that an agreement lets be asked. `own`: how many of the own basin could take it
    without anybody lent, `own_cost` the least that costs; they come first."""

    plan_id: str
    visit_ids: list[str]
    asked: list[str]
    own: int
    own_cost: int | None
    ranked: list[LendingCandidateView]
