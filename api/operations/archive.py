"""All data of a basin, or of one service (SAAD), in one file to take away: a zip of JSON lines with a
manifest.

Made from one state of the database as it is sent: whoever reads slowly holds a row at a time, not a copy.
What it holds: `api.operations.archive_parts`.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from typing import Any

from api.access.rights import Principal
from api.access.scope import Scoped
from api.basin.identities import SEALED
from api.http.unit import json_text
from api.operations.archive_parts import (
    LEFT_OUT,
    PARTS,
    ArchivePart,
    ArchiveRun,
    columns_of,
    is_in,
    plain_row,
    rows_of,
)
from api.runtime.roles import Role
from api.service.service import Service
from api.store.migrate import newest
from brigade.exchange.documents.json_text import JsonObject
from brigade.words import word

FORMAT, VERSION = "brigade-archive", 1
MANIFEST = "manifest.json"
PIECE = 65_536
"""Bytes sent together."""
ROWS = 100
"""Fetched together."""
OUT_OF_REACH = "out_of_reach"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""Of every file within: the same data make the same bytes."""


# -- taking it ---------------------------------------------------------------------------------------------
def may_take(scoped: Scoped, basin_id: str) -> None:
    """Raises: NotFound, Forbidden."""
    scoped.basin(basin_id)
    scoped.only(f"basins.{basin_id}.archive", Role.COORDINATOR, Role.MANAGER)


def note(scoped: Scoped, service: Service, basin_id: str) -> None:
    """That it was taken, by whom; and of each identity in it that it was read. Before the first byte
    leaves."""
    taking = ArchiveRun(scoped, service, basin_id)
    for part in PARTS:
        # Each identity by itself: whoever asks who has read of a person finds this reading too
        # (docs/archive.md).
        if part.table in SEALED and is_in(taking, part):
            for row in scoped.session.scalars(rows_of(taking, part).execution_options(yield_per=ROWS)):
                scoped.note(row, "read", purpose="archive")
    scoped.note(scoped.basin(basin_id), "exported", what="archive", providers=taking.providers)


def stream(service: Service, principal: Principal, basin_id: str, lang: str) -> Iterator[bytes]:
    """The zip, piece by piece. It is whole when its manifest, the last file, is there."""
    sink = _Sink()
    with service.database.snapshot() as session:
        taking = ArchiveRun(Scoped(session, principal, service.clock), service, basin_id)
        files, left_out = [], sorted(LEFT_OUT.items())
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in PARTS:
                if not is_in(taking, part):
                    left_out.append((part.name, OUT_OF_REACH))
                    continue
                made = _Made(part)
                # Its size is known only at the end, and headers are sent before: those of 32 bits might not
                # hold it.
                with archive.open(_entry(f"{part.name}.jsonl"), "w", force_zip64=True) as file:
                    for line in made.lines(taking):
                        file.write(line)
                        if sink.size >= PIECE:
                            yield sink.taken()
                files.append(made.told(taking))
            others = [{"table": name, "reason": word(f"archive.{reason}", lang)} for name, reason in left_out]
            told = {**_head(taking), "files": files, "left_out": others}
            archive.writestr(_entry(MANIFEST), json_text(told, indent=1))
    yield sink.taken()


def _head(taking: ArchiveRun) -> JsonObject:
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_at": taking.scoped.clock.now(),
        "basin_id": taking.basin_id,
        "providers": taking.providers,
        "tables_version": newest(),
    }


class _Made:
    """A file as it is written: how many rows, how many bytes, which."""

    def __init__(self, part: ArchivePart) -> None:
        self.part, self.rows, self.bytes, self._sum = part, 0, 0, hashlib.sha256()

    def lines(self, taking: ArchiveRun) -> Iterator[bytes]:
        show = self.part.shows or plain_row
        for row in taking.scoped.session.scalars(
            rows_of(taking, self.part).execution_options(yield_per=ROWS)
        ):
            line = json_text(show(taking, row)).encode() + b"\n"
            self.rows, self.bytes = self.rows + 1, self.bytes + len(line)
            self._sum.update(line)
            yield line

    def told(self, taking: ArchiveRun) -> JsonObject:
        return {
            "name": f"{self.part.name}.jsonl",
            "table": self.part.name,
            "rows": self.rows,
            "bytes": self.bytes,
            "sha256": self._sum.hexdigest(),
            "columns": columns_of(taking, self.part),
        }


class _Sink(io.RawIOBase):
    """Takes what the archive writes until it is sent on. It cannot go back: sizes come after the files they
    are of."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self._pieces.append(bytes(piece))
        self.size += len(piece)
        return len(piece)

    def taken(self) -> bytes:
        found, self._pieces, self.size = b"".join(self._pieces), [], 0
        return found


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
