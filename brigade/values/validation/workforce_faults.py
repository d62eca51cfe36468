"""Employers and the brigade's workers: references, availability, engagements, contract and personal
limits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from itertools import pairwise

from brigade.errors import Issue
from brigade.units import Interval
from brigade.values.problem_parts import ProblemParts
from brigade.values.unavailability import weekly_band
from brigade.values.validation.checks import duplicates, negative, say, unknown
from brigade.values.workforce import (
    Availability,
    Contract,
    DatedHours,
    HoursKind,
    Worker,
    WorkingTimeMode,
)

LONGEST_TOUR_MIN = 24 * 60
SHORTEST_GAP_MIN = 30
"""Two tours of a day are two trips; closer than this they are one tour with a break in it."""
WEEK_MIN = 7 * 24 * 60
WEEKS_OF = {WorkingTimeMode.WEEKLY: 1, WorkingTimeMode.TWO_WEEKS: 2, WorkingTimeMode.FOUR_WEEKS: 4}
# A year of contract hours may touch so many ISO weeks.
LONGEST_PERIOD_WEEKS = 53
MONDAY = 1
WHOLE = 100
BAND = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")


def issues(problem: ProblemParts) -> Iterator[Issue]:
    yield from duplicates("P201", "employers", (employer.id for employer in problem.employers))
    yield from duplicates("P201", "workers", (worker.id for worker in problem.workers))
    for employer in problem.employers:
        # No list means anywhere; an empty one would mean nowhere, which is hardly what was meant.
        if employer.communes is not None and not employer.communes:
            yield Issue("P215", f"employers.{employer.id}.communes", "empty_territory")
    for worker in problem.workers:
        where = f"workers.{worker.id}"
        yield from _references(problem, worker, where)
        yield from tours(problem, worker.availability, f"{where}.availability")
        yield from _other_work(problem, worker, where)
        yield from _leave(problem, worker, where)
        yield from _on_call(problem, worker, where)
        yield from _papers(worker, where)
        yield from _dated_hours(problem, worker, where)
        yield from _contract(problem, worker, where)
        yield from _limits(problem, worker, where)
        yield from _sectors(problem, worker, where)
        yield from _learning(problem, worker, where)
        yield from _path(problem, worker, where)


def _references(problem: ProblemParts, worker: Worker, where: str) -> Iterator[Issue]:
    yield from unknown(
        "P202", f"{where}.employer_id", [worker.employer_id], problem.employer_by_id, "employer"
    )
    for name, site in (("start_site", worker.start_site), ("end_site", worker.end_site)):
        if site is not None:
            yield from unknown("P202", f"{where}.{name}", [site], problem.site_by_id, "site")
    for index, engagement in enumerate(worker.engagements):
        place = f"{where}.engagements[{index}].provider_id"
        yield from unknown("P202", place, [engagement.provider_id], problem.provider_by_id, "service")
    if worker.territory is not None and not worker.territory:
        yield Issue("P215", f"{where}.territory", "empty_territory")
    yield from negative(
        "P216", where, cents_per_km=worker.cents_per_km, cost_cents_per_hour=worker.cost_cents_per_hour
    )


def _sectors(problem: ProblemParts, worker: Worker, where: str) -> Iterator[Issue]:
    yield from unknown("P202", f"{where}.sectors", worker.sectors, problem.sector_by_id, "sector")
    by_map: dict[str | None, list[str]] = {}
    for id in sorted(worker.sectors & problem.sector_by_id.keys()):
        by_map.setdefault(problem.sector_by_id[id].provider_id, []).append(id)
    for ids in by_map.values():
        if len(ids) > 1:
            yield Issue("P220", f"{where}.sectors", "two_sectors_of_one_map", {"sectors": ids})
    if worker.sector_limit is not None and not worker.sectors:
        yield Issue("P221", f"{where}.sector_limit", "limit_without_sector")


def _learning(problem: ProblemParts, worker: Worker, where: str) -> Iterator[Issue]:
    lines, seen = {line.id for line in problem.funding_lines}, set[object]()
    for index, one in enumerate(worker.learning):
        place = f"{where}.learning[{index}]"
        said = [name for name in ("client_id", "competency", "act_class") if getattr(one, name) is not None]
        if len(said) != 1:
            yield Issue("P230", place, "learning_subject", {"count": len(said)})
        elif one.subject in seen:
            yield Issue("P231", place, "learning_twice", {"what": next(filter(None, one.subject))})
        seen.add(one.subject)
        if one.shared_needed is None and one.solo_from is None:
            yield Issue("P232", place, "learning_without_end")
        yield from negative("P216", place, shared_needed=one.shared_needed, shared_done=one.shared_done)
        for name, ids, known, thing in (
            ("client_id", one.client_id, problem.client_by_id, "client"),
            ("competency", one.competency, problem.catalogue.competencies, "competency"),
            ("funding_line_id", one.funding_line_id, lines, "funding_line"),
        ):
            yield from unknown("P202", f"{place}.{name}", [] if ids is None else [ids], known, thing)
        yield from unknown("P202", f"{place}.tutors", one.tutors, problem.worker_by_id, "worker")
        if worker.id in one.tutors:
            yield Issue("P233", f"{place}.tutors", "own_tutor", {"id": worker.id})


def _path(problem: ProblemParts, worker: Worker, where: str) -> Iterator[Issue]:
    """Steps of calendar weeks, each begun once, of goals that a week can hold."""
    week, begun = problem.horizon.ticks(WEEK_MIN), set[date]()
    for index, step in enumerate(worker.path):
        place = f"{where}.path[{index}]"
        if step.first.isoweekday() != MONDAY:
            yield Issue("P240", f"{place}.first", "not_a_monday", {"met": step.first})
        elif step.first in begun:
            yield Issue("P241", f"{place}.first", "path_step_twice", {"first": step.first})
        begun.add(step.first)
        if step.essential_percent is not None and step.essential_percent > WHOLE:
            values = {"met": step.essential_percent, "most": WHOLE}
            yield Issue("P242", f"{place}.essential_percent", "percent_out_of_range", values)
        if step.weekly is not None and not 0 <= step.weekly <= week:
            met, limit = (f"{problem.horizon.minutes(ticks):g}" for ticks in (step.weekly, week))
            yield Issue("P214", f"{place}.weekly", "minutes_out_of_range", {"minutes": met, "most": limit})
        yield from negative(
            *("P216", place),
            essential_percent=step.essential_percent,
            familiar_clients=step.familiar_clients,
        )
    if worker.path and not any(step.asks for step in worker.path):
        yield Issue("P243", f"{where}.path", "path_without_goal")


def tours(problem: ProblemParts, availability: Sequence[Availability], where: str) -> Iterator[Issue]:
    """Of a worker; of the hours of an employee who may be asked."""
    for index, one in enumerate(availability):
        yield from _tour(problem, one, f"{where}[{index}]")
    least = problem.horizon.ticks(SHORTEST_GAP_MIN)
    for index, (before, after) in enumerate(pairwise(availability)):
        if after.start - before.hard_end < least:
            yield Issue(
                "P206",
                f"{where}[{index + 1}]",
                "slots_too_close",
                {
                    "start": say(problem, after.start),
                    "least": SHORTEST_GAP_MIN,
                    "end": say(problem, before.hard_end),
                },
            )


def _tour(problem: ProblemParts, one: Availability, where: str) -> Iterator[Issue]:
    # From its start to `hard_end` at the price of overtime, it is a last resort; empty, it is a slip.
    if not one.start <= one.end <= one.hard_end or one.start == one.hard_end:
        times = " / ".join(say(problem, tick) for tick in (one.start, one.end, one.hard_end))
        yield Issue("P203", where, "tour_out_of_order", {"times": times})
    elif one.hard_end - one.start > problem.horizon.ticks(LONGEST_TOUR_MIN):
        yield Issue(
            "P204",
            where,
            "tour_too_long",
            {"minutes": problem.horizon.minutes(one.hard_end - one.start), "most": LONGEST_TOUR_MIN},
        )
    yield from _meal(problem, one, where)
    if not 0 <= one.start < problem.horizon.length:
        first, last = problem.horizon.dates[0], problem.horizon.dates[-1]
        yield Issue(
            "P205",
            f"{where}.start",
            "tour_outside_horizon",
            {"met": say(problem, one.start), "first": first, "last": last},
        )


def _meal(problem: ProblemParts, one: Availability, where: str) -> Iterator[Issue]:
    """All of it or nothing: how long, from when, until when."""
    asked = [value for value in (one.meal, one.meal_earliest, one.meal_latest) if value is not None]
    if len(asked) not in (0, 3) or (not asked and one.meal_required):
        yield Issue("P203", f"{where}.meal", "meal_half_told")
    elif one.meal is not None and one.meal_earliest is not None and one.meal_latest is not None:
        if not 0 < one.meal <= one.hard_end - one.start:
            yield Issue(
                "P203", f"{where}.meal", "meal_length", {"minutes": problem.horizon.minutes(one.meal)}
            )
        if one.meal_earliest > one.meal_latest:
            yield Issue(
                "P203",
                f"{where}.meal_earliest",
                "meal_out_of_order",
                {"earliest": say(problem, one.meal_earliest), "latest": say(problem, one.meal_latest)},
            )


def _other_work(problem: ProblemParts, worker: Worker, where: str) -> Iterator[Issue]:
    for index, work in enumerate(worker.other_work):
        if work.length <= 0:
            yield Issue(
                "P217",
                f"{where}.other_work[{index}]",
                "span_reversed",
                {"start": say(problem, work.start), "end": say(problem, work.end)},
            )
        for number, one in enumerate(worker.availability):
            # Work inside an availability is refused rather than mended: the coordinator says which of the two
            # was meant (decision 0012).
            if work.overlap(Interval(one.start, one.hard_end)):
                yield Issue(
                    "P207",
                    f"{where}.availability[{number}]",
                    "work_elsewhere",
                    {"start": say(problem, work.start), "end": say(problem, work.end)},
                )
    placed = sorted(enumerate(worker.other_work), key=lambda pair: pair[1])
    for (_, before), (index, after) in pairwise(placed):
        if before.overlap(after):
            yield Issue("P217", f"{where}.other_work[{index}]", "other_work_overlaps")


def _leave(problem: ProblemParts, worker: Worker, where: str) -> Iterator[Issue]:
    """A tour on a day of leave is refused rather than mended, as one inside other work is."""
    for index, leave in enumerate(worker.leave):
        met = {"first": leave.first, "last": leave.last}
        if leave.first > leave.last:
            yield Issue("P208", f"{where}.leave[{index}]", "days_reversed", met)
            continue
        for number, one in enumerate(worker.availability):
            if leave.first <= problem.day_of(one.hard_end - 1) and problem.day_of(one.start) <= leave.last:
                times = {"start": say(problem, one.start), "end": say(problem, one.hard_end)}
                yield Issue("P222", f"{where}.availability[{number}]", "tour_on_leave", met | times)


def _on_call(problem: ProblemParts, worker: Worker, where: str) -> Iterator[Issue]:
    """Periods one after the other, calls inside them and within what is known: they are no plans."""
    for name, spans in (("on_call", worker.on_call), ("calls", worker.calls)):
        placed = sorted(enumerate(spans), key=lambda pair: pair[1])
        for index, one in placed:
            if one.length <= 0:
                times = {"start": say(problem, one.start), "end": say(problem, one.end)}
                yield Issue("P225", f"{where}.{name}[{index}]", "span_reversed", times)
        for (_, before), (index, after) in pairwise(placed):
            if before.overlap(after):
                yield Issue("P225", f"{where}.{name}[{index}]", "on_call_overlaps")
    for index, call in enumerate(worker.calls):
        times = {"start": say(problem, call.start), "end": say(problem, call.end)}
        if not any(one.start <= call.start < one.end for one in worker.on_call):
            yield Issue("P226", f"{where}.calls[{index}]", "call_without_on_call", times)
        elif call.start >= problem.horizon.length:
            yield Issue("P226", f"{where}.calls[{index}]", "call_after_horizon", times)


def _papers(worker: Worker, where: str) -> Iterator[Issue]:
    for index, engagement in enumerate(worker.engagements):
        if engagement.first > engagement.last:
            yield Issue(
                "P208",
                f"{where}.engagements[{index}]",
                "days_reversed",
                {"first": engagement.first, "last": engagement.last},
            )
    for index, held in enumerate(worker.certificates):
        if held.obtained is not None and held.expires is not None and held.obtained > held.expires:
            yield Issue(
                "P209",
                f"{where}.certificates[{index}]",
                "certificate_dates",
                {"obtained": held.obtained, "expires": held.expires},
            )


def _contract(problem: ProblemParts, worker: Worker, where: str) -> Iterator[Issue]:
    week, day = problem.horizon.ticks(WEEK_MIN), problem.horizon.ticks(LONGEST_TOUR_MIN)
    contract = worker.contract
    for name, value, most in (
        ("weekly", contract.weekly, week),
        ("span_limit", contract.span_limit, day),
        ("daily", contract.daily, day),
    ):
        if value is not None and not 0 <= value <= most:
            met, limit = (f"{problem.horizon.minutes(ticks):g}" for ticks in (value, most))
            yield Issue(
                "P214", f"{where}.contract.{name}", "minutes_out_of_range", {"minutes": met, "most": limit}
            )
    for text in contract.unavailability:
        if weekly_band(text) is None:
            yield Issue(
                "P213", f"{where}.contract.unavailability", "unavailability_form", {"text": text[:40]}
            )
    yield from _working_time(problem, worker.contract, f"{where}.contract")


def _dated_hours(problem: ProblemParts, worker: Worker, where: str) -> Iterator[Issue]:
    """Amendments and other contracts: one of each day at most replaces hours, and there are hours."""
    week, minutes = problem.horizon.ticks(WEEK_MIN), problem.horizon.minutes
    amended: list[DatedHours] = []
    for index, one in enumerate(worker.dated_hours):
        place = f"{where}.dated_hours[{index}]"
        if one.last is not None and one.last < one.first:
            yield Issue("P208", place, "days_reversed", {"first": one.first, "last": one.last})
        if not 0 <= one.weekly <= week:
            met = {"minutes": f"{minutes(one.weekly):g}", "most": f"{minutes(week):g}"}
            yield Issue("P214", f"{place}.weekly", "minutes_out_of_range", met)
        if one.kind is HoursKind.AMENDMENT:
            if any(one.first in other or other.first in one for other in amended):
                yield Issue("P223", place, "amendments_overlap", {"first": one.first})
            amended.append(one)
    contract = worker.contract
    if worker.dated_hours and contract.weekly is None and contract.period_hours is None:
        yield Issue("P224", f"{where}.dated_hours", "dated_hours_without_contract")


def _working_time(problem: ProblemParts, contract: Contract, where: str) -> Iterator[Issue]:
    """The period of a contract: its hours, where it begins, the most that one week of it holds."""
    mode, minutes = contract.working_time_mode, problem.horizon.minutes
    weeks = WEEKS_OF.get(mode or WorkingTimeMode.WEEKLY, LONGEST_PERIOD_WEEKS)
    for name, value, most in (
        ("period_hours", contract.period_hours, weeks),
        ("week_ceiling", contract.week_ceiling, 1),
    ):
        limit = most * problem.horizon.ticks(WEEK_MIN)
        if value is not None and not 0 <= value <= limit:
            yield Issue(
                "P214",
                f"{where}.{name}",
                "minutes_out_of_range",
                {"minutes": minutes(value), "most": minutes(limit)},
            )
    if mode is None and (contract.period_hours is not None or contract.period_start is not None):
        yield Issue("P219", f"{where}.working_time_mode", "period_without_mode")
    # Two weeks have the fortnight's own beginning (WEEKLY_REST `anchor`); nothing says where four begin.
    if mode is WorkingTimeMode.FOUR_WEEKS and contract.period_start is None:
        yield Issue("P219", f"{where}.period_start", "four_weeks_without_start")
    starts_late = contract.period_start is not None and contract.period_start.isoweekday() != MONDAY
    if mode in WEEKS_OF and starts_late:
        yield Issue("P219", f"{where}.period_start", "not_a_monday", {"met": contract.period_start})


def _limits(problem: ProblemParts, worker: Worker, where: str) -> Iterator[Issue]:
    limits = worker.limits
    flags = ("no_work_bands", "no_sundays", "no_holidays")
    lengths = {name: value for name, value in asdict(limits).items() if name not in flags}
    for name, value in lengths.items():
        if value is not None and (
            value < 0 or (name in ("max_days_per_week", "rest_days_in_row") and value > 7)
        ):
            yield Issue("P212", f"{where}.limits.{name}", "personal_limit", {"met": str(value)})
    if (limits.max_stretch is None) != (limits.stretch_break is None):
        yield Issue(
            "P212",
            f"{where}.limits.max_stretch",
            "stretch_half_told",
            {"max_stretch": str(limits.max_stretch), "stretch_break": str(limits.stretch_break)},
        )
    for band in limits.no_work_bands:
        if not BAND.fullmatch(band) or band[:5] == band[6:]:
            yield Issue("P213", f"{where}.limits.no_work_bands", "band_form", {"band": band[:40]})
