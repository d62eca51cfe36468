"""The planning of a week, uploaded: what it would change and what it takes away is shown first, or all its
faults with what to do; nothing is written before there is none."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from api.access.rights import Role
from api.access.scope import Scoped
from api.basin import mappings
from api.cycle.following import DayChanges, follow
from api.http import tabular
from api.http.credentials import TheService
from api.http.tabular import TabularAnswer
from api.imports import bringing, uploads
from api.imports.merging import Mode
from api.runtime.faults import Outdated
from api.service.service import Service
from api.shapes.cycle_requests import ID
from api.shapes.record_views import ImportView
from api.store.mapping_tables import SourceMapping
from api.store.person_tables import last_forgotten
from api.web.view import PageEntry, Press, PressedView, ScopedView, View
from brigade.errors import BrigadeError, Issue, Refused
from brigade.words import say_issue

router = APIRouter(include_in_schema=False)
PAGE = "imports/imports.html"
ROLES = frozenset({Role.MANAGER, Role.COORDINATOR, Role.ADMINISTRATOR})
PAGES = (PageEntry("imports", "/bassins/{basin_id}/imports", ROLES, 70),)
LARGEST_CARRIED = 700_000
"""Bytes that a preview carries in its own form; a larger file is chosen again when it is imported."""
TYPES = {
    ".json": "application/json",
    ".ics": uploads.CALENDAR,
    **{ending: media for media, ending in uploads.TABLES.items()},
}
Basin = Annotated[str, Path(pattern=ID, max_length=120)]


class ImportForm(BaseModel):
    mapping: str | None = Field(None, pattern=ID, max_length=120)
    mode: Mode = Mode.ADD


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it came."""

    name: str
    content: bytes

    @property
    def media(self) -> str:
        return TYPES.get(PurePath(self.name).suffix.lower(), "")

    @property
    def carried(self) -> str:
        """For the form of the preview; empty where it is too large."""
        return b64encode(self.content).decode() if len(self.content) <= LARGEST_CARRIED else ""


@router.get("/bassins/{basin_id}/imports")
def imports_page(
    basin_id: Basin, view: View, done: Annotated[bool, Query(alias="importe")] = False
) -> Response:
    bringing.refuse_others(view.scoped, basin_id)
    return _page(view, basin_id, done=done)


@router.post("/bassins/{basin_id}/imports")
def send(basin_id: Basin, press: Press, service: TheService) -> Response:
    """Checked, imported, or its faults as a table: as the button says."""
    bringing.refuse_others(press.scoped, basin_id)
    act = press.form.text("act")
    try:
        sent, given = _sent(press), press.form.read(ImportForm)
        upload, plan, seen = _considered(press, service, basin_id, sent, given)
        if act != "import":
            return _page(press, basin_id, told=plan.told(press.lang, dry_run=True), sent=sent)
        return press.done(lambda: _bring(press, service, basin_id, upload, plan, seen))
    except BrigadeError as fault:
        issues: Sequence[Issue] = getattr(fault, "issues", ())
        if act == "faults":
            return _table(issues, press.lang)
        sent_again = _sent(press) if press.form.files or press.form.text("document") else None
        return _page(press, basin_id, fault=fault, sent=sent_again)


def _sent(press: PressedView) -> Sent:
    """The file chosen, else the one that the preview carries. Raises: Refused, without any."""
    chosen = press.form.files.get("file")
    if chosen is not None:
        return Sent(PurePath(chosen.name).name[-200:], chosen.content)
    try:
        content = b64decode(press.form.text("document"), validate=True)
    except Error:
        content = b""
    if not content:
        raise Refused([Issue("A305", "file", "no_file_chosen", {})])
    return Sent(PurePath(press.form.text("name") or "import").name[-200:], content)


def _considered(
    press: PressedView, service: Service, basin_id: str, sent: Sent, given: ImportForm
) -> tuple[uploads.Upload, bringing.ImportPlan, str | None]:
    """Read and judged in a session of its own: on SQLite nobody else could write meanwhile."""
    press.scoped.session.rollback()
    with service.database.snapshot() as session:
        scoped = Scoped(session, press.scoped.principal, service.clock)
        seen = last_forgotten(session)
        known = (
            None if given.mapping is None else mappings.named(scoped, service.vault, basin_id, given.mapping)
        )
        stem = PurePath(sent.name).stem or "import"
        upload = service.read_file(uploads.read, sent.content, sent.media, known, stem)
        return upload, bringing.consider(scoped, service, basin_id, upload, given.mode), seen


def _bring(
    press: PressedView,
    service: Service,
    basin_id: str,
    upload: uploads.Upload,
    considered: bringing.ImportPlan,
    seen: str | None,
) -> str:
    """Raises: Outdated, where somebody was forgotten meanwhile, and would be kept anew, or rows were written
    that it might not suit."""
    if last_forgotten(press.scoped.session) != seen:
        raise Outdated("A107", "import", "somebody_forgotten", {}, 1)
    changes = DayChanges()
    bringing.bring_considered(press.scoped, service, basin_id, upload, considered, changes.note)
    follow(press.scoped, service, basin_id, changes)
    return f"/bassins/{quote(basin_id)}/imports?importe=1"


def _table(issues: Sequence[Issue], lang: str) -> Response:
    """All that is wrong, to be sent to whoever exports the file."""
    columns = ("code", "where", "what", "hint")
    rows = [
        {name: getattr(said, name) for name in columns} for said in (say_issue(one, lang) for one in issues)
    ]
    table = TabularAnswer("import_faults", columns, rows, lang)
    return tabular.answer(tabular.TableFormat.CSV, "import", {}, [table])


def _page(
    view: ScopedView | PressedView,
    basin_id: str,
    *,
    fault: BrigadeError | None = None,
    told: ImportView | None = None,
    sent: Sent | None = None,
    done: bool = False,
) -> Response:
    rows = view.scoped.all(view.scoped.select(SourceMapping, basin_id).order_by(SourceMapping.id))
    known = [(row.id, row.body.get("source", row.id)) for row in rows]
    return view.page(PAGE, fault=fault, told=told, sent=sent, mappings=known, done=done)
