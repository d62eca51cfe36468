"""`brigade bench load`: the service under 50 managers and 5 coordinators, while their basin is being
solved."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from importlib.util import find_spec
from typing import Annotated

import typer

from brigade.errors import Issue, UnreadableInput
from scenarios.cli.console import options
from scenarios.cli.console.exits import ExitCode
from scenarios.cli.console.interruption import Interruption
from scenarios.cli.console.options import Lang
from scenarios.cli.console.screen import Screen, answering

NEEDED = ("locust", "psutil", "sqlalchemy")
LIMITS_MS = {"read": 100.0, "absence": 250.0}
"""What 95 of 100 answers must keep to, on two cores with the load tool on them as well."""


class ReplanChoice(StrEnum):
    """As the service's basins wish it."""

    AT_ONCE = "at_once"
    ON_REQUEST = "on_request"


def register(app: typer.Typer) -> None:
    app.command("load")(load)


def load(
    seconds: Annotated[int, typer.Option("--seconds", min=10, max=3600)] = 40,
    database: Annotated[
        str | None,
        typer.Option("--database", metavar="URL"),
    ] = None,
    replan: Annotated[
        ReplanChoice,
        typer.Option(
            "--replan",
        ),
    ] = ReplanChoice.ON_REQUEST,
    as_json: options.AsJsonIfAsked = False,
    lang: options.Language = Lang.FR,
) -> None:
    """The service under 50 managers and 5 coordinators (Locust), during a search.

    The whole machine is measured: nothing else should be at work on it.
    """
    screen = Screen.of("bench load", lang, as_json)
    with Interruption(lang).heard(), answering(screen, "bench load"):
        # Looked for before the service starts: what is missing is told in words, with nothing to clean up.
        lacking = [name for name in NEEDED if find_spec(name) is None]
        if lacking:
            raise UnreadableInput(
                [Issue("O106", "bench load", "packages_for_load", {"lacking": list(lacking)})]
            )
        from scenarios.bench.load.run import measure

        found = measure(seconds, database, replan)
        for line in lines(found):
            screen.line(line)
        kept = all(one.errors == 0 and one.p95 <= LIMITS_MS.get(one.name, one.p95) for one in found.kinds)
        code = ExitCode.DONE if kept and found.solved else ExitCode.BROKEN_RULES
        screen.answer(code, **asdict(found))
    if code is not ExitCode.DONE:
        raise typer.Exit(code)


def lines(found: object) -> list[str]:
    """A table for docs/benchmarks.md."""
    from scenarios.bench.load.run import LoadMeasure

    assert isinstance(found, LoadMeasure)
    head = [
        "| request | answers | errors | p50 (ms) | p95 (ms) | p99 (ms) | most (ms) |",
        "|---" + "|---:" * 6 + "|",
    ]
    rows = [
        f"| {one.name} | {one.count} | {one.errors} | {one.p50:.0f} "
        f"| {one.p95:.0f} | {one.p99:.0f} | {one.most:.0f} |"
        for one in found.kinds
    ]
    search = f"search at nice {found.nice}, running to the end: {found.solved}"
    return [
        *head,
        *rows,
        "",
        f"{found.seconds:.0f} s; {search}; load {found.load[0]:.1f} -> {found.load[1]:.1f}",
    ]
