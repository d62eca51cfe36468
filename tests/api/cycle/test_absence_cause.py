"""The cause is asked with the absence, and the answer says what it decides: which stops may be imposed, which
refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from api.runtime.roles import Role
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
        basin.given, basin.version = {**basin.given, "labour": document["labour"]}, basin.version + 1
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


def test_days_without_a_rota_are_said_in_one_sentence(world: World) -> None:
    """Ten days away, a rota of the first one."""
    days = {"start": "2026-03-09T06:00:00+01:00", "end": "2026-03-18T22:00:00+01:00"}
    (notice,) = declared(world, interval=days)["notices"]
    assert notice == (
        "Du mardi 10 mars 2026 au mercredi 18 mars 2026 : le roulement de S1 n’est pas connu ; l’importer "
        "dira qui attendait A-1."
    )


def rota_of(world: World, *starts: str) -> list[str]:
    """A visit of A-1 at each of these hours, on days of their own, and the rota that says so. Their ids."""
    visits = [world.get(f"{BASIN}/visits/V1")["value"] | {"id": f"N{start[8:10]}"} for start in starts]
    for visit, start in zip(visits, starts, strict=True):
        body = visit | {"windows": [{"earliest": start, "latest": start}]}
        answer = world.ask(M, "PUT", f"{BASIN}/visits/{visit['id']}", body)
        assert answer.status_code == 201, answer.text
    feed = world.ask(M, "GET", f"{BASIN}/rota-feeds/S1")
    entries = [
        {"visit_id": visit["id"], "employee_id": "A-1", "start": start}
        for visit, start in zip(visits, starts, strict=True)
    ]
    body = feed.json()["value"] | {"entries": entries}
    told = world.ask(M, "PUT", f"{BASIN}/rota-feeds/S1", body, If_Match=feed.headers["ETag"])
    assert told.status_code == 200, told.text
    return [visit["id"] for visit in visits]


def people_by_visit(said: dict[str, Any]) -> dict[str, int]:
    return {one["visit_id"]: one["firm"] + one["to_offer"] for one in said["markings"]}


def test_every_day_of_a_long_absence_is_put_to_everybody(world: World) -> None:
    """Three workers are engaged with S1, on Monday as on the days after; the night of 28 March loses an
    hour."""
    wish(world, replan="on_request")
    for first, starts in (
        ("10", ("2026-03-10T08:00:00+01:00", "2026-03-11T08:00:00+01:00", "2026-03-12T20:00:00+01:00")),
        ("28", ("2026-03-28T08:00:00+01:00", "2026-03-29T08:00:00+02:00", "2026-03-30T08:00:00+02:00")),
    ):
        ids = rota_of(world, *starts)
        interval = {"start": f"2026-03-{first}T06:00:00+01:00", "end": "2026-03-31T22:00:00+02:00"}
        said = declared(world, id=f"ABS-{first}", interval=interval)
        assert people_by_visit(said) == dict.fromkeys(ids, 3)
        row = world.ask(M, "GET", f"{BASIN}/absences/ABS-{first}")
        gone = world.ask(M, "DELETE", f"{BASIN}/absences/ABS-{first}", If_Match=row.headers["ETag"])
        assert gone.status_code == 204, gone.text


def test_who_may_not_come_is_not_counted_and_the_next_answer_knows_who_left(world: World) -> None:
    wish(world, replan="on_request")
    coordinator = Role.COORDINATOR
    row = world.ask(M, "GET", f"{BASIN}/visits/V1")
    body = row.json()["value"] | {"forbidden_workers": ["W2"]}
    assert world.ask(M, "PUT", f"{BASIN}/visits/V1", body, If_Match=row.headers["ETag"]).status_code == 200
    assert people_by_visit(declared(world)) == {"V1": 2, "V2": 3, "V3": 3}
    row = world.ask(coordinator, "GET", f"{BASIN}/workers/W3")
    body = row.json()["value"] | {"engagements": []}
    answer = world.ask(coordinator, "PUT", f"{BASIN}/workers/W3", body, If_Match=row.headers["ETag"])
    assert answer.status_code == 200, answer.text
    row = world.ask(M, "GET", f"{BASIN}/absences/ABS-1")
    again = world.ask(M, "PUT", f"{BASIN}/absences/ABS-1", absence(), If_Match=row.headers["ETag"])
    assert people_by_visit(again.json()) == {"V1": 1, "V2": 2, "V3": 2}


def test_a_history_of_other_weeks_keeps_nobody_out(world: World) -> None:
    """W1 worked on the Friday before; three weeks later her hours of that day are no plan's concern."""
    wish(world, replan="on_request")
    coordinator = Role.COORDINATOR
    row = world.ask(coordinator, "GET", f"{BASIN}/workers/W1")
    friday = {"start": "2026-03-06T08:00:00+01:00", "end": "2026-03-06T12:00:00+01:00", "work_min": 240}
    counters = {"days": [{"day": "2026-03-06", **friday}], "sundays_worked": ["2026-03-08"]}
    body = row.json()["value"] | {"counters": counters}
    answer = world.ask(coordinator, "PUT", f"{BASIN}/workers/W1", body, If_Match=row.headers["ETag"])
    assert answer.status_code == 200, answer.text
    (id,) = rota_of(world, "2026-03-27T08:00:00+01:00")
    interval = {"start": "2026-03-27T06:00:00+01:00", "end": "2026-03-27T22:00:00+01:00"}
    assert people_by_visit(declared(world, interval=interval)) == {id: 3}
