"""What keeps one worker from one visit: the smallest set of obstacles whose removal lets her come, found by
trying.

The kernel tries what its arrays can hold (forbidden pairs, hours, ties, visits taken out); the plain rules
try the rest on paper, say what breaks with which figures, and are asked again with every obstacle found so
far out of the way (`solver.advice.easing`), until nothing breaks. So a set is enough by construction; what it
could do without is taken out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial

from brigade.changes.answers import Obstacle, ObstacleKind, ObstacleSet
from brigade.timing.plan_timing import TourKey
from brigade.timing.tour import travel_between
from brigade.values.plan import Reason
from brigade.values.problem import Problem
from solver.advice.advice_session import AdviceSession
from solver.advice.easing import eased, with_hours
from solver.advice.obstacle_words import (
    TriedPlacement,
    lone_half,
    obstacles_from,
    pair_obstacles,
    shut_by_tie,
)
from solver.advice.pushing import own, pushed_out
from solver.advice.trial_model import Chain
from solver.advice.trial_plan import Trial, orders_of, tied_tours, try_change
from solver.kernel.enumerations import Verdict
from solver.kernel.local_search import BestInsertion, Search

NEAR_MIN = 120
"""An availability that misses the visit's time by more is no availability for it."""
FAR_MIN = 120
"""Hours are not stretched by more to spare a visit of the plan."""
ROUNDS = 5
"""How often the rules are asked again: each round finds what the obstacles before it hid."""
AT_ENDS = "COMMUTE_NORMAL"
"""The rule that speaks of the first and last visit of a tour."""
LIFTED_HOURS = frozenset({"arrives_too_late", "back_too_late", "availability_start"})
CHANGES_TIMES = frozenset({"REST_BREAK", "MEAL_BREAK", "PERSONAL_LIMIT", "AVAILABILITY"})
"""Rules without which a tour is timed anew: what else breaks then is tried."""
LENGTHS = frozenset({"arrives_too_late", "back_too_late", "delays_visit"})
"""Obstacles that are an amount of time (`late_min`): a larger one takes the place of a smaller one."""

_Attempt = Callable[[Problem], Trial]


def in_the_way(session: AdviceSession, row: int, worker_id: str) -> ObstacleSet:
    """The obstacles between a worker and a visit; `NONE` or `PARTNER` alone where nothing is in her own
    way."""
    if (row, worker_id) not in session.ways:
        session.ways[row, worker_id] = _in_the_way(session, row, worker_id)
    return session.ways[row, worker_id]


def _in_the_way(session: AdviceSession, row: int, worker_id: str) -> ObstacleSet:
    near = session.problem.horizon.ticks(NEAR_MIN)
    if worker_id in session.stiff:
        return ObstacleSet(worker_id, None, (Obstacle(ObstacleKind.RULE, Reason.of("stands_by_waiver")),))
    # The nearest availability first: where nothing stands in the way of one, the others are not asked.
    tours = sorted((session.gap(tour, row), tour) for tour in session.tours_of(worker_id))
    found: list[_Set] = []
    for gap, tour in tours:
        if gap <= near:
            found.append(_Question(session, row, tour).smallest_set())
            if not found[-1].obstacles:
                break
    if not found:
        return ObstacleSet(worker_id, None, _away(session, row, worker_id))
    # The tour that asks least of anybody, not the nearest: one obstacle far away is easier to lift than
    # three.
    best = min(found, key=lambda one: len(one.obstacles))
    told = (*best.obstacles, *_partner(session, row, best))
    return ObstacleSet(
        worker_id,
        session.model.tours[best.tour].index,
        told or (Obstacle(ObstacleKind.NONE, Reason.of("could_take")),),
    )


@dataclass(frozen=True, slots=True)
class _Set:
    """Obstacles whose removal lets the visit into `tour`; `place`: where, if the kernel knows."""

    tour: int
    obstacles: tuple[Obstacle, ...]
    place: BestInsertion | None = None


