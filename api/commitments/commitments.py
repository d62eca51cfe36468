"""What was said to a plan in force: whose hours are whose by now, who was asked, who said no. Read by
searches, hand edits, questions and publication alike, so that all of them mean the same by it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import select

from api.access.scope import Scoped
from api.commitments.placements import covered
from api.commitments.states import AGREED, ANNOUNCED, CLOSED, STANDING, State
from api.shapes.kept.job_shapes import Heard, Pair
from api.store import kept_plans as kept
from api.store.basin_tables import WorkBlock
from api.store.cycle_tables import Offer, Plan
from brigade.units import Horizon
from brigade.values.demand import seats_of
from brigade.values.plan import MarkingKind
from brigade.values.plan import Plan as CorePlan

ASKED = (State.OFFERED, State.ACCEPTED, State.ACKNOWLEDGED, State.EXPIRED)
"""Other hours for these are a question, never an order: she was asked, and has said yes to no others."""


@dataclass(frozen=True, slots=True)
class Commitments:
    """The commitments of some days. `last`: of each pair the newest one. `states`: of every one, by id."""

    last: Mapping[Pair, Offer] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)

    def _in(self, states: Iterable[str]) -> frozenset[Pair]:
        wanted = frozenset(states)
        return frozenset(pair for pair, offer in self.last.items() if offer.state in wanted)

    @property
    def announced(self) -> frozenset[Pair]:
        return self._in(ANNOUNCED)

    @property
    def agreed(self) -> frozenset[Pair]:
        return self._in(AGREED)

    @property
    def asked(self) -> frozenset[Pair]:
        """Those whose question was taken back too: the visit went to somebody else, and comes back to her."""
        taken_back = (
            pair
            for pair, offer in self.last.items()
            if offer.state == State.WITHDRAWN and offer.kind == MarkingKind.TO_OFFER
        )
        return self._in(ASKED).union(taken_back)

    @property
    def expired(self) -> frozenset[Pair]:
        return self._in((State.EXPIRED,))

    @property
    def closed(self) -> frozenset[Pair]:
        return self._in(CLOSED)

    @property
    def standing(self) -> frozenset[Pair]:
        return self._in(STANDING)

    def for_search(self) -> Heard:
        """What a search has to know of them, as it stands in its job's wish."""
        return Heard(
            announced=tuple(sorted(self.announced)),
            asked=tuple(sorted(self.asked)),
            expired=tuple(sorted(self.expired)),
            states=dict(self.states),
        )

    def announced_in(self, plan: CorePlan) -> CorePlan:
        """A plan that was told, with what of it is announced by now."""
        hers = {
            (stop.visit_id, route.worker_id) for route in plan.routes for stop in route.stops
        } & self.announced
        return replace(plan, announced=frozenset(visit for visit, _ in hers))


def heard(scoped: Scoped, basin_id: str, first_day: date, days: int) -> Commitments:
    """Of the visits of these days, whatever plan told them."""
    span = Horizon(first_day, days)
    asked = scoped.select(Offer, basin_id).where(
        Offer.starts_at >= span.midnight(0), Offer.starts_at < span.midnight(days)
    )
    # Oldest first: of a pair told several times the newest row stays in the mapping.
    rows = scoped.all(asked.order_by(Offer.created_at, Offer.id))
    seats = _seats(scoped, basin_id, {row.work_block_id for row in rows} - {None})
    return Commitments(
        {
            (id, row.worker_id): row
            for row in rows
            for id in (row.visit_id, *seats.get(row.work_block_id or "", ()))
        },
        {row.id: row.state for row in rows},
    )


def _seats(scoped: Scoped, basin_id: str, blocks: Collection[str | None]) -> Mapping[str, Sequence[str]]:
    """By block, all of its seats: what was said of one holds of any other that the same person is given."""
    row = WorkBlock
    asked = select(row.id, row.body).where(row.basin_id == basin_id, row.id.in_(blocks))
    found = scoped.session.execute(asked) if blocks else ()
    return {id: seats_of(id, len(body["participants"])) for id, body in found}


def of_plan(scoped: Scoped, plan: Plan) -> Commitments:
    return heard(scoped, plan.basin_id, plan.first_day, plan.days)


def told_anew(scoped: Scoped, plan: Plan, base: Plan) -> set[str]:
    """Visits that both plans give to one worker, who is told or asked anew all the same: what she was told by
    the first does not stand any more, or did not as the second was published. Of a plan that another one has
    replaced nothing is known."""
    if plan.state == "superseded":
        return set()
    said, before = of_plan(scoped, plan), covered(base.document)
    kept = {
        (visit, stop.worker_id): stop.start
        for visit, stop in covered(plan.document).items()
        if visit in before and before[visit].worker_id == stop.worker_id
    }
    since, now = plan.published_at, scoped.clock.now()
    if since is None:
        return {pair[0] for pair, start in kept.items() if pair not in said.standing and start > now}
    return {pair[0] for pair in kept.keys() & said.last.keys() if said.last[pair].created_at >= since}


def base_of(scoped: Scoped, plan: Plan) -> CorePlan:
    """What had been told when a plan was made, as its problem had it, with what of it is announced by now;
    nothing: an empty plan, which announces nothing to anybody."""
    base = plan if plan.state == "published" else scoped.session.get(Plan, plan.base_plan_id or "")
    if base is None or base.basin_id != plan.basin_id:
        return CorePlan((), announced=frozenset())
    return of_plan(scoped, plan).announced_in(
        kept.read_back(base, kept.fetch_problem(scoped.session, base.digest))
    )
