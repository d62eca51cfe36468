"""One sound problem that holds a little of everything, and ways to spoil its files."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, reduce
from pathlib import Path
from typing import Any

from brigade.exchange.documents.problem_document import problem_text
from brigade.exchange.problem_tables import write_tables
from brigade.texts.labour_code import shipped_labour_code
from brigade.timing.plan_timing import retime
from brigade.units import Interval, TimeWindow
from brigade.values.competencies import shipped_catalogue
from brigade.values.demand import (
    Absence,
    AbsenceKind,
    ActClass,
    Employee,
    FundingLine,
    Link,
    LinkKind,
    RotaEntry,
    RotaFeed,
)
from brigade.values.problem import Problem
from brigade.values.workforce import Contract, Counters, HeldCertificate, PastDay, PersonalLimits
from tests import builders


@dataclass(frozen=True)
class Fault:
    """`spoil` puts a spoilt input into a folder and says where; the refusal holds `code`, a place with
    `where` in it and the value met."""

    name: str
    spoil: Callable[[Path], Path]
    code: str
    where: str
    met: str = ""


@cache
def sound() -> Problem:
    second = TimeWindow(builders.at("14:00"), builders.at("15:00"), builders.at("15:30"))
    first = TimeWindow(builders.at("08:00"), builders.at("09:00"), builders.at("09:00"))
    return builders.problem(
        [
            builders.visit(
                "V1", windows=(first, second), required=frozenset({"UPKEEP"}), usual_workers=frozenset({"W1"})
            ),
            builders.visit("V2", "B", forbidden_workers=frozenset({"W2"})),
            builders.visit(
                "V3", "C", provider="S2", planned_start=builders.at("10:00"), act_class=ActClass.ORDINARY
            ),
        ],
        [
            builders.worker(
                hours=[("07:00", "12:00"), ("14:00", "20:00")],
                certificates=(HeldCertificate("ADVF", date(2020, 1, 1), date(2030, 1, 1)),),
                contract=Contract(1440),
                limits=PersonalLimits(no_work_bands=("22:00-06:00",)),
                counters=Counters(days=(PastDay(date(2026, 3, 8), -960, -480, 420),), week_work=(1800, 2100)),
                other_work=(Interval(1500, 1560),),
            ),
            builders.worker("W2", competencies=frozenset({"UPKEEP", "ESSENTIAL_ASSIST"})),
        ],
        links=(Link(LinkKind.GAP, "V1", "V2", 60, 240),),
        employees=(Employee("A1", "S1"), Employee("A2", "S2")),
        rota=(
            RotaFeed(
                "S1", datetime(2026, 3, 8, 18, tzinfo=UTC), (RotaEntry("V1", "A1", builders.at("08:00")),)
            ),
        ),
        absences=(
            Absence(
                "X1", "S1", "A1", AbsenceKind.TRAINING_RELEASE, Interval(0, 1440), -600, funding_line_id="F1"
            ),
        ),
        funding_lines=(
            FundingLine("F1", "Formation", 70_000_000, 2000),
            FundingLine("F2", "Tutorat", 1_500_000, 2000),
        ),
        catalogue=shipped_catalogue(),
        rules=shipped_labour_code(),
    )


def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(problem_text(sound()))
    return found


def plan_json() -> dict[str, Any]:
    from brigade.exchange.documents.plan_document import plan_to_json

    return plan_to_json(sound(), retime(sound(), {("W1", 0): ["V1"], ("W2", 0): ["V3"]}).plan)


def put(place: str, value: Any) -> Callable[[Path], Path]:
    """A document with `value` at "demand.visits.0.duration_min"; `DROP` removes it, a function changes what
    is there."""
    return put_all({place: value})


def put_all(values: Mapping[str, Any]) -> Callable[[Path], Path]:
    """A document with each of the values at its place, as `put` says."""

    def spoil(folder: Path) -> Path:
        return _written(folder, reduce(lambda whole, one: _put(whole, *one), values.items(), document()))

    return spoil


class Drop:
    """Marks a value to remove."""


DROP = Drop()


def _put(whole: dict[str, Any], place: str, value: Any) -> dict[str, Any]:
    *steps, last = [int(step) if step.isdigit() else step for step in place.split(".")]
    target: Any = whole
    for step in steps:
        target = target[step]
    if isinstance(value, Drop):
        del target[last]
    else:
        target[last] = value(target[last]) if callable(value) else value
    return whole


def _written(folder: Path, value: Any) -> Path:
    path = folder / "problem.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def spoilt_plan(place: str, value: Any) -> Callable[[Path], Path]:
    return lambda folder: _written(folder, _put(plan_json(), place, value))


def raw(content: bytes | Callable[[bytes], bytes], name: str = "problem.json") -> Callable[[Path], Path]:
    """A file of these bytes, or of the sound document's, changed."""

    def spoil(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content(problem_text(sound()).encode()))
        return path

    return spoil


def swapped(old: str, new: str) -> Callable[[Path], Path]:
    """The sound document with one piece of text replaced."""

    def swap(data: bytes) -> bytes:
        assert old.encode() in data, old
        return data.replace(old.encode(), new.encode(), 1)

    return raw(swap)


def table(name: str, old: str, new: str, encoding: str = "utf-8-sig") -> Callable[[Path], Path]:
    """The folder of tables with one piece of text of one file replaced."""

    def spoil(folder: Path) -> Path:
        path = tables(folder) / f"{name}.csv"
        text = path.read_bytes().decode("utf-8-sig")
        assert old in text, f"{old!r} is not in {name}: {text}"
        path.write_bytes(text.replace(old, new, 1).encode(encoding))
        return path.parent

    return spoil


def tables(folder: Path) -> Path:
    write_tables(sound(), folder / "tables")
    return folder / "tables"


def file(name: str, content: bytes | None) -> Callable[[Path], Path]:
    """The folder of tables with one file replaced, added or (None) removed."""

    def spoil(folder: Path) -> Path:
        path = tables(folder) / name
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)
        return path.parent

    return spoil
