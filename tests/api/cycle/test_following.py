"""Searches that follow from what happens: asked within milliseconds, composed when they start, one for a
burst of changes; and what is judged or composed for a coordinator keeps nobody from writing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from api.access.rights import Principal
from api.access.scope import Scoped
from api.basin import compose
from api.basin.set_aside import SetAside
from api.http import unit
from api.plans import draft_edits, publication
from api.runtime.roles import Role
from api.searches import search_process
from api.searches.attempts import Attempt
from api.searches.dispatcher import Dispatcher
from api.store import kept_plans
from api.store.basin_tables import Site
from api.store.cycle_tables import Job, Plan
from api.store.leases import Lease
from brigade.values.problem import Problem
from tests.api.bad_rows import unknown_rule
from tests.api.conftest import AtOnce, World, begins, wish
from tests.api.searches.test_searches import set_job, state
from tests.api.small_basin import BASIN, absence

C, M = Role.COORDINATOR, Role.MANAGER
OTHER = {"id": "ABS-2", "provider_id": "S2", "employee_id": "A-2"}


def declare(world: World, **more: Any) -> str:
    """The one search that follows."""
    told = world.ask(M if "provider_id" not in more else C, "POST", f"{BASIN}/absences", absence(**more))
    assert told.status_code == 201, told.text
    (job,) = told.json()["jobs"]
    return str(job)


def requests_of(world: World, job: str) -> set[str]:
    """The visits for which its proposal looked for somebody."""
    plan = world.get(f"{BASIN}/plans/{world.get(f'{BASIN}/jobs/{job}')['plan_id']}")
    stops = {stop["visit_id"] for route in plan["document"]["routes"] for stop in route["stops"]}
    return stops | {one["visit_id"] for one in plan["document"]["uncovered"]}


def claimed(world: World) -> Lease:
    """The oldest search, taken by a dispatcher and not begun yet."""
    found = Dispatcher(world.service, AtOnce())._claim()
    assert found is not None
    return found


def test_declaring_an_absence_composes_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*given: Any) -> Problem:
        raise AssertionError("the whole basin was composed within the request")

    with monkeypatch.context() as patch:
        patch.setattr(compose, "composed", never)
        job = declare(world)
    shown = world.get(f"{BASIN}/jobs/{job}")
    assert (shown["state"], shown["problem_digest"], shown["kind"]) == ("queued", None, "from_scratch")
    world.search()
    done = world.get(f"{BASIN}/jobs/{job}")
    assert (done["state"], done["problem_digest"] is not None) == ("done", True)
    assert world.get(f"{BASIN}/plans/{done['plan_id']}/check")["digest_holds"] is True


def test_a_burst_of_changes_is_one_search_that_sees_them_all(world: World) -> None:
    first = declare(world)
    assert declare(world, **OTHER) == first
    assert len(world.get(f"{BASIN}/events?action=jobs.joined")["items"]) == 1
    world.search()
    assert requests_of(world, first) == {"V1", "V2", "V3", "V4", "V5"}
    assert len(world.get(f"{BASIN}/jobs")["items"]) == 1


def test_what_is_told_once_a_search_has_started_begins_another(world: World) -> None:
    """The first plans the basin as it was when it started; the second, all of it."""
    first = declare(world)
    taken = claimed(world)
    assert taken.id == first
    assert search_process.compose_now(Attempt(world.service.database, world.service.clock, taken))
    second = declare(world, **OTHER)
    assert second != first
    search_process.run(world.service.database.url, taken, world.service.clock)
    world.search()
    assert requests_of(world, first) == {"V1", "V2", "V3"}
    assert requests_of(world, second) == {"V1", "V2", "V3", "V4", "V5"}


def test_a_search_lost_before_it_was_composed_is_composed_by_the_next_attempt(world: World) -> None:
    job = declare(world)
    claimed(world)
    world.later(seconds=60)
    declare(world, **OTHER)
    world.search()  # finds the first lost, and begins it again
    done = world.get(f"{BASIN}/jobs/{job}")
    assert (done["state"], done["attempt"]) == ("done", 2)
    assert requests_of(world, job) == {"V1", "V2", "V3", "V4", "V5"}


def test_a_search_lost_once_it_was_composed_goes_on_with_the_same_problem(world: World) -> None:
    job = declare(world)
    search_process.compose_now(Attempt(world.service.database, world.service.clock, claimed(world)))
    digest = world.get(f"{BASIN}/jobs/{job}")["problem_digest"]
    set_job(world, job, state="queued")
    world.search()
    done = world.get(f"{BASIN}/jobs/{job}")
    assert (done["state"], done["problem_digest"]) == ("done", digest)


def test_a_cancelled_search_takes_nothing_with_it(world: World) -> None:
    first = declare(world)
    assert world.ask(C, "POST", f"{BASIN}/jobs/{first}/cancel").json()["state"] == "cancelled"
    second = declare(world, **OTHER)
    world.search()
    assert (state(world, first), requests_of(world, second)) == ("cancelled", {"V1", "V2", "V3", "V4", "V5"})


def test_a_search_whose_rows_make_no_problem_fails_with_their_codes(world: World) -> None:
    """The absence is kept all the same, and the coordinators are told what stands in the way."""
    unknown_rule(world)
    job = declare(world)
    world.search()
    failed = world.get(f"{BASIN}/jobs/{job}")
    assert (failed["state"], failed["failure"]["code"]) == ("failed", "P404")
    assert failed["failure"]["issues"][0]["where"]
    (event,) = world.get(f"{BASIN}/events?action=basins.search_refused")["items"]
    assert event["details"]["job"] == job
    assert "P404" in event["details"]["issues"][0]
    (told,) = [one for one in world.get(f"{BASIN}/messages")["items"] if one["kind"] == "search_failed"]
    assert told["state"] == "failed"  # nobody of the coordinators has left an address
    assert [one["job_id"] for one in world.get(f"{BASIN}/attention")["failed_searches"]] == [job]


# -- thinking before writing -------------------------------------------------------------------------------
def others_write(world: World) -> None:
    """Something else is written and committed now; on SQLite it would fail while anybody holds the lock."""
    with world.service.database.writing() as session:
        row = session.scalars(select(Site)).first()
        assert row is not None
        row.version += 1
        session.commit()


def meanwhile(monkeypatch: pytest.MonkeyPatch, where: Any, name: str, act: Callable[[], None]) -> list[int]:
    """`act` happens whenever `where.name` is called; the list grows each time."""
    acts, calls = getattr(where, name), list[int]()

    def called(*given: Any, **named: Any) -> Any:
        calls.append(len(calls))
        act()
        return acts(*given, **named)

    monkeypatch.setattr(where, name, called)
    return calls


def edit(world: World, plan: dict[str, Any]) -> Any:
    body = {"edits": [{"kind": "pin", "visit_id": "V1"}]}
    return world.ask(C, "POST", f"{BASIN}/plans/{plan['id']}/edits", body, If_Match=f'"{plan["version"]}"')


@pytest.fixture
@begins
def proposal(world: World) -> dict[str, Any]:
    wish(world, replan="on_request")
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    return world.propose()


def test_edits_are_judged_while_others_write(
    world: World, proposal: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = meanwhile(monkeypatch, draft_edits, "judge_edits", lambda: others_write(world))
    assert edit(world, proposal).status_code == 201
    assert calls == [0]


def test_a_plan_is_checked_before_its_publication_writes(
    world: World, proposal: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = meanwhile(monkeypatch, publication, "judged", lambda: others_write(world))
    assert world.publish(proposal).status_code == 200
    assert calls == [0]


def written_down(world: World) -> None:
    """Something of the basin is written, and noted."""
    with world.service.database.writing() as session:
        scoped = Scoped(session, Principal.system("tests", "B1"), world.service.clock)
        scoped.changed(scoped.one(Site, "B1", "A", write=True))
        scoped.commit()


def test_a_plan_whose_basin_changes_while_it_is_judged_is_judged_again(
    world: World, proposal: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the writing begins, as the first time, so that nobody waits for it; for ever is too long."""
    calls, changes = list[int](), unit.TRIES

    def change() -> None:
        if len(calls) <= changes:
            written_down(world)

    calls = meanwhile(monkeypatch, publication, "judged", change)
    busy = world.publish(proposal)
    assert (busy.status_code, busy.json()["code"], busy.headers["Retry-After"]) == (429, "A107", "2")
    assert len(calls) == unit.TRIES
    calls.clear()
    changes = 1
    assert world.publish(proposal).status_code == 200
    assert len(calls) == 2


