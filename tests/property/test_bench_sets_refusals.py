"""A damaged instance is read or refused with its faults, never met with a crash; what is read can be
costed."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brigade.errors import UnreadableInput
from scenarios.bench.sets import br2008, hhcrsp, strsp, uhhc
from tests.scenarios.bench import test_br2008, test_hhcrsp, test_strsp, test_uhhc

NUMBERS = st.integers(-(10**400), 10**400) | st.integers(-3, 90) | st.floats()
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.sampled_from(["", "A", "s1", "c1", "d0", "HARD", "sequential"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "start", "min"]), inner)
    ),
    max_leaves=4,
)
WORDS = st.sampled_from(
    ["", "-1", "7", "1.5", "1e999", "x", ";", ":=", ":", "[1]", "param", "set", "#", "(tr)", "10000"]
)


def spots(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a document, as its holder and its key."""
    keys = (
        list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    )
    for key in keys:
        yield value, key
        yield from spots(value[key])


def damaged(document: Any, data: st.DataObject) -> Any:
    """The document with one to three of its places replaced or taken away."""
    broken = copy.deepcopy(document)
    for _ in range(data.draw(st.integers(1, 3))):
        places = list(spots(broken))
        if places:
            holder, key = data.draw(st.sampled_from(places))
            if data.draw(st.booleans()):
                holder[key] = data.draw(VALUES)
            else:
                del holder[key]
    return broken


def read_or_refuse(module: Any, name: str, text: str, solution: Any, folder: pytest.TempPathFactory) -> None:
    path = folder.getbasetemp() / name
    path.write_text(text)
    try:
        instance = module.read(path)
    except UnreadableInput as refusal:
        codes = {issue.code for issue in refusal.issues}
    else:
        assert module.evaluate(instance, solution).components
        return
    assert codes
    assert codes <= {f"B10{digit}" for digit in range(1, 8)}


@settings(max_examples=150)
@given(data=st.data())
def test_a_damaged_unified_instance_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    text = json.dumps(damaged(test_uhhc.document(), data))
    read_or_refuse(uhhc, "u.json", text, test_uhhc.solution(test_uhhc.TINY), tmp_path_factory)


@settings(max_examples=150)
@given(data=st.data())
def test_a_damaged_mankowska_instance_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    text = json.dumps(damaged(test_hhcrsp.document(), data))
    read_or_refuse(hhcrsp, "h.json", text, test_hhcrsp.solution(test_hhcrsp.TINY), tmp_path_factory)


@pytest.mark.parametrize(
    ("module", "name", "case"),
    [(br2008, "case_3_50_1.dat", test_br2008), (strsp, "STRSP_C_1_9.txt", test_strsp)],
    ids=["br2008", "strsp"],
)
@settings(max_examples=100)
@given(data=st.data())
def test_a_damaged_list_of_words_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, module: Any, name: str, case: Any, data: st.DataObject
) -> None:
    words = case.TEXT.split(" ")
    for _ in range(data.draw(st.integers(1, 3))):
        words[data.draw(st.integers(0, len(words) - 1))] = data.draw(WORDS)
    read_or_refuse(module, name, " ".join(words), case.solution(case.TINY), tmp_path_factory)
