"""`brigade bench sectors`: what proposed sectors save in travel on weeks of invented years held back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from brigade.words import word
from scenarios.cli.console import lists, options
from scenarios.cli.console.exits import ExitCode
from scenarios.cli.console.options import Lang
from scenarios.cli.console.screen import Screen, answering

if TYPE_CHECKING:
    from brigade.exchange.reports.report_tables import ReportTable
    from solver.sectoring.dealing import TravelDifference
    from solver.sectoring.proposal import SectorProposal

HEAD = (
    "bench.day",
    "bench.sectors.weeks",
    "bench.visits",
    "bench.sectors.rota",
    "bench.sectors.dealt",
    "bench.sectors.free",
    "bench.sectors.saved",
    "bench.sectors.due",
)


def register(app: typer.Typer) -> None:
    app.command("sectors")(sectors)


def sectors(
    seeds: Annotated[str, typer.Option("--seeds", help="bench.days")] = "1-3",
    preset: Annotated[str, typer.Option("--preset", help="bench.day")] = "urban_week",
    count: Annotated[int, typer.Option("--count", "-k", min=1, max=100, help="sectors.count")] = 4,
    weeks: Annotated[int, typer.Option("--weeks", min=2, max=104, help="bench.sectors.weeks")] = 52,
    tolerance: Annotated[float, typer.Option("--tolerance", min=0, max=1, help="sectors.tolerance")] = 0.15,
    time_limit: Annotated[float, typer.Option("--time-limit", min=0, help="sectors.time_limit")] = 30.0,
    as_json: options.AsJsonIfAsked = False,
    lang: options.Language = Lang.FR,
) -> None:
    """Sectors proposed from invented years, and what they save on weeks held back."""
    from scenarios.bench.simulation.invented_year import invented_year
    from scenarios.generator.presets import preset_names
    from solver.sectoring.proposal import PartitionRequest, propose

    screen = Screen.of("bench sectors", lang, as_json)
    with answering(screen, "bench sectors"):
        names, numbers = lists.together(
            lambda: lists.names("--preset", preset, preset_names()), lambda: lists.numbers("--seeds", seeds)
        )
        asked = PartitionRequest(count, tolerance, time_limit)
        found = [
            (f"{name} {seed}", propose(invented_year(name, seed, weeks), asked))
            for name in names
            for seed in numbers
        ]
        screen.tables([table(found, screen.lang)])
        screen.answer(ExitCode.DONE, rows=[row(name, one) for name, one in found])


def row(name: str, one: SectorProposal) -> dict[str, object]:
    """Minutes a week between visits, in the mean of the weeks held back."""
    weeks = max(1, len(one.weeks))
    return {
        "day": name,
        "weeks": len(one.weeks),
        "visits": round(sum(week.visits for week in one.weeks) / weeks),
        "rota": round(sum(week.rota for week in one.weeks) / weeks),
        "in_sectors": round(sum(week.in_sectors for week in one.weeks) / weeks),
        "without_sectors": round(sum(week.without_sectors for week in one.weeks) / weeks),
        "saved": _around(one.saved),
        "due_to_sectors": _around(one.due_to_sectors),
    }


def _around(one: TravelDifference | None) -> str:
    """The mean and its interval of nine in ten."""
    if one is None:
        return ""
    around = "" if one.low is None or one.high is None else f" ({one.low:.0f} – {one.high:.0f})"
    return f"{one.mean:.0f}{around}"


def table(found: Sequence[tuple[str, SectorProposal]], lang: str) -> ReportTable:
    from brigade.exchange.reports.report_tables import ReportTable

    lines = tuple(tuple(str(cell) for cell in row(name, one).values()) for name, one in found)
    head = tuple(word(text, lang) for text in HEAD)
    return ReportTable("sectors", word("bench.sectors.title", lang), "", head, lines, (), tuple(range(1, 8)))
