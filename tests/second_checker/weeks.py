"""Rules of weeks, fortnights, Sundays, holidays, contract periods and counters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from tests.second_checker.days import Day, Person, longest_run, monday, week
from tests.second_checker.hours import anchor, fortnight, is_night, is_night_worker
from tests.second_checker.texts import FORTNIGHTS, NIGHTS, Rules
from tests.second_checker.visits import Broken, is_holiday

Stretch = tuple[int | None, int | None]
"""Free time; None: without a known end."""


def of_weeks(person: Person) -> Iterator[Broken]:
    id = person.worker.id
    if not person.planned:
        return
    yield from ((rule, id, None) for rule in _found(person))


def _found(person: Person) -> Iterator[str]:
    for first in planned_weeks(person):
        yield from week_work(person, first)
    for first in reached_weeks(person):
        yield from days_off(person, first)
    yield from free_stretches(person)
    yield from fortnights(person)
    yield from days_in_row(person)
    yield from sundays(person)
    yield from holidays(person)
    yield from additional_hours(person)
    yield from ai_hours(person)
    yield from min_work_period(person)
    yield from night_presences(person)


def night_presences(person: Person) -> Iterator[str]:
    """Of any days in a row, those on which a night counts for a part."""
    nights = {
        day.date: sum(person.counted(stop) < stop.end - stop.start for stop in day.stops)
        for day in person.planned
    }
    days = person.rules([]).at_least("NIGHT_PRESENCE", "in_days")
    for first in nights:
        inside = [day for day in person.planned if 0 <= (day.date - first).days < days]
        most = person.rules(inside).get("NIGHT_PRESENCE", "max_nights")
        if most is not None and sum(nights[day.date] for day in inside) > most:
            yield "NIGHT_PRESENCE"


def planned_weeks(person: Person) -> list[date]:
    """Mondays of the ISO weeks in which the plan puts a duty day."""
    return sorted({monday(day.date) for day in person.planned})


def reached_weeks(person: Person) -> list[date]:
    """Mondays of the ISO weeks that hold a minute of the plan."""
    return sorted({monday(day) for day in person.dates_worked(told=False)})


def reaching(person: Person, dates: list[date]) -> list[Day]:
    """Duty days with a minute on one of these dates."""
    return [day for day in person.planned if _dates(person, day) & set(dates)]


def in_week(person: Person, first: date) -> list[Day]:
    return [person.days[one] for one in week(first) if one in person.days]


def worked_in(person: Person, first: date, *, other: bool) -> int:
    """Work of an ISO week: the plan's, what is told of days before, and with `other` what is done
    elsewhere."""
    before = person.worker.counters.get("week_work_min") or []
    back = (monday(person.case.first_day) - first).days // 7
    if back > 0:
        return person.clock.length(before[-back]) if back <= len(before) else 0
    days = in_week(person, first)
    work = sum(person.own_work(day) + person.past_work(day) for day in days)
    return work + (sum(day.other_work() for day in days) if other else 0)


def week_work(person: Person, first: date) -> Iterator[str]:
    days = in_week(person, first)
    rules = person.rules(days)
    most, own = rules.get("MAX_WEEK_WORK"), person.worker.limit("max_week_work")
    alone, together = worked_in(person, first, other=False), worked_in(person, first, other=True)
    if most is not None and alone > most:
        yield "MAX_WEEK_WORK"
    if most is not None and together > alone and together > most:
        yield "MULTI_EMPLOYER"
    if own is not None and together > own:
        yield "PERSONAL_LIMIT"
    mean, weeks = rules.get("MAX_AVG_12W"), rules.at_least("MAX_AVG_12W", "weeks")
    if mean is not None and _sum_of(person, first, weeks) > mean * weeks:
        yield "MAX_AVG_12W"
    if any(_too_much_by_night(person, first, text) for text in person.texts(days, NIGHTS)):
        yield "NIGHT_LIMITS"


def _too_much_by_night(person: Person, first: date, text: Rules) -> bool:
    """By one text: its idea of a night, its mean over its weeks."""
    mean, weeks = text.get("NIGHT_LIMITS", "average_week"), text.at_least("NIGHT_LIMITS", "average_weeks")
    planned = [day for day in in_week(person, first) if day.is_planned]
    at_night = is_night_worker(person) or any(is_night(person, day, text) for day in planned)
    return at_night and mean is not None and _sum_of(person, first, weeks) > mean * weeks


def _sum_of(person: Person, last: date, weeks: int) -> int:
    return sum(worked_in(person, last - timedelta(weeks=back), other=True) for back in range(weeks))


def days_off(person: Person, first: date) -> Iterator[str]:
    rules, worked = person.rules(reaching(person, week(first))), person.dates_worked()
    dates = [one for one in week(first) if one in worked]
    free = set(week(first)) - worked - person.worker.leave
    owed = rules.at_least("WEEKLY_REST", "rest_days_per_week")
    if person.worker.contract.get("working_time_mode") == "weekly":
        owed = max(owed, rules.at_least("WEEKLY_REST", "weekly_mode_rest_days"))
    if len(free) < owed:
        yield "WEEKLY_REST"
    most = rules.get("MAX_CONSEC_DAYS", "per_week")
    if most is not None and len(dates) > most:
        yield "MAX_CONSEC_DAYS"
    own, in_row = person.worker.limits.get("max_days_per_week"), person.worker.limits.get("rest_days_in_row")
    if own is not None and len(dates) > own:
        yield "PERSONAL_LIMIT"
    if in_row is not None and not any(len(run) >= in_row for run in longest_run(free)):
        yield "PERSONAL_LIMIT"


def free_stretches(person: Person) -> Iterator[str]:
    """Hours of rest in a row, each week its own; one rest for two weeks is a day longer."""
    # A call parts a rest, wherever it came.
    busy = sorted([day.outer for day in person.days.values() if day.has_bounds] + list(person.worker.calls))
    stretches: list[Stretch] = []
    end: int | None = None
    for start, stop in busy:
        if end is None or start > end:
            stretches.append((end, start))
        end = stop if end is None else max(end, stop)
    stretches.append((end, None))
    day = person.clock.length(1440)
    taken: Stretch | None = None
    for first in planned_weeks(person):
        hours = person.rules(in_week(person, first)).get("WEEKLY_REST", "hours_in_row")
        if hours is None:
            continue
        begin, stop = person.clock.at(first), person.clock.at(first, 7 * 1440)
        chosen = None
        for one in stretches:
            low, high = (
                one[0] if one[0] is not None else begin - 100 * day,
                one[1] if one[1] is not None else stop + 100 * day,
            )
            needed = hours + day if one == taken else hours
            if high - low >= needed and min(high, stop) - max(low, begin) >= day:
                chosen = one
                break
        if chosen is None:
            yield "WEEKLY_REST"
        taken = chosen


def fortnights(person: Person) -> Iterator[str]:
    """Of each text its own fortnights, or any two weeks in a row, that the plan reaches into."""
    for dates, begins in _two_weeks(person):
        for text in person.texts(reaching(person, dates), FORTNIGHTS):
            own = None if text.flag("WEEKLY_REST", "any_two_weeks") else anchor(text)
            if own == begins and _owes(person, dates, text):
                yield "WEEKLY_REST"


def _two_weeks(person: Person) -> Iterator[tuple[list[date], int | None]]:
    """Two weeks, and with which weeks their fortnights begin; None: with any."""
    weeks = reached_weeks(person)
    for start in sorted({one for first in weeks for one in (first - timedelta(weeks=1), first)}):
        yield week(start) + week(start + timedelta(weeks=1)), None
    for begins in (0, 1):
        for dates in {tuple(fortnight(first, begins)) for first in weeks}:
            yield list(dates), begins


def _owes(person: Person, both: list[date], text: Rules) -> bool:
    """A week with six days of leave is left out, as if it were none."""
    leave = person.worker.leave
    dates = [day for day in both if len(set(week(monday(day))) & leave) < 6]
    free = set(dates) - person.dates_worked() - leave

    def owed(name: str) -> int:
        """A week that stands alone owes half, rounded down."""
        return text.at_least("WEEKLY_REST", name) * len(dates) // 14

    team = _in_team(person) and text.get("SUNDAY_RHYTHM", "volunteers_max_in_row") is not None
    sundays, in_row = 0 if team else owed("sundays_per_fortnight"), owed("rest_days_in_row")
    reached = any(is_sunday(one) for one in person.dates_worked(told=False) & set(dates))
    if len(free) < owed("rest_days_per_fortnight") or (reached and sum(map(is_sunday, free)) < sundays):
        return True

    def has_run(left: set[date], *, sunday: bool) -> bool:
        runs = (run for run in longest_run(left) if len(run) >= in_row)
        return any(not sunday or any(map(is_sunday, run)) for run in runs)

    if not in_row:
        return False
    if not has_run(free, sunday=False):
        return True
    before = set(dates) - person.dates_worked(plan=False) - leave
    asked = sundays and text.flag("WEEKLY_REST", "sunday_in_row") and has_run(before, sunday=True)
    return bool(asked) and not has_run(free, sunday=True)


def is_sunday(day: date) -> bool:
    return day.isoweekday() == 7


def days_in_row(person: Person) -> Iterator[str]:
    planned = person.dates_worked(told=False)
    for run in longest_run(person.dates_worked()):
        most = person.rules(reaching(person, run)).get("MAX_CONSEC_DAYS")
        if most is not None and len(run) > most and planned & set(run):
            yield "MAX_CONSEC_DAYS"


def elsewhere_or_before(person: Person) -> set[date]:
    """Dates of work elsewhere, and of the days before."""
    spans = [
        *person.worker.other_work,
        *person.worker.calls,
        *((start, end) for _, start, end, _ in person.worker.past),
    ]
    return {one for start, end in spans for one in person.clock.dates(start, end)}


def _in_team(person: Person) -> bool:
    told = person.worker.contract.get("weekend_team")
    return bool(person.worker.contract.get("sunday_agreed") if told is None else told)


def sundays(person: Person) -> Iterator[str]:
    planned = {one for one in person.dates_worked(told=False) if one.isoweekday() == 7}
    told = {date.fromisoformat(one) for one in (person.worker.counters.get("sundays_worked") or [])}
    told |= {day for day in elsewhere_or_before(person) if day.isoweekday() == 7}
    worked = planned | told
    agreed, team = bool(person.worker.contract.get("sunday_agreed", False)), _in_team(person)
    for one in sorted(planned):
        rules = person.rules([day for day in person.planned if one in _dates(person, day)])
        first = last = one
        while first - timedelta(weeks=1) in worked:
            first -= timedelta(weeks=1)
        while last + timedelta(weeks=1) in worked:
            last += timedelta(weeks=1)
        run = (last - first).days // 7 + 1
        most = rules.get("SUNDAY_RHYTHM", "max_per_fortnight")
        volunteers = rules.get("SUNDAY_RHYTHM", "volunteers_max_in_row")
        if most is not None and run > (volunteers if team and volunteers is not None else most):
            yield "SUNDAY_RHYTHM"
        month = rules.get("SUNDAY_RHYTHM", "max_per_month")
        in_month = [other for other in worked if (other.year, other.month) == (one.year, one.month)]
        if month is not None and not agreed and len(in_month) > month:
            yield "SUNDAY_RHYTHM"


def _dates(person: Person, day: Day) -> set[date]:
    return {one for stop in day.stops for one in person.clock.dates(stop.start, stop.end)}


def holidays(person: Person) -> Iterator[str]:
    """Public holidays worked one after the other, by the places of the work."""
    case = person.case
    planned = {
        one
        for day in person.planned
        for stop in day.stops
        for one in case.clock.dates(stop.start, stop.end)
        if is_holiday(case, one, case.commune_of(stop.visit))
    }
    told = {date.fromisoformat(one) for one in (person.worker.counters.get("holidays_worked") or [])}
    told = {day for day in told | elsewhere_or_before(person) if is_holiday(case, day, None)}
    worked = planned | told
    communes = {case.commune_of(stop.visit) for day in person.planned for stop in day.stops}
    for one in sorted(planned):
        rules = person.rules([day for day in person.planned if one in _dates(person, day)])
        most = rules.get("HOLIDAY_RHYTHM", "max_in_row")
        run = 1
        for step in (-timedelta(days=1), timedelta(days=1)):
            other = one + step
            while abs((one - other).days) < 366 and (
                other in worked or not any(is_holiday(case, other, place) for place in communes)
            ):
                run += other in worked
                other += step
        if most is not None and run > most:
            yield "HOLIDAY_RHYTHM"


class Period:
    """The contract's own period that a date lies in: its dates and the hours that the contract holds in
    it."""

    def __init__(self, person: Person, day: date, rules: Rules) -> None:
        contract, length = person.worker.contract, person.clock.length
        self.mode = contract.get("working_time_mode") or "weekly"
        if contract.get("full_time") and self.mode == "monthly":
            self.mode = "weekly"
        told = contract.get("period_start")
        start = date.fromisoformat(told) if told else None
        weekly = contract.get("weekly_min")
        hours = None if weekly is None else length(weekly)
        year, month, full = (rules.at_least("FULL_TIME", name) for name in ("year", "month", "week"))
        self.weeks = 1
        if self.mode == "weekly":
            self.first, self.last = monday(day), monday(day) + timedelta(days=6)
        elif self.mode in ("two_weeks", "four_weeks"):
            self._of_weeks(person, day, start)
            hours = None if hours is None else hours * self.weeks
        elif self.mode == "monthly":
            self.first = day.replace(day=1)
            self.last = (self.first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            hours = None if hours is None else hours * month // full
        else:
            self._of_year(day, start)
            hours = None if hours is None else hours * year // full
        told_hours = contract.get("period_hours_min")
        if told_hours is not None and self.mode == (contract.get("working_time_mode") or "weekly"):
            usual = {"two_weeks": 2, "four_weeks": 4}.get(self.mode, self.weeks)
            hours = length(told_hours) * self.weeks // usual
        self.hours = hours
        added = person.worker.told.get("dated_hours", [])
        if hours is not None and added:
            self.hours = self._by_date(hours, added, length, {"monthly": month, "annual": year}, full)

    def _by_date(
        self,
        hours: int,
        added: list[dict[str, Any]],
        length: Callable[[float], int],
        full_period: dict[str, int],
        full_week: int,
    ) -> int:
        """Every date counts for an equal part of its period."""
        count = (self.last - self.first).days + 1
        total = 0
        for number in range(count):
            day = (self.first + timedelta(days=number)).isoformat()
            own = hours
            for one in added:
                if one["first"] <= day <= (one.get("last") or "9999-12-31"):
                    weekly = length(one["weekly_min"])
                    if self.mode in full_period:
                        whole = weekly * full_period[self.mode] // full_week
                    else:
                        whole = weekly * count // 7
                    if one.get("kind", "amendment") == "amendment":
                        own = whole
                    else:
                        total += whole
            total += own
        return total // count

    def _of_weeks(self, person: Person, day: date, start: date | None) -> None:
        self.weeks = 2 if self.mode == "two_weeks" else 4
        if start is None:
            dates = fortnight(day, anchor(person.rules([])))
            self.first, self.weeks = dates[0], len(dates) // 7
        else:
            self.first = start + timedelta(days=(day - start).days // (7 * self.weeks) * 7 * self.weeks)
        self.last = self.first + timedelta(days=7 * self.weeks - 1)

    def _of_year(self, day: date, start: date | None) -> None:
        if start is None:
            self.first, self.last = date(day.year, 1, 1), date(day.year, 12, 31)
            return
        first = start.replace(year=day.year)
        self.first = first if first <= day else start.replace(year=day.year - 1)
        self.last = self.first.replace(year=self.first.year + 1) - timedelta(days=1)

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


def hours_in(person: Person, period: Period) -> int:
    """Done before, planned, promised after."""
    case, counters, length = person.case, person.worker.counters, person.clock.length
    work = sum(person.own_work(day) for day in person.planned if period.holds(day.date))
    work += sum(
        sum(end - start for start, end in day.calls) for day in person.days.values() if period.holds(day.date)
    )
    if period.last > case.days[-1]:
        work += length(counters.get("period_promised_min") or 0)
    began_before = period.first < case.first_day and period.holds(case.first_day)
    if began_before and counters.get("period_work_min") is not None:
        return work + length(counters["period_work_min"])
    this, told = monday(case.first_day), (counters.get("week_work_min") or [])
    counted: set[date] = set()
    for back in range(1, len(told) + 1):
        first = this - timedelta(weeks=back)
        if period.holds(first) and period.holds(first + timedelta(days=6)):
            work += length(told[-back])
            counted |= set(week(first))
    return work + sum(
        done for day, _, _, done in person.worker.past if period.holds(day) and day not in counted
    )


def periods(person: Person) -> Iterator[tuple[Period, Rules]]:
    """Those that the plan puts something in, with the rules of the SAAD visited in them."""
    seen = set()
    for day in person.planned:
        period = Period(person, day.date, person.rules([]))
        if period.first not in seen:
            seen.add(period.first)
            yield period, person.rules([one for one in person.planned if period.holds(one.date)])


def additional_hours(person: Person) -> Iterator[str]:
    contract = person.worker.contract
    ceiling = contract.get("week_ceiling_min")
    for first in planned_weeks(person):
        rules = person.rules(in_week(person, first))
        work = worked_in(person, first, other=False)
        if (
            ceiling is not None
            and rules.flag("ADDITIONAL_HOURS", "week_ceiling")
            and work > person.clock.length(ceiling)
        ):
            yield "ADDITIONAL_HOURS"
        below = rules.get("ADDITIONAL_HOURS", "two_weeks_week_below")
        in_two_weeks = contract.get("working_time_mode") == "two_weeks" and not person.worker.full_time
        if in_two_weeks and below is not None and work >= below:
            yield "ADDITIONAL_HOURS"
    for period, rules in periods(person):
        if person.worker.full_time or period.hours is None:
            continue
        yield from _too_many(person, period, rules)


def _too_many(person: Person, period: Period, rules: Rules) -> Iterator[str]:
    hours, work = period.hours or 0, hours_in(person, period)
    part, percent = (
        rules.get("ADDITIONAL_HOURS", "part_of_contract"),
        rules.get("ADDITIONAL_HOURS", "percent_of_contract"),
    )
    name = {"monthly": "part_time_month_below", "annual": "part_time_year_below"}.get(
        period.mode, "part_time_week_below"
    )
    below = rules.get("ADDITIONAL_HOURS", name)
    broken = part is not None and part * work > (part + 1) * hours
    broken = broken or (percent is not None and 100 * work > (100 + percent) * hours)
    if broken or (below is not None and work >= below * period.weeks):
        yield "ADDITIONAL_HOURS"


def ai_hours(person: Person) -> Iterator[str]:
    employer = person.case.employers[person.worker.told["employer_id"]]
    if employer["kind"] != "ai":
        return
    counters, length = person.worker.counters, person.clock.length
    rules = person.rules(person.planned)
    cap = length(counters["ai_cap_min"]) if counters.get("ai_cap_min") is not None else rules.get("AI_480H")
    used = sum(ai_work(person, day, rules, employer) for day in person.planned)
    if cap is not None and used and length(counters.get("capped_ai_work_min")) + used > cap:
        yield "AI_480H"


def ai_work(person: Person, day: Day, rules: Rules, employer: dict[str, object]) -> int:
    def counts(id: str) -> bool:
        status = person.case.providers[id]["legal_status"]
        if status == "public":
            return rules.flag("AI_480H_EXEMPT", "public_counts") and bool(
                employer.get("applies_480h_to_public", True)
            )
        return status == "company" or not rules.flag("AI_480H_EXEMPT", "non_profit_exempt")

    short, found = person.short(person.rules([day])), 0
    for tour in day.tours:
        before = None
        for stop in tour.stops:
            host = next(iter(person.case.hosts_of(stop.visit)), None)
            if host is not None and counts(host):
                found += stop.end - stop.start
                if host == before:
                    found += stop.travel + (stop.wait if stop.wait < short else 0)
            before = host
    return found


def min_work_period(person: Person) -> Iterator[str]:
    for day in person.planned:
        rules = person.rules([day])
        least = rules.get("MIN_WORK_PERIOD")
        if least is not None and _longest_period(person, day, rules) < least:
            yield "MIN_WORK_PERIOD"


def _longest_period(person: Person, day: Day, rules: Rules) -> int:
    longest = 0
    for tour in day.tours:
        run = 0
        for number, stop in enumerate(tour.stops):
            if number and not stop.pause and (stop.wait == 0 or stop.wait < person.short(rules)):
                run += stop.travel + stop.wait
            else:
                longest, run = max(longest, run), 0
            run += stop.end - stop.start
        longest = max(longest, run)
    return longest
