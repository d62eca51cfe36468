"""The page behind a worker's link: it shows, its button answers, and nothing that merely opens links answers
anything."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from httpx2 import Response
from sqlalchemy import select

from api.cycle import tour_links
from api.runtime.roles import Role
from api.store.message_tables import Message
from api.web import statics
from brigade.units import PARIS
from tests.api.conftest import World, begins
from tests.api.plans.test_off_duty import firm
from tests.api.small_basin import BASIN, absence

C, M = Role.COORDINATOR, Role.MANAGER
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
GONE = "Ce lien n’ouvre plus rien"


def told(world: World) -> tuple[str, str]:
    """An offer of a published plan, and its link's path."""
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    world.search()
    (proposal,) = world.get(f"{BASIN}/plans?state=proposed")["items"]
    assert world.publish(proposal).status_code == 200
    offer = next(one for one in world.get(f"{BASIN}/offers")["items"] if one["visit_id"] == "V1")["id"]
    return offer, world.get(f"{BASIN}/offers/{offer}")["link"].removeprefix("http://127.0.0.1:8000")


offered = begins(told)
"""The same in a world where nothing happened yet."""


def state(world: World, offer: str) -> str:
    found: str = world.get(f"{BASIN}/offers/{offer}")["state"]
    return found


def press(world: World, link: str, reply: str) -> Response:
    """What a browser sends when a button of the page is pressed."""
    return world.client.post(link, data={"reply": reply}, headers=BROWSER)


def buttons(page: Response) -> list[str]:
    return re.findall(r'<button name="reply" value="(\w+)">', page.text)


def test_a_browser_sees_when_where_and_two_buttons(world: World) -> None:
    _, link = offered(world)
    page = world.client.get(link, headers=BROWSER)
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "Lundi 9 mars 2026, de 08:" in page.text
    limit = datetime.fromisoformat(world.client.get(link).json()["reply_by"]).astimezone(PARIS)
    assert (
        f"{limit:%H:%M}" <= "07:30"
    )  # half an hour from 7 on, and so that somebody else can still be asked for 8
    assert f"Réponse attendue avant le 9 mars 2026 à {limit:%H:%M}" in page.text
    assert buttons(page) == ["accept", "decline"]
    assert "Refuser une proposition est votre droit" in page.text


def test_the_page_names_nobody(world: World) -> None:
    """A link is forwarded, printed, found on a lost telephone."""
    offer, link = offered(world)
    page = world.client.get(link, headers=BROWSER).text
    named = world.get(f"{BASIN}/offers/{offer}")
    assert [one for one in ("S1:A", "V1", "A-1", named["worker_id"], named["plan_id"]) if one in page] == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize(
    "agent", [BROWSER, {}, {"User-Agent": "Mozilla/5.0 (compatible; SafeLinks)", "Accept": "*/*"}]
)
def test_what_scanners_of_mail_do_answers_nothing(world: World, method: str, agent: dict[str, str]) -> None:
    offer, link = offered(world)
    for address in (link, f"{link}?reply=accept", f"{link}?reply=decline"):
        opened = world.client.request(method, address, headers=agent)
        assert opened.status_code == (200 if method in ("GET", "HEAD") else 405)
    assert state(world, offer) == "offered"


@pytest.mark.parametrize(
    "body", [b"", b"reply=", b"reply=maybe", b"other=accept", b"\xff\xfe", b"reply=accept%00"]
)
def test_a_form_without_an_answer_is_met_by_the_page_again(world: World, body: bytes) -> None:
    """A scanner that sends forms back does not know which button was meant."""
    offer, link = offered(world)
    sent = {**BROWSER, "Content-Type": "application/x-www-form-urlencoded"}
    page = world.client.post(link, content=body, headers=sent)
    assert (page.status_code, buttons(page), state(world, offer)) == (422, ["accept", "decline"], "offered")
    assert "appuyez sur un des boutons" in page.text


def test_brackets_without_end_are_no_answer(world: World) -> None:
    _, link = offered(world)
    page = world.client.post(link, content=b"[" * 15_000, headers={"Content-Type": "application/json"})
    assert (page.status_code, page.json()["code"]) == (400, "A304")


def test_head_says_what_get_says_without_its_body(world: World) -> None:
    _, link = offered(world)
    for agent in (BROWSER, {}):
        head, whole = world.client.head(link, headers=agent), world.client.get(link, headers=agent)
        assert (head.status_code, head.headers["Content-Type"]) == (200, whole.headers["Content-Type"])
        assert head.content == b""


def test_the_button_answers_once_and_again_without_harm(world: World) -> None:
    """What is left is the button that asks for the address, which sends the same answer."""
    offer, link = offered(world)
    for _ in range(2):
        page = press(world, link, "accept")
        assert (page.status_code, buttons(page), state(world, offer)) == (200, ["accept"], "accepted")
        assert "Vous avez accepté." in page.text
        assert "Voir l’adresse et l’accès" in page.text
        assert "J’accepte" not in page.text
    assert "Vous avez accepté." in world.client.get(link, headers=BROWSER).text


def test_another_answer_afterwards_is_told_what_stands(world: World) -> None:
    offer, link = offered(world)
    press(world, link, "decline")
    page = press(world, link, "accept")
    assert (page.status_code, state(world, offer)) == (409, "refused")
    assert "Vous avez refusé." in page.text
    assert "Appelez la coordination" in page.text
    assert "refused" not in page.text
    again = world.client.post(link, json={"reply": "accept"}).json()
    assert (again["code"], again["detail"]) == ("A403", "déjà refusée")


