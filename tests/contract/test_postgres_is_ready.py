"""The ground under every store test: a real PostgreSQL that leaves nothing behind."""

from __future__ import annotations

import psycopg

from tests.postgres import PostgresServer, postgres_server


def test_databases_of_one_server_do_not_see_each_other(postgres: PostgresServer) -> None:
    with psycopg.connect(postgres.create_database("ground_one")) as one:
        one.execute("create table visit (id text primary key)")
    with psycopg.connect(postgres.create_database("ground_two")) as two:
        assert two.execute("select to_regclass('visit')").fetchone() == (None,)


def test_a_server_leaves_no_file_behind() -> None:
    with postgres_server() as server:
        assert (server.folder / "data" / "PG_VERSION").exists()
    assert not server.folder.exists()
