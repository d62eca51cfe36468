"""What happens to a day, one call each: recorded, followed by a search that keeps what is under way, and
taken back."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from api.persons import retention
from api.runtime.roles import Role
from api.store.basin_tables import Client
from api.store.incident_tables import Incident
from tests.api.commitments.test_commitments import answer, in_force, offer_of
from tests.api.conftest import World, begins, wish
from tests.api.plans.test_least_change import stops
from tests.api.small_basin import BASIN, absence

A, C, M, W = Role.ADMINISTRATOR, Role.COORDINATOR, Role.MANAGER, Role.WORKER
SITE = {"id": "N-1", "commune": "62498", "latitude": 50.43, "longitude": 2.83}


def tell(world: World, kind: str, role: Role = C, **more: Any) -> Any:
    return world.ask(role, "POST", f"{BASIN}/incidents", {"kind": kind, **more})


def told(world: World, kind: str, role: Role = C, **more: Any) -> dict[str, Any]:
    answer = tell(world, kind, role, **more)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture
@begins
def planned(world: World) -> World:
    """A-1 is away; the plan that covers V1, V2, V3 is in force and all three were accepted."""
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    world.search()
    (proposal,) = world.get(f"{BASIN}/plans?state=proposed")["items"]
    assert world.publish(proposal).status_code == 200
    for visit in ("V1", "V2", "V3"):
        assert answer(world, visit, "accept").status_code == 200
    return world


def found_by(world: World, jobs: list[str]) -> dict[str, Any]:
    """The proposal of the one search that follows."""
    (job,) = jobs
    world.search()
    done = world.get(f"{BASIN}/jobs/{job}")
    assert done["state"] == "done", done
    plan: dict[str, Any] = world.get(f"{BASIN}/plans/{done['plan_id']}")
    return plan


def carer(world: World, visit: str) -> str:
    return str(stops(in_force(world))[visit][0])


# -- workers -----------------------------------------------------------------------------------------------
def test_a_breakdown_keeps_the_visit_under_way_and_gives_the_rest_to_others(planned: World) -> None:
    who = carer(planned, "V1")
    mine = {visit for visit, (worker, _) in stops(in_force(planned)).items() if worker == who}
    planned.later(hours=1, minutes=45)  # 08:25: she is at V1
    done = told(planned, "worker_away", worker_id=who, cause="breakdown", reason="batterie")
    assert done["incident"]["under_way"] == "V1"
    assert {one["visit_id"] for one in done["incident"]["visits"]} == mine - {"V1"}
    plan = found_by(planned, done["jobs"])
    there = stops(plan)
    assert there["V1"] == stops(in_force(planned))["V1"]
    assert {worker for visit, (worker, _) in there.items() if visit != "V1"}.isdisjoint({who})
    assert plan["document"]["uncovered"] == []
    assert planned.publish(plan).status_code == 200
    assert offer_of(planned, "V1")["state"] == "accepted"
    back = planned.ask(C, "POST", f"{BASIN}/incidents/{done['incident']['id']}/end", {}, If_Match='"1"')
    assert back.status_code == 200, back.text
    (stay,) = planned.get(f"{BASIN}/workers/{who}")["value"]["availability"]
    assert stay["end"] == "2026-03-09T20:00:00+01:00"
    again = planned.ask(C, "POST", f"{BASIN}/incidents/{done['incident']['id']}/end", {}, If_Match='"2"')
    assert (again.status_code, again.json()["code"]) == (409, "A408")


def test_who_breaks_down_on_the_way_has_not_begun_the_next_visit(planned: World) -> None:
    """V2 was to begin at 10:15, as told; it is told at 10:17 that she broke down at 09:30: somebody else is
    there by 11:00."""
    wish(planned, least_change={"freeze_min": 0})
    who = carer(planned, "V2")
    planned.later(hours=3, minutes=37)
    done = told(planned, "worker_away", worker_id=who, at="2026-03-09T09:30:00+01:00", cause="breakdown")
    plan = found_by(planned, done["jobs"])
    assert stops(plan)["V2"][0] != who
    assert planned.publish(plan).status_code == 200


def test_who_is_late_ends_later_and_all_she_has_left_moves(planned: World) -> None:
    """Half an hour lost at V1: it ends half an hour later; what she accepted after it is asked anew, at other
    hours."""
    who = carer(planned, "V1")
    before = stops(in_force(planned))
    planned.later(hours=1, minutes=50)  # 08:30
    done = told(planned, "worker_late", worker_id=who, late_min=30)
    assert (done["incident"]["visit_id"], done["incident"]["minutes"]) == ("V1", 30)
    plan = found_by(planned, done["jobs"])
    (first,) = [s for r in plan["document"]["routes"] for s in r["stops"] if s["visit_id"] == "V1"]
    assert (stops(plan)["V1"], first["end"][11:16]) == (before["V1"], "09:30")
    check = planned.get(f"{BASIN}/plans/{plan['id']}/check")
    assert (check["violations"], check["today"]["violations"]) == ([], [])
    assert planned.publish(plan).status_code == 200
    assert offer_of(planned, "V1")["state"] == "accepted", "she is there: nothing is called off"


def test_who_has_not_left_yet_leaves_later(planned: World) -> None:
    """Told at 06:41 that she will be an hour late: her day begins an hour later, nothing of it before."""
    who = carer(planned, "V1")
    done = told(planned, "worker_late", worker_id=who, late_min=60, cause="breakdown")
    (stay,) = planned.get(f"{BASIN}/workers/{who}")["value"]["availability"]
    assert (stay["start"], stay["not_before"]) == ("2026-03-09T08:50:00+01:00", "2026-03-09T08:50:00+01:00")
    plan = found_by(planned, done["jobs"])
    assert [one["visit_id"] for one in plan["document"]["uncovered"]] == []
    assert stops(plan)["V1"][0] != who


def test_a_worker_tells_of_her_own_day_and_of_nothing_else(planned: World) -> None:
    planned.later(hours=1, minutes=50)
    assert tell(planned, "worker_late", W, worker_id="W1", late_min=10).status_code == 201
    for kind, more in (
        ("worker_late", {"worker_id": "W2", "late_min": 10}),
        ("worker_left", {"worker_id": "W1"}),
    ):
        refused = tell(planned, kind, W, **more)
        assert (refused.status_code, refused.json()["code"]) == (403, "A103")
    (hers,) = planned.get(f"{BASIN}/incidents", W)["items"]
    assert hers["kind"] == "worker_late"
    assert planned.get(f"{BASIN}/incidents", M)["items"] == []


def test_who_leaves_the_brigade_is_replaced_and_sent_nowhere_from_then_on(planned: World) -> None:
    who = carer(planned, "V1")
    done = told(planned, "worker_left", worker_id=who, cause="resigned")
    row = planned.get(f"{BASIN}/workers/{who}")["value"]
    assert (row["availability"], {one["last"] for one in row["engagements"]}) == ([], {"2026-03-09"})
    assert {offer_of(planned, visit)["because"] for visit in ("V1", "V2", "V3")} == {"unable"}
    plan = found_by(planned, done["jobs"])
    assert who not in {worker for worker, _ in stops(plan).values()}
    assert planned.publish(plan).status_code == 200


def test_who_joins_or_moves_is_one_call(planned: World) -> None:
    model = planned.get(f"{BASIN}/workers/W3")["value"]
    joined = told(planned, "worker_joined", worker={**model, "id": "W4", "start_site": "N-1"}, site=SITE)
    assert (joined["incident"]["worker_id"], len(joined["jobs"])) == ("W4", 1)
    assert planned.get(f"{BASIN}/sites/N-1")["value"] == SITE
    moved = told(planned, "worker_moved", worker_id="W4", site_id="A", identity={"name": "Mme Exemple"})
    assert planned.get(f"{BASIN}/workers/W4")["value"]["start_site"] == "A"
    assert planned.get(f"{BASIN}/worker-identities/W4")["value"]["name"] == "Mme Exemple"
    assert len(moved["jobs"]) == 1
    assert found_by(planned, moved["jobs"])["document"]["uncovered"] == []


# -- clients -----------------------------------------------------------------------------------------------
def test_in_hospital_until_further_notice_nobody_is_sent_and_who_was_told_hears_it(planned: World) -> None:
    """Her carer hears it at once; the plan that follows has no V1; back, V1 is wanted again."""
    contact = {"id": f"worker:{carer(planned, 'V1')}", "email": "w@example.org"}
    assert planned.ask(C, "PUT", f"{BASIN}/contacts/{contact['id']}", contact).status_code == 201
    done = told(planned, "client_away", M, client_id="S1:A", cause="hospital")
    assert (done["incident"]["ends_at"], [one["visit_id"] for one in done["incident"]["visits"]]) == (
        None,
        ["V1"],
    )
    assert (offer_of(planned, "V1")["state"], offer_of(planned, "V1")["because"]) == (
        "withdrawn",
        "not_needed",
    )
    heard = [
        one for one in planned.get(f"{BASIN}/messages?kind=tour_changed")["items"] if one["state"] == "queued"
    ]
    assert [one["contact_id"] for one in heard] == [contact["id"]]
    planned.search()
    plan = planned.get(f"{BASIN}/plans?state=proposed")["items"][0]
    assert "V1" not in stops(planned.get(f"{BASIN}/plans/{plan['id']}"))
    assert "V1" not in {one["visit_id"] for one in planned.get(f"{BASIN}/attention")["uncovered"]}
    assert planned.publish(plan).status_code == 200
    twice = tell(planned, "client_away", M, client_id="S1:A", cause="family")
    assert (twice.status_code, twice.json()["code"]) == (409, "A408")
    over = planned.ask(
        M, "POST", f"{BASIN}/incidents/{done['incident']['id']}/end", {"reason": "rentrée"}, If_Match='"1"'
    )
    assert over.status_code == 200, over.text
    (waits,) = planned.get(f"{BASIN}/attention")["uncovered"]
    assert waits["visit_id"] == "V1"
    planned.search()
    back = planned.get(f"{BASIN}/plans?state=proposed")["items"][0]
    assert "V1" in stops(planned.get(f"{BASIN}/plans/{back['id']}"))


def test_away_for_some_hours_leaves_what_can_still_be_done(planned: World) -> None:
    """C is at the doctor's from 9 to 17 h; V3 may begin from 7 to 18 h: before, or from 17 h on."""
    away = {"at": "2026-03-09T09:00:00+01:00", "until": "2026-03-09T17:00:00+01:00"}
    done = told(planned, "client_away", M, client_id="S1:C", cause="absent", **away)
    planned.search()
    assert len(done["jobs"]) == 1
    plan = planned.get(f"{BASIN}/plans?state=proposed")["items"][0]
    start = stops(planned.get(f"{BASIN}/plans/{plan['id']}"))["V3"][1][11:16]
    assert start <= "08:15" or start >= "17:00"


