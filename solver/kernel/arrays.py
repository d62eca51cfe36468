"""The problem as arrays: the one form all engines read. Columns are named here, once.

Everything is int64 unless said otherwise; times are ticks from the horizon's start, costs are cost units
(docs/design.md §5). Rows: visits (open ones), tours (one worker in one availability, sorted by worker then
start), workers, day slots (`HISTORY` days before the horizon, its days, `AFTER` days behind it).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

FAR = 1 << 40
"""Later than any time, more than any amount, in ticks; far below the overflow of sums."""
HISTORY = 14
AFTER = 14
LONGEST_TOUR = 60
"""Stops that a tour can hold at the most: rows of orders are so wide."""
MOST_MIXES = 512
"""Mixes of hosts that the tables of a worker may hold; each joins with each other."""

# visit columns
V_SITE, V_DUR, V_WIN0, V_WIN1, V_PEN, V_GUIDE, V_PROVIDER, V_HOST, V_LINK0, V_LINK1, V_OPEN, V_SHUT = range(
    12
)
# start that the worker (the client) was told, -FAR for none; whether the visit must stay where the start plan
# has it
V_TOLD, V_HOUR, V_PINNED, V_FRAGILE = range(12, 16)
V_COLUMNS = 16
# tour columns
T_WORKER, T_PROFILE, T_START, T_END, T_HARD, T_OUT, T_IN, T_SLOT = range(8)
T_BOUND, T_IDLE = 8, 9  # idle ticks of an availability without a tour
T_COLUMNS = 10
# breaks of a tour
B_STRETCH, B_BREAK, B_MEAL, B_MEAL_BEFORE, B_MEAL_AFTER, B_MEAL_FROM, B_MEAL_TO = range(7)
B_OWN, B_OWN_FROM, B_OWN_TO, B_OWN_REQUIRED = range(
    7, 11
)  # the meal of the availability: length, first and last begin
B_STRETCH_END = 11  # the longest stretch that no break follows
B_COLUMNS = 12
# worker columns
W_TOUR0, W_TOUR1, W_BLOCK0, W_BLOCK1, W_TOTAL0, W_TOTAL1, W_REST0, W_REST1, W_FREE0, W_FREE1, W_FAIR = range(
    11
)
W_KIND = 11  # row of `host_mix` and `mix_join`
W_REBUILT = 12  # 1: travel between two tours of a day is work
W_LONGER0, W_LONGER1 = 13, 14
W_COLUMNS = 15
# pair flags
MAY, MAY_FIRST, MAY_LAST = 1, 2, 4
# measures of a day that limits speak of, then the rest of what a day holds
WORK, OWN_WORK, SPAN, GAPS, GAP_TOTAL, LONG_GAPS, LONGEST_GAP, NIGHT_WORK = range(8)
NO_PERIOD = 8  # the longest continuous work, below zero: a limit on it is a least
DATE_WORK, DATE_OWN_WORK = 9, 10  # by local date, midnight to midnight
DAY_MEASURES = 11
DAY_START, DAY_END, DAY_WORKED, DAY_TOURS, DAY_HOSTS, DAY_CAPPED, DAY_NIGHT, DAY_IS_NIGHT = range(11, 19)
DAY_FRAGILE, DAY_FIRST_TOUR, DAY_LAST_TOUR, DATE_WORKED, DATE_TOURS, DATE_HOSTS = range(19, 25)
DAY_COLUMNS = 25
# what totals sum
TOTAL_WORK, TOTAL_OWN_WORK, TOTAL_DATES, TOTAL_CAPPED = range(4)
# known days (history and other work)
D_WORKED, D_WORK, D_OWN_WORK, D_START, D_END, D_DATED, D_MIDNIGHT, D_DATE_WORK, D_DATE_OWN_WORK = range(9)
D_COLUMNS = 9
# rest after a night: the daily one, then work of the day and work in the night beyond which as much more is
# owed, and the night work from which all of the day's counts as such
R_DAILY, R_OVER, R_OVER_NIGHT, R_WHOLE = range(4)
R_COLUMNS = 4
# links: bounds hold start[other] - start[self]
L_OTHER, L_TIMED, L_LOW, L_HIGH, L_WORKER, L_TOGETHER = range(6)
L_COLUMNS = 6
SAME, DIFFERENT = 1, 2
SPAN_FRAGILE_ONLY, SPAN_LESS_COMMUTE = 1, 2
# longer days that a text allows: measure, SPAN_* terms, its table of `excess`, days left by group
G_MEASURE, G_TERMS, G_EXCESS, G_LEFT = range(4)
GROUPS = 4
G_COLUMNS = G_LEFT + GROUPS
# totals
S_MEASURE, S_DAYS, S_BASE, S_PRICE, S_NIGHTS_ONLY = range(5)
S_COLUMNS = 5
# measures of a tour, the result of timing it
M_COUNT, M_FIRST, M_LAST, M_DEPART, M_BACK, M_WORK, M_GAPS, M_GAP_TOTAL, M_LONG_GAPS, M_NIGHT = range(10)
M_LATE, M_MAX_LATE, M_MAX_WAIT, M_HOSTS, M_CAPPED, M_LONGEST_GAP, M_FRAGILE, M_COST = range(10, 18)
M_IDLE, M_UNFED, M_PERIOD = range(18, 21)  # M_PERIOD: the longest continuous work
M_AFTER = 21  # work after the midnight that ends the duty date
M_COLUMNS = 22
# weights, in cost units a tick (time terms) or an occurrence
(
    C_LATE,
    C_WAIT,
    C_GAP,
    C_OVERTIME,
    C_USED,
    C_EQUITY,
    C_PROVIDER,
    C_MAX_LATE,
    C_MAX_WAIT,
    C_MOVED,
    C_MOVED_VISIT,
    C_NO_MEAL,
) = range(12)
C_MAX_IDLE, C_BALANCE = range(12, 14)
C_COLUMNS = 14
# scalars
X_TIMED_LINKS, X_LATE, X_LENGTH, X_HORIZON, X_PROVIDERS, X_TOLERANCE, X_STEADY = range(7)
X_COLUMNS = 7


class Arrays(NamedTuple):
    """n visits, s tours, w workers, p travel profiles, q sites (the last one is nowhere: no travel), d day
    slots, k kinds of workers, c classes of hosts, h mixes of hosts (`solver/primitives/host_mixes.py`; rows
    beyond a worker's own repeat her last). Ranges such as V_WIN0..V_WIN1 point into the row arrays below
    them, end excluded."""

    visits: Ints  # (n, V_COLUMNS)
    windows: Ints  # (*, 3) earliest, latest, hard latest
    links: Ints  # (*, L_COLUMNS)
    tours: Ints  # (s, T_COLUMNS)
    workers: Ints  # (w, W_COLUMNS)
    blocks: Ints  # (*, 2) no service may overlap [start, end)
    pairs: NDArray[np.uint8]  # (s, n) flags MAY, MAY_FIRST, MAY_LAST
    pair_cost: Ints  # (s, n)
    capped: NDArray[
        np.uint8
    ]  # (w, n) whether TOTAL_CAPPED sums the visit, and the work between two of one provider
    travel: NDArray[np.int32]  # (p, q, q) ticks
    leg_cost: Ints  # (p, q, q)
    breaks: Ints  # (s, h, B_COLUMNS)
    excess: NDArray[
        np.int32
    ]  # (* x s, n, 2) by normal commute, what the home legs have beyond it, out and back
    days: Ints  # (w, d, D_COLUMNS) what is already known of each day
    day_limits: Ints  # (w, DAY_MEASURES, h)
    longer: Ints  # (*, G_COLUMNS) of each text that allows longer days, how many
    longer_limits: Ints  # (*, h, 2) its normal and exceptional limits, FAR under mixes that it is not part of
    longer_groups: Ints  # (*, d) group of a slot
    rest: Ints  # (w, h) rest between two worked days
    known_night: Ints  # (w, d, h) night work of a known day, as much as may be
    night_rest: Ints  # (w, h, R_COLUMNS)
    night_from: Ints  # (w, h) night time from which a day counts as a night
    nights_in_a_row: Ints  # (w, h)
    in_a_row: Ints  # (w, h) worked dates in a row
    totals: Ints  # (*, S_COLUMNS)
    total_limits: Ints  # (*, h)
    rests: Ints  # (*, 3) periods, in order, in which a rest of its own must lie for at least the third number
    rest_lengths: Ints  # (*, h)
    free_days: (
        Ints  # (*, 3) first and last slot that hold a run of free dates; a Sunday, of which it has one, or -1
    )
    free_lengths: Ints  # (*, h)
    host_mix: NDArray[np.int32]  # (k, c) the mix of one host of a class
    mix_join: NDArray[np.int32]  # (k, h, h) the mix of two together
    short_gap: Ints  # (w, h) waits below this are work
    long_gap: Ints  # (w, h) gaps beyond this are long
    travel_counts: Ints  # (w, h) whether travel between visits is work
    nights: Ints  # (w, h, 2) rows of `night` that make the night
    night: Ints  # (*, 2) night bands
    weights: Ints  # (C_COLUMNS,)
    near: NDArray[np.int32]  # (n, k) other visits, closest in space and time first
    scalars: Ints  # (X_COLUMNS,)

    def links_of(self, visit: int) -> Ints:
        """The links of one visit, as seen from it; shape (*, L_COLUMNS)."""
        return self.links[self.visits[visit, V_LINK0] : self.visits[visit, V_LINK1]]

    def partners_of(self, visit: int) -> list[int]:
        """The visits without which this one may not be covered, by a link of its own."""
        own = self.links_of(visit)
        partners: list[int] = own[own[:, L_TOGETHER] == 1, L_OTHER].tolist()
        return partners
