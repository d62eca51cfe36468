"""CONTRIBUTING.md and the map follow the code: every path stands, and each step of the absence calls the
next."""

from __future__ import annotations

import ast
import re
from itertools import pairwise
from pathlib import Path

import pytest

from tools.docs import ROOT
from tools.house import with_block

PAGE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
STEP = re.compile(r"^\d+\. (⇢ )?`([\w/]+\.py)` `(\w+)`", re.MULTILINE)
STEPS = STEP.findall(PAGE)
PLACES = sorted(set(re.findall(r"`((?:api|brigade|solver|scenarios|tests|docs)/[\w/.*-]+)`", PAGE)))


def function(path: str, name: str) -> ast.FunctionDef:
    for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return node
    pytest.fail(f"{path} has no {name}")


def named_in(node: ast.AST) -> set[str]:
    """Every name and attribute a function speaks of."""
    names = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    return names | {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)}


@pytest.mark.parametrize("place", PLACES)
def test_every_place_of_the_page_stands(place: str) -> None:
    assert any(ROOT.glob(place.rstrip("/"))), place


def test_an_absence_goes_through_the_code_as_the_page_says() -> None:
    assert len(STEPS) == 21
    for (_, path, name), (arrow, _, called) in pairwise(STEPS):
        assert arrow or called in named_in(function(path, name)), f"{path} {name} -> {called}"
    function(STEPS[-1][1], STEPS[-1][2])


RESOURCE = PAGE.partition("**A resource of the service**")[2].partition("The rest follows")[0]
OF_A_RESOURCE = re.findall(r"^- `([\w/]+\.\w+)`", RESOURCE, re.MULTILINE)
WHERE_NONE_IS_NAMED = (
    *("api/app.py", "api/access", "api/http", "api/operations/archive*.py", "api/store/migrations/*.py"),
)
APART = {
    *(
        "Absence",
        "Account",
        "AuditEntry",
        "AuditHead",
        "Basin",
        "BasinEvent",
        "BasinRow",
        "Erasure",
        "Grant",
        "Job",
    ),
    *("InstallationFact", "LoginFailure", "OutsideName", "Plan", "Problem", "Release", "ReleaseDay"),
    *("RememberedRequest", "Token", "WebSession"),
}
"""Tables of who asks and of what was asked, and those that leave otherwise than their rights say."""


def test_a_resource_has_seven_places_in_four_folders() -> None:
    """Each of them speaks of the resource that the page takes as its example."""
    folders = {"/".join(place.split("/")[:2]) for place in OF_A_RESOURCE}
    assert (len(OF_A_RESOURCE), len(folders)) == (7, 4), OF_A_RESOURCE
    for place in OF_A_RESOURCE:
        assert "webhook" in (ROOT / place).read_text("utf-8").lower(), place


@pytest.mark.parametrize("pattern", WHERE_NONE_IS_NAMED)
def test_a_resource_is_not_listed_again_elsewhere(pattern: str) -> None:
    """What stands around all resources names none of them: it asks the tables and the routes."""
    found = [
        file for path in ROOT.glob(pattern) for file in (path.rglob("*.py") if path.is_dir() else [path])
    ]
    assert found, pattern
    for file in found:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").endswith("_tables"):
                named = {one.name for one in node.names if one.name[0].isupper() and not one.name.isupper()}
                assert named <= APART, f"{file.relative_to(ROOT)}: {sorted(named - APART)}"


def test_the_map_of_the_readme_is_that_of_the_imports() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert readme == with_block(readme), "run `make docs`"
    for page in re.findall(r"\]\((\w[\w/.-]+\.md)\)", readme):
        assert Path(ROOT / page).exists(), page


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda page: page.name)
def test_a_path_named_in_a_page_stands(page: Path) -> None:
    named = re.findall(
        r"(?<![\w./-])((?:api|brigade|solver|scenarios|tests|tools)/[\w/.-]*\w)", page.read_text("utf-8")
    )
    gone = {one for one in named if not any(ROOT.glob(f"{one}*"))} - {
        "brigade/law/rules/x.py",
        "solver/rules/x.py",
    }
    assert not gone, sorted(gone)
