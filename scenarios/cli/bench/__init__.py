"""`brigade bench ...`: measured on days and public sets, beside the best known and beside other engines."""

from __future__ import annotations

import typer

from scenarios.cli.bench import (
    bench_kernel,
    bench_load,
    bench_peers,
    bench_repeats,
    bench_reserve,
    bench_scale,
    bench_sectors,
    bench_sets,
    bench_talk,
)

PANEL = "measure"
GROUPS = (
    bench_sets,
    bench_peers,
    bench_scale,
    bench_talk,
    bench_repeats,
    bench_reserve,
    bench_sectors,
    bench_load,
    bench_kernel,
)
"""Their commands in the order of the help. A new group is a new line here."""


def register(app: typer.Typer) -> None:
    bench = typer.Typer(no_args_is_help=True, add_completion=False)
    for group in GROUPS:
        group.register(bench)
    app.add_typer(bench, name="bench", rich_help_panel=PANEL)
