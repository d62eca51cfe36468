"""The records that both languages read: a structured dtype in numpy, the struct of that name in C.

Fields are signed 64-bit integers unless they say otherwise, so that a record has no padding and a table of
records is an array of structs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

Record = np.dtype[np.void]

GROUPS = 4
"""Of days, of which a text allows so many longer ones each."""


def record(*fields: str, of: DTypeLike = np.int64) -> Record:
    """Fields of one type, in order."""
    return np.dtype([(name, of) for name in fields])


# -- what the model holds ----------------------------------------------------------------------------------
# Ranges such as `first_window` to `end_window` are rows of the table below, the end excluded.
VISIT = record(
    "site",
    "duration",
    "first_window",
    "end_window",
    "penalty",
    "guide",
    "provider",
    "host",
    "first_link",
    "end_link",
    "opens",
    "shuts",
    "worker_told",
    "client_told",
    "is_pinned",
    "is_fragile",
)
"""`worker_told`, `client_told`: the start that they know of, -FAR for none. `is_pinned`: stays where the
start plan has it. `host`: its class of hosts."""
WINDOW = record("earliest", "latest", "hard_latest")
LINK = record("other", "timed", "low", "high", "worker", "together")
"""`low` and `high` hold start[other] - start[self]; `worker` is SAME, DIFFERENT, GUIDES, GUIDED or 0."""
TOUR = record(
    "worker",
    "profile",
    "start",
    "end",
    "hard_end",
    "start_site",
    "end_site",
    "slot",
    "most_visits",
    "idle",
    "stay",
    "vehicle",
    "out",
    "home",
    "odometer",
)
"""`idle`: ticks without work of an availability without a tour. `stay`: the row of its availability among
all: of several tours of one, each with another vehicle or none, one is driven. `vehicle`: its row, -1 for
none; `out`, `home`: ticks to where it stands and from there; `odometer`: row of `metres`, -1 where nobody
asks."""
VEHICLE = record("first_ride", "end_ride", "first_hour", "end_hour", "range", "gap", "day_price")
"""`ride`: rows of `rides`, the tours with it; `hour`: rows of `hours`, when it may be out, none for always;
`range`: metres of a tour; `gap`: ticks between two tours, -FAR where they may overlap; `day_price`: of a day
on which it is out."""
BREAKS = record(
    "stretch",
    "rest",
    "meal",
    "meal_before",
    "meal_after",
    "meal_from",
    "meal_to",
    "own_meal",
    "own_meal_from",
    "own_meal_to",
    "own_meal_required",
    "last_stretch",
)
"""What a tour owes. `own_meal`: that of the availability, its length, first and last begin; `last_stretch`:
the longest that no break follows."""
MEAL = ("meal", "meal_before", "meal_after", "meal_from", "meal_to")
"""Of the meal break: its length; due when begun before the one and over after the other; its band."""
WORKER = record(
    "first_tour",
    "end_tour",
    "first_block",
    "end_block",
    "first_total",
    "end_total",
    "first_rest",
    "end_rest",
    "first_free",
    "end_free",
    "fair_work",
    "kind",
    "rebuilds_travel",
    "first_longer",
    "end_longer",
)
"""`kind`: row of `host_mix` and `mix_join`. `rebuilds_travel`: travel between two tours of a day is work."""
SPAN = record("start", "end")
"""Time, the end excluded."""
BLOCK = record("start", "end", "scope")
"""Time in which a worker serves no visit of its scope; `scope`: a row of `scopes`."""
COMMUTE = record("out", "back", of=np.int32)
"""What the legs from and to home have beyond a normal commute."""
KNOWN_DAY = record(
    "is_worked",
    "work",
    "own_work",
    "start",
    "end",
    "date_is_worked",
    "midnight",
    "date_work",
    "date_own_work",
    "is_leave",
    "call_start",
    "call_end",
)
"""What is known of a day: history and other work. `date_`: of the local date, midnight to midnight.
`is_leave`: the date is no rest day, worked or not. `call_`: from the first call that begins on the date to
the end of the last, between which no weekly rest fits; without one it ends before it begins."""
NIGHT_REST = record("daily", "over", "over_night", "whole")
"""The rest after a night: the daily one, then work of the day and work in the night beyond which as much
more is owed, and the night work from which all of the day's counts as such."""
LONGER = np.dtype(
    [(name, np.int64) for name in ("measure", "terms", "excess")] + [("left", np.int64, (GROUPS,))]
)
"""Longer days that a text allows: their measure, SPAN_* terms, table of `excess`, days left by group."""
LONGER_LIMIT = record("normal", "exceptional")
TOTAL = record("measure", "days", "base", "price", "nights_only")
"""`days`: a bit a slot."""
REST_PERIOD = record("start", "end", "share")
"""In which a rest of its own must lie for at least `share` ticks."""
FREE_STRETCH = record("first", "last", "sunday")
"""First and last slot that hold a run of free dates; a Sunday, of which it has one, or -1."""
NIGHT_ROWS = record("first", "end")
PATH = record("worker", "first", "last", "visits", "essential", "percent", "work", "clients")
"""What a worker's path asks of a week, from its first to its last slot: `visits` and `essential` known
before, the share of the latter that is aimed at, in percent; work and new clients still due."""
WEIGHTS = record(
    "lateness",
    "waiting",
    "interruption",
    "overtime",
    "used_worker",
    "equity_workers",
    "equity_providers",
    "max_lateness",
    "max_waiting",
    "moved_start",
    "moved_visit",
    "missed_meal",
    "max_idle",
    "workload_balance",
    "usual_hour",
    "path_essential",
    "path_hours",
    "path_clients",
)
"""In cost units a tick (time terms) or an occurrence."""
SCALARS = record("timed_links", "lateness", "length", "horizon", "providers", "tolerance", "steady", "early")
"""Whether links tie starts; whether a start can be late; visits of the longest tour, at most; ticks of the
horizon; providers; minutes a client does not mind; whether starts only fall where a tour loses a stop;
whether tours set out as early as they may."""