@dataclass
class _Question:
    """One visit in one tour."""

    session: AdviceSession
    row: int
    tour: int

    def __post_init__(self) -> None:
        own_tour = self.session.model.tours[self.tour]
        self.seen = TriedPlacement(
            self.session.ids[self.row], own_tour.worker.id, own_tour.index, own_tour.availability.hard_end
        )
        self.only = range(self.tour, self.tour + 1)
        self.gone = own(self.session, self.row)
        self.cleared = [
            *self.gone,
            *(one for one in self.session.stops_of(self.seen.worker_id) if one != self.row),
        ]

    def smallest_set(self) -> _Set:
        place = self.session.search.place(self.row, self.only, without=self.gone)
        if place.is_lawful:
            return _Set(self.tour, (), place)
        tie = shut_by_tie(self.session, self.row)
        pair = [*([tie] if tie else []), *pair_obstacles(self.session, self.row, self.tour)]
        found = None if tie else self._sure(self._beside_the_plan(pair))
        if found is None:
            alone = self._alone(pair)
            found = self._spared(self._sure(self._beside_the_plan(alone)) or self._on_paper(alone), pair)
        return found

    def _sure(self, found: _Set | None) -> _Set | None:
        """What the kernel found, if it knows the rules at the visit's host or the plain ones say the same."""
        if found is None or self.session.knows_rules_of(self.tour, self.row):
            return found
        out = {id for it in found.obstacles for id in it.pushed_out if it.kind is ObstacleKind.BUSY}
        problem, places = self._without(found.obstacles), range(len(self._order(out)) + 1)
        return found if any(self._try_at(problem, at, out).is_lawful for at in places) else None

    def _spared(self, found: _Set, pair: list[Obstacle]) -> _Set:
        """Without the limits that only a free day breaks: some ask for enough work, which the plan gives."""
        out = [
            self.session.model.visit_row[id]
            for it in found.obstacles
            if it.kind is ObstacleKind.BUSY
            for id in it.pushed_out
        ]
        kept = [it for it in found.obstacles if it.kind is not ObstacleKind.BUSY]
        for one in [
            it for it in kept if it.kind is ObstacleKind.RULE and it.rule is not None and it not in pair
        ]:
            fewer = [it for it in kept if it is not one]
            if self._settled_at(fewer, out) == fewer:
                kept = fewer
        busy = [it for it in found.obstacles if it.kind is ObstacleKind.BUSY]
        return _Set(
            self.tour, (*kept, *busy), found.place if len(kept) + len(busy) == len(found.obstacles) else None
        )

    # -- with the kernel ------------------------------------------------------------------------------------
    def _beside_the_plan(self, known: list[Obstacle]) -> _Set | None:
        """The known obstacles and what of the plan is in the way besides; None where the kernel cannot lift
        them, or where more than the plan is in the way."""
        bench = self.session.bench
        with ExitStack() as stack:
            # What arrays cannot hold is asked on paper: a half-lifted set would blame the plan for what is
            # left of it.
            if not lift(stack, self.session, self.row, self.tour, known):
                return None
            place = bench.search.place(self.row, self.only, without=self.gone)
            if place.is_lawful:
                return _Set(self.tour, tuple(known), place)
            # Not even a free day would do: the plan is not what stands in the way.
            if not bench.search.place(self.row, self.only, without=self.cleared).is_lawful:
                return None
            limits = self._limits(place, known)
            # A limit that stands alone has a choice beside it: passing it, or giving up visits of the plan.
            if limits is not None and len(limits) == 1:
                return _Set(self.tour, (*known, self._or_without(limits[0], bench.search)))
            longer = self._longer_hours(known) if any(one.reason.code in LENGTHS for one in known) else None
            if longer is not None:
                # Stretched hours before visits that go: a few minutes more ask less of people than a visit
                # given up.
                return _Set(self.tour, tuple(longer))
            busy = self._busy(bench.search)
        return (
            _Set(self.tour, (*known, *(limits or [])))
            if busy is None and limits
            else _with(self.tour, known, busy)
        )

    def _limits(self, place: BestInsertion, known: list[Obstacle]) -> list[Obstacle] | None:
        """The limits that would be passed at that place, if they are all that is in the way there."""
        if place.verdict not in (Verdict.RULE, Verdict.ENDS):
            return None
        problem = self._without(known)
        trial = self._try_at(problem, place.position)
        found = [one for one in obstacles_from(self.session, self.seen, trial) if one not in known]
        if not found or trial.untimed or any(one.kind is not ObstacleKind.RULE for one in found):
            return None
        if {one.rule for one in found} & CHANGES_TIMES:
            again = self._try_at(self._without([*known, *found]), place.position)
            return found if again.is_lawful else None
        return found

    def _or_without(self, limit: Obstacle, search: Search) -> Obstacle:
        """The limit, and the visits whose leaving would do as well."""
        busy = self._busy(search)
        return limit if busy is None else replace(limit, pushed_out=busy.pushed_out, priority=busy.priority)

    def _busy(self, search: Search) -> Obstacle | None:
        return _busy_with(
            self.session, self.seen.worker_id, pushed_out(self.session, self.row, self.tour, search)
        )

    def _longer_hours(self, known: list[Obstacle]) -> list[Obstacle] | None:
        """The hours that miss, stretched until the visit fits beside the plan, where that takes no obstacle
        more."""
        bench, most = self.session.bench, FAR_MIN
        # All that may be asked first: the kernel then says where, and the minutes are settled there.
        stretched = [_lasting(one, most) if one.reason.code in LENGTHS else one for one in known]
        with ExitStack() as stack:
            lift(stack, self.session, self.row, self.tour, stretched)
            place = bench.search.place(self.row, self.only, without=self.gone)
        if not place.is_lawful:
            return None
        found = self._settled(known, lambda problem: self._try_at(problem, place.position))
        same = found is not None and {one.reason.code for one in found} == {one.reason.code for one in known}
        return found if same else None

    # -- on paper -------------------------------------------------------------------------------------------
    def _alone(self, known: list[Obstacle]) -> list[Obstacle]:
        """Everything that stands between the two were the worker free: each obstacle is needed."""
        key, session = self.seen.key, self.session
        kept = {
            k: [id for id in order if id != self.seen.visit_id]
            for k, order in orders_of(session.plan).items()
        }
        # Everybody else's tours stay: what is tied to them must still meet them.
        free = {k: order for k, order in kept.items() if k[0] != key[0]}

        def attempt(problem: Problem) -> Trial:
            return self._try(problem, {**free, key: [self.seen.visit_id]}, free)

        found = self._settled(known, attempt)
        if found is None:
            return self._seen(known, attempt)
        return self._needed(found, attempt) if any(_changes_times(one) for one in found) else found

    def _seen(self, known: list[Obstacle], attempt: _Attempt) -> list[Obstacle]:
        """All that shows in the way where lifting it is not enough: each is named."""
        found = list(known)
        for _ in range(ROUNDS):
            trial = attempt(self._without(found))
            found = _joined(found, obstacles_from(self.session, self.seen, trial))
        return found

    def _needed(self, found: list[Obstacle], attempt: _Attempt) -> list[Obstacle]:
        """Without what only shows because of another obstacle: with that one gone, the tour is timed anew."""
        for rule in dict.fromkeys(one.rule for one in found):
            fewer = [it for it in found if it.rule != rule]
            if fewer and attempt(self._without(fewer)).is_lawful:
                found = fewer
        return found

    def _on_paper(self, known: list[Obstacle]) -> _Set:
        """Beside the plan, where the kernel cannot lift all that is known: it finds places with time enough,
        and the plain rules say what breaks there."""
        found = self._settled_at(known, ())
        # One obstacle more than is known anyhow is told as it is; beyond that a visit's leaving may be the
        # smaller set.
        if found is not None and len(found) <= len(known) + 1:
            return _Set(self.tour, tuple(found))
        busy = _busy_with(self.session, self.seen.worker_id, self._leaving(known))
        if busy is None and found is None:  # no visit's leaving makes room: she is busy with all of hers
            busy = _busy_with(self.session, self.seen.worker_id, self.session.stops_of(self.seen.worker_id))
        return _with(self.tour, found if busy is None and found else known, busy)

    def _settled_at(self, known: list[Obstacle], out: Sequence[int]) -> list[Obstacle] | None:
        """What is in the way where there is time for the visit once `out` has left; None where there is
        nowhere. Where the kernel cannot lift all that is known, and so may find no time, every position is
        tried on paper."""
        bench = self.session.bench
        with ExitStack() as stack:
            liftable = [one for one in known if is_liftable(self.session, self.row, self.tour, one)]
            lift(stack, self.session, self.row, self.tour, liftable)
            place = bench.search.place(self.row, self.only, without=[*self.gone, *out])
        ids = {self.session.ids[one] for one in out}
        if place.verdict in (Verdict.LAWFUL, Verdict.RULE, Verdict.ENDS):
            return self._settled(known, lambda problem: self._try_at(problem, place.position, ids))
        positions = range(len(self._order(ids)) + 1 if len(liftable) < len(known) else 0)
        settled = (self._settled(known, partial(self._try_at, position=at, out=ids)) for at in positions)
        return min((one for one in settled if one is not None), key=len, default=None)

    def _leaving(self, known: list[Obstacle]) -> list[int]:
        """What `pushed_out` asks of the kernel, where it cannot lift all that is known."""
        groups = [group for group in self.session.groups_of(self.seen.worker_id) if group[0] != self.row]

        def fits(gone: Sequence[Sequence[int]]) -> bool:
            return (
                self._settled_at(known, self.session.group(one for group in gone for one in group)) == known
            )

        alone = next((group for group in groups if fits([group])), None)
        if alone is not None or not fits(groups):
            return self.session.group(alone or [])
        for group in reversed(list(groups)):
            fewer = [one for one in groups if one is not group]
            groups = fewer if fits(fewer) else groups
        return self.session.group(one for group in groups for one in group)

    # -- trying ---------------------------------------------------------------------------------------------
    def _settled(self, known: list[Obstacle], attempt: _Attempt) -> list[Obstacle] | None:
        """The known obstacles and all that shows once they are out of the way; None where something cannot be
        lifted."""
        found = list(known)
        for _ in range(ROUNDS):
            trial = attempt(self._without(found))
            if trial.is_lawful:
                return found
            new = obstacles_from(self.session, self.seen, trial)
            grown = _joined(found, new)
            if grown == found:
                return None
            found = grown
            if _hides_nothing(trial, new):
                return found
        return None

    def _without(self, known: Iterable[Obstacle]) -> Problem:
        return eased(self.session.problem, self.seen.visit_id, self.seen.worker_id, self.seen.tour, known)

    def _order(self, out: Collection[str]) -> list[str]:
        now = orders_of(self.session.plan).get(self.seen.key, [])
        return [id for id in now if id != self.seen.visit_id and id not in out]

    def _try_at(self, problem: Problem, position: int, out: Iterable[str] = ()) -> Trial:
        gone = {self.seen.visit_id, *out}
        before = {
            k: [id for id in order if id not in gone] for k, order in orders_of(self.session.plan).items()
        }
        order = before.get(self.seen.key, [])
        after = {**before, self.seen.key: [*order[:position], self.seen.visit_id, *order[position:]]}
        return self._try(problem, after, before)

    def _try(
        self, problem: Problem, after: dict[TourKey, list[str]], before: dict[TourKey, list[str]]
    ) -> Trial:
        return _tried(self.session, problem, self.seen, after, before)


