"""`brigade oncall propose`: from a problem to the same with a rota in it."""

from __future__ import annotations

import json
from pathlib import Path

from brigade.exchange.documents.problem_document import problem_from_json, problem_text
from scenarios.catalogue import load
from tests.cli import brigade


def test_a_rota_is_proposed_told_and_written(tmp_path: Path) -> None:
    file, output = tmp_path / "problem.json", tmp_path / "rota.json"
    file.write_text(problem_text(load("usual_face")), "utf-8")
    options = ("--from", "2026-04-06", "--weeks", "2")
    answer = brigade("oncall", "propose", file, *options, "-o", output, "--json")
    assert answer.code == 0
    assert answer.json["proven"]
    assert answer.json["uncovered"] == []
    shares = {one["worker_id"]: (one["evenings"], one["weekends"]) for one in answer.json["shares"]}
    assert sum(evenings + weekends for evenings, weekends in shares.values()) == 14
    made = problem_from_json(json.loads(output.read_text("utf-8")))
    assert {one.id: len(one.on_call) for one in made.workers} == {
        id: sum(both) for id, both in shares.items()
    }
    said = brigade("oncall", "propose", file, *options, "--text")
    assert "répartition prouvée la meilleure" in said.out


def test_hours_that_are_none_are_refused_with_a_way_out(tmp_path: Path) -> None:
    file = tmp_path / "problem.json"
    file.write_text(problem_text(load("usual_face")), "utf-8")
    answer = brigade("oncall", "propose", file, "--from", "2026-04-06", "--evening", "le soir", "--json")
    assert answer.code == 2
    assert [one["code"] for one in answer.json["issues"]] == ["O109"]
