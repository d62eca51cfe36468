"""A problem written as tables and read again is the same problem: CSV folder or workbook, ordinary or odd
texts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from brigade.exchange.reading import read_any, write_any
from brigade.exchange.sheets.cells import guard, unguard
from brigade.values.problem import Problem
from brigade.values.validation.text_faults import text_fault
from tests.builders import catalogue, labour
from tests.sameness import differences
from tests.strategies import small_problems

ODD = [
    "=1+1",
    "+33 3 21",
    "-5",
    "@home",
    "'quoted",
    "'=x",
    "",
    " espace ",
    "a;b,c|d",
    'dit "oui"',
    "Œuvre à 50 €",
    "null",
    "NaN",
    "007",
    "1e3",
]
texts = st.one_of(st.sampled_from(ODD), st.text(max_size=20)).filter(lambda text: text_fault(text) is None)


def again(problem: Problem, name: str) -> Problem:
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        write_any(problem, path)
        return read_any(path)


@settings(max_examples=12)
@given(problem=small_problems(fine_ticks=True))
def test_a_folder_of_csv_gives_the_same_problem(problem: Problem) -> None:
    assert differences(problem, again(problem, "tables")) == []


@settings(max_examples=6)
@given(problem=small_problems(fine_ticks=True))
def test_a_workbook_gives_the_same_problem(problem: Problem) -> None:
    assert differences(problem, again(problem, "tables.xlsx")) == []


@settings(max_examples=8)
@given(problem=small_problems(max_visits=2, max_workers=1), name=texts, basin=texts)
def test_odd_texts_survive_both_kinds_of_tables(problem: Problem, name: str, basin: str) -> None:
    odd = replace(
        problem,
        basin=replace(problem.basin, name=basin),
        providers=tuple(replace(provider, name=name) for provider in problem.providers),
    )
    assert differences(odd, again(odd, "tables")) == []
    assert differences(odd, again(odd, "tables.xlsx")) == []


@settings(max_examples=6)
@given(
    problem=small_problems(
        max_visits=2, labour=labour({"DAILY_REST": 660}, {"MAX_SPAN": 720}), catalogue=catalogue()
    )
)
def test_edited_texts_have_tables_of_their_own(problem: Problem) -> None:
    assert differences(problem, again(problem, "tables")) == []


@given(text=st.text())
def test_no_written_text_begins_like_a_formula_and_none_is_changed(text: str) -> None:
    assert guard(text)[:1] not in ("=", "+", "-", "@", "\t", "\r")
    assert unguard(guard(text)) == text
