"""A coordinator's day from 06:40 to the hand-over of the night, told through the API alone, on one world."""

from __future__ import annotations

from api.cycle import offers
from tests.api.commitments.test_commitments import answer, in_force, offer_of
from tests.api.conftest import PASSWORD, World, wish
from tests.api.incidents.test_incidents import told as happened
from tests.api.incidents.test_outcomes import send as send_file
from tests.api.plans.test_least_change import stops
from tests.api.plans.test_off_duty import at_home
from tests.api.small_basin import BASIN, NOW, absence
from tests.api.walks.steps import A, M, proposed, until, waiting


def test_from_the_first_call_to_the_hand_over_of_the_night(world: World) -> None:
    at_home(world)
    wish(world, least_change={"freeze_min": 0})

    # 06:40 A-1 is ill. The service says what waits, what the cause decides; a search has begun.
    assert world.service.clock.now() >= NOW
    declared = world.ask(M, "POST", f"{BASIN}/absences", absence(urgent_cause=True)).json()
    assert [one["visit_id"] for one in declared["at_risk"]] == ["V1", "V2", "V3"]
    assert [one["visit_id"] for one in declared["markings"]] == ["V1", "V2", "V3"]
    assert [one["visit_id"] for one in waiting(world)["uncovered"]] == ["V1", "V2", "V3"]

    # 06:45 The coordinator hears that there is a proposal, reads it in words, publishes it.
    until(world, "06:45")
    first = proposed(world)
    assert [one["state"] for one in world.get(f"{BASIN}/messages?kind=proposal_ready")["items"]] == [
        "queued"
    ] * 2
    assert "3 interventions couvertes sur 3" in waiting(world)["proposals"][0]["summary"][0]
    assert world.publish(first).status_code == 200
    assert set(waiting(world)) == {"unanswered", "undelivered"}

    # 06:55 One says yes by herself, another is reached by telephone: who said it and when are kept.
    until(world, "06:55")
    assert answer(world, "V1", "accept").status_code == 200
    call = {"said_by": "elle-même", "said_at": "2026-03-09T06:52:00+01:00", "reason": "au téléphone"}
    assert answer(world, "V2", "accept", **call).json()["said_by"] == "elle-même"
    assert [one["visit_id"] for one in waiting(world)["unanswered"]] == ["V3"]
    assert answer(world, "V3", "accept").status_code == 200

    # 07:10 S1's client C goes into hospital until further notice: her carer hears it, V3 is wanted by nobody.
    until(world, "07:10")
    hospital = happened(world, "client_away", M, client_id="S1:C", cause="hospital")["incident"]
    assert offer_of(world, "V3")["because"] == "not_needed"
    second = proposed(world)
    assert set(stops(second)) == {"V1", "V2"}
    assert world.publish(second).status_code == 200
    assert [one["client_id"] for one in waiting(world)["suspended"]] == ["S1:C"]

    # 08:35 Whoever is at V1 loses 20 minutes there: V1 ends later, V2 is asked anew where its hour moves.
    until(world, "08:35")
    late = stops(in_force(world))["V1"][0]
    happened(world, "worker_late", worker_id=late, late_min=20, cause="visit_overran")
    third = proposed(world)
    assert set(stops(third)) == {"V1", "V2"}
    assert world.publish(third).status_code == 200

    # 09:05 Her car breaks down on the way: V1 is done as told, V2 goes to somebody else and is answered by
    # telephone.
    until(world, "09:05")
    broken = happened(world, "worker_away", worker_id=late, cause="breakdown")["incident"]
    fourth = proposed(world)
    assert stops(fourth)["V2"][0] != late
    assert world.publish(fourth).status_code == 200
    offers.expire(world.service)
    assert answer(world, "V2", "accept", said_by="elle-même").status_code == 200
    assert broken["under_way"] in ("V1", None)

    # 18:00 The clock-ins of the day come as a file; nothing of the day is left to say.
    until(world, "18:00")
    text = "intervention;début;fin;motif\nV1;09/03/2026 08:05;09/03/2026 09:20;\nV2;;;porte close\n"
    assert send_file(world, text).json()["created"] == 2
    assert {one["visit_id"]: one["cause"] for one in world.get(f"{BASIN}/outcomes")["items"]} == {
        "V1": None,
        "V2": "no_entry",
    }
    assert set(waiting(world)) <= {"suspended", "undelivered"}

    # 21:00 Whoever takes the night over sees the same list, and what she settles is settled for all.
    until(world, "21:00")
    night = {
        "login": "nuit",
        "role": "coordinator",
        "password": PASSWORD,
        "grants": [{"basin_id": "B1", "target_id": ""}],
    }
    assert world.ask(A, "POST", "/v1/accounts", night).status_code == 201
    csrf = world.client.post("/v1/sessions", json={"login": "nuit", "password": PASSWORD}).json()["csrf"]
    assert world.client.get(f"{BASIN}/attention").json() == world.get(f"{BASIN}/attention")
    headers = {"X-CSRF-Token": csrf, "If-Match": f'"{hospital["version"]}"'}
    over = world.client.post(
        f"{BASIN}/incidents/{hospital['id']}/end", json={"reason": "de retour ce soir"}, headers=headers
    )
    assert over.status_code == 200, over.text
    assert "suspended" not in waiting(world)
    assert world.client.get(f"{BASIN}/attention").json() == world.get(f"{BASIN}/attention")
    assert world.ask(A, "GET", "/v1/audit/verify").json()["first_break"] is None