# -- what the search answers -------------------------------------------------------------------------------
PLACE = record("verdict", "tour", "position", "change", "shortfall")
"""The best place for a visit (`solver.kernel.local_search.BestInsertion`)."""
SPOT = record("visit", "tour", "position")
"""A visit put somewhere first, before a question is asked; visit -1: none."""
FACTS = record("best", "present", "guide", "iterations", "improvements", "pooled", "covered")
"""Costs and counters of a search (`solver.kernel.local_search.SearchFacts`)."""
POOLED = record("tour", "length", "cost")
"""A remembered column: its tour, how many visits it holds, the cost of the tour alone."""
MEASURES = record(
    "first",
    "last",
    "work",
    "gaps",
    "gap_total",
    "long_gaps",
    "night",
    "hosts",
    "capped",
    "longest_gap",
    "fragile",
    "period",
    "after",
    "presences",
    "count",
    "depart",
    "back",
    "late",
    "max_late",
    "max_wait",
    "cost",
    "idle",
    "unfed",
    "metres",
)
"""Of a tour, the result of timing it. The judgement of its day reads those before `count`. `period`: the
longest continuous work; `after`: work after the midnight that ends the duty date; `presences`: nights of
which a part counts; `metres`: what its vehicle drives."""

RECORDS: dict[str, Record] = {
    "visit": VISIT,
    "window": WINDOW,
    "link": LINK,
    "tour": TOUR,
    "vehicle": VEHICLE,
    "breaks": BREAKS,
    "worker": WORKER,
    "span": SPAN,
    "block": BLOCK,
    "commute": COMMUTE,
    "known_day": KNOWN_DAY,
    "night_rest": NIGHT_REST,
    "longer": LONGER,
    "longer_limit": LONGER_LIMIT,
    "total": TOTAL,
    "rest_period": REST_PERIOD,
    "free_stretch": FREE_STRETCH,
    "night_rows": NIGHT_ROWS,
    "path": PATH,
    "weights": WEIGHTS,
    "scalars": SCALARS,
    "place": PLACE,
    "spot": SPOT,
    "facts": FACTS,
    "pooled": POOLED,
    "measures": MEASURES,
}
"""By the name of the struct."""
