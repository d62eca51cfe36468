"""Releases for training and tutoring: hours kept ahead, one line an hour, people kept free, money moved
within limits."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from api.runtime.roles import Role
from tests.api.conftest import World, wish
from tests.api.small_basin import BASIN, absence, release

A, C, M, W, E, F = Role
F2 = {"id": "F2", "name": "Tutorat", "cap_cents": 50_000, "hourly_rate_cents": 2_400}


def declare(world: World, role: Role = M, **more: Any) -> Any:
    return world.ask(role, "POST", f"{BASIN}/releases", release(**more))


def ledger(world: World, line: str = "F1") -> dict[str, Any]:
    found: dict[str, Any] = world.get(f"{BASIN}/funding-lines/{line}/ledger")
    return found


def codes(answer: Any) -> set[str]:
    assert answer.status_code == 422, answer.text
    return {issue["code"] for issue in answer.json()["issues"]}


def alone(world: World, *away: str) -> None:
    """These workers are not there."""
    for worker in away:
        row = world.ask(C, "GET", f"{BASIN}/workers/{worker}")
        body = {**row.json()["value"], "availability": []}
        assert (
            world.ask(C, "PUT", f"{BASIN}/workers/{worker}", body, If_Match=row.headers["ETag"]).status_code
            == 200
        )


def test_a_release_keeps_its_hours_on_its_line_and_opens_an_absence_a_day(world: World) -> None:
    """9 March holds three visits of A-1, 60 + 60 + 45 min at 24 €/h: 66 €. On 12 March no rota is known: all
    nine hours."""
    declared = declare(world, days=["2026-03-09", "2026-03-12"])
    assert declared.status_code == 201, declared.text
    assert [day["reserved_min"] for day in declared.json()["days"]] == [165, 540]
    assert declared.json()["course"]["training_body"] == "GRETA Artois"
    kept = ledger(world)
    assert (kept["reserved_cents"], kept["reserved_min"]) == (6600 + 21_600, 705)
    assert (kept["remaining_cents"], kept["remaining_min"]) == (100_000 - 28_200, 2500 - 705)
    opened = world.get(f"{BASIN}/absences", M)["items"]
    assert [(one["id"], one["value"]["kind"]) for one in opened] == [
        ("REL-1-1", "training_release"),
        ("REL-1-2", "training_release"),
    ]
    assert opened[0]["value"]["course"] == declared.json()["course"]


def test_of_two_absences_at_once_one_hour_has_one_line(world: World) -> None:
    def send(number: int) -> int:
        paid = {"id": f"ABS-{number}", "funding_line_id": "F1" if number % 2 else None}
        return world.ask(M, "POST", f"{BASIN}/absences", absence(**paid)).status_code

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(send, (1, 2))) == [201, 422]


def test_what_stands_against_a_release_is_told_at_once(world: World) -> None:
    world.ask(
        M,
        "POST",
        f"{BASIN}/absences",
        absence(interval={"start": "2026-03-12T06:00:00+01:00", "end": "2026-03-12T12:00:00+01:00"}),
    )
    past = {"interval": {"start": "2026-03-02T08:00:00+01:00", "end": "2026-03-02T09:00:00+01:00"}}
    upside = {"interval": {"start": "2026-03-20T09:00:00+01:00", "end": "2026-03-20T08:00:00+01:00"}}
    costly = {
        "interval": {"start": "2026-03-12T08:00:00+01:00", "end": "2026-03-12T17:00:00+01:00"},
        "reserve_min": 1440,
    }
    twice = {
        "interval": {"start": "2026-03-12T16:00:00+01:00", "end": "2026-03-12T18:00:00+01:00"},
        "reserve_min": 1440,
    }
    refused = declare(world, days=[], id="R")
    assert refused.status_code == 422
    refused = world.ask(M, "POST", f"{BASIN}/releases", {**release(), "days": [past, upside, costly, twice]})
    assert codes(refused) == {"A305", "A422", "A424"}
    assert {issue["where"] for issue in refused.json()["issues"]} == {
        "releases.days[0].interval",
        "releases.days[1].interval",
        "releases.days[2].interval",
        "releases.days[3].interval",
        "releases.funding_line_id",
    }
    assert codes(declare(world, funding_line_id="F9")) == {"A305", "A424"}
    assert world.get(f"{BASIN}/releases")["items"] == []


def test_an_hour_is_paid_by_one_line_only(world: World) -> None:
    """Sick on the day of the course, or the same course again: the hour is booked already."""
    assert declare(world).status_code == 201
    sick = absence(interval={"start": "2026-03-12T06:00:00+01:00", "end": "2026-03-12T22:00:00+01:00"})
    assert codes(world.ask(M, "POST", f"{BASIN}/absences", sick)) == {"A424"}
    assert codes(declare(world, id="REL-2")) == {"A424"}
    for method, body in (("PUT", {**sick, "id": None, "funding_line_id": "F1"}), ("DELETE", None)):
        alone_changed = world.ask(M, method, f"{BASIN}/absences/REL-1-1", body, If_Match='"1"')
        assert (alone_changed.status_code, alone_changed.json()["code"]) == (409, "A421")


def test_a_manager_declares_for_own_providers_and_never_reads_who_is_kept(world: World) -> None:
    assert declare(world, provider_id="S2", employee_id="A-2").status_code == 422
    assert declare(world, C, id="REL-S2", provider_id="S2", employee_id="A-2").status_code == 201
    assert declare(world).status_code == 201
    assert [one["id"] for one in world.get(f"{BASIN}/releases", M)["items"]] == ["REL-1"]
    assert len(world.get(f"{BASIN}/releases")["items"]) == 2
    named = {"days": [{"absence_id": "REL-1-1", "worker_id": "W1"}]}
    assert world.ask(M, "POST", f"{BASIN}/releases/REL-1/confirm", named, If_Match='"1"').status_code == 403
    assert world.ask(C, "POST", f"{BASIN}/releases/REL-1/confirm", named, If_Match='"1"').status_code == 200
    (seen,), (whole,) = (world.get(f"{BASIN}/releases/REL-1", role)["days"] for role in (M, C))
    assert (seen["is_somebody_kept"], seen["worker_id"], whole["worker_id"]) == (True, None, "W1")


def test_who_is_kept_for_a_release_is_given_nothing_else_meanwhile(world: World) -> None:
    """W1 alone is there and kept from 8 to 17 h: A-2's visits find nobody until the release is cancelled."""
    wish(world, replan="on_request")
    alone(world, "W2", "W3")
    assert declare(world, days=["2026-03-09"]).status_code == 201
    world.ask(C, "POST", f"{BASIN}/absences", absence(id="ABS-2", provider_id="S2", employee_id="A-2"))
    twice = {"days": [{"absence_id": "REL-1-1", "worker_id": worker} for worker in ("W2", "W9")]}
    assert codes(world.ask(C, "POST", f"{BASIN}/releases/REL-1/confirm", twice, If_Match='"1"')) == {"A305"}
    kept = {"days": [{"absence_id": "REL-1-1", "worker_id": "W1"}], "reason": "accord de W1"}
    assert (
        world.ask(C, "POST", f"{BASIN}/releases/REL-1/confirm", kept, If_Match='"1"').json()["state"]
        == "confirmed"
    )
    held = world.propose()["document"]
    assert {stop["visit_id"] for route in held["routes"] for stop in route["stops"]} == {"V1", "V2", "V3"}
    assert {one["visit_id"] for one in held["uncovered"]} == {"V4", "V5"}

    assert (
        world.ask(
            C, "POST", f"{BASIN}/releases/REL-1/cancel", {"reason": "reporté"}, If_Match='"2"'
        ).status_code
        == 200
    )
    freed = world.propose()["document"]
    assert {stop["visit_id"] for route in freed["routes"] for stop in route["stops"]} == {"V4", "V5"}
    assert (ledger(world)["reserved_cents"], ledger(world)["remaining_cents"]) == (0, 100_000)
    again = world.ask(C, "POST", f"{BASIN}/releases/REL-1/cancel", {}, If_Match='"3"')
    assert (again.status_code, again.json()["code"]) == (409, "A421")


