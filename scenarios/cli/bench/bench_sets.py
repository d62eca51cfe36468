"""`brigade bench instance` and `brigade bench table`: the public sets, beside the best values anyone
published."""

from __future__ import annotations

import csv
import io
import tempfile
import threading
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from brigade.words import word
from scenarios.cli.console import options
from scenarios.cli.console.exits import ExitCode
from scenarios.cli.console.interruption import Interruption
from scenarios.cli.console.options import Lang
from scenarios.cli.console.outputs import Outputs
from scenarios.cli.console.screen import Screen, answering

if TYPE_CHECKING:
    from brigade.exchange.reports.report_tables import ReportTable
    from scenarios.bench.publics import FamilyResult, SetRun, Solved, Task

HEAD = (
    "bench.set",
    "bench.instances",
    "bench.runs",
    "bench.mean_gap",
    "bench.best",
    "bench.worst",
    "bench.reached",
    "bench.beaten",
    "bench.proven",
    "bench.without_plan",
    "bench.disagreements",
    "bench.time",
    "bench.cpu",
)


class Subset(StrEnum):
    SMALL = "small"
    ALL = "all"


def register(app: typer.Typer) -> None:
    app.command("instance")(instance)
    app.command("table")(table)


def instance(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="bench.instance.file", show_default=False),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="SOLUTION",
            help="bench.instance.output",
        ),
    ] = None,
    time_limit: options.TimeLimit = None,
    seed: options.Seed = 1,
    iterations: options.Iterations = None,
    threads: options.Threads = 2,
    as_json: options.AsJsonIfAsked = False,
    lang: options.Language = Lang.FR,
) -> None:
    """A public instance (uhhc, hhcrsp, br2008, strsp), costed again by the set's own evaluator.

    Without a limit, the protocol's: half a second a patient, or what the authors took.

    Ctrl-C (or SIGTERM) returns the best solution so far.
    """
    from scenarios.bench.publics import run_instance

    screen = Screen.of("bench instance", lang, as_json)
    interruption = Interruption(lang)
    with interruption.heard(), answering(screen, str(file)):
        outputs = Outputs((file,))
        outputs.file(output)
        outputs.check()
        stop = interruption.stop
        solved = interruption.aside(lambda: run_instance(file, seed, time_limit, iterations, threads, stop))
        if solved.run.objective is not None:
            outputs.put(output, solution_text(solved, output))
        for line in lines(solved.run, lang):
            screen.line(line)
        code = code_of([solved.run])
        is_cut = interruption.has_come
        if is_cut:
            screen.note("cli.interrupted")
        told = {**asdict(solved.run), "disagrees": solved.run.disagrees, "interrupted": is_cut}
        screen.answer(code, **told, files=outputs.write())
    if code is not ExitCode.DONE:
        raise typer.Exit(code)


def table(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FOLDER]",
            help="bench.table.folder",
            show_default=False,
        ),
    ] = None,
    seeds: Annotated[int, typer.Option("--seeds", min=1, max=100, help="bench.table.seeds")] = 5,
    subset: Annotated[
        Subset,
        typer.Option(
            "--subset",
        ),
    ] = Subset.SMALL,
    time_limit: options.TimeLimit = None,
    threads: options.Threads = 2,
    csv_file: Annotated[
        Path | None,
        typer.Option("--csv", metavar="FILE", help="bench.runs_file"),
    ] = None,
    as_json: options.AsJsonIfAsked = False,
    lang: options.Language = Lang.FR,
) -> None:
    """The gap to the best known, set by set.

    Ctrl-C (or SIGTERM) returns the runs already done.
    """
    from scenarios.bench.publics import standings, tasks

    screen = Screen.of("bench table", lang, as_json)
    interruption = Interruption(lang)
    with interruption.heard(), answering(screen, str(folder or "bench table")):
        outputs = Outputs()
        outputs.file(csv_file)
        outputs.check()
        asked = tasks(folder, range(1, seeds + 1), small=subset is Subset.SMALL, time_limit_s=time_limit)
        whole = round(sum(task.time_limit_s for task in asked) / 60)
        minutes = str(whole) if whole else word("bench.less_than_one", lang)
        screen.line(word("bench.budget", lang, runs=len(asked), minutes=minutes))
        runs = interruption.aside(lambda: _play(screen, asked, threads, interruption.stop))
        screen.line()
        found = standings(runs)
        screen.tables([drawn(found, lang)])
        outputs.put(csv_file, csv_of(runs))
        is_cut = len(runs) < len(asked)
        if is_cut:
            screen.note("cli.sweep_interrupted", done=len(runs), runs=len(asked))
        code = ExitCode.INTERRUPTED if is_cut else code_of(runs)
        answer = {
            "interrupted": is_cut,
            "standings": [asdict(one) for one in found],
            "runs": [asdict(one) for one in runs],
        }
        screen.answer(code, **answer, files=outputs.write())
    if code is not ExitCode.DONE:
        raise typer.Exit(code)


