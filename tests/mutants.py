"""`make mutants`: take every limit's twin out of the solver, one at a time, and expect the checker to notice.

Each mutant plans its cases of the catalogue (`tests/limits/`) and a number of random days. It is dead when every case shows
just the limit it stands for. The random days say how often a plain week would have shown it. Ends with exit code 1 when a
mutant lives, and writes docs/mutants.md.
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

from brigade.checker import hard_violations
from brigade.plan import Violation
from brigade.problem import Problem
from brigade.rules import all_rules
from brigade.timing import retime
from solver import rules
from tests.limits import CASES
from tests.limits.case import Case, breaches
from tests.solving import searched
from tests.strategies_coverable import coverable_problems

PAGE = Path(__file__).parent.parent / "docs" / "mutants.md"
DAYS = 60


@dataclass(frozen=True, slots=True)
class Verdict:
    """One mutant: its cases that turned red, those that should have, and random days whose plan the checker refused."""

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


def page(verdicts: Iterable[Verdict], on: datetime) -> str:
    """docs/mutants.md."""
    rows = [f"| `{v.rule}` | {v.red} of {v.cases} | {v.days} | {'dead' if v.is_dead else 'ALIVE'} |" for v in verdicts]
    return "\n".join([HEAD.format(on=on.date(), days=DAYS), *rows, ""])


HEAD = """# Mutants: the solver without one rule

Made by `make mutants` on {on}. Each row takes one limit's twin out of the solver. *Cases*: of the catalogue in
`tests/limits/`, how many then show that very limit and no other (with all twins, none shows anything). *Days*: of {days} random
small days, on how many the checker refused the plan for that limit; most limits bind rarely on plain days, which is why the
catalogue exists. The cases are part of `make test` as well (`tests/contract/test_twins.py`).

| without | cases | days | mutant |
|---|---|---|---|"""


def main(say: Callable[[str], None] = print) -> int:
    warnings.simplefilter("ignore", NonInteractiveExampleWarning)
    days, verdicts = random_days(DAYS), []
    for rule in rules.names():
        verdicts.append(judge(rule, days))
        one = verdicts[-1]
        say(f"{one.rule:<22} {one.red}/{one.cases} cases {one.days:>3} days  {'dead' if one.is_dead else 'ALIVE'}")
    PAGE.write_text(page(verdicts, datetime.now(UTC)), "utf-8")
    count = Counter(verdict.is_dead for verdict in verdicts)
    say(f"{count[True]} dead, {count[False]} alive; written to docs/{PAGE.name}")
    return int(count[False] > 0)


if __name__ == "__main__":
    sys.exit(main())
