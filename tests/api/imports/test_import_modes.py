"""What an import takes away is said and chosen: a file adds, parts of one are welcome, and each provider
writes its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest

from api.access.scope import Scoped
from api.imports import file_checks, uploads
from api.imports.uploads import CALENDAR, ZIP
from api.runtime.clock import ShiftedClock, SystemClock
from api.runtime.roles import Role
from api.service.service import Service
from api.store.engine import Database
from brigade.errors import Issue
from brigade.exchange.problem_tables import write_tables
from brigade.units import PARIS
from tests.api.conftest import World, settings_for, world_on
from tests.api.imports.test_imports import zipped
from tests.api.small_basin import BASIN, NOW, absence, document, meeting, monday

A, C, M, W, E, F = Role


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    folder = tmp_path_factory.mktemp("modes")
    made = world_on(f"sqlite:///{folder / 'brigade.db'}", folder)
    made.service.database.close()
    return folder, made


@pytest.fixture
def here(filled: tuple[Path, World], tmp_path: Path) -> Iterator[World]:
    """A copy of its own; what an import says does not depend on the kind of database."""
    folder, made = filled
    for file in folder.iterdir():
        if file.is_file():
            copyfile(file, tmp_path / file.name)
    url = f"sqlite:///{tmp_path / 'brigade.db'}"
    made.app.state.service = Service(
        settings_for(url, tmp_path), ShiftedClock(NOW - SystemClock().now()), Database(url)
    )
    yield made
    made.service.database.close()


def send(world: World, body: Any, query: str = "", role: Role = C, media: str = "application/json") -> Any:
    """A document, or tables by name -> lines."""
    if isinstance(body, dict) and "format" not in body:
        content, media = (
            zipped({f"{name}.csv": "\n".join(lines).encode() for name, lines in body.items()}),
            ZIP,
        )
    else:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {world.tokens[role]}", "Content-Type": media}
    return world.client.post(f"{BASIN}/imports?dry_run=false&{query}", content=content, headers=headers)


def other_week() -> dict[str, Any]:
    """The same basin a week later: the day's visits, rota and hours on Monday 16 March, under other ids of
    visits."""
    text = json.dumps(document()).replace("2026-03-09", "2026-03-16")
    for visit in ("V1", "V2", "V3", "V4", "V5"):
        text = text.replace(f'"{visit}"', f'"{visit}-16"')
    told: dict[str, Any] = json.loads(text)
    return told


def hours(world: World, worker: str = "W1") -> list[str]:
    return [one["start"][:10] for one in world.get(f"{BASIN}/workers/{worker}")["value"]["availability"]]


def entries(world: World, provider: str = "S1") -> list[str]:
    return [one["visit_id"] for one in world.get(f"{BASIN}/rota-feeds/{provider}")["value"]["entries"]]


# -- another week ------------------------------------------------------------------------------------------
def test_a_file_of_another_week_adds(here: World) -> None:
    """Three workers of 13 hours each and five passages come beside those of the 9th, which stay."""
    told = send(here, other_week()).json()
    assert (told["created"]["visits"], told["changed"]) == (5, {"workers": 3, "rota-feeds": 2})
    assert (told["gone"], told["deleted"], told["summary"]) == ([], {}, [])
    added = {one["what"]: (one["count"], one["minutes"], one["first_day"]) for one in told["added"]}
    assert added == {"availability": (3, 3 * 13 * 60, "2026-03-16"), "rota": (5, None, "2026-03-16")}
    assert hours(here) == ["2026-03-09", "2026-03-16"]
    assert entries(here) == ["V1", "V2", "V3", "V1-16", "V2-16", "V3-16"]


def test_no_transaction_waits_while_the_file_is_judged(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many fortnights it speaks of, they are judged in one turn."""
    faults, sessions, judged = file_checks.faults, list[Any](), list[bool]()

    def watched(scoped: Scoped, *given: Any) -> list[Issue]:
        sessions.append(scoped.session)
        return faults(scoped, *given)

    def faults_of(*given: Any) -> list[Any]:
        judged.append(sessions[-1].in_transaction())
        return []

    monkeypatch.setattr(file_checks, "faults", watched)
    monkeypatch.setattr(file_checks, "faults_of", faults_of)
    assert send(here, other_week()).json()["created"]["visits"] == 5
    assert sessions
    assert judged == [False] * len(sessions)


