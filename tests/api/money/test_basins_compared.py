"""Basins side by side: brigades by kind of employer, coverage of a quarter, basins without a brigade; small
numbers are hidden from funders, and what would give them away."""

from __future__ import annotations

from typing import Any

import pytest

from api.money.basins_compared import _without_small
from api.runtime.roles import Role
from brigade.values.workforce import EmployerKind
from tests.api.conftest import World
from tests.api.money.test_exports import done as done
from tests.api.small_basin import BASIN
from tests.api.web.site import Browser

A, C, F, M = Role.ADMINISTRATOR, Role.COORDINATOR, Role.FUNDER, Role.MANAGER
AI, GE, GEIQ = EmployerKind.INTERMEDIARY_ASSOCIATION, EmployerKind.EMPLOYER_GROUP, EmployerKind.GEIQ
MARCH = "/v1/territory?quarter=2026-T1"


def basins(world: World, role: Role, where: str = MARCH) -> dict[str, Any]:
    return {one["basin_id"]: one for one in world.get(where, role)["basins"]}


def test_a_basin_is_told_with_its_people_and_what_was_covered(done: World) -> None:
    """Three requests, all covered, three people of one employer group: one request a person."""
    wishes = done.get(BASIN)["value"]
    assert done.ask(A, "PUT", "/v1/basins/B2", {**wishes, "name": "Vide"}).status_code == 201
    found = done.get(MARCH, A)
    assert (found["period"], found["without_brigade"]) == ("2026-T1", 1)
    told = basins(done, A)
    lens, empty = told["B1"], told["B2"]
    assert (lens["workers"], lens["kinds"]) == (3, [{"kind": "ge", "workers": 3}])
    assert (lens["requests"], lens["coverage"], lens["requests_per_worker"]) == (3, 1.0, 1.0)
    assert (empty["has_brigade"], empty["workers"], empty["requests"], empty["kinds"]) == (False, 0, None, [])
    assert set(basins(done, C)) == {"B1"}
    assert done.ask(M, "GET", MARCH).status_code == 403


def test_a_funder_is_told_no_small_number_of_a_quarter_that_is_over(done: World) -> None:
    assert basins(done, F)["B1"]["requests"] is None
    done.later(days=20)
    (lens,) = basins(done, F, "/v1/territory").values()
    assert lens["has_brigade"]
    assert (lens["workers"], lens["kinds"]) == (None, [{"kind": "ge", "workers": None}])
    assert (lens["requests"], lens["is_suppressed"], lens["coverage"]) == (None, True, None)
    assert lens["requests_per_worker"] is None


@pytest.mark.parametrize(
    ("people", "hidden"),
    [
        ({AI: 12, GE: 7}, set()),
        ({AI: 12, GE: 3, GEIQ: 6}, {GE, GEIQ}),
        ({AI: 12, GE: 3, GEIQ: 1}, {AI, GE, GEIQ}),
        ({AI: 12, GE: 3, GEIQ: 2}, {GE, GEIQ}),
        ({GE: 3}, {GE}),
    ],
)
def test_what_the_whole_would_give_away_is_hidden_too(
    people: dict[EmployerKind, int], hidden: set[EmployerKind]
) -> None:
    """3 of 21 are had from the whole where it is the only one hidden; 3 and 1 together are but four."""
    told = _without_small({kind: people.get(kind, 0) for kind in EmployerKind})
    assert {kind for kind, count in told.items() if count is None} == hidden
    assert all(count == people.get(kind, 0) for kind, count in told.items() if count is not None)


def test_the_page_of_a_departement_shows_them(done: World) -> None:
    done.later(days=20)
    page = Browser(done, F).page("/bassins")
    assert "1 bassin, aucun sans brigade." in page.text().replace("\xa0", " ").replace("\u202f", " ")
    assert "masqué" in page.all("tbody")[0].text()
    assert "3" in Browser(done, A).page("/bassins?trimestre=2026-T1").all("tbody")[0].text()
