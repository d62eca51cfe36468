"""Two coordinators on their pages, without a script: the agreement, the question, the request, the yes, and
taking back."""

from __future__ import annotations

import re

import pytest

from api.runtime.roles import Role
from tests.api.conftest import World, begins
from tests.api.lending.test_lending import planned
from tests.api.lending.two_basins import Neighbours, neighbours
from tests.api.small_basin import BASIN
from tests.api.web.site import Browser

HERE, THERE = "/bassins/B1/renforts", "/bassins/B2/renforts"


@pytest.fixture
@begins
def both(world: World) -> Neighbours:
    return neighbours(world)


def test_two_coordinators_lend_and_take_back_on_their_pages(both: Neighbours) -> None:
    borrower, lender = Browser(both.world, Role.COORDINATOR), Browser(both.world, login="B2-C")
    terms = {"other": "B2", "lends": "no", "notice_min": "0", "paid_by": "borrower", "until": "2026-12-31"}
    assert borrower.press(HERE, f"{HERE}/accords", **terms).status_code == 303
    assert "En attente de la signature" in borrower.page(HERE).text()
    (signing,) = re.findall(r'action="([^"]*/signer)"', lender.get(THERE).text)
    assert lender.press(THERE, signing).status_code == 303
    both.world.search()
    (who,) = re.findall(r'href="(/bassins/B1/renforts\?plan=[^"]*visite=V1)"', borrower.get(HERE).text)
    asking = who.replace("&amp;", "&")
    told = borrower.page(asking).text()
    assert "V1 de Lens : W1 de Béthune pourrait venir" in told
    assert borrower.press(asking, f"{HERE}/demandes").status_code == 303
    assert "pour Lens" in lender.page(THERE).text()
    (answering,) = re.findall(r'action="([^"]*/repondre)"', lender.get(THERE).text)
    assert lender.press(THERE, answering, reply="yes", reason="matinée calme").status_code == 303
    assert "Prêté(e)s" in lender.page(THERE).text()
    assert "matinée calme" in borrower.page(HERE).text()
    (taking,) = re.findall(r'action="([^"]*/retirer)"', lender.get(THERE).text)
    assert lender.press(THERE, taking, reason="elle est rappelée").status_code == 303
    (row,) = both.get(both.borrower, f"{BASIN}/lendings")["items"]
    assert (row["state"], row["because"]) == ("withdrawn", "elle est rappelée")


def test_only_coordinators_have_the_page(both: Neighbours) -> None:
    assert Browser(both.world, Role.MANAGER).get(HERE).status_code in (403, 404)


def test_without_an_agreement_the_page_says_so(both: Neighbours) -> None:
    told = Browser(both.world, Role.COORDINATOR).page(HERE).text()
    assert "Aucun accord n’est conclu avec un bassin voisin." in told


def test_both_are_led_to_the_page_from_their_list(both: Neighbours) -> None:
    """The borrower from the visit that its plan in force leaves, the lender from the request."""
    assert both.world.publish(planned(both)).status_code == 200
    borrower, lender = Browser(both.world, Role.COORDINATOR), Browser(both.world, login="B2-C")
    ways = re.findall(
        r'href="(/bassins/B1/renforts\?plan=[^"]*)"', borrower.get("/bassins/B1/a-traiter").text
    )
    assert len(ways) == 1
    assert "Qui pourrait venir" in borrower.page(ways[0].replace("&amp;", "&")).text()
    asked = both.request(both.agreement()).json()
    seen = lender.get("/bassins/B2/a-traiter").text
    assert f'href="{THERE}#{asked["id"]}"' in seen
    assert f'id="{asked["id"]}"' in lender.get(THERE).text


def test_a_request_too_late_to_answer_is_not_asked(both: Neighbours) -> None:
    both.request(both.agreement())
    both.world.later(minutes=21)
    assert "/repondre" not in Browser(both.world, login="B2-C").get(THERE).text
