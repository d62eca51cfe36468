"""What a provider reads of the reasons of its own visits: nobody's name, and no sentence with a hole."""

from __future__ import annotations

from datetime import date

import pytest

from api.plans.own_reasons import of_own, sentence
from api.shapes.planning.plan_views import ReasonView
from brigade.exchange.documents.reasons import show_reason
from brigade.units import Horizon
from brigade.values.plan import Reason
from brigade.words import say

DAY = Horizon(date(2026, 3, 9))
PIN = Reason.of("moves_pinned", visit="V1", pinned_at=540, start=550)
TIED = Reason.of("tied_worker", by="W1", why=PIN)
LATE = Reason.of("back_too_late", back=550, end=510, late_min=40)


def own(reason: Reason, *foreign: str) -> ReasonView:
    return of_own(ReasonView(**show_reason(reason)), foreign)


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (
            Reason.of("tied_worker", by="W1", why=PIN, workers=("W2", "W3")),
            "2 people: 1 person, whose visit is tied to it: V1, pinned at 09:00, "
            "would not begin before 09:10",
        ),
        (
            Reason.of("all_of", obstacles=(LATE, TIED), workers=("W2",)),
            "1 person: would be back at 09:10, the availability ends at 08:30: 40 min too late; and "
            "1 person, whose visit is tied to it: V1, pinned at 09:00, would not begin before 09:10",
        ),
        (
            Reason.of("delays_return", by="W1", back=550, end=510, late_min=40, workers=("W2",)),
            "1 person: 1 person, whose visit is tied to it, would be back at 09:10, available until 08:30: "
            "40 min too late",
        ),
        (
            Reason.of("tied_to_covered", other="V1", by="W1", start=540),
            "Tied to V1, done by 1 person at 09:00",
        ),
    ],
)
def test_who_does_the_tied_visit_is_nobody_by_name(reason: Reason, said: str) -> None:
    assert sentence(own(reason), DAY, "en") == said
    assert "W1" not in str(own(reason))


def test_a_pin_of_another_provider_goes_with_its_hour() -> None:
    told = own(Reason.of("tied_worker", by="W1", why=PIN, workers=("W2",)), "V1")
    assert "540" not in str(told)
    assert sentence(told, DAY, "en") == (
        f"1 person: 1 person, whose visit is tied to it: {say(Reason.of('busy_too'), 'en').lower()}"
    )
