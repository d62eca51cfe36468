"""Whether the rooms that Python finds are ours: other packages may be called `api` or `solver` too."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.machinery import SourceFileLoader
from importlib.util import find_spec

from brigade.errors import BrigadeError

ROOMS = ("solver", "api", "scenarios")
MARK = b'DISTRIBUTION = "brigade-domicile"'
"""Stands in each room's `__init__.py`: of two packages that were installed over each other, the last one's
stays."""
HOME = __file__.rpartition("brigade")[0]


class ForeignRoom(BrigadeError, ImportError):
    """Another package stands where a room of ours should be."""

    def __init__(self, room: str, where: str) -> None:
        self.room, self.where = room, where
        super().__init__(f"another package named {room} stands in the place of Brigade's ({where})")


def refuse_foreign(rooms: Iterable[str] = ROOMS) -> None:
    """Look for the rooms without importing them. Raises: ForeignRoom."""
    for room in rooms:
        spec = find_spec(room)
        path = f"{HOME}{room}/__init__.py"
        is_ours = (
            spec is not None
            and spec.origin == path
            and isinstance(spec.loader, SourceFileLoader)
            and MARK in spec.loader.get_data(path)
        )
        if not is_ours:
            places = [] if spec is None else [spec.origin] if spec.origin else spec.submodule_search_locations
            where = ", ".join(map(str, places or ())) or "–"
            raise ForeignRoom(room, where)
