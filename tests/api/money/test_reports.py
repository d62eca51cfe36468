"""A report of a period that is over: issued by somebody, told so ever after, whatever is corrected later."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from api.access.scope import Scoped
from api.money import gathering, periods
from api.operations import archive_parts
from api.persons import retention
from api.runtime.roles import Role
from api.store.release_tables import IssuedReport
from tests.api.conftest import World, wish
from tests.api.money.test_releases import alone
from tests.api.small_basin import BASIN, release

A, C, M, W, E, F = Role
MARCH = "indicators/periods?first_day=2026-03-01&last_day=2026-03-31"


@pytest.fixture
def over(world: World) -> World:
    """A release of 9 March, replaced by W1, an hour of V1 done; it is April."""
    wish(world, replan="on_request")
    alone(world, "W2", "W3")
    assert world.ask(M, "POST", f"{BASIN}/releases", release(days=["2026-03-09"])).status_code == 201
    assert world.publish(world.propose()).status_code == 200
    world.later(hours=5)
    assert world.ask(M, "PUT", f"{BASIN}/outcomes/V1", {"done": True}).status_code == 201
    world.later(days=25)
    return world


def issue(world: World, period: str = "2026-03", reason: str | None = None, role: Role = C) -> Any:
    return world.ask(role, "POST", f"{BASIN}/reports", {"period": period, "reason": reason})


def figure(world: World, name: str, role: Role = C) -> dict[str, Any]:
    rows = world.get(f"{BASIN}/{MARCH}", role)["rows"]
    (found,) = [one for one in rows if one["name"] == name and one["of"] is None]
    return dict(found)


def corrected(world: World) -> None:
    """Long after: V1 was not done."""
    stands = next(one for one in world.get(f"{BASIN}/outcomes")["items"] if one["visit_id"] == "V1")
    given = {"done": False, "cause": "no_entry"}
    answer = world.ask(C, "PUT", f"{BASIN}/outcomes/V1", given, If_Match=f'"{stands["version"]}"')
    assert answer.status_code == 200, answer.text


def test_a_report_gathers_its_period_once(over: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What coordinators and what funders read of it are told of the same figures."""
    spans, gather = [], gathering.gather

    def counted(scoped: Scoped, basin_id: str, first: date, last: date) -> Any:
        spans.append((first, last))
        return gather(scoped, basin_id, first, last)

    monkeypatch.setattr(periods, "gather", counted)
    assert issue(over).status_code == 201
    assert spans == [(date(2026, 3, 1), date(2026, 3, 31))]


def test_a_late_correction_changes_no_issued_figure_and_is_said_beside_it(over: World) -> None:
    before = figure(over, "done")
    made = issue(over)
    assert (made.status_code, made.json()["edition"]) == (201, 1)
    same = figure(over, "done")
    assert (same["value"], same["issued_on"], same["has_changed"]) == (before["value"], "2026-04-03", False)
    corrected(over)
    now = figure(over, "done")
    assert (now["value"], now["has_changed"], now["today"]) == (before["value"], True, before["value"] - 1)
    told = over.get(f"{BASIN}/{MARCH}")["issued"]
    assert (len(told), told[0]["period"], told[0]["changed"] >= 2) == (1, "2026-03", True)
    whole = over.get(f"{BASIN}/reports/{made.json()['id']}")
    assert [one["value"] for one in whole["rows"] if one["name"] == "done" and not one["of"]] == [
        before["value"]
    ]


def test_funders_read_what_was_hidden_then_as_hidden_and_never_by_how_much_it_changed(over: World) -> None:
    made = issue(over).json()
    corrected(over)
    told = figure(over, "requests", F)
    assert (told["value"], told["suppressed"]) == (None, True)
    rows = over.get(f"{BASIN}/reports/{made['id']}", F)["rows"]
    assert rows
    assert all(one["today"] is None for one in rows)
    assert not [one for one in rows if one["value"] is not None and one["suppressed"]]


def test_the_money_of_the_day_stays_too(over: World) -> None:
    made = issue(over).json()
    before = over.get(f"{BASIN}/reports/{made['id']}")
    assert sum(one["minutes"] for one in before["totals"]) == before["minutes"] > 0
    corrected(over)
    after = over.get(f"{BASIN}/reports/{made['id']}")
    assert (after["minutes"], after["cents"], after["ledger"]) == (
        before["minutes"],
        before["cents"],
        before["ledger"],
    )


def test_issued_again_with_a_reason_it_is_a_further_edition(over: World) -> None:
    first = issue(over).json()
    corrected(over)
    refused = issue(over)
    assert (refused.status_code, refused.json()["issues"][0]["where"]) == (422, "reports.reason")
    again = issue(over, reason="cahier relu").json()
    assert (again["edition"], again["reason"]) == (2, "cahier relu")
    assert figure(over, "done")["has_changed"] is False
    assert [one["id"] for one in over.get(f"{BASIN}/reports", F)["items"]] == [again["id"], first["id"]]


@pytest.mark.parametrize(
    ("period", "status"), [("2026-04", 422), ("2026", 422), ("2026-13", 422), ("2026-T1", 201)]
)
def test_only_what_is_over_is_issued(over: World, period: str, status: int) -> None:
    assert issue(over, period).status_code == status


def test_whoever_runs_the_basin_issues_and_funders_read(over: World) -> None:
    for role in (M, W, E, F):
        assert issue(over, role=role).status_code == 403
    made = issue(over, role=A).json()
    assert over.ask(M, "GET", f"{BASIN}/reports/{made['id']}").status_code in (403, 404)
    actions = [one["action"] for one in over.get(f"{BASIN}/events?limit=200")["items"]]
    assert "reports.issued" in actions


def test_it_leaves_with_the_archive_and_goes_with_what_it_told(over: World) -> None:
    """Kept as long as what funders may ask about, and no figure of it is a person's."""
    issue(over)
    assert "issued_reports" in archive_parts.tables()
    over.later(days=round(over.service.settings.retain_funded_months * 30.5) + 62)
    retention.run(over.service)
    with over.service.database.reading() as session:
        assert session.scalars(select(IssuedReport)).all() == []
