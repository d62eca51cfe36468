"""Faults of agreements between basins, and of basins that do not fit together: a folder of problems with the
document beside them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from brigade.exchange.documents.problem_document import problem_text
from brigade.units import Horizon
from brigade.values.places import Basin
from brigade.values.problem import Problem
from tests.faults.base import Fault
from tests.solver.lending.test_department import east, west

AGREED = {"lender": "WEST", "borrower": "EAST", "notice_min": 60}
NAME = "agreements.json"


def agreed(*basins: Problem, **more: Any) -> Callable[[Path], Path]:
    """Béthune and Lens (or `basins`), with one agreement that these fields spoil."""

    def spoil(folder: Path) -> Path:
        for number, problem in enumerate(basins or (east(), west())):
            (folder / f"basin-{number}.json").write_text(problem_text(problem), "utf-8")
        told = {"format": "brigade-lending", "version": 1, "agreements": [AGREED | more]}
        path = folder / NAME
        path.write_text(json.dumps(told), "utf-8")
        return path

    return spoil


def _another_day() -> Problem:
    """Lens a week later."""
    asked = west()
    later = replace(asked.horizon, first_day=asked.horizon.first_day + timedelta(days=7))
    return replace(asked, horizon=Horizon(later.first_day, later.days))


def _twice() -> Sequence[Problem]:
    return east(), west(), replace(west(), basin=Basin("EAST", "Béthune", "62"))


LENDINGS = [
    Fault("a basin of another day", agreed(east(), _another_day()), "P601", "basins.WEST", "EAST"),
    Fault("a basin given twice", agreed(*_twice()), "P602", "basins.EAST", "2"),
    Fault("a lender that nobody gave", agreed(lender="NORD"), "P603", "agreements[0].lender", "NORD"),
    Fault("a basin that lends to itself", agreed(lender="EAST"), "P604", "agreements[0].borrower", "EAST"),
    Fault("a notice below zero", agreed(notice_min=-5), "P605", "agreements[0].notice_min", "-5"),
    Fault("a person who is not there", agreed(workers=["W9"]), "P606", "agreements[0].workers", "W9"),
]
