"""`brigade sectors propose`: from weeks of problems to a file that a problem takes as it is."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

from brigade.exchange.documents.problem_document import problem_from_json, problem_text, problem_to_json
from brigade.exchange.reports.sector_map import sector_map
from tests.cli import brigade
from tests.solver.sectoring.test_proposal import week

SVG = "{http://www.w3.org/2000/svg}"


def test_weeks_become_sectors_with_what_they_would_have_saved(tmp_path: Path) -> None:
    weeks = [week(n, swapped=n > 1) for n in range(4)]
    files = [tmp_path / f"week{n}.json" for n in range(4)]
    for file, one in zip(files, weeks, strict=True):
        file.write_text(problem_text(one), "utf-8")
    output = tmp_path / "sectors.json"
    answer = brigade("sectors", "propose", *files, "-k", "2", "-o", output, "--time-limit", "10", "--json")
    assert answer.code == 0
    assert answer.json["proven"]
    assert answer.json["saved_min_a_week"]["mean"] == 40
    assert answer.json["held_back"][0]["week"] == "2026-03-30"
    made = json.loads(output.read_text("utf-8"))
    again = problem_from_json({**problem_to_json(weeks[0]), "sectors": made["sectors"]})
    assert {one.id for one in again.sectors} == set(answer.json["hours_a_week"])
    said = brigade("sectors", "propose", *files, "-k", "2", "--text")
    assert "Trajets évités : 40 min par semaine" in said.out


def test_more_sectors_than_communes_are_refused_with_a_way_out(tmp_path: Path) -> None:
    file = tmp_path / "week.json"
    file.write_text(problem_text(week(0, swapped=False)), "utf-8")
    answer = brigade("sectors", "propose", file, "-k", "9", "--json")
    assert answer.code == 2
    assert [one["code"] for one in answer.json["issues"]] == ["O107"]


def test_a_map_shows_each_commune_in_the_colour_of_its_sector(tmp_path: Path) -> None:
    """Of Lens, Liévin and their neighbours; what each sector holds stands below the map."""
    file, drawn = tmp_path / "week.json", tmp_path / "sectors.svg"
    file.write_text(problem_text(week(0, swapped=False)), "utf-8")
    answer = brigade("sectors", "propose", file, "-k", "2", "--map", drawn, "--json")
    assert answer.code == 0
    assert answer.json["files"] == [str(drawn)]
    svg = ElementTree.fromstring(drawn.read_text("utf-8"))
    paths = [one for one in svg.iter(f"{SVG}path") if one.get("fill")]
    told = answer.json["sectors"]
    assert len(paths) == sum(len(one["communes"]) for one in told)
    assert len({one.get("fill") for one in paths}) == 2
    said = " ".join("".join(one.itertext()) for one in svg.iter(f"{SVG}text"))
    assert all(one["name"] in said for one in told)


def test_communes_without_an_outline_have_no_map_and_that_is_said() -> None:
    assert sector_map([], {}, {"features": []}, "fr") is None
