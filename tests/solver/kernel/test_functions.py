"""The border between Python and C: one vocabulary, and no call that C would misread."""

from __future__ import annotations

import ctypes
import re
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scenarios.generator.scenario import generate
from solver.kernel import build
from solver.kernel.arrays import Arrays
from solver.kernel.build import FLAGS, SOURCES, compilers, load_kernel, sources
from solver.kernel.functions import FUNCTIONS, reads, writes
from solver.kernel.header import HEADER, WIDTH, header_text
from solver.kernel.local_search import Search
from solver.kernel.pricing import Pricer
from solver.kernel.structs import PLACE, RECORDS, SPOT, Record
from solver.model.model import build_model

EXPORTED = re.compile(r"^(?!static|typedef|struct \w+ \{)[a-z][\w *]*?(\w+)\(", re.MULTILINE)
"""A definition at the beginning of a line that is not `static`."""
C_FILES = [path for path in sources() if path.suffix == ".c"]


def test_every_function_that_c_exports_has_argument_types() -> None:
    told = {name for source in C_FILES for name in EXPORTED.findall(source.read_text("utf-8"))}
    assert told == set(FUNCTIONS)
    library = load_kernel()
    assert all(len(getattr(library, name).argtypes) == len(FUNCTIONS[name].parameters) for name in FUNCTIONS)


@pytest.mark.parametrize(
    "array",
    [
        np.zeros(4, np.int32),
        np.zeros(8, np.int64)[::2],
        np.zeros((4, 2), np.int64).T,
        np.zeros(4, SPOT),
        [0, 0, 0, 0],
        None,
    ],
    ids=["dtype", "gaps", "order", "record", "list", "none"],
)
def test_an_array_that_c_would_misread_is_refused(array: Any) -> None:
    """`normal_matrix` reads 64-bit column starts: half as wide, every second one or records are not that."""
    rows, numbers, out = np.zeros(4, np.int32), np.zeros(4), np.zeros((4, 4))
    with pytest.raises((TypeError, ctypes.ArgumentError)):
        load_kernel().normal_matrix(0, array, rows, numbers, numbers, 0, out)


def test_c_does_not_write_into_what_is_read_only() -> None:
    out = np.ones((2, 2))
    out.flags.writeable = False
    starts, rows, numbers = np.zeros(3, np.int64), np.zeros(0, np.int32), np.zeros(2)
    with pytest.raises((TypeError, ctypes.ArgumentError)):
        load_kernel().normal_matrix(2, starts, rows, numbers, numbers, 2, out)
    assert out.all()


def test_a_pricer_is_no_search() -> None:
    model = build_model(generate("rural_day", 1))
    pricer, search = Pricer(model.arrays, model.shortest_travel), Search(model.arrays, 1)
    with pytest.raises((TypeError, ctypes.ArgumentError)):
        load_kernel().search_construct(pricer._handle)
    with pytest.raises((TypeError, ctypes.ArgumentError)):
        load_kernel().price_tour(search._handle, *([0] * 11))


def test_none_stands_for_an_array_where_it_may_only() -> None:
    assert reads(np.int64, may_be_none=True).from_param(None) is None
    for kind in (reads(np.int64), writes(PLACE)):
        with pytest.raises(TypeError):
            kind.from_param(None)


def test_a_definition_that_differs_from_its_prototype_does_not_compile(tmp_path: Path) -> None:
    """The compiler holds C against the table of functions: a parameter more is an error."""
    source = tmp_path / "one.c"
    (tmp_path / HEADER.name).write_text(header_text(), "utf-8")
    source.write_text(
        '#include "interface.h"\nvoid search_construct(handle *h, int64_t more) { (void)h; (void)more; }\n',
        "utf-8",
    )
    assert _compiles(source) is False
    source.write_text('#include "interface.h"\nvoid search_construct(handle *h) { (void)h; }\n', "utf-8")
    assert _compiles(source) is True


def test_the_header_says_what_python_says() -> None:
    assert HEADER.read_text("utf-8") == header_text(), "make kernel-headers"


def test_a_kernel_is_not_made_with_a_header_of_yesterday(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for source in sources():
        copied = tmp_path / source.relative_to(SOURCES)
        copied.parent.mkdir(exist_ok=True)
        copied.write_bytes(source.read_bytes())
    (tmp_path / HEADER.name).write_text(header_text().replace("FAR", "NEAR", 1), "utf-8")
    monkeypatch.setattr(build, "SOURCES", tmp_path)
    with pytest.raises(build.StaleHeader, match="make kernel-headers"):
        build.compile_kernel(tmp_path / "kernel.so")


@pytest.mark.parametrize("source", C_FILES, ids=lambda source: source.stem)
def test_each_source_compiles_alone(source: Path) -> None:
    """So that editors and analysers open the kernel, and nothing in it leans on the order of inclusion."""
    strict = ["-Wall", "-Wextra", "-Werror", "-Wno-unused-function", "-fsyntax-only"]
    run = subprocess.run(
        [*compilers()[0], "-std=c11", *strict, str(source)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr


def test_c_stays_within_the_width_of_a_page() -> None:
    lines = [line for source in sources() for line in source.read_text("utf-8").splitlines()]
    assert max(map(len, lines)) <= WIDTH


@pytest.mark.parametrize("kind", RECORDS.values(), ids=RECORDS.keys())
def test_records_have_no_padding(kind: Record) -> None:
    """A table of records is an array of structs only while both lay their fields out alike."""
    assert kind.itemsize == sum(kind[name].itemsize for name in kind.names or ())


def test_arrays_that_do_not_fit_each_other_never_reach_c() -> None:
    """A row fewer, or an axis fewer, and C would read beyond the end."""
    arrays = build_model(generate("rural_day", 1)).arrays
    short, flat = arrays.pairs[:, :-1], arrays.pairs.reshape(-1)
    for wrong, said in ((short, "pairs counts"), (flat, "pairs has 1 axes")):
        with pytest.raises(ValueError, match=said):
            Search(arrays._replace(pairs=wrong), 1)


def test_a_field_is_read_by_name_in_both_languages() -> None:
    """The search leaves out every visit, since none is wanted: it costs what the visits' penalties say."""
    arrays = build_model(generate("rural_day", 1)).arrays
    search = Search(arrays, 1)
    assert search.facts.present == int(arrays.visits["penalty"].sum()) + _of_providers(arrays)


def _of_providers(arrays: Arrays) -> int:
    """Each provider's uncovered visits cost the more the more they are: 0 + 1 + 2 ..."""
    counts = np.bincount(arrays.visits["provider"])
    return int(arrays.weights["equity_providers"]) * int((counts * (counts - 1) // 2).sum())


def _compiles(source: Path) -> bool:
    command = [*compilers()[0], *FLAGS, "-c", str(source), "-o", str(source.with_suffix(".o"))]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
