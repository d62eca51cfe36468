"""Who is bound by which texts, agreements and accords."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from brigade.errors import InvalidProblem
from brigade.texts.accords import Accord
from brigade.texts.binding import BindingTexts, Party
from brigade.texts.labour_code import shipped_labour_code
from brigade.texts.rule_sets import RuleLayer
from brigade.values.demand import LegalStatus
from brigade.values.workforce import EmployerKind
from tests.builders import MONDAY, employer, provider

LABOUR = shipped_labour_code()


def span_limit(own: Party, host: Party, *hosts: str, leniently: bool = False) -> int | None:
    texts = BindingTexts(LABOUR, {"P1": own}, {"P1": host}, MONDAY, MONDAY, leniently)
    row = texts.joined("P1", hosts, full_time=True).get("MAX_SPAN")
    return None if row is None else row.value


def test_a_saad_that_lends_its_staff_is_bound_by_its_accords_as_their_employer_too() -> None:
    host = provider("P1", accords={"MAX_SPAN.limit": 600})
    assert span_limit(employer("P1", "bad"), host) == 600
    assert span_limit(employer("P1", "bad", accords={"MAX_SPAN.limit": 660}), host) == 660
    assert span_limit(employer("P1", "bad", accords={"MAX_SPAN.limit": 660}), host, "P1") == 600
    assert span_limit(employer("P1", "sap"), host) == 720


def test_an_accord_binds_on_its_own_days_and_the_strictest_day_speaks_for_all() -> None:
    """Ten hours until Wednesday, twelve from then on: a plan of the week obeys ten, Thursday's pay twelve."""
    accord = Accord(600, in_force_until=date(2026, 3, 11))
    host = replace(provider("P1"), accords={"MAX_SPAN.limit": accord})
    sides = LABOUR, {"AI": employer("AI", "bad")}, {"P1": host}
    for first, last, limit in ((9, 15, 600), (9, 9, 600), (12, 12, 720)):
        days = date(2026, 3, first), date(2026, 3, last)
        found = BindingTexts(*sides, *days).joined("AI", ["P1"], full_time=True).get("MAX_SPAN")
        assert found is not None
        assert found.value == limit, days


def test_what_binds_with_the_same_hosts_is_joined_once() -> None:
    """Counting what people worked asks for it some times for each of their days."""
    days = date(2026, 3, 9), date(2026, 3, 9)
    texts = BindingTexts(LABOUR, {"AI": employer("AI", "bad")}, {"P1": provider("P1")}, *days)
    assert texts.joined("AI", ["P1"], full_time=True) is texts.joined("AI", {"P1"}, full_time=True)
    assert texts.joined("AI", ["P1"], full_time=True) is not texts.joined("AI", [], full_time=True)


def test_hours_are_counted_without_an_accord_that_the_law_refuses_and_no_plan_is_made_of_it() -> None:
    refused = provider("P1", accords={"NO_RULE.limit": 1})
    assert span_limit(employer("P1", "none-such"), refused, "P1", leniently=True) == 720
    with pytest.raises(InvalidProblem):
        span_limit(employer("P1"), refused, "P1")
    with pytest.raises(KeyError):
        span_limit(employer("P1", "none-such"), provider("P1"))


def test_the_code_binds_no_public_agent_and_stays_with_whoever_is_lent_to_them() -> None:
    """12 h of span at the décret's host for both; an interruption a day is what the code says of contracts,
    and so of the group's part-timer alone."""
    town = provider("P1", "fpt", legal_status=LegalStatus.PUBLIC)
    group, agents = employer("GE"), employer("P1", "fpt", EmployerKind.PROVIDER)
    texts = BindingTexts(LABOUR, {"GE": group, "P1": agents}, {"P1": town}, MONDAY, MONDAY)
    for own, interruptions in (("GE", 1), ("P1", None)):
        found = texts.joined(own, ["P1"], full_time=False)
        span, most = found.get("MAX_SPAN"), found.get("INTERRUPTIONS", "max_count")
        assert span is not None
        assert span.value == 720
        assert (None if most is None else most.value) == interruptions
    night = texts.joined("P1", [], full_time=True).get("NIGHT_WINDOW", "to")
    assert night is not None
    assert night.value == 300
    assert {row.layer for row in texts.joined("P1", [], full_time=True).values.values()} == {
        RuleLayer.AGREEMENT
    }


def test_a_public_agent_at_a_host_under_the_code_brings_no_rule_of_contracts_from_there() -> None:
    """The host's mandatory code binds her there; its one interruption speaks of contracts, and hers is
    none of the code's."""
    agents, host = employer("P1", "fpt", EmployerKind.PROVIDER), provider("P2", "ct")
    texts = BindingTexts(LABOUR, {"P1": agents}, {"P2": host}, MONDAY, MONDAY)
    found = texts.joined("P1", ["P2"], full_time=False)
    assert found.get("INTERRUPTIONS", "max_count") is None
    assert found.get("NIGHT_LIMITS", "max_work") is not None
