"""A closed account leaves no door; scopes hold for reading; what is others' is in no answer; letters go with
retention."""

from __future__ import annotations

import os
from datetime import date, timedelta
from typing import Any

from api.persons import retention
from api.plans.own_reasons import of_own, sentence
from api.runtime.roles import Role
from api.shapes.planning.plan_views import ReasonView
from brigade.units import Horizon
from tests.api.conftest import PASSWORD, World, wish
from tests.api.small_basin import BASIN, absence

A, C, M, W = Role.ADMINISTRATOR, Role.COORDINATOR, Role.MANAGER, Role.WORKER


def account(world: World, role: Role) -> dict[str, Any]:
    return next(row for row in world.get("/v1/accounts?limit=500", A)["items"] if row["login"] == role.value)


def close(world: World, role: Role) -> None:
    row = account(world, role)
    body = {**{name: row[name] for name in ("login", "role", "grants")}, "is_active": False}
    closed = world.ask(A, "PUT", f"/v1/accounts/{row['id']}", body, If_Match=f'"{row["version"]}"')
    assert closed.status_code == 200, closed.text


def test_an_administrator_gives_no_common_password_either(world: World) -> None:
    row = account(world, M)
    body = {**{name: row[name] for name in ("login", "role", "grants")}, "password": "motdepasse2026"}
    told = world.ask(A, "PUT", f"/v1/accounts/{row['id']}", body, If_Match=f'"{row["version"]}"')
    assert (told.status_code, told.json()["issues"][0]["where"]) == (422, "password")
    assert world.get(BASIN, M)


def test_closing_an_account_ends_token_calendar_and_links(world: World) -> None:
    wish(world, replan="on_request")
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    assert world.publish(world.propose()).status_code == 200
    offer = next(one for one in world.get(f"{BASIN}/offers")["items"] if one["state"] == "offered")
    if offer["worker_id"] != "W1":
        row = account(world, W)
        grants = [{"basin_id": "B1", "target_id": offer["worker_id"]}]
        body = {"login": "worker", "role": "worker", "grants": grants}
        assert (
            world.ask(A, "PUT", f"/v1/accounts/{row['id']}", body, If_Match=f'"{row["version"]}"').status_code
            == 200
        )
    link = world.get(f"{BASIN}/offers/{offer['id']}")["link"].partition("/v1")[2]
    made = world.ask(C, "POST", f"{BASIN}/feeds/{offer['worker_id']}")
    feed = made.json()["url"].partition("/v1")[2]
    assert [world.client.get(f"/v1{path}").status_code for path in (link, feed)] == [200, 200]
    close(world, W)
    assert [world.client.get(f"/v1{path}").status_code for path in (link, feed)] == [410, 410]
    assert world.ask(W, "GET", BASIN).status_code == 401


def test_a_change_of_password_may_end_the_tokens_too(world: World) -> None:
    own = {"old": PASSWORD, "new": "bleu-canard-41-vent", "end_tokens": True}
    assert world.ask(M, "PUT", "/v1/accounts/me/password", own).status_code == 204
    assert world.ask(M, "GET", BASIN).status_code == 401


def test_a_token_that_only_writes_reads_nothing(world: World) -> None:
    made = world.ask(M, "POST", "/v1/tokens", {"name": "dépôt", "scopes": ["write"]}).json()["secret"]
    refused = world.client.get(BASIN, headers={"Authorization": f"Bearer {made}"})
    assert (refused.status_code, refused.json()["code"]) == (403, "A103")


def test_a_managers_reasons_hold_no_visit_or_worker_of_others() -> None:
    """People are counted; a level told of others' visits goes with them; what cannot be said without them is
    said otherwise, also where it stands inside another reason."""
    horizon = Horizon(date(2026, 3, 9))
    taken = ReasonView(
        code="busy_elsewhere",
        values={"visits": ["V1", "V93"], "priority": 2, "workers": ["W1", "W2"]},
    )
    told = of_own(taken, {"V93"})
    assert told == ReasonView(code="busy_elsewhere", values={"visits": ["V1"], "people": 2})
    assert sentence(told, horizon, "fr") == "2 personnes : déjà pris par V1"
    assert sentence(of_own(taken, {"V1", "V93"}), horizon, "fr") == "2 personnes : déjà pris"
    late = {"code": "delays_visit", "values": {"visit": "V93", "start": 600, "latest": 590, "late_min": 10}}
    both = ReasonView(
        code="all_of",
        values={"obstacles": [late, {"code": "not_available", "values": {}}], "worker": "W1"},
    )
    said = sentence(of_own(both, {"V93"}), horizon, "fr")
    assert said == "1 personne : déjà pris par d’autres interventions ; et pas de disponibilité à ces heures"


def test_letters_in_the_folder_go_with_retention(world: World) -> None:
    folder = world.service.settings.folder / "outgoing"
    folder.mkdir(exist_ok=True)
    for name in ("old.eml", "new.eml"):
        (folder / name).write_text("w1@example.org", "utf-8")
    now = world.service.clock.now()
    days = world.service.settings.retain_drafts_days
    for name, age in (("old.eml", days + 1), ("new.eml", days - 1)):
        then = (now - timedelta(days=age)).timestamp()
        os.utime(folder / name, (then, then))
    assert retention.run(world.service)["outgoing"] == 1
    assert [path.name for path in folder.iterdir()] == ["new.eml"]
