"""The kernel's header, made from what Python says: its numbers, records, model and functions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap
from types import ModuleType

from solver.kernel import arrays, enumerations, structs
from solver.kernel.arrays import DIMENSIONS, TABLES, Arrays
from solver.kernel.enumerations import ENUMERATIONS
from solver.kernel.functions import FUNCTIONS, c_name
from solver.kernel.structs import RECORDS, Record

HEADER = Path(__file__).with_name("interface.h")
WIDTH = 110


def header_text() -> str:
    """`interface.h`."""
    lines = [
        "/* Made by `make kernel-headers` from the Python beside it (header.py); do not edit. */",
        "#ifndef BRIGADE_INTERFACE_H",
        "#define BRIGADE_INTERFACE_H",
        "#include <stdbool.h>",
        "#include <stdint.h>",
        *_constants(arrays),
        *_constants(enumerations),
        *_constants(structs),
        *_enumerations(),
        *(line for name, dtype in RECORDS.items() for line in _record(name, dtype)),
        *_model(),
        "typedef struct handle handle;",
        "typedef struct pricer pricer;",
        *(_folded(function.prototype(name)) for name, function in FUNCTIONS.items()),
        "#endif",
    ]
    return "\n".join([*lines, ""])


def _folded(line: str) -> str:
    return "\n".join(wrap(line, WIDTH, subsequent_indent="    ", break_long_words=False))


def _constants(module: ModuleType) -> Iterator[str]:
    """The module's own integers."""
    for name, value in vars(module).items():
        if name.isupper() and type(value) is int:
            yield f"#define {name} ((int64_t){value})" if value >> 31 else f"#define {name} {value}"


def _enumerations() -> Iterator[str]:
    for kind in ENUMERATIONS:
        name = kind.__name__.upper()
        members = ", ".join(f"{name}_{member.name} = {member.value}" for member in kind)
        yield _folded(f"enum {kind.__name__.lower()} {{ {members} }};")


def _record(name: str, dtype: Record) -> Iterator[str]:
    yield f"struct {name} {{"
    for field in dtype.names or ():
        element, shape = dtype[field].base, dtype[field].shape
        yield f"    {c_name(element)} {field}{''.join(f'[{size}]' for size in shape)};"
    yield "};"


def _model() -> Iterator[str]:
    """One pointer an array, then how many there are of what the axes count."""
    yield "typedef struct {"
    for name in Arrays._fields:
        yield f"    const {c_name(TABLES[name][0])} *{name};"
    yield from (f"    int64_t {axis}_n;" for axis in DIMENSIONS)
    yield "} model;"


if __name__ == "__main__":
    HEADER.write_text(header_text(), "utf-8")
