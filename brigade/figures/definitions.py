"""What each figure is: one definition a name, from `data/figures.toml`, its sentences in `brigade/words`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Definition:
    """`kind`: sum (adds up over days and plans), ratio (of two sums), value (never added up). `parts`: kinds
    of parts it speaks of beside the whole. `places`: where it is printed: plan, indicators, periods,
    payroll.<column>, evidence.<column>. `formerly`: what the same figure was called before."""

    name: str
    unit: str
    kind: str
    source: str
    places: tuple[str, ...]
    rounding: str = "none"
    parts: tuple[str, ...] = ()
    formerly: str | None = None

    @property
    def adds_up(self) -> bool:
        return self.kind == "sum"

    def is_printed(self, place: str) -> bool:
        return any(one.split(".")[0] == place for one in self.places)


@cache
def definitions() -> Mapping[str, Definition]:
    """By name, in the order of the page."""
    data = tomllib.loads(files("brigade").joinpath("data/figures.toml").read_text("utf-8"))
    return {name: _definition(name, row) for name, row in data.items() if isinstance(row, dict)}


def _definition(name: str, row: Mapping[str, object]) -> Definition:
    lists = {key: tuple(value) for key, value in row.items() if isinstance(value, list)}
    texts = {key: str(value) for key, value in row.items() if key not in lists}
    return Definition(name, **texts, **lists)  # type: ignore[arg-type]
