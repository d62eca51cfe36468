"""Every rule row cites articles in force and is dated from the wording it cites (`python -m tools.texts` asks
again)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from brigade.texts.labour_code import shipped_labour_code
from brigade.texts.rule_sets import RuleLayer
from tools.texts import cited, disagreements, read_table

CODE, TABLE = shipped_labour_code(), read_table()
OURS = ("décision Brigade", "Cass.", "limite", "de seconde main")


def test_every_row_has_the_article_and_the_date_of_the_texts() -> None:
    assert list(disagreements(CODE, TABLE)) == []


def test_a_wrong_date_and_a_wrong_article_are_found() -> None:
    """L3133-6 pays 1 May, in its wording of 10 August 2016."""
    rows = CODE.mandatory.rows
    pay = next(row for row in rows if row.key == ("SURCHARGES", "may_first"))
    for wrong in (replace(pay, in_force_from=date(2008, 5, 1)), replace(pay, article="CT L9999-9")):
        text = replace(CODE.mandatory, rows=(wrong,))
        assert (
            len(
                list(
                    disagreements(
                        replace(CODE, mandatory=text, default=replace(text, rows=()), agreements={}), TABLE
                    )
                )
            )
            == 1
        )


def test_what_the_table_does_not_hold_is_a_decision_of_ours_a_ruling_or_second_hand() -> None:
    loose = [row for row in CODE.rows() if not cited(row) and not any(word in row.article for word in OURS)]
    assert [
        (row.rule, row.name, row.article)
        for row in loose
        if row.layer is not RuleLayer.MANDATORY or "CT" in row.article
    ] == []


def test_the_table_holds_nothing_that_no_row_cites() -> None:
    assert TABLE.keys() <= {one for row in CODE.rows() for one in cited(row)}
