"""An absence at 06:40: every fault of what is told comes at once, what is told twice alarms nobody, what is
withdrawn is so."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from api.runtime.roles import Role
from api.store.cycle_tables import Job
from tests.api.conftest import World, wish
from tests.api.messages.test_outbox import Listener, reached, send  # noqa: F401 (a fixture)
from tests.api.small_basin import BASIN, absence

C, M = Role.COORDINATOR, Role.MANAGER
EARLY = {"start": "2026-03-09T06:00:00+01:00", "end": "2026-03-09T12:00:00+01:00"}
OVER = {"start": "2026-03-02T06:00:00+01:00", "end": "2026-03-02T22:00:00+01:00"}
BACKWARDS = {"start": "2026-03-09T22:00:00+01:00", "end": "2026-03-09T06:00:00+01:00"}


def places(answer: Any) -> set[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return {(one["code"], one["where"]) for one in answer.json()["issues"]}


def of_absences(heard: Listener, address: str) -> list[str]:
    return [one.subject for one in heard.to(address) if "remplacer" in one.subject]


def test_every_fault_of_an_absence_is_told_at_once(world: World) -> None:
    wrong = {
        "employee_id": "nobody",
        "interval": BACKWARDS,
        "reason": "SICK\u202e",
        "funding_line_id": "nowhere",
    }
    named = world.ask(M, "POST", f"{BASIN}/absences", absence(**wrong))
    fields = (("P520", "employee_id"), ("P521", "interval"), ("P005", "reason"), ("P520", "funding_line_id"))
    assert places(named) == {(code, f"absences.ABS-1.{field}") for code, field in fields}
    unnamed = {name: value for name, value in absence(**wrong).items() if name != "id"}
    assert all(
        place.startswith("absences.nouvelle")
        for _, place in places(world.ask(M, "POST", f"{BASIN}/absences", unnamed))
    )
    assert world.get(f"{BASIN}/absences")["items"] == []


def test_an_absence_is_answered_with_few_questions_to_the_database(world: World) -> None:
    """Each costs about a millisecond of a processor. Seven more were asked: the rota and the absences of its
    service twice over, those of the same person, the key, and each letter's contact by itself."""
    asked = list[str]()

    def note(*told: Any) -> None:
        asked.append(told[2])

    event.listen(world.service.database.engine, "before_cursor_execute", note)
    done = world.ask(M, "POST", f"{BASIN}/absences", absence(), Idempotency_Key="twice-told")
    event.remove(world.service.database.engine, "before_cursor_execute", note)
    assert (done.status_code, done.json()["notices"]) == (201, [])
    selects = [one for one in asked if one.startswith("SELECT")]
    assert len(selects) <= 35


def test_an_absence_that_is_changed_is_refused_with_every_fault(world: World) -> None:
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    wrong = absence(interval=BACKWARDS, reason="SICK\u202e")
    changed = world.ask(M, "PUT", f"{BASIN}/absences/ABS-1", wrong, If_Match='"1"')
    assert {code for code, _ in places(changed)} == {"P521", "P005"}
    assert world.get(f"{BASIN}/absences/ABS-1")["version"] == 1


def test_whoever_tells_of_a_shared_or_past_absence_hears_it(world: World) -> None:
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).json()["notices"] == []
    (shared,) = world.ask(M, "POST", f"{BASIN}/absences", absence(id="ABS-2", interval=EARLY)).json()[
        "notices"
    ]
    assert "« ABS-1 »" in shared
    assert shared.startswith("Cette personne est déjà absente")
    (over,) = world.ask(M, "POST", f"{BASIN}/absences?lang=en", absence(id="ABS-3", interval=OVER)).json()[
        "notices"
    ]
    assert over == "This absence is over already: nobody is sought."


@pytest.mark.usefixtures("reached")
def test_a_visit_that_another_absence_leaves_is_not_said_to_be_over(world: World) -> None:
    """Two absences of one person over the same hours, one told in error: withdrawn, it takes nothing away
    from the other."""
    wish(world, replan="on_request")
    for id, hours in (("ABS-1", {}), ("ABS-2", {"interval": EARLY})):
        assert world.ask(M, "POST", f"{BASIN}/absences", absence(id=id, **hours)).status_code == 201
    assert len(of_absences(send(world), "s1@example.org")) == 2
    assert world.ask(M, "DELETE", f"{BASIN}/absences/ABS-2", If_Match='"1"').status_code == 204
    assert of_absences(send(world), "s1@example.org") == []
    assert world.ask(M, "DELETE", f"{BASIN}/absences/ABS-1", If_Match='"1"').status_code == 204
    (over,) = of_absences(send(world), "s1@example.org")
    assert over.startswith("Brigade : 3 interventions ne sont plus à remplacer")


@pytest.mark.usefixtures("reached")
def test_an_absence_told_again_as_it_stands_alarms_nobody(world: World) -> None:
    wish(world, replan="at_once")
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    assert len(of_absences(send(world), "s1@example.org")) == 1
    again = world.ask(M, "PUT", f"{BASIN}/absences/ABS-1", absence(), If_Match='"1"')
    assert (again.status_code, again.json()["jobs"]) == (200, [])
    assert len(again.json()["at_risk"]) == 3
    assert of_absences(send(world), "s1@example.org") == []


