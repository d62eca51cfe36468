"""From a broken rule to an obstacle in the coordinator's words: who would arrive when, what is lacking, which
limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from brigade.changes.answers import Obstacle, ObstacleKind
from brigade.law.rule_traits import Scope
from brigade.law.rules import all_rules, rank_of, rule_by_code
from brigade.timing.plan_timing import TIMED
from brigade.units import Ticks
from brigade.values.plan import Reason, Violation
from solver.advice.advice_session import AdviceSession
from solver.advice.trial_plan import Trial, links_between, try_orders
from solver.kernel.arrays import FAR


@dataclass(frozen=True, slots=True)
class TriedPlacement:
    """A visit in a worker's availability number `tour`, which ends at `end`."""

    visit_id: str
    worker_id: str
    tour: int
    end: Ticks

    @property
    def key(self) -> tuple[str, int]:
        return self.worker_id, self.tour


def obstacles_from(session: AdviceSession, seen: TriedPlacement, trial: Trial) -> list[Obstacle]:
    """What a trial shows to be in the way: the rules that it breaks, and the pinned visits that ties move."""
    return [*_of_rules(session, seen, trial.violations), *_of_pins(session, seen, trial)]


def _of_pins(session: AdviceSession, seen: TriedPlacement, trial: Trial) -> Iterator[Obstacle]:
    """Only a tie reaches into another tour. A pin in the same tour is an obstacle of the plan, to be pushed
    out."""
    for id, pinned_at in trial.moved_pins.items():
        found = trial.plan.stop_of(id)
        if found is None or (found[0].worker_id, found[0].tour) == seen.key:
            continue
        why = (
            Reason.of("stands_by_waiver")
            if id in session.fixed_starts
            else Reason.of("moves_pinned", visit=id, pinned_at=pinned_at, start=found[1].start)
        )
        yield Obstacle(ObstacleKind.TIED, _by_whom(seen, found[0].worker_id, why), "LINK")


def _of_rules(
    session: AdviceSession, seen: TriedPlacement, violations: Iterable[Violation]
) -> list[Obstacle]:
    """One obstacle a violation, those of the pair first; each said once: a limit that both ways home pass, or
    two weeks, with the first figures."""
    near = (one for one in violations if not _is_of_another_tour(one, seen))
    found: dict[object, Obstacle] = {}
    for one in near:
        told = _obstacle(session, seen, one)
        found.setdefault(_key(told), told)
    return sorted(found.values(), key=lambda one: rank_of(one.rule))


def _key(one: Obstacle) -> object:
    """What makes two obstacles one thing to remove."""
    rule = rule_by_code().get(one.rule or "")
    is_one_of_several = rule is not None and one.reason.code in rule.AS_OBSTACLE.several
    is_limit = one.kind is ObstacleKind.RULE and not is_one_of_several
    return (one.rule, one.reason.code) if is_limit else (one.kind, one.reason)


def _is_of_another_tour(broken: Violation, seen: TriedPlacement) -> bool:
    """Where no lawful timing exists, the same worker's other tour may be timed past its end: no reason for
    this one."""
    is_late = broken.reason.code == "availability_end" and broken.worker_id == seen.worker_id
    return is_late and broken.reason.value("limit_at") != seen.end


def _obstacle(session: AdviceSession, seen: TriedPlacement, broken: Violation) -> Obstacle:
    if broken.rule in ("LINK", "SHADOWING", "WORK_BLOCKS"):
        return Obstacle(ObstacleKind.TIED, _reason(session, seen, broken), broken.rule)
    if broken.worker_id not in (None, seen.worker_id):
        return Obstacle(ObstacleKind.TIED, _of_somebody_else(session, seen, broken), broken.rule)
    is_of_hours = rule_by_code()[broken.rule].AS_OBSTACLE.is_of_hours
    kind = ObstacleKind.HOURS if is_of_hours else ObstacleKind.RULE
    return Obstacle(kind, _reason(session, seen, broken), broken.rule)


def _of_somebody_else(session: AdviceSession, seen: TriedPlacement, broken: Violation) -> Reason:
    """A visit tied to it would move, and break something there."""
    why = _reason(session, seen, broken)
    if why.code == "back_too_late":
        return Reason.of("delays_return", by=broken.worker_id, **dict(why.values))
    return _by_whom(seen, broken.worker_id, why)


def _by_whom(seen: TriedPlacement, worker_id: str | None, why: Reason) -> Reason:
    return why if worker_id == seen.worker_id else Reason.of("tied_worker", by=worker_id, why=why)


def _reason(session: AdviceSession, seen: TriedPlacement, broken: Violation) -> Reason:
    """In the rule's own words for an obstacle, else its breach's with the article."""
    said = rule_by_code()[broken.rule].AS_OBSTACLE.words(session.problem, seen.visit_id, broken)
    if said is not None:
        return said
    return Reason.of(broken.reason.code, **{"article": broken.article, **dict(broken.reason.values)})


# -- the pair, whatever the hours --------------------------------------------------------------------------
def pair_obstacles(session: AdviceSession, row: int, tour: int) -> list[Obstacle]:
    """What keeps the visit out of the tour whatever its hours, in the plain rules' own words. A twin may be
    stricter than its rule where hours decide: then the rule by its name."""
    codes = session.model.rules_against(tour, row)
    across = {code for code, rule in rule_by_code().items() if rule.SCOPE is not Scope.WORKER}
    wanted = [code for code in codes if code not in across]
    own = session.model.tours[tour]
    seen = TriedPlacement(session.ids[row], own.worker.id, own.index, own.availability.hard_end)
    told: list[Obstacle] = []
    if "PINNED" in wanted:
        told.append(Obstacle(ObstacleKind.RULE, Reason.of("pinned_elsewhere")))
    files = [name for name, rule in all_rules() if set(rule.CODES) & set(wanted)]
    if files:
        trial = try_orders(session.problem, {(own.worker.id, own.index): [seen.visit_id]}, files)
        told += _of_rules(session, seen, (one for one in trial.violations if one.rule in wanted))
    named = {one.rule for one in told}
    told += [_by_name(session, code) for code in wanted if code not in named and code != "PINNED"]
    return told


def _by_name(session: AdviceSession, code: str) -> Obstacle:
    head = session.problem.labour.heads.get(code)
    reason = Reason.of("rule_forbids", rule=code, article=head.source if head and head.source else None)
    return Obstacle(ObstacleKind.RULE, reason, code)


def lone_half(session: AdviceSession, row: int) -> Obstacle | None:
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


def shut_by_tie(session: AdviceSession, row: int) -> Obstacle | None:
    """The tie to a visit that keeps its usual carer, or a day that is left as it is, where such ties leave
    none of the visit's hours."""
    if session.arrays.visits["opens"][row] < FAR:
        return None
    fixed = [
        (other, session.fixed_starts.get(other, session.problem.fixed_start(other)))
        for other, kind in links_between(session.problem, session.ids[row])
        if kind in TIMED
    ]
    other, start = next((other, start) for other, start in fixed if start is not None)
    return Obstacle(ObstacleKind.TIED, Reason.of("tied_to_fixed", other=other, start=start), "LINK")
