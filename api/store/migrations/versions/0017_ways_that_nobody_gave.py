"""In a basin's matrices -1 stands for a leg that nobody gave; null says that no way leads there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels = None
depends_on = None
BASINS = sa.table("basins", sa.column("id", sa.String), sa.column("given", sa.JSON))


def upgrade() -> None:
    _replace(None, -1)


def downgrade() -> None:
    # A leg without a way becomes one that nobody gave: tables of before knew no other null.
    _replace(-1, None)


def _replace(before: int | None, after: int | None) -> None:
    connection = op.get_bind()
    for id, given in connection.execute(sa.select(BASINS.c.id, BASINS.c.given)).all():
        matrices = given.get("travel", {}).get("matrices") or ()
        for matrix in matrices:
            for part in ("minutes", "metres"):
                matrix[part] = [[after if leg == before else leg for leg in row] for row in matrix[part]]
        if matrices:
            connection.execute(sa.update(BASINS).where(BASINS.c.id == id).values(given=given))
