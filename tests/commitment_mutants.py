"""`make commitment-mutants`: take each line that keeps people's word out of the service, one at a time, and
let the machine of a basin's day (`tests/api/commitments/test_commitments_machine.py`) find it.

    python -m tests.commitment_mutants [name …]

A mutant is a piece of source replaced by another as its module is imported, in a process of its own; nothing
on disk changes. It is dead when an assertion of the machine fails; how many steps that took is said. Ends
with exit code 1 when one lives.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES, STEPS = 120, 30
PATIENCE_S = 1_800


@dataclass(frozen=True, slots=True)
class Mutant:
    """`says`: what the service would do without the line. The piece `old` of `file` stands there once, and
    becomes `new`."""

    name: str
    says: str
    file: str
    old: str
    new: str

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
    ),
    Mutant(
        "refused_since",
        "who refused since the search is sent all the same",
        "api/plans/publication.py",
        "back, barred = day.restored(), day.barred()",
        "back, barred = day.restored(), {}",
    ),
    Mutant(
        "rows_of_now",
        "a plan is judged by the problem it was made from",
        "api/plans/publication.py",
        "return compose.compose(scoped, plan.basin_id, plan.first_day, plan.days)",
        "return kept.fetch_problem(scoped.session, plan.digest)",
    ),
    Mutant(
        "open_offers",
        "an open offer counts as announced hours",
        "api/commitments/commitments.py",
        "return self._in(ANNOUNCED)",
        "return self._in(STANDING)",
    ),
    Mutant(
        "questions",
        "who was asked is given an order by the next plan",
        "api/cycle/offers.py",
        "    if pair in said.asked:",
        "    if False:",
    ),
    Mutant(
        "softened",
        "a stop that may be refused by now stays an order",
        "api/plans/publication.py",
        "            if is_soft and stop.marking is not None",
        "            if False and stop.marking is not None",
    ),
    Mutant(
        "agreed_kept",
        "a search moves what somebody agreed to",
        "api/searches/search_request.py",
        "Offer.plan_id == plan.id, Offer.state.in_(AGREED)",
        "Offer.plan_id == plan.id, Offer.state.in_(())",
    ),
    Mutant(
        "tolerance",
        "a stop moves by an hour and nobody is asked",
        "api/cycle/offers.py",
        "tolerance = timedelta(minutes=wishes.offers.tolerance_min)",
        "tolerance = timedelta(minutes=60)",
    ),
    Mutant(
        "withdrawn",
        "what the next plan drops still stands",
        "api/cycle/offers.py",
        "        move(scoped, offer, Transition.WITHDRAW, _why_withdrawn(offer, plan, told), plan=plan.id)",
        "        pass",
    ),
    Mutant(
        "told_withdrawn",
        "nobody is told that a stop is no longer hers",
        "api/cycle/offers.py",
        "queueing.tours_changed(scoped, plan, told, standing.values())",
        "queueing.tours_changed(scoped, plan, told, ())",
    ),
    Mutant(
        "told_uncovered",
        "a service is not told that whoever was announced does not come",
        "api/cycle/offers.py",
        "        queueing.not_covered_yet(scoped.session, scoped.clock, [offer])",
        "        pass",
    ),
    Mutant(
        "outcome",
        "an outcome leaves its offer open",
        "api/cycle/offers.py",
        "            move(system, offer, Transition.FINISH)",
        "            pass",
    ),
    Mutant(
        "unlawful",
        "a plan in force that holds no more is on no list",
        "api/plans/attention.py",
        "    if not (today.violations or today.lost or today.issues):",
        "    if True:",
    ),
    Mutant(
        "silent",
        "a visit whose carer was silent is on no list",
        "api/plans/attention.py",
        "told = {visit for visit, state in last.items() if state in STANDING}",
        'told = {visit for visit, state in last.items() if state in (*STANDING, "expired")}',
    ),
    Mutant(
        "counted",
        "silence uses up a right to refuse",
        "api/worked/refusals.py",
        "        Offer.state == State.REFUSED,\n        Offer.answered_at >= midnight",
        "        Offer.state.in_((State.REFUSED, State.EXPIRED)),\n        Offer.reply_by >= midnight",
    ),
    Mutant(
        "kept",
        "a write is answered and never kept",
        "api/http/unit.py",
        "            answer = act()\n            self.scoped.commit()\n            return answer.response()",
        "            answer = act()\n            return answer.response()",
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
    from hypothesis import HealthCheck, Phase, settings
    from hypothesis.stateful import run_state_machine_as_test

    from tests.api.commitments.test_commitments_machine import Day

    found = "alive"
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
        found = f"dead\t{str(fault).splitlines()[0][:80] if str(fault) else 'an assertion'}"
    print(f"{found}\t{Day.played}")
    return 0


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
    alive = 0
    for mutant in (one for one in MUTANTS if not names or one.name in names):
        found, *more = judged(mutant).split("\t")
        alive += found != "dead"
        because = f" ({more[0]})" if len(more) > 1 else ""
        print(f"{mutant.name:<16} {found:<8} {more[-1]:>5} steps  {mutant.says}{because}", flush=True)
    return int(alive > 0)


if __name__ == "__main__":
    sys.exit(play(sys.argv[2]) if sys.argv[1:2] == ["--play"] else main(sys.argv[1:]))
