"""`brigade explain`, `brigade candidates` and `brigade hours`: why a visit is uncovered or done by whom, who
could take it, and at which other hours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scenarios.cli.console import options
from scenarios.cli.console.exits import ExitCode
from scenarios.cli.console.inputs import name_of, plan_from, problem_from
from scenarios.cli.console.options import Lang
from scenarios.cli.console.screen import Screen, answering

if TYPE_CHECKING:
    from brigade.changes.answers import Candidate, Contribution, Explanation, ObstacleSet, Suggestion
    from brigade.exchange.reports.report_tables import ReportTable
    from brigade.values.plan import Marking, Plan
    from brigade.values.problem import Problem
    from solver.advice import AdviceSession

PANEL = "understand"

PlanPath = Annotated[Path, typer.Argument(metavar="PLAN", help="explain.plan")]
CLOCK = "%H:%M"
Visits = Annotated[
    list[str],
    typer.Option(
        "--visit",
        metavar="ID",
        help="several_visits",
    ),
]


def register(app: typer.Typer) -> None:
    app.command("explain", rich_help_panel=PANEL)(explain)
    app.command("candidates", rich_help_panel=PANEL)(candidates)
    app.command("hours", rich_help_panel=PANEL)(hours)


def explain(
    problem: options.Input,
    plan: PlanPath,
    visit: Annotated[str, typer.Option("--visit", metavar="ID", help="one_visit")],
    worker: Annotated[
        str | None,
        typer.Option("--worker", metavar="ID"),
    ] = None,
    other_problem: options.OtherProblem = False,
    mapping: options.Mapping = None,
    as_json: options.AsJson = None,
    lang: options.Language = Lang.FR,
) -> None:
    """Why a visit is uncovered and what would cover it, or why this worker does it."""
    screen = Screen.of("explain", lang, as_json, when_piped=True)
    with opened(screen, problem, plan, mapping, other_problem=other_problem) as (given, made):
        from solver.advice import AdviceSession
        from solver.advice.candidates import unpinned

        # Whoever asks who else could come would move a fixed visit: no fix may answer for them.
        session = AdviceSession(given, unpinned(made, [visit]) if visit in made.covered else made)
        # An unknown worker is refused: lists cut to that name would only be empty.
        session.refuse_unknown([visit], [] if worker is None else [worker])
        told = tell_covered if visit in made.covered else tell_uncovered
        told(screen, session, visit, worker)


def candidates(
    problem: options.Input,
    plan: PlanPath,
    visit: Visits,
    moves: Annotated[
        bool,
        typer.Option(
            "--moves",
        ),
    ] = False,
    other_problem: options.OtherProblem = False,
    mapping: options.Mapping = None,
    as_json: options.AsJson = None,
    lang: options.Language = Lang.FR,
) -> None:
    """Who could take a visit or a half-day of them, and why the others cannot."""
    screen = Screen.of("candidates", lang, as_json, when_piped=True)
    with opened(screen, problem, plan, mapping, other_problem=other_problem) as (given, made):
        from brigade.exchange.documents.answer_documents import candidates_to_json
        from solver.advice import candidates as found_for

        found = found_for(given, made, visit, moves)
        title = ", ".join(found.visit_ids)
        rows = [candidate_row(screen, given, one) for one in found.ranked]
        screen.tables(
            [
                table(screen, "candidates", title, rows),
                table(screen, "in_the_way", "", way_rows(screen, given, found.others)),
            ]
        )
        screen.answer(ExitCode.DONE, **candidates_to_json(given, found, screen.lang))


def hours(
    problem: options.Input,
    plan: PlanPath,
    visit: Annotated[str, typer.Option("--visit", metavar="ID", help="one_visit")],
    opens: Annotated[
        datetime | None,
        typer.Option("--from", metavar="HH:MM", formats=[CLOCK], show_default="07:00", help="hours.from"),
    ] = None,
    closes: Annotated[
        datetime | None,
        typer.Option("--until", metavar="HH:MM", formats=[CLOCK], show_default="21:00", help="hours.until"),
    ] = None,
    other_problem: options.OtherProblem = False,
    mapping: options.Mapping = None,
    as_json: options.AsJson = None,
    lang: options.Language = Lang.FR,
) -> None:
    """At which other hours of the day a family could be served, what costs the plan least first."""
    screen = Screen.of("hours", lang, as_json, when_piped=True)
    with opened(screen, problem, plan, mapping, other_problem=other_problem) as (given, made):
        from brigade.changes.answers import FAMILIES_FROM, FAMILIES_UNTIL
        from brigade.exchange.documents.answer_documents import hours_to_json
        from brigade.words import capital
        from solver.advice import proposed_hours

        first = FAMILIES_FROM if opens is None else opens.time()
        last = FAMILIES_UNTIL if closes is None else closes.time()
        told = hours_to_json(given, proposed_hours(given, made, visit, first, last), screen.lang)
        for one in told["proposals"]:
            screen.line(f"  {capital(one['sentence'])}")
        if not told["proposals"]:
            screen.line(f"  {capital(screen.word('hours.none', tried=told['tried']))}")
        screen.answer(ExitCode.DONE, **told)


@contextmanager
def opened(
    screen: Screen, problem: Path, plan: Path, mapping: Path | None, *, other_problem: bool
) -> Iterator[tuple[Problem, Plan]]:
    """A problem and its plan. Faults are told under the name of the file that has them; within, under the
    plan's."""
    with answering(screen, name_of(problem)):
        given = problem_from(problem, screen, mapping)
    with answering(screen, plan.name):
        yield given, plan_from(plan, given, same_problem=not other_problem)


