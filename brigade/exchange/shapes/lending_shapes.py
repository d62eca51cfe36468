"""What coordinators of neighbour basins have agreed on: a document of its own, beside their problems."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from brigade.changes.help.lending import Payer
from brigade.exchange.shapes.field_kinds import Code, Count, WorkerCodes
from brigade.exchange.shapes.problem_shapes import STRICT

LENDING_FORMAT: Literal["brigade-lending"] = "brigade-lending"
LENDING_VERSION: Literal[1] = 1


class LendingAgreementShape(BaseModel):
    """One way: what two basins lend each other is two agreements."""

    model_config = STRICT
    lender: Code = Field(description="Basin whose people may be lent.", examples=["3215"])
    borrower: Code = Field(description="Basin that they may be lent to.", examples=["3205"])
    workers: WorkerCodes | None = Field(None, description="Who may be lent; absent: all of the lender's.")
    notice_min: Count = Field(0, description="Minutes before a visit by which the lender must be asked.")
    paid_by: Payer = Field(Payer.BORROWER, description="Who pays the hours and the ways.")


class LendingDocument(BaseModel):
    """Agreements between basins."""

    model_config = STRICT
    format: Literal["brigade-lending"]
    version: Literal[1]
    agreements: list[LendingAgreementShape]
