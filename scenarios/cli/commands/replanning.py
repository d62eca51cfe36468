"""`brigade replan` and `brigade edit`: a told plan after events, and hand edits judged."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scenarios.cli.console import options
from scenarios.cli.console.delivery import WantedFiles, export
from scenarios.cli.console.exits import ExitCode
from scenarios.cli.console.inputs import is_stream, name_of, plan_from, problem_from
from scenarios.cli.console.interruption import Interruption
from scenarios.cli.console.options import Lang
from scenarios.cli.console.outputs import Outputs
from scenarios.cli.console.screen import Screen, answering

if TYPE_CHECKING:
    from brigade.changes.plan_diff import Assignment
    from brigade.values.plan import Plan, Violation
    from brigade.values.problem import Problem
    from solver.hand_edits import Judgement
    from solver.replan import Replan

PANEL = "plan"
# A replan is asked with the telephone in hand: the answer has to come before the next sentence.
DEFAULT_TIME_S = 1.2


def register(app: typer.Typer) -> None:
    app.command("replan", rich_help_panel=PANEL)(replan)
    app.command("edit", rich_help_panel=PANEL)(edit)
    app.command("export", rich_help_panel=PANEL)(export_plan)


TOLD_PLAN = typer.Argument(metavar="PLAN")


def replan(
    problem: options.Input,
    plan: Annotated[Path, TOLD_PLAN],
    events: Annotated[
        Path,
        typer.Argument(
            metavar="EVENTS",
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="PLAN",
            help="replan.output",
        ),
    ] = None,
    problem_output: Annotated[
        Path | None,
        typer.Option(
            "--problem-output",
            metavar="PROBLEM",
        ),
    ] = None,
    html: options.Html = None,
    ics: options.Ics = None,
    stops: options.Stops = None,
    outlines: options.Outlines = True,
    time_limit: options.TimeLimit = None,
    seed: options.Seed = 1,
    iterations: options.Iterations = None,
    other_problem: options.OtherProblem = False,
    mapping: options.Mapping = None,
    as_json: options.AsJson = None,
    lang: options.Language = Lang.FR,
) -> None:
    """Repair a told plan with the least change.

    Ctrl-C (or SIGTERM) returns the best plan so far; a second time, it gives up.
    """
    screen = Screen.of("replan", lang, as_json, when_piped=True)
    interruption = Interruption(lang)
    with interruption.heard():
        with answering(screen, name_of(problem)):
            outputs, wanted = (
                Outputs((problem, plan, events)),
                WantedFiles(output, html, ics, stops, outlines),
            )
            wanted.announce(outputs)
            outputs.file(problem_output)
            outputs.check()
            given = problem_from(problem, screen, mapping)
        with answering(screen, plan.name):
            told = plan_from(plan, given, same_problem=not other_problem)
        with answering(screen, events.name):
            # Imported here and not above: help and refusals must not wait for the solver.
            from brigade.exchange.documents.event_documents import read_events
            from brigade.exchange.documents.plan_document import plan_text
            from brigade.exchange.documents.problem_document import problem_text
            from solver.model.search_settings import SearchSettings
            from solver.replan import replan as repaired
            from solver.replan_documents import replan_to_json
            from solver.replan_terms import ReplanTerms, after_events

            said = read_events(_source(events), given.horizon)
            terms = ReplanTerms(said.freeze, said.pinned, said.pinned_workers, said.told, said.people)
            after = after_events(given, said.events, told, terms, said.now)
            limit = None if iterations else time_limit or DEFAULT_TIME_S
            effort = SearchSettings(limit, seed, iterations, threads=1, prove=False)
            done = interruption.aside(lambda: repaired(after, told, terms, effort, stop=interruption.stop))
            outputs.put(output, plan_text(after, done.plan))
            export(outputs, wanted, after, done.plan, screen.lang)
            outputs.put(problem_output, problem_text(after))
            files = outputs.write()
            tell_replan(screen, after, told, done)
            for path in files:
                screen.say("cli.written", path=path)
            is_cut = interruption.has_come
            if is_cut:
                screen.note("cli.interrupted")
            screen.answer(
                ExitCode.DONE, **replan_to_json(after, done, screen.lang), interrupted=is_cut, files=files
            )


def tell_replan(screen: Screen, problem: Problem, told: Plan, done: Replan) -> None:
    from brigade.changes.plan_diff import ChangeKind
    from brigade.exchange.reports.plain_text import uncovered_section
    from brigade.words import say

    counts = {kind.value: count for kind, count in done.diff.counts.items()}
    screen.say("cli.replanned", **counts, people=len(done.disturbed))
    # What was uncovered before the events is no news of theirs.
    before = {one.visit_id for one in told.uncovered}
    if done.diff.left & before:
        screen.say("cli.still_uncovered", count=len(done.diff.left & before))
    new = [one for one in done.plan.uncovered if one.visit_id in done.diff.left - before]
    if new:
        screen.say("cli.new_uncovered", count=len(new))
    if done.within_budget is False:
        screen.say("cli.over_budget", people=len(done.disturbed))
    for change in done.diff.changes:
        if change.kind is not ChangeKind.KEPT:
            places = [_place(screen, problem, one) for one in (change.before, change.after)]
            why = say(change.reasons[0], screen.lang, horizon=problem.horizon)
            screen.line(f"  {change.visit_id} · {places[0]} → {places[1]} · {why}")
    tell_kept_unlawful(screen, problem, done)
    for one in new:
        why = "".join(say(reason, screen.lang, horizon=problem.horizon) for reason in one.reasons[:1])
        screen.line(f"  {one.visit_id} · – → – · {why}")
    if done.plan.uncovered:
        screen.line()
        screen.tables([uncovered_section(problem, done.plan, screen.lang)])


def tell_kept_unlawful(screen: Screen, problem: Problem, done: Replan) -> None:
    """What a stop that had to stay breaks, waived or not: nobody sees it from the hours alone."""
    if done.kept_unlawful:
        screen.say("cli.kept_unlawful", count=len(done.kept_unlawful))
    for one in done.kept_unlawful:
        screen.line(f"  ! {_sentence(screen, problem, one)}")


def _place(screen: Screen, problem: Problem, placed: Assignment | None) -> str:
    """Who comes when; the hour that comes twice in autumn says which of the two it is."""
    from brigade.words.formats import wall_clock

    if placed is None:
        return "–"
    instant = problem.horizon.instant(placed.start)
    return f"{placed.worker_id} {instant:%d/%m} {wall_clock(instant, screen.lang)}"


def edit(
    problem: options.Input,
    plan: Annotated[Path, TOLD_PLAN],
    edits: Annotated[
        Path,
        typer.Argument(
            metavar="EDITS",
            help="edit.edits",
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="PLAN",
            help="edit.output",
        ),
    ] = None,
    html: options.Html = None,
    ics: options.Ics = None,
    stops: options.Stops = None,
    outlines: options.Outlines = True,
    other_problem: options.OtherProblem = False,
    mapping: options.Mapping = None,
    as_json: options.AsJson = None,
    lang: options.Language = Lang.FR,
) -> None:
    """Edit a plan by hand, and say what each edit costs and breaks."""
    screen = Screen.of("edit", lang, as_json, when_piped=True)
    with answering(screen, name_of(problem)):
        outputs, wanted = Outputs((problem, plan, edits)), WantedFiles(output, html, ics, stops, outlines)
        wanted.announce(outputs)
        outputs.check()
        given = problem_from(problem, screen, mapping)
    with answering(screen, plan.name):
        from solver.hand_edits import EditSession

        session = EditSession.opened(given, plan_from(plan, given, same_problem=not other_problem))
    with answering(screen, edits.name):
        from brigade.exchange.documents.event_documents import read_edits
        from brigade.exchange.documents.plan_document import plan_text
        from solver.hand_edits import judge_edits
        from solver.replan_documents import judgement_to_json

        judged = judge_edits(session, read_edits(_source(edits), given.horizon))
        session = judged[-1].accepted() if judged else session
        outputs.put(output, plan_text(given, session.plan))
        export(outputs, wanted, given, session.plan, screen.lang)
        files = outputs.write()
        for judgement in judged:
            tell_judgement(screen, given, judgement)
        broken = [one for one in session.violations if one.waived_by is None]
        code = ExitCode.BROKEN_RULES if broken else ExitCode.DONE
        told = [judgement_to_json(given, judgement, screen.lang) for judgement in judged]
        screen.answer(code, edits=told, broken=len(broken), files=files)
        raise typer.Exit(code)


def export_plan(
    problem: options.Input,
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="export.plan")],
    html: options.Html = None,
    ics: options.Ics = None,
    stops: options.Stops = None,
    outlines: options.Outlines = True,
    other_problem: options.OtherProblem = False,
    mapping: options.Mapping = None,
    as_json: options.AsJson = None,
    lang: options.Language = Lang.FR,
) -> None:
    """Write the report, the calendars, the stops of a plan already made."""
    screen = Screen.of("export", lang, as_json, when_piped=True)
    with answering(screen, name_of(problem)):
        outputs, wanted = Outputs((problem, plan)), WantedFiles(None, html, ics, stops, outlines)
        wanted.announce(outputs)
        outputs.check()
        given = problem_from(problem, screen, mapping)
    with answering(screen, plan.name):
        export(outputs, wanted, given, plan_from(plan, given, same_problem=not other_problem), screen.lang)
        files = outputs.write()
        for path in files:
            screen.say("cli.written", path=path)
        screen.answer(ExitCode.DONE, files=files)


def tell_judgement(screen: Screen, problem: Problem, judged: Judgement) -> None:
    from brigade.exchange.documents.event_documents import show_edit
    from brigade.words import say

    screen.line(json.dumps(show_edit(judged.edit, problem.horizon), ensure_ascii=False))
    screen.say("cli.judged", cost=sum(judged.terms.values()), points=judged.points, broken=len(judged.broken))
    for breach in judged.broken:
        waivable = "" if breach.waivable_by is None else f" · {screen.word('cli.waivable')}"
        screen.line(f"  ! {_sentence(screen, problem, breach.violation)}{waivable}")
    for one in judged.mended:
        screen.line(f"  ✓ {_sentence(screen, problem, one)}")
    for hint in judged.hints:
        screen.line(f"  → {say(hint.reason, screen.lang, horizon=problem.horizon)}")


def _sentence(screen: Screen, problem: Problem, one: Violation) -> str:
    from brigade.words import say_violation

    return f"{one.rule} · {say_violation(one, screen.lang, horizon=problem.horizon)}"


def _source(path: Path) -> Path | bytes:
    return sys.stdin.buffer.read() if is_stream(path) else path
