"""Searches over HTTP: asked for, followed, cancelled."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Body, Depends

from api.http.credentials import TheService
from api.http.language import AskedLanguage
from api.http.paging import Page, PageParams, narrowed
from api.http.unit import Answer, ModelResponse, Reader, Writer
from api.runtime.body_documents import DocumentRoute
from api.searches import jobs
from api.shapes.cycle_requests import (
    BasinId,
    JobIn,
    MadeId,
    exact,
)
from api.shapes.cycle_views import (
    JobView,
)
from api.store.cycle_tables import Job

router = APIRouter(prefix="/basins/{basin_id}", route_class=DocumentRoute)


@router.get("/jobs", tags=["jobs"])
def list_jobs(
    basin_id: BasinId,
    scoped: Reader,
    turn: Annotated[PageParams, Depends()],
    lang: AskedLanguage,
    state: Literal["queued", "running", "done", "failed", "cancelled"] | None = None,
) -> ModelResponse[Page[JobView]]:
    """Searches of the basin, the newest first."""
    scoped.basin(basin_id)
    asked = narrowed(scoped.select(Job, basin_id), Job, {"state": state})
    page = turn.page(scoped, asked, Job.id, lambda job: jobs.shown(job, lang), newest_first=True)
    return Answer(page).response()


@router.post("/jobs", status_code=202, tags=["jobs"])
def ask_search(
    basin_id: BasinId,
    given: Annotated[JobIn, exact(JobIn), Body()],
    unit: Writer,
    service: TheService,
    lang: AskedLanguage,
) -> ModelResponse[JobView]:
    """Queue a search; its proposal appears among the plans. Follow it at `Location`, or at `…/progress`.

    Its problem is made of the basin as it is when the search starts: `problem_digest` and `set_aside` are
    told from then on, and wishes of the basin that make no problem end it as `failed`, with their issues."""

    def act() -> Answer[JobView]:
        job = jobs.ask(unit.scoped, service, basin_id, given)
        return Answer(jobs.shown(job, lang), 202, job.version, f"/v1/basins/{basin_id}/jobs/{job.id}")

    return unit.answer(act)


@router.get("/jobs/{id}", tags=["jobs"])
def read_job(basin_id: BasinId, id: MadeId, scoped: Reader, lang: AskedLanguage) -> ModelResponse[JobView]:
    """One search: what was asked, where it stands, what it found."""
    job = scoped.one(Job, basin_id, id)
    return Answer(jobs.shown(job, lang), version=job.version).response()


@router.post("/jobs/{id}/cancel", tags=["jobs"])
def cancel_job(basin_id: BasinId, id: MadeId, unit: Writer, lang: AskedLanguage) -> ModelResponse[JobView]:
    """A search that has ended stays as it is."""

    def act() -> Answer[JobView]:
        job = unit.scoped.one(Job, basin_id, id, write=True)
        jobs.cancel(unit.scoped, job)
        return Answer(jobs.shown(job, lang), version=job.version)

    return unit.answer(act)
