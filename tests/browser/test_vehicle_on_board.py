"""Who drives what, on the board in a real browser: whole at a desk, and on a telephone's list."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from api.runtime.roles import Role
from tests.api.conftest import World, wish
from tests.api.plans.test_draft_edits import by
from tests.api.small_basin import BASIN, absence
from tests.browser.served import DESK, PHONE, seat, served, until
from tests.browser.test_board import READY

C, M = Role.COORDINATOR, Role.MANAGER
CLIO: dict[str, Any] = {"id": "CLIO", "name": "Clio blanche du service", "site_id": "A"}


@pytest.mark.parametrize(
    ("size", "where"), [(DESK, "brigade-board [role='rowheader']"), (PHONE, "brigade-board li.card")]
)
def test_a_shared_car_and_its_place_are_read_whole(
    browser: Browser, world: World, size: tuple[int, int], where: str
) -> None:
    wish(world, replan="on_request", vehicles=[CLIO])
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    plan = world.propose()
    edit = {"kind": "take_vehicle", "worker_id": by(plan)["V1"], "tour": 0, "vehicle_id": "CLIO"}
    saved = world.ask(
        C,
        "POST",
        f"{BASIN}/plans/{plan['id']}/edits",
        {"edits": [edit], "state": "proposed"},
        If_Match=f'"{plan["version"]}"',
    )
    assert saved.status_code == 201, saved.text
    with served(world) as address, seat(browser, address, size) as somebody:
        somebody.log_in(C)
        somebody.open(f"/bassins/B1/plans/{saved.json()['plan']['id']}")
        until(somebody.page, READY)
        driven = somebody.page.locator(where).get_by_text("Clio blanche du service (à A)").first
        expect(driven).to_be_visible()
        assert driven.evaluate("it => it.scrollWidth <= it.clientWidth + 1")
        somebody.is_content()