# -- somebody who is not there -----------------------------------------------------------------------------
def _tried(
    session: AdviceSession,
    problem: Problem,
    seen: TriedPlacement,
    after: dict[TourKey, list[str]],
    before: dict[TourKey, list[str]],
) -> Trial:
    """The plan's own breaches, where it has some, are nobody's obstacle; the days that break something stay
    as they are."""
    session.go_on()
    standing = {id: start for id, start in session.standing.items() if id != seen.visit_id}
    trial = try_change(problem, session.plan, after, [seen.key], standing)
    if trial.is_lawful or not (session.plan.waivers or session.stiff):
        return trial
    tied = tied_tours(problem, after, [seen.key])
    return trial.since(try_change(problem, session.plan, before, tied, standing))


def _away(session: AdviceSession, row: int, worker_id: str) -> tuple[Obstacle, ...]:
    """No hours there, and what else would be in the way if there were some."""
    away = Obstacle(ObstacleKind.AWAY, Reason.of("not_available"))
    problem, visit = session.problem, session.model.requests[row].visit
    worker, site = problem.worker_by_id[worker_id], problem.site_of(visit).id
    legs = [
        travel_between(problem, worker, *ends)[0]
        for ends in ((worker.start_site, site), (site, worker.end_site))
    ]
    given = with_hours(problem, worker_id, visit, (legs[0], legs[1]), session.soonest)
    if given is None:
        return (away,)
    there, tour = given
    before = {_renumbered(key, worker_id, tour): order for key, order in orders_of(session.plan).items()}
    before = {key: [id for id in order if id != visit.id] for key, order in before.items()}
    seen = TriedPlacement(
        visit.id, worker_id, tour, there.worker_by_id[worker_id].availability[tour].hard_end
    )
    found: list[Obstacle] = []
    for _ in range(ROUNDS):
        problem = eased(there, visit.id, worker_id, tour, found)
        trial = _tried(session, problem, seen, {**before, seen.key: [visit.id]}, before)
        new = obstacles_from(session, seen, trial)
        grown = _joined(found, new)
        if trial.is_lawful or grown == found:
            break
        found = grown
        if _hides_nothing(trial, new):
            break
    return (away, *found)


