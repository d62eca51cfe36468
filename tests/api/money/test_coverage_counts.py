"""Figures of one name on a day planned, replanned and done: counted anew by hand, and compared in every
place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.runtime.roles import Role
from api.store import kept_plans as kept
from api.store.cycle_tables import Plan
from brigade.figures.definitions import definitions
from brigade.values.demand import Employee, Priority, RotaEntry, RotaFeed
from brigade.values.places import TravelMatrix, TravelMode
from brigade.values.problem import Problem
from brigade.values.workforce import EmployerKind
from tests import builders
from tests.api import conftest
from tests.api.conftest import World, world_on
from tests.api.small_basin import BASIN, NOTICE, NOW, absence
from tests.builders import at, labour, visit, worker
from tests.figures_by_hand import Told, by_hand

C, M = Role.COORDINATOR, Role.MANAGER
MARCH = "first_day=2026-03-01&last_day=2026-03-31"
PAID = {
    **NOTICE,
    "TRAVEL_IS_WORK": {"value": 1, "unit": "flag", "stricter": "higher"},
    "SHORT_GAP_PAID": {"value": 15, "stricter": "higher"},
}


def busy_monday() -> Problem:
    """Two associations' workers and one of a group; a mandatory P1, waits of ten minutes, odd metres, a known
    face."""
    visits = [
        visit("V1", "A", 60, "08:00", "08:00", priority=Priority.P1, usual_workers=frozenset({"W1"})),
        visit(
            "V2",
            "A",
            60,
            "09:10",
            "09:10",
            priority=Priority.P1,
            mandatory=True,
            usual_workers=frozenset({"W1"}),
        ),
        visit("V3", "B", 45, "10:40", "10:40", priority=Priority.P3, usual_workers=frozenset({"W3"})),
        visit("V4", "C", 30, "08:00", "08:00", provider="S2", priority=Priority.P2),
        visit("V5", "D", 30, "14:00", "14:00", provider="S2", priority=Priority.P2),
        visit(
            "V6",
            "D",
            30,
            "15:00",
            "15:00",
            provider="S2",
            priority=Priority.P4,
            required=frozenset({"NIGHT"}),
        ),
    ]
    metres = builders.matrix().ticks * 777
    rota = {"S1": ("A-1", visits[:3]), "S2": ("A-2", visits[3:])}
    feeds = (
        RotaFeed(id, NOW, tuple(RotaEntry(one.id, person, one.windows[0].earliest) for one in told))
        for id, (person, told) in rota.items()
    )
    return builders.problem(
        visits,
        [worker(id, hours=HOURS[id], employer=employer, cents_per_km=37) for id, employer in PEOPLE.items()],
        employers=(
            builders.employer("E1", kind=EmployerKind.INTERMEDIARY_ASSOCIATION),
            builders.employer("E2"),
        ),
        travel={
            TravelMode.CAR: TravelMatrix(
                TravelMode.CAR, tuple(builders.LINE), builders.matrix().ticks, metres
            )
        },
        employees=tuple(Employee(person, provider) for provider, (person, _) in rota.items()),
        rota=tuple(feeds),
        rules=labour(bad=PAID, sap=PAID, default=PAID),
        now=at("06:40"),
    )


PEOPLE = {"W1": "E1", "W2": "E1", "W3": "E2"}
HOURS = {
    "W1": [("07:00", "13:00")],
    "W2": [("07:00", "09:05"), ("13:00", "20:00")],
    "W3": [("13:00", "20:00")],
}
"""Whoever does V1 waits ten minutes for V2, and twenty for V3."""


@pytest.fixture
def day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Both carers ill; the plan published, one refusal and an hour later replanned and published again."""
    monkeypatch.setattr(conftest, "monday", busy_monday)
    world = world_on(f"sqlite:///{tmp_path / 'brigade.db'}", tmp_path)
    for number, (provider, person) in enumerate((("S1", "A-1"), ("S2", "A-2"))):
        given = absence(id=f"ABS-{number}", provider_id=provider, employee_id=person)
        assert world.ask(C, "POST", f"{BASIN}/absences", given).status_code == 201
    world.search()
    publish_newest(world)
    first = next(one for one in world.get(f"{BASIN}/offers")["items"] if one["visit_id"] == "V5")
    assert (
        world.ask(C, "POST", f"{BASIN}/offers/{first['id']}/answer", {"reply": "decline"}).status_code == 200
    )
    world.later(minutes=20)
    world.search()
    publish_newest(world)
    yield world
    world.service.database.close()


