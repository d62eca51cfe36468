"""An administrator goes from the empty service to a basin of her own or the invented one, opens accounts,
reads the journal, and sees what is not safe."""

from __future__ import annotations

import ast
import re
from collections import Counter
from datetime import date, datetime, timedelta
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

from api.commitments.states import State
from api.imports.uploads import later
from api.operations import demo
from api.runtime.roles import Role
from api.store.account_tables import LAST_BACKUP, keep_fact
from api.store.base import Table
from brigade.exchange.documents.problem_document import problem_text
from brigade.words import LANGUAGES, coded
from brigade.words.catalogue import keys
from tests.api.conftest import PASSWORD, World
from tests.api.small_basin import BASIN, absence, monday
from tests.api.web.site import Browser, day

A, C, M = Role.ADMINISTRATOR, Role.COORDINATOR, Role.MANAGER
FIRST = "/premiers-pas"


def test_days_of_the_demonstration_are_moved_by_whole_weeks_and_keep_their_hours() -> None:
    """Ten weeks from March 10 pass the change of the clocks: 06:40 stays 06:40, with another offset."""
    told = {"now": "2026-03-10T06:40:00+01:00", "days": ["2026-03-10", "V-2026", 3, None]}
    moved = later(told, timedelta(weeks=10))
    assert moved == {"now": "2026-05-19T06:40:00+02:00", "days": ["2026-05-19", "V-2026", 3, None]}
    day = date(2026, 3, 10)
    assert demo.weeks_until(day, date(2026, 3, 9)) == 0
    assert [demo.weeks_until(day, day + timedelta(days=n)) for n in (0, 6, 7, 13)] == [1, 1, 2, 2]


def test_what_blocks_and_what_improves_change_as_the_basin_comes_to_be(world: World) -> None:
    browser = Browser(world, A)
    page = browser.page(FIRST)
    assert [one.text() for one in page.all("strong")].count("6. Une proposition") == 1
    ahead = page.all("ol")[0].all("li")
    assert ["nécessaire" in one.text() for one in ahead] == [False] * 4 + [True] * 3
    assert "next" in ahead[4]["class"]
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    world.search()
    (plan,) = world.get(f"{BASIN}/plans?state=proposed")["items"]
    assert "next" in browser.page(FIRST).all("ol")[0].all("li")[6]["class"]
    assert world.publish(plan).status_code == 200
    done = browser.page(FIRST)
    assert "Un premier plan est publié." in done.text()
    assert "conseillé" in done.all("main")[0].all("ul")[-1].text()


def test_an_account_is_opened_for_a_worker_by_name(world: World) -> None:
    """A pseudonym says nothing to whoever opens it; the list of names is noted in the trail."""
    made = world.ask(C, "PUT", f"{BASIN}/worker-identities/W1", {"name": "Wanda Essai"})
    assert made.status_code == 201, made.text
    told = {one["value"]: one.text() for one in Browser(world, A).page("/comptes").all("option")}
    assert "Wanda Essai (" in told["B1|W1"]
    read = world.get(f"{BASIN}/events?action=worker-identities.read", C)["items"]
    assert [one for one in read if one["details"].get("purpose") == "accounts"]


def test_a_basin_is_created_by_a_form_and_all_its_faults_are_said(world: World) -> None:
    browser = Browser(world, A)
    refused = browser.press(FIRST, "", act="create", name="", id="80-ABB", department="80")
    assert (refused.status_code, 'value="80-ABB"' in refused.text) == (422, True)
    given = {"act": "create", "name": "Abbeville", "id": "80-ABB", "department": "80"}
    unreachable = browser.press(FIRST, "", **given, telephone="poste 12")
    assert (unreachable.status_code, 'id="telephone-fault1"' in unreachable.text) == (422, True)
    made = browser.press(FIRST, "", **given, telephone="03 22 00 00 00")
    assert world.ask(A, "GET", "/v1/basins/80-ABB").json()["value"]["telephone"] == "+33322000000"
    assert made.headers["Location"] == f"{FIRST}?bassin=80-ABB"
    page = browser.page(made.headers["Location"])
    assert "Abbeville" in page.text()
    assert "Personne encore" in browser.page("/bassins/80-ABB/personnes").text()
    assert "next" in page.all("ol")[0].all("li")[0]["class"]
    again = browser.press(FIRST, "", act="create", name="Abbeville", id="80-ABB", department="80")
    assert again.status_code == 428


def test_the_demonstration_is_loaded_on_a_service_without_a_basin_only(world: World, tmp_path: Path) -> None:
    (tmp_path / "monday.json").write_text(problem_text(monday()), "utf-8")
    given = {"example_file": tmp_path / "monday.json"}
    world.service.settings = world.service.settings.model_copy(update=given)
    browser = Browser(world, A)
    assert "Charger la démonstration" not in browser.page(FIRST).text()
    assert browser.press(FIRST, "", act="example").status_code == 403


def test_an_account_is_opened_with_a_link_closed_and_opened_again(world: World) -> None:
    browser = Browser(world, A)
    given = {"login": "mme.dubois", "role": "coordinator", "reach": "B1", "display_name": "Mme Martin"}
    told = browser.press("/comptes", "/comptes", act="create", **given)
    assert told.status_code == 200
    link = re.search(r"http\S+/mot-de-passe/[^<\s]+", told.text)
    assert link is not None
    path = urlsplit(link[0]).path
    newcomer = Browser(world, None)
    assert newcomer.press(path, password="une phrase assez longue 42").status_code == 200
    assert "Mme Martin" in browser.page("/comptes?q=dubois").text()
    assert "Mme Martin" not in browser.page("/comptes?q=nobody").text()
    (one,) = browser.page("/comptes?q=dubois").all("main")[0].all("li")
    fields = {tag["name"]: tag["value"] for tag in one.all("input")}
    closed = browser.send("/comptes", **fields, act="close")
    assert closed.headers["Location"] == "/comptes"
    assert "fermé" in browser.page("/comptes?q=dubois").text()
    stale = browser.send("/comptes", **{**fields, "once": "another"}, act="open")
    assert stale.status_code == 412
    wrong = browser.press("/comptes", "/comptes", act="create", login="chef", role="manager", reach="B1")
    assert (wrong.status_code, "Erreur" in wrong.text) == (422, True)


