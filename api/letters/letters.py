"""The words of a message, found when it leaves: in the reader's language, from the rows as they stand, with
the least said.

Workers read their own stops and the commune; names, addresses and how to enter stand behind the button of a
signed link, from the day before. Providers read who comes to their clients by their own references,
coordinators the same with the SAAD's name. A message whose matter is over, or that would say nothing, is not
sent at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.orm import Session

from api.letters import sms, to_coordinators, to_providers, to_workers
from api.letters.matter import Matter
from api.messages.channels import SMS
from api.messages.described import telephone_of
from api.service.service import Service
from api.store.message_tables import Message
from brigade.exchange.documents.rows import block_name
from brigade.units import PARIS
from brigade.words import word
from brigade.words.formats import duration, long_day, plural, short_day, telephone, wall_clock

FOLDER = Path(__file__).parent / "texts"
PARTS = "\n---\n"
"""Between the subject, the mail and the SMS of a text."""
MATTERS: Mapping[str, Matter] = {**to_workers.MATTERS, **to_providers.MATTERS, **to_coordinators.MATTERS}
"""What each kind of message speaks of; its words are in texts/<language>/<kind>.txt."""


@dataclass(frozen=True, slots=True)
class WrittenLetter:
    subject: str
    text: str
    sms: str


def write(service: Service, session: Session, message: Message, lang: str) -> WrittenLetter | None:
    """The letter; None when nobody needs it any more."""
    words = MATTERS[message.kind](service, session, message, lang)
    if words is None:
        return None
    call = telephone_of(session, message.basin_id)
    text = _environment(lang).get_template(f"{lang}/{message.kind}.txt").render(**words, telephone=call)
    subject, mail, short = text.strip().split(PARTS)
    # A subject of one line, whatever a template makes of it: a line break there would begin another header.
    return WrittenLetter(" ".join(subject.split()), mail.strip() + "\n", sms.fitted(short))


def of_channel(written: WrittenLetter, channel: str) -> tuple[str, str]:
    """Subject and text for one channel."""
    return ("", written.sms) if channel == SMS else (written.subject, written.text)


@cache
def _environment(lang: str) -> Environment:
    """Plain text: nothing is escaped, nothing undefined passes."""
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        # A name misspelt fails a test instead of leaving a hole in somebody's letter.
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    made.filters |= {
        "hour": lambda instant: wall_clock(instant.astimezone(PARIS), lang),
        "day": lambda instant: long_day(_day(instant), lang),
        "short": lambda instant: short_day(_day(instant), lang),
        "lasting": duration,
        "count": lambda number, *forms: plural(number, forms, lang),
        "telephone": telephone,
        "act": lambda act: word(f"act.{act}", lang),
        "block": lambda block: block_name(block, lang),
        "level": lambda visit: word(f"level.{visit.level}", lang),
        "hours": lambda stop: hours(stop, lang),
        "since": lambda stop, other: hours(stop, lang, other=other),
    }
    return made


def hours(stop: Mapping[str, Any] | Any, lang: str, other: datetime | None = None) -> str:
    """As "lun. 9 mars 08:00-09:00"; without the day where it is that of `other`."""
    start, end = (_of(stop, name).astimezone(PARIS) for name in ("starts_at", "ends_at"))
    day = (
        ""
        if other is not None and other.astimezone(PARIS).date() == start.date()
        else f"{short_day(start.date(), lang)} "
    )
    # A night ends on another day, and says so.
    until = "" if end.date() == start.date() else f"{short_day(end.date(), lang)} "
    return f"{day}{wall_clock(start, lang)}-{until}{wall_clock(end, lang)}"


def _of(stop: Mapping[str, Any] | Any, name: str) -> datetime:
    found: datetime = stop[name] if isinstance(stop, Mapping) else getattr(stop, name)
    return found


def _day(instant: datetime | date | str) -> date:
    if isinstance(instant, str):
        return date.fromisoformat(instant)
    return instant.astimezone(PARIS).date() if isinstance(instant, datetime) else instant
