"""`brigade` as scripts and hands meet it: in its own process, piped, interrupted, with its exit code."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from brigade.exchange.documents.plan_document import read_plan
from brigade.exchange.documents.problem_document import problem_text
from brigade.judging import checker
from scenarios.catalogue import load
from tests.cli import ROOT, files_in, lines_of, plan_file, run_brigade, sound_file, start_brigade
from tests.faults.base import sound


def test_a_plan_goes_through_pipes_and_checks(tmp_path: Path) -> None:
    solved = run_brigade("solve", "-", "--iterations", "200", given=problem_text(sound()))
    assert (solved.code, solved.err) == (0, "")
    plan = plan_file(tmp_path, solved.json["plan"])
    checked = run_brigade("check", sound_file(tmp_path), plan)
    assert (checked.code, checked.json["violations"]) == (0, [])


def test_progress_goes_to_stderr_line_by_line(tmp_path: Path) -> None:
    answer = run_brigade("solve", sound_file(tmp_path), "--iterations", "200", "--progress", "json")
    steps = lines_of(answer.err)
    assert steps
    assert all({"elapsed_s", "objective", "bound", "covered", "iterations"} == step.keys() for step in steps)
    assert answer.json["objective"] == min(step["objective"] for step in steps)


def test_a_broken_rule_is_exit_code_one(tmp_path: Path) -> None:
    assert run_brigade("check", sound_file(tmp_path), plan_file(tmp_path)).code == 1


def test_bad_input_is_exit_code_two_without_traceback(tmp_path: Path) -> None:
    broken = tmp_path / "problem.json"
    broken.write_text('{"format": "brigade-problem", "version": 1}', "utf-8")
    answer = run_brigade("solve", broken, "-o", tmp_path / "plan.json", "--text")
    assert (answer.code, answer.out) == (2, "")
    assert "D101" in answer.err
    assert "Traceback" not in answer.err
    assert set(files_in(tmp_path)) == {"problem.json"}


@pytest.mark.parametrize("encoding", ["iso-8859-15", "cp1252", "latin-1", "ascii"])
def test_a_terminal_that_is_not_utf8_gets_its_answer(encoding: str, tmp_path: Path) -> None:
    """The report's typography (’, …, →) is in none of these; the letters that an encoding has stay."""
    asked = [
        "solve",
        str(sound_file(tmp_path)),
        "--iterations",
        "200",
        "--text",
        "--html",
        str(tmp_path / "report.html"),
    ]
    answer = spoken_in(encoding, *asked)
    assert (answer.returncode, answer.stderr) == (0, b"")
    said = answer.stdout.decode(encoding)
    assert ("Debut" if encoding == "ascii" else "Début") in said
    assert "’" not in said or encoding == "cp1252"
    assert (tmp_path / "report.html").read_text("utf-8").startswith("<!doctype html>")


def test_help_and_json_are_told_in_any_encoding(tmp_path: Path) -> None:
    assert spoken_in("ascii", "--help").returncode == 0
    refused = spoken_in("ascii", "solve", str(tmp_path / "absent.json"), "--json")
    assert json.loads(refused.stdout)["issues"][0]["code"] == "D001"
    assert json.loads(
        spoken_in("ascii", "check", str(sound_file(tmp_path)), str(plan_file(tmp_path)), "--json").stdout
    )["violations"]


def spoken_in(encoding: str, *args: str) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "BRIGADE_LANG": "", "PYTHONIOENCODING": encoding}
    return subprocess.run(
        [sys.executable, "-m", "scenarios", *args],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        timeout=120,
    )


@pytest.mark.parametrize(
    ("how", "limit"),
    [(signal.SIGTERM, ("--time-limit", "600")), (signal.SIGINT, ("--iterations", "1000000000"))],
)
def test_a_signal_writes_the_best_plan_so_far(
    tmp_path: Path, how: signal.Signals, limit: tuple[str, str]
) -> None:
    """Ten minutes, or much work, on a day too large to be proven; the first step told says that the search is
    under way. `make interrupts` sends signals at random instants, when each engine has had its turn."""
    problem, day, plan = load("demo"), tmp_path / "problem.json", tmp_path / "plan.json"
    day.write_text(problem_text(problem), "utf-8")
    asked = (*limit, "--text", "--progress", "json")
    with started("solve", day, "-o", plan, *asked) as search:
        assert search.stderr is not None
        assert '"objective"' in search.stderr.readline()
        search.send_signal(how)
        out, err = search.communicate(timeout=60)
    assert search.returncode == 0, err
    assert "Recherche interrompue" in err
    assert str(plan) in out
    assert checker.hard_violations(problem, read_plan(plan, problem)) == ()


@pytest.mark.parametrize(
    ("asked", "how", "told_by"),
    [
        (
            ("sweep", "--preset", "rural_day", "--seeds", "1-200", "--iterations", "60", "-o"),
            signal.SIGINT,
            "  preset=",
        ),
        (("bench", "table", "--seeds", "100", "--time-limit", "0.2", "--csv"), signal.SIGTERM, "#"),
        (
            ("bench", "repeats", "--presets", "rural_day", "--runs", "100", "--time-limit", "0.2", "--csv"),
            signal.SIGINT,
            "#",
        ),
    ],
    ids=lambda one: " ".join(one[:2]) if isinstance(one, tuple) else "",
)
def test_a_signal_keeps_the_runs_that_are_done(
    tmp_path: Path, asked: tuple[str, ...], how: signal.Signals, told_by: str
) -> None:
    """Each run is told as it is done; the file holds them whole, and no other."""
    table = tmp_path / "runs.csv"
    with started(*asked, table) as runs:
        assert runs.stdout is not None
        first = next(line for line in runs.stdout if told_by in line)
        runs.send_signal(how)
        out, err = runs.communicate(timeout=300)
    assert runs.returncode == 130, err
    assert "Traceback" not in err
    rows = list(csv.reader(table.read_text("utf-8").splitlines()))
    assert len(rows) >= 2
    assert {len(row) for row in rows} == {len(rows[0])}
    told = [line for line in (first, *out.splitlines()) if told_by in line]
    assert len(rows) - 1 == len(told) < 100
    assert sorted(path.name for path in tmp_path.iterdir()) == ["runs.csv"]


def test_ctrl_c_before_any_search_is_exit_code_130() -> None:
    """It waits for its input: there is nothing to return. While modules are still read, as on a busy machine,
    the process ends by the signal itself, which a shell calls 130 too."""
    with started("validate", "-", stdin=subprocess.PIPE) as waiting:
        time.sleep(1.5)
        waiting.send_signal(signal.SIGINT)
        _, err = waiting.communicate(timeout=30)
    assert waiting.returncode in (130, -signal.SIGINT)
    assert "Traceback" not in err


def test_a_reader_that_leaves_early_gets_no_traceback() -> None:
    with started("rules") as writing:
        assert writing.stdout is not None
        assert writing.stderr is not None
        writing.stdout.close()
        err = writing.stderr.read()
        assert writing.wait(30) == 141
    assert err == ""


def test_help_is_quick() -> None:
    """What plans, reads tables and draws pages is loaded by the commands that need it."""
    code = "import sys, scenarios.cli.main; print(*{name.partition('.')[0] for name in sys.modules})"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert not set(run.stdout.split()) & {"numpy", "pandas", "ortools", "jinja2", "pydantic"}


@contextmanager
def started(*args: object, **more: Any) -> Iterator[subprocess.Popen[str]]:
    """A running command that does not outlive its test."""
    process = start_brigade(*args, **more)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()
