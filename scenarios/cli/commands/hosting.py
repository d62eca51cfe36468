"""`brigade serve`, `backup`, `restore`: the service, reached by its import strings: this room never imports
it."""

from __future__ import annotations

import os
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from brigade.errors import Issue, UnreadableInput
from brigade.words.catalogue import LANG_VARIABLE
from scenarios.cli.console import options
from scenarios.cli.console.inputs import is_stream
from scenarios.cli.console.options import Lang
from scenarios.cli.console.screen import Screen, answering

PANEL = "service"
SERVING = "api.serving"
OPERATIONS = "api.__main__"
NEEDED = ("fastapi", "uvicorn", "sqlalchemy", "alembic", "argon2", "structlog", "pydantic_settings")
DEMO_FILE = Path(__file__).parents[2] / "catalogue" / "demo.json"


def register(app: typer.Typer) -> None:
    app.command("serve", rich_help_panel=PANEL)(serve)
    app.command("backup", rich_help_panel=PANEL)(backup)
    app.command("restore", rich_help_panel=PANEL)(restore)
    app.command("archive", rich_help_panel=PANEL)(archive)


COMMANDS = frozenset({"serve", "backup", "restore", "archive"})
"""Stopping one of these is its usual end, and gives nothing up."""
Folder = Annotated[
    Path | None,
    typer.Option(
        "--folder",
        metavar="FOLDER",
    ),
]
File = Annotated[Path, typer.Argument(metavar="FILE")]


def serve(
    folder: Folder = None,
    demo: Annotated[
        bool,
        typer.Option(
            "--demo",
        ),
    ] = False,
    host: Annotated[str, typer.Option("--host")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 8000,
    lang: options.Language = Lang.FR,
) -> None:
    """Open the service (API) on this machine.

    An empty one makes its first account, shows the password once and says how to go on.

    Other settings are BRIGADE_* variables.
    """
    screen = Screen.of("serve", lang, as_json=False)
    with answering(screen, "serve"):
        prepare(folder)
        # A default only: a service may have an example of its own.
        os.environ.setdefault("BRIGADE_EXAMPLE_FILE", str(DEMO_FILE))
        if demo:
            os.environ.setdefault("BRIGADE_DEMO_FILE", str(DEMO_FILE))
        # What links begin with; whoever serves other machines says by BRIGADE_PUBLIC_URL how they reach this
        # one.
        here = "127.0.0.1" if host in ("0.0.0.0", "::") else host
        os.environ[LANG_VARIABLE] = lang.value
        os.environ.setdefault("BRIGADE_PUBLIC_URL", f"http://{f'[{here}]' if ':' in here else here}:{port}")
        import_module(SERVING).serve(host, port, lang.value)


def backup(file: File, folder: Folder = None, lang: options.Language = Lang.FR) -> None:
    """Save the service's whole database to a file, while it runs.

    The database is that of BRIGADE_DATABASE_URL, else SQLite in --folder.
    """
    operate("backup", file, folder, lang, writes=True)


def restore(file: File, folder: Folder = None, lang: options.Language = Lang.FR) -> None:
    """Fill an empty database with a backup, wherever it comes from.

    A backup of SQLite restores into PostgreSQL, and the other way round.
    """
    operate("restore", file, folder, lang)


def archive(
    basin: Annotated[str, typer.Argument(metavar="BASIN", help="archive.basin")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="archive.file")],
    provider: Annotated[
        str | None,
        typer.Option("--provider", metavar="ID"),
    ] = None,
    folder: Folder = None,
    lang: options.Language = Lang.FR,
) -> None:
    """Take all data of a basin, or of a service, away in clear.

    Names and addresses included: keep it as one keeps a database.
    """
    more = ["--provider", provider] if provider is not None else []
    operate("archive", file, folder, lang, basin, *more, writes=True)


def operate(
    command: str, file: Path, folder: Path | None, lang: Lang, *more: str, writes: bool = False
) -> None:
    """`more`: what comes before and after the file on the operator's own command line; the first of them
    before. `writes`: the file is made here."""
    with answering(Screen.of(command, lang, as_json=False), command):
        if writes and is_stream(file):
            raise UnreadableInput([Issue("O101", str(file), "output_is_stream")])
        prepare(folder)
    code = import_module(OPERATIONS).main(["--lang", lang.value, command, *more[:1], str(file), *more[1:]])
    raise typer.Exit(code)


def prepare(folder: Path | None) -> None:
    """What was asked on the command line goes before the environment. Raises: UnreadableInput, when the extra
    is missing."""
    lacking = [name for name in NEEDED if find_spec(name) is None]
    if lacking:
        raise UnreadableInput([Issue("O106", "serve", "packages_for_service", {"lacking": list(lacking)})])
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        os.environ["BRIGADE_FOLDER"] = str(folder)
