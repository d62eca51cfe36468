"""Where the compiled kernel lives, and that it fits the machine that runs it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from brigade.words import say_clause
from solver.kernel import build
from solver.kernel.build import library_paths
from solver.kernel.variants import PLATFORMS, this_platform, this_variant


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
    made = Path(build._compiled()._name)
    assert made.parent == tmp_path / ".cache" / "brigade"
    assert made.exists()


def test_no_folder_at_all_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("BRIGADE_CACHE", str(tmp_path / "file" / "below"))
    monkeypatch.setenv("HOME", str(tmp_path / "file"))
    with pytest.raises(build.NoCompiler) as told:
        build._compiled()
    assert say_clause(told.value.clause).startswith("aucun dossier")


def _one_function(folder: Path) -> Path:
    """Sources that compile at once."""
    folder.mkdir()
    (folder / "kernel.c").write_text("int one(void) { return 1; }\n", "utf-8")
    return folder


def test_a_compiler_without_end_is_stopped_and_the_next_one_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its children hold the pipes: to stop the first process alone would wait for them all the same."""
    monkeypatch.setattr(build, "LIMIT_S", 2.0)
    endless = _script(tmp_path / "endless", "sleep 600 & wait")
    with pytest.raises(build.NoCompiler) as told:
        build.compile_kernel(tmp_path / "kernel.so", [[endless]])
    assert f"{endless} : arrêté après 2 s" in say_clause(told.value.clause)
    quick = _script(tmp_path / "quick", 'for last; do :; done; echo made > "$last"')
    build.compile_kernel(tmp_path / "kernel.so", [[endless], [quick]])
    assert (tmp_path / "kernel.so").read_text("utf-8") == "made\n"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("tmp")] == []


def test_the_carried_compiler_keeps_its_cache_beside_the_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A home may be read-only; and nothing of it is left behind."""
    for scope in ("GLOBAL", "LOCAL"):
        monkeypatch.delenv(f"ZIG_{scope}_CACHE_DIR", raising=False)
    said = tmp_path / "said"
    script = f'echo "$ZIG_GLOBAL_CACHE_DIR" "$ZIG_LOCAL_CACHE_DIR" > {said}; exit 1'
    with pytest.raises(build.NoCompiler):
        build.compile_kernel(tmp_path / "cache" / "kernel.so", [[_script(tmp_path / "tells", script)]])
    folders = [Path(one) for one in said.read_text("utf-8").split()]
    assert [one.parents[1] for one in folders] == [tmp_path / "cache"] * 2
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_folder_that_forbids_execution_is_told_and_the_next_one_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the loader refuses is refused the same way, whether the mount or the file is at fault: here a file
    that is no library."""
    monkeypatch.setenv("BRIGADE_CACHE", str(tmp_path / "asked"))
    monkeypatch.setenv("HOME", str(tmp_path))
    junk = _script(tmp_path / "junk", 'for last; do :; done; echo junk > "$last"')
    monkeypatch.setattr(build, "compilers", lambda: [[junk]])
    with pytest.raises(build.NotExecutable) as told:
        build._loaded()
    assert re.search(r"noexec(.|\n)*asked(.|\n)*\.cache", say_clause(told.value.clause))
    monkeypatch.undo()
    monkeypatch.setenv("BRIGADE_CACHE", str(tmp_path / "asked"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(build, "SOURCES", _one_function(tmp_path / "sources"))
    [asked, own] = library_paths()
    asked.write_text("junk", "utf-8")
    build.compile_kernel(own)
    assert build._loaded()._name == str(own)


def test_a_library_of_the_wheel_is_taken_where_the_processor_can_run_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "SHIPPED", tmp_path)
    quick, plain = PLATFORMS["linux-x86_64"].variants
    for variant in (quick, plain):
        (tmp_path / build.shipped_name(variant)).touch()
    taken = []
    for features in (quick.needs, plain.needs, plain.needs - {"popcnt"}):
        chosen = PLATFORMS["linux-x86_64"].fitting(features)
        monkeypatch.setattr(build, "this_variant", lambda chosen=chosen: chosen)
        taken.append([path.name for path in build.candidates() if path.parent == tmp_path])
    assert taken == [[build.shipped_name(quick)], [build.shipped_name(plain)], []]


def test_a_library_of_other_sources_is_never_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    variant = PLATFORMS["linux-x86_64"].variants[-1]
    monkeypatch.setattr(build, "SHIPPED", tmp_path)
    monkeypatch.setattr(build, "this_variant", lambda: variant)
    (tmp_path / build.shipped_name(variant)).touch()
    assert tmp_path in [path.parent for path in build.candidates()]
    monkeypatch.setattr(build, "SOURCES", _one_function(tmp_path / "sources"))
    assert tmp_path not in [path.parent for path in build.candidates()]


def test_a_kernel_for_this_very_processor_may_be_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    variant = PLATFORMS["linux-x86_64"].variants[-1]
    monkeypatch.setattr(build, "SHIPPED", tmp_path)
    monkeypatch.setattr(build, "this_variant", lambda: variant)
    (tmp_path / build.shipped_name(variant)).touch()
    monkeypatch.setenv("BRIGADE_KERNEL", "native")
    assert tmp_path not in [path.parent for path in build.candidates()]
    monkeypatch.setenv("BRIGADE_KERNEL", str(tmp_path / "nothing.so"))
    with pytest.raises(build.NotExecutable, match=r"nothing\.so"):
        build._loaded()


def test_this_machine_can_run_a_kernel_of_its_wheel() -> None:
    """Whatever machine runs the suite, x86-64 of the last fifteen years or ARM: the levels are spelled as its
    /proc/cpuinfo spells them."""
    here = this_platform()
    if here is not None:
        assert this_variant() in here.variants


def _script(path: Path, text: str) -> str:
    path.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
    path.chmod(0o755)
    return str(path)
