"""No text of ours is computed by a spreadsheet, and none keeps a workbook from being written."""

from __future__ import annotations

import pytest

from brigade.exchange.reports.cells_out import safe_cell


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_what_would_be_computed_is_told_to_be_text(start: str) -> None:
    assert safe_cell(f"{start}1+1") == f"'{start}1+1"


def test_controls_are_gone_and_all_else_stays() -> None:
    assert safe_cell("a\x01b\ud800") == "ab"
    assert safe_cell("Hénin-Beaumont, 8 h") == "Hénin-Beaumont, 8 h"
