"""What people answered stands: publication reads it, searches keep it, a question stays one
(docs/commitments.md)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from api.access.rights import Principal
from api.access.scope import Scoped
from api.commitments import commitments
from api.cycle import offers
from api.runtime.roles import Role
from api.store.cycle_tables import Plan
from api.store.plan_parts import PlannedMarking, stops_of
from tests.api.conftest import World, begins, wish
from tests.api.messages.test_outbox import send
from tests.api.plans.test_least_change import stops
from tests.api.plans.test_off_duty import firm
from tests.api.small_basin import BASIN, absence

C, M = Role.COORDINATOR, Role.MANAGER


@pytest.fixture
@begins
def told(world: World) -> World:
    """A-1 is away, the plan that covers V1, V2, V3 is in force; nothing is sought by itself."""
    wish(world, replan="on_request", offers={"next_wave": "on_request"})
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    assert world.publish(world.propose()).status_code == 200
    return world


def offer_of(world: World, visit: str) -> dict[str, Any]:
    """The newest."""
    found: dict[str, Any] = next(
        one for one in world.get(f"{BASIN}/offers")["items"] if one["visit_id"] == visit
    )
    return found


def answer(world: World, visit: str, reply: str, **more: Any) -> Any:
    return world.ask(
        C, "POST", f"{BASIN}/offers/{offer_of(world, visit)['id']}/answer", {"reply": reply, **more}
    )


def edited(world: World, plan: dict[str, Any], *edits: dict[str, Any]) -> dict[str, Any]:
    body = {"edits": list(edits), "state": "proposed"}
    made = world.ask(C, "POST", f"{BASIN}/plans/{plan['id']}/edits", body, If_Match=f'"{plan["version"]}"')
    assert made.status_code == 201, made.text
    return world.get(made.headers["Location"])  # type: ignore[no-any-return]


def in_force(world: World) -> dict[str, Any]:
    (plan,) = world.get(f"{BASIN}/plans?state=published")["items"]
    return world.get(f"{BASIN}/plans/{plan['id']}")  # type: ignore[no-any-return]


def somebody_else(world: World, visit: str) -> str:
    return next(name for name in ("W1", "W2", "W3") if name != offer_of(world, visit)["worker_id"])


# -- publication -------------------------------------------------------------------------------------------
def test_what_was_accepted_since_is_not_moved_without_a_word(told: World) -> None:
    """The proposal gives V3 to somebody else; she accepts it meanwhile: publishing says so, with a plan of
    her hours."""
    moved = edited(
        told, in_force(told), {"kind": "move", "visit_id": "V3", "worker_id": somebody_else(told, "V3")}
    )
    assert answer(told, "V3", "accept").status_code == 200
    refused = told.publish(moved)
    assert (refused.status_code, refused.json()["code"]) == (409, "A407")
    accepted = offer_of(told, "V3")
    assert accepted["worker_id"] in refused.json()["detail"]
    assert "acceptée" in refused.json()["detail"]
    mended = told.get(f"{BASIN}/plans/{refused.json()['mended_plan_id']}")
    assert stops(mended)["V3"] == stops(in_force(told))["V3"]
    assert told.publish(mended).status_code == 200
    assert offer_of(told, "V3")["id"] == accepted["id"]
    assert offer_of(told, "V3")["state"] == "accepted"


def test_who_refused_since_is_not_sent(told: World) -> None:
    """The proposal still has V2 with her; she refuses it meanwhile; the plan that is left has nobody for it,
    and says why."""
    again = told.propose()
    worker = stops(again)["V2"][0]
    assert answer(told, "V2", "decline").status_code == 200
    refused = told.publish(again).json()
    assert (refused["code"], "refusée" in refused["detail"]) == ("A407", True)
    mended = told.get(f"{BASIN}/plans/{refused['mended_plan_id']}")
    assert [one["visit_id"] for one in mended["document"]["uncovered"]] == ["V2"]
    assert told.publish(mended).status_code == 200
    after = told.propose()
    assert stops(after)["V2"][0] != worker


def test_an_edit_that_knew_of_the_answer_is_a_new_question(told: World) -> None:
    """She accepted V3; the coordinator then puts it at the end of her tour, knowingly: an offer, with the
    hours before."""
    assert answer(told, "V3", "accept").status_code == 200
    before = offer_of(told, "V3")
    hers = sum(worker == before["worker_id"] for worker, _ in stops(in_force(told)).values())
    last = {
        "kind": "move",
        "visit_id": "V3",
        "worker_id": before["worker_id"],
        "tour": 0,
        "position": hers - 1,
    }
    assert told.publish(edited(told, in_force(told), last)).status_code == 200
    now = offer_of(told, "V3")
    assert (now["kind"], now["state"], now["before_starts_at"]) == (
        "to_offer",
        "offered",
        before["starts_at"],
    )
    old = told.get(f"{BASIN}/offers/{before['id']}")
    assert (old["state"], old["because"]) == ("withdrawn", "moved")


def test_an_open_offer_is_no_order_after_the_next_search(told: World) -> None:
    """One refuses, another search is made and published: the questions still open are still questions."""
    assert answer(told, "V2", "decline").status_code == 200
    after = told.propose()
    kinds = {s["visit_id"]: s["marking"]["kind"] for r in after["document"]["routes"] for s in r["stops"]}
    assert set(kinds.values()) == {"to_offer"}
    assert told.publish(after).status_code == 200
    assert {one["kind"] for one in told.get(f"{BASIN}/offers")["items"]} == {"to_offer"}


def test_other_hours_of_a_question_are_a_question_whatever_the_texts_say_since(told: World) -> None:
    """No notice is owed any more: V3, asked and not answered, may be imposed by now. Moved by twelve minutes
    it stays an offer, in the plan and to its worker."""
    firm(told)
    start = datetime.fromisoformat(stops(in_force(told))["V3"][1]) + timedelta(minutes=12)
    moved = edited(told, told.propose(), {"kind": "pin", "visit_id": "V3", "start": start.isoformat()})
    before = offer_of(told, "V3")
    assert told.publish(moved).status_code == 200
    now = offer_of(told, "V3")
    assert (now["id"] != before["id"], now["kind"], now["before_starts_at"]) == (
        True,
        "to_offer",
        before["starts_at"],
    )
    markings = {
        s["visit_id"]: s["marking"]["reason"]["code"]
        for r in in_force(told)["document"]["routes"]
        for s in r["stops"]
    }
    assert markings["V3"] == "marking_asked_before"


def test_who_was_asked_gets_no_order_whatever_a_plan_calls_the_stop(told: World) -> None:
    """Publication softens such stops already; the row that is told looks for itself."""
    with told.service.database.reading() as session:
        scoped = Scoped(session, Principal.system("test", "B1"), told.service.clock)
        plan = scoped.all(scoped.select(Plan, "B1").where(Plan.state == "published"))[0]
        said, stop = commitments.of_plan(scoped, plan), next(stops_of(plan.document))
    firm = PlannedMarking(offers.FIRM, "", "", None)
    pair = stop.visit_id, stop.worker_id
    assert offers.kind_of(replace(stop, marking=firm), pair, said) == offers.TO_OFFER
    assert offers.kind_of(replace(stop, marking=firm), pair, commitments.Commitments()) == offers.FIRM


def test_a_proposal_announces_nothing(world: World) -> None:
    """All may be imposed here, and nothing was published: whoever could take V2 is no candidate whose hours
    "stay"."""
    wish(world, replan="on_request")
    firm(world)
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    plan = world.propose()
    found = world.get(f"{BASIN}/plans/{plan['id']}/candidates?visit_id=V2")["ranked"]
    assert found
    assert "marking_hours_unchanged" not in str(found)


def test_a_plan_is_published_by_the_rows_of_now(told: World) -> None:
    """Her engagement ended yesterday: whatever the proposal was made from, she is not sent; what is in force
    is told."""
    again = told.propose()
    worker = stops(again)["V1"][0]
    row = told.ask(C, "GET", f"{BASIN}/workers/{worker}")
    body = {**row.json()["value"], "engagements": []}
    assert (
        told.ask(C, "PUT", f"{BASIN}/workers/{worker}", body, If_Match=row.headers["ETag"]).status_code == 200
    )
    today = told.get(f"{BASIN}/plans/{again['id']}/check")["today"]
    assert {one["rule"] for one in today["violations"]} == {"ENGAGEMENT"}
    assert {"section": "workers", "id": worker, "change": "changed", "fields": ["engagements"]} in today[
        "differences"
    ]
    refused = told.publish(again)
    assert (refused.status_code, refused.json()["code"]) == (409, "A407")
    assert "ENGAGEMENT" in refused.json()["detail"]
    mended = told.get(f"{BASIN}/plans/{refused.json()['mended_plan_id']}")
    assert worker not in {one for one, _ in stops(mended).values()}
    (unlawful,) = told.get(f"{BASIN}/attention")["unlawful"]
    assert (unlawful["plan_id"], unlawful["since"] is not None) == (in_force(told)["id"], True)


def test_why_and_judge_say_what_no_longer_holds(told: World) -> None:
    """V1's carer lost her engagement since: the plan kept its problem, by which all is well; by the rows of
    now it breaks a rule, until V1 goes to somebody else."""
    plan = in_force(told)
    worker = stops(plan)["V1"][0]
    row = told.ask(C, "GET", f"{BASIN}/workers/{worker}")
    body = {**row.json()["value"], "engagements": []}
    told.ask(C, "PUT", f"{BASIN}/workers/{worker}", body, If_Match=row.headers["ETag"])
    where, pin = f"{BASIN}/plans/{plan['id']}", {"edits": [{"kind": "pin", "visit_id": "V1"}]}
    for said in (
        told.get(f"{where}/why?visit_id=V1"),
        told.ask(C, "POST", f"{where}/judge", pin).json(),
    ):
        assert {one["rule"] for one in said["today"]["violations"]} == {"ENGAGEMENT"}
        assert [(one["section"], one["id"]) for one in said["today"]["differences"]] == [("workers", worker)]
    gone = [
        {"kind": "unassign", "visit_id": visit} for visit, place in stops(plan).items() if place[0] == worker
    ]
    mended = told.ask(C, "POST", f"{where}/judge", {"edits": gone}).json()
    assert mended["today"]["violations"] == []
    assert "today" not in told.ask(C, "POST", f"{where}/judge?with_today=false", pin).json()


# -- a few minutes -----------------------------------------------------------------------------------------
def moved_by(world: World, minutes: int) -> dict[str, Any]:
    start = datetime.fromisoformat(stops(in_force(world))["V3"][1]) + timedelta(minutes=minutes)
    return edited(world, in_force(world), {"kind": "pin", "visit_id": "V3", "start": start.isoformat()})


def test_a_few_minutes_ask_nobody_again_and_do_not_add_up(told: World) -> None:
    """Six minutes: the offer stands as told. Six more: twelve from the hours told, so she is asked, before
    and now."""
    first = offer_of(told, "V3")
    assert told.publish(moved_by(told, 6)).status_code == 200
    assert (offer_of(told, "V3")["id"], offer_of(told, "V3")["state"]) == (first["id"], "offered")
    link = told.get(f"{BASIN}/offers/{first['id']}")["link"].removeprefix("http://127.0.0.1:8000")
    assert told.publish(moved_by(told, 6)).status_code == 200
    second = offer_of(told, "V3")
    assert (second["id"] != first["id"], second["kind"], second["before_starts_at"]) == (
        True,
        "to_offer",
        first["starts_at"],
    )
    assert (
        told.client.get(link).json()["starts_at"] == second["starts_at"]
    )  # the old link opens what took its place


# -- silence -----------------------------------------------------------------------------------------------
def alone(world: World, name: str) -> None:
    """Nobody but `name` can come."""
    for other in {"W1", "W2", "W3"} - {name}:
        row = world.ask(C, "GET", f"{BASIN}/workers/{other}")
        body = {**row.json()["value"], "availability": []}
        world.ask(C, "PUT", f"{BASIN}/workers/{other}", body, If_Match=row.headers["ETag"])


def test_who_was_silent_is_asked_again_only_when_nobody_else_is_left(told: World) -> None:
    first = offer_of(told, "V3")
    told.later(minutes=60)
    assert offers.expire(told.service) == 3
    assert stops(told.propose())["V3"][0] != first["worker_id"]
    alone(told, first["worker_id"])
    after = told.propose()
    assert stops(after)["V3"][0] == first["worker_id"]
    assert _asked_again(told, after) == {"V1", "V2", "V3"}, "a coordinator reads it before she publishes"
    (proposal,) = told.get(f"{BASIN}/attention")["proposals"]
    assert "3 à redemander à la même personne" in " ".join(proposal["summary"])
    assert told.publish(after).status_code == 200
    assert _asked_again(told, after) == {"V1", "V2", "V3"}, "and afterwards"
    again = offer_of(told, "V3")
    assert (again["worker_id"], again["kind"], again["state"], again["wave"]) == (
        first["worker_id"],
        "to_offer",
        "offered",
        2,
    )


def _asked_again(world: World, plan: dict[str, Any]) -> set[str]:
    """As the diff to the plan in force has them, which counts them as nothing else."""
    told = world.get(f"{BASIN}/plans/{plan['id']}/diff")
    again = {one["visit_id"] for one in told["asked_again"]}
    kinds = ("added", "dropped", "moved", "retimed", "untouched")
    assert [told[kind] for kind in kinds] == [[], [], [], [], 0] or not again
    return again


def test_too_late_for_another_wave_is_for_the_telephone(told: World) -> None:
    """At 7:35 nobody has answered for V1 at 8:00: whoever was asked is on the list to be called, and may
    still say yes."""
    told.later(minutes=55)
    assert offers.expire(told.service) == 3
    listed = told.get(f"{BASIN}/attention")
    assert "V1" in {one["visit_id"] for one in listed["to_call"]}
    assert {one["visit_id"]: one["state"] for one in listed["uncovered"]} == dict.fromkeys(
        ("V1", "V2", "V3"), "expired"
    )
    said = answer(told, "V1", "accept", said_by="elle-même", reason="avait coupé son téléphone")
    assert (said.status_code, said.json()["state"], said.json()["said_by"]) == (200, "accepted", "elle-même")
    assert "V1" not in {one["visit_id"] for one in told.get(f"{BASIN}/attention")["to_call"]}


def test_a_service_that_heard_that_nobody_comes_hears_that_somebody_does(told: World) -> None:
    """W1 was silent, and the service was told so; reached by telephone she comes after all, while others are
    still asked."""
    contact = {"id": "provider:S1", "email": "s1@example.org"}
    assert told.ask(C, "PUT", f"{BASIN}/contacts/provider:S1", contact).status_code == 201
    told.later(minutes=55)
    assert offers.expire(told.service) == 3
    send(told)
    assert answer(told, "V1", "accept", said_by="elle-même").status_code == 200
    (letter,) = send(told).to("s1@example.org")
    assert "La personne qui n’avait pas répondu vient" in letter.text
    assert ("S1:A" in letter.text, "S1:B" in letter.text) == (True, False)


# -- by telephone, and afterwards --------------------------------------------------------------------------
def test_who_is_ill_does_not_have_to_come_firm_or_not(world: World) -> None:
    """The stops are firm; she calls in sick: withdrawn without a refusal, her hours are cut, somebody else is
    sought."""
    wish(world, replan="on_request")
    firm(world)
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    assert world.publish(world.propose()).status_code == 200
    wish(world, replan="at_once")
    order = offer_of(world, "V1")
    assert (order["kind"], order["state"]) == ("firm", "ordered")
    assert answer(world, "V1", "decline").json()["code"] == "A404"
    said = answer(world, "V1", "unable", said_by="conjoint", reason="malade")
    assert (said.json()["state"], said.json()["because"], said.json()["said_by"]) == (
        "withdrawn",
        "unable",
        "conjoint",
    )
    worker = world.get(f"{BASIN}/workers/{order['worker_id']}")["value"]
    assert all(stay["end"] <= "2026-03-09T06:45" for stay in worker["availability"])
    world.search()
    (plan,) = world.get(f"{BASIN}/plans?state=proposed")["items"]
    assert order["worker_id"] not in {
        one for one, _ in stops(world.get(f"{BASIN}/plans/{plan['id']}")).values()
    }
    assert all(one["refusals"] == 0 for one in world.get(f"{BASIN}/refusals")["items"])


def test_what_belongs_to_a_call_is_not_said_by_link(told: World) -> None:
    link = told.get(f"{BASIN}/offers/{offer_of(told, 'V1')['id']}")["link"].removeprefix(
        "http://127.0.0.1:8000"
    )
    for body in ({"reply": "accept", "reason": "au téléphone"}, {"reply": "unable"}):
        assert told.client.post(link, json=body).json()["code"] == "A305"
    early = answer(told, "V1", "accept", said_at="2026-03-09T05:00:00+01:00")
    assert (early.status_code, early.json()["code"]) == (422, "A305")


def test_every_fault_of_an_answer_comes_at_once(told: World) -> None:
    offer = offer_of(told, "V1")
    where, past = f"offers.{offer['id']}", "2026-03-09T05:00:00+01:00"
    link = told.get(f"{BASIN}/offers/{offer['id']}")["link"].removeprefix("http://127.0.0.1:8000")
    body = {"reply": "unable", "said_by": "conjoint", "said_at": past, "until": past}
    for refused, fields in (
        (told.client.post(link, json=body), ("said_by", "said_at", "until", "reply")),
        (answer(told, "V1", "unable", said_at=past, until=past), ("until", "said_at")),
        (answer(told, "V1", "accept", said_at=past, until=past), ("until", "said_at")),
    ):
        assert refused.status_code == 422
        assert [one["where"] for one in refused.json()["issues"]] == [f"{where}.{name}" for name in fields]
    assert offer_of(told, "V1")["state"] == "offered"


def test_an_outcome_ends_the_question(told: World) -> None:
    """V1 is done at 7:50 without her having answered: nothing expires any more, nobody else is sought."""
    told.later(minutes=70)
    done = told.ask(C, "PUT", f"{BASIN}/outcomes/V1", {"done": True})
    assert done.status_code == 201, done.text
    assert offer_of(told, "V1")["state"] == "done"
    assert offers.expire(told.service) == 2
    assert offer_of(told, "V1")["state"] == "done"