def test_who_leaves_keeps_her_figures_and_is_visited_no_more(planned: World) -> None:
    told(planned, "client_left", M, client_id="S1:B", cause="institution")
    assert planned.get(f"{BASIN}/clients/S1:B", M)["id"] == "S1:B"
    planned.search()
    plan = planned.get(f"{BASIN}/plans?state=proposed")["items"][0]
    assert stops(planned.get(f"{BASIN}/plans/{plan['id']}")).keys() == {"V1", "V3"}


def test_a_client_who_moves_is_one_write_of_place_and_address(planned: World) -> None:
    identity = {"name": "Mme Exemple", "address_lines": ["1 rue Neuve", "62300 Lens"]}
    done = told(planned, "client_moved", M, client_id="S1:A", site=SITE, identity=identity)
    assert planned.get(f"{BASIN}/clients/S1:A")["value"]["site_id"] == "N-1"
    assert planned.get(f"{BASIN}/client-identities/S1:A", M)["value"] == identity
    assert len(done["jobs"]) == 1
    assert found_by(planned, done["jobs"])["document"]["uncovered"] == []


def test_a_client_who_joins_comes_with_her_first_visits(planned: World) -> None:
    """Nobody of her service goes there yet: the brigade is asked."""
    visit = {**planned.get(f"{BASIN}/visits/V5")["value"], "id": "V9", "client_id": "S1:N"}
    client = {"id": "S1:N", "provider_id": "S1", "site_id": "N-1"}
    done = told(planned, "client_joined", M, client=client, site=SITE, visits=[visit])
    planned.search()
    assert len(done["jobs"]) == 1
    plan = planned.get(f"{BASIN}/plans?state=proposed")["items"][0]
    assert "V9" in stops(planned.get(f"{BASIN}/plans/{plan['id']}"))