def test_what_an_account_reaches_is_told_by_its_name(world: World) -> None:
    name = world.get(f"{BASIN}/providers/S1")["value"]["name"]
    manager = next(
        one for one in Browser(world, A).page("/comptes").all("li") if "responsable de SAAD" in one.text()
    )
    assert f"{name} (" in manager.text()


def test_the_journal_is_searched_page_by_page_and_its_chain_verified(world: World) -> None:
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    browser = Browser(world, A)
    rows = browser.page("/journal?q=absences.declared").all("tbody")[0].all("tr")
    assert [row.all("td")[3].text() for row in rows] == ["identifiant ABS-1 Lens"]
    assert "Rien de tel" in browser.page("/journal?q=nothing%20of%20the%20kind").text()
    assert "La chaîne est entière" in browser.page("/journal?verifier=1").text()


def test_unsafe_settings_and_the_age_of_the_backup_are_said(world: World) -> None:
    browser = Browser(world, A)
    page = browser.page("/etat-du-service").text()
    assert "BRIGADE_PUBLIC_URL" in page
    assert "Aucune sauvegarde" in page
    with world.service.database.writing() as session:
        keep_fact(session, LAST_BACKUP, datetime.now().astimezone().isoformat())
        session.commit()
    page = browser.page("/etat-du-service").text()
    assert "Dernière sauvegarde" in page
    assert "brigade backup" not in page
    assert PASSWORD not in page


def test_the_journal_speaks_in_words_and_is_narrowed_by_kind_of_act(world: World) -> None:
    browser = Browser(world, A)
    assert world.ask(C, "PUT", f"{BASIN}/client-identities/S1:A", {"name": "Mme Modèle"}).status_code == 201
    rows = [one.text() for one in browser.page("/journal").all("tbody")[0].all("tr")]
    assert any("Nom d’une personne accompagnée : création" in said(one) for one in rows)
    named = browser.page("/journal?objet=client-identities&acte=created").all("tbody")[0].all("tr")
    assert [("création" in one.text(), "S1:A" in one.text()) for one in named] == [(True, True)]
    assert not browser.page("/journal?objet=client-identities&acte=deleted").all("tbody")


def test_the_journal_names_people_accounts_and_days_and_keeps_ids_behind_them(world: World) -> None:
    """An absence is A-1's, an offer the carer's, a plan its day's; what read the names is noted once."""
    day(world)
    for path, name in (
        ("client-identities/S1:A", "Mme Modèle"),
        ("employee-identities/A-1", "Mme Habituée"),
        ("worker-identities/W1", "Ginette Essai"),
    ):
        assert world.ask(C, "PUT", f"{BASIN}/{path}", {"name": name}).status_code == 201
    browser = Browser(world, A)
    rows = [row for page in (0, 1) for row in browser.page(f"/journal?q={'W1' if page else ''}").all("tr")]
    about = {said(row.all("td")[3].text()) for row in rows if row.all("td")}
    assert {"Mme Modèle S1:A Lens", "Mme Habituée ABS-1 Lens", "Ginette Essai W1 Lens"} <= about, about
    assert any(one.startswith("plan du lundi 9 mars 2026 plan-") for one in about)
    Browser(world, C).page("/bassins/B1/personnes")
    (read, *_) = browser.page("/journal?objet=worker-identities&acte=read").all("tbody")[0].all("tr")
    assert "identifiant" not in read.text()
    assert any(one.startswith("Ginette Essai offer-") for one in about)
    who = {said(row.all("td")[1].text()) for row in rows if row.all("td")}
    assert any(one.startswith("le service, recherches search:") for one in who), who
    readings = world.ask(A, "GET", f"{BASIN}/events?action=identities.read").json()["items"]
    assert [one["kind"] for one in readings] == ["identities"] * 2


def said(text: str) -> str:
    return text.replace("\xa0", " ").replace("\u202f", " ")


def test_no_two_acts_and_no_two_kinds_share_a_word() -> None:
    """Both would stand in the same list to choose from."""
    for lang, subject in product(LANGUAGES, ("act", "kind")):
        found = Counter(
            coded(f"journal.{subject}", one, lang) for one in keys(lang, f"word.journal.{subject}.")
        )
        assert [word for word, times in found.items() if times > 1] == []


def test_every_act_that_is_noted_has_its_word() -> None:
    """Of what the code notes by name, and of the states that offers, messages and searches come to."""
    noted = {
        node.args[1].value
        for path in Path("api").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", "")) in ("note", "changed", "note_of")
        and len(node.args) > 1
        and isinstance(node.args[1], ast.Constant)
        and isinstance(node.args[1].value, str)
    }
    kinds = {mapper.class_.KIND for mapper in Table.registry.mappers if hasattr(mapper.class_, "KIND")}
    states = {one.value for one in State}
    for lang in LANGUAGES:
        words = keys(lang, "word.journal.")
        assert {f"act.{one}" for one in noted | states} <= words
        assert {f"kind.{one}" for one in kinds} <= words
