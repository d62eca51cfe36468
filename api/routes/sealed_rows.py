"""What the routes of sealed rows share: each reading is noted, and what is written is not repeated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy import Select

from api.access.scope import Scoped
from api.basin.identities import Sealed, SealedRow, shown, standing, written
from api.http.paging import Page, PageParams
from api.http.put_back import ReadOnly
from api.http.unit import Answer, ModelResponse, UnitOfWork
from api.service.service import Service
from api.shapes.cycle_requests import Envelope
from api.shapes.dossier_views import WrittenView

Form = TypeVar("Form", bound=BaseModel)


def list_noted(
    scoped: Scoped,
    service: Service,
    table: type[SealedRow],
    form: type[Form],
    turn: PageParams,
    asked: Select[Any],
) -> ModelResponse[Page[Envelope[Form]]]:
    """A page of the rows `asked` for, opened; each one on it stands in the trail as read."""
    page = turn.page(scoped, asked, table.id, lambda row: shown(scoped, service.vault, row, form, "list"))
    scoped.commit()
    return Answer(page).response()


def read_noted(
    scoped: Scoped, service: Service, table: type[SealedRow], form: type[Form], basin_id: str, id: str
) -> ModelResponse[Envelope[Form]]:
    """One row, opened; who read it stands in the trail."""
    row = scoped.one(table, basin_id, id)
    # Opened, noted and committed before the answer goes out: no reading is without its note.
    value = shown(scoped, service.vault, row, form, "read")
    scoped.commit()
    return Answer(value, version=row.version).response()


def put(
    unit: UnitOfWork,
    echo: ReadOnly,
    table: type[Sealed],
    path: tuple[str, str, str],
    write: Callable[[Scoped], tuple[Sealed, bool]],
) -> ModelResponse[WrittenView]:
    """Write a row; the answer repeats nothing of it.

    Args: path: basin, collection, id of its address. write: keeps the row, and says whether it is new.
    """
    basin_id, kind, id = path

    def act() -> Answer[WrittenView]:
        stood = standing(unit.scoped, table, basin_id, id)
        row, is_new = write(unit.scoped)
        echo.refuse_changed(f"{kind}.{id}", stood)
        where = f"/v1/basins/{basin_id}/{kind}/{id}"
        return Answer(written(row), 201 if is_new else 200, row.version, where if is_new else None)

    return unit.answer(act)
