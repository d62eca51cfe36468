"""What we lean on is locked to the public index, explained, and told in pages that never fall behind."""

from __future__ import annotations

import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tools.docs import DOCS, PAGES, direct_dependencies

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = {"pypi.org", "files.pythonhosted.org"}


def test_the_lock_names_the_public_index_and_no_machine_of_ours() -> None:
    packages = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))["package"]
    [ourselves] = [package for package in packages if "editable" in package["source"]]
    others = [package for package in packages if package is not ourselves]
    assert {urlsplit(package["source"]["registry"]).hostname for package in others} == {"pypi.org"}
    files = [
        file for package in others for file in [*package.get("wheels", []), package.get("sdist")] if file
    ]
    assert {urlsplit(file["url"]).hostname for file in files} <= PUBLIC
    assert all(file["hash"].startswith("sha256:") for file in files)


def test_two_copies_of_highs_never_meet() -> None:
    """Both load a `libhighs.so`, whose symbols clash in one process (google/or-tools#5246)."""
    packages = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))["package"]
    assert {"ortools"} == {package["name"] for package in packages} & {"ortools", "highspy"}


@pytest.mark.parametrize(("where", "name"), list(direct_dependencies()))
def test_every_dependency_says_why_it_is_here(where: str, name: str) -> None:
    page = (DOCS / "dependencies.md").read_text("utf-8")
    assert f"| {name} |" in page, f"{name}, asked for by {where}, has no line in docs/dependencies.md"


@pytest.mark.parametrize("name", list(PAGES))
def test_a_generated_page_is_what_its_source_says(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == PAGES[name](), f"run `make docs`: docs/{name} fell behind"
