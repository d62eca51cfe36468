"""What leaves as a file: evidence, payroll, maps, indicators; counts of refusals. Whoever exports leaves a
note."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from openpyxl import load_workbook

from api.access.rights import Principal
from api.access.scope import Scoped
from api.basin import compose
from api.runtime.roles import Role
from api.store.cycle_tables import Offer
from api.store.plan_parts import PlannedMarking, PlannedStop
from api.worked import refusals
from brigade.values.plan import RefusalKind
from tests.api.conftest import World, begins, wish
from tests.api.money.test_releases import alone
from tests.api.small_basin import BASIN, absence, release

A, C, M, W, E, F = Role
MARCH = "first_day=2026-03-01&last_day=2026-03-31"
EVIDENCE, PAYROLL = f"{BASIN}/exports/evidence?{MARCH}", f"{BASIN}/exports/payroll?{MARCH}"


@pytest.fixture
@begins
def done(world: World) -> World:
    """A-1 at a course all Monday; V1 done as planned, V2 by W3 on Sunday evening, V3 not at all."""
    wish(world, replan="on_request")
    alone(world, "W2", "W3")
    place = world.ask(C, "GET", f"{BASIN}/sites/A")
    point = {**place.json()["value"], "latitude": 50.43219, "longitude": 2.83277}
    assert world.ask(C, "PUT", f"{BASIN}/sites/A", point, If_Match=place.headers["ETag"]).status_code == 200
    assert world.ask(M, "POST", f"{BASIN}/releases", release(days=["2026-03-09"])).status_code == 201
    assert world.publish(world.propose()).status_code == 200
    world.later(days=7)
    sunday = {"starts_at": "2026-03-15T21:30:00+01:00", "ends_at": "2026-03-15T22:30:00+01:00"}
    given = {"V1": {"done": True}, "V2": {"done": True, "worker_id": "W3", **sunday}, "V3": {"done": False}}
    for visit, body in given.items():
        assert world.ask(M, "PUT", f"{BASIN}/outcomes/{visit}", body).status_code == 201
    return world


def rows(world: World, where: str, role: Role = C) -> list[dict[str, str]]:
    answer = world.ask(role, "GET", f"{where}&format=csv")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def test_the_evidence_says_who_replaced_whom_when_how_long_on_which_line(done: World) -> None:
    found = done.get(EVIDENCE)
    assert (found["minutes"], found["cents"]) == (120, 4800)
    first = found["replacements"][0]
    assert (first["absent_id"], first["funding_line_id"], first["release_id"]) == ("A-1", "F1", "REL-1")
    assert (first["course"], first["training_body"], first["minutes"]) == (
        "DEAES, bloc 1",
        "GRETA Artois",
        60,
    )
    told = [(row["intervention"], row["ligne"], row["minutes"], row["motif"]) for row in rows(done, EVIDENCE)]
    assert told == [
        *((visit, "F1", "60", "départ en formation") for visit in ("V1", "V2")),
        ("", "", "120", ""),
    ]
    assert rows(done, EVIDENCE)[-1]["jour"] == "total"
    assert first["kind"] == "training_release"
    assert done.get(f"{EVIDENCE}&funding_line_id=F1", M)["minutes"] == 120
    assert [one["line_id"] for one in found["ledger"]] == ["F1"]
    assert found["ledger"][0]["consumed_cents"] == 4800
    assert (
        done.ask(C, "GET", f"{BASIN}/exports/evidence?first_day=2026-03-02&last_day=2026-03-01").status_code
        == 422
    )


def test_the_evidence_adds_up_by_line_and_by_release_at_its_rate(done: World) -> None:
    """Two hours at 24 €: 48 € in all, by line, by release; what a line's rate becomes later is not what was
    paid."""
    found = done.get(EVIDENCE)
    sums = {"visits": 2, "minutes": 120, "cents": 4800, "rate_cents": 2400}
    assert found["totals"] == [{"funding_line_id": "F1", "line_name": "Formation", "people": 1, **sums}]
    (release,) = found["releases"]
    assert {name: release[name] for name in sums} == sums
    assert (release["absent_id"], release["days"], release["last_day"]) == ("A-1", 2, "2026-03-15")
    line = done.ask(C, "GET", f"{BASIN}/funding-lines/F1")
    body = {**line.json()["value"], "hourly_rate_cents": 3000}
    assert (
        done.ask(C, "PUT", f"{BASIN}/funding-lines/F1", body, If_Match=line.headers["ETag"]).status_code
        == 200
    )
    assert done.get(EVIDENCE)["totals"][0]["rate_cents"] == 2400


def test_names_are_for_coordinators_and_sums_for_the_funder(done: World) -> None:
    """A funder reads lines, releases without people, the ledger; nobody's pseudonym, visit or hour of day."""
    assert done.ask(C, "PUT", f"{BASIN}/worker-identities/W3", {"name": "Mme Exemple"}).status_code == 201
    named = {row["worker_id"]: row["worker_name"] for row in done.get(EVIDENCE)["replacements"]}
    assert named["W3"] == "Mme Exemple"
    assert done.get(f"{EVIDENCE}&names=false")["replacements"][-1]["worker_name"] is None
    assert {row["worker_name"] for row in done.get(EVIDENCE, M)["replacements"]} == {None}
    told = done.get(EVIDENCE, F)
    assert (told["minutes"], told["cents"], told["totals"][0]["people"], told["replacements"]) == (
        120,
        4800,
        1,
        [],
    )
    assert [one["line_id"] for one in told["ledger"]] == ["F1"]
    text = done.ask(F, "GET", EVIDENCE).text
    assert not [secret for secret in ("A-1", "W1", "W3", "REL-1", "V1", "Exemple") if f'"{secret}"' in text]
    assert [row["ligne"] for row in rows(done, EVIDENCE, F)] == ["F1", "total"]
    opened = done.get(f"{BASIN}/events?action=worker-identities.read&limit=50")["items"]
    assert {one["target"] for one in opened} <= {"W3"}


