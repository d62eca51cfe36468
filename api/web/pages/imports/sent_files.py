"""A file that a form of imports sends, and how it is to be read."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error
from dataclasses import dataclass
from pathlib import PurePath

from pydantic import BaseModel, Field

from api.imports import bringing, uploads
from api.imports.merging import Mode
from api.shapes.cycle_requests import ID
from api.shapes.record_views import ImportView
from api.web.forms import Form
from brigade.errors import Issue, Refused

LARGEST_CARRIED = 700_000
"""Bytes that a page carries in its own form; a larger file is chosen again at each step."""
TYPES = {
    ".json": "application/json",
    ".ics": uploads.CALENDAR,
    **{ending: media for media, ending in uploads.TABLES.items()},
}


class ImportForm(BaseModel):
    """`mapping`: the kept one by which the file is read; none: its headers say it. `clock_ins`: whether they
    say that it holds clock-ins of ours; `corrects`: whether those write over what was recorded otherwise."""

    mapping: str | None = Field(None, pattern=ID, max_length=120)
    mode: Mode = Mode.ADD
    clock_ins: bool = False
    corrects: bool = False


class ForgetForm(BaseModel):
    mapping: str = Field(pattern=ID, max_length=120)
    version: int


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A file as it came."""

    name: str
    content: bytes

    @property
    def stem(self) -> str:
        return PurePath(self.name).stem or "import"

    @property
    def media(self) -> str:
        return TYPES.get(PurePath(self.name).suffix.lower(), "")

    @property
    def is_table(self) -> bool:
        return self.media in uploads.TABLES

    @property
    def carried(self) -> str:
        """For the form of the next step; empty where it is too large."""
        return b64encode(self.content).decode() if len(self.content) <= LARGEST_CARRIED else ""


@dataclass(frozen=True, slots=True)
class ImportDraft:
    """An import judged. `forgotten`: the last person forgotten before it was."""

    upload: uploads.Upload
    plan: bringing.ImportPlan
    forgotten: str | None

    def told(self, lang: str) -> ImportView:
        return self.plan.told(lang, dry_run=True)


def sent_of(form: Form) -> ImportFile:
    """The file chosen, else the one that the page carries. Raises: Refused, without any."""
    chosen = form.files.get("file")
    if chosen is not None:
        # Cut to what the API takes as a name, from the front: the end says what kind of file it is.
        return ImportFile(PurePath(chosen.name).name[-200:], chosen.content)
    try:
        content = b64decode(form.text("document"), validate=True)
    except Error:
        content = b""
    if not content:
        raise Refused([Issue("A305", "file", "no_file_chosen", {})])
    return ImportFile(PurePath(form.text("name") or "import").name[-200:], content)
