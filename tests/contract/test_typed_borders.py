"""Values cross the service as models and dataclasses, not as dictionaries of anything: those that are left
are counted here, folder by folder, each with what excuses it."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
API = ROOT / "api"

LOOSE = "dict[str, Any]"
"""A dictionary of anything: nobody knows what is in it but who wrote it."""
MOST_LOOSE: Mapping[str, tuple[int, str]] = {
    "basin": (1, "wishes by their place in a document"),
    "http": (1, "what FastAPI takes to describe further answers of a route"),
    "persons": (4, "claims of a login, as another program's provider words them"),
    "shapes": (2, "fields of a view on their way into another one; GeoJSON of others"),
    "store": (4, "migrations: rows of before, whose models are gone"),
    "web": (5, "what templates are given by name, fields of a form"),
}
MOST_IN_ALL = 30

DOCUMENT = "JsonObject"
"""A document that is carried whole: read where its parts are asked for, by its shape."""
MOST_DOCUMENTS: Mapping[str, tuple[int, str]] = {
    "app.py": (1, "the OpenAPI document"),
    "basin": (86, "the rows' documents become the problem document, without being read one by one"),
    "commitments": (3, "plan documents, read by `store.plan_parts`"),
    "board": (2, "answers of `solver.advice`, read by their view"),
    "cycle": (15, "documents of rows as they were and as they become"),
    "http": (10, "the OpenAPI document and its examples"),
    "imports": (29, "documents of files, merged field by field into those that stand"),
    "incidents": (1, "the document of a row as it becomes"),
    "lending": (7, "documents of people lent, as rows of the borrower"),
    "letters": (1, "plan documents, read by `store.plan_parts`"),
    "messages": (1, "the body that an SMS provider wants, as it was set"),
    "operations": (7, "lines of backups and archives"),
    "persons": (2, "parts of plan documents, shown as they stand"),
    "plans": (22, "plan documents: marked, mended and compared"),
    "routes": (9, "documents of requests before their shape is known"),
    "runtime": (3, "what is sealed, and lines of the log"),
    "searches": (1, "plan documents"),
    "shapes": (16, "fields that hold a document of `brigade.exchange`, or values of a reason"),
    "store": (19, "columns of documents, and their readers"),
    "web": (3, "bodies of signed links, before their shape is known"),
    "worked": (14, "documents of accords and of plans, of people lent as the borrower has them"),
}

KEYED = "Mapping[str, Any]"
"""The same to be read only: values by the name of a column, a template's word, a field."""
MOST_KEYED: Mapping[str, tuple[int, str]] = {
    "access": (3, "notes of the trail, columns of a row"),
    "basin": (18, "columns of a row by name, documents on their way into the problem document"),
    "http": (12, "the OpenAPI document and its examples, fields of a body"),
    "imports": (18, "documents of files and of rows, compared field by field"),
    "letters": (3, "what templates are given by name"),
    "money": (2, "a plan document, values of a sentence"),
    "operations": (10, "columns of a row by name, as an archive shows them"),
    "persons": (4, "claims of a login, documents of any form"),
    "plans": (8, "plan documents: marked, mended and compared"),
    "runtime": (1, "what is sealed"),
    "service": (2, "arguments of a call in another process"),
    "store": (5, "migrations, and a part of a problem document"),
    "web": (4, "what templates are given by name"),
    "worked": (1, "documents of accords"),
}


def annotated() -> Iterator[tuple[str, ast.AST]]:
    """Every node of the service's modules, beside its folder."""
    for path in sorted(API.rglob("*.py")):
        folder = path.relative_to(API).parts[0]
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            yield folder, node


@pytest.fixture(scope="module")
def counted() -> Mapping[str, Counter[str]]:
    found: dict[str, Counter[str]] = {LOOSE: Counter(), DOCUMENT: Counter(), KEYED: Counter()}
    for folder, node in annotated():
        if isinstance(node, ast.Name) and node.id == DOCUMENT:
            found[DOCUMENT][folder] += 1
        elif isinstance(node, ast.Subscript) and (name := ast.unparse(node)) in (LOOSE, KEYED):
            found[name][folder] += 1
    return found


@pytest.mark.parametrize(
    ("name", "most"), [(LOOSE, MOST_LOOSE), (DOCUMENT, MOST_DOCUMENTS), (KEYED, MOST_KEYED)]
)
def test_dictionaries_of_anything_are_few_and_excused(
    counted: Mapping[str, Counter[str]], name: str, most: Mapping[str, tuple[int, str]]
) -> None:
    """Where there are more: say what they hold, by a model or a dataclass. Where fewer: lower the number."""
    allowed = {folder: number for folder, (number, _) in most.items()}
    over = {folder: number for folder, number in counted[name].items() if number > allowed.get(folder, 0)}
    assert over == {}


def test_all_of_the_service_has_hardly_any(counted: Mapping[str, Counter[str]]) -> None:
    assert counted[LOOSE].total() < MOST_IN_ALL


def test_a_route_is_described_by_what_it_returns() -> None:
    """Once, by its annotation: `response_model` would say it a second time, and nobody would check it."""
    said = [
        f"{folder}:{node.lineno}"
        for folder, node in annotated()
        if isinstance(node, ast.keyword) and node.arg == "response_model"
    ]
    assert said == []
