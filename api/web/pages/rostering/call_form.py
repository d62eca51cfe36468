"""A call while on call, as people say it: from one hour of the wall to another, within a duty."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from api.shapes.planning.rota_views import CallIn
from api.web.forms import Form
from brigade.errors import Issue, Refused
from brigade.units import PARIS


def call_in(form: Form, duty: str) -> CallIn:
    """Args: duty: from which instant to which, parted by a slash. Raises: Refused, with every field that
    cannot be read."""
    hours = {name: _hour(form.text(name)) for name in ("from_hour", "to_hour")}
    absent = [Issue("A305", name, "hour_absent", {}) for name, one in hours.items() if one is None]
    first, _, last = duty.partition("/")
    if not last:
        absent.append(Issue("A305", "call_day", "no_duty_then", {}))
    starts, ends = hours["from_hour"], hours["to_hour"]
    if absent or starts is None or ends is None:
        raise Refused(absent)
    start = _after(datetime.fromisoformat(first).astimezone(PARIS), starts)
    return CallIn(start=start, end=_after(start, ends), reason=form.text("why") or None)


def _hour(text: str) -> time | None:
    try:
        return time.fromisoformat(text)
    except ValueError:
        return None


def _after(instant: datetime, wall: time) -> datetime:
    """The first time after it that the wall shows that hour."""
    at = datetime.combine(instant.date(), wall, PARIS)
    return at if at >= instant else datetime.combine(instant.date() + timedelta(days=1), wall, PARIS)
