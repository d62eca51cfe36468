"""`brigade replan`, `edit`, `compare` and `sweep` on the small sound problem: what they write, say and
refuse."""

from __future__ import annotations

import csv
import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from brigade.changes.edits import Move
from brigade.changes.plan_diff import Assignment
from brigade.errors import InvalidPlan
from brigade.exchange.documents.plan_document import plan_to_json, read_plan
from brigade.exchange.documents.problem_document import problem_to_json
from scenarios.cli.commands.replanning import _place
from scenarios.cli.console.screen import Screen
from solver.hand_edits import EditSession, judge_edit
from tests.builders import plan, problem, route, visit, worker
from tests.cli import brigade, plan_file, sound_file
from tests.sayings import refusals

DAY = "2026-03-09T"


def written(folder: Path, name: str, content: Any) -> Path:
    path = folder / name
    path.write_text(json.dumps(content), "utf-8")
    return path


def events(folder: Path, *happened: Any, **terms: Any) -> Path:
    return written(
        folder, "events.json", {"format": "brigade-events", "version": 1, "events": list(happened), **terms}
    )


def test_a_worker_who_leaves_gives_a_new_plan_and_a_diff(tmp_path: Path) -> None:
    """V3 was W2's; W1 can take it. V1 stays where it was."""
    happened = events(tmp_path, {"kind": "worker_away", "worker_id": "W2", "at": f"{DAY}06:00:00+01:00"})
    new, after = tmp_path / "new.json", tmp_path / "after.json"
    places = sound_file(tmp_path), plan_file(tmp_path)
    done = brigade(
        "replan", *places, happened, "-o", new, "--problem-output", after, "--iterations", 200, "--json"
    )
    assert done.code == 0
    assert done.json["diff"]["counts"]["reassigned"] == 1
    change = next(one for one in done.json["diff"]["changes"] if one["visit_id"] == "V3")
    assert (change["before"]["worker_id"], change["after"]["worker_id"]) == ("W2", "W1")
    assert change["reasons"][0] == {"code": "change_worker_away", "values": {"worker": "W2"}}
    assert brigade("check", after, new).code == 0


def test_who_comes_too_late_for_a_held_stop_is_told(tmp_path: Path) -> None:
    """W1 loses an hour in V1, and V2 after it is pinned and wanted by 09:30: told with the hour at which she
    can be there, and with the rule."""
    visits = [visit("V1", latest="09:00"), visit("V2", "B", latest="09:30")]
    asked = problem(visits, [worker()])
    told = plan(asked, route(asked, "W1", ("V1", "08:00"), ("V2", "09:15")))
    places = (
        written(tmp_path, "day.json", problem_to_json(asked)),
        written(tmp_path, "plan.json", plan_to_json(asked, told)),
    )
    lost = {"kind": "worker_late", "worker_id": "W1", "at": f"{DAY}08:30:00+01:00", "late_min": 60}
    happened = events(tmp_path, lost, pinned=["V2"])
    done = brigade("replan", *places, happened, "--iterations", 200, "--text")
    assert done.code == 0
    assert "  V2 · W1 09/03 09:15 → W1 09/03 10:10 · W1 ne peut y être avant 10:10\n" in done.out
    assert "1 règle dépassée par ce qui devait rester\n  ! TIME_WINDOW · W1" in done.out


def test_what_begins_before_the_freeze_stays(tmp_path: Path) -> None:
    """V1 at W1 begins in the morning: frozen, though W1 alone is left and V3 needs somebody."""
    gone = {"kind": "worker_away", "worker_id": "W2", "at": f"{DAY}06:00:00+01:00"}
    happened = events(tmp_path, gone, freeze=f"{DAY}12:00:00+01:00")
    done = brigade(
        "replan", sound_file(tmp_path), plan_file(tmp_path), happened, "--iterations", 200, "--json"
    )
    assert "V1" in done.json["diff"]["kept"]


