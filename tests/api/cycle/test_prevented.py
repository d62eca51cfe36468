"""The hours of somebody who cannot come: what goes of them, last resort included, and what comes back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from api.cycle.prevented import cut, give_back
from brigade.changes.events import WorkerAway, apply_events
from brigade.exchange.shapes.workforce_shapes import AvailabilityShape
from brigade.units import PARIS
from brigade.values.workforce import Availability
from tests.api.commitments.test_commitments import answer, in_force, offer_of
from tests.api.conftest import World
from tests.api.incidents.test_incidents import C, found_by, planned, told
from tests.api.plans.test_least_change import stops
from tests.api.small_basin import BASIN
from tests.builders import problem, visit, worker

__all__ = ["planned"]


def at(hour: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-09T{hour}:00").replace(tzinfo=PARIS)


def stay(start: str, end: str, hard_end: str | None = None, **more: Any) -> AvailabilityShape:
    return AvailabilityShape(
        start=at(start), end=at(end), hard_end=None if hard_end is None else at(hard_end), **more
    )


def hours(stays: list[AvailabilityShape]) -> list[tuple[str, str, str]]:
    """Begin, ordinary end, latest end."""
    return [(f"{one.start:%H:%M}", f"{one.end:%H:%M}", f"{one.latest_end:%H:%M}") for one in stays]


@pytest.mark.parametrize(
    ("whole", "since", "until", "left", "gone"),
    [
        (
            ("08:00", "18:00"),
            "10:00",
            "12:00",
            [("08:00", "10:00", "10:00"), ("12:00", "18:00", "18:00")],
            [("10:00", "12:00", "12:00")],
        ),
        # nothing but last resort: its ordinary hours end as they begin
        (
            ("08:00", "08:00", "20:00"),
            "10:00",
            "23:00",
            [("08:00", "08:00", "10:00")],
            [("10:00", "10:00", "20:00")],
        ),
        (("12:00", "12:00", "20:00"), "10:00", "23:00", [], [("12:00", "12:00", "20:00")]),
        # away in the overtime alone, and from the ordinary hours into it
        (
            ("08:00", "18:00", "20:00"),
            "18:30",
            "23:00",
            [("08:00", "18:00", "18:30")],
            [("18:30", "18:30", "20:00")],
        ),
        (
            ("08:00", "18:00", "20:00"),
            "17:00",
            "23:00",
            [("08:00", "17:00", "17:00")],
            [("17:00", "18:00", "20:00")],
        ),
        # from the ordinary hours to within the overtime: what is left of it is no last resort of hers
        (
            ("08:00", "18:00", "20:00"),
            "17:00",
            "19:00",
            [("08:00", "17:00", "17:00")],
            [("17:00", "18:00", "20:00")],
        ),
        (("08:00", "18:00", "20:00"), "07:00", "19:00", [], [("08:00", "18:00", "20:00")]),
        # she is there again before, and touched by nothing that ends as it begins
        (
            ("08:00", "18:00", "20:00"),
            "07:00",
            "09:00",
            [("09:00", "18:00", "20:00")],
            [("08:00", "09:00", "09:00")],
        ),
        (("08:00", "18:00", "20:00"), "20:00", "23:00", [("08:00", "18:00", "20:00")], []),
        (("08:00", "18:00", "20:00"), "06:00", "08:00", [("08:00", "18:00", "20:00")], []),
    ],
)
def test_overtime_goes_with_the_hours_and_comes_back_with_them(
    whole: tuple[str, ...], since: str, until: str, left: list[Any], gone: list[Any]
) -> None:
    kept, taken = cut([stay(*whole)], at(since), at(until))
    assert (hours(kept), hours(taken)) == (left, gone)
    assert hours(give_back(kept, taken, at("06:00"))) == hours([stay(*whole)])


def test_two_tours_that_meet_stay_two() -> None:
    """08-12 and 12-18 are two tours; away 10 to 14, or the whole first one, and told in error."""
    two = [stay("08:00", "12:00"), stay("12:00", "18:00"), stay("18:00", "20:00")]
    for since, until in (("10:00", "14:00"), ("07:00", "12:00"), ("12:00", "18:00")):
        kept, taken = cut(two, at(since), at(until))
        assert hours(give_back(kept, taken, at("06:00"))) == hours(two)


def test_a_day_told_in_error_comes_back_with_its_meal() -> None:
    whole = stay("08:00", "18:00", "19:00", meal_min=45, meal_required=True)
    kept, taken = cut([whole], at("06:00"), at("23:00"))
    assert (kept, give_back(kept, taken, at("06:00"))) == ([], [whole])


@pytest.mark.parametrize(
    ("since", "until", "fed"),
    [
        ("09:00", "10:00", [False, True]),
        ("14:00", "15:00", [True, False]),
        ("11:00", "14:30", [False, False]),
    ],
)
def test_the_meal_stays_where_there_is_time_for_it(since: str, until: str, fed: list[bool]) -> None:
    """45 minutes that begin from 12:00 to 13:00; away 11:00 to 14:30, she has them then."""
    meal: dict[str, Any] = {
        "meal_min": 45,
        "meal_earliest": at("12:00"),
        "meal_latest": at("13:00"),
        "meal_required": True,
    }
    whole = stay("08:00", "18:00", **meal)
    kept, taken = cut([whole], at(since), at(until))
    assert [one.meal_min == 45 and one.meal_required for one in kept] == fed
    (back,) = give_back(kept, taken, at("06:00"))
    assert {name: getattr(back, name) for name in meal} == meal


def test_the_service_and_an_event_leave_the_same_hours() -> None:
    """W1 is away 17:00 to 19:00 of hours with overtime and a meal: by an answer, and by an event."""
    kept, _ = cut(
        [stay("08:00", "18:00", "20:00", meal_min=30, meal_earliest=at("12:00"), meal_latest=at("13:00"))],
        at("17:00"),
        at("19:00"),
    )
    own = Availability(480, 1080, 1200, 30, 720, 780)
    after = apply_events(
        problem([visit("V1")], [worker(availability=(own,))]), [WorkerAway("W1", 1020, 1140)]
    )
    minutes = [(one.start, one.end, one.hard_end, one.meal) for one in after.worker_by_id["W1"].availability]
    assert [
        (_minutes(one.start), _minutes(one.end), _minutes(one.latest_end), one.meal_min) for one in kept
    ] == minutes


def _minutes(instant: datetime) -> int:
    return instant.hour * 60 + instant.minute


def test_who_is_back_sooner_has_the_rest_of_her_hours() -> None:
    """Away from 10:00 to 19:00 of a day that ends at 18:00, or 20:00 with overtime; back at 13:00."""
    kept, taken = cut([stay("08:00", "18:00", "20:00")], at("10:00"), at("19:00"))
    assert hours(give_back(kept, taken, at("13:00"))) == [
        ("08:00", "10:00", "10:00"),
        ("13:00", "18:00", "20:00"),
    ]


# -- at work -----------------------------------------------------------------------------------------------
def last_resort(world: World, who: str, start: str, hard_end: str) -> None:
    row = world.ask(C, "GET", f"{BASIN}/workers/{who}")
    stays = [{"start": f"2026-03-09T{start}:00+01:00"}]
    stays[0] |= {"end": stays[0]["start"], "hard_end": f"2026-03-09T{hard_end}:00+01:00"}
    body = {**row.json()["value"], "availability": stays}
    kept = world.ask(C, "PUT", f"{BASIN}/workers/{who}", body, If_Match=row.headers["ETag"])
    assert kept.status_code == 200, kept.text


def test_who_is_prevented_in_her_last_resort_is_sent_nowhere(planned: World) -> None:
    """She comes from 07:00 to 20:00 where nobody else can. At 07:10 her sister says that she is ill: none of
    it is left."""
    who = offer_of(planned, "V1")["worker_id"]
    last_resort(planned, who, "07:00", "20:00")
    planned.later(minutes=30)
    assert answer(planned, "V1", "unable", said_by="sa sœur").status_code == 200
    (left,) = planned.get(f"{BASIN}/workers/{who}")["value"]["availability"]
    assert (left["hard_end"], left["not_after"]) == (left["not_after"], left["hard_end"])
    assert left["hard_end"] < "2026-03-09T07:15"
    planned.search()
    proposals = planned.get(f"{BASIN}/plans?state=proposed")["items"]
    newest = planned.get(f"{BASIN}/plans/{proposals[0]['id']}")
    assert who not in {worker for worker, _ in stops(newest).values()}


def test_who_is_late_in_her_last_resort_leaves_later(planned: World) -> None:
    who = str(stops(in_force(planned))["V1"][0])
    last_resort(planned, who, "06:30", "20:00")
    done = told(planned, "worker_late", worker_id=who, late_min=60, cause="breakdown")
    found_by(planned, done["jobs"])
    (left,) = planned.get(f"{BASIN}/workers/{who}")["value"]["availability"]
    assert left["start"] == left["end"] == left["not_before"] == "2026-03-09T08:50:00+01:00"
    assert left["hard_end"] == "2026-03-09T20:00:00+01:00"


def test_what_was_agreed_since_she_left_stays_when_she_comes_back(planned: World) -> None:
    """She leaves, a paper with S2 for April is signed all the same, and she stays after all."""
    who = str(stops(in_force(planned))["V1"][0])
    done = told(planned, "worker_left", worker_id=who, cause="resigned")
    row = planned.ask(C, "GET", f"{BASIN}/workers/{who}")
    april = {"provider_id": "S2", "first": "2027-04-01", "last": "2027-04-30"}
    body = row.json()["value"]
    body["engagements"] = [*body["engagements"], april]
    assert (
        planned.ask(C, "PUT", f"{BASIN}/workers/{who}", body, If_Match=row.headers["ETag"]).status_code == 200
    )
    back = planned.ask(C, "POST", f"{BASIN}/incidents/{done['incident']['id']}/end", {}, If_Match='"1"')
    assert back.status_code == 200, back.text
    now = planned.get(f"{BASIN}/workers/{who}")["value"]["engagements"]
    assert april in [{name: one[name] for name in april} for one in now]
    assert len(now) == len(body["engagements"])