def test_nobody_is_kept_for_two_releases_at_once(world: World) -> None:
    assert declare(world).status_code == 201
    assert declare(world, C, id="REL-2", provider_id="S2", employee_id="A-2").status_code == 201
    morning = {"start": "2026-03-12T08:00:00+01:00", "end": "2026-03-12T12:00:00+01:00"}
    afternoon = {"start": "2026-03-12T12:00:00+01:00", "end": "2026-03-12T17:00:00+01:00"}
    kept = [{"absence_id": "REL-1-1", "worker_id": "W1", "interval": morning, "reserve_min": 240}]
    assert (
        world.ask(C, "POST", f"{BASIN}/releases/REL-1/confirm", {"days": kept}, If_Match='"1"').status_code
        == 200
    )
    assert ledger(world)["reserved_min"] == 240 + 540
    whole_day = {"days": [{"absence_id": "REL-2-1", "worker_id": "W1"}]}
    assert codes(world.ask(C, "POST", f"{BASIN}/releases/REL-2/confirm", whole_day, If_Match='"1"')) == {
        "A425"
    }
    rest = {"days": [{"absence_id": "REL-2-1", "worker_id": "W1", "interval": afternoon}]}
    assert world.ask(C, "POST", f"{BASIN}/releases/REL-2/confirm", rest, If_Match='"1"').status_code == 200


