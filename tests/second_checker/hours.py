"""Rules of a duty day and of the rest after it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from tests.second_checker.days import Day, Person, Span, longest_run, monday
from tests.second_checker.reading import Stop, Tour, overlap
from tests.second_checker.texts import Rules
from tests.second_checker.visits import Broken, held, is_first_level, is_holiday


def of_days(person: Person) -> Iterator[Broken]:
    long_spans: Used = {}
    for day in person.planned:
        rules = person.rules([day])
        found: list[str] = []
        found += daily_work(person, day, rules)
        found += span(person, day, rules, long_spans)
        found += interruptions(person, day, rules)
        found += breaks(person, day, rules)
        found += nights(person, day, rules)
        found += personal(person, day, rules)
        yield from ((rule, person.worker.id, day.date) for rule in found)
    yield from civil_days(person)
    yield from nights_in_row(person)
    yield from rests(person)


def daily_work(person: Person, day: Day, rules: Rules) -> Iterator[str]:
    """On the duty day; with hours elsewhere the sum is held to the same."""
    most = rules.get("MAX_DAILY_WORK")
    if most is not None:
        most = max(most, rules.at_least("MAX_DAILY_WORK", "exceptional"))
        work = person.own_work(day, rules) + person.past_work(day)
        if work > most:
            yield "MAX_DAILY_WORK"
        if day.other and work + day.other_work() > most and rules.flag("MULTI_EMPLOYER", "all_employers"):
            yield "MULTI_EMPLOYER"


def civil_days(person: Person) -> Iterator[Broken]:
    """From midnight to midnight: each date that the plan reaches."""
    reached: dict[date, list[Day]] = {}
    for day in person.planned:
        for one in person.by_date(day, person.rules([day]), with_other=False):
            reached.setdefault(one, []).append(day)
    used: dict[bool, dict[int, int]] = {False: {}, True: {}}
    for one in sorted(reached):
        rules = person.rules(reached[one])
        normal = rules.get("MAX_DAILY_WORK", "civil_limit")
        if normal is None:
            continue
        alone, together = (_on_date(person, one, rules, with_other=with_other) for with_other in (False, True))
        if alone > normal and _long_date(person, one, alone, rules, used[False]):
            yield "MAX_DAILY_WORK", person.worker.id, one
        if not person.worker.other_work or not rules.flag("MULTI_EMPLOYER", "all_employers") or together <= normal:
            continue
        broken = _long_date(person, one, together, rules, used[True])
        if broken == "days" or (broken and together > alone):
            yield "MULTI_EMPLOYER", person.worker.id, one


def _on_date(person: Person, one: date, rules: Rules, *, with_other: bool) -> int:
    days = person.days.values()
    return sum(person.by_date(day, rules, with_other=with_other).get(one, 0) for day in days)


def _long_date(person: Person, day: date, work: int, rules: Rules, used: dict[int, int]) -> str:
    """What a longer date breaks: the "length", the number of "days" of the year, or nothing."""
    used[day.year] = used.get(day.year, 0) + 1
    most = rules.get("MAX_DAILY_WORK", "civil_exceptional")
    days = rules.get("MAX_DAILY_WORK", "civil_exceptional_days_per_year")
    before = person.worker.counters.get("long_days")
    if most is None or work > most or before is None:
        return "length"
    before = before if day.year == person.case.first_day.year else 0
    return "days" if days is not None and before + used[day.year] > days else ""


Used = dict[tuple[tuple[object, ...], int, int], int]
SPAN = ("limit", "exceptional", "exceptional_days_per_month", "exceptional_fragile_only", "commute_excess_deducted")


def span(person: Person, day: Day, rules: Rules, used: Used) -> Iterator[str]:
    first, last = day.outer
    length = last - first
    promised, own = person.worker.contract.get("span_limit_min"), person.worker.limit("max_span")
    broken = promised is not None and length > person.clock.length(promised) and rules.get("MAX_SPAN") is not None
    seen: set[tuple[object, ...]] = set()
    for text in person.texts([day]):
        terms = (*(text.get("MAX_SPAN", name) for name in SPAN), text.get("COMMUTE_NORMAL", "normal_minutes"))
        if terms not in seen:
            seen.add(terms)
            broken = _is_too_long(person, day, text, terms, used) or broken
    if broken:
        yield "MAX_SPAN"
    if own is not None and length > own:
        yield "PERSONAL_LIMIT"


def _is_too_long(person: Person, day: Day, text: Rules, terms: tuple[object, ...], used: Used) -> bool:
    """By one text, with its own numbers and its own count of longer days."""
    length = day.outer[1] - day.outer[0]
    normal, most = text.get("MAX_SPAN"), text.get("MAX_SPAN", "exceptional")
    if normal is None or length <= normal:
        return False
    if most is None:
        return True
    month = (terms, day.date.year, day.date.month)
    used[month] = used.get(month, 0) + 1
    here = month[1:] == (person.case.first_day.year, person.case.first_day.month)
    before = (person.worker.counters.get("long_spans") or 0) if here else 0
    days = text.get("MAX_SPAN", "exceptional_days_per_month")
    fragile = any(stop.visit.get("fragile") for stop in day.stops)
    less = commute_excess(person, day, text) if text.flag("MAX_SPAN", "commute_excess_deducted") else 0
    is_beyond = length > max(most - less, 0) or (days is not None and before + used[month] > days)
    return is_beyond or (text.flag("MAX_SPAN", "exceptional_fragile_only") and not fragile)


def commute_excess(person: Person, day: Day, rules: Rules) -> int:
    """What the ways from and to home take beyond the normal commute."""
    minutes, metres = rules.get("COMMUTE_NORMAL", "normal_minutes"), rules.get("COMMUTE_NORMAL", "normal_metres")
    found = 0
    for tour in day.tours:
        for ticks, way in ((tour.stops[0].travel, tour.stops[0].metres), (tour.travel_back, tour.metres_back)):
            if minutes is not None and ticks > minutes and (metres is None or way > metres):
                found += ticks - minutes
    return found


def interruptions(person: Person, day: Day, rules: Rules) -> Iterator[str]:
    found = person.interruptions(day, rules)
    count, longest = rules.get("INTERRUPTIONS", "max_count"), rules.get("INTERRUPTIONS", "max_length")
    long, few = rules.get("INTERRUPTIONS", "long_length"), rules.get("INTERRUPTIONS", "long_count")
    broken = count is not None and len(found) > count
    broken = broken or (longest is not None and any(one > longest for one in found))
    broken = broken or (long is not None and few is not None and sum(one > long for one in found) > few)
    if broken or _too_long_in_all(person, day, rules, sum(found)):
        yield "INTERRUPTIONS"


def _too_long_in_all(person: Person, day: Day, rules: Rules, total: int) -> bool:
    """Over the day's total, on more days of the fortnight than may be."""
    most = rules.get("INTERRUPTIONS", "max_total")
    if most is None or total <= most:
        return False
    start = fortnight_start(person, day.date)
    inside = [one for one in person.planned if fortnight_start(person, one.date) == start]
    joint = person.rules(inside)
    days = joint.get("INTERRUPTIONS", "long_total_days_per_fortnight")
    here = fortnight_start(person, person.case.first_day) == start
    used = (person.worker.counters.get("long_interruptions") or 0) if here else 0
    for one in inside:
        if one.date <= day.date:
            own = person.rules([one])
            limit = own.get("INTERRUPTIONS", "max_total")
            used += limit is not None and sum(person.interruptions(one, own)) > limit
    return days is None or used > days


