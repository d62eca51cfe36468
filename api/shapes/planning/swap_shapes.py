"""Swaps with present staff as they are put to a service: what is asked, what is answered."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, Field

from api.shapes.cycle_requests import STRICT
from brigade.exchange.shapes.field_kinds import Code, Minutes, PossibleReason
from brigade.exchange.shapes.plan_shapes import ProposedSwapShape


class SwapState(StrEnum):
    """`accepted`: the service has said yes, and nothing is changed yet; `done`: its rota is. `withdrawn`: the
    question, by who asked, or the yes, by the service. `expired`: nobody answered in time, or what was agreed
    was not carried out before its hours."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    DONE = "done"


class SwapIn(BaseModel):
    """One of the swaps that a plan proposes (`proposed_swaps`)."""

    model_config = STRICT
    visit_id: Code
    employee_id: Code
    given_visit_id: Code | None = Field(None, description="Which of her visits the brigade would do.")


class SwapAnswerIn(BaseModel):
    """What a service answers. No names in `reason`."""

    model_config = STRICT
    reply: Literal["accept", "decline"]
    reason: PossibleReason = Field(None, examples=["elle termine plus tôt ce jour-là"])


class SwapNoticeIn(BaseModel):
    """Whether a service lets its present staff be asked."""

    model_config = STRICT
    swap_notice_min: Minutes | None = Field(
        None, description="So long before their hours change; absent: they are not asked."
    )


class SwapView(BaseModel):
    """`swap`: as the plan proposes it. `starts_at`: the first hour that changes; `reply_by`: until when the
    service can answer. `made_plan_id`: the brigade's plan as edited once it was carried out, to be published;
    none, where she gives nothing."""

    id: str
    version: int
    state: SwapState
    plan_id: str
    provider_id: str
    swap: ProposedSwapShape
    created_at: datetime
    starts_at: datetime
    reply_by: datetime
    answered_at: datetime | None
    reason: str | None
    made_plan_id: str | None
    sentence: str