def test_an_hour_counts_once_whether_kept_planned_or_done(world: World) -> None:
    """Kept 66 €, planned 66 €, done 24 € of it: consumed and reserved always add up to 66 €; not done costs
    nothing."""
    wish(world, replan="on_request")
    assert declare(world, days=["2026-03-09"]).status_code == 201
    assert world.publish(world.propose()).status_code == 200
    assert (ledger(world)["reserved_cents"], ledger(world)["consumed_cents"]) == (6600, 0)
    world.later(hours=5)
    assert world.ask(M, "PUT", f"{BASIN}/outcomes/V1", {"done": True}).status_code == 201
    half = ledger(world)
    assert (half["reserved_cents"], half["consumed_cents"], half["reserved_min"], half["consumed_min"]) == (
        4200,
        2400,
        105,
        60,
    )
    world.later(hours=18)  # the day is over: what was kept and never planned or done is free again
    assert world.ask(M, "PUT", f"{BASIN}/outcomes/V2", {"done": False}).status_code == 201
    assert (ledger(world)["reserved_cents"], ledger(world)["consumed_cents"]) == (1800, 2400)
    corrected = {
        "done": True,
        "worker_id": "W3",
        "ends_at": "2026-03-09T10:30:00+01:00",
        "starts_at": "2026-03-09T10:00:00+01:00",
    }
    assert world.ask(M, "PUT", f"{BASIN}/outcomes/V2", corrected, If_Match='"1"').status_code == 200
    assert (ledger(world)["consumed_cents"], ledger(world)["consumed_min"]) == (2400 + 1200, 90)


def test_a_line_gives_a_fifth_of_its_cap_and_more_only_with_a_reason(world: World) -> None:
    """F1 holds 1 000 €: 150 € then 50 € are 20 % together; one cent more asks for a reason, kept with its
    author."""
    world.ask(C, "PUT", f"{BASIN}/funding-lines/F2", F2)

    def give(cents: int, **more: Any) -> Any:
        return world.ask(
            C,
            "POST",
            f"{BASIN}/funding-transfers",
            {"from_line_id": "F1", "to_line_id": "F2", "cents": cents, **more},
        )

    assert give(15_000).json()["passes_limit"] is False
    assert give(5_000).json()["given_cents"] == 20_000
    assert codes(give(1)) == {"A423"}
    assert codes(give(90_000, to_line_id="F9")) == {"A305", "A422", "A423"}
    assert codes(give(1, to_line_id="F1")) == {"A305", "A423"}
    passed = give(10_000, reason="avenant n° 3 du comité").json()
    assert (passed["passes_limit"], passed["given_cents"], bool(passed["author"])) == (True, 30_000, True)
    assert [ledger(world, line)["cap_cents"] for line in ("F1", "F2")] == [70_000, 80_000]
    assert world.get(f"{BASIN}/funding-transfers", F)["items"][0]["reason"] == "avenant n° 3 du comité"
    assert world.get(f"{BASIN}/funding-transfers", M)["items"] == []
    assert {one["line_id"]: one["cap_cents"] for one in world.get(f"{BASIN}/ledger", F)["items"]} == {
        "F1": 70_000,
        "F2": 80_000,
    }
    deleted = world.ask(C, "DELETE", f"{BASIN}/funding-lines/F2", If_Match='"1"')
    assert (deleted.status_code, deleted.json()["code"]) == (409, "A203")


