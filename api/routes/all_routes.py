"""All routes: the one list, and how they are installed in the application."""

from __future__ import annotations

from pathlib import Path

from fastapi import Depends, FastAPI

from api.basin.resource_kinds import KINDS
from api.http.queries import known_only
from api.routes import (
    absences_routes,
    alerts_routes,
    answers_routes,
    archives_routes,
    basins_routes,
    board_routes,
    contacts_routes,
    data_routes,
    edits_routes,
    exports_routes,
    feeds_routes,
    health_routes,
    identities_routes,
    incidents_routes,
    invitations_routes,
    jobs_routes,
    lending_routes,
    mappings_routes,
    messages_routes,
    offers_routes,
    outcomes_routes,
    outside_routes,
    own_time_routes,
    people_routes,
    plans_routes,
    progress_routes,
    questions_routes,
    records_routes,
    releases_routes,
    reports_routes,
    rights_routes,
    rotas_routes,
    swaps_routes,
    territory_routes,
    tours_routes,
    webhooks_routes,
    working_routes,
)

TAGS = Path(__file__).with_name("tags.toml")
"""What the operations of each tag are about."""
STRICT = [Depends(known_only)]
OPEN_TO_ALL = (
    answers_routes.router,
    tours_routes.router,
    people_routes.public,
    feeds_routes.public,
    outside_routes.router,
)
KNOWN_ONLY = (
    people_routes.router,
    invitations_routes.router,
    basins_routes.router,
    records_routes.router,
    absences_routes.router,
    jobs_routes.router,
    rotas_routes.router,
    plans_routes.router,
    offers_routes.router,
    outcomes_routes.router,
    questions_routes.router,
    lending_routes.router,
    swaps_routes.router,
    releases_routes.router,
    reports_routes.router,
    exports_routes.router,
    archives_routes.router,
    incidents_routes.router,
    identities_routes.router,
    feeds_routes.router,
    own_time_routes.router,
    territory_routes.router,
    alerts_routes.router,
    edits_routes.router,
    edits_routes.of_basin,
    board_routes.router,
    working_routes.router,
    rights_routes.router,
    messages_routes.router,
    contacts_routes.router,
    mappings_routes.router,
    webhooks_routes.router,
    progress_routes.router,
)
"""For whoever is known. The cycle's own ways come before the general ones of the same name."""


def install(app: FastAPI) -> None:
    app.include_router(health_routes.router)
    of_kinds = (data_routes.router_of(kind) for kind in KINDS)
    for router in (*OPEN_TO_ALL, *KNOWN_ONLY, *of_kinds):
        app.include_router(router, prefix="/v1", dependencies=STRICT)
