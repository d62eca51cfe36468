"""What runs out, weeks before it does."""

from __future__ import annotations

from fastapi import APIRouter

from api.http.language import AskedLanguage
from api.http.unit import Answer, ModelResponse, Reader
from api.plans.ending import alerts
from api.shapes.cycle_requests import BasinId
from api.shapes.planning.attention_views import AlertsView

router = APIRouter(prefix="/basins/{basin_id}", tags=["workers"])


@router.get("/alerts")
def read_alerts(basin_id: BasinId, scoped: Reader, lang: AskedLanguage) -> ModelResponse[AlertsView]:
    """The 480 h of associations, certificates, engagements and passes that end, papers to sign, old rotas,
    people without hours ahead (docs/alerts.md). Coordinators; employers, of their own staff."""
    return Answer(alerts.alerts(scoped, basin_id, lang)).response()
