"""`python -m scenarios.catalogue.make`: write every document of the catalogue, its index and its README
again."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from brigade.exchange.documents.json_text import pretty
from brigade.exchange.documents.problem_document import problem_text
from scenarios.catalogue import DEMO
from scenarios.catalogue.cases import (
    contract_cases,
    help_cases,
    hours_cases,
    learning_cases,
    people_cases,
    vehicle_cases,
)
from scenarios.catalogue.sketch import CatalogueCase
from scenarios.generator.scenario import TRAVEL, generate

DEMO_PRESET, DEMO_SEED = "urban_day", 1
DEMO_STORY = "a whole day of the basin of Lens: 25 absences, 130 visits to be covered, 20 workers"
README = """# Catalogue

Written by `python -m scenarios.catalogue.make` from `cases/`; a test keeps the files as that command writes
them. `scenarios.catalogue.load(name)` reads one. Each case also holds a lawful plan and orders that break its
rule: see `cases/`.

| name | what it must show |
| --- | --- |
"""


@cache
def cases() -> tuple[CatalogueCase, ...]:
    """Every hand-made case, in the order of the catalogue."""
    groups = (people_cases, hours_cases, contract_cases, help_cases, vehicle_cases, learning_cases)
    return tuple(draw() for group in groups for draw in group.CASES)


def contents() -> Iterator[tuple[str, str]]:
    """File name and text of everything the catalogue holds."""
    stories = {case.name: case.shows for case in cases()} | {DEMO: DEMO_STORY}
    yield "index.json", pretty(stories)
    yield "README.md", README + "".join(f"| `{name}` | {story} |\n" for name, story in stories.items())
    for case in cases():
        yield f"{case.name}.json", problem_text(case.problem)
    # Without its matrices the day is a sixth of the size; the estimate gives them back when it is read.
    yield f"{DEMO}.json", problem_text(generate(DEMO_PRESET, DEMO_SEED), TRAVEL)


def main() -> None:
    folder = Path(__file__).parent
    for name, text in contents():
        (folder / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
