"""The rates of a basin's reserve: counted from its own same-day absences once there are enough of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from api.access.rights import Principal
from api.access.scope import Scoped
from api.basin import compose
from api.store import basin_tables
from brigade.exchange.documents.json_text import JsonObject
from brigade.units import PARIS
from brigade.values.policy import shipped_reserve
from tests.api.conftest import World
from tests.api.small_basin import NOW

MONDAY = date(2026, 3, 9)


def remember(world: World, starts: Sequence[datetime], told_before: timedelta = timedelta()) -> None:
    with world.service.database.writing() as session:
        for number, start in enumerate(starts):
            end, told = start + timedelta(hours=8), start - told_before
            body: JsonObject = {
                "id": f"X{number}",
                "provider_id": "S1",
                "employee_id": "A-1",
                "kind": "unplanned_absence",
                "interval": {"start": start.isoformat(), "end": end.isoformat()},
                "known_at": told.isoformat(),
            }
            session.add(
                basin_tables.Absence(
                    basin_id="B1",
                    id=f"X{number}",
                    provider_id="S1",
                    employee_id="A-1",
                    starts_at=start,
                    ends_at=end,
                    body=body,
                    changed_at=NOW,
                )
            )
        session.commit()


def reserve(world: World, **wished: object) -> JsonObject:
    """As the problem of Monday has it, in a basin that wishes a reserve."""
    with world.service.database.writing() as session:
        scoped = Scoped(session, Principal.system("tests", "B1"), world.service.clock)
        row = scoped.basin("B1")
        policy = row.body.policy.model_validate({"reserve": wished})
        row.body = row.body.model_copy(update={"policy": policy})
        session.flush()
        found: JsonObject = compose.document_of(scoped, "B1", MONDAY, 1)["policy"]["reserve"]
    return found


def mornings(count: int) -> list[datetime]:
    """Every second one of last June at seven, the others of last December at nine."""
    june, december = (datetime(2025, month, 2, hour, tzinfo=PARIS) for month, hour in ((6, 7), (12, 9)))
    return [(december if n % 2 else june) + timedelta(days=n % 20) for n in range(count)]


def test_a_basin_that_has_seen_enough_counts_its_own_rates(world: World) -> None:
    """220 same-day absences of two employees in twelve whole months: 220 of 440 days worked."""
    remember(world, mornings(220))
    own = reserve(world, lead_min=30)
    assert own == {"lead_min": 30}
    own = reserve(world)
    assert own["absences_per_1000"] == 500
    assert {hour: weight for hour, weight in enumerate(own["by_hour"]) if weight} == {7: 110, 9: 110}
    assert {month: share for month, share in enumerate(own["by_month"], 1) if share} == {6: 600, 12: 600}
    assert own["lead_min"] == shipped_reserve().lead_min


def test_too_few_or_told_on_another_day_leave_the_shipped_rates(world: World) -> None:
    remember(world, mornings(199))
    assert reserve(world) == {}


def test_absences_told_the_day_before_are_nobodys_surprise_of_the_day(world: World) -> None:
    remember(world, mornings(220), told_before=timedelta(days=1))
    assert reserve(world) == {}


def test_without_a_wish_the_problem_has_no_reserve(world: World) -> None:
    remember(world, mornings(220))
    with world.service.database.reading() as session:
        scoped = Scoped(session, Principal.system("tests", "B1"), world.service.clock)
        assert "reserve" not in compose.document_of(scoped, "B1", MONDAY, 1)["policy"]
