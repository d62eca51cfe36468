"""A bad row harms its owner only: refused where it is written; where it is there all the same, the others are
planned."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.basin import set_aside
from api.runtime.roles import Role
from api.store import basin_tables
from brigade.errors import Issue
from brigade.exchange.documents.problem_document import problem_to_json
from tests.api.bad_rows import Change, spoil
from tests.api.conftest import World, wish, world_on
from tests.api.small_basin import BASIN, absence
from tests.faults.base import document as sound_document

C, M = Role.COORDINATOR, Role.MANAGER
NINE = "2026-03-09T09:00:00+01:00"
FAR = "2199-03-09T09:00:00+01:00"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """For refusals, which change nothing."""
    folder = tmp_path_factory.mktemp("bad-rows")
    made = world_on(f"sqlite:///{folder / 'brigade.db'}", folder)
    yield made
    made.service.database.close()


def put_back(world: World, role: Role, path: str, **more: Any) -> tuple[int, set[str]]:
    """The row as it was read, with these fields instead: status and codes."""
    row = world.ask(C, "GET", f"{BASIN}/{path}")
    answer = world.ask(
        role, "PUT", f"{BASIN}/{path}", {**row.json()["value"], **more}, If_Match=row.headers["ETag"]
    )
    return answer.status_code, {issue["code"] for issue in answer.json().get("issues", ())}


def entry(visit: str, employee: str = "A-1", start: str = NINE) -> dict[str, Any]:
    return {"visit_id": visit, "employee_id": employee, "start": start}


WINDOW = {"earliest": NINE, "latest": NINE}
WRITTEN: list[tuple[Role, str, dict[str, Any], str]] = [
    (M, "visits/V1", {"required": ["no-such-skill"]}, "P311"),
    (M, "visits/V1", {"planned_start": FAR}, "P107"),
    (M, "visits/V1", {"duration_min": 9_999_999}, "P103"),
    (M, "visits/V1", {"windows": [WINDOW, WINDOW]}, "P105"),
    (M, "visits/V1", {"windows": [{"earliest": NINE, "latest": NINE, "hard_latest": FAR}]}, "P106"),
    (M, "visits/V1", {"points": -1}, "A103"),
    (C, "visits/V1", {"points": -1}, "P108"),
    (M, "visits/V1", {"points": 1_000_000_000}, "A103"),
    (M, "visits/V1", {"mandatory": True}, "A103"),
    (M, "rota-feeds/S1", {"entries": [entry("V4")]}, "P512"),
    (M, "rota-feeds/S1", {"entries": [entry("V1", "A-2")]}, "P512"),
    (M, "rota-feeds/S1", {"entries": [entry("V1", start=FAR)]}, "P514"),
    (M, "rota-feeds/S1", {"entries": [entry("V1"), entry("V1")]}, "P515"),
    (C, "workers/W1", {"start_site": "NOWHERE"}, "P202"),
    (C, "workers/W1", {"competencies": ["no-such-skill"]}, "P311"),
    (C, "workers/W1", {"availability": [{"start": NINE, "end": NINE}]}, "P203"),
    (C, "workers/W1", {"limits": {"max_days_per_week": 8}}, "P212"),
    (C, "workers/W1", {"sectors": ["NOWHERE"]}, "P202"),
    (C, "workers/W1", {"sector_limit": "home_sector"}, "P221"),
    (C, "workers/W1", {"contract": {"unavailability": ["always"]}}, "P213"),
    (C, "providers/S2", {"accords": {"DAILY_SPAN.limit": 840}}, "P401"),
    (C, "providers/S2", {"agreement": "none"}, "P403"),
    (C, "employers/E1", {"accords": {"DAILY_REST.limit": 0}}, "P401"),
    (C, "providers/S2", {"accords": {"DAILY_SPAN": {"value": 840, "in_force_from": "2031-01-01"}}}, "P401"),
    (C, "employers/E1", {"accords": {"DAILY_SPAN": {"value": 840, "in_force_until": "2024-01-31"}}}, "P401"),
    (C, "employers/E1", {"communes": []}, "P215"),
    (C, "providers/S2", {"name": "SAAD\u2028du Nord"}, "P005"),
    (C, "providers/S2", {"name": "SAAD \u202edroN"}, "P005"),
    (C, "funding-lines/F1", {"name": "a\u0001b"}, "P005"),
    (C, "funding-lines/F1", {"cap_cents": -1}, "P108"),
    (C, "sites/H", {"commune": "Lens\n\nURGENT : https://evil.example/rib"}, "P016"),
    (C, "sites/H", {"latitude": 2.83, "longitude": 50.4}, "P019"),
    (C, "sites/H", {"latitude": 50.4, "longitude": None}, "P007"),
]


@pytest.mark.parametrize(("role", "path", "more", "code"), WRITTEN)
def test_a_row_is_refused_at_its_write_for_what_would_stop_a_search(
    kept: World, role: Role, path: str, more: dict[str, Any], code: str
) -> None:
    status, codes = put_back(kept, role, path, **more)
    assert (status, code in codes) == (403 if code == "A103" else 422, True), codes


@pytest.mark.parametrize("odd", ["\u0085", "\u2028", "\u200b", "\u202e", "A\u030a"])
def test_an_id_with_characters_that_no_eye_sees_is_refused(kept: World, odd: str) -> None:
    answer = kept.ask(C, "PUT", f"{BASIN}/sites/X{odd}Y", {"id": f"X{odd}Y"})
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] in ("P004", "D109")


def test_wishes_of_a_basin_are_checked_at_their_write(kept: World) -> None:
    row = kept.ask(C, "GET", BASIN)
    body = {**row.json()["value"], "policy": {"rules_off": ["NO_SUCH_RULE"]}}
    refused = kept.ask(C, "PUT", BASIN, body, If_Match=row.headers["ETag"])
    assert (refused.status_code, refused.json()["code"]) == (422, "P404")


def test_what_is_read_can_be_put_back_whoever_reads_it(kept: World) -> None:
    """Every row of the basin by a coordinator, a manager's own by the manager: no check refuses what
    stands."""
    for role in (C, M):
        for kind in (
            "providers",
            "sites",
            "employers",
            "employees",
            "clients",
            "workers",
            "visits",
            "links",
            "rota-feeds",
        ):
            listed = kept.ask(role, "GET", f"{BASIN}/{kind}")
            for row in listed.json()["items"] if listed.status_code == 200 else ():
                if role is M and kind == "providers":
                    continue  # the coordinator's to write
                answer = kept.ask(
                    role, "PUT", f"{BASIN}/{kind}/{row['id']}", row["value"], If_Match=f'"{row["version"]}"'
                )
                assert answer.status_code == 200, (kind, answer.text)


def test_a_mandatory_visit_stays_so_when_its_provider_puts_it_back(world: World) -> None:
    assert put_back(world, C, "visits/V1", mandatory=True, points=7)[0] == 200
    row = world.ask(M, "GET", f"{BASIN}/visits/V1")
    shorter = {**row.json()["value"], "duration_min": 50}
    assert world.ask(M, "PUT", f"{BASIN}/visits/V1", shorter, If_Match=row.headers["ETag"]).status_code == 200
    assert put_back(world, M, "visits/V1", mandatory=False) == (403, {"A103"})


def test_a_manager_puts_no_client_on_a_place_of_another_provider(kept: World) -> None:
    """Site D is where S2's client alone lives: for S1 it does not exist."""
    body = {"id": "EVIL1", "provider_id": "S1", "site_id": "D"}
    answer = kept.ask(M, "PUT", f"{BASIN}/clients/EVIL1", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "P102")


