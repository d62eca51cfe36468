"""A day's board: the plan in force, or the newest proposal; any plan by its own address; a search."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path
from fastapi.responses import Response
from sqlalchemy.orm import defer

from api.access.rights import Role
from api.access.scope import Scoped
from api.plans.warm_plans import head
from api.searches import jobs
from api.shapes.cycle_requests import MADE, BasinId, JobIn
from api.store.account_tables import Account
from api.store.cycle_tables import Job, Plan
from api.web.view import PageEntry, Press, ScopedView, View
from brigade.errors import BrigadeError
from brigade.units import MAX_DAYS, PARIS
from brigade.words.catalogue import keys, text_of

PLANNERS = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
PAGES = (
    PageEntry("day", "/bassins/{basin_id}/journee/{day}", PLANNERS, place=20),
    PageEntry("plan", "/bassins/{basin_id}/plans/{plan_id}", PLANNERS),
)
router = APIRouter(prefix="/bassins/{basin_id}", include_in_schema=False)
PlanId = Annotated[str, Path(pattern=MADE)]
WORDS = "page.board."
"""What the board says by itself, handed to it whole."""
OTHERS = 5


@router.get("/journee/{day}")
def day_page(basin_id: BasinId, day: date, view: View) -> Response:
    view.scoped.must_write(Plan, basin_id)
    plans = plans_of(view.scoped, basin_id, day)
    return _page(view, basin_id, day, plans[0] if plans else None, plans[1:])


@router.post("/journee/{day}")
def search(basin_id: BasinId, day: date, press: Press) -> Response:
    """Ask for a search of that day; the page then says that it runs."""

    def act() -> str:
        jobs.ask(press.unit.scoped, press.service, basin_id, JobIn(first_day=day))
        return f"/bassins/{quote(basin_id)}/journee/{day}"

    try:
        return press.done(act)
    except BrigadeError as fault:
        plans = plans_of(press.scoped, basin_id, day)
        return _page(press, basin_id, day, plans[0] if plans else None, plans[1:], fault)


@router.get("/plans/{plan_id}")
def plan_page(basin_id: BasinId, plan_id: PlanId, view: View) -> Response:
    plan = head(view.scoped, basin_id, plan_id)
    others = [one for one in plans_of(view.scoped, basin_id, plan.first_day) if one.id != plan.id]
    return _page(view, basin_id, plan.first_day, plan, others)


def plans_of(scoped: Scoped, basin_id: str, day: date) -> list[Plan]:
    """The plan in force on that day, then the proposals, the newest first."""
    asked = scoped.select(Plan, basin_id).where(
        Plan.state.in_(("published", "proposed")),
        Plan.first_day <= day,
        # No plan is longer: without it every plan ever made would be read.
        Plan.first_day > day - timedelta(days=MAX_DAYS),
    )
    rows = scoped.all(asked.options(defer(Plan.document), defer(Plan.story)).order_by(Plan.created_at.desc()))
    of_day = [row for row in rows if (day - row.first_day).days < row.days]
    return sorted(of_day, key=lambda row: row.state != "published")


def _page(
    view: ScopedView | Press,
    basin_id: str,
    day: date,
    plan: Plan | None,
    others: Sequence[Plan],
    fault: BrigadeError | None = None,
) -> Response:
    return view.page(
        "board/day.html",
        fault=fault,
        base=f"/bassins/{quote(basin_id)}",
        day=day,
        midnight=datetime.combine(day, time(), PARIS),
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
        plan=plan,
        others=others[:OTHERS],
        who=_who(view.scoped, plan),
        supposed_of=None if plan is None or plan.story.supposed is None else plan.story.made_from,
        job=_running(view.scoped, basin_id, day),
        words=words(view.lang),
    )


def _who(scoped: Scoped, plan: Plan | None) -> str | None:
    """Who published it, as others know her."""
    row = None if plan is None else scoped.session.get(Account, plan.published_by or "")
    return None if row is None else row.display_name or row.login


def _running(scoped: Scoped, basin_id: str, day: date) -> Job | None:
    asked = scoped.select(Job, basin_id).where(
        Job.state.in_(("queued", "running")), Job.span.startswith(f"{day}")
    )
    return scoped.session.scalar(asked.limit(1))


@cache
def words(lang: str) -> dict[str, str]:
    """Key -> text, with its fields in braces: the board fills them."""
    return {key: text_of(f"word.{WORDS}{key}", lang) or key for key in sorted(keys(lang, f"word.{WORDS}"))}
