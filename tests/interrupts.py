"""`make interrupts`: Ctrl-C and SIGTERM at random instants of searches on five presets; each must still write a lawful plan.

python -m tests.interrupts [times] [seed]
"""

from __future__ import annotations

import random
import signal
import sys
import tempfile
import time
from pathlib import Path

from brigade import checker
from brigade.exchange.document import problem_text, read_problem
from brigade.exchange.plan_document import read_plan
from scenarios.generator.build import generate
from tests.cli import start_brigade

PRESETS = ("urban_day", "rural_day", "summer", "ai_only", "training_alsace")
LONGEST_S = 12.0
"""Instants lie up to so long after the first step told: engines of every kind have had their turn by then."""
PATIENCE_S = 90


def interrupted(day: Path, how: signal.Signals, after_s: float, *options: object) -> str:
    """What is wrong with the answer of a search that is told to stop `after_s` seconds after its first step; "": nothing."""
    plan = day.with_suffix(".plan.json")
    plan.unlink(missing_ok=True)
    process = start_brigade("solve", day, "-o", plan, "--time-limit", "600", "--text", "--progress", "json", *options)
    try:
        assert process.stderr is not None
        if '"objective"' not in (first := process.stderr.readline()):
            return f"no step: {first}"
        time.sleep(after_s)
        process.send_signal(how)
        _, err = process.communicate(timeout=PATIENCE_S)
    finally:
        process.kill()
        process.communicate()
    if process.returncode != 0 or not plan.exists():
        return f"exit code {process.returncode}, {err[-300:]}"
    problem = read_problem(day)
    return "\n".join(map(str, checker.hard_violations(problem, read_plan(plan, problem))))


def main(times: int = 30, seed: int = 1) -> int:
    dice, failures = random.Random(seed), 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(times):
            preset, how = PRESETS[number % len(PRESETS)], dice.choice((signal.SIGINT, signal.SIGTERM))
            after_s, threads = dice.uniform(0, LONGEST_S), dice.choice((1, 2))
            day = Path(folder, f"{preset}.json")
            if not day.exists():
                day.write_text(problem_text(generate(preset, seed)), "utf-8")
            wrong = interrupted(day, how, after_s, "--threads", threads)
            failures += bool(wrong)
            print(f"{preset:16} {how.name:8} {after_s:5.2f} s, {threads} threads: {wrong or 'a plan'}", flush=True)
    return int(failures > 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
