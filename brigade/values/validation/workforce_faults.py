"""Employers and the brigade's workers: references, availability, engagements, contract and personal
limits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from itertools import pairwise

from brigade.errors import Issue
from brigade.units import Interval
from brigade.values.problem_parts import ProblemParts
from brigade.values.unavailability import weekly_band
from brigade.values.validation.checks import duplicates, negative, say, unknown
from brigade.values.workforce import Availability, Contract, Worker, WorkingTimeMode

LONGEST_TOUR_MIN = 24 * 60
SHORTEST_GAP_MIN = 30
"""Two tours of a day are two trips; closer than this they are one tour with a break in it."""
WEEK_MIN = 7 * 24 * 60
WEEKS_OF = {WorkingTimeMode.WEEKLY: 1, WorkingTimeMode.TWO_WEEKS: 2, WorkingTimeMode.FOUR_WEEKS: 4}
LONGEST_PERIOD_WEEKS = 53
MONDAY = 1
BAND = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")


def issues(problem: ProblemParts) -> Iterator[Issue]:
    yield from duplicates("P201", "employers", (employer.id for employer in problem.employers))
    yield from duplicates("P201", "workers", (worker.id for worker in problem.workers))
    for employer in problem.employers:
        if employer.communes is not None and not employer.communes:
            yield Issue("P215", f"employers.{employer.id}.communes", "territoire vide", "l'omettre : partout")
    for worker in problem.workers:
        where = f"workers.{worker.id}"
        yield from _references(problem, worker, where)
        yield from _availability(problem, worker, where)
        yield from _other_work(problem, worker, where)
        yield from _papers(worker, where)
        yield from _contract(problem, worker, where)
        yield from _limits(problem, worker, where)


def _references(problem: ProblemParts, worker: Worker, where: str) -> Iterator[Issue]:
    yield from unknown(
        "P202", f"{where}.employer_id", [worker.employer_id], problem.employer_by_id, "employeur"
    )
    for name, site in (("start_site", worker.start_site), ("end_site", worker.end_site)):
        if site is not None:
            yield from unknown("P202", f"{where}.{name}", [site], problem.site_by_id, "site")
    for index, engagement in enumerate(worker.engagements):
        place = f"{where}.engagements[{index}].provider_id"
        yield from unknown("P202", place, [engagement.provider_id], problem.provider_by_id, "SAAD")
    if worker.territory is not None and not worker.territory:
        yield Issue("P215", f"{where}.territory", "territoire vide", "l'omettre : partout")
    yield from negative(
        "P216", where, cents_per_km=worker.cents_per_km, cost_cents_per_hour=worker.cost_cents_per_hour
    )


def _availability(problem: ProblemParts, worker: Worker, where: str) -> Iterator[Issue]:
    for index, one in enumerate(worker.availability):
        yield from _tour(problem, one, f"{where}.availability[{index}]")
    least = problem.horizon.ticks(SHORTEST_GAP_MIN)
    for index, (before, after) in enumerate(pairwise(worker.availability)):
        if after.start - before.hard_end < least:
            met = (
                f"{say(problem, after.start)}, moins de {SHORTEST_GAP_MIN} "
                f"min après {say(problem, before.hard_end)}"
            )
            hint = "des créneaux dans l'ordre ; réunir les deux, ou les écarter"
            yield Issue("P206", f"{where}.availability[{index + 1}]", met, hint)


def _tour(problem: ProblemParts, one: Availability, where: str) -> Iterator[Issue]:
    if not one.start < one.end <= one.hard_end:
        times = " / ".join(say(problem, tick) for tick in (one.start, one.end, one.hard_end))
        yield Issue("P203", where, f"début / fin / fin limite : {times}", "trois instants dans cet ordre")
    elif one.hard_end - one.start > problem.horizon.ticks(LONGEST_TOUR_MIN):
        met = f"{problem.horizon.minutes(one.hard_end - one.start):g} min"
        yield Issue("P204", where, met, f"au plus {LONGEST_TOUR_MIN} min ; un créneau par jour")
    yield from _meal(problem, one, where)
    if not 0 <= one.start < problem.horizon.length:
        first, last = problem.horizon.dates[0], problem.horizon.dates[-1]
        yield Issue("P205", f"{where}.start", say(problem, one.start), f"un début du {first} au {last}")


def _meal(problem: ProblemParts, one: Availability, where: str) -> Iterator[Issue]:
    """All of it or nothing: how long, from when, until when."""
    asked = [value for value in (one.meal, one.meal_earliest, one.meal_latest) if value is not None]
    if len(asked) not in (0, 3) or (not asked and one.meal_required):
        yield Issue(
            "P203", f"{where}.meal", "repas dit à moitié", "sa durée, son début au plus tôt et au plus tard"
        )
    elif one.meal is not None and one.meal_earliest is not None and one.meal_latest is not None:
        if not 0 < one.meal <= one.hard_end - one.start:
            met = f"{problem.horizon.minutes(one.meal):g} min"
            yield Issue("P203", f"{where}.meal", met, "une durée positive, qui tient dans le créneau")
        if one.meal_earliest > one.meal_latest:
            met = f"{say(problem, one.meal_earliest)} / {say(problem, one.meal_latest)}"
            yield Issue("P203", f"{where}.meal_earliest", met, "deux instants dans l'ordre")


def _other_work(problem: ProblemParts, worker: Worker, where: str) -> Iterator[Issue]:
    for index, work in enumerate(worker.other_work):
        if work.length <= 0:
            met = f"{say(problem, work.start)} à {say(problem, work.end)}"
            yield Issue("P217", f"{where}.other_work[{index}]", met, "une fin après le début")
        for number, one in enumerate(worker.availability):
            if work.overlap(Interval(one.start, one.hard_end)):
                met = f"travail ailleurs de {say(problem, work.start)} à {say(problem, work.end)}"
                yield Issue(
                    "P207", f"{where}.availability[{number}]", met, "couper le créneau autour de ce travail"
                )
    placed = sorted(enumerate(worker.other_work), key=lambda pair: pair[1])
    for (_, before), (index, after) in pairwise(placed):
        if before.overlap(after):
            yield Issue(
                "P217", f"{where}.other_work[{index}]", "recouvre un autre travail", "des créneaux disjoints"
            )


def _papers(worker: Worker, where: str) -> Iterator[Issue]:
    for index, engagement in enumerate(worker.engagements):
        if engagement.first > engagement.last:
            met = f"du {engagement.first} au {engagement.last}"
            yield Issue("P208", f"{where}.engagements[{index}]", met, "une dernière date après la première")
    for index, held in enumerate(worker.certificates):
        if held.obtained is not None and held.expires is not None and held.obtained > held.expires:
            met = f"obtenu le {held.obtained}, expiré le {held.expires}"
            yield Issue("P209", f"{where}.certificates[{index}]", met, "une expiration après l'obtention")


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
            yield Issue("P214", f"{where}.contract.{name}", f"{met} min", f"de 0 à {limit} min")
    for text in contract.unavailability:
        if weekly_band(text) is None:
            hint = "un jour ou « férié », seul ou avec deux heures : « mercredi 14:00-18:00 »"
            yield Issue("P213", f"{where}.contract.unavailability", f"« {text[:40]} »", hint)
    yield from _working_time(problem, worker.contract, f"{where}.contract")


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
                "P214", f"{where}.{name}", f"{minutes(value):g} min", f"de 0 à {minutes(limit):g} min"
            )
    if mode is None and (contract.period_hours is not None or contract.period_start is not None):
        yield Issue(
            "P219",
            f"{where}.working_time_mode",
            "une période sans décompte",
            "dire sur quoi les heures se comptent",
        )
    if mode is WorkingTimeMode.FOUR_WEEKS and contract.period_start is None:
        yield Issue(
            "P219", f"{where}.period_start", "quatre semaines sans début", "le lundi où une période commence"
        )
    starts_late = contract.period_start is not None and contract.period_start.isoweekday() != MONDAY
    if mode in WEEKS_OF and starts_late:
        yield Issue(
            "P219",
            f"{where}.period_start",
            f"{contract.period_start}",
            "un lundi : les semaines sont civiles",
        )


def _limits(problem: ProblemParts, worker: Worker, where: str) -> Iterator[Issue]:
    limits = worker.limits
    flags = ("no_work_bands", "no_sundays", "no_holidays")
    lengths = {name: value for name, value in asdict(limits).items() if name not in flags}
    for name, value in lengths.items():
        if value is not None and (
            value < 0 or (name in ("max_days_per_week", "rest_days_in_row") and value > 7)
        ):
            yield Issue("P212", f"{where}.limits.{name}", str(value), "une valeur positive ; de 0 à 7 jours")
    if (limits.max_stretch is None) != (limits.stretch_break is None):
        met = f"max_stretch {limits.max_stretch}, stretch_break {limits.stretch_break}"
        yield Issue("P212", f"{where}.limits.max_stretch", met, "donner les deux, ou aucun")
    for band in limits.no_work_bands:
        if not BAND.fullmatch(band) or band[:5] == band[6:]:
            yield Issue(
                "P213",
                f"{where}.limits.no_work_bands",
                f"« {band[:40]} »",
                "deux heures, comme « 22:00-06:00 »",
            )
