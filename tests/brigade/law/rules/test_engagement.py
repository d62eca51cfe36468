"""ENGAGEMENT: a paper, signed or promised, covers the provider and the duty day."""

from __future__ import annotations

from datetime import date

import pytest

from brigade.law.rules import engagement
from brigade.units import TimeWindow
from brigade.values.workforce import Engagement, EngagementStatus
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


def test_a_night_needs_its_paper_on_the_evening_it_begins() -> None:
    late = visit("V1", windows=(TimeWindow.hard(at("25:00"), at("26:00")),))
    paper = (Engagement("S1", MONDAY, MONDAY),)
    asked = problem([late], [worker(hours=(("22:00", "31:00"),), engagements=paper)], days=2)
    assert list(engagement.check(asked, plan(asked, route(asked, "W1", ("V1", "25:00"))))) == []
