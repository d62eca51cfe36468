"""An invented year of one basin's visits: the same each time, with clients who come and go."""

from __future__ import annotations

from datetime import timedelta

from scenarios.bench.simulation.invented_year import FIRST_MONDAY, invented_year
from scenarios.cli.bench.bench_sectors import row
from solver.sectoring.proposal import PartitionRequest, propose


def test_a_year_is_the_same_each_time_and_its_clients_come_and_go() -> None:
    weeks, again = ([*invented_year("rural_day", 1, 13)] for _ in range(2))
    assert [(one.visits, one.rota) for one in weeks] == [(one.visits, one.rota) for one in again]
    assert [one.horizon.first_day for one in weeks] == [FIRST_MONDAY + timedelta(weeks=n) for n in range(13)]
    clients = [{client.id for client in one.clients} for one in weeks]
    assert set.union(*clients) > set.intersection(*clients)
    assert len(set.intersection(*clients)) > len(set.union(*clients)) // 2


def test_everybody_s_visits_are_in_the_rota_and_nobody_is_absent() -> None:
    for one in invented_year("rural_day", 1, 2):
        assert one.requests == ()
        assert {entry.visit_id for feed in one.rota for entry in feed.entries} == set(one.visit_by_id)


def test_what_sectors_save_is_told_of_the_weeks_held_back() -> None:
    """Eight weeks: the fourth and the eighth are held back."""
    found = propose(invented_year("rural_day", 1, 8), PartitionRequest(3, 0.3, 5.0))
    told = row("rural_day 1", found)
    assert told["weeks"] == 2
    assert told["rota"] == round(sum(week.rota for week in found.weeks) / 2)
    assert found.due_to_sectors is not None
    assert str(told["due_to_sectors"]).startswith(f"{found.due_to_sectors.mean:.0f} (")
