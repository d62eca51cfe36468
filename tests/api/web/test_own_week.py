"""A worker's week by the page: what waits, what an answer changes, whose stops are shown, her calendar."""

from __future__ import annotations

from copy import deepcopy

from api.runtime.roles import Role
from api.store.basin_tables import Basin
from tests.api.conftest import World
from tests.api.small_basin import BASIN
from tests.api.web.reading import read
from tests.api.web.site import Browser, day


def test_what_waits_is_told_first_and_an_answer_changes_its_state(world: World) -> None:
    day(world)
    worker = Browser(world, Role.WORKER)
    page = worker.page("/ma-semaine")
    stops = [one for one in page.all("li") if one["id"].startswith("offer-")]
    assert "3 interventions attendent votre réponse" in page.all("main")[0].text()
    assert [stop.all("time")[0].text() for stop in stops] == ["08:00", "09:20", "10:15"]
    first = stops[0]["id"]
    form = stops[0].all("form")[0]
    hidden = {one["name"]: one["value"] for one in form.all("input")}
    answer = worker.send("/ma-semaine", **hidden, reply="accept")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/ma-semaine?du=2026-03-09#{first}")
    assert world.get(f"{BASIN}/offers/{first}")["state"] == "accepted"
    after = worker.page("/ma-semaine")
    mine = next(one for one in after.all("li") if one["id"] == first)
    assert "acceptée" in mine.text()
    assert mine.all("form") == []
    assert "2 interventions attendent votre réponse" in after.all("main")[0].text()


def test_a_refusal_is_said_to_be_heard(world: World) -> None:
    day(world)
    worker = Browser(world, Role.WORKER)
    stop = next(one for one in worker.page("/ma-semaine").all("li") if one["id"].startswith("offer-"))
    hidden = {one["name"]: one["value"] for one in stop.all("form")[0].all("input")}
    answer = worker.send("/ma-semaine", **hidden, reply="decline")
    after = worker.page(answer.headers["Location"].partition("#")[0])
    assert "Refus noté" in after.text()
    assert stop["id"] not in {one["id"] for one in after.all("li")}


def test_refusals_are_counted_by_the_text_of_what_waits(world: World) -> None:
    """She works for S1, by the branch (4 a year), and for S2, by the companies' agreement (here 7). What
    waits is at S1: the board says 4, and so does her telephone, with the text by its name."""
    day(world)
    engaged = [{"provider_id": id, "first": "2026-01-01", "last": "2026-12-31"} for id in ("S1", "S2")]
    world.rewrite("workers/W1", engagements=engaged)
    world.rewrite("providers/S2", agreement="sap")
    with world.service.database.writing() as session:
        basin = session.get_one(Basin, "B1")
        given = deepcopy(basin.given)
        (sap,) = [one for one in given["labour"]["agreements"] if one["id"] == "sap"]
        (limit,) = [one for one in sap["values"] if (one["rule"], one["name"]) == ("REFUSALS_SHORT", "limit")]
        limit["value"] = 7
        basin.given, basin.version = given, basin.version + 1
        session.commit()
    text = Browser(world, Role.WORKER).page("/ma-semaine").text()
    assert "0 sur 4 possibles (convention de l’aide à domicile, bad REFUSALS_SHORT)" in text, text
    assert "sur 7" not in text


def test_an_answer_that_comes_too_late_is_refused_beside_the_stops(world: World) -> None:
    day(world)
    worker = Browser(world, Role.WORKER)
    (form, *_) = (
        one for one in worker.page("/ma-semaine").all("main")[0].all("form") if one["action"] == "/ma-semaine"
    )
    hidden = {one["name"]: one["value"] for one in form.all("input")}
    world.later(minutes=50)
    answer = worker.send("/ma-semaine", **hidden, reply="accept")
    assert answer.status_code == 409
    assert read(answer.text).all("title")[0].text().startswith("Erreur :")


def test_a_week_without_stops_says_what_will_come(world: World) -> None:
    page = Browser(world, Role.WORKER).page("/ma-semaine")
    assert "Rien n’est prévu pour vous cette semaine." in page.text()


def test_the_address_of_a_calendar_is_shown_once_and_opens_it(world: World) -> None:
    day(world)
    worker = Browser(world, Role.WORKER)
    answer = worker.press("/ma-semaine", at="/ma-semaine/calendrier")
    url = next(one["value"] for one in read(answer.text).all("input") if one["id"] == "address")
    assert world.client.get(url.partition("8000")[2]).text.startswith("BEGIN:VCALENDAR")
    assert url not in worker.get("/ma-semaine").text
    noted = world.get(f"{BASIN}/events?action=feeds.created")["items"]
    assert len(noted) == 1


def test_next_visits_say_how_to_come_there_and_what_may_be_answered(world: World) -> None:
    day(world)
    first = world.ask(Role.WORKER, "GET", f"{BASIN}/next-visits").json()["items"][0]
    assert first["replies"] == ["accept", "decline"]
    leg = {"minutes": 10.0, "metres": 10000, "mode": "car", "vehicle": None}
    assert (first["leg"], first["act"]) == (leg, "essential")
    seen_by_manager = world.ask(Role.MANAGER, "GET", f"{BASIN}/next-visits").json()["items"][0]
    assert seen_by_manager["replies"] == []