def test_replacing_is_a_choice_that_says_what_disappears(here: World) -> None:
    """Five visits of the 9th, their passages, three availabilities of 13 h: told by the dry run, gone with
    the real one."""
    headers = {"Authorization": f"Bearer {here.tokens[C]}", "Content-Type": "application/json"}
    where = f"{BASIN}/imports?mode=replace"
    dry = here.client.post(where, content=json.dumps(other_week()).encode(), headers=headers).json()
    gone = {one["what"]: (one["count"], one["minutes"], one["ids"]) for one in dry["gone"]}
    assert gone["availability"] == (3, 3 * 13 * 60, ["W1", "W2", "W3"])
    assert gone["rota"] == (5, None, ["V1", "V2", "V3", "V4", "V5"])
    assert gone["visits"][::2] == (5, ["V1", "V2", "V3", "V4", "V5"])
    assert "3 disponibilités du 09/03, 39 h (W1, W2, W3)" in dry["summary"][0]
    assert "5 passages du roulement du 09/03 (V1, V2, V3…)" in dry["summary"][0]
    assert hours(here) == ["2026-03-09"]
    real = send(here, other_week(), "mode=replace").json()
    assert (real["gone"], real["deleted"], real["ids"]["deleted"]) == (
        dry["gone"],
        dry["deleted"],
        dry["ids"]["deleted"],
    )
    assert hours(here) == ["2026-03-16"]
    assert entries(here) == ["V1-16", "V2-16", "V3-16"]
    assert {one["id"] for one in here.get(f"{BASIN}/visits")["items"]} == {f"V{n}-16" for n in range(1, 6)}


def test_shorter_hours_of_the_same_day_take_the_place_of_the_longer_and_say_so(here: World) -> None:
    """W1 from 7 to 20 h, then from 9 to 12 h: ten hours less, said without being asked to replace."""
    rows = ["intervenant;début;fin", "W1;2026-03-09 09:00;2026-03-09 12:00"]
    told = send(here, {"disponibilités": rows}).json()
    (gone,) = told["gone"]
    assert (gone["what"], gone["minutes"], gone["ids"]) == ("availability", 600, ["W1"])
    assert (told["changed"], told["replaced"][0]["count"]) == ({"workers": 1}, 1)
    assert here.get(f"{BASIN}/workers/W1")["value"]["availability"][0]["start"] == "2026-03-09T09:00:00+01:00"


def test_people_left_without_hours_are_named(here: World) -> None:
    """The employer's file holds W1 alone: W2 and W3 have nothing left, and are said by name."""
    rows = ["intervenant;début;fin", "W1;2026-03-09 07:00;2026-03-09 20:00"]
    told = send(here, {"disponibilités": rows}, "mode=replace").json()
    people = next(one for one in told["gone"] if one["what"] == "people")
    assert (people["count"], people["ids"]) == (2, ["W2", "W3"])
    assert (hours(here, "W1"), hours(here, "W2")) == (["2026-03-09"], [])


def test_the_same_file_twice_changes_nothing_and_says_so(here: World, tmp_path: Path) -> None:
    write_tables(monday(), tmp_path / "lundi")
    tables = zipped({path.name: path.read_bytes() for path in sorted((tmp_path / "lundi").glob("*.csv"))})
    for body, media in ((json.dumps(other_week()).encode(), "application/json"), (tables, ZIP)):
        for mode in ("add", "replace"):
            assert send(here, body, f"mode={mode}", media=media).status_code == 200
            again = send(here, body, f"mode={mode}", media=media).json()
            assert again["is_unchanged"], again
            assert (again["created"], again["changed"], again["deleted"], again["summary"]) == (
                {},
                {},
                {},
                ["Rien ne change."],
            )
            told = send(here, body, f"mode={mode}&lang=en", media=media).json()
            assert told["summary"] == ["Nothing changes."]


