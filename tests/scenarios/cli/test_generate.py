"""`generate` and `demo`: invented problems that are the same for the same seed, and a first plan with its
files."""

from __future__ import annotations

from pathlib import Path

import pytest

from brigade.exchange.documents.plan_document import read_plan
from brigade.exchange.reading import read_any
from scenarios.cli.console.options import PRESETS
from scenarios.generator.presets import DEPARTMENT, preset_names
from tests.cli import brigade, files_in

SMALL = ("--preset", "ai_only", "--visits", "0.2", "--workers", "4")


def test_the_help_names_every_preset() -> None:
    assert (*PRESETS.split(", "), DEPARTMENT) == preset_names()


def test_the_same_seed_is_the_same_problem(tmp_path: Path) -> None:
    for name, seed in (("a.json", "3"), ("b.json", "3"), ("c.json", "4")):
        assert brigade("generate", *SMALL, "--seed", seed, "-o", tmp_path / name).code == 0
    files = files_in(tmp_path)
    assert files["a.json"] == files["b.json"] != files["c.json"]


def test_what_is_asked_is_what_is_drawn(tmp_path: Path) -> None:
    asked = ("--modes", "e_bike=1", "--ai-share", "0", "--first-day", "2026-05-05", "--basin", "3204")
    assert brigade("generate", *SMALL, *asked, "-o", tmp_path / "day.json").code == 0
    problem = read_any(tmp_path / "day.json")
    assert (len(problem.workers), problem.basin.id, str(problem.horizon.first_day)) == (
        4,
        "3204",
        "2026-05-05",
    )
    assert {worker.mode.value for worker in problem.workers} == {"e_bike"}


def test_tables_and_documents_hold_the_same_problem(tmp_path: Path) -> None:
    for name in ("day.json", "day"):
        brigade("generate", *SMALL, "-o", tmp_path / name)
    assert brigade("convert", tmp_path / "day", tmp_path / "back.json").code == 0
    assert (tmp_path / "back.json").read_bytes() == (tmp_path / "day.json").read_bytes()


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--preset", "weekend"], "S002"),
        (["--workers", "0"], "S003"),
        (["--ai-share", "1.5"], "S003"),
        (["--visits", "nan"], "S003"),
        (["--days", "99"], "S003"),
        (["--modes", "car"], "O103"),
        (["--modes", "rocket=1"], "S003"),
        (["--first-day", "tomorrow"], "O103"),
        (["--first-day", "9999-12-31"], "O103"),
        (["--first-day", "2200-12-31"], "O103"),
        (["--basin", "0000"], "S001"),
        (["--preset", "department", "--workers", "3"], "O103"),
        (["--seed", "one"], "O103"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_drawn_is_refused(options: list[str], code: str, tmp_path: Path) -> None:
    answer = brigade("generate", *options, "-o", tmp_path / "out", "--json")
    assert (answer.code, answer.issues[0]["code"]) == (2, code)
    assert files_in(tmp_path) == {}


def test_a_department_is_a_folder_of_problems(tmp_path: Path) -> None:
    assert brigade("generate", "--preset", "department", "-o", tmp_path / "all.json").code == 2
    assert brigade("generate", "--preset", "department", "--visits", "0.05", "-o", tmp_path / "all").code == 0
    made = {Path(name).stem: read_any(tmp_path / name) for name in files_in(tmp_path)}
    assert len(made) == 7
    assert all(problem.basin.id == name for name, problem in made.items())


def test_the_demo_shows_one_screen_of_a_plan_and_leaves_its_files(tmp_path: Path) -> None:
    answer = brigade(
        "demo", "--preset", "rural_day", "--iterations", "3000", "--html", tmp_path / "demo.html"
    )
    assert answer.code == 0
    assert set(files_in(tmp_path)) == {"demo.html", "demo.plan.json", "demo.problem.json"}
    problem = read_any(tmp_path / "demo.problem.json")
    plan = read_plan(tmp_path / "demo.plan.json", problem)
    assert f"{len(plan.covered)} interventions couvertes sur {len(problem.requests)}" in answer.out
    assert len(answer.out.splitlines()) <= 40
    ranked = sorted((problem.visit_by_id[one.visit_id].level, one.visit_id) for one in plan.uncovered)
    told = [one.visit_id for one in plan.uncovered if f"\n{one.visit_id} [" in answer.out]
    assert len(told) == min(5, len(ranked))
    assert {problem.visit_by_id[id].level for id in told} <= {level for level, _ in ranked[: len(told)]}
    assert f"ouvrir {tmp_path / 'demo.html'} dans un navigateur" in answer.out
    assert "brigade serve --demo" in answer.out
    assert brigade("check", tmp_path / "demo.problem.json", tmp_path / "demo.plan.json").code == 0


def test_the_whole_demo_names_every_tour_and_every_uncovered_visit(tmp_path: Path) -> None:
    answer = brigade(
        "demo", "--full", "--preset", "rural_day", "--iterations", "3000", "--html", tmp_path / "demo.html"
    )
    plan = read_plan(tmp_path / "demo.plan.json", read_any(tmp_path / "demo.problem.json"))
    assert all(left.visit_id in answer.out and left.reasons for left in plan.uncovered)
    assert all(f"\n{route.worker_id} · " in answer.out for route in plan.routes[1:])