def test_every_bad_event_is_told_at_once(tmp_path: Path) -> None:
    bad = [
        {"kind": "visit_cancelled", "visit_id": "V9"},
        {"kind": "worker_late", "worker_id": "W9", "at": f"{DAY}08:00:00+01:00", "late_min": 10},
        {
            "kind": "worker_away",
            "worker_id": "W1",
            "at": f"{DAY}08:00:00+01:00",
            "until": f"{DAY}07:00:00+01:00",
        },
    ]
    told = events(tmp_path, *bad, pinned=["V7"], pinned_workers=["W7"])
    done = brigade("replan", sound_file(tmp_path), plan_file(tmp_path), told, "--json")
    assert done.code == 2
    assert [(one["code"], one["where"]) for one in done.issues] == [
        ("E101", "events[0].visit_id"),
        ("E101", "events[1].worker_id"),
        ("E103", "events[2].until"),
        ("E101", "pinned"),
        ("E101", "pinned_workers"),
    ]


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"format": "brigade-plan", "version": 1}, "D007"),
        ({"format": "brigade-events", "version": 1, "events": [{"kind": "earthquake"}]}, "D104"),
        ({"format": "brigade-events", "version": 1, "freeze": "soon"}, "D106"),
    ],
)
def test_a_document_of_another_form_is_refused(tmp_path: Path, document: Any, code: str) -> None:
    place = written(tmp_path, "events.json", document)
    done = brigade("replan", sound_file(tmp_path), plan_file(tmp_path), place, "--json")
    assert done.code == 2
    assert done.issues[0]["code"] == code


def test_edits_are_judged_one_after_the_other(tmp_path: Path) -> None:
    """W2 holds no certificate for V2 and is forbidden there; taking V3 out costs its 10 points, and a hint
    brings it back."""
    edits = [{"kind": "unassign", "visit_id": "V3"}, {"kind": "move", "visit_id": "V2", "worker_id": "W2"}]
    place, new = written(tmp_path, "edits.json", edits), tmp_path / "new.json"
    done = brigade("edit", sound_file(tmp_path), plan_file(tmp_path), place, "-o", new, "--json")
    first, second = done.json["edits"]
    assert done.code == 1
    assert first["points"] > 0
    assert [hint["edit"]["visit_id"] for hint in first["hints"]][:1] == ["V3"]
    assert "FORBIDDEN_PAIR" in {one["rule"] for one in second["broken"]}
    assert {one["waivable_by"] for one in second["broken"] if one["rule"] == "FORBIDDEN_PAIR"} == {None}
    assert brigade("check", sound_file(tmp_path), new).code == 1


def test_edits_come_in_the_envelope_of_events(tmp_path: Path) -> None:
    """Nobody says which of W1's two tours: the one whose hours suit V3 is found."""
    asked = problem(
        [visit("V3", earliest="14:00", latest="15:00")],
        [worker(hours=[("08:00", "12:00"), ("13:00", "18:00")])],
    )
    day = written(tmp_path, "day.json", problem_to_json(asked))
    told = written(tmp_path, "told.json", plan_to_json(asked, plan(asked)))
    edits = [{"kind": "move", "visit_id": "V3", "worker_id": "W1"}]
    place = written(tmp_path, "edits.json", {"format": "brigade-edits", "version": 1, "edits": edits})
    new = tmp_path / "new.json"
    done = brigade("edit", day, told, place, "-o", new, "--json")
    assert (done.code, done.json["broken"]) == (0, 0)
    (route,) = read_plan(new, asked).routes
    assert (route.worker_id, route.tour) == ("W1", 1)


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"format": "brigade-events", "version": 1, "edits": []}, "D007"),
        ({"format": "brigade-edits", "version": 9, "edits": []}, "D008"),
        ({"version": 1, "edits": []}, "D007"),
        ({"format": "brigade-events", "version": 1, "events": []}, "D007"),
        ({"format": "brigade-edits", "version": 1}, "D101"),
    ],
)
def test_edits_in_another_envelope_are_refused(tmp_path: Path, document: Any, code: str) -> None:
    place = written(tmp_path, "edits.json", document)
    done = brigade("edit", sound_file(tmp_path), plan_file(tmp_path), place, "--json")
    assert (done.code, done.issues[0]["code"]) == (2, code)