def test_a_plan_that_changed_while_it_was_judged_is_not_edited(
    world: World, proposal: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def pin() -> None:
        with world.service.database.writing() as session:
            row = session.get_one(Plan, proposal["id"])
            row.version += 1
            session.commit()

    meanwhile(monkeypatch, draft_edits, "judge_edits", pin)
    refused = edit(world, proposal)
    assert (refused.status_code, refused.json()["code"]) == (412, "A301")
    assert [one["id"] for one in world.get(f"{BASIN}/plans")["items"]] == [proposal["id"]]


def test_an_edit_sent_again_with_its_key_is_judged_once(
    world: World, proposal: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = meanwhile(monkeypatch, draft_edits, "judge_edits", lambda: None)
    where, body = f"{BASIN}/plans/{proposal['id']}/edits", {"edits": [{"kind": "pin", "visit_id": "V1"}]}
    first, again = (world.ask(C, "POST", where, body, If_Match='"1"', Idempotency_Key="k1") for _ in range(2))
    assert (first.status_code, again.json(), again.headers["Idempotency-Replayed"]) == (
        201,
        first.json(),
        "true",
    )
    assert calls == [0]


def test_somebody_forgotten_while_a_search_is_composed_is_not_kept_anew(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """W3 asks to be forgotten between the reading and the keeping: the problem is composed once more, without
    W3."""

    def forget() -> None:
        if len(calls) == 1:
            asked = world.ask(C, "POST", f"{BASIN}/workers/W3/erasure", {"confirm": "W3"})
            assert asked.status_code == 202, asked.text

    acts, calls = compose.composed, list[int]()

    def composing(*given: Any) -> tuple[Problem, list[SetAside]]:
        found = acts(*given)
        calls.append(len(calls))
        forget()
        return found

    job = declare(world)
    monkeypatch.setattr(compose, "composed", composing)
    world.search()
    assert calls == [0, 1]
    with world.service.database.reading() as session:
        digest = session.get_one(Job, job).digest
        assert digest is not None
        assert "W3" not in {one.id for one in kept_plans.fetch_problem(session, digest).workers}
