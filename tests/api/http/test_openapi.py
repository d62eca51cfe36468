"""Whatever is sent to whichever route, the service answers what its OpenAPI document says, and never with a
fault of ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.runtime.roles import Role
from tests.api.conftest import World, world_on

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 4
"""A route: enough to notice a careless one, and the suite stays quick."""


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("openapi")
    return world_on(f"sqlite:///{folder / 'brigade.db'}", folder)


def operations(world: World) -> Iterator[Any]:
    """All but the streams, which have no end, and the sessions, where whoever guesses has to wait."""
    world.app.openapi()  # derived beforehand: whoever loads it waits ten seconds at the most
    schema = schemathesis.openapi.from_asgi("/v1/openapi.json", world.app)
    for found in schema.exclude(path_regex="(stream|progress|sessions)$").get_all_operations():
        assert isinstance(found, Ok)
        yield found.ok()


def try_out(operation: Any, headers: dict[str, str]) -> None:
    """A few requests, well-formed and ill-formed."""

    @settings(max_examples=EXAMPLES, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def tried(case: Any) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS)

    tried()


def test_no_request_meets_an_undocumented_answer(opened: World) -> None:
    """By somebody who may."""
    undocumented = []
    for operation in operations(opened):
        role = Role.ADMINISTRATOR if "accounts" in operation.path else Role.COORDINATOR
        try:
            try_out(operation, {"Authorization": f"Bearer {opened.tokens[role]}"})
        except FailureGroup as group:
            undocumented.append(f"{operation.method} {operation.path}: {group.exceptions}")
    assert undocumented == []
