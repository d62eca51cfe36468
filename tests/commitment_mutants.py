"""`make commitment-mutants`: take each line that keeps people's word out of the service, one at a time, and
let the machine of a basin's day (`tests/api/commitments/test_commitments_machine.py`) find it.

    python -m tests.commitment_mutants [name …]

A mutant is a piece of source replaced by another as its module is imported, in a process of its own; nothing
on disk changes. It meets the days that are told step by step first, then the plain tests of commitments, then
random days. It is dead when an assertion fails; where, and after how many steps of the machine, is said. Ends
with exit code 1 when one lives.
"""

from __future__ import annotations

import io
import subprocess
import sys
import time
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import partial
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES, STEPS = 120, 30
PATIENCE_S = 1_800
PLAIN = ("tests/api/commitments/test_commitments.py",)
"""Where two lines keep the same promise, the machine sees none of them go: each has a plain test."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """`says`: what the service would do without the line. The piece `old` of `file` stands there once, and
    becomes `new`. `day`: of those told step by step the one that is played first; "": the plain tests come
    first, for another line keeps the same promise."""

    name: str
    says: str
    file: str
    old: str
    new: str
    day: str

    @property
    def module(self) -> str:
        return self.file.removesuffix(".py").replace("/", ".")

    def spoil(self, source: str) -> str:
        assert source.count(self.old) == 1, (
            f"{self.name}: {self.file} holds its line {source.count(self.old)} times"
        )
        return source.replace(self.old, self.new)


MUTANTS = (
    Mutant(
        "agreed_since",
        "what was accepted since the search is moved without a word",
        "api/plans/publication.py",
        "back, barred = day.restored(), day.barred()",
        "back, barred = {}, day.barred()",
        "she accepts while an edit gives her visit away",
    ),
    Mutant(
        "refused_since",
        "who refused since the search is sent all the same",
        "api/plans/publication.py",
        "back, barred = day.restored(), day.barred()",
        "back, barred = day.restored(), {}",
        "she refuses while a search still has her",
    ),
    Mutant(
        "rows_of_now",
        "a plan is judged by the problem it was made from",
        "api/plans/publication.py",
        "return compose.compose(scoped, plan.basin_id, plan.first_day, plan.days)",
        "return kept.fetch_problem(scoped.session, plan.digest)",
        "her engagement ends while a search still has her",
    ),
    Mutant(
        "open_offers",
        "an open offer counts as announced hours",
        "api/commitments/commitments.py",
        "return self._in(ANNOUNCED)",
        "return self._in(STANDING)",
        "another visit takes the hours of a question",
    ),
    Mutant(
        "questions",
        "who was asked is given an order by the next plan",
        "api/cycle/offers.py",
        "    if pair in said.asked:",
        "    if False:",
        "",
    ),
    Mutant(
        "softened",
        "a stop that may be refused by now stays an order",
        "api/plans/publication.py",
        "            if is_soft and stop.marking is not None",
        "            if False and stop.marking is not None",
        "orders may be refused again before they are published",
    ),
    Mutant(
        "agreed_kept",
        "a search moves what somebody agreed to",
        "api/searches/search_request.py",
        "Offer.plan_id == plan.id, Offer.state.in_(AGREED)",
        "Offer.plan_id == plan.id, Offer.state.in_(())",
        "a search would take back what was agreed",
    ),
    Mutant(
        "tolerance",
        "a stop moves by an hour and nobody is asked",
        "api/cycle/offers.py",
        "tolerance = timedelta(minutes=wishes.offers.tolerance_min)",
        "tolerance = timedelta(minutes=60)",
        "a stop is put at another hour",
    ),
    Mutant(
        "withdrawn",
        "what the next plan drops still stands",
        "api/cycle/offers.py",
        "        move(scoped, offer, Transition.WITHDRAW, _why_withdrawn(offer, plan, told), plan=plan.id)",
        "        pass",
        "the carer is back after everybody was told",
    ),
    Mutant(
        "told_withdrawn",
        "nobody is told that a stop is no longer hers",
        "api/cycle/offers.py",
        "queueing.tours_changed(scoped, plan, told, standing.values())",
        "queueing.tours_changed(scoped, plan, told, ())",
        "the carer is back after everybody was told",
    ),
    Mutant(
        "told_uncovered",
        "a service is not told that whoever was announced does not come",
        "api/cycle/offers.py",
        "        queueing.not_covered_yet(scoped.session, scoped.clock, [offer])",
        "        pass",
        "she refuses after her service was told of her",
    ),
    Mutant(
        "told_again",
        "a service that heard that nobody comes does not hear that she comes after all",
        "api/messages/queueing.py",
        "    again = {one.visit_id for one in told} - changed",
        "    again = set()",
        "she was silent, and is asked again",
    ),
    Mutant(
        "outcome",
        "an outcome leaves its offer open",
        "api/cycle/offers.py",
        "            move(system, offer, Transition.FINISH)",
        "            pass",
        "she came before she answered",
    ),
    Mutant(
        "unlawful",
        "a plan in force that holds no more is on no list",
        "api/plans/attention.py",
        "    if not (today.violations or today.lost or today.issues):",
        "    if True:",
        "nobody may work for these services any more",
    ),
    Mutant(
        "silent",
        "a visit whose carer was silent is on no list",
        "api/plans/attention.py",
        "told = {visit for visit, state in last.items() if state in STANDING}",
        'told = {visit for visit, state in last.items() if state in (*STANDING, "expired")}',
        "nobody answers",
    ),
    Mutant(
        "counted",
        "silence uses up a right to refuse",
        "api/cycle/offers.py",
        "                move(scoped, offer, Transition.EXPIRE)",
        "                offer.answered_at = scoped.clock.now()\n"
        "                move(scoped, offer, Transition.REFUSE)",
        "nobody answers",
    ),
    Mutant(
        "kept",
        "a write is answered and never kept",
        "api/http/unit.py",
        "            answer = act()\n            self.scoped.commit()\n            return answer.response()",
        "            answer = act()\n            return answer.response()",
        "nobody answers",
    ),
)


class Spoiled(SourceFileLoader):
    """Compiles the mutant's text; what was compiled before is left aside."""

    def __init__(self, fullname: str, path: str, mutant: Mutant) -> None:
        super().__init__(fullname, path)
        self.mutant = mutant

    def get_code(self, fullname: str) -> CodeType:
        source = self.mutant.spoil(Path(self.path).read_text("utf-8"))
        return compile(source, self.path, "exec", dont_inherit=True)


