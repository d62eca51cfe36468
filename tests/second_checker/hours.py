"""Rules of a duty day and of the rest after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from datetime import date, timedelta
from itertools import pairwise

from tests.second_checker.days import Day, Person, Span, longest_run, monday, week
from tests.second_checker.reading import Stop, Tour, overlap
from tests.second_checker.texts import (
    BREAKS,
    GAP_TOTALS,
    LONG_DATES,
    LONG_DAYS,
    LONG_GAPS,
    LONG_SPANS,
    MEALS,
    NIGHTS,
    Key,
    Rules,
)
from tests.second_checker.visits import Broken, held, is_first_level, is_holiday


def of_days(person: Person) -> Iterator[Broken]:
    used, summed = {condition: Used() for condition in (LONG_SPANS, LONG_DAYS, GAP_TOTALS)}, Used()
    for day in person.planned:
        rules = person.rules([day])
        found: list[str] = []
        found += daily_work(person, day, rules, used[LONG_DAYS], summed)
        found += span(person, day, rules, used[LONG_SPANS])
        found += interruptions(person, day, rules, used[GAP_TOTALS])
        found += breaks(person, day)
        found += nights(person, day, rules)
        found += personal(person, day, rules)
        yield from ((rule, person.worker.id, day.date) for rule in found)
    yield from civil_days(person)
    yield from nights_in_row(person)
    yield from rests(person)


Used = Counter[tuple[frozenset[tuple[Key, int]], Hashable]]
"""Longer days, by the text that allows them and the month, year or fortnight in which it counts them."""


def daily_work(person: Person, day: Day, rules: Rules, used: Used, summed: Used) -> Iterator[str]:
    """On the duty day, by each text; with hours elsewhere the sum is held to the same, and uses up the longer
    days."""
    work, texts = person.own_work(day, rules) + person.past_work(day), person.texts([day], LONG_DAYS)
    if any([_beyond_day(person, day.date, work, text, "", used) for text in texts]):  # noqa: C419 - each text counts
        yield "MAX_DAILY_WORK"
    if person.worker.other_work and rules.flag("MULTI_EMPLOYER", "all_employers"):
        found = [_beyond_day(person, day.date, work + day.other_work(), text, "", summed) for text in texts]
        if "days" in found or (any(found) and day.other):
            yield "MULTI_EMPLOYER"


def civil_days(person: Person) -> Iterator[Broken]:
    """From midnight to midnight: each date that the plan reaches."""
    used, summed = Used(), Used()
    for one in sorted(person.dates_worked(told=False)):
        reaching = [day for day in person.planned if one in _dates_of(person, day)]
        rules, texts = person.rules(reaching), person.texts(reaching, LONG_DATES)
        alone, together = (_on_date(person, one, with_other=with_other) for with_other in (False, True))
        if any([_beyond_day(person, one, alone, text, "civil_", used) for text in texts]):  # noqa: C419 - each text counts
            yield "MAX_DAILY_WORK", person.worker.id, one
        if person.worker.other_work and rules.flag("MULTI_EMPLOYER", "all_employers"):
            found = [_beyond_day(person, one, together, text, "civil_", summed) for text in texts]
            if "days" in found or (any(found) and together > alone):
                yield "MULTI_EMPLOYER", person.worker.id, one


def _dates_of(person: Person, day: Day) -> set[date]:
    return {one for stop in day.stops for one in person.clock.dates(stop.start, stop.end)}


def _on_date(person: Person, one: date, *, with_other: bool) -> int:
    """What each duty day puts on that date, by the rules of its own hosts."""
    found = 0
    for day in person.days.values():
        found += person.by_date(day, person.rules([day]), with_other=with_other).get(one, 0)
    return found


def _beyond_day(person: Person, day: date, work: int, text: Rules, kind: str, used: Used) -> str:
    """What a longer day breaks of one text: its "length", the number of such "days" a year, or nothing."""
    normal, most = (
        text.get("MAX_DAILY_WORK", f"{kind}limit"),
        text.get("MAX_DAILY_WORK", f"{kind}exceptional"),
    )
    if normal is None or work <= normal:
        return ""
    used[text.wording, day.year] += 1
    before = person.worker.counters.get("long_days") if day.year == person.case.first_day.year else 0
    if most is None or most <= normal or work > most or before is None:
        return "length"
    days = text.get("MAX_DAILY_WORK", f"{kind}exceptional_days_per_year")
    return "days" if days is not None and before + used[text.wording, day.year] > days else ""


def span(person: Person, day: Day, rules: Rules, used: Used) -> Iterator[str]:
    length = day.outer[1] - day.outer[0]
    promised, own = person.worker.contract.get("span_limit_min"), person.worker.limit("max_span")
    broken = (
        promised is not None and length > person.clock.length(promised) and rules.get("MAX_SPAN") is not None
    )
    for text in person.texts([day], LONG_SPANS):
        broken = _is_too_long(person, day, text, used) or broken
    if broken:
        yield "MAX_SPAN"
    if own is not None and length > own:
        yield "PERSONAL_LIMIT"


def _is_too_long(person: Person, day: Day, text: Rules, used: Used) -> bool:
    """By one text, with its own numbers and its own count of longer days."""
    length = day.outer[1] - day.outer[0]
    normal, most = text.get("MAX_SPAN"), text.get("MAX_SPAN", "exceptional")
    if normal is None or length <= normal:
        return False
    month = (day.date.year, day.date.month)
    used[text.wording, month] += 1
    if most is None or most <= normal:
        return True
    here = month == (person.case.first_day.year, person.case.first_day.month)
    before = (person.worker.counters.get("long_spans") or 0) if here else 0
    days = text.get("MAX_SPAN", "exceptional_days_per_month")
    fragile = any(stop.visit.get("fragile") for stop in day.stops)
    less = commute_excess(day, text) if text.flag("MAX_SPAN", "commute_excess_deducted") else 0
    is_beyond = length > most - less or (days is not None and before + used[text.wording, month] > days)
    return is_beyond or (text.flag("MAX_SPAN", "exceptional_fragile_only") and not fragile)


def commute_excess(day: Day, text: Rules) -> int:
    """What the way to the day's first visit and the way back from its last take beyond the normal commute."""
    minutes, metres = (
        text.get("COMMUTE_NORMAL", "normal_minutes"),
        text.get("COMMUTE_NORMAL", "normal_metres"),
    )
    first, last = day.tours[0].stops[0], day.tours[-1]
    legs = ((first.travel, first.metres), (last.travel_back, last.metres_back))
    if minutes is None:
        return 0
    return sum(ticks - minutes for ticks, way in legs if ticks > minutes and (metres is None or way > metres))


