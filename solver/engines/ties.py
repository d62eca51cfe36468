"""What a fixed tour asks of visits not fixed yet, where links tie them: when, by whom, and at what loss.

Pricing knows no links. A dive that fixes one carer of a pair tells the program so: the other carer's visit then starts when the
fixed one can, and leaving it out loses both. Breaks are left to the exact judgement of what the dive gives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from solver.arrays import (
    DIFFERENT,
    FAR,
    L_HIGH,
    L_LOW,
    L_OTHER,
    L_TIMED,
    L_TOGETHER,
    L_WORKER,
    SAME,
    T_HARD,
    T_IN,
    T_OUT,
    T_PROFILE,
    T_START,
    T_WORKER,
    V_DUR,
    V_OPEN,
    V_PEN,
    V_SHUT,
    V_SITE,
    V_WIN0,
    V_WIN1,
    Arrays,
)


def tied_to(arrays: Arrays, route: Sequence[int]) -> set[int]:
    """Visits whose time or person depends on these."""
    found: set[int] = set()
    for visit in route:
        links = arrays.links_of(visit)
        found.update(links[(links[:, L_TIMED] > 0) | (links[:, L_WORKER] > 0), L_OTHER].tolist())
    return found


def narrowed(arrays: Arrays, fixed: Mapping[int, Sequence[int]]) -> Arrays:
    """The arrays as the visits that are tied to these tours' may still take place. Args: fixed: visits in order, by tour."""
    if not len(arrays.links):
        return arrays
    copied = {name: getattr(arrays, name).copy() for name in ("visits", "windows", "pairs")}
    rest = arrays._replace(**copied)
    taken = {visit for route in fixed.values() for visit in route}
    for tour, route in fixed.items():
        for visit, (early, late) in zip(route, spans(arrays, tour, route), strict=True):
            for link in arrays.links_of(visit).tolist():
                if (other := link[L_OTHER]) in taken:
                    continue
                if link[L_TIMED]:
                    _keep_between(rest, other, early + link[L_LOW], min(FAR, late + link[L_HIGH]))
                if link[L_WORKER] in (SAME, DIFFERENT):
                    own = arrays.tours[:, T_WORKER] == arrays.tours[tour, T_WORKER]
                    rest.pairs[own == (link[L_WORKER] == DIFFERENT), other] = 0
                if link[L_TOGETHER]:
                    rest.visits[other, V_PEN] += arrays.visits[visit, V_PEN]
    return rest


def _keep_between(rest: Arrays, visit: int, low: int, high: int) -> None:
    """Starts of the visit from `low` to `high` only; nobody may take it when there are none."""
    first, last = rest.visits[visit, [V_WIN0, V_WIN1]].tolist()
    windows = rest.windows[first:last]
    windows[:, 0] = np.maximum(windows[:, 0], low)
    windows[:, 2] = np.minimum(windows[:, 2], high)
    is_open = windows[:, 0] <= windows[:, 2]
    if not is_open.any():
        rest.pairs[:, visit] = 0
        return
    rest.visits[visit, [V_OPEN, V_SHUT]] = windows[is_open, 0].min(), windows[is_open, 2].max()


def spans(arrays: Arrays, tour: int, route: Sequence[int]) -> list[tuple[int, int]]:
    """Earliest and latest start of each stop, by windows and roads."""
    row, travel = arrays.tours[tour], arrays.travel[arrays.tours[tour, T_PROFILE]]
    sites = [row[T_OUT], *(arrays.visits[visit, V_SITE] for visit in route), row[T_IN]]
    early, late = list[int](), list[int]()
    clock = int(row[T_START])
    for here, site, visit in zip(sites, sites[1:], route, strict=False):
        start = _first_from(arrays, visit, clock + int(travel[here, site]))
        early.append(start)
        clock = start + int(arrays.visits[visit, V_DUR])
    clock = int(row[T_HARD])
    for site, there, visit in zip(sites[-2:0:-1], sites[:1:-1], reversed(route), strict=True):
        start = _last_until(arrays, visit, clock - int(travel[site, there]) - int(arrays.visits[visit, V_DUR]))
        late.append(start)
        clock = start
    return [(one, max(one, other)) for one, other in zip(early, reversed(late), strict=True)]


def _first_from(arrays: Arrays, visit: int, tick: int) -> int:
    low, high = arrays.visits[visit, [V_WIN0, V_WIN1]].tolist()
    starts = (max(tick, opens) for opens, _, shut in arrays.windows[low:high].tolist() if max(tick, opens) <= shut)
    return next(starts, tick)


def _last_until(arrays: Arrays, visit: int, tick: int) -> int:
    low, high = arrays.visits[visit, [V_WIN0, V_WIN1]].tolist()
    starts = (min(tick, shut) for opens, _, shut in reversed(arrays.windows[low:high].tolist()) if min(tick, shut) >= opens)
    return next(starts, tick)
