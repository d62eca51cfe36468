"""The form of a shared vehicle: where it stands, whose it is, how far it goes, when it is there; as the
document has it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from api.web.forms import Form
from brigade.exchange.documents.shape_faults import read_model
from brigade.exchange.shapes.demand_shapes import IntervalShape
from brigade.exchange.shapes.place_shapes import VehicleShape
from brigade.units import PARIS

SPANS = ("hours", "out_of_service")
MOST_SPANS = 30
"""Rows of a form that are read, of each kind."""
MIDNIGHT = time(0)


@dataclass(frozen=True, slots=True)
class SpanFields:
    """A span as the form shows it: whole days have no hours, and the last one is included."""

    first: str = ""
    first_at: str = ""
    last: str = ""
    last_at: str = ""


def span_fields(vehicle: VehicleShape | None, name: str) -> list[SpanFields]:
    """Those there are, and an empty one: without a script nobody could add a row."""
    known: Sequence[IntervalShape] = [] if vehicle is None else getattr(vehicle, name)
    return [*map(_shown, known), SpanFields()][:MOST_SPANS]


def _shown(span: IntervalShape) -> SpanFields:
    first, last = span.start.astimezone(PARIS), span.end.astimezone(PARIS)
    if first.time() == last.time() == MIDNIGHT:
        return SpanFields(f"{first:%Y-%m-%d}", "", f"{last - timedelta(days=1):%Y-%m-%d}", "")
    return SpanFields(f"{first:%Y-%m-%d}", f"{first:%H:%M}", f"{last:%Y-%m-%d}", f"{last:%H:%M}")


def vehicle_in(form: Form, id: str, hidden: frozenset[str]) -> VehicleShape:
    """What the form says. Args: hidden: who may drive it and is out of the writer's sight; they stay.

    Raises: UnreadableInput.
    """
    kind, _, owner = form.text("owner").partition(":")
    drivers = sorted({*form.all("drivers"), *hidden})
    told = {
        "id": id,
        "name": form.text("name") or None,
        "site_id": form.text("site_id") or None,
        "mode": form.text("mode") or None,
        "provider_id": owner if kind == "provider" else None,
        "employer_id": owner if kind == "employer" else None,
        "drivers": drivers or None,
        "licence": form.text("licence") or None,
        "cents_per_km": _times(form, "cents_per_km", 1) or 0,
        "cents_per_day": _times(form, "cents_per_day", 100) or 0,
        "range_m": _times(form, "range_m", 1000),
        "recharge_min": _times(form, "recharge_min", 1) or 0,
        **{name: [span for _, span in spans_in(form, name)] for name in SPANS},
    }
    return read_model(VehicleShape, {name: one for name, one in told.items() if one is not None})


def spans_in(form: Form, name: str) -> Iterator[tuple[int, dict[str, str | None]]]:
    """Each with the row of the form that says it; rows without any date say nothing."""
    for row in range(MOST_SPANS):
        first, last = form.text(f"{name}-{row}-first"), form.text(f"{name}-{row}-last")
        if first or last:
            start = _instant(first, form.text(f"{name}-{row}-first_at"), is_last=False)
            yield (
                row,
                {"start": start, "end": _instant(last, form.text(f"{name}-{row}-last_at"), is_last=True)},
            )


def _instant(day: str, hour: str, *, is_last: bool) -> str:
    """What is no date or hour goes on as it was typed: the shape refuses it."""
    try:
        read = date.fromisoformat(day)
        if hour:
            return datetime.combine(read, time.fromisoformat(hour), PARIS).isoformat()
        # A last day is included.
        return datetime.combine(read + timedelta(days=int(is_last)), MIDNIGHT, PARIS).isoformat()
    except (ValueError, OverflowError):
        return f"{day} {hour}".strip()


def _times(form: Form, name: str, factor: int) -> int | str | None:
    """An amount in our unit; None: nothing was said; what is no number goes on as it was typed."""
    text = form.text(name).replace(",", ".")
    try:
        return round(float(text) * factor) if text else None
    except (ValueError, OverflowError):
        return text
