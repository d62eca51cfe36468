"""Files to grids of cells: a folder or a .zip of CSV tables, the sheets of an .xlsx or .ods. No cell is
interpreted here.

Everything that reads tables comes through here: whatever stands between a file and our names (a mapping of
somebody else's headers, columns to join) works on these grids, before `opening` looks for our tables in them.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path, PurePosixPath

from brigade.errors import Issue, UnreadableInput
from brigade.exchange.documents.json_text import read_bytes
from brigade.exchange.grids.csv_text import csv_rows
from brigade.exchange.grids.opendocument import read_opendocument
from brigade.exchange.grids.raw import Grid, Vocabulary
from brigade.exchange.grids.workbooks import read_workbook
from brigade.values.input_words import plain

# As announced by the archive, before anything is unpacked: a bomb is told, not met.
LARGEST_UNPACKED = 500_000_000
SPREADSHEET = "application/vnd.oasis.opendocument.spreadsheet"
SYSTEM_MARKS = (".", "~$")
"""How names begin of what systems and office programs leave beside a file: `._x.csv` of a Mac, `~$x.csv` of
an open one."""
OTHER_TABLES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".tsv", ".txt", ".numbers")
UNREAD = (*OTHER_TABLES[:-2], ".numbers", ".ics")
"""What holds tables or absences and is not read among CSV tables, unlike a note or a picture beside them."""
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLD_STREAMS = {"Workbook": ".xls", "Book": ".xls", "WordDocument": ".doc", "PowerPoint Document": ".ppt"}
"""What a file of the old Office holds, by the name of a part of it."""
UNREAD_WORKBOOKS = {"xl/workbook.bin": ".xlsb", "Index/Document.iwa": "Numbers", "Index.zip": "Numbers"}
"""A file by which an archive is a workbook of a form that is not read here, and the name of the form."""
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


class FileKind(StrEnum):
    """What a file is by its content, whatever its name."""

    FOLDER = "folder"
    WORKBOOK = "workbook"
    OPENDOCUMENT = "opendocument"
    ARCHIVE = "archive"
    OTHER_ARCHIVE = "other_archive"
    OLD_WORKBOOK = "old_workbook"
    OTHER = "other"


ARCHIVE = ".zip"
NAMED_AS_TABLES = (".xlsx", ".xlsm", ".ods", ARCHIVE)


@dataclass
class Grids:
    """What was read; `issues`: what could not be; `remarks`: what was left out or repaired, and is said."""

    grids: list[Grid] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    remarks: list[Issue] = field(default_factory=list)


def kind_of_file(path: Path) -> FileKind:
    try:
        if path.is_dir():
            return FileKind.FOLDER
        with path.open("rb") as file:
            if file.read(len(OLD_EXCEL)) == OLD_EXCEL:
                return FileKind.OLD_WORKBOOK
        with zipfile.ZipFile(path) as archive:
            return _kind_of_archive(archive)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError, KeyError, ValueError):
        return FileKind.OTHER


def _kind_of_archive(archive: zipfile.ZipFile) -> FileKind:
    names = archive.namelist()
    if "[Content_Types].xml" in names and "xl/workbook.xml" in names:
        return FileKind.WORKBOOK
    if (
        "content.xml" in names
        and "mimetype" in names
        and archive.read("mimetype").decode("ascii", "replace").startswith(SPREADSHEET)
    ):
        return FileKind.OPENDOCUMENT
    return FileKind.ARCHIVE if any(_is_csv(name) for name in names) else FileKind.OTHER_ARCHIVE


def _is_csv(name: str) -> bool:
    return name.lower().endswith(".csv")


def read_grids(path: Path, vocabulary: Vocabulary) -> Grids:
    """Every table of a folder, an archive or a workbook; of a single CSV, that one."""
    found = Grids()
    kind = kind_of_file(path)
    try:
        if kind in (FileKind.WORKBOOK, FileKind.OPENDOCUMENT, FileKind.ARCHIVE):
            # Before anything is unpacked: a few kilobytes of zip can hold gigabytes.
            _refuse_huge(path)
        if kind is FileKind.WORKBOOK:
            found.grids += read_workbook(path, found.remarks)
        elif kind is FileKind.OPENDOCUMENT:
            found.grids += read_opendocument(path, found.remarks)
        elif kind is FileKind.FOLDER:
            _read_folder(path, vocabulary, found)
        elif kind is FileKind.ARCHIVE:
            _read_archive(path, vocabulary, found)
        elif kind is FileKind.OTHER and path.suffix.lower() not in NAMED_AS_TABLES:
            found.grids.append(
                Grid(path.stem, path.name, csv_rows(read_bytes(path), path.name, vocabulary.columns))
            )
        else:
            read_bytes(path)  # says so when there is none
            raise UnreadableInput([_no_table(path, kind)])
    except UnreadableInput as refused:
        found.issues += refused.issues
    if not found.grids and not found.issues:
        found.issues.append(_nothing_in(path, kind))
    return found


def _nothing_in(path: Path, kind: FileKind) -> Issue:
    """What holds no sheet or table at all: nothing could be missed in it, and everything would be said to be
    missing."""
    if kind in (FileKind.WORKBOOK, FileKind.OPENDOCUMENT):
        return Issue("C010", path.name, "no_readable_sheet")
    return Issue("C001", path.name, "no_csv_to_read")


def _no_table(path: Path, kind: FileKind) -> Issue:
    if kind is FileKind.OLD_WORKBOOK:
        return old_workbook(path)
    if kind is FileKind.OTHER_ARCHIVE and path.suffix.lower() == ARCHIVE:
        return Issue("C001", path.name, "no_csv_in_archive")
    if kind is FileKind.OTHER_ARCHIVE:
        with zipfile.ZipFile(path) as archive:
            forms = [form for name, form in UNREAD_WORKBOOKS.items() if name in archive.namelist()]
        if forms:
            return Issue("C010", path.name, "workbook_of_other_form", {"form": forms[0]})
        return Issue("C010", path.name, "not_a_workbook_archive")
    return Issue("C010", path.name, "not_a_workbook", {"suffix": path.suffix.lower()})


def old_workbook(path: Path) -> Issue:
    """An .xls of before 2007; a workbook with a password looks the same from outside, and so do the letters
    and slides of that time."""
    held = read_bytes(path)
    if ENCRYPTED in held:
        return Issue("C010", path.name, "workbook_password")
    forms = [form for part, form in OLD_STREAMS.items() if _entry_name(part) in held]
    # A letter may hold a workbook, and a workbook a letter: its name then says which is in which.
    form = path.suffix.lower() if path.suffix.lower() in forms else next(iter(forms), ".xls")
    if form != ".xls":
        return Issue("C010", path.name, "not_a_workbook_but", {"form": form})
    return Issue("O102", path.name, "old_workbook")


def _entry_name(part: str) -> bytes:
    """The name of a part as the directory of such a file writes it: whole in its 64 bytes."""
    return part.encode("utf-16-le").ljust(64, b"\0")


def _refuse_huge(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        # As announced: nothing is unpacked to learn it, and the reader stops there.
        size = sum(entry.file_size for entry in archive.infolist())
    if size > LARGEST_UNPACKED:
        raise UnreadableInput(
            [
                Issue(
                    "C010", path.name, "unpacked_too_big", {"size": size, "most": LARGEST_UNPACKED // 1000000}
                )
            ]
        )


# -- files of one table each -------------------------------------------------------------------------------
def _read_folder(folder: Path, vocabulary: Vocabulary, found: Grids) -> None:
    names = sorted(path.name for path in folder.iterdir())
    for name in _tables_among(names, vocabulary, found):
        _read_table(name, partial(read_bytes, folder / name), vocabulary, found)
    if not any(_is_csv(name) for name in names):
        found.issues.append(Issue("C001", str(folder), "no_csv_in_folder"))


def _read_archive(path: Path, vocabulary: Vocabulary, found: Grids) -> None:
    """The tables of an archive, side by side under their own names, whatever folder they stood in."""
    with zipfile.ZipFile(path) as archive:
        entries: dict[str, zipfile.ZipInfo] = {}
        for entry in archive.infolist():
            # Only the last part of a name is used: a folder inside says nothing.
            name = PurePosixPath(entry.filename.replace("\\", "/")).name
            if entry.is_dir() or entry.filename.startswith("__MACOSX/"):
                continue
            if (
                name.lower() in {known.lower() for known in entries}
                and _is_csv(name)
                and not name.startswith(SYSTEM_MARKS)
            ):
                found.issues.append(Issue("C012", name, "same_name_in_archive"))
                continue
            entries[name] = entry
        for name in _tables_among(sorted(entries), vocabulary, found):
            _read_table(name, partial(_unpacked, archive, entries[name], name), vocabulary, found)


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> bytes:
    try:
        return archive.read(entry)
    except (RuntimeError, zipfile.BadZipFile, NotImplementedError, OSError, ValueError, EOFError, zlib.error):
        raise UnreadableInput([Issue("C010", name, "archive_broken")]) from None


def _tables_among(names: list[str], vocabulary: Vocabulary, found: Grids) -> Iterator[str]:
    """The CSV files. A table saved otherwise is told: unread, its rows would be missing without a word."""
    stems = {plain(PurePosixPath(name).stem) for name in names if _is_csv(name)}
    for name in names:
        if name.startswith(SYSTEM_MARKS):
            if _is_csv(name):
                found.remarks.append(Issue("C205", name, "system_file"))
        elif _is_csv(name):
            yield name
        elif not name.lower().endswith(".ics") and plain(name.partition(".")[0]) in vocabulary.tables - stems:
            found.issues.append(Issue("C013", name, "table_not_csv"))
        elif name.lower().endswith(OTHER_TABLES) and plain(PurePosixPath(name).stem) in stems:
            # Which of the two was corrected last, nobody can tell.
            found.issues.append(Issue("C012", name, "same_table_as_csv"))
        elif name.lower().endswith(UNREAD):
            found.remarks.append(Issue("C208", name, "file_not_csv"))


def _read_table(name: str, read: Callable[[], bytes], vocabulary: Vocabulary, found: Grids) -> None:
    try:
        found.grids.append(Grid(PurePosixPath(name).stem, name, csv_rows(read(), name, vocabulary.columns)))
    except UnreadableInput as refused:
        found.issues += refused.issues
