"""An answer that the disk behind stdout cannot hold is told where there is somebody left to read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli import ROOT, start_brigade

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
