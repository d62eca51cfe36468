"""AI_480H: 480 hours with for-profit hosts in 24 months, for the workers of an intermediary association."""

from __future__ import annotations

from typing import Any

from brigade.law.rules import ai_480h
from brigade.values.demand import LegalStatus
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.workforce import Counters, EmployerKind
from solver.kernel.local_search import Search
from solver.model.model import build_model
from tests import builders
from tests.builders import labour
from tests.duties import codes, duties, found

FLAG = {"unit": "flag"}
RULES = labour(
    mandatory={
        "AI_480H": 28800,
        "AI_480H_EXEMPT.non_profit_exempt": {"value": 1, **FLAG},
        "AI_480H_EXEMPT.public_counts": {"value": 1, **FLAG, "stricter": "higher"},
    }
)


def lent(
    minutes: int, used: int, *, kind: EmployerKind = EmployerKind.INTERMEDIARY_ASSOCIATION, **more: Any
) -> tuple[Problem, Plan]:
    """W1 of an association that used `used` minutes of its cap, `minutes` at a host that is a company unless
    said."""
    host = builders.provider("S2", "ct", legal_status=more.get("status", LegalStatus.COMPANY))
    employer = builders.employer("E1", "ct", kind, applies_480h_to_public=more.get("public", True))
    counters = Counters(capped_ai_work=used, ai_cap=more.get("cap"))
    parties: dict[str, Any] = {"providers": (builders.provider("S1"), host), "employers": (employer,)}
    spans = [(0, "06:00", minutes - 60), (0, "18:00", 60)]
    return duties(
        spans, RULES, hosts=more.get("hosts", ("S2", "S2")), person={"counters": counters}, **parties
    )


def test_the_cap_to_the_minute() -> None:
    """480 h = 28 800 min: 28 500 + 300 is the cap, 301 is over it."""
    assert codes(ai_480h, lent(300, 28500)) == []
    (violation,) = found(ai_480h, lent(301, 28500))
    assert violation.where == "W1 2026-03-09"
    assert dict(violation.reason.values) == {"used_min": 28801, "limit_min": 28800}


def test_non_profit_hosts_are_exempt() -> None:
    assert codes(ai_480h, lent(301, 28800, status=LegalStatus.NON_PROFIT)) == []
    assert codes(ai_480h, lent(301, 28740, hosts=("S1", "S2"))) == []


def test_public_hosts_count_by_the_employers_setting() -> None:
    assert codes(ai_480h, lent(301, 28500, status=LegalStatus.PUBLIC)) == ["ai_480h"]
    assert codes(ai_480h, lent(301, 28500, status=LegalStatus.PUBLIC, public=False)) == []


def test_a_derogation_moves_the_cap() -> None:
    assert codes(ai_480h, lent(301, 28500, cap=40000)) == []
    (violation,) = found(ai_480h, lent(301, 39800, cap=40000))
    assert violation.article.endswith("(plafond dérogatoire)")


def test_other_employers_have_no_such_cap() -> None:
    assert codes(ai_480h, lent(301, 28800, kind=EmployerKind.EMPLOYER_GROUP)) == []


def test_what_lies_between_two_visits_of_one_host_counts_too() -> None:
    """L5132-9 2°, "the whole length of secondments": 60 min at S2, 10 of travel and 5 of short wait, 60 at
    S2, then 10 to S1 and 10 to S2 again, which are for nobody or for the next host: 60 + 15 + 60 + 60."""
    rules = labour(
        mandatory={
            "AI_480H": 195,
            "TRAVEL_IS_WORK": {"value": 1, **FLAG, "stricter": "higher"},
            "SHORT_GAP_PAID": {"value": 15, "stricter": "higher"},
            "AI_480H_EXEMPT.non_profit_exempt": {"value": 1, **FLAG},
        }
    )
    parties: dict[str, Any] = {
        "providers": (
            builders.provider("S1"),
            builders.provider("S2", "ct", legal_status=LegalStatus.COMPANY),
        ),
        "employers": (builders.employer("E1", "ct", EmployerKind.INTERMEDIARY_ASSOCIATION),),
    }
    clocks = ("08:00", "09:15", "10:25", "11:35")
    places = (("H", "S2"), ("A", "S2"), ("B", "S1"), ("A", "S2"))
    visits = [
        builders.visit(f"V{n}", site, 60, clock, clock, provider=host)
        for n, (clock, (site, host)) in enumerate(zip(clocks, places, strict=True))
    ]
    for used, broken in ((0, []), (1, [196])):
        person = builders.worker(counters=Counters(capped_ai_work=used))
        asked = builders.problem(visits, [person], rules=rules, **parties)
        tour = builders.route(asked, "W1", *((f"V{n}", clock) for n, clock in enumerate(clocks)))
        violations = found(ai_480h, (asked, builders.plan(asked, tour)))
        assert [dict(one.reason.values)["used_min"] for one in violations] == broken
        assert Search(build_model(asked).arrays, 1).load([[0, 1, 2, 3]]) == (not broken)