def test_a_late_answer_finds_no_button(world: World) -> None:
    """07:30 was the limit, half an hour after 7; housekeeping may not have passed yet."""
    offer, link = offered(world)
    world.later(minutes=51)
    opened = world.client.get(link, headers=BROWSER)
    assert (opened.status_code, buttons(opened)) == (200, [])
    assert "Le délai de réponse est passé." in opened.text
    assert world.client.get(link).json()["replies"] == []
    page = press(world, link, "accept")
    assert (page.status_code, state(world, offer)) == (409, "offered")
    assert "Le délai de réponse est passé." in page.text


def test_a_firm_stop_is_seen_not_accepted(world: World) -> None:
    firm(world)
    offer, link = told(world)
    page = world.client.get(link, headers=BROWSER)
    assert buttons(page) == ["acknowledge"]
    assert "Un empêchement\u202f? Appelez la coordination." in page.text
    refused = press(world, link, "decline")
    assert (refused.status_code, buttons(refused), state(world, offer)) == (409, ["acknowledge"], "ordered")
    assert "Vous avez confirmé." in press(world, link, "acknowledge").text
    assert state(world, offer) == "acknowledged"


def test_links_forged_altered_renewed_or_over_open_nothing_and_look_the_same(world: World) -> None:
    offer, link = offered(world)
    renewed = world.ask(C, "POST", f"{BASIN}/offers/{offer}/new-link", {}, If_Match='"1"').json()["link"]
    fresh = renewed.removeprefix("http://127.0.0.1:8000")
    pages = [
        world.client.get(one, headers=BROWSER)
        for one in (link, f"{fresh}x", fresh[:-3], "/v1/answers/forged")
    ]
    pages += [press(world, one, "accept") for one in (link, f"{fresh}x")]
    world.later(hours=9)
    pages += [world.client.get(fresh, headers=BROWSER), press(world, fresh, "accept")]
    assert {(page.status_code, page.text) for page in pages} == {(410, pages[0].text)}
    assert GONE in pages[0].text
    assert state(world, offer) == "offered"


def test_the_page_runs_nothing_and_has_the_style_of_all_pages(world: World) -> None:
    _, link = offered(world)
    page = world.client.get(link, headers=BROWSER)
    allowed = page.headers["Content-Security-Policy"]
    assert allowed.startswith("default-src 'none'; style-src 'self'; img-src 'self'")
    assert f'href="{statics.address("brigade.css")}"' in page.text
    assert "<script" not in page.text
    assert (page.headers["Referrer-Policy"], page.headers["Cache-Control"]) == ("no-referrer", "no-store")


def test_the_page_speaks_english_to_whoever_reads_it(world: World) -> None:
    """By the address, else by the browser's wish; the form goes on in the same language; links that open
    nothing as well."""
    for worker in ("W1", "W2", "W3"):
        contact = {"id": f"worker:{worker}", "email": "w@example.org"}
        assert world.ask(C, "PUT", f"{BASIN}/contacts/worker:{worker}", contact).status_code == 201
    offer, link = told(world)
    with world.service.database.reading() as session:
        message = session.scalars(select(Message).where(Message.kind == "tour_changed")).first()
        assert message is not None
        tour = (tour_links.link_of(world.service, session, message) or "").removeprefix(
            "http://127.0.0.1:8000"
        )
    wishes = {**BROWSER, "Accept-Language": "de, en-GB;q=0.9, fr;q=0.4"}
    for path in (link, tour):
        for page in (
            world.client.get(f"{path}?lang=en", headers=BROWSER),
            world.client.get(path, headers=wishes),
        ):
            assert (page.status_code, page.headers["Content-Language"], '<html lang="en">' in page.text) == (
                200,
                "en",
                True,
            )
            assert "Declining an offer is your right." in page.text
            assert "from 08:" in page.text
            assert not [one for one in ("avant", "Réponse", "accepte", "Appelez") if one in page.text]
        french = world.client.get(f"{path}?lang=fr", headers=wishes)
        assert "Refuser une proposition est votre droit." in french.text
        assert '<a href="?lang=en" lang="en" hreflang="en">English</a>' in french.text
    assert world.client.get(f"{tour}?utm_source=mail", headers=BROWSER).status_code == 200, (
        "what mail programs add"
    )
    assert "opens nothing" in world.client.get("/v1/tours/forged?lang=en", headers=BROWSER).text
    unread = world.client.post(f"{tour}?lang=en", data={"reply": "maybe"}, headers=BROWSER)
    assert (unread.status_code, "press one of the buttons" in unread.text) == (422, True)
    taken = world.client.post(f"{link}?lang=en", data={"reply": "accept"}, headers=BROWSER)
    assert "You have accepted." in taken.text
    other = world.client.post(f"{link}?lang=en", data={"reply": "decline"}, headers=BROWSER)
    assert (other.status_code, "was not taken" in other.text, state(world, offer)) == (409, True, "accepted")
    strange = world.client.get(f"{link}?lang=xx", headers={**BROWSER, "Accept-Language": "en;q=x"})
    assert strange.headers["Content-Language"] == "fr"
