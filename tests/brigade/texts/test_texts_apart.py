"""Conditions stay in their text: an employer's and a host's, each with its own numbers, by the checker and by
the kernel.

W1's employer and her host declare accords; each case holds what both texts say to the minute, and one that
neither says.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest

from brigade.texts.accords import Accord
from brigade.texts.labour_code import shipped_labour_code
from brigade.texts.rule_sets import LONG_SPANS
from brigade.values.workforce import Contract, Counters, EmployerKind, Engagement
from tests import builders
from tests.builders import ALWAYS, MONDAY, declared, employer, provider
from tests.duties import Duty, duties
from tests.lawful import STATUS, broken

FULL, PART = Contract(weekly=2100, full_time=True), Contract(weekly=1440)
LONG = [("08:00", 60), ("20:15", 15)]
"""Two visits a day, 12 h 30 from first to last."""


@dataclass(frozen=True)
class Pair:
    """`own`, `host`: an agreement and its accords. `breaks`: the rules that one of the two texts forbids it
    by."""

    name: str
    own: tuple[str, dict[str, int]]
    host: tuple[str, dict[str, int]]
    given: list[Duty]
    breaks: set[str] = field(default_factory=set)
    contract: Contract = FULL
    counters: Counters = field(default_factory=Counters)
    visits: dict[str, Any] = field(default_factory=dict)


def day(*visits: tuple[str, int], on: int = 0) -> list[Duty]:
    return [(on, clock, minutes) for clock, minutes in visits]


SPAN_13 = {"MAX_SPAN.limit": 780}
ONE_LONG = {"INTERRUPTIONS.long_count": 1, "INTERRUPTIONS.long_length": 180}
TWO_GAPS = day(("08:00", 60), ("11:30", 60), ("15:00", 60))
"""Two gaps of 2 h 30."""
LATE = Counters(long_spans=7)
NOT_FRAGILE = {"fragile": False}
CASES = [
    # The employer agreed on 13 h every day; the companies' 13 h at fragile clients' has no number of days.
    Pair("bad-13h-at-sap-8th-day", ("bad", SPAN_13), ("sap", {}), day(*LONG), counters=LATE),
    Pair("bad-at-sap-8th-day", ("bad", {}), ("sap", {}), day(*LONG), {"MAX_SPAN"}, counters=LATE),
    Pair(
        "bad-13h-at-sap-not-fragile",
        ("bad", SPAN_13),
        ("sap", {}),
        day(*LONG),
        {"MAX_SPAN"},
        visits=NOT_FRAGILE,
    ),
    Pair(
        "bad-at-sap-13h-7th-day",
        ("bad", {}),
        ("sap", SPAN_13),
        day(*LONG),
        counters=replace(LATE, long_spans=6),
    ),
    Pair("bad-at-sap-13h-not-fragile", ("bad", {}), ("sap", SPAN_13), day(*LONG), visits=NOT_FRAGILE),
    Pair(
        "bad-13h-at-sap-13h",
        ("bad", SPAN_13),
        ("sap", SPAN_13),
        day(*LONG),
        counters=LATE,
        visits=NOT_FRAGILE,
    ),
    # A lender without agreement knows no longer day; the host's agreement displaces the span that the code
    # leaves.
    Pair("ct-at-bad-7th-day", ("ct", {}), ("bad", {}), day(*LONG), counters=replace(LATE, long_spans=6)),
    Pair("ct-at-bad-8th-day", ("ct", {}), ("bad", {}), day(*LONG), {"MAX_SPAN"}, counters=LATE),
    # 12 h by the employer's accord on days that it counts; the code's 10 h at the host knows no exception.
    Pair(
        "bad-12h-at-ct-10h",
        ("bad", {"MAX_DAILY_WORK.exceptional": 720}),
        ("ct", {}),
        day(("07:00", 330), ("13:00", 300)),
        {"MAX_DAILY_WORK"},
        counters=Counters(long_days=0),
    ),
    Pair(
        "bad-12h-at-ct-12h",
        ("bad", {"MAX_DAILY_WORK.exceptional": 720}),
        ("ct", {"MAX_DAILY_WORK.limit": 720}),
        day(("07:00", 330), ("13:00", 300)),
        counters=Counters(long_days=0),
    ),
    # Five hours on five days of the one text, six on any day of the other: each its own total with its own
    # days.
    Pair(
        "bad-6h-at-bad-5h-6th-day",
        ("bad", {"INTERRUPTIONS.max_total": 360}),
        ("bad", {}),
        day(("08:00", 60), ("14:30", 60)),
        {"INTERRUPTIONS"},
        PART,
        Counters(long_interruptions=5),
    ),
    Pair(
        "bad-6h-at-bad-7-days-6th-day",
        ("bad", {"INTERRUPTIONS.max_total": 360}),
        ("bad", {"INTERRUPTIONS.long_total_days_per_fortnight": 7}),
        day(("08:00", 60), ("14:30", 60)),
        set(),
        PART,
        Counters(long_interruptions=5),
    ),
    # An accord in place of a default of the code is an agreement: what the other party has agreed displaces
    # it no more.
    Pair(
        "ct-10h-span-at-bad",
        ("ct", {"MAX_SPAN.limit": 600}),
        ("bad", {}),
        day(("08:00", 60), ("17:01", 60)),
        {"MAX_SPAN"},
    ),
    Pair(
        "ct-10h-span-at-bad-10h",
        ("ct", {"MAX_SPAN.limit": 600}),
        ("bad", {}),
        day(("08:00", 60), ("17:00", 60)),
    ),
    Pair(
        "bad-at-ct-10h-span",
        ("bad", {}),
        ("ct", {"MAX_SPAN.limit": 600}),
        day(("08:00", 60), ("17:01", 60)),
        {"MAX_SPAN"},
    ),
    Pair(
        "bad-part-at-ct-1-gap", ("bad", {}), ("ct", {"INTERRUPTIONS.max_length": 90}), TWO_GAPS, set(), PART
    ),
    # Three hours of night from 21:00 on, by the one end that the lender agreed on; from 22:00 two.
    Pair(
        "ct-night-to-7-at-bad",
        ("ct", {"NIGHT_WINDOW.to": 420}),
        ("bad", {}),
        day(("15:59", 481)),
        {"NIGHT_LIMITS"},
    ),
    Pair("ct-night-at-bad", ("ct", {}), ("bad", {}), day(("15:59", 481))),
    Pair("ct-9h-night-at-bad", ("ct", {"NIGHT_LIMITS.max_work": 540}), ("bad", {}), day(("21:00", 540))),
    Pair(
        "ct-9h-night-at-bad",
        ("ct", {"NIGHT_LIMITS.max_work": 540}),
        ("bad", {}),
        day(("21:00", 541)),
        {"NIGHT_LIMITS"},
    ),
    # Full-time contracts are none of V.13's, whatever the host's accord says of its own.
    Pair("bad-full-at-sap-4-gaps", ("bad", {"INTERRUPTIONS.max_count": 2}), ("sap", {}), TWO_GAPS),
    Pair(
        "bad-part-at-sap-4-gaps",
        ("bad", {"INTERRUPTIONS.max_count": 1}),
        ("sap", {}),
        TWO_GAPS,
        {"INTERRUPTIONS"},
        PART,
    ),
]


def made(case: Pair) -> Any:
    agreement, accords = case.own
    host, theirs = case.host
    provider_at = provider("S1", host, legal_status=STATUS[host], accords=theirs)
    person = {
        "employer_id": "E1",
        "engagements": (Engagement("S1", *ALWAYS),),
        "contract": case.contract,
        "counters": case.counters,
        "competencies": frozenset({"NIGHT"}),
    }
    return duties(
        case.given,
        shipped_labour_code(),
        days=7,
        first_day=MONDAY,
        providers=(provider_at,),
        employers=(employer("E1", agreement, EmployerKind.EMPLOYER_GROUP, accords=accords),),
        visits={"fragile": True, **case.visits},
        person=person,
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_text_holds_with_its_own_numbers(case: Pair) -> None:
    assert broken(made(case)) == case.breaks


def test_a_text_that_another_outdoes_in_everything_is_not_asked() -> None:
    code = shipped_labour_code()
    asked = builders.problem(
        visits=[],
        workers=[builders.worker(employer="E1", providers=["S1"])],
        providers=(provider("S1", "bad", accords=SPAN_13), provider("S2", "bad"), provider("S3", "sap")),
        employers=(employer("E1", "bad"),),
        rules=code,
    )
    [worker] = asked.workers
    assert [
        len(asked.rules_for(worker, hosts).apart(LONG_SPANS)) for hosts in ([], ["S1"], ["S2"], ["S3"])
    ] == [1, 1, 1, 2]


@pytest.mark.parametrize(("days", "breaks"), [(2, set()), (3, {"MAX_SPAN"})])
def test_longer_days_at_a_stricter_host_count_in_the_employers_text(days: int, breaks: set[str]) -> None:
    """Two longer days a month by the employer's accord, one by S2's: Monday is at S2, the others at the
    employer's own."""
    two, one = ({"MAX_SPAN.exceptional_days_per_month": count} for count in (2, 1))
    case = duties(
        [visit for on in range(days) for visit in day(*LONG, on=on)],
        shipped_labour_code(),
        days=7,
        first_day=MONDAY,
        hosts=["S2", "S2", *["S1"] * 4],
        providers=(provider("S1", "bad", accords=two), provider("S2", "bad", accords=one)),
        employers=(employer("S1", "bad", EmployerKind.PROVIDER),),
        person={
            "employer_id": "S1",
            "contract": FULL,
            "engagements": (Engagement("S1", *ALWAYS), Engagement("S2", *ALWAYS)),
        },
    )
    assert broken(case) == breaks


