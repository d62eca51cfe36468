"""Where a command speaks: words for people, or one JSON object on stdout for machines; refusals told whole in
either."""

from __future__ import annotations

import errno
import json
import sys
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import typer

from brigade.errors import BrigadeError, Issue, Refused, SaidError
from brigade.words import say_clause, say_issue, word
from scenarios.cli.console.exits import ExitCode

if TYPE_CHECKING:
    from rich.console import Console

    from brigade.exchange.reports.report_tables import ReportTable

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
"""What a system says that could not keep what a program printed."""


@dataclass(frozen=True, slots=True)
class Screen:
    """`command`: its name, repeated in JSON answers. `as_json`: one object on stdout and no words
    anywhere."""

    command: str
    lang: str = "fr"
    as_json: bool = False
    passed_over: list[Issue] = field(default_factory=list)
    """Remarks of what was read, repeated in JSON answers."""

    @classmethod
    def of(cls, command: str, lang: str, as_json: bool | None, *, when_piped: bool = False) -> Screen:
        """Args: as_json: what the options ask; None: JSON exactly when `when_piped` and stdout is no
        terminal."""
        return cls(command, lang, as_json if as_json is not None else when_piped and not sys.stdout.isatty())

    def word(self, key: str, **values: object) -> str:
        return word(key, self.lang, **values)

    def say(self, key: str, **values: object) -> None:
        """A sentence for people, on stdout."""
        self.line(self.word(key, **values))

    def line(self, text: str = "") -> None:
        if not self.as_json:
            print(text)

    def note(self, key: str, **values: object) -> None:
        """A sentence beside the answer, on stderr."""
        if not self.as_json:
            print(self.word(key, **values), file=sys.stderr)

    def remarks(self, remarks: Iterable[Issue]) -> None:
        """What an input held that was passed over or taken for something else, a line each."""
        for remark in remarks:
            self.passed_over.append(remark)
            self.note("cli.remark", **say_issue(remark, self.lang)._asdict())

    def answer(self, code: ExitCode, **values: Any) -> None:
        """The one JSON object of the command; nothing where people read."""
        if self.passed_over:
            values["remarks"] = [say_issue(remark, self.lang)._asdict() for remark in self.passed_over]
        if self.as_json:
            told = {"command": self.command, "exit_code": int(code), **values}
            # NaN is no JSON: an error here is better than an answer that strict parsers refuse.
            print(json.dumps(told, ensure_ascii=not is_utf8(), allow_nan=False))

    def tables(self, tables: Iterable[ReportTable]) -> None:
        """Drawn on a terminal, plain text elsewhere."""
        if self.as_json:
            return
        if sys.stdout.isatty():
            console = wide_console()
            for table in tables:
                draw(console, table)
        else:
            from brigade.exchange.reports.report_tables import plain_lines

            for table in tables:
                print(
                    "\n".join(
                        [
                            table.title,
                            "-" * len(table.title),
                            *table.notes,
                            *(plain_lines(table) if table.rows else []),
                        ]
                    )
                )
                print()


def is_utf8() -> bool:
    """Whether stdout takes every letter as it is; JSON for another encoding escapes what is not ASCII."""
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"


def wide_console() -> Console:
    from rich.console import Console

    # Rich would read brackets and colons in people's data as markup.
    return Console(highlight=False, markup=False, emoji=False)


def draw(console: Console, table: ReportTable) -> None:
    from rich import box
    from rich.table import Table as Drawn
    from rich.text import Text

    console.print(Text(table.title, style="bold"))
    for note in table.notes:
        console.print(Text(note))
    if table.rows:
        drawn = Drawn(box=box.SIMPLE_HEAD, pad_edge=False)
        for column, title in enumerate(table.head):
            drawn.add_column(Text(title), justify="right" if column in table.numeric else "left")
        for row in table.rows:
            drawn.add_row(*map(Text, row))
        console.print(drawn)
    else:
        console.print()


@contextmanager
def answering(screen: Screen, what: str) -> Iterator[None]:
    """Turns what a command raises into its answer and exit code.

    Args: what: the input's name, said before its faults.
    """
    # Not answers: whoever closed the pipe reads none, and typer has its own way out.
    try:
        yield
    except Refused as refused:
        refuse(screen, what, refused.issues)
    except (typer.Exit, typer.Abort, BrokenPipeError):
        raise
    except (
        Exception
    ) as fault:  # the last line of defence: whatever it is, a script must learn it from the exit code
        if is_of_answer(fault):
            raise
        own_fault(screen, fault)


def is_of_answer(fault: Exception) -> bool:
    """Whether stdout took no more; files that are not written are told by their own fault."""
    return isinstance(fault, OSError) and fault.filename is None and fault.errno in NO_ROOM


def refuse(screen: Screen, what: str, issues: Iterable[Issue]) -> None:
    """Every fault, then exit code 2."""
    said = [say_issue(issue, screen.lang) for issue in issues]
    told = [issue._asdict() for issue in said]
    screen.answer(ExitCode.REFUSED, error="refused", what=what, issues=told)
    if not screen.as_json:
        print(word("cli.refused", screen.lang, what=what, n=len(said)), file=sys.stderr)
        for issue in said:
            print(f"  {issue}", file=sys.stderr)
    raise typer.Exit(ExitCode.REFUSED)


def own_fault(screen: Screen, fault: Exception) -> None:
    """What failed, then exit code 3. What we raise on purpose says all by its words; a surprise needs its
    traceback."""
    in_words = say_clause(fault.clause, screen.lang) if isinstance(fault, SaidError) else str(fault)
    said = in_words or type(fault).__name__
    screen.answer(ExitCode.OUR_FAULT, error=type(fault).__name__, what=said)
    if not screen.as_json:
        print(word("cli.our_fault", screen.lang, what=said), file=sys.stderr)
    if not isinstance(fault, BrigadeError):
        traceback.print_exception(fault, file=sys.stderr)
    raise typer.Exit(ExitCode.OUR_FAULT)
