"""From a broken rule to an obstacle in the coordinator's words: who would arrive when, what is lacking, which limit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from brigade.advice import Obstacle, ObstacleKind
from brigade.measures import minutes_of
from brigade.plan import Reason, Violation
from brigade.timing import TIMED
from solver.advice.session import Session
from solver.advice.trial import OF_THE_PAIR, links_between, try_orders
from solver.arrays import (
    FAR,
    T_HARD,
    T_IN,
    T_OUT,
    T_PROFILE,
    T_START,
    T_WORKER,
    V_DUR,
    V_OPEN,
    V_SHUT,
    V_SITE,
    V_WIN0,
    V_WIN1,
    W_BLOCK0,
    W_BLOCK1,
)

CLOCK_RULES = frozenset({"TIME_WINDOW", "TIMING", "AVAILABILITY", "MEAL_BREAK", "REST_BREAK"})
OF_PAIRS = frozenset({"LINK", "ASSIGNMENT"})
ORDER = ("FORBIDDEN_PAIR", "COMPETENCIES", "ENGAGEMENT", "AI_TERRITORY", "SUNDAY_HOLIDAY_ACTS", "SCHEDULE_NOTICE")
"""Rules of the pair in the order in which they are told; what is not here comes after, as the checker gives it."""


def obstacles_from(session: Session, row: int, tour: int, violations: Iterable[Violation]) -> list[Obstacle]:
    """One obstacle a violation, those of the pair first; each said once. Args: tour: in whose way they are."""
    worker_id, end = session.model.tours[tour].worker.id, int(session.arrays.tours[tour, T_HARD])
    near = (one for one in violations if not _is_of_another_tour(one, worker_id, end))
    found = [_obstacle(session, session.ids[row], worker_id, one) for one in near]
    ranked = sorted(found, key=lambda one: ORDER.index(one.rule) if one.rule in ORDER else len(ORDER))
    return list(dict.fromkeys(ranked))


def _is_of_another_tour(broken: Violation, worker_id: str, end: int) -> bool:
    """Where no lawful timing exists, the same worker's other tour may be timed past its end: no reason for this one."""
    is_late = broken.reason.code == "availability_end" and broken.worker_id == worker_id
    return is_late and broken.reason.value("limit_at") != end


def _obstacle(session: Session, visit_id: str, worker_id: str, broken: Violation) -> Obstacle:
    if broken.reason.code == "availability_end" and broken.worker_id != worker_id:
        late = _back_too_late(session, broken)
        return Obstacle(ObstacleKind.TIED, Reason.of("delays_return", worker=broken.worker_id, **late), broken.rule)
    kind = ObstacleKind.HOURS if broken.rule in CLOCK_RULES else ObstacleKind.RULE
    kind = ObstacleKind.TIED if broken.rule == "LINK" else kind
    return Obstacle(kind, _reason(session, visit_id, broken), broken.rule)


def _reason(session: Session, visit_id: str, broken: Violation) -> Reason:
    values = dict(broken.reason.values)
    match broken.reason.code:
        case "time_window" if values["start_at"] > values["latest_at"]:
            return _late(session, visit_id, values)
        case "availability_end":
            return Reason.of("back_too_late", **_back_too_late(session, broken))
        case "competencies":
            return Reason.of("lacks_competency", missing=values["missing"])
        case "engagement":
            return Reason.of("not_engaged", provider=values["provider"], day=values["day"])
        case "forbidden_pair":
            return Reason.of("forbidden")
        case "ai_territory_convention" | "ai_territory_own":
            return Reason.of("outside_territory", commune=values["commune"], article=broken.article)
    return Reason.of(broken.reason.code, **{"article": broken.article, **values})


def _back_too_late(session: Session, broken: Violation) -> dict[str, Any]:
    back, end = broken.reason.value("back_at"), broken.reason.value("limit_at")
    return {"back": back, "end": end, "late_min": minutes_of(session.problem, back - end)}


def _late(session: Session, visit_id: str, values: dict[str, Any]) -> Reason:
    start, latest = values["start_at"], values["latest_at"]
    late = minutes_of(session.problem, start - latest)
    if values["visit"] == visit_id:
        return Reason.of("arrives_too_late", arrival=start, latest=latest, late_min=late)
    return Reason.of("delays_visit", visit=values["visit"], start=start, latest=latest, late_min=late)


