"""Uploads read: a problem or any part of one, tables of other programs by a mapping, calendars of absences,
names.

Nothing here knows the database: what an upload does to a basin is for `api.imports` to say.
"""

from __future__ import annotations

import json
import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from api.basin.basin_travel import ESTIMATE, resolver
from api.imports import person_sections
from api.imports.person_sections import Persons
from api.runtime.faults import TooLarge, Unfit
from brigade.errors import Clause, Issue, Refused
from brigade.exchange.calendars.event_employees import CalendarWishes
from brigade.exchange.documents.composing import compose
from brigade.exchange.documents.json_text import JsonObject, decode, parse
from brigade.exchange.documents.problem_document import (
    check_head,
    problem_from_json,
    problem_to_json,
    read_problem,
    shipped_travel,
    written_out,
)
from brigade.exchange.documents.shape_faults import read_model
from brigade.exchange.mapping import clock_in_tables
from brigade.exchange.mapping.clock_in_tables import ClockIns
from brigade.exchange.mapping.guide import ProposedAnswers, draft_mapping
from brigade.exchange.mapping.mapping_document import calendar_wishes
from brigade.exchange.mapping.mapping_shapes import MappingDocument
from brigade.exchange.problem_tables import gather_tables
from brigade.exchange.shapes.problem_shapes import (
    PROBLEM_FORMAT,
    PROBLEM_VERSION,
    PartialDocument,
    ProblemDocument,
)
from brigade.exchange.sheets.layout import ALL_TABLES
from brigade.exchange.sheets.origins import RowOrigins
from brigade.units import PARIS, Horizon
from brigade.values.places import Site, TravelMatrix, TravelMode
from brigade.values.problem import Problem

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
ZIP = "application/zip"
CSV = "text/csv"
CALENDAR = "text/calendar"
ANY_FILE = "application/octet-stream"
"""A file whose sender does not know its kind, as clients generated from the OpenAPI document send it."""
TABLES: Mapping[str, str] = {ZIP: ".zip", XLSX: ".xlsx", ODS: ".ods", CSV: ".csv"}
"""How a file of each kind of tables is called. What it holds decides how it is read."""
ARCHIVE = b"PK\x03\x04"
BLANK = b"\xef\xbb\xbf \r\n\t"
"""A byte order mark and blanks."""
BINARY = {"type": "string", "format": "binary"}


def tables_body(example: str) -> JsonObject:
    """How a body of tables stands in the OpenAPI document. Args: example: a CSV."""
    return {
        CSV: {
            "schema": {"type": "string", "description": "One table, called by `name`."},
            "example": example,
        },
        ZIP: {"schema": {**BINARY, "description": "CSV tables."}},
        XLSX: {"schema": BINARY},
        ODS: {"schema": BINARY},
        # The last: what a generated client takes of several binary bodies.
        ANY_FILE: {"schema": {**BINARY, "description": "Any of these files: what it holds says which."}},
    }


LARGEST_UNPACKED = 100_000_000
"""Bytes: forty times the tables of a department's day, and what the reader can hold without harm."""
STEEPEST = 200
"""Times an entry of some size may grow when unpacked; spreadsheets stay under fifty."""
# A workbook has a part a sheet and some more; thousands of entries are a bomb.
MOST_ENTRIES = 500
MOST_ROWS = 20_000
"""Things, or entries of rotas, that one import writes in one transaction."""
SECTIONS: Mapping[str, str] = {
    "providers": "demand.providers",
    "sites": "sites",
    "employers": "brigade.employers",
    "employees": "demand.employees",
    "clients": "demand.clients",
    "workers": "brigade.workers",
    "visits": "demand.visits",
    "links": "demand.links",
    "rota-feeds": "demand.rota",
    "funding-lines": "demand.funding_lines",
    "work-blocks": "demand.work_blocks",
    "absences": "demand.absences",
}
"""Where each kind stands in a problem document."""
WHOLE = (
    *("horizon", "basin", "sites", "travel"),
    *(SECTIONS[kind] for kind in ("providers", "clients", "visits", "employers", "workers")),
)
"""What a problem cannot do without."""


