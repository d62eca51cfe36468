"""What stands after the `?` of an address: a parameter that the route does not know is refused, not passed
over.

A filter that is spelled wrong would otherwise answer with everything, and `dry_runs=false` would change
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from fastapi import Request
from fastapi.dependencies.models import Dependant

from brigade.errors import Clause, Issue, UnreadableInput
from brigade.values.validation.checks import did_you_mean

LENIENT = (
    "/v1/oidc/callback",  # the identity provider adds its own, which are to be ignored (RFC 6749, 4.1.2)
    "/v1/answers/{link}",  # people open these from letters, and mail programs add what they count clicks by
    "/v1/tours/{link}",
    "/v1/feeds/{secret}.ics",  # as do calendars
)
"""Routes whose callers are not whoever wrote the address."""


async def known_only(request: Request) -> None:
    """Raises: UnreadableInput, with every parameter that the route does not take."""
    route = request.scope.get("route")
    if not request.url.query or route is None or f"/v1{route.path.removeprefix('/v1')}" in LENIENT:
        return
    known = set(names_of(route.dependant))
    unknown = sorted(set(request.query_params) - known)
    if unknown:
        raise UnreadableInput([_issue(name, sorted(known)) for name in unknown])


def _issue(name: str, known: list[str]) -> Issue:
    close = get_close_matches(name, known, n=1)
    among = Clause("one_of", {"names": known}) if known else Clause("take_it_out")
    meant = did_you_mean(name, close[0]) if close else among
    return Issue("D102", name[:60], "unknown_query_parameter", {"name": name[:60], "suggestion": meant})


def names_of(dependant: Dependant) -> Iterator[str]:
    """Every parameter that a route, or what it depends on, reads."""
    yield from (field.alias for field in dependant.query_params)
    for inner in dependant.dependencies:
        yield from names_of(inner)