# -- parts of a file ---------------------------------------------------------------------------------------
def test_a_table_alone_is_welcome_where_the_rest_is_known(here: World) -> None:
    rows = ["saad;intervention;salarié;début", "S1;V1;A-1;2026-03-09 08:15"]
    told = send(here, {"roulements": rows}).json()
    assert (told["changed"], [one["ids"] for one in told["replaced"]]) == ({"rota-feeds": 1}, [["V1"]])
    feed = here.get(f"{BASIN}/rota-feeds/S1")["value"]
    assert [one["start"][11:16] for one in feed["entries"]] == ["08:15", "10:00", "15:00"]
    assert feed["received_at"] > "2026-03-09T06:40"
    staff = send(here, {"salariés": ["identifiant;saad", "A-3;S1", "A-1;S1"]}).json()
    assert (staff["created"], staff["unchanged"]) == ({"employees": 1}, {"employees": 1, "basins": 1})


def test_what_nobody_knows_is_told_in_its_row_and_column(here: World) -> None:
    """A worker, a client and an employee that stand nowhere; a new visit without its hours."""
    told = send(here, {"disponibilités": ["intervenant;début;fin", "W9;2026-03-09 07:00;2026-03-09 20:00"]})
    (issue,) = told.json()["issues"]
    assert (told.status_code, issue["code"], issue["where"]) == (422, "C110", "disponibilités.csv, ligne 2")
    visits = ["identifiant;personne;durée_min;priorité;nature", "V9;S1:Z;30;P2;essentiel"]
    lone = send(here, {"interventions": visits}).json()
    assert [(one["code"], one["where"]) for one in lone["issues"]] == [("C002", "interventions.csv, ligne 2")]
    windows = ["intervention;au_plus_tôt;au_plus_tard", "V9;2026-03-09 08:00;2026-03-09 09:00"]
    unknown = send(here, {"interventions": visits, "horaires": windows}).json()
    (issue,) = unknown["issues"]
    assert issue["code"].startswith("P")
    assert issue["where"] == "interventions.csv, ligne 2, colonne « personne »"
    assert here.ask(C, "GET", f"{BASIN}/visits/V9").status_code == 404


def test_a_part_of_a_document_is_read_like_the_whole(here: World) -> None:
    known = {**absence(), "known_at": "2026-03-09T06:00:00+01:00"}
    part = {"format": "brigade-problem", "version": 1, "demand": {"absences": [known]}}
    assert send(here, part).json()["created"] == {"absences": 1}
    assert send(here, part).json()["is_unchanged"]
    wrong = {**part, "demand": {"absences": [{**absence(), "known_at": "hier"}]}}
    (issue,) = send(here, wrong).json()["issues"]
    assert (issue["code"], issue["where"]) == ("D106", "demand.absences[0].known_at")


def test_somebody_elses_bad_row_refuses_nobodys_file(here: World) -> None:
    """S2's visit asks for a competency that nobody knows: S1's rota comes in all the same."""
    row = here.ask(C, "GET", f"{BASIN}/visits/V4")
    bad = {**row.json()["value"], "required": ["no-such-skill"]}
    here.ask(C, "PUT", f"{BASIN}/visits/V4", bad, If_Match=row.headers["ETag"])
    told = send(
        here, {"roulements": ["saad;intervention;salarié;début", "S1;V1;A-1;2026-03-09 08:15"]}, role=M
    )
    assert told.status_code == 200, told.text


