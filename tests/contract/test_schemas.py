"""The published schemas are those of the code, and they describe what the code writes."""

from __future__ import annotations

from dataclasses import fields
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from brigade.exchange.schema import SCHEMAS, schema_text
from brigade.exchange.shapes.field_kinds import Shape, attribute
from brigade.texts.rule_sets import RuleSet
from brigade.values.demand import RotaFeed
from brigade.values.policy import Policy, Weights
from brigade.values.problem import Problem

SCHEMA_FOLDER = Path(__file__).resolve().parents[2] / "docs" / "schema"


def shapes() -> list[type[Shape]]:
    """Those of the product: tests make some of their own."""
    made = (shape for shape in Shape.__subclasses__() if shape.__module__.startswith("brigade."))
    return [shape for shape in made if "makes" in vars(shape)]


@pytest.mark.parametrize("kind", SCHEMAS)
def test_the_committed_schema_is_the_current_one(kind: str) -> None:
    committed = (SCHEMA_FOLDER / f"{kind}.schema.json").read_text("utf-8")
    assert committed == schema_text(kind), (
        f"regenerate: python -m brigade.exchange.schema (docs/schema/{kind}.schema.json)"
    )


MADE_OF_OTHERS = {"VisitShape": {"attendance", "shadowing"}, "LinkShape": {"of_block", "of_shadowing"}}
"""Fields of seats and their ties, which are made of work blocks and of what people learn."""


@pytest.mark.parametrize("shape", shapes(), ids=lambda shape: shape.__name__)
def test_a_shape_carries_every_field_of_the_value_it_makes(shape: type[Shape]) -> None:
    told = {attribute(name) for name in shape.model_fields}
    assert told | MADE_OF_OTHERS.get(shape.__name__, set()) == {field.name for field in fields(shape.makes)}


@pytest.mark.parametrize("shape", shapes(), ids=lambda shape: shape.__name__)
def test_leaving_a_field_out_means_the_same_as_in_the_core(shape: type[Shape]) -> None:
    core = {field.name: field for field in fields(shape.makes)}
    for name, info in shape.model_fields.items():
        default = core[attribute(name)].default
        if not info.is_required() and info.default_factory is None and info.default is not None:
            assert plain(info.default) == plain(default), f"{shape.__name__}.{name}"


def plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


def test_no_part_of_a_problem_is_left_out() -> None:
    """What the document holds by hand rather than by shape: written here, so that a new field is not
    forgotten."""
    assert {field.name for field in fields(Problem)} == {
        *(
            "horizon",
            "basin",
            "sites",
            "providers",
            "clients",
            "visits",
            "employers",
            "workers",
            "travel",
            "employees",
            "sectors",
            "vehicles",
            "traffic",
        ),
        *(
            "rota",
            "absences",
            "links",
            "funding_lines",
            "work_blocks",
            "policy",
            "now",
            "catalogue",
            "labour",
            "rule_sets_off",
        ),
        "noticed",  # is told, and written nowhere
        "rostered",  # serves the warnings of a replan alone
        "likely",  # serves the search for a reserve alone
        "drives",  # who has which vehicle: what a plan decides
    }
    assert {field.name for field in fields(RotaFeed)} == {"provider_id", "received_at", "entries"}
    assert {field.name for field in fields(RuleSet)} == {
        *("id", "name", "version", "values", "agreed", "texts", "is_employers", "accorded", "outside_code"),
    }
    assert {field.name for field in fields(Policy)} == {
        *("mode", "points", "units_per_point", "weights", "only_urgent_inside_notice", "strict"),
        *("departure", "reserve"),
    }
    assert len(fields(Weights)) == 28
