"""INSEE codes and coordinates: a lost zero, a post code taken for a commune, a point that is nowhere in
France."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from brigade.errors import Clause, Issue
from brigade.values.places import Site
from brigade.values.problem_parts import ProblemParts
from brigade.values.validation.communes import (
    CODE,
    Commune,
    bare_name,
    commune,
    department_of,
    departments,
    is_in_france,
    with_name,
    with_postcode,
)

# One more is shown rather than counted: « and 1 more » is as long as a code.
SHOWN = 3


def issues(problem: ProblemParts) -> Iterator[Issue]:
    territories = frozenset(code for where, code in named_communes(problem) if not where.startswith("sites."))
    for where, code in named_communes(problem):
        yield from _commune(where, code)
    for site in problem.sites:
        if found := _meant_by_post_code(site, territories):
            yield _post_code(f"sites.{site.id}.commune", site.commune or "", found)
    yield from _department(problem.basin.department)
    for site in problem.sites:
        yield from _point(site)


def named_communes(problem: ProblemParts) -> Iterator[tuple[str, str]]:
    """Every commune that the problem names, with its place in the input."""
    yield from (
        (f"sites.{site.id}.commune", site.commune) for site in problem.sites if site.commune is not None
    )
    for employer in problem.employers:
        yield from (
            (f"employers.{employer.id}.communes", commune) for commune in sorted(employer.communes or ())
        )
    for worker in problem.workers:
        yield from ((f"workers.{worker.id}.territory", commune) for commune in sorted(worker.territory or ()))
    for sector in problem.sectors:
        yield from ((f"sectors.{sector.id}.communes", commune) for commune in sorted(sector.communes))


def _commune(where: str, code: str) -> Iterator[Issue]:
    """A code that the table lacks may be newer than it, unless it is a post code or has no code's form."""
    if commune(code) is not None:
        return
    if found := with_postcode(code):
        yield _post_code(where, code, found)
    elif not CODE.fullmatch(code) or department_of(code) not in departments():
        yield Issue("P016", where, "no_commune_code", {"code": code, "near": _nearest_code(code)})


def _meant_by_post_code(site: Site, territories: frozenset[str]) -> Sequence[Commune]:
    """Some communes' codes are other communes' post codes. It is the post code where the place lies far from
    the code's own commune and in one of those; or nearer to one that people's territories name, when they do
    not name the code's own."""
    code, own = site.commune, commune(site.commune or "")
    if code is None or own is None or site.latitude is None or site.longitude is None:
        return ()
    away = own.km_beyond(site.latitude, site.longitude)
    served = [
        (one, one.km_beyond(site.latitude, site.longitude)) for one in with_postcode(code) if one.code != code
    ]
    inside = [one for one, km in served if away > 0 and km == 0 and one.latitude is not None]
    # What the people's territories name wins over mere distance: it was said on purpose.
    named = [one for one, km in served if code not in territories and one.code in territories and km < away]
    return named or inside


def _post_code(where: str, code: str, found: Sequence[Commune]) -> Issue:
    return Issue("P017", where, "post_code", {"code": code, "near": _listed(found)})


def _listed(found: Sequence[Commune]) -> Clause:
    shown = found if len(found) <= SHOWN + 1 else found[:SHOWN]
    more = len(found) - SHOWN if len(found) > len(shown) else None
    return Clause("communes", {"names": [f"{one.code} ({one.name})" for one in shown], "more": more})


def _nearest_code(code: str) -> Clause:
    """A zero that a spreadsheet took off, Corsica in small letters or under its old number, a name; else the
    form."""
    bare = "".join(code.split()).upper().removesuffix(".0").removeprefix("F-")
    corsican = [f"2{letter}{bare[2:]}" for letter in "AB"] if bare.startswith("20") else []
    for guess in (bare, bare.zfill(5), *corsican):
        if (found := commune(guess)) is not None:
            return Clause("perhaps_commune", {"code": found.code, "name": found.name})
    if called := with_name(code):
        return _listed(called)
    return Clause("commune_code_form")


def _department(code: str) -> Iterator[Issue]:
    known = departments()
    if code in known:
        return
    found = _departments_meant(code)
    near = [Clause("code_and_name", {"code": one, "name": known[one]}) for one in found]
    words = "no_department_but" if found else "no_department"
    yield Issue("P018", "basin.department", words, {"code": code, "near": near})


def _departments_meant(code: str) -> Sequence[str]:
    """By number whatever zeros, letters or words stand around it, by post code, by name whatever its accents
    and hyphens."""
    known, bare = departments(), bare_name(code)
    # Corsica was one department until 1976, and one number is still what many write.
    if bare in ("20", "corse"):
        return ("2A", "2B")
    named = [
        number for number, name in known.items() if bare_name(name) in (bare, f"la {bare}", f"le {bare}")
    ]
    numbers = [] if named else re.findall(r"\d{2,5}|2[ab]\b|\d", bare)
    for number in numbers:
        short = number.lstrip("0").zfill(2)
        guesses = (department_of(number),) if len(number) == len("62300") else (number.upper(), short.upper())
        named += [guess for guess in guesses if guess in known]
    return list(dict.fromkeys(named))


def _point(site: Site) -> Iterator[Issue]:
    if (
        site.latitude is None
        or site.longitude is None
        or abs(site.latitude) > 90
        or abs(site.longitude) > 180
    ):
        return
    if is_in_france(site.latitude, site.longitude):
        return
    # The two swapped is the commonest slip with a point, and has a way out of its own.
    if is_in_france(site.longitude, site.latitude):
        yield Issue(
            "P019",
            f"sites.{site.id}",
            "point_swapped",
            {"latitude": site.latitude, "longitude": site.longitude},
        )
    elif site.latitude == site.longitude == 0:
        yield Issue(
            "P019",
            f"sites.{site.id}",
            "point_not_found",
            {"latitude": site.latitude, "longitude": site.longitude},
        )
    else:
        yield Issue(
            "P019",
            f"sites.{site.id}",
            "point_outside",
            {"latitude": site.latitude, "longitude": site.longitude},
        )
