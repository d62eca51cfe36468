"""Answers about a plan as plain JSON values, each reason with its sentence."""

from __future__ import annotations

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
    Suggestion,
)
from brigade.exchange.documents.reasons import show_reason
from brigade.texts.articles import article_in
from brigade.timing.duty_days import minutes_of
from brigade.values.plan import Ground, Marking, Reason
from brigade.values.problem import Problem
from brigade.words import say, say_marking
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