def test_a_transfer_beyond_the_limit_shows_its_reason_in_the_evidence(done: World) -> None:
    """A reason that a spreadsheet would take for a formula stays a text. Refused before, in euros: a fifth of
    1 000 €."""
    done.ask(
        C,
        "PUT",
        f"{BASIN}/funding-lines/F2",
        {"id": "F2", "name": "T", "cap_cents": 1, "hourly_rate_cents": 1},
    )
    given = {"from_line_id": "F1", "to_line_id": "F2", "cents": 50_000, "reason": "=avenant(3)"}
    refused = done.ask(C, "POST", f"{BASIN}/funding-transfers", {**given, "reason": None}).json()
    assert refused["detail"].startswith("500,00 € donnés en tout, 200,00 € au plus (20 % du plafond")
    assert done.ask(C, "POST", f"{BASIN}/funding-transfers", given).status_code == 201
    (moved,) = done.get(f"{EVIDENCE}&funding_line_id=F2")["transfers"]
    assert (moved["reason"], moved["passes_limit"], bool(moved["author"])) == ("=avenant(3)", True, True)
    book = load_workbook(io.BytesIO(done.ask(C, "GET", f"{EVIDENCE}&format=xlsx").content))
    assert book.sheetnames == ["remplacements", "totaux", "départs", "transferts", "grand_livre"]
    assert "'=avenant(3)" in [cell.value for cell in book["transferts"][2]]
    assert done.get(EVIDENCE, M)["transfers"] == []


def test_exports_have_the_headers_of_the_language_asked_for(done: World) -> None:
    """Sheets, columns, causes and the file's name; what people wrote stays as it is."""
    answer = done.ask(C, "GET", f"{EVIDENCE}&format=xlsx&lang=en")
    book = load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["replacements", "totals", "releases", "transfers", "ledger"]
    assert [cell.value for cell in book["totals"][1]][:3] == ["line", "title", "employees replaced"]
    assert "evidence-" in answer.headers["Content-Disposition"]
    told = done.ask(C, "GET", f"{PAYROLL}&format=csv&lang=en")
    assert "outside the plan: travel to be entered" in told.content.decode("utf-8-sig").splitlines()[0]


