"""Imports point down: brigade <- solver <- (api, scenarios); the core is pure; ortools stays with those who
search."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAY_IMPORT = {
    "brigade": set(),
    "solver": {"brigade"},
    "api": {"brigade", "solver"},
    "scenarios": {"brigade", "solver"},
}
EDGES = ("brigade/exchange", "brigade/travel", "brigade/words")
SEARCHERS = ("solver", "scenarios/bench/peers")
# What a pure core may lean on beyond its own: values and arithmetic. Each module is there for what it
# computes.
PURE = {
    *(
        "__future__",
        "abc",
        "bisect",
        "calendar",
        "collections",
        "contextlib",
        "copy",
        "csv",  # of texts: the table of communes ships inside
        "dataclasses",
        "datetime",
        "decimal",
        "difflib",
        "enum",
        "fractions",
        "gzip",  # of bytes: the same
    ),
    *(
        "functools",
        "graphlib",
        "hashlib",
        "heapq",
        "importlib",
        "itertools",
        "json",
        "math",
        "numbers",
        "operator",
    ),
    # pkgutil lists the rule files of a package, as importlib loads them.
    *("pkgutil", "re", "statistics", "string", "tomllib", "types", "typing", "unicodedata", "zoneinfo"),
    # scipy: shortest paths over arrays, as numpy does sums.
    *("brigade", "numpy", "scipy", "holidays"),
}
# What reads a clock, touches the disk or talks to a screen although its module is allowed (or needs none).
CLOCKS = {"now", "utcnow", "today", "fromtimestamp"}
WRITES = {
    "open",
    "print",
    "input",
    "exec",
    "eval",
    "write_text",
    "write_bytes",
    "unlink",
    "mkdir",
    "save",
    "savez",
}


def modules_in(*places: str) -> list[Path]:
    return sorted(path for place in places for path in (ROOT / place).rglob("*.py"))


def dotted(path: Path) -> str:
    """brigade/law/rules/__init__.py -> brigade.law.rules"""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_modules(path: Path, *, with_types: bool = True) -> Iterator[str]:
    """Every module that `path` names in an import, at any depth; `from a import b` gives a.b, which may be a
    value.

    Without types, what stands under `if TYPE_CHECKING:` is left out.
    """
    for node in nodes_in(ast.parse(path.read_text("utf-8")), with_types):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield from (f"{module}.{alias.name}" for alias in names)


def nodes_in(node: ast.AST, with_types: bool) -> Iterator[ast.AST]:
    yield node
    match node:
        case ast.If(test=ast.Name(id="TYPE_CHECKING"), orelse=otherwise) if not with_types:
            children: list[ast.AST] = [*otherwise]
        case _:
            children = list(ast.iter_child_nodes(node))
    for child in children:
        yield from nodes_in(child, with_types)


def roots_of(path: Path) -> set[str]:
    return {module.split(".")[0] for module in imported_modules(path)}


def calls_in(path: Path) -> Iterator[str]:
    """The last name of everything `path` calls: `date.today()` gives today."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Call(func=ast.Attribute(attr=name)) | ast.Call(func=ast.Name(id=name)):
                yield name


def core() -> list[Path]:
    edges = {path for edge in EDGES for path in modules_in(edge)}
    return [path for path in modules_in("brigade") if path not in edges]


def import_graph(room: str) -> dict[str, set[str]]:
    """Module -> modules of the same room that it loads, at import or later; names used as types only load
    nothing."""
    known = {dotted(path): path for path in modules_in(room)}
    graph: dict[str, set[str]] = {}
    for name, path in known.items():
        # `from brigade import units` reaches brigade.units, `from brigade.units import Ticks` reaches it as
        # well.
        loaded = imported_modules(path, with_types=False)
        graph[name] = {
            module if module in known else module.rpartition(".")[0] for module in loaded
        } & known.keys()
        graph[name].discard(name)
    return graph


@pytest.mark.parametrize("room", list(MAY_IMPORT))
def test_a_room_imports_only_the_rooms_below_it(room: str) -> None:
    assert modules_in(room), f"{room} has no module: the test would say nothing"
    for path in modules_in(room):
        reached = roots_of(path) & MAY_IMPORT.keys()
        assert reached <= MAY_IMPORT[room] | {room}, f"{path} reaches {reached}"


@pytest.mark.parametrize("room", list(MAY_IMPORT))
def test_nothing_that_ships_needs_the_tests_or_tools(room: str) -> None:
    for path in modules_in(room):
        assert not roots_of(path) & {"tests", "tools"}, path


@pytest.mark.parametrize("room", list(MAY_IMPORT))
def test_no_room_has_an_import_cycle(room: str) -> None:
    try:
        TopologicalSorter(import_graph(room)).prepare()
    except CycleError as error:
        pytest.fail(" <- ".join(error.args[1]))


def test_only_those_who_search_know_ortools() -> None:
    searchers = set(modules_in(*SEARCHERS))
    users = {path for path in modules_in(*MAY_IMPORT) if "ortools" in roots_of(path)}
    assert users <= searchers, sorted(map(str, users - searchers))


def test_the_core_leans_on_values_and_arithmetic_only() -> None:
    for path in core():
        assert roots_of(path) <= PURE, f"{path} reaches {sorted(roots_of(path) - PURE)}"


def test_the_core_reads_no_clock_and_writes_nothing() -> None:
    for path in core():
        met = set(calls_in(path)) & (CLOCKS | WRITES)
        assert not met, f"{path} calls {sorted(met)}"


def test_the_core_does_not_know_its_edges() -> None:
    edges = tuple(edge.replace("/", ".") for edge in EDGES)
    for path in core():
        reached = {module for module in imported_modules(path) if module.startswith(edges)}
        assert not reached, f"{path} reaches {reached}"
