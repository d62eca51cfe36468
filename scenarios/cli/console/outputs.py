"""Files written whole or not at all: refused before any work starts, then every one complete beside its
place, then moved."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from brigade.errors import Clause, Issue, UnreadableInput
from brigade.exchange.documents.json_text import not_written, refusal
from scenarios.cli.console.inputs import STANDARD_STREAM, is_stream
from scenarios.cli.console.interruption import signals_ignored, sigterm_gives_up

DEVICES, MEMORY = ("/dev/", "/proc/", "/sys/"), "/dev/shm/"
UNSAFE = re.compile(r"[^\w.@+-]|^\.", re.ASCII)


@dataclass
class Outputs:
    """What a command will write. `inputs`: what it reads, never to be overwritten. `has_stream`: whether `-`
    was named for an output."""

    inputs: tuple[Path, ...] = ()
    targets: list[Path] = field(default_factory=list)
    folders: list[Path] = field(default_factory=list)
    has_stream: bool = False
    content: dict[Path, bytes] = field(default_factory=dict)

    def file(self, path: Path | None) -> None:
        """Announce a file, so that a place where it cannot be written is told before the work."""
        self._announce(path, self.targets)

    def folder(self, path: Path | None) -> None:
        self._announce(path, self.folders)

    def _announce(self, path: Path | None, places: list[Path]) -> None:
        if path is not None and is_stream(path):
            self.has_stream = True
        elif path is not None:
            places.append(path)

    def check(self) -> None:
        """Raises: UnreadableInput with every announced place that cannot be written."""
        unreachable = list(self._unreachable())
        if unreachable:
            raise UnreadableInput(unreachable)
        issues = [*self._stream_issues(), *self._file_issues(), *self._folder_issues(), *self._doubles()]
        if issues:
            raise UnreadableInput(issues)

    def put(self, path: Path | None, content: str | bytes) -> None:
        """Keep the content of an announced file; None: nobody asked for it."""
        if path is not None:
            self.content[path] = content.encode() if isinstance(content, str) else content

    def put_all(self, folder: Path | None, files: Mapping[str, bytes]) -> None:
        """Keep the files of an announced folder."""
        if folder is not None:
            self.content.update({folder / name: content for name, content in files.items()})

    def write(self) -> list[str]:
        """Write everything kept; the paths. Raises: UnreadableInput when the disk refuses: then no file has
        changed, unless it refused between two of the last moves. GaveUp, on a signal before them."""
        waiting, made = list[tuple[str, Path]](), list[Path]()
        try:
            with sigterm_gives_up():
                for path, content in self.content.items():
                    place = path.resolve()  # what stands behind a link is written, the link stays
                    made += _make_folders(place.parent)
                    waiting.append((_beside(place, content), place))
            with signals_ignored():
                while waiting:
                    path = waiting[0][1]
                    # Moved once all are ready: a disk that is full refuses before any old file is gone.
                    os.replace(*waiting[0])
                    # Taken out after the move: what is still in the list is a temporary file to remove.
                    waiting.pop(0)
        except OSError as fault:
            raise UnreadableInput([not_written(path, fault)]) from None
        finally:
            _tidy([temporary for temporary, _ in waiting], made)
        return [str(path) for path in self.content]

    # -- places that will not do ----------------------------------------------------------------------------
    def _stream_issues(self) -> Iterator[Issue]:
        # `-` means a standard stream wherever it stands; stdout holds the command's answer, and nothing else.
        if self.has_stream:
            yield Issue("O101", STANDARD_STREAM, "output_is_stream")

    def _unreachable(self) -> Iterator[Issue]:
        """Places that the system cannot even look at: names too long, links in a ring."""
        for path in (*self.targets, *self.folders):
            try:
                path.exists()
                path.resolve()
            except (OSError, RuntimeError) as fault:
                met = refusal(fault) if isinstance(fault, OSError) else Clause("links_in_a_ring")
                yield Issue("O101", str(path), "not_written", {"met": met})

    def _file_issues(self) -> Iterator[Issue]:
        for path in self.targets:
            if path.is_dir():
                yield Issue("O101", str(path), "output_is_folder")
            elif _is_device(path):
                yield Issue("O101", str(path), "output_is_device")
            elif any(_is_same(path, source) for source in self.inputs):
                yield Issue("O101", str(path), "output_is_input")
            else:
                yield from _parent_issues(path.parent, path)

    def _folder_issues(self) -> Iterator[Issue]:
        for folder in self.folders:
            if any(_is_same(folder, source) for source in self.inputs):
                yield Issue("O101", str(folder), "output_is_input")
            else:
                yield from _parent_issues(folder, folder)

    def _doubles(self) -> Iterator[Issue]:
        # Behind links: two names of one file would write one over the other.
        places = [path.resolve() for path in (*self.targets, *self.folders)]
        for place in dict.fromkeys(place for place in places if places.count(place) > 1):
            yield Issue("O101", str(place), "output_twice")


def safe_name(id: str, taken: Iterable[str] = ()) -> str:
    """A file name for an identifier, whatever it holds: no separator, no hidden file, no two alike."""
    name = UNSAFE.sub("_", id)[:100] or "_"
    # Whatever the system: `a.ics` and `A.ics` are one file on macOS.
    used = {one.casefold() for one in taken}
    count, made = 1, name
    while made.casefold() in used:
        count += 1
        made = f"{name}-{count}"
    return made


def _make_folders(folder: Path) -> list[Path]:
    """Returns the folders that were not there, the outermost first."""
    new = [place for place in (folder, *folder.parents) if not place.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return new[::-1]


def _tidy(temporaries: Iterable[str], made: list[Path]) -> None:
    """Remove what a failed write has begun; folders that were filled stay."""
    for temporary in temporaries:
        with suppress(OSError):
            os.unlink(temporary)
    for folder in reversed(made):
        with suppress(OSError):
            folder.rmdir()


def _beside(path: Path, content: bytes) -> str:
    """A finished temporary file in the folder of `path`."""
    handle, temporary = tempfile.mkstemp(prefix=".brigade-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        # mkstemp gives a file to its owner alone; what the shell would have made follows the umask.
        os.chmod(temporary, 0o666 & ~_umask())
    except BaseException:  # a signal too must leave nothing behind
        os.unlink(temporary)
        raise
    return temporary


def _umask() -> int:
    # It can only be read by setting it.
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _parent_issues(folder: Path, path: Path) -> Iterator[Issue]:
    # The nearest folder that is there: those below it are made, if it may be written.
    standing = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    if not standing.is_dir():
        yield Issue("O101", str(path), "not_a_folder", {"place": str(standing)})
    elif not os.access(standing, os.W_OK):
        yield Issue("O101", str(path), "folder_not_writable", {"place": str(standing)})


def _is_device(path: Path) -> bool:
    """A terminal, a pipe, /dev/null or a name for an open file: replacing one would take it from
    everybody."""
    places = (str(path.absolute()), str(path.resolve()))
    is_named_so = any(place.startswith(DEVICES) and not place.startswith(MEMORY) for place in places)
    return is_named_so or (path.exists() and not path.is_file())


def _is_same(path: Path, source: Path) -> bool:
    try:
        return path.samefile(source)
    except OSError:
        return path.resolve() == source.resolve()
