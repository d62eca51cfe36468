"""Mixes of hosts: as many rows as rule sets can come about, and each the one that the checker would ask
for."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.basin.set_aside import plannable
from brigade.errors import InvalidProblem
from brigade.exchange.documents.problem_document import problem_to_json
from brigade.texts.labour_code import shipped_labour_code
from brigade.values.problem import Problem
from solver.model.model import build_model
from solver.primitives.host_mixes import NO_HOST, HostMixes, host_classes, mixes_by_worker
from tests.builders import employer, problem, provider, visit, worker
from tests.cli import brigade

LOOSE = {
    "MAX_DAILY_WORK": 720,
    "MAX_DAILY_WORK.exceptional": 720,
    "MAX_AVG_12W": 2760,
    "DAILY_REST": 540,
    "NIGHT_LIMITS.max_work": 720,
    "MAX_SPAN": 900,
    "ADDITIONAL_HOURS.percent_of_contract": 33,
    "SCHEDULE_NOTICE.working_days": 3,
    "CHANGE_NOTICE.working_days": 3,
}
"""What the code lets an accord agree on, as far as it goes."""


def day_of(accords: list[dict[str, int]], own: dict[str, int], engaged: int | None = None) -> Problem:
    """One worker of a SAAD with the accords `own`, lent to one SAAD for each of `accords`, with a visit at
    each."""
    hosts = [f"H{n}" for n in range(len(accords))]
    home = provider("E1", "ct", accords=own)
    return problem(
        [visit(f"V{host}", "A", 30, provider=host) for host in hosts],
        [worker(providers=hosts[:engaged])],
        rules=shipped_labour_code(),
        providers=(
            *(provider(host, "ct", accords=one) for host, one in zip(hosts, accords, strict=True)),
            home,
        ),
        employers=(employer("E1", "ct"),),
    )


def mixes_in(day: Problem) -> HostMixes:
    return mixes_by_worker(day, *host_classes(day))[0]


def test_accords_that_the_employers_text_outdoes_make_one_mix() -> None:
    """The employer keeps 10 h a day, so hosts that agreed on 11 or 12 change nothing: no host, and some
    host."""
    day = day_of([{"MAX_DAILY_WORK": 660 + 5 * n} for n in range(9)], own={})
    assert len(mixes_in(day)) == 2


def test_nine_accords_on_one_value_make_nine_mixes() -> None:
    day = day_of([{"MAX_DAILY_WORK": 660 + 5 * n} for n in range(9)], own={"MAX_DAILY_WORK": 720})
    assert len(mixes_in(day)) == 1 + 9


def test_hosts_that_a_worker_cannot_meet_make_no_mix() -> None:
    day = day_of([{"MAX_DAILY_WORK": 660 + 5 * n} for n in range(9)], own={"MAX_DAILY_WORK": 720}, engaged=2)
    mixes = mixes_in(day)
    assert len(mixes) == 1 + 2
    assert list(mixes.of_class[2:]) == [NO_HOST] * 8
    assert len(mixes_in(replace(day, rule_sets_off=frozenset({"ENGAGEMENT"})))) == 1 + 9


def too_many() -> Problem:
    """Ten hosts, each with another set of eight of nine loosened values, and one with all of them."""
    accords = [{key: value for key, value in LOOSE.items() if key != left_out} for left_out in LOOSE] + [
        {**LOOSE, "MAX_DAILY_WORK": 700, "DAILY_REST": 545}
    ]
    return day_of(accords, own=LOOSE)


def test_more_mixes_than_tables_hold_are_refused_by_name() -> None:
    with pytest.raises(InvalidProblem, match=r"P408 workers\[0\].engagements"):
        build_model(too_many())


def test_they_are_refused_before_anything_is_searched(tmp_path: Path) -> None:
    (tmp_path / "problem.json").write_text(json.dumps(problem_to_json(too_many())), "utf-8")
    answer = brigade("validate", tmp_path / "problem.json", "--text")
    assert (answer.code, "P408 workers[0].engagements" in answer.err) == (2, True)


def test_in_the_service_the_worker_alone_is_set_aside() -> None:
    planned, (told,) = plannable(problem_to_json(too_many()))
    assert (told.kind, told.id, told.issue.code) == ("workers", "W1", "P408")
    assert (len(planned.visits), planned.workers) == (10, ())


@st.composite
def accords(draw: st.DrawFn) -> dict[str, int]:
    keys = draw(st.lists(st.sampled_from(sorted(LOOSE)), max_size=4, unique=True))
    tight = {"DAILY_REST": 600, "SCHEDULE_NOTICE.working_days": 5, "CHANGE_NOTICE.working_days": 5}
    return {key: draw(st.sampled_from([LOOSE[key], tight.get(key, LOOSE[key] - 6)])) for key in keys}


@given(hosts=st.lists(accords(), min_size=1, max_size=5), own=accords(), data=st.data())
def test_every_mix_has_the_rules_that_its_hosts_make(
    hosts: list[dict[str, int]], own: dict[str, int], data: st.DataObject
) -> None:
    day = day_of(hosts, own)
    mixes, class_of = mixes_in(day), host_classes(day)[0]
    met = data.draw(st.lists(st.sampled_from([f"H{n}" for n in range(len(hosts))]), unique=True))
    mix = NO_HOST
    for host in met:
        mix = int(mixes.join[mix, mixes.of_class[class_of[frozenset({host})]]])
    wanted = {key: row.value for key, row in day.rules_for(day.workers[0], met).values.items()}
    assert {key: row.value for key, row in mixes.rules[mix].values.items()} == wanted
    everything = day.rules_for(day.workers[0], [f"H{n}" for n in range(len(hosts))])
    assert {k: row.value for k, row in mixes.rules[mixes.everywhere].values.items()} == {
        k: row.value for k, row in everything.values.items()
    }
