"""An answer that the disk behind stdout cannot hold is told where there is somebody left to read."""

from __future__ import annotations

from pathlib import Path

import pytest

from brigade.errors import UnreadableInput
from scenarios.cli.sweep import grid, run_all
from tests.cli import ROOT, start_brigade
from tests.sayings import refusals

FULL = Path("/dev/full")
CASE = ROOT / "scenarios/catalogue/ai_territory.json"


@pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize(
    "command", [["validate", CASE, "--json"], ["validate", "absent.json"], ["--help"], ["rules", "bad"]]
)
def test_an_answer_that_finds_no_room_is_no_fault_of_ours(command: list[object]) -> None:
    with FULL.open("w") as full:
        process = start_brigade(*command, stdout=full)
    _, told = process.communicate()
    assert process.returncode == 2
    assert told.splitlines()[-1] == ("O101 stdout: plus de place sur le disque — choisir un autre endroit")
    assert "Traceback" not in told


@pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is always full")
def test_a_sweep_names_the_file_that_finds_no_room() -> None:
    """Not stdout, which takes all that is said."""
    run = grid("ai_only", [1], [None], [None], [None], None, 1)
    with pytest.raises(UnreadableInput) as told:
        run_all(run, FULL, 1, lambda run: None)
    assert [(one.code, one.where) for one in refusals(told)] == [("O101", "/dev/full")]