def estimates_only(
    sites: Sequence[Site], modes: Sequence[TravelMode], horizon: Horizon, spec: str
) -> Mapping[TravelMode, TravelMatrix]:
    """What a document from outside may ask for: no file of the server is read for it, no address called."""
    if spec != ESTIMATE:
        raise Refused([Issue("D113", "travel.source", "source_of_service", {"spec": spec})])
    return shipped_travel(sites, modes, horizon, spec)


@dataclass(frozen=True)
class Upload:
    """What an upload tells, as the sections of a problem document; whatever it leaves out is as the basin
    knows it.

    Attributes:
        remarks: what was passed over on purpose (hidden sheets, titles, totals).
        origins: where each part stood in tables; None: it came as JSON.
        columns: of each kind that came as a table, the paths that its columns tell.
        stubs: path of what only a child table speaks of -> the place of the first row that does.
        persons: tables of names, contacts and accounts.
        calendars: absences as other programs write them, by file name; `wishes`: how they are read.
    """

    document: Mapping[str, Any]
    remarks: tuple[Issue, ...] = ()
    origins: RowOrigins | None = None
    columns: Mapping[str, frozenset[tuple[str, ...]]] = field(default_factory=dict)
    stubs: Mapping[str, str] = field(default_factory=dict)
    persons: Persons = field(default_factory=Persons)
    calendars: tuple[tuple[str, bytes], ...] = ()
    wishes: CalendarWishes = field(default_factory=CalendarWishes)

    def place(self, where: str) -> str:
        """File, row and column of a place in the document."""
        found = where if self.origins is None else self.origins.place(where)
        return (
            next((place for path, place in self.stubs.items() if where == path), found)
            if found == where
            else found
        )

    def translated(self, issue: Issue) -> Issue:
        return issue if self.origins is None else self.origins.translated(issue)


@dataclass(frozen=True)
class MappingProposal:
    """A mapping as far as an example tells it. `open`: what it leaves to say, or cannot read; nothing: it
    reads the example."""

    mapping: JsonObject
    open: list[Issue]


def read(
    body: bytes, content_type: str, mapping: MappingDocument | None = None, name: str = "import"
) -> Upload:
    """What an upload tells: the JSON document, a workbook, one CSV table, several in a .zip, or a calendar of
    absences.

    A whole problem is judged as the command line judges it; a part of one only for its form, since the rest
    is not known here.

    Args: mapping: how the tables of another program become ours. name: what the file is called, as a mapping
    knows it.

    Raises: Refused with all issues; Unfit for another type; TooLarge for more than is read at once.
    """
    media = _media(body, content_type)
    if media == "application/json" and mapping is None:
        value = parse(decode(body, "document"), "document")
        check_head(value, PROBLEM_FORMAT, PROBLEM_VERSION)
        if _is_whole(value):
            return _limited(_judged(Upload(value)))
        read_model(PartialDocument, value)
        return _limited(Upload(value))
    if media == CALENDAR:
        return Upload({}, calendars=((f"{_stem(name)}.ics", body),), wishes=calendar_wishes(mapping))
    if media not in TABLES:
        taken = [*(() if mapping else ("application/json",)), *TABLES, CALENDAR, ANY_FILE]
        raise _other_media(media, taken)
    with as_file(body, media, name) as path:
        return _tables(path, mapping)


def read_clock_ins(
    body: bytes, content_type: str, mapping: MappingDocument | None = None, name: str = "pointages"
) -> ClockIns:
    """Who came when: a table `pointages`, or another program's export by its mapping. Raises: as `read`."""
    with as_file(body, content_type, name) as path:
        told = clock_in_tables.read_clock_ins(path, mapping)
    if len(told.rows) > MOST_ROWS:
        raise TooLarge("A307", "import", "too_many_lines", {"count": len(told.rows), "most": MOST_ROWS})
    return told