def _play(screen: Screen, asked: Sequence[Task], threads: int, stop: threading.Event) -> list[SetRun]:
    """Each told as soon as it is done; one cut short measures nothing."""
    from scenarios.bench.publics import run_instance

    runs: list[SetRun] = []
    for task in asked:
        one = run_instance(task.path, task.seed, task.time_limit_s, None, threads, stop).run
        if stop.is_set():
            break
        runs.append(one)
        screen.line("  ".join(lines(one, screen.lang)))
    return runs


def code_of(runs: Iterable[SetRun]) -> ExitCode:
    """A disagreement between solver and evaluator is our fault; no plan is the answer of a strict search."""
    met = list(runs)
    if any(run.disagrees for run in met):
        return ExitCode.OUR_FAULT
    return ExitCode.BROKEN_RULES if any(run.objective is None for run in met) else ExitCode.DONE


def solution_text(solved: Solved, output: Path | None) -> bytes:
    """The solution as its set writes it, gzipped when the name asked for ends in .gz."""
    with tempfile.TemporaryDirectory() as folder:
        # Each set's own writer wants a path, and by its name decides whether to gzip.
        place = Path(folder) / (output.name if output else "solution.json")
        solved.write(place)
        return place.read_bytes()


def lines(run: SetRun, lang: str) -> list[str]:
    """What one run found, for people; then every fault that the evaluator tells."""
    from brigade.words.formats import number, percent

    said = [f"{run.family} {run.instance} #{run.seed}"]
    if run.objective is None:
        said.append(word("bench.no_plan_in_time", lang))
    else:
        said.append(word("bench.cost", lang, cost=number(run.objective, lang, 3)))
        known = "" if run.best_known is None else number(run.best_known, lang, 3)
        if run.gap is not None:
            said.append(word("bench.gap_to", lang, gap=percent(run.gap, lang), known=known))
        if run.is_proven:
            said.append(word("bench.optimal", lang))
        said.append(
            word("bench.disagrees", lang, own=str(run.own)) if run.disagrees else word("bench.agrees", lang)
        )
        said.extend(run.violations)
    said.append(f"{number(run.wall_s, lang)} s, CPU {number(run.cpu_s, lang)} s")
    return said


def drawn(found: Iterable[FamilyResult], lang: str) -> ReportTable:
    from brigade.exchange.reports.report_tables import ReportTable

    return ReportTable(
        id="public-sets",
        title=word("bench.title.public_sets", lang),
        caption="",
        head=tuple(word(text, lang) for text in HEAD),
        rows=tuple(row_of(one, lang) for one in found),
        notes=(word("bench.note.public_sets", lang),),
        numeric=tuple(range(1, len(HEAD))),
    )


def row_of(one: FamilyResult, lang: str) -> tuple[str, ...]:
    from brigade.words.formats import number, percent

    gaps = (one.mean_gap, one.best_gap, one.worst_gap)
    counts = (one.reached, one.below, one.proven, one.without_plan, one.disagreements)
    return (
        one.family,
        str(one.instances),
        str(one.runs),
        *("–" if gap is None else percent(gap, lang) for gap in gaps),
        *map(str, counts),
        number(one.wall_s, lang),
        number(one.cpu_s, lang),
    )


def csv_of(runs: Iterable[SetRun]) -> str:
    """One run a line, full precision, violations joined by a bar."""
    from scenarios.bench.publics import SetRun

    text = io.StringIO()
    rows = [asdict(run) for run in runs]
    writer = csv.DictWriter(text, [one.name for one in fields(SetRun)], lineterminator="\n")
    writer.writeheader()
    writer.writerows({**row, "violations": " | ".join(row["violations"])} for row in rows)
    return text.getvalue()
