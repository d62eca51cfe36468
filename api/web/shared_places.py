"""Places to choose from that belong to nobody's clients."""

from __future__ import annotations

from sqlalchemy import select

from api.access.scope import Scoped
from api.store.basin_tables import Site
from brigade.values.validation.communes import place_name


def shared_places(scoped: Scoped, basin_id: str) -> list[tuple[str, str]]:
    """By id, as they are called: at the homes of clients nobody meets and no vehicle stands."""
    rows = scoped.session.scalars(select(Site).where(Site.basin_id == basin_id, Site.provider_id.is_(None)))
    found = [(row.id, place_name(row.value.commune)) for row in rows]
    return sorted((id, f"{place} ({id})" if place else id) for id, place in found)
