"""What a basin was given beside its rows, without its ways: the competencies and labour texts, and where
times come from.

They lie in one document with the ways, megabytes in a large basin, and every write of a row asks for them: a
database that looks for them there reads all of it. So they are kept, by the version of the basin's row.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.runtime.recent_values import Recent
from api.store.basin_tables import Basin

KEPT = 64
"""Basins: each a few texts."""


@dataclass(frozen=True, slots=True)
class GivenTexts:
    """`texts`: `catalogue` and `labour` as a problem document names them, where they are not the shipped
    ones; not to be changed, they are shared. `is_estimate`: times are computed from coordinates, so every
    place needs them."""

    texts: Mapping[str, object] = field(default_factory=dict)
    is_estimate: bool = False


_LOCK, _KNOWN = threading.Lock(), Recent[GivenTexts](KEPT)


def given_texts(session: Session, basin_id: str) -> GivenTexts:
    """Of a basin that is not in the store yet: nothing."""
    basin = session.get(Basin, basin_id)
    if basin is None:
        return GivenTexts()
    # The instant too: of two transactions that write the same version one is undone.
    key = str(session.get_bind().engine.url), basin_id, basin.version, basin.changed_at
    with _LOCK:
        known = _KNOWN.get(key)
    if known is not None:
        return known
    found = _read(session, basin_id)
    with _LOCK:
        return _KNOWN.put(key, found)


def _read(session: Session, basin_id: str) -> GivenTexts:
    given: Any = Basin.given
    asked = select(given["catalogue"], given["labour"], given["travel"]["source"])
    catalogue, labour, source = session.execute(asked.where(Basin.id == basin_id)).one()
    texts = {name: one for name, one in (("catalogue", catalogue), ("labour", labour)) if one is not None}
    return GivenTexts(texts, isinstance(source, str) and source.startswith("estimate"))
