"""`brigade check` and `brigade validate`: a plan against its rules, a problem against itself."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from brigade.words import say_issue
from scenarios.cli.console import options
from scenarios.cli.console.exits import ExitCode
from scenarios.cli.console.handmade import HandmadePlan, is_of_stops_only, orders_from
from scenarios.cli.console.inputs import mapping_from, name_of, problem_from
from scenarios.cli.console.options import Lang
from scenarios.cli.console.outputs import Outputs
from scenarios.cli.console.screen import Screen, answering

if TYPE_CHECKING:
    from brigade.errors import Issue
    from brigade.values.plan import Plan, Violation
    from brigade.values.problem import Problem

PANEL = "check"


def register(app: typer.Typer) -> None:
    app.command("check", rich_help_panel=PANEL)(check)
    app.command("validate", rich_help_panel=PANEL)(validate)


def check(
    problem: options.Input,
    plan: Annotated[
        Path,
        typer.Argument(
            metavar="PLAN",
            help="check.plan",
        ),
    ],
    retime: Annotated[
        bool,
        typer.Option(
            "--retime",
        ),
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="PLAN",
            help="check.output",
        ),
    ] = None,
    other_problem: options.OtherProblem = False,
    mapping: options.Mapping = None,
    as_json: options.AsJson = None,
    lang: options.Language = Lang.FR,
) -> None:
    """Say which rules a plan breaks, without the solver."""
    screen = Screen.of("check", lang, as_json, when_piped=True)
    with answering(screen, name_of(problem)):
        outputs = Outputs((problem, plan))
        outputs.file(output)
        outputs.check()
        told = mapping_from(mapping)
        # A mapping of stops alone is for the plan's file: the problem has a form of its own.
        given = problem_from(problem, screen, None if is_of_stops_only(told) else mapping)
    # Apart from the problem: faults are told under the name of the file that has them.
    with answering(screen, plan.name):
        orders = orders_from(plan, given, retime=retime, same_problem=not other_problem, mapping=told)
        judge(screen, given, orders, plan.name, outputs, output)


def judge(
    screen: Screen, problem: Problem, orders: HandmadePlan, name: str, outputs: Outputs, output: Path | None
) -> None:
    from brigade.exchange.documents.plan_document import plan_text
    from brigade.judging.checker import check as violations_of

    found = violations_of(problem, orders.plan)
    broken = [one for one in found if one.waived_by is None]
    outputs.put(output, plan_text(problem, orders.plan))
    files = outputs.write()
    tell(screen, problem, orders.plan, name, found, orders.issues)
    for path in files:
        screen.say("cli.written", path=path)
    code = ExitCode.BROKEN_RULES if broken or orders.issues else ExitCode.DONE
    screen.answer(code, **answer_of(screen, problem, orders, found), files=files)
    raise typer.Exit(code)


def tell(
    screen: Screen,
    problem: Problem,
    plan: Plan,
    name: str,
    found: Iterable[Violation],
    untimed: Iterable[Issue],
) -> None:
    from brigade.words import say_violation

    broken = [one for one in found if one.waived_by is None]
    waived = [one for one in found if one.waived_by is not None]
    untimed = list(untimed)
    if untimed:
        screen.say("cli.untimed", name=name, n=len(untimed))
    for issue in untimed:
        screen.line(f"  {say_issue(issue, screen.lang)}")
    if broken:
        screen.say("cli.unlawful", name=name, n=len(broken))
    elif not untimed:
        screen.say("cli.lawful", name=name, covered=len(plan.covered), left=len(plan.uncovered))
    for one in broken:
        screen.line(f"  {one.rule} · {say_violation(one, screen.lang, horizon=problem.horizon)}")
    if waived:
        screen.say("cli.waived")
    for one in waived:
        screen.line(f"  {one.rule} · {say_violation(one, screen.lang, horizon=problem.horizon)}")


def answer_of(
    screen: Screen, problem: Problem, orders: HandmadePlan, found: Iterable[Violation]
) -> dict[str, Any]:
    from brigade.exchange.documents.reasons import show_violation
    from brigade.words import say_violation

    plan = orders.plan
    return {
        "visits": {"covered": len(plan.covered), "uncovered": len(plan.uncovered)},
        "violations": [
            {**show_violation(one), "sentence": say_violation(one, screen.lang, horizon=problem.horizon)}
            for one in found
        ],
        "untimed": [say_issue(issue, screen.lang)._asdict() for issue in orders.issues],
    }


def validate(
    problem: options.Input,
    mapping: options.Mapping = None,
    as_json: options.AsJson = None,
    lang: options.Language = Lang.FR,
) -> None:
    """Read a problem and tell all its faults at once."""
    screen = Screen.of("validate", lang, as_json, when_piped=True)
    with answering(screen, name_of(problem)):
        from brigade.exchange.documents.facts import told_warnings
        from brigade.words import capital
        from solver.primitives.host_mixes import refuse_too_many

        given = problem_from(problem, screen, mapping)
        # More mixes of hosts than tables hold are refused before a search (P408): told here, where faults are
        # looked for.
        refuse_too_many(given)
        counts = {
            "workers": len(given.workers),
            "visits": len(given.visits),
            "open": len(given.requests),
            "absences": len(given.absences),
            "days": given.horizon.days,
        }
        screen.say("cli.valid", name=name_of(problem), **counts)
        warnings = told_warnings(given, screen.lang)
        for one in warnings:
            screen.line(f"  ⚠ {capital(one['sentence'])}")
        screen.answer(ExitCode.DONE, **counts, warnings=warnings)
