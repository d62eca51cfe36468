"""Where a visit is and how to get in: behind the button of the worker's link, from the day before to the end
of the visit."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest

from api.letters.post import LetterSender
from api.messages import reminders
from api.messages.channels import Letter
from api.messages.outbox import SENT, DeliveryVerdict
from api.runtime.clock import ShiftedClock, SystemClock
from api.runtime.roles import Role
from brigade.units import PARIS
from tests.api.conftest import World, begins, wish
from tests.api.small_basin import BASIN, absence

C, M, W = Role.COORDINATOR, Role.MANAGER, Role.WORKER
CLIENT = {"name": "Mme Marquée", "address_lines": ["3 rue Repérable", "62300 Lens"], "entry": "code 4271B"}
MARKS = ("Marquée", "Repérable", "4271B")
SHOWN = {"name": "Mme Marquée", "address_lines": ["3 rue Repérable", "62300 Lens"], "entry": "code 4271B"}


@pytest.fixture
@begins
def linked(world: World) -> tuple[World, str, str]:
    """On Saturday 7 March, V2 of Monday 9 March (an hour, begun from 10 to 11 h) is offered: the link, the
    worker."""
    at(world, 7, "06:40")
    wish(world, replan="on_request", offers={"reply_min": 10_000})
    for client in ("S1:A", "S1:B", "S1:C"):
        assert world.ask(M, "PUT", f"{BASIN}/client-identities/{client}", CLIENT).status_code == 201
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    assert world.publish(world.propose()).status_code == 200
    offer = next(one for one in world.get(f"{BASIN}/offers")["items"] if one["visit_id"] == "V2")
    link = world.get(f"{BASIN}/offers/{offer['id']}")["link"].removeprefix("http://127.0.0.1:8000")
    return world, link, offer["worker_id"]


def at(world: World, day: int, time: str) -> None:
    """In March 2026, Paris time."""
    hour, minute = map(int, time.split(":"))
    world.service.clock = ShiftedClock(
        datetime(2026, 3, day, hour, minute, tzinfo=PARIS) - SystemClock().now()
    )


def press(world: World, link: str, reply: str = "accept") -> Any:
    answer = world.client.post(link, json={"reply": reply})
    assert answer.status_code == 200, answer.text
    return answer.json()["client"]


def test_the_home_is_shown_from_the_day_before_to_the_end_of_the_visit(
    linked: tuple[World, str, str],
) -> None:
    """Nothing on Saturday at 23:59, everything on Sunday at 00:00; nothing once the visit is over."""
    world, link, _ = linked
    assert press(world, link) is None
    at(world, 7, "23:59")
    assert press(world, link) is None
    at(world, 8, "00:00")
    assert press(world, link) == SHOWN
    at(world, 9, "10:59")
    assert press(world, link) == SHOWN
    at(world, 9, "12:01")
    over = world.client.post(link, json={"reply": "accept"})
    assert (over.status_code, [mark for mark in MARKS if mark in over.text]) == (410, [])


def test_opening_the_link_shows_no_home_at_any_time(linked: tuple[World, str, str]) -> None:
    """Mail scanners open links; they press no button."""
    world, link, _ = linked
    press(world, link)
    for day in (7, 8, 9):
        at(world, day, "09:00")
        for accept in ("application/json", "text/html"):
            looked = world.client.get(link, headers={"Accept": accept})
            assert looked.status_code == 200
            assert not [mark for mark in MARKS if mark in looked.text]


def test_the_page_has_a_button_for_it_and_then_shows_it(linked: tuple[World, str, str]) -> None:
    world, link, _ = linked
    page = {"Content-Type": "application/x-www-form-urlencoded"}
    assert 'value="accept">J’accepte' in world.client.get(link, headers={"Accept": "text/html"}).text
    early = world.client.post(link, content="reply=accept", headers=page).text
    assert not [mark for mark in MARKS if mark in early], "two days before"
    at(world, 8, "18:00")
    pressed = world.client.post(link, content="reply=accept", headers=page).text
    assert all(mark in pressed for mark in MARKS)
    assert 'value="accept">Voir l’adresse' in world.client.get(link, headers={"Accept": "text/html"}).text


def test_who_declines_learns_nothing(linked: tuple[World, str, str]) -> None:
    """On Saturday, within the four hours that an answer about another day may take."""
    world, link, _ = linked
    at(world, 7, "09:00")
    assert press(world, link, "decline") is None


def test_each_showing_is_noted(linked: tuple[World, str, str]) -> None:
    world, link, _ = linked
    press(world, link)
    assert world.get(f"{BASIN}/events?action=client-identities.read")["items"] == []
    at(world, 8, "18:00")
    press(world, link)
    (read,) = world.get(f"{BASIN}/events?action=client-identities.read")["items"]
    assert (read["details"]["purpose"], read["actor"].partition(":")[0]) == ("answer_link", "link")


class Listener:
    def __init__(self) -> None:
        self.heard: list[Letter] = []

    def send(self, letter: Letter) -> DeliveryVerdict:
        self.heard.append(letter)
        return SENT


def test_the_letter_of_the_evening_before_leads_there_and_tells_nothing_itself(
    linked: tuple[World, str, str],
) -> None:
    """From 17 h on Sunday: the link of each visit, no name, no address, no code."""
    world, link, worker = linked
    press(world, link)
    contact = {"id": f"worker:{worker}", "email": "w@example.org"}
    assert world.ask(C, "PUT", f"{BASIN}/contacts/{contact['id']}", contact).status_code == 201
    at(world, 8, "16:59")
    assert reminders.remind(world.service) == 0
    at(world, 8, "17:00")
    assert reminders.remind(world.service) > 0
    listener = Listener()
    LetterSender(world.service, {"email": listener, "sms": listener}).all_due()
    (letter,) = [one for one in listener.heard if "Votre tournée du lundi 9 mars" in one.text]
    (tour,) = re.findall(r"Adresses et accès, sur une seule page : http://127.0.0.1:8000(\S+)", letter.text)
    assert not [mark for mark in MARKS if mark in letter.text + letter.subject]
    assert not [
        mark for mark in MARKS if mark in world.client.get(tour, headers={"Accept": "text/html"}).text
    ]
    (stop,) = [one for one in world.client.get(tour).json()["stops"] if one["state"] == "accepted"]
    shown = world.client.post(tour, json={"reply": "accept", "offers": [stop["offer_id"]]})
    assert [one["client"] for one in shown.json()["stops"] if one["client"]] == [SHOWN]
    assert press(world, link) == SHOWN