def test_a_move_to_a_place_of_an_unsaid_tour_is_refused() -> None:
    asked = problem([visit("V3")], [worker(hours=[("08:00", "12:00"), ("13:00", "18:00")])])
    with pytest.raises(InvalidPlan) as refused:
        judge_edit(EditSession.opened(asked, plan(asked)), Move("V3", "W1", position=0))
    assert [one.code for one in refusals(refused)] == ["H102"]


def test_a_waiver_of_what_nobody_may_waive_is_refused(tmp_path: Path) -> None:
    told = {"by": "coordination", "at": f"{DAY}07:00:00+01:00", "reason": "urgence"}
    edits = [
        {"kind": "move", "visit_id": "V2", "worker_id": "W2"},
        {"kind": "waive", "rule": "FORBIDDEN_PAIR", "worker_id": "W2", "visit_id": "V2", **told},
    ]
    place, new = written(tmp_path, "edits.json", edits), tmp_path / "new.json"
    done = brigade("edit", sound_file(tmp_path), plan_file(tmp_path), place, "-o", new, "--json")
    assert (done.code, done.issues[0]["code"]) == (2, "H103")
    assert not new.exists()


def test_a_plan_compared_with_itself_differs_in_nothing(tmp_path: Path) -> None:
    plan = plan_file(tmp_path)
    done = brigade("compare", sound_file(tmp_path), plan, plan, "--json")
    assert done.code == 0
    assert done.json["diff"]["changes"] == done.json["workers"] == done.json["clients"] == []
    assert all(pair["change"] in (0, None) for pair in done.json["indicators"])


def test_a_comparison_says_who_does_what_instead(tmp_path: Path) -> None:
    happened = events(tmp_path, {"kind": "worker_away", "worker_id": "W2", "at": f"{DAY}06:00:00+01:00"})
    new, after = tmp_path / "new.json", tmp_path / "after.json"
    told = sound_file(tmp_path), plan_file(tmp_path)
    brigade("replan", *told, happened, "-o", new, "--problem-output", after, "--iterations", 200, "--json")
    done = brigade("compare", *told, new, "--problem-b", after, "--json")
    workers = {one["id"]: one for one in done.json["workers"]}
    assert workers["W2"]["went"] == ["V3"]
    assert "V3" in workers["W1"]["came"]
    assert workers["W2"]["work_after_min"] == 0


# -- sweeps ------------------------------------------------------------------------------------------------
GRID = ("--preset", "rural_day", "--seeds", "1,2", "--workers", "3", "--iterations", 20)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_sweep_refuses_every_option_at_once(tmp_path: Path) -> None:
    done = brigade(
        "sweep", "-o", tmp_path / "x.csv", "--workers", "x", "--ai-shares", "half", "--seeds", "5-1", "--json"
    )
    assert done.code == 2
    assert [issue["where"] for issue in done.issues] == ["--workers", "--ai-shares", "--seeds"]


def test_a_sweep_writes_a_row_a_run_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """The second sweep is stopped in the middle of a row: that run is done again, the others are not
    touched."""
    whole, cut = tmp_path / "whole.csv", tmp_path / "cut.csv"
    assert brigade("sweep", "-o", whole, *GRID).code == 0
    assert [(row["seed"], row["workers"], row["status"]) for row in rows(whole)] == [
        ("1", "3", "feasible"),
        ("2", "3", "feasible"),
    ]
    lines = whole.read_text("utf-8").splitlines(keepends=True)
    cut.write_text("".join([*lines[:2], lines[2][:25]]), "utf-8")
    assert brigade("sweep", "-o", cut, *GRID).code == 0
    same = [{name: value for name, value in row.items() if name != "elapsed_s"} for row in rows(whole)]
    assert [{name: value for name, value in row.items() if name != "elapsed_s"} for row in rows(cut)] == same
    assert rows(cut)[0]["elapsed_s"] == rows(whole)[0]["elapsed_s"]


