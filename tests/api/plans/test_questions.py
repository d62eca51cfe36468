"""What a coordinator asks of a plan, and gets in the words and figures of the library, without waiting for a
search."""

from __future__ import annotations

import json
from typing import Any

import pytest

from api.runtime.roles import Role
from api.shapes.planning.plan_views import CandidatesView, ComparisonView, HoursView, OwnWhyView, WhyView
from api.store import kept_plans
from api.store.cycle_tables import Plan
from brigade.exchange.documents.answer_documents import candidates_to_json, hours_to_json
from solver.advice import candidates, proposed_hours
from tests.api.conftest import World, wish
from tests.api.small_basin import BASIN, absence

C, M = Role.COORDINATOR, Role.MANAGER


def only_w1(world: World, until: str = "20:00") -> None:
    """W2 and W3 are not there; W1 from 7 h until then."""
    for name in ("W1", "W2", "W3"):
        row = world.ask(C, "GET", f"{BASIN}/workers/{name}")
        body = row.json()["value"]
        stay = {**body["availability"][0], "end": f"2026-03-09T{until}:00+01:00"}
        stay.pop("hard_end", None)
        body["availability"] = [stay] if name == "W1" else []
        answer = world.ask(C, "PUT", f"{BASIN}/workers/{name}", body, If_Match=row.headers["ETag"])
        assert answer.status_code == 200, answer.text


@pytest.fixture
def absent(world: World) -> World:
    """A-1 is away; nothing is sought by itself."""
    wish(world, replan="on_request")
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    return world


def asked(world: World, plan: dict[str, Any], question: str) -> Any:
    return world.get(f"{BASIN}/plans/{plan['id']}/{question}")


def test_why_nobody_comes_and_what_would_cover_it(absent: World) -> None:
    """W1 alone until 9 h: V1 (8 h to 9 h) leaves no way to V2, which begins at 10 h at the earliest."""
    only_w1(absent, until="09:30")
    plan = absent.propose()
    told = asked(absent, plan, "why?visit_id=V2")
    WhyView.model_validate(told)
    assert (told["covered"], told["visit_id"]) == (False, "V2")
    assert {one["worker_id"] for one in told["workers"]} == {"W1", "W2", "W3"}
    extended = next(one for one in told["would_cover"] if one["kind"] == "extend_availability")
    # V2 begins at 10 h and takes an hour, then the way home: half an hour after 9 h 30 is not enough, ninety
    # minutes are.
    assert (extended["worker_id"], extended["later_min"] >= 90) == ("W1", True)
    assert [one["worker_id"] for one in asked(absent, plan, "why?visit_id=V2&worker_id=W3")["workers"]] == [
        "W3"
    ]


def test_sentences_come_in_the_language_asked_for(absent: World) -> None:
    only_w1(absent, until="09:30")
    plan = absent.propose()
    french, english = (asked(absent, plan, f"why?visit_id=V2&lang={lang}") for lang in ("fr", "en"))
    assert [one["reason"] for one in french["summary"]] == [one["reason"] for one in english["summary"]]
    assert french["summary"][0]["sentence"] != english["summary"][0]["sentence"]


def test_why_this_worker_and_what_others_would_cost(absent: World) -> None:
    plan = absent.propose()
    by = {
        stop["visit_id"]: route["worker_id"]
        for route in plan["document"]["routes"]
        for stop in route["stops"]
    }
    told = asked(absent, plan, "why?visit_id=V1")
    WhyView.model_validate(told)
    assert (told["covered"], told["worker_id"]) == (True, by["V1"])
    assert {one["worker_id"] for one in told["alternatives"]} == {"W1", "W2", "W3"} - {by["V1"]}


def test_who_could_take_a_visit_is_what_the_library_says(absent: World) -> None:
    plan = absent.propose()
    told = asked(absent, plan, "candidates?visit_id=V1&visit_id=V2")
    CandidatesView.model_validate(told)
    with absent.service.database.reading() as session:
        row = session.get_one(Plan, plan["id"])
        problem = kept_plans.fetch_problem(session, row.digest)
        found = candidates_to_json(
            problem, candidates(problem, kept_plans.read_back(row, problem), ["V1", "V2"])
        )
    assert told == {"plan_id": plan["id"], **found}
    assert len(told["ranked"]) == 3


def test_other_hours_for_a_family_are_what_the_library_says(absent: World) -> None:
    """W1 alone, who is free in the afternoon; a what-if takes what is told as it is."""
    only_w1(absent)
    plan = absent.propose()
    told = asked(absent, plan, "hours?visit_id=V2&lang=en")
    HoursView.model_validate(told)
    with absent.service.database.reading() as session:
        row = session.get_one(Plan, plan["id"])
        problem = kept_plans.fetch_problem(session, row.digest)
        found = hours_to_json(
            problem, proposed_hours(problem, kept_plans.read_back(row, problem), "V2"), "en"
        )
    assert told == {"plan_id": plan["id"], **found}
    first = told["proposals"][0]
    assert first["visits"][0]["worker_id"] == "W1"
    events = {"events": first["events"]}
    assert absent.ask(C, "POST", f"{BASIN}/plans/{plan['id']}/what-if", events).status_code == 202


