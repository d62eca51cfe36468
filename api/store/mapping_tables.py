"""How the exports of other programs are read: one mapping a source, sealed, since its words may be people's
names."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from api.runtime.roles import COORDINATORS, MANAGERS, Rights
from api.store.basin_tables import BasinRow


class SourceMapping(BasinRow):
    """The mapping of one source. `provider_id`: whose alone it is; None: the basin's. `sealed` holds the
    document (`api.runtime.vault`), `body` only what it is for."""

    __tablename__ = "source_mappings"
    KIND = "mappings"
    RIGHTS = Rights(COORDINATORS | MANAGERS, COORDINATORS | MANAGERS)
    provider_id: Mapped[str | None] = mapped_column(String(120))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = (
        ForeignKeyConstraint(
            ["basin_id", "provider_id"], ["providers.basin_id", "providers.id"], ondelete="CASCADE"
        ),
        Index(None, "basin_id", "provider_id"),
    )
