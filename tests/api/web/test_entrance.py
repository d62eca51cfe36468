"""Coming in and going out by the pages: login, wait, the chosen password, language and colours that are
kept."""

from __future__ import annotations

import pytest

from api.runtime.roles import Role
from api.store.account_tables import WebSession
from tests.api.conftest import PASSWORD, World
from tests.api.small_basin import BASIN
from tests.api.web.reading import read
from tests.api.web.site import HTML, Browser

C, M = Role.COORDINATOR, Role.MANAGER


def test_a_page_asked_for_before_the_login_is_shown_after_it(world: World) -> None:
    browser = Browser(world, None)
    asked = browser.get("/v1/basins?limit=2")
    assert (asked.status_code, asked.headers["Location"]) == (303, "/connexion?vers=/v1/basins%3Flimit%3D2")
    back = browser.press(asked.headers["Location"], login="coordinator", password=PASSWORD)
    assert (back.status_code, back.headers["Location"]) == (303, "/v1/basins?limit=2")
    assert browser.get("/connexion").status_code == 303  # in already


@pytest.mark.parametrize(
    "onward", ["https://example.org/", "//example.org", "/\\example.org", "javascript:1", ""]
)
def test_the_login_leads_nowhere_outside(world: World, onward: str) -> None:
    browser = Browser(world, None)
    answer = browser.send("/connexion", login="coordinator", password=PASSWORD, vers=onward)
    assert answer.headers["Location"] == "/"


def test_a_wrong_password_is_told_beside_the_field_and_the_name_is_kept(world: World) -> None:
    answer = Browser(world, None).press("/connexion", login="coordinator", password="un-autre")
    assert answer.status_code == 401
    page = read(answer.text)
    assert page.all("title")[0].text().startswith("Erreur :")
    assert [one["href"] for one in page.all("a") if one["href"].startswith("#")][1:] == ["#login"]
    login, password = (
        next(one for one in page.all("input") if one["id"] == id) for id in ("login", "password")
    )
    assert (login["value"], login["aria-invalid"]) == ("coordinator", "true")
    assert login["aria-describedby"].split() == ["login-fault1"]
    assert password["value"] == ""
    assert PASSWORD not in answer.text


def test_a_field_left_empty_is_told(world: World) -> None:
    page = read(Browser(world, None).send("/connexion", login="coordinator").text)
    assert next(one for one in page.all("input") if one["id"] == "password")["aria-invalid"] == "true"


def test_the_wait_after_failures_is_told_in_minutes(world: World) -> None:
    browser = Browser(world, None)
    for _ in range(5):
        browser.send("/connexion", login="coordinator", password="un-autre")
    answer = browser.send("/connexion", login="coordinator", password=PASSWORD)
    assert answer.status_code == 429
    assert "Réessayez dans 15 minutes" in read(answer.text).text().replace("\xa0", " ")


def test_going_out_ends_the_session_and_needs_the_form_of_a_page(world: World) -> None:
    browser = Browser(world, C)
    assert browser.send("/deconnexion").status_code == 403
    assert browser.send("/deconnexion", csrf="00" * 32).status_code == 403
    assert browser.send("/deconnexion", csrf="é").status_code == 403
    csrf = browser.page("/a-propos").all("html")[0]["data-csrf"]
    with world.service.database.reading() as session:
        assert session.query(WebSession).count() == 1
    assert browser.send("/deconnexion", csrf=csrf).headers["Location"] == "/connexion"
    with world.service.database.reading() as session:
        assert session.query(WebSession).count() == 0
    assert browser.get("/").headers["Location"] == "/connexion"


def test_no_two_pages_hold_the_same_csrf_word_and_scripts_may_send_it(world: World) -> None:
    """Under a mask, so that compressed pages tell nothing of it by their length."""
    browser = Browser(world, C)
    first, second = (browser.page("/a-propos").all("html")[0]["data-csrf"] for _ in range(2))
    assert first != second
    answer = browser.client.delete("/v1/sessions/current", headers={"X-CSRF-Token": second})
    assert answer.status_code == 204


