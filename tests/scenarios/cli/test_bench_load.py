"""What the load tool noted, added up by kind of request."""

from __future__ import annotations

from pathlib import Path

from scenarios.bench.load.run import LoadMeasure, served, summed
from scenarios.cli.bench.bench_load import lines


def test_answers_are_added_up_by_kind() -> None:
    """Twenty reads of 1 to 20 ms: half take 11 or less, nineteen of twenty 20 or less; one of them failed."""
    notes = [f"read visits\t{ms:.2f}\t{'HTTPError' if ms == 7 else ''}" for ms in range(1, 21)] + [
        "absence\t40.00\t"
    ]
    read, absence, withdraw, visits = summed(notes)
    assert (read.name, read.count, read.errors, read.p50, read.p95, read.most) == (
        "read",
        20,
        1,
        11.0,
        20.0,
        20.0,
    )
    assert (absence.count, absence.p95, withdraw.count) == (1, 40.0, 0)
    assert (visits.name, visits.count) == ("read visits", 20)


def test_the_table_can_be_pasted_into_the_page() -> None:
    found = LoadMeasure(tuple(summed(["absence\t40.00\t"])), 40.2, 10, True, (0.5, 2.04))
    told = lines(found)
    assert told[3] == "| absence | 1 | 0 | 40 | 40 | 40 | 40 |"
    assert told[-1] == "40 s; search at nice 10, running to the end: True; load 0.5 -> 2.0"


def test_the_service_under_load_is_the_one_that_operators_start(tmp_path: Path) -> None:
    """Its administrator enters by what the demonstration prints."""
    with served(tmp_path, None, "on_request") as (api, _):
        assert len(api.ask("GET", "/v1/basins", None, api.token)["items"]) == 1
