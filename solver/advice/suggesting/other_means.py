"""Papers, competencies and cars that could cover a visit."""

from __future__ import annotations

from collections.abc import Iterator

from brigade.changes.answers import Suggestion, SuggestionKind
from brigade.law.rules.competencies import essential_competencies
from brigade.values.places import TravelMode
from brigade.values.plan import Reason
from solver.advice.advice_session import AdviceSession
from solver.advice.suggesting.drafts import CAR_COST, competency_given, engagement_signed, placements
from solver.advice.suggesting.papers import lacking, lifted
from solver.advice.trial_model import Spot, place_whole


def sign(session: AdviceSession, row: int) -> Iterator[Suggestion]:
    for _, spots in _if_allowed(session, row, "ENGAGEMENT"):
        yield engagement_signed(session, row, spots[0][1], placements(session, spots))


def add_competency(session: AdviceSession, row: int) -> Iterator[Suggestion]:
    """Where one competency is all that is lacking."""
    problem, visit = session.problem, session.model.requests[row].visit
    for worker, spots in _if_allowed(session, row, "COMPETENCIES"):
        held = problem.competencies_of(problem.worker_by_id[worker], session.model.tours[spots[0][1]].day)
        # An essential act that names no competency asks for one of that class: any of them will do, so one is
        # named.
        missing = sorted(visit.required - held) or _any_essential(session, spots[0][1])
        if len(missing) == 1:
            yield competency_given(session, row, spots[0][1], missing[0], placements(session, spots))


def _any_essential(session: AdviceSession, tour: int) -> list[str]:
    """One competency of the class, of a certificate that she held if there is one."""
    any_of, own = essential_competencies(session.problem), session.model.tours[tour]
    held = session.problem.catalogue.invalid_grant(own.worker, own.day, any_of)
    granted = session.problem.catalogue.granted[held["certificate"]] if held else any_of
    return sorted(any_of & granted)[:1]


def _if_allowed(session: AdviceSession, row: int, code: str) -> Iterator[tuple[str, tuple[Spot, ...]]]:
    """Workers whom this rule keeps away, and where the visit would go without it; the cheapest first."""
    found = []
    for tour, own in enumerate(session.model.tours):
        if lacking(session, row, tour) == {code} and not session.gap(tour, row):
            with lifted(session, row, tour):
                spots = place_whole(session, session.trial_model.search, row, tours=range(tour, tour + 1))
            if spots is not None:
                found.append((spots[0], own.worker.id, spots[1]))
    yield from ((worker, spots) for _, worker, spots in sorted(found))


def lend_car(session: AdviceSession, row: int) -> Iterator[Suggestion]:
    search, found = session.trial_model.with_cars, []
    for worker in session.problem.workers if search is not None else ():
        if search is not None and worker.mode is not TravelMode.CAR:
            spots = place_whole(session, search, row, tours=session.tours_of(worker.id))
            if spots is not None:
                found.append((spots[0], worker.id, spots[1]))
    for _, worker_id, where in sorted(found):
        reason = Reason.of("lend_car", worker=worker_id)
        put = placements(session, where)
        yield Suggestion(SuggestionKind.LEND_CAR, session.ids[row], reason, CAR_COST, put, worker_id)
