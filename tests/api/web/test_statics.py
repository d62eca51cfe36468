"""What pages load: kept for ever by browsers, small, and of others exactly what its list says."""

from __future__ import annotations

import gzip
import hashlib
import json

import pytest

from api.runtime.roles import Role
from api.web import statics
from tests.api.conftest import World
from tests.api.web.site import Browser, day

EVERYWHERE, BOARD = 20_000, 75_000
"""Octets of compressed script: of any page, of the board."""


def test_a_file_is_compressed_and_kept_for_ever_under_the_digest_of_all(world: World) -> None:
    address = statics.address("brigade.css")
    answer = world.client.get(address, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert answer.content == statics.files()["brigade.css"].content
    assert int(answer.headers["Content-Length"]) < len(answer.content) / 2
    plain = world.client.get(address, headers={"Accept-Encoding": "identity"})
    assert (plain.headers.get("Content-Encoding"), plain.content) == (None, answer.content)


def test_a_page_of_a_former_version_gets_todays_file_and_does_not_keep_it(world: World) -> None:
    answer = world.client.get("/statique/0123456789abcdef/brigade.css")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")


@pytest.mark.parametrize("name", ["nothing.css", "../site.py", "%2e%2e/site.py", "vendor", ""])
def test_nothing_else_is_served(world: World, name: str) -> None:
    assert world.client.get(f"/statique/{statics.digest()}/{name}").status_code == 404


def test_what_is_of_others_is_what_the_list_says() -> None:
    """`python -m tools.vendor` brings it."""
    listed: dict[str, str] = {}
    for one in json.loads(statics.files()["vendor/list.json"].content):
        assert one.keys() == {"package", "version", "licence", "home", "sha256"}
        listed |= one["sha256"]
    found = {
        name.removeprefix("vendor/"): file
        for name, file in statics.files().items()
        if name.startswith("vendor/")
    }
    assert found.keys() - {"list.json"} == listed.keys()
    for name, sum in listed.items():
        assert hashlib.sha256(found[name].content).hexdigest() == sum, name


def weight(browser: Browser, address: str) -> int:
    scripts = [one["src"] for one in browser.page(address).all("script") if one["type"] != "application/json"]
    assert all(one.startswith(f"/statique/{statics.digest()}/") for one in scripts)
    return sum(len(gzip.compress(statics.files()[one.split("/", 3)[3]].content, 9)) for one in scripts)


def test_the_script_of_a_page_is_small(world: World) -> None:
    assert 0 < weight(Browser(world, None), "/connexion") <= EVERYWHERE


def test_the_script_of_the_board_is_small_its_map_included(world: World) -> None:
    ids = day(world)
    address = f"/bassins/B1/plans/{ids['plan_id']}"
    browser = Browser(world, Role.COORDINATOR)
    (board,) = browser.page(address).all("brigade-board")
    leaflet = statics.files()[board["data-leaflet"].split("/", 3)[3]]
    assert weight(browser, address) + len(gzip.compress(leaflet.content, 9)) <= BOARD
