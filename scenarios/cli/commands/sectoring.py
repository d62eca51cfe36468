"""`brigade sectors propose`: sectors for a basin from a year of visits, and what they would have saved."""

from __future__ import annotations

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
    from solver.sectoring.dealing import TravelDifference
    from solver.sectoring.proposal import SectorProposal

PANEL = "data"


def register(app: typer.Typer) -> None:
    add_group(app, "sectors", PANEL, _group, propose=propose)


def _group() -> None:
    """Sectors of a basin."""


def propose(
    visits: Annotated[list[Path], typer.Argument(metavar="INPUT", help="sectors.visits")],
    count: Annotated[int, typer.Option("--count", "-k", min=1, max=100, help="sectors.count")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="sectors.output")
    ] = None,
    map_file: Annotated[Path | None, typer.Option("--map", metavar="FILE", help="sectors.map")] = None,
    tolerance: Annotated[float, typer.Option("--tolerance", min=0, max=1, help="sectors.tolerance")] = 0.1,
    provider: Annotated[str | None, typer.Option("--provider", help="sectors.provider")] = None,
    seed: options.Seed = 1,
    time_limit: Annotated[float, typer.Option("--time-limit", min=0, help="sectors.time_limit")] = 30.0,
    mapping: options.Mapping = None,
    as_json: options.AsJson = None,
    lang: options.Language = Lang.FR,
) -> None:
    """Propose sectors from a year of visits: balanced hours, short ways, communes side by side."""
    screen = Screen.of("sectors propose", lang, as_json, when_piped=True)
    with answering(screen, ", ".join(map(name_of, visits))):
        from solver.sectoring.proposal import PartitionRequest
        from solver.sectoring.proposal import propose as proposed

        outputs = Outputs(tuple(visits))
        outputs.file(output)
        outputs.file(map_file)
        outputs.check()
        asked = PartitionRequest(count, tolerance, time_limit, seed, provider)
        found = proposed((problem_from(path, screen, mapping) for path in visits), asked)
        outputs.put(output, _document(found))
        drawn = None if map_file is None else _drawn(found, screen.lang)
        if drawn is not None:
            outputs.put(map_file, drawn)
        tell(screen, found)
        files = outputs.write()
        for path in (output, map_file if drawn is not None else None):
            if path is not None:
                screen.say("cli.written", path=path)
        if map_file is not None and drawn is None:
            screen.say("cli.sectors_without_outline")
        screen.answer(ExitCode.DONE, **to_json(found), files=files)


def _document(found: SectorProposal) -> str:
    """A part of a problem document: it is imported as it is, or put beside the other parts."""
    from brigade.exchange.documents.json_text import pretty
    from brigade.exchange.shapes.problem_shapes import PROBLEM_FORMAT, PROBLEM_VERSION

    return pretty({"format": PROBLEM_FORMAT, "version": PROBLEM_VERSION, "sectors": _shown(found)})


def _drawn(found: SectorProposal, lang: str) -> str | None:
    """None where no commune has an outline."""
    from brigade.exchange.outlines import outlines
    from brigade.exchange.reports.sector_map import sector_map

    sectors = [one.sector for one in found.sectors]
    hours = {one.sector.id: one.minutes / 60 for one in found.sectors}
    return sector_map(sectors, hours, outlines(found.graph.codes), lang)


def _shown(found: SectorProposal) -> list[dict[str, Any]]:
    from brigade.exchange.shapes.place_shapes import SectorShape

    return [
        SectorShape(
            id=one.sector.id,
            name=one.sector.name,
            provider_id=one.sector.provider_id,
            communes=sorted(one.sector.communes),
            neighbours=sorted(one.sector.neighbours),
        ).model_dump(exclude_defaults=True)
        for one in found.sectors
    ]


def to_json(found: SectorProposal) -> dict[str, Any]:
    """What the answer holds beside its files."""
    from dataclasses import asdict

    return {
        "sectors": _shown(found),
        "hours_a_week": {one.sector.id: round(one.minutes / 60, 1) for one in found.sectors},
        "minutes_beyond_tolerance": found.found.beyond,
        "proven": found.found.is_proven,
        "gap": found.found.gap,
        "joined_without_border": [list(pair) for pair in found.graph.joined],
        "visits_without_commune": found.year.without_commune,
        "visits_told_twice": found.year.told_twice,
        "held_back": [{**asdict(one), "week": one.week.isoformat()} for one in found.weeks],
        "saved_min_a_week": asdict(found.saved) if found.saved else None,
        "due_to_sectors_min_a_week": asdict(found.due_to_sectors) if found.due_to_sectors else None,
    }


def tell(screen: Screen, found: SectorProposal) -> None:
    for one in found.sectors:
        near = [other.sector.name for other in found.sectors if other.sector.id in one.sector.neighbours]
        met = {"id": one.sector.id, "name": one.sector.name, "communes": len(one.sector.communes)}
        screen.say("cli.sector", **met, hours=round(one.minutes / 60), near=near or None)
    _tell_of_search(screen, found)
    if not found.weeks:
        screen.say("cli.sectors_without_rota")
        return
    for week in found.weeks:
        screen.say(
            "cli.sector_week",
            week=week.week,
            rota=week.rota,
            dealt=week.in_sectors,
            free=week.without_sectors,
            outside=week.outside,
            visits=week.visits,
        )
    for key, saved in (("cli.sectors_saved", found.saved), ("cli.sectors_due", found.due_to_sectors)):
        if saved is not None:
            screen.say(key, **_said(saved))


def _said(saved: TravelDifference) -> dict[str, int | None]:
    between = {"low": saved.low, "high": saved.high}
    return {
        "mean": round(saved.mean),
        **{name: None if one is None else round(one) for name, one in between.items()},
    }


def _tell_of_search(screen: Screen, found: SectorProposal) -> None:
    if found.found.beyond:
        screen.say("cli.sectors_beyond", hours=round(found.found.beyond / 60))
    if not found.found.is_proven:
        gap = found.found.gap
        screen.say("cli.sectors_open", percent=None if gap is None else round(100 * gap))
    for pair in found.graph.joined:
        screen.say("cli.sectors_joined", one=pair[0], other=pair[1])
    if found.year.without_commune:
        screen.say("cli.visits_without_commune", count=found.year.without_commune)
    if found.year.told_twice:
        screen.say("cli.visits_told_twice", count=found.year.told_twice)
