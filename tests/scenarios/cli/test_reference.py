"""Help, language, rules, schemas, conversion: what the command line says of itself and of what it knows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from brigade import __version__
from brigade.exchange.schema import SCHEMAS, schema_text
from brigade.texts.labour_code import shipped_labour_code
from brigade.words import LANGUAGES
from brigade.words.catalogue import HELP, keys
from scenarios.cli.console.exits import ExitCode
from scenarios.cli.console.help_words import localize, said_slip
from scenarios.cli.main import app
from tests.cli import brigade, files_in, sound_file

COMMANDS = [str(command.name) for command in app.registered_commands]


def test_the_help_names_every_command_and_exit_code() -> None:
    said = brigade("--help").out
    assert all(command in said for command in COMMANDS)
    assert all(f"{int(code)} : " in said for code in ExitCode)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_helps_in_one_language_at_a_time(command: str) -> None:
    french, english = brigade(command, "--help").out, brigade("--lang", "en", command, "--help").out
    assert "Montrer cette page" in french
    assert "Show this message" in english
    assert "Show" not in french


def test_the_language_may_be_said_before_or_after_the_command() -> None:
    for args in (
        ("--lang", "en", "rules", "bad"),
        ("rules", "bad", "--lang", "en"),
        ("rules", "--lang=en", "bad"),
    ):
        assert "room to move" in brigade(*args).out
    assert "dérogation" in brigade("--lang", "en", "rules", "bad", "--lang", "fr").out


def parts(command: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every command and parameter with its place."""
    yield path, command
    yield from ((f"{path} {one.name}", one) for one in command.params)
    for name, inner in getattr(command, "commands", {}).items():
        yield from parts(inner, f"{path} {name}")


def test_every_command_and_parameter_is_explained_in_both_languages() -> None:
    """And no explanation of the catalogue is left without its command or parameter."""
    said = {}
    for lang in LANGUAGES:
        group = typer.main.get_command(app)
        localize(group, lang)
        said[lang] = {place: one.help for place, one in parts(group)}
    assert said["fr"].keys() == said["en"].keys()
    assert [place for place, french in said["fr"].items() if french == said["en"][place]] == []
    asked = {
        f"option.{one.help or one.name}"
        if place and hasattr(one, "opts")
        else f"command.{place.strip().replace(' ', '.') or 'brigade'}"
        for place, one in parts(typer.main.get_command(app))
    }
    known = {key for key in keys("fr", HELP) if key.startswith(("option.", "command."))}
    assert known == asked


def test_slips_are_told_in_the_language_asked_for() -> None:
    for slip, french in (
        (("solve", "day.json", "--seed=-1"), "Valeur refusée pour '--seed' : au moins 0 est attendu"),
        (("solve",), "Il manque l’argument 'ENTRÉE'."),
        (("solve", "day.json", "--json=3"), "L’option '--json' ne prend pas de valeur."),
        (
            ("schema", "x"),
            "Valeur refusée pour '[problem|plan|events|edits|mapping|lending]' : 'x' n’est pas un de :",
        ),
        (("slove",), "Aucune commande 'slove'. Vouliez-vous dire 'solve', 'serve' ?"),
        (("rules", "--lang", "de"), "Valeur refusée pour '--lang' (variable : 'BRIGADE_LANG')"),
    ):
        told = " ".join(brigade(*slip).err.replace("│", "").split())
        assert french in told
        assert "Erreur" in told
        assert "Error" in brigade("--lang", "en", *slip).err


def test_a_slip_that_the_catalogue_does_not_know_is_told_as_it_is() -> None:
    assert said_slip("Something new went wrong", "fr") == "Something new went wrong"


def test_the_version_is_told_in_two_ways() -> None:
    assert brigade("--version").out == brigade("version").out
    told = brigade("version", "--json").json
    assert (told["command"], told["exit_code"], told["brigade"]) == ("version", 0, __version__)


def test_an_unknown_command_is_refused() -> None:
    answer = brigade("slove")
    assert answer.code == 2
    assert "solve" in answer.err


def test_nothing_asked_shows_the_help() -> None:
    assert "solve" in brigade().out + brigade().err


# -- rules and schemas -------------------------------------------------------------------------------------
@pytest.mark.parametrize("set_id", [*shipped_labour_code().agreements, None])
def test_rules_come_with_value_and_article(set_id: str | None) -> None:
    asked = [set_id] if set_id else []
    rows = brigade("rules", *asked, "--json").json["rules"]
    printed = brigade("rules", *asked).out
    assert "DAILY_REST" in {row["rule"] for row in rows}
    assert all(row["article"] and row["article"] in printed for row in rows)


def test_rule_sets_are_named_in_either_case() -> None:
    assert brigade("rules", "BAD").out == brigade("rules", "bad").out


def test_an_unknown_rule_set_is_refused() -> None:
    answer = brigade("rules", "xyz", "--json")
    assert (answer.code, answer.issues[0]["hint"]) == (2, "un de : bad, ct, fpt, sap")


@pytest.mark.parametrize("kind", SCHEMAS)
def test_a_schema_is_printed_as_committed(kind: str, tmp_path: Path) -> None:
    assert brigade("schema", kind).out == brigade("schema", kind, "-o", "-").out == schema_text(kind)
    brigade("schema", kind, "-o", tmp_path / "new" / "schema.json")
    assert (tmp_path / "new" / "schema.json").read_text("utf-8") == schema_text(kind)


# -- conversion --------------------------------------------------------------------------------------------
def test_a_problem_goes_to_tables_and_workbook_and_back(tmp_path: Path) -> None:
    first, tables, book, last = (
        sound_file(tmp_path),
        tmp_path / "tables",
        tmp_path / "book.xlsx",
        tmp_path / "again.json",
    )
    for source, target in ((first, tables), (tables, book), (book, last)):
        assert brigade("convert", source, target).code == 0
    assert last.read_bytes() == first.read_bytes()


def test_what_conversion_wrote_is_listed(tmp_path: Path) -> None:
    answer = brigade("convert", sound_file(tmp_path), tmp_path / "tables", "--json")
    assert set(answer.json["files"]) == {
        str(tmp_path / "tables" / name) for name in files_in(tmp_path / "tables")
    }


def test_json_keeps_accents_readable(tmp_path: Path) -> None:
    answer = brigade("validate", tmp_path / "né.json")
    assert "né.json" in answer.out
    assert json.loads(answer.out)["exit_code"] == 2
