"""`brigade rules`, `schema`, `warmup` and `version`: what Brigade knows, and whether it is ready."""

from __future__ import annotations

import json
import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from scenarios.cli.console import options
from scenarios.cli.console.exits import ExitCode
from scenarios.cli.console.inputs import is_stream
from scenarios.cli.console.options import Lang
from scenarios.cli.console.outputs import Outputs
from scenarios.cli.console.screen import Screen, answering

PANEL = "reference"


class ReferenceKind(StrEnum):
    PROBLEM = "problem"
    PLAN = "plan"
    EVENTS = "events"
    EDITS = "edits"
    MAPPING = "mapping"
    LENDING = "lending"


def register(app: typer.Typer) -> None:
    for name, command in (("rules", rules), ("schema", schema), ("warmup", warmup), ("version", version)):
        app.command(name, rich_help_panel=PANEL)(command)


def rules(
    set_id: Annotated[
        str | None,
        typer.Argument(
            metavar="[SET]",
        ),
    ] = None,
    as_json: options.AsJsonIfAsked = False,
    lang: options.Language = Lang.FR,
) -> None:
    """The labour rules, their values and articles."""
    from brigade.exchange.reports.report_tables import ReportTable
    from scenarios.cli.rules_view import COLUMNS, rules_table

    screen = Screen.of("rules", lang, as_json)
    with answering(screen, set_id or ""):
        rows = rules_table(set_id.lower() if set_id else None, lang)
        title = (set_id or "bad, sap, ct").upper()
        head = tuple(screen.word(f"rules.{column}") for column in COLUMNS)
        screen.tables([ReportTable("rules", title, title, head, tuple(row.cells for row in rows))])
        screen.answer(ExitCode.DONE, set=set_id, rules=[row.data for row in rows])


def schema(
    kind: Annotated[
        ReferenceKind,
        typer.Argument(
            metavar="[problem|plan|events|edits|mapping|lending]",
            help="schema.kind",
        ),
    ] = ReferenceKind.PROBLEM,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="schema.output"),
    ] = None,
    lang: options.Language = Lang.FR,
) -> None:
    """The JSON Schema of a document."""
    from brigade.exchange.schema import schema_text

    screen = Screen.of("schema", lang, False)
    with answering(screen, "schema"):
        # The schema is the whole answer: `-` may mean stdout here as nowhere else.
        place = None if output is None or is_stream(output) else output
        outputs = Outputs()
        outputs.file(place)
        outputs.check()
        if place is None:
            sys.stdout.write(schema_text(kind.value))
        outputs.put(place, schema_text(kind.value))
        for path in outputs.write():
            screen.say("cli.written", path=path)


def warmup(as_json: options.AsJsonIfAsked = False, lang: options.Language = Lang.FR) -> None:
    """Compile the kernel now, not at the first plan."""
    screen = Screen.of("warmup", lang, as_json)
    with answering(screen, "warmup"):
        from brigade.words.formats import fixed
        from solver.kernel.build import load_kernel

        begun = time.perf_counter()
        load_kernel()
        seconds = time.perf_counter() - begun
        screen.say("cli.kernel_ready", seconds=fixed(seconds, lang))
        screen.answer(ExitCode.DONE, seconds=round(seconds, 3))


def version(as_json: options.AsJsonIfAsked = False) -> None:
    """The version, and the formats that Brigade reads and writes."""
    from brigade import __version__
    from brigade.exchange.shapes.plan_shapes import PLAN_VERSION
    from brigade.exchange.shapes.problem_shapes import PROBLEM_VERSION

    known = {
        "brigade": __version__,
        "python": sys.version.split()[0],
        "problem_format": PROBLEM_VERSION,
        "plan_format": PLAN_VERSION,
    }
    told = {"command": "version", "exit_code": ExitCode.DONE, **known}
    print(json.dumps(told) if as_json else f"brigade {__version__} · Python {known['python']}")