def publish_newest(world: World) -> None:
    proposal = world.get(f"{BASIN}/plans?state=proposed")["items"][0]
    assert world.publish(proposal).status_code == 200


def told_of(world: World, state: str) -> tuple[Told, dict[tuple[str, str | None], float]]:
    """What the plan of that state is by hand, from the problem kept with it, and what its document says."""
    (row,) = world.get(f"{BASIN}/plans?state={state}")["items"]
    with world.service.database.reading() as session:
        plan = session.get_one(Plan, row["id"])
        problem = kept.fetch_problem(session, plan.digest)
        counted = by_hand(problem, kept.read_back(plan, problem))
        said = {(one["name"], one.get("of")): one["value"] for one in plan.document["indicators"]}
    return counted, said


def test_the_same_figures_stand_in_every_place(day: World) -> None:
    for state in ("superseded", "published"):
        hand, said = told_of(day, state)
        assert {key: said.get(key, 0) for key in hand} == pytest.approx(dict(hand), abs=0.5), state
    hand, _ = told_of(day, "published")
    assert hand["requests", "P1"] == 2  # the mandatory one counts in its priority
    assert hand["short_notice_calls", None] == hand["covered", None] > 0
    _in_indicators(day, hand)
    _in_periods(day, hand)
    _once_done(day, hand)


def _in_indicators(day: World, hand: Told) -> None:
    told = day.get(f"{BASIN}/indicators?first_day=2026-03-09&last_day=2026-03-09")
    assert told["metres"] == hand["distance", None]
    cells = {
        one["part"]: (one["requests"], one["covered"])
        for room in ("priority", "provider")
        for one in told[room]
    }
    assert cells == {part: (hand["requests", part], hand["covered", part]) for part in cells}
    assert told["all"] == [
        {"part": "all", "requests": hand["requests", None], "covered": hand["covered", None]}
    ]


def _in_periods(day: World, hand: Told) -> None:
    """Every figure of a plan that periods print too, of the whole and of parts."""
    told = rows_of(day)
    assert {name for name, _ in told} >= {
        "coverage_rate",
        "distance",
        "continuity",
        "employer_work",
        "short_notice_calls",
    }
    planned = {
        key: value for key, value in told.items() if key in hand and definitions()[key[0]].is_printed("plan")
    }
    assert len(planned) > 30
    assert planned == {key: pytest.approx(hand[key], abs=0.5) for key in planned}


def rows_of(day: World) -> dict[tuple[str, str | None], float]:
    found = day.get(f"{BASIN}/indicators/periods?{MARCH}")["rows"]
    assert all(one["unit"] == definitions()[one["name"]].unit for one in found)
    assert all(definitions()[one["name"]].is_printed("periods") for one in found)
    return {(one["name"], one["of"]): one["value"] for one in found}


def _once_done(day: World, hand: Told) -> None:
    """All done as planned: the payroll pays what the plan says, whatever was answered; periods and evidence
    add it up."""
    day.later(days=1)
    (plan,) = day.get(f"{BASIN}/plans?state=published")["items"]
    stops = [
        stop
        for route in day.get(f"{BASIN}/plans/{plan['id']}")["document"]["routes"]
        for stop in route["stops"]
    ]
    for stop in stops:
        assert day.ask(C, "PUT", f"{BASIN}/outcomes/{stop['visit_id']}", {"done": True}).status_code == 201
    paid = day.get(f"{BASIN}/exports/payroll?{MARCH}")["rows"]
    columns = {
        "work_min": "work",
        "metres": "distance",
        "mileage_cents": "mileage_cost",
        "short_notice_visits": "short_notice_calls",
    }
    for row in paid:
        for column, figure in columns.items():
            assert row[column] == hand[figure, row["worker_id"]], (row["worker_id"], column)
    assert sum(row["travel_min"] for row in paid) == hand["travel", None]
    assert sum(row["short_wait_min"] for row in paid) == 10
    told = rows_of(day)
    service = sum(row["service_min"] for row in paid)
    assert told["service_done", None] == service == day.get(f"{BASIN}/exports/evidence?{MARCH}")["minutes"]
    assert told["continuity_done", None] == pytest.approx(hand["continuity", None])
    kinds: Counter[str] = Counter()
    for row in paid:
        kinds[{"E1": "ai", "E2": "ge"}[row["employer_id"]]] += row["work_min"]
    for kind, minutes in kinds.items():
        assert told["employer_work_done", kind] == minutes == hand["employer_work", kind]
    assert told["inclusion_work_done", None] == hand["ai_work", None]
