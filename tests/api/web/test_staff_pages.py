"""A lending employer's pages: own staff by name, their week and month, papers to sign; and what runs out."""

from __future__ import annotations

import pytest

from api.runtime.roles import Role
from tests.api.conftest import World
from tests.api.small_basin import BASIN
from tests.api.web.site import Browser, day

C, E = Role.COORDINATOR, Role.EMPLOYER


@pytest.fixture
def lent(world: World) -> World:
    day(world)
    world.ask(C, "PUT", f"{BASIN}/worker-identities/W1", {"name": "Ginette Essai"})
    paper = {"provider_id": "S2", "first": "2026-03-16", "last": "2026-12-31", "status": "promised"}
    world.rewrite("workers/W1", engagements=[paper], contract={"weekly_min": 1470})
    return world


def test_the_staff_is_shown_by_name_with_week_contract_and_papers(lent: World) -> None:
    page = Browser(lent, E).page("/mes-salaries")
    rows = {row.all("th")[0].text(): row.text() for row in page.all("tbody")[0].all("tr")}
    assert set(rows) == {"Ginette Essai", "W2", "W3"}
    assert "24 h 30" in rows["Ginette Essai"]
    assert "lun. 9 mars" in rows["Ginette Essai"]
    (paper, *_) = [one.text() for one in page.all("li") if "à signer" in one.text()]
    assert "Ginette Essai : papier à signer avec S2" in paper.replace("\xa0", " ").replace("\u202f", " ")
    (read,) = lent.get(f"{BASIN}/events?action=worker-identities.read", C)["items"]
    assert (read["details"]["purpose"], read["details"]["people"]) == ("staff", 1)
    file = next(one["href"] for one in page.all("a") if "format=csv" in one["href"])
    assert file.endswith("first_day=2026-03-01&last_day=2026-03-31&format=csv")
    assert Browser(lent, E).get(file).status_code == 200


def test_one_of_the_staff_has_her_hours_and_deadlines_and_nobody_elses(lent: World) -> None:
    browser = Browser(lent, E)
    page = browser.page("/mes-salaries/W1?mois=2026-03")
    assert page.all("h1")[0].text() == "Ginette Essai"
    assert "papier à signer" in page.text()
    assert "il reste" in page.text()
    assert "V1" not in page.text()
    assert browser.get("/mes-salaries/W9").status_code == 404


def test_coordinators_see_what_runs_out_in_their_basin_and_where_it_is_mended(lent: World) -> None:
    held = [{"code": "ADVF", "expires": "2026-03-20"}]
    lent.rewrite("workers/W2", certificates=held)
    browser = Browser(lent, C)
    page = browser.page("/bassins/B1/alertes")
    links = [link for line in page.all("main")[0].all("li") for link in line.all("a")]
    lines = {one["href"]: one.text() for one in links}
    assert "Ginette Essai" in lines["/bassins/B1/personnes/W1#engagement"]
    assert (
        "Titre professionnel assistant de vie aux familles" in lines["/bassins/B1/personnes/W2#certificate"]
    )
    for address in lines:
        path, _, part = address.partition("#")
        assert not part or part in {one["id"] for one in browser.page(path).below()}, address
    assert Browser(lent, C).get("/bassins/B9/alertes").status_code == 404


def test_papers_of_one_person_stand_in_one_line_and_one_by_one_below(lent: World) -> None:
    """For the coordinator and for the employer: her name once, each service once, and all of them counted."""
    paper = {"first": "2026-03-16", "last": "2026-12-31", "status": "promised"}
    lent.rewrite("workers/W1", engagements=[paper | {"provider_id": id} for id in ("S1", "S2")])
    for role, path in ((C, "/bassins/B1/alertes"), (E, "/mes-salaries")):
        page = Browser(lent, role).page(path)
        (line,) = [one for one in page.all("li") if "2 papiers à signer" in one.text()]
        assert line.text().count("Ginette Essai") == 1
        assert [one.text().replace("\xa0", " ") for one in line.all("li")] == [
            f"Avec {id}, nécessaire à partir du lundi 16 mars 2026" for id in ("S1", "S2")
        ]
        (count,) = [one.text() for one in page.all("h2") if "signer" in one.text()]
        assert count.endswith("2")
