"""A worker is late for one of two visits that go together: the other follows, or stays, and is told why."""

from __future__ import annotations

from brigade.changes.events import WorkerLate, apply_events
from brigade.values.demand import Link, LinkKind
from brigade.values.plan import Reason
from solver.model.search_settings import SearchSettings
from solver.replan import Replan, replan
from solver.replan_terms import ReplanTerms
from tests.builders import at, plan, problem, route, visit, worker

WORK = SearchSettings(iterations=300, prove=False)


def replanned(late: int, terms: ReplanTerms | None = None) -> Replan:
    """V1 and V2 begin together between nine and ten, told at nine for W1 and W2; V3 is W1's at 10:20. W1
    loses so many minutes on the way."""
    visits = [visit(id, "A", 60, "09:00", "10:00") for id in ("V1", "V2")]
    visits.append(visit("V3", "B", 60, "10:20", "11:30"))
    people = [worker("W1", "08:00", "13:00"), worker("W2", "08:00", "13:00")]
    given = problem(visits, people, links=(Link(LinkKind.SAME_START, "V1", "V2"),))
    told = plan(
        given, route(given, "W1", ("V1", "09:00"), ("V3", "10:20")), route(given, "W2", ("V2", "09:00"))
    )
    changed = apply_events(given, [WorkerLate("W1", at("08:45"), late)], published=told)
    return replan(changed, told, terms, WORK)


def starts(done: Replan) -> dict[str, tuple[str, int]]:
    return {
        stop.visit_id: (route.worker_id, stop.start) for route in done.plan.routes for stop in route.stops
    }


def reasons(done: Replan) -> dict[str, Reason]:
    return {one.visit_id: one.reasons[0] for one in done.diff.changes if one.reasons}


def test_the_half_that_follows_is_told_of_the_other() -> None:
    """It was told that it shortens tours."""
    done = replanned(20)
    assert starts(done)["V2"] == ("W2", at("09:20"))
    assert reasons(done)["V2"] == Reason.of("change_tied", other="V1")


def test_the_half_that_falls_out_is_told_of_the_other_and_of_nobody_it_makes_room_for() -> None:
    """W1 comes at 10:30, half an hour after the last start; W2 takes V3, and V2 made no room for it."""
    done = replanned(90)
    assert starts(done) == {"V3": ("W2", at("10:20"))}
    assert reasons(done)["V2"] == Reason.of("change_tied", other="V1")


def test_whose_pair_is_torn_by_a_freeze_keeps_the_visits_after_it() -> None:
    """Both are frozen, V1 at 9:20 and V2 at 9:00. V3 begins once V1 is over; it was nobody's any more."""
    done = replanned(20, ReplanTerms(freeze=at("09:30")))
    assert starts(done) == {"V1": ("W1", at("09:20")), "V2": ("W2", at("09:00")), "V3": ("W1", at("10:30"))}
    assert {one.rule for one in done.kept_unlawful} == {"LINK"}
    assert reasons(done)["V3"] == Reason.of("change_late", worker="W1", earliest_at=at("10:30"))


def test_a_half_beside_a_pinned_day_is_told_who_does_the_other() -> None:
    """W2's day is pinned: it was told that the usual carer does V2."""
    done = replanned(20, ReplanTerms(pinned_workers=frozenset({"W2"})))
    (left,) = done.plan.uncovered
    assert left.visit_id == "V1"
    assert Reason.of("tied_to_covered", other="V2", by="W2", start=at("09:00")) in left.reasons
