"""INSEE codes and coordinates: a lost zero, a post code taken for a commune, a point that is nowhere in France."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from brigade.communes import CODE, Commune, commune, departments, is_in_france, with_postcode
from brigade.errors import Issue
from brigade.places import Site
from brigade.validation.checks import suggestion

if TYPE_CHECKING:
    from brigade.problem import Problem

SHOWN = 3


def issues(problem: Problem) -> Iterator[Issue]:
    territories = frozenset(code for where, code in named_communes(problem) if not where.startswith("sites."))
    for where, code in named_communes(problem):
        yield from _commune(where, code)
    for site in problem.sites:
        yield from _post_code_of_another(site, territories)
    yield from _department(problem.basin.department)
    for site in problem.sites:
        yield from _point(site)


def named_communes(problem: Problem) -> Iterator[tuple[str, str]]:
    """Every commune that the problem names, with its place in the input."""
    yield from ((f"sites.{site.id}.commune", site.commune) for site in problem.sites if site.commune is not None)
    for employer in problem.employers:
        yield from ((f"employers.{employer.id}.communes", commune) for commune in sorted(employer.communes or ()))
    for worker in problem.workers:
        yield from ((f"workers.{worker.id}.territory", commune) for commune in sorted(worker.territory or ()))


def _commune(where: str, code: str) -> Iterator[Issue]:
    """A code that the table lacks may be newer than it, unless it is a post code or has no code's form."""
    if commune(code) is not None:
        return
    if found := with_postcode(code):
        yield _post_code(where, code, found)
    elif not CODE.fullmatch(code):
        met = f"« {code} » n'a pas la forme d'un code commune de l'INSEE"
        yield Issue("P016", where, met, _nearest_code(code))


def _post_code_of_another(site: Site, territories: frozenset[str]) -> Iterator[Issue]:
    """Some communes' codes are other communes' post codes: it is the post code where the place lies nearer to one of those, and
    people's territories name that one and not the commune of the code."""
    code, own = site.commune, commune(site.commune or "")
    if code is None or own is None or code in territories or site.latitude is None or site.longitude is None:
        return
    away = own.km_beyond(site.latitude, site.longitude)
    found = tuple(
        one for one in with_postcode(code) if one.code in territories and one.km_beyond(site.latitude, site.longitude) < away
    )
    if found:
        yield _post_code(f"sites.{site.id}.commune", code, found)


def _post_code(where: str, code: str, found: Sequence[Commune]) -> Issue:
    named = ", ".join(f"{one.code} ({one.name})" for one in found[:SHOWN])
    more = f" ou un de {len(found) - SHOWN} autres" if len(found) > SHOWN else ""
    return Issue("P017", where, f"« {code} » : code postal, et non code commune de l'INSEE", f"{named}{more}")


def _nearest_code(code: str) -> str:
    """A zero that a spreadsheet took off, Corsica in small letters or under its old number; else the form."""
    bare = code.strip().upper()
    corsican = [f"2{letter}{bare[2:]}" for letter in "AB"] if bare.startswith("20") else []
    for guess in (bare, bare.zfill(5), *corsican):
        if (found := commune(guess)) is not None:
            return f"« {found.code} » ({found.name}) ?"
    return "tel que 62498, 01004 ou 2A004"


def _department(code: str) -> Iterator[Issue]:
    known = departments()
    if code in known:
        return
    codes = {name.casefold(): number for number, name in known.items()}
    bare = code.strip()
    guesses = (bare.upper(), bare.zfill(2), bare.lstrip("0").zfill(2), codes.get(bare.casefold(), ""))
    guess = next((one for one in guesses if one in known), None)
    hint = suggestion(code, known) if guess is None else f"« {guess} » ({known[guess]}) ?"
    yield Issue("P018", "basin.department", f"« {code} » n'est le code d'aucun département", hint)


def _point(site: Site) -> Iterator[Issue]:
    if site.latitude is None or site.longitude is None or abs(site.latitude) > 90 or abs(site.longitude) > 180:
        return
    if is_in_france(site.latitude, site.longitude):
        return
    met = f"{site.latitude:g}, {site.longitude:g} : hors de France"
    if is_in_france(site.longitude, site.latitude):
        yield Issue("P019", f"sites.{site.id}", met, "latitude et longitude échangées ?")
    elif site.latitude == site.longitude == 0:
        yield Issue("P019", f"sites.{site.id}", met, "un géocodage manqué ? laisser les deux vides, ou donner le point")
    else:
        yield Issue("P019", f"sites.{site.id}", met, "latitude au nord, longitude à l'est, en degrés WGS84")
