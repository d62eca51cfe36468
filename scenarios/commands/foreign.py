"""`brigade mapping` and `brigade absences`: what other programs write, read as it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from brigade.demand import AbsenceKind
from brigade.errors import Issue, UnreadableInput
from scenarios.commands.data import PANEL, announce, write
from scenarios.console import options
from scenarios.console.exits import Code
from scenarios.console.inputs import files_of, mapping_from, name_of, problem_from
from scenarios.console.options import Lang
from scenarios.console.outputs import Outputs
from scenarios.console.screen import Screen, answering

if TYPE_CHECKING:
    from brigade.exchange.calendars.absences import CalendarAbsence, CalendarWishes
    from brigade.problem import Problem

NAMED_BY = ("file", "organizer", "attendee", "summary")
"""Written here so that help need not load the reader; a test compares."""


def register(app: typer.Typer) -> None:
    app.command("absences", rich_help_panel=PANEL)(absences)


def absences(
    problem: options.Input,
    calendars: Annotated[
        list[Path],
        typer.Argument(metavar="CALENDAR…", help="Les calendriers .ics. // The .ics calendars."),
    ],
    output: Annotated[
        Path,
        typer.Option(
            "-o",
            "--output",
            metavar="OUTPUT",
            help="Où écrire le problème avec ces absences : un nom en .json, en .xlsx, ou un dossier."
            " // Where to write the problem with these absences: a name in .json, in .xlsx, or a folder.",
        ),
    ],
    named_by: Annotated[
        str | None,
        typer.Option(
            "--employee-from",
            metavar="|".join(NAMED_BY),
            help="Ce qui nomme le salarié : nom du fichier, organisateur, participant ou titre."
            " // What names the employee: the file's name, the organizer, the attendee or the summary.",
        ),
    ] = None,
    employee: Annotated[
        list[str] | None,
        typer.Option(
            "--employee",
            metavar="NAME=ID",
            help="Un nom du calendrier et l’identifiant du salarié. // A name in the calendar and the employee's id.",
        ),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            "--kind",
            metavar="|".join(AbsenceKind),
            help="De quel type elles sont ; other_leave sans autre mot. // Which kind they are; other_leave unless said.",
        ),
    ] = None,
    mapping: options.Mapping = None,
    as_json: options.AsJsonIfAsked = False,
    lang: options.Language = Lang.FR,
) -> None:
    """Ajouter à un problème les absences de calendriers. // Add the absences of calendars to a problem."""
    screen = Screen.of("absences", lang, as_json)
    with answering(screen, name_of(problem)):
        outputs = Outputs((problem, *calendars))
        announce(outputs, output)
        outputs.check()
        wishes = wishes_of(mapping, named_by, employee or [], kind)
        given = problem_from(problem, screen)
    with answering(screen, ", ".join(map(name_of, calendars))):
        found = read_calendars(screen, calendars, wishes, given)
        from brigade.exchange.calendars.adding import with_absences

        outputs.content.update(files_of(with_absences(given, found), output))
        screen.say("absences_read", n=len(found), employees=len({one.employee_id for one in found}))
        write(screen, outputs, output, absences=len(found))


def read_calendars(screen: Screen, calendars: list[Path], wishes: CalendarWishes, problem: Problem) -> list[CalendarAbsence]:
    """Raises: UnreadableInput, with the faults of all calendars."""
    from brigade.exchange.calendars.absences import read_absences
    from brigade.exchange.calendars.adding import context_of
    from brigade.exchange.json_text import read_bytes

    context = context_of(problem)
    found: list[CalendarAbsence] = []
    issues: list[Issue] = []
    for path in calendars:
        try:
            read = read_absences(read_bytes(path), path.name, wishes, context)
        except UnreadableInput as refused:
            issues += refused.issues
            continue
        screen.remarks(read.remarks)
        found += read.absences
    if issues:
        raise UnreadableInput(issues)
    return found


def wishes_of(mapping: Path | None, named_by: str | None, employees: list[str], kind: str | None) -> CalendarWishes:
    """What the mapping says of calendars; an option said beside it counts before it. Raises: UnreadableInput."""
    from dataclasses import replace

    from brigade.exchange.calendars.absences import NamedBy
    from brigade.exchange.mapping.document import calendar_wishes

    wishes = calendar_wishes(mapping_from(mapping))
    pairs = [one.rpartition("=") for one in employees]
    issues = [
        Issue("O103", "--employee", f"« {given} »", "un nom et un identifiant, comme « Jeanne=E-12 »")
        for given, (name, _, id) in zip(employees, pairs, strict=True)
        if not (name.strip() and id.strip())
    ]
    if named_by is not None and named_by not in NAMED_BY:
        issues.append(Issue("O103", "--employee-from", f"« {named_by} »", f"un de : {', '.join(NAMED_BY)}"))
    if kind is not None and kind not in tuple(AbsenceKind):
        issues.append(Issue("O103", "--kind", f"« {kind} »", f"un de : {', '.join(AbsenceKind)}"))
    if issues:
        raise UnreadableInput(issues)
    return replace(
        wishes,
        named_by=NamedBy(named_by) if named_by else wishes.named_by,
        kind=AbsenceKind(kind) if kind else wishes.kind,
        employees={**wishes.employees, **{name.strip(): id.strip() for name, _, id in pairs}},
    )