def _renumbered(key: TourKey, worker_id: str, tour: int) -> TourKey:
    """The tour's key once the worker has one more availability, number `tour`."""
    return (key[0], key[1] + 1) if key[0] == worker_id and key[1] >= tour else key


# -- a visit that goes with another ------------------------------------------------------------------------
def _partner(session: AdviceSession, row: int, found: _Set) -> tuple[Obstacle, ...]:
    """What the visits that go with it lack even when this worker comes."""
    lone = lone_half(session, row)
    if lone is not None:
        return (lone,)
    missing = session.missing_partners(row)
    unable = next((one for one in missing if not session.has_place(one)), None)
    if unable is not None:
        return (Obstacle(ObstacleKind.PARTNER, Reason.of("goes_with_unable", other=session.ids[unable])),)
    lacking = _lacking(session, row, missing, found) if missing else None
    return (
        ()
        if lacking is None
        else (Obstacle(ObstacleKind.PARTNER, Reason.of("goes_with", other=session.ids[lacking])),)
    )


def _lacking(session: AdviceSession, row: int, missing: Sequence[int], found: _Set) -> int | None:
    """Which of those it goes with finds no place once the visit has its own; None where all do."""
    if found.place is None:
        return missing[0]
    first = (row, found.place.tour, found.place.position)
    with ExitStack() as stack:
        lift(stack, session, row, found.tour, found.obstacles)
        if len(missing) > 1:
            return Chain(session, session.bench.search, own(session, row)).lacking(first, missing)
        return None if session.bench.search.place(missing[0], first=first).is_lawful else missing[0]


