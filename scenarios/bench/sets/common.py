"""What the four public sets share: reading a file with all its faults at once, writing it back, and what a
cost is.

Issue codes (all raised together in one `UnreadableInput`):
    B101 the file cannot be opened, decompressed or decoded      B105 a name given twice
    B102 a field or a number is missing                          B106 a count that does not match another
    B103 a value of the wrong kind or out of its range           B107 a word outside the list the format
    allows B104 a reference to something the file does not define
"""

from __future__ import annotations

import gzip
import json
import math
import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from brigade.errors import NO_VALUES, Issue, UnreadableInput, Values

GZIP_MAGIC = b"\x1f\x8b"
# Whole numbers above are no longer told apart in floats.
LARGEST = 1e15
NOISE = 1e-9
"""What the programs that computed a public set leave on its whole numbers: 401.99999999999994 is 402."""
_MISSING = object()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a solution costs by the set's own formula.

    `components` are the unweighted measures the objective is made of; `violations` are lines of `breach`,
    none when the solution is feasible. The objective of an infeasible solution means nothing.
    """

    objective: float
    components: dict[str, float]
    violations: list[str]

    @property
    def is_feasible(self) -> bool:
        return not self.violations


def breach(code: str, place: object, **met: object) -> str:
    """A line of a log, in no language: a stable code in capitals, the place, and the values met."""
    return " ".join([code, str(place), *(f"{name}={value}" for name, value in met.items())])


@dataclass(slots=True)
class Findings:
    """The faults met while reading one file."""

    issues: list[Issue] = field(default_factory=list)

    def add(self, code: str, where: str, words: str, values: Values = NO_VALUES) -> None:
        self.issues.append(Issue(code, where, words, values))

    def settle(self) -> None:
        """Raises: UnreadableInput with every fault met, if there is any."""
        if self.issues:
            raise UnreadableInput(self.issues)

    def unique(self, names: Iterable[str], where: str) -> None:
        seen: set[str] = set()
        for name in names:
            if name in seen:
                self.add("B105", where, "element_twice", {"name": name})
            seen.add(name)

    def known(self, name: str, names: Iterable[str], where: str) -> None:
        if name not in names:
            self.add("B104", where, "name_not_defined", {"name": name})


@dataclass(frozen=True, slots=True)
class Node:
    """A JSON value, its place, and where its faults go. A fault is noted and a neutral value given: reading
    goes on."""

    value: Any
    where: str
    findings: Findings

    def at(self, *names: str) -> Node:
        """The field under the first of `names` that is there; a missing one is noted once."""
        found = self.maybe(*names)
        if found is None:
            if self._is(dict, "write_object"):
                self.findings.add("B102", self.where or "instance_file", "member_missing", {"name": names[0]})
            # Told once: what is asked of a field that is not there finds a mark, not another fault.
            return self._inside(names[0], _MISSING)
        return found

    def maybe(self, *names: str) -> Node | None:
        """The field under the first of `names` that is there and not null, or None."""
        if isinstance(self.value, dict):
            for name in names:
                if self.value.get(name) is not None:
                    return self._inside(name, self.value[name])
        return None

    def items(self) -> list[Node]:
        """The elements of a list."""
        if not self._is(list, "write_list"):
            return []
        return [
            Node(element, f"{self.where}[{rank}]", self.findings) for rank, element in enumerate(self.value)
        ]

    def fields(self) -> dict[str, Node]:
        if not self._is(dict, "write_object"):
            return {}
        return {name: self._inside(name, value) for name, value in self.value.items()}

    def text(self) -> str:
        return str(self.value) if self._is(str, "write_text") else ""

    def texts(self) -> tuple[str, ...]:
        return tuple(item.text() for item in self.items())

    def flag(self) -> bool:
        return bool(self.value) if self._is(bool, "write_flag") else False

    def number(self, least: float = -math.inf) -> float:
        """A finite number, at least `least`."""
        if is_number(self.value) and self.value >= least:
            return self.value  # type: ignore[no-any-return]
        self._wrong("write_number", least)
        return 0.0

    def whole(self, least: float = -math.inf) -> int:
        """A whole number (12, 12.0 or 11.9999999999999), at least `least`."""
        value = as_whole(self.value) if is_number(self.value) else None
        if value is not None and value >= least:
            return value
        self._wrong("write_whole", least)
        return 0

    def word(self, allowed: Sequence[str]) -> str:
        if self.value in allowed:
            return str(self.value)
        if self.value is not _MISSING:
            self.findings.add(
                "B107", self.where, "value_not_allowed", {"value": repr(self.value), "allowed": list(allowed)}
            )
        return allowed[0]

    def square(self, least_size: int, *, is_whole: bool) -> tuple[tuple[float, ...], ...]:
        """A square matrix of numbers >= 0, at least `least_size` wide; one fault at most is told for each
        row."""
        rows = self.items()
        if self.value is not _MISSING and len(rows) < least_size:
            self.findings.add("B106", self.where, "rows_of_places", {"count": len(rows), "least": least_size})
        return tuple(row._row(len(rows), is_whole) for row in rows)

    def _row(self, width: int, is_whole: bool) -> tuple[float, ...]:
        if not self._is(list, "write_list"):
            return ()
        if len(self.value) != width:
            self.findings.add(
                "B106", self.where, "numbers_of_row", {"count": len(self.value), "width": width}
            )
        for rank, cell in enumerate(self.value):
            if not is_number(cell) or cell < 0 or (is_whole and as_whole(cell) is None):
                words = "matrix_whole" if is_whole else "matrix_number"
                self.findings.add("B103", f"{self.where}[{rank}]", words, {"met": repr(cell)})
                # One fault a row: a matrix that slipped by a column would tell one of each cell.
                return ()
        return tuple(map(round, self.value)) if is_whole else tuple(map(float, self.value))

    def _inside(self, name: str, value: object) -> Node:
        return Node(value, f"{self.where}.{name}" if self.where else name, self.findings)

    def _is(self, kind: type, words: str) -> bool:
        if isinstance(self.value, kind):
            return True
        self._wrong(words)
        return False

    def _wrong(self, words: str, least: float = -math.inf) -> None:
        if self.value is not _MISSING:
            met = {"met": shorten(self.value), "least": None if least == -math.inf else least}
            self.findings.add("B103", self.where or "instance_file", words, met)


def as_whole(value: float) -> int | None:
    """The whole number that `value` is but for the noise of its computation; None for a fraction."""
    nearest = round(value)
    return nearest if abs(value - nearest) <= NOISE else None


def is_number(value: object) -> bool:
    """An int or float of a size that any arithmetic here can hold; True, False, NaN and infinity are not
    numbers."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LARGEST


