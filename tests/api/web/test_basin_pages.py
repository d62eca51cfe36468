"""A coordinator looks up who is in the brigade and what ends, the services, and changes a setting that
keeps its history."""

from __future__ import annotations

from api.runtime.roles import Role
from tests.api.conftest import World
from tests.api.small_basin import BASIN
from tests.api.web.site import Browser

C = Role.COORDINATOR
BRANCH = "Branche de l’aide à domicile (BAD)"
"""Letters alone say nothing to whoever has not learnt them."""
PEOPLE, SERVICES, RULES = (f"/bassins/B1/{name}" for name in ("personnes", "services", "regles"))


def test_people_are_searched_and_those_whose_papers_end_first_stand_first(world: World) -> None:
    """Monday 9 March 2026. W2's certificate ends in ten days, W3's was over on Sunday."""
    for id, name in (("W1", "Ginette Essai"), ("W2", "Hélène Exemple"), ("W3", "Odette Modèle")):
        assert world.ask(C, "PUT", f"{BASIN}/worker-identities/{id}", {"name": name}).status_code == 201
    world.rewrite("workers/W2", certificates=[{"code": "ADVF", "expires": "2026-03-19"}])
    world.rewrite("workers/W3", certificates=[{"code": "ADVF", "expires": "2026-03-08"}])
    browser = Browser(world, C)
    rows = browser.page(f"{PEOPLE}?tri=ending").all("tbody")[0].all("tr")
    assert "Hélène Exemple" in rows[0].text()
    assert "jeudi 19 mars 2026" in rows[0].text().replace("\xa0", " ")
    name = world.get(f"{BASIN}/providers/S1")["value"]["name"]
    assert any(name in one.text() for one in rows)
    (found,) = browser.page(f"{PEOPLE}?q=helene").all("tbody")[0].all("tr")
    assert found.all("a")[0]["href"] == f"{PEOPLE}/W2"
    assert "Personne de ce nom" in browser.page(f"{PEOPLE}?q=zzz").text()
    assert "terminé le dimanche 8 mars 2026" in browser.page(f"{PEOPLE}/W3").text().replace("\xa0", " ")
    browser.page(f"{PEOPLE}/W9", status=404)


def test_services_are_told_with_what_was_received_of_them(world: World) -> None:
    page = Browser(world, C).page(SERVICES)
    providers, employers, _ = page.all("tbody")
    assert [cell.text() for cell in providers.all("tr")[0].all("td")][:4] == [BRANCH, "1", "3", "3"]
    assert "9 mars 2026" in providers.text().replace("\xa0", " ")
    assert employers.all("tr")[0].all("td")[-1].text() == "3"


def test_services_name_the_communes_of_their_places(world: World) -> None:
    world.rewrite("sites/A", commune="62498")
    text = Browser(world, C).page(SERVICES).text()
    assert "Lens" in text
    assert "62498" not in text


def test_the_form_has_room_for_all_hours_of_duty_and_one_more(world: World) -> None:
    browser = Browser(world, C)
    sent: dict[str, str | list[str]] = {"plan_days": "1", "replan": "at_once", "reply_min": "30"}
    sent |= {"reply_ahead_min": "240", "quiet_from": "21:00", "quiet_to": "07:00", "freeze_min": "15"}
    for number in range(5):
        sent |= {f"days{number}": [str(number + 1)], f"start{number}": "07:00", f"end{number}": "19:00"}
    assert browser.press(RULES, "", **sent, outside="wait").headers["Location"] == RULES
    hours = world.get(BASIN)["value"]["duty"]["hours"]
    assert [one["days"] for one in hours] == [[1], [2], [3], [4], [5]]
    shown = browser.page(RULES).all("fieldset")
    spells = [one for one in shown if one["class"] == "spell"]
    assert len(spells) == 6


