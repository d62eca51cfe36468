"""`make mutants`: take every limit's twin out of the solver, one at a time, and expect the checker to notice;
turn every ground of a marking around, one at a time, and expect another word.

Each mutant of a limit plans its cases of the catalogue (`tests/limits/`) and a number of random days. It is
dead when every case shows just the limit it stands for. The random days say how often a plain week would have
shown it. The mutant of a ground is dead when every stop that it decides is marked otherwise. Ends with exit
code 1 when a mutant lives; writes docs/mutants.md.
"""

from __future__ import annotations

import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import NonInteractiveExampleWarning

from brigade.judging.checker import hard_violations
from brigade.law.rules import all_rules
from brigade.timing.plan_timing import retime
from brigade.values.plan import Violation
from brigade.values.problem import Problem
from solver import rules
from tests.limits import CASES
from tests.limits.case import Case, breaches
from tests.limits.markings import MARKINGS, MarkingCase, marked
from tests.solving import searched
from tests.strategies_coverable import coverable_problems

PAGE = Path(__file__).parent.parent / "docs" / "mutants.md"
DAYS = 60


@dataclass(frozen=True, slots=True)
class Verdict:
    """One mutant: its cases that turned red, those that should have, and random days whose plan the checker
    refused."""

    rule: str
    red: int
    cases: int
    days: int

    @property
    def is_dead(self) -> bool:
        return 0 < self.cases == self.red


def random_days(count: int) -> list[Problem]:
    """The same days each time."""
    found: list[Problem] = []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(problem=coverable_problems())
    def collect(problem: Problem) -> None:
        found.append(problem)

    collect()
    return found


def is_red(case: Case) -> bool:
    """The case passes with all twins and shows its limit, and no other, without the one."""
    found = {one.reason.code for one in breaches(case, without=case.rule)}
    return not breaches(case, without=None) and found == {case.finds}


def judge(rule: str, days: Iterable[Problem]) -> Verdict:
    cases = [case for case in CASES if case.rule == rule]
    codes = set(dict(all_rules())[rule].CODES)
    refused = sum(bool(codes & {one.rule for one in _plan_breaks(rule, day)}) for day in days)
    return Verdict(rule, sum(map(is_red, cases)), len(cases), refused)


def _plan_breaks(rule: str, day: Problem) -> tuple[Violation, ...]:
    timed = retime(day, searched(day, without=rule).orders)
    return () if timed.issues else hard_violations(day, timed.plan)


@dataclass(frozen=True, slots=True)
class Turned:
    """One ground's mutant: the stops it decides, and how many of them it marks otherwise."""

    ground: str
    kind: str
    red: int
    cases: int

    @property
    def is_dead(self) -> bool:
        return 0 < self.cases == self.red


def turn(ground: str) -> Turned:
    cases = [case for case in MARKINGS if case.ground == ground]
    kinds = dict.fromkeys(case.kind.value for case in cases)
    return Turned(ground, ", ".join(kinds), sum(map(is_other_word, cases)), len(cases))


def is_other_word(case: MarkingCase) -> bool:
    """The case is marked by its ground, and otherwise by the mutant."""
    return (
        marked(case, turned=False) == (case.kind, case.ground)
        and marked(case, turned=True)[0] is not case.kind
    )


def grounds() -> list[str]:
    return list(dict.fromkeys(case.ground for case in MARKINGS))


def page(verdicts: Iterable[Verdict], turned: Iterable[Turned], on: datetime) -> str:
    """docs/mutants.md."""
    rows = [f"| `{v.rule}` | {v.red} of {v.cases} | {v.days} | {_word(v.is_dead)} |" for v in verdicts]
    marks = [f"| `{t.ground}` | {t.kind} | {t.red} of {t.cases} | {_word(t.is_dead)} |" for t in turned]
    return "\n".join([HEAD.format(on=on.date(), days=DAYS), *rows, MARKS_HEAD, *marks, ""])


def _word(is_dead: bool) -> str:
    return "dead" if is_dead else "ALIVE"


HEAD = """# Mutants: the solver without one rule

Made by `make mutants` on {on}. Each row takes one limit's twin out of the solver. *Cases*: of the
catalogue in `tests/limits/`, how many then show that very limit and no other (with all twins, none shows
anything). *Days*: of {days} random small days, on how many the checker refused the plan for that limit; most
limits bind rarely on plain days, which is why the catalogue exists. The cases are part of `make test` as well
(`tests/contract/test_twins.py`).

| without | cases | days | mutant |
|---|---|---|---|"""

MARKS_HEAD = """
# Markings: firm or to be offered, with one ground turned around

A ground is what `brigade/law/marking.py` and `brigade/law/refusable.py` say of a stop, each with its article
(`marking_…` in [reasons.md](reasons.md)). Its mutant does not see it where it lets the person refuse, and
takes it for a right to refuse where it lets the employer impose the hours. *Cases*: the stops of
`tests/limits/markings.py` that it decides, and how many of them the mutant marks otherwise.

| ground | marking | cases | mutant |
|---|---|---|---|"""


def main(say: Callable[[str], None] = print) -> int:
    warnings.simplefilter("ignore", NonInteractiveExampleWarning)
    days, verdicts = random_days(DAYS), []
    for rule in rules.names():
        verdicts.append(judge(rule, days))
        one = verdicts[-1]
        say(f"{one.rule:<22} {one.red}/{one.cases} cases {one.days:>3} days  {_word(one.is_dead)}")
    turned = [turn(ground) for ground in grounds()]
    for mark in turned:
        say(f"{mark.ground:<26} {mark.red}/{mark.cases} cases  {_word(mark.is_dead)}")
    PAGE.write_text(page(verdicts, turned, datetime.now(UTC)), "utf-8")
    count = Counter([*(one.is_dead for one in verdicts), *(one.is_dead for one in turned)])
    say(f"{count[True]} dead, {count[False]} alive; written to docs/{PAGE.name}")
    return int(count[False] > 0)


if __name__ == "__main__":
    sys.exit(main())
