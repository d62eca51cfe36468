"""What several kinds of tests share. Every run draws the same examples: the same code passes or fails, always."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.postgres import PostgresServer, postgres_server

# Derandomized: a red suite is red again for whoever looks into it. No deadline: the machine may be busy.
settings.register_profile("calm", derandomize=True, deadline=None, print_blob=True)
settings.load_profile("calm")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One PostgreSQL for the session; each test creates its own database in it."""
    with postgres_server() as server:
        yield server
