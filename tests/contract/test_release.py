"""What a release build is held to: images by digest, a bill of materials, workbooks read through
defusedxml."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl.xml
import pytest

from tools import images

ROOT = Path(__file__).resolve().parents[2]
DIGEST = "sha256:" + "0" * 64


def test_an_image_by_its_tag_alone_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "ROOT", tmp_path)
    (tmp_path / "Dockerfile").write_text("FROM python:3.11 AS build\nFROM build\n", "utf-8")
    (tmp_path / "compose.yaml").write_text(f"    image: postgres:16@{DIGEST}\n    image: brigade\n", "utf-8")
    assert images.main(["--check"]) == 1
    monkeypatch.setattr(images, "digest_of", lambda image: DIGEST)
    assert images.main(["--pin"]) == 0
    assert images.main(["--check"]) == 0
    assert (tmp_path / "Dockerfile").read_text("utf-8") == f"FROM python:3.11@{DIGEST} AS build\nFROM build\n"


def test_the_files_of_the_image_name_what_the_check_looks_at() -> None:
    found = [image for name in images.FILES for image in images.images((ROOT / name).read_text("utf-8"))]
    assert sorted({re.split("[:@]", image)[0] for image in found}) == ["postgres", "python"]


def test_workbooks_are_read_through_defusedxml_where_the_service_is_installed() -> None:
    assert openpyxl.xml.DEFUSEDXML
    needs = (ROOT / "pyproject.toml").read_text("utf-8")
    service = needs[needs.index("\nservice = [") : needs.index("\ndask = ")]
    assert '"defusedxml' in service
