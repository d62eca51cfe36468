"""Refusals as people read them, in French: what tests compare."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from brigade.errors import Issue, Refused
from brigade.words import SaidIssue, say_issue


def said_of(issues: Iterable[Issue], lang: str = "fr") -> list[SaidIssue]:
    return [say_issue(one, lang) for one in issues]


def refusals(caught: pytest.ExceptionInfo[Refused]) -> list[SaidIssue]:
    """What was refused, said."""
    return said_of(caught.value.issues)
