"""`solve`: the files asked for, an answer for people or machines, and an exit code for each end a search can
have."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import typer
from icalendar import Calendar

from brigade.errors import BrokenPromise
from brigade.exchange.documents.plan_document import plan_to_json, read_plan, read_plan_record
from brigade.exchange.documents.problem_document import problem_text
from brigade.judging import checker
from brigade.timing.plan_timing import retime
from brigade.values.plan import Status
from brigade.values.problem import Problem
from scenarios.cli.console.screen import Screen, answering
from tests import builders
from tests.cli import brigade, files_in, plan_file, sound_file
from tests.faults.base import sound

WORK = ("--iterations", "300", "--threads", "1")


def save(problem: Problem, folder: Path) -> Path:
    path = folder / "problem.json"
    path.write_text(problem_text(problem), "utf-8")
    return path


def short_handed(*, mandatory: bool = False) -> Problem:
    """Two visits at the same hour for one worker: one stays uncovered."""
    return builders.problem(
        [builders.visit(id, "A", 60, "08:00", "08:00", mandatory=mandatory) for id in ("V1", "V2")]
    )


def test_every_file_asked_for_is_written(tmp_path: Path) -> None:
    out = tmp_path / "new"
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
    answer = brigade("solve", sound_file(tmp_path), *files, *WORK)
    assert answer.code == 0
    plan = read_plan(out / "plan.json", sound())
    assert checker.check(sound(), plan) == ()
    busy = {route.worker_id for route in plan.routes}
    assert set(files_in(out)) == {
        "plan.json",
        "report.html",
        "stops.csv",
        *(f"ics/{worker}.ics" for worker in busy),
    }
    assert set(answer.json["files"]) == {str(out / name) for name in files_in(out)}
    assert "<html" in (out / "report.html").read_text("utf-8")
    assert (out / "stops.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_piped_the_answer_is_one_object_with_the_plan(tmp_path: Path) -> None:
    problem = sound_file(tmp_path)
    answer = brigade("solve", problem, *WORK)
    assert answer.err == ""
    assert answer.json["visits"] == {"to_cover": 3, "covered": 3, "uncovered": 0}
    checked = brigade("check", problem, plan_file(tmp_path, answer.json["plan"]))
    assert checked.code == 0


def test_the_plan_says_how_to_find_it_again(tmp_path: Path) -> None:
    problem = sound_file(tmp_path)
    texts = []
    for name in ("first.json", "second.json"):
        brigade("solve", problem, "-o", tmp_path / name, "--seed", "7", *WORK)
        texts.append((tmp_path / name).read_bytes())
    assert texts[0] == texts[1]
    run = read_plan_record(tmp_path / "first.json", sound()).run
    assert (run.seed, run.work_limit, run.time_limit_s) == (7, 300, None)


def test_people_read_who_is_uncovered_and_why(tmp_path: Path) -> None:
    answer = brigade("solve", save(short_handed(), tmp_path), "--text", *WORK)
    assert answer.code == 0
    assert "1 intervention couverte sur 2" in answer.out
    assert "W1" in answer.out.split("non couverte")[-1]


def test_words_come_in_english_too(tmp_path: Path) -> None:
    answer = brigade("solve", save(short_handed(), tmp_path), "--text", "--lang", "en", *WORK)
    assert "1 visits of 2 covered" in answer.out


def test_with_a_file_for_the_plan_the_screen_leaves_the_tours_out(tmp_path: Path) -> None:
    problem = save(short_handed(), tmp_path)
    tours = [
        brigade("solve", problem, "--text", *more, *WORK).out.count("W1 · ")
        for more in ((), ("-o", tmp_path / "p.json"))
    ]
    assert tours[0] > tours[1] == 0


def test_a_reserve_is_wished_of_a_run_and_the_answer_says_what_became_of_it(tmp_path: Path) -> None:
    """Nobody stands in a rota here: nothing is likely. The plan is one of the problem as it was read."""
    problem, plan = save(short_handed(), tmp_path), tmp_path / "plan.json"
    answer = brigade("solve", problem, "--reserve", "-o", plan, *WORK)
    assert answer.json["reserve"]["code"] == "reserve_nothing_likely"
    known = read_plan_record(plan, short_handed())
    assert "reserve_nothing_likely" in {note.code for note in known.facts.notes}
    assert "reserve" not in brigade("solve", problem, *WORK).json


def test_strict_without_a_way_is_exit_code_one(tmp_path: Path) -> None:
    problem = save(short_handed(mandatory=True), tmp_path)
    answer = brigade("solve", problem, "--strict", "-o", tmp_path / "plan.json", *WORK)
    assert (answer.code, answer.json["plan"]) == (1, None)
    assert answer.json["status"] in (Status.INFEASIBLE, Status.UNKNOWN)
    assert not (tmp_path / "plan.json").exists()


def test_strict_with_a_way_writes_a_plan_of_the_problem_as_it_was_read(tmp_path: Path) -> None:
    """The file must check against the same input: `--strict` is a wish of the run, not another problem."""
    problem, plan = sound_file(tmp_path), tmp_path / "out.json"
    assert brigade("solve", problem, "--strict", "-o", plan, *WORK).code == 0
    assert brigade("check", problem, plan).code == 0


def test_a_morning_without_a_brigade_is_answered(tmp_path: Path) -> None:
    """Everybody of the brigade is away too: an answer with reasons, not a crash."""
    day = replace(short_handed(), workers=())
    answer = brigade("solve", save(day, tmp_path), *WORK)
    assert answer.code == 0
    assert answer.json["visits"] == {"to_cover": 2, "covered": 0, "uncovered": 2}
    assert all(left["reasons"] for left in answer.json["plan"]["uncovered"])


def test_a_start_plan_is_taken_up(tmp_path: Path) -> None:
    """Two visits, either worker could do either; with moving priced, the told order stays."""
    weights = replace(sound().policy.weights, changed_worker=500, moved_visit=500)
    problem = builders.problem(
        [builders.visit("V1", "A"), builders.visit("V2", "C")],
        [builders.worker("W1"), builders.worker("W2")],
        policy=replace(sound().policy, weights=weights),
    )
    told = retime(problem, {("W1", 0): ["V2"], ("W2", 0): ["V1"]}).plan
    start = plan_file(tmp_path, plan_to_json(problem, told))
    answer = brigade("solve", save(problem, tmp_path), "--start", start, *WORK)
    kept = {
        route["worker_id"]: [stop["visit_id"] for stop in route["stops"]]
        for route in answer.json["plan"]["routes"]
    }
    assert kept == {"W1": ["V2"], "W2": ["V1"]}


def test_an_old_calendar_is_emptied_when_its_worker_has_no_stop_left(tmp_path: Path) -> None:
    """Yesterday's visits would stay in somebody's agenda."""
    problem = save(
        builders.problem([builders.visit("V1")], [builders.worker("W1"), builders.worker("W2")]), tmp_path
    )
    for name in ("W1.ics", "W2.ics", "notes.txt"):
        (tmp_path / "ics").mkdir(exist_ok=True)
        (tmp_path / "ics" / name).write_text("old")
    brigade("solve", problem, "--ics", tmp_path / "ics", *WORK)
    events = {
        path.stem: len(Calendar.from_ical(path.read_bytes()).walk("VEVENT"))
        for path in (tmp_path / "ics").glob("*.ics")
    }
    assert sorted(events.values()) == [0, 1]
    assert (tmp_path / "ics" / "notes.txt").read_text() == "old"


# -- our faults --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("as_json", [True, False])
def test_a_broken_promise_is_exit_code_three(as_json: bool, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as left, answering(Screen("solve", "fr", as_json), "problem.json"):
        raise BrokenPromise("DAILY_REST W1")
    out, err = capsys.readouterr()
    assert left.value.exit_code == 3
    assert "DAILY_REST W1" in (out if as_json else err)
    assert "Traceback" not in err


def test_a_surprise_is_exit_code_three_with_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as left, answering(Screen("solve"), "problem.json"):
        raise ZeroDivisionError
    assert left.value.exit_code == 3
    assert "Traceback" in capsys.readouterr().err