@pytest.mark.usefixtures("reached")
def test_nobody_is_sought_for_a_client_who_is_away(world: World) -> None:
    """S1:A is in hospital: her visit is at risk of nothing, and the letter does not speak of it."""
    away = {"kind": "client_away", "client_id": "S1:A", "cause": "hospital"}
    assert world.ask(M, "POST", f"{BASIN}/incidents", away).status_code == 201
    risks = world.ask(M, "POST", f"{BASIN}/absences", absence()).json()["at_risk"]
    assert {one["client_id"] for one in risks if not one["wants_replacement"]} == {"S1:A"}
    heard = send(world).to("s1@example.org")
    assert not any("S1:A" in one.text for one in heard)


def test_nobody_searches_days_that_are_over(world: World) -> None:
    refused = world.ask(C, "POST", f"{BASIN}/jobs", {"first_day": "2026-03-07", "days": 2})
    assert places(refused) == {("A305", "first_day")}
    assert world.ask(C, "POST", f"{BASIN}/jobs", {"first_day": "2026-03-08", "days": 2}).status_code == 202


def test_nobody_searches_days_that_are_more_than_a_year_ahead(world: World) -> None:
    """From Monday 9 March 2026 on, 10 March 2027 is the last."""
    last = {"first_day": "2027-03-09", "days": 2}
    assert world.ask(C, "POST", f"{BASIN}/jobs", last).status_code == 202
    refused = world.ask(C, "POST", f"{BASIN}/jobs", {**last, "first_day": "2027-03-10"})
    assert places(refused) == {("A305", "first_day")}


def test_a_key_that_a_body_has_twice_is_refused(world: World) -> None:
    """Of two values nobody knows which was meant; in small bodies as in large ones, at any depth."""
    named = {"Authorization": f"Bearer {world.tokens[C]}", "Content-Type": "application/json"}
    for padding in ("", " " * 20_000):
        body = (
            '{"first_day": "2026-03-09", "search": {"seed": 1, "seed": 2}, "first_day": "2026-03-10"}'
            + padding
        )
        answer = world.client.post(f"{BASIN}/jobs", content=body.encode(), headers=named)
        assert {code for code, _ in places(answer)} == {"D004"}, answer.text
        assert len(answer.json()["issues"]) == 2
    assert world.get(f"{BASIN}/jobs")["items"] == []


def test_a_place_is_that_of_the_document_whatever_kind_it_may_be_of(world: World) -> None:
    told = {"kind": "worker_late", "worker_id": "W1", "late_min": -5, "colour": 1}
    assert {place for _, place in places(world.ask(C, "POST", f"{BASIN}/incidents", told))} == {
        "late_min",
        "colour",
    }


# -- which days are sought ---------------------------------------------------------------------------------
def on_days(world: World, *days: int) -> None:
    """The visit V1, done by A-1, on these days of March as well."""
    row = world.ask(M, "GET", f"{BASIN}/visits/V1").json()["value"]
    for day in days:
        windows = [{name: _on(at, day) for name, at in one.items()} for one in row["windows"]]
        told = {**row, "id": f"V1-{day}", "windows": windows}
        assert world.ask(M, "PUT", f"{BASIN}/visits/V1-{day}", told).status_code == 201
    feed = world.ask(M, "GET", f"{BASIN}/rota-feeds/S1")
    more = [
        {"visit_id": f"V1-{day}", "employee_id": "A-1", "start": f"2026-03-{day:02}T08:00:00+01:00"}
        for day in days
    ]
    body = {**feed.json()["value"], "entries": [*feed.json()["value"]["entries"], *more]}
    kept = world.ask(M, "PUT", f"{BASIN}/rota-feeds/S1", body, If_Match=feed.headers["ETag"])
    assert kept.status_code == 200, kept.text


def _on(at: str, day: int) -> str:
    return f"2026-03-{day:02}{at[10:]}"


def sought(world: World, jobs: list[str]) -> set[tuple[str, int]]:
    """First day and length of each search."""
    wishes = []
    with world.service.database.reading() as session:
        for job in jobs:
            span = session.get_one(Job, job).span or ""
            first, _, days = span.partition("/")
            wishes.append((first, int(days)))
    assert len(set(wishes)) == len(jobs)
    return set(wishes)


def test_days_without_a_plan_are_sought_in_plans_that_do_not_overlap(world: World) -> None:
    """Away from Monday 9 to Thursday 12, and on Monday 16, with plans of three days: 9 to 11, 12 to 14, 16 to
    18. Two that overlap could not both be published."""
    on_days(world, 10, 11, 12, 16)
    wish(world, plan_days=3)
    long = absence(interval={"start": "2026-03-09T06:00:00+01:00", "end": "2026-03-17T00:00:00+01:00"})
    told = world.ask(M, "POST", f"{BASIN}/absences", long)
    assert sought(world, told.json()["jobs"]) == {("2026-03-09", 3), ("2026-03-12", 3), ("2026-03-16", 3)}


def test_a_new_plan_ends_where_one_in_force_begins(world: World) -> None:
    """Wednesday 11 has a plan of its own: the search for Tuesday is for that day alone, though the basin
    plans three days at a time."""
    on_days(world, 10, 11)
    wish(world, plan_days=3, replan="on_request")
    wednesday = {"start": "2026-03-11T06:00:00+01:00", "end": "2026-03-11T22:00:00+01:00"}
    world.ask(M, "POST", f"{BASIN}/absences", absence(id="ABS-W", interval=wednesday))
    assert world.publish(world.propose("2026-03-11", days=1)).status_code == 200
    wish(world, replan="at_once")
    both = {"start": "2026-03-10T06:00:00+01:00", "end": "2026-03-11T23:00:00+01:00"}
    told = world.ask(M, "POST", f"{BASIN}/absences", absence(interval=both))
    assert sought(world, told.json()["jobs"]) == {("2026-03-10", 1), ("2026-03-11", 1)}
