"""Whatever is wrong with an input, the command line refuses it whole: exit code 2, every fault told, nothing
written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli import Answer, brigade, files_in, plan_file, sound_file
from tests.contract.test_bad_input import INPUTS
from tests.faults.base import Fault, put
from tests.faults.documents import VISIT
from tests.faults.sheets import PLANS


def assert_told(fault: Fault, issues: list[dict[str, str]]) -> None:
    found = [issue for issue in issues if issue["code"] == fault.code]
    assert any(fault.where in issue["where"] and fault.met in issue["what"] for issue in found), issues
    assert all(issue["hint"] for issue in issues)


def solve_everywhere(path: Path, out: Path, *more: str) -> Answer:
    files = (
        "-o",
        out / "plan.json",
        "--html",
        out / "report.html",
        "--ics",
        out / "ics",
        "--stops",
        out / "stops.csv",
    )
    return brigade("solve", path, *files, *more)


@pytest.mark.parametrize("fault", INPUTS, ids=lambda fault: fault.name)
def test_solve_refuses_a_spoilt_input_and_writes_nothing(fault: Fault, tmp_path: Path) -> None:
    path = fault.spoil(tmp_path)
    before = files_in(tmp_path)
    answer = solve_everywhere(path, tmp_path / "out")
    assert (answer.code, answer.json["exit_code"], answer.json["error"]) == (2, 2, "refused")
    assert_told(fault, answer.issues)
    assert files_in(tmp_path) == before
    assert answer.err == ""


@pytest.mark.parametrize("fault", PLANS, ids=lambda fault: fault.name)
def test_check_refuses_a_spoilt_plan_and_writes_nothing(fault: Fault, tmp_path: Path) -> None:
    problem = sound_file(tmp_path)
    (tmp_path / "plan").mkdir()
    plan = fault.spoil(tmp_path / "plan")
    before = files_in(tmp_path)
    answer = brigade("check", problem, plan, "-o", tmp_path / "again.json")
    assert answer.code == 2
    assert_told(fault, answer.issues)
    assert files_in(tmp_path) == before


def test_all_faults_come_at_once_in_words(tmp_path: Path) -> None:
    spoilt = put(VISIT, lambda visit: {**visit, "duration_min": "long", "priority": "P9"})(tmp_path)
    answer = brigade("validate", spoilt, "--text")
    assert answer.code == 2
    assert answer.out == ""
    assert answer.err.splitlines()[0] == "problem.json : 2 défauts, rien n’est écrit"
    assert [line.split()[0] for line in answer.err.splitlines()[1:]] == ["D103", "D104"]
    assert "Traceback" not in answer.err


def test_a_start_plan_is_refused_like_any_input(tmp_path: Path) -> None:
    problem, start = sound_file(tmp_path), tmp_path / "start.json"
    start.write_text("{", "utf-8")
    answer = solve_everywhere(problem, tmp_path / "out", "--start", str(start))
    assert (answer.code, answer.issues[0]["code"]) == (2, "D003")
    assert not (tmp_path / "out").exists()


# -- options -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "options",
    [
        ["--time-limit", "0"],
        ["--time-limit", "-3"],
        ["--time-limit", "nan"],
        ["--time-limit", "inf"],
        ["--time-limit", "soon"],
        ["--iterations", "0"],
        ["--iterations", "1.5"],
        ["--seed", "-1"],
        ["--seed", "99999999999"],
        ["--threads", "0"],
        ["--progress", "loud"],
        ["--lang", "de"],
        ["--surprise"],
        ["one-word-too-many"],
    ],
    ids=" ".join,
)
def test_a_slip_in_the_options_is_refused(options: list[str], tmp_path: Path) -> None:
    answer = solve_everywhere(sound_file(tmp_path), tmp_path / "out", "--json", *options)
    assert (answer.code, answer.issues[0]["code"]) == (2, "O103")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("met", ["nan", "inf"])
@pytest.mark.parametrize(
    "command",
    [
        ["replan", "problem", "plan", "events", "--time-limit"],
        ["compare", "problem", "plan", "--time-limit"],
        ["bench", "instance", "file", "--time-limit"],
        ["bench", "repeats", "--time-limit"],
        ["bench", "scale", "--basin-limit"],
    ],
    ids=" ".join,
)
def test_no_command_searches_for_ever(command: list[str], met: str) -> None:
    answer = brigade(*command, met, "--json")
    assert (answer.code, answer.issues[0]["code"]) == (2, "O103")


def test_a_slip_in_the_options_is_told_in_words_too(tmp_path: Path) -> None:
    answer = brigade("solve", sound_file(tmp_path), "--text", "--surprise")
    assert (answer.code, answer.out) == (2, "")
    assert "--surprise" in answer.err


# -- places ------------------------------------------------------------------------------------------------
def test_an_input_is_never_overwritten(tmp_path: Path) -> None:
    problem, plan = sound_file(tmp_path), plan_file(tmp_path)
    before = files_in(tmp_path)
    for args in (
        ("solve", problem, "-o", problem, "--json"),
        ("solve", problem, "--start", plan, "-o", tmp_path / "." / "plan.json", "--json"),
        ("check", problem, plan, "--retime", "-o", plan, "--json"),
        ("convert", problem, problem, "--json"),
    ):
        answer = brigade(*args)
        assert (answer.code, answer.issues[0]["code"]) == (2, "O101"), args
    assert files_in(tmp_path) == before


def test_an_input_behind_a_link_is_not_overwritten_either(tmp_path: Path) -> None:
    problem, link = sound_file(tmp_path), tmp_path / "link.json"
    link.symlink_to(problem)
    answer = brigade("convert", problem, link, "--json")
    assert (answer.code, answer.issues[0]["code"]) == (2, "O101")


def test_two_outputs_at_one_place_are_refused(tmp_path: Path) -> None:
    twice = tmp_path / "same"
    answer = brigade("solve", sound_file(tmp_path), "-o", twice, "--html", tmp_path / "." / "same", "--json")
    assert (answer.code, answer.issues[0]["what"]) == (2, "demandé deux fois")


@pytest.mark.parametrize(
    "args",
    [
        ("solve", "PROBLEM", "-o", "-"),
        ("solve", "PROBLEM", "--stops", "-", "--html", "-"),
        ("solve", "PROBLEM", "--ics", "-"),
        ("replan", "PROBLEM", "PLAN", "PLAN", "--problem-output", "-"),
        ("export", "PROBLEM", "PLAN", "--stops", "-"),
        ("convert", "PROBLEM", "-"),
        ("demo", "--html", "-"),
        ("generate", "-o", "-"),
        ("sweep", "-o", "-"),
        ("bench", "repeats", "--csv", "-"),
    ],
)
def test_the_standard_stream_is_no_place_for_an_output(
    args: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`-` is stdin of an input; a file of that name would be looked for in vain."""
    files = {"PROBLEM": sound_file(tmp_path), "PLAN": plan_file(tmp_path)}
    before = files_in(tmp_path)
    monkeypatch.chdir(tmp_path)
    answer = brigade(*(files.get(one, one) for one in args), "--json")
    assert (answer.code, [issue["where"] for issue in answer.issues]) == (2, ["-"])
    assert answer.issues[0]["what"] == "la sortie standard porte la réponse de la commande"
    assert files_in(tmp_path) == before


