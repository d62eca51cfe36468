"""`brigade explain`, `brigade candidates` and `brigade hours` on the small sound problem: what they say and
refuse."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli import brigade, plan_file, sound_file


def without_v3(folder: Path) -> Path:
    """The sound day with V3 left to nobody: V1 and V2, who go together, are left too."""
    document = json.loads(plan_file(folder).read_text("utf-8"))
    left = [
        {"visit_id": id, "reasons": [{"code": "left_out", "values": {}}], "action": None}
        for id in ("V1", "V2", "V3")
    ]
    path = folder / "less.json"
    path.write_text(json.dumps({**document, "routes": [], "uncovered": left}), "utf-8")
    return path


def test_an_uncovered_visit_is_explained_with_what_would_cover_it(tmp_path: Path) -> None:
    done = brigade("explain", sound_file(tmp_path), without_v3(tmp_path), "--visit", "V3", "--json")
    assert done.code == 0
    assert {one["worker_id"] for one in done.json["workers"]} == {"W1", "W2"}
    assert done.json["suggestions"][0]["kind"] == "add"


def test_a_covered_visit_says_what_its_stop_adds(tmp_path: Path) -> None:
    done = brigade("explain", sound_file(tmp_path), plan_file(tmp_path), "--visit", "V3", "--json")
    assert (done.json["covered"], done.json["worker_id"]) == (True, "W2")
    assert done.json["coverage"] < 0, "it saves its coverage"


def test_people_read_sentences(tmp_path: Path) -> None:
    places = sound_file(tmp_path), without_v3(tmp_path)
    said = brigade("explain", *places, "--visit", "V3", "--worker", "W1", "--text", "--lang", "en").out
    assert "What would cover it" in said
    assert "Could take it with nothing else changed" in said
    assert (
        "Who could take V3" in brigade("candidates", *places, "--visit", "V3", "--text", "--lang", "en").out
    )


def test_candidates_are_ranked_and_the_others_explained(tmp_path: Path) -> None:
    done = brigade(
        "candidates", sound_file(tmp_path), without_v3(tmp_path), "--visit", "V3", "--moves", "--json"
    )
    people = [one["worker_id"] for one in (*done.json["ranked"], *done.json["others"])]
    assert sorted(people) == ["W1", "W2"]
    costs = [one["cost"] for one in done.json["ranked"]]
    assert costs == sorted(costs)


def test_unknown_visits_and_workers_are_refused(tmp_path: Path) -> None:
    places = sound_file(tmp_path), plan_file(tmp_path)
    strange = brigade("candidates", *places, "--visit", "V99", "--visit", "V98", "--json").issues
    assert [one["code"] for one in strange] == ["K103", "K103"]
    both = brigade("explain", *places, "--visit", "V99", "--worker", "B77", "--json").issues
    assert [one["code"] for one in both] == ["K103", "K101"]
    assert (
        brigade("explain", *places, "--visit", "V1", "--worker", "W99", "--json").issues[0]["code"] == "K101"
    )


def test_other_hours_are_said_and_can_be_replanned(tmp_path: Path) -> None:
    """What a proposal tells as events is what `brigade replan` reads."""
    given, plan = sound_file(tmp_path), plan_file(tmp_path)
    told = brigade("hours", given, plan, "--visit", "V1", "--json").json
    assert told["proposals"], told
    assert [one["soft"] for one in told["proposals"]] == sorted(one["soft"] for one in told["proposals"])
    first = told["proposals"][0]
    events = {"format": "brigade-events", "version": 1, "events": first["events"]}
    happened = tmp_path / "happened.json"
    happened.write_text(json.dumps(events), "utf-8")
    made = tmp_path / "again.json"
    done = brigade("replan", given, plan, happened, "-o", made, "--iterations", "50")
    assert done.code == 0, done.err
    said = brigade("hours", given, plan, "--visit", "V1", "--text", "--lang", "en").out
    assert "between" in said
    assert first["visits"][0]["worker_id"] in said


def test_an_hour_that_is_none_is_refused_in_the_language(tmp_path: Path) -> None:
    asked = ("hours", sound_file(tmp_path), plan_file(tmp_path), "--visit", "V1", "--from", "25:00")
    assert "’25:00’ n’est pas une heure" in brigade(*asked).err.replace("'", "’")


def test_hours_that_end_before_they_begin_are_refused(tmp_path: Path) -> None:
    asked = ("hours", sound_file(tmp_path), plan_file(tmp_path), "--visit", "V99", "--from", "12:00")
    issues = brigade(*asked, "--until", "08:00", "--json").issues
    assert [one["code"] for one in issues] == ["K103", "E103"]
