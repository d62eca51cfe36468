"""Links between visits: ends that exist, gaps that make sense, no contradiction over any chain of links."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from brigade.errors import Clause, Issue
from brigade.values.demand import Link, LinkKind
from brigade.values.problem_parts import ProblemParts
from brigade.values.validation.checks import choice_titles, unknown
from brigade.values.validation.link_chains import Bound, LinkChains


def issues(problem: ProblemParts) -> Iterator[Issue]:
    for index, link in enumerate(problem.links):
        yield from _link(problem, link, f"links[{index}]")
    yield from _given_twice(problem)
    yield from _who(problem)
    yield from _when(problem)


def _link(problem: ProblemParts, link: Link, where: str) -> Iterator[Issue]:
    if link.first == link.second:
        yield Issue("P501", where, "linked_to_itself", {"first": link.first})
    for name, id in (("first", link.first), ("second", link.second)):
        yield from unknown("P502", f"{where}.{name}", [id], problem.visit_by_id, "visit")
    if link.kind is not LinkKind.GAP:
        if link.min_gap != 0 or link.max_gap is not None:
            yield Issue("P503", where, "gap_without_gap", {"kind": choice_titles(link.kind)})
    elif link.max_gap is not None and link.max_gap < link.min_gap:
        low, high = (f"{problem.horizon.minutes(gap):g}" for gap in (link.min_gap, link.max_gap))
        yield Issue("P503", where, "gap_bounds", {"low": low, "high": high})


def _given_twice(problem: ProblemParts) -> Iterator[Issue]:
    seen: dict[tuple[LinkKind, frozenset[str]], int] = {}
    for index, link in enumerate(problem.links):
        pair = (link.kind, frozenset((link.first, link.second)))
        # Two gaps between one pair may be meant, one for each direction or bound; any other link twice is a
        # slip.
        if pair in seen and link.kind is not LinkKind.GAP:
            yield Issue(
                "P505", f"links[{index}]", "linked_twice", {"first": link.first, "second": link.second}
            )
        seen.setdefault(pair, index)


def _who(problem: ProblemParts) -> Iterator[Issue]:
    """Who is bound to the same worker by a chain of links cannot have two workers, nor begin at the same
    time."""
    group_of = {id: row for row, group in enumerate(_groups_of_one_worker(problem)) for id in group}
    for index, link in enumerate(problem.links):
        is_other = (
            link.kind in (LinkKind.DIFFERENT_WORKERS, LinkKind.SAME_START) and link.first != link.second
        )
        is_chained = is_other and link.first in group_of and group_of[link.first] == group_of.get(link.second)
        chain = _chain(problem, link.first, link.second) if is_chained else None
        if chain is not None:
            pairs = [(problem.links[row].first, problem.links[row].second) for row in chain]
            named = [Clause("linked_pair", {"first": first, "second": second}) for first, second in pairs]
            met = {"kind": link.kind, "first": link.first, "second": link.second, "chain": named}
            yield Issue("P504", f"links[{index}]", "links_contradict", met)


def _chain(problem: ProblemParts, first: str, last: str) -> list[int] | None:
    """The fewest links of the same worker that lead from one visit to the other; None: none do."""
    beside: dict[str, list[tuple[str, int]]] = {}
    for index, link in enumerate(problem.links):
        if link.kind is LinkKind.SAME_WORKER:
            beside.setdefault(link.first, []).append((link.second, index))
            beside.setdefault(link.second, []).append((link.first, index))
    reached: dict[str, list[int]] = {first: []}
    waiting = deque([first])
    while waiting and last not in reached:
        here = waiting.popleft()
        for there, index in beside.get(here, ()):
            if there not in reached:
                reached[there] = [*reached[here], index]
                waiting.append(there)
    return reached.get(last)


START = ""
"""The start of the horizon, among visits' ids, none of which is empty."""


def _when(problem: ProblemParts) -> Iterator[Issue]:
    """Gaps that no hours suit; else gaps that none of the visits' own hours suit."""
    gaps = list(_gaps(problem))
    broken = _contradictions(gaps)
    # Gaps that contradict each other have no starts from which anything else could be judged.
    if broken:
        names = ", ".join(f"links[{index}]" for index in broken)
        yield Issue("P504", names, "gaps_impossible")
        return
    yield from _at_once(problem, gaps)
    tied = {end for gap in gaps for end in gap[:2]}
    broken = _contradictions([*gaps, *_hours(problem, tied)])
    if broken:
        names = ", ".join(f"links[{index}]" for index in broken)
        visits = sorted(
            {id for index in broken for id in (problem.links[index].first, problem.links[index].second)}
        )
        yield Issue("P504", names, "windows_against_links", {"visits": list(visits)})


