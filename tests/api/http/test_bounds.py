"""Figures of some days read the rows of these days, and say what they would say if everything had been
read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from api.runtime.roles import Role
from api.store import kept_plans
from api.store.cycle_tables import Outcome, Plan
from tests.api.conftest import World, begins, wish
from tests.api.small_basin import BASIN, release

C, M = Role.COORDINATOR, Role.MANAGER
PERIODS = f"{BASIN}/indicators/periods?every=month"
MARCH = "first_day=2026-03-01&last_day=2026-03-31"
HALF_YEAR = "first_day=2026-01-01&last_day=2026-06-30"


@pytest.fixture
@begins
def worked(world: World) -> World:
    """A-1 at a course on 9 March, its plan published and done; before and after, visits of other months."""
    wish(world, replan="on_request")
    assert world.ask(M, "POST", f"{BASIN}/releases", release(days=["2026-03-09"])).status_code == 201
    assert world.publish(world.propose()).status_code == 200
    late = world.get(f"{BASIN}/visits/V1")["value"]
    window = {"earliest": "2026-02-28T08:00:00+01:00", "latest": "2026-02-28T08:30:00+01:00"}
    put = world.ask(C, "PUT", f"{BASIN}/visits/V9", {**late, "id": "V9", "windows": [window]})
    assert put.status_code == 201, put.text
    world.later(days=7)
    for visit in ("V1", "V2"):
        assert world.ask(M, "PUT", f"{BASIN}/outcomes/{visit}", {"done": True}).status_code == 201
    assert world.ask(M, "PUT", f"{BASIN}/outcomes/V3", {"done": False}).status_code == 201
    before(world)
    return world


def before(world: World) -> None:
    """Every worker was at A's on 20 February and on 20 April; V9, of 28 February, was not done, which was
    told in March."""
    with world.service.database.writing() as session:
        plan = session.query(Plan).filter(Plan.state == "published").one()
        common = {
            "basin_id": "B1",
            "version": 1,
            "plan_id": plan.id,
            "provider_id": "S1",
            "client_id": "S1:A",
            "cents": 0,
        }
        told = datetime(2026, 3, 10, 8, tzinfo=UTC)
        for month in (2, 4):
            for worker in ("W1", "W2", "W3"):
                at, id = datetime(2026, month, 20, 9, tzinfo=UTC), f"X-{month}-{worker}"
                times = {
                    "starts_at": at,
                    "ends_at": at + timedelta(hours=1),
                    "created_at": at,
                    "changed_at": at,
                }
                session.add(Outcome(id=id, visit_id=id, worker_id=worker, done=True, **common, **times))
        session.add(Outcome(id="X-9", visit_id="V9", done=False, created_at=told, changed_at=told, **common))
        session.commit()


@pytest.fixture
def read() -> Iterator[list[str]]:
    """The visits whose outcome was read, as a whole row."""
    found: list[str] = []

    def loaded(row: Outcome, context: Any) -> None:
        found.append(row.visit_id)

    event.listen(Outcome, "load", loaded)
    yield found
    event.remove(Outcome, "load", loaded)


def of_march(world: World, span: str) -> list[dict[str, Any]]:
    return [row for row in world.get(f"{PERIODS}&{span}")["rows"] if row["period"] == "2026-03"]


def test_a_month_alone_says_what_it_says_within_half_a_year(worked: World) -> None:
    """Two done, one not; both by somebody known since February, which is read for it."""
    alone = of_march(worked, MARCH)
    assert alone == of_march(worked, HALF_YEAR)
    told = {row["name"]: row["value"] for row in alone if row["of"] is None}
    assert (told["recorded"], told["done"]) == (3, 2)
    assert (told["known_visits_done"], told["familiar_visits_done"]) == (
        1,
        1,
    )  # V1 is at A's; at V2's nobody is known
    assert told["training_service_done"] == 120


def test_what_was_not_done_counts_in_the_month_of_its_visit(worked: World) -> None:
    """V9 of 28 February, told on 10 March."""
    february = "first_day=2026-02-01&last_day=2026-02-28"
    told = {
        row["name"]: row["value"] for row in worked.get(f"{PERIODS}&{february}")["rows"] if row["of"] is None
    }
    assert (told["recorded"], told["done"]) == (4, 3)


def test_outcomes_of_other_times_are_not_read(worked: World, read: list[str]) -> None:
    """Three months back for familiar faces, and nothing after."""
    worked.get(f"{PERIODS}&{MARCH}")
    assert set(read) == {"V1", "V2", "V3", *(f"X-2-{worker}" for worker in ("W1", "W2", "W3"))}
    read.clear()
    worked.get(f"{PERIODS}&first_day=2026-08-01&last_day=2026-08-31")
    assert read == []


def test_the_ledger_of_a_line_whose_hours_are_all_told_reads_no_problem(
    worked: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*given: Any) -> None:
        raise AssertionError("a problem was read for a plan that is over")

    monkeypatch.setattr(kept_plans, "fetch_problem", never)
    ledger = worked.get(f"{BASIN}/funding-lines/F1/ledger")
    assert (ledger["consumed_cents"], ledger["reserved_cents"]) == (4800, 0)