def test_the_normal_commute_is_that_of_the_day_s_own_texts() -> None:
    """W1 may also be sent to S2, whose normal way is 45 minutes; on a day at S1 alone an hour is normal, and
    13 h are 13 h."""
    hour = {"COMMUTE_NORMAL.normal_minutes": 60}
    given = (("V1", "S1", "07:00"), ("V2", "S1", "19:00"), ("V3", "S2", "19:00"))
    visits = [
        builders.visit(id, "A", 60, clock, clock, provider=host, fragile=True) for id, host, clock in given
    ]
    asked = builders.problem(
        visits,
        [builders.worker(employer="S1", providers=["S1", "S2"], contract=FULL)],
        places={"H": 0, "A": 60},
        providers=(provider("S1", "sap", accords=hour), provider("S2", "sap")),
        employers=(employer("S1", "sap", EmployerKind.PROVIDER),),
        rules=shipped_labour_code(),
    )
    for host, breaks in ("V2", set()), ("V3", {"MAX_SPAN"}):
        route = builders.route(asked, "W1", ("V1", "07:00"), (host, "19:00"))
        assert broken((asked, builders.plan(asked, route))) - {"INTERRUPTIONS"} == breaks


def test_a_long_gap_is_long_for_those_whose_text_says_so() -> None:
    """Three gaps of 1 h 30: none longer than W1's two hours, three than W2's hour."""
    lengths = {"INTERRUPTIONS.long_length": 60}
    clocks = ["08:00", "10:00", "12:00", "14:00"]
    visits = [
        builders.visit(f"V{n}", minutes=30, earliest=clock, latest=clock, fragile=True)
        for n, clock in enumerate(clocks)
    ]
    people = [
        builders.worker(id, employer=own, providers=["S1"], home=None, contract=FULL)
        for id, own in (("W1", "E1"), ("W2", "E2"))
    ]
    asked = builders.problem(
        visits,
        people,
        providers=(provider("S1", "sap"),),
        employers=(employer("E1", "sap"), replace(employer("E2", "sap"), accords=declared(lengths))),
        rules=shipped_labour_code(),
    )
    for id, breaks in ("W1", set()), ("W2", {"INTERRUPTIONS"}):
        route = builders.route(asked, id, *((f"V{n}", clock) for n, clock in enumerate(clocks)))
        assert broken((asked, builders.plan(asked, route))) == breaks


