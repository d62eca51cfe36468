"""From a broken rule to an obstacle in the coordinator's words: who would arrive when, what is lacking, which
limit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from brigade.changes.answers import Obstacle, ObstacleKind
from brigade.law.rules import all_rules
from brigade.timing.duty_days import minutes_of
from brigade.timing.plan_timing import TIMED
from brigade.units import Ticks
from brigade.values.plan import Reason, Violation
from solver.advice.advice_session import Session
from solver.advice.trial_plan import links_between, try_orders
from solver.kernel.arrays import FAR, V_OPEN

CLOCK_RULES = frozenset({"TIME_WINDOW", "TIMING", "AVAILABILITY", "MEAL_BREAK", "REST_BREAK"})
OF_PAIRS = frozenset({"LINK", "ASSIGNMENT"})
SEVERAL = frozenset({"lacks_competency", "not_engaged", "outside_territory"})
"""Of these there can be several, each to be removed by itself."""
ORDER = (
    "FORBIDDEN_PAIR",
    "COMPETENCIES",
    "ENGAGEMENT",
    "AI_TERRITORY",
    "SUNDAY_HOLIDAY_ACTS",
    "SCHEDULE_NOTICE",
)
"""Rules of the pair in the order in which they are told; what is not here comes after, as the checker gives
it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A visit in a worker's availability number `tour`, which ends at `end`."""

    visit_id: str
    worker_id: str
    tour: int
    end: Ticks

    @property
    def key(self) -> tuple[str, int]:
        return self.worker_id, self.tour


def obstacles_from(session: Session, seen: Place, violations: Iterable[Violation]) -> list[Obstacle]:
    """One obstacle a violation, those of the pair first; each said once: a limit that both ways home pass, or
    two weeks, with the first figures."""
    near = (one for one in violations if not _is_of_another_tour(one, seen))
    found: dict[object, Obstacle] = {}
    for one in near:
        told = _obstacle(session, seen, one)
        found.setdefault(_key(told), told)
    return sorted(found.values(), key=lambda one: ORDER.index(one.rule) if one.rule in ORDER else len(ORDER))


def _key(one: Obstacle) -> object:
    """What makes two obstacles one thing to remove."""
    is_limit = one.kind is ObstacleKind.RULE and one.reason.code not in SEVERAL
    return (one.rule, one.reason.code) if is_limit else (one.kind, one.reason)


def _is_of_another_tour(broken: Violation, seen: Place) -> bool:
    """Where no lawful timing exists, the same worker's other tour may be timed past its end: no reason for
    this one."""
    is_late = broken.reason.code == "availability_end" and broken.worker_id == seen.worker_id
    return is_late and broken.reason.value("limit_at") != seen.end


def _obstacle(session: Session, seen: Place, broken: Violation) -> Obstacle:
    if broken.rule == "LINK":
        return Obstacle(ObstacleKind.TIED, _reason(session, seen, broken), broken.rule)
    if broken.worker_id not in (None, seen.worker_id):
        return Obstacle(ObstacleKind.TIED, _of_somebody_else(session, seen, broken), broken.rule)
    kind = ObstacleKind.HOURS if broken.rule in CLOCK_RULES else ObstacleKind.RULE
    return Obstacle(kind, _reason(session, seen, broken), broken.rule)


def _of_somebody_else(session: Session, seen: Place, broken: Violation) -> Reason:
    """A visit tied to it would move, and break something there."""
    if broken.reason.code == "availability_end":
        return Reason.of("delays_return", worker=broken.worker_id, **_back_too_late(session, broken))
    return Reason.of("tied_worker", worker=broken.worker_id, why=_reason(session, seen, broken))


def _reason(session: Session, seen: Place, broken: Violation) -> Reason:
    values = dict(broken.reason.values)
    match broken.reason.code:
        case "time_window" if values["start_at"] > values["latest_at"]:
            return _late(session, seen.visit_id, values)
        case "availability_end":
            return Reason.of("back_too_late", **_back_too_late(session, broken))
        case "competencies":
            return Reason.of("lacks_competency", missing=values["missing"])
        case "engagement":
            return Reason.of("not_engaged", provider=values["provider"], day=values["day"])
        case "forbidden_pair":
            return Reason.of("forbidden")
        case "ai_territory_convention" | "ai_territory_own":
            whose = broken.reason.code.removeprefix("ai_territory_")
            return Reason.of(
                "outside_territory", commune=values["commune"], whose=whose, article=broken.article
            )
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


# -- the pair, whatever the hours --------------------------------------------------------------------------
def pair_obstacles(session: Session, row: int, tour: int) -> list[Obstacle]:
    """What keeps the visit out of the tour whatever its hours, in the plain rules' own words. A twin may be
    stricter than
    its rule where hours decide: then the rule by its name."""
    codes = session.model.rules_against(tour, row)
    wanted = [code for code in codes if code not in OF_PAIRS]
    own = session.model.tours[tour]
    seen = Place(session.ids[row], own.worker.id, own.index, own.availability.hard_end)
    told: list[Obstacle] = []
    if "PINNED" in wanted:
        told.append(Obstacle(ObstacleKind.RULE, Reason.of("pinned_elsewhere")))
    files = [name for name, rule in all_rules() if set(rule.CODES) & set(wanted)]
    if files:
        trial = try_orders(session.problem, {(own.worker.id, own.index): [seen.visit_id]}, files)
        told += obstacles_from(session, seen, (one for one in trial.violations if one.rule in wanted))
    named = {one.rule for one in told}
    told += [_by_name(session, code) for code in wanted if code not in named and code != "PINNED"]
    return told


def _by_name(session: Session, code: str) -> Obstacle:
    head = session.problem.labour.heads.get(code)
    reason = Reason.of("rule_forbids", rule=code, article=head.source if head and head.source else None)
    return Obstacle(ObstacleKind.RULE, reason, code)


def lone_half(session: Session, row: int) -> Obstacle | None:
    """The visit that this one must be covered with, where nobody is to do that one."""
    visit_id = session.ids[row]
    for link in session.problem.links:
        other = {link.first: link.second, link.second: link.first}.get(visit_id)
        if (
            link.together
            and other
            and other not in session.model.visit_row
            and session.problem.fixed_start(other) is None
        ):
            return Obstacle(ObstacleKind.PARTNER, Reason.of("goes_with_unwanted", other=other))
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
