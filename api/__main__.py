"""`python -m api`: what the operator does beside serving. Passwords come from the terminal or the
environment, not the command line, where others could read them."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from functools import partial
from pathlib import Path

from api import serving
from api.access import trail_seal
from api.access.authentication import SHORTEST_PASSWORD
from api.access.rights import Principal
from api.access.scope import Scoped
from api.access.trail import Note
from api.basin import identities
from api.operations import archive, trail_sealing
from api.operations.backup import BackupRows, backup, restore
from api.persons import accounts
from api.runtime import vault
from api.runtime.clock import SystemClock
from api.runtime.faults import NotFound
from api.runtime.roles import Role
from api.runtime.settings import Settings
from api.service.service import Service
from api.store.account_tables import LAST_BACKUP, keep_fact
from api.store.basin_tables import Provider
from api.store.engine import Database
from api.store.migrate import upgrade
from brigade.errors import Refused
from brigade.words import LANGUAGES, say_issue, word
from brigade.words.catalogue import ARGPARSE, HELP, language_of_process, text_of

PASSWORD = "BRIGADE_NEW_PASSWORD"
COMMANDS = (
    *("migrate", "verify-audit", "new-identity-key", "rotate-identities"),
    *("backup", "restore", "archive", "serve", "create-administrator"),
)
"""In the order of the help."""


def main(arguments: list[str] | None = None) -> int:
    """Returns: the exit code."""
    asked = sys.argv[1:] if arguments is None else arguments
    lang = _language_of(asked)
    # argparse looks its own sentences up under this name, with gettext, which reads compiled files only.
    setattr(argparse, "_", lambda text: text_of(ARGPARSE + text, lang) or text)  # noqa: B010
    given = _parser(lang).parse_args(asked)
    if given.command == "new-identity-key":
        print(vault.new_key())
        return 0
    try:
        if given.command == "serve":
            serving.serve(given.host, given.port, given.lang)
            return 0
        return act(given)
    except FileExistsError:
        print(word("operator.exists", lang, file=given.file), file=sys.stderr)
        return 2
    except (Refused, NotFound) as refused:
        print(
            *(
                f"{one.code} {one.where}{word('colon', lang)}{one.what} → {one.hint}"
                for one in (say_issue(issue, lang) for issue in refused.issues)
            ),
            sep="\n",
            file=sys.stderr,
        )
        return 2


def _language_of(arguments: list[str]) -> str:
    """Before the rest is parsed: the help must know it too."""
    first = argparse.ArgumentParser(add_help=False)
    first.add_argument("--lang")
    return language_of_process(first.parse_known_args(arguments)[0].lang)


def _parser(lang: str) -> argparse.ArgumentParser:
    def said(key: str) -> str:
        return (text_of(f"{HELP}operator.{key}", lang) or "").format(variable=PASSWORD)

    parser = argparse.ArgumentParser(prog="python -m api", description=said("description"))
    parser.add_argument("--lang", choices=LANGUAGES, default=lang, help=said("lang"))
    commands = parser.add_subparsers(dest="command", required=True)
    made = {name: commands.add_parser(name, help=said(name)) for name in COMMANDS}
    made["archive"].add_argument("basin")
    for name in ("backup", "restore", "archive"):
        made[name].add_argument("file", type=partial(_file, lang))
    made["archive"].add_argument("--provider", help=said("provider"))
    made["restore"].add_argument("--unsealed", action="store_true", help=said("unsealed"))
    made["serve"].add_argument("--host", default="127.0.0.1")
    made["serve"].add_argument("--port", type=int, default=8000)
    made["create-administrator"].add_argument("login")
    return parser


def _file(lang: str, text: str) -> Path:
    """The same for every command, before a database is opened. Raises: ArgumentTypeError for `-`, by which
    other programs mean a stream: these files are gone back in, or get their name once they are whole."""
    if text == "-":
        raise argparse.ArgumentTypeError(word("operator.no_stream", lang))
    return Path(text)


def act(given: argparse.Namespace) -> int:
    settings = Settings()
    settings.refuse_unsafe()
    database = Database(settings.url)
    try:
        if given.command == "restore":
            seals = None if given.unsealed else settings.seal_keys()
            kept = restore(database, given.file, keys=settings.vault, seals=seals)
            with database.writing() as session:
                trail_sealing.forget(session, settings.folder)
                session.commit()
            return told("restored", kept, given.lang)
        upgrade(database, keys=settings.vault)
        match given.command:
            case "backup":
                rows = backup(database, given.file, seal=settings.seal_keys()[0])
                with database.writing() as session:
                    keep_fact(session, LAST_BACKUP, SystemClock().now().isoformat())
                    session.commit()
                return told("backed_up", rows, given.lang)
            case "verify-audit":
                return verify(database, settings, given.lang)
            case "rotate-identities":
                return rotate(database, settings, given.lang)
            case "archive":
                return take_archive(database, settings, given)
            case "create-administrator":
                return create_administrator(database, settings, given)
    finally:
        database.close()
    return 0


def told(done: str, kept: BackupRows, lang: str) -> int:
    rows = {name: count for name, count in kept.rows.items() if count}
    print(word(f"operator.{done}", lang, rows=str(sum(rows.values())), digest=kept.sha256))
    print(", ".join(f"{name} {count}" for name, count in rows.items()))
    return 0


def verify(database: Database, settings: Settings, lang: str) -> int:
    with database.reading() as session:
        broken = trail_seal.first_break(session, settings.folder, settings.seal_keys())
    if broken is not None:
        print(word("operator.trail_broken", lang, entry=str(broken)))
        return 1
    print(word("operator.trail_intact", lang))
    return 0


def rotate(database: Database, settings: Settings, lang: str) -> int:
    with database.writing() as session:
        scoped = Scoped(session, Principal("operator", Role.ADMINISTRATOR), SystemClock())
        count = identities.rotate(session, settings.vault())
        scoped.notes.append(Note("identities.resealed", "identities", "all", details={"count": count}))
        scoped.commit()
    print(word("operator.resealed", lang, count=str(count)))
    return 0


def take_archive(database: Database, settings: Settings, given: argparse.Namespace) -> int:
    """As the account of an administrator, or of the service's manager, would get it; noted in the trail
    likewise."""
    service = Service(settings, SystemClock(), database)
    who = Principal("operator", Role.ADMINISTRATOR)
    if given.provider:
        who = Principal("operator", Role.MANAGER, frozenset({(given.basin, given.provider)}))
    with database.writing() as session:
        scoped = Scoped(session, who, service.clock)
        archive.may_take(scoped, given.basin)
        if given.provider:
            scoped.one(Provider, given.basin, given.provider)
        # Before the note: where a file is there already, nothing is taken.
        taken = os.open(given.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        archive.note(scoped, service, given.basin)
        scoped.commit()
    with os.fdopen(taken, "wb") as file:
        for piece in archive.stream(service, who, given.basin, given.lang):
            file.write(piece)
    print(word("operator.taken", given.lang, file=given.file))
    return 0


def create_administrator(database: Database, settings: Settings, given: argparse.Namespace) -> int:
    password = os.environ.get(PASSWORD) or getpass.getpass(word("operator.password", given.lang))
    if len(password) < SHORTEST_PASSWORD:
        print(word("operator.too_short", given.lang, least=SHORTEST_PASSWORD), file=sys.stderr)
        return 2
    with database.writing() as session:
        scoped = Scoped(session, Principal("operator", Role.ADMINISTRATOR), SystemClock())
        row = accounts.create(scoped, settings, given.login, Role.ADMINISTRATOR, password, [])
        scoped.commit()
    print(row.id)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
