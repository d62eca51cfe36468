"""The smallest set of obstacles between one visit and one tour: by the kernel first, else on paper."""

from __future__ import annotations

from brigade.changes.answers import Obstacle, ObstacleKind
from solver.advice.obstacles.beside_the_plan import beside_the_plan
from solver.advice.obstacles.found_obstacles import FoundObstacles
from solver.advice.obstacles.obstacle_words import pair_obstacles, shut_by_tie
from solver.advice.obstacles.on_paper import alone, on_paper, settled_at
from solver.advice.obstacles.placement_trials import PlacementTrials


def smallest_set(trials: PlacementTrials) -> FoundObstacles:
    """None at all where the kernel finds a lawful place beside the plan."""
    place = trials.session.search.place(trials.row, trials.only, without=trials.gone)
    if place.is_lawful:
        return FoundObstacles(trials.tour, (), place)
    tie = shut_by_tie(trials.session, trials.row)
    pair = [*([tie] if tie else []), *pair_obstacles(trials.session, trials.row, trials.tour)]
    found = None if tie else _sure(trials, beside_the_plan(trials, pair))
    if found is None:
        by_herself = alone(trials, pair)
        found = _spared(
            trials, _sure(trials, beside_the_plan(trials, by_herself)) or on_paper(trials, by_herself), pair
        )
    return found


def _sure(trials: PlacementTrials, found: FoundObstacles | None) -> FoundObstacles | None:
    """What the kernel found, if it knows the rules at the visit's host or the plain ones say the same."""
    if found is None or trials.session.knows_rules_of(trials.tour, trials.row):
        return found
    out = {id for it in found.obstacles for id in it.pushed_out if it.kind is ObstacleKind.BUSY}
    problem, places = trials.without(found.obstacles), range(len(trials.order(out)) + 1)
    return found if any(trials.try_at(problem, at, out).is_lawful for at in places) else None


def _spared(trials: PlacementTrials, found: FoundObstacles, pair: list[Obstacle]) -> FoundObstacles:
    """Without the limits that only a free day breaks: some ask for enough work, which the plan gives."""
    out = [
        trials.session.model.visit_row[id]
        for it in found.obstacles
        if it.kind is ObstacleKind.BUSY
        for id in it.pushed_out
    ]
    kept = [it for it in found.obstacles if it.kind is not ObstacleKind.BUSY]
    for one in [it for it in kept if it.kind is ObstacleKind.RULE and it.rule is not None and it not in pair]:
        fewer = [it for it in kept if it is not one]
        if settled_at(trials, fewer, out) == fewer:
            kept = fewer
    busy = [it for it in found.obstacles if it.kind is ObstacleKind.BUSY]
    return FoundObstacles(
        trials.tour, (*kept, *busy), found.place if len(kept) + len(busy) == len(found.obstacles) else None
    )
