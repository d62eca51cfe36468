"""Traffic put into any small problem: hours of some days at which ways take longer, or less long."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from brigade.values.places import Traffic
from brigade.values.problem import Problem

DAYS = ("", "", "", "monday ", "lundi ", "sunday ", "férié ")


@st.composite
def with_traffic(draw: DrawFn, problem: Problem, most: int = 4) -> Problem:
    """Up to `most` lines, at least one, of the modes there are; hours may lie over each other."""
    lines = st.builds(
        Traffic,
        st.sampled_from(sorted(problem.travel)),
        st.lists(_hours(), min_size=1, max_size=3).map(tuple),
        st.sampled_from((20, 75, 100, 115, 130, 200, 500)),
    )
    return replace(problem, traffic=tuple(draw(st.lists(lines, min_size=1, max_size=most))))


@st.composite
def _hours(draw: DrawFn) -> str:
    quarters = draw(st.lists(st.integers(0, 95), min_size=2, max_size=2, unique=True))
    first, last = (f"{one // 4:02d}:{one % 4 * 15:02d}" for one in quarters)
    return f"{draw(st.sampled_from(DAYS))}{first}-{last}"
