"""What an outcome may be of: a visit, or somebody's seat in work that is no visit."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from api.access.rights import holds
from api.access.scope import Scoped
from api.commitments.block_seats import blocks_by_seat
from api.commitments.shared_seats import visits_by_seat
from api.store.basin_tables import Visit, WorkBlock
from brigade.exchange.shapes.demand_shapes import VisitShape, WorkBlockShape
from brigade.values.demand import seats_of


@dataclass(frozen=True, slots=True)
class OutcomeSubject:
    """`id`: of the visit or the seat; `row`: the visit, the block of the seat, or the visit that a learner
    shares."""

    id: str
    row: Visit | WorkBlock

    @property
    def visit(self) -> Visit | None:
        return self.row if isinstance(self.row, Visit) else None

    @property
    def block(self) -> WorkBlock | None:
        return self.row if isinstance(self.row, WorkBlock) else None

    @property
    def is_seat(self) -> bool:
        """Whether nobody is sent instead of whoever does not come."""
        return self.id != self.row.id

    @property
    def basin_id(self) -> str:
        return self.row.basin_id

    @property
    def starts_at(self) -> datetime:
        return self.row.starts_at

    @property
    def ends_at(self) -> datetime:
        return self.row.ends_at

    @property
    def value(self) -> VisitShape | WorkBlockShape:
        return self.row.value

    @property
    def about(self) -> dict[str, str | None]:
        """Whom an outcome's row names: of a seat neither client nor provider."""
        visit, block = self.visit, self.block
        return {
            "visit_id": self.id,
            "work_block_id": None if block is None else block.id,
            "client_id": "" if visit is None else visit.client_id,
            "provider_id": "" if visit is None else visit.provider_id,
        }


def subjects_of(scoped: Scoped, basin_id: str, ids: Collection[str]) -> dict[str, OutcomeSubject]:
    """Of these ids those that the account sees."""
    asked = scoped.select(Visit, basin_id).where(Visit.id.in_(ids))
    found = {row.id: OutcomeSubject(row.id, row) for row in scoped.all(asked)}
    left = [id for id in ids if id not in found]
    shared = visits_by_seat(scoped.session, basin_id, left)
    found |= {id: OutcomeSubject(id, row) for id, row in shared.items() if holds(row, scoped.principal)}
    seats = blocks_by_seat(scoped.session, basin_id, left)
    hers = ((id, row) for id, row in seats.items() if holds(row, scoped.principal))
    return found | {
        id: OutcomeSubject(id, row) for id, row in hers if id in seats_of(row.id, len(row.value.participants))
    }