def test_payroll_counts_sundays_nights_and_ways_by_hand(done: World) -> None:
    """V2: 21:30 to 22:30 of a Sunday by somebody the plan had not sent: an hour of Sunday, half of it night,
    ways unknown."""
    monday, sunday = rows(done, PAYROLL)
    assert (monday["jour"], monday["interventions (min)"], monday["dimanche (min)"]) == (
        "2026-03-09",
        "60",
        "0",
    )
    assert monday["hors plan : trajets à saisir"] == "0"
    assert (sunday["intervenant"], sunday["jour"], sunday["dimanche (min)"]) == ("W3", "2026-03-15", "60")
    assert (sunday["nuit (min)"], sunday["hors plan : trajets à saisir"]) == ("30", "1")
    own = done.get(PAYROLL, E)["rows"]
    assert {row["employer_id"] for row in own} == {"E1"}
    assert not any("V1" in str(row) or "S1" in str(row) for row in own)
    assert done.get(f"{PAYROLL}&employer_id=E9")["rows"] == []


def test_every_export_is_in_the_trail(done: World) -> None:
    for where, role in ((EVIDENCE, M), (PAYROLL, E)):
        assert done.ask(role, "GET", where).status_code == 200
    noted = [one["details"]["what"] for one in done.get(f"{BASIN}/events?action=basins.exported")["items"]]
    assert noted == ["evidence", "payroll"]
    assert done.get("/v1/audit/verify", A)["first_break"] is None


def test_a_map_tells_homes_no_closer_than_needed(done: World) -> None:
    """W1's tour of last Monday: to the coordinator as given, to the worker a week later only to the
    kilometre."""
    (plan,) = done.get(f"{BASIN}/plans?state=published")["items"]
    where = f"{BASIN}/plans/{plan['id']}/geojson"

    def points(role: Role) -> dict[str, Any]:
        features = done.get(where, role)["features"]
        return {
            one["properties"]["visit_id"]: one["geometry"]
            for one in features
            if one["properties"]["kind"] == "stop"
        }

    assert points(C)["V1"]["coordinates"] == [2.83277, 50.43219]
    assert set(points(M)) == {"V1", "V2", "V3"}
    assert {one["properties"]["kind"] for one in done.get(where, M)["features"]} == {"stop"}
    assert points(W)["V1"]["coordinates"] == [2.83, 50.43]
    done.later(days=-6)
    assert points(W)["V1"]["coordinates"] == [2.83277, 50.43219]
    assert done.ask(E, "GET", where).status_code == 403


def test_outcomes_feed_continuity_and_indicators(done: World) -> None:
    """Two of three done, one hour each, all of it for a course; nobody was known before, so there is no
    continuity."""
    told = {
        row["name"]: row["value"]
        for row in done.get(f"{BASIN}/indicators/periods?{MARCH}&every=quarter")["rows"]
        if not row["of"]
    }
    assert (told["recorded"], told["done"], told["service_done"], told["training_service_done"]) == (
        3,
        2,
        120,
        120,
    )
    assert (told["people_released"], told["employer_work_done"]) == (1, 120)
    assert "continuity_done" not in told
    assert told["time_to_fill_median"] == 0
    paid = [
        row for row in done.get(f"{BASIN}/indicators/periods?{MARCH}")["rows"] if row["name"] == "funded_done"
    ]
    (line,) = [row for row in paid if row["of"]]
    assert (line["of"], line["value"], line["period"]) == ("F1", 4800, "2026-03")
    years = rows(done, f"{BASIN}/indicators/periods?{MARCH}&every=year")
    assert {row["période"] for row in years} == {"2026"}


def test_outcomes_feed_the_counters_of_the_next_days(done: World) -> None:
    """W1 was to do three visits on Monday and did one hour; W3 did one on Sunday evening instead: a Sunday
    that counts."""
    with done.service.database.reading() as session:
        scoped = Scoped(session, Principal.system("tests", "B1"), done.service.clock)
        document = compose.document_of(scoped, "B1", date(2026, 3, 17), 1)
        before = compose.document_of(scoped, "B1", date(2026, 3, 9), 1)
    known = {worker["id"]: worker["counters"] for worker in document["brigade"]["workers"]}
    (monday,) = known["W1"]["days"]
    assert (monday["day"], monday["work_min"]) == ("2026-03-09", 60)
    (sunday,) = known["W3"]["days"]
    assert (sunday["day"], sunday["work_min"], known["W3"]["sundays_worked"]) == (
        "2026-03-15",
        60,
        ["2026-03-15"],
    )
    assert known["W2"]["days"] == []
    assert all(worker["counters"]["days"] == [] for worker in before["brigade"]["workers"])


