"""The cause is asked with the absence, and the answer says what it decides: which stops may be imposed, which
refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from api.access.rights import Role
from api.store import basin_tables
from brigade.exchange.documents.problem_document import problem_to_json
from tests.api.conftest import World, wish
from tests.api.small_basin import BASIN, absence, monday
from tests.builders import labour

M = Role.MANAGER
URGENT = {
    "CHANGE_NOTICE.urgent_days": {"value": 3, "unit": "days"},
    "URGENT_CAUSES.colleague_absence": {"value": 1, "unit": "count"},
    "URGENT_CAUSES.essential_required": {"value": 0, "unit": "count"},
}


def by_texts_with_urgencies(world: World) -> None:
    """Texts that let an absence called urgent be imposed within three days."""
    document = problem_to_json(replace(monday(), labour=labour(bad=URGENT, sap=URGENT)))
    with world.service.database.writing() as session:
        basin = session.get_one(basin_tables.Basin, "B1")
        basin.given = {**basin.given, "labour": document["labour"]}
        session.commit()


def declared(world: World, **more: Any) -> dict[str, Any]:
    answer = world.ask(M, "POST", f"{BASIN}/absences", absence(**more))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_one_tick_decides_whether_stops_are_orders_or_questions(world: World) -> None:
    wish(world, replan="on_request")
    by_texts_with_urgencies(world)
    said = declared(world, urgent_cause=True)["markings"]
    assert {
        one["visit_id"]: (one["firm"], one["to_offer"], one["firm_without_cause"]) for one in said
    } == dict.fromkeys(("V1", "V2", "V3"), (3, 0, 0))
    assert (
        said[0]["sentence"]
        == "V1 : à imposer à 3 personnes, à proposer à 0 personne ; le motif en décide pour 3"
    )
    (ground,) = said[0]["grounds"]
    assert (ground["kind"], ground["people"]) == ("firm", 3)
    row = world.ask(M, "GET", f"{BASIN}/absences/ABS-1")
    changed = world.ask(
        M, "PUT", f"{BASIN}/absences/ABS-1?lang=en", absence(), If_Match=row.headers["ETag"]
    ).json()["markings"]
    assert [(one["firm"], one["to_offer"]) for one in changed] == [(0, 3)] * 3
    assert "imposed on 0 people" in changed[0]["sentence"]
    offered = {s["marking"]["kind"] for r in world.propose()["document"]["routes"] for s in r["stops"]}
    assert offered == {"to_offer"}  # as it was said beforehand


def test_where_the_text_knows_no_urgency_the_cause_changes_nothing(world: World) -> None:
    said = declared(world, urgent_cause=True, cause="child_illness")["markings"]
    assert [(one["visit_id"], one["firm"], one["firm_without_cause"]) for one in said] == [
        ("V1", 0, 0),
        ("V2", 0, 0),
        ("V3", 0, 0),
    ]
    assert world.get(f"{BASIN}/absences/ABS-1")["value"]["cause"] == "child_illness"


def test_an_unknown_cause_and_a_day_without_a_rota_are_said(world: World) -> None:
    refused = world.ask(M, "POST", f"{BASIN}/absences", absence(cause="holidays", urgent_cause="yes"))
    assert {one["where"] for one in refused.json()["issues"]} == {"cause", "urgent_cause"}
    days = {"start": "2026-03-09T06:00:00+01:00", "end": "2026-03-10T22:00:00+01:00"}
    (notice,) = declared(world, interval=days)["notices"]
    assert notice.startswith("mardi 10 mars 2026")
