"""A rota as it was received: what is asked of it is read, and no more."""

from __future__ import annotations

from datetime import UTC, datetime

from api.store.basin_tables import RotaFeed

ENTRIES = [
    {"visit_id": "V1", "employee_id": "A-1", "start": "2026-03-09T08:00:00+01:00"},
    {"visit_id": "V2", "employee_id": "A-2", "start": "2026-03-29T10:00:00+02:00"},
    {"visit_id": "V3", "employee_id": "A-1", "start": "2026-03-29T09:30:00+01:00"},
]
BODY = {"provider_id": "S1", "received_at": "2026-03-08T18:00:00+01:00", "entries": ENTRIES}


def test_the_entries_of_one_person_are_those_of_the_whole_that_name_her() -> None:
    feed = RotaFeed(body=BODY)
    assert feed.entries_of("A-1") == [one for one in feed.entries if one.employee_id == "A-1"]
    assert (feed.entries_of("A-9"), RotaFeed(body={"provider_id": "S1"}).entries_of("A-1")) == ([], [])


def test_what_is_odd_with_one_persons_entry_is_nothing_to_another() -> None:
    """An earlier version may have written what this one refuses."""
    odd = {"visit_id": "", "employee_id": "A-2", "start": "?"}
    feed = RotaFeed(body={**BODY, "entries": [*ENTRIES, odd]})
    assert [one.visit_id for one in feed.entries_of("A-1")] == ["V1", "V3"]


def test_the_last_start_is_an_instant_not_a_text() -> None:
    """On 29 March, 09:30 of winter is 08:30 UTC, and 10:00 of summer 08:00 UTC."""
    assert RotaFeed(body=BODY).last_start == datetime(2026, 3, 29, 8, 30, tzinfo=UTC)
    assert RotaFeed(body={**BODY, "entries": []}).last_start is None
