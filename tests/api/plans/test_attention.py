"""The list of what waits: each kind comes, says itself in both languages, and leaves when it is settled."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from api.cycle import offers
from api.letters.post import LetterSender
from api.messages.outbox import DeliveryVerdict
from api.runtime.roles import Role
from api.shapes.kept.kept_shapes import Failure
from tests.api.commitments.test_commitments import answer, offer_of
from tests.api.conftest import PASSWORD, World, wish
from tests.api.cycle.test_changes import put
from tests.api.incidents.test_incidents import told as happened
from tests.api.searches.test_searches import set_job
from tests.api.small_basin import BASIN, NOW, absence

A, C, M = Role.ADMINISTRATOR, Role.COORDINATOR, Role.MANAGER


def waits(world: World, kind: str) -> list[dict[str, Any]]:
    """The entries of a kind; each says itself, in both languages, without a hole."""
    found: list[dict[str, Any]] = world.get(f"{BASIN}/attention")[kind]
    english = world.get(f"{BASIN}/attention?lang=en")[kind]
    for one, other in zip(found, english, strict=True):
        said = (
            [one.get("sentence"), *one.get("summary", ())],
            [other.get("sentence"), *other.get("summary", ())],
        )
        assert said[0] != said[1]
        assert "?" not in str(said)
    return found


@pytest.fixture
def sick(world: World) -> World:
    """A-1 is away today; nothing is sought by itself."""
    wish(world, replan="on_request", offers={"next_wave": "on_request"})
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    return world


@pytest.fixture
def told(sick: World) -> World:
    """The plan that covers V1, V2, V3 is in force."""
    assert sick.publish(sick.propose()).status_code == 200
    return sick


def test_a_visit_without_a_plan_waits_until_somebody_is_told(sick: World) -> None:
    """Before any plan: three visits, the gravest first; with a plan in force they wait no more, refused they
    do again."""
    left = waits(sick, "uncovered")
    assert [(one["visit_id"], one["client_id"], one["provider_id"]) for one in left] == [
        ("V1", "S1:A", "S1"),
        ("V2", "S1:B", "S1"),
        ("V3", "S1:C", "S1"),
    ]
    assert left[0]["starts_at"] == "2026-03-09T08:00:00+01:00"
    assert left[0]["sentence"].endswith("aucun plan pour ce jour")
    assert sick.publish(sick.propose()).status_code == 200
    assert waits(sick, "uncovered") == []
    assert answer(sick, "V2", "decline").status_code == 200
    (refused,) = waits(sick, "uncovered")
    assert (refused["visit_id"], refused["state"], "refusée" in refused["sentence"]) == (
        "V2",
        "refused",
        True,
    )


def test_an_offer_waits_until_it_is_answered(told: World) -> None:
    assert sorted(one["visit_id"] for one in waits(told, "unanswered")) == ["V1", "V2", "V3"]
    for visit, reply in (("V1", "accept"), ("V2", "decline")):
        assert answer(told, visit, reply).status_code == 200
    (left,) = waits(told, "unanswered")
    assert left["visit_id"] == "V3"
    told.later(hours=5)
    offers.expire(told.service)
    assert (
        waits(told, "unanswered") == []
    )  # nobody answered in time: V3 stands with nobody, if it is still to come


def test_who_can_only_be_called_is_told_before_it_begins(told: World) -> None:
    """Once nobody else can be asked in writing for V1 at 08:00 the coordinators hear it, once; answered, it
    leaves."""
    assert waits(told, "to_call") == []
    told.later(minutes=47)
    assert offers.expire(told.service) >= 1
    (call,) = waits(told, "to_call")
    assert (call["visit_id"], call["state"] in ("offered", "expired")) == ("V1", True)
    assert "V1" not in {one["visit_id"] for one in waits(told, "unanswered")}
    (mail,) = told.get(f"{BASIN}/messages?kind=unanswered")["items"]
    offers.expire(told.service)
    assert [one["id"] for one in told.get(f"{BASIN}/messages?kind=unanswered")["items"]] == [mail["id"]]
    assert answer(told, "V1", "accept").status_code == 200
    assert waits(told, "to_call") == []


def test_an_offer_of_the_last_minute_is_escalated_before_its_time_is_over(sick: World) -> None:
    """Published at 07:45 for 08:00: there is no time for a second wave, so somebody calls now."""
    plan = sick.propose()
    sick.later(minutes=45)
    wish(sick, offers={"next_wave": "on_request", "wave_min": 60})
    published = sick.publish(plan)
    assert published.status_code == 200, published.text
    offers.expire(sick.service)
    one = offer_of(sick, "V1")
    assert (one["state"], one["escalated"]) == ("offered", True)
    assert "V1" in {one["visit_id"] for one in waits(sick, "to_call")}
    (event,) = [
        e for e in sick.get(f"{BASIN}/events?action=offers.escalated")["items"] if e["target"] == one["id"]
    ]
    assert event["actor"] == "expiry"


def test_a_proposal_says_itself_and_leaves_when_it_is_published(sick: World) -> None:
    """Two searches: the newer one alone; after its publication neither; every coordinator was told."""
    sick.propose()
    newer = sick.propose()
    (waiting,) = waits(sick, "proposals")
    assert (waiting["id"], waiting["summary"]) == (
        newer["id"],
        [
            "Plan du lundi 9 mars 2026 : 3 interventions couvertes "
            "sur 3 ; urgentes ou obligatoires sans personne : 0"
        ],
    )
    assert sick.publish(newer).status_code == 200
    assert waits(sick, "proposals") == []
    sick.propose()
    (same,) = waits(sick, "proposals")
    assert same["summary"][1] == "Rien ne change par rapport au plan publié"


def test_a_plan_that_holds_no_more_waits_until_it_is_mended(told: World) -> None:
    who = offer_of(told, "V1")["worker_id"]
    put(told, f"workers/{who}", engagements=[])
    (broken,) = waits(told, "unlawful")
    assert broken["sentence"].startswith("le plan du lundi 9 mars 2026 ne tient plus : règles enfreintes")
    assert f"({who})" in broken["sentence"], "whose day it is, to call or to help"
    assert told.publish(told.propose()).status_code == 200
    assert waits(told, "unlawful") == []


def test_what_is_gone_says_since_when(told: World) -> None:
    """The absence is taken back: nobody is needed any more, since that was said; its row tells nothing, the
    trail does."""
    row = told.ask(M, "GET", f"{BASIN}/absences/ABS-1")
    assert told.ask(M, "DELETE", f"{BASIN}/absences/ABS-1", If_Match=row.headers["ETag"]).status_code == 204
    (gone,) = told.get(f"{BASIN}/events?action=absences.deleted")["items"]
    (listed,) = waits(told, "unlawful")
    assert datetime.fromisoformat(listed["since"]) == datetime.fromisoformat(gone["at"])


def test_an_old_rota_waits_until_a_new_one_comes(world: World) -> None:
    assert waits(world, "stale_feeds") == []
    world.later(hours=25)
    assert [one["provider_id"] for one in waits(world, "stale_feeds")] == ["S1", "S2"]
    for provider in ("S1", "S2"):
        put(world, f"rota-feeds/{provider}", received_at="2026-03-10T07:00:00+01:00")
    assert waits(world, "stale_feeds") == []


def test_a_day_without_a_rota_waits_until_it_comes(world: World) -> None:
    """Three days away, the rota of one: the two others are not known. An entry of Wednesday makes both
    known."""
    days = {"start": "2026-03-09T06:00:00+01:00", "end": "2026-03-11T22:00:00+01:00"}
    assert world.ask(M, "POST", f"{BASIN}/absences", absence(interval=days)).status_code == 201
    assert [(one["day"], one["provider_id"]) for one in waits(world, "days_without_rota")] == [
        ("2026-03-10", "S1"),
        ("2026-03-11", "S1"),
    ]
    visit = world.get(f"{BASIN}/visits/V1")["value"]
    window = {"earliest": "2026-03-11T08:00:00+01:00", "latest": "2026-03-11T08:30:00+01:00"}
    wednesday = {**visit, "id": "V11", "windows": [window]}
    assert world.ask(M, "PUT", f"{BASIN}/visits/V11", wednesday).status_code == 201
    entry = {"visit_id": "V11", "employee_id": "A-1", "start": "2026-03-11T08:00:00+01:00"}
    entries = world.get(f"{BASIN}/rota-feeds/S1", M)["value"]["entries"]
    put(world, "rota-feeds/S1", M, entries=[*entries, entry])
    assert waits(world, "days_without_rota") == []


def test_what_ends_is_said_beforehand_and_leaves_when_renewed(world: World) -> None:
    """A certificate, an engagement, an accord, the absence of a client: each within the fortnight; none
    beyond it."""
    assert waits(world, "ending") == []
    worker = world.get(f"{BASIN}/workers/W1")["value"]
    certificate = {"code": "ADVF", "expires": "2026-03-12"}
    short = [
        {**worker["engagements"][0], "first": "2026-01-01", "last": "2026-03-13"},
        *worker["engagements"][1:],
    ]
    put(world, "workers/W1", certificates=[certificate], engagements=short)
    put(world, "workers/W2", certificates=[{"code": "ADVF", "expires": "2026-05-01"}])
    accord = {"DAILY_REST.limit": {"value": 600, "source": "Accord", "in_force_until": "2026-03-14"}}
    known = world.ask(C, "GET", f"{BASIN}/providers/S2")
    answer = world.ask(
        C,
        "PUT",
        f"{BASIN}/providers/S2",
        {**known.json()["value"], "accords": accord},
        If_Match=known.headers["ETag"],
    )
    has_accord = answer.status_code == 200
    happened(world, "client_away", client_id="S1:B", cause="family", until="2026-03-15T12:00:00+01:00")
    found = [(one["kind"], one["id"], one["last_day"]) for one in waits(world, "ending")]
    assert found == [
        ("certificate", "W1", "2026-03-12"),
        ("engagement", "W1", "2026-03-13"),
        *([("accord", "S2", "2026-03-14")] if has_accord else []),
        ("suspension", "S1:B", "2026-03-15"),
    ]
    put(world, "workers/W1", certificates=[certificate, {"code": "ADVF"}], engagements=worker["engagements"])
    assert "W1" not in {one["id"] for one in waits(world, "ending")}


def test_a_client_away_waits_until_she_is_back(world: World) -> None:
    away = happened(world, "client_away", client_id="S1:B", cause="hospital")["incident"]
    (entry,) = waits(world, "suspended")
    assert (entry["id"], "hospitalisation" in entry["sentence"]) == (away["id"], True)
    world.later(minutes=1)
    over = world.ask(C, "POST", f"{BASIN}/incidents/{away['id']}/end", {}, If_Match='"1"')
    assert over.status_code == 200, over.text
    assert waits(world, "suspended") == []


class Deaf:
    """A mail server that takes nothing; `hears`: from now on it does."""

    def __init__(self) -> None:
        self.hears = False

    def send(self, letter: Any) -> DeliveryVerdict:
        return DeliveryVerdict("sent") if self.hears else DeliveryVerdict("failed", "smtp_refused", "550")


def test_a_letter_that_did_not_arrive_waits_until_it_does_or_is_told_otherwise(told: World) -> None:
    """Nobody has an address: everybody told waits here. W with an address that refuses: sent again and
    arrived, it leaves; the others are called, and it is said so; who answered meanwhile needs it no more."""
    who = offer_of(told, "V1")["worker_id"]
    entries = {one["contact_id"]: one for one in waits(told, "undelivered")}
    assert {f"worker:{who}", "provider:S1"} <= entries.keys()
    assert entries["provider:S1"]["codes"] == ["no_contact"]
    assert "Le SAAD S1 : " in entries["provider:S1"]["sentence"]
    assert "(ni adresse ni téléphone connus)" in entries["provider:S1"]["sentence"]
    for message in entries["provider:S1"]["messages"]:
        settled = told.ask(C, "POST", f"{BASIN}/messages/{message['id']}/settle", {"reason": "appelé"})
        assert settled.json()["state"] == "obsolete"
    assert "provider:S1" not in {one["contact_id"] for one in waits(told, "undelivered")}
    contact = {"id": f"worker:{who}", "email": "w@example.org"}
    assert told.ask(C, "PUT", f"{BASIN}/contacts/worker:{who}", contact).status_code == 201
    server = Deaf()
    server.hears = True
    (lost,) = entries[f"worker:{who}"]["messages"]
    assert told.ask(C, "POST", f"{BASIN}/messages/{lost['id']}/resend").status_code == 200
    LetterSender(told.service, channels={"email": server, "sms": server}).all_due()
    assert f"worker:{who}" not in {one["contact_id"] for one in waits(told, "undelivered")}
    again = told.ask(C, "POST", f"{BASIN}/messages/{lost['id']}/settle", {})
    assert (again.status_code, again.json()["code"]) == (409, "A431")


def test_a_tour_that_did_not_arrive_waits_no_more_once_all_of_it_is_answered(told: World) -> None:
    who = offer_of(told, "V1")["worker_id"]
    assert f"worker:{who}" in {one["contact_id"] for one in waits(told, "undelivered")}
    for visit in ("V1", "V2", "V3"):
        assert answer(told, visit, "accept").status_code == 200
    assert f"worker:{who}" not in {one["contact_id"] for one in waits(told, "undelivered")}


def test_a_failed_search_waits_until_one_of_its_days_succeeds(sick: World) -> None:
    job = sick.ask(C, "POST", f"{BASIN}/jobs", {"first_day": "2026-03-09"}).json()["id"]
    set_job(sick, job, state="failed", failure=Failure(code="search_crashed"), changed_at=NOW)
    (entry,) = waits(sick, "failed_searches")
    assert (entry["job_id"], entry["first_day"]) == (job, "2026-03-09")
    sick.propose()
    assert waits(sick, "failed_searches") == []


def test_two_coordinators_and_the_one_on_duty_at_night_see_the_same_list(told: World) -> None:
    """Whoever takes over reads what the other left; what one settles is settled for all."""
    body = {
        "login": "nuit",
        "role": "coordinator",
        "password": PASSWORD,
        "grants": [{"basin_id": "B1", "target_id": ""}],
    }
    made = told.ask(A, "POST", "/v1/accounts", body)
    assert made.status_code == 201, made.text
    session = told.client.post("/v1/sessions", json={"login": "nuit", "password": PASSWORD})
    assert session.status_code in (200, 201), session.text

    def night() -> Any:
        return told.client.get(f"{BASIN}/attention").json()

    assert night() == told.get(f"{BASIN}/attention")
    assert answer(told, "V1", "accept").status_code == 200
    assert night() == told.get(f"{BASIN}/attention")
    assert "V1" not in {one["visit_id"] for one in night()["unanswered"]}


def test_what_an_absence_left_undone_waits_though_the_absence_is_over(world: World) -> None:
    """V4 was A-2's at 9:00 and may begin until 12:00; she is back at 11:00, and nobody came."""
    wish(world, replan="on_request")
    hours = {"start": "2026-03-09T06:00:00+01:00", "end": "2026-03-09T11:00:00+01:00"}
    away = {**absence(), "id": "ABS-2", "provider_id": "S2", "employee_id": "A-2", "interval": hours}
    assert world.ask(C, "POST", f"{BASIN}/absences", away).status_code == 201
    for hour, waits in ((0, {"V4"}), (4.5, {"V4"}), (1.5, set())):
        world.later(hours=hour)
        assert {one["visit_id"] for one in world.get(f"{BASIN}/attention")["uncovered"]} == waits


def test_a_delay_waits_until_a_plan_knows_it(told: World) -> None:
    """W of V1 is thirty minutes late; whoever looks sees it with what she still has ahead."""
    stop = offer_of(told, "V1")
    late = happened(told, "worker_late", worker_id=stop["worker_id"], late_min=30, cause="traffic")
    (one,) = waits(told, "late")
    assert (one["worker_id"], one["minutes"]) == (stop["worker_id"], 30)
    assert "30 min" in one["sentence"].replace("\xa0", " ")
    assert "V1" in one["sentence"]
    assert told.publish(told.propose()).status_code == 200
    assert waits(told, "late") == []
    assert late["incident"]["kind"] == "worker_late"


def test_a_delay_taken_back_waits_no_more(told: World) -> None:
    stop = offer_of(told, "V1")
    late = happened(told, "worker_late", worker_id=stop["worker_id"], late_min=30)["incident"]
    assert len(waits(told, "late")) == 1
    ended = told.ask(C, "POST", f"{BASIN}/incidents/{late['id']}/end", {}, If_Match='"1"')
    assert ended.status_code == 200, ended.text
    assert waits(told, "late") == []