# -- what they share ---------------------------------------------------------------------------------------
def lift(
    stack: ExitStack, session: AdviceSession, row: int, tour: int, obstacles: Sequence[Obstacle]
) -> bool:
    """Take these obstacles out of the arrays that changes are tried on while `stack` is open; False where the
    arrays cannot hold one."""
    bench, ticks = session.bench, session.problem.horizon.ticks
    if not all(is_liftable(session, row, tour, one) for one in obstacles):
        return False
    is_tied = any(one.kind is ObstacleKind.TIED for one in obstacles)
    if is_tied and row not in session.model.pinned:
        stack.enter_context(bench.own_windows(row))
    at_ends = any(one.rule == AT_ENDS for one in obstacles)
    if session.model.rules_against(tour, row) or at_ends:
        stack.enter_context(bench.allowed(tour, row, at_ends))
    for one in obstacles:
        values = dict(one.reason.values)
        match one.reason.code:
            case "arrives_too_late":
                stack.enter_context(bench.open_longer(row, ticks(values["late_min"])))
            case "back_too_late":
                stack.enter_context(bench.longer(tour, 0, ticks(values["late_min"])))
            case "availability_start":
                stack.enter_context(bench.longer(tour, values["limit_at"] - values["departure_at"], 0))
    if is_tied:
        for other in session.tied_rows(row):
            stack.enter_context(bench.untied(row, other))
    return True


