"""A map of the code, drawn from its imports: docs/house.md, and the block in README.md (`make docs`).

Each room is shown with its folders from the bottom up: a folder imports only what stands above it in the list
(`tests/contract/test_rooms.py` holds the order). What a folder is for is the first sentence of its package.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from textwrap import fill

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("brigade", "solver", "api", "scenarios")
BEGIN, END = "<!-- house: written by `make docs` -->", "<!-- house: end -->"
WIDTH = 110
CODE = (".py", ".c", ".h")


@cache
def imported(path: Path) -> tuple[str, ...]:
    """Every module and name that a file imports, dotted."""
    return tuple(_imported(ast.parse(path.read_text("utf-8"))))


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield from (f"{module}.{alias.name}" for alias in names)


def code_in(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.suffix in CODE]


def folders_of(room: str) -> list[str]:
    """The folders of a room that hold code, its own name first."""
    found = {path.parent for path in (ROOT / room).rglob("*.*") if path.suffix in CODE}
    return sorted(str(path.relative_to(ROOT)) for path in found)


def cabinet(dotted: str) -> str:
    """brigade.law.rules.notice -> brigade/law; brigade.errors -> brigade."""
    parts = dotted.split(".")
    is_folder = len(parts) > 1 and (ROOT / parts[0] / parts[1]).is_dir()
    return "/".join(parts[: 2 if is_folder else 1])


def known_by(room: str) -> dict[str, set[str]]:
    """Cabinet -> the cabinets of all rooms that its files import."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / room).rglob("*.py"):
        own = cabinet(".".join(path.relative_to(ROOT).with_suffix("").parts))
        reached = {cabinet(name) for name in imported(path) if name.split(".")[0] in ROOMS}
        found.setdefault(own, set()).update(reached - {own})
    return found


def bottom_up(room: str) -> list[str]:
    """The cabinets of a room, each after all that it imports. The modules beside the cabinets are not among
    them: some stand below all, some above."""
    graph = {name: known - {room} for name, known in known_by(room).items() if name != room}
    order: list[str] = []
    while graph:
        free = sorted(name for name, known in graph.items() if not known & graph.keys())
        order += free
        for name in free:
            del graph[name]
    return order


def purpose(folder: str) -> str:
    """The first sentence of a package's docstring, on one line; of a folder of C, of the file it is named
    after."""
    package = ROOT / folder / "__init__.py"
    if package.exists():
        text = ast.get_docstring(ast.parse(package.read_text("utf-8"))) or ""
    else:
        text = (package.parent / f"{package.parent.name}.c").read_text("utf-8").removeprefix("/* ")
        text = text.partition("*/")[0].strip()
    paragraph = " ".join(text.split("\n\n")[0].split())
    return paragraph.partition(". ")[0].removesuffix(".")


def block() -> str:
    """The map in README.md: rooms and cabinets, what each is for."""
    lines = [BEGIN, "```"]
    for room in ROOMS:
        lines.append(f"{room + '/':17}{_cut(purpose(room))}")
        lines += [f"  {one.split('/')[1] + '/':15}{_cut(purpose(one))}" for one in bottom_up(room)]
    return "\n".join([*lines, "```", END])


def _cut(text: str) -> str:
    room = WIDTH - 17
    return text if len(text) <= room else f"{text[: room - 1].rsplit(' ', 1)[0].rstrip(',;:')} …"


def house() -> str:
    """docs/house.md."""
    lines = [
        "<!-- Written by `make docs`: change its source, not this page. -->",
        "",
        "# The house",
        "",
        "Drawn from the imports by `make docs`. Four rooms, and imports point down: `brigade` <- `solver` <-",
        "(`api`, `scenarios`). Inside a room each folder "
        "imports only folders that stand above it in its table.",
        "Where to touch what: [CONTRIBUTING.md](../CONTRIBUTING.md).",
    ]
    for room in ROOMS:
        known = known_by(room)
        lines += ["", f"## {room}", f"{purpose(room)}.", "", "| folder | files | what it is for | imports |"]
        lines.append("|---|---:|---|---|")
        for one in bottom_up(room):
            inside = [folder for folder in folders_of(room) if folder == one or folder.startswith(f"{one}/")]
            for folder in inside:
                count = len(code_in(ROOT / folder))
                reached = ", ".join(_near(name, room) for name in sorted(known[one])) if folder == one else ""
                lines.append(f"| `{folder}` | {count} | {purpose(folder)} | {reached} |")
        beside = sorted(path.name for path in (ROOT / room).glob("*.py") if path.name != "__init__.py")
        told = f"Beside them: {', '.join(f'`{name}`' for name in beside) or 'nothing'}."
        lines += ["", fill(told, 110, break_on_hyphens=False)]
    return "\n".join(lines) + "\n"


def _near(name: str, room: str) -> str:
    return name.removeprefix(f"{room}/") if name != room else "its own modules"


def with_block(readme: str) -> str:
    """README.md with the map as it is now."""
    before, _, rest = readme.partition(BEGIN)
    return f"{before}{block()}{rest.partition(END)[2]}"
