"""The one on duty at night: what the basin's rule publishes by itself, what only a call can settle, the
hand-over."""

from __future__ import annotations

from api.cycle import offers
from api.plans import duty
from tests.api.commitments.test_commitments import answer, in_force
from tests.api.conftest import World, wish
from tests.api.plans.test_least_change import away_a2, stops
from tests.api.plans.test_off_duty import OFFICE
from tests.api.small_basin import BASIN, absence
from tests.api.walks.steps import C, M, account, everybody_is_reached, post, until, waiting


def test_from_the_call_before_dawn_to_the_hand_over(world: World) -> None:
    everybody_is_reached(world)
    wish(
        world,
        duty={"hours": OFFICE, "outside": "urgent_only", "urgent": ["P1", "P2"]},
        least_change={"people": 0},
    )
    cookie, csrf = account(world, "nuit", C)
    mine = {"Cookie": cookie, "X-CSRF-Token": csrf}

    # 06:40 A-1 is ill, nobody is in the office: what covers an urgency and changes nothing told is published,
    # signed so.
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    world.search()
    assert duty.decide(world.service) == 1
    plan = in_force(world)
    assert (plan["off_duty"]["decision"], plan["off_duty"]["covers"]) == ("published", ["V1", "V2"])
    letters = post(world, "duty")
    assert any("sans coordinateur" in one.subject + one.text for one in letters), [
        one.subject for one in letters
    ]

    # 06:50 She is called out of bed, and reads the same list as anybody who plans.
    until(world, "06:50")
    listed = world.client.get(f"{BASIN}/attention", headers=mine).json()
    assert listed == world.get(f"{BASIN}/attention")
    assert [one["id"] for one in listed["published_off_duty"]] == [plan["id"]]
    assert all(entry["sentence"] for entry in listed["unanswered"])

    # 07:20 Nobody has answered for V1, at 8: no time is left to ask somebody else in writing. It is said
    # before it begins.
    until(world, "07:20")
    assert offers.expire(world.service) > 0
    calls = {one["visit_id"]: one for one in waiting(world)["to_call"]}
    assert "V1" in calls
    assert calls["V1"]["starts_at"][11:16] in calls["V1"]["sentence"]
    assert any(letter.text for letter in post(world, "duty"))
    said = world.client.post(
        f"{BASIN}/offers/{calls['V1']['id']}/answer",
        json={"reply": "accept", "said_by": "elle-même", "reason": "appelée à 07:20"},
        headers=mine,
    )
    assert (said.status_code, said.json()["state"], said.json()["said_by"]) == (200, "accepted", "elle-même")
    assert "V1" not in {one["visit_id"] for one in waiting(world).get("to_call", ())}

    # Another is ill: what covers her urgent visit comes into force too, and leaves what was agreed where it
    # was.
    assert world.ask(C, "POST", f"{BASIN}/absences", away_a2()).status_code == 201
    world.search()
    assert duty.decide(world.service) == 1
    second = in_force(world)
    assert (second["off_duty"]["decision"], second["off_duty"]["covers"]) == ("published", ["V5"])
    assert stops(second)["V1"] == stops(plan)["V1"]

    # 08:00 The office opens: what was published by night is seen, once, for all.
    until(world, "08:00")
    for one in (plan, second):
        seen = world.client.post(f"{BASIN}/plans/{one['id']}/seen", headers=mine)
        assert seen.status_code == 200, seen.text
    assert "published_off_duty" not in waiting(world)
    assert world.client.get(f"{BASIN}/attention", headers=mine).json() == world.get(f"{BASIN}/attention")
    assert answer(world, "V1", "decline").status_code == 409, "she said yes"
