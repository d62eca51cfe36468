"""What a coordinator is told of visits that go with others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from brigade.changes.answers import SuggestionKind
from brigade.exchange.documents.plan_document import plan_record_from_json, plan_to_json
from brigade.exchange.reports.html import html_report
from brigade.exchange.reports.plain_text import terminal_text
from brigade.judging.checker import hard_violations
from brigade.values.demand import Link, LinkKind, Priority
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.workforce import Worker
from brigade.words import say
from solver.advice import (
    apply_suggestion,
    enact,
    examine,
    why_uncovered,
    would_cover,
)
from solver.advice.suggesting.drafts import SPLIT_COST
from solver.advice.tied_visits import people_needed
from tests.builders import problem, visit, worker
from tests.solver.advice.answers import (
    CARERS,
    assert_each_covers,
    first_sentence,
    planned,
    three_carers,
    two_carers,
)


def test_two_people_at_once_where_one_is_possible() -> None:
    """Each half says so, of the other; neither answers with the other's silence."""
    given = problem(two_carers(), [worker("W1")], links=(Link(LinkKind.SAME_START, "V1", "V2"),))
    said = {id: first_sentence(given, id) for id in ("V1", "V2")}
    assert said["V1"] == "Goes with V2: it takes 2 different people, 1 is possible (W1)"
    assert said["V2"] == "Goes with V1: it takes 2 different people, 1 is possible (W1)"


def test_the_same_person_for_both_of_whom_each_can_take_one() -> None:
    """W1 is there in the morning, W2 in the afternoon: hours are no obstacle, that it is one person is."""
    visits = [visit("V1", "A", 60, "08:00", "08:00"), visit("V2", "A", 60, "14:00", "14:00")]
    people = [worker("W1", "06:00", "12:00"), worker("W2", "13:00", "20:00")]
    given = problem(visits, people, links=(Link(LinkKind.SAME_WORKER, "V1", "V2"),))
    assert first_sentence(given, "V1") == (
        "Goes with V2: the same person is asked for; W1 could take one, W2 the other, nobody both"
    )
    assert_each_covers(given, "V1")


def test_a_half_whose_other_nobody_is_to_do_is_split_from_it() -> None:
    """A neighbouring basin could do no more than one's own people: the tie stands in everybody's way."""
    visits = [visit("V1", "A", wants_replacement=False), visit("V2", "A"), visit("V3", "A")]
    links = (Link(LinkKind.SAME_START, "V1", "V2"),)
    given = problem(visits[:2], [worker("W1")], links=links)
    told = examine(given, Plan(()), "V2")
    assert told.action is not None
    assert (told.action.code, told.action.value("other")) == ("split_from", "V1")
    assert_each_covers(given, "V2")
    chain = problem(
        visits, [worker("W1"), worker("W2")], links=(*links, Link(LinkKind.SAME_START, "V2", "V3"))
    )
    assert first_sentence(chain, "V3") == (
        "Goes with V2, which nobody can take "
        "(the nearest to it — it goes with V1, for which the client wants no replacement)"
    )
    assert_each_covers(chain, "V2")


def test_two_people_who_need_not_come_at_once() -> None:
    """A visit in the morning and one in the afternoon, by different people: one person is one too few."""
    visits = [visit("V1", "A", 60, "08:00", "08:00"), visit("V2", "A", 60, "14:00", "14:00")]
    given = problem(visits, [worker("W1")], links=(Link(LinkKind.DIFFERENT_WORKERS, "V1", "V2"),))
    assert first_sentence(given, "V1") == "Goes with V2: it takes 2 different people, 1 is possible (W1)"
    said = [say(one, "en") for one in why_uncovered(given, Plan(()), "V1").summary]
    assert said[1:] == ["W1: it goes with V2, which nobody can then take"]


