"""Figures of one name are equal wherever they are printed, and are what docs/figures.md says: counted anew on
the demo day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest

from brigade.exchange.documents.facts import judged, shown
from brigade.exchange.documents.plan_document import plan_text, plan_to_json, read_plan
from brigade.exchange.reports.html import html_report
from brigade.figures.definitions import definitions
from brigade.figures.report import indicators, sums
from brigade.figures.rounding import half_up, mileage_cents
from brigade.law.marking import mark
from brigade.values.demand import Priority
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.words import typeset
from brigade.words.catalogue import text_of
from scenarios import catalogue
from solver.model.search_settings import SearchSettings
from solver.solve import solve
from tests import builders
from tests.builders import at
from tests.figures_by_hand import by_hand


@cache
def demo() -> tuple[Problem, Plan]:
    problem = catalogue.load("demo")
    plan = solve(problem, SearchSettings(iterations=50, seed=1, threads=1, prove=False)).plan
    assert plan is not None
    return problem, plan


@cache
def replanned() -> tuple[Problem, Plan]:
    """The same day four hours later, once its first tours are told: their notice still counts from the
    morning."""
    problem, plan = demo()
    later = replace(problem, now=problem.now + 240)
    kept = replace(plan, routes=plan.routes[:-3])
    return later, mark(later, kept, plan)


@pytest.mark.parametrize("day", [demo, replanned], ids=["demo", "replanned"])
def test_every_figure_of_a_plan_is_what_its_definition_says(day: Callable[[], tuple[Problem, Plan]]) -> None:
    """Counted anew by hand; the document and the report print the same."""
    problem, plan = day()
    facts = judged(problem, plan)
    document = plan_to_json(problem, plan, facts)
    told = {(one["name"], one.get("of")): one["value"] for one in document["indicators"]}
    expected = by_hand(problem, plan)
    assert len(expected) > 100
    assert {key: told.get(key, 0) for key in expected} == pytest.approx(expected, abs=0.5)
    page = html_report(problem, plan, facts)
    for one in facts.indicators:
        if one.of is None:
            assert typeset(shown(one, "fr"), "fr") in page, one.name
    assert read_plan(plan_text(problem, plan, facts).encode(), problem) == plan
    added = {(one.name, one.of): one.value for one in sums(problem, plan).values}
    assert added == {key: value for key, value in told.items() if definitions()[key[0]].adds_up}


def test_notice_counts_from_when_its_worker_was_told() -> None:
    """Told five days before; replanned on the day: what she kept was told in time, another client in her
    hours too, what is new was not."""
    visits = [
        builders.visit(id, site, day=5, earliest="08:00")
        for id, site in (("V1", "A"), ("V2", "A"), ("V3", "B"))
    ]
    problem = builders.problem(
        visits, [builders.worker(hours=[(at("06:00", 5), at("22:00", 5))])], days=6, now=at("00:00")
    )
    first = builders.plan(problem, builders.route(problem, "W1", ("V1", at("08:00", 5))))
    told = mark(problem, first)
    assert indicators(problem, told).value("short_notice_calls") == 0
    later = replace(problem, now=at("07:00", 5))
    kept = builders.route(later, "W1", ("V1", at("08:00", 5)), ("V3", at("10:00", 5)))
    again = mark(later, builders.plan(later, kept), told)
    assert [stop.told_at for stop in again.routes[0].stops] == [0, at("07:00", 5)]
    assert indicators(later, again).value("short_notice_calls") == 1
    instead = builders.plan(later, builders.route(later, "W1", ("V2", at("08:00", 5))))
    assert indicators(later, mark(later, instead, told)).value("short_notice_calls") == 0


def test_a_mandatory_visit_counts_in_its_priority() -> None:
    """Two of three P1, one of them mandatory and left: 2/3, not 2/2 and the mandatory apart."""
    problem = builders.problem(
        [builders.visit(f"V{n}", priority=Priority.P1, mandatory=n == 2) for n in range(3)]
    )
    plan = builders.plan(problem, builders.route(problem, "W1", ("V0", "08:00"), ("V1", "09:00")))
    told = indicators(problem, plan)
    assert told.by_part("coverage_rate") == {
        "P1": pytest.approx(2 / 3),
        "S1": pytest.approx(2 / 3),
        "mandatory": 0,
    }
    assert (told.value("service_breaks"), told.value("mandatory_uncovered")) == (1, 1)


def test_a_kilometre_is_rounded_once_a_day_and_half_up() -> None:
    """Legs of 333, 333 and 334 m at 0.38 EUR: floored leg by leg 12 + 12 + 12 cents, the day's kilometre is
    worth 38."""
    assert mileage_cents(1000, 38) == 38
    assert [half_up(n, 10) for n in (4, 5, 14, 15)] == [0, 1, 1, 2]


def test_a_provider_called_like_a_priority_is_a_part_of_its_own() -> None:
    visit = builders.visit("V1", provider="P1")
    worker = builders.worker(providers=("P1",))
    problem = builders.problem([visit], [worker], providers=(builders.provider("P1"),))
    rates = indicators(problem, builders.plan(problem)).by_part("coverage_rate")
    assert rates == {"P2": 0, "saad P1": 0}


def test_the_days_of_a_plan_add_up_to_it() -> None:
    """Two days of two months: what adds up, adds up over any cut."""
    visits = [
        builders.visit("V1", "A", day=0),
        builders.visit("V2", "B", day=1),
        builders.visit("V3", "C", day=1),
    ]
    workers = [
        builders.worker(hours=[(at("06:00"), at("22:00")), (at("06:00", 1), at("22:00", 1))], cents_per_km=37)
    ]
    problem = builders.problem(visits, workers, days=2)
    routes = (
        builders.route(problem, "W1", (id, at("09:00", tour)), tour=tour)
        for id, tour in (("V1", 0), ("V2", 1))
    )
    plan = mark(problem, builders.plan(problem, *routes))
    whole = {one.key: one.value for one in sums(problem, plan).values}
    parts: dict[str, float] = {}
    for ahead in range(2):
        for one in sums(problem, plan, {problem.horizon.first_day + timedelta(days=ahead)}).values:
            parts[one.key] = parts.get(one.key, 0) + one.value
    assert parts == {key: pytest.approx(value) for key, value in whole.items()}
    assert (whole["requests"], whole["covered"], whole["distance"]) == (3, 2, 60_000)


# -- definitions -------------------------------------------------------------------------------------------
def test_whatever_a_plan_prints_is_defined_with_its_unit() -> None:
    problem, plan = demo()
    for one in indicators(problem, plan).values:
        assert definitions()[one.name].unit == one.unit, one.name
        assert definitions()[one.name].is_printed("plan")


def test_a_definition_is_whole() -> None:
    """Named and said in both languages, of a known kind, rounded in words, printed somewhere, from a
    source."""
    for name, one in definitions().items():
        assert one.kind in ("sum", "ratio", "value"), name
        assert one.places, name
        assert one.source, name
        keys = [
            f"indicator.{name}",
            f"figure.{name}",
            f"figure_kind.{one.kind}",
            f"rounding.{one.rounding}",
            f"unit.{one.unit}",
        ]
        keys += [f"part_kind.{part}" for part in one.parts]
        assert [key for key in keys for lang in ("fr", "en") if text_of(f"word.{key}", lang) is None] == []
