"""The solver's twin of MAX_DAILY_WORK where a year begins within the days planned."""

from __future__ import annotations

from datetime import date

import pytest

from brigade.values.workforce import Counters
from tests.brigade.law.rules.test_max_daily_work import TWELVE
from tests.duties import duties
from tests.limits.case import SETTINGS
from tests.solving import searched


@pytest.mark.parametrize(("day", "used", "is_covered"), [(0, None, False), (1, None, True), (1, 70, True)])
def test_the_new_year_has_its_longer_days(day: int, used: int | None, is_covered: bool) -> None:
    """Eleven hours on 31 December or 1 January, ten being the normal day: of 2026 nobody knows how many such
    days are left, of 2027 all of them are."""
    problem, _ = duties(
        [(day, "06:00", 660)],
        TWELVE,
        days=2,
        first_day=date(2026, 12, 31),
        person={"counters": Counters(long_days=used)},
    )
    assert any(searched(problem, SETTINGS).orders.values()) is is_covered
