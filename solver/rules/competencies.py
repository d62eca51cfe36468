"""COMPETENCIES: whoever lacks a required competency on that date does not come.

Where an agreement keeps its first level off essential acts, these ask for at least one competency of that
class, or for that of child care where the text leaves children's acts to it; where it keeps it off nights, no
duty day of such a worker is one.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from brigade.texts.child_care import shipped_child_care
from brigade.texts.rule_sets import RuleSet
from brigade.values.demand import ActClass
from brigade.values.workforce import Worker
from solver.kernel.arrays import FAR, NIGHT_WORK
from solver.primitives.builder import LongerDays

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder

CODES = ("COMPETENCIES",)


def contribute(builder: ModelBuilder) -> None:
    problem = builder.problem
    rows: dict[frozenset[str], list[int]] = {}
    for row, request in enumerate(builder.requests):
        # Few sets of competencies serve many visits: the question is asked once a set and tour.
        rows.setdefault(request.visit.required, []).append(row)
    known = problem.catalogue.competencies.values()
    essential = frozenset(one.code for one in known if one.act_class == ActClass.ESSENTIAL)
    care = shipped_child_care()
    for row, tour in enumerate(builder.tours):
        held = problem.competencies_of(tour.worker, tour.day)
        for required, visits in rows.items():
            if not required <= held:
                builder.forbid(row, visits)
        if essential and not held & essential:
            builder.forbid(row, _beyond_first_level(builder, tour.worker, cares=care.competency in held))
    above = essential | ({"NIGHT"} & problem.catalogue.competencies.keys())
    for worker in problem.workers if above else ():
        days = {builder.tours[row].day for row in builder.tours_of(worker)}
        admitted = {day for day in days if problem.competencies_of(worker, day) & above}
        if admitted != days:
            _no_nights(builder, worker, admitted)


def _no_nights(builder: ModelBuilder, worker: Worker, admitted: set[date]) -> None:
    """Duty days of the worker are no nights. Args: admitted: those on which she is above the first level, and
    nights are allowed."""
    rules = enumerate(builder.mixes[builder.row_of_worker[worker.id]].rules)
    mixes = [mix for mix, joined in rules if _says(joined, "no_night")]
    if not admitted:
        builder.day_limit_of(worker, NIGHT_WORK, mixes, 0)
    elif mixes:
        nights = LongerDays(0, FAR, {False: 0, True: len(admitted)})
        builder.longer_days(worker, NIGHT_WORK, mixes, nights, admitted.__contains__)


def _beyond_first_level(builder: ModelBuilder, worker: Worker, *, cares: bool) -> list[int]:
    """Essential acts at hosts where the host's text or the employer's keeps the first level off them.
    `cares`: she looks after small children, whose acts a text may leave to her."""
    texts = [builder.problem.texts_for(worker, hosts) for hosts in builder.class_hosts]
    excluded = {bit for bit, some in enumerate(texts) if any(_says(text, "excluded") for text in some)}
    but_children = {
        bit
        for bit, some in enumerate(texts)
        if not any(_says(text, "excluded") and not _says(text, "child_care") for text in some)
    }
    children = shipped_child_care().publics
    found = []
    for row, request in enumerate(builder.requests):
        host = builder.host_class_of(row)
        is_left = cares and host in but_children and not children.isdisjoint(request.visit.required)
        is_done = request.visit.act_class is ActClass.ESSENTIAL and request.visit.shadowing is None
        if is_done and host in excluded and not is_left:
            found.append(row)
    return found


def _says(text: RuleSet, what: str) -> bool:
    value = text.get("COMPETENCIES", f"first_level_{what}")
    return value is not None and value.value != 0
