"""What goes wrong when travel times are sought; every fault of a request is told at once."""

from __future__ import annotations

from collections.abc import Iterable

from brigade.errors import Issue, Refused


class TravelUnavailable(Refused):
    """No travel times could be had: bad coordinates, unusable file, silent server, place without a road."""


def refuse_travel(issues: Iterable[Issue]) -> None:
    """Raise: TravelUnavailable with all of `issues`, if there is any."""
    found = tuple(issues)
    if found:
        raise TravelUnavailable(found)
