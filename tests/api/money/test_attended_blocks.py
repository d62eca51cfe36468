"""A team meeting that was held: who was there, for how long, who pays it; what it is in payroll, evidence and
hours."""

from __future__ import annotations

import pytest

from api.runtime.roles import Role
from tests.api.conftest import World, begins, wish
from tests.api.money.test_exports import EVIDENCE, MARCH, rows
from tests.api.small_basin import BASIN, absence, meeting

C, E, M, W = Role.COORDINATOR, Role.EMPLOYER, Role.MANAGER, Role.WORKER
OUTCOMES = f"{BASIN}/outcomes"


@pytest.fixture
@begins
def held(world: World) -> World:
    """Tutor time of W1 to W3 at 14:00, on line F1 (24 €/h), planned beside the visits; it is 17:00 now."""
    wish(world, replan="on_request")
    block = meeting(kind="tutoring", label="Tutorat", funding_line_id="F1")
    assert world.ask(C, "PUT", f"{BASIN}/work-blocks/R-01", block).status_code == 201
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    assert world.publish(world.propose()).status_code == 200
    world.later(hours=11)
    return world


def seats(world: World) -> dict[str, str]:
    """By worker, her seat."""
    offers = world.get(f"{BASIN}/offers")["items"]
    return {one["worker_id"]: one["visit_id"] for one in offers if one["work_block_id"]}


def test_hours_attended_are_paid_by_their_line_and_are_the_employers_own(held: World) -> None:
    """W1 an hour, W2 half an hour, W3 was not there: 24 € and 12 € of F1, 90 minutes of no client's."""
    ledger = held.get(f"{BASIN}/funding-lines/F1/ledger")
    assert (ledger["reserved_cents"], ledger["consumed_cents"]) == (7200, 0)
    seat = seats(held)
    half = {"starts_at": "2026-03-09T14:00:00+01:00", "ends_at": "2026-03-09T14:30:00+01:00"}
    lines = [
        {"visit_id": seat["W1"], "done": True},
        {"visit_id": seat["W2"], "done": True, **half},
        {"visit_id": seat["W3"], "done": False, "cause": "worker_absent"},
    ]
    told = held.ask(C, "POST", OUTCOMES, {"outcomes": lines})
    assert told.status_code == 200, told.text
    assert {one["work_block_id"] for one in told.json()["outcomes"]} == {"R-01"}
    assert told.json()["jobs"] == []
    ledger = held.get(f"{BASIN}/funding-lines/F1/ledger")
    assert (ledger["reserved_cents"], ledger["consumed_cents"]) == (0, 3600)
    paid = {row["worker_id"]: row for row in held.get(f"{BASIN}/exports/payroll?{MARCH}")["rows"]}
    assert {id: (row["visits"], row["service_min"], row["work_block_min"]) for id, row in paid.items()} == {
        "W1": (0, 0, 60),
        "W2": (0, 0, 30),
    }
    assert paid["W1"]["employer_id"] == "E1"
    assert len(held.get(f"{BASIN}/exports/payroll?{MARCH}", E)["rows"]) == 2
    found = held.get(EVIDENCE)
    assert (found["minutes"], found["cents"], found["releases"]) == (90, 3600, [])
    assert [(one["worker_id"], one["kind"], one["course"]) for one in found["replacements"]] == [
        ("W1", "tutoring", "Tutorat"),
        ("W2", "tutoring", "Tutorat"),
    ]
    assert [row["motif"] for row in rows(held, EVIDENCE)] == ["temps de tutorat", "temps de tutorat", ""]
    (week,) = held.get(f"{BASIN}/workers/W1/hours?first_day=2026-03-09&last_day=2026-03-09")["weeks"]
    assert sum(day["work_min"] for day in week["days"]) >= 60


def test_what_cannot_be_said_of_a_seat_is_refused(held: World) -> None:
    """No door stood open or shut; nobody has two seats; a provider's account sees none; no seat beyond the
    last."""
    seat = seats(held)
    shut = held.ask(C, "PUT", f"{OUTCOMES}/{seat['W1']}", {"done": False, "cause": "no_entry"})
    assert (shut.status_code, shut.json()["issues"][0]["where"]) == (422, f"outcomes.{seat['W1']}.cause")
    assert held.ask(C, "PUT", f"{OUTCOMES}/{seat['W1']}", {"done": True}).status_code == 201
    twice = held.ask(C, "PUT", f"{OUTCOMES}/{seat['W2']}", {"done": True, "worker_id": "W1"})
    assert (twice.status_code, twice.json()["code"]) == (422, "A305")
    assert held.ask(M, "PUT", f"{OUTCOMES}/{seat['W2']}", {"done": True}).status_code == 404
    assert held.ask(E, "PUT", f"{OUTCOMES}/{seat['W2']}", {"done": True}).status_code == 403
    assert held.ask(C, "PUT", f"{OUTCOMES}/R-01:4", {"done": True}).status_code == 404


def test_a_meeting_said_to_be_off_is_taken_back_from_who_was_to_come(world: World) -> None:
    """Before it began: nobody is sent there any more, and no search plans it again."""
    wish(world, replan="on_request")
    assert world.ask(C, "PUT", f"{BASIN}/work-blocks/R-01", meeting()).status_code == 201
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    assert world.publish(world.propose()).status_code == 200
    lines = [{"visit_id": id, "done": False, "cause": "not_needed"} for id in sorted(seats(world).values())]
    assert world.ask(C, "POST", OUTCOMES, {"outcomes": lines}).status_code == 200
    offers = [one for one in world.get(f"{BASIN}/offers")["items"] if one["work_block_id"]]
    assert {one["state"] for one in offers} == {"withdrawn"}
    proposal = world.propose()
    assert not [
        stop
        for route in world.get(f"{BASIN}/plans/{proposal['id']}")["document"]["routes"]
        for stop in route["stops"]
        if stop["visit_id"].startswith("R-01:")
    ]
