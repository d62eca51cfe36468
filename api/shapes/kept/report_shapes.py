"""What an issued report keeps: the figures of its period as they were told that day."""

from __future__ import annotations

from pydantic import BaseModel

from api.shapes.money_views import EvidenceTotalView, LedgerView


class KeptFigure(BaseModel):
    """One figure; `of`: the part it speaks of, never a person. As `api.shapes.money_views.FigureView`, in no
    language."""

    name: str
    of: str | None
    value: float | None
    unit: str
    suppressed: bool
    at_least: float | None
    at_most: float | None


class KeptReport(BaseModel):
    """`inside`: for who runs the basin; `outside`: for funders, small cells hidden as they were then.
    `ledger`: the lines as they stood when it was issued."""

    inside: list[KeptFigure]
    outside: list[KeptFigure]
    totals: list[EvidenceTotalView]
    ledger: list[LedgerView]
