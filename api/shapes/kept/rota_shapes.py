"""Rotas of on-call duties as rows keep them: what was asked, and who has which duty."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from api.shapes.kept.kept_shapes import Kept
from brigade.exchange.shapes.field_kinds import Day, WorkerCode

HOUR = r"^([01]\d|2[0-3]):[0-5]\d$"


class RotaHours(Kept):
    """On the wall; to the next day where `end` is no later than `start`."""

    start: str = Field(pattern=HOUR, examples=["19:00"])
    end: str = Field(pattern=HOUR, examples=["07:00"])


class RotaAsked(Kept):
    """`evening`: on call on each day; `weekend`: instead of it on Saturdays, Sundays and public holidays.
    `people`: at once. `worker_ids`: who takes part; none: everybody."""

    first_day: Day
    last_day: Day
    evening: RotaHours
    weekend: RotaHours | None = None
    people: int = 1
    worker_ids: tuple[WorkerCode, ...] = ()


class RotaDuty(Kept):
    """Hours on call that begin on `day`, and who has them: fewer than `needed`, where somebody is missing."""

    day: Day
    starts_at: datetime
    ends_at: datetime
    is_weekend: bool
    needed: int
    worker_ids: tuple[WorkerCode, ...] = ()