def test_a_plan_is_made_under_the_cap_that_transfers_left(world: World) -> None:
    wish(world, replan="on_request")
    world.ask(C, "PUT", f"{BASIN}/funding-lines/F2", F2)
    given = {"from_line_id": "F1", "to_line_id": "F2", "cents": 20_000}
    assert world.ask(C, "POST", f"{BASIN}/funding-transfers", given).status_code == 201
    assert declare(world, days=["2026-03-09"]).status_code == 201
    funding = {one["line_id"]: one["cap_cents"] for one in world.propose()["document"]["funding"]}
    assert funding == {"F1": 80_000, "F2": 70_000}


# -- what is said in words ---------------------------------------------------------------------------------
def test_a_tutor_needs_no_training_body_and_a_course_does(world: World) -> None:
    tutored = declare(world, kind="tutor_release", course={"title": "Tutorat d’une stagiaire DEAES"})
    assert (tutored.status_code, tutored.json()["course"]) == (
        201,
        {"title": "Tutorat d’une stagiaire DEAES"},
    )
    refused = declare(world, id="REL-2", days=["2026-03-13"], course={"title": "DEAES, bloc 1"})
    assert codes(refused) == {"A305"}
    assert refused.json()["issues"][0]["where"] == "releases.course.training_body"


def test_two_departures_of_one_provider_at_once_are_said_in_words(world: World) -> None:
    """A-3 leaves while A-1 is away too: whoever declares reads who, and how many more visits that makes."""
    row = {"id": "A-3", "provider_id": "S1"}
    assert world.ask(M, "PUT", f"{BASIN}/employees/A-3", row).status_code == 201
    assert declare(world, days=["2026-03-09"]).json()["notices"] == []
    second = declare(world, id="REL-2", employee_id="A-3", days=["2026-03-09"])
    away, no_rota = second.json()["notices"]
    assert (away["code"], no_rota["code"]) == ("others_away", "no_rota")
    assert "dans le même service, A-1 (départ en formation) aussi ; 3 interventions en plus" in away["text"]
    assert no_rota["text"].startswith("lun. 9 mars : aucun roulement connu de A-3 ;")
    english, _ = world.get(f"{BASIN}/releases/REL-2?lang=en", M)["notices"]
    assert "of the same provider, A-1 (training release) as well; 3 visits more" in english["text"]


def test_a_published_plan_that_lacks_the_released_visits_is_said_in_words(world: World) -> None:
    wish(world, replan="on_request")
    world.ask(C, "POST", f"{BASIN}/absences", absence(id="ABS-2", provider_id="S2", employee_id="A-2"))
    alone(world, "W2", "W3")
    assert world.publish(world.propose()).status_code == 200
    declared = declare(world, days=["2026-03-09"]).json()
    assert [one["text"] for one in declared["notices"]] == [
        "lun. 9 mars : le plan publié ne prévoit encore personne pour V1 08:00, V2 10:00 et V3 15:00."
    ]
    kept = {"days": [{"absence_id": "REL-1-1", "worker_id": "W1"}]}
    confirmed = world.ask(C, "POST", f"{BASIN}/releases/REL-1/confirm", kept, If_Match='"1"').json()
    (busy,) = (one for one in confirmed["notices"] if one["code"] == "kept_but_planned")
    assert "W1, gardé(e) 08:00–17:00, a déjà dans le plan publié V4" in busy["text"]
    seen = {one["code"] for one in world.get(f"{BASIN}/releases/REL-1", M)["notices"]}
    assert seen == {"not_in_plan"}


def test_an_overlap_says_what_is_there_already(world: World) -> None:
    sick = absence(interval={"start": "2026-03-12T06:00:00+01:00", "end": "2026-03-12T22:00:00+01:00"})
    assert world.ask(M, "POST", f"{BASIN}/absences", sick).status_code == 201
    (met,) = (one["what"] for one in declare(world).json()["issues"])
    assert "recouvre l’absence « ABS-1 » (absence imprévue, jeu. 12 mars, 06:00" in met
    assert "sans financement" in met
