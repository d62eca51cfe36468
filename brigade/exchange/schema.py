"""The published JSON Schemas of the documents, generated from the shapes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel

from brigade.exchange.mapping.mapping_shapes import MappingDocument
from brigade.exchange.shapes.event_shapes import EditsDocument, EventsDocument
from brigade.exchange.shapes.lending_shapes import LendingDocument
from brigade.exchange.shapes.plan_shapes import PlanDocument
from brigade.exchange.shapes.problem_shapes import ProblemDocument

SCHEMAS: Mapping[str, type[BaseModel]] = {
    "problem": ProblemDocument,
    "plan": PlanDocument,
    "events": EventsDocument,
    "edits": EditsDocument,
    "mapping": MappingDocument,
    "lending": LendingDocument,
}


def schema_text(kind: str) -> str:
    """The JSON Schema (2020-12) of a kind of `SCHEMAS`, as committed in docs/schema. Raises: KeyError for
    another kind."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **SCHEMAS[kind].model_json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for kind in SCHEMAS:
        (Path("docs/schema") / f"{kind}.schema.json").write_text(schema_text(kind), encoding="utf-8")
