"""Basins side by side."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.http.language import AskedLanguage
from api.http.unit import Answer, ModelResponse, Reader
from api.money import basins_compared
from api.money.months import Period
from api.shapes.money_views import TerritoryView

router = APIRouter()
Quarter = Annotated[
    str | None,
    Query(pattern=r"^20\d\d-T[1-4]$", examples=["2026-T1"], description="By default the last that is over."),
]


@router.get("/territory", tags=["indicators"])
def read_territory(
    scoped: Reader, lang: AskedLanguage, quarter: Quarter = None
) -> ModelResponse[TerritoryView]:
    """All basins that the account reaches, for a département: brigades and the kinds of employers that lend
    to them, what was asked and covered in a quarter, basins without a brigade, requests per person. Funders
    read no small numbers."""
    period = None if quarter is None else Period.quarter(quarter)
    return Answer(basins_compared.territory(scoped, lang, period)).response()