NOWHERE = {"earliest": "2026-03-09T10:00:00+01:00", "latest": "2026-03-09T09:00:00+01:00"}
UNKNOWN: list[tuple[str, dict[str, Any], set[str]]] = [
    (
        "visits/X",
        {
            "id": "X",
            "client_id": "Z",
            "duration_min": -5,
            "priority": "P1",
            "act_class": "ordinary",
            "windows": [NOWHERE],
        },
        {"visits.X.client_id", "visits.X.duration", "visits.X.windows[0]"},
    ),
    (
        "visits/X",
        {
            "id": "X",
            "client_id": "Z",
            "duration_min": 9e6,
            "priority": "P1",
            "act_class": "ordinary",
            "windows": [],
        },
        {"visits.X.client_id", "visits.X.duration", "visits.X.windows"},
    ),
    (
        "clients/X",
        {"id": "X", "provider_id": "S9", "site_id": "Z"},
        {"clients.X.provider_id", "clients.X.site_id"},
    ),
    (
        "workers/X",
        {
            "id": "X",
            "employer_id": "Z",
            "mode": "car",
            "start_site": "Y",
            "availability": [],
            "engagements": [],
        },
        {"workers.X.employer_id", "workers.X.start_site"},
    ),
    ("links/X", {"kind": "same_worker", "first": "Y", "second": "Z"}, {"links.X.first", "links.X.second"}),
    ("employees/X", {"id": "X", "provider_id": "S9"}, {"employees.X.provider_id"}),
]


