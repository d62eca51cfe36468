"""The help and the slips of the command line in the language asked for.

Our sentences stand in the catalogue under `help.`: a command's by its name, a parameter's by its name or by
the key that it gives as its `help`. Typer's own stand under `typer.`, those that our commands can meet: the
English entry is what Typer says, by which the French one is found.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from string import Formatter
from typing import Any

import typer
from typer.core import TyperGroup

from brigade.words import word
from brigade.words.catalogue import HELP, TYPER, keys, text_of
from brigade.words.sentences import SentenceSetting, fill
from scenarios.cli.console.exits import ExitCode
from scenarios.cli.console.options import PRESETS

HELP_OPTION = ["-h", "--help"]
PANELS = ("arguments", "options", "commands", "errors")
"""Whose titles Typer keeps."""


def localize(command: Any, lang: str, path: tuple[str, ...] = ()) -> None:
    """The words of a language, put into a command, its parameters and the commands below it."""
    command.help = _help(f"command.{'.'.join(path) or 'brigade'}", lang)
    command.get_help = _with_typer_words(command.get_help, lang)
    # Asked for here, Typer makes its help option now and keeps it.
    help_option = command.get_help_option(typer.Context(command, help_option_names=HELP_OPTION))
    help_option.help = _typer("help", lang)
    for one in command.params:
        one.help = _help(f"option.{one.help or one.name}", lang)
        one.metavar = one.metavar and (text_of(f"{HELP}metavar.{one.metavar}", lang) or one.metavar)
    if isinstance(command, TyperGroup):
        command.subcommand_metavar = _typer("subcommand", lang)
        for name, inner in command.commands.items():
            panel = getattr(inner, "rich_help_panel", None)
            if isinstance(panel, str):
                setattr(inner, "rich_help_panel", _help(f"panel.{panel}", lang))  # noqa: B010
            localize(inner, lang, (*path, name))


def _with_typer_words(get_help: Callable[[typer.Context], str], lang: str) -> Callable[[typer.Context], str]:
    def page(ctx: typer.Context) -> str:
        localize_typer(lang)
        return get_help(ctx)

    return page


def localize_typer(lang: str) -> None:
    """The words of a language, put where Typer keeps its own. Rich is loaded: only for help and slips."""
    from typer import rich_utils

    for panel in PANELS:
        setattr(rich_utils, f"{panel.upper()}_PANEL_TITLE", _typer(panel, lang))
    rich_utils.REQUIRED_LONG_STRING = _typer("required", lang)
    rich_utils.DEFAULT_STRING = _typer("default", lang)
    rich_utils.ENVVAR_STRING = _typer("variable", lang)
    rich_utils.RICH_HELP = _typer("try", lang)
    rich_utils.ABORTED_TEXT = _typer("aborted", lang)


def empty_argument() -> str:
    """As Typer would say it, to be translated with its own sentences."""
    return _typer("slip.empty", "en")


def said_slip(message: str, lang: str) -> str:
    """What Typer says of a slip, in the language; as it is where the catalogue does not know the sentence."""
    for key, pattern in _slips():
        met = pattern.fullmatch(message)
        if met:
            parts = {name: said_slip(part, lang) for name, part in met.groupdict().items()}
            return _typer(key, lang).format(**parts)
    return message


@cache
def _slips() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """What Typer says of a slip, the fuller sentences first: "… Did you mean …" before the one without."""
    slips = sorted(keys("en", f"{TYPER}slip."), key=lambda key: -len(_typer(f"slip.{key}", "en")))
    return tuple((f"slip.{key}", _pattern(_typer(f"slip.{key}", "en"))) for key in slips)


def _pattern(sentence: str) -> re.Pattern[str]:
    pieces = Formatter().parse(sentence)
    return re.compile(
        "".join(re.escape(text) + (f"(?P<{name}>.+)" if name else "") for text, name, _, _ in pieces)
    )


def exit_codes(lang: str) -> list[str]:
    return [f"{int(code)} : {word(f'exit.{code.name.lower()}', lang)}." for code in ExitCode]


def epilog(lang: str) -> str:
    return "\n\n".join([_help("exit_codes", lang), *exit_codes(lang)])


def _help(key: str, lang: str) -> str:
    """Raises: KeyError when the catalogue has no such key: a slip of ours."""
    found = text_of(HELP + key, lang)
    if found is None:
        raise KeyError(HELP + key)
    return fill(found, {"presets": PRESETS}, SentenceSetting(lang))


def _typer(key: str, lang: str) -> str:
    found = text_of(TYPER + key, lang)
    if found is None:
        raise KeyError(TYPER + key)
    return found