def interruptions(person: Person, day: Day, rules: Rules, used: Used) -> Iterator[str]:
    found = person.interruptions(day, rules)
    count, longest = rules.get("INTERRUPTIONS", "max_count"), rules.get("INTERRUPTIONS", "max_length")
    broken = count is not None and len(found) > count
    broken = broken or (longest is not None and any(one > longest for one in found))
    for text in person.texts([day], LONG_GAPS):
        long, few = text.get("INTERRUPTIONS", "long_length"), text.get("INTERRUPTIONS", "long_count")
        broken = broken or (long is not None and few is not None and sum(one > long for one in found) > few)
    for text in person.texts([day], GAP_TOTALS):
        broken = _too_long_in_all(person, day, text, sum(found), used) or broken
    if broken:
        yield "INTERRUPTIONS"


def _too_long_in_all(person: Person, day: Day, text: Rules, total: int, used: Used) -> bool:
    """By one text: over the day's total, on more days of its fortnight than may be."""
    most = text.get("INTERRUPTIONS", "max_total")
    if most is None or total <= most:
        return False
    start = fortnight(day.date, anchor(text))[0]
    used[text.wording, start] += 1
    here = fortnight(person.case.first_day, anchor(text))[0] == start
    before = (person.worker.counters.get("long_interruptions") or 0) if here else 0
    days = text.get("INTERRUPTIONS", "long_total_days_per_fortnight")
    return days is None or before + used[text.wording, start] > days


def anchor(rules: Rules) -> int:
    """Whether fortnights begin with odd (1) or even (0) ISO weeks."""
    found = rules.get("WEEKLY_REST", "anchor")
    return 1 if found is None else found


def fortnight(day: date, begins: int) -> list[date]:
    """The dates of the two ISO weeks that the day lies in. Of two odd weeks that meet at the end of a year,
    the one that has no partner stands alone: week 53, or week 1 where even weeks begin."""
    first = monday(day)
    if first.isocalendar().week % 2 != begins:
        before = first - timedelta(weeks=1)
        if before.isocalendar().week % 2 != begins:
            return week(first)
        return week(before) + week(first)
    after = first + timedelta(weeks=1)
    return week(first) + (week(after) if after.isocalendar().week % 2 != begins else [])