@pytest.mark.parametrize("held", [b"a,b\n1,2\n", b"a,b", "caf\u00e9;1\n".encode("cp1252")])
def test_a_sweep_never_writes_into_another_table(held: bytes, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_bytes(held)
    done = brigade("sweep", "-o", other, *GRID, "--json")
    assert (done.code, done.issues[0]["code"]) == (2, "O105")
    assert other.read_bytes() == held


def test_a_grid_with_an_impossible_point_is_refused_before_any_run(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    done = brigade("sweep", "-o", out, "--preset", "rural_day", "--ai-shares", "0.2,7", "--json")
    assert (done.code, done.issues[0]["code"]) == (2, "S003")
    assert not out.exists()


def test_a_visit_added_that_nobody_can_do_is_named_with_its_causes(tmp_path: Path) -> None:
    """Neither plan covers it: the text says so, as the JSON does in `left`."""
    new = {
        "id": "VNEW",
        "client_id": "S1:A",
        "duration_min": 900,
        "priority": "P1",
        "act_class": "ordinary",
        "windows": [{"earliest": f"{DAY}10:00:00+01:00", "latest": f"{DAY}11:30:00+01:00"}],
    }
    places = (
        sound_file(tmp_path),
        plan_file(tmp_path),
        events(tmp_path, {"kind": "visit_added", "visit": new}),
    )
    done = brigade("replan", *places, "--iterations", 50, "--text")
    assert done.code == 0
    assert "1 intervention à couvrir depuis ces événements reste non couverte\n" in done.out
    assert "  VNEW · – → – · W1 et W2 : pas de disponibilité" in done.out
    assert "avant comme après" not in done.out
    section = done.out.split("1 intervention non couverte\n")[1]
    assert [line[:4] for line in section.splitlines() if line.strip()][-2:] == ["  - ", "  > "]


def test_a_visit_that_a_replan_gives_up_is_told_with_its_reasons_and_an_action(tmp_path: Path) -> None:
    """V3 was covered, and nobody is left: the sentence of the change alone would not say what may be done."""
    away = [{"kind": "worker_away", "worker_id": one, "at": f"{DAY}06:00:00+01:00"} for one in ("W1", "W2")]
    done = brigade(
        "replan",
        sound_file(tmp_path),
        plan_file(tmp_path),
        events(tmp_path, *away),
        "--iterations",
        50,
        "--text",
    )
    section = done.out.split("interventions non couvertes\n")[1]
    about = next(part for part in section.split("\n\n") if part.startswith("V3 "))
    assert [line[:4] for line in about.splitlines()[1:]][-1] == "  > "
    assert "  - " in about


def test_any_plan_is_written_out_again_in_the_same_way(tmp_path: Path) -> None:
    """After a replan, after an edit, of a plan in hand: report, calendars and stops, the same of the same
    plan."""
    problem, plan, moves = (
        sound_file(tmp_path),
        plan_file(tmp_path),
        written(tmp_path, "edits.json", {"edits": []}),
    )
    # The plan in hand breaks rules: `edit` says so by its code and writes all the same.
    for command in (
        ("replan", problem, plan, events(tmp_path), "--iterations", 50),
        ("edit", problem, plan, moves),
    ):
        folder = tmp_path / str(command[0])
        files = (
            "--html",
            folder / "r.html",
            "--ics",
            folder / "ics",
            "--stops",
            folder / "stops.csv",
            "--no-outlines",
        )
        assert brigade(*command, "-o", folder / "new.json", *files, "--json").code in (0, 1)
        again = tmp_path / f"{command[0]}-again"
        more = (
            "--html",
            again / "r.html",
            "--ics",
            again / "ics",
            "--stops",
            again / "stops.csv",
            "--no-outlines",
        )
        done = brigade("export", problem, folder / "new.json", *more, "--json")
        assert done.code == 0
        assert sorted(path.name for path in (again / "ics").iterdir()) == sorted(
            p.name for p in (folder / "ics").iterdir()
        )
        assert (again / "stops.csv").read_bytes() == (folder / "stops.csv").read_bytes()
        assert (again / "r.html").stat().st_size > 10_000


def test_an_hour_that_comes_twice_says_which_of_the_two_it_is() -> None:
    """25 October 2026: 02:30 comes at 00:30 UTC and again at 01:30 UTC."""
    night = problem([visit("V1")], first_day=date(2026, 10, 25))
    first = night.horizon.tick(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    told = [_place(Screen("replan"), night, Assignment("W1", 0, start)) for start in (first, first + 60)]
    assert told == ["W1 25/10 02:30 (heure d’été)", "W1 25/10 02:30 (heure d’hiver)"]


# -- the documented examples -------------------------------------------------------------------------------
HERE = {"V-204": "V1", "V-205": "V3", "V-211": "V3", "W07": "W1", "W12": "W2", "2026-03-10": "2026-03-09"}
"""Names of this problem for those of the page."""


def documented(folder: Path, name: str) -> Path:
    """The example of one format as docs/replanning.md shows it."""
    blocks = re.findall(r"```json\n(.*?)```", Path("docs/replanning.md").read_text("utf-8"), re.DOTALL)
    (found,) = [block for block in blocks if f'"format": "brigade-{name}"' in block]
    for theirs, ours in HERE.items():
        found = found.replace(theirs, ours)
    path = folder / f"{name}.json"
    path.write_text(found, "utf-8")
    return path


def test_the_documented_events_and_edits_are_read_as_they_stand(tmp_path: Path) -> None:
    places = sound_file(tmp_path), plan_file(tmp_path)
    done = brigade("replan", *places, documented(tmp_path, "events"), "--iterations", 200, "--json")
    assert done.code == 0, done.out
    done = brigade("edit", *places, documented(tmp_path, "edits"), "--json")
    assert done.code in (0, 1), done.out  # the waiver of a rule that nothing breaks changes nothing
    assert len(done.json["edits"]) == 4


def test_a_tour_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    move = {"kind": "move", "visit_id": "V1", "worker_id": "W2", "tour": 1}
    done = brigade(
        "edit", sound_file(tmp_path), plan_file(tmp_path), written(tmp_path, "edits.json", move), "--json"
    )
    assert [(one["code"], one["hint"]) for one in done.issues] == [("H101", "tournée 0")]


@pytest.mark.parametrize("year", ["2025", "2027"])
def test_a_pin_at_another_years_hour_is_refused(tmp_path: Path, year: str) -> None:
    pin = {"kind": "pin", "visit_id": "V1", "start": f"{year}-03-09T08:00:00+01:00"}
    done = brigade(
        "edit", sound_file(tmp_path), plan_file(tmp_path), written(tmp_path, "edits.json", pin), "--json"
    )
    assert [(one["code"], one["where"]) for one in done.issues] == [("H102", "edits[0].start")]
    assert year in done.issues[0]["what"]


@pytest.mark.parametrize(
    ("edit", "meant"),
    [
        ({"kind": "move", "visit_id": "v1", "worker_id": "W2"}, "V1"),
        ({"kind": "move", "visit_id": "V1", "worker_id": "w2"}, "W2"),
        ({"kind": "unassign", "visit_id": "v 1"}, None),
    ],
)
def test_an_id_that_differs_by_its_case_is_named(
    tmp_path: Path, edit: dict[str, str], meant: str | None
) -> None:
    done = brigade(
        "edit", sound_file(tmp_path), plan_file(tmp_path), written(tmp_path, "edits.json", edit), "--json"
    )
    (issue,) = done.issues
    assert issue["code"] == "H101"
    assert (issue["hint"] == f"vouliez-vous dire « {meant} » ?") == (meant is not None)


@pytest.mark.parametrize("year", ["2025", "2027"])
def test_a_freeze_of_another_year_is_refused(tmp_path: Path, year: str) -> None:
    told = {"format": "brigade-events", "version": 1, "events": [], "freeze": f"{year}-03-09T08:00:00+01:00"}
    place = written(tmp_path, "events.json", told)
    done = brigade("replan", sound_file(tmp_path), plan_file(tmp_path), place, "--iterations", 50, "--json")
    assert [(one["code"], one["where"]) for one in done.issues] == [("E103", "freeze")]