def fortnight_start(person: Person, day: date) -> date:
    """The Monday of its two ISO weeks, counted from odd weeks; a week 53 stands alone."""
    first = monday(day)
    number = day.isocalendar().week
    return first if number == 53 or number % 2 == 1 else date.fromordinal(first.toordinal() - 7)


def breaks(person: Person, day: Day, rules: Rules) -> Iterator[str]:
    after, length = rules.get("REST_BREAK", "after"), rules.get("REST_BREAK", "length")
    own, own_break = person.worker.limit("max_stretch"), person.worker.limit("stretch_break")
    for tour in day.tours:
        if after is not None and length is not None and _runs_on(tour, after, length, reach=False):
            yield "REST_BREAK"
        if own is not None and _runs_on(tour, own, own_break if own_break is not None else (length or 0), reach=True):
            yield "REST_BREAK"
        if _lacks_meal(person, tour, day.date, rules):
            yield "MEAL_BREAK"


def _runs_on(tour: Tour, most: int, length: int, *, reach: bool) -> bool:
    """Whether a stretch of two stops or more is too long; the law's may not be reached at the end of a tour."""
    begin, held_stops = tour.stops[0].start, 0
    for number, stop in enumerate(tour.stops):
        if number and stop.start - stop.arrival >= length:
            begin, held_stops = stop.start, 0
        held_stops += 1
        is_last = number == len(tour.stops) - 1 and not reach
        ran = stop.end - begin
        if held_stops > 1 and (ran > most or (is_last and ran == most)):
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
    return not any(overlap((stop.arrival, stop.start), (clock["from"], clock["to"])) >= length for stop in gaps)


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
    by_volume = total is not None and months is not None and sum(map(person.clock.length, told[-months:])) >= total
    return bool(person.worker.contract.get("night_worker")) or by_volume