# -- one visit ---------------------------------------------------------------------------------------------
def tell_uncovered(screen: Screen, session: AdviceSession, visit: str, worker: str | None) -> None:
    from brigade.exchange.documents.answer_documents import explanation_to_json, suggestion_to_json
    from solver.advice import explain as why
    from solver.advice import suggest

    told = why(session, visit)
    found = list(suggest(session, visit))
    if worker is not None:
        mine = tuple(one for one in told.workers if one.worker_id == worker)
        # The summary is of everybody's obstacles: it answers for one worker only where that one has none to
        # tell.
        told = replace(told, workers=mine, summary=() if mine else told.summary)
    show_uncovered(screen, session.problem, told, found)
    problem, lang = session.problem, screen.lang
    suggestions = [suggestion_to_json(problem, one, lang) for one in found]
    screen.answer(
        ExitCode.DONE, covered=False, **explanation_to_json(problem, told, lang), suggestions=suggestions
    )


def show_uncovered(screen: Screen, problem: Problem, told: Explanation, found: list[Suggestion]) -> None:
    from brigade.words import say

    for reason in told.summary:
        screen.line(f"  {say(reason, screen.lang, horizon=problem.horizon)}")
    screen.line()
    screen.say("cli.would_cover" if found else "cli.nothing_would_cover")
    for one in found:
        screen.line(f"  {say(one.reason, screen.lang, horizon=problem.horizon)}")
    screen.line()
    screen.tables([table(screen, "in_the_way", told.visit_id, way_rows(screen, problem, told.workers))])


def tell_covered(screen: Screen, session: AdviceSession, visit: str, worker: str | None) -> None:
    from brigade.exchange.documents.answer_documents import contribution_to_json
    from solver.advice import contribution

    told = contribution(session, visit)
    if worker is not None:
        told = replace(
            told,
            alternatives=tuple(one for one in told.alternatives if one.worker_id == worker),
            others=tuple(one for one in told.others if one.worker_id == worker),
        )
    show_covered(screen, session.problem, told)
    screen.answer(ExitCode.DONE, covered=True, **contribution_to_json(session.problem, told, screen.lang))


def show_covered(screen: Screen, problem: Problem, told: Contribution) -> None:
    from brigade.words import capital, word

    lang = screen.lang
    screen.say(
        "cli.done_by",
        visit=told.visit_id,
        worker=told.worker_id,
        marking=marking_text(screen, problem, told.marking),
    )
    for term, cost in told.terms.items():
        name = capital(word(f"term.{term}", lang))
        screen.line(f"  {name}{word('colon', lang)}{cost}")
    for one in told.alternatives:
        screen.say("cli.instead", worker=one.worker_id, more=one.more)
    screen.tables([table(screen, "in_the_way", told.visit_id, way_rows(screen, problem, told.others))])


# -- tables ------------------------------------------------------------------------------------------------
HEADS = {
    "candidates": (
        *("cost", "worker", "points", "detour", "known", "left"),
        *("work", "calls", "refusals", "status", "moves"),
    ),
    "in_the_way": ("worker", "obstacles"),
}


def table(screen: Screen, id: str, title: str, rows: list[tuple[str, ...]]) -> ReportTable:
    from brigade.exchange.reports.report_tables import ReportTable

    head = tuple(screen.word(f"candidate.{column}") for column in HEADS[id])
    return ReportTable(id, f"{screen.word(f'cli.title_{id}')} {title}".strip(), "", head, tuple(rows))


def way_rows(screen: Screen, problem: Problem, found: tuple[ObstacleSet, ...]) -> list[tuple[str, ...]]:
    from brigade.words import say

    return [
        (
            one.worker_id,
            " ; ".join(say(it.reason, screen.lang, horizon=problem.horizon) for it in one.obstacles),
        )
        for one in found
    ]


def candidate_row(screen: Screen, problem: Problem, one: Candidate) -> tuple[str, ...]:
    from brigade.words import duration, word

    left = "" if one.hours_left_min is None else duration(one.hours_left_min)
    return (
        str(one.cost),
        one.worker_id,
        str(one.points),
        duration(one.detour_min),
        ", ".join(one.known),
        left,
        f"{duration(one.work_min)} / {duration(one.fair_min)}",
        str(one.short_notice_calls),
        ", ".join(
            f"{it.left}/{it.limit} {word(f'refusal.{it.kind.value}', screen.lang)}" for it in one.allowances
        ),
        marking_text(screen, problem, one.marking),
        "; ".join(changes(screen, one)),
    )


def changes(screen: Screen, one: Candidate) -> Iterator[str]:
    for visit, worker in one.moved.items():
        yield f"{visit} → {worker}"
    for visit in one.dropped:
        yield screen.word("cli.given_up", visit=visit)


def marking_text(screen: Screen, problem: Problem, marking: Marking | None) -> str:
    from brigade.words import say_marking

    return "" if marking is None else say_marking(marking, screen.lang, horizon=problem.horizon)