# -- whose it is -------------------------------------------------------------------------------------------
def test_managers_import_their_own_sections(here: World) -> None:
    """Visits, hours, rota, clients, staff and absences of S1, in one file."""
    told = send(
        here,
        {
            "sites": ["identifiant;commune;latitude;longitude", "L7;62498;50.43;2.83"],
            "personnes": ["identifiant;saad;site", "S1:N;S1;L7"],
            "interventions": ["identifiant;personne;durée_min;priorité;nature", "V7;S1:N;30;P2;essentiel"],
            "horaires": ["intervention;au_plus_tôt;au_plus_tard", "V7;2026-03-09 08:00;2026-03-09 09:00"],
            "salariés": ["identifiant;saad", "A-7;S1"],
            "roulements": ["saad;intervention;salarié;début", "S1;V7;A-7;2026-03-09 08:00"],
            "absences": [
                "identifiant;saad;salarié;type;début;fin;connue_le",
                "ABS-7;S1;A-7;autre_congé;2026-03-09;2026-03-09;2026-03-08 12:00",
            ],
        },
        role=M,
    )
    assert told.status_code == 200, told.text
    created = {"sites": 1, "employees": 1, "clients": 1, "visits": 1, "absences": 1}
    assert (told.json()["created"], told.json()["changed"]) == (created, {"rota-feeds": 1})
    assert "L7" in {one["id"] for one in here.get(f"{BASIN}/sites", M)["items"]}
    assert entries(here) == ["V1", "V2", "V3", "V7"]


def test_what_is_wrong_with_ones_own_rows_is_told_beside_those_of_somebody_else(here: World) -> None:
    """Of the other's row nothing but whose it is: S2 has no A-9 either."""
    head = "identifiant;saad;salarié;type;début;fin;connue_le"
    hours = "autre_congé;2026-03-09;2026-03-09;2026-03-08 12:00"
    mixed = {"absences": [head, f"ABS-7;S1;A-9;{hours}", f"ABS-8;S2;A-9;{hours}"]}
    told = send(here, mixed, role=M)
    assert told.status_code == 422
    assert [(one["code"], one["where"].split(",")[1]) for one in told.json()["issues"]] == [
        ("P520", " ligne 2"),
        ("A103", " ligne 3"),
    ]


def test_each_row_of_somebody_else_is_a_fault_and_nothing_is_written(here: World) -> None:
    told = send(
        here,
        {
            "salariés": ["identifiant;saad", "A-7;S1", "A-8;S2", "A-2;S1"],
            "roulements": ["saad;intervention;salarié;début", "S2;V4;A-2;2026-03-09 09:30"],
            "disponibilités": ["intervenant;début;fin", "W1;2026-03-10 07:00;2026-03-10 20:00"],
        },
        role=M,
    )
    assert (told.status_code, told.json()["code"]) == (403, "A103")
    places = [one["where"].split(",")[0] + one["where"].split(",")[1] for one in told.json()["issues"]]
    assert sorted(places) == [
        "disponibilités.csv ligne 2",
        "roulements.csv ligne 2",
        "salariés.csv ligne 3",
        "salariés.csv ligne 4",
    ]
    assert here.ask(C, "GET", f"{BASIN}/employees/A-7").status_code == 404
    for role in (W, E, F):
        assert send(here, {"salariés": ["identifiant;saad", "A-7;S1"]}, role=role).status_code == 403


@pytest.mark.parametrize("granted", [{"points": 900}, {"mandatory": True}])
def test_a_dry_run_says_what_only_a_coordinator_may_grant(here: World, granted: dict[str, Any]) -> None:
    """In the words and at the place of the import that would follow."""
    visit = here.get(f"{BASIN}/visits/V1", M)["value"]

    def told(dry_run: str, **more: Any) -> Any:
        body = {"format": "brigade-problem", "version": 1, "demand": {"visits": [{**visit, **more}]}}
        return here.ask(M, "POST", f"{BASIN}/imports?dry_run={dry_run}", body)

    for dry_run in ("true", "false"):
        answer = told(dry_run, **granted)
        where = f"demand.visits[0].{next(iter(granted))}"
        assert (answer.status_code, answer.json()["issues"][0]["where"]) == (403, where), answer.text
    assert told("true").json()["is_unchanged"]


