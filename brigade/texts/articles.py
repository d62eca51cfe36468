"""What an article says beside its number: a remark in French, as texts are cited, and its English
(`data/articles.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

_ARTICLES: Mapping[str, Any] = tomllib.loads(
    files("brigade").joinpath("data/articles.toml").read_text("utf-8")
)
_MARKS: Mapping[str, str] = _ARTICLES["marks"]
OUR_DECISION, ACCORD, DEROGATION = _MARKS["our_decision"], _MARKS["accord"], _MARKS["derogation"]
"""The source of rules that come from no text; of a value that an accord replaced; of a cap that the prefect
raised."""


@cache
def article_in(article: str, lang: str) -> str:
    """An article as it is cited in a language. A remark that has no English, an accord's name say, stays."""
    # Plans that are kept cite with the apostrophe of typewriters, as our data once did.
    article = article.replace("'", "’")
    if lang == "fr":
        return article
    # Inside longer citations too: a remark follows the number of its article.
    for french, english in _ARTICLES["english"].items():
        article = article.replace(french, english)
    return article
