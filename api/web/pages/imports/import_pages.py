"""The planning of a week, uploaded: what it would change and what it takes away is shown first, or all its
faults with what to do; nothing is written before there is none. A file of another program is known by its
headers; where nobody has matched them yet, they are asked (`matching_page`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from api.access.rights import holds
from api.access.scope import Scoped, expect
from api.basin import mappings
from api.cycle.following import DayChanges, follow
from api.http import tabular
from api.http.credentials import TheService
from api.http.tabular import TabularAnswer
from api.imports import bringing, foreign_files, uploads
from api.runtime.faults import Outdated
from api.runtime.roles import Role
from api.service.service import Service
from api.shapes.cycle_requests import ID
from api.shapes.record_views import ImportView
from api.store.mapping_tables import SourceMapping
from api.store.person_tables import last_forgotten
from api.web.pages.imports import clock_in_file, matching_page
from api.web.pages.imports.clock_in_file import ClockInDraft, ClockInView
from api.web.pages.imports.sent_files import ForgetForm, ImportDraft, ImportFile, ImportForm, sent_of
from api.web.view import MenuGroup, PageEntry, Press, PressedView, ScopedView, View
from brigade.errors import BrigadeError, Issue
from brigade.exchange.mapping.mapping_document import mapping_from_json
from brigade.exchange.mapping.mapping_shapes import MappingDocument
from brigade.words import say_issue

router = APIRouter(include_in_schema=False)
PAGE = "imports/imports.html"
ROLES = frozenset({Role.MANAGER, Role.COORDINATOR, Role.ADMINISTRATOR})
PAGES = (PageEntry("imports", "/bassins/{basin_id}/imports", ROLES, 70, MenuGroup.WEEK),)
Basin = Annotated[str, Path(pattern=ID, max_length=120)]
Done = Annotated[bool, Query(alias="importe")]
Kept = Annotated[str | None, Query(alias="logiciel", max_length=200)]


@router.get("/bassins/{basin_id}/imports")
def imports_page(basin_id: Basin, view: View, done: Done = False, kept: Kept = None) -> Response:
    bringing.refuse_others(view.scoped, basin_id)
    return _page(view, basin_id, done=done, kept=kept)


@router.post("/bassins/{basin_id}/imports")
def send(basin_id: Basin, press: Press, service: TheService) -> Response:
    """Checked, imported, its faults as a table, its columns matched, or a source forgotten: as the button
    says."""
    bringing.refuse_others(press.scoped, basin_id)
    act = press.form.text("act")
    if act == "forget":
        return _forget(press, basin_id)
    try:
        sent, given = sent_of(press.form), press.form.read(ImportForm)
        if act in matching_page.ACTS:
            return _match(press, service, basin_id, sent, given)
        known = given if given.mapping else _recognized(press, service, basin_id, sent, given)
        if known is None:
            return matching_page.questions(press, service, basin_id, sent, given)
        return _import(press, service, basin_id, sent, known)
    except BrigadeError as fault:
        issues: Sequence[Issue] = getattr(fault, "issues", ())
        if act == "faults":
            return _table(issues, press.lang)
        again = sent_of(press.form) if press.form.files or press.form.text("document") else None
        return _page(press, basin_id, fault=fault, sent=again)


def _import(
    press: PressedView, service: Service, basin_id: str, sent: ImportFile, given: ImportForm
) -> Response:
    known = _mapping(press, service, basin_id, given.mapping)
    try:
        considered = consider(press, service, basin_id, sent, given, known)
    except BrigadeError as fault:
        if press.form.text("act") == "faults":
            raise
        return _page(press, basin_id, fault=fault, sent=sent, mapping=given.mapping, source=known)
    if press.form.text("act") == "import":
        return press.done(lambda: bring(press, service, basin_id, considered))
    told = considered.told(press.lang)
    return _page(press, basin_id, told=told, sent=sent, mapping=given.mapping, source=known)


def _mapping(press: PressedView, service: Service, basin_id: str, id: str | None) -> MappingDocument | None:
    return None if id is None else mappings.named(press.scoped, service.vault, basin_id, id)


def _recognized(
    press: PressedView, service: Service, basin_id: str, sent: ImportFile, given: ImportForm
) -> ImportForm | None:
    """By which mapping the file is read; None for columns that nobody has matched yet."""
    if not sent.is_table:
        return given
    # Asked first, and the transaction ended: on SQLite nobody else could write while the file is read.
    known = mappings.readable(press.scoped, service.vault, basin_id)
    press.scoped.session.rollback()
    documents = list(known.values())
    found = service.read_file(foreign_files.recognize, sent.content, sent.media, sent.stem, documents)
    if found.is_ours:
        return given.model_copy(update={"clock_ins": found.is_clock_ins})
    if not found.mappings:
        return None
    return given.model_copy(update={"mapping": list(known)[found.mappings[0]]})


# -- columns of another program ----------------------------------------------------------------------------
def _match(
    press: PressedView, service: Service, basin_id: str, sent: ImportFile, given: ImportForm
) -> Response:
    """Its questions; answered, what the file would change by them; then kept, and imported or not."""
    press.scoped.must_write(SourceMapping, basin_id)
    if press.form.text("act") in matching_page.ASKED:
        return matching_page.questions(press, service, basin_id, sent, given)
    found = matching_page.answered(press, service, basin_id, sent)
    if found.issues:
        return matching_page.page(press, sent, given, found)
    known = mapping_from_json(found.mapping)
    if press.form.text("act") == "keep":
        return press.done(lambda: _kept(press, service, basin_id, known, ""))
    try:
        considered = consider(press, service, basin_id, sent, given, known)
    except BrigadeError as fault:
        return matching_page.page(press, sent, given, matching_page.with_faults(found, fault))
    if press.form.text("act") == "keep_and_import":
        return press.done(
            lambda: _kept(press, service, basin_id, known, bring(press, service, basin_id, considered))
        )
    return matching_page.page(press, sent, given, found, considered.told(press.lang))


def _kept(press: PressedView, service: Service, basin_id: str, known: MappingDocument, imported: str) -> str:
    mappings.keep_source(press.scoped, service.vault, basin_id, known)
    address = imported or f"/bassins/{quote(basin_id)}/imports?"
    return f"{address}&logiciel={quote(known.source)}".replace("?&", "?")


def _forget(press: PressedView, basin_id: str) -> Response:
    """What was imported by it stays."""
    try:
        given = press.form.read(ForgetForm)

        def act() -> str:
            row = press.scoped.one(SourceMapping, basin_id, given.mapping, write=True)
            expect(row, given.version)
            press.scoped.drop(row)
            return f"/bassins/{quote(basin_id)}/imports"

        return press.done(act)
    except BrigadeError as fault:
        return _page(press, basin_id, fault=fault)


# -- the import itself -------------------------------------------------------------------------------------
def consider(
    press: PressedView,
    service: Service,
    basin_id: str,
    sent: ImportFile,
    given: ImportForm,
    known: MappingDocument | None,
) -> ImportDraft | ClockInDraft:
    """Read and judged in a session of its own: on SQLite nobody else could write meanwhile."""
    if clock_in_file.reads(given, known):
        return clock_in_file.considered(press, service, basin_id, sent, given, known)
    press.scoped.session.rollback()
    with service.database.snapshot() as session:
        scoped = Scoped(session, press.scoped.principal, service.clock)
        seen = last_forgotten(session)
        upload = service.read_file(uploads.read, sent.content, sent.media, known, sent.stem)
        return ImportDraft(upload, bringing.consider(scoped, service, basin_id, upload, given.mode), seen)


def bring(press: PressedView, service: Service, basin_id: str, considered: ImportDraft | ClockInDraft) -> str:
    """Raises: Outdated, where somebody was forgotten meanwhile, and would be kept anew, or rows were written
    that it might not suit."""
    if isinstance(considered, ClockInDraft):
        return clock_in_file.record(press, service, basin_id, considered)
    if last_forgotten(press.scoped.session) != considered.forgotten:
        raise Outdated("A107", "import", "somebody_forgotten", {}, 1)
    changes = DayChanges()
    bringing.bring_considered(
        press.scoped, service, basin_id, considered.upload, considered.plan, changes.note
    )
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
    told: ImportView | ClockInView | None = None,
    sent: ImportFile | None = None,
    mapping: str | None = None,
    source: MappingDocument | None = None,
    done: bool = False,
    kept: str | None = None,
) -> Response:
    rows = view.scoped.all(view.scoped.select(SourceMapping, basin_id).order_by(SourceMapping.id))
    own = [(row, holds(row, view.scoped.principal, write=True)) for row in rows]
    return view.page(
        PAGE,
        fault=fault,
        told=told,
        sent=sent,
        mapping=mapping or "",
        source=source.source if source else None,
        sources=own,
        done=done,
        kept=kept,
        can_correct=_can_correct(fault),
    )


def _can_correct(fault: BrigadeError | None) -> bool:
    """Whether all that is against the file is that it tells otherwise what was recorded."""
    issues: Sequence[Issue] = getattr(fault, "issues", ())
    return bool(issues) and all(one.words == "noted_otherwise" for one in issues)
