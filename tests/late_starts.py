"""When a late worker can be where she was told to be: told again from docs/replanning.md alone.

Nothing here is the product's own reckoning (`brigade.changes.lateness`), so that a test can hold it against
this.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from brigade.units import Ticks
from brigade.values.plan import Plan, Route, Stop
from brigade.values.problem import Problem
from solver.replan_terms import ReplanTerms
from tests.builders import travel_between


@dataclass(frozen=True)
class LateDay:
    """A told plan on a day that has changed. `told`: what of it its workers may still do; `published`: as it
    was told."""

    problem: Problem
    told: Plan
    published: Plan
    terms: ReplanTerms

    def starts(self) -> dict[str, set[Ticks]]:
        """The start that each held stop may have. Two where a stop that is not held stands before it: on a
        day that no search mends, that one delays it too."""
        found: dict[str, set[Ticks]] = {}
        for route in self.told.routes:
            for is_whole in (False, True):
                for stop, start in self._of_tour(route, is_whole=is_whole):
                    found.setdefault(stop.visit_id, set()).add(start)
        return found

    def _of_tour(self, route: Route, *, is_whole: bool) -> Iterator[tuple[Stop, Ticks]]:
        worker = self.problem.worker_by_id[route.worker_id]
        free, place = worker.availability[route.tour].not_before, worker.start_site
        for stop in route.stops:
            site = self.problem.place_of(self.problem.visit_by_id[stop.visit_id], worker)
            start = stop.start
            if free is not None:
                way = travel_between(self.problem, worker, place, site)[0]
                start = self._soonest(stop, free + way)
            is_held = self._stays(route, stop, start)
            if is_held:
                yield stop, start
            if (is_whole or is_held) and (free is not None or self._takes_longer(stop)):
                free, place = start + self.problem.visit_by_id[stop.visit_id].duration, site

    def _soonest(self, stop: Stop, there: Ticks) -> Ticks:
        """What has begun by now did so when she was there; what is to come also has its pause, and hours."""
        if max(there, stop.start) < self.problem.now or there + stop.pause <= stop.start:
            return max(there, stop.start)
        ready = there + stop.pause
        windows = self.problem.visit_by_id[stop.visit_id].windows
        return min((max(one.earliest, ready) for one in windows if ready <= one.hard_latest), default=ready)

    def _stays(self, route: Route, stop: Stop, start: Ticks) -> bool:
        pinned = self.told.pinned | self.terms.pinned
        if stop.visit_id in pinned or route.worker_id in self.terms.pinned_workers:
            return True
        freeze = max(self.problem.now, self.terms.freeze or 0)
        if self._takes_longer(stop):
            return True
        is_frozen = stop.start < freeze and not self._was_moved(stop)
        visit = self.problem.visit_by_id[stop.visit_id]
        return is_frozen and (
            start < self.problem.now or (start < freeze and (start == stop.start or visit.may_begin(start)))
        )

    def _takes_longer(self, stop: Stop) -> bool:
        told = (one for route in self.published.routes for one in route.stops)
        length = {one.visit_id: one.end - one.start for one in told}
        return self.problem.visit_by_id[stop.visit_id].duration > length[stop.visit_id]

    def _was_moved(self, stop: Stop) -> bool:
        """An event took its old hour away, which is past."""
        before = self.problem.rostered.get(stop.visit_id)
        now = self.problem.visit_by_id[stop.visit_id]
        return (
            stop.start < self.problem.now
            and before is not None
            and before.may_begin(stop.start)
            and not now.may_begin(stop.start)
        )