@pytest.mark.parametrize(("path", "body", "places"), UNKNOWN)
def test_what_a_row_names_and_nobody_knows_is_told_with_its_other_faults(
    world: World, path: str, body: dict[str, Any], places: set[str]
) -> None:
    """Each at its place: the database would name one thing, and say neither which field nor what else is
    wrong."""
    answer = world.ask(C, "PUT", f"{BASIN}/{path}", body)
    assert answer.status_code == 422, answer.text
    assert {one["where"] for one in answer.json()["issues"]} == places, answer.text


def test_what_joins_a_day_is_refused_with_every_fault_of_it(world: World) -> None:
    """Of the worker as of the employer, of the visits as of their client: nothing of it is kept."""
    worker = {
        "id": "X",
        "employer_id": "Z",
        "mode": "car",
        "start_site": "Y",
        "availability": [],
        "engagements": [],
    }
    told = world.ask(C, "POST", f"{BASIN}/incidents", {"kind": "worker_joined", "worker": worker}).json()[
        "issues"
    ]
    assert {one["where"] for one in told} == {"incident.worker.employer_id", "workers.X.start_site"}
    visit = {
        "id": "X",
        "client_id": "K",
        "duration_min": 0,
        "priority": "P1",
        "act_class": "ordinary",
        "windows": [NOWHERE],
    }
    client = {"id": "K", "provider_id": "S9", "site_id": "Y"}
    joined = {"kind": "client_joined", "client": client, "visits": [visit]}
    told = world.ask(C, "POST", f"{BASIN}/incidents", joined).json()["issues"]
    places = {
        "incident.client.provider_id",
        "incident.client.site_id",
        "visits.X.duration",
        "visits.X.windows[0]",
    }
    assert {one["where"] for one in told} == places


# -- there all the same ------------------------------------------------------------------------------------
def drop_accord(body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "accords": {"DAILY_SPAN.limit": 840}}


STANDING: list[tuple[str, type[Any], str, Change, set[str]]] = [
    ("P311", basin_tables.Visit, "V4", lambda body: {**body, "required": ["no-such-skill"]}, {"V4"}),
    ("P107", basin_tables.Visit, "V4", lambda body: {**body, "planned_start": FAR}, {"V4"}),
    ("P103", basin_tables.Visit, "V4", lambda body: {**body, "duration_min": 9_999_999}, {"V4"}),
    (
        "P513",
        basin_tables.RotaFeed,
        "S2",
        lambda body: {**body, "entries": [*body["entries"], entry("V1", "A-2")]},
        set(),
    ),
    ("P512", basin_tables.RotaFeed, "S2", lambda body: {**body, "entries": [entry("V4", "nobody")]}, {"V4"}),
    ("P401", basin_tables.Provider, "S2", drop_accord, set()),
    ("P016", basin_tables.Site, "D", lambda body: {**body, "commune": "Lens\nURGENT"}, {"V5"}),
    ("P202", basin_tables.Worker, "W3", lambda body: {**body, "start_site": "NOWHERE"}, set()),
    ("P005", basin_tables.Provider, "S2", lambda body: {**body, "name": "a\u2028b"}, {"V4", "V5"}),
]