def test_a_chain_of_three_asks_for_as_many_people_as_it_takes() -> None:
    """V2 begins with V1, V3 an hour and a half after V1: whoever does V1 or V2 can do V3. Two people, not
    three."""
    links = (Link(LinkKind.SAME_START, "V1", "V2"), Link(LinkKind.GAP, "V1", "V3", min_gap=90, max_gap=90))
    visits = [*two_carers(), visit("V3", "A", 60, "09:30", "10:30")]
    given = problem(visits, [worker("W1")], links=links)
    assert people_needed(given, ["V1", "V2", "V3"]) == 2
    for id, others in (("V1", "V2"), ("V2", "V1"), ("V3", "V1 and V2")):
        assert (
            first_sentence(given, id)
            == f"Goes with {others}: it takes 2 different people, 1 is possible (W1)"
        )
    apart = (
        *links,
        Link(LinkKind.DIFFERENT_WORKERS, "V1", "V3"),
        Link(LinkKind.DIFFERENT_WORKERS, "V2", "V3"),
    )
    assert people_needed(problem(visits, [worker("W1")], links=apart), ["V1", "V2", "V3"]) == 3


def test_three_carers_take_three_people_and_two_come_once_one_is_spared() -> None:
    given = problem(three_carers(), [worker("W1"), worker("W2")], links=CARERS)
    assert people_needed(given, ["V1", "V2", "V3"]) == 3
    assert (
        first_sentence(given, "V1")
        == "Goes with V2 and V3: it takes 3 different people, 2 are possible (W1 and W2)"
    )
    told = examine(given, Plan(()), "V3")
    assert told.action is not None
    assert told.action.code == "split_from"
    assert_each_covers(given, "V3")


def test_three_carers_of_whom_one_is_there_five_minutes_too_short() -> None:
    """Back at 09:10 at the earliest, when the third has to leave at 09:05."""
    people = [worker("W1"), worker("W2"), worker("W3", "06:00", "09:05")]
    given = problem(three_carers(), people, links=CARERS)
    assert {one.kind for one in assert_each_covers(given, "V1")} >= {
        SuggestionKind.SHIFT_WINDOW,
        SuggestionKind.EXTEND,
    }
    long = [*people[:2], worker("W3", "06:00", "12:00")]
    simple = problem(three_carers(), long, links=CARERS)
    assert [one.kind for one in assert_each_covers(simple, "V1")] == [SuggestionKind.ADD]
    assert [one.code for one in why_uncovered(simple, Plan(()), "V1").summary] == ["could_take"]


def test_different_people_in_a_ring_of_three() -> None:
    """Two people are enough for a row of three, three for a ring; one tie less makes a row of it."""
    pairs = [("V1", "V2"), ("V2", "V3"), ("V1", "V3")]
    ring = tuple(Link(LinkKind.DIFFERENT_WORKERS, *pair) for pair in pairs)
    visits = [
        visit(f"V{n}", "A", 60, f"{hour}:00", f"{hour}:00") for n, hour in ((1, "08"), (2, "10"), (3, "14"))
    ]
    given = problem(visits, [worker("W1"), worker("W2")], links=ring)
    assert (
        first_sentence(given, "V2")
        == "Goes with V1 and V3: it takes 3 different people, 2 are possible (W1 and W2)"
    )
    assert [one.kind for one in assert_each_covers(given, "V2")] == [
        SuggestionKind.SPLIT,
        SuggestionKind.SPLIT,
    ]
    row = problem(visits, [worker("W1"), worker("W2")], links=ring[:2])
    assert [one.kind for one in assert_each_covers(row, "V2")] == [SuggestionKind.ADD]


def test_the_half_that_nobody_can_take_is_named_with_what_it_lacks() -> None:
    visits = two_carers()
    visits[1] = replace(visits[1], required=frozenset({"NIGHT"}))
    given = problem(visits, [worker("W1"), worker("W2")], links=(Link(LinkKind.SAME_START, "V1", "V2"),))
    assert first_sentence(given, "V1") == (
        "Goes with V2, which nobody can take (the nearest to it — W1: lacks the competency: night)"
    )
    assert (
        first_sentence(given, "V2")
        == "Goes with V1, which W1 or W2 could take: somebody is missing for this one"
    )


def test_two_people_whose_hours_never_meet() -> None:
    """W1 is there until 09:10, W2 from 08:40 on and ten minutes away: the halves begin at 08:00 at the
    latest, 08:50 at the earliest."""
    visits = two_carers()
    given = problem(
        visits,
        [worker("W1", "06:00", "09:15"), worker("W2", "08:40", "12:00")],
        links=(Link(LinkKind.SAME_START, "V1", "V2"),),
    )
    said = first_sentence(given, "V1")
    assert said.startswith(
        "Goes with V2: W1 or W2 could take one, W1 or W2 the other, but none of their hours"
    )


