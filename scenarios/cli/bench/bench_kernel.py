"""`brigade bench kernel`: whether the kernels of a wheel are as quick as one compiled on this machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from brigade.words import word
from scenarios.cli.bench.bench_scale import csv_of
from scenarios.cli.console import lists, options
from scenarios.cli.console.exits import ExitCode
from scenarios.cli.console.options import Lang
from scenarios.cli.console.outputs import Outputs
from scenarios.cli.console.screen import Screen, answering

if TYPE_CHECKING:
    from brigade.exchange.reports.report_tables import ReportTable
    from scenarios.bench.kernel_pairs import KernelSlice, PairedRuns

PRESETS = "rural_day,urban_day"
PART_NAMES = {
    "local search": "bench.local_search",
    "column generation": "bench.column_generation",
}
HEAD = (
    "bench.work",
    "bench.day",
    "bench.kernel",
    "bench.rounds",
    "bench.time_to_native",
    "bench.middle_half",
    "bench.same_results",
)
TITLE = "bench.title.kernels"


def register(app: typer.Typer) -> None:
    app.command("kernel")(kernel)


def kernel(
    presets: Annotated[str, typer.Option("--presets")] = PRESETS,
    rounds: Annotated[int, typer.Option("--rounds", min=1, max=1000)] = 40,
    csv_file: Annotated[
        Path | None,
        typer.Option("--csv", metavar="FILE", help="bench.slices"),
    ] = None,
    as_json: options.AsJsonIfAsked = False,
    lang: options.Language = Lang.FR,
) -> None:
    """The kernels that the package carries beside one compiled here: same results, same time?"""
    from scenarios.bench.kernel_pairs import libraries, measured, pairs
    from scenarios.generator.presets import preset_names

    screen = Screen.of("bench kernel", lang, as_json)
    with answering(screen, "bench kernel"), TemporaryDirectory() as folder:
        outputs = Outputs()
        outputs.file(csv_file)
        outputs.check()
        asked = lists.names("--presets", presets, preset_names())
        slices = list(_told(screen, measured(libraries(Path(folder)), asked, rounds)))
        found = pairs(slices)
        screen.tables([table(found, screen.lang)])
        outputs.put(csv_file, csv_of([asdict(one) for one in slices]))
        screen.answer(ExitCode.DONE, rows=[asdict(one) for one in found], files=outputs.write())


def _told(screen: Screen, slices: Iterator[KernelSlice]) -> Iterator[KernelSlice]:
    for one in slices:
        screen.line(f"{one.preset} {one.part} #{one.round}  {one.kernel}  {one.cpu_s:.3f} s")
        yield one


def table(found: Sequence[PairedRuns], lang: str) -> ReportTable:
    from brigade.exchange.reports.report_tables import ReportTable
    from brigade.words.formats import number

    lines = tuple(
        (
            word(PART_NAMES[one.part], lang),
            one.preset,
            one.kernel,
            str(one.rounds),
            number(one.ratio, lang, 3),
            f"{number(one.low, lang, 3)} – {number(one.high, lang, 3)}",
            word("bench.same" if one.same else "bench.not_same", lang),
        )
        for one in found
    )
    return ReportTable(
        "kernels", word(TITLE, lang), "", tuple(word(text, lang) for text in HEAD), lines, (), (3, 4)
    )
