"""NIGHT_LIMITS: a duty day with enough night in it is a night; its work, nights in a row, the rest after a
long one, the mean.

Who may work at night is a competency (`NIGHT`), not judged here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from brigade.law.rule_traits import AsObstacle, Scope
from brigade.texts.rule_sets import NIGHTS, RuleSet, RuleValue
from brigade.timing.duty_days import (
    WorkDay,
    by_week,
    hosts_met,
    minutes_of,
    night_ticks,
    ticks_of,
    timeline,
    wall_time,
    work_intervals,
)
from brigade.timing.free_time import DAY, FreeTime, broken, limit_min, rests, runs, week_name, weekly_work
from brigade.units import Interval, Ticks
from brigade.values.plan import Plan, Violation
from brigade.values.problem import Problem
from brigade.values.workforce import Worker
from brigade.worked.night_workers import is_night_worker

CODES = ("NIGHT_LIMITS",)
SCOPE = Scope.WORKER
AS_OBSTACLE = AsObstacle()


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Each text says by itself what a night is and what it owes (`RuleSet.apart`)."""
    for worker in problem.workers:
        days = timeline(problem, plan, worker)
        for day in days:
            yield from _work(problem, worker, day)
        yield from _rest_after(problem, worker, days)
        yield from _in_a_row(problem, worker, days)
        yield from _mean(problem, worker, days)


def _work(problem: Problem, worker: Worker, day: WorkDay) -> Iterator[Violation]:
    """The whole work of a night, evening and morning included; rules of that duty day's hosts."""
    for rules in problem.rules_for(worker, day.hosts).apart(NIGHTS) if day.planned else ():
        most = rules.get("NIGHT_LIMITS", "max_work")
        if most is not None and day.work > ticks_of(problem, most) and is_night(problem, worker, rules, day):
            met = {
                "work_min": minutes_of(problem, day.work),
                "night_min": minutes_of(problem, night_work(problem, worker, rules, day)),
            }
            yield broken(most, worker, str(day.day), "work", limit_min=limit_min(most), **met)
            return


def _rest_after(problem: Problem, worker: Worker, days: tuple[WorkDay, ...]) -> Iterator[Violation]:
    """What a night has beyond a number of hours is given back: that much more than the daily rest follows
    it."""
    for rest in rests(days):
        texts = (
            problem.rules_for(worker, hosts_met((rest.before, rest.after))).apart(NIGHTS)
            if rest.planned
            else ()
        )
        yield from [one for text in texts for one in _too_short(problem, worker, text, rest)][:1]


def _too_short(problem: Problem, worker: Worker, rules: RuleSet, rest: FreeTime) -> Iterator[Violation]:
    daily = rules.get("DAILY_REST")
    if daily is None or not is_night(problem, worker, rules, rest.before):
        return
    for over, work in _given_back(problem, worker, rules, rest.before):
        owed = max(0, work - ticks_of(problem, over))
        if owed and rest.length < ticks_of(problem, daily) + owed:
            least = minutes_of(problem, ticks_of(problem, daily) + owed)
            met = {"rest_min": minutes_of(problem, rest.length), "work_min": minutes_of(problem, work)}
            yield broken(
                over, worker, str(rest.after.day), "rest", limit_min=least, before=str(rest.before.day), **met
            )


def _given_back(
    problem: Problem, worker: Worker, rules: RuleSet, night: WorkDay
) -> Iterator[tuple[RuleValue, Ticks]]:
    """The thresholds beyond which a night's work is given back, and the work each speaks of: all of the day's
    (`rest_equal_over`), or what lies in the night band (`rest_equal_over_night`); a night that fills the band
    (`whole_night`) counts whole."""
    day, band = (
        rules.get("NIGHT_LIMITS", "rest_equal_over"),
        rules.get("NIGHT_LIMITS", "rest_equal_over_night"),
    )
    if day is not None:
        yield day, night.work
    if band is not None:
        whole = rules.get("NIGHT_LIMITS", "whole_night")
        inside = night_work(problem, worker, rules, night)
        yield band, night.work if whole is not None and inside >= ticks_of(problem, whole) else inside


def _in_a_row(problem: Problem, worker: Worker, days: tuple[WorkDay, ...]) -> Iterator[Violation]:
    """Nights of consecutive duty days, history included; rules of the hosts of those nights, on the last
    planned one. What a night is on a day whose hosts nobody knows, the plan's hosts together say."""
    by_date, together = {day.day: day for day in days}, hosts_met(days)
    known = (problem.rules_for(worker, day.hosts if day.planned else together).apart(NIGHTS) for day in days)
    for text in {text.wording: text for texts in known for text in texts}.values():
        # A text at a time: what is a night for one may be none for another, and a row mixed of both is
        # nobody's.
        most = text.get("NIGHT_LIMITS", "max_nights_in_row")
        nights = [day.day for day in days if most is not None and is_night(problem, worker, text, day)]
        for run in runs(nights):
            planned = [day for day in run if by_date[day].planned]
            if (
                planned
                and most is not None
                and len(run) > most.value
                and _holds_on(problem, worker, text, map(by_date.get, run))
            ):
                yield broken(
                    most,
                    worker,
                    str(planned[-1]),
                    "in_row",
                    nights=len(run),
                    limit=most.value,
                    first=str(run[0]),
                )


