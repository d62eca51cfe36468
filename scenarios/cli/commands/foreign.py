"""`brigade mapping` and `brigade absences`: what other programs write, read as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from brigade.errors import Issue, UnreadableInput
from brigade.values.demand import AbsenceKind
from brigade.words import say_place
from scenarios.cli.commands.problems import PANEL, announce, write
from scenarios.cli.console import options
from scenarios.cli.console.inputs import files_of, mapping_from, name_of, problem_from
from scenarios.cli.console.interruption import GaveUp
from scenarios.cli.console.options import Lang
from scenarios.cli.console.outputs import Outputs
from scenarios.cli.console.screen import Screen, answering

if TYPE_CHECKING:
    from brigade.exchange.calendars.absence_calendars import CalendarAbsence
    from brigade.exchange.calendars.event_employees import CalendarWishes
    from brigade.exchange.mapping.proposing import ExportExample
    from brigade.exchange.sheets.layout import Column, TableLayout
    from brigade.values.problem import Problem

NAMED_BY = ("file", "organizer", "attendee", "summary")
"""Written here so that help need not load the reader; a test compares."""


def register(app: typer.Typer) -> None:
    app.command("mapping", rich_help_panel=PANEL)(mapping)
    app.command("absences", rich_help_panel=PANEL)(absences)


@dataclass
class MappingAnswers:
    """Answers given by options, and for the rest asked at the terminal unless `is_silent`: then what is
    proposed is taken."""

    screen: Screen
    is_silent: bool
    files: dict[str, str]
    columns: dict[str, str]
    codes: dict[str, str]
    kept: dict[str, str]
    units: dict[str, str]

    def tables(self, example: ExportExample, proposed: str) -> str:
        given = self.files.get(key_of(example.grid.name))
        return given or self._ask(
            "cli.ask_tables",
            proposed,
            file=say_place(example.grid.label, self.screen.lang),
            headers=", ".join(example.headers),
        )

    def column(self, table: TableLayout, column: Column, proposed: str) -> str:
        given = _given(self.columns, table, column)
        if given is None and proposed == "-" and not column.required:
            return proposed  # nothing resembles it: who wants it says so by an option
        return given or self._ask("cli.ask_column", proposed, **self._names(table, column))

    def keep(self, example: ExportExample, header: str, value: str, proposed: str) -> str:
        given = self.kept.get(key_of(f"{header}:{value}"))
        return given or self._ask("cli.ask_keep", proposed, header=header, value=value)

    def unit(self, table: TableLayout, column: Column, proposed: str) -> str:
        given = _given(self.units, table, column)
        if given is None and not proposed:
            return ""
        return given or self._ask("cli.ask_unit", proposed, **self._names(table, column))

    def foreign(self, table: TableLayout, column: Column, values: Sequence[str]) -> Sequence[str]:
        return ()  # no problem stands beside the export: its ids are taken as they are

    def code(self, table: TableLayout, column: Column, theirs: str) -> str:
        given = _given(self.codes, table, column, f":{theirs}")
        if given or self.is_silent:
            return given or ""
        choices = ", ".join(said_choices(column, self.screen.lang))
        return self._ask("cli.ask_code", "", theirs=theirs, choices=choices, **self._names(table, column))

    def _names(self, table: TableLayout, column: Column) -> dict[str, str]:
        if self.screen.lang == Lang.FR:
            return {"table": table.french, "column": column.french}
        return {"table": table.english, "column": column.english}

    def _ask(self, key: str, proposed: str, **values: object) -> str:
        if self.is_silent:
            return proposed
        question = self.screen.word(key, **values)
        try:
            answer: str = typer.prompt(question, default=proposed, show_default=bool(proposed))
        except typer.Abort as left:
            # At the end of the input nobody is there to be asked: a refusal. Ctrl-C is somebody leaving.
            if isinstance(left.__context__, EOFError):
                unanswered = Issue("O103", "--yes", "question_unanswered", {"question": question})
                raise UnreadableInput([unanswered]) from None
            raise GaveUp from None
        return answer


def _given(answers: dict[str, str], table: TableLayout, column: Column, more: str = "") -> str | None:
    """What was said of a column, by either of its names."""
    names = (f"{table.french}.{column.french}{more}", f"{table.english}.{column.english}{more}")
    return next((answers[key_of(name)] for name in names if key_of(name) in answers), None)


def said_choices(column: Column, lang: str) -> list[str]:
    from brigade.values.input_words import CHOICES
    from brigade.words import word

    known = [CHOICES.get(one, one) if lang == Lang.FR else one for one in column.choices]
    return known or [word("export.true", lang), word("export.false", lang)]


def key_of(text: str) -> str:
    return " ".join(text.casefold().split())


def pairs_of(option: str, given: list[str] | None, example: str, issues: list[Issue]) -> dict[str, str]:
    """NAME=ANSWER as many times as said."""
    found = {}
    for one in given or ():
        name, mark, answer = one.partition("=")
        if not (name.strip() and mark and answer.strip()):
            issues.append(Issue("O103", option, "named_answer", {"given": one, "example": example}))
        found[key_of(name)] = answer.strip()
    return found


def mapping(
    export: Annotated[
        Path,
        typer.Argument(
            metavar="EXPORT",
        ),
    ],
    output: Annotated[
        Path,
        typer.Option(
            "-o",
            "--output",
            metavar="MAPPING",
            help="mapping.output",
        ),
    ],
    source: Annotated[
        str,
        typer.Option("--source"),
    ],
    table: Annotated[
        list[str] | None,
        typer.Option(
            "--table",
            metavar="FILE=TABLES",
        ),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            metavar="TABLE.COLUMN=HEADERS",
        ),
    ] = None,
    code: Annotated[
        list[str] | None,
        typer.Option(
            "--code",
            metavar="TABLE.COLUMN:THEIRS=OURS",
        ),
    ] = None,
    keep: Annotated[
        list[str] | None,
        typer.Option(
            "--keep",
            metavar="HEADER:VALUE=oui|non",
        ),
    ] = None,
    unit: Annotated[
        list[str] | None,
        typer.Option(
            "--unit",
            metavar="TABLE.COLUMN=h|min|s",
        ),
    ] = None,
    is_silent: Annotated[
        bool,
        typer.Option(
            "--yes",
        ),
    ] = False,
    as_json: options.AsJsonIfAsked = False,
    lang: options.Language = Lang.FR,
) -> None:
    """Describe the export of another program, from an example.

    Each answer may be given by an option; the others are asked.
    """
    screen = Screen.of("mapping", lang, as_json)
    with answering(screen, name_of(export)):
        from brigade.exchange.mapping.guide import make_mapping
        from brigade.exchange.mapping.mapping_document import mapping_text

        outputs, issues = Outputs((export,)), list[Issue]()
        outputs.file(output)
        outputs.check()
        files = pairs_of("--table", table, "files", issues)
        columns = pairs_of("--column", column, "columns", issues)
        codes = pairs_of("--code", code, "codes", issues)
        kept = pairs_of("--keep", keep, "kept", issues)
        units = pairs_of("--unit", unit, "units", issues)
        if issues:
            raise UnreadableInput(issues)
        # Who asks for JSON is a program: it cannot be asked.
        made = make_mapping(
            export, source, MappingAnswers(screen, is_silent or as_json, files, columns, codes, kept, units)
        )
        outputs.put(output, mapping_text(made))
        for one in made.tables:
            for name, how in one.columns.items():
                told = (
                    f"= {how.value}"
                    if how.value is not None
                    else " + ".join(how.headers) + (f" ({how.unit})" if how.unit else "")
                )
                screen.line(f"  {one.table}.{name} ← {told}")
        if made.ignored:
            screen.say("cli.headers_ignored", headers=", ".join(made.ignored))
        write(screen, outputs, output, tables=len(made.tables))


def absences(
    problem: options.Input,
    calendars: Annotated[
        list[Path],
        typer.Argument(metavar="CALENDAR…"),
    ],
    output: Annotated[
        Path,
        typer.Option(
            "-o",
            "--output",
            metavar="OUTPUT",
            help="absences.output",
        ),
    ],
    named_by: Annotated[
        str | None,
        typer.Option(
            "--employee-from",
            metavar="|".join(NAMED_BY),
        ),
    ] = None,
    employee: Annotated[
        list[str] | None,
        typer.Option(
            "--employee",
            metavar="NAME=ID",
        ),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            "--kind",
            metavar="|".join(AbsenceKind),
            help="absences.kind",
        ),
    ] = None,
    mapping: options.Mapping = None,
    as_json: options.AsJsonIfAsked = False,
    lang: options.Language = Lang.FR,
) -> None:
    """Add the absences of calendars to a problem."""
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
        screen.say("cli.absences_read", n=len(found), employees=len({one.employee_id for one in found}))
        write(screen, outputs, output, absences=len(found))


def read_calendars(
    screen: Screen, calendars: list[Path], wishes: CalendarWishes, problem: Problem
) -> list[CalendarAbsence]:
    """Raises: UnreadableInput, with the faults of all calendars."""
    from brigade.exchange.calendars.absence_calendars import read_absences
    from brigade.exchange.calendars.adding import context_of
    from brigade.exchange.documents.json_text import read_bytes

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


def wishes_of(
    mapping: Path | None, named_by: str | None, employees: list[str], kind: str | None
) -> CalendarWishes:
    """What the mapping says of calendars; an option said beside it counts before it. Raises:
    UnreadableInput."""
    from dataclasses import replace

    from brigade.exchange.calendars.event_employees import NamedBy
    from brigade.exchange.mapping.mapping_document import calendar_wishes

    wishes = calendar_wishes(mapping_from(mapping))
    # Split at the last "=": a name from a calendar may hold one, an id hardly.
    pairs = [one.rpartition("=") for one in employees]
    issues = [
        Issue("O103", "--employee", "employee_option", {"given": given})
        for given, (name, _, id) in zip(employees, pairs, strict=True)
        if not (name.strip() and id.strip())
    ]
    if named_by is not None and named_by not in NAMED_BY:
        issues.append(
            Issue("O103", "--employee-from", "choice_option", {"given": named_by, "choices": list(NAMED_BY)})
        )
    if kind is not None and kind not in tuple(AbsenceKind):
        issues.append(Issue("O103", "--kind", "choice_option", {"given": kind, "choices": list(AbsenceKind)}))
    if issues:
        raise UnreadableInput(issues)
    return replace(
        wishes,
        named_by=NamedBy(named_by) if named_by else wishes.named_by,
        kind=AbsenceKind(kind) if kind else wishes.kind,
        employees={**wishes.employees, **{name.strip(): id.strip() for name, _, id in pairs}},
    )
