"""What a basin was given beside its rows, without its ways: the competencies and labour texts, and where
times come from.

They lie in one document with the ways, megabytes in a large basin, and every write of a row asks for them: a
database that looks for them there reads all of it. So they are kept, by the version of the basin's row.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.store.basin_tables import Basin
from brigade.exchange.documents.json_text import JsonObject

KEPT = 64
"""Basins: each a few texts."""
Key: TypeAlias = tuple[str, str, int, datetime]


@dataclass(frozen=True, slots=True)
class GivenTexts:
    """`catalogue`, `labour`: None where the shipped ones hold; not to be changed, they are shared.
    `is_estimate`: times are computed from coordinates, so every place needs them."""

    catalogue: JsonObject | None = None
    labour: JsonObject | None = None
    is_estimate: bool = False

    def documents(self) -> dict[str, JsonObject]:
        """By the names that a problem document has for them."""
        known = {"catalogue": self.catalogue, "labour": self.labour}
        return {name: one for name, one in known.items() if one is not None}


_LOCK, _KNOWN = threading.Lock(), OrderedDict[Key, GivenTexts]()


def given_texts(session: Session, basin_id: str) -> GivenTexts:
    """Of a basin that is not in the store yet: nothing."""
    basin = session.get(Basin, basin_id)
    if basin is None:
        return GivenTexts()
    # The instant too: of two transactions that write the same version one is undone.
    key = str(session.get_bind().engine.url), basin_id, basin.version, basin.changed_at
    with _LOCK:
        if key in _KNOWN:
            _KNOWN.move_to_end(key)
            return _KNOWN[key]
    return _put(key, _read(session, basin_id))


def _put(key: Key, found: GivenTexts) -> GivenTexts:
    with _LOCK:
        _KNOWN[key] = found
        while len(_KNOWN) > KEPT:
            _KNOWN.popitem(last=False)
    return found


def _read(session: Session, basin_id: str) -> GivenTexts:
    given: Any = Basin.given
    asked = select(given["catalogue"], given["labour"], given["travel"]["source"])
    catalogue, labour, source = session.execute(asked.where(Basin.id == basin_id)).one()
    return GivenTexts(catalogue, labour, isinstance(source, str) and source.startswith("estimate"))