def test_hours_that_make_no_sense_are_refused_with_all_faults(absent: World) -> None:
    plan = absent.propose()
    answer = absent.ask(C, "GET", f"{BASIN}/plans/{plan['id']}/hours?visit_id=V9&opens=12:00&closes=08:00")
    assert answer.status_code == 422
    assert [one["code"] for one in answer.json()["issues"]] == ["K103", "E103"]


@pytest.mark.parametrize("opens", ["24:00", "07:00:30", "07:00Z", "08:00%2B02:00", "7", "25200", ""])
def test_hours_are_local_and_in_whole_minutes(absent: World, opens: str) -> None:
    """An hour of another zone, taken for a local one, would be proposed to the family."""
    plan = absent.propose()
    answer = absent.ask(C, "GET", f"{BASIN}/plans/{plan['id']}/hours?visit_id=V2&opens={opens}")
    assert answer.status_code == 422


def test_with_moves_somebody_else_may_make_room(absent: World) -> None:
    """W1 alone until 11 h 20 does V1 and V2, and V3 (P4) does not fit; for nobody would V3 push out a P1 or
    P2."""
    only_w1(absent, until="11:20")
    plan = absent.propose()
    assert [one["visit_id"] for one in plan["document"]["uncovered"]] == ["V3"]
    told = asked(absent, plan, "candidates?visit_id=V3&moves=true")
    assert told["ranked"] == []
    assert "busy" in {
        way["kind"] for one in told["others"] if one["worker_id"] == "W1" for way in one["obstacles"]
    }


def test_two_plans_are_put_side_by_side(absent: World) -> None:
    one = absent.propose()
    only_w1(absent, until="09:30")
    other = absent.propose()
    told = asked(absent, one, f"compare?to={other['id']}")
    ComparisonView.model_validate(told)
    went = {change["visit_id"] for change in told["diff"]["changes"] if change["kind"] == "uncovered"}
    assert "V2" in went
    rate = next(pair for pair in told["indicators"] if (pair["name"], pair["of"]) == ("coverage_rate", None))
    assert rate["before"] == 1 > rate["after"]
    assert told["costs"]["after"]["total"] > told["costs"]["before"]["total"]


def test_plans_of_other_days_are_not_compared(absent: World) -> None:
    one = absent.propose()
    job = absent.ask(
        C, "POST", f"{BASIN}/jobs", {"first_day": "2026-03-08", "days": 2, "search": {"iterations": 20}}
    ).json()
    absent.search()
    other = absent.get(f"{BASIN}/jobs/{job['id']}")["plan_id"]
    refused = absent.ask(C, "GET", f"{BASIN}/plans/{one['id']}/compare?to={other}")
    assert (refused.status_code, refused.json()["code"]) == (422, "A305")


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("why?visit_id=V9", "K103"),
        ("why?visit_id=V4", "K103"),
        ("why?visit_id=V1&worker_id=W9", "K101"),
        ("why", "D101"),
    ],
)
def test_questions_about_nothing_are_refused_with_their_code(absent: World, question: str, code: str) -> None:
    plan = absent.propose()
    refused = absent.ask(C, "GET", f"{BASIN}/plans/{plan['id']}/{question}")
    assert (refused.status_code, refused.json()["code"]) == (422, code)


def test_a_manager_asks_why_of_own_visits_and_reads_nobody_elses(absent: World) -> None:
    """W1 alone until 12:30, for V2 (S1) and V4 (S2): why V2 has nobody is told without V4, and without W1."""
    absence_of_s2 = absence(id="ABS-2", provider_id="S2", employee_id="A-2")
    assert absent.ask(C, "POST", f"{BASIN}/absences", absence_of_s2).status_code == 201
    only_w1(absent, until="09:30")
    assert absent.publish(absent.propose()).status_code == 200
    (plan,) = absent.get(f"{BASIN}/plans?state=published", M)["items"]
    for lang in ("fr", "en"):
        left = absent.get(f"{BASIN}/plans/{plan['id']}/why?visit_id=V2&lang={lang}", M)
        OwnWhyView.model_validate(left)
        assert (left["covered"], len(left["summary"]) > 0) == (False, True)
        said = [one["sentence"] for one in (*left["summary"], *left["would_cover"])]
        assert not [word for word in ("V4", "V5", "W1", "W2", "W3") if any(word in one for one in said)]
        assert not [word for word in ("V4", "V5", "W1", "W2", "W3") if f'"{word}"' in json.dumps(left)]
    came = absent.get(f"{BASIN}/plans/{plan['id']}/why?visit_id=V1", M)
    assert came == {"plan_id": plan["id"], "visit_id": "V1", "covered": True, "worker_id": "W1"}
    for question, status in {"visit_id=V4": 404, "visit_id=V9": 404, "visit_id=V2&worker_id=W1": 403}.items():
        assert absent.ask(M, "GET", f"{BASIN}/plans/{plan['id']}/why?{question}").status_code == status, (
            question
        )
    proposal = absent.propose()
    assert absent.ask(M, "GET", f"{BASIN}/plans/{proposal['id']}/why?visit_id=V2").status_code == 404, (
        "not in force"
    )
