"""`docs/cli.md`: every command with its arguments and options, as the command line itself declares them."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import fill
from typing import Any

import typer
from typer.core import TyperArgument, TyperCommand

from brigade.words import word
from scenarios.cli.console.help_words import exit_codes, localize
from scenarios.cli.main import app

LANG = "en"
BAR = "\\|"
"""A bar that does not end a cell."""
INTRODUCTION = """<!-- Written by `make docs`: change its source, not this page. -->

# The command line

`brigade COMMAND --help` says the same in French, the language of every screen unless `--lang en` (before or
after the command) or `BRIGADE_LANG=en` asks for English.

```
brigade demo                                                  # invent a day around Lens, plan it, show it
brigade validate day.json                                     # every fault of an input at once
brigade solve day.json -o plan.json --html report.html        # who replaces whom, when
brigade check day.json plan.json                              # judge a plan without the solver
brigade check day.json stops.csv --retime                     # judge what a hand has moved
brigade convert day.json day/ && brigade solve day/ -o p.json # work in spreadsheets
```"""

BEHAVIOUR = """## For scripts

**What goes where.** {piped} print words on a terminal and *one JSON object* on
stdout when it is piped (`--json` and `--text` choose). The other commands print words unless `--json` asks
otherwise. Words are told in the terminal's encoding (with the nearest letters it has), JSON in any. Every
object holds `command` and `exit_code`; a refusal holds `error` and `issues` (`code`, `where`, `what`, `hint`,
in the language asked for; [errors.md](errors.md) explains the codes); a plan stands under `plan`, in the form
of [schema/plan.schema.json](schema/plan.schema.json): `brigade solve day.json | jq .plan > plan.json`.

**Progress** goes to stderr: a bar on a terminal, `--progress json` for one object a line (`elapsed_s`,
`objective`, `bound`, `covered`, `iterations`), nothing otherwise.

**Ctrl-C** or SIGTERM while `solve`, `demo`, `replan` or `bench instance` searches ends the search and
delivers the best plan so far, in every file asked for, with exit code 0 and a note (`"interrupted": true`). A
second one gives up, and so does one
before the problem is read: exit code 130, nothing written. `sweep`, `bench table` and `bench repeats` keep
the runs that are done and give up the one under way, with exit code 130: a search cut short measures nothing.

**Files** are written whole: each is finished beside its place, then moved there, once all are ready; parents
are made. Places that cannot be written, an output that is also an input, and two outputs at one place are
refused before any work. So is `-` for an output: stdout holds the command's answer alone (`schema -o -`
prints the schema, which is its answer).

**The same plan again.** `--iterations` limits the search by work instead of time: the same problem, seed and
work give the same plan. The plan document says which seed and limit found it.

**Hand-made plans.** `check --retime` keeps of a plan only who does what in which order, times it by the rules
of [design.md](design.md) and says what it breaks. It reads a plan document, or a CSV with the columns
{worker} and
{visit} (or *Worker* and *Visit*), if wanted {tour} (*Tour*, from 1) and {order} (*Stop*, the
order): the file that `solve --stops` writes will do."""


def cli_page() -> str:
    """The whole page, as Markdown."""
    return (
        "\n\n".join(
            [
                INTRODUCTION,
                *_commands(),
                *_codes(),
                _behaviour(),
            ]
        )
        + "\n"
    )


def _behaviour() -> str:
    french = {name: f"*{word(f'column.{name}', 'fr')}*" for name in ("worker", "visit", "tour", "order")}
    said = BEHAVIOUR
    for name, shown in {"piped": _listed(answering_when_piped()), **french}.items():
        said = said.replace(f"{{{name}}}", shown)
    return "\n\n".join(fill(part, 110, break_on_hyphens=False) for part in said.split("\n\n"))


def answering_when_piped() -> list[str]:
    """The commands that choose JSON by themselves where no terminal listens."""
    commands = vars(typer.main.get_command(app))["commands"]
    return [
        name
        for name, one in commands.items()
        if any("--text" in param.secondary_opts for param in one.params)
    ]


def _listed(names: list[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    return f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def _commands() -> Iterator[str]:
    group = typer.main.get_command(app)
    localize(group, LANG)
    yield from _sections(group, "brigade", "##")


def _sections(group: Any, path: str, mark: str) -> Iterator[str]:
    """One a command; a group of commands is a section of sections."""
    for name, command in vars(group)["commands"].items():
        yield f"{mark} {path} {name}\n\n{command.help}"
        if hasattr(command, "commands"):
            yield from _sections(command, f"{path} {name}", f"{mark}#")
        else:
            usage = " ".join([path, name, *(_usage(one) for one in command.params), "[OPTIONS]"])
            yield f"```\n{' '.join(usage.split())}\n```"
            yield "\n".join(
                ["| argument or option | default | meaning |", "| --- | --- | --- |", *_rows(command)]
            )


def _rows(command: TyperCommand) -> Iterator[str]:
    for one in command.params:
        shown = f"`{one.metavar or one.name}`" if isinstance(one, TyperArgument) else _names(one)
        cells = (shown, _default(one), getattr(one, "help", None) or "")
        yield f"| {' | '.join(cell.replace('|', BAR) for cell in cells)} |"


def _usage(one: Any) -> str:
    return str(one.metavar) if isinstance(one, TyperArgument) else ""


def _names(option: Any) -> str:
    value = f" {option.metavar}" if option.metavar else ""
    return ", ".join(
        f"`{name}{value if name.startswith('--') else ''}`" for name in (*option.opts, *option.secondary_opts)
    )


def _default(one: Any) -> str:
    if one.required:
        return "required"
    if one.default is None or one.default is False or callable(one.default):
        return ""
    return "yes" if one.default is True else f"`{one.default}`"


def _codes() -> Iterator[str]:
    rows = (line.partition(" : ") for line in exit_codes(LANG))
    yield "## Exit codes\n\n" + "\n".join(
        ["| code | meaning |", "| --- | --- |", *(f"| {code} | {said} |" for code, _, said in rows)]
    )