def propose_mapping(
    body: bytes, content_type: str, source: str, name: str, tables: str | None
) -> MappingProposal:
    """How an example of another program's export may be read. Args: tables: ours that it fills, apart by "+",
    where that is known. Raises: as `read`."""
    with as_file(body, content_type, name) as path:
        return MappingProposal(*draft_mapping(path, source, ProposedAnswers(tables)))


def _media(body: bytes, content_type: str) -> str:
    """As announced; of a file of any kind as its first bytes say. A workbook is a .zip too, and is read by
    what it holds."""
    media = content_type.partition(";")[0].strip().lower()
    if media != ANY_FILE:
        return media
    if body.startswith(ARCHIVE):
        return ZIP
    return CALENDAR if body.lstrip(BLANK).startswith(b"BEGIN:VCALENDAR") else CSV


def _other_media(media: str, taken: list[str]) -> Unfit:
    return Unfit("A306", "Content-Type", "other_media", {"met": media or Clause("absent"), "taken": taken})


@contextmanager
def as_file(body: bytes, content_type: str, name: str) -> Iterator[Path]:
    """Tables as they came, in a folder of their own. Raises: Unfit for another type; as `refuse_bombs`."""
    media = _media(body, content_type)
    if media not in TABLES:
        raise _other_media(media, [*TABLES, ANY_FILE])
    if media != CSV:
        refuse_bombs(body)
    with tempfile.TemporaryDirectory(prefix="brigade-import-") as folder:
        path = Path(folder, _stem(name) + TABLES[media])
        path.write_bytes(body)
        yield path


def _tables(path: Path, mapping: MappingDocument | None) -> Upload:
    calendars = tuple(_calendars(path))
    remarks: list[Issue] = []
    if calendars and not _has_tables(path):
        return Upload({}, calendars=calendars, wishes=calendar_wishes(mapping))
    found = gather_tables(path, remarks, mapping, is_partial=True, others=person_sections.TABLES)
    if not found.tables and not calendars:
        raise Refused([Issue("C002", "import", "no_table_of_import")])
    columns = {
        name: frozenset(column.path for column in opened.columns if column is not None and column.path)
        for name, opened in found.tables.items()
    }
    told = person_sections.read(found)
    upload = Upload(
        found.document,
        tuple(remarks),
        found.origins,
        columns,
        found.stubs,
        told,
        calendars,
        calendar_wishes(mapping),
    )
    has_all = all(table.english in found.tables for table in ALL_TABLES if table.required)
    # A stub is filled up by the basin: alone it would be judged as half a row.
    if has_all and _is_whole(found.document) and not found.stubs:
        try:
            upload = _judged(upload)
        except Refused as refused:
            raise type(refused)([upload.translated(issue) for issue in refused.issues]) from None
    return _limited(upload)


def _judged(upload: Upload) -> Upload:
    """Of a whole problem, with the hours of its shifts: the service keeps no cycles. Raises: Refused."""
    document = read_model(ProblemDocument, upload.document)
    compose(document, estimates_only)
    return replace(upload, document=written_out(upload.document, document))


