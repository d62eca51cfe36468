"""Ties between visits: pairs, chains and rings of every kind of link, as far as the visits' hours can hold
them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from brigade.errors import InvalidProblem
from brigade.units import Horizon
from brigade.values.demand import Link, LinkKind, Visit
from brigade.values.problem import Problem

FIVE = 5


def tied(problem: Problem, links: Sequence[Link]) -> Problem:
    """The problem with these links, but for those that the visits' hours cannot hold."""
    for link in links:
        with suppress(InvalidProblem):
            problem = replace(problem, links=(*problem.links, link))
    return problem


@st.composite
def some_links(draw: DrawFn, horizon: Horizon, visits: Sequence[Visit], longest_gap: int) -> tuple[Link, ...]:
    """Mostly up to two pairs without a visit in common; else a chain of three or four visits, or a ring of
    three."""
    order = draw(st.permutations([visit.id for visit in visits]))
    ties = list(zip(order[::2], order[1::2], strict=False))[: draw(st.integers(0, 2))]
    shape = draw(st.sampled_from(["pairs"] * 5 + ["chain", "long chain", "ring"]))
    if shape != "pairs":
        chain = order[: 4 if shape == "long chain" else 3]
        ties = list(pairwise([*chain, chain[0]] if shape == "ring" and len(chain) == 3 else chain))
    return tuple(draw(links_between(horizon, first, second, longest_gap)) for first, second in ties)


@st.composite
def links_between(draw: DrawFn, horizon: Horizon, first: str, second: str, longest_gap: int) -> Link:
    """`longest_gap`: the most that two starts are held apart, in steps of five minutes; the room beside it
    twice as much."""
    kind, together = draw(st.sampled_from(LinkKind)), draw(st.booleans())
    if kind is not LinkKind.GAP:
        return Link(kind, first, second, together=together)
    low = horizon.ticks(FIVE * draw(st.integers(0, longest_gap)))
    room = draw(st.one_of(st.none(), st.integers(0, 2 * longest_gap)))
    return Link(
        kind,
        first,
        second,
        low,
        None if room is None else low + horizon.ticks(FIVE * room),
        together=together,
    )