def test_the_hours_done_count_against_the_cap_of_an_association(done: World) -> None:
    """E1 becomes an intermediary association: an hour of W1 at a non-profit provider is exempt, at a company
    it counts. Of W2's hours nobody told, and she did none here: they stay unknown."""
    for where, more in (("employers/E1", {"kind": "ai"}), ("providers/S1", {"legal_status": "company"})):
        done.rewrite(where, **more)
    with done.service.database.reading() as session:
        scoped = Scoped(session, Principal.system("tests", "B1"), done.service.clock)
        workers = compose.document_of(scoped, "B1", date(2026, 3, 17), 1)["brigade"]["workers"]
    assert {one["id"]: one["counters"]["capped_ai_work_min"] for one in workers} == {
        "W1": 60,
        "W2": None,
        "W3": 60,
    }


def test_a_refusal_is_counted_in_its_reference_year_and_shown(world: World) -> None:
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    world.search()
    (proposal,) = world.get(f"{BASIN}/plans?state=proposed")["items"]
    assert world.publish(proposal).status_code == 200
    offer = world.get(f"{BASIN}/offers")["items"][0]
    assert (
        world.ask(C, "POST", f"{BASIN}/offers/{offer['id']}/answer", {"reply": "decline"}).status_code == 200
    )
    counted = {one["worker_id"]: one for one in world.get(f"{BASIN}/refusals")["items"]}
    assert {id: one["refusals"] for id, one in counted.items() if one["refusals"]} == {offer["worker_id"]: 1}
    assert (counted["W1"]["first_day"], counted["W1"]["last_day"]) == ("2025-06-01", "2026-05-31")
    kinds = {one["kind"]: one["refusals"] for one in counted[offer["worker_id"]]["kinds"]}
    assert kinds == {"short_notice": 1, "sunday_holiday": 0, "night": 0, "additional_hours": 0}
    assert (counted[offer["worker_id"]]["limit"], counted[offer["worker_id"]]["left"]) == (4, 3)
    after = {
        one["worker_id"]: one["refusals"] for one in world.get(f"{BASIN}/refusals?day=2026-06-01")["items"]
    }
    assert set(after.values()) == {0}
    assert [one["worker_id"] for one in world.get(f"{BASIN}/refusals", W)["items"]] == ["W1"]
    assert world.get(f"{BASIN}/refusals", F)["items"] == []


# -- which count a refusal uses up -------------------------------------------------------------------------
def stop_marked(marking: PlannedMarking) -> PlannedStop:
    at = datetime(2026, 3, 9, 8, tzinfo=UTC)
    return PlannedStop("V1", "W1", at, at, None, 0, 0, 0, None, None, marking)


@pytest.mark.parametrize(
    ("marking", "short_notice", "kind"),
    [
        (PlannedMarking("to_offer", "x", "marking_night", RefusalKind.NIGHT), True, RefusalKind.NIGHT),
        (PlannedMarking("to_offer", "x", "marking_unavailability", None), True, None),
        (PlannedMarking("to_offer", "x", "marking_not_urgent", None), True, None),
        (PlannedMarking("to_offer", "x", "marking_refusable", None), False, RefusalKind.SHORT_NOTICE),
        (None, True, RefusalKind.SHORT_NOTICE),
        (None, False, None),
    ],
)
def test_a_refusal_uses_up_what_its_marking_said(
    marking: PlannedMarking | None, short_notice: bool, kind: RefusalKind | None
) -> None:
    """Five days before is no short notice of the service's own, and is counted; a refusal within the
    contract's unavailability is not."""
    stop = None if marking is None else stop_marked(marking)
    assert refusals.kind_of(Offer(short_notice=short_notice), stop) is kind