# -- what the model knows without a trial --------------------------------------------------------------------------
def forbidden(session: Session, row: int, tour: int) -> Obstacle | None:
    """The first rule that keeps the visit out of the tour whatever its hours; None when none does."""
    code = int(session.model.forbidden_by[tour, row])
    if not code:
        return None
    rule = session.model.codes[code - 1]
    lone = _other_half(session, session.ids[row]) if rule in OF_PAIRS else None
    if lone is not None:
        return Obstacle(ObstacleKind.PARTNER, Reason.of("goes_with", other=lone))
    return Obstacle(ObstacleKind.RULE, _forbidding(session, row, tour, rule), rule)


def _other_half(session: Session, visit_id: str) -> str | None:
    """The visit this one must be covered with, where nobody is to do that one."""
    for link in session.problem.links:
        other = {link.first: link.second, link.second: link.first}.get(visit_id)
        if link.together and other and other not in session.model.visit_row and session.problem.fixed_start(other) is None:
            return other
    return None


def shut_by_tie(session: Session, row: int) -> Obstacle | None:
    """The tie to a visit that keeps its usual carer, where such ties leave none of the visit's hours."""
    if session.arrays.visits[row, V_OPEN] < FAR:
        return None
    fixed = [
        (other, session.problem.fixed_start(other))
        for other, kind in links_between(session.problem, session.ids[row])
        if kind in TIMED
    ]
    other, start = next((other, start) for other, start in fixed if start is not None)
    return Obstacle(ObstacleKind.TIED, Reason.of("tied_to_fixed", other=other, start=start), "LINK")


def _forbidding(session: Session, row: int, tour: int, rule: str) -> Reason:
    problem, own = session.problem, session.model.tours[tour]
    visit = session.model.requests[row].visit
    if rule == "COMPETENCIES":
        missing = sorted(visit.required - problem.competencies_of(own.worker, own.day))
        if missing:
            return Reason.of("lacks_competency", missing=missing[0])
        return Reason.of("competencies_first_level", visit=visit.id)
    if rule == "ENGAGEMENT":
        return Reason.of("not_engaged", provider=problem.provider_of(visit).id, day=str(own.day))
    if rule == "FORBIDDEN_PAIR":
        return Reason.of("forbidden")
    if rule == "PINNED":
        return Reason.of("pinned_elsewhere")
    return _as_the_rule_says(session, row, tour, rule)


def _as_the_rule_says(session: Session, row: int, tour: int, rule: str) -> Reason:
    """The plain rule's own words for the pair. A twin may be stricter than its rule where hours decide: then its name."""
    problem, own = session.problem, session.model.tours[tour]
    trial = try_orders(problem, {(own.worker.id, own.index): [session.ids[row]]}, OF_THE_PAIR)
    for one in trial.violations:
        if one.rule == rule:
            return _reason(session, session.ids[row], one)
    head = problem.labour.heads.get(rule)
    return Reason.of("rule_forbids", rule=rule, article=head.source if head and head.source else rule)


def too_short(session: Session, row: int, tour: int) -> Obstacle | None:
    """With the whole day free: too late there, or too late home. None when it is neither, or when blocked time, several
    windows or a tie that leaves none make it a longer story."""
    a, problem = session.arrays, session.problem
    stay, visit = a.tours[tour], a.visits[row]
    first, last = a.workers[stay[T_WORKER], [W_BLOCK0, W_BLOCK1]]
    if first < last or visit[V_WIN1] - visit[V_WIN0] > 1 or visit[V_OPEN] >= FAR:
        return None
    travel = a.travel[stay[T_PROFILE]]
    arrival, latest = int(stay[T_START] + travel[stay[T_OUT], visit[V_SITE]]), int(visit[V_SHUT])
    if arrival > latest:
        late = minutes_of(problem, arrival - latest)
        return Obstacle(
            ObstacleKind.HOURS, Reason.of("arrives_too_late", arrival=arrival, latest=latest, late_min=late), "TIME_WINDOW"
        )
    back = int(max(arrival, visit[V_OPEN]) + visit[V_DUR] + travel[visit[V_SITE], stay[T_IN]])
    if back > (end := int(stay[T_HARD])):
        late = minutes_of(problem, back - end)
        return Obstacle(ObstacleKind.HOURS, Reason.of("back_too_late", back=back, end=end, late_min=late), "AVAILABILITY")
    return None
