"""What a basin was given beside its rows, without its ways: the competencies and labour texts, and where
times come from.

They lie in one document with the ways, megabytes in a large basin, and every write of a row asks for them: a
database that looks for them there reads all of it. So they are kept, by the version of the basin's row.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.store.basin_tables import Basin

KEPT = 64
"""Basins: each a few texts."""
Key: TypeAlias = tuple[str, str, int, datetime]


@dataclass(frozen=True, slots=True)
class GivenTexts:
    """`texts`: `catalogue` and `labour` as a problem document names them, where they are not the shipped
    ones; not to be changed, they are shared. `is_estimate`: times are computed from coordinates, so every
    place needs them."""

    texts: Mapping[str, object] = field(default_factory=dict)
    is_estimate: bool = False


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
    texts = {name: one for name, one in (("catalogue", catalogue), ("labour", labour)) if one is not None}
    return GivenTexts(texts, isinstance(source, str) and source.startswith("estimate"))
