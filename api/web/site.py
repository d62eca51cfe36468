"""All pages: the one list, and how they are installed in the application."""

from __future__ import annotations

from fastapi import FastAPI

from api.web import statics
from api.web.error_pages import error_page
from api.web.pages import (
    about,
    absence_pages,
    coming_pages,
    coordination_pages,
    day_board,
    entrance,
    figure_pages,
    own_time,
    own_week,
    release_pages,
    setup_pages,
    staff_pages,
)
from api.web.pages.attention import attention_pages
from api.web.pages.basin import basin_pages, progress_pages, sector_pages
from api.web.pages.clients import client_pages
from api.web.pages.imports import import_pages
from api.web.pages.journal import journal_page
from api.web.pages.next_door import next_door_pages
from api.web.pages.rostering import rota_pages
from api.web.pages.swaps import swap_pages
from api.web.pages.vehicles import vehicle_pages
from api.web.pages.work_blocks import work_block_pages

STORIES = (
    entrance,
    attention_pages,
    coordination_pages,
    absence_pages,
    coming_pages,
    import_pages,
    day_board,
    swap_pages,
    own_week,
    own_time,
    basin_pages,
    progress_pages,
    sector_pages,
    client_pages,
    release_pages,
    work_block_pages,
    next_door_pages,
    rota_pages,
    vehicle_pages,
    setup_pages,
    journal_page,
    staff_pages,
    figure_pages,
    about,
)
"""A story is a module with `router` and `PAGES`. A new one is named here, and nowhere else."""
PAGES = tuple(page for story in STORIES for page in story.PAGES)


def install(app: FastAPI) -> None:
    app.state.pages, app.state.error_page = PAGES, error_page
    app.include_router(statics.router)
    for story in STORIES:
        app.include_router(story.router)
