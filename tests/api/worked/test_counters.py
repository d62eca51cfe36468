"""What workers carry on: weeks, long spans, long interruptions and long days, from what was told and what was
seen since."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from api.access.rights import Principal
from api.access.scope import Scoped
from api.basin import compose
from api.plans import attention
from api.runtime.roles import Role
from api.store.cycle_tables import Plan
from brigade.exchange.documents.reasons import show_reasons
from brigade.texts.labour_code import shipped_labour_code
from brigade.texts.rule_sets import strictest
from brigade.units import PARIS
from brigade.values.plan import Reason
from brigade.worked.carried_counters import CarriedCounters
from brigade.worked.done_days import DoneDay, WorkMeasure, WorkPiece
from brigade.worked.work_between import between
from tests.api.conftest import World, begins, wish
from tests.api.small_basin import BASIN, absence, document
from tests.builders import declared

C, M = Role.COORDINATOR, Role.MANAGER
TOLD, FIRST = date(2026, 3, 9), date(2026, 3, 23)
"""Monday of week 11, which begins a fortnight of the agreement; Monday of week 13, two weeks on."""


def day(text: str, *times: str, way_min: float = 0) -> DoneDay:
    """A day with visits such as "08:00-12:00"."""
    pieces = []
    for number, one in enumerate(times):
        start, end = (
            datetime.fromisoformat(f"{text}T{wall}").replace(tzinfo=PARIS) for wall in one.split("-")
        )
        pieces.append(WorkPiece(start, end, way_min if number else 0, way_min if number else 0))
    return DoneDay(date.fromisoformat(text), tuple(pieces))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def carried(
    known: dict[str, Any], *days: DoneDay, first_day: date = FIRST, told_on: date = TOLD
) -> dict[str, Any]:
    rules = strictest([shipped_labour_code().party("bad")])
    return CarriedCounters(known, told_on, {one.day: one for one in days}, rules, first_day).all()


def test_a_week_told_stays_where_it_is_and_weeks_seen_come_after_it() -> None:
    """Told on 9 March: 30 h in week 9, 20 h in week 10. Seen: 4 h in week 11, nothing in week 12."""
    seen = day("2026-03-10", "08:00-12:00")
    assert carried({"week_work_min": [1800, 1200]}, seen)["week_work_min"] == [1800, 1200, 240, 0]
    assert carried({"week_work_min": [1800, 1200]}, seen)["untraced_weeks"] == ["2026-03-16"]
    assert carried({"week_work_min": [1800, 1200]}, first_day=TOLD)["week_work_min"] == [1800, 1200]
    told_so = {"week_work_min": [1800, 0, 1200], "untraced_weeks": ["2026-02-27"]}
    assert carried(told_so, first_day=TOLD)["untraced_weeks"] == ["2026-02-23"]
    assert carried({}, seen)["week_work_min"] == [240, 0]
    assert carried({})["week_work_min"] == []


def test_the_days_told_of_a_week_half_over_join_those_seen() -> None:
    """Told on Wednesday 11 March with Monday's 3 h; 4 h seen on Thursday: 7 h that week."""
    monday = {
        "day": "2026-03-09",
        "start": "2026-03-09T08:00:00+01:00",
        "end": "2026-03-09T11:00:00+01:00",
        "work_min": 180,
    }
    found = carried({"days": [monday]}, day("2026-03-12", "08:00-12:00"), told_on=date(2026, 3, 11))
    assert found["week_work_min"] == [420, 0]


def test_fourteen_weeks_are_carried_and_no_more() -> None:
    """Twelve of fifteen weeks (V.41) reach back fourteen before the horizon's own."""
    assert carried({"week_work_min": list(range(60, 900, 60))})["week_work_min"] == [
        *range(180, 900, 60),
        0,
        0,
    ]


def test_work_is_services_ways_and_short_waits() -> None:
    """Two hours, a way of 20 min, and of the 30 min between them 10 min of waiting, which is work below 15
    min."""
    one = day("2026-03-10", "08:00-09:00", "09:30-10:30", way_min=20)
    assert (one.work_min(WorkMeasure(15)), one.interrupted_min(WorkMeasure(15))) == (150, 0)
    assert (one.work_min(WorkMeasure(0)), one.interrupted_min(WorkMeasure(0))) == (140, 10)


def test_a_span_above_twelve_hours_counts_in_its_month() -> None:
    """Told: 2 in March. Seen: 7 to 19 h is twelve hours, 7:00 to 19:01 is above, before and since that
    day."""
    days = (day("2026-03-10", "07:00-08:00", "18:00-19:00"), day("2026-03-11", "07:00-08:00", "18:00-19:01"))
    assert carried({"long_spans": 2}, *days)["long_spans"] == 3
    before = day("2026-03-08", "07:00-08:00", "18:00-20:00")
    assert (
        carried({"long_spans": 2}, before, *days)["long_spans"] == 3
    )  # the count that was told knows of the 8th
    assert carried({"long_spans": 2}, *days, first_day=date(2026, 4, 1))["long_spans"] == 0


