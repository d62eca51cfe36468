"""Imports point down: brigade <- solver <- (api, scenarios); the core is pure; ortools stays with those who
search."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tools.house import imported

ROOT = Path(__file__).resolve().parents[2]
MAY_IMPORT = {
    "brigade": set(),
    "solver": {"brigade"},
    "api": {"brigade", "solver"},
    "scenarios": {"brigade", "solver"},
}
CABINETS = {
    "brigade": (
        *(
            "errors.py",
            "installation.py",
            "units.py",
            "ports.py",
            "texts",
            "values",
            "timing",
            "worked",
            "law",
            "judging",
        ),
        *("changes", "figures", "words", "travel", "exchange"),
    ),
    "solver": (
        *("kernel", "primitives", "rules", "model", "engines", "sectoring", "rostering", "advice", "lending"),
    ),
    "api": (
        *("runtime", "shapes", "store", "access", "service", "http", "commitments", "worked", "basin"),
        *(
            "messages",
            "searches",
            "cycle",
            "incidents",
            "plans",
            "lending",
            "board",
            "money",
            "rostering",
            "letters",
            "persons",
        ),
        *("imports", "operations", "web", "routes"),
    ),
    "scenarios": ("generator", "catalogue", "bench", "cli"),
}
"""The folders of each room and the modules that they all stand on, each above those it may import."""
MOST_FILES, MOST_HOMONYMS = 15, 4
CODE = {".py", ".c", ".h"}
SERIES = {"brigade/law/rules", "solver/rules", "api/routes", "api/store/migrations/versions"}
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


def roots_of(path: Path) -> set[str]:
    return {module.split(".")[0] for module in imported(path)}


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
    """Module -> modules of the same room that it names, at import, later, or for their types alone."""
    known = {dotted(path): path for path in modules_in(room)}
    graph: dict[str, set[str]] = {}
    for name, path in known.items():
        # `from brigade import units` reaches brigade.units, `from brigade.units import Ticks` reaches it as
        # well.
        named = imported(path)
        graph[name] = {module if module in known else module.rpartition(".")[0] for module in named}
        graph[name] &= known.keys() - {name}
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


@pytest.mark.parametrize("room", list(MAY_IMPORT))
def test_a_cabinet_imports_only_the_cabinets_below_it(room: str) -> None:
    """Read from the bottom up, the list says who may know whom; what is not in it stands above all of
    them."""
    order = CABINETS[room]
    folders = {path.name for path in (ROOT / room).iterdir() if any(path.glob("*.py"))}
    assert folders == {name for name in order if "." not in name}
    for name, named in import_graph(room).items():
        for other in named:
            above, below = (rank(order, one) for one in (name, other))
            assert below <= above, f"{name} reaches {other}"


def rank(order: Sequence[str], module: str) -> int:
    """Where a module stands in its room."""
    parts = module.split(".")
    cabinet = parts[1] if len(parts) > 1 else ""
    return next((at for at, one in enumerate(order) if one.removesuffix(".py") == cabinet), len(order))


def test_no_folder_of_code_is_a_corridor() -> None:
    """Fifteen files of Python and C at most, but where each is one of a kind: rules, migrations, routes."""
    files = (path for room in MAY_IMPORT for path in (ROOT / room).rglob("*.*") if path.suffix in CODE)
    folders = Counter(path.parent for path in files)
    long = {str(folder.relative_to(ROOT)) for folder, count in folders.items() if count > MOST_FILES}
    assert long <= SERIES, sorted(long - SERIES)


def test_a_base_name_means_one_file() -> None:
    """So a reader who knows a name knows where it stands. A rule has the same name in both of its
    tellings."""
    paths = [path for path in modules_in(*MAY_IMPORT) if "rules" not in path.parts and "__" not in path.name]
    twice = {name for name, count in Counter(path.name for path in paths).items() if count > 1}
    assert len(twice) <= MOST_HOMONYMS, sorted(twice)


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
        reached = {module for module in imported(path) if module.startswith(edges)}
        assert not reached, f"{path} reaches {reached}"
