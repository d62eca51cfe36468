"""Small days on which a present employee may be asked: one of the workers drawn becomes an employee of a
provider, her tours its rota; what the others then leave is what she may be asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from brigade.units import Interval
from brigade.values.demand import Employee, RotaEntry, RotaFeed, Visit
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.workforce import Worker
from solver.model.search_settings import SearchSettings
from tests.solving import planned
from tests.strategies_coverable import coverable_problems

WORK = SearchSettings(iterations=60, threads=1)


@st.composite
def days_with_present_staff(draw: DrawFn, *, max_visits: int = 7) -> tuple[Problem, Plan]:
    """A problem and the brigade's plan of it."""
    drawn = draw(
        coverable_problems(
            max_workers=3, max_visits=max_visits, max_days=2, usual_hours=False, fine_ticks=False
        )
    )
    assume(len(drawn.workers) > 1)
    whole = planned(drawn, WORK)
    busiest = max(drawn.workers, key=lambda one: (sum(len(r.stops) for r in whole.routes_of(one.id)), one.id))
    host = draw(st.sampled_from(drawn.providers)).id
    notice = draw(st.sampled_from([0, 0, 30, 120]))
    entries = tuple(
        RotaEntry(stop.visit_id, f"present-{busiest.id}", stop.start)
        for route in whole.routes_of(busiest.id)
        for stop in route.stops
        if drawn.provider_of(drawn.visit_by_id[stop.visit_id]).id == host
        # What her rota leaves out leaves room in her day, and somebody's visit without a carer.
        and draw(st.integers(0, 3)) > 0
    )
    others = tuple(one for one in drawn.workers if one is not busiest)
    # Without one of its people and with fewer hours the brigade leaves something.
    shorter = tuple(
        replace(one, availability=one.availability[: draw(st.sampled_from([0, 1, len(one.availability)]))])
        for one in others
    )
    asked = replace(
        drawn,
        workers=shorter,
        visits=tuple(_without(one, busiest.id) for one in drawn.visits),
        providers=tuple(replace(one, swap_notice={host: notice}.get(one.id)) for one in drawn.providers),
        employees=(_as_employee(busiest, host),),
        rota=(RotaFeed(host, datetime(2026, 3, 1, 18, tzinfo=UTC), entries),),
        absences=(),
    )
    return asked, planned(asked, WORK)


def _without(visit: Visit, worker_id: str) -> Visit:
    gone = {worker_id}
    return replace(
        visit,
        preferred_workers=visit.preferred_workers - gone,
        usual_workers=visit.usual_workers - gone,
        forbidden_workers=visit.forbidden_workers - gone,
    )


def _as_employee(one: Worker, provider_id: str) -> Employee:
    return Employee(
        f"present-{one.id}",
        provider_id,
        hours=tuple(Interval(stay.start, stay.end) for stay in one.availability if stay.start < stay.end),
        mode=one.mode,
        start_site=one.start_site,
        competencies=one.competencies,
        certificates=frozenset(held.code for held in one.certificates),
        weekly=one.contract.weekly or 24 * 60,
        full_time=one.contract.full_time,
        past_days=one.counters.days,
        known_since=None if one.counters.days else datetime(2026, 1, 1, tzinfo=UTC).date(),
    )
