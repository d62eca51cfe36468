"""Mixes of hosts: which rule sets a worker can come under, and which one follows when a further host is met.

A limit may depend on all the hosts of a day, a week or a run of days. What counts of them is only the rule
set they make together with the employer's, so mixes under equal rule sets are one, and hosts that the worker
can never meet make none: an accord that her employer's own text outdoes adds nothing, nine accords on one
value add nine.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brigade.errors import Issue, refuse
from brigade.texts.rule_sets import FORTNIGHTS, GAP_TOTALS, LONG_DATES, LONG_DAYS, LONG_SPANS, ZONE, RuleSet
from brigade.timing.duty_days import engagement_of
from brigade.values.problem import Problem
from brigade.values.workforce import Worker
from solver.kernel.arrays import MOST_MIXES

CONDITIONS = (LONG_SPANS, LONG_DAYS, LONG_DATES, GAP_TOTALS, FORTNIGHTS, ZONE)
"""What twins read text by text; of the other conditions they take the strictest of each parameter, which is
stricter still."""
NO_HOST = 0
"""The mix of a day without any visit: the employer's rules alone."""


@dataclass(frozen=True)
class HostMixes:
    """The mixes of one worker, and of all who are like her.

    `rules`: by mix, NO_HOST first. `of_class`: the mix of one host of each class, NO_HOST for classes she
    cannot meet. `join`: the mix of two mixes together, shape (mixes, mixes). `everywhere`: that of every host
    she can meet.
    """

    rules: Sequence[RuleSet]
    of_class: Sequence[int]
    join: NDArray[np.int32]
    everywhere: int

    def __len__(self) -> int:
        return len(self.rules)


def host_classes(problem: Problem) -> tuple[dict[frozenset[str], int], list[frozenset[str]]]:
    """Providers grouped by what their rules say: provider -> class, and one provider to stand for each class.
    Work blocks have no host: one more class, without any."""
    seen: dict[Hashable, int] = {}
    class_of: dict[frozenset[str], int] = {}
    standing: list[frozenset[str]] = []
    for provider in problem.providers:
        accords = (
            (rule, one.value, one.in_force_from, one.in_force_until) for rule, one in provider.accords.items()
        )
        key = provider.agreement, frozenset(accords)
        if key not in seen:
            seen[key] = len(standing)
            standing.append(frozenset({provider.id}))
        class_of[frozenset({provider.id})] = seen[key]
    if problem.work_blocks:
        class_of[frozenset()] = len(standing)
        standing.append(frozenset())
    return class_of, standing


def classes_met(problem: Problem, worker: Worker, class_of: Mapping[frozenset[str], int]) -> tuple[int, ...]:
    """The classes of hosts with open visits for which the worker is engaged on one of her days, and that of
    work blocks."""
    asking = {problem.hosts_at(request.visit) for request in problem.requests}
    if "ENGAGEMENT" not in problem.rule_sets_off:
        days = {problem.day_of(stay.start) for stay in worker.availability}
        asking = {
            hosts
            for hosts in asking
            if all(any(engagement_of(worker, one, day) is not None for day in days) for one in hosts)
        }
    return tuple(sorted({class_of[hosts] for hosts in asking}))


def mixes_of(
    problem: Problem, worker: Worker, met: Sequence[int], standing: Sequence[frozenset[str]]
) -> HostMixes | None:
    """Every rule set that hosts of the classes `met` can make with the employer's, found from the smaller
    mixes up; None when there are more than MOST_MIXES.

    Joining is taken from the smallest hosts of a mix: rule sets that are equal stay so whatever joins them,
    since the strictest of several is the strictest of any of them (`brigade.texts.rule_sets.strictest`).
    """
    hosts: list[frozenset[int]] = [frozenset()]
    rules = [problem.rules_for(worker)]
    mix_of: dict[Hashable, int] = {}
    mix_under: dict[frozenset[int], int] = {}
    after: list[list[int]] = []  # by mix, the mix that follows when each class is met
    while len(after) < len(hosts):
        row = []
        for one in met:
            wider = hosts[len(after)] | {one}
            if (
                wider not in mix_under
            ):  # each set of hosts is reached from every smaller one: its rules are compared once
                found = problem.rules_for(
                    worker, frozenset[str]().union(*(standing[known] for known in wider))
                )
                if (mix := mix_of.setdefault(_content(found), len(hosts))) == len(hosts):
                    hosts.append(wider)
                    rules.append(found)
                mix_under[wider] = mix
            row.append(mix_under[wider])
        after.append(row)
        if len(hosts) > MOST_MIXES:
            return None
    of_class = [NO_HOST] * len(standing)
    for one, mix in zip(met, after[NO_HOST], strict=True):
        of_class[one] = mix
    join = _joined(
        hosts, np.array(after, np.int32).reshape(len(hosts), len(met)), {one: k for k, one in enumerate(met)}
    )
    everywhere = NO_HOST
    for one in met:
        everywhere = int(join[everywhere, of_class[one]])
    return HostMixes(rules, of_class, join, everywhere)


def _joined(
    hosts: Sequence[frozenset[int]], after: NDArray[np.int32], column: dict[int, int]
) -> NDArray[np.int32]:
    """Of each two mixes the one that follows from the first when the hosts of the second are met."""
    join = np.empty((len(hosts), len(hosts)), np.int32)
    for mix, own in enumerate(hosts):
        reached = np.arange(len(hosts), dtype=np.int32)
        for one in own:
            reached = after[reached, column[one]]
        join[:, mix] = reached
    return join


def _content(rules: RuleSet) -> Hashable:
    """What two rule sets must have in common to be one: values, conditions, what an agreement speaks of; not
    who said so."""
    apart = tuple(frozenset(text.wording for text in rules.apart(condition)) for condition in CONDITIONS)
    return (
        frozenset((key, row.value, row.unit, row.layer) for key, row in rules.values.items()),
        apart,
        rules.agreed,
    )


def refuse_too_many(problem: Problem) -> None:
    """What the model refuses, said before anything is searched. Raises: as `mixes_by_worker`."""
    class_of, standing = host_classes(problem)
    asking = {class_of[problem.hosts_at(request.visit)] for request in problem.requests}
    # Each class is met or not: of a few of them no more mixes can be made than tables hold.
    if 2 ** len(asking) > MOST_MIXES:
        mixes_by_worker(problem, class_of, standing)


def mixes_by_worker(
    problem: Problem, class_of: Mapping[frozenset[str], int], standing: Sequence[frozenset[str]]
) -> list[HostMixes]:
    """The mixes of each worker, shared by those of one employer and kind of contract who can meet the same
    classes of hosts.

    Raises: InvalidProblem, naming every worker whose hosts' rules combine in more ways than tables can hold.
    """
    kinds: dict[tuple[str, bool, tuple[int, ...]], HostMixes | None] = {}
    found, issues = [], []
    for row, worker in enumerate(problem.workers):
        met = classes_met(problem, worker, class_of)
        kind = worker.employer_id, worker.contract.full_time, met
        if kind not in kinds:
            kinds[kind] = mixes_of(problem, worker, met, standing)
        mixes = kinds[kind]
        if mixes is None:
            issues.append(
                Issue(
                    "P408",
                    f"workers[{row}].engagements",
                    "too_many_host_mixes",
                    {"most": MOST_MIXES, "count": len(met)},
                )
            )
        else:
            found.append(mixes)
    refuse(issues)
    return found
