"""An empty service: its first account, and the five calls of docs/first-day.md to a first plan that people
are told of."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from api.access import authentication
from api.access.rights import Principal
from api.access.scope import Scoped
from api.operations import first_start
from api.persons import accounts
from api.runtime.clock import SystemClock
from api.runtime.roles import Role
from api.runtime.settings import Environment, Settings
from api.service.service import Service
from api.store.account_tables import Account, AuditEntry, Grant, Token
from api.store.engine import Database
from api.store.migrate import upgrade
from brigade.units import PARIS
from scenarios.cli.commands import hosting as command
from tests.api.conftest import World, settings_for
from tests.api.live import until
from tests.api.test_serving import ROOT, ready, served

LOGIN = first_start.LOGIN


def empty(url: str, folder: Path) -> Service:
    settings = settings_for(url, folder)
    database = Database(url)
    upgrade(database, keys=settings.vault)
    return Service(settings, SystemClock(), database)


def test_of_processes_that_begin_at_once_on_an_empty_database_one_makes_the_first_account(
    url: str, tmp_path: Path
) -> None:
    """It opens the service to whoever has its password, which stands nowhere but in a hash; later starts make
    none."""
    several = [empty(url, tmp_path) for _ in range(4)]
    with ThreadPoolExecutor(4) as many:
        made = [one for one in many.map(first_start.first_account, several) if one is not None]
    assert len(made) == 1
    service = several[0]
    with service.database.reading() as session:
        account = authentication.verify_login(session, service.settings, LOGIN, made[0])
        assert account is not None
        assert account.role == "administrator"
        entries = list(session.scalars(select(AuditEntry)))
        assert [(one.action, one.actor) for one in entries] == [("accounts.created", first_start.ACTOR)]
        assert made[0] not in f"{[one.details for one in entries]}{account.password_hash}"
    assert first_start.first_account(service) is None
    for one in several:
        one.database.close()


@pytest.mark.parametrize("model", ["sqlite"], indirect=True)
def test_a_database_that_anybody_used_gets_no_account_of_its_own(world: World) -> None:
    """Not even once all its accounts are gone: the trail remembers that there were some."""
    assert first_start.first_account(world.service) is None
    with world.service.database.writing() as session:
        for table in (Grant, Token, Account):
            session.execute(delete(table))
        session.commit()
    assert first_start.first_account(world.service) is None


def test_a_first_password_is_printed_on_a_terminal_or_kept_for_its_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where nobody sits at a terminal, standard output may be a log. The file goes once another password is
    chosen."""
    service = empty(f"sqlite:///{tmp_path / 'brigade.db'}", tmp_path)
    said = "\n".join(first_start.begin(service, "fr"))
    path = tmp_path / first_start.FILE
    login, password = path.read_text("utf-8").split()
    assert (login, path.stat().st_mode & 0o777, password in said) == (LOGIN, 0o600, False)
    assert "docs/first-day.md" in said
    first_start.forget(service)
    assert path.exists()
    with service.database.writing() as session:
        account = session.scalars(select(Account)).one()
        scoped = Scoped(session, Principal(account.id, Role.ADMINISTRATOR), service.clock)
        accounts.set_own_password(scoped, service.settings, "un-autre-mot-de-passe", None)
        scoped.commit()
    first_start.forget(service)
    assert not path.exists()
    assert password not in capsys.readouterr().err

    other = empty(f"sqlite:///{tmp_path / 'other.db'}", tmp_path)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    shown = re.search(rf"{LOGIN}  (\S+)", "\n".join(first_start.begin(other, "en")))
    assert shown is not None
    with other.database.reading() as session:
        assert authentication.verify_login(session, other.settings, LOGIN, shown[1]) is not None
    assert not path.exists()
    other.settings = other.settings.model_copy(update={"environment": Environment.PRODUCTION})
    third = empty(f"sqlite:///{tmp_path / 'third.db'}", tmp_path)
    third.settings = other.settings
    assert "create-administrator" in "\n".join(first_start.begin(third, "fr"))
    assert first_start.first_account(other) is None
    for one in (service, other, third):
        one.database.close()


def test_every_command_works_in_one_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever opens the service and whatever operates it; what is asked on the command line goes first."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BRIGADE_FOLDER", "elsewhere")
    command.prepare(None)
    assert Settings().folder == Path("elsewhere")
    command.prepare(Path("asked"))
    assert Settings().folder == Path("asked")
    monkeypatch.delenv("BRIGADE_FOLDER")
    command.prepare(None)
    assert Settings().folder == Path("brigade-data")
    Path("out/service").mkdir(parents=True)
    Path("out/service/brigade.db").touch()  # where a version before kept it
    assert Settings().folder == Path("out/service")
    Path("brigade-data").mkdir()
    Path("brigade-data/brigade.db").touch()
    assert Settings().folder == Path("brigade-data")


def test_from_an_empty_service_to_a_plan_that_people_are_told_of(tmp_path: Path) -> None:
    """The page word for word but for the port: five calls, none refused, and the letters lie there."""
    page = (ROOT / "docs/first-day.md").read_text("utf-8")
    script = "\n".join(re.findall(r"```sh\n(.*?)```", page, re.DOTALL))
    assert script.count("\ncall ") + script.count("$(call ") + script.count("$(curl ") == 5
    today = datetime.now(PARIS).date()
    day = next(
        one
        for n in range(1, 5)
        if (one := today + timedelta(n)).weekday() < 5 and (one.month, one.day) != (5, 1)
    )
    data = tmp_path / "data"
    with served(data) as (address, server):
        ready(address)
        password = (data / first_start.FILE).read_text("utf-8").split()[1]
        curl = f'curl() {{ "{sys.executable}" "{ROOT}/tests/curl.py" "$@"; }}\n'
        done = subprocess.run(
            ["bash", "-euc", curl + script.replace("http://127.0.0.1:8000", address)],
            cwd=tmp_path,
            env=os.environ | {"PASSWORD": password, "DAY": day.isoformat()},
            capture_output=True,
            text=True,
            timeout=300,
        )
        files = [tmp_path / name for name in ("import.json", "progress.txt")]
        told = "".join([done.stdout, *(file.read_text("utf-8") for file in files)])
        assert (done.returncode, done.stderr) == (0, ""), told
        assert "brigade.invalid/errors" not in told, told
        assert '"state": "published"' in done.stdout, told
        until(lambda: {one.suffix for one in (data / "outgoing").glob("*")} >= {".eml", ".txt"})
        letters = {letter.suffix: letter.read_text("utf-8") for letter in (data / "outgoing").glob("*")}
        server.terminate()
        assert server.stdout is not None
        printed = server.stdout.read()
    assert (tmp_path / "import.json").read_text("utf-8").count("/mot-de-passe/") == 2
    assert ("+33639980001" in letters[".txt"], "SANS REMPLA" in letters[".eml"]) == (True, False)
    assert (password in printed, address in printed) == (False, True)
