"""Who could come, who comes and why, and all answers as JSON."""

from __future__ import annotations

from dataclasses import replace

import pytest

from brigade.errors import InvalidPlan
from brigade.exchange.documents.answer_documents import (
    candidates_to_json,
    contribution_to_json,
    explanation_to_json,
    suggestion_to_json,
)
from brigade.units import Interval
from brigade.values.plan import Plan
from brigade.values.workforce import Contract
from solver.advice import (
    candidates,
    plan_with,
    why_uncovered,
    why_worker,
    would_cover,
)
from tests.builders import at, labour, problem, visit, worker
from tests.solver.advice.answers import (
    planned,
    two_at_hand,
)


def test_candidates_are_ranked_by_cost_with_their_figures() -> None:
    """W1: 20 minutes of travel at 10 and a stranger at 60: 260. W2: 40 minutes: 400 and known."""
    given = two_at_hand()
    found = candidates(given, Plan(()), "V1")
    assert [one.worker_id for one in found.ranked] == ["W1", "W2"]
    one, two = found.ranked
    assert two.cost - one.cost == 400 - 260
    assert (one.detour_min, two.detour_min) == (20, 40)
    assert (one.known, two.known) == ((), ("V1",))
    assert (one.points, one.work_min, one.fair_min) == (30, 60, 30)


def test_why_this_worker_says_what_the_stop_adds_and_the_next_best() -> None:
    given = two_at_hand()
    told = why_worker(given, planned(given, W1=["V1"]), "V1")
    assert dict(told.terms) == {"travel": 200, "unfamiliar": 60, "equity_workers": 30}
    assert [(one.worker_id, one.more) for one in told.alternatives] == [("W2", 140)]
    assert dict(told.alternatives[0].terms) == {"travel": 200, "unfamiliar": -60}
    assert told.marking is not None


def test_who_does_it_is_asked_only_of_covered_visits() -> None:
    with pytest.raises(InvalidPlan):
        why_worker(two_at_hand(), Plan(()), "V1")


def test_a_half_day_is_taken_whole_or_not_at_all() -> None:
    """W1 is free all morning, W2 from nine: too late for the first of the three."""
    visits = [visit(f"V{hour}", "A", 50, f"{hour:02d}:00", f"{hour:02d}:05") for hour in (8, 9, 10)]
    given = problem(visits, [worker("W1"), worker("W2", "09:00", "12:00")])
    found = candidates(given, Plan(()), ["V8", "V9", "V10"])
    assert [one.worker_id for one in found.ranked] == ["W1"]
    assert [place.visit_id for place in found.ranked[0].placements] == ["V8", "V9", "V10"]
    assert [(one.worker_id, one.first.reason.code) for one in found.others] == [("W2", "arrives_too_late")]


def test_with_moves_it_shows_who_takes_what_over() -> None:
    visits = [visit("V1", "A", 60, "08:00", "08:00"), visit("V2", "A", 60, "08:00", "08:00", provider="S2")]
    given = problem(visits, [worker("W1"), worker("W2", providers=["S1"])])
    plan = planned(given, W1=["V1"])
    assert candidates(given, plan, "V2").ranked == ()
    (one,) = candidates(given, plan, "V2", moves_allowed=True).ranked
    assert (one.worker_id, dict(one.moved), one.dropped, one.points) == ("W1", {"V1": "W2"}, (), 30)
    assert plan_with(given, plan, one).covered == {"V1", "V2"}


def test_refusals_left_are_shown() -> None:
    rules = labour(bad={"REFUSALS_SHORT": {"value": 4, "unit": "count"}})
    given = problem([visit("V1")], rules=rules)
    refused = replace(given.workers[0], counters=replace(given.workers[0].counters, refusals=3))
    (one,) = candidates(replace(given, workers=(refused,)), Plan(()), "V1").ranked
    assert one.refusals_left == 1


def test_answers_are_plain_json_with_sentences() -> None:
    given = two_at_hand()
    plan = planned(given, W1=["V1"])
    why = explanation_to_json(given, why_uncovered(given, Plan(()), "V1"), "en")
    assert why["workers"][0]["obstacles"][0]["sentence"] == "Could take it with nothing else changed"
    (add,) = would_cover(given, Plan(()), "V1")
    assert suggestion_to_json(given, add)["sentence"] == "Confier V1 à W1 : rien d’autre ne change"
    assert candidates_to_json(given, candidates(given, plan, "V1"))["ranked"][0]["worker_id"] == "W2"
    assert contribution_to_json(given, why_worker(given, plan, "V1"))["soft"] == 290


def test_hours_for_another_employer_take_none_of_the_contracts() -> None:
    """Ten hours a week, three of them elsewhere on that day: V1 leaves nine hours of the contract. Without a
    contract, 48 h less three and one."""
    other = (Interval(at("17:00"), at("20:00")),)
    rules = labour(mandatory={"MAX_WEEK_WORK": 2880})

    def left(contract: Contract) -> float | None:
        person = worker("W1", "06:00", "12:00", home=None, contract=contract, other_work=other)
        given = problem([visit("V1", earliest="08:00", latest="09:00")], [person], rules=rules)
        return candidates(given, Plan(()), "V1").ranked[0].hours_left_min

    assert left(Contract(weekly=600)) == 540
    assert left(Contract()) == 2880 - 180 - 60