def _calendars(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.suffix == TABLES[ZIP]:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                # macOS puts a shadow of every file under this name into the archives it makes.
                if entry.filename.lower().endswith(".ics") and not entry.filename.startswith("__MACOSX/"):
                    try:
                        yield entry.filename.replace("\\", "/").rpartition("/")[2], archive.read(entry)
                    # All that `zipfile` raises of one entry: a password, an unknown method, a broken stream.
                    except (
                        RuntimeError,
                        zipfile.BadZipFile,
                        NotImplementedError,
                        OSError,
                        ValueError,
                        EOFError,
                        zlib.error,
                    ):
                        raise Refused([Issue("C010", entry.filename, "archive_broken")]) from None


def _has_tables(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        return any(name.lower().endswith(".csv") for name in archive.namelist())


def _is_whole(document: Any) -> bool:
    """Whether it holds all that a problem needs: then it can be judged alone."""
    return all(_at(document, path) is not None for path in WHOLE)


def _at(document: Any, path: str) -> Any:
    for step in path.split("."):
        document = document.get(step) if isinstance(document, dict) else None
    return document


def _limited(upload: Upload) -> Upload:
    """Raises: TooLarge, for more rows than one transaction should write."""
    rows = sum(len(_at(upload.document, path) or ()) for path in SECTIONS.values())
    entries = sum(len(feed.get("entries", ())) for feed in _at(upload.document, SECTIONS["rota-feeds"]) or ())
    if max(rows, entries) > MOST_ROWS:
        raise TooLarge("A307", "import", "too_many_lines", {"count": max(rows, entries), "most": MOST_ROWS})
    return upload


def _stem(name: str) -> str:
    """What a file is called, without folder and extension: no part of it reaches another folder than ours."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return last.partition(".")[0].strip() or "import"


def later(value: Any, by: timedelta) -> Any:
    """A document with all its days moved: the same hours on the wall, whatever the clocks do between."""
    if isinstance(value, dict):
        return {name: later(one, by) for name, one in value.items()}
    if isinstance(value, list):
        return [later(one, by) for one in value]
    if isinstance(value, str) and ISO_DAY.fullmatch(value):
        return (date.fromisoformat(value) + by).isoformat()
    if isinstance(value, str) and ISO_MOMENT.fullmatch(value):
        return (datetime.fromisoformat(value).astimezone(PARIS) + by).isoformat()
    return value


def of_problem(problem: Problem, travel_source: str | None = None) -> Upload:
    """A problem that is already one, as an upload. Args: travel_source: where its ways come from, if not from
    its matrices."""
    return Upload(problem_to_json(problem, travel_source))


def faults_of(document: JsonObject, ways: Mapping[str, Any]) -> tuple[Issue, ...]:
    """What keeps rows, a file's among those that stand, from making a problem. Args: ways: as
    `api.basin.basin_travel` keeps them."""
    try:
        problem_from_json(document, resolver(ways))
    except Refused as refused:
        return refused.issues
    return ()


def refuse_bombs(body: bytes) -> None:
    """Before anything is unpacked. What an entry announces binds: `zipfile` stops reading there.

    Raises: TooLarge; Refused for what is no archive at all.
    """
    try:
        with zipfile.ZipFile(BytesIO(body)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError):
        raise Refused([Issue("C010", "import", "archive_unreadable")]) from None
    size = sum(entry.file_size for entry in entries)
    if size > LARGEST_UNPACKED or len(entries) > MOST_ENTRIES:
        raise TooLarge(
            "A307",
            "import",
            "archive_too_big",
            {"size": size, "count": len(entries), "most": LARGEST_UNPACKED // 1000000, "files": MOST_ENTRIES},
        )
    if any(entry.file_size > max(1_000_000, entry.compress_size * STEEPEST) for entry in entries):
        raise TooLarge("A307", "import", "archive_too_steep", {"most": STEEPEST})


ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
ISO_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})")


def demonstration(path: Path, weeks: int = 0) -> tuple[Problem, Upload]:
    """The committed demonstration: a document the operator named, so any travel source will do. Only
    estimates are asked for again later: files and servers may not be there any more. Args: weeks: by which
    all its days are later."""
    asked: list[str] = []

    def resolve(
        sites: Sequence[Site], modes: Sequence[TravelMode], horizon: Horizon, spec: str
    ) -> Mapping[TravelMode, TravelMatrix]:
        asked.extend([spec] if spec == ESTIMATE else [])
        return shipped_travel(sites, modes, horizon, spec)

    if weeks:
        document = json.loads(path.read_text("utf-8"))
        problem = problem_from_json(later(document, timedelta(weeks=weeks)), resolve)
    else:
        problem = read_problem(path, resolve)
    return problem, of_problem(problem, asked[0] if asked else None)
