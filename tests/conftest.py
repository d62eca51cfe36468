"""What several kinds of tests share. Every run draws the same examples: the same code passes or fails,
always."""

from __future__ import annotations

import gc
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

from tests.postgres import PostgresServer, postgres_server

# The tests start some hundred processes: without bytecode kept, each of them compiles every module that it
# imports anew, for longer than all the rest of its start. Containers like to forbid it.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# As shipped, Python looks for garbage every 700 objects; Hypothesis listens, and syntax trees and drawn
# problems are little but objects. What is imported for the tests stays: nobody looks for garbage while it is
# read, nor in it later on.
gc.set_threshold(20_000, 20, 20)
gc.disable()

# Derandomized: a red suite is red again for whoever looks into it. No deadline: the machine may be busy.
settings.register_profile("calm", derandomize=True, deadline=None, print_blob=True)
settings.load_profile("calm")
# Values are also drawn from the literals of whatever modules of ours are loaded by then: other tests in the
# same process, or a new sentence anywhere, would draw other examples.
providers._get_local_constants = Constants

DATABASES = ("sqlite", "postgresql")
# What the two databases do differently: files, locks, dialects, copies.
OF_THE_SERVICE = Path(__file__).parent / "api"
ON_BOTH = (
    "test_archive",
    "test_backup",
    "test_commitments_machine",
    "test_faults_database",
    "test_faults_order",
    "test_keeping",
    "test_searches",
    "test_trail_seal",
    "test_writes",
)


LONGEST = (
    *("test_faults_kill", "test_cli_processes", "test_serving", "test_told_days", "test_board"),
    *("test_every_page_is_accessible", "test_solver", "test_faults_database", "test_migrations"),
    *("test_documented_refusals", "test_cluster", "test_spreadsheets", "test_faults_order"),
    *("test_scenarios", "test_rights_table", "test_bench", "test_attention", "test_every_page"),
    *("test_rules_off", "test_openapi", "test_first_day", "test_bad_input", "test_outbox"),
    *("test_columns", "test_one_language", "test_reached_pages_are_accessible", "test_backup"),
    *("test_keyboard_alone", "test_bench_load", "test_without_script", "test_incidents"),
    *("test_advice_people", "test_replan", "test_full_disk", "test_metrics", "test_second_checker"),
)
"""The files that take longest, begun first: what is begun last keeps one of the workers waiting for the
others. Those that wait for processes of their own take turns with those that calculate."""


def pytest_addoption(parser: pytest.Parser) -> None:
    told = (
        "each test of the service on one of the two databases, "
        "dealt by its name; those about the database itself on both"
    )
    parser.addoption("--deal-databases", action="store_true", help=told)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A run of `make test` meets every test once and both databases everywhere; `make test-databases` meets
    all on both."""
    if config.getoption("deal_databases"):
        left = set(_dealt_to_the_other(items))
        config.hook.pytest_deselected(items=sorted(left, key=lambda item: item.nodeid))
        items[:] = [item for item in items if item not in left]
    ranks = {stem: rank for rank, stem in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path.stem, len(LONGEST)))


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


def _dealt_to_the_other(items: Iterable[pytest.Item]) -> Iterator[pytest.Item]:
    alike: dict[str, dict[str, pytest.Item]] = defaultdict(dict)
    for item in items:
        for kind in DATABASES:
            if (
                item.path.is_relative_to(OF_THE_SERVICE)
                and item.path.stem not in ON_BOTH
                and kind in item.name
            ):
                alike[item.nodeid.replace(kind, "*")][kind] = item
    for name, kinds in alike.items():
        if len(kinds) == len(DATABASES):
            yield kinds[DATABASES[crc32(_dealt_by(name).encode()) % 2]]


def _dealt_by(name: str) -> str:
    """What is dealt as one: tests of a file with the same parameters beside the database read what a fixture
    of theirs has prepared on it."""
    path, _, test = name.partition("::")
    given = test.partition("[")[2]
    return name if given == "*]" else f"{path}[{given}"


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One PostgreSQL for the session; each test creates its own database in it."""
    with postgres_server() as server:
        yield server


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How long each role's story took (`tests/browser/stories.py`)."""
    passed = terminalreporter.stats.get("passed", [])
    found = [told for report in passed for name, told in report.user_properties if name == "story"]
    if found:
        terminalreporter.section("stories by the stop-watch")
        for told in sorted(set(found)):
            terminalreporter.write_line(str(told))
