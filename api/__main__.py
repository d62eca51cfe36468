"""`python -m api`: what the operator does beside serving. Passwords come from the terminal or the
environment, not the command line, where others could read them."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from pathlib import Path

from api import serving
from api.access.authentication import SHORTEST_PASSWORD
from api.access.rights import Principal, Role
from api.access.scope import Scoped
from api.access.trail import Note
from api.basin import identities
from api.operations import archive, trail_seal
from api.operations.backup import BackupRows, backup, restore
from api.persons import accounts
from api.runtime import vault
from api.runtime.clock import SystemClock
from api.runtime.faults import NotFound
from api.runtime.settings import Settings
from api.service.service import Service
from api.store.basin_tables import Provider
from api.store.engine import Database
from api.store.migrate import upgrade
from brigade.errors import Refused
from brigade.words import say_issue

PASSWORD = "BRIGADE_NEW_PASSWORD"


def main(arguments: list[str] | None = None) -> int:
    """Returns: the exit code."""
    parser = argparse.ArgumentParser(prog="python -m api", description="Brigade : exploitation du service")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("migrate", help="mettre les tables à jour")
    commands.add_parser("verify-audit", help="vérifier la chaîne du journal")
    commands.add_parser("new-identity-key", help="tirer une clé pour BRIGADE_IDENTITY_KEYS")
    commands.add_parser("rotate-identities", help="sceller toutes les identités avec la clé la plus récente")
    out = commands.add_parser(
        "backup", help="sauvegarder toute la base dans un fichier, sans arrêter le service"
    )
    out.add_argument("file", type=Path)
    back = commands.add_parser("restore", help="remplir une base vide avec une sauvegarde")
    back.add_argument("file", type=Path)
    take = commands.add_parser(
        "archive", help="emporter toutes les données d’un bassin, ou d’un service (SAAD)"
    )
    take.add_argument("basin")
    take.add_argument("file", type=Path)
    take.add_argument("--provider", help="un service du bassin : ses seules données")
    unsealed = "croire une sauvegarde sans sceau, ou d’un autre secret, sur sa seule empreinte"
    back.add_argument("--unsealed", action="store_true", help=unsealed)
    server = commands.add_parser(
        "serve", help="ouvrir le service ; les réglages sont des variables BRIGADE_*"
    )
    server.add_argument("--host", default="127.0.0.1")
    server.add_argument("--port", type=int, default=8000)
    create = commands.add_parser(
        "create-administrator", help=f"créer un compte ; mot de passe demandé, ou {PASSWORD}"
    )
    create.add_argument("login")
    given = parser.parse_args(arguments)
    if given.command == "new-identity-key":
        print(vault.new_key())
        return 0
    try:
        if given.command == "serve":
            serving.serve(given.host, given.port)
            return 0
        return act(given)
    except FileExistsError:
        print(f"{given.file} existe déjà", file=sys.stderr)
        return 2
    except (Refused, NotFound) as refused:
        print(
            *(f"{one.code} {one.where} : {one.what} → {one.hint}" for one in map(say_issue, refused.issues)),
            sep="\n",
            file=sys.stderr,
        )
        return 2


def act(given: argparse.Namespace) -> int:
    settings = Settings()
    settings.refuse_unsafe()
    database = Database(settings.url)
    try:
        if given.command == "restore":
            seals = None if given.unsealed else settings.seal_keys()
            kept = restore(database, given.file, keys=settings.vault, seals=seals)
            with database.writing() as session:
                trail_seal.forget(session, settings.folder)
                session.commit()
            return told(kept, "restauré")
        upgrade(database, keys=settings.vault)
        match given.command:
            case "backup":
                return told(backup(database, given.file, seal=settings.seal_keys()[0]), "sauvegardé")
            case "verify-audit":
                return verify(database, settings)
            case "rotate-identities":
                return rotate(database, settings)
            case "archive":
                return take_archive(database, settings, given)
            case "create-administrator":
                return create_administrator(database, settings, given.login)
    finally:
        database.close()
    return 0


def told(kept: BackupRows, done: str) -> int:
    rows = {name: count for name, count in kept.rows.items() if count}
    print(f"{done} : {sum(rows.values())} lignes, empreinte {kept.sha256}")
    print(", ".join(f"{name} {count}" for name, count in rows.items()))
    return 0


def verify(database: Database, settings: Settings) -> int:
    with database.reading() as session:
        broken = trail_seal.first_break(session, settings.folder, settings.seal_keys())
    print("journal intact" if broken is None else f"journal altéré à partir de l’entrée {broken}")
    return 0 if broken is None else 1


def rotate(database: Database, settings: Settings) -> int:
    with database.writing() as session:
        scoped = Scoped(session, Principal("operator", Role.ADMINISTRATOR), SystemClock())
        count = identities.rotate(session, settings.vault())
        scoped.notes.append(Note("identities.resealed", "identities", "all", details={"count": count}))
        scoped.commit()
    print(f"{count} identités scellées avec la clé la plus récente")
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
        archive.note(scoped, service, given.basin)
        scoped.commit()
    with os.fdopen(os.open(given.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for piece in archive.stream(service, who, given.basin):
            file.write(piece)
    print(f"emporté : {given.file}")
    return 0


def create_administrator(database: Database, settings: Settings, login: str) -> int:
    password = os.environ.get(PASSWORD) or getpass.getpass("Mot de passe : ")
    if len(password) < SHORTEST_PASSWORD:
        print(f"au moins {SHORTEST_PASSWORD} caractères", file=sys.stderr)
        return 2
    with database.writing() as session:
        scoped = Scoped(session, Principal("operator", Role.ADMINISTRATOR), SystemClock())
        row = accounts.create(scoped, settings, login, Role.ADMINISTRATOR, password, [])
        scoped.commit()
    print(row.id)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
