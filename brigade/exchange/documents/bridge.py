"""Between shapes and core values, field by field; the only place where instants become ticks and minutes
become lengths.

Nothing here knows a particular type: a shape says what it `makes`, each field its `FieldKind`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import cache
from typing import Any, NamedTuple

from pydantic.fields import FieldInfo

from brigade.errors import Issue
from brigade.exchange.shapes.field_kinds import FieldKind, Shape, attribute, kind_of, shape_in
from brigade.units import Horizon, Ticks
from brigade.values.demand import Priority
from brigade.values.plan import Reason

SETS = frozenset({FieldKind.CODES, FieldKind.DAYS})
"""Kinds whose lists are sets in the core: they are written sorted."""


@dataclass
class HorizonClock:
    """The horizon's clock at the edge: what does not fall on a tick becomes an issue, and is rounded to go
    on."""

    horizon: Horizon
    issues: list[Issue] = field(default_factory=list)
    odd_offsets: list[tuple[str, datetime]] = field(default_factory=list)
    """Instants, with their places, whose offset is neither UTC nor what the horizon's zone has at that
    time."""

    def length(self, minutes: float, where: str) -> Ticks:
        exact = minutes * self.horizon.ticks_per_minute
        nearest = round(exact)
        # A third of a minute has no exact decimal form: within a millionth of a tick is on the tick.
        if abs(exact - nearest) > 1e-6 * max(1.0, abs(exact)):
            self._refuse(where, f"{minutes:g} min")
        return nearest

    def tick(self, instant: datetime, where: str, *, floor: bool = False) -> Ticks:
        """`floor`: an instant that needs no precision (when something became known) is rounded down
        instead."""
        # UTC is always right; any other offset that is not the zone's at that hour is told.
        if instant.utcoffset() not in (timedelta(), instant.astimezone(self.horizon.zone).utcoffset()):
            self.odd_offsets.append((where, instant))
        if floor:
            return self.horizon.tick(instant)
        past = instant.astimezone(UTC) - self.horizon.start
        nearest = round(past * self.horizon.ticks_per_minute / timedelta(minutes=1))
        if (
            abs(self.horizon.start + timedelta(minutes=1) * nearest / self.horizon.ticks_per_minute - instant)
            > MICROSECOND
        ):
            self._refuse(where, instant.isoformat())
        return nearest

    def noticed(self) -> tuple[Reason, ...]:
        """One sentence for all odd offsets: a summer day exported at +01:00 is an hour off from end to
        end."""
        if not self.odd_offsets:
            return ()
        where, instant = self.odd_offsets[0]
        right = instant.astimezone(self.horizon.zone).strftime("%z")
        told = {"count": len(self.odd_offsets), "zone": self.horizon.zone.key, "where": where}
        return (Reason.of("warning_offset", **told, met=f"{instant:%z}", right=right),)

    def minutes(self, ticks: Ticks) -> float | int:
        """Minutes as JSON writes them: whole wherever they are whole."""
        whole, rest = divmod(ticks, self.horizon.ticks_per_minute)
        return whole if rest == 0 else ticks / self.horizon.ticks_per_minute

    def moment(self, tick: Ticks) -> str:
        return self.horizon.instant(tick).isoformat()

    def _refuse(self, where: str, met: str) -> None:
        ticks = self.horizon.ticks_per_minute
        words = "between_minutes" if ticks == 1 else "between_ticks"
        self.issues.append(Issue("D110", where, words, {"met": met, "ticks": ticks}))


# The finest that Python's instants hold: two that differ by less are one instant, written twice.
MICROSECOND = timedelta(microseconds=1)
ROUNDED_DOWN = frozenset({"known_at"})


class _Field(NamedTuple):
    """A field of a shape, and what its annotation says of it."""

    name: str
    info: FieldInfo
    kind: FieldKind | None
    inner: type[Shape] | None


@cache
def _fields(shape: type[Shape]) -> tuple[_Field, ...]:
    """Annotations are taken apart once: there are some hundred fields, and a document of a large day has a
    hundred thousand."""
    return tuple(
        _Field(name, info, kind_of(info), shape_in(info)) for name, info in shape.model_fields.items()
    )


def build(shape: Shape, clock: HorizonClock, where: str) -> Any:
    """The core value of a shape; faults of time go to `clock.issues`."""
    values = {
        attribute(one.name): _core(getattr(shape, one.name), one.kind, clock, f"{where}.{one.name}", one.name)
        for one in _fields(type(shape))
    }
    return type(shape).makes(**type(shape).complete(values))


def build_all(shapes: Iterable[Shape], clock: HorizonClock, where: str) -> tuple[Any, ...]:
    return tuple(build(shape, clock, f"{where}[{index}]") for index, shape in enumerate(shapes))


def _core(value: Any, kind: FieldKind | None, clock: HorizonClock, where: str, name: str) -> Any:
    if value is None:
        return None
    if isinstance(value, Shape):
        return build(value, clock, where)
    if isinstance(value, dict):
        return {key: _core(one, kind, clock, f"{where}.{key}", name) for key, one in value.items()}
    if isinstance(value, list):
        items = (_core(item, kind, clock, f"{where}[{index}]", name) for index, item in enumerate(value))
        return frozenset(items) if kind in SETS else tuple(items)
    if kind in (FieldKind.MINUTES, FieldKind.SPELLS):
        return clock.length(value, where)
    if kind is FieldKind.MOMENT:
        return clock.tick(value, where, floor=name in ROUNDED_DOWN)
    if kind is FieldKind.PRIORITY:
        return Priority[value]
    return value


def show(value: Any, shape: type[Shape], clock: HorizonClock, *, whole: bool = False) -> dict[str, Any]:
    """A core value as a JSON object. Fields at their defaults are left out, unless `whole`."""
    shown = {}
    for one in _fields(shape):
        plain = _plain(getattr(value, attribute(one.name)), one, clock)
        if whole or one.info.is_required() or not _is_default(plain, one.info):
            shown[one.name] = plain
    return shape.abridge(shown)


def show_all(values: Iterable[Any], shape: type[Shape], clock: HorizonClock) -> list[dict[str, Any]]:
    return [show(value, shape, clock) for value in values]


def _plain(value: Any, of: _Field, clock: HorizonClock) -> Any:
    inner, kind = of.inner, of.kind
    if value is None:
        return None
    if inner is not None and isinstance(value, Mapping):
        return {key: show(one, inner, clock) for key, one in sorted(value.items())}
    if inner is not None:
        return show_all(value, inner, clock) if isinstance(value, tuple) else show(value, inner, clock)
    if isinstance(value, frozenset):
        return sorted(_scalar(item, kind, clock) for item in value)
    if isinstance(value, tuple):
        return [_scalar(item, kind, clock) for item in value]
    return _scalar(value, kind, clock)


def _scalar(value: Any, kind: FieldKind | None, clock: HorizonClock) -> Any:
    if kind in (FieldKind.MINUTES, FieldKind.SPELLS):
        return clock.minutes(value)
    if kind is FieldKind.MOMENT:
        return clock.moment(value)
    if kind is FieldKind.PRIORITY:
        return Priority(value).name
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(sorted(value.items()))
    return value


def _is_default(plain: Any, info: FieldInfo) -> bool:
    if plain is None or plain in ([], {}):
        return True
    default = info.default
    return bool(plain == (default.value if isinstance(default, Enum) else default))
