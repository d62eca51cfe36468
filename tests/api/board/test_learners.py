"""A learner's shared visit and the week of a path, on the board and on paper."""

from __future__ import annotations

import pytest

from api.runtime.roles import Role
from tests.api.board.test_board import board, visits
from tests.api.conftest import World, begins
from tests.api.cycle.test_paths import STEP, put_on_path
from tests.api.cycle.test_shared_visits import LEARNS, planned_with, teach
from tests.api.small_basin import BASIN
from tests.api.web.site import Browser


@pytest.fixture
@begins
def shared(world: World) -> World:
    """W1 does V1 and W3 goes along, who is on a path."""
    assert teach(world, LEARNS).status_code == 200
    assert put_on_path(world, STEP, worker="W3").status_code == 200
    planned_with(world)
    return world


def test_both_ends_of_a_shared_visit_are_marked(shared: World) -> None:
    (plan,) = shared.get(f"{BASIN}/plans?state=published")["items"]
    found = visits(board(shared, plan))
    assert (found["V1"]["learners"], found["V1"]["beside"]) == (["W3"], None)
    assert (found["V1:W3"]["learners"], found["V1:W3"]["beside"]) == ([], "V1")
    assert found["V1:W3"]["start"] == found["V1"]["start"]


def test_the_lane_says_how_far_the_week_of_a_path_is(shared: World) -> None:
    (plan,) = shared.get(f"{BASIN}/plans?state=published")["items"]
    paths = {row["worker_id"]: row["path"] for row in board(shared, plan)["rows"]}
    assert paths["W1"] is None
    assert "3 actes essentiels sur 2 visés" in paths["W3"].replace("\N{NO-BREAK SPACE}", " ")
    assert paths["W3"].startswith("Parcours, semaine du")


def test_sheets_say_it_without_a_script(shared: World) -> None:
    (plan,) = shared.get(f"{BASIN}/plans?state=published")["items"]
    text = Browser(shared, Role.COORDINATOR).page(f"/bassins/B1/plans/{plan['id']}/feuilles").text()
    assert "en doublon avec W3" in " ".join(text.split())
    assert "Parcours" in text
