"""Files are written whole or not at all, under names that nothing in an input can turn into another place."""

from __future__ import annotations

import errno
import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from brigade.errors import UnreadableInput
from scenarios.cli.console.outputs import Outputs, safe_name
from tests.cli import files_in
from tests.sayings import refusals


def test_parents_are_made_and_old_content_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "new" / "deep" / "plan.json"
    for content in ("old and long", "new"):
        outputs = Outputs()
        outputs.put(path, content)
        assert outputs.write() == [str(path)]
    assert files_in(tmp_path) == {"new/deep/plan.json": b"new"}


def test_when_one_file_cannot_be_written_none_is(tmp_path: Path) -> None:
    """The second file's parent is a file: the disk refuses before any file is moved into place."""
    (tmp_path / "plan.json").write_text("before")
    (tmp_path / "wall").write_text("a file, no folder")
    outputs = Outputs()
    outputs.put(tmp_path / "plan.json", "after")
    outputs.put(tmp_path / "wall" / "report.html", "page")
    with pytest.raises(UnreadableInput) as refused:
        outputs.write()
    assert refusals(refused)[0].code == "O101"
    assert files_in(tmp_path) == {"plan.json": b"before", "wall": b"a file, no folder"}


def test_a_full_disk_leaves_no_folder_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders made for the files go with them; one that stood before stays."""
    (tmp_path / "stood").mkdir()

    def full(descriptor: int, mode: str) -> NoReturn:
        os.close(descriptor)
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr(os, "fdopen", full)
    outputs = Outputs()
    outputs.put_all(tmp_path / "stood" / "new" / "deep", {"sites.csv": b"1", "visits.csv": b"2"})
    with pytest.raises(UnreadableInput):
        outputs.write()
    assert [str(one.relative_to(tmp_path)) for one in tmp_path.rglob("*")] == ["stood"]


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """As in a process of its own: a worker of the suite may have been started without Ctrl-C."""
    kept = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, kept)


def struck_after(act: str, how: signal.Signals, patch: pytest.MonkeyPatch) -> None:
    """Each such act of the system is followed by a signal."""
    sound = getattr(os, act)

    def struck(*given: object) -> None:
        sound(*given)
        signal.raise_signal(how)

    patch.setattr(os, act, struck)


@pytest.mark.usefixtures("ctrl_c")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_files_are_made_ready_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: signal.Signals
) -> None:
    before = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]
    struck_after("chmod", how, monkeypatch)
    outputs = Outputs()
    outputs.put_all(tmp_path / "new", {"sites.csv": b"1", "visits.csv": b"2"})
    with pytest.raises(KeyboardInterrupt):
        outputs.write()
    assert list(tmp_path.iterdir()) == []
    assert [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)] == before


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_between_two_moves_halves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: signal.Signals
) -> None:
    struck_after("replace", how, monkeypatch)
    outputs = Outputs()
    outputs.put_all(tmp_path / "new", {"sites.csv": b"1", "visits.csv": b"2"})
    assert len(outputs.write()) == 2
    assert files_in(tmp_path) == {"new/sites.csv": b"1", "new/visits.csv": b"2"}


def test_files_are_readable_as_the_shell_would_make_them(tmp_path: Path) -> None:
    mask = os.umask(0o022)
    try:
        outputs = Outputs()
        outputs.put(tmp_path / "plan.json", "x")
        outputs.write()
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "plan.json").stat().st_mode) == 0o644


def test_nothing_asked_is_nothing_written(tmp_path: Path) -> None:
    outputs = Outputs()
    outputs.file(None)
    outputs.folder(None)
    outputs.put(None, "x")
    outputs.put_all(None, {"a": b"x"})
    outputs.check()
    assert outputs.write() == []


@pytest.mark.parametrize(
    ("id", "name"),
    [
        ("W07", "W07"),
        ("../../etc/passwd", "_._.._etc_passwd"),
        (".hidden", "_hidden"),
        ("a/b\\c", "a_b_c"),
        ("Éva", "_va"),
        ("nul\0", "nul_"),
        ("", "_"),
    ],
)
def test_identifiers_become_harmless_names(id: str, name: str) -> None:
    assert safe_name(id) == name


def test_two_identifiers_never_share_a_file() -> None:
    """Not even on a disk that does not tell capitals apart."""
    assert safe_name("a/b", ["a_b"]) == "a_b-2"
    assert safe_name("A_B", ["a_b", "a_b-2"]) == "A_B-3"


def test_a_device_is_no_place_for_a_file(tmp_path: Path) -> None:
    """A file moved onto /dev/null would take its place, for everybody on the machine."""
    os.mkfifo(tmp_path / "pipe")
    outputs = Outputs()
    for path in (Path("/dev/null"), Path("/dev/stdout"), Path("/proc/self/fd/1"), tmp_path / "pipe"):
        outputs.file(path)
    with pytest.raises(UnreadableInput) as refused:
        outputs.check()
    told = [issue for issue in refusals(refused) if issue.what == "ni un fichier ni un dossier"]
    assert [issue.where for issue in told] == [
        "/dev/null",
        "/dev/stdout",
        "/proc/self/fd/1",
        str(tmp_path / "pipe"),
    ]


def test_what_a_link_names_is_written_and_the_link_stays(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text("before")
    (tmp_path / "latest.json").symlink_to(tmp_path / "plan.json")
    outputs = Outputs()
    outputs.put(tmp_path / "latest.json", "after")
    outputs.write()
    assert (tmp_path / "latest.json").is_symlink()
    assert (tmp_path / "plan.json").read_text() == "after"


def test_a_full_disk_is_told_in_french_with_the_place_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: str, target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", source)

    monkeypatch.setattr(os, "replace", full)
    outputs = Outputs()
    outputs.put(tmp_path / "plan.json", "x")
    with pytest.raises(UnreadableInput) as refused:
        outputs.write()
    (issue,) = refusals(refused)
    assert (issue.where, issue.what) == (str(tmp_path / "plan.json"), "plus de place sur le disque")
    assert files_in(tmp_path) == {}
