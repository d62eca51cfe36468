"""What certificates let people do: a partial order of sets, never one ladder; shipped as data, editable.

A certificate *grants* competencies; an equivalence gives its holder what another certificate grants, with the
source that says so. Competencies are hard: there is no "close enough".
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from brigade.errors import Issue, refuse

if TYPE_CHECKING:  # sentences name certificates, and help is told without numpy
    from brigade.values.workforce import HeldCertificate, Worker


@dataclass(frozen=True, slots=True)
class Competency:
    code: str
    name: str
    act_class: str | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """`grants` directly; `includes` names the certificates whose grants come with it, `source` says by which
    text."""

    code: str
    name: str
    grants: frozenset[str]
    includes: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class CompetencyCatalogue:
    """Competencies and certificates by code. Raises: InvalidProblem, with every unknown code and every
    cycle."""

    competencies: Mapping[str, Competency]
    certificates: Mapping[str, Certificate]
    granted: Mapping[str, frozenset[str]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        refuse(self._issues())
        object.__setattr__(self, "granted", {code: self._closure(code) for code in self.certificates})

    def _issues(self) -> Iterable[Issue]:
        for certificate in self.certificates.values():
            where = f"certificates.{certificate.code}"
            for code in sorted(certificate.grants - self.competencies.keys()):
                yield Issue("P301", f"{where}.grants", "unknown_granted", {"code": code})
            for code in certificate.includes:
                if code not in self.certificates:
                    yield Issue("P302", f"{where}.includes", "unknown_included", {"code": code})
            # Looked for before the closures are made: a circle of certificates is told by its name, with all
            # other faults.
            if certificate.code in self._included(certificate):
                yield Issue("P303", f"{where}.includes", "includes_itself", {"certificate": certificate.code})

    def _included(self, certificate: Certificate) -> frozenset[str]:
        """Codes of every certificate that comes with it, near or far."""
        found: set[str] = set()
        waiting = list(certificate.includes)
        while waiting:
            code = waiting.pop()
            # A certificate met before is not followed again, so a circle ends here too.
            if code not in found and code in self.certificates:
                found.add(code)
                waiting.extend(self.certificates[code].includes)
        return frozenset(found)

    def _closure(self, code: str) -> frozenset[str]:
        certificate = self.certificates[code]
        return certificate.grants.union(
            *(self.certificates[other].grants for other in self._included(certificate))
        )

    def competencies_of(self, worker: Worker, on: date) -> frozenset[str]:
        """Everything `worker` may do on that date: the tags and what certificates valid that day grant."""
        valid = (held for held in worker.certificates if _is_valid(held, on))
        return worker.competencies.union(*(self.granted[held.code] for held in valid))

    def invalid_grant(self, worker: Worker, on: date, wanted: frozenset[str]) -> dict[str, str]:
        """The certificate that grants one of `wanted`, but not on this date, as values of a reason: the last
        one that ended, else the first one to begin. Empty where she holds none."""
        granting = [held for held in worker.certificates if self.granted[held.code] & wanted]
        ended = [(held.expires, held.code) for held in granting if held.expires and held.expires < on]
        if ended:
            last, code = max(ended)
            return {"certificate": code, "ended": str(last)}
        begins = [(held.obtained, held.code) for held in granting if held.obtained and on < held.obtained]
        if not begins:
            return {}
        first, code = min(begins)
        return {"certificate": code, "begins": str(first)}


def _is_valid(held: HeldCertificate, on: date) -> bool:
    return (held.obtained is None or held.obtained <= on) and (held.expires is None or on <= held.expires)


def parse_catalogue(text: str) -> CompetencyCatalogue:
    """Read the TOML form: [competency.CODE] and [certificate.CODE] tables."""
    data = tomllib.loads(text)
    return CompetencyCatalogue(
        {
            code: Competency(code, row["name"], row.get("act_class"))
            for code, row in data["competency"].items()
        },
        {
            code: Certificate(
                code,
                row["name"],
                frozenset(row.get("grants", ())),
                tuple(row.get("includes", ())),
                row.get("source", ""),
            )
            for code, row in data["certificate"].items()
        },
    )


@cache
def shipped_catalogue() -> CompetencyCatalogue:
    return parse_catalogue(files("brigade").joinpath("data/competencies.toml").read_text("utf-8"))
