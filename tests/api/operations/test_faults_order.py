"""Requests twice, late, in the wrong order or from two machines at once; clocks that are set back, set
forward, or change with the season."""

from __future__ import annotations

import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from api.access.rights import Principal
from api.access.scope import Scoped
from api.commitments.states import State
from api.cycle import offers
from api.operations import upkeep
from api.runtime.clock import SystemClock
from api.runtime.roles import Role
from api.searches.dispatcher import Dispatcher
from api.shapes.cycle_requests import AnswerIn, Reply
from api.store import migrate
from api.store.account_tables import InstallationFact, keep_fact
from api.store.cycle_tables import Offer
from api.store.engine import Database
from api.store.kept_plans import keep_packed, pack
from tests.api.conftest import NUMBERS, PASSWORD, AtOnce, World, wish, world_on
from tests.api.live import Live, set_clock, until
from tests.api.small_basin import BASIN, absence
from tests.builders import problem, visit
from tests.postgres import PostgresServer

A, C, M, W = Role.ADMINISTRATOR, Role.COORDINATOR, Role.MANAGER, Role.WORKER


@pytest.fixture
def told(world: World) -> tuple[World, dict[str, Any]]:
    """A published plan, and the offer of V3 that it made."""
    wish(world, replan="on_request")
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    assert world.publish(world.propose()).status_code == 200
    return world, next(one for one in world.get(f"{BASIN}/offers")["items"] if one["visit_id"] == "V3")


# -- twice, late, in the wrong order -----------------------------------------------------------------------
def test_a_retry_that_comes_late_does_not_undo_what_came_after(world: World) -> None:
    """Declared, withdrawn, and then the first request once more, as a program does that never saw its
    answer."""
    first = world.ask(M, "POST", f"{BASIN}/absences", absence(), Idempotency_Key="k1")
    assert world.ask(M, "DELETE", f"{BASIN}/absences/ABS-1", If_Match='"1"').status_code == 204
    late = world.ask(M, "POST", f"{BASIN}/absences", absence(), Idempotency_Key="k1")
    assert (late.status_code, late.text) == (201, first.text)
    assert world.get(f"{BASIN}/absences")["items"] == []


def test_a_change_that_was_overtaken_is_refused(world: World) -> None:
    """Two edits of one absence arrive in the other order: the later one stands."""
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    until_noon = absence(interval={"start": "2026-03-09T06:00:00+01:00", "end": "2026-03-09T12:00:00+01:00"})
    assert world.ask(M, "PUT", f"{BASIN}/absences/ABS-1", until_noon, If_Match='"1"').status_code == 200
    overtaken = world.ask(M, "PUT", f"{BASIN}/absences/ABS-1", absence(urgent_cause=True), If_Match='"1"')
    assert (overtaken.status_code, overtaken.json()["code"]) == (412, "A301")
    assert world.ask(M, "DELETE", f"{BASIN}/absences/ABS-1", If_Match='"1"').status_code == 412
    assert world.get(f"{BASIN}/absences/ABS-1")["value"]["interval"]["end"].startswith("2026-03-09T12:00")


def test_what_comes_before_its_cause_is_refused_and_may_come_again(world: World) -> None:
    """An outcome before the plan, a change before the declaration: refused, and taken once their turn has
    come."""
    wish(world, replan="on_request")
    assert world.ask(M, "PUT", f"{BASIN}/absences/ABS-1", absence(), If_Match='"1"').json()["code"] == "A201"
    assert (
        world.ask(C, "PUT", f"{BASIN}/outcomes/V1", {"done": True}, Idempotency_Key="k1").json()["code"]
        == "A405"
    )
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    assert world.publish(world.propose()).status_code == 200
    world.later(hours=4)
    assert (
        world.ask(C, "PUT", f"{BASIN}/outcomes/V1", {"done": True}, Idempotency_Key="k1").status_code == 201
    )


def test_of_two_answers_to_one_offer_the_first_stands(told: tuple[World, dict[str, Any]]) -> None:
    """The worker accepts by the link and, at the same moment, declines by phone: one of them is told."""
    world, offer = told
    link = world.get(f"{BASIN}/offers/{offer['id']}")["link"].removeprefix("http://127.0.0.1:8000")

    def accept() -> int:
        return world.client.post(link, json={"reply": "accept"}).status_code

    def decline() -> int:
        return world.ask(C, "POST", f"{BASIN}/offers/{offer['id']}/answer", {"reply": "decline"}).status_code

    with ThreadPoolExecutor(2) as both:
        answers = [future.result() for future in [both.submit(accept), both.submit(decline)]]
    assert sorted(answers) == [200, 409]
    stands = world.get(f"{BASIN}/offers/{offer['id']}")
    assert (stands["state"], stands["version"]) == (["accepted", "refused"][answers.index(200)], 2)


