"""`brigade department`: basins that agreed to lend, planned as one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from brigade.exchange.documents.problem_document import problem_text
from tests.cli import brigade
from tests.solver.lending.test_department import east, west

AGREED = {"lender": "WEST", "borrower": "EAST", "notice_min": 60}


def files(folder: Path, *agreements: dict[str, Any]) -> list[Path]:
    for name, asked in (("east", east()), ("west", west())):
        (folder / f"{name}.json").write_text(problem_text(asked), "utf-8")
    told = {"format": "brigade-lending", "version": 1, "agreements": [*agreements]}
    (folder / "agreements.json").write_text(json.dumps(told), "utf-8")
    return [folder / "east.json", folder / "west.json"]


def test_whom_a_neighbour_could_lend_is_told_and_can_be_checked(tmp_path: Path) -> None:
    """W1 of Lens is at V1 of Béthune once she has driven there; both plans stay as they are."""
    basins, out = files(tmp_path, AGREED), tmp_path / "out"
    asked = ("department", *basins, "--agreements", tmp_path / "agreements.json", "--iterations", "400")
    answer = brigade(*asked, "-o", out, "--json")
    assert answer.code == 0
    (one,) = answer.json["lendings"]
    assert (one["worker_id"], one["lender"], one["borrower"], one["paid_by"]) == (
        *("W1", "WEST", "EAST", "borrower"),
    )
    assert [stop["visit_id"] for stop in one["stops"]] == ["V1"]
    assert (sum(answer.json["uncovered_by_level"]), sum(answer.json["uncovered_with_lent"])) == (1, 0)
    assert sorted(path.name for path in out.iterdir()) == [
        *("EAST.plan.json", "WEST.plan.json", "lent.plan.json", "lent.problem.json"),
    ]
    checked = brigade("check", out / "lent.problem.json", out / "lent.plan.json", "--json")
    assert checked.code == 0
    said = brigade(*asked, "--text")
    assert "V1 de Béthune : W1 de Lens pourrait venir, arrivée à" in said.out


def test_agreements_are_refused_with_their_faults(tmp_path: Path) -> None:
    basins = files(tmp_path, {**AGREED, "lender": "NORD"}, {**AGREED, "workers": ["W9"]})
    answer = brigade("department", *basins, "--agreements", tmp_path / "agreements.json", "--json")
    assert answer.code == 2
    assert [(one["code"], one["where"]) for one in answer.json["issues"]] == [
        ("P603", "agreements[0].lender"),
        ("P606", "agreements[1].workers"),
    ]


def test_a_document_of_another_kind_is_no_agreement(tmp_path: Path) -> None:
    basins = files(tmp_path, AGREED)
    answer = brigade("department", *basins, "--agreements", basins[0], "--json")
    assert answer.code == 2
    assert [one["code"] for one in answer.json["issues"]] == ["D007"]