def test_a_managers_file_goes_to_no_place_of_another_provider_and_learns_of_none(here: World) -> None:
    """D is where a client of S2 lives: as unknown as a place that is not there, and no hint names it."""
    told = send(here, {"personnes": ["identifiant;saad;site", "S1:N;S1;D"]}, role=M)
    (issue,) = told.json()["issues"]
    assert (told.status_code, issue["where"]) == (422, "personnes.csv, ligne 2, colonne « site »")
    assert "D" not in issue["hint"].replace("SAAD", "")


def test_a_replacement_by_a_manager_stays_within_the_provider(here: World) -> None:
    told = send(
        here,
        {
            "interventions": ["identifiant;personne;durée_min;priorité;nature", "V1;S1:A;60;P1;essentiel"],
            "horaires": ["intervention;au_plus_tôt;au_plus_tard", "V1;2026-03-09 08:00;2026-03-09 08:30"],
        },
        "mode=replace",
        role=M,
    ).json()
    assert set(told["ids"]["deleted"]["visits"]) <= {"V2", "V3"}
    assert {"V4", "V5"} <= {one["id"] for one in here.get(f"{BASIN}/visits")["items"]}


# -- names, contacts, accounts -----------------------------------------------------------------------------
PERSONS = {
    "identités": [
        "genre;identifiant;nom;adresse;accès;téléphone",
        "personne;S1:A;Mme Zénobie Marquée;3 rue de l’Exemple | 62300 Lens;code 4271;03 99 00 00 01",
        "intervenant;W1;Yolande Distincte;;;",
    ],
    "contacts": [
        "genre;identifiant;courriel;téléphone;voies",
        "intervenant;W1;w1@example.org;06 39 98 00 01;sms",
    ],
}
ACCOUNTS = {"comptes": ["compte;rôle;cible", "martin.s1;responsable;S1", "yolande;intervenant;W1"]}


def test_names_and_contacts_come_by_tables_sealed_and_repeated_nowhere(here: World) -> None:
    told = send(here, PERSONS)
    assert told.status_code == 200, told.text
    assert told.json()["created"] == {"client-identities": 1, "worker-identities": 1, "contacts": 1}
    assert "Zénobie" not in told.text
    assert "+33639980001" not in told.text
    identity = here.get(f"{BASIN}/client-identities/S1:A")["value"]
    assert identity["address_lines"] == ["3 rue de l’Exemple", "62300 Lens"]
    assert identity["contacts"] == [{"kind": "phone", "value": "+33399000001"}]
    assert here.get(f"{BASIN}/contacts/worker:W1")["value"]["phone"] == "+33639980001"
    file = Path(here.service.database.url.removeprefix("sqlite:///"))
    assert "Zénobie".encode() not in file.read_bytes() + file.with_name(f"{file.name}-wal").read_bytes()
    again = send(here, PERSONS).json()
    assert (again["is_unchanged"], again["unchanged"]["contacts"]) == (True, 1)
    corrected = send(here, {"identités": ["genre;identifiant;nom", "personne;S1:A;Mme Z. Marquée"]}).json()
    assert corrected["changed"] == {"client-identities": 1}
    assert here.get(f"{BASIN}/client-identities/S1:A")["value"]["entry"] == "code 4271"


def test_accounts_are_for_administrators_who_learn_links_and_no_password(here: World) -> None:
    for role in (C, M):
        assert send(here, ACCOUNTS, role=role).status_code == 403
    told = send(here, ACCOUNTS, role=A).json()
    assert told["created"] == {"accounts": 2}
    links = {one["login"]: one["link"] for one in told["password_links"]}
    assert set(links) == {"martin.s1", "yolande"}
    path = "/v1/password-resets/" + links["martin.s1"].rpartition("/")[2]
    assert here.client.post(path, json={"password": "un-mot-de-passe-choisi"}).status_code == 204
    opened = here.client.post(
        "/v1/sessions", json={"login": "martin.s1", "password": "un-mot-de-passe-choisi"}
    )
    assert (opened.status_code, opened.json()["role"]) == (201, "manager")
    again = send(here, ACCOUNTS, role=A).json()
    assert "is_unchanged" in again, again
    assert (again["is_unchanged"], again["password_links"]) == (True, [])
    more = send(here, {"comptes": ["compte;rôle;cible", "martin.s1;responsable;S2"]}, role=A).json()
    assert more["changed"] == {"accounts": 1}


