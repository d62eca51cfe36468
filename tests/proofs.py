"""`make proofs`: the random tests of plans and advice on five hundred problems each; an hour or so on a quiet
core.

One file after the other in this process. docs/proofs.md keeps a row a test: what was seen last, and of which
commit. Given files replace their own rows alone. Ends with exit code 1 when a test fails; the problem it
failed on is printed.

python -m tests.proofs [files of tests/property]
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "proofs.md"
FILES = (
    "test_second_checker.py",
    "test_solver.py",
    "test_nothing_left.py",
    "test_tiny_days.py",
    "test_bounds.py",
    "test_direct.py",
    "test_soft_terms.py",
    "test_told_prices.py",
    "test_advice_obstacles.py",
    "test_advice_suggestions.py",
    "test_advice_people.py",
    "test_edits.py",
    "test_replan.py",
    "test_reserve.py",
    "test_swaps.py",
    "test_lending.py",
)
EXAMPLES = "500"
HEAD = f"""# Proofs on many problems

Written by `make proofs`: the random tests that usually draw 8 to 30 problems, with {EXAMPLES} (a
third of them where each is solved once more). Each row says what was seen last, and of which commit. The same
commit draws the same problems.

| test | commit | seconds of processor | result |
|---|---|---|---|
"""


@dataclass
class Seen:
    """A plugin of pytest: each test's outcome, and the processor's seconds that it took."""

    commit: str
    rows: dict[str, str] = field(default_factory=dict)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Any:
        before = os.times()
        try:
            return (yield)
        finally:
            after = os.times()
            if hasattr(getattr(item, "obj", None), "hypothesis"):
                item.user_properties.append(
                    ("seconds", round(after.user + after.system - before.user - before.system))
                )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        seconds = dict(report.user_properties).get("seconds")
        if report.when == "call" and seconds is not None:
            name = report.nodeid.removeprefix("tests/property/").replace("::", " ")
            result = "holds" if report.passed else "**fails**"
            self.rows[name] = f"| {name} | {self.commit} | {seconds} | {result} |"


def told_before() -> dict[str, str]:
    rows = PAGE.read_text("utf-8").splitlines() if PAGE.exists() else []
    return {row.split("|")[1].strip(): row for row in rows if row.startswith("| test_")}


def main(files: list[str]) -> int:
    os.environ |= {"BRIGADE_ADVICE_EXAMPLES": EXAMPLES, "BRIGADE_AGREEMENT_EXAMPLES": EXAMPLES}
    commit = subprocess.run(
        ("git", "describe", "--always", "--dirty"), cwd=ROOT, capture_output=True, text=True, check=True
    )
    failed = 0
    for name in files or FILES:
        seen = Seen(commit.stdout.strip())
        failed |= pytest.main(["-q", "-p", "no:xdist", f"tests/property/{name}"], plugins=[seen])
        kept = {test: row for test, row in told_before().items() if not test.startswith(f"{name} ")}
        rows = kept | seen.rows
        PAGE.write_text(HEAD + "".join(f"{rows[test]}\n" for test in sorted(rows)), "utf-8")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
