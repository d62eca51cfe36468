"""Other packages are called `api` or `solver` too: whoever has one of them beside Brigade is told at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("brigade", "solver", "api", "scenarios")


def _start(module: str, *folders: Path) -> subprocess.CompletedProcess[str]:
    """`python -m module` where Python finds these folders first, and no clone."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, folders))}
    command = [
        sys.executable,
        "-c",
        f"import runpy; runpy.run_module({module!r}, run_name='__main__')",
        "--help",
    ]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, cwd=folders[0], timeout=120
    )


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder that holds the four rooms, as an environment does."""
    folder = tmp_path / "installed"
    folder.mkdir()
    for room in ROOMS:
        (folder / room).symlink_to(ROOT / room)
    return folder


@pytest.mark.parametrize("room", ["solver", "api"])
def test_another_package_found_first_is_told(room: str, installed: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    (other / room).mkdir(parents=True)
    (other / room / "__init__.py").write_text("raise SystemExit('imported')\n", "utf-8")
    done = _start("scenarios", other, installed)
    assert done.returncode == 3
    assert f"« {room} »" in done.stderr
    assert str(other) in done.stderr
    assert "imported" not in done.stderr


def test_a_package_installed_over_ours_is_told(installed: Path) -> None:
    """Both wrote `solver/__init__.py`; the other one came last."""
    (installed / "solver").unlink()
    (installed / "solver").mkdir()
    (installed / "solver" / "__init__.py").write_text('"""Solves puzzles."""\n', "utf-8")
    assert _start("scenarios", installed).returncode == 3
    served = _start("api", installed)
    assert served.returncode != 0
    assert "ForeignRoom" in served.stderr


def test_alone_nothing_is_said(installed: Path) -> None:
    done = _start("scenarios", installed)
    assert (done.returncode, done.stderr) == (0, "")
