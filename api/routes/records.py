"""What is kept and what comes in whole: events, the audit trail, rule sets, imports."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from sqlalchemy import func, select

from api import audit, importing
from api.faults import forbidden, not_found
from api.http import Answer, Reader, Writer, whole_body
from api.paging import Turn
from api.shapes import BasinId, Filter, Id
from api.store.people import AuditEntry
from api.views import EventView, ImportView, Listed, RuleSetView, VerifyView
from brigade.labour import RuleSet, shipped_labour_code

router = APIRouter()


# -- events --------------------------------------------------------------------------------------------------------
@router.get("/basins/{basin_id}/events", response_model=Listed[EventView], tags=["events"])
def list_events(basin_id: BasinId, scoped: Reader, turn: Annotated[Turn, Depends()], action: Filter = None) -> Response:
    """What happened, oldest first; keep `next`, or the last `seq`, to ask for what came after."""
    scoped.basin(basin_id)
    asked = scoped.select(AuditEntry, basin_id)
    asked = asked if action is None else asked.where(AuditEntry.action == action)
    return Answer(turn.page(scoped, asked, AuditEntry.seq, event)).response()


def event(row: AuditEntry) -> dict[str, Any]:
    names = ("seq", "at", "actor", "action", "kind", "target", "details", "why")
    return {name: getattr(row, name) for name in names}


@router.get("/audit/verify", response_model=VerifyView, tags=["events"])
def verify_audit(scoped: Reader) -> Response:
    """Walk the chain of seals from the first entry: administrators."""
    if not scoped.principal.is_administrator:
        raise forbidden("audit")
    entries = scoped.session.scalar(select(func.count()).select_from(AuditEntry))
    return Answer({"entries": entries, "first_break": audit.first_break(scoped.session)}).response()


# -- rule sets -----------------------------------------------------------------------------------------------------
@router.get("/rule-sets", response_model=Listed[RuleSetView], tags=["rule-sets"])
def list_rule_sets(scoped: Reader) -> Response:
    """The labour texts that ship; basins with their own carry them in their documents."""
    return Answer({"items": [_rule_set(one, False) for one in _sets().values()], "next": None}).response()


@router.get("/rule-sets/{id}", response_model=RuleSetView, tags=["rule-sets"])
def read_rule_set(id: Id, scoped: Reader) -> Response:
    if id not in _sets():
        raise not_found("rule-sets", id)
    return Answer(_rule_set(_sets()[id], True)).response()


def _sets() -> dict[str, RuleSet]:
    return dict(sorted(shipped_labour_code().agreements.items()))


def _rule_set(rules: RuleSet, whole: bool) -> dict[str, Any]:
    names = ("rule", "name", "value", "unit", "article", "layer")
    values = [{name: getattr(value, name) for name in names} for value in rules.values.values()] if whole else []
    return {"id": rules.id, "name": rules.name, "version": rules.version, "values": values}


# -- imports -------------------------------------------------------------------------------------------------------
UPLOAD = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"type": "object", "description": "A brigade-problem document."}},
            importing.XLSX: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@router.post("/basins/{basin_id}/imports", response_model=ImportView, tags=["imports"], openapi_extra=UPLOAD)
def import_problem(
    basin_id: BasinId,
    request: Request,
    body: Annotated[bytes, Depends(whole_body)],
    unit: Writer,
    dry_run: Annotated[bool, Query(description="Say what would change, and change nothing.")] = True,
) -> Response:
    """A problem document (JSON) or a workbook: created or replaced by external id, all or nothing, never deleted."""
    if dry_run:
        # Outside `unit.answer`: nothing is committed, nothing is remembered.
        return Answer(_bring_in(unit, basin_id, request, body, dry_run)).response()
    return unit.answer(lambda: Answer(_bring_in(unit, basin_id, request, body, dry_run)))


def _bring_in(unit: Writer, basin_id: str, request: Request, body: bytes, dry_run: bool) -> dict[str, Any]:
    importing.refuse_others(unit.scoped, basin_id)
    problem = importing.read(body, request.headers.get("Content-Type", ""))
    counts = importing.bring_in(unit.scoped, basin_id, problem)
    return {"dry_run": dry_run, **json.loads(json.dumps(counts))}
