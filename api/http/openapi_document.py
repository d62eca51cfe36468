"""The OpenAPI document: what FastAPI derives from the routes, with what no signature says. Refusals,
examples, tags, and who may ask without being known.

It passes spectral (`spectral:oas`) and redocly (`recommended`): `make openapi-lint`.
"""

from __future__ import annotations

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from anyio import to_thread
from fastapi import FastAPI, Request
from fastapi.responses import Response

from api.http import contract, examples, problem_json
from api.runtime.gate import ThreadLane
from api.shapes.cycle_requests import TourAnswerIn
from brigade.exchange.documents.json_text import JsonObject

ABOUT = {
    "contact": {"name": "Brigade contributors"},
    "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
}
SERVERS = [{"url": "/", "description": "The service that this document was read from."}]
ADDRESS = "/v1/openapi.json"
# One thread: of a crowd that asks first, one derives it, and the others find it.
LANE = ThreadLane("openapi", 1)
EVENT_STREAM = "text/event-stream"
NEVER_SENT = ("HTTPValidationError", "ValidationError")
"""The framework's own refusal: ours has `ProblemBody`."""


def install(app: FastAPI, tags: Path) -> None:
    """The document is derived once, when it is first asked for, and never by the event loop: it takes
    seconds. `tags`: what each tag is about, as TOML."""
    derived = app.openapi

    def openapi() -> JsonObject:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(derived(), tags)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]

    @cache
    def text() -> str:
        return json.dumps(app.openapi(), ensure_ascii=False)

    async def told(_: Request) -> Response:
        return Response(await to_thread.run_sync(text, limiter=LANE.get()), media_type="application/json")

    app.add_route(ADDRESS, told, include_in_schema=False)


def _completed(document: JsonObject, tags: Path) -> JsonObject:
    document["info"] |= ABOUT
    document["servers"], document["tags"] = SERVERS, _tags(tags)
    _shapes(document["components"]["schemas"])
    contract.document(document["paths"])
    examples.document(document)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if contract.is_open(method.upper(), path):
                operation["security"] = []
            _describe_streams(operation["responses"])
    return document


def _tags(file: Path) -> list[dict[str, str]]:
    told = tomllib.loads(file.read_text("utf-8"))
    return [{"name": name, "description": description} for name, description in told.items()]


def _shapes(schemas: JsonObject) -> None:
    """What no route's signature names: read by hand, as a form or as JSON, or sent by our own handlers."""
    for name in NEVER_SENT:
        schemas.pop(name, None)
    schemas["TourAnswerIn"] = TourAnswerIn.model_json_schema()
    schemas["IssueBody"] = problem_json.IssueBody.model_json_schema()
    body = problem_json.ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
    body.pop("$defs", None)
    schemas["ProblemBody"] = body


def _describe_streams(answers: Any) -> None:
    """The shape of one event (`itemSchema`) belongs to OpenAPI 3.2, which few tools read yet: in 3.1 a stream
    is a text."""
    for answer in answers.values():
        stream = answer.get("content", {}).get(EVENT_STREAM, {})
        if stream.pop("itemSchema", None) is not None:
            stream["schema"] = {"type": "string", "description": "Events: `event`, `id` and `data` (JSON)."}
