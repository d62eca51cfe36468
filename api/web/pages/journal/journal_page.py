"""The journal: who wrote what, the newest first, searched and verified."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import Response
from sqlalchemy import select

from api.access import trail_seal
from api.access.scope import Scoped
from api.basin.identities import folded
from api.http.credentials import TheService
from api.runtime.roles import Role
from api.store.account_tables import Account, AuditEntry
from api.web.pages.journal.journal_names import names_of
from api.web.view import MenuGroup, PageEntry, View
from brigade.words import coded
from brigade.words.catalogue import keys

router = APIRouter(include_in_schema=False)
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
PAGES = (PageEntry("journal", "/journal", ADMINISTRATORS, 92, MenuGroup.SETTINGS),)
JOURNAL = "setup/journal.html"
AT_ONCE = 100


@router.get("/journal")
def journal_page(
    view: View,
    service: TheService,
    before: Annotated[int | None, Query(alias="avant", ge=1)] = None,
    asked: Annotated[str, Query(alias="q", max_length=100)] = "",
    verified: Annotated[bool, Query(alias="verifier")] = False,
    kind: Annotated[str, Query(alias="objet", max_length=40)] = "",
    act: Annotated[str, Query(alias="acte", max_length=40)] = "",
) -> Response:
    """Who wrote what, the newest first."""
    view.scoped.only("audit")
    session = view.scoped.session
    rows = select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(AT_ONCE + 1)
    if before is not None:
        rows = rows.where(AuditEntry.seq < before)
    if asked:
        columns = (AuditEntry.action, AuditEntry.target, AuditEntry.actor)
        rows = rows.where(*(_holds(columns, word) for word in asked.split()))
    if kind:
        rows = rows.where(AuditEntry.kind == kind)
    if act:
        rows = rows.where(AuditEntry.action.endswith(f".{act}", autoescape=True))
    entries = session.scalars(rows).all()
    shown = entries[:AT_ONCE]
    settings = service.settings
    return view.page(
        JOURNAL,
        entries=shown,
        older=entries[AT_ONCE - 1].seq if len(entries) > AT_ONCE else None,
        names=_account_names(view.scoped),
        about=names_of(view.scoped, service.vault, shown, view.lang),
        actors=dict(_worded("journal.actor", view.lang)),
        asked=asked,
        kind=kind,
        kinds=_worded("journal.kind", view.lang),
        act=act,
        acts=_worded("journal.act", view.lang),
        more=urlencode({"q": asked, "objet": kind, "acte": act}),
        verified=verified,
        broken=trail_seal.first_break(session, settings.folder, settings.seal_keys()) if verified else None,
    )


def _worded(prefix: str, lang: str) -> list[tuple[str, str]]:
    """Every code that has a word, in the order of the words."""
    found = [(one, coded(prefix, one, lang)) for one in keys(lang, f"word.{prefix}.")]
    return sorted(found, key=lambda pair: folded(pair[1]))


def _holds(columns: Sequence[Any], word: str) -> Any:
    """Whether one of these columns holds the word, whatever signs are in it."""
    first, *others = (column.contains(word, autoescape=True) for column in columns)
    for one in others:
        first = first | one
    return first


def _account_names(scoped: Scoped) -> Mapping[str, str]:
    asked = select(Account.id, Account.display_name, Account.login)
    return {id: name or login for id, name, login in scoped.session.execute(asked)}