# -- what does not fit -------------------------------------------------------------------------------------
FAULTY: list[tuple[str, dict[str, Any], set[str]]] = [
    (
        "worker_away",
        {
            "worker_id": "W9",
            "cause": "illness",
            "at": "2026-03-01T08:00:00+01:00",
            "until": "2026-03-02T08:00:00+01:00",
        },
        {"incident.worker_id", "incident.at", "incident.until"},
    ),
    (
        "worker_late",
        {"worker_id": "W9", "late_min": 5, "at": "2028-03-01T08:00:00+01:00"},
        {"incident.worker_id", "incident.at"},
    ),
    ("worker_moved", {"worker_id": "W9"}, {"incident.worker_id", "incident.site"}),
    (
        "worker_moved",
        {"worker_id": "W1", "site_id": "NOWHERE", "at": "2026-03-10T08:00:00+01:00"},
        {"incident.site_id", "incident.at"},
    ),
    (
        "client_away",
        {"client_id": "X", "cause": "absent", "until": "2026-03-08T08:00:00+01:00"},
        {"incident.client_id", "incident.until"},
    ),
    (
        "client_left",
        {"client_id": "X", "at": "2026-01-01T08:00:00+01:00"},
        {"incident.client_id", "incident.at"},
    ),
    (
        "client_moved",
        {"client_id": "X", "site": SITE, "site_id": "A"},
        {"incident.client_id", "incident.site"},
    ),
    (
        "client_joined",
        {
            "client": {"id": "S1:A", "provider_id": "S9", "site_id": "NOWHERE"},
            "visits": [
                {
                    "id": "V9",
                    "client_id": "S1:B",
                    "duration_min": 30,
                    "priority": "P2",
                    "act_class": "essential",
                    "windows": [
                        {"earliest": "2026-03-09T08:00:00+01:00", "latest": "2026-03-09T09:00:00+01:00"}
                    ],
                }
            ],
        },
        {
            "incident.client.id",
            "incident.client.provider_id",
            "incident.client.site_id",
            "incident.visits[0].client_id",
        },
    ),
    (
        "worker_late",
        {"late_min": 0, "cause": "hospital", "x": 1},
        {"worker_id", "late_min", "cause", "x"},
    ),
]


