"""A worker's own time by the page: a week is written at once, its faults stand at their fields, her hours are
told by month, and what changed waits until she has seen it."""

from __future__ import annotations

from typing import Any

from api.runtime.roles import Role
from tests.api.conftest import World
from tests.api.persons.test_own_time import stays
from tests.api.small_basin import BASIN
from tests.api.web.reading import Tag, read
from tests.api.web.site import Browser, at_work, day

C, M, W = Role.COORDINATOR, Role.MANAGER, Role.WORKER
FREE = "/mes-disponibilites"


def by_id(page: Tag, id: str) -> Tag:
    return next(one for one in page.below() if one["id"] == id)


def slot(day: str, n: int, kind: str, start: str, end: str) -> dict[str, Any]:
    return {f"{day}-{n}-kind": kind, f"{day}-{n}-start": start, f"{day}-{n}-end": end}


def test_a_week_is_written_at_once_and_again_the_week_after(world: World) -> None:
    """Monday as it stood, Tuesday with a night, Wednesday as a last resort; the week after likewise."""
    worker = Browser(world, W)
    page = worker.page(FREE)
    assert by_id(page, "2026-03-09-0-start")["value"] == "07:00"
    fields = {
        **slot("2026-03-09", 0, "free", "07:00", "20:00"),
        **slot("2026-03-10", 0, "free", "22:00", "06:00"),
        **slot("2026-03-11", 0, "last", "09:00", "12:00"),
        **slot("2026-03-12", 0, "", "08:00", "18:00"),
    }
    answer = worker.press(FREE, copy="1", **fields)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{FREE}?du=2026-03-09&enregistre=1")
    week = [
        ("2026-03-{}T07:00", "2026-03-{}T20:00", None),
        ("2026-03-{}T22:00", "2026-03-{}T06:00", None),
        ("2026-03-{}T09:00", "2026-03-{}T09:00", "2026-03-{}T12:00"),
    ]
    found = stays(world)
    assert [(one[0][8:10], one[1][8:10]) for one in found] == [
        *(("09", "09"), ("10", "11"), ("11", "11")),
        *(("16", "16"), ("17", "18"), ("18", "18")),
    ]
    assert [(one[0][11:], one[1][11:]) for one in found] == [(one[0][-5:], one[1][-5:]) for one in week] * 2
    shown = worker.page(answer.headers["Location"])
    assert "C’est enregistré." in shown.text()
    chosen = [
        one["value"]
        for one in by_id(shown, "2026-03-11-0-kind").all("option")
        if "selected" in one.attributes
    ]
    assert chosen == ["last"]


def test_faults_of_hours_stand_at_their_fields_and_what_was_typed_stays(world: World) -> None:
    worker = Browser(world, W)
    missing = worker.press(FREE, **slot("2026-03-10", 0, "free", "", "12:00"))
    page = read(missing.text)
    assert missing.status_code == 422
    assert by_id(page, "2026-03-10-0-start")["aria-invalid"] == "true"
    assert by_id(page, "2026-03-10-0-end")["value"] == "12:00"
    close = {
        **slot("2026-03-10", 0, "free", "08:00", "12:00"),
        **slot("2026-03-10", 1, "free", "12:10", "14:00"),
    }
    refused = read(worker.press(FREE, **close).text)
    assert by_id(refused, "2026-03-10-1-start")["aria-invalid"] == "true"
    assert stays(world) == [("2026-03-09T07:00", "2026-03-09T20:00", None)]


def test_her_hours_are_told_by_week_and_month(world: World) -> None:
    day(world)
    page = Browser(world, W).page("/mes-heures")
    hours = world.get(f"{BASIN}/workers/W1/hours?first_day=2026-03-01&last_day=2026-03-31", W)
    (week,) = [one for one in hours["weeks"] if one["work_min"]]
    (monday,) = week["days"]
    assert f"{monday['visits']} interventions" in page.all("main")[0].text()
    assert [one.text() for one in page.all("section")[1].all("h2")] == ["Du 2 mars au 8 mars"]
    links = [one["href"] for one in page.all("nav")[-1].all("a")]
    assert links == ["/mes-heures?mois=2026-02", "/mes-heures?mois=2026-04"]
    assert "Rien cette semaine." in Browser(world, W).page("/mes-heures?mois=2026-02").text()


def test_what_changed_is_told_until_she_has_seen_it(world: World) -> None:
    worker = Browser(world, W)
    assert "Ce qui a changé" not in worker.page("/ma-semaine").text()
    world.later(minutes=1)
    at_work(world)
    shown = worker.page("/ma-semaine")
    assert "nouvelle intervention" in shown.text()
    assert "nouvelle intervention" in worker.page("/ma-semaine").text()
    assert worker.press("/ma-semaine", at="/ma-semaine/vu").status_code == 303
    assert "Ce qui a changé" not in worker.page("/ma-semaine").text()
