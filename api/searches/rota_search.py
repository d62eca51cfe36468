"""A search for an on-call rota: its problem holds people alone, and what it finds is a rota instead of a
plan."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, time

from api.searches import search_request
from api.searches.attempts import Attempt
from api.searches.search_request import SearchRequest
from api.service.service import Service
from api.shapes.cycle_requests import SearchWish
from api.shapes.kept.job_shapes import OnCallRotaWish
from api.shapes.kept.rota_shapes import RotaAsked, RotaDuty, RotaHours
from api.store.cycle_tables import DutyRota
from brigade.values.problem import Problem
from solver.rostering.on_call_rota import OnCallRota, propose
from solver.rostering.on_call_shifts import RotaRequest, ShiftHours, shifts_of

LIMIT_S = 20.0
"""Where nobody wishes otherwise. A quarter of six people is proven in less than a second."""


def requested(service: Service, asked: RotaAsked, search: SearchWish | None) -> SearchRequest:
    """The search, to be composed when it starts."""
    limit = min(LIMIT_S, service.settings.solve_s)
    wish = OnCallRotaWish(effort=search_request.effort_of(search or SearchWish(), limit), asked=asked)
    deadline = None if search is None else search.deadline_s
    return SearchRequest(None, None, asked.first_day, None, wish, None, deadline)


def find(problem: Problem, wish: OnCallRotaWish) -> OnCallRota:
    """Raises: Refused, where nobody known takes part."""
    return propose(cleared(problem, wish.asked, wish.asked.worker_ids), request_of(wish))


def request_of(wish: OnCallRotaWish) -> RotaRequest:
    asked = wish.asked
    return RotaRequest(
        asked.first_day,
        asked.last_day,
        _hours(asked.evening),
        None if asked.weekend is None else _hours(asked.weekend),
        asked.people,
        asked.worker_ids,
        wish.effort.time_limit_s or LIMIT_S,
        wish.effort.seed,
    )


def _hours(told: RotaHours) -> ShiftHours:
    return ShiftHours(time.fromisoformat(told.start), time.fromisoformat(told.end))


def cleared(problem: Problem, asked: RotaAsked, worker_ids: Collection[str]) -> Problem:
    """Without the duties of these days of those who take part: the rota is to hold all of them."""
    taking = set(worker_ids)
    workers = (
        replace(one, on_call=tuple(two for two in one.on_call if not _is_of(problem, two.start, asked)))
        if not taking or one.id in taking
        else one
        for one in problem.workers
    )
    return problem.with_workers(tuple(workers))


def _is_of(problem: Problem, start: int, asked: RotaAsked) -> bool:
    day: date = problem.horizon.day_of(start)
    return asked.first_day <= day <= asked.last_day


def keep(attempt: Attempt, problem: Problem, wish: OnCallRotaWish, found: OnCallRota) -> None:
    """The proposal and the end of its job, in one transaction."""
    with attempt.ending() as mine:
        if mine is None:
            return
        scoped, job = mine
        row = DutyRota.made(
            attempt.clock,
            job.basin_id,
            state="proposed",
            first_day=wish.asked.first_day,
            last_day=wish.asked.last_day,
            asked=wish.asked,
            duties=duties_of(problem, wish, found),
            gap=found.gap,
            job_id=job.id,
        )
        told = {"first_day": f"{row.first_day}", "last_day": f"{row.last_day}", "job": job.id}
        scoped.add(row, "proposed", None, uncovered=len(found.uncovered), **told)
        job.let_go("done")
        scoped.changed(job, "done", rota=row.id)


def duties_of(problem: Problem, wish: OnCallRotaWish, found: OnCallRota) -> list[RotaDuty]:
    by_day: dict[date, list[str]] = {}
    for duty in found.duties:
        by_day.setdefault(duty.shift.day, []).append(duty.worker_id)
    at = problem.horizon.instant
    return [
        RotaDuty(
            day=one.day,
            starts_at=at(one.hours.start),
            ends_at=at(one.hours.end),
            is_weekend=one.is_weekend,
            needed=wish.asked.people,
            worker_ids=tuple(by_day.get(one.day, ())),
        )
        for one in shifts_of(problem, request_of(wish))
    ]
