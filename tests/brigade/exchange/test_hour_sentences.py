"""Another hour for a family, said in one sentence: who comes when, and how much more travel there is."""

from __future__ import annotations

import pytest

from brigade.changes.answers import ProposedHour, ProposedHours
from brigade.exchange.documents.answer_documents import hours_to_json
from brigade.units import TimeWindow
from tests.builders import at, problem, visit, worker

VISITS = [visit("V1", minutes=30), visit("V2", minutes=30)]
SLOT = TimeWindow.hard(at("09:00"), at("09:29"))


def sentence(starts: dict[str, int], slot: TimeWindow = SLOT, travel_min: float = 0, lang: str = "en") -> str:
    given = problem(VISITS, [worker(), worker("W2")], days=2)
    workers = {"V1": "W1", "V2": "W2"}
    one = ProposedHour({"V1": slot}, starts, workers, 0, 0, travel_min, (), None, ())
    told = hours_to_json(given, ProposedHours("V1", (one,), 1), lang)
    return str(told["proposals"][0]["sentence"])


def test_two_who_come_at_one_hour_are_said_in_one_breath() -> None:
    told = sentence({"V1": at("09:10"), "V2": at("09:10")}, travel_min=20)
    assert told == "Monday 9 March 2026, between 09:00 and 09:29: W1 and W2 at 09:10, 20 min more travel"


@pytest.mark.parametrize(("day", "named"), [(0, ""), (1, " on Tuesday 10 March 2026")])
def test_who_comes_at_another_hour_is_told_with_it(day: int, named: str) -> None:
    told = sentence({"V1": at("09:10"), "V2": at("15:00", day)})
    assert told == f"Monday 9 March 2026, between 09:00 and 09:29: W1 at 09:10 and W2 at 15:00{named}"


def test_a_slot_of_one_minute_is_no_span() -> None:
    nine = at("09:00")
    told = sentence({"V1": nine}, TimeWindow.hard(nine, nine), travel_min=-5, lang="fr")
    assert told == "lundi 9 mars 2026, à 09:00 précises : W1 à 09:00, 5 min de trajet en moins"