def test_what_nobody_counted_stays_unknown_where_the_period_began_before_the_service_knew_the_worker() -> (
    None
):
    """Told on Monday 9 March, without a count: of the days since 1 March nobody knows; April is all the
    service's own. The fortnight of 9 March begins on the day of telling. What was seen is never left out."""
    long = day("2026-03-11", "07:00-08:00", "18:00-19:01")
    assert carried({}, first_day=date(2026, 3, 12))["long_spans"] is None
    assert carried({}, long, first_day=date(2026, 3, 12))["long_spans"] == 1
    assert carried({}, long, first_day=date(2026, 4, 1))["long_spans"] == 0
    assert carried({}, first_day=date(2026, 3, 12))["long_interruptions"] == 0
    assert carried({}, first_day=date(2026, 3, 12), told_on=date(2026, 3, 10))["long_interruptions"] is None


def test_interruptions_above_five_hours_count_in_their_fortnight() -> None:
    """8 to 10 h, then 15:01 to 17: 301 min. Monday 23 March begins another fortnight."""
    long = day("2026-03-10", "08:00-10:00", "15:01-17:00")
    assert carried({"long_interruptions": 1}, long, first_day=date(2026, 3, 12))["long_interruptions"] == 2
    short = day("2026-03-10", "08:00-10:00", "15:01-17:00", way_min=1)
    assert carried({"long_interruptions": 1}, short, first_day=date(2026, 3, 12))["long_interruptions"] == 1
    assert carried({"long_interruptions": 1}, long)["long_interruptions"] == 0


def test_days_beyond_ten_hours_count_in_their_year_where_somebody_counts() -> None:
    long = day("2026-03-10", "08:00-18:01")
    assert carried({"long_days": 4}, long)["long_days"] == 5
    assert carried({}, long)["long_days"] is None
    assert carried({"long_days": 4}, told_on=date(2025, 12, 1))["long_days"] == 0  # a new year


def test_companies_count_long_days_from_midnight_to_midnight() -> None:
    """SAP II.2.h: Tuesday 22:00 to Wednesday 07:00, then Wednesday 19:00 to 22:30: ten hours and a half on
    that date, nine and three and a half on the duty days. A night of eleven hours that midnight parts is no
    long day."""
    rules = strictest([shipped_labour_code().party("sap")])
    evening = day("2026-03-11", "19:00-22:30")
    night = DoneDay(date(2026, 3, 10), (WorkPiece(at("2026-03-10T22:00"), at("2026-03-11T07:00")),))
    known = {"long_days": 0}
    assert (
        CarriedCounters(known, TOLD, {night.day: night, evening.day: evening}, rules, FIRST).all()[
            "long_days"
        ]
        == 1
    )
    apart = DoneDay(date(2026, 3, 10), (WorkPiece(at("2026-03-10T19:00"), at("2026-03-11T06:00")),))
    assert CarriedCounters(known, TOLD, {apart.day: apart}, rules, FIRST).all()["long_days"] == 0


def test_a_night_of_eleven_hours_is_a_long_day_under_an_accord_on_duty_days() -> None:
    """19:00 to 06:00, engaged with an association whose accord lets a duty day last twelve hours, and with a
    company."""
    night = DoneDay(date(2026, 3, 10), (WorkPiece(at("2026-03-10T19:00"), at("2026-03-11T06:00")),))
    code = shipped_labour_code()
    for accords, count in (({}, 0), (declared({"MAX_DAILY_WORK.exceptional": 720}), 1)):
        rules = strictest([code.party("bad", accords), code.party("sap")])
        assert (
            CarriedCounters({"long_days": 0}, TOLD, {night.day: night}, rules, FIRST).all()["long_days"]
            == count
        )


def test_hours_against_the_cap_hold_the_ways_and_short_waits_between_two_visits_of_one_provider() -> None:
    """CT L5132-9 2°, "durée totale des mises à disposition": V1 and V2 at S1, 20 min of travel and 10 of
    waiting between. V3 at S2, and V4 that nobody did, add none."""
    stops = [{"visit_id": f"V{n}", "travel_min": 20} for n in range(1, 5)]
    hours = [("S1", "08:00", "09:00"), ("S1", "09:30", "10:00"), ("S2", "10:30", "11:00")]
    done = {
        f"V{n}": ("W1", host, at(f"2026-03-10T{start}"), at(f"2026-03-10T{end}"))
        for n, (host, start, end) in enumerate(hours, start=1)
    }
    document = {"routes": [{"worker_id": "W1", "stops": stops}]}
    assert list(between(document, done, {"W1": 15})) == [("W1", "S1", 30)]
    assert list(between(document, done, {})) == [("W1", "S1", 20)]