def test_a_form_that_another_site_sends_is_refused(world: World) -> None:
    fields = {"login": "coordinator", "password": PASSWORD}
    crossed = {**HTML, "Sec-Fetch-Site": "cross-site"}
    answer = Browser(world, None).client.post("/connexion", data=fields, headers=crossed)
    assert (answer.status_code, answer.headers.get("Set-Cookie")) == (403, None)


def test_a_link_lets_the_password_be_chosen_once(world: World) -> None:
    made = world.ask(M, "POST", f"{BASIN}/invitations", {"login": "nouvelle.venue"}).json()["link"]
    address = made.removeprefix("http://127.0.0.1:8000")
    assert address.startswith("/mot-de-passe/")
    browser = Browser(world, None)
    short = browser.press(address, password="court")
    assert (short.status_code, read(short.text).all("title")[0].text()[:8]) == (422, "Erreur :")
    common = browser.press(address, password="motdepasse2026")
    assert common.status_code == 422
    assert browser.press(address, password="cheval lampe rivière").status_code == 200
    assert browser.get(address).status_code == 410
    assert read(browser.get(address).text).all("h1")[0].text() == "Ce lien n’ouvre plus rien"
    assert (
        browser.send("/connexion", login="nouvelle.venue", password="cheval lampe rivière").status_code == 303
    )


def test_a_language_and_colours_are_kept(world: World) -> None:
    browser = Browser(world, None)
    answer = browser.send("/preferences", language="en", back="/connexion")
    assert answer.headers["Location"] == "/connexion"
    browser.send("/preferences", theme="dark", back="/connexion")
    html = browser.page("/connexion").all("html")[0]
    assert (html["lang"], html["data-theme"]) == ("en", "dark")
    browser.send("/preferences", theme="rouge", language="de", back="/connexion")
    html = browser.page("/connexion").all("html")[0]
    assert (html["lang"], html["data-theme"]) == ("en", "dark")


def test_a_browser_reads_refusals_as_pages_and_a_program_as_documents(world: World) -> None:
    browser = Browser(world, C)
    page = browser.page("/nulle-part", status=404)
    assert page.all("h1")[0].text() == "Page introuvable"
    assert page.all("nav") or page.all("header")
    browser.page(f"{BASIN}/visits/AUCUNE", status=404)
    told = world.client.get("/nulle-part")
    assert told.headers["Content-Type"] == "application/problem+json"


def test_a_part_of_a_page_sends_whoever_is_logged_out_to_the_login(world: World) -> None:
    told = {"HX-Request": "true", "HX-Current-URL": "http://testserver/absences/ABS-1?declaree=1"}
    answer = Browser(world, None).client.get("/absences/ABS-1/etats?vu=x", headers=told)
    assert answer.headers["HX-Redirect"] == "/connexion?vers=/absences/ABS-1%3Fdeclaree%3D1"
    plain = Browser(world, None).client.get("/v1/basins", headers={"HX-Request": "true"})
    assert plain.headers["HX-Redirect"] == "/connexion"


def test_answers_to_readings_are_compressed_but_not_what_may_reflect_a_question(world: World) -> None:
    browser = Browser(world, C)
    packed = {"Accept-Encoding": "gzip"}
    for address, expected in (
        (f"{BASIN}/visits", "gzip"),
        (f"{BASIN}/visits?limit=500", "gzip"),
        ("/a-propos", "gzip"),
        ("/a-propos?lang=en", None),
        ("/healthz", None),
    ):
        assert browser.client.get(address, headers=packed).headers.get("Content-Encoding") == expected, (
            address
        )


def test_who_i_am_says_what_i_reach_and_the_time_of_the_service(world: World) -> None:
    browser = Browser(world, M)
    told = browser.client.get("/v1/sessions/current", headers={"Accept": "application/json"}).json()
    assert (told["login"], told["display_name"], told["role"], told["language"]) == (
        "manager",
        None,
        "manager",
        "fr",
    )
    assert told["grants"] == [{"basin_id": "B1", "basin_name": "Lens", "target_id": "S1"}]
    assert told["now"].startswith("2026-03-09T06:4")
