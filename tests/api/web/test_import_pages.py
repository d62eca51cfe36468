"""The planning uploaded by a manager: checked first, with all faults or what it changes, then imported."""

from __future__ import annotations

from httpx2 import Response

from api.runtime.roles import Role
from tests.api.conftest import World
from tests.api.small_basin import BASIN
from tests.api.web.reading import Tag, read
from tests.api.web.site import Browser

M = Role.MANAGER
WHERE = "/bassins/B1/imports"
GOOD, BAD = b"identifiant;saad\r\nA-9;S1\r\n", b"identifiant;saad\r\nA-8;\r\nA-9;S9\r\n"


def hidden(page: Tag) -> dict[str, str]:
    """Of the first form of the page: its own fields."""
    form = page.all("main")[0].all("form")[0]
    return {one["name"]: one["value"] for one in form.all("input") if one["type"] == "hidden"}


def checked(browser: Browser, content: bytes) -> Response:
    fields = {**hidden(browser.page(WHERE)), "mode": "add", "act": "check"}
    sent = {"file": ("salariés.csv", content, "text/csv")}
    return browser.client.post(WHERE, data=fields, files=sent)


def employees(world: World) -> list[str]:
    return [one["id"] for one in world.get(f"{BASIN}/employees", M)["items"]]


def test_a_file_is_shown_before_it_is_written_and_needs_no_second_choice(world: World) -> None:
    browser = Browser(world, M)
    answer = checked(browser, GOOD)
    assert answer.status_code == 200
    assert "salariés : 1" in read(answer.text).text().replace("\xa0", " ").replace("\u202f", " ")
    assert employees(world) == ["A-1"]
    done = browser.send(WHERE, **hidden(read(answer.text)), act="import")
    assert (done.status_code, done.headers["Location"]) == (303, f"{WHERE}?importe=1")
    assert employees(world) == ["A-1", "A-9"]


def test_all_faults_are_a_table_that_can_be_taken_away(world: World) -> None:
    browser = Browser(world, M)
    answer = checked(browser, BAD)
    assert answer.status_code == 422
    page = read(answer.text)
    places = [one.text() for one in page.all("tbody")[0].all("th")]
    assert places
    assert all("salariés" in one for one in places)
    assert not [one for one in page.all("button") if one["value"] == "import"]
    table = browser.send(WHERE, **hidden(page), act="faults")
    assert table.headers["Content-Type"].startswith("text/csv")
    assert len(table.text.strip().splitlines()) == len(places) + 1
    assert employees(world) == ["A-1"]


def test_without_a_file_it_is_said_at_the_field(world: World) -> None:
    browser = Browser(world, M)
    answer = browser.send(WHERE, **hidden(browser.page(WHERE)), act="check")
    assert answer.status_code == 422
    assert [one["href"] for one in read(answer.text).all("a") if one["href"] == "#file"]
