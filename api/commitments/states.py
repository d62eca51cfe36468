"""The states of a commitment, a visit told to a worker, and what leads from one to the next
(docs/commitments.md).

One table says who knows, whose hours they are and what may follow; `move` is the only function that changes a
state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from api.access.scope import Scoped
from api.runtime.faults import Conflict
from api.store.cycle_tables import Offer


class State(StrEnum):
    """A stop of a plan that nobody published is *proposed*: it has no row yet."""

    OFFERED = "offered"
    ORDERED = "ordered"
    ACCEPTED = "accepted"
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    DONE = "done"


class Transition(StrEnum):
    """What happens to a commitment. FINISH: the outcome is known before any answer."""

    ACCEPT = "accept"
    ACKNOWLEDGE = "acknowledge"
    REFUSE = "refuse"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"
    FINISH = "finish"


@dataclass(frozen=True, slots=True)
class StateMeaning:
    """Of one state. `stands`: somebody is told to come, or asked to. `announced`: its hours are the worker's.
    `agreed`: she said so herself. `waits`: for her answer. `closes`: this visit is never hers again."""

    stands: bool = False
    announced: bool = False
    agreed: bool = False
    waits: bool = False
    closes: bool = False


MEANING: Mapping[State, StateMeaning] = {
    State.OFFERED: StateMeaning(stands=True, waits=True),
    State.ORDERED: StateMeaning(stands=True, announced=True, waits=True),
    State.ACCEPTED: StateMeaning(stands=True, announced=True, agreed=True),
    State.ACKNOWLEDGED: StateMeaning(stands=True, announced=True, agreed=True),
    State.REFUSED: StateMeaning(closes=True),
    State.EXPIRED: StateMeaning(),
    State.WITHDRAWN: StateMeaning(),
    State.DONE: StateMeaning(),
}
NOT_COUNTED = "none"
"""In `Offer.counts_as`: a refusal of it uses up no right. Rows of before say nothing."""
BEGINS: Mapping[str, State] = {"to_offer": State.OFFERED, "firm": State.ORDERED}
"""By kind, the state in which publication makes it."""
TRANSITIONS: Mapping[tuple[State, Transition], State] = {
    (State.OFFERED, Transition.ACCEPT): State.ACCEPTED,
    (State.OFFERED, Transition.REFUSE): State.REFUSED,
    (State.OFFERED, Transition.EXPIRE): State.EXPIRED,
    (State.OFFERED, Transition.WITHDRAW): State.WITHDRAWN,
    (State.OFFERED, Transition.FINISH): State.DONE,
    (State.ORDERED, Transition.ACKNOWLEDGE): State.ACKNOWLEDGED,
    (State.ORDERED, Transition.WITHDRAW): State.WITHDRAWN,
    (State.ORDERED, Transition.FINISH): State.DONE,
    (State.ACCEPTED, Transition.WITHDRAW): State.WITHDRAWN,
    (State.ACKNOWLEDGED, Transition.WITHDRAW): State.WITHDRAWN,
    # Whoever is reached by telephone after her time was over: silence was no answer, this is one.
    (State.EXPIRED, Transition.ACCEPT): State.ACCEPTED,
    (State.EXPIRED, Transition.REFUSE): State.REFUSED,
}


def _states(holds: Callable[[StateMeaning], bool]) -> tuple[str, ...]:
    return tuple(state.value for state, meaning in MEANING.items() if holds(meaning))


STANDING = _states(lambda one: one.stands)
ANNOUNCED = _states(lambda one: one.announced)
AGREED = _states(lambda one: one.agreed)
WAITING = _states(lambda one: one.waits)
CLOSED = _states(lambda one: one.closes)
TOLD = (*STANDING, State.DONE.value)
"""Of whoever came as she was told, whether or not she answered before."""
UNCOVERING = (State.REFUSED.value, State.EXPIRED.value)
"""What leaves a visit of the plan in force without anybody."""


def may(offer: Offer, act: Transition) -> bool:
    return (State(offer.state), act) in TRANSITIONS


def move(
    scoped: Scoped,
    offer: Offer,
    act: Transition,
    because: str | None = None,
    why: str | None = None,
    **details: Any,
) -> None:
    """One step of the table, noted under the name of the state it leads to. Raises: Conflict, when the table
    knows none."""
    reached = TRANSITIONS.get((State(offer.state), act))
    if reached is None:
        raise Conflict("A403", f"offers.{offer.id}", "offer_is_already", {"state": offer.state})
    offer.state = reached.value
    if because is not None:
        offer.because = because
        details["because"] = because
    scoped.changed(offer, reached.value, why, starts_at=offer.starts_at.isoformat(), **details)
