"""Each main command once in each language: what it prints and writes is in that language alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from brigade.texts.labour_code import shipped_labour_code
from tests.cli import brigade, plan_file, sound_file
from tests.languages import is_foreign
from tests.scenarios.cli.test_solve import save, short_handed

WORK = ("--iterations", "100", "--threads", "1")
UNSEEN = re.compile(r"<(style|script)\b.*?</\1>|<[^>]*>", re.DOTALL)
AWAY = {"kind": "worker_away", "worker_id": "W2", "at": "2026-03-09T06:00:00+01:00"}
CODES = re.compile(rf"(?<= )({'|'.join(sorted({row.name for row in shipped_labour_code().rows()}))})(?=  )")
"""What the values of rules are called in accords: `from`, `to`."""
MOVE = {"kind": "move", "visit_id": "V3", "to": {"worker_id": "W1", "tour": 0}}


def said(folder: Path, lang: str) -> Iterator[tuple[str, str]]:
    """(command, text) of each; lines of a page without its tags."""
    given, short, plan = sound_file(folder), save(short_handed(), folder / "short"), plan_file(folder)
    events = folder / "events.json"
    events.write_text(json.dumps({"format": "brigade-events", "version": 1, "events": [AWAY]}), "utf-8")
    bad = folder / "bad.json"
    bad.write_text(given.read_text("utf-8").replace('"duration_min": 60', '"duration_min": -1'), "utf-8")
    made, page, stops = folder / "made.json", folder / "report.html", folder / "stops.csv"
    written = ("-o", made, "--html", page, "--stops", stops, "--ics", folder / "ics")
    for args in (
        ("--help",),
        ("validate", given, "--text"),
        ("validate", bad, "--text"),
        ("solve", short, *written, *WORK, "--text"),
        ("explain", short, made, "--visit", "V1", "--text"),
        ("explain", short, made, "--visit", "V2", "--text"),
        ("check", given, plan, "--text"),
        ("candidates", given, plan, "--visit", "V3", "--text"),
        ("compare", short, made, made, "--text"),
        ("replan", given, plan, events, *WORK, "--text"),
        ("export", short, made, "--stops", folder / "again.csv", "--text"),
        ("convert", given, folder / "tables"),
        ("rules", "bad"),
        ("rules",),
        ("schema", "x9"),
        ("warmup",),
        ("absences",),
    ):
        done = brigade("--lang", lang, *args)
        yield " ".join(map(str, args)), done.out + done.err
    yield "report", UNSEEN.sub("\n", page.read_text("utf-8"))
    yield "stops", stops.read_text("utf-8-sig")
    yield from ((path.name, path.read_text("utf-8")) for path in sorted((folder / "ics").iterdir()))


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_command_speaks_one_language(lang: str, tmp_path: Path) -> None:
    (tmp_path / "short").mkdir()
    told = {command: text.replace(str(tmp_path), "") for command, text in said(tmp_path, lang)}
    assert all(text.strip() for text in told.values()), told
    assert [
        (command, line.strip())
        for command, text in told.items()
        for line in re.split(r"[\n;]", text)
        if is_foreign(CODES.sub("", line), lang)
    ] == []
