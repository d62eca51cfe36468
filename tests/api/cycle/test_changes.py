"""Workers who can come no longer or again, rotas, imports: what touches the days of a plan begins a search
like an absence."""

from __future__ import annotations

import json
from typing import Any

import pytest

from api.runtime.roles import Role
from brigade.exchange.documents.problem_document import problem_to_json
from tests.api.conftest import World, begins, wish
from tests.api.cycle.test_following import requests_of
from tests.api.small_basin import BASIN, absence, document, monday

A, C, M = Role.ADMINISTRATOR, Role.COORDINATOR, Role.MANAGER
TUESDAY = {"start": "2026-03-10T07:00:00+01:00", "end": "2026-03-10T20:00:00+01:00"}


@pytest.fixture
@begins
def planned(world: World) -> World:
    """A-1 is away; a plan with W1, W2, W3 is in force, and nothing waits."""
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    world.search()
    (proposal,) = world.get(f"{BASIN}/plans?state=proposed")["items"]
    assert world.publish(proposal).status_code == 200
    return world


def put(world: World, path: str, role: Role = C, **more: Any) -> None:
    where = f"{BASIN}/{path}".removesuffix("/")
    row = world.ask(role, "GET", where)
    answer = world.ask(role, "PUT", where, {**row.json()["value"], **more}, If_Match=row.headers["ETag"])
    assert answer.status_code == 200, answer.text


def waiting(world: World) -> list[str]:
    return [job["id"] for job in world.get(f"{BASIN}/jobs?state=queued")["items"]]


def carers(world: World) -> set[str]:
    (plan,) = world.get(f"{BASIN}/plans?state=published")["items"]
    return {
        route["worker_id"]
        for route in world.get(f"{BASIN}/plans/{plan['id']}")["document"]["routes"]
        if route["stops"]
    }


def test_a_worker_who_becomes_away_is_replaced_like_anybody_else(planned: World) -> None:
    """Her stops go to the others; who comes back begins a search as well."""
    gone = min(carers(planned))
    before = planned.get(f"{BASIN}/workers/{gone}")["value"]["availability"]
    put(planned, f"workers/{gone}", availability=[])
    (job,) = waiting(planned)
    planned.search()
    plan = planned.get(f"{BASIN}/plans/{planned.get(f'{BASIN}/jobs/{job}')['plan_id']}")
    assert requests_of(planned, job) == {"V1", "V2", "V3"}
    assert gone not in {route["worker_id"] for route in plan["document"]["routes"] if route["stops"]}
    put(planned, f"workers/{gone}", availability=before)
    assert len(waiting(planned)) == 1


CALL = {"start": "2026-03-08T21:00:00+01:00", "end": "2026-03-09T01:00:00+01:00"}
NIGHT = {"start": "2026-03-08T19:00:00+01:00", "end": "2026-03-09T07:00:00+01:00"}


def test_a_call_of_the_night_and_a_duty_of_the_day_begin_searches(planned: World) -> None:
    """Called out until 01:00, she may owe rest in the morning; on call from 07:00 on, she has no stop."""
    gone = min(carers(planned))
    put(planned, f"workers/{gone}", on_call=[NIGHT], calls=[CALL])
    assert len(waiting(planned)) == 1
    planned.search()
    day = {"start": "2026-03-09T07:00:00+01:00", "end": "2026-03-09T20:00:00+01:00"}
    put(planned, f"workers/{gone}", on_call=[NIGHT, day])
    (job,) = waiting(planned)
    planned.search()
    plan = planned.get(f"{BASIN}/plans/{planned.get(f'{BASIN}/jobs/{job}')['plan_id']}")
    assert gone not in {route["worker_id"] for route in plan["document"]["routes"] if route["stops"]}


def test_what_touches_no_plan_begins_nothing(planned: World) -> None:
    """Tuesday is not planned yet; a skill, a rota of people who are there: nothing of Monday's plan is
    concerned."""
    worker = planned.get(f"{BASIN}/workers/W1")["value"]
    put(planned, "workers/W1", availability=[*worker["availability"], TUESDAY])
    put(planned, "workers/W1", accepts_urgent=True)
    entries = planned.get(f"{BASIN}/rota-feeds/S2")["value"]["entries"]
    put(planned, "rota-feeds/S2", entries=entries[:1])
    assert waiting(planned) == []


def test_where_the_basin_waits_to_be_asked_so_do_changes(planned: World) -> None:
    wish(planned, replan="on_request")
    put(planned, "workers/W1", availability=[])
    assert waiting(planned) == []


def test_hours_that_are_over_concern_no_plan(planned: World) -> None:
    planned.later(hours=16)
    put(planned, "workers/W1", availability=[])
    assert waiting(planned) == []


def test_a_rota_received_anew_for_somebody_absent_begins_a_search(planned: World) -> None:
    """A-1 was also to go to V3; the service of S1 says now that she was not. Its manager sees no search."""
    entries = planned.get(f"{BASIN}/rota-feeds/S1")["value"]["entries"]
    put(planned, "rota-feeds/S1", M, entries=[one for one in entries if one["visit_id"] != "V3"])
    assert len(waiting(planned)) == 1
    assert planned.ask(M, "GET", f"{BASIN}/jobs").json()["items"] == []


def test_a_visit_that_changes_or_goes_begins_a_search_where_its_carer_is_away(planned: World) -> None:
    """V1 was to be done by A-1, who is away, and takes longer now; then nobody wants it any more."""
    put(planned, "visits/V1", M, duration_min=50)
    assert len(waiting(planned)) == 1
    planned.search()
    row = planned.ask(M, "GET", f"{BASIN}/visits/V1")
    assert planned.ask(M, "DELETE", f"{BASIN}/visits/V1", If_Match=row.headers["ETag"]).status_code == 204
    (job,) = waiting(planned)
    planned.search()
    assert requests_of(planned, job) == {"V2", "V3"}