def accepted(world: World) -> Browser:
    """W1 has said yes to her three stops; it is 8:10, and the first began at 8:00."""
    day(world)
    for offer in world.ask(Role.WORKER, "GET", f"{BASIN}/offers").json()["items"]:
        yes = world.ask(Role.WORKER, "POST", f"{BASIN}/offers/{offer['id']}/answer", {"reply": "accept"})
        assert yes.status_code == 200, yes.text
    world.later(hours=1.5)
    return Browser(world, Role.WORKER)


def test_nobody_opens_is_told_from_the_door(world: World) -> None:
    worker = accepted(world)
    page = worker.page("/ma-semaine")
    (select,) = [one for one in page.all("select") if one["name"] == "visit_id"]
    assert [one["value"] for one in select.all("option")] == ["V1"], "what has not begun has no door yet"
    told = {"kind": "client_not_met", "visit_id": "V1", "client_not_met-cause": "no_entry"}
    answer = worker.press("/ma-semaine", at="/ma-semaine/imprevu", **told)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/ma-semaine?dit=client_not_met")
    after = worker.page(answer.headers["Location"])
    assert "C’est noté." in after.text()
    assert "porte close, signalé" in after.text()
    (row,) = world.get(f"{BASIN}/outcomes")["items"]
    assert (row["visit_id"], row["worker_id"], row["at_door"]) == ("V1", "W1", True)


def test_who_is_late_or_cannot_go_on_says_so_herself(world: World) -> None:
    worker = accepted(world)
    news = world.get(f"{BASIN}/messages?kind=plan_for_provider")["items"]
    late = worker.press("/ma-semaine", at="/ma-semaine/imprevu", kind="worker_late", late_min="20")
    assert late.status_code == 303, late.text
    noted = worker.page(late.headers["Location"]).text()
    assert ("sont prévenus" in noted, "Ni la personne ni son SAAD ne sont encore prévenus" in noted) == (
        False,
        True,
    )
    assert world.get(f"{BASIN}/messages?kind=plan_for_provider")["items"] == news
    away = {"kind": "worker_away", "worker_away-cause": "breakdown"}
    assert worker.press("/ma-semaine", at="/ma-semaine/imprevu", **away).status_code == 303
    found = {one["kind"]: one for one in world.get(f"{BASIN}/incidents")["items"]}
    assert (found["worker_late"]["minutes"], found["worker_away"]["cause"]) == (20, "breakdown")


def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_noted(world: World) -> None:
    worker = accepted(world)
    for told in (
        {"kind": "worker_late", "late_min": "0"},
        {"kind": "worker_late", "late_min": "demain"},
        {"kind": "worker_late", "late_min": "9" * 5000},
        {"kind": "worker_away", "worker_away-cause": "gone"},
        {"kind": "client_not_met", "visit_id": "V5"},
        {"kind": "client_left", "client_id": "S1:A"},
        {"kind": "nothing"},
    ):
        answer = worker.press("/ma-semaine", at="/ma-semaine/imprevu", **told)
        assert answer.status_code in (403, 409, 422), (told, answer.status_code)
        assert read(answer.text).all("title")[0].text().startswith("Erreur :")
    assert world.get(f"{BASIN}/incidents")["items"] == []


def test_what_was_told_in_error_is_taken_back(world: World) -> None:
    worker = accepted(world)
    away = {"kind": "worker_away", "worker_away-cause": "illness"}
    assert worker.press("/ma-semaine", at="/ma-semaine/imprevu", **away).status_code == 303
    before = world.get(f"{BASIN}/workers/W1")["value"]["availability"]
    back = worker.press("/ma-semaine", at="/ma-semaine/imprevu/fin")
    assert (back.status_code, back.headers["Location"]) == (303, "/ma-semaine?dit=back")
    assert "Vos heures reviennent" in worker.page(back.headers["Location"]).text()
    assert world.get(f"{BASIN}/workers/W1")["value"]["availability"] != before
    (incident,) = world.get(f"{BASIN}/incidents")["items"]
    assert incident["ended_at"] is not None
    assert "C’était une erreur" not in worker.page("/ma-semaine").text()


def test_hours_on_call_of_the_week_are_said_with_what_a_call_is(world: World) -> None:
    day(world)
    inside = {"start": "2026-03-13T19:00:00+01:00", "end": "2026-03-14T07:00:00+01:00"}
    later = {"start": "2026-03-20T19:00:00+01:00", "end": "2026-03-21T07:00:00+01:00"}
    world.rewrite("workers/W1", on_call=[inside, later])
    worker = Browser(world, Role.WORKER)
    said = worker.page("/ma-semaine?du=2026-03-09").text()
    assert "Mes astreintes" in said
    assert "13 mars" in said
    assert "20 mars" not in said
    assert "le repos recommence après" in said
    assert "20 mars" in worker.page("/ma-semaine?du=2026-03-16").text()
