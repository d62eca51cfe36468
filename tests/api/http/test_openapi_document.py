"""What other people's tools ask of the OpenAPI document beside the operations themselves. `make openapi-lint`
has spectral and redocly read it; here is what they found missing once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from api.http.openapi_document import EVENT_STREAM
from tests.api.conftest import World

NAMED = ("parameters", "responses", "schemas", "examples", "requestBodies", "headers")


@pytest.fixture
def document(world: World) -> dict[str, Any]:
    found: dict[str, Any] = world.client.get("/v1/openapi.json").json()
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_it_says_where_the_service_is_and_under_which_licence(document: dict[str, Any]) -> None:
    assert [one["url"] for one in document["servers"]] == ["/"]
    assert document["info"]["license"]["identifier"] == "Apache-2.0"


def test_every_tag_is_described_and_used(document: dict[str, Any]) -> None:
    described = [one["name"] for one in document["tags"] if one["description"].endswith(".")]
    assert len(described) == len(set(described)) == len(document["tags"])
    assert set(described) == {tag for _, one in operations(document) for tag in one["tags"]}


def test_every_operation_is_described_and_says_who_may_ask(document: dict[str, Any]) -> None:
    wanting = [
        name for name, one in operations(document) if not (one.get("description") and "security" in one)
    ]
    assert wanting == []


def test_operations_have_ids_of_their_own(document: dict[str, Any]) -> None:
    """A generated client names its functions after them."""
    ids = [one["operationId"] for _, one in operations(document)]
    assert len(set(ids)) == len(ids)


def test_a_stream_is_a_text_as_3_1_knows_no_events(document: dict[str, Any]) -> None:
    streams = [
        answer["content"][EVENT_STREAM]
        for _, one in operations(document)
        for answer in one["responses"].values()
        if EVENT_STREAM in answer.get("content", {})
    ]
    assert len(streams) == 2
    assert all(one["schema"]["type"] == "string" and "itemSchema" not in one for one in streams)


def test_every_component_is_used(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    unused = [
        f"#/components/{kind}/{name}"
        for kind in NAMED
        for name in document["components"].get(kind, ())
        if f'"#/components/{kind}/{name}"' not in text
    ]
    assert unused == []
