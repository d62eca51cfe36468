"""Four public sets of instances, as their authors published them: read, write, cost, best known value.

Each family is a module with the same six names: `Instance`, `read(path)`, `Solution`, `read_solution(path)`,
`write_solution(path, solution)`, and `evaluate(instance, solution)`, written from the published formula and
sharing nothing with a solver. Nothing here knows the product's own model.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from brigade.errors import UnreadableInput
from scenarios.bench.sets.common import Evaluation, read_text
from scenarios.bench.sets.records import SHIPPED, BestKnown, Family, best_known

__all__ = ["FAMILIES", "BestKnown", "Evaluation", "Family", "best_known", "samples", "sniff"]

FAMILIES: tuple[Family, ...] = ("uhhc", "hhcrsp", "br2008", "strsp")
STRSP_NAME = re.compile(r"STRSP_(R|C|RC)_\d+_\d+\.txt(\.gz)?")


def sniff(path: Path) -> Family | None:
    """Which set an instance file belongs to, by its content (a bare list of numbers: by its name); None when
    unsure.

    A file that cannot be read, a solution, a stranger: None. Whether it is a sound instance is `read`'s to
    say.
    """
    try:
        text = read_text(path)
    except UnreadableInput:
        return None
    if text.lstrip().startswith("{"):
        return _sniff_json(text)
    if re.search(r"^\s*param\s+NO_Visits\b", text, re.MULTILINE):
        return "br2008"
    return "strsp" if STRSP_NAME.fullmatch(path.name) or _looks_like_strsp(text) else None


def _sniff_json(text: str) -> Family | None:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    keys = document.keys() if isinstance(document, dict) else set()
    if not {"patients", "caregivers", "distances"} <= keys:
        return None
    if "central_offices" in keys:
        return "hhcrsp"
    return "uhhc" if {"terminal_points", "metadata"} <= keys else None


def _looks_like_strsp(text: str) -> bool:
    """Numbers only, as many as the first two announce."""
    words = text.split()
    if len(words) < 2 or not all(word.isdecimal() for word in words[:2]):
        return False
    # Cut: a stranger's file may hold a number of any length.
    tasks, technicians = int(words[0][:9]), int(words[1][:9])
    nodes = tasks + technicians + 1
    return len(words) == 2 + nodes * (4 + technicians) + 2 * technicians + 2 + 2 * (tasks + 1)


def samples(family: Family, folder: Path | None = None) -> list[Path]:
    """The instance files of a set, by name: the shipped ones, or those of `folder/instances`, or of `folder`
    itself."""
    place = folder if folder is not None else SHIPPED.get(family)
    if place is None:
        return []
    inner = place / "instances"
    files = (path for path in (inner if inner.is_dir() else place).iterdir() if path.is_file())
    return sorted(path for path in files if sniff(path) == family)
