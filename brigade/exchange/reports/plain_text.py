"""A plan as plain text for a terminal: what is uncovered and why, the tours, the figures.

`plan_sections` gives the same content as tables, for whoever draws them with colours; `terminal_text` is
that, tabulated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from brigade.changes.answers import ProposedSwap
from brigade.exchange.documents.facts import ReportInput, input_warnings, judged
from brigade.exchange.documents.rows import (
    StopRow,
    level_word,
    missed_seats,
    named,
    stop_rows,
    swap_reason,
    tour_mode,
    uncovered_rows,
    unwanted_visits,
)
from brigade.exchange.reports.report_tables import ReportTable, plain_lines, tables
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.words import duration, long_day, say, short_day, wall_clock, wall_span, word

LONG = ("parts", "feeds")
GRAVEST = 5
"""Uncovered visits that one screen names."""
TOUR_COLUMNS = ("arrival", "start", "end", "visit", "priority", "provider", "travel", "status")


def terminal_text(problem: Problem, plan: Plan, facts: ReportInput | None = None, lang: str = "fr") -> str:
    """The sections one after the other, ended by a newline."""
    sections = plan_sections(problem, plan, facts, lang)
    return "\n\n".join("\n".join(_section(section)) for section in sections) + "\n"


def plan_sections(
    problem: Problem, plan: Plan, facts: ReportInput | None = None, lang: str = "fr"
) -> list[ReportTable]:
    """The tours, the figures, then what is uncovered: what a terminal prints last is what one reads first."""
    tours = [_tour(problem, rows, lang) for rows in _by_tour(problem, plan)]
    figures = [
        _brief(table)
        for table in tables(problem, plan, judged(problem, plan, facts), lang)
        if table.id not in LONG
    ]
    swaps = () if facts is None else facts.swaps
    return [*tours, *figures, uncovered_section(problem, plan, lang, swaps)]


def _brief(table: ReportTable) -> ReportTable:
    """Of the rules only the verdict: line by line they are on the page."""
    return replace(table, rows=()) if table.id == "rules" else table


def one_screen(problem: Problem, plan: Plan, lang: str = "fr") -> list[ReportTable]:
    """What is covered, level by level, and the gravest visits that are not, each with its first reason."""
    return [_coverage(problem, plan, lang), _gravest(problem, plan, lang)]


def _coverage(problem: Problem, plan: Plan, lang: str) -> ReportTable:
    visits = [one.visit for one in problem.requests if not one.is_seat]
    asked = Counter(visit.level for visit in visits)
    left = Counter(visit.level for visit in visits if visit.id not in plan.covered)
    rows = [
        (word(f"level.{level}", lang), str(asked[level]), str(asked[level] - left[level]), str(left[level]))
        for level in sorted(asked)
    ]
    head = tuple(word(f"column.{name}", lang) for name in ("priority", "asked", "covered", "uncovered"))
    title = word("coverage_title", lang)
    return ReportTable("coverage", title, title, head, tuple(rows), (), (1, 2, 3))


def _gravest(problem: Problem, plan: Plan, lang: str) -> ReportTable:
    rows = uncovered_rows(problem, plan)
    notes = []
    for row in rows[:GRAVEST]:
        notes.append(_heading(problem, row.visit.id, lang))
        notes += [f"  - {say(one, lang, horizon=problem.horizon)}" for one in row.uncovered.reasons[:1]]
    more = len(rows) - GRAVEST
    if more > 0:
        notes.append(word("uncovered_more", lang, n=more))
    title = word("gravest_title", lang) if rows else word("covered_title", lang)
    return ReportTable("gravest", title, title, (), (), tuple(notes))


def _section(section: ReportTable) -> Iterator[str]:
    yield section.title
    yield "-" * len(section.title)
    yield from section.notes
    if section.rows:
        yield from plain_lines(section)


def _by_tour(problem: Problem, plan: Plan) -> Iterator[list[StopRow]]:
    for _, rows in groupby(stop_rows(problem, plan), key=lambda row: (row.worker.id, row.route.tour)):
        yield list(rows)


def _tour(problem: Problem, rows: list[StopRow], lang: str) -> ReportTable:
    at, route = problem.horizon.instant, rows[0].route
    day = f"{short_day(route.day, lang)} · " if problem.horizon.days > 1 else ""
    mode = tour_mode(problem, route, lang)
    title = f"{route.worker_id} · {day}{wall_span(at(route.departure), at(route.back), lang)} · {mode}"
    head = tuple(word(f"column.{column}", lang) for column in TOUR_COLUMNS)
    return ReportTable(
        f"tour-{route.worker_id}-{route.tour}",
        title,
        title,
        head,
        tuple(_stop(problem, row, lang) for row in rows),
    )


def _stop(problem: Problem, row: StopRow, lang: str) -> tuple[str, ...]:
    at, stop = problem.horizon.instant, row.stop
    return (
        wall_clock(at(stop.arrival), lang),
        wall_clock(at(stop.start), lang),
        wall_clock(at(stop.end), lang),
        named(row.visit, lang),
        level_word(row.visit, lang),
        row.provider_id,
        duration(problem.horizon.minutes(stop.travel)),
        word(row.status, lang),
    )


def uncovered_section(
    problem: Problem, plan: Plan, lang: str, swaps: Sequence[ProposedSwap] = ()
) -> ReportTable:
    """What is uncovered, the gravest first, each with its reasons and what may be done, and what present
    staff could be asked."""
    rows = uncovered_rows(problem, plan)
    mandatory = sum(1 for row in rows if row.visit.level == 0 and not row.visit.is_seat)
    visits = sum(1 for row in rows if not row.visit.is_seat)
    title = word("uncovered_title", lang, n=visits) if visits else word("covered_title", lang)
    notes = [word("mandatory_missed", lang, n=mandatory)] if mandatory else []
    notes += missed_seats([row.visit for row in rows], lang)
    notes += [say(reason, lang, horizon=problem.horizon) for reason in input_warnings(problem)]
    for row in rows:
        notes += ["", _heading(problem, row.visit.id, lang)]
        notes += [f"  - {say(reason, lang, horizon=problem.horizon)}" for reason in row.uncovered.reasons]
        if action := row.uncovered.action:
            told = say(action, lang, horizon=problem.horizon)
            if action.code == "action_not_sought":
                told = word("ask_explain", lang, action=told, visit=row.visit.id)
            notes.append(f"  > {word('possible_action', lang)} {told}")
        asked = (one for one in swaps if one.visit_id == row.visit.id)
        notes += [f"  > {say(swap_reason(problem, one), lang, horizon=problem.horizon)}" for one in asked]
    return ReportTable("uncovered", title, title, (), (), (*notes, *_unwanted(problem, lang)))


def _unwanted(problem: Problem, lang: str) -> list[str]:
    """Visits that are not to be covered, as their clients want: nobody counts them, and nobody should look
    for them."""
    visits = unwanted_visits(problem)
    if not visits:
        return []
    title = word("unwanted", lang, n=len(visits))
    return ["", title, *(f"  {_heading(problem, visit.id, lang)}" for visit in visits)]


def _heading(problem: Problem, visit_id: str, lang: str) -> str:
    visit, at = problem.visit_by_id[visit_id], problem.horizon.instant
    day = f"{long_day(problem.day_of(visit.windows[0].earliest), lang)}, " if problem.horizon.days > 1 else ""
    spans = ", ".join(
        wall_span(at(window.earliest), at(window.hard_latest), lang) for window in visit.windows
    )
    length = duration(problem.horizon.minutes(visit.duration))
    return f"{named(visit, lang)} [{word(f'level.{visit.level}', lang)}] {day}{spans}, {length}"
