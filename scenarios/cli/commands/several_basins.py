"""`brigade department`: basins solved as one where agreements allow it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenarios.cli.commands.planning import settings, solver
from scenarios.cli.console import options
from scenarios.cli.console.exits import ExitCode
from scenarios.cli.console.inputs import name_of, problem_from
from scenarios.cli.console.interruption import Interruption
from scenarios.cli.console.options import Lang
from scenarios.cli.console.outputs import Outputs
from scenarios.cli.console.screen import Screen, answering

if TYPE_CHECKING:
    from solver.lending.department import DepartmentPlan

PANEL = "plan"


def register(app: typer.Typer) -> None:
    app.command("department", rich_help_panel=PANEL)(department)


def department(
    basins: Annotated[list[Path], typer.Argument(metavar="INPUT", help="department.basins")],
    agreements: Annotated[Path, typer.Option("--agreements", metavar="FILE", help="department.agreements")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FOLDER", help="department.output")
    ] = None,
    time_limit: options.TimeLimit = None,
    seed: options.Seed = 1,
    iterations: options.Iterations = None,
    threads: options.Threads = 2,
    as_json: options.AsJson = None,
    lang: options.Language = Lang.FR,
) -> None:
    """Plan each basin, then say whom neighbours could lend for what is left."""
    screen = Screen.of("department", lang, as_json, when_piped=True)
    interruption = Interruption(lang)
    with interruption.heard(), answering(screen, ", ".join(map(name_of, (*basins, agreements)))):
        from brigade.exchange.lending_document import read_agreements
        from solver.lending.department import solve_department

        outputs = Outputs((*basins, agreements))
        outputs.folder(output)
        outputs.check()
        told = read_agreements(agreements)
        problems = [problem_from(path, screen) for path in basins]
        limits = settings(time_limit, iterations, seed, threads)
        found = solve_department(problems, told, limits, solver(), stop=interruption.stop)
        outputs.put_all(output, documents(found))
        tell(screen, found)
        screen.answer(ExitCode.DONE, **to_json(found), files=outputs.write())


def documents(found: DepartmentPlan) -> dict[str, bytes]:
    """Each basin's plan by itself; and the problem and plan by which anybody can check what is lent."""
    from brigade.exchange.documents.plan_document import plan_text
    from brigade.exchange.documents.problem_document import problem_text

    texts = {f"{day.id}.plan.json": plan_text(day.problem, day.plan) for day in found.days}
    if found.joint is not None and found.with_lent is not None:
        texts["lent.problem.json"] = problem_text(found.joint)
        texts["lent.plan.json"] = plan_text(found.joint, found.with_lent)
    return {name: text.encode() for name, text in texts.items()}


def tell(screen: Screen, found: DepartmentPlan) -> None:
    from brigade.words import capital, say

    names, horizon = found.names, found.days[0].problem.horizon
    for one in found.lendings:
        for reason in one.reasons(names):
            screen.line(f"  {capital(say(reason, screen.lang, horizon=horizon))}")
    visits = sum(len(one.stops) for one in found.lendings)
    screen.say(
        "cli.department",
        basins=len(found.days),
        left=sum(found.uncovered),
        lent=visits,
        people=len({(one.lender, one.worker_id) for one in found.lendings}),
        points=found.points,
    )


def to_json(found: DepartmentPlan) -> dict[str, Any]:
    """What the answer holds beside its files."""
    from brigade.exchange.lending_document import lending_to_json

    horizon = found.days[0].problem.horizon
    return {
        "basins": [
            {
                "id": day.id,
                "to_cover": len(day.problem.requests),
                "uncovered": len(day.plan.uncovered),
                "elapsed_s": round(outcome.elapsed_s, 3),
            }
            for day, outcome in zip(found.days, found.outcomes, strict=True)
        ],
        "lendings": [lending_to_json(one, horizon, found.names) for one in found.lendings],
        "uncovered_by_level": list(found.uncovered),
        "uncovered_with_lent": list(found.uncovered_with_lent),
        "points": found.points,
    }
