"""What invented providers, employers and funding lines are called (`names.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files

from brigade.words.sentences import SentenceSetting, fill

_FILE = files("scenarios.generator").joinpath("names.toml")
_NAMES: Mapping[str, Mapping[str, str]] = tomllib.loads(_FILE.read_text("utf-8"))
FUNDING_LINES = _NAMES["funding_lines"]


def provider_name(status: str, id: str, place: str) -> str:
    return fill(_NAMES["providers"][status], {"id": id, "place": place}, SentenceSetting("fr"))


def employer_name(kind: str, **where: object) -> str:
    return _NAMES["employers"][kind].format(**where)
