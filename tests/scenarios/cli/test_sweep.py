"""The table of a sweep: whatever stopped it, whole rows stay and the others are done again."""

from __future__ import annotations

from pathlib import Path

from scenarios.cli.sweep import grid, header, mend, missing


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
