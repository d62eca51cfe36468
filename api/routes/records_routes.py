"""What is kept and what comes in whole: events, the audit trail, rule sets, imports."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from sqlalchemy import func, select

from api.access import trail, trail_seal
from api.access.scope import Scoped
from api.basin import mappings
from api.cycle.following import DayChanges, follow
from api.http.contract import CALENDARS, FORM, MAPPED, UPLOAD, refuses
from api.http.credentials import TheService
from api.http.described_responses import content
from api.http.language import AskedLanguage
from api.http.paging import Page, PageParams, narrowed, whole
from api.http.unit import Answer, ModelResponse, Optimistic, Reader, Witness, whole_body
from api.imports import bringing, uploads
from api.imports.merging import Mode
from api.runtime.faults import not_found
from api.shapes.cycle_requests import FILE, ID, BasinId, Filter, Id
from api.shapes.record_views import EventView, ImportView, RuleSetView, RuleValueView, VerifyView
from api.shapes.row_views import view_of
from api.store.account_tables import AuditEntry, AuditHead
from brigade.texts.articles import article_in
from brigade.texts.labour_code import LabourText, shipped_labour_code

router = APIRouter()


# -- events ------------------------------------------------------------------------------------------------
@router.get("/basins/{basin_id}/events", tags=["events"])
def list_events(
    basin_id: BasinId, scoped: Reader, turn: Annotated[PageParams, Depends()], action: Filter = None
) -> ModelResponse[Page[EventView]]:
    """What happened, oldest first; keep `next`, or the last `seq`, to ask for what came after."""
    scoped.basin(basin_id)
    asked = narrowed(scoped.select(AuditEntry, basin_id), AuditEntry, {"action": action})
    return Answer(turn.page(scoped, asked, AuditEntry.seq, event)).response()


def event(row: AuditEntry) -> EventView:
    return view_of(EventView, row, reason=row.why)


@router.get(
    "/audit/export", response_class=Response, responses=content("application/x-ndjson"), tags=["events"]
)
def export_audit(scoped: Witness) -> Response:
    """The whole trail, one JSON object a line, seals included: to keep elsewhere and verify without the
    service. Administrators; the export is an entry of its own."""
    scoped.only("audit")
    text = "".join(trail.lines(scoped.session))
    scoped.notes.append(trail.Note("audit.exported", "audit", "all"))
    scoped.commit()
    return Response(text, media_type="application/x-ndjson")


@router.get("/audit/verify", tags=["events"])
def verify_audit(scoped: Reader, service: TheService) -> ModelResponse[VerifyView]:
    """Walk the chain from the first entry, and hold it against the head that was sealed last: administrators.
    Keep `seq` and `hash` elsewhere as well: a trail rewritten as a whole would no longer hold that pair."""
    scoped.only("audit")
    entries = scoped.session.scalars(select(func.count()).select_from(AuditEntry)).one()
    head = scoped.session.get_one(AuditHead, 1)
    broken = trail_seal.first_break(scoped.session, service.settings.folder, service.settings.seal_keys())
    told = VerifyView(entries=entries, first_break=broken, seq=head.seq, hash=head.hash)
    return Answer(told).response()


# -- rule sets ---------------------------------------------------------------------------------------------
@router.get("/rule-sets", tags=["rule-sets"])
def list_rule_sets(scoped: Reader, lang: AskedLanguage) -> ModelResponse[Page[RuleSetView]]:
    """The labour texts that ship; basins with their own carry them in their documents."""
    return Answer(whole([_rule_set(one, False, lang) for one in _sets().values()])).response()


@router.get("/rule-sets/{id}", tags=["rule-sets"])
def read_rule_set(id: Id, scoped: Reader, lang: AskedLanguage) -> ModelResponse[RuleSetView]:
    """One text with every value, its article and its dates."""
    if id not in _sets():
        raise not_found("rule-sets", id)
    return Answer(_rule_set(_sets()[id], True, lang)).response()


def _sets() -> dict[str, LabourText]:
    return dict(sorted(shipped_labour_code().agreements.items()))


def _rule_set(text: LabourText, has_values: bool, lang: str) -> RuleSetView:
    rows = text.rows if has_values else ()
    values = [view_of(RuleValueView, row, article=article_in(row.article, lang)) for row in rows]
    return view_of(RuleSetView, text, values=values)


# -- imports -----------------------------------------------------------------------------------------------
LEAVE = "\r\n".join(
    (
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//exemple//FR", "BEGIN:VEVENT", "UID:1@example.org"),
        *(
            "DTSTAMP:20260308T100000Z",
            "DTSTART;VALUE=DATE:20260310",
            "DTEND;VALUE=DATE:20260312",
            "SUMMARY:A-1 leave",
        ),
        *("END:VEVENT", "END:VCALENDAR", ""),
    )
)
UPLOADED = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"type": "object", "description": "A brigade-problem document, or a part of one."}
            },
            **uploads.tables_body("identifiant;saad\r\nA-1;S1\r\n"),
            uploads.CALENDAR: {
                "schema": {"type": "string", "description": "Absences, as events of an .ics file."},
                "example": LEAVE,
            },
        },
    }
}


MappedBy = Annotated[
    str | None,
    Query(pattern=ID, max_length=120, description="The mapping that says how this export is read."),
]
FileName = Annotated[
    str,
    Query(
        pattern=FILE, max_length=200, description="What the file is called: a mapping, or the table of a CSV."
    ),
]


def uploaded(
    basin_id: BasinId,
    request: Request,
    scoped: Reader,
    service: TheService,
    body: Annotated[bytes, Depends(whole_body)],
    mapping: MappedBy = None,
    name: FileName = "import",
) -> uploads.Upload:
    """The upload, read before the writing transaction begins: on SQLite nobody else could write meanwhile."""
    bringing.refuse_others(scoped, basin_id)
    known = None if mapping is None else mappings.named(scoped, service.vault, basin_id, mapping)
    # The connection goes back: reading a file takes seconds in another process, and asks no database.
    scoped.session.rollback()
    return service.read_file(uploads.read, body, request.headers.get("Content-Type", ""), known, name)


@router.post(
    "/basins/{basin_id}/imports",
    tags=["imports"],
    openapi_extra={
        **UPLOADED,
        **refuses(
            *("A107", "A202", "A203", "A305", "A306", "A502", "422 A103", "422 A201", "422 A421"),
            *(*FORM, *MAPPED, *CALENDARS, *UPLOAD),
        ),
    },
)
def import_problem(
    basin_id: BasinId,
    upload: Annotated[uploads.Upload, Depends(uploaded)],
    unit: Optimistic,
    service: TheService,
    lang: AskedLanguage,
    dry_run: Annotated[bool, Query(description="Say what would change, and change nothing.")] = True,
    mode: Annotated[Mode, Query(description="What becomes of what the file does not name.")] = Mode.ADD,
) -> ModelResponse[ImportView]:
    """A problem document (JSON) or any part of one, a workbook, CSV tables, or absences of a calendar:
    created or changed by
    external id, all or nothing. Tables of names, contacts and accounts may stand beside the others.

    A file adds: availability, rota entries, visits and absences of other days stay. `mode=replace`: what is
    still ahead and the file does not name goes, of the services and employers that it speaks of; `gone` says
    what that is. Managers write what is their provider's. Every fault comes back at once, with its file, row
    and column; `remarks` say what was passed over on purpose: hidden sheets, titles, totals."""

    def think(scoped: Scoped) -> bringing.ImportPlan:
        return bringing.consider(scoped, service, basin_id, upload, mode)

    def act(scoped: Scoped, considered: bringing.ImportPlan) -> Answer[ImportView]:
        changes = DayChanges()
        done = bringing.bring_considered(scoped, service, basin_id, upload, considered, changes.note)
        followed = follow(scoped, service, basin_id, changes)
        shown = done.told(lang, dry_run=False, jobs=[job.id for job in followed], links=done.sealing.links)
        return Answer(shown, told_once=frozenset({"password_links"}))

    if dry_run:  # nothing is locked, committed or remembered
        return Answer(think(unit.scoped).told(lang, dry_run=True)).response()
    return unit.answer(think, act)
