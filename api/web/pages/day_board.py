"""A day's board: the plan in force, or the newest proposal; any plan by its own address; a search."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache, partial
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import defer

from api.access.scope import Scoped
from api.board import board
from api.http.credentials import TheService
from api.plans.warm_plans import head
from api.runtime.faults import Unfit
from api.runtime.roles import Role
from api.searches import jobs
from api.shapes.cycle_requests import LONGEST_FREEZE_MIN, MADE, BasinId, JobIn, LeastChangeWish
from api.shapes.planning.board_views import BoardView, BoardVisitView
from api.store.account_tables import Account
from api.store.basin_tables import Provider
from api.store.cycle_tables import Job, Plan
from api.web.people import people_of, told_apart
from api.web.rendering import with_names
from api.web.view import MenuGroup, PageEntry, Press, ScopedView, View
from brigade.errors import BrigadeError
from brigade.exchange.documents.reasons import reason_of
from brigade.exchange.shapes.plan_shapes import ReasonShape
from brigade.units import MAX_DAYS, PARIS, Horizon
from brigade.words import say, wall_clock
from brigade.words.catalogue import keys, text_of
from brigade.words.elision import FOR_SCRIPTS
from brigade.worked.local_days import midnight

PLANNERS = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
PAGES = (
    PageEntry("day", "/bassins/{basin_id}/journee/{day}", PLANNERS, 20, MenuGroup.TODAY),
    PageEntry("plan", "/bassins/{basin_id}/plans/{plan_id}", PLANNERS),
    PageEntry("sheets", "/bassins/{basin_id}/plans/{plan_id}/feuilles", PLANNERS),
)
router = APIRouter(prefix="/bassins/{basin_id}", include_in_schema=False)
PlanId = Annotated[str, Path(pattern=MADE)]
WORDS, SEARCH_WORDS = "page.board.", "page.search."
"""What the board says by itself, and a search: handed to them whole."""
OTHERS = 5
RESERVE = frozenset({"reserve_kept", "reserve_plain", "reserve_nothing_likely"})
"""What `solver.reserve` says of a plan."""


SWAPS = frozenset({"swap_lacking", "swap_day_unclear"})
"""What `solver.advice.swaps` says of those whom nobody asks."""


@router.get("/journee/{day}")
def day_page(basin_id: BasinId, day: date, view: View) -> Response:
    view.scoped.must_write(Plan, basin_id)
    plans = plans_of(view.scoped, basin_id, day)
    return _page(view, basin_id, day, plans[0] if plans else None, plans[1:])


class SearchForm(BaseModel):
    """A search of the day, or the end of one. `freeze_until`: by the wall; what begins before does not
    change."""

    act: Literal["search", "stop"] = "search"
    job_id: str | None = Field(None, pattern=MADE)
    freeze_until: time | None = None


@router.post("/journee/{day}")
def search(basin_id: BasinId, day: date, press: Press) -> Response:
    """Ask for a search of that day, which the page then follows; or end it."""
    try:
        given = press.form.read(SearchForm)

        def act() -> str:
            _search(press, basin_id, day, given)
            return f"/bassins/{quote(basin_id)}/journee/{day}"

        return press.done(act)
    except BrigadeError as fault:
        plans = plans_of(press.scoped, basin_id, day)
        return _page(press, basin_id, day, plans[0] if plans else None, plans[1:], fault)


def _search(press: Press, basin_id: str, day: date, given: SearchForm) -> None:
    """Raises: NotFound, Forbidden; Unfit."""
    scoped = press.unit.scoped
    if given.act == "stop":
        jobs.cancel(scoped, scoped.one(Job, basin_id, given.job_id or "", write=True))
        return
    terms = None if given.freeze_until is None else _frozen(press, basin_id, day, given.freeze_until)
    jobs.ask(scoped, press.service, basin_id, JobIn(first_day=day, least_change=terms))


def _frozen(press: Press, basin_id: str, day: date, until: time) -> LeastChangeWish:
    """As the basin wishes, but for what stays. Raises: Unfit, for an hour that is too far."""
    instant = datetime.combine(day, until, PARIS)
    # Upwards, so that what begins at that very minute may change and nothing before.
    minutes = max(0, -((press.now - instant) // timedelta(minutes=1)))
    if minutes > LONGEST_FREEZE_MIN:
        latest = press.now + timedelta(minutes=LONGEST_FREEZE_MIN)
        raise Unfit("A305", "freeze_until", "freeze_too_far", {"at": instant, "latest": latest})
    wished: LeastChangeWish = press.unit.scoped.basin(basin_id).body.least_change
    return wished.model_copy(update={"freeze_min": minutes})


@router.get("/plans/{plan_id}")
def plan_page(basin_id: BasinId, plan_id: PlanId, view: View) -> Response:
    plan = head(view.scoped, basin_id, plan_id)
    others = [one for one in plans_of(view.scoped, basin_id, plan.first_day) if one.id != plan.id]
    return _page(view, basin_id, plan.first_day, plan, others)


@router.get("/plans/{plan_id}/feuilles")
def sheets_page(
    basin_id: BasinId,
    plan_id: PlanId,
    view: View,
    service: TheService,
    day: Annotated[date | None, Query(alias="jour")] = None,
) -> Response:
    """What the board shows, on paper and without a script: a sheet for each tour, and what nobody does."""
    told = service.computed(view.scoped, basin_id, board.board, basin_id, plan_id, day, [], view.lang)
    names = board.names(view.scoped, service.vault, basin_id, plan_id, told)
    begins = midnight(told.day, PARIS)

    def at(minute: float) -> datetime:
        return begins + timedelta(minutes=minute)

    called = told_apart(view.scoped, basin_id, {**names.workers, **names.clients})
    visits = _visit_names(told, called, lambda minute: wall_clock(at(minute).astimezone(PARIS), view.lang))
    return view.page(
        "board/sheets.html",
        base=f"/bassins/{quote(basin_id)}",
        board=told,
        names=names,
        at=at,
        state_of=_state,
        named=partial(with_names, {**names.providers, **called, **visits}),
    )


def _visit_names(told: BoardView, names: Mapping[str, str], clock: Callable[[float], str]) -> dict[str, str]:
    """By visit of the day, its client and when: somebody may have several."""
    placed = [(one, one.start) for row in told.rows for tour in row.tours for one in tour.visits]
    left = [(one, one.windows[0].start) for one in told.uncovered]
    return {
        one.visit_id: f"{one.block or names[one.client_id]} ({clock(start)})"
        for one, start in (*placed, *left)
        if one.block or one.client_id in names
    }


def _state(visit: BoardVisitView) -> str:
    """What a visit's worker was told and said, as the board names it."""
    told = {"acknowledged": "accepted", "ordered": "firm", "withdrawn": None}
    found = told.get(visit.offer, visit.offer) if visit.offer else None
    return found or ("firm" if visit.firm else "to_offer")


