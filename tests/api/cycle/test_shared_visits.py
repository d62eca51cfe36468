"""A newcomer in the service: her first visits are shared, told, counted once they took place, and then she
goes alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from api.access.rights import Principal
from api.access.scope import Scoped
from api.basin.compose import compose
from api.runtime.roles import Role
from brigade.values.problem import Problem
from brigade.values.workforce import Learning
from tests.api.conftest import World, begins
from tests.api.small_basin import BASIN, absence
from tests.api.web.site import Browser
from tests.builders import MONDAY

C, M, W = Role.COORDINATOR, Role.MANAGER, Role.WORKER
LEARNS = {"client_id": "S1:A", "shared_needed": 1, "tutors": ["W1"], "funding_line_id": "F1"}


def teach(world: World, *lines: dict[str, Any], worker: str = "W3") -> Any:
    row = world.ask(C, "GET", f"{BASIN}/workers/{worker}")
    body = {**row.json()["value"], "learning": list(lines)}
    return world.ask(C, "PUT", f"{BASIN}/workers/{worker}", body, If_Match=row.headers["ETag"])


def planned_with(world: World) -> None:
    """A-1 is away, and a plan is told."""
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    world.search()
    (proposal,) = world.get(f"{BASIN}/plans?state=proposed")["items"]
    assert world.publish(proposal).status_code == 200


@pytest.fixture
@begins
def planned(world: World) -> World:
    """A-1 is away; W1 does V1, and W3 goes along."""
    assert teach(world, LEARNS).status_code == 200
    planned_with(world)
    return world


def composed(world: World, day: date) -> Problem:
    with world.service.database.reading() as session:
        return compose(Scoped(session, Principal.system("tests", "B1"), world.service.clock), "B1", day, 1)


def became(world: World, **told: Any) -> None:
    """By noon it is told what became of her visit."""
    world.later(hours=6)
    answer = world.ask(C, "POST", f"{BASIN}/outcomes", {"outcomes": [{"visit_id": "V1:W3", **told}]})
    assert answer.status_code == 200, answer.text


def learning(world: World) -> tuple[Learning, ...]:
    return composed(world, MONDAY).worker_by_id["W3"].learning


def told(world: World) -> dict[str, tuple[str, str]]:
    return {
        one["visit_id"]: (one["worker_id"], one["starts_at"][11:16])
        for one in world.get(f"{BASIN}/offers")["items"]
        if one["visit_id"].startswith("V1")
    }


def test_learner_and_tutor_are_told_of_one_visit_at_one_time(planned: World) -> None:
    found = told(planned)
    assert found.keys() == {"V1", "V1:W3"}
    (tutor, hour), (learner, other) = found["V1"], found["V1:W3"]
    assert (tutor, learner, hour) == ("W1", "W3", other)


def test_what_took_place_counts_and_then_she_goes_alone(planned: World) -> None:
    (known,) = learning(planned)
    assert (known.shared_done, known.allows_solo(MONDAY)) == (0, False)
    became(planned, done=True, worker_id="W3")
    (known,) = learning(planned)
    assert (known.shared_done, known.allows_solo(MONDAY)) == (1, True)


def test_what_did_not_take_place_counts_nothing_and_nobody_is_sent_instead(planned: World) -> None:
    became(planned, done=False, cause="worker_absent")
    assert [one.shared_done for one in learning(planned)] == [0]


def seats(world: World) -> list[str]:
    return [one.id for one in composed(world, MONDAY).visits if one.shadowing is not None]


def test_a_later_visit_takes_the_place_of_one_that_has_begun_without_her(world: World) -> None:
    """W3 is to share one visit of personal care. Told before the day V3 is the first, which may begin from
    seven; once it is too late for that one, another is."""
    planned_with(world)
    assert teach(world, {"act_class": "essential", "shared_needed": 1}).status_code == 200
    (first,) = seats(world)
    world.later(hours=12)
    assert first not in seats(world)


def test_what_is_told_not_to_have_been_shared_is_shared_no_more(planned: World) -> None:
    assert seats(planned) == ["V1:W3"]
    became(planned, done=False, cause="worker_absent")
    assert seats(planned) == []


def test_all_that_is_wrong_with_what_somebody_learns_is_told_at_once(world: World) -> None:
    wrong: list[dict[str, Any]] = [
        {"client_id": "NOBODY", "shared_needed": 1},
        {"competency": "NIGHT", "act_class": "essential", "tutors": ["W3", "GONE"]},
    ]
    answer = teach(world, *wrong)
    assert answer.status_code == 422
    places = {one["where"].removeprefix("workers.W3.") for one in answer.json()["issues"]}
    assert {"learning[0].client_id", "learning[1]", "learning[1].tutors"} <= places


def test_a_client_of_other_days_and_a_line_that_is_over_stop_nobody(planned: World) -> None:
    later = composed(planned, date(2026, 3, 16))
    assert "W3" in later.worker_by_id
    assert later.worker_by_id["W3"].learning == ()


@pytest.mark.parametrize(
    ("learner", "tutor", "said"),
    [("W1", "W2", "vous accompagnez"), ("W3", "W1", "une personne vous accompagne")],
    ids=["the learner", "the tutor"],
)
def test_her_week_says_that_a_visit_is_shared(world: World, learner: str, tutor: str, said: str) -> None:
    """The account is W1's."""
    assert teach(world, {**LEARNS, "tutors": [tutor]}, worker=learner).status_code == 200
    planned_with(world)
    assert said in Browser(world, W).page("/ma-semaine").text()


def test_payroll_tells_what_was_shared_and_what_was_guided(planned: World) -> None:
    """V1 lasts an hour: W1 did it, W3 went along."""
    planned.later(hours=6)
    told = [{"visit_id": id, "done": True, "worker_id": who} for id, who in (("V1", "W1"), ("V1:W3", "W3"))]
    assert planned.ask(C, "POST", f"{BASIN}/outcomes", {"outcomes": told}).status_code == 200
    asked = f"{BASIN}/exports/payroll?first_day=2026-03-09&last_day=2026-03-09"
    paid = {row["worker_id"]: row for row in planned.get(asked)["rows"]}
    names = ("service_min", "shared_min", "tutor_min")
    assert {id: tuple(row[name] for name in names) for id, row in paid.items()} == {
        "W1": (60, 0, 60),
        "W3": (60, 60, 0),
    }
