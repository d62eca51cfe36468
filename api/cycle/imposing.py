"""What the cause of an absence decides: which of the stops it opens may be imposed on the brigade, and which
may be refused.

Said at once, before any search, by the texts themselves (`brigade.law.marking`): each open visit at the hour
the rota had, put to everybody who is engaged with the service. With the cause that was said, and without: the
difference is what it is worth.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from api.access.scope import Scoped
from api.basin.imposing_problem import problem_of
from api.shapes.cycle_views import ForeseenGroundView, ForeseenView, RiskView
from brigade.exchange.documents.json_text import JsonObject
from brigade.law.single_visits import SingleVisits
from brigade.units import Horizon
from brigade.values.plan import Marking, MarkingKind
from brigade.values.problem import Problem
from brigade.words import capital, say, word

MOST = 30
"""As many visits are answered for, the gravest: the rest is in the proposal."""


def foreseen(
    scoped: Scoped, basin_id: str, absence: JsonObject, risks: Sequence[RiskView], lang: str = "fr"
) -> list[ForeseenView]:
    """Of each visit that somebody is wanted for: on how many people it may be imposed, how many may refuse
    it, and why.

    People are counted, not named: whoever declares an absence need not know the brigade.

    Args: absence: its document, kept or not yet.
    """
    wanted = [risk for risk in risks if risk.wants_replacement][:MOST]
    if not wanted:
        return []
    starts = {risk.visit_id: risk.planned_start for risk in wanted}
    asked = problem_of(scoped, basin_id, absence, starts)
    if asked is None:
        return []
    problem, people = asked
    causeless = _without_cause(problem, absence["id"])
    said = _markings(problem, people, starts)
    bare = said if causeless is problem else _markings(causeless, people, starts)
    return [_of_visit(id, said[id], bare[id], problem.horizon, lang) for id in starts if id in said]


def _markings(
    problem: Problem, people: SingleVisits, starts: Mapping[str, datetime]
) -> dict[str, list[Marking]]:
    """By visit, of each person who could be sent there by her papers."""
    requests, tick = problem.request_by_visit, problem.horizon.tick
    return {
        id: list(people.markings(problem, requests[id], tick(start)))
        for id, start in starts.items()
        if id in requests
    }


def _without_cause(problem: Problem, absence_id: str) -> Problem:
    """The same, had nobody said what makes the absence urgent."""
    said = problem.absence_by_id.get(absence_id)
    if said is None or (said.cause is None and not said.urgent_cause):
        return problem
    bare = replace(said, urgent_cause=False, cause=None)
    return problem.with_demand(absences=tuple(bare if one is said else one for one in problem.absences))


def _of_visit(
    id: str, said: Sequence[Marking], bare: Sequence[Marking], horizon: Horizon, lang: str
) -> ForeseenView:
    counts, before = _counted(said), _counted(bare)
    changed = counts["firm"] - before["firm"]
    told = {"visit": id, "firm": counts["firm"], "to_offer": counts["to_offer"], "changed": changed or None}
    return ForeseenView(
        visit_id=id,
        firm=counts["firm"],
        to_offer=counts["to_offer"],
        firm_without_cause=before["firm"],
        grounds=list(_grounds(said, horizon, lang)),
        sentence=capital(word("absence.marking", lang, **told)),
    )


def _counted(found: Iterable[Marking]) -> Counter[str]:
    return Counter(marking.kind.value for marking in found)


def _grounds(found: Iterable[Marking], horizon: Horizon, lang: str) -> Iterator[ForeseenGroundView]:
    """Each ground once, with how many people it holds for; the sentence is that of the first."""
    groups: dict[tuple[MarkingKind, str, str], tuple[str, int]] = {}
    for marking in found:
        key = (marking.kind, marking.reason.code, marking.article)
        if key not in groups:
            groups[key] = say(marking.reason, lang, horizon=horizon), 0
        groups[key] = groups[key][0], groups[key][1] + 1
    for (kind, code, article), (sentence, count) in sorted(
        # The ground that holds for most people first; equals by their code, so that the order never jumps.
        groups.items(),
        key=lambda pair: (-pair[1][1], pair[0]),
    ):
        yield ForeseenGroundView(kind=kind, code=code, article=article, people=count, sentence=sentence)