def plans_of(scoped: Scoped, basin_id: str, day: date) -> list[Plan]:
    """The plan in force on that day, then the proposals, the newest first."""
    asked = scoped.select(Plan, basin_id).where(
        Plan.state.in_(("published", "proposed")),
        Plan.first_day <= day,
        # No plan is longer: without it every plan ever made would be read.
        Plan.first_day > day - timedelta(days=MAX_DAYS),
    )
    # Without documents and stories, which are most of a row: only one of these plans is opened.
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
    view.images_from = view.service.settings.tile_origin if plan else None
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
        reserve=_reserve_said(view, basin_id, plan),
        swaps=_swaps_said(view, basin_id, plan),
        supposed_of=None if plan is None or plan.story.supposed is None else plan.story.made_from,
        job=_running(view.scoped, basin_id, day),
        freeze_until=_usual_freeze(view, basin_id, day),
        is_told=any(one.state == "published" for one in (plan, *others) if one is not None),
        words=words(view.lang, WORDS),
        search_words=words(view.lang, SEARCH_WORDS),
        elision=FOR_SCRIPTS if view.lang == "fr" else None,
    )


def _usual_freeze(view: ScopedView | Press, basin_id: str, day: date) -> str:
    """Until when the basin wishes that nothing changes, as a field for a time takes it; nothing on later
    days."""
    least: LeastChangeWish = view.scoped.basin(basin_id).body.least_change
    until = view.now + timedelta(minutes=least.freeze_min)
    return f"{until:%H:%M}" if until.date() == day else ""


def _who(scoped: Scoped, plan: Plan | None) -> str | None:
    """Who published it, as others know her."""
    row = None if plan is None else scoped.session.get(Account, plan.published_by or "")
    return None if row is None else row.display_name or row.login


def _reserve_said(view: ScopedView | Press, basin_id: str, plan: Plan | None) -> str | None:
    """What the plan says of its reserve, where the basin wishes one."""
    # Else its document, which is large, is not read for it.
    if plan is None or view.scoped.basin(basin_id).body.policy.reserve is None:
        return None
    notes = (ReasonShape.model_validate(note) for note in plan.document.get("notes", ()))
    said = next((reason_of(note, "notes", []) for note in notes if note.code in RESERVE), None)
    return None if said is None else say(said, view.lang)


def _swaps_said(view: ScopedView | Press, basin_id: str, plan: Plan | None) -> list[str]:
    """What present staff could be asked, and whose staff could not be for want of what."""
    rows = view.scoped.all(view.scoped.select(Provider, basin_id)) if plan is not None else ()
    # Where no service lets its staff be asked, the plan's document, which is large, is not read for it.
    if plan is None or all(row.body.get("swap_notice_min") is None for row in rows):
        return []
    told = [one["reason"] for one in plan.document.get("proposed_swaps", ())]
    told += [note for note in plan.document.get("notes", ()) if note["code"] in SWAPS]
    horizon = Horizon(plan.first_day, plan.days)
    reasons = (reason_of(ReasonShape.model_validate(one), "swaps", []) for one in told)
    said = [say(one, view.lang, horizon=horizon) for one in reasons]
    people = people_of(view.scoped, view.service.vault, basin_id, said, (), view.lang, "coordination")
    return [people.named(one) for one in said]


def _running(scoped: Scoped, basin_id: str, day: date) -> Job | None:
    asked = scoped.select(Job, basin_id).where(
        Job.state.in_(("queued", "running")), Job.span.startswith(f"{day}")
    )
    return scoped.session.scalar(asked.limit(1))


@cache
def words(lang: str, prefix: str) -> dict[str, str]:
    """Key -> text, with its fields in braces, which a script fills."""
    return {key: text_of(f"word.{prefix}{key}", lang) or key for key in sorted(keys(lang, f"word.{prefix}"))}