def breaks(person: Person, day: Day) -> Iterator[str]:
    for tour in day.tours:
        texts: list[Rules | None] = [*person.texts([day], BREAKS)]
        if any(_lacks_break(person, tour, text) for text in texts or [None]):
            yield "REST_BREAK"
        if any(_lacks_meal(person, tour, day.date, text) for text in person.texts([day], MEALS)):
            yield "MEAL_BREAK"


def _lacks_break(person: Person, tour: Tour, text: Rules | None) -> bool:
    """By one text: of its stretch and its break the stricter beside the person's own. The law's stretch may
    not be reached at the end of a tour, the person's may."""
    after = text.get("REST_BREAK", "after") if text else None
    length = text.get("REST_BREAK", "length") if text else None
    own, own_break = person.worker.limit("max_stretch"), person.worker.limit("stretch_break")
    pause = max(length or 0, own_break or 0) if own is not None else length or 0
    stretches = [one for one in (after, own) if one is not None]
    ends = [*([after - 1] if after is not None else []), *([own] if own is not None else [])]
    return bool(stretches) and pause > 0 and _runs_on(tour, min(stretches), min(ends), pause)


def _runs_on(tour: Tour, most: int, at_end: int, pause: int) -> bool:
    """Whether a stretch of two stops or more is too long."""
    begin, held_stops = tour.stops[0].start, 0
    for number, stop in enumerate(tour.stops):
        if number and stop.start - stop.arrival >= pause:
            begin, held_stops = stop.start, 0
        held_stops += 1
        limit = at_end if number == len(tour.stops) - 1 else most
        if held_stops > 1 and stop.end - begin > limit:
            return True
    return False


def _lacks_meal(person: Person, tour: Tour, day: date, rules: Rules) -> bool:
    length = rules.get("MEAL_BREAK", "length")
    if length is None:
        return False
    at = {name: rules.get("MEAL_BREAK", name) for name in ("due_before", "due_after", "from", "to")}
    if any(value is None for value in at.values()):
        return False
    clock = {name: person.clock.at(day, value or 0) for name, value in at.items()}
    if tour.stops[0].start >= clock["due_before"] or tour.stops[-1].end <= clock["due_after"]:
        return False
    gaps: list[Stop] = tour.stops[1:]
    return not any(
        overlap((stop.arrival, stop.start), (clock["from"], clock["to"])) >= length for stop in gaps
    )


def is_night(person: Person, day: Day, rules: Rules) -> bool:
    least, night = rules.get("NIGHT_LIMITS", "counts_from"), person.night(day, rules)
    if least is None:
        return False
    return night > 0 if is_night_worker(person) else night >= least


def is_night_worker(person: Person) -> bool:
    """By the contract, or by the night hours of the months before, as the employer's text counts them."""
    rules = person.rules([])
    total, months = rules.get("NIGHT_LIMITS", "worker_total"), rules.get("NIGHT_LIMITS", "worker_months")
    told = person.worker.counters.get("night_months_min") or []
    by_volume = (
        total is not None and months is not None and sum(map(person.clock.length, told[-months:])) >= total
    )
    return bool(person.worker.contract.get("night_worker")) or by_volume


def nights(person: Person, day: Day, rules: Rules) -> Iterator[str]:
    """Each text says by itself what a night is, and how long; who may work then, the texts say together."""
    work = person.work(day, rules)
    limits = [(text, text.get("NIGHT_LIMITS", "max_work")) for text in person.texts([day], NIGHTS)]
    if any(most is not None and work > most and is_night(person, day, text) for text, most in limits):
        yield "NIGHT_LIMITS"
    if not is_night(person, day, rules):
        return
    holds = held(person.case, person.worker, day.date)
    if (
        rules.flag("COMPETENCIES", "first_level_no_night")
        and is_first_level(person.case, holds)
        and "NIGHT" not in holds
    ):
        yield "COMPETENCIES"


