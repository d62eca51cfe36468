"""Every page of the service with an address to open it by, and browsers of every role."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import quote

from fastapi.testclient import TestClient
from httpx2 import Response

from api.runtime.roles import Role
from api.web.site import PAGES
from api.web.view import PageEntry
from tests.api.conftest import PASSWORD, World, begins
from tests.api.small_basin import BASIN, absence
from tests.api.web.reading import Tag, read

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
NAMED = re.compile(r"\{(\w+)\}")


class Browser:
    """A browser of one role, of an account by its login, or of nobody, on the service of a test."""

    def __init__(
        self, world: World, role: Role | None = None, lang: str = "fr", *, login: str | None = None
    ) -> None:
        self.world = world
        self.client = TestClient(world.app, raise_server_exceptions=False, follow_redirects=False)
        self.client.headers.update({**HTML, "Accept-Language": lang})
        name = login if role is None else role.value
        if name is not None:
            answer = self.send("/connexion", login=name, password=PASSWORD)
            assert answer.status_code == 303, answer.text

    def get(self, address: str) -> Response:
        return self.client.get(address)

    def page(self, address: str, status: int = 200) -> Tag:
        answer = self.get(address)
        assert answer.status_code == status, f"{address}: {answer.status_code} {answer.text[:2000]}"
        return read(answer.text)

    def send(self, address: str, **fields: str | list[str]) -> Response:
        return self.client.post(address, data=fields)

    def press(self, address: str, at: str | None = None, **fields: str | list[str]) -> Response:
        """Fill and send the form of a page. Args: at: where its form goes, of several."""
        forms = [
            one for one in self.page(address).all("main")[0].all("form") if at is None or one["action"] == at
        ]
        assert forms, f"no form on {address}"
        hidden = {one["name"]: one["value"] for one in forms[0].all("input") if one["type"] == "hidden"}
        return self.send(forms[0]["action"] or address, **{**hidden, **fields})


def at_work(world: World) -> dict[str, str]:
    """A day at work, and the ids of what addresses name."""
    world.ask(Role.MANAGER, "POST", f"{BASIN}/absences", absence(reason="familial"))
    world.search()
    (plan,) = world.get(f"{BASIN}/plans?state=proposed")["items"]
    assert world.publish(plan).status_code == 200
    return {
        "basin_id": "B1",
        "day": "2026-03-09",
        "plan_id": plan["id"],
        "visit_id": "V1",
        "absence_id": "ABS-1",
        "client_id": "S1:A",
        "block_id": "nouveau",
        "vehicle_id": "nouveau",
        "worker_id": "W1",
    }


day = begins(at_work)


def _link(world: World) -> str:
    made = world.ask(Role.MANAGER, "POST", f"{BASIN}/invitations", {"login": "nouvelle.venue"})
    assert made.status_code == 201, made.text
    link: str = made.json()["link"]
    return link.rpartition("/")[2]


def _report(world: World) -> str:
    """Issued once a world: a further edition wants a reason."""
    held = world.get(f"{BASIN}/reports")["items"]
    if held:
        return str(held[0]["id"])
    made = world.ask(Role.COORDINATOR, "POST", f"{BASIN}/reports", {"period": "2026-02"})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


MADE: Mapping[str, Callable[[World], str]] = {"link": _link, "report_id": _report}
"""Of addresses, what is made for one test alone."""


def address_of(page: PageEntry, world: World, ids: Mapping[str, str]) -> str:
    """Raises: KeyError, for a name that no sample stands for: give it one in `at_work` or `MADE`."""

    def filled(match: re.Match[str]) -> str:
        name = match[1]
        return quote(MADE[name](world) if name in MADE else ids[name])

    return NAMED.sub(filled, page.path)


def visits() -> Iterator[tuple[PageEntry, Role | None]]:
    """Each page with each role that may open it; None: nobody."""
    for page in PAGES:
        for role in sorted(page.roles) or [None]:
            yield page, role