def test_a_tie_to_a_covered_visit_is_told_first() -> None:
    given = problem(
        two_carers(), [worker("W1")], links=(Link(LinkKind.DIFFERENT_WORKERS, "V1", "V2", together=False),)
    )
    plan = planned(given, W1=["V1"])
    assert first_sentence(given, "V2", plan) == "Tied to V1, done by W1 at 08:00"
    assert [one.pushed_out for one in why_uncovered(given, plan, "V2").of("W1").obstacles] == [("V1",)]


def test_a_visit_whose_client_wants_nobody_says_so() -> None:
    given = problem([replace(visit("V1"), wants_replacement=False)])
    told = why_uncovered(given, Plan(()), "V1")
    assert [one.code for one in told.summary] == ["client_wants_nobody"]
    assert would_cover(given, Plan(()), "V1") == ()
    document = plan_to_json(given, Plan(()))
    assert document["unwanted"] == [
        {"visit_id": "V1", "reasons": [{"code": "client_wants_nobody", "values": {}}]}
    ]
    assert plan_record_from_json(document, given).plan == Plan(())
    page = html_report(given, Plan(()), lang="en")
    assert 'data-visit="V1"' in page
    assert "The client wants no replacement" in page
    assert "V1 [" in terminal_text(given, Plan(()))


@pytest.mark.parametrize(
    ("only", "other_change"),
    [
        (worker("W1", "06:00", "09:05"), {"extend_later", "shift_window_earlier"}),
        (worker("W1", providers=["S2"]), {"sign_engagement"}),
    ],
)
def test_a_split_and_one_change_more_where_neither_is_enough(only: Worker, other_change: set[str]) -> None:
    """Two carers asked for and one there, who would be back at 09:10, five minutes too late, or has no
    paper."""
    visits = [visit(f"V{n}", "A", 60, "08:00", "08:00") for n in (1, 2)]
    given = problem(visits, [only], links=(Link(LinkKind.SAME_START, "V1", "V2"),))
    found = assert_each_covers(given, "V1")
    assert {one.kind for one in found} == {SuggestionKind.TWO}
    assert {one.parts[0].reason.code for one in found} == {"split_from"}
    assert {one.parts[1].reason.code for one in found} <= other_change
    assert all(one.people_cost > SPLIT_COST for one in found)


@pytest.mark.parametrize(
    "kinds",
    [
        [LinkKind.SAME_WORKER],
        [LinkKind.SAME_WORKER, LinkKind.SAME_WORKER],
        [LinkKind.TOGETHER, LinkKind.SAME_WORKER],
        [LinkKind.SAME_WORKER, LinkKind.GAP],
    ],
)
@pytest.mark.parametrize("lacks", ["paper", "competency"])
def test_one_paper_covers_all_that_goes_together(kinds: list[LinkKind], lacks: str) -> None:
    """Two or three visits of one service, an hour apart, and a worker whom one paper, or one competency, lets
    do them all: no two changes, and no call to a neighbouring basin."""
    asked = frozenset({"UPKEEP"} if lacks == "competency" else ())
    hours = [(f"{8 + n:02d}:00", f"{8 + n:02d}:30") for n in range(len(kinds) + 1)]
    visits = [visit(f"V{n}", "A", 30, *each, required=asked) for n, each in enumerate(hours)]
    links = tuple(
        Link(kind, f"V{n}", f"V{n + 1}", max_gap=120 if kind is LinkKind.GAP else None)
        for n, kind in enumerate(kinds)
    )
    only = worker("W1", providers=["S1" if lacks == "competency" else "S2"])
    given = problem(visits, [only], links=links)
    told = SuggestionKind.COMPETENCY if lacks == "competency" else SuggestionKind.SIGN
    for one in visits:
        assert assert_each_covers(given, one.id)[0].kind is told