def is_liftable(session: AdviceSession, row: int, tour: int, one: Obstacle) -> bool:
    """Whether the arrays of a bench can do without the obstacle."""
    if one.kind is ObstacleKind.TIED:
        return session.bench.can_have_own_windows(row)
    is_of_pair = one.kind is ObstacleKind.RULE and one.rule in session.model.rules_against(tour, row)
    return is_of_pair or one.rule == AT_ENDS or one.reason.code in LIFTED_HOURS


def _changes_times(one: Obstacle) -> bool:
    return one.kind is ObstacleKind.TIED or (
        one.rule in CHANGES_TIMES and one.reason.code not in LIFTED_HOURS
    )


def _hides_nothing(trial: Trial, broken: Iterable[Obstacle]) -> bool:
    """Limits that time nothing anew: without them the same tour is judged, and the rules have named all of
    it."""
    return not trial.untimed and not any(
        one.kind is not ObstacleKind.RULE or _changes_times(one) for one in broken
    )


def _busy_with(session: AdviceSession, worker_id: str, rows: Sequence[int]) -> Obstacle | None:
    """What keeps the worker busy are her own visits; what other workers do with these would leave too."""
    if not rows:
        return None
    hers = set(session.stops_of(worker_id)) & set(rows)
    busy = Reason.of(
        "busy_elsewhere",
        visits=tuple(session.ids[one] for one in rows if one in hers),
        priority=_gravest(session, hers),
    )
    ids = tuple(session.ids[one] for one in rows)
    return Obstacle(ObstacleKind.BUSY, busy, None, ids, _gravest(session, rows))


def _gravest(session: AdviceSession, rows: Iterable[int]) -> int:
    return min(session.model.requests[one].visit.level for one in rows)


def _with(tour: int, known: Iterable[Obstacle], more: Obstacle | None) -> _Set:
    return _Set(tour, (*known, *([] if more is None else [more])))


def _joined(known: Sequence[Obstacle], new: Iterable[Obstacle]) -> list[Obstacle]:
    """Both, each once; of a length of time that was lifted already, the sum: the new one counts from
    there."""
    found = list(known)
    for one in new:
        same = next((n for n, it in enumerate(found) if _is_same_length(it, one)), None)
        if same is None:
            found += [] if one in found else [one]
        else:
            found[same] = _lasting(one, found[same].reason.value("late_min") + one.reason.value("late_min"))
    return found


def _is_same_length(one: Obstacle, other: Obstacle) -> bool:
    visits = [dict(it.reason.values).get("visit") for it in (one, other)]
    return one.reason.code == other.reason.code in LENGTHS and visits[0] == visits[1]


def _lasting(one: Obstacle, minutes: float) -> Obstacle:
    """The obstacle as an amount of so many minutes."""
    return replace(one, reason=Reason.of(one.reason.code, **{**dict(one.reason.values), "late_min": minutes}))
