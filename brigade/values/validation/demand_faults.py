"""Providers, clients, visits, funding lines, and work that is no visit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from brigade.errors import Issue
from brigade.units import Ticks, TimeWindow
from brigade.values.demand import Visit, WorkBlock
from brigade.values.problem_parts import ProblemParts
from brigade.values.validation.checks import duplicates, negative, say, unknown

# A longer one is seconds taken for minutes, or a date that slipped.
LONGEST_VISIT_MIN = 24 * 60


def issues(problem: ProblemParts) -> Iterator[Issue]:
    yield from duplicates("P101", "providers", (provider.id for provider in problem.providers))
    yield from duplicates("P101", "clients", (client.id for client in problem.clients))
    yield from duplicates("P101", "visits", (visit.id for visit in problem.visits))
    yield from duplicates("P101", "funding_lines", (line.id for line in problem.funding_lines))
    for provider in problem.providers:
        yield from negative("P108", f"providers.{provider.id}", employees=provider.employees)
    yield from _clients(problem)
    for visit in problem.visits:
        # What a seat can get wrong is told once, of its block or of the visit beside it.
        if not visit.is_seat:
            yield from _visit(problem, visit)
    for line in problem.funding_lines:
        yield from negative(
            "P108",
            f"funding_lines.{line.id}",
            cap_cents=line.cap_cents,
            hourly_rate_cents=line.hourly_rate_cents,
            consumed_cents=line.consumed_cents,
        )
    yield from _work_blocks(problem)


def _clients(problem: ProblemParts) -> Iterator[Issue]:
    for client in problem.clients:
        where = f"clients.{client.id}"
        yield from unknown(
            "P102", f"{where}.provider_id", [client.provider_id], problem.provider_by_id, "service"
        )
        yield from unknown("P102", f"{where}.site_id", [client.site_id], problem.site_by_id, "site")


def _visit(problem: ProblemParts, visit: Visit) -> Iterator[Issue]:
    where = f"visits.{visit.id}"
    yield from unknown("P102", f"{where}.client_id", [visit.client_id], problem.client_by_id, "client")
    most = problem.horizon.ticks(LONGEST_VISIT_MIN)
    if not 0 < visit.duration <= most:
        yield _length(problem, f"{where}.duration", visit.duration)
    elif visit.longest_service > most:
        yield _length(problem, f"{where}.unfamiliar_extra", visit.longest_service)
    yield from _windows(problem, visit.windows, where)
    if visit.planned_start is not None and not 0 <= visit.planned_start < problem.horizon.length:
        met = {"met": say(problem, visit.planned_start)}
        yield Issue("P107", f"{where}.planned_start", "outside_horizon", met)
    yield from negative("P108", where, points=visit.points, unfamiliar_extra=visit.unfamiliar_extra)
    if visit.counted_percent is not None and not 0 < visit.counted_percent <= 100:
        yield Issue("P108", f"{where}.counted_percent", "percent_of_night", {"met": visit.counted_percent})
    yield from _people(problem, visit, where)


def _length(problem: ProblemParts, where: str, met: Ticks) -> Issue:
    minutes = problem.horizon.minutes(met)
    return Issue("P103", where, "visit_length", {"minutes": minutes, "most": LONGEST_VISIT_MIN})


def _windows(problem: ProblemParts, windows: Sequence[TimeWindow], where: str) -> Iterator[Issue]:
    if not windows:
        yield Issue("P104", f"{where}.windows", "visit_without_window")
    for index, window in enumerate(windows):
        yield from _window(problem, window, f"{where}.windows[{index}]")
    for index, (before, after) in enumerate(pairwise(windows)):
        # Ends are included, so two windows that touch would offer one tick twice.
        if after.earliest <= before.hard_latest:
            yield Issue(
                "P105",
                f"{where}.windows[{index + 1}]",
                "windows_overlap",
                {"earliest": say(problem, after.earliest), "hard_latest": say(problem, before.hard_latest)},
            )


def _window(problem: ProblemParts, window: TimeWindow, where: str) -> Iterator[Issue]:
    if not window.earliest <= window.latest <= window.hard_latest:
        times = " / ".join(
            say(problem, tick) for tick in (window.earliest, window.latest, window.hard_latest)
        )
        yield Issue("P104", where, "window_out_of_order", {"times": times})
    if window.earliest < 0 or window.hard_latest > problem.horizon.length:
        met = {"start": say(problem, window.earliest), "end": say(problem, window.hard_latest)}
        days = {"first": problem.horizon.dates[0], "last": problem.horizon.dates[-1]}
        yield Issue("P106", where, "window_outside_horizon", {**met, **days})


def _people(problem: ProblemParts, visit: Visit, where: str) -> Iterator[Issue]:
    for name, ids in (
        ("preferred_workers", visit.preferred_workers),
        ("usual_workers", visit.usual_workers),
        ("forbidden_workers", visit.forbidden_workers),
    ):
        yield from unknown("P102", f"{where}.{name}", ids, problem.worker_by_id, "worker")
    for id in sorted(visit.preferred_workers & visit.forbidden_workers):
        yield Issue("P109", f"{where}.forbidden_workers", "wanted_and_forbidden", {"id": id})


# -- work that is no visit -----------------------------------------------------------------------------------
def _work_blocks(problem: ProblemParts) -> Iterator[Issue]:
    yield from duplicates("P101", "work_blocks", (block.id for block in problem.work_blocks))
    lines = {line.id for line in problem.funding_lines}
    for block in problem.work_blocks:
        where = f"work_blocks.{block.id}"
        yield from _numbers(problem, block, where)
        yield from _windows(problem, block.windows, where)
        for name, ids in (
            ("participants", block.participants),
            ("forbidden_workers", block.forbidden_workers),
        ):
            yield from unknown("P102", f"{where}.{name}", ids, problem.worker_by_id, "worker")
        yield from unknown("P102", f"{where}.site_id", _named(block.site_id), problem.site_by_id, "site")
        yield from unknown(
            "P102", f"{where}.funding_line_id", _named(block.funding_line_id), lines, "funding_line"
        )
        yield from _without_place(problem, block, where)


def _numbers(problem: ProblemParts, block: WorkBlock, where: str) -> Iterator[Issue]:
    minutes, count = problem.horizon.minutes(block.duration), len(block.participants)
    if not 0 < block.duration <= problem.horizon.ticks(LONGEST_VISIT_MIN):
        met = {"minutes": minutes, "most": LONGEST_VISIT_MIN}
        yield Issue("P103", f"{where}.duration", "visit_length", met)
    if not count:
        yield Issue("P540", f"{where}.participants", "block_without_participant")
    elif block.at_least is not None and not 1 <= block.at_least <= count:
        yield Issue("P541", f"{where}.at_least", "block_needs", {"met": block.at_least, "most": count})


def _named(id: str | None) -> list[str]:
    return [] if id is None else [id]


def _without_place(problem: ProblemParts, block: WorkBlock, where: str) -> Iterator[Issue]:
    """Who attends from her start place needs one: without it the ways before and after would take nothing."""
    if block.site_id is not None:
        return
    for id in sorted(block.participants & problem.worker_by_id.keys()):
        if problem.worker_by_id[id].start_site is None:
            yield Issue("P542", f"{where}.site_id", "block_without_place", {"worker": id})
