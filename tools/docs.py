"""Writes the generated pages of docs/ again (`make docs`).

`PAGES` maps a file name under docs/ to the function that returns its whole text from the code or data it
speaks of. A contract test compares the committed files with these functions, so a page that fell behind fails
the suite.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from scenarios.cli.docs.cli_page import cli_page
from scenarios.cli.docs.figures_page import figures_page
from scenarios.cli.docs.reasons_page import reasons_page
from scenarios.cli.docs.rules_page import rules_page
from tools.fault_words import fault_sentences_page
from tools.house import house, with_block
from tools.rights_page import rights_page

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
GENERATED = "<!-- Written by `make docs`: change its source, not this page. -->"


def direct_dependencies() -> Iterator[tuple[str, str]]:
    """(where it is asked for, canonical package name) of everything pyproject.toml names, in its order."""
    content = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    project = content["project"]
    asked: Mapping[str, Iterable[str]] = {
        "brigade": project["dependencies"],
        **{f"extra `{name}`": needs for name, needs in project["optional-dependencies"].items()},
        **{f"group `{name}`": needs for name, needs in content["dependency-groups"].items()},
    }
    for where, requirements in asked.items():
        for requirement in requirements:
            match = re.match(r"[A-Za-z0-9._-]+", requirement)
            assert match is not None, requirement
            yield where, re.sub(r"[-_.]+", "-", match[0]).lower()


def versions() -> str:
    """The exact versions the lock gives to what we ask for by name."""
    packages = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))["package"]
    locked: dict[str, list[str]] = {}
    for package in packages:
        locked.setdefault(package["name"], []).append(package.get("version", ""))
    rows = [f"| {name} | {' or '.join(locked[name])} | {where} |" for where, name in direct_dependencies()]
    head = [
        GENERATED,
        "",
        "# Versions",
        "",
        "What `uv.lock` holds for the packages we ask for by "
        f"name, of {len(packages)} in all; where two stand, the",
        "Python in use decides. Why each is here: [dependencies.md](dependencies.md).",
        "",
        "| package | version | asked for by |",
        "| --- | --- | --- |",
    ]
    return "\n".join([*head, *rows]) + "\n"


PAGES: Mapping[str, Callable[[], str]] = {
    "cli.md": cli_page,
    "fault-sentences.md": fault_sentences_page,
    "figures.md": figures_page,
    "house.md": house,
    "reasons.md": reasons_page,
    "rights.md": rights_page,
    "rules.md": rules_page,
    "versions.md": versions,
}


def main() -> None:
    for name, text in PAGES.items():
        (DOCS / name).write_text(text(), encoding="utf-8")
        print(f"docs/{name}")
    readme = ROOT / "README.md"
    readme.write_text(with_block(readme.read_text("utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
