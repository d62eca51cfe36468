"""The files that pages are made of: styles, scripts, icons; whole in memory, and compressed once.

Their address carries a digest of all of them, so a browser may keep them for ever and still never mixes two
versions.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.runtime.faults import NotFound

FOLDER = Path(__file__).parent / "static"
PREFIX = "/statique"
FOR_EVER = "public, max-age=31536000, immutable"
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class StaticFile:
    media: str
    content: bytes
    packed: bytes | None
    """By gzip, where that makes it smaller."""


@cache
def files() -> dict[str, StaticFile]:
    """Every file by its path inside the folder."""
    paths = sorted(path for path in FOLDER.rglob("*") if path.is_file())
    return {path.relative_to(FOLDER).as_posix(): _read(path) for path in paths}


def _read(path: Path) -> StaticFile:
    content = path.read_bytes()
    # Level 9: each file is packed once, when it is first asked for.
    packed = gzip.compress(content, 9, mtime=0)
    media = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    charset = "; charset=utf-8" if media.startswith("text/") else ""
    return StaticFile(media + charset, content, packed if len(packed) < len(content) else None)


@cache
def digest() -> str:
    """Of all files and their names."""
    whole = hashlib.sha256()
    for name, file in files().items():
        whole.update(name.encode() + b"\0" + file.content)
    return whole.hexdigest()[:16]


def address(name: str) -> str:
    """Raises: KeyError, for a file that is not there: a slip of ours."""
    files()[name]
    return f"{PREFIX}/{digest()}/{name}"


@router.get(f"{PREFIX}/{{asked}}/{{name:path}}")
def file(asked: str, name: str, request: Request) -> Response:
    """A page that was opened before an update asks for files of the former digest: it gets those of today,
    and is not to keep them."""
    found = files().get(name)
    if found is None:
        raise NotFound("A204", "static_file", "no_such_page_file")
    headers = {"Cache-Control": FOR_EVER if asked == digest() else "no-cache", "Vary": "Accept-Encoding"}
    if found.packed is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
        return Response(found.packed, 200, {**headers, "Content-Encoding": "gzip"}, found.media)
    return Response(found.content, 200, headers, found.media)