@pytest.mark.parametrize(("kind", "more", "places"), FAULTY)
def test_every_fault_of_what_is_told_comes_at_once(
    world: World, kind: str, more: dict[str, Any], places: set[str]
) -> None:
    refused = tell(world, kind, C, **more)
    assert refused.status_code == 422, refused.text
    issues = refused.json()["issues"]
    assert {one["where"] for one in issues} == places
    assert all(one["what"] and one["hint"] for one in issues)
    assert world.get(f"{BASIN}/incidents")["items"] == []


def test_what_is_wrong_with_whoever_joins_is_told_as_of_any_row(world: World) -> None:
    """An unknown competency, and a place that nobody knows: nothing is kept, the place told beside them
    neither."""
    model = world.get(f"{BASIN}/workers/W3")["value"]
    body = {**model, "id": "W4", "competencies": ["MAGIC"], "end_site": "NOWHERE"}
    refused = tell(world, "worker_joined", worker=body, site=SITE)
    assert refused.status_code == 422
    assert {one["where"].rpartition(".")[2] for one in refused.json()["issues"]} == {
        "competencies",
        "end_site",
    }
    assert world.ask(C, "GET", f"{BASIN}/sites/N-1").status_code == 404


def test_a_worker_who_did_not_come_in_time_ends_before_it_began_is_refused(planned: World) -> None:
    done = told(planned, "client_away", client_id="S1:A", cause="absent", at="2026-03-09T07:30:00+01:00")
    where = f"{BASIN}/incidents/{done['incident']['id']}/end"
    for at in ("2026-03-09T07:00:00+01:00", "2028-03-09T07:00:00+01:00"):
        refused = planned.ask(C, "POST", where, {"at": at}, If_Match='"1"')
        assert (refused.status_code, refused.json()["code"]) == (422, "A305")
    moved = told(planned, "worker_moved", worker_id="W3", site_id="A")
    refused = planned.ask(C, "POST", f"{BASIN}/incidents/{moved['incident']['id']}/end", {}, If_Match='"1"')
    assert (refused.status_code, refused.json()["code"]) == (409, "A408")


# -- kept --------------------------------------------------------------------------------------------------
def test_an_absence_until_further_notice_is_kept_however_old_it_is(planned: World) -> None:
    """Told 37 months ago, hours are kept 36: she is still away, or gone; what is over goes, and all of it
    with the client."""
    away = told(planned, "client_away", client_id="S1:A", cause="hospital")["incident"]["id"]
    gone = told(planned, "client_left", client_id="S1:B")["incident"]["id"]
    told(planned, "client_away", client_id="S1:C", cause="family", until="2026-03-20T08:00:00+01:00")

    def left(*known: str) -> set[str]:
        """After retention; `known`: clients whose rows somebody has changed just before."""
        with planned.service.database.writing() as session:
            now = planned.service.clock.now()
            session.execute(update(Client).where(Client.id.in_(known)).values(changed_at=now))
            session.commit()
        retention.run(planned.service)
        with planned.service.database.reading() as session:
            return set(session.scalars(select(Incident.id)))

    planned.later(days=37 * 31)
    assert left("S1:A", "S1:B", "S1:C") == {away, gone}
    planned.later(days=25 * 31)
    assert left("S1:A") == {away}, "the other was forgotten, with what was told of her"
