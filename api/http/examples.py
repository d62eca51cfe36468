"""Requests and answers of a real service, told as examples in its OpenAPI document.
`python -m tools.examples` writes them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from brigade.exchange.documents.json_text import JsonObject

FILE = Path(__file__).with_suffix(".json")
AS_JSON = ("application/json", "application/x-www-form-urlencoded")
"""Media of requests whose example is written as JSON."""


@cache
def told() -> Mapping[str, Any]:
    """`operations`: "METHOD /template" -> its request and its answers by status and media type; `refusals`:
    code -> body."""
    # The file is written by walking through this very application: the first time there is none.
    found: JsonObject = (
        json.loads(FILE.read_text("utf-8")) if FILE.exists() else {"operations": {}, "refusals": {}}
    )
    return found


def refusal(code: str) -> Mapping[str, Any] | None:
    found: Mapping[str, Any] | None = told()["refusals"].get(code)
    return found


def document(whole: JsonObject) -> None:
    """Write the examples into an OpenAPI document: requests and answers in place, refusals once, among its
    components."""
    used = _refused(whole["paths"])
    whole["components"]["examples"] = {
        code: {"summary": body["issues"][0]["what"], "value": body}
        for code, body in told()["refusals"].items()
        if code in used
    }
    for path, operations in whole["paths"].items():
        for method, operation in operations.items():
            for content, value in _places(
                operation, told()["operations"].get(f"{method.upper()} {path}", {})
            ):
                content["example"] = value


def _refused(paths: JsonObject) -> frozenset[str]:
    """The codes that some operation documents."""
    answers = (
        answer
        for operations in paths.values()
        for operation in operations.values()
        for answer in operation["responses"].values()
    )
    return frozenset(code for answer in answers for code in answer.get("x-codes", ()))


def _places(operation: JsonObject, example: Mapping[str, Any]) -> Iterator[tuple[JsonObject, Any]]:
    """Each media type of a request or an answer, with what was sent or answered there."""
    asked = operation.get("requestBody", {}).get("content", {})
    for media, content in asked.items():
        if "request" in example and media in AS_JSON:
            yield content, example["request"]
    for status, by_media in example.get("answers", {}).items():
        for media, value in by_media.items():
            yield operation["responses"][status]["content"][media], value
