"""Answers about a plan as plain JSON values, each reason with its sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from brigade.changes.answers import (
    Alternative,
    Candidate,
    Candidates,
    Contribution,
    Explanation,
    Obstacle,
    ObstacleSet,
    Placement,
    ProposedHour,
    ProposedHours,
    Suggestion,
)
from brigade.exchange.documents.bridge import HorizonClock, show
from brigade.exchange.documents.reasons import show_reason
from brigade.exchange.shapes.demand_shapes import WindowShape
from brigade.texts.articles import article_in
from brigade.timing.duty_days import minutes_of
from brigade.values.plan import Ground, Marking, Reason
from brigade.values.problem import Problem
from brigade.words import long_day, say, say_marking, wall_clock, word
from brigade.worked.refusal_counts import Allowance


def explanation_to_json(problem: Problem, told: Explanation, lang: str = "fr") -> dict[str, Any]:
    return {
        "visit_id": told.visit_id,
        "summary": [_reason(problem, one, lang) for one in told.summary],
        "workers": [in_the_way_to_json(problem, one, lang) for one in told.workers],
    }


def in_the_way_to_json(problem: Problem, one: ObstacleSet, lang: str = "fr") -> dict[str, Any]:
    obstacles = [_obstacle(problem, obstacle, lang) for obstacle in one.obstacles]
    return {"worker_id": one.worker_id, "tour": one.tour, "obstacles": obstacles}


def suggestion_to_json(problem: Problem, one: Suggestion, lang: str = "fr") -> dict[str, Any]:
    """Lengths in minutes."""
    return {
        "kind": one.kind.value,
        "visit_id": one.visit_id,
        **_reason(problem, one.reason, lang),
        "people_cost": one.people_cost,
        "worker_id": one.worker_id,
        "tour": one.tour,
        "shift_min": minutes_of(problem, one.shift),
        "earlier_min": minutes_of(problem, one.earlier),
        "later_min": minutes_of(problem, one.later),
        "competency": one.competency,
        "provider_id": one.provider_id,
        "other": one.other,
        "changed_visits": list(one.changed_visits),
        "placements": [_placement(place) for place in one.placements],
        "parts": [suggestion_to_json(problem, part, lang) for part in one.parts],
    }


def contribution_to_json(problem: Problem, one: Contribution, lang: str = "fr") -> dict[str, Any]:
    return {
        "visit_id": one.visit_id,
        "worker_id": one.worker_id,
        "terms": dict(one.terms),
        "soft": one.soft,
        "coverage": one.coverage,
        "removable": one.removable,
        "marking": _marking(problem, one.marking, lang),
        "alternatives": [_alternative(it) for it in one.alternatives],
        "others": [in_the_way_to_json(problem, it, lang) for it in one.others],
    }


def candidates_to_json(problem: Problem, found: Candidates, lang: str = "fr") -> dict[str, Any]:
    return {
        "visit_ids": list(found.visit_ids),
        "ranked": [_candidate(problem, one, lang) for one in found.ranked],
        "others": [in_the_way_to_json(problem, one, lang) for one in found.others],
    }


def _candidate(problem: Problem, one: Candidate, lang: str) -> dict[str, Any]:
    return {
        "worker_id": one.worker_id,
        "placements": [_placement(place) for place in one.placements],
        "cost": one.cost,
        "points": one.points,
        "detour_min": one.detour_min,
        "known": list(one.known),
        "hours_left_min": one.hours_left_min,
        "work_min": one.work_min,
        "fair_min": one.fair_min,
        "short_notice_calls": one.short_notice_calls,
        "refusals_left": one.refusals_left,
        "refusals": [_allowance(allowance, lang) for allowance in one.allowances],
        "marking": _marking(problem, one.marking, lang),
        "moved": dict(one.moved),
        "dropped": list(one.dropped),
    }


def hours_to_json(problem: Problem, found: ProposedHours, lang: str = "fr") -> dict[str, Any]:
    """`events`: what a replan is told once the family agrees."""
    return {
        "visit_id": found.visit_id,
        "tried": found.tried,
        "proposals": [_hour(problem, found.visit_id, one, lang) for one in found.proposals],
    }


def _hour(problem: Problem, visit_id: str, one: ProposedHour, lang: str) -> dict[str, Any]:
    clock = HorizonClock(problem.horizon)
    windows = {id: show(window, WindowShape, clock) for id, window in one.windows.items()}
    return {
        "sentence": _hour_sentence(problem, visit_id, one, lang),
        "visits": [
            {
                "visit_id": id,
                "worker_id": one.workers[id],
                "start": problem.horizon.instant(one.starts[id]).isoformat(),
                "window": windows.get(id),
            }
            for id in one.starts
        ],
        "soft": one.soft,
        "points": one.points,
        "travel_min": one.travel_min,
        "known": list(one.known),
        "marking": _marking(problem, one.marking, lang),
        "placements": [_placement(place) for place in one.placements],
        "events": [
            {"kind": "visit_moved", "visit_id": id, "windows": [window]} for id, window in windows.items()
        ],
    }


def _hour_sentence(problem: Problem, visit_id: str, one: ProposedHour, lang: str) -> str:
    instant, window = problem.horizon.instant, one.windows[visit_id]
    key = "hours.between" if window.earliest < window.latest else "hours.sharp"
    opens, shuts = (wall_clock(instant(tick), lang) for tick in (window.earliest, window.latest))
    return word(
        "hours.proposal",
        lang,
        day=long_day(instant(window.earliest).date(), lang),
        when=word(key, lang, opens=opens, shuts=shuts),
        coming=list(_coming(problem, visit_id, one, lang)),
        travel=more_travel(one.travel_min, lang),
    )


def _coming(problem: Problem, visit_id: str, one: ProposedHour, lang: str) -> Iterator[str]:
    """Who comes when: those of one hour in one breath; another day is named."""
    instant = problem.horizon.instant
    day = instant(one.starts[visit_id]).date()
    for start in dict.fromkeys(one.starts.values()):
        workers = dict.fromkeys(one.workers[id] for id, begins in one.starts.items() if begins == start)
        at, other = wall_clock(instant(start), lang), instant(start).date()
        named = None if other == day else long_day(other, lang)
        yield word("hours.coming", lang, workers=list(workers), at=at, day=named)


def more_travel(more: float, lang: str) -> str | None:
    """How much longer people travel, in minutes, than before; shorter, below nought."""
    key = "hours.travel_more" if more > 0 else "hours.travel_less"
    # Less than half a minute would be said as 0 minutes.
    return word(key, lang, travel_min=abs(more)) if round(more) else None


def _obstacle(problem: Problem, one: Obstacle, lang: str) -> dict[str, Any]:
    return {
        "kind": one.kind.value,
        **_reason(problem, one.reason, lang),
        "rule": one.rule,
        "pushed_out": list(one.pushed_out),
        "priority": one.priority,
    }


def _alternative(one: Alternative) -> dict[str, Any]:
    return {"worker_id": one.worker_id, "tour": one.tour, "more": one.more, "terms": dict(one.terms)}


def _allowance(one: Allowance, lang: str) -> dict[str, Any]:
    article = article_in(one.article, lang)
    return {"kind": one.kind.value, "limit": one.limit, "left": one.left, "article": article}


def _placement(one: Placement) -> dict[str, Any]:
    return {"visit_id": one.visit_id, "worker_id": one.worker_id, "tour": one.tour, "position": one.position}


def _ground(problem: Problem, one: Ground, lang: str) -> dict[str, Any]:
    return {**_reason(problem, one.reason, lang), "article": article_in(one.article, lang)}


def _marking(problem: Problem, one: Marking | None, lang: str) -> dict[str, Any] | None:
    if one is None:
        return None
    sentence = say_marking(one, lang, horizon=problem.horizon)
    return {
        "kind": one.kind.value,
        "reason": show_reason(one.reason),
        "article": article_in(one.article, lang),
        "also": [_ground(problem, ground, lang) for ground in one.also],
        "counts_as": one.counts_as and one.counts_as.value,
        "sentence": sentence,
    }


def _reason(problem: Problem, one: Reason, lang: str) -> dict[str, Any]:
    return {"reason": show_reason(one), "sentence": say(one, lang, horizon=problem.horizon)}
