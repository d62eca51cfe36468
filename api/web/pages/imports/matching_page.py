"""Columns of another program matched to ours, once a source: what each header seems to be, with the first
values under it; our fields, each with where it comes from; every fault beside its field and at the top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from fastapi.responses import Response
from pydantic import BaseModel

from api.access.scope import AuditedRead, Scoped
from api.basin import identities, mappings
from api.imports import foreign_files
from api.runtime.roles import Role
from api.service.service import Service
from api.shapes.record_views import ImportView
from api.store import basin_tables
from api.store.person_tables import ClientIdentity, EmployeeIdentity, WorkerIdentity
from api.web.pages.imports.clock_in_file import ClockInView
from api.web.pages.imports.sent_files import ImportFile, ImportForm
from api.web.view import PressedView
from brigade.errors import BrigadeError, Issue
from brigade.exchange.mapping.column_questions import ColumnMatch, ColumnQuestion, FieldIssue
from brigade.exchange.mapping.form_answers import FormAnswers, KeptAnswers
from brigade.exchange.mapping.guide import AND, NOTHING
from brigade.exchange.mapping.mapping_shapes import MappingDocument
from brigade.exchange.mapping.matching import place_of
from brigade.exchange.mapping.proposing import with_tables_beside
from brigade.exchange.shapes.field_kinds import Code
from brigade.exchange.sheets.layout import CLOCK_INS, TABLES_BY_NAME
from brigade.words import SaidIssue, coded, say_issue

PAGE = "imports/matching.html"
ASKED = frozenset({"match", "ask_again"})
"""Buttons that only ask: anew from the file, or anew by what it is now said to hold."""
ACTS = ASKED | {"try", "keep", "keep_and_import"}
FILLS = (
    f" {AND} ".join(one.french for one in with_tables_beside(TABLES_BY_NAME["visits"])),
    *(TABLES_BY_NAME[one].french for one in ("absences", "employees", "clients")),
    CLOCK_INS.french,
    NOTHING,
)
"""What a file is asked to hold, as mappings name it."""
MOST_SHOWN = 3
"""Faults shown beside one field; how many more there are is said."""


class SourceForm(BaseModel):
    source: Code


@dataclass(frozen=True, slots=True)
class FieldFault:
    """`at`: the field it is about; none: the whole file."""

    at: str
    said: SaidIssue


def questions(
    press: PressedView, service: Service, basin_id: str, sent: ImportFile, given: ImportForm
) -> Response:
    """The page before anything is answered: what is open is shown, and is no fault yet."""
    kept = None
    if given.mapping is not None:
        kept = mappings.named(press.scoped, service.vault, basin_id, given.mapping)
    is_again = press.form.text("act") == "ask_again"
    fields = _fields(press) if is_again else {}
    source = press.form.text("source") or (kept.source if kept else "")
    answers = _answers(press, service, basin_id, fields, kept)
    # A mapping must name its source: a dash stands for it until somebody says it.
    found = service.read_file(
        foreign_files.match, sent.content, sent.media, sent.stem, source or "-", answers
    )
    is_new = not is_again and kept is None
    return page(press, sent, given, replace(found, issues=()) if is_new else found, source=source)


def answered(press: PressedView, service: Service, basin_id: str, sent: ImportFile) -> ColumnMatch:
    """Raises: UnreadableInput, for a file that holds nothing to read."""
    given = press.form.read(SourceForm)
    answers = _answers(press, service, basin_id, _fields(press), None)
    act = foreign_files.match
    return service.read_file(act, sent.content, sent.media, sent.stem, given.source, answers)


def with_faults(found: ColumnMatch, fault: BrigadeError) -> ColumnMatch:
    """What the basin says against the file, at the fields its columns fill."""
    issues: Sequence[Issue] = getattr(fault, "issues", ())
    return replace(found, issues=[FieldIssue(place_of(one, found.files), one) for one in issues])


def _fields(press: PressedView) -> Mapping[str, str]:
    return {name: press.form.text(name) for name in press.form.values}


def _answers(
    press: PressedView,
    service: Service,
    basin_id: str,
    fields: Mapping[str, str],
    kept: MappingDocument | None,
) -> FormAnswers:
    # Not in the form's own transaction: on SQLite nobody else could write while names are opened.
    press.scoped.session.rollback()
    with service.database.snapshot() as session:
        reader = AuditedRead(session, press.scoped.principal, service.clock, service.database)
        known = _known(reader, service, basin_id)
        reader.commit()
    constants = {}
    if press.scoped.principal.role is Role.MANAGER:
        constants["provider_id"] = press.scoped.principal.sole_target(basin_id)
    return FormAnswers(fields, KeptAnswers(kept), known, constants)


def _known(scoped: Scoped, service: Service, basin_id: str) -> Mapping[str, Mapping[str, str]]:
    """Those whom codes of a file may name, as far as the account reaches them."""
    found: dict[str, dict[str, str]] = {}
    for kind, table, identity in (
        ("clients", basin_tables.Client, ClientIdentity),
        ("employees", basin_tables.Employee, EmployeeIdentity),
    ):
        rows = scoped.all(scoped.select(table, basin_id).order_by(table.id))
        names = identities.names_to_choose(scoped, service.vault, identity, basin_id, "matching")
        found[kind] = {row.id: names.get(row.id, row.id) for row in rows}
    found["workers"] = _workers(scoped, service, basin_id) | found["employees"]
    providers = scoped.all(scoped.select(basin_tables.Provider, basin_id).order_by(basin_tables.Provider.id))
    found["providers"] = {row.id: row.value.name for row in providers}
    return found


def _workers(scoped: Scoped, service: Service, basin_id: str) -> dict[str, str]:
    """Those of the brigade, for whoever plans it; a manager's clock-ins name her own staff too."""
    if scoped.principal.role is Role.MANAGER:
        return {}
    rows = scoped.all(scoped.select(basin_tables.Worker, basin_id).order_by(basin_tables.Worker.id))
    names = identities.names_to_choose(scoped, service.vault, WorkerIdentity, basin_id, "matching")
    return {row.id: names.get(row.id, row.id) for row in rows}


# -- the page ----------------------------------------------------------------------------------------------
def page(
    press: PressedView,
    sent: ImportFile,
    given: ImportForm,
    found: ColumnMatch,
    told: ImportView | ClockInView | None = None,
    source: str | None = None,
) -> Response:
    faults = [FieldFault(one.at, say_issue(one.issue, press.lang)) for one in found.issues]
    fills = [*FILLS, *(one.tables for one in found.files if one.tables not in FILLS)]
    return press.page(
        PAGE,
        status=422 if faults else 200,
        wide=True,
        match=found,
        placed=faults,
        most_shown=MOST_SHOWN,
        fills=list(dict.fromkeys(fills)),
        label=lambda one: label(one, press.lang),
        sent=sent,
        told=told,
        mode=given.mode.value,
        source=press.form.text("source") if source is None else source,
    )


def label(asked: ColumnQuestion, lang: str) -> str:
    """What a column of ours is called at the form."""
    key = f"{asked.table}.{asked.column}"
    known = coded("page.matching.column", key, lang)
    return str(asked.titles[lang]).replace("_", " ") if known == key else known