def test_a_past_that_nobody_told_stands_on_the_coordinators_list() -> None:
    """With the plan in force that was judged as if it were nothing; other notes of a plan do not."""
    gap = Reason.of("untraced_weeks", worker="W1", rules=["MAX_AVG_12W"], weeks=["2026-W09", "2026-W10"])
    notes = show_reasons([gap, Reason.of("contract_drift", worker="W1"), Reason.of("more_workers")])
    (told,) = attention.unknown_history(Plan(id="P1", document={"notes": notes}), "fr")
    assert (told.plan_id, told.worker_id, told.code) == ("P1", "W1", "untraced_weeks")
    assert told.sentence.startswith("W1 : aucune trace de travail en 2026-W09 et 2026-W10")


# -- in the service ----------------------------------------------------------------------------------------
@pytest.fixture
@begins
def after(world: World) -> World:
    """A-1 was away on Monday 9 March; W1 did V1 from 7 to 8 h and V2 from 18:30 to 20 h; a week has
    passed."""
    wish(world, replan="on_request")
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    assert world.publish(world.propose()).status_code == 200
    world.later(days=7)
    for visit, start, end in (("V1", "07:00", "08:00"), ("V2", "18:30", "20:00")):
        times = {"starts_at": f"2026-03-09T{start}:00+01:00", "ends_at": f"2026-03-09T{end}:00+01:00"}
        done = world.ask(M, "PUT", f"{BASIN}/outcomes/{visit}", {"done": True, "worker_id": "W1", **times})
        assert done.status_code == 201, done.text
    world.ask(M, "PUT", f"{BASIN}/outcomes/V3", {"done": False})
    return world


def known(world: World, worker: str, first_day: date) -> dict[str, Any]:
    with world.service.database.reading() as session:
        scoped = Scoped(session, Principal.system("tests", "B1"), world.service.clock)
        document = compose.document_of(scoped, "B1", first_day, 1)
    return next(dict(one["counters"]) for one in document["brigade"]["workers"] if one["id"] == worker)


def put(world: World, **counters: Any) -> None:
    row = world.ask(C, "GET", f"{BASIN}/workers/W1")
    body = {**row.json()["value"], "counters": counters}
    assert world.ask(C, "PUT", f"{BASIN}/workers/W1", body, If_Match=row.headers["ETag"]).status_code == 200


def test_outcomes_feed_weeks_spans_and_interruptions(after: World) -> None:
    """Thirteen hours from first to last, ten and a half of them free: at least 150 min of work in week 11."""
    week = known(after, "W1", date(2026, 3, 16))
    assert 150 <= week["week_work_min"][-1] < 240
    assert week["long_spans"] is None  # nobody counted the days of March before the 9th
    assert known(after, "W2", date(2026, 3, 16))["week_work_min"] == []
    assert known(after, "W1", date(2026, 3, 30))["week_work_min"][-2:] == [0, 0]
    assert known(after, "W1", date(2026, 3, 30))["week_work_min"][0] == week["week_work_min"][-1]


def test_counters_told_again_unchanged_keep_their_day(after: World) -> None:
    """Sent on 16 March: the week before had 20 h. Sent back in April beside something else, they still speak
    of that week."""
    put(after, week_work_min=[1200])
    assert known(after, "W1", date(2026, 3, 16))["week_work_min"] == [1200]
    after.later(days=21)
    row = after.ask(C, "GET", f"{BASIN}/workers/W1")
    body = {**row.json()["value"], "accepts_urgent": True}
    assert after.ask(C, "PUT", f"{BASIN}/workers/W1", body, If_Match=row.headers["ETag"]).status_code == 200
    assert known(after, "W1", date(2026, 4, 6))["week_work_min"] == [1200, 0, 0, 0]
    put(after, week_work_min=[600])
    assert known(after, "W1", date(2026, 4, 6))["week_work_min"][-1] == 600


def test_a_cap_that_is_raised_leaves_the_counts_their_day(after: World) -> None:
    """Told on 16 March, and again in April with what the prefect allows: what was seen since still comes
    after them."""
    put(after, week_work_min=[1200])
    after.later(days=21)
    put(after, week_work_min=[1200], ai_cap_min=30_000)
    assert known(after, "W1", date(2026, 4, 6))["week_work_min"] == [1200, 0, 0, 0]
    put(after, week_work_min=[1200], ai_cap_min=30_000, long_spans=0)
    assert known(after, "W1", date(2026, 4, 6))["week_work_min"][-1] == 1200


def test_an_import_tells_counters_of_the_days_before_its_horizon(world: World) -> None:
    """Sent on Monday 9 March for that Monday."""
    told = world_document(week_work_min=[900])
    assert world.ask(C, "POST", f"{BASIN}/imports?dry_run=false", told).status_code == 200
    assert known(world, "W1", date(2026, 3, 9))["week_work_min"] == [900]
    assert known(world, "W1", date(2026, 3, 9) + timedelta(days=7))["week_work_min"] == [900, 0]


def world_document(**counters: Any) -> dict[str, Any]:
    told = document()
    told["brigade"]["workers"][0]["counters"] = counters
    return told
