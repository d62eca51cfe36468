"""What a message speaks of, as its text takes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.service.service import Service
from api.shapes.kept.kept_shapes import KeptIssue
from api.store.cycle_tables import Offer
from api.store.message_tables import Message
from brigade.words import say_issue, word

Words = Mapping[str, Any]
Matter = Callable[[Service, Session, Message, str], Words | None]
"""None: nobody needs to be told any more. The last argument is the language of sentences in it."""


def offers_of(session: Session, ids: Sequence[str]) -> list[Offer]:
    """In order of time."""
    if not ids:
        return []
    return list(session.scalars(select(Offer).where(Offer.id.in_(ids)).order_by(Offer.starts_at, Offer.id)))


def said_fault(told: str | KeptIssue, lang: str) -> str:
    """A fault that a message tells of, as rows keep it; of a message of before, its sentence as it stands."""
    if isinstance(told, str):
        return told
    return word("issue.told", lang, **say_issue(told.issue(), lang)._asdict())
