"""Databases of every version of the tables, as real use left them: tests/data/released/<revision>.backup.

0001 was filled by the first version of the service. 0002 to 0004 hold the day of `tests.api.walk` as the
last version before 0005 kept it, 0002 and 0003 without what came later; 0005 to 0007 as their own versions
did. The newest is written by `python -m tools.released`.
"""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "data" / "released"
SECRETS: dict[str, Any] = {
    "identity_keys": base64.urlsafe_b64encode(b"the key of the released versions").decode(),
    "secret": "released-versions-of-the-service-0123456789",
}
"""What the settings of all of them said."""


def path_of(revision: str) -> Path:
    return FOLDER / f"{revision}.backup"


def rows_in(path: Path) -> dict[str, list[dict[str, Any]]]:
    """By table, as a backup says them."""
    found: dict[str, list[dict[str, Any]]] = {}
    for line in gzip.decompress(path.read_bytes()).decode().splitlines()[1:-1]:
        table, row = json.loads(line)
        found.setdefault(table, []).append(row)
    return found
