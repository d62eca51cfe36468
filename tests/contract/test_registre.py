"""The register and the impact assessment say what the product does: their figures, categories and recipients
are the code's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from api.basin.identities import SEALED
from api.runtime.roles import Role
from api.runtime.settings import Settings
from api.store.base import Table

ROOT = Path(__file__).resolve().parents[2]
PAGES = {
    name: (ROOT / "docs" / name).read_text("utf-8") for name in ("registre.md", "aipd.md", "personal-data.md")
}
UNITS = {"MONTHS": ("mois",), "DAYS": ("jours", "days"), "HOURS": ("heures", "h"), "MIN": ("minutes", "min")}
DEFAULTS = {name: field.default for name, field in Settings.model_fields.items()}


def told(page: str) -> dict[str, tuple[int, str]]:
    """Setting -> its figure and unit, of every table row that names one."""
    found = {}
    for row in PAGES[page].splitlines():
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        named = [match[1] for cell in cells if (match := re.fullmatch(r"`([A-Z_]+)`", cell))]
        figures = [match for cell in cells if (match := re.fullmatch(r"(\d+)(?: (\w+))?", cell))]
        if row.startswith("|") and named and figures:
            found[named[0]] = int(figures[0][1]), figures[0][2] or ""
    return found


@pytest.mark.parametrize("page", PAGES)
def test_every_duration_is_the_one_that_is_coded(page: str) -> None:
    durations = told(page)
    assert {f"RETAIN_{name}" for name in durations if f"retain_{name.lower()}" in DEFAULTS} == {
        name.upper() for name in DEFAULTS if name.startswith("retain_")
    }
    for name, (figure, unit) in durations.items():
        setting = f"retain_{name.lower()}" if f"retain_{name.lower()}" in DEFAULTS else name.lower()
        assert DEFAULTS[setting] == figure, name
        assert unit in ("", *UNITS[name.rpartition("_")[2]]), name


def test_sessions_last_as_long_as_the_pages_say() -> None:
    assert f"`SESSION_IDLE_MIN` : {DEFAULTS['session_idle_min']} minutes" in PAGES["registre.md"]
    said = (
        f"{DEFAULTS['session_idle_min']} minutes sans demande et {DEFAULTS['session_hours']} heures en tout"
    )
    assert said in PAGES["aipd.md"]


def test_the_register_knows_every_table_and_every_role() -> None:
    """A new table: say there which data about people it holds, or that it holds none."""
    part = PAGES["registre.md"].partition("## Données, table par table")[2].partition("\n## ")[0]
    named = [
        name
        for row in part.splitlines()
        if row.startswith("| `")
        for name in re.findall(r"`(\w+)`", row.split("|")[1])
    ]
    assert sorted(named) == sorted(Table.metadata.tables)
    recipients = PAGES["registre.md"].partition("## Destinataires, par rôle")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", recipients, re.MULTILINE) == [role.value for role in Role]


def test_what_is_sealed_is_told_as_sealed() -> None:
    (row,) = [
        one
        for one in PAGES["registre.md"].splitlines()
        if one.endswith("scellés |") and one.startswith("| `")
    ]
    assert set(re.findall(r"`(\w+)`", row)) == {table.__tablename__ for table in SEALED}


def test_what_the_pages_leave_to_the_controller_is_marked() -> None:
    """In brackets: nothing that only the organisation knows is made up."""
    for page in ("registre.md", "aipd.md"):
        assert len(re.findall(r"\[[^\]]*\](?!\()", PAGES[page])) > 5, page
