"""Work that is no visit, put into any small problem: who, when, where, how many of them are needed."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from brigade.units import TimeWindow
from brigade.values.demand import Priority, WorkBlock, WorkBlockKind
from brigade.values.problem import Problem
from tests.strategies_people import FIVE


@st.composite
def with_blocks(draw: DrawFn, problem: Problem, most: int = 2, most_people: int = 4) -> Problem:
    """Up to `most` blocks of up to `most_people` participants, at least one of them."""
    made = [draw(_blocks(problem, f"R{n}", most_people)) for n in range(1, draw(st.integers(1, most)) + 1)]
    return having(problem, *made)


def having(problem: Problem, *blocks: WorkBlock) -> Problem:
    return replace(
        problem,
        visits=(*problem.visits, *(seat for one in blocks for seat in one.attendances)),
        links=(*problem.links, *(tie for one in blocks for tie in one.ties)),
        work_blocks=blocks,
    )


@st.composite
def _blocks(draw: DrawFn, problem: Problem, id: str, most_people: int) -> WorkBlock:
    people = draw(
        st.frozensets(st.sampled_from([one.id for one in problem.workers]), min_size=1, max_size=most_people)
    )
    has_home = all(problem.worker_by_id[one].start_site is not None for one in people)
    sites = st.sampled_from([site.id for site in problem.sites])
    lines = st.sampled_from([None, *(line.id for line in problem.funding_lines)])
    now = problem.now
    return WorkBlock(
        id,
        draw(st.sampled_from(WorkBlockKind)),
        problem.horizon.ticks(FIVE * draw(st.integers(3, 18))),
        draw(_windows(problem)),
        people,
        draw(st.sampled_from(Priority)),
        None if has_home and draw(st.booleans()) else draw(sites),
        draw(st.one_of(st.none(), st.integers(1, len(people)))),
        draw(st.integers(0, 5)) == 5,
        draw(st.sampled_from([None, "Analyse de la pratique"])),
        draw(lines),
        draw(st.sampled_from([None, now - problem.horizon.ticks(14 * 24 * 60), now + 30])),
        # Now and then somebody who said no: where all are needed, then nobody sits there.
        frozenset(draw(st.sampled_from(sorted(people))) for _ in range(draw(st.integers(0, 3)) // 3)),
    )


@st.composite
def _windows(draw: DrawFn, problem: Problem) -> tuple[TimeWindow, ...]:
    """Mostly at hours that people are there: those of somebody's availability; fixed half of the time."""
    horizon = problem.horizon
    stays = [stay for worker in problem.workers for stay in worker.availability]
    day = horizon.tick(horizon.midnight(draw(st.integers(0, horizon.days - 1))))
    begins = [stay.start for stay in stays] if draw(st.integers(0, 3)) else []
    begin = draw(st.sampled_from(begins or [day]))
    five = horizon.ticks(FIVE)
    earliest = min(begin + five * draw(st.integers(0, 96)), horizon.length - 25 * five)
    width = draw(st.sampled_from([0, 0, 6, 24]))
    return (TimeWindow.hard(earliest, earliest + five * width),)
