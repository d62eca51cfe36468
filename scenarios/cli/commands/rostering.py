"""`brigade oncall propose`: a rota of on-call duties for a quarter, fair in evenings and weekends."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenarios.cli.console import options
from scenarios.cli.console.exits import ExitCode
from scenarios.cli.console.groups import add_group
from scenarios.cli.console.inputs import name_of, problem_from
from scenarios.cli.console.options import Lang
from scenarios.cli.console.outputs import Outputs
from scenarios.cli.console.screen import Screen, answering

if TYPE_CHECKING:
    from brigade.values.problem import Problem
    from solver.rostering.on_call_rota import OnCallRota
    from solver.rostering.on_call_shifts import ShiftHours

PANEL = "data"
DAY = "%Y-%m-%d"


def register(app: typer.Typer) -> None:
    add_group(app, "oncall", PANEL, _group, propose=propose)


def _group() -> None:
    """On-call duties."""


def propose(
    problem_file: Annotated[Path, typer.Argument(metavar="INPUT", help="oncall.input")],
    first: Annotated[datetime, typer.Option("--from", metavar="DATE", formats=[DAY], help="oncall.from")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="oncall.output")
    ] = None,
    weeks: Annotated[int, typer.Option("--weeks", min=1, max=26, help="oncall.weeks")] = 13,
    evening: Annotated[
        str, typer.Option("--evening", metavar="HH:MM-HH:MM", help="oncall.evening")
    ] = "19:00-07:00",
    weekend: Annotated[
        str, typer.Option("--weekend", metavar="HH:MM-HH:MM", help="oncall.weekend")
    ] = "07:00-07:00",
    people: Annotated[int, typer.Option("--people", min=1, max=20, help="oncall.people")] = 1,
    worker: Annotated[list[str] | None, typer.Option("--worker", metavar="ID", help="oncall.worker")] = None,
    seed: options.Seed = 1,
    time_limit: Annotated[float, typer.Option("--time-limit", min=0, help="oncall.time_limit")] = 20.0,
    mapping: options.Mapping = None,
    as_json: options.AsJson = None,
    lang: options.Language = Lang.FR,
) -> None:
    """Propose who is on call when: within what the texts let, shared out fairly."""
    screen = Screen.of("oncall propose", lang, as_json, when_piped=True)
    with answering(screen, name_of(problem_file)):
        from solver.rostering.on_call_rota import propose as proposed
        from solver.rostering.on_call_shifts import RotaRequest

        outputs = Outputs((problem_file,))
        outputs.file(output)
        outputs.check()
        hours = _hours("--evening", evening), _hours("--weekend", weekend)
        problem, day = problem_from(problem_file, screen, mapping), first.date()
        last = day + timedelta(days=7 * weeks - 1)
        asked = RotaRequest(day, last, *hours, people, tuple(worker or ()), time_limit, seed)
        found = proposed(problem, asked)
        outputs.put(output, _document(problem, found))
        tell(screen, problem, found)
        files = outputs.write()
        if output is not None:
            screen.say("cli.written", path=output)
        screen.answer(ExitCode.DONE, **to_json(problem, found), files=files)


def _hours(option: str, text: str) -> ShiftHours:
    """Raises: Refused."""
    from brigade.errors import Issue, Refused
    from solver.rostering.on_call_shifts import ShiftHours

    first, _, last = text.partition("-")
    try:
        return ShiftHours(time.fromisoformat(first.strip()), time.fromisoformat(last.strip()))
    except ValueError:
        raise Refused([Issue("O109", option, "shift_hours", {"met": text[:40]})]) from None


def _document(problem: Problem, found: OnCallRota) -> str:
    """The problem with the rota in it."""
    from dataclasses import replace

    from brigade.exchange.documents.problem_document import problem_text

    workers = (replace(one, on_call=(*one.on_call, *found.of(one.id))) for one in problem.workers)
    return problem_text(problem.with_workers(tuple(workers)))


def to_json(problem: Problem, found: OnCallRota) -> dict[str, Any]:
    """What the answer holds beside its files."""
    at = problem.horizon.instant
    return {
        "duties": [
            {
                "worker_id": one.worker_id,
                "start": at(one.shift.hours.start).isoformat(),
                "end": at(one.shift.hours.end).isoformat(),
                "weekend": one.shift.is_weekend,
            }
            for one in found.duties
        ],
        "uncovered": [one.day.isoformat() for one in found.uncovered],
        "shares": _shares(problem, found),
        "proven": found.gap == 0,
        "gap": found.gap,
    }


def _shares(problem: Problem, found: OnCallRota) -> list[dict[str, Any]]:
    from dataclasses import asdict

    from brigade.worked.on_call_counterpart import counterpart

    owed = {
        one.worker_id: counterpart(problem, problem.worker_by_id[one.worker_id], found.of(one.worker_id))
        for one in found.shares
    }
    return [{**asdict(one), **asdict(owed[one.worker_id])} for one in found.shares]


def tell(screen: Screen, problem: Problem, found: OnCallRota) -> None:
    for share in _shares(problem, found):
        screen.say("cli.rota_share", **share)
    if found.uncovered:
        days: list[date] = [one.day for one in found.uncovered]
        screen.say("cli.rota_uncovered", count=len(days), first=days[0])
    if found.gap == 0:
        screen.say("cli.rota_proven")
    else:
        screen.say("cli.rota_open", percent=None if found.gap is None else round(100 * found.gap))
