"""The options that several commands share, worded once."""

from __future__ import annotations

import math
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from brigade.words.catalogue import LANG_VARIABLE
from scenarios.cli.console.watched_search import ProgressBar

DEMO_PRESET = "urban_day"
PRESETS = "urban_day, rural_day, rural_cars, epidemic_peak, summer, ai_only, training_alsace, urban_week"
"""Written here so that help need not load the generator; a test compares."""


def finite(value: float | None) -> float | None:
    """Raises: typer.BadParameter. "inf" and "nan" are floats to whoever parses the option, and nan is below
    no minimum."""
    if value is not None and not math.isfinite(value):
        raise typer.BadParameter(f"'{value}' is not a valid float.")
    return value


class Lang(StrEnum):
    FR = "fr"
    EN = "en"


Language: TypeAlias = Annotated[Lang, typer.Option("--lang", envvar=LANG_VARIABLE)]
AsJson: TypeAlias = Annotated[
    bool | None,
    typer.Option(
        "--json/--text",
        help="json_or_text",
    ),
]
AsJsonIfAsked: TypeAlias = Annotated[bool, typer.Option("--json")]
OtherProblem: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--other-problem",
    ),
]
Input: TypeAlias = Annotated[
    Path,
    typer.Argument(
        metavar="INPUT",
    ),
]
Mapping: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--mapping",
        metavar="MAPPING",
    ),
]
Progress: TypeAlias = Annotated[
    ProgressBar,
    typer.Option(
        "--progress",
    ),
]
TimeLimit: TypeAlias = Annotated[
    float | None,
    typer.Option(
        "--time-limit",
        metavar="SECONDS",
        min=0.1,
        callback=finite,
    ),
]
Seed: TypeAlias = Annotated[int, typer.Option("--seed", min=0, max=2**31 - 1)]
Iterations: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--iterations",
        min=1,
    ),
]
Threads: TypeAlias = Annotated[int, typer.Option("--threads", min=1, max=256)]
Html: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--html",
        metavar="FILE",
    ),
]
Ics: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--ics",
        metavar="FOLDER",
    ),
]
Stops: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--stops",
        metavar="FILE",
    ),
]
Outlines: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--outlines/--no-outlines",
    ),
]