# -- accords of some days ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("first", "last", "rest"),
    [
        (None, None, 540),
        (date(2026, 3, 9), date(2026, 3, 15), 540),
        (
            date(2026, 3, 10),
            None,
            660,
        ),  # from Tuesday of the week: on Monday the text still asks for eleven hours
        (None, date(2026, 3, 14), 660),
        (date(2027, 1, 1), None, 660),
        (None, date(2026, 3, 8), 660),
    ],
)
def test_an_accord_counts_on_its_days_as_rows_do(first: date | None, last: date | None, rest: int) -> None:
    signed = {"DAILY_REST.limit": Accord(540, "accord", first, last)}
    asked = builders.problem(
        visits=[],
        workers=[builders.worker(employer="S1", providers=["S1"])],
        providers=(replace(provider("S1", "bad"), accords=signed),),
        employers=(employer("S1", "bad", EmployerKind.PROVIDER),),
        rules=shipped_labour_code(),
        days=7,
    )
    row = asked.rules_for(asked.workers[0], ["S1"]).get("DAILY_REST")
    assert row is not None
    assert row.value == rest


@pytest.mark.parametrize("order", [("limit", "civil_limit"), ("civil_limit", "limit")])
def test_an_accord_on_the_day_speaks_of_both_measures_unless_one_has_its_own(order: tuple[str, str]) -> None:
    """Of 11 h between rests and 9 h from midnight to midnight, in whichever order they are declared."""
    values = {"limit": 660, "civil_limit": 540}
    rules = shipped_labour_code().party(
        "sap", declared({f"MAX_DAILY_WORK.{name}": values[name] for name in order})
    )
    met = {name: row.value for name in values if (row := rules.get("MAX_DAILY_WORK", name)) is not None}
    assert met == values
    alone = (
        shipped_labour_code()
        .party("sap", declared({"MAX_DAILY_WORK.limit": 660}))
        .get("MAX_DAILY_WORK", "civil_limit")
    )
    assert alone is not None
    assert alone.value == 660


def test_an_accord_names_urgent_causes_that_its_text_does_not() -> None:
    """CT L3123-24: the cases of urgency are those an accord defines; BAD V.37 has four, and a company may
    agree on others."""
    code = shipped_labour_code()
    for agreement in ("ct", "bad"):
        row = code.party(agreement, declared({"URGENT_CAUSES.client_death": 1})).get(
            "URGENT_CAUSES", "client_death"
        )
        assert row is not None
        assert row.value == 1
        kept = code.party(agreement).get("URGENT_CAUSES", "client_death")
        assert kept is not None
        assert kept.value == 0