def test_a_setting_is_changed_with_its_reason_and_what_it_was_is_kept(world: World) -> None:
    browser = Browser(world, C)
    sent = {"plan_days": "1", "replan": "at_once", "reply_min": "45", "reply_ahead_min": "240"}
    sent |= {"quiet_from": "21:00", "quiet_to": "07:00", "freeze_min": "15", "outside": "wait"}
    hours: dict[str, str | list[str]] = {"days0": ["1", "2"], "start0": "07:00", "end0": "19:00"}
    done = browser.press(RULES, "", **sent, **hours, reason="essai de printemps")
    assert done.headers["Location"] == RULES
    value = world.get(BASIN)["value"]
    assert (value["offers"]["reply_min"], value["offers"]["wave_min"]) == (45, 30)
    assert value["duty"]["hours"] == [{"days": [1, 2], "start": "07:00", "end": "19:00"}]
    (table,) = [one for one in browser.page(RULES).all("table") if "Avant" in one.text()]
    rows = table.all("tbody")[0].all("tr")
    told = {row.all("th")[0].text(): [cell.text() for cell in row.all("td")] for row in rows}
    reply = told["Temps pour répondre, le jour même (min)"]
    assert reply[1:] == ["coordinator", "30", "45", "essai de printemps"]
    assert len(rows) == 2
    priced = browser.press(RULES, "", **sent, travel="12", P1="200", mode="weighted", reason="essai")
    assert priced.headers["Location"] == RULES
    policy = world.get(BASIN)["value"]["policy"]
    assert (policy["weights"]["travel"], policy["points"]["P1"], policy["mode"]) == (12, 200, "weighted")
    assert policy["weights"]["lateness"] == 20
    changes = {one["where"]: one for one in world.get(f"{BASIN}/history")["items"]}
    assert (changes["policy.points.P1"]["before"], changes["policy.points.P1"]["after"]) == (100, 200)
    assert changes["policy.points.P1"]["reason"] == "essai"
    wrong = browser.press(RULES, "", **sent, travel="dix", P2="-1")
    assert (wrong.status_code, "travel-fault1" in wrong.text, "P2-fault1" in wrong.text) == (422, True, True)
    refused = browser.press(RULES, "", **{**sent, "reply_min": "0"})
    assert (refused.status_code, "reply_min-fault1" in refused.text) == (422, True)
    stale = browser.press(RULES, "", **sent, version="1")
    assert stale.status_code == 412


def test_usual_hours_are_priced_and_tours_set_out_early_by_the_form(world: World) -> None:
    browser = Browser(world, C)
    sent = {"plan_days": "1", "replan": "at_once", "reply_min": "45", "reply_ahead_min": "240"}
    sent |= {"quiet_from": "21:00", "quiet_to": "07:00", "freeze_min": "15", "outside": "wait"}
    done = browser.press(RULES, "", **sent, departure="as_early", usual_hour="2")
    assert done.headers["Location"] == RULES
    policy = world.get(BASIN)["value"]["policy"]
    assert (policy["departure"], policy["weights"]["usual_hour"]) == ("as_early", 2)
    text = browser.page(RULES).text()
    assert "Départ des tournées" in text
    assert "Écart à l’heure habituelle" in text


def test_a_reserve_is_switched_on_by_the_form_and_off_again(world: World) -> None:
    """Without rates of the basin's own the shipped ones hold."""
    browser = Browser(world, C)
    sent = {"plan_days": "1", "replan": "at_once", "reply_min": "45", "reply_ahead_min": "240"}
    sent |= {"quiet_from": "21:00", "quiet_to": "07:00", "freeze_min": "15", "outside": "wait"}
    assert browser.press(RULES, "", **sent, reserve="1").headers["Location"] == RULES
    assert world.get(BASIN)["value"]["policy"]["reserve"] == {}
    assert "Réserve : poids des heures" in browser.page(RULES).text()
    assert browser.press(RULES, "", **sent).headers["Location"] == RULES
    assert world.get(BASIN)["value"]["policy"].get("reserve") is None
