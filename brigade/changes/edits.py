"""What a coordinator's hand may do to a plan, as values; `solver.hand_edits` judges them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from brigade.units import Ticks
from brigade.values.plan import Waiver


@dataclass(frozen=True, slots=True)
class Move:
    """Give a visit to a worker, covered or not before. `tour`: which of the worker's availabilities; None:
    that of the cheapest
    lawful place, else the one nearest to the visit's hours. `position`: in the tour's order without it; None:
    the cheapest
    lawful one, else by its hours."""

    visit_id: str
    worker_id: str
    tour: int | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Swap:
    """Two covered visits take each other's place."""

    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Unassign:
    visit_id: str


@dataclass(frozen=True, slots=True)
class Pin:
    """A covered visit keeps its worker and its start, or this `start`."""

    visit_id: str
    start: Ticks | None = None


@dataclass(frozen=True, slots=True)
class Unpin:
    visit_id: str


@dataclass(frozen=True, slots=True)
class TakeVehicle:
    """A worker drives a tour of hers with this vehicle; None: by her own mode."""

    worker_id: str
    tour: int
    vehicle_id: str | None = None


@dataclass(frozen=True, slots=True)
class Waive:
    """A coordinator answers for a breach. The visit it names is pinned: no solver would put it there
    again."""

    waiver: Waiver


Edit: TypeAlias = Move | Swap | Unassign | Pin | Unpin | TakeVehicle | Waive
