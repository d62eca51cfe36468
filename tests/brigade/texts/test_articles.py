"""Articles are cited in French; on English screens their remarks are in English."""

from __future__ import annotations

import re

from brigade.texts.articles import ACCORD, DEROGATION, OUR_DECISION, article_in
from brigade.texts.labour_code import shipped_labour_code

FRENCH = re.compile(
    r"[éèêàùçôîû«»]| [;:]|\b(le|la|les|des|une|du|de|d'|l'|par|pour|sans|ou|et|repos|jour)(?!\w)",
    re.IGNORECASE,
)


def shipped_articles() -> set[str]:
    code = shipped_labour_code()
    rows = {one for row in code.rows() for one in (row.article, row.opened_by, row.closed_by)}
    return {*rows, *(head.source for head in code.heads.values())} - {""}


def test_every_article_has_its_english() -> None:
    articles = {*shipped_articles(), *(f"BAD V.5 ({mark})" for mark in (ACCORD, DEROGATION, OUR_DECISION))}
    assert len(articles) > 100
    assert {one for one in articles if FRENCH.search(article_in(one, "en"))} == set()
    assert {one for one in articles if FRENCH.search(one)}, (
        "the search for French finds none: it says nothing"
    )


def test_an_article_keeps_its_number_and_an_accord_its_name() -> None:
    assert article_in("BAD V.5", "en") == "BAD V.5"
    assert (
        article_in(f"BAD V.5 ({ACCORD} : Accord de l’été)", "en")
        == "BAD V.5 (declared accord: Accord de l’été)"
    )
    assert article_in("CT L3122-5, lu journée par journée (décision Brigade)", "fr").endswith(
        "(décision Brigade)"
    )
