"""`brigade serve`: the service, started by its import string: this room never imports it."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from brigade.errors import Issue, UnreadableInput
from scenarios.console import options
from scenarios.console.options import Lang
from scenarios.console.screen import Screen, answering

PANEL = "Service // Service"
APPLICATION = "api.app:from_environment"
NEEDED = ("sqlalchemy", "alembic", "argon2", "structlog", "pydantic_settings")
DEMO_FILE = Path(__file__).parents[1] / "catalogue" / "demo.json"


def register(app: typer.Typer) -> None:
    app.command("serve", rich_help_panel=PANEL)(serve)


def serve(
    folder: Annotated[
        Path, typer.Option("--folder", metavar="FOLDER", help="Où garder la base SQLite. // Where the SQLite database is kept.")
    ] = Path("out/service"),
    demo: Annotated[
        bool,
        typer.Option(
            "--demo",
            help="Un bassin peuplé et des comptes de démonstration. // A populated basin and demonstration accounts.",
        ),
    ] = False,
    host: Annotated[str, typer.Option("--host", help="Adresse d'écoute. // Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port d'écoute. // Port to listen on.")] = 8000,
    lang: options.Language = Lang.FR,
) -> None:
    """Ouvrir le service (API) sur cette machine. // Open the service (API) on this machine.

    Les autres réglages sont des variables BRIGADE_*. // Other settings are BRIGADE_* variables.
    """
    screen = Screen.of("serve", lang, as_json=False)
    with answering(screen, "serve"):
        lacking = [name for name in NEEDED if find_spec(name) is None]
        if lacking:
            hint = "installer l'extra « service » : pip install 'brigade[service]', ou make test"
            raise UnreadableInput([Issue("O106", "serve", f"paquets absents : {', '.join(lacking)}", hint)])
        folder.mkdir(parents=True, exist_ok=True)
        os.environ.setdefault("BRIGADE_FOLDER", str(folder))
        if demo:
            os.environ.setdefault("BRIGADE_DEMO_FILE", str(DEMO_FILE))
    import uvicorn

    uvicorn.run(APPLICATION, factory=True, host=host, port=port, log_config=None)
