"""Whoever starts an empty service is led to a first published plan, page by page."""

from __future__ import annotations

import json
from pathlib import Path

from fastapi.testclient import TestClient
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from api.access.rights import Principal
from api.access.scope import Scoped
from api.app import create_app
from api.persons import accounts
from api.runtime.clock import ShiftedClock, SystemClock
from api.runtime.roles import Role
from api.store.cycle_tables import Plan
from tests.api.conftest import PASSWORD, World, settings_for
from tests.api.small_basin import NOW, absence, document
from tests.browser.served import DESK, seat, served

A = Role.ADMINISTRATOR


def test_from_the_empty_service_to_the_first_published_plan(browser: Browser, tmp_path: Path) -> None:
    """The example is of Monday 9 March, 06:40, and it is that morning: it is placed a week later."""
    world = empty(tmp_path)
    with served(world) as address, seat(browser, address, DESK) as administrator:
        administrator.log_in(A)
        page = administrator.page
        expect(page.get_by_role("heading", level=1)).to_have_text("Premiers pas")
        page.get_by_role("button", name="Charger la démonstration").click()
        following = page.locator(".next")
        expect(following).to_contain_text("Une proposition")
        world.search()
        page.reload()
        expect(following).to_contain_text("Le premier plan publié")
        following.get_by_role("link", name="Ouvrir la journée").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("16 mars 2026")
        expect(page.locator("brigade-board:not([data-loading])")).to_be_visible()
        page.get_by_role("button", name="Publier…").click()
        page.get_by_role("button", name="Publier", exact=True).click()
        expect(page.locator(".badge", has_text="plan publié").first).to_be_visible()
        page.get_by_role("link", name="Premiers pas").click()
        expect(page.locator("main")).to_contain_text("Un premier plan est publié.")
        administrator.is_content()
    with world.service.database.reading() as session:
        assert session.scalars(select(Plan.state).where(Plan.published_at.is_not(None))).all() == [
            "published"
        ]
    world.service.database.close()


def empty(folder: Path) -> World:
    """A service that knows its administrator and an invented Monday with somebody away, and nothing else."""
    told = document()
    told["demand"]["absences"] = [{**absence(), "known_at": "2026-03-09T06:40:00+01:00"}]
    example = folder / "monday.json"
    example.write_text(json.dumps(told), "utf-8")
    settings = settings_for(f"sqlite:///{folder / 'brigade.db'}", folder, example_file=example)
    app = create_app(settings, clock=ShiftedClock(NOW - SystemClock().now()), dispatches=False)
    service = app.state.service
    with service.database.writing() as session:
        scoped = Scoped(session, Principal("tests", A), service.clock)
        accounts.create(scoped, service.settings, A.value, A, PASSWORD, [])
        scoped.commit()
    return World(app, TestClient(app, raise_server_exceptions=False), {})