class Finder(MetaPathFinder):
    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if fullname != self.mutant.module:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        assert spec is not None
        assert spec.origin is not None
        spec.loader = Spoiled(fullname, spec.origin, self.mutant)
        return spec


def play(name: str) -> int:
    """In this process: the day with one mutant, until an assertion fails. Prints what became of it."""
    (mutant,) = (one for one in MUTANTS if one.name == name)
    sys.meta_path.insert(0, Finder(mutant))
    from tests.api.commitments.test_commitments_machine import Day

    first = partial(by_told_day, mutant.day) if mutant.day else by_plain_tests
    ways = (first, by_other_days, by_plain_tests, by_random_days)
    found = next((told for way in ways if (told := way())), "alive")
    print(f"{found}\t{Day.played}")
    return 0


def by_told_day(day: str) -> str:
    """What the day says that is red; "": it is not."""
    from tests.api.commitments import told_days

    try:
        told_days.play(day)
    except AssertionError as fault:
        return f"dead\t{day}: {_first_line(fault)}"
    return ""


def by_other_days() -> str:
    from tests.api.commitments.told_days import DAYS

    return next((told for day in DAYS if (told := by_told_day(day))), "")


def by_plain_tests() -> str:
    import pytest

    noise, how = io.StringIO(), ["-q", "-x", "-p", "no:cacheprovider", "--deal-databases"]
    # What the machine needs is imported by now: its assertions say less, and fail all the same.
    how += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    with redirect_stdout(noise):
        code = pytest.main([*how, *PLAIN])
    red = [line for line in noise.getvalue().splitlines() if line.startswith("FAILED")]
    return f"dead\t{red[0].partition('::')[2][:80]}" if code == pytest.ExitCode.TESTS_FAILED and red else ""


def by_random_days() -> str:
    from hypothesis import HealthCheck, Phase, settings
    from hypothesis.stateful import run_state_machine_as_test

    from tests.api.commitments.test_commitments_machine import Day

    how = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        # One failure is enough, and several at once come as a group, which is no assertion.
        report_multiple_bugs=False,
    )
    try:
        run_state_machine_as_test(Day, settings=how)
    except AssertionError as fault:
        return f"dead\t{_first_line(fault)}"
    return ""


def _first_line(fault: AssertionError) -> str:
    return str(fault).splitlines()[0][:80] if str(fault) else "an assertion"


def judged(mutant: Mutant) -> str:
    """What its process said last; one that crashes has not been found by the machine."""
    asked = [sys.executable, "-m", "tests.commitment_mutants", "--play", mutant.name]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    lines = done.stdout.strip().splitlines()
    return (
        lines[-1]
        if done.returncode == 0 and lines
        else f"crashed\t{done.stderr.strip().splitlines()[-1][:120]}\t0"
    )


def main(names: list[str]) -> int:
    alive, began = 0, time.monotonic()
    for mutant in (one for one in MUTANTS if not names or one.name in names):
        found, *more = judged(mutant).split("\t")
        alive += found != "dead"
        because = f" ({more[0]})" if len(more) > 1 else ""
        print(f"{mutant.name:<16} {found:<8} {more[-1]:>5} steps  {mutant.says}{because}", flush=True)
    print(f"{time.monotonic() - began:.0f} s in all")
    return int(alive > 0)


if __name__ == "__main__":
    sys.exit(play(sys.argv[2]) if sys.argv[1:2] == ["--play"] else main(sys.argv[1:]))
