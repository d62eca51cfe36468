"""Whatever stands in a document, a cell or a plan, the answer is a problem or a refusal with issues: never a
crash."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from functools import cache, partial
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from brigade.errors import Issue, Refused
from brigade.exchange.documents.plan_document import read_plan
from brigade.exchange.documents.problem_document import read_problem
from brigade.exchange.reading import read_any
from tests.faults.base import document, plan_json, sound, tables
from tests.sayings import said_of

json_values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(max_size=8),
        st.sampled_from(
            [
                "V1",
                "W1",
                "S1",
                "2026-03-09",
                "2026-03-09T08:00:00+01:00",
                "2200-12-31T23:59:59-12:00",
                -1,
                0,
                10**9,
            ]
        ),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=2)
    ),
    max_leaves=4,
)
cells = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "",
            "-1",
            "1e999",
            "1e-400",
            "9" * 39,
            "31/12/9999 23:59",
            "01/01/0001",
            "2026-03-09 24:00",
            "V1",
            "=1+1",
            '"',
            "\x00",
        ]
    ),
)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of every part of a JSON value, the whole included."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(leaf for key, item in items for leaf in leaves(item, (*path, key)))]


def replaced(whole: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    target = whole
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = new
    return whole


def issues_of(read: Callable[[], object]) -> tuple[Issue, ...]:
    """The issues of a refusal; none when the input is taken. Anything else that is raised fails the test."""
    try:
        read()
    except Refused as refused:
        assert_whole(refused.issues)
        return refused.issues
    return ()


def assert_whole(issues: tuple[Issue, ...]) -> None:
    assert issues
    assert all(one.code and one.where and one.hint for one in said_of(issues))


@cache
def sound_text() -> str:
    return json.dumps(document())


@cache
def sound_plan_text() -> str:
    return json.dumps(plan_json())


@cache
def sound_tables() -> dict[str, str]:
    with TemporaryDirectory() as place:
        return {path.name: path.read_text("utf-8-sig") for path in sorted(tables(Path(place)).iterdir())}


@settings(max_examples=500)
@given(data=st.data(), new=json_values)
def test_any_value_anywhere_in_a_document(data: st.DataObject, new: Any) -> None:
    whole = json.loads(sound_text())
    spoilt = replaced(whole, data.draw(st.sampled_from(leaves(whole))), new)
    issues_of(lambda: read_problem(json.dumps(spoilt).encode()))


@settings(max_examples=100)
@given(data=st.data(), new=json_values)
def test_any_value_anywhere_in_a_plan(data: st.DataObject, new: Any) -> None:
    whole = json.loads(sound_plan_text())
    spoilt = replaced(whole, data.draw(st.sampled_from(leaves(whole))), new)
    issues_of(lambda: read_plan(json.dumps(spoilt).encode(), sound()))


@settings(max_examples=60)
@given(data=st.data(), new=cells)
def test_any_text_in_any_cell(data: st.DataObject, new: str) -> None:
    spoilt = data.draw(st.sampled_from(list(sound_tables())))
    rows = list(csv.reader(StringIO(sound_tables()[spoilt]), delimiter=";"))
    row = data.draw(st.sampled_from(rows))
    row[data.draw(st.integers(0, len(row) - 1))] = new
    written = StringIO(newline="")
    csv.writer(written, delimiter=";").writerows(rows)
    with TemporaryDirectory() as place:
        for name, text in {**sound_tables(), spoilt: written.getvalue()}.items():
            Path(place, name).write_bytes(text.encode("utf-8", "replace"))
        issues_of(lambda: read_any(place))


@settings(max_examples=60)
@given(data=st.binary(max_size=60))
def test_any_bytes(data: bytes) -> None:
    for name in ("problem.json", "problem.xlsx"):
        with TemporaryDirectory() as place:
            path = Path(place) / name
            path.write_bytes(data)
            assert issues_of(partial(read_any, path))
