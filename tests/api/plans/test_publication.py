"""One plan in force: two coordinators at once, a plan that came too late, a plan that breaks a rule."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from api.cycle import offers
from api.runtime.roles import Role
from api.store.cycle_tables import Plan
from tests.api.conftest import World, wish
from tests.api.small_basin import BASIN, absence

C, M = Role.COORDINATOR, Role.MANAGER


@pytest.fixture
def absent(world: World) -> World:
    """A-1 is away; nothing is sought by itself."""
    wish(world, replan="on_request")
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    return world


def states(world: World) -> list[str]:
    return sorted(plan["state"] for plan in world.get(f"{BASIN}/plans")["items"])


def test_of_two_coordinators_publishing_at_once_one_is_told(absent: World) -> None:
    plans = [absent.propose(), absent.propose()]
    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(absent.publish, plans))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert next(answer for answer in answers if answer.status_code == 409).json()["code"] == "A401"
    assert states(absent) == ["proposed", "published"]
    told = absent.get(f"{BASIN}/offers")["items"]
    assert sorted(offer["visit_id"] for offer in told) == ["V1", "V2", "V3"]


def test_the_same_plan_is_published_once(absent: World) -> None:
    plan = absent.propose()
    with ThreadPoolExecutor(3) as many:
        answers = list(many.map(absent.publish, [plan] * 3))
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412]


def test_the_next_plan_supersedes_and_tells_only_what_is_new(absent: World) -> None:
    """Nothing changed: the offers stand, nobody is asked twice."""
    assert absent.publish(absent.propose()).status_code == 200
    before = absent.get(f"{BASIN}/offers")["items"]
    assert absent.publish(absent.propose()).status_code == 200
    after = absent.get(f"{BASIN}/offers")["items"]
    assert states(absent) == ["published", "superseded"]
    assert [offer["id"] for offer in after] == [offer["id"] for offer in before]
    assert {offer["state"] for offer in after} == {"offered"}


def test_an_accepted_visit_stays_where_it_is(absent: World) -> None:
    assert absent.publish(absent.propose()).status_code == 200
    offer = next(one for one in absent.get(f"{BASIN}/offers")["items"] if one["visit_id"] == "V3")
    absent.ask(C, "POST", f"{BASIN}/offers/{offer['id']}/answer", {"reply": "accept"})
    second = absent.propose()
    assert second["document"]["pinned"] == ["V3"]
    stops = {
        s["visit_id"]: (r["worker_id"], s["start"]) for r in second["document"]["routes"] for s in r["stops"]
    }
    assert stops["V3"][0] == offer["worker_id"]


def test_an_absence_withdrawn_takes_its_offers_back(absent: World) -> None:
    assert absent.publish(absent.propose()).status_code == 200
    link = absent.get(f"{BASIN}/offers/{absent.get(f'{BASIN}/offers')['items'][0]['id']}")["link"]
    assert absent.ask(M, "DELETE", f"{BASIN}/absences/ABS-1", If_Match='"1"').status_code == 204
    assert absent.publish(absent.propose()).status_code == 200
    assert {offer["state"] for offer in absent.get(f"{BASIN}/offers")["items"]} == {"withdrawn"}
    gone = absent.client.get(link.removeprefix("http://127.0.0.1:8000"))
    assert (gone.status_code, gone.json()["code"]) == (410, "A402")


def test_a_plan_that_breaks_a_rule_is_not_published(absent: World) -> None:
    """Somebody wrote into the store: the first stop an hour later than its window lets it."""
    plan = absent.propose()
    broken: dict[str, Any] = plan["document"]
    stop = broken["routes"][0]["stops"][0]
    for name in ("start", "end"):
        stop[name] = f"2026-03-09T{int(stop[name][11:13]) + 12:02d}{stop[name][13:]}"
    stop.pop("wait_min"), stop.pop("late_min")
    with absent.service.database.writing() as session:
        session.execute(update(Plan).where(Plan.id == plan["id"]).values(document=broken))
        session.commit()
    refused = absent.publish(plan)
    assert (refused.status_code, refused.json()["code"]) == (409, "A407")
    assert "TIMING" in refused.json()["issues"][0]["what"]


def test_the_database_itself_keeps_one_published_plan(absent: World) -> None:
    plans = [absent.propose(), absent.propose()]
    with absent.service.database.writing() as session, pytest.raises(IntegrityError):
        session.execute(
            update(Plan).where(Plan.id.in_([plan["id"] for plan in plans])).values(state="published")
        )


def test_other_days_than_those_of_the_plan_in_force_are_refused(absent: World) -> None:
    assert absent.publish(absent.propose()).status_code == 200
    two = {"first_day": "2026-03-08", "days": 2, "search": {"iterations": 50}}
    job = absent.ask(C, "POST", f"{BASIN}/jobs", two).json()
    absent.search()
    plan = absent.get(f"{BASIN}/plans/{absent.get(f'{BASIN}/jobs/' + job['id'])['plan_id']}")
    assert absent.publish(plan).json()["code"] == "A401"
    assert states(absent) == ["proposed", "published"]


def test_a_rejected_proposal_keeps_its_reason_and_is_never_published(absent: World) -> None:
    plan = absent.propose()
    where = f"{BASIN}/plans/{plan['id']}"
    rejected = absent.ask(C, "POST", f"{where}/reject", {"reason": "trop de trajets"}, If_Match='"1"')
    assert rejected.json()["state"] == "rejected"
    assert absent.publish({**plan, "version": 2}).json()["code"] == "A401"
    (event,) = absent.get(f"{BASIN}/events?action=plans.rejected")["items"]
    assert (event["reason"], event["target"]) == ("trop de trajets", plan["id"])


def test_the_same_problem_seed_and_work_give_the_same_plan(absent: World) -> None:
    one, other = absent.propose(), absent.propose()
    assert one["document"]["routes"] == other["document"]["routes"]
    assert (one["solver"], one["seed"], one["iterations"]) == (other["solver"], 1, 200)


def test_silence_opens_the_next_wave(absent: World) -> None:
    wish(absent, offers={"reply_min": 10})
    assert absent.publish(absent.propose()).status_code == 200
    assert offers.expire(absent.service) == 0
    absent.later(minutes=29)  # at 06:40 nobody has to be awake: ten minutes from 07:00 on
    assert offers.expire(absent.service) == 0
    absent.later(minutes=2)
    assert offers.expire(absent.service) == 3
    assert {offer["state"] for offer in absent.get(f"{BASIN}/offers")["items"]} == {"expired"}
    absent.search()
    assert absent.publish(absent.get(f"{BASIN}/plans?state=proposed")["items"][0]).status_code == 200
    again = absent.get(f"{BASIN}/offers?state=offered")["items"]
    assert {(offer["visit_id"], offer["wave"]) for offer in again} == {("V1", 2), ("V2", 2), ("V3", 2)}
    first = {
        offer["visit_id"]: offer["worker_id"]
        for offer in absent.get(f"{BASIN}/offers?state=expired")["items"]
    }
    assert all(offer["worker_id"] != first[offer["visit_id"]] for offer in again)


def test_nobody_is_sent_where_the_carer_is_back(absent: World) -> None:
    """The proposal was made at 06:40, the absence taken back at 06:41: publishing at 06:42 would send two
    people."""
    plan = absent.propose()
    assert absent.ask(M, "DELETE", f"{BASIN}/absences/ABS-1", If_Match='"1"').status_code == 204
    refused = absent.publish(plan)
    assert (refused.status_code, refused.json()["code"]) == (409, "A407")
    assert refused.json()["detail"] == "plus à remplacer, ou retirées : V1, V2, V3"
    assert (states(absent), absent.get(f"{BASIN}/offers")["items"]) == (
        ["proposed", "proposed"],
        [],
    )  # the mended one beside it


def test_nobody_is_sent_to_a_visit_that_was_taken_out(absent: World) -> None:
    """Without it, by hand, the rest is published."""
    plan = absent.propose()
    visit = absent.ask(C, "GET", f"{BASIN}/visits/V3")
    assert absent.ask(C, "DELETE", f"{BASIN}/visits/V3", If_Match=visit.headers["ETag"]).status_code == 204
    assert absent.publish(plan).json()["detail"] == "plus à remplacer, ou retirées : V3"
    body = {"edits": [{"kind": "unassign", "visit_id": "V3"}]}
    edited = absent.ask(C, "POST", f"{BASIN}/plans/{plan['id']}/edits", body, If_Match='"1"').json()["plan"]
    assert absent.publish(edited).status_code == 200
    assert sorted(offer["visit_id"] for offer in absent.get(f"{BASIN}/offers")["items"]) == ["V1", "V2"]


def test_a_shorter_absence_needs_its_visits_no_longer(absent: World) -> None:
    """A-1 comes at noon: V1 and V2 in the morning stay to be covered, V3 at 15:00 is hers again."""
    plan = absent.propose()
    morning = {"start": "2026-03-09T06:00:00+01:00", "end": "2026-03-09T12:00:00+01:00"}
    body = {name: value for name, value in absence(interval=morning).items() if name != "id"}
    assert absent.ask(M, "PUT", f"{BASIN}/absences/ABS-1", body, If_Match='"1"').status_code == 200
    assert absent.publish(plan).json()["detail"] == "plus à remplacer, ou retirées : V3"


def test_what_was_told_after_the_published_proposal_is_sought_anew(world: World) -> None:
    """A second absence found its own proposal, from no plan; the first proposal is published; nothing of the
    second is lost."""
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    world.search()
    (first,) = world.get(f"{BASIN}/plans?state=proposed")["items"]
    other = absence(id="ABS-2", provider_id="S2", employee_id="A-2")
    assert world.ask(C, "POST", f"{BASIN}/absences", other).status_code == 201
    world.search()
    assert world.publish(first).status_code == 200
    (job,) = world.get(f"{BASIN}/jobs?state=queued")["items"]
    world.search()
    found = world.get(f"{BASIN}/jobs/{job['id']}")["plan_id"]
    plan = world.get(f"{BASIN}/plans/{found}")
    assert plan["base_plan_id"] == first["id"]
    assert {stop["visit_id"] for route in plan["document"]["routes"] for stop in route["stops"]} >= {
        "V4",
        "V5",
    }
    assert world.publish(plan).status_code == 200
