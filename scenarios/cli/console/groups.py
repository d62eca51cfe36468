"""Groups of commands under one name, such as `brigade oncall propose`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import typer


def add_group(
    app: typer.Typer, name: str, panel: str, about: Callable[[], None], **commands: Callable[..., Any]
) -> None:
    """Args: about: says in its docstring what the group is; `commands`: by the names that are typed."""
    group = typer.Typer(no_args_is_help=True, add_completion=False)
    for command, act in commands.items():
        group.command(command)(act)
    # A group of one command would be that command.
    group.callback()(about)
    app.add_typer(group, name=name, rich_help_panel=panel)
