"""Where the compiled kernel lives, and that it fits the machine that runs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from solver.kernel import build
from solver.kernel.build import library_paths


def test_another_processor_gets_a_library_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """An image built on one machine and run on another compiles again rather than end at an unknown
    instruction."""
    here = library_paths()
    monkeypatch.setattr(build, "processor", lambda: "flags : fpu")
    assert not set(here) & set(library_paths())


def test_where_the_asked_folder_cannot_be_written_the_users_own_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("BRIGADE_CACHE", str(tmp_path / "file" / "below"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(build, "SOURCES", _one_function(tmp_path / "sources"))
    made = build._compiled()
    assert made.parent == tmp_path / ".cache" / "brigade"
    assert made.exists()


def test_no_folder_at_all_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("BRIGADE_CACHE", str(tmp_path / "file" / "below"))
    monkeypatch.setenv("HOME", str(tmp_path / "file"))
    with pytest.raises(build.NoCompiler, match="aucun dossier"):
        build._compiled()


def _one_function(folder: Path) -> Path:
    """Sources that compile at once."""
    folder.mkdir()
    (folder / "kernel.c").write_text("int one(void) { return 1; }\n", "utf-8")
    return folder
