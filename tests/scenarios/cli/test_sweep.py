"""The table of a sweep: whatever stopped it, whole rows stay and the others are done again."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.cli.sweep import grid, header, mend, missing
from scenarios.generator.presets import UnknownPreset


def test_a_sweep_stopped_at_any_byte_does_again_what_is_not_whole(tmp_path: Path) -> None:
    """A row that lacks its end alone counted as done, and was then cut off; half a header was another
    table."""
    path, (only,) = tmp_path / "cut.csv", grid("rural_day", [1], [3], [None], [None], None, 50)
    row = [*only.cells, *["1"] * (len(header()) - len(only.cells))]
    whole = ("\n".join(",".join(cells) for cells in (header(), row)) + "\n").encode()
    for length in range(len(whole) + 1):
        path.write_bytes(whole[:length])
        assert missing([only], path) == ([] if length == len(whole) else [only])
        mend(path)
        assert path.read_bytes() == whole[: whole[:length].rfind(b"\n") + 1]


def test_every_value_that_cannot_be_drawn_is_told_at_once() -> None:
    with pytest.raises(UnknownPreset) as refused:
        grid("rural_day", [1, 2], [3, 0], [0.5, 3.0], [{"jet": 1.0}, {"car": -1.0}], None, 50)
    where = [one.where for one in refused.value.issues]
    assert set(where) == {"workers", "ai_share", "modes", "modes.jet", "modes.car"}
    assert len(where) == len(set(refused.value.issues)), "each once, however many mixes have it"
