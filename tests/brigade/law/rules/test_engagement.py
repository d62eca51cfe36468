"""ENGAGEMENT: a paper, signed or promised, covers the provider and the duty day."""

from __future__ import annotations

from datetime import date

import pytest

from brigade.changes.answers import SuggestionKind
from brigade.law.rules import engagement
from brigade.units import TimeWindow
from brigade.values.plan import Plan, Reason
from brigade.values.workforce import Engagement, EngagementStatus
from solver.advice.explanations import why_uncovered
from solver.advice.suggesting.suggestions import would_cover
from tests.builders import MONDAY, at, plan, problem, route, visit, worker

SUNDAY, TUESDAY = date(2026, 3, 8), date(2026, 3, 10)


@pytest.mark.parametrize(
    ("papers", "is_broken"),
    [
        ((), True),
        ((Engagement("S1", MONDAY, MONDAY),), False),
        ((Engagement("S1", MONDAY, MONDAY, EngagementStatus.PROMISED),), False),
        ((Engagement("S1", TUESDAY, TUESDAY),), True),
        ((Engagement("S1", SUNDAY, SUNDAY),), True),
        ((Engagement("S2", MONDAY, MONDAY),), True),
    ],
)
def test_a_paper_covers_provider_and_day_its_ends_included(
    papers: tuple[Engagement, ...], is_broken: bool
) -> None:
    asked = problem([visit("V1")], [worker(engagements=papers)])
    found = list(engagement.check(asked, plan(asked, route(asked, "W1", ("V1", "08:00")))))
    assert [violation.reason.value("provider") for violation in found] == (["S1"] if is_broken else [])


@pytest.mark.parametrize(
    ("dates", "told"),
    [
        ([(SUNDAY, SUNDAY)], {("ended", "2026-03-08")}),
        ([(TUESDAY, TUESDAY)], {("begins", "2026-03-10")}),
        (
            [(date(2025, 1, 1), date(2025, 1, 31)), (SUNDAY, SUNDAY), (TUESDAY, TUESDAY)],
            {("ended", "2026-03-08"), ("begins", "2026-03-10")},
        ),
        ([], set()),
    ],
)
def test_a_paper_of_other_dates_is_told_with_them(
    dates: list[tuple[date, date]], told: set[tuple[str, str]]
) -> None:
    """She was engaged there, only not on Monday 9 March: "no engagement" alone says too little."""
    papers = tuple(Engagement("S1", first, last) for first, last in dates)
    asked = problem([visit("V1")], [worker(engagements=papers)])
    (found,) = engagement.check(asked, plan(asked, route(asked, "W1", ("V1", "08:00"))))
    assert _dates(found.reason) == told
    (obstacle,) = why_uncovered(asked, Plan(()), "V1").of("W1").obstacles
    assert _dates(obstacle.reason) == told
    (action,) = [one for one in would_cover(asked, Plan(()), "V1") if one.kind is SuggestionKind.SIGN]
    assert _dates(action.reason) == told


def _dates(reason: Reason) -> set[tuple[str, object]]:
    return {(name, value) for name, value in reason.values if name in ("ended", "begins")}


def test_a_night_needs_its_paper_on_the_evening_it_begins() -> None:
    late = visit("V1", windows=(TimeWindow.hard(at("25:00"), at("26:00")),))
    paper = (Engagement("S1", MONDAY, MONDAY),)
    asked = problem([late], [worker(hours=(("22:00", "31:00"),), engagements=paper)], days=2)
    assert list(engagement.check(asked, plan(asked, route(asked, "W1", ("V1", "25:00"))))) == []