@pytest.mark.parametrize("args", [("backup", "-"), ("archive", "B1", "-")])
def test_the_service_writes_no_file_to_the_standard_stream(args: tuple[str, ...]) -> None:
    answer = brigade(*args, "--lang", "en")
    assert answer.code == 2
    assert "standard output holds the command’s own answer" in answer.err


def test_places_that_cannot_be_written_are_told_before_the_search(tmp_path: Path) -> None:
    problem = sound_file(tmp_path)
    (tmp_path / "folder").mkdir()
    answer = brigade(
        "solve", problem, "-o", tmp_path / "folder", "--html", problem / "r.html", "--ics", problem, "--json"
    )
    assert answer.code == 2
    assert [issue["code"] for issue in answer.issues] == ["O101"] * 3


def test_places_that_the_system_cannot_look_at_are_told(tmp_path: Path) -> None:
    """Links in a ring, and a name longer than any file's: both ended in a fault of ours."""
    problem, ring = sound_file(tmp_path), tmp_path / "ring.json"
    ring.symlink_to(tmp_path / "back.json")
    (tmp_path / "back.json").symlink_to(ring)
    for place, what in (
        (ring, "des liens qui mènent l’un à l’autre"),
        (ring / "x.json", "des liens qui mènent l’un à l’autre"),
        (tmp_path / f"{'x' * 300}.json", "nom trop long"),
    ):
        answer = brigade("convert", problem, place, "--json")
        assert (answer.code, [one["code"] for one in answer.issues]) == (2, ["O101"])
        assert what in answer.issues[0]["what"]
        read = brigade("validate", place, "--json")
        assert (read.code, what in read.issues[0]["what"]) == (2, True), read.issues


@pytest.mark.parametrize(
    "args",
    [("convert", "PROBLEM", ""), ("validate", ""), ("solve", "PROBLEM", "-o", ""), ("solve", "--html=")],
)
def test_a_name_that_is_nothing_is_no_folder(
    args: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`brigade convert day.json "$OUT"` without such a variable wrote thirty tables where one stood."""
    problem = sound_file(tmp_path)
    monkeypatch.chdir(tmp_path)
    before = files_in(tmp_path)
    answer = brigade(*(problem if one == "PROBLEM" else one for one in args), "--json")
    assert answer.code == 2
    assert "un argument est vide" in answer.issues[0]["what"]
    assert files_in(tmp_path) == before


def test_a_problem_goes_to_json_workbook_or_folder_only(tmp_path: Path) -> None:
    answer = brigade("convert", sound_file(tmp_path), tmp_path / "tables.ods", "--json")
    assert (answer.code, answer.issues[0]["code"]) == (2, "O102")
