"""`brigade bench instance`, `table`, `peers`, `scale` and `repeats`: small runs from option to table."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

from scenarios.bench.many_basins import BasinDay, BasinNight
from scenarios.bench.sets import samples, uhhc
from scenarios.cli.bench.bench_scale import basin_row
from tests.cli import brigade


def test_peers_prints_a_table_and_writes_every_run(tmp_path: Path) -> None:
    file = tmp_path / "runs.csv"
    answer = brigade(
        *(
            "bench",
            "peers",
            "--sizes",
            "S",
            "--limits",
            "0.2",
            "--seeds",
            "1",
            "--engines",
            "brigade,ortools",
            "--csv",
            file,
        )
    )
    assert answer.code == 0
    assert "S, 0.2 s, 1 graines" in answer.out
    rows = list(csv.DictReader(file.read_text("utf-8").splitlines()))
    assert [(row["engine"], row["faults"]) for row in rows] == [("brigade", ""), ("ortools", "")]
    assert all(int(row["covered"]) <= 40 == int(row["visits"]) for row in rows)


def test_peers_refuses_every_unknown_word_before_any_run() -> None:
    answer = brigade("bench", "peers", "--sizes", "S,XL,Q", "--json")
    assert answer.code == 2
    assert [(issue["code"], issue["where"]) for issue in answer.issues] == [("O103", "--sizes")] * 2


def test_scale_measures_a_point_of_the_curve() -> None:
    answer = brigade(
        "bench",
        "scale",
        "--parts",
        "curve",
        "--visits",
        "50",
        "--limit",
        "0.3",
        "--seeds",
        "1",
        "--plain",
        "--json",
    )
    assert answer.code == 0
    (row,) = answer.json["rows"]
    assert (row["part"], row["visits"], row["workers"]) == ("curve", 50, 7)
    assert 0 <= row["gap"] <= 1
    assert row["peak_mb"] >= row["idle_mb"] > 0


def test_scale_plans_a_small_night_in_processes_of_their_own(tmp_path: Path) -> None:
    file = tmp_path / "night.csv"
    options = (
        "--parts",
        "country",
        "--basins",
        "2",
        "--basin-limit",
        "0.3",
        "--processes",
        "1",
        "--csv",
        file,
        "--lang",
        "en",
    )
    answer = brigade("bench", "scale", *options)
    assert answer.code == 0
    assert "One night, 2 basins" in answer.out
    rows = list(csv.DictReader(file.read_text("utf-8").splitlines()))
    assert len({row["basin"] for row in rows}) == 2
    assert all(0 < int(row["covered"]) <= int(row["open_visits"]) for row in rows)
    assert "first level unproven" in answer.out


def test_a_night_tells_no_gap_of_costs_while_a_level_is_open() -> None:
    """A share of a sum in which one visit outweighs all tours would say nothing; nor does one below an open
    level."""
    night = BasinNight(BasinDay("3215", 1, 1.0, "urban_day"), 20, 130, 100, 500, 2, 1.0, 0.5, 1.2, 1.1, 150.0)
    assert basin_row(night, "fr")[5:7] == ("P2", "–")
    assert basin_row(replace(night, open_level=None, gap=0.02), "fr")[5:7] == ("–", "2 %")


def test_the_language_said_first_reaches_the_commands_of_a_group() -> None:
    assert "Sizes." in brigade("--lang", "en", "bench", "peers", "--help").out
    assert "Tailles." in brigade("bench", "peers", "--help").out


def test_an_instance_is_solved_costed_again_and_written_in_its_own_format(tmp_path: Path) -> None:
    path, file = min(samples("uhhc"), key=lambda one: one.stat().st_size), tmp_path / "solution.json.gz"
    answer = brigade("bench", "instance", path, "--iterations", "300", "--threads", "1", "-o", file, "--json")
    assert (answer.code, answer.json["disagrees"]) == (0, False)
    assert uhhc.evaluate(uhhc.read(path), uhhc.read_solution(file)).objective == answer.json["objective"]


def test_a_file_of_no_set_is_refused(tmp_path: Path) -> None:
    stranger = tmp_path / "stranger.json"
    stranger.write_text("{}")
    answer = brigade("bench", "instance", stranger, "--json")
    assert answer.code == 2
    assert [issue["code"] for issue in answer.issues] == ["B107"]


def test_a_table_states_its_budget_and_writes_every_run(tmp_path: Path) -> None:
    folder, file = tmp_path / "instances", tmp_path / "runs.csv"
    folder.mkdir()
    path = min(samples("hhcrsp"), key=lambda one: one.stat().st_size)
    (folder / path.name).write_bytes(path.read_bytes())
    answer = brigade(
        *(
            "bench",
            "table",
            folder,
            "--seeds",
            "2",
            "--time-limit",
            "0.2",
            "--threads",
            "1",
            "--csv",
            file,
            "--lang",
            "en",
        )
    )
    assert answer.code == 0
    assert answer.out.startswith("2 runs, less than 1 min at the most")
    rows = list(csv.DictReader(file.read_text("utf-8").splitlines()))
    assert [(row["family"], row["seed"], row["violations"]) for row in rows] == [
        ("hhcrsp", "1", ""),
        ("hhcrsp", "2", ""),
    ]
    assert all(float(row["objective"]) == float(row["own"]) for row in rows)


def test_advice_measures_every_question_and_a_judged_edit(tmp_path: Path) -> None:
    file = tmp_path / "questions.csv"
    answer = brigade(
        "bench",
        "advice",
        "--seeds",
        "1",
        "--preset",
        "rural_day",
        "--told",
        "0.3",
        "--edits",
        "3",
        "--csv",
        file,
    )
    assert answer.code == 0
    assert "pourquoi cette personne" in answer.out
    rows = list(csv.DictReader(file.read_text("utf-8").splitlines()))
    assert {"candidates, uncovered visit", "judged hand edit"} <= {row["question"] for row in rows}
    assert all(0 < float(row["median_ms"]) <= float(row["slow_ms"]) and int(row["cases"]) > 0 for row in rows)


def test_replan_is_set_beside_a_solve_that_knows_nothing_of_the_plan() -> None:
    options = ("--seeds", "1", "--preset", "rural_day", "--told", "0.3", "--absences", "2", "--limit", "0.3")
    answer = brigade("bench", "replan", *options, "--json")
    assert answer.code == 0
    assert [row["event"] for row in answer.json["rows"]] == ["WorkerAway", "EmployeeAway"]
    for row in answer.json["rows"]:
        assert row["calm"] == (row["changes"] <= max(2, row["resolved_changes"] // 3))
        assert row["as_good"] == (row["points"] >= 0.99 * row["resolved_points"])


def test_repeats_tell_how_many_runs_cover_as_the_best(tmp_path: Path) -> None:
    file = tmp_path / "runs.csv"
    options = (
        "--presets",
        "rural_day",
        "--seeds",
        "1",
        "--runs",
        "2",
        "--time-limit",
        "0.3",
        "--threads",
        "1",
    )
    answer = brigade("bench", "repeats", *options, "--csv", file, "--json")
    assert answer.code == 0
    runs = list(csv.DictReader(file.read_text("utf-8").splitlines()))
    assert [(row["preset"], row["day"], row["run"]) for row in runs] == [
        ("rural_day", "1", "1"),
        ("rural_day", "1", "2"),
    ]
    tops = [tuple(int(row[f"uncovered_{level}"]) for level in range(3)) for row in runs]
    (summed,) = answer.json["rows"]
    assert (summed["runs"], summed["agreeing"]) == (2, tops.count(min(tops)))
