"""`make interrupts`: Ctrl-C and SIGTERM at random instants of searches on five presets.

An instant is of one of four kinds: before the first step is told, between steps, about the end, when reasons
and files are made, and in a replan. Once the search has begun a lawful plan is written, with every file asked
for; before that, and only then, nothing at all. No file is ever half written, and nothing is left beside
them.

python -m tests.interrupts [times] [seed]
"""

from __future__ import annotations

import json
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from brigade.exchange.documents.plan_document import plan_text, read_plan
from brigade.exchange.documents.problem_document import problem_text, read_problem
from brigade.judging import checker
from scenarios.generator.scenario import generate
from solver.model.search_settings import SearchSettings
from solver.solve import solve
from tests.cli import ROOT, start_brigade

PRESETS = ("urban_day", "rural_day", "summer", "ai_only", "training_alsace")
LONGEST_S = 12.0
"""Instants lie up to so long after the first step told: engines of every kind have had their turn by then."""
BEGINNING_S = 3.0
"""From the start of the process: reading the problem and building the model take most of it."""
SHORT_S, ENDING_S = 2.0, 8.0
"""A search of `SHORT_S`, and until when after its first step reasons are told and files written."""
PATIENCE_S = 600
"""Far longer than an answer takes on a busy machine: what comes later never comes."""
PHASES = ("search", "search", "beginning", "ending", "replan")
FILES = ("plan.json", "report.html", "stops.csv")


@dataclass(frozen=True, slots=True)
class Instant:
    """When a signal comes: `after_s` seconds into `phase`."""

    phase: str
    how: signal.Signals
    after_s: float
    threads: int

    @classmethod
    def drawn(cls, dice: random.Random) -> Instant:
        phase = dice.choice(PHASES)
        longest = {"search": LONGEST_S, "beginning": BEGINNING_S, "ending": ENDING_S, "replan": BEGINNING_S}[
            phase
        ]
        return cls(
            phase, dice.choice((signal.SIGINT, signal.SIGTERM)), dice.uniform(0, longest), dice.choice((1, 2))
        )


@dataclass(frozen=True, slots=True)
class Case:
    """An invented day, and what a replan of it needs: a told plan and events."""

    day: Path
    told: Path
    events: Path

    @classmethod
    def made(cls, preset: str, seed: int, folder: Path) -> Case:
        problem = generate(preset, seed)
        plan = solve(problem, SearchSettings(iterations=300, threads=1, prove=False)).plan
        assert plan is not None, "no preset is strict"
        case = cls(*(folder / f"{preset}.{name}.json" for name in ("day", "told", "events")))
        case.day.write_text(problem_text(problem), "utf-8")
        case.told.write_text(plan_text(problem, plan), "utf-8")
        case.events.write_text(json.dumps({"format": "brigade-events", "version": 1, "events": []}), "utf-8")
        return case


def interrupted(case: Case, at: Instant, folder: Path) -> tuple[str, str]:
    """What came of a command that a signal met, and what is wrong with that; "": nothing."""
    files = [folder / name for name in FILES]
    wanted = (
        "-o",
        files[0],
        "--html",
        files[1],
        "--stops",
        files[2],
        "--ics",
        folder / "ics",
        "--no-outlines",
        "--text",
    )
    asked: tuple[object, ...]
    if at.phase == "replan":
        asked = ("replan", case.day, case.told, case.events, "--time-limit", "600", *wanted)
    else:
        limit = SHORT_S if at.phase == "ending" else 600
        asked = (
            "solve",
            case.day,
            "--time-limit",
            limit,
            "--threads",
            at.threads,
            "--progress",
            "json",
            *wanted,
        )
    process = start_brigade(*asked)
    try:
        assert process.stderr is not None
        if at.phase in ("search", "ending") and '"objective"' not in (first := process.stderr.readline()):
            return "", f"no step: {first}"
        time.sleep(at.after_s)
        process.send_signal(at.how)
        sent = time.monotonic()
        _, err = process.communicate(timeout=PATIENCE_S)
    finally:
        process.kill()
        process.communicate()
    if (
        "Traceback" in err and str(ROOT) in err
    ):  # Python's own start, before our first line, is nobody's to hear
        return "", err[-600:]
    is_unbegun = process.returncode == 1 and "Traceback" in err  # a signal while Python reads its own modules
    if (is_unbegun or process.returncode in (130, -at.how)) and at.phase in ("beginning", "replan"):
        return "nothing", "\n".join(f"left behind: {path}" for path in sorted(folder.rglob("*")))
    if process.returncode != 0:
        return "", f"exit code {process.returncode}, {err[-300:]}"
    return f"a plan after {time.monotonic() - sent:.1f} s", "\n".join(faults(case, folder))


def faults(case: Case, folder: Path) -> Iterator[str]:
    """What is wrong with the files of a command that has ended well."""
    problem = read_problem(case.day)
    plan = read_plan(folder / "plan.json", problem)
    yield from map(str, checker.hard_violations(problem, plan))
    if not (folder / "report.html").read_text("utf-8").rstrip().endswith("</html>"):
        yield "half a report"
    stops = sum(len(route.stops) for route in plan.routes)
    if len((folder / "stops.csv").read_text("utf-8").splitlines()) != 1 + stops:
        yield "half a table of stops"
    calendars = [path.read_text("utf-8") for path in (folder / "ics").glob("*.ics")]
    if len(calendars) != len({route.worker_id for route in plan.routes}):
        yield f"{len(calendars)} calendars"
    if not all(text.rstrip().endswith("END:VCALENDAR") for text in calendars):
        yield "half a calendar"
    yield from (f"left behind: {path}" for path in folder.rglob(".brigade-*"))


def main(times: int = 30, seed: int = 1) -> int:
    dice, failures = random.Random(seed), 0
    cases: dict[str, Case] = {}
    with tempfile.TemporaryDirectory() as place:
        for number in range(times):
            preset, at = PRESETS[number % len(PRESETS)], Instant.drawn(dice)
            if preset not in cases:
                cases[preset] = Case.made(preset, seed, Path(place))
            with tempfile.TemporaryDirectory() as folder:
                came, wrong = interrupted(cases[preset], at, Path(folder))
            failures += bool(wrong)
            when = f"{at.phase:9} {at.how.name:7} {at.after_s:5.2f} s, {at.threads} threads"
            print(f"{preset:16} {when}: {wrong or came}", flush=True)
    print(f"{failures} of {times} failed")
    return int(failures > 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
