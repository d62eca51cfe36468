"""`brigade`: the command line. Each group of commands is one file of `scenarios.cli.commands` with a
`register(app)`.

A group imports what it needs when it runs, so that help and refusals are quick.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from brigade.errors import Issue
from brigade.exchange.documents.json_text import not_written
from brigade.words import say_issue, word
from brigade.words.catalogue import language_of_process
from scenarios.cli import bench
from scenarios.cli.commands import (
    checking,
    comparison,
    explaining,
    foreign,
    hosting,
    planning,
    problems,
    reference,
    replanning,
    rostering,
    sectoring,
    several_basins,
)
from scenarios.cli.console.encoding import speak_any_encoding
from scenarios.cli.console.exits import ExitCode
from scenarios.cli.console.help_words import (
    HELP_OPTION,
    empty_argument,
    epilog,
    localize,
    localize_typer,
    said_slip,
)
from scenarios.cli.console.interruption import HEARD, GaveUp
from scenarios.cli.console.options import Lang, Language
from scenarios.cli.console.screen import Screen, is_of_answer, refuse

GROUPS = (
    planning,
    several_basins,
    replanning,
    checking,
    explaining,
    comparison,
    problems,
    foreign,
    bench,
    hosting,
    reference,
    sectoring,
    rostering,
)
"""Their commands in the order of the help. A new group is a new line here."""


class Brigade(TyperGroup):
    """Speaks the language asked for, help included, and turns slips of the command line into told faults."""

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **more: Any) -> Any:  # type: ignore[override]
        given = list(sys.argv[1:] if args is None else args)
        # Looked for by hand: a slip is told before the options are parsed, and must be told as JSON too.
        self.asks_json = "--json" in given
        # A path that is nothing (`-o "$OUT"`, and no such variable) would be the folder one stands in.
        self.has_blank = any(not one.strip() or (one.startswith("--") and one.endswith("=")) for one in given)
        self.lang = asked_language(given)
        localize(self, self.lang)
        self.epilog = epilog(self.lang)
        return super().main(given, prog_name or "brigade", **more)

    def invoke(self, ctx: Any) -> Any:
        if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
            signal.signal(signal.SIGINT, signal.default_int_handler)  # `scenarios.__main__` had put it off
        try:
            if self.has_blank:
                raise typer.BadParameter(empty_argument(), param_hint="''")
            return super().invoke(ctx)
        except BrokenPipeError:
            leave_unread()
        except KeyboardInterrupt as gave_up:
            # A service that is stopped has given nothing up.
            if isinstance(gave_up, GaveUp) or ctx.invoked_subcommand not in hosting.COMMANDS:
                print(word("cli.gave_up", self.lang), file=sys.stderr, flush=True)
            raise
        except TyperException as slip:
            self._translate(slip)
            if not self.asks_json:
                raise
            screen = Screen(ctx.invoked_subcommand or "brigade", self.lang, as_json=True)
            # A program that asked for JSON gets it also of its own slips.
            met = {"met": slip.format_message(), "command": ctx.invoked_subcommand or ""}
            refuse(
                screen,
                word("cli.options", self.lang),
                [Issue("O103", "options", "slip_of_options", met)],
            )

    def make_context(self, *args: Any, **more: Any) -> Any:
        """Slips before the command are raised here, those of a command when it is invoked."""
        try:
            return super().make_context(*args, **more)
        except TyperException as slip:
            self._translate(slip)
            raise

    def _translate(self, slip: TyperException) -> None:
        localize_typer(self.lang)
        said = said_slip(slip.format_message(), self.lang)
        slip.format_message = lambda: said  # type: ignore[method-assign]


def leave_unread() -> NoReturn:
    """Nobody reads any more: what is left must not fail again on its way out."""
    silence()
    raise typer.Exit(ExitCode.UNREAD)


def tell_lost(fault: OSError, lang: str) -> ExitCode:
    """The answer could not be kept where stdout leads: said where there is still somebody to read."""
    silence()
    lost = not_written("stdout", fault)
    print(say_issue(lost, lang), file=sys.stderr)
    return ExitCode.REFUSED


def silence() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def asked_language(args: Sequence[str]) -> str:
    """Before anything is parsed: the help must know it too. Whether such a language exists is for the option
    to say."""
    given = next((after for before, after in pairwise(args) if before == "--lang"), None)
    joined = next((one.partition("=")[2] for one in args if one.startswith("--lang=")), None)
    return language_of_process(given or joined)


app = typer.Typer(
    cls=Brigade,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": HELP_OPTION},
)
for group in GROUPS:
    group.register(app)


def spoken(command: Any, lang: str) -> dict[str, Any]:
    """The language as every command's default, those of a group of commands included."""
    inner = getattr(command, "commands", None)
    return {"lang": lang} if inner is None else {name: spoken(one, lang) for name, one in inner.items()}


def tell_version(asked: bool) -> None:
    if asked:
        reference.version()
        raise typer.Exit(ExitCode.DONE)


@app.callback()
def brigade(
    ctx: typer.Context,
    is_version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=tell_version),
    ] = False,
    lang: Language = Lang.FR,
) -> None:
    """A language said before the command is the command's, unless it is said again."""
    ctx.default_map = spoken(ctx.command, lang.value)


def main() -> None:
    """The console entry."""
    speak_any_encoding()
    try:
        app()
    except SystemExit as leaving:
        for one in HEARD:
            signal.signal(
                one, signal.SIG_IGN
            )  # all is said and written: a late signal must not change the exit code
        unsaid = flush()
        if leaving.code == ExitCode.INTERRUPTED:
            # A search given up may still be inside the kernel: leaving the ordinary way would wait for it.
            os._exit(ExitCode.INTERRUPTED)
        raise SystemExit(leaving.code if unsaid is None else unsaid) from None
    except OSError as fault:
        if not is_of_answer(fault):
            raise
        raise SystemExit(tell_lost(fault, asked_language(sys.argv[1:]))) from None


def flush() -> ExitCode | None:
    """The exit code where something said was not taken."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        silence()
        return ExitCode.UNREAD
    except OSError as fault:
        return tell_lost(fault, asked_language(sys.argv[1:]))
    return None


if __name__ == "__main__":
    main()