def _holds_on(problem: Problem, worker: Worker, text: RuleSet, run: Iterable[WorkDay | None]) -> bool:
    """Whether the text is one of those of the run's hosts together."""
    texts = problem.rules_for(worker, hosts_met(day for day in run if day is not None)).apart(NIGHTS)
    return any(one.wording == text.wording for one in texts)


def _mean(problem: Problem, worker: Worker, days: tuple[WorkDay, ...]) -> Iterator[Violation]:
    """Mean week of the weeks up to one in which the plan puts a night, for a night worker any work; rules of
    its hosts."""
    work = weekly_work(problem, worker, days)
    for monday, week in by_week(days).items():
        planned = [day for day in week if day.planned]
        for rules in problem.rules_for(worker, hosts_met(week)).apart(NIGHTS) if planned else ():
            limit, span = (
                rules.get("NIGHT_LIMITS", "average_week"),
                rules.get("NIGHT_LIMITS", "average_weeks"),
            )
            bound = is_night_worker(problem, worker) or any(
                is_night(problem, worker, rules, day) for day in planned
            )
            if limit is None or span is None or not bound:
                continue
            total = sum(work.get(monday - 7 * back * DAY, 0) for back in range(span.value))
            if total > span.value * ticks_of(problem, limit):
                mean = round(minutes_of(problem, total) / span.value, 1)
                met = {"mean_min": mean, "limit_min": limit_min(limit), "weeks": span.value}
                yield broken(limit, worker, week_name(monday), "average", **met)
                break


def is_night(problem: Problem, worker: Worker, rules: RuleSet, day: WorkDay) -> bool:
    """Whether the duty day counts as a night: at least `counts_from` of it in the night band, any of it for a
    night worker."""
    least, night = rules.get("NIGHT_LIMITS", "counts_from"), night_work(problem, worker, rules, day)
    return night > 0 and (
        least is None or night >= ticks_of(problem, least) or is_night_worker(problem, worker)
    )


def night_work(problem: Problem, worker: Worker, rules: RuleSet, day: WorkDay) -> Ticks:
    """Work of the duty day in the night band of `rules`, for whatever employer; what a text calls work, the
    day's hosts say together."""
    return _planned_night(problem, worker, rules, day) + _known_night(problem, worker, rules, day.day)


def _planned_night(problem: Problem, worker: Worker, rules: RuleSet, day: WorkDay) -> Ticks:
    # Most tours are over before any night, and need not be read stop by stop.
    if not any(night_ticks(problem, rules, Interval(one.departure, one.stops[-1].end)) for one in day.routes):
        return 0
    joined = problem.rules_for(worker, day.hosts)
    planned = (one for route in day.routes for one in work_intervals(problem, joined, route))
    return sum(night_ticks(problem, rules, one) for one in planned)


def _known_night(problem: Problem, worker: Worker, rules: RuleSet, day: date) -> Ticks:
    """Night that the plan has no say in: other work of that duty day; of history, of which only the outer
    times are known, all of the band between them, at most the work."""
    other = (one for one in worker.other_work if problem.day_of(one.start) == day)
    past = (one for one in worker.counters.days if one.day == day)
    return sum(_band_ticks(problem, rules, day, one) for one in other) + sum(
        min(one.work, _band_ticks(problem, rules, day, Interval(one.start, one.end))) for one in past
    )


def _band_ticks(problem: Problem, rules: RuleSet, day: date, taken: Interval) -> Ticks:
    """What of the time `taken` of a duty day, within the horizon or before it, lies in the night band."""
    first, last = rules.get("NIGHT_WINDOW", "from"), rules.get("NIGHT_WINDOW", "to")
    if first is None or last is None:
        return 0
    # The band of the evening before may reach into the morning on which a duty day begins.
    evenings: tuple[date, ...] = (day - DAY, day, day + DAY)
    bands = (
        Interval(
            problem.horizon.at(evening, wall_time(first.value)),
            problem.horizon.at(
                evening + DAY if first.value >= last.value else evening, wall_time(last.value)
            ),
        )
        for evening in evenings
    )
    return sum(taken.overlap(band) for band in bands)