def nights_in_row(person: Person) -> Iterator[Broken]:
    """By each text that holds where all the nights of the run are spent, with its own idea of a night."""
    known = {text.wording: text for day in person.days.values() for text in person.texts([day], NIGHTS)}
    for wording, text in known.items():
        most = text.get("NIGHT_LIMITS", "max_nights_in_row")
        if most is None:
            continue
        every = {day.date for day in person.days.values() if is_night(person, day, text)}
        for run in longest_run(every):
            days = [person.days[one] for one in run]
            holds = any(one.wording == wording for one in person.texts(days, NIGHTS))
            if holds and len(run) > most and any(day.is_planned for day in days):
                yield "NIGHT_LIMITS", person.worker.id, run[-1]


def rests(person: Person) -> Iterator[Broken]:
    ordered = [person.days[one] for one in sorted(person.days) if person.days[one].has_bounds]
    for before, after in pairwise(ordered):
        if not (before.is_planned or after.is_planned):
            continue
        rules = person.rules([before, after])
        rest = after.outer[0] - before.outer[1]
        least, own = rules.at_least("DAILY_REST"), person.worker.limit("daily_rest")
        if rest < least:
            yield "DAILY_REST", person.worker.id, after.date
        if own is not None and rest < own:
            yield "PERSONAL_LIMIT", person.worker.id, after.date
        owed = [
            (text.get("DAILY_REST"), night_rest(person, before, text))
            for text in person.texts([before, after], NIGHTS)
        ]
        if any(daily is not None and extra and rest < daily + extra for daily, extra in owed):
            yield "NIGHT_LIMITS", person.worker.id, after.date


def night_rest(person: Person, day: Day, rules: Rules) -> int:
    if not is_night(person, day, rules):
        return 0
    work, night = person.work(day, person.rules([day])), person.night(day, rules)
    over, over_night = (
        rules.get("NIGHT_LIMITS", "rest_equal_over"),
        rules.get("NIGHT_LIMITS", "rest_equal_over_night"),
    )
    whole = rules.get("NIGHT_LIMITS", "whole_night")
    owed = max(0, work - over) if over is not None else 0
    if over_night is not None:
        counted = work if whole is not None and night >= whole else night
        owed = max(owed, counted - over_night)
    return owed


def personal(person: Person, day: Day, rules: Rules) -> Iterator[str]:
    worker, clock = person.worker, person.clock
    work = person.work(day, rules)
    most, reduced = worker.limit("max_daily_work"), _reduced_day(person)
    broken = (most is not None and work > most) or (reduced is not None and work - day.other_work() > reduced)
    services: list[Span] = [(stop.start, stop.end) for stop in day.stops]
    for text in worker.limits.get("no_work_bands", []):
        begin, end = (int(one[:2]) * 60 + int(one[3:]) for one in text.split("-"))
        broken = broken or any(
            overlap(span, band) for span in services for band in person.bands(span, begin, end)
        )
    for stop in day.stops:
        dates = clock.dates(stop.start, stop.end)
        commune = person.case.commune_of(stop.visit)
        broken = broken or (
            worker.limits.get("no_sundays", False) and any(one.isoweekday() == 7 for one in dates)
        )
        off = worker.limits.get("no_holidays", False)
        broken = broken or (off and any(is_holiday(person.case, one, commune) for one in dates))
    if broken:
        yield "PERSONAL_LIMIT"


def _reduced_day(person: Person) -> int | None:
    """The scheduled day less the reduction, by the employer's text."""
    reduction = person.worker.limit("daily_reduction")
    if reduction is None:
        return None
    contract, rules, length = person.worker.contract, person.rules([]), person.clock.length
    if contract.get("daily_min") is not None:
        return max(0, length(contract["daily_min"]) - reduction)
    week, days = _week_of(person), rules.get("SCHEDULED_DAY", "days_per_week")
    return None if week is None or days is None else max(0, week // days - reduction)


def _week_of(person: Person) -> int | None:
    """The contract's week, a longer period's share of one, or full time."""
    contract, rules, length = person.worker.contract, person.rules([]), person.clock.length
    weekly, period, mode = (
        contract.get(name) for name in ("weekly_min", "period_hours_min", "working_time_mode")
    )
    if weekly is not None:
        return length(weekly)
    if period is None:
        return rules.get("SCHEDULED_DAY", "full_time_week")
    weeks = {"two_weeks": 2, "four_weeks": 4}.get(str(mode), 1)
    if mode not in ("monthly", "annual"):
        return length(period) // weeks
    whole, week = (
        rules.at_least("FULL_TIME", "month" if mode == "monthly" else "year"),
        rules.at_least("FULL_TIME", "week"),
    )
    return length(period) * week // whole