def test_faulty_rows_about_people_come_all_at_once_with_their_places(here: World) -> None:
    told = send(
        here,
        {
            "identités": [
                "genre;identifiant;nom;téléphone;courriel",
                "voisin;S1:A;X;;",
                "personne;S1:B;Y;;w1",
            ],
            "contacts": ["genre;identifiant;courriel", "intervenant;W1;pas une adresse"],
        },
    ).json()
    assert [(one["code"], one["where"]) for one in told["issues"]] == [
        ("D104", "identités.csv, ligne 2, colonne « genre »"),
        ("D108", "identités.csv, ligne 3, colonne « courriel »"),
        ("D109", "contacts.csv, ligne 2, colonne « courriel »"),
    ]
    unknown = send(here, {"identités": ["genre;identifiant;nom", "personne;S1:Z;Y"]})
    assert (unknown.status_code, unknown.json()["issues"][0]["where"]) == (422, "identités.csv, ligne 2")
    other = send(here, {"identités": ["genre;identifiant;nom", "intervenant;W1;Y"]}, role=M)
    assert (other.status_code, other.json()["code"]) == (403, "A103")


def test_a_fault_is_told_of_the_row_it_is_of_where_an_id_goes_on_after_a_dot(here: World) -> None:
    """`V1` and `V1.2` stand in one file, and only the second is at fault."""
    given = document()
    (first,) = [one for one in given["demand"]["visits"] if one["id"] == "V1"]
    given["demand"]["visits"] = [first, {**first, "id": "V1.2", "required": ["NOTHING_KNOWN"]}]
    told = send(here, {"format": given["format"], "version": given["version"], "demand": given["demand"]})
    assert told.status_code == 422
    assert [one["where"] for one in told.json()["issues"]] == ["demand.visits[1].required"]


