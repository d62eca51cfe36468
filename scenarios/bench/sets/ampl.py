"""The little of the AMPL data language that one public set uses: scalars, indexed sets, tables in blocks of
columns.

param NO_Staff = 4 ;              set Visit_Demands[1] := 18;  # a comment
param Duration [*] := 1 139  2 37 ;
param TimeMatrix [*,*,1] : 0 1 := 0 0 21  1 21 0  : 2 := 0 18  1 23 ;      (two blocks of columns)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from scenarios.bench.sets.common import LARGEST, Findings, as_whole, shorten

NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?")
Cells: TypeAlias = dict[tuple[int, str], float]
K = TypeVar("K")
V = TypeVar("V")
UNNAMED = ""
"""The name of the table that `param : a b := ...` gives without one."""
LIST = "value"
"""The only column of a table written without columns."""


@dataclass(slots=True)
class DataFile:
    """The statements of a file, by kind and name; faults go to `findings`."""

    findings: Findings = field(default_factory=Findings)
    scalars: dict[str, str] = field(default_factory=dict)
    sets: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    tables: dict[str, list[str]] = field(default_factory=dict)

    def whole(self, name: str, least: int, most: float = LARGEST) -> int:
        """A scalar that must be a whole number from `least` to `most`."""
        if name not in self.scalars:
            self.findings.add("B102", name, "param_missing", {"name": name})
            return least
        value = self.integer(self.scalars[name], name, least)
        if value > most:
            self.findings.add("B103", name, "set_at_most", {"met": str(value), "most": most})
        return value

    def integer(self, word: str, where: str, least: int) -> int:
        value = self.number(word, where)
        if value == int(value) and value >= least:
            return int(value)
        self.findings.add("B103", where, "whole_at_least", {"word": shorten(word), "least": least})
        return least

    def number(self, word: str, where: str) -> float:
        """A number; one that is whole but for noise is that whole number."""
        if NUMBER.fullmatch(word) and abs(float(word)) < LARGEST:
            value = float(word)
            whole = as_whole(value)
            return value if whole is None else float(whole)
        self.findings.add("B103", where, "word_no_number", {"word": shorten(word)})
        return 0.0

    def table(self, name: str, label: str, rows: Iterable[int], columns: Sequence[str]) -> Cells:
        """The cells by row number and column word; those missing from `rows` x `columns`, or beyond, are told
        once."""
        if name not in self.tables:
            self.findings.add("B102", label, "table_missing")
            return {}
        cells: Cells = {}
        for heads, body in _blocks(self.tables[name]):
            self._fill(cells, label, heads, body)
        wanted = {(row, column) for row in rows for column in columns}
        # The first of each kind is named and all are counted: a shifted table would tell thousands.
        for found, words in (
            (wanted - cells.keys(), "cells_missing"),
            (cells.keys() - wanted, "cells_too_many"),
        ):
            if found:
                row, column = min(found)
                self.findings.add("B106", f"{label}[{row},{column}]", words, {"count": len(found)})
        return cells

    def _fill(self, cells: Cells, label: str, heads: list[str], body: list[str]) -> None:
        width = len(heads) + 1
        if len(body) % width:
            self.findings.add("B106", label, "words_in_rows", {"count": len(body), "width": width})
        for first in range(0, len(body) - width + 1, width):
            row = self.integer(body[first], label, 0)
            for head, word in zip(heads, body[first + 1 : first + width], strict=True):
                if (row, head) in cells:
                    self.findings.add("B105", f"{label}[{row},{head}]", "cell_given_twice")
                cells[row, head] = self.number(word, f"{label}[{row},{head}]")


def parse(text: str) -> DataFile:
    """Split a data file into its statements; what is none of the three kinds is a fault (B103)."""
    data = DataFile()
    bare = re.sub(r"\[[^\]]*\*[^\]]*\]|\(tr\)", " ", re.sub(r"#[^\n]*", "", text))
    for statement in re.sub(r":=|[:\[\]=]", r" \g<0> ", bare).split(";"):
        match statement.split():
            case []:
                pass
            case ["param", name, "=" | ":=", value]:
                _put(data.scalars, name, value, data.findings, name)
            case ["set", name, "[", index, "]", ":=", *members]:
                _put(data.sets, (name, index), members, data.findings, f"{name}[{index}]")
            case ["param", ":", *words]:
                _put(data.tables, UNNAMED, [":", *words], data.findings, "param :")
            case ["param", name, ":" | ":=" as sign, *words]:
                _put(data.tables, name, [sign, *words], data.findings, name)
            case _:
                what = shorten(" ".join(statement.split()))
                data.findings.add("B103", "instance_file", "ampl_statement", {"met": what})
    return data


def _put(held: dict[K, V], key: K, value: V, findings: Findings, where: str) -> None:
    if key in held:
        findings.add("B105", where, "name_given_twice")
    held[key] = value


def _blocks(words: Sequence[str]) -> Iterator[tuple[list[str], list[str]]]:
    """The columns and the body of each block; a table without columns has one, named `LIST`."""
    if words[0] == ":=":
        yield [LIST], list(words[1:])
        return
    for block in _split(words[1:], ":"):
        heads, *bodies = _split(block, ":=")
        yield heads, [word for body in bodies for word in body]


def _split(words: Sequence[str], mark: str) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for word in words:
        if word == mark:
            parts.append([])
        else:
            parts[-1].append(word)
    return parts


def members(data: DataFile, name: str) -> Mapping[str, list[str]]:
    """The sets of one name, by index word."""
    return {index: words for (owner, index), words in data.sets.items() if owner == name}