def test_a_search_cancelled_after_its_end_stays_done(world: World) -> None:
    plan = world.propose()
    job = world.ask(C, "POST", f"{BASIN}/jobs/{plan['job_id']}/cancel")
    assert (job.status_code, job.json()["state"]) == (200, "done")


# -- two machines ------------------------------------------------------------------------------------------
def test_two_services_on_one_database_publish_once_and_search_once(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    """Two processes, a coordinator at each: of two publications at once one is told; no search is done
    twice."""
    url = postgres.create_database(f"twins_{next(NUMBERS)}")
    world = world_on(url, tmp_path)
    wish(world, replan="on_request")
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    world.service.database.close()
    set_clock(url)
    patient = {"BRIGADE_LOST_AFTER_S": "60"}  # a busy machine is no lost search
    with (
        Live(url, tmp_path, world.tokens, **patient) as one,
        Live(url, tmp_path, world.tokens, **patient) as other,
    ):
        one.start()
        other.start()
        wanted = {"first_day": "2026-03-09", "search": {"iterations": 50}}
        jobs = [
            twin.ask(C, "POST", f"{BASIN}/jobs", wanted).json()["id"] for twin in (one, other, one, other)
        ]
        until(lambda: all(one.get(f"{BASIN}/jobs/{job}")["state"] == "done" for job in jobs))
        assert [one.get(f"{BASIN}/jobs/{job}")["attempt"] for job in jobs] == [1, 1, 1, 1]
        proposals = [one.proposal_of(job) for job in jobs]
        assert len(one.items("plans")) == len(jobs)
        with ThreadPoolExecutor(4) as all_at_once:
            twins = itertools.cycle((one, other))
            answers = list(
                all_at_once.map(lambda pair: pair[0].publish(pair[1]), zip(twins, proposals, strict=False))
            )
        assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
        assert sorted(plan["state"] for plan in other.items("plans")) == ["proposed"] * 3 + ["published"]
        assert sorted(offer["visit_id"] for offer in other.items("offers")) == ["V1", "V2", "V3"]
        assert one.trail_is_whole()


def test_of_one_row_kept_by_two_services_at_once_neither_fails(url: str) -> None:
    """Two searches of the same rows compose the same problem; two services tell today's fact for the first
    time."""
    databases = Database(url), Database(url)
    migrate.upgrade(databases[0])
    packed, both = pack(problem([visit("V1")])), Barrier(2)

    def keep(database: Database, value: str) -> str:
        both.wait()
        with database.writing() as session:
            digest = keep_packed(session, packed, SystemClock())
            keep_fact(session, "told", value)
            time.sleep(0.5)  # the other one asks meanwhile
            session.commit()
        return digest

    with ThreadPoolExecutor(2) as at_once:
        assert list(at_once.map(keep, databases, ("one", "two"))) == [packed.digest] * 2
    with databases[0].reading() as session:
        assert session.get_one(InstallationFact, "told").value in ("one", "two")
    for database in databases:
        database.close()


def test_of_two_last_answers_at_once_one_tells_the_service_that_all_are_there(world: World) -> None:
    """Each is given before the other one is kept: the second to be kept sees the first."""
    wish(world, replan="on_request")
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    assert world.publish(world.propose()).status_code == 200
    with world.service.database.reading() as session:
        *others, one, two = session.scalars(select(Offer.id).where(Offer.state == State.OFFERED))
    both = Barrier(2)

    def accept(id: str, *, is_late: bool = False) -> None:
        with world.service.database.writing() as session:
            scoped = Scoped(session, Principal.system("tests", "B1"), world.service.clock)
            said = AnswerIn(reply=Reply.ACCEPT)
            offers.answer(scoped, world.service, session.get_one(Offer, id), said, by_link=True)
            if is_late:
                both.wait()
                time.sleep(0.5)  # the other one asks meanwhile
            scoped.commit()

    for id in others:
        accept(id)
    with ThreadPoolExecutor(1) as apart:
        first = apart.submit(accept, one, is_late=True)
        both.wait()
        accept(two)
        first.result()
    assert len(world.get(f"{BASIN}/messages?kind=visits_confirmed", A)["items"]) == 1


# -- clocks ------------------------------------------------------------------------------------------------
def test_a_clock_set_back_hides_no_lost_search(world: World) -> None:
    """The machine dies, and its clock comes back an hour slow: the search is found lost now, not in an
    hour."""
    wish(world, replan="on_request")
    job = world.ask(C, "POST", f"{BASIN}/jobs", {"first_day": "2026-03-09"}).json()["id"]
    assert Dispatcher(world.service, AtOnce())._claim() is not None
    world.later(hours=-1)
    Dispatcher(world.service, AtOnce()).once()
    done = world.get(f"{BASIN}/jobs/{job}")
    assert (done["state"], done["attempt"]) == ("done", 2)


def test_a_clock_set_back_locks_nobody_out(world: World) -> None:
    """Failed logins of a wrong tomorrow do not count today; sessions opened then still hold, keys are still
    remembered."""
    world.later(days=1)
    for _ in range(6):
        last = world.client.post("/v1/sessions", json={"login": "manager", "password": "not-the-password"})
    assert last.json()["code"] == "A105"
    first = world.ask(M, "POST", f"{BASIN}/absences", absence(), Idempotency_Key="k1")
    world.later(days=-1)
    upkeep.forget(world.service)
    assert (
        world.client.post("/v1/sessions", json={"login": "manager", "password": PASSWORD}).status_code == 201
    )
    assert world.ask(M, "POST", f"{BASIN}/absences", absence(), Idempotency_Key="k1").text == first.text


def test_a_clock_set_back_keeps_the_order_of_the_trail(told: tuple[World, dict[str, Any]]) -> None:
    world, offer = told
    world.later(hours=-2)
    assert (
        world.ask(C, "POST", f"{BASIN}/offers/{offer['id']}/answer", {"reply": "accept"}).status_code == 200
    )
    events = world.get(f"{BASIN}/events?limit=500")["items"]
    assert [one["seq"] for one in events] == sorted(one["seq"] for one in events)
    assert events[-1]["action"] == "offers.accepted"
    assert world.get("/v1/audit/verify", A)["first_break"] is None


def test_a_clock_set_forward_ends_what_was_to_end_and_nothing_else(
    told: tuple[World, dict[str, Any]],
) -> None:
    """Three hours at once: offers not answered in time expire, the plan stands, and the next wave is
    sought."""
    world, offer = told
    assert (
        world.ask(C, "POST", f"{BASIN}/offers/{offer['id']}/answer", {"reply": "accept"}).status_code == 200
    )
    world.later(hours=3)
    offers.expire(world.service)
    states = {one["visit_id"]: one["state"] for one in world.get(f"{BASIN}/offers")["items"]}
    assert states == {"V1": "expired", "V2": "expired", "V3": "accepted"}
    assert [plan["state"] for plan in world.get(f"{BASIN}/plans")["items"]] == ["published"]
    world.search()
    (proposal,) = world.get(f"{BASIN}/plans?state=proposed")["items"]
    assert world.publish(proposal).status_code == 200


@pytest.mark.parametrize(
    ("told_at", "reply_by"),
    [
        ("2026-03-29T01:45:00+01:00", "2026-03-29T03:15:00+02:00"),  # the hour from two to three is not
        ("2026-10-25T02:45:00+02:00", "2026-10-25T02:15:00+01:00"),  # the hour from two to three is twice
    ],
)
def test_thirty_minutes_are_thirty_minutes_on_the_nights_the_clocks_change(
    told: tuple[World, dict[str, Any]], told_at: str, reply_by: str
) -> None:
    """An offer made a quarter of an hour before the change is open for thirty minutes of waiting, whatever
    the wall says."""
    world, offer = told
    asked, ends = datetime.fromisoformat(told_at), datetime.fromisoformat(reply_by)
    assert ends - asked == timedelta(minutes=30)
    with world.service.database.writing() as session:
        later = {"starts_at": ends + timedelta(days=1), "ends_at": ends + timedelta(days=1, hours=1)}
        session.execute(
            update(Offer)
            .where(Offer.id == offer["id"])
            .values(reply_by=asked + timedelta(minutes=30), **later)
        )
        session.commit()
    assert stored(world, offer).reply_by == ends
    now = world.service.clock.now()
    world.later(seconds=(asked - now).total_seconds() + 29 * 60)
    offers.expire(world.service)
    assert stored(world, offer).state == "offered"
    world.later(minutes=2)
    offers.expire(world.service)
    assert stored(world, offer).state == "expired"


def stored(world: World, offer: dict[str, Any]) -> Offer:
    """From the database: the tokens of the tests end long before October."""
    with world.service.database.reading() as session:
        return session.get_one(Offer, offer["id"])


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_an_absence_over_a_night_that_changes_is_as_long_as_it_was(
    world: World, day: str, hours: int
) -> None:
    """From midnight to midnight on the wall: 23 hours in March, 25 in October; what goes in comes out,
    instant by instant."""
    start = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo("Europe/Paris"))
    end = (datetime.fromisoformat(day) + timedelta(days=1)).replace(tzinfo=ZoneInfo("Europe/Paris"))
    told = absence(interval={"start": start.isoformat(), "end": end.isoformat()})
    assert world.ask(M, "POST", f"{BASIN}/absences", told).status_code == 201
    kept = world.get(f"{BASIN}/absences/ABS-1")["value"]["interval"]
    length = datetime.fromisoformat(kept["end"]) - datetime.fromisoformat(kept["start"])
    assert length == timedelta(hours=hours)
    during = f"{BASIN}/absences?ends_after={day}T22:30:00Z"
    assert len(world.get(during)["items"]) == (1 if hours == 25 else 0)