@pytest.mark.parametrize(("code", "table", "id", "change", "lost"), STANDING)
def test_the_others_are_planned_and_the_owner_hears_of_it(
    kept: World, code: str, table: type[Any], id: str, change: Change, lost: set[str]
) -> None:
    """S2's row is bad: a search for S1 begins, with the visits of S1, and says what it left out."""
    before: dict[str, Any] = {}

    def spoilt(body: dict[str, Any]) -> dict[str, Any]:
        before.update(body)
        return change(body)

    spoil(kept, table, id, spoilt)
    try:
        asked = kept.ask(C, "POST", f"{BASIN}/jobs", {"first_day": "2026-03-09"})
        assert asked.status_code == 202, asked.text
        (told,) = kept.compose(asked.json()["id"])["set_aside"]
        assert (told["code"], told["id"], set(told["visits"])) == (code, id, lost), told
        listed = [one for one in kept.get(f"{BASIN}/attention")["set_aside"] if one["id"] == id]
        assert [one["code"] for one in listed] == [code]
        (event,) = [
            one
            for one in kept.get(f"{BASIN}/events?action={table.KIND}.set_aside&limit=500")["items"]
            if one["details"]["job"] == asked.json()["id"]
        ]
        assert (event["target"], event["details"]["code"]) == (id, code)
        owner = "S2" if told["provider_id"] else None
        letters = [
            one for one in kept.get(f"{BASIN}/messages?limit=500")["items"] if one["kind"] == "rows_set_aside"
        ]
        assert any(one["contact_id"] == f"provider:{owner}" for one in letters) or owner is None
        assert kept.ask(C, "POST", f"{BASIN}/jobs/{asked.json()['id']}/cancel").status_code == 200
    finally:
        spoil(kept, table, id, lambda _: before)


def test_one_providers_bad_rows_leave_an_urgent_search_of_another_as_it_is(world: World) -> None:
    """A-1 of S1 is away; S2's rota names S1's visit: S1's visits are covered as if it did not."""
    wish(world, replan="at_once")
    spoil(
        world,
        basin_tables.RotaFeed,
        "S2",
        lambda body: {**body, "entries": [*body["entries"], entry("V1", "A-2")]},
    )
    (job,) = world.ask(M, "POST", f"{BASIN}/absences", absence()).json()["jobs"]
    world.search()
    done = world.get(f"{BASIN}/jobs/{job}")
    assert (done["state"], [one["code"] for one in done["set_aside"]]) == ("done", ["P513"])
    plan = world.get(f"{BASIN}/plans/{done['plan_id']}")["document"]
    assert {stop["visit_id"] for route in plan["routes"] for stop in route["stops"]} == {"V1", "V2", "V3"}


def test_an_owner_is_told_once_of_the_same_rows(world: World) -> None:
    spoil(world, basin_tables.Visit, "V4", lambda body: {**body, "required": ["no-such-skill"]})
    for _ in range(2):
        asked = world.ask(C, "POST", f"{BASIN}/jobs", {"first_day": "2026-03-09"})
        assert [one["code"] for one in world.compose(asked.json()["id"])["set_aside"]] == ["P311"]
        world.ask(C, "POST", f"{BASIN}/jobs/{asked.json()['id']}/cancel")
    assert (
        len([one for one in world.get(f"{BASIN}/messages")["items"] if one["kind"] == "rows_set_aside"]) == 1
    )
    assert put_back(world, C, "visits/V4", required=[])[0] == 200
    assert world.get(f"{BASIN}/attention")["set_aside"] == []


def test_what_names_a_row_that_goes_goes_with_it() -> None:
    """Site A goes: its client, its visit V1, and the link that ties V1 to V2; V2 and V3 are planned."""
    document = sound_document()
    document["sites"] = [
        {**site, "commune": "?"} if site["id"] == "A" else site for site in document["sites"]
    ]
    problem, (told,) = set_aside.plannable(document)
    assert ({visit.id for visit in problem.visits}, problem.links) == ({"V2", "V3"}, ())
    assert (told.kind, told.id, told.visits) == ("sites", "A", ["V1"])


def test_a_sound_document_is_left_as_it_is() -> None:
    problem, found = set_aside.plannable(sound_document())
    assert (problem_to_json(problem), found) == (sound_document(), [])


def test_ids_with_dots_are_told_apart() -> None:
    rows = [{"id": id} for id in ("V", "V.1", "V.1.required")]
    document = {"demand": {"visits": rows}}
    issue = Issue("P311", "visits.V.1.required", "")
    assert set_aside.place_of(issue, document) == set_aside.RowPlace("visits", "V.1.required")


def test_an_evening_visit_that_may_begin_after_midnight_is_planned_on_its_day(
    world: World, tmp_path: Path
) -> None:
    late = {"earliest": "2026-03-09T19:00:00+01:00", "latest": "2026-03-09T19:30:00+01:00"}
    window = {**late, "hard_latest": "2026-03-10T00:30:00+01:00"}
    assert put_back(world, M, "visits/V2", windows=[window])[0] == 200
    asked = world.ask(C, "POST", f"{BASIN}/jobs", {"first_day": "2026-03-09"}).json()
    assert world.compose(asked["id"])["set_aside"] == []
