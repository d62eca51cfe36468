"""The best known value of each instance, from the `bks.csv` that lies beside a set's instances.

Two sets are shipped in part (`data/`, with their licences); the other two are read from a folder the user
gives, laid out alike: `<folder>/bks.csv`, `<folder>/instances/...`.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from brigade.errors import Issue, UnreadableInput
from scenarios.bench.sets.common import LARGEST, read_text

Family: TypeAlias = Literal["uhhc", "hhcrsp", "br2008", "strsp"]
DATA = Path(__file__).parents[1] / "data"
SHIPPED: Mapping[str, Path] = {"uhhc": DATA / "uhhc", "hhcrsp": DATA / "hhcrsp-kummer"}
STRSP_SECONDS = (10, 20, 30, 60, 240, 300, 360, 600, 900, 1200, 1800)
"""The authors' time limit for each of the eleven sizes, smallest first."""


@dataclass(frozen=True, slots=True)
class BestKnown:
    """The best value anyone published or proved.

    `precision` is what rounding may have taken from it; `author_seconds` what the set's authors, or the
    published method behind the value, spent on a run (None when unknown); `row` is the whole line of
    `bks.csv`.
    """

    objective: float
    sense: Literal["min", "max"]
    precision: float
    is_proved: bool
    author_seconds: float | None
    row: Mapping[str, str]

    def gap(self, objective: float) -> float:
        """How far from the best known, relative to it: 0 when equal, negative when better."""
        worse = objective - self.objective if self.sense == "min" else self.objective - objective
        if abs(worse) <= self.precision:
            return 0.0
        return worse / abs(self.objective) if self.objective else math.copysign(math.inf, worse)

    def is_reached(self, objective: float) -> bool:
        return self.gap(objective) <= 0


def best_known(family: Family, instance_name: str, folder: Path | None = None) -> BestKnown | None:
    """The record of an instance, or None when nobody gave a value for it.

    Args:
        instance_name: as `Instance.name` says it, without the file's endings.
        folder: where `bks.csv` is; by default the shipped one, so it is needed for br2008 and strsp. The
            instances folder beside it does as well.
    Raises: UnreadableInput, when there is no `bks.csv` or it lacks a column or holds no number.
    """
    place = SHIPPED.get(family) if folder is None else folder
    if place is None:
        raise UnreadableInput([Issue("B101", family, "set_not_shipped")])
    path = (place.parent if place.name == "instances" else place) / "bks.csv"
    for row in csv.DictReader(io.StringIO(read_text(path), newline="")):
        if row.get("instance") == instance_name:
            return _READERS[family](row)
    return None


def _uhhc(row: Mapping[str, str]) -> BestKnown | None:
    return _record(row, "bks", "min", author_seconds=_number(row, "sa_mean_s"))


def _hhcrsp(row: Mapping[str, str]) -> BestKnown | None:
    """Three decimals of a third of a whole number: the third is given back."""
    record = _record(row, "bks", "min", author_seconds=_number(row, "brkga_mp_ipr_mean_s"))
    if record is None:
        return None
    return BestKnown(
        round(3 * record.objective) / 3, "min", 1e-6, record.is_proved, record.author_seconds, row
    )


def _br2008(row: Mapping[str, str]) -> BestKnown | None:
    """The travel objective, in the instance's units; the preferences' is in
    `row["brkga_best_preference"]`."""
    is_proved = row.get("proved_optimal_here_cpsat") == "1"
    return _record(
        row, "bks_travel_units", "min", is_proved=is_proved, author_seconds=_number(row, "brkga_mean_s")
    )


def _strsp(row: Mapping[str, str]) -> BestKnown | None:
    """f1, published in single precision; the size is the first number of the name."""
    match = re.fullmatch(r"STRSP_(?:R|C|RC)_(\d+)_\d+", row["instance"])
    size = int(match[1]) if match else 0
    seconds = STRSP_SECONDS[size - 1] if 1 <= size <= len(STRSP_SECONDS) else None
    return _record(row, "best_f1", "max", precision=3e-5, author_seconds=seconds)


_READERS: Mapping[Family, Callable[[Mapping[str, str]], BestKnown | None]] = {
    "uhhc": _uhhc,
    "hhcrsp": _hhcrsp,
    "br2008": _br2008,
    "strsp": _strsp,
}


def _record(
    row: Mapping[str, str],
    column: str,
    sense: Literal["min", "max"],
    *,
    precision: float = 1e-6,
    is_proved: bool = False,
    author_seconds: float | None = None,
) -> BestKnown | None:
    value = _number(row, column)
    return None if value is None else BestKnown(value, sense, precision, is_proved, author_seconds, row)


def _number(row: Mapping[str, str], column: str) -> float | None:
    """The number under `column`; None when the cell is empty."""
    cell = row.get(column)
    if cell == "":
        return None
    try:
        # A column that is not there is a fault of the file; an empty cell only means that nobody knows.
        value = float(cell if cell is not None else "nan")
    except ValueError:
        value = math.nan
    if not abs(value) < LARGEST:
        where, met = f"bks.csv {row['instance']}", {"met": repr(cell), "column": column}
        raise UnreadableInput([Issue("B103", where, "number_in_column", met)])
    return value
