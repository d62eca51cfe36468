"""`brigade bench peers`: the same days by this solver and by other engines, all judged by one neutral
checker."""

from __future__ import annotations

import csv
import importlib.util
import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from brigade.errors import Issue, UnreadableInput
from brigade.words import word
from scenarios.cli.console import lists, options
from scenarios.cli.console.exits import ExitCode
from scenarios.cli.console.interruption import Interruption
from scenarios.cli.console.options import Lang
from scenarios.cli.console.outputs import Outputs
from scenarios.cli.console.screen import Screen, answering

if TYPE_CHECKING:
    from brigade.exchange.reports.report_tables import ReportTable
    from scenarios.bench.race import EngineResult, RaceResult

HEAD = (
    "bench.engine",
    "bench.covered",
    "bench.uncovered_weight",
    "bench.travel",
    "bench.gap",
    "bench.first",
    "bench.time",
    "bench.cpu",
    "bench.faults",
)
TITLE = "bench.title.peers"
NOTES = (
    "bench.note.peers",
    "bench.note.brigade_bad",
)
PACKAGES = {"vroom": "pyvroom", "pyvrp": "pyvrp"}
"""Module -> package of the extra `peers`."""


def register(app: typer.Typer) -> None:
    app.command("peers")(peers)


def peers(
    sizes: Annotated[str, typer.Option("--sizes")] = "S,M,L",
    limits: Annotated[str, typer.Option("--limits")] = "2,10,60",
    seeds: Annotated[
        str,
        typer.Option(
            "--seeds",
            help="bench.peers.seeds",
        ),
    ] = "1-5",
    engines: Annotated[
        str | None,
        typer.Option("--engines"),
    ] = None,
    published: Annotated[
        bool,
        typer.Option(
            "--published",
        ),
    ] = False,
    csv_file: Annotated[
        Path | None,
        typer.Option("--csv", metavar="FILE", help="bench.runs_file"),
    ] = None,
    as_json: options.AsJsonIfAsked = False,
    lang: options.Language = Lang.FR,
) -> None:
    """This solver and others on the same days, judged by a neutral checker."""
    from scenarios.bench import race
    from scenarios.bench.day_generator import SIZES

    screen = Screen.of("bench peers", lang, as_json)
    with Interruption(lang).heard(), answering(screen, "bench peers"):
        outputs = Outputs()
        outputs.file(csv_file)
        outputs.check()
        chosen_engines = lists.names("--engines", engines, race.ENGINES) if engines else list(race.ENGINES)
        asked = race.heats(
            installed(chosen_engines),
            lists.names("--sizes", sizes, SIZES),
            lists.seconds("--limits", limits),
            lists.numbers("--seeds", seeds),
            published,
        )
        results = []
        for heat in asked:
            results.append(race.run(heat))
            screen.line(progress_line(results[-1]))
        screen.line()
        found = race.standings(results)
        screen.tables(tables(found, lang))
        outputs.put(csv_file, csv_of(results))
        files = outputs.write()
        screen.answer(
            ExitCode.DONE,
            standings=[asdict(one) for one in found],
            runs=[asdict(one) for one in results],
            files=files,
        )


def installed(engines: Sequence[str]) -> Sequence[str]:
    """Raises: UnreadableInput (O103) when an engine asked for is not installed."""
    missing = {
        package
        for module, package in PACKAGES.items()
        if any(engine.startswith(module) for engine in engines) and importlib.util.find_spec(module) is None
    }
    if missing:
        raise UnreadableInput(
            [
                Issue("O103", "--engines", "peer_not_installed", {"package": package})
                for package in sorted(missing)
            ]
        )
    return engines


def progress_line(one: RaceResult) -> str:
    heat = one.heat
    said = (
        f"{heat.size} {heat.limit_s:g} s #{heat.seed} {heat.engine}: {one.covered}/{one.visits}, {one.weight}"
    )
    return f"{said}, {one.wall_s:.2f} s" + "".join(f"\n  {fault}" for fault in one.faults)


def tables(found: Iterable[EngineResult], lang: str) -> list[ReportTable]:
    """One a size and limit, engines in the order they ran: ours first."""
    from brigade.exchange.reports.report_tables import ReportTable

    groups: dict[tuple[str, float], list[EngineResult]] = {}
    for one in found:
        groups.setdefault((one.size, one.limit_s), []).append(one)
    notes = tuple(word(note, lang) for note in NOTES)
    # Notes once, at the first table: they hold of all.
    return [
        ReportTable(
            id=f"peers-{size}-{limit:g}",
            title=word(TITLE, lang, size=size, limit=f"{limit:g}", runs=lines[0].runs),
            caption="",
            head=tuple(word(text, lang) for text in HEAD),
            rows=tuple(row_of(one, lang) for one in lines),
            notes=notes if place == 0 else (),
            numeric=tuple(range(1, len(HEAD))),
        )
        for place, ((size, limit), lines) in enumerate(groups.items())
    ]


def row_of(one: EngineResult, lang: str) -> tuple[str, ...]:
    from brigade.words.formats import number, percent

    if one.broken == one.runs:
        return (one.engine, *["–"] * 5, number(one.wall_s, lang), number(one.cpu_s, lang), str(one.broken))
    return (
        one.engine,
        f"{number(one.covered, lang, 1)} / {number(one.visits, lang, 0)}",
        number(one.weight, lang, 1),
        number(one.travel_min, lang, 0),
        "–" if one.gap is None else percent(one.gap, lang),
        f"{one.best}/{one.runs}",
        number(one.wall_s, lang),
        number(one.cpu_s, lang),
        str(one.broken),
    )


def csv_of(results: Iterable[RaceResult]) -> str:
    """One run a line, full precision, faults joined by a bar."""
    text = io.StringIO()
    rows = [{**asdict(one.heat), **{k: v for k, v in asdict(one).items() if k != "heat"}} for one in results]
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({**row, "faults": " | ".join(row["faults"])} for row in rows)
    return text.getvalue()
