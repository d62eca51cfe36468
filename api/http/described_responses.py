"""What the OpenAPI document says of answers that no annotation describes: other codes, files, streams."""

from __future__ import annotations

from typing import Any, TypeAlias

Responses: TypeAlias = dict[int | str, dict[str, Any]]
"""By status, as FastAPI takes it."""


def created(model: Any) -> Responses:
    """A PUT that made something new."""
    return {201: {"model": model, "description": "Created"}}


def content(media: str, description: str | None = None, *, is_binary: bool = False) -> Responses:
    """A body that is no JSON."""
    told = {"description": description} if description else {}
    schema = {"type": "string", "format": "binary"} if is_binary else {"type": "string"}
    return {200: {**told, "content": {media: {"schema": schema}}}}
