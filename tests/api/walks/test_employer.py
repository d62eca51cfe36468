"""Who lends a worker to the brigade: hours, ways and pay of her own people, and not a word about whom they
visit."""

from __future__ import annotations

from tests.api.commitments.test_commitments import answer, in_force
from tests.api.conftest import World, wish
from tests.api.small_basin import BASIN, absence
from tests.api.walks.steps import C, E, M, alone, until

MARCH = "first_day=2026-03-01&last_day=2026-03-31"
SECRETS = ('"S1', "V1", "V2", "V3", '"A-1"', "essential", "P1")


def test_from_the_plan_to_the_pay(world: World) -> None:
    wish(world, replan="on_request")
    alone(world, "W1")
    assert world.ask(M, "POST", f"{BASIN}/absences", absence(reason="SICK")).status_code == 201

    # 06:40 A proposal is not hers to read; the plan in force is, as hours.
    proposal = world.propose()
    assert world.ask(E, "GET", f"{BASIN}/plans/{proposal['id']}").status_code == 404
    assert world.publish(proposal).status_code == 200
    answered = world.ask(E, "GET", f"{BASIN}/plans/{proposal['id']}")
    (day,) = answered.json()["document"]["hours"]
    assert (day["worker_id"], day["day"], len(day["services"])) == ("W1", "2026-03-09", 3)
    assert not [secret for secret in SECRETS if secret in answered.text]
    whole = in_force(world)["document"]["routes"][0]
    assert [one["start"] for one in day["services"]] == [stop["start"] for stop in whole["stops"]], (
        "the same hours"
    )
    assert (day["departure"], day["back"]) == (whole["departure"], whole["back"])

    # 07:00 Whom she lends is asked: she sees that she was, and what she said, without the client.
    until(world, "07:00")
    for visit in ("V1", "V2", "V3"):
        assert answer(world, visit, "accept").status_code == 200
    assert {one["state"] for one in world.get(f"{BASIN}/offers", E)["items"]} == {"accepted"}
    assert world.get(f"{BASIN}/workers/W1", E)["id"] == "W1"

    # 20:00 The day is told; the pay is that of the plan: service, ways, metres, and minutes in between.
    until(world, "20:00")
    lines = [{"visit_id": visit, "done": True} for visit in ("V1", "V2", "V3")]
    assert world.ask(C, "POST", f"{BASIN}/outcomes", {"outcomes": lines}).status_code == 200
    (row,) = world.get(f"{BASIN}/exports/payroll?{MARCH}", E)["rows"]
    service = sum(60 if visit != "V3" else 45 for visit in ("V1", "V2", "V3"))
    assert (row["worker_id"], row["day"], row["service_min"]) == ("W1", "2026-03-09", service)
    assert row["metres"] == day["metres"]
    assert row["short_notice_visits"] == 3, "as told, whenever it was answered"
    assert not [secret for secret in SECRETS if secret in str(row)]

    # What is none of hers: other people's rows, clients, absences, the ledger, the coordinators' list.
    for hidden in ("clients", "visits", "absences", "employees", "ledger"):
        assert world.get(f"{BASIN}/{hidden}", E)["items"] == [], hidden
    for refused in ("attention", f"exports/evidence?{MARCH}", f"indicators/periods?{MARCH}"):
        assert world.ask(E, "GET", f"{BASIN}/{refused}").status_code == 403, refused
