"""A rota is asked for, looked at as a quarter, changed and published on its page, without a script."""

from __future__ import annotations

from api.runtime.roles import Role
from tests.api.conftest import World
from tests.api.small_basin import BASIN
from tests.api.web.site import Browser

C, M, W = Role.COORDINATOR, Role.MANAGER, Role.WORKER
PAGE = "/bassins/B1/astreintes"
ASKED = {
    "first_day": "2026-03-16",
    "weeks": "2",
    "evening_start": "19:00",
    "evening_end": "07:00",
    "weekend_start": "07:00",
    "weekend_end": "07:00",
    "people": "1",
}


def proposed(world: World, browser: Browser) -> str:
    """The id of the rota."""
    sent = browser.press(PAGE, PAGE, **ASKED)
    assert sent.status_code == 303, sent.text
    assert "Une proposition est cherchée" in browser.page(PAGE).text()
    world.search()
    (row,) = world.get(f"{BASIN}/on-call-rotas")["items"]
    return str(row["id"])


def test_a_rota_is_asked_for_changed_and_published(world: World) -> None:
    browser = Browser(world, C)
    assert "Aucune proposition" in browser.page(PAGE).text()
    id = proposed(world, browser)
    page = browser.page(PAGE)
    assert "à publier" in page.text()
    assert len([one for one in page.all("a") if "jour=" in one["href"]]) == 14
    wednesday = f"{PAGE}?version={id}&jour=2026-03-18"
    changed = browser.press(wednesday, f"{PAGE}/{id}/jour", worker_ids=["W3"], reason="échange")
    assert changed.status_code == 303, changed.text
    duties = world.get(f"{BASIN}/on-call-rotas/{id}")["duties"]
    assert [one["worker_ids"] for one in duties if one["day"] == "2026-03-18"] == [["W3"]]
    assert browser.press(PAGE, f"{PAGE}/{id}/publier").status_code == 303
    shown = browser.page(PAGE)
    assert "publiées" in shown.text()
    assert "Moins d’un mois avant" in browser.page(wednesday).text()
    assert any("/exports/on-call?" in one["href"] for one in shown.all("a"))


def test_who_may_not_take_a_duty_is_said_at_the_field_with_what_was_ticked(world: World) -> None:
    browser = Browser(world, C)
    id = proposed(world, browser)
    world.rewrite("workers/W2", leave=[{"first": "2026-03-18", "last": "2026-03-18", "kind": "paid"}])
    refused = browser.press(
        f"{PAGE}?version={id}&jour=2026-03-18", f"{PAGE}/{id}/jour", worker_ids=["W1", "W2"]
    )
    assert refused.status_code == 422
    assert 'href="#worker_ids"' in refused.text
    assert "congé" in refused.text


def test_hours_that_are_none_stand_at_their_fields(world: World) -> None:
    refused = Browser(world, C).press(PAGE, PAGE, **{**ASKED, "evening_end": "", "weeks": "40"})
    assert refused.status_code == 422
    assert 'href="#weeks"' in refused.text


def test_others_plan_no_rota(world: World) -> None:
    for role in (M, W):
        assert Browser(world, role).get(PAGE).status_code == 403
