"""Nothing of a merge is left in a file: both sides of it, and the marks between them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MARK = re.compile(rb"^(<{7} |>{7} )", re.MULTILINE)


def kept_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name for name in listed.decode().split("\0") if name]


def test_no_file_keeps_both_sides_of_a_merge() -> None:
    torn = [path for path in kept_files() if path.is_file() and MARK.search(path.read_bytes())]
    assert torn == []
