"""The options that several commands share, worded once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from scenarios.cli.console.watched_search import Bar

LANG_VARIABLE = "BRIGADE_LANG"
DEMO_PRESET = "urban_day"
PRESETS = "urban_day, rural_day, epidemic_peak, summer, ai_only, training_alsace, urban_week"
"""Written here so that help need not load the generator; a test compares."""
ANY_PRESET_HELP = (
    f"La journée à inventer : {PRESETS} ou department. // The day to invent: {PRESETS} or department."
)
PRESET_HELP = f"La journée à inventer : {PRESETS}. // The day to invent: {PRESETS}."


class Lang(StrEnum):
    FR = "fr"
    EN = "en"


Language: TypeAlias = Annotated[
    Lang, typer.Option("--lang", envvar=LANG_VARIABLE, help="Langue des écrans. // Language of the screens.")
]
AsJson: TypeAlias = Annotated[
    bool | None,
    typer.Option(
        "--json/--text",
        help="Un objet JSON sur la sortie standard, ou du texte ; sans "
        "choix, JSON dès que la sortie n’est pas un terminal."
        " // One JSON object on stdout, or text; unless said, JSON whenever stdout is not a terminal.",
    ),
]
AsJsonIfAsked: TypeAlias = Annotated[
    bool, typer.Option("--json", help="Un objet JSON sur la sortie standard. // One JSON object on stdout.")
]
OtherProblem: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--other-problem",
        help="Accepter un plan fait pour une autre version du problème."
        " // Accept a plan made for another version of the problem.",
    ),
]
Input: TypeAlias = Annotated[
    Path,
    typer.Argument(
        metavar="INPUT",
        help="Le problème : document .json, classeur .xlsx, dossier "
        "de tables CSV, ou - (JSON sur l’entrée standard)."
        " // The problem: a .json document, an .xlsx workbook, a folder of CSV tables, or - (JSON on stdin).",
    ),
]
Mapping: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--mapping",
        metavar="MAPPING",
        help="Comment lire l’export d’un autre logiciel (brigade mapping)."
        " // How to read the export of another program (brigade mapping).",
    ),
]
Progress: TypeAlias = Annotated[
    Bar,
    typer.Option(
        "--progress",
        help="Avancement, sur la sortie d’erreur : auto (une barre sur "
        "un terminal), bar, json (une ligne par progrès), none."
        " // Progress on stderr: auto (a bar on a terminal), bar, json (a line per improvement), none.",
    ),
]
TimeLimit: TypeAlias = Annotated[
    float | None,
    typer.Option(
        "--time-limit",
        metavar="SECONDS",
        min=0.1,
        help="Durée de recherche ; 10 s sans autre limite. // Search time; 10 s unless limited otherwise.",
    ),
]
Seed: TypeAlias = Annotated[
    int, typer.Option("--seed", min=0, max=2**31 - 1, help="Graine du hasard. // Random seed.")
]
Iterations: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--iterations",
        min=1,
        help="Limite de travail, à la place du temps : même graine, même travail, même plan."
        " // Work limit instead of time: same seed, same work, same plan.",
    ),
]
Threads: TypeAlias = Annotated[
    int, typer.Option("--threads", min=1, max=256, help="Fils de calcul. // Threads.")
]
Html: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--html",
        metavar="FILE",
        help="Écrire le rapport, une page qui s’ouvre hors ligne. "
        "// Write the report, a page that opens offline.",
    ),
]
Ics: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--ics",
        metavar="FOLDER",
        help="Écrire un agenda .ics par intervenant. // Write one .ics calendar per worker.",
    ),
]
Stops: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--stops",
        metavar="FILE",
        help="Écrire les étapes en CSV, pour un tableur. // Write the stops as CSV for a spreadsheet.",
    ),
]
Outlines: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--outlines/--no-outlines",
        help="Dessiner les contours des communes sous la carte. // Draw commune outlines under the map.",
    ),
]
