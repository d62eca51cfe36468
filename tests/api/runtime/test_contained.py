"""What others wrote is read apart: a reader that takes too much is refused, and refusals come back whole."""

from __future__ import annotations

import json
import os

import pytest

from api.imports import uploads
from api.runtime import contained
from api.runtime.faults import TooLarge, TooManyAttempts
from api.runtime.gate import ConcurrencyLimit, HolderLimit
from api.runtime.logs import CrashedProcess
from brigade.errors import Refused
from tests.api.small_basin import document
from tests.sayings import refusals


def take(megabytes: int) -> int:
    return len(bytearray(megabytes * 1_000_000))


def spin() -> None:
    while True:
        pass


def stumble(over: str) -> None:
    raise LookupError(over)


def pid() -> int:
    return os.getpid()


def test_a_problem_comes_back_from_another_process() -> None:
    """And a refusal with its issues."""
    body = json.dumps(document()).encode()
    found = contained.contained(uploads.read, body, "application/json")
    assert found.document["basin"]["id"] == "B1"
    assert contained.contained(pid) != os.getpid()
    with pytest.raises(Refused) as refused:
        contained.contained(uploads.read, b"{}", "application/json")
    assert [issue.code for issue in refusals(refused)] == ["D007"]
    with pytest.raises(TooLarge) as large:
        contained.contained(take, 4_000)
    assert refusals(large)[0].code == "A307"


def test_a_fault_of_ours_comes_back_as_its_class_and_line_and_says_nothing_of_the_file(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(CrashedProcess) as crashed:
        contained.contained(stumble, "Mme Martin")
    assert crashed.value.error == "LookupError"
    assert crashed.value.place.startswith(__file__)
    told = capfd.readouterr()
    assert "Martin" not in told.out + told.err + str(crashed.value)


def test_a_reader_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contained, "PATIENCE_S", 0.2)
    with pytest.raises(TooLarge):
        contained.contained(spin)


def test_a_gate_lets_so_many_in_and_turns_the_rest_away_at_once() -> None:
    gate = ConcurrencyLimit("essai", 1, 0, 0.0)
    with gate:
        with pytest.raises(TooManyAttempts) as refused, gate:
            pass
        assert (refusals(refused)[0].code, refused.value.retry_after_s > 0) == ("A107", True)
    with gate:
        pass


def test_whoever_waits_at_a_gate_leaves_room_when_it_gives_up() -> None:
    gate = ConcurrencyLimit("essai", 1, 1, 0.0)
    with gate:
        for _ in range(3):
            with pytest.raises(TooManyAttempts), gate:
                pass


def test_seats_are_bounded_in_all_and_for_one_holder() -> None:
    seats = HolderLimit("flux", in_all=3, of_one=2)
    seats.take("a")
    seats.take("a")
    with pytest.raises(TooManyAttempts):
        seats.take("a")
    seats.take("b")
    with pytest.raises(TooManyAttempts):
        seats.take("c")
    seats.give_back("a")
    seats.take("c")
    assert seats.taken == 3
