"""docs/rights.md: who sees and changes the rows of which table, all tables side by side."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import fill

from api.runtime.roles import Reach, Rights, Role
from api.store.base import every_table

HEAD = """<!-- Written by `make docs`: change its source, not this page. -->

# Rights

Who sees and changes the rows of each table. Each table says it itself (`RIGHTS` in `api/store/`), and
`api/access/rights.py` applies it, to what is asked and to what is written;
`tests/api/access/test_rights_table.py` walks every route with every role and a stranger. Administrators see
and change everything.

- **basin**: all rows of the basins that are granted. **published**: plans that are or were in force.
- **between**: rows between two basins, of which one is granted.
- **provider**, **employer**, **worker**: the own rows of whoever is granted.
- "sees / changes": where one word stands, nothing is changed; where none stands, nothing is seen either.
"""
ROLES = [role for role in Role if role is not Role.ADMINISTRATOR]


def rights_page() -> str:
    titles = ["table", *(role.value for role in ROLES)]
    return "\n".join([HEAD, _row(titles), _row(["---"] * len(titles)), *_rows(), "", _apart()]) + "\n"


def _rows() -> Iterator[str]:
    for table in sorted(every_table(), key=lambda table: table.__tablename__):
        if table.RIGHTS is not None:
            cells = (_cell(table.RIGHTS, role) for role in ROLES)
            yield _row([f"`{table.__tablename__}`", *cells])


def _cell(rights: Rights, role: Role) -> str:
    sees, changes = (rights.of(role, write=write) for write in (False, True))
    return " / ".join(reach.value for reach in (sees, changes) if reach is not Reach.NOTHING)


def _apart() -> str:
    names = sorted(table.__tablename__ for table in every_table() if table.RIGHTS is None)
    told = "No request reaches by themselves the rows of " + ", ".join(f"`{name}`" for name in names) + "."
    return fill(told, 110)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