def nights(person: Person, day: Day, rules: Rules) -> Iterator[str]:
    """Each text says by itself what a night is, and how long; who may work then, the texts say together."""
    work = person.work(day, rules)
    limits = [(text, text.get("NIGHT_LIMITS", "max_work")) for text in person.texts([day])]
    if any(most is not None and work > most and is_night(person, day, text) for text, most in limits):
        yield "NIGHT_LIMITS"
    if not is_night(person, day, rules):
        return
    holds = held(person.case, person.worker, day.date)
    if rules.flag("COMPETENCIES", "first_level_no_night") and is_first_level(person.case, holds) and "NIGHT" not in holds:
        yield "COMPETENCIES"


NIGHT = ("counts_from", "max_work", "max_nights_in_row", "average_week", "average_weeks")
LONG_NIGHT = ("rest_equal_over", "rest_equal_over_night", "whole_night")


def night_wording(text: Rules) -> tuple[int | None, ...]:
    """What a text says of nights: two that say the same are one."""
    window = (text.get("NIGHT_WINDOW", "from"), text.get("NIGHT_WINDOW", "to"), text.get("DAILY_REST"))
    return (*window, *(text.get("NIGHT_LIMITS", name) for name in (*NIGHT, *LONG_NIGHT)))


def nights_in_row(person: Person) -> Iterator[Broken]:
    """By each text that holds where all the nights of the run are spent, with its own idea of a night."""
    known = {night_wording(text): text for day in person.days.values() for text in person.texts([day])}
    for wording, text in known.items():
        most = text.get("NIGHT_LIMITS", "max_nights_in_row")
        if most is None:
            continue
        every = {day.date for day in person.days.values() if is_night(person, day, text)}
        for run in longest_run(every):
            days = [person.days[one] for one in run]
            holds = wording in map(night_wording, person.texts(days))
            if holds and len(run) > most and any(day.is_planned for day in days[most:]):
                yield "NIGHT_LIMITS", person.worker.id, run[-1]


def rests(person: Person) -> Iterator[Broken]:
    ordered = [person.days[one] for one in sorted(person.days)]
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
        owed = [(text.get("DAILY_REST"), night_rest(person, before, text)) for text in person.texts([before, after])]
        if any(daily is not None and extra and rest < daily + extra for daily, extra in owed):
            yield "NIGHT_LIMITS", person.worker.id, after.date


def night_rest(person: Person, day: Day, rules: Rules) -> int:
    if not is_night(person, day, rules):
        return 0
    work, night = person.work(day, person.rules([day])), person.night(day, rules)
    over, over_night = rules.get("NIGHT_LIMITS", "rest_equal_over"), rules.get("NIGHT_LIMITS", "rest_equal_over_night")
    whole = rules.get("NIGHT_LIMITS", "whole_night")
    owed = max(0, work - over) if over is not None else 0
    if over_night is not None:
        counted = work if whole is not None and night >= whole else night
        owed = max(owed, counted - over_night)
    return owed


def personal(person: Person, day: Day, rules: Rules) -> Iterator[str]:
    worker, clock = person.worker, person.clock
    work = person.work(day, rules)
    limits = [worker.limit("max_daily_work"), _reduced_day(person)]
    broken = any(most is not None and work > most for most in limits)
    services: list[Span] = [(stop.start, stop.end) for stop in day.stops]
    for text in worker.limits.get("no_work_bands", []):
        begin, end = (int(one[:2]) * 60 + int(one[3:]) for one in text.split("-"))
        broken = broken or any(overlap(span, band) for span in services for band in person.bands(span, begin, end))
    for stop in day.stops:
        dates = clock.dates(stop.start, stop.end)
        commune = person.case.commune_of(stop.visit)
        broken = broken or (worker.limits.get("no_sundays", False) and any(one.isoweekday() == 7 for one in dates))
        off = worker.limits.get("no_holidays", False)
        broken = broken or (off and any(is_holiday(person.case, one, commune) for one in dates))
    if broken:
        yield "PERSONAL_LIMIT"


def _reduced_day(person: Person) -> int | None:
    reduction = person.worker.limit("daily_reduction")
    if reduction is None:
        return None
    contract, length = person.worker.contract, person.clock.length
    if contract.get("daily_min") is not None:
        return length(contract["daily_min"]) - reduction
    weekly = contract.get("weekly_min")
    return length(weekly if weekly is not None else 2100) // 5 - reduction