def test_a_visit_of_somebody_who_is_there_is_none_of_the_brigades(planned: World) -> None:
    put(planned, "visits/V4", duration_min=50)
    assert waiting(planned) == []


def test_a_worker_who_leaves_the_brigade_begins_a_search_where_she_was_proposed(world: World) -> None:
    """A proposal is enough."""
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    world.search()
    row = world.ask(C, "GET", f"{BASIN}/workers/W3")
    assert world.ask(C, "DELETE", f"{BASIN}/workers/W3", If_Match=row.headers["ETag"]).status_code == 204
    assert len(waiting(world)) == 1


def test_an_absence_taken_back_frees_the_brigade(planned: World) -> None:
    row = planned.ask(M, "GET", f"{BASIN}/absences/ABS-1")
    assert (
        planned.ask(M, "DELETE", f"{BASIN}/absences/ABS-1", If_Match=row.headers["ETag"]).status_code == 204
    )
    (job,) = waiting(planned)
    planned.search()
    assert requests_of(planned, job) == set()


def test_an_import_begins_one_search_for_all_it_changes(planned: World) -> None:
    """Two workers away and A-2 absent: one search. Sent again it changes nothing, and a dry run begins
    nothing."""
    told = document()
    for one in told["brigade"]["workers"][:2]:
        one["availability"] = []
    other = absence(id="ABS-2", provider_id="S2", employee_id="A-2", known_at="2026-03-09T06:00:00+01:00")
    told["demand"]["absences"] = [other]
    for query, expected in (("true", 0), ("false", 1), ("false", 0)):
        answer = planned.ask(A, "POST", f"{BASIN}/imports?dry_run={query}", told)
        assert answer.status_code == 200, answer.text
        assert len(answer.json()["jobs"]) == expected
    (job,) = waiting(planned)
    planned.search()
    assert requests_of(planned, job) == {"V1", "V2", "V3", "V4", "V5"}


def test_a_first_import_begins_nothing(world: World) -> None:
    told = problem_to_json(monday())
    told["demand"]["absences"] = [absence(known_at="2026-03-09T06:00:00+01:00")]
    assert (
        world.ask(A, "POST", f"{BASIN}/imports?dry_run=false", json.loads(json.dumps(told))).json()["jobs"]
        == []
    )


# -- whatever may change a verdict -------------------------------------------------------------------------
def after_each(world: World, *changes: tuple[str, dict[str, Any], bool]) -> None:
    """Each change of a row begins a search, or none."""
    for path, more, is_followed in changes:
        put(world, path, **more)
        jobs = waiting(world)
        assert bool(jobs) is is_followed, (path, more)
        for job in jobs:
            assert world.ask(C, "POST", f"{BASIN}/jobs/{job}/cancel").status_code == 200


def test_papers_places_ties_and_texts_are_followed_on_the_days_they_touch(planned: World) -> None:
    """Certificates and engagements by their days; a client's place where somebody is wanted there; accords, a
    line, the policy: Monday's plan is sought anew. What touches no verdict, or no planned day, begins
    nothing."""
    worker = planned.get(f"{BASIN}/workers/W1")["value"]
    first, *others = worker["engagements"]
    rest = [{**first, "first": "2026-03-10"}, *others]
    site = {"id": "N-1", "commune": "62498", "latitude": 50.43, "longitude": 2.83}
    assert planned.ask(C, "PUT", f"{BASIN}/sites/N-1", site).status_code == 201
    after_each(
        planned,
        (
            "workers/W1",
            {"certificates": [{"code": "ADVF", "obtained": "2026-03-10"}]},
            False,
        ),  # from tomorrow on
        ("workers/W1", {"certificates": [{"code": "ADVF", "expires": "2026-03-09"}]}, True),
        ("workers/W1", {"engagements": rest}, True),  # not today any more
        ("workers/W1", {"engagements": [{**first, "first": "2026-03-12"}, *others]}, False),
        ("workers/W1", {"territory": ["62498"]}, True),
        ("workers/W1", {"contract": {"weekly_min": 1500}}, True),
        ("workers/W1", {"cost_cents_per_hour": 1700, "accepts_urgent": True}, False),
        ("clients/S1:A", {"site_id": "N-1"}, True),
        ("clients/S2:D", {"site_id": "N-1"}, False),  # A-2 is there: nobody of the brigade is wanted
        ("sites/N-1", {"latitude": 50.42}, True),
        ("providers/S1", {"rural": True}, False),
        ("providers/S1", {"legal_status": "company"}, True),
        ("funding-lines/F1", {"cap_cents": 90_000}, True),
        ("", {"policy": {"points": {"P1": 5000}}}, True),
        ("", {"sectors": [{"id": "Q1", "name": "Nord", "communes": ["62498"]}]}, True),
        ("", {"vehicles": [{"id": "CLIO", "name": "Clio", "site_id": "A"}]}, True),
        ("", {"traffic": [{"mode": "car", "hours": ["07:30-09:00"], "percent": 130}]}, True),
        ("", {"name": "Lens"}, False),
    )
    link = {"kind": "different_workers", "first": "V1", "second": "V2"}
    assert planned.ask(C, "PUT", f"{BASIN}/links/K1", link).status_code == 201
    assert len(waiting(planned)) == 1