def test_rows_written_while_a_file_is_judged_have_it_judged_again(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A visit of the file is for somebody who is removed meanwhile: the file is refused for it, and nothing
    of it stands."""
    judged, faults = list[int](), file_checks.faults

    def removed_meanwhile(*given: Any) -> list[Issue]:
        judged.append(1)
        found = faults(*given)
        if len(judged) == 1:
            one = here.ask(C, "GET", f"{BASIN}/workers/W3")
            gone = here.ask(C, "DELETE", f"{BASIN}/workers/W3", If_Match=one.headers["ETag"])
            assert gone.status_code == 204, gone.text
        return found

    monkeypatch.setattr(file_checks, "faults", removed_meanwhile)
    given = document()
    (first,) = [one for one in given["demand"]["visits"] if one["id"] == "V1"]
    visit = {**first, "id": "V9", "preferred_workers": ["W3"]}
    body = {"format": given["format"], "version": given["version"], "demand": {"visits": [visit]}}
    told = send(here, body, "dry_run=false")
    assert (told.status_code, len(judged)) == (422, 2), told.text
    assert here.ask(C, "GET", f"{BASIN}/visits/V9").status_code == 404


# -- calendars ---------------------------------------------------------------------------------------------
CALENDAR_OF_A1 = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x//y//FR
BEGIN:VEVENT
UID:1@example.org
DTSTAMP:20260308T100000Z
DTSTART;VALUE=DATE:20260310
DTEND;VALUE=DATE:20260312
SUMMARY:Congé Mme A
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")
NAMES = {
    "format": "brigade-mapping",
    "version": 1,
    "source": "agenda",
    "calendar": {"employee": "summary", "employees": {"Mme A": "A-1"}},
}


def test_absences_of_a_calendar_come_in_by_the_names_of_a_mapping(here: World) -> None:
    """Two whole days of A-1, the day of DTEND excluded: 10 and 11 March; again, and nothing changes."""
    body = CALENDAR_OF_A1.encode()
    unnamed = send(here, body, media=CALENDAR, role=M)
    assert (unnamed.status_code, unnamed.json()["code"]) == (422, "I105")
    assert here.ask(M, "PUT", f"{BASIN}/mappings/agenda", NAMES).status_code == 201
    told = send(here, body, "mapping=agenda", media=CALENDAR, role=M)
    assert told.status_code == 200, told.text
    assert told.json()["created"] == {"absences": 1}
    (one,) = here.get(f"{BASIN}/absences", M)["items"]
    assert (one["value"]["employee_id"], one["value"]["kind"]) == ("A-1", "other_leave")
    times = [datetime.fromisoformat(one["value"]["interval"][end]) for end in ("start", "end")]
    assert times == [datetime(2026, 3, day, tzinfo=PARIS) for day in (10, 12)]
    here.later(minutes=5)
    again = send(here, body, "mapping=agenda", media=CALENDAR, role=M).json()
    assert again["is_unchanged"], again
    archive = zipped({"A-1.ics": body, "notes.txt": b"x"})
    assert send(here, archive, "mapping=agenda", media=ZIP, role=M).json()["is_unchanged"]


# -- beside others -----------------------------------------------------------------------------------------
def test_a_dry_run_waits_for_nobody_and_nobody_for_it(here: World) -> None:
    """While somebody holds the write lock, a dry run answers; a real import would wait for it."""
    with here.service.database.writing() as session:
        session.connection()
        headers = {"Authorization": f"Bearer {here.tokens[C]}", "Content-Type": "application/json"}
        told = here.client.post(
            f"{BASIN}/imports", content=json.dumps(other_week()).encode(), headers=headers
        )
        assert told.status_code == 200, told.text
        session.rollback()
    assert hours(here) == ["2026-03-09"]


def test_more_rows_than_one_transaction_should_write_are_refused_before_it(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_ROWS", 4)
    told = send(here, other_week())
    assert (told.status_code, told.json()["code"]) == (413, "A307")


def test_work_blocks_come_in_as_a_document_and_as_tables_and_go_with_a_replacement(here: World) -> None:
    """A coordinator's: kept, the same file again changes nothing; of its people what a replacement leaves out
    is taken away, and a fault stands in its row."""
    tables = {
        "temps_hors_intervention": [
            "identifiant;type;durée_min;participants;site;priorité;au_moins",
            "R-02;temps_d_échange;30;W1,W2;B;P3;",
        ],
        "horaires_hors_intervention": [
            "temps_hors_intervention;au_plus_tôt;au_plus_tard",
            "R-02;2026-03-10T14:00+01:00;2026-03-10T16:00+01:00",
        ],
    }
    whole = {"format": "brigade-problem", "version": 1, "demand": {"work_blocks": [meeting()]}}
    assert send(here, whole).json()["created"] == {"work-blocks": 1}
    assert send(here, whole).json()["is_unchanged"]
    assert send(here, tables).json()["created"] == {"work-blocks": 1}
    assert here.get(f"{BASIN}/work-blocks/R-02")["value"]["participants"] == ["W1", "W2"]
    replaced = send(here, tables, "mode=replace").json()
    assert replaced["deleted"] == {"work-blocks": 1}
    assert [one["id"] for one in here.get(f"{BASIN}/work-blocks")["items"]] == ["R-02"]
    row = tables["temps_hors_intervention"]
    refused = send(here, {**tables, "temps_hors_intervention": [row[0], "R-02;temps_d_échange;30;W1;B;P3;4"]})
    (issue,) = refused.json()["issues"]
    where = "temps_hors_intervention.csv, ligne 2, colonne « au_moins »"
    assert (issue["code"], issue["where"]) == ("P541", where)
    assert send(here, whole, role=M).status_code == 403
