"""Links between visits: ends that exist, gaps that make sense, no contradiction over any chain of links."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from brigade.demand import Link, LinkKind
from brigade.errors import Issue
from brigade.validation.checks import unknown

if TYPE_CHECKING:
    from brigade.problem import Problem


IN_WORDS = {LinkKind.SAME_START: "même début", LinkKind.DIFFERENT_WORKERS: "personnes différentes"}


def issues(problem: Problem) -> Iterator[Issue]:
    for index, link in enumerate(problem.links):
        yield from _link(problem, link, f"links[{index}]")
    yield from _given_twice(problem)
    yield from _who(problem)
    yield from _when(problem)


def _link(problem: Problem, link: Link, where: str) -> Iterator[Issue]:
    if link.first == link.second:
        yield Issue("P501", where, f"« {link.first} » liée à elle-même", "deux interventions différentes")
    for name, id in (("first", link.first), ("second", link.second)):
        yield from unknown("P502", f"{where}.{name}", [id], problem.visit_by_id, "intervention")
    if link.kind is not LinkKind.GAP:
        if link.min_gap != 0 or link.max_gap is not None:
            yield Issue("P503", where, f"un écart sur un lien « {link.kind} »", "un écart seulement avec « gap »")
    elif link.max_gap is not None and link.max_gap < link.min_gap:
        low, high = (f"{problem.horizon.minutes(gap):g}" for gap in (link.min_gap, link.max_gap))
        yield Issue("P503", where, f"écart de {low} à {high} min", "un maximum au moins égal au minimum")


def _given_twice(problem: Problem) -> Iterator[Issue]:
    seen: dict[tuple[LinkKind, frozenset[str]], int] = {}
    for index, link in enumerate(problem.links):
        pair = (link.kind, frozenset((link.first, link.second)))
        if pair in seen and link.kind is not LinkKind.GAP:
            met = f"déjà donné en links[{seen[pair]}]"
            yield Issue("P505", f"links[{index}]", met, "un lien de chaque sorte par paire d'interventions")
        seen.setdefault(pair, index)


def _who(problem: Problem) -> Iterator[Issue]:
    """One pair cannot have the same worker and two workers; nor the same worker at the same time."""
    together = {frozenset((k.first, k.second)) for k in problem.links if k.kind is LinkKind.SAME_WORKER}
    for index, link in enumerate(problem.links):
        if link.kind in (LinkKind.DIFFERENT_WORKERS, LinkKind.SAME_START) and {link.first, link.second} in together:
            met = f"{IN_WORDS[link.kind]} et même personne entre « {link.first} » et « {link.second} »"
            yield Issue("P504", f"links[{index}]", met, "retirer l'un des deux liens")


def _when(problem: Problem) -> Iterator[Issue]:
    """Bellman-Ford over start(b) <= start(a) + bound: a chain that returns below zero is a contradiction."""
    bounds: list[tuple[str, str, int, int]] = []
    for index, link in enumerate(problem.links):
        if link.first == link.second or link.kind not in (LinkKind.GAP, LinkKind.SAME_START):
            continue
        if link.kind is LinkKind.GAP and link.max_gap is not None and link.max_gap < link.min_gap:
            continue  # already told
        most = 0 if link.kind is LinkKind.SAME_START else link.max_gap
        bounds.append((link.second, link.first, -link.min_gap if link.kind is LinkKind.GAP else 0, index))
        if most is not None:
            bounds.append((link.first, link.second, most, index))
    offset = dict.fromkeys((end for bound in bounds for end in bound[:2]), 0)
    for _ in offset:
        for before, after, most, _index in bounds:
            offset[after] = min(offset[after], offset[before] + most)
    broken = sorted({index for before, after, most, index in bounds if offset[after] > offset[before] + most})
    if broken:
        names = ", ".join(f"links[{index}]" for index in broken)
        yield Issue("P504", names, "aucun horaire ne respecte ces écarts ensemble", "revoir un écart de la chaîne")