def test_ten_minutes_more_for_each_of_two_people_of_a_chain() -> None:
    """V3 and V2 from nine to eleven at A by one person, V1 at C at ten by another; W1 is there until 10:50,
    W2 until 10:20. Ten minutes of each, and neither V1 nor V2 torn from the others."""
    visits = [
        visit("V1", "C", 30, "10:00", "10:00", forbidden_workers=frozenset({"W1"})),
        visit("V2", "A", 60, "10:00", "10:00"),
        visit("V3", "A", 60, "09:00", "09:00"),
    ]
    people = [worker("W1", "09:00", "10:50", home=None), worker("W2", "10:00", "10:20", home=None)]
    links = (Link(LinkKind.DIFFERENT_WORKERS, "V1", "V2"), Link(LinkKind.SAME_WORKER, "V2", "V3"))
    given = problem(visits, people, links=links)
    for one in visits[:2]:
        cheapest = assert_each_covers(given, one.id)[0]
        assert {(part.worker_id, part.later) for part in cheapest.parts} == {("W1", 10), ("W2", 10)}


def test_a_paper_for_both_and_a_longer_day() -> None:
    """Two visits of one service, the same person for both, an hour apart; the only worker has no paper and
    would be back five minutes too late."""
    visits = [visit(f"V{n}", "A", 30, at, at) for n, at in ((1, "08:00"), (2, "09:00"))]
    only = worker("W1", "06:00", "09:35", providers=["S2"])
    given = problem(visits, [only], links=(Link(LinkKind.SAME_WORKER, "V1", "V2"),))
    for id in ("V1", "V2"):
        kinds = [{part.kind for part in one.parts} for one in assert_each_covers(given, id)]
        assert {SuggestionKind.SIGN, SuggestionKind.EXTEND} in kinds


def test_a_paper_and_another_visit_that_makes_room_for_a_partner() -> None:
    """W2 needs a paper for V1, and for V2 or V3; X0 is all that keeps W1 from V3, and that paper lets W2 take
    it over."""
    visits = [
        visit("V1", "A", 30, "10:30", "11:00", required=frozenset({"UPKEEP"})),
        visit("V2", "A", 30, "10:00", "12:00"),
        visit("V3", "B", 30, "11:00", "11:00"),
        visit("X0", "C", 60, "09:00", "12:00", priority=Priority.P1),
    ]
    people = [
        worker("W1", "09:30", "12:00"),
        worker("W2", "09:00", "18:00", competencies=frozenset({"UPKEEP"}), providers=["S2"]),
    ]
    links = (Link(LinkKind.GAP, "V1", "V2", max_gap=120), Link(LinkKind.SAME_START, "V2", "V3"))
    assert_makes_room(problem(visits, people, links=links))


def test_a_paper_for_a_partner_of_the_visit_and_another_that_makes_room() -> None:
    """W2 may not come to V2: the paper is for V3, and X0 leaves W1 time for V1 and V2."""
    visits = [
        visit("V1", "A", 60, "09:00", "09:00"),
        visit("V2", "A", 60, "08:00", "10:00", forbidden_workers=frozenset({"W2"})),
        visit("V3", "A", 60, "08:00", "08:30", required=frozenset({"UPKEEP"})),
        visit("X0", "C", 60, "07:00", "10:00", priority=Priority.P1),
    ]
    able = frozenset({"UPKEEP"})
    people = [
        worker("W1", "07:30", "10:00", home="A", competencies=able),
        worker("W2", "07:30", "12:00", home="B", competencies=able, providers=["S2"]),
    ]
    links = (Link(LinkKind.SAME_WORKER, "V1", "V2"), Link(LinkKind.TOGETHER, "V2", "V3"))
    assert_makes_room(problem(visits, people, links=links))


def assert_makes_room(given: Problem) -> None:
    """For V2, W2 signs and X0 goes to W2; the plan then covers all four."""
    plan = planned(given, W1=["X0"])
    found = would_cover(given, plan, "V2")
    kinds = [{part.kind for part in one.parts} for one in found]
    assert {SuggestionKind.SIGN, SuggestionKind.REARRANGE} in kinds
    for one in found:
        after = enact(given, plan, one)
        assert after.covered == {"V1", "V2", "V3", "X0"}
        assert hard_violations(apply_suggestion(given, one), after) == ()


def test_a_half_whose_other_nobody_wants_and_whose_carer_is_late() -> None:
    """V1 is not to be done; W1 would be back five minutes too late from V2."""
    visits = [visit("V1", "A", wants_replacement=False), visit("V2", "A", 60, "08:00", "08:00")]
    links = (Link(LinkKind.SAME_START, "V1", "V2"),)
    first, *_ = assert_each_covers(problem(visits, [worker("W1", "06:00", "09:05")], links=links), "V2")
    assert first.parts[0].reason.code == "split_from"
