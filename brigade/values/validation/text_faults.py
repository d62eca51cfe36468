"""Identifiers and texts: short, printable, and such that every format can carry them without changing
them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from unicodedata import category, is_normalized

from brigade.errors import Clause, Issue
from brigade.values.problem_parts import ProblemParts

LONGEST_ID = 120
# A remark, not a file: it stands on sheets and in letters.
LONGEST_TEXT = 500
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
JOINERS = frozenset("\u00ad\u200c\u200d")
"""Soft hyphens and what joins or parts letters of some scripts: they belong to texts, not to identifiers."""
NON_CHARACTERS = frozenset("\ufffe\uffff")
SEPARATORS = frozenset("|,;")
"""They part the items of a cell in the tables, so no identifier holds one."""
PLAIN = re.compile(rf"[A-Za-z0-9_.:/-]{{1,{LONGEST_ID}}}")
"""Identifiers as nearly all of them are: none of the faults below can be theirs."""


def issues(problem: ProblemParts) -> Iterator[Issue]:
    for where, id in _identifiers(problem):
        if fault := id_fault(id):
            yield Issue("P004", where, "identifier_form", {"id": id[:LONGEST_ID], "fault": fault})
    for where, text in _free_texts(problem):
        if fault := text_fault(text):
            yield Issue("P005", where, "text_unfit", {"fault": fault, "most": LONGEST_TEXT})


def id_fault(id: str) -> Clause | None:
    """Why `id` cannot be an identifier, or None."""
    if PLAIN.fullmatch(id):
        return None
    if not id:
        return Clause("empty_identifier")
    # Readers of tables may trim a cell: an id that they change would be another's.
    if id != id.strip():
        return Clause("blank_at_edge")
    if len(id) > LONGEST_ID:
        return Clause("characters", {"count": len(id)})
    if SEPARATORS.intersection(id):
        return Clause("separator_in_identifier")
    # The same accent may be written in one sign or in two: ids are compared byte by byte.
    if not is_normalized("NFC", id):
        return Clause("decomposed_accent")
    return text_fault(id) or unseen(id, JOINERS)


def text_fault(text: str) -> Clause | None:
    """Why `text` cannot travel through every format, or None."""
    if len(text) > LONGEST_TEXT:
        return Clause("characters", {"count": len(text)})
    return None if text.isprintable() else unseen(text)


def unseen(text: str, also: frozenset[str] = frozenset()) -> Clause | None:
    """The first sign of a text that no eye sees, or None.

    Controls, surrogates and non-characters are refused by XML (spreadsheets) or by UTF-8; line and
    paragraph separators cut mail headers; marks of direction and of no width show one text and hold
    another."""
    odd = (
        c for c in text if c in also or c in NON_CHARACTERS or (category(c) in UNSEEN and c not in JOINERS)
    )
    first = next(odd, None)
    return None if first is None else Clause("control_character", {"code": f"U+{ord(first):04X}"})


def _identifiers(problem: ProblemParts) -> Iterator[tuple[str, str]]:
    named: tuple[tuple[str, Iterable[str]], ...] = (
        ("sites", (site.id for site in problem.sites)),
        ("providers", (provider.id for provider in problem.providers)),
        ("employees", (employee.id for employee in problem.employees)),
        ("clients", (client.id for client in problem.clients)),
        ("visits", (visit.id for visit in problem.visits if not visit.is_seat)),
        ("shared_visits", (visit.id for visit in problem.visits if visit.shadowing is not None)),
        # Of its last seat: that is the longest identifier made of it.
        ("work_blocks", ((one.id, *one.seat_ids)[-1] for one in problem.work_blocks)),
        ("absences", (absence.id for absence in problem.absences)),
        ("funding_lines", (line.id for line in problem.funding_lines)),
        ("employers", (employer.id for employer in problem.employers)),
        ("workers", (worker.id for worker in problem.workers)),
        ("competencies", problem.catalogue.competencies),
        ("certificates", problem.catalogue.certificates),
        ("sectors", (sector.id for sector in problem.sectors)),
        ("vehicles", (vehicle.id for vehicle in problem.vehicles)),
    )
    for group, ids in named:
        yield from ((f"{group}[{index}].id", id) for index, id in enumerate(ids))


def _free_texts(problem: ProblemParts) -> Iterator[tuple[str, str]]:
    yield "basin.id", problem.basin.id
    yield "basin.name", problem.basin.name
    yield "basin.department", problem.basin.department
    for provider in problem.providers:
        yield f"providers.{provider.id}.name", provider.name
    for employer in problem.employers:
        yield f"employers.{employer.id}.name", employer.name
    for group, parties in (("providers", problem.providers), ("employers", problem.employers)):
        for party in parties:
            for name, accord in party.accords.items():
                yield f"{group}.{party.id}.accords.{name}.source", accord.source
    for line in problem.funding_lines:
        yield f"funding_lines.{line.id}.name", line.name
    for block in problem.work_blocks:
        if block.label is not None:
            yield f"work_blocks.{block.id}.label", block.label
    for absence in problem.absences:
        if absence.reason is not None:
            yield f"absences.{absence.id}.reason", absence.reason
        if absence.course is not None:
            said = {name: getattr(absence.course, name) for name in ("title", "training_body", "place")}
            yield from (
                (f"absences.{absence.id}.course.{name}", text)
                for name, text in said.items()
                if text is not None
            )
    for sector in problem.sectors:
        yield f"sectors.{sector.id}.name", sector.name
    for vehicle in problem.vehicles:
        yield f"vehicles.{vehicle.id}.name", vehicle.name
    for mode, matrix in problem.travel.items():
        yield f"travel.{mode}.source", matrix.source