def shorten(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


def bare_name(path: Path) -> str:
    """The instance's name: the file's, without its endings (`i-083.json.gz` -> `i-083`)."""
    return re.sub(r"(\.json|\.dat|\.txt|\.sol)*(\.gz)?$", "", path.name)


def read_text(path: Path) -> str:
    """The text of a file, plain or gzipped (told by its first bytes). Raises: UnreadableInput (B101)."""
    try:
        data = path.read_bytes()
        return (gzip.decompress(data) if data.startswith(GZIP_MAGIC) else data).decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as fault:
        issue = Issue("B101", path.name, "set_unreadable", {"fault": str(fault)})
        raise UnreadableInput([issue]) from fault


def read_json(path: Path) -> Node:
    """The whole document. Raises: UnreadableInput (B101) when it is no JSON."""
    text = read_text(path)
    try:
        return Node(json.loads(text), "", Findings())
    except (ValueError, RecursionError) as fault:  # a number of 5000 digits is a bare ValueError
        raise UnreadableInput([Issue("B101", path.name, "set_not_json", {"fault": str(fault)})]) from fault


def write_json(path: Path, document: object) -> None:
    """Write `document`, gzipped when the name ends in .gz; the same document gives the same bytes."""
    data = (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)


def tidy(value: float) -> float:
    """A whole number as int, so that it is written `12` rather than `12.0`."""
    return int(value) if value == int(value) else value
