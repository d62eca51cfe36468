"""Running `brigade` in this process or in one of its own, on the small sound problem of the fault tests."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from typer import main as typer_main
from typer import testing
from typer.testing import CliRunner

from brigade.exchange.documents.problem_document import problem_text
from scenarios.cli.main import app
from tests.faults.base import plan_json, sound

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one object on stdout; fails when there is more, or less."""
        return json.loads(self.out)

    @property
    def issues(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = self.json["issues"]
        return found


built = cache(typer_main.get_command)
"""Typer reads the signatures of all commands anew at each call, for longer than most of them run."""


def unlocalized(command: Any) -> Any:
    """A copy without the words of a language, which `localize` writes into the command that is run."""
    made = copy(command)
    made.params = [copy(one) for one in command.params]
    if hasattr(command, "commands"):
        made.commands = {name: unlocalized(inner) for name, inner in command.commands.items()}
    return made


setattr(testing, "_get_command", lambda app: unlocalized(built(app)))  # noqa: B010


def brigade(*args: object) -> Answer:
    """The command in this process; its stdout is no terminal."""
    result = CliRunner().invoke(app, [str(one) for one in args], env={"BRIGADE_LANG": ""})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Answer(result.exit_code, result.stdout, result.stderr)


def start_brigade(*args: object, **more: Any) -> subprocess.Popen[str]:
    """The command in its own process, with pipes."""
    environment = {**os.environ, "BRIGADE_LANG": "", "PYTHONUNBUFFERED": "1", "COLUMNS": "100"}
    command = [sys.executable, "-m", "scenarios", *(str(one) for one in args)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
    # A suite run in the background starts with Ctrl-C ignored, and children inherit that.
    pipes["preexec_fn"] = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
    return subprocess.Popen(command, cwd=ROOT, env=environment, text=True, encoding="utf-8", **pipes)


def run_brigade(*args: object, given: str | None = None) -> Answer:
    process = start_brigade(*args, stdin=subprocess.PIPE)
    out, err = process.communicate(given, timeout=120)
    return Answer(process.returncode, out, err)


def sound_file(folder: Path) -> Path:
    path = folder / "problem.json"
    path.write_text(problem_text(sound()), "utf-8")
    return path


def plan_file(folder: Path, plan: Any = None) -> Path:
    """By default V1 at W1 and V3 at W2: V2, which goes with V1, is left out."""
    path = folder / "plan.json"
    path.write_text(json.dumps(plan_json() if plan is None else plan), "utf-8")
    return path


def files_in(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def lines_of(text: str) -> Sequence[Any]:
    return [json.loads(line) for line in text.splitlines()]
