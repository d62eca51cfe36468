"""What changed for a worker since she last looked: visits that are new, at another hour, or no longer
hers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from api.access.scope import Scoped
from api.commitments.states import STANDING, State
from api.messages.described import described
from api.shapes.person_shapes import OwnChangesView, OwnChangeView
from api.store.basin_tables import Worker
from api.store.cycle_tables import Offer
from brigade.units import PARIS

GONE = (State.WITHDRAWN, State.EXPIRED)


def changes(scoped: Scoped, basin_id: str, worker_id: str, since: datetime) -> OwnChangesView:
    """Of what is still to come, in order of time; what she answered herself is no news. Raises: NotFound."""
    scoped.one(Worker, basin_id, worker_id)
    now = scoped.clock.now()
    asked = scoped.select(Offer, basin_id).where(
        Offer.worker_id == worker_id, Offer.starts_at > now, Offer.state.in_((*STANDING, *GONE))
    )
    offers = scoped.all(asked.order_by(Offer.starts_at, Offer.id))
    told = list(_changed(offers, since))
    visits = described(scoped.session, basin_id, [one.visit_id for _, one in told])
    places = {id: one.place for id, one in visits.items()}
    return OwnChangesView(
        since=since.astimezone(PARIS),
        now=now.astimezone(PARIS),
        changes=[_shown(kind, one, places.get(one.visit_id)) for kind, one in told],
    )


def _changed(offers: Sequence[Offer], since: datetime) -> Iterator[tuple[str, Offer]]:
    standing = {one.subject_id for one in offers if one.state in STANDING}
    for one in offers:
        if one.state in STANDING:
            if one.created_at > since:
                yield ("moved" if one.before_starts_at is not None else "new"), one
        # Who never saw it need not hear that it is over; what stands at another hour has moved.
        elif one.changed_at > since >= one.created_at and one.subject_id not in standing:
            yield "gone", one


def _shown(kind: str, one: Offer, place: str | None) -> OwnChangeView:
    return OwnChangeView.model_validate(
        {
            "kind": kind,
            "offer_id": one.id,
            "at": one.changed_at.astimezone(PARIS),
            "starts_at": one.starts_at.astimezone(PARIS),
            "ends_at": one.ends_at.astimezone(PARIS),
            "before_starts_at": one.before_starts_at and one.before_starts_at.astimezone(PARIS),
            "before_ends_at": one.before_ends_at and one.before_ends_at.astimezone(PARIS),
            "place": place,
        }
    )
