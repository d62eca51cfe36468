"""AI_480H: 480 hours with for-profit hosts in 24 months, for the workers of an intermediary association."""

from __future__ import annotations

from typing import Any

from brigade.demand import LegalStatus
from brigade.plan import Plan
from brigade.problem import Problem
from brigade.rules import ai_480h
from brigade.workforce import Counters, EmployerKind
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
    """W1 of an association that used `used` minutes of its cap, `minutes` at a host that is a company unless said."""
    host = builders.provider("S2", "ct", legal_status=more.get("status", LegalStatus.COMPANY))
    employer = builders.employer("E1", "ct", kind, applies_480h_to_public=more.get("public", True))
    counters = Counters(capped_ai_work=used, ai_cap=more.get("cap"))
    parties: dict[str, Any] = {"providers": (builders.provider("S1"), host), "employers": (employer,)}
    spans = [(0, "06:00", minutes - 60), (0, "18:00", 60)]
    return duties(spans, RULES, hosts=more.get("hosts", ("S2", "S2")), person={"counters": counters}, **parties)


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