def _hours(problem: ProblemParts, visits: Iterable[str]) -> Iterator[Bound]:
    """From the first hour a visit may begin to the last, that of the rota among them; what lies between is
    not looked at."""
    received = {entry.visit_id: entry.start for feed in problem.rota for entry in feed.entries}
    for id in visits:
        windows = problem.visit_by_id[id].windows if id in problem.visit_by_id else ()
        if windows:
            known = [received[id]] if id in received else []
            yield START, id, max([*known, *(window.hard_latest for window in windows)]), None
            yield id, START, -min([*known, *(window.earliest for window in windows)]), None


def _gaps(problem: ProblemParts) -> Iterator[Bound]:
    for index, link in enumerate(problem.links):
        if link.first == link.second or link.kind not in (LinkKind.GAP, LinkKind.SAME_START):
            continue
        if link.kind is LinkKind.GAP and link.max_gap is not None and link.max_gap < link.min_gap:
            continue  # already told
        most = 0 if link.kind is LinkKind.SAME_START else link.max_gap
        yield link.second, link.first, -link.min_gap if link.kind is LinkKind.GAP else 0, index
        if most is not None:
            yield link.first, link.second, most, index


def _at_once(problem: ProblemParts, gaps: Sequence[Bound]) -> Iterator[Issue]:
    """One person cannot be at two visits at once, whatever chain of gaps puts them over each other. `gaps`:
    some hours suit
    all of them; a link of both kinds between the two is told by `_who`. Of each group of one person, the
    first such pair."""
    direct = {
        frozenset((link.first, link.second)) for link in problem.links if link.kind is LinkKind.SAME_START
    }
    chains = LinkChains(gaps, _lowest(gaps)[0])
    told: set[int] = set()
    groups = list(_groups_of_one_worker(problem))
    for group, first, second in chains.over_each_other(
        groups, {id: visit.duration for id, visit in problem.visit_by_id.items()}
    ):
        if group in told or frozenset((first, second)) in direct:
            continue
        told.add(group)
        chain = _chain(problem, first, second) or ()
        named = {*chain, *chains.links_between(first, second), *chains.links_between(second, first)}
        names = ", ".join(f"links[{index}]" for index in sorted(named))
        yield Issue("P504", names, "same_person_at_once", {"first": first, "second": second})


def _groups_of_one_worker(problem: ProblemParts) -> Iterator[list[str]]:
    """Visits that chains of links give to one worker, in the order of the links."""
    groups: dict[str, list[str]] = {}
    for link in problem.links:
        if link.kind is LinkKind.SAME_WORKER and {link.first, link.second} <= problem.visit_by_id.keys():
            one, other = (groups.setdefault(id, [id]) for id in (link.first, link.second))
            if one is not other:
                one += other
                groups |= dict.fromkeys(other, one)
    yield from {id(group): group for group in groups.values()}.values()


def _lowest(bounds: Sequence[Bound]) -> tuple[dict[str, int], dict[str, Bound], str | None]:
    """Starts that suit all bounds, by which bound each fell last, and one that still falls after as many
    rounds as there are ends: then no starts do.

    Source: Bellman-Ford, with Yen's turn of the order every other round: chains given from either end settle
    in two.
    """
    offset = dict.fromkeys((end for bound in bounds for end in bound[:2]), 0)
    came_by: dict[str, Bound] = {}
    fallen = None
    orders = bounds, bounds[::-1]
    for turn, _ in enumerate(offset):
        fallen = None
        for bound in orders[turn % 2]:
            before, after, most, _index = bound
            if offset[before] + most < offset[after]:
                offset[after], came_by[after], fallen = offset[before] + most, bound, after
        if fallen is None:
            break
    return offset, came_by, fallen


def _contradictions(bounds: Sequence[Bound]) -> list[int]:
    """The links of one chain that returns below zero; none: some hours suit all bounds. What still falls
    hangs on such a chain, and its predecessors lead into it."""
    offset, came_by, fallen = _lowest(bounds)
    if fallen is None:
        return []
    # As many steps back as there are ends: by then the walk is on the circle, whatever tail led into it.
    for _ in offset:
        fallen = came_by[fallen][0]
    links, end = set[int](), fallen
    while True:
        before, _after, _most, index = came_by[end]
        links |= set() if index is None else {index}
        end = before
        if end == fallen:
            return sorted(links)
