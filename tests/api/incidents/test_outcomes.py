"""What became of the visits: one by one, many at once, out of a file of clock-ins; and what an outcome
ends."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from api.access.rights import Principal
from api.access.scope import Scoped
from api.commitments.open_incidents import standing
from api.runtime.roles import Role
from tests.api.commitments.test_commitments import answer, in_force, offer_of
from tests.api.conftest import World, wish
from tests.api.incidents.test_incidents import carer, planned  # noqa: F401 - a fixture
from tests.api.plans.test_least_change import stops
from tests.api.small_basin import BASIN, absence

C, M = Role.COORDINATOR, Role.MANAGER
ALL = [
    {"visit_id": "V1", "done": True},
    {"visit_id": "V2", "done": False, "cause": "no_entry"},
    {
        "visit_id": "V3",
        "done": True,
        "starts_at": "2026-03-09T09:25:00+01:00",
        "ends_at": "2026-03-09T10:05:00+01:00",
    },
]


@pytest.fixture
def evening(planned: World) -> World:  # noqa: F811
    planned.later(hours=11)
    return planned


def send(world: World, text: str, query: str = "dry_run=false", role: Role = M) -> Any:
    named = {"Authorization": f"Bearer {world.tokens[role]}", "Content-Type": "text/csv"}
    return world.client.post(f"{BASIN}/outcomes/imports?{query}", content=text.encode(), headers=named)


def test_a_day_is_told_in_one_call_and_told_again_changes_nothing(evening: World) -> None:
    done = evening.ask(M, "POST", f"{BASIN}/outcomes", {"outcomes": ALL})
    assert done.status_code == 200, done.text
    assert [done.json()[name] for name in ("created", "corrected", "unchanged")] == [3, 0, 0]
    by_visit = {one["visit_id"]: one for one in evening.get(f"{BASIN}/outcomes")["items"]}
    told = [by_visit["V2"][name] for name in ("done", "cause", "at_door", "worker_id")]
    assert told == [False, "no_entry", True, carer(evening, "V2")]
    assert by_visit["V1"]["worker_id"] == carer(evening, "V1")
    again = evening.ask(M, "POST", f"{BASIN}/outcomes", {"outcomes": ALL}).json()
    assert [again[name] for name in ("created", "corrected", "unchanged")] == [0, 0, 3]
    other = {"outcomes": [{"visit_id": "V2", "done": True}]}
    refused = evening.ask(M, "POST", f"{BASIN}/outcomes", other)
    assert (refused.status_code, refused.json()["code"]) == (422, "A202")
    corrected = evening.ask(M, "POST", f"{BASIN}/outcomes", {**other, "corrects": True}).json()
    assert corrected["corrected"] == 1


def test_every_fault_of_every_line_comes_at_once_and_nothing_is_kept(evening: World) -> None:
    lines = [
        {
            "visit_id": "V1",
            "done": True,
            "cause": "no_entry",
            "worker_id": "W9",
            "ends_at": "2026-03-09T07:00:00+01:00",
        },
        {"visit_id": "V2", "done": True, "starts_at": "2026-03-10T08:00:00+01:00"},
        {"visit_id": "V2", "done": False},
        {"visit_id": "V9", "done": True},
        {
            "visit_id": "V3",
            "done": True,
            "starts_at": "2026-03-09T17:30:00+01:00",
            "ends_at": "2026-03-09T18:30:00+01:00",
        },
    ]
    refused = evening.ask(C, "POST", f"{BASIN}/outcomes", {"outcomes": lines})
    assert refused.status_code == 422
    assert {(one["where"], one["code"]) for one in refused.json()["issues"]} == {
        ("outcomes[0].cause", "A305"),
        ("outcomes[0].worker_id", "A305"),
        ("outcomes[0].ends_at", "A305"),
        ("outcomes[1].starts_at", "A405"),
        ("outcomes[2].visit_id", "A305"),
        ("outcomes[3].visit_id", "A201"),
        ("outcomes[4].ends_at", "A405"),
    }
    assert evening.get(f"{BASIN}/outcomes")["items"] == []


def test_a_client_who_is_not_there_frees_whoever_was_to_come(planned: World) -> None:  # noqa: F811
    """Told at 08:40 that nobody will open at V2 later: her carer hears it, and a search has her time."""
    planned.later(hours=2)
    told = planned.ask(C, "PUT", f"{BASIN}/outcomes/V2", {"done": False, "cause": "client_absent"})
    assert told.status_code == 201, told.text
    assert (offer_of(planned, "V2")["state"], offer_of(planned, "V2")["because"]) == ("withdrawn", "outcome")
    assert (
        len(planned.get(f"{BASIN}/messages?kind=tour_changed")["items"]) == 2
    )  # the tour, and that V2 is off
    planned.search()
    plan = planned.get(f"{BASIN}/plans?state=proposed")["items"][0]
    assert stops(planned.get(f"{BASIN}/plans/{plan['id']}")).keys() == {"V1", "V3"}


def test_what_is_done_is_sought_no_more(world: World) -> None:
    """V132 of the review: recorded done before its offer ran out, it is on nobody's list and in no later
    search."""
    wish(world, replan="on_request")
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    assert world.publish(world.propose()).status_code == 200
    early = {"done": True, "worker_id": "W2", "starts_at": "2026-03-09T07:10:00+01:00"}
    assert world.ask(C, "PUT", f"{BASIN}/outcomes/V3", early).status_code == 201
    assert offer_of(world, "V3")["state"] in ("withdrawn", "done")
    assert "V3" not in stops(world.propose())
    assert "V3" not in {one["visit_id"] for one in world.get(f"{BASIN}/attention")["uncovered"]}
    assert answer(world, "V3", "accept").json()["code"] in ("A403", "A404")


def test_whoever_did_not_come_is_somebody_of_the_brigade(planned: World) -> None:  # noqa: F811
    absent = {"done": False, "cause": "worker_absent", "worker_id": "W99"}
    refused = planned.ask(C, "PUT", f"{BASIN}/outcomes/V2", absent)
    assert (refused.status_code, refused.json()["code"]) == (422, "A305")
    assert refused.json()["issues"][0]["where"] == "outcomes.V2.worker_id"
    known = planned.ask(C, "PUT", f"{BASIN}/outcomes/V2", {**absent, "worker_id": "W1"})
    assert known.status_code == 201, known.text


# -- nobody came -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("cause", ["worker_absent", None])
def test_to_a_visit_that_nobody_came_to_somebody_is_sent_while_its_hours_last(
    planned: World,  # noqa: F811
    cause: str | None,
) -> None:
    """V2 was to begin at 10:15 or so, at 11:00 at the latest: at 10:20 nobody has come. Whoever did not come
    is not sent again; the visit is on the list until somebody is."""
    wish(planned, least_change={"freeze_min": 0})
    who, start = stops(in_force(planned))["V2"]
    planned.later(hours=3, minutes=40)
    assert datetime.fromisoformat(start) <= planned.service.clock.now(), "begun, by the plan"
    told = planned.ask(C, "PUT", f"{BASIN}/outcomes/V2", {"done": False, "cause": cause})
    assert told.status_code == 201, told.text
    assert (offer_of(planned, "V2")["state"], offer_of(planned, "V2")["because"]) == ("withdrawn", "outcome")
    assert "V2" in {one["visit_id"] for one in planned.get(f"{BASIN}/attention")["uncovered"]}
    planned.search()
    plan = planned.get(f"{BASIN}/plans?state=proposed")["items"][0]
    other, hour = stops(planned.get(f"{BASIN}/plans/{plan['id']}"))["V2"]
    assert datetime.fromisoformat(hour) > planned.service.clock.now()
    assert other != who
    assert planned.publish(plan).status_code == 200
    assert answer(planned, "V2", "accept").status_code == 200
    assert "V2" not in {one["visit_id"] for one in planned.get(f"{BASIN}/attention")["uncovered"]}
    planned.later(minutes=45)  # it is begun now, and stays
    assert stops(planned.propose())["V2"] == (other, hour)
    came = {"done": True, "worker_id": other}
    assert planned.ask(C, "PUT", f"{BASIN}/outcomes/V2", came, If_Match='"1"').status_code == 200


def test_a_plan_is_read_once_however_many_of_its_visits_were_missed(evening: World) -> None:
    missed = [{"visit_id": id, "done": False} for id in ("V1", "V2", "V3")]
    assert evening.ask(M, "POST", f"{BASIN}/outcomes", {"outcomes": missed}).status_code == 200
    carers = {id: frozenset({carer(evening, id)}) for id in ("V1", "V2", "V3")}
    read: list[str] = []
    with evening.service.database.reading() as session:
        scoped = Scoped(session, Principal.system("tests", "B1"), evening.service.clock)
        event.listen(session.get_bind(), "before_cursor_execute", lambda *told: read.append(told[2]))
        told = standing(scoped, "B1", evening.service.clock.now() - timedelta(days=1))
    documents = [one for one in read if "plans.document" in one]
    assert ([told.missed.keys(), dict(told.lost)], len(documents)) == ([carers.keys(), carers], 1)
    assert "outcomes" not in documents[0], "a document is not repeated for each of its visits"


@pytest.mark.parametrize("cause", ["no_entry", "not_needed"])
def test_what_nobody_wants_any_more_is_not_sought_again(planned: World, cause: str) -> None:  # noqa: F811
    planned.later(hours=3, minutes=40)
    assert planned.ask(C, "PUT", f"{BASIN}/outcomes/V2", {"done": False, "cause": cause}).status_code == 201
    assert "V2" not in {one["visit_id"] for one in planned.get(f"{BASIN}/attention")["uncovered"]}


# -- clock-ins ---------------------------------------------------------------------------------------------
def test_clock_ins_of_our_own_table(evening: World) -> None:
    """By visit, or by client and hour; somebody's own carer is passed over, and said; a dry run changes
    nothing."""
    text = (
        "intervention;personne;intervenant;début;fin;fait;motif\n"
        "V1;;;09/03/2026 08:04;09/03/2026 09:01;;\n"
        ";S1:B;;09/03/2026 10:40;;non;porte close\n"
        ";S1:C;A-1;09/03/2026 09:30;09/03/2026 10:10;;\n"
    )
    tried = send(evening, text, "dry_run=true")
    assert tried.status_code == 200, tried.text
    assert (
        [tried.json()[name] for name in ("dry_run", "created")],
        evening.get(f"{BASIN}/outcomes")["items"],
    ) == (
        [True, 2],
        [],
    )
    done = send(evening, text).json()
    assert {one["visit_id"]: (one["done"], one["cause"]) for one in done["outcomes"]} == {
        "V1": (True, None),
        "V2": (False, "no_entry"),
    }
    begun = datetime.fromisoformat(done["outcomes"][0]["starts_at"])
    assert (begun, len(done["remarks"])) == (datetime.fromisoformat("2026-03-09T08:04:00+01:00"), 1)
    assert "A-1" in done["remarks"][0]["what"]
    assert [send(evening, text).json()[name] for name in ("created", "unchanged")] == [0, 2]


def test_whoever_clocked_in_at_a_door_stood_there(evening: World) -> None:
    """Another than was planned came, nobody opened, and she left: the planned hours are hers, and she is free
    from then on."""
    came = next(name for name in ("W1", "W2", "W3") if name != carer(evening, "V2"))
    text = (
        "intervention;intervenant;début;fin;fait;motif\n"
        f"V2;{came};09/03/2026 10:40;09/03/2026 10:52;non;porte close\n"
    )
    kept = send(evening, text).json()["outcomes"][0]
    assert (kept["worker_id"], kept["at_door"], kept["cause"]) == (came, True, "no_entry")
    assert datetime.fromisoformat(kept["free_at"]) == datetime.fromisoformat("2026-03-09T10:52:00+01:00")


def test_nobody_is_free_of_a_door_before_its_hour(evening: World) -> None:
    body = {"done": False, "cause": "no_entry", "at_door": True, "free_at": "2026-03-09T05:00:00+01:00"}
    refused = evening.ask(C, "PUT", f"{BASIN}/outcomes/V2", body)
    assert refused.status_code == 422, refused.text
    assert [(one["code"], one["where"].rpartition(".")[2]) for one in refused.json()["issues"]] == [
        ("A305", "free_at")
    ]


def test_a_foreign_export_is_read_by_its_mapping(evening: World) -> None:
    """Date and hours apart, names instead of ids, codes of another program."""
    columns = {
        "personne": {"headers": ["Usager"], "codes": {"M. Exemple": "S1:A", "Mme Exemple": "S1:B"}},
        "intervenant": {"headers": ["Badge"]},
        "début": {"headers": ["Date", "Arrivée"]},
        "fin": {"headers": ["Date", "Départ"]},
        "fait": {"headers": ["Statut"], "codes": {"OK": "oui", "ABS": "non"}},
        "motif": {"headers": ["Statut"], "codes": {"OK": "", "ABS": "client_absent"}},
    }
    mapping = {
        "format": "brigade-mapping",
        "version": 1,
        "source": "Télé 3000",
        "tables": [{"table": "pointages", "file": "tele*", "columns": columns}],
        "ignored": ["Lieu"],
    }
    assert evening.ask(M, "PUT", f"{BASIN}/mappings/tele", mapping).status_code == 201
    who = carer(evening, "V1")
    text = (
        "Usager;Badge;Date;Arrivée;Départ;Statut;Lieu\n"
        f"M. Exemple;{who};09/03/2026;08:02;08:58;OK;x\n"
        f"Mme Exemple;{who};09/03/2026;10:20;10:25;ABS;y\n"
    )
    done = send(evening, text, "dry_run=false&mapping=tele&name=tele-2026-03-09.csv")
    assert done.status_code == 200, done.text
    assert {one["visit_id"]: (one["done"], one["cause"]) for one in done.json()["outcomes"]} == {
        "V1": (True, None),
        "V2": (False, "client_absent"),
    }


def test_every_fault_of_a_file_comes_with_its_row(evening: World) -> None:
    text = (
        "intervention;personne;intervenant;début;motif\nV9;;;;\n;S1:Z;W9;09/03/2026 "
        "08:00;\nV1;;;09/03/2026 08:00;dragon\n"
    )
    refused = send(evening, text)
    assert refused.status_code == 422
    assert [(one["code"], one["where"]) for one in refused.json()["issues"]] == [
        ("A201", "pointages.csv, ligne 2, colonne « intervention »"),
        ("A201", "pointages.csv, ligne 3, colonne « personne »"),
        ("A201", "pointages.csv, ligne 3, colonne « intervenant »"),
        ("D104", "pointages.csv, ligne 4, colonne « motif »"),
    ]
    nameless = send(evening, "intervention;personne;début\n;S1:A;\n;;09/03/2026 08:00\n")
    assert [(one["code"], one["where"]) for one in nameless.json()["issues"]] == [
        ("D101", "pointages.csv, ligne 2, colonne « début »"),
        ("D101", "pointages.csv, ligne 3, colonne « intervention »"),
    ]
    assert in_force(evening)["state"] == "published"


def test_a_fault_of_a_clock_in_names_the_column_as_the_file_calls_it(evening: World) -> None:
    """What a row says by itself is right; the brigade's day says otherwise."""
    refused = send(evening, "visit;start;end\nV1;09/03/2026 09:00;09/03/2026 08:00\nV1;;\n")
    assert [(one["code"], one["where"]) for one in refused.json()["issues"]] == [
        ("A305", "pointages.csv, ligne 2, colonne « end »"),
        ("A305", "pointages.csv, ligne 3, colonne « visit »"),
    ]
    early = send(evening, "intervention;début;fait\nV1;09/03/2026 23:00;oui\n")
    assert [one["where"] for one in early.json()["issues"]] == ["pointages.csv, ligne 2, colonne « début »"]
