"""The examples of the OpenAPI document: every operation has them, each fits its schema, and the service still
answers so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from jsonschema_rs import Draft202012Validator, Registry

from api.http import examples
from api.imports.uploads import ANY_FILE, ODS, XLSX, ZIP
from tests.api.conftest import World, world_on
from tests.api.walk import plain, walked

BINARY = {ANY_FILE, ODS, XLSX, ZIP}
"""Media of which a document in text shows nothing."""
GONE = ("/readyz", "503")
"""An answer that is neither a success nor a refusal with a code: the database is gone."""


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("examples")
    world = world_on(f"sqlite:///{folder / 'brigade.db'}", folder)
    yield world
    world.service.database.close()


@pytest.fixture(scope="module")
def document(opened: World) -> dict[str, Any]:
    found: dict[str, Any] = opened.client.get("/v1/openapi.json").json()
    return found


Steps = tuple[str, ...]


def operations(document: dict[str, Any]) -> Iterator[tuple[Steps, dict[str, Any]]]:
    """Each operation, and where it stands in the document."""
    for path, by_method in document["paths"].items():
        for method, operation in by_method.items():
            yield ("paths", path, method), operation


def contents(operation: dict[str, Any]) -> Iterator[tuple[Steps, dict[str, Any]]]:
    """The content of the request and of each successful answer, by media type, and where it stands in the
    operation."""
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        yield ("requestBody", "content", media), content
    for status, answer in operation["responses"].items():
        if int(status) < 400:
            for media, content in answer.get("content", {}).items():
                yield ("responses", status, "content", media), content


def at(*steps: str) -> dict[str, str]:
    """The schema at a place of the document, as a reference to it: only what it names is compiled."""
    return {
        "$ref": "urn:openapi#/"
        + "/".join(quote(step.replace("~", "~0").replace("/", "~1")) for step in steps)
    }


@pytest.fixture(scope="module")
def registry(document: dict[str, Any]) -> Registry:
    return Registry([("urn:openapi", document)])


def faults(registry: Registry, schema: dict[str, Any], value: Any) -> list[str]:
    judge = Draft202012Validator(schema, registry=registry)
    return [f"{list(one.instance_path)}: {one.message}" for one in judge.iter_errors(value)]


def test_every_request_and_answer_has_an_example_that_fits_its_schema(
    document: dict[str, Any], registry: Registry
) -> None:
    missing, unfit = set(), []
    for place, operation in operations(document):
        for where, content in contents(operation):
            if "example" not in content:
                missing.add(where[-1])
            elif "schema" in content and (
                found := faults(registry, at(*place, *where, "schema"), content["example"])
            ):
                unfit.append((place, where, found[:3]))
    assert unfit == []
    assert missing == BINARY


def test_every_parameter_that_must_be_given_has_an_example_that_fits(
    document: dict[str, Any], registry: Registry
) -> None:
    wanting = []
    for place, operation in operations(document):
        for number, one in enumerate(operation.get("parameters", ())):
            shown, where = one["schema"].get("examples", []), at(*place, "parameters", str(number), "schema")
            if one["required"] and (not shown or any(faults(registry, where, value) for value in shown)):
                wanting.append((place, one["name"]))
    assert wanting == []


def test_every_refusal_names_its_codes_and_shows_a_body_of_each(
    document: dict[str, Any], registry: Registry
) -> None:
    shown = document["components"]["examples"]
    for place, operation in operations(document):
        for status, answer in operation["responses"].items():
            if int(status) < 400 or (place[1], status) == GONE:
                continue
            given = answer["content"]["application/problem+json"]["examples"]
            assert sorted(given) == sorted(answer["x-codes"]) != [], (place, status)
            assert {one["$ref"] for one in given.values()} <= {
                f"#/components/examples/{code}" for code in shown
            }
    for code, one in shown.items():
        assert faults(registry, at("components", "schemas", "ProblemBody"), one["value"]) == [], code
        assert (one["value"]["code"], one["value"]["issues"][0]["code"]) == (code, code)


def shape(value: Any) -> Any:
    """What stays the same when the values change: names and kinds, of a list those of its first."""
    if isinstance(value, dict):
        return {name: shape(one) for name, one in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return (
        "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__
    )


def test_the_service_still_answers_as_its_examples_say(opened: World) -> None:
    """Otherwise: `python -m tools.examples`."""
    assert shape(plain(walked(opened))) == shape(examples.told()["operations"])
