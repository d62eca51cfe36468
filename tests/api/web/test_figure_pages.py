"""What funders look at by the page: indicators as the API counts them, small ones hidden; money by line."""

from __future__ import annotations

import pytest

from api.runtime.roles import Role
from tests.api.conftest import World
from tests.api.money.test_exports import done as done
from tests.api.small_basin import BASIN
from tests.api.web.reading import Tag
from tests.api.web.site import Browser

C, F, M = Role.COORDINATOR, Role.FUNDER, Role.MANAGER
INDICATORS, FUNDING = "/bassins/B1/indicateurs", "/bassins/B1/financements"


def plainly(tag: Tag) -> str:
    return tag.text().replace("\u202f", " ").replace("\xa0", " ")


def row(page: Tag, name: str) -> list[str]:
    (found,) = [one for one in page.all("tbody")[0].all("tr") if one.all("th")[0].text() == name]
    return [plainly(cell).strip() for cell in found.all("td")]


def test_indicators_are_those_of_the_api_in_words_table_and_picture(done: World) -> None:
    """Three visits asked, all of them covered by the plan: March is the newest month of this basin."""
    page = Browser(done, C).page(INDICATORS)
    assert "Mars 2026 : 3 interventions à couvrir, 100 % couvertes" in plainly(page.all("main")[0])
    assert row(page, "Interventions à couvrir") == ["3", "–", "–"]
    assert row(page, "Taux de couverture") == ["100 %", "–", "–"]
    (picture,) = [one for one in page.all("svg") if one["role"] == "img"]
    bars = list(picture.all("rect"))
    assert [plainly(bar.all("title")[0]) for bar in bars] == ["mars 2026 : 100 %"]
    assert bars[0]["height"] == "180.0"
    english = Browser(done, C, "en").page(f"{INDICATORS}?par=year&indicateur=requests")
    assert row(english, "Visits to cover")[0] == "3"


def test_a_funder_reads_periods_that_are_over_without_small_numbers(done: World) -> None:
    browser = Browser(done, F)
    assert "Rien n’a encore été demandé" in browser.page(INDICATORS).text()
    done.later(days=20)
    page = Browser(done, F).page(INDICATORS)
    assert row(page, "Interventions à couvrir") == ["masqué", "–", "–"]
    assert "Mars 2026 : trop peu d’interventions" in plainly(page.all("main")[0])
    assert not [one for one in page.all("rect") if one["class"] == "bar"]
    file = next(one["href"] for one in page.all("a") if "format=csv" in one["href"])
    assert browser.get(file).status_code in (200, 303)


@pytest.mark.parametrize("role", [C, F])
def test_money_is_told_by_line_and_release_without_people(done: World, role: Role) -> None:
    page = Browser(done, role).page(f"{FUNDING}?trimestre=2026-T1")
    (line,) = page.all("tbody")[0].all("tr")
    assert [plainly(cell).strip()[:8] for cell in line.all("td")][:2] == ["1 000,00", "48,00 € "]
    assert "T1 2026 : 2 h remplacées, 48,00 €." in plainly(page.all("main")[0])
    assert "GRETA Artois" in page.text()
    assert "A-1" not in page.text()
    noted = done.get(f"{BASIN}/events?action=basins.exported")["items"][-1]["details"]
    assert (noted["what"], noted["first_day"]) == ("evidence", "2026-01-01")
    assert Browser(done, M).get(FUNDING).status_code == 403
