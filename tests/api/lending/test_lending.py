"""Two coordinators: one asks next door for whom her own basin lacks, the other lends her and may take her
back; and the person in between."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from api.access.rights import Principal
from api.access.scope import Scoped
from api.basin import compose
from api.lending import lendings
from api.letters import letters
from api.runtime.roles import Role
from api.store.message_tables import Message
from tests.api.conftest import SEARCH, World, begins
from tests.api.lending.two_basins import NEXT_DOOR, Neighbours, neighbours
from tests.api.small_basin import BASIN
from tests.api.web.site import Browser

C = Role.COORDINATOR
LENT = "W1@B2"


@pytest.fixture
@begins
def both(world: World) -> Neighbours:
    return neighbours(world)


def planned(both: Neighbours) -> dict[str, Any]:
    """The newest proposal of the borrower."""
    both.world.search()
    proposals = both.world.get(f"{BASIN}/plans?state=proposed")["items"]
    plan: dict[str, Any] = both.world.get(f"{BASIN}/plans/{max(one['id'] for one in proposals)}")
    return plan


def carers(plan: dict[str, Any]) -> dict[str, str]:
    return {
        stop["visit_id"]: route["worker_id"]
        for route in plan["document"]["routes"]
        for stop in route["stops"]
    }


def test_an_agreement_holds_once_both_have_signed(both: Neighbours) -> None:
    """The borrower proposes and is told no name; the lender says who may be lent."""
    given = {"lender": "B2", "borrower": "B1", "until": "2026-12-31", "notice_min": 30}
    made = both.ask(both.borrower, "POST", f"{BASIN}/lending-agreements", given)
    assert (made.status_code, made.json()["state"]) == (201, "proposed")
    id = made.json()["id"]
    again = both.act(both.borrower, f"{BASIN}/lending-agreements/{id}", "sign", {})
    assert again.json()["state"] == "proposed"
    signed = both.act(both.lender, f"{NEXT_DOOR}/lending-agreements/{id}", "sign", {"workers": ["W1"]})
    assert (signed.json()["state"], signed.json()["workers"]) == ("agreed", ["W1"])
    seen = both.get(both.borrower, f"{BASIN}/lending-agreements/{id}")
    assert (seen["lender_name"], seen["workers"]) == ("Béthune", None)
    ended = both.act(
        both.lender, f"{NEXT_DOOR}/lending-agreements/{id}", "end", {"reason": "effectif réduit"}
    )
    assert ended.json()["state"] == "ended"
    assert both.request(ended.json()).status_code == 422


def test_all_that_is_wrong_with_an_agreement_is_told_at_once(both: Neighbours) -> None:
    given = {"lender": "B9", "borrower": "B1", "until": "2020-01-01", "workers": ["W1"]}
    answer = both.ask(both.borrower, "POST", f"{BASIN}/lending-agreements", given)
    assert answer.status_code == 422
    assert [one["where"] for one in answer.json()["issues"]] == [
        "lending-agreements.lender",
        "lending-agreements.until",
        "lending-agreements.workers",
    ]


def test_who_next_door_could_come_is_told_with_hours_and_nothing_of_her_day(both: Neighbours) -> None:
    """W1 of Béthune can do what V1 asks for; her visit at 14:00 is nobody's to know here."""
    agreement = both.agreement()
    plan = planned(both)
    assert "V1" not in carers(plan)
    found = both.get(both.borrower, f"{BASIN}/plans/{plan['id']}/neighbours?visit_id=V1")
    assert (found["own"], found["asked"]) == (0, ["Béthune"])
    (one,) = found["ranked"]
    assert (one["worker_id"], one["lender_name"], one["agreement_id"]) == ("W1", "Béthune", agreement["id"])
    assert "08:00" <= one["starts_at"][11:16] <= "08:30"
    assert one["arrival"] <= one["starts_at"]
    assert one["sentence"].startswith("V1 de Lens")
    assert "14:00" not in str(found)


def test_without_an_agreement_nobody_next_door_is_asked(both: Neighbours) -> None:
    plan = planned(both)
    found = both.get(both.borrower, f"{BASIN}/plans/{plan['id']}/neighbours?visit_id=V1")
    assert (found["asked"], found["ranked"]) == ([], [])


def test_an_agreement_that_lends_nobody_today_is_still_one(both: Neighbours) -> None:
    """W2 cannot do it, and W1 may not be asked for: Béthune was asked all the same."""
    made = both.agreement()
    assert both.request(made, visits=[]).status_code == 201
    plan = planned(both)
    found = both.get(both.borrower, f"{BASIN}/plans/{plan['id']}/neighbours?visit_id=V1")
    assert (found["asked"], found["ranked"]) == (["Béthune"], [])


def test_whoever_is_asked_for_next_week_may_be_asked_for_today(both: Neighbours) -> None:
    made = both.agreement()
    later = {"starts_at": "2026-03-16T07:00:00+01:00", "ends_at": "2026-03-16T10:00:00+01:00"}
    assert both.request(made, visits=[], **later).status_code == 201
    plan = planned(both)
    found = both.get(both.borrower, f"{BASIN}/plans/{plan['id']}/neighbours?visit_id=V1")
    assert [one["worker_id"] for one in found["ranked"]] == ["W1"]


def test_lent_she_stands_in_the_next_plan_and_may_refuse(both: Neighbours) -> None:
    """What `neighbours` proposes is asked, agreed to, planned at the hour it said, and offered to her."""
    both.agreement()
    plan = planned(both)
    (one,) = both.get(both.borrower, f"{BASIN}/plans/{plan['id']}/neighbours?visit_id=V1")["ranked"]
    asked = both.ask(both.borrower, "POST", f"{BASIN}/lendings", one["request"])
    assert (asked.status_code, asked.json()["state"]) == (201, "asked")
    id = asked.json()["id"]
    told = both.get(both.lender, f"{NEXT_DOOR}/lendings?state=asked&side=lender")["items"]
    assert [(row["worker_id"], row["visits"]) for row in told] == [("W1", None)]
    yes = both.act(both.lender, f"{NEXT_DOOR}/lendings/{id}", "answer", {"reply": "yes"})
    assert (yes.status_code, yes.json()["state"]) == (200, "agreed"), yes.text
    plan = planned(both)
    assert carers(plan)["V1"] == LENT
    assert both.world.publish(plan).status_code == 200
    (offer,) = [row for row in both.get(both.lent, f"{BASIN}/offers")["items"] if row["visit_id"] == "V1"]
    assert (offer["worker_id"], offer["kind"], offer["state"]) == (LENT, "to_offer", "offered")
    assert offer["starts_at"][11:16] == one["starts_at"][11:16]
    no = both.ask(both.lent, "POST", f"{BASIN}/offers/{offer['id']}/answer", {"reply": "decline"})
    assert no.status_code == 200, no.text


def next_door_publishes(both: Neighbours) -> None:
    """A plan of its own Monday: W1 at 14:00, since W2 is not free."""
    asked = {"first_day": "2026-03-09", "search": SEARCH}
    job = both.ask(both.lender, "POST", f"{NEXT_DOOR}/jobs", asked).json()["id"]
    for _ in range(3):
        both.world.search()
    plan = both.get(both.lender, f"{NEXT_DOOR}/jobs/{job}")["plan_id"]
    told = both.act(both.lender, f"{NEXT_DOOR}/plans/{plan}", "publish", {"reason": "essai"})
    assert told.status_code == 200, told.text


def lent(both: Neighbours, **more: Any) -> dict[str, Any]:
    """W1 of Béthune, from seven to ten."""
    asked = both.request(both.agreement(), **more)
    assert asked.status_code == 201, asked.text
    where = f"{NEXT_DOOR}/lendings/{asked.json()['id']}"
    yes = both.act(both.lender, where, "answer", {"reply": "yes", "reason": "matinée calme"})
    assert yes.status_code == 200, yes.text
    told: dict[str, Any] = yes.json()
    return told


def hours(both: Neighbours, token: str, path: str) -> list[tuple[str, str]]:
    row = both.get(token, path)["value"]
    return [(one["start"][11:16], one["end"][11:16]) for one in row["availability"]]


def test_whoever_is_lent_is_away_from_her_own_basin(both: Neighbours) -> None:
    """From seven to ten she is Lens's; from ten on her own basin's again. What she does there is work of her
    day here."""
    lent(both)
    assert hours(both, both.lender, f"{NEXT_DOOR}/workers/W1") == [("10:00", "20:00")]
    assert hours(both, both.borrower, f"{BASIN}/workers/{LENT}") == [("07:00", "10:00")]
    row = both.get(both.borrower, f"{BASIN}/workers/{LENT}")["value"]
    assert (row["lent_by"], row["employer_id"]) == ("Béthune", "E1@B2")
    assert {one["status"] for one in row["engagements"]} == {"promised"}
    plan = planned(both)
    assert both.world.publish(plan).status_code == 200
    (mine,) = [one for one in _problem(both, "B2")["brigade"]["workers"] if one["id"] == "W1"]
    assert [(one["start"][11:16], one["end"][11:16]) for one in mine["other_work"]] == [("08:00", "09:00")]


def _problem(both: Neighbours, basin: str) -> dict[str, Any]:
    service = both.world.service
    with service.database.reading() as session:
        scoped = Scoped(session, Principal.system("tests", basin), service.clock)
        return compose.document_of(scoped, basin, date(2026, 3, 9), 1)


def test_her_own_day_binds_her_where_she_is_lent(both: Neighbours) -> None:
    """Her visit at 14:00 in Béthune, once it is published there, is work elsewhere for Lens."""
    next_door_publishes(both)
    lent(both)
    (there,) = [one for one in _problem(both, "B1")["brigade"]["workers"] if one["id"] == LENT]
    assert [(one["start"][11:16], one["end"][11:16]) for one in there["other_work"]] == [("14:00", "15:00")]


@pytest.mark.parametrize("by", ["lender", "borrower"])
def test_taken_back_everything_is_as_before(both: Neighbours, by: str) -> None:
    """She had been told of V1: that is withdrawn, and the next plan has nobody for it."""
    told = lent(both)
    assert both.world.publish(planned(both)).status_code == 200
    token, basin = (both.lender, NEXT_DOOR) if by == "lender" else (both.borrower, BASIN)
    over = both.act(token, f"{basin}/lendings/{told['id']}", "withdraw", {"reason": "elle est rappelée"})
    assert over.status_code == 200, over.text
    assert over.json()["state"] == "withdrawn"
    assert hours(both, both.lender, f"{NEXT_DOOR}/workers/W1") == [("07:00", "20:00")]
    assert hours(both, both.borrower, f"{BASIN}/workers/{LENT}") == []
    (offer,) = [row for row in both.get(both.lent, f"{BASIN}/offers")["items"] if row["visit_id"] == "V1"]
    assert (offer["state"], offer["because"]) == ("withdrawn", "unable")
    assert "V1" not in carers(planned(both))


def test_only_the_lender_answers_and_once(both: Neighbours) -> None:
    asked = both.request(both.agreement()).json()
    here, there = f"{BASIN}/lendings/{asked['id']}", f"{NEXT_DOOR}/lendings/{asked['id']}"
    assert both.act(both.borrower, here, "answer", {"reply": "yes"}).status_code == 403
    assert both.act(both.lender, there, "withdraw", {"reason": "non"}).status_code == 403
    no = both.act(both.lender, there, "answer", {"reply": "no", "reason": "personne de libre"})
    assert (no.json()["state"], no.json()["because"]) == ("declined", "personne de libre")
    again = both.act(both.lender, there, "answer", {"reply": "yes"})
    assert (again.status_code, again.json()["code"]) == (409, "A414")
    assert hours(both, both.lender, f"{NEXT_DOOR}/workers/W1") == [("07:00", "20:00")]


def test_a_request_that_nobody_answers_is_over(both: Neighbours) -> None:
    """By default the lender has an hour, or until she would leave: 07:00."""
    asked = both.request(both.agreement()).json()
    assert asked["reply_by"][11:16] == "07:00"
    both.world.later(minutes=21)
    late = both.act(both.lender, f"{NEXT_DOOR}/lendings/{asked['id']}", "answer", {"reply": "yes"})
    (told,) = late.json()["issues"]
    assert (late.status_code, "sans réponse" in told["what"]) == (409, True)
    assert lendings.expire(both.world.service) == 1
    assert both.get(both.borrower, f"{BASIN}/lendings/{asked['id']}")["state"] == "expired"
    assert lendings.expire(both.world.service) == 0


def test_all_that_is_wrong_with_a_request_is_told_at_once(both: Neighbours) -> None:
    """An agreement with half an hour's notice, for W2 alone."""
    made = both.agreement(notice_min=30)
    wrong = {
        "visits": ["V1", "V99"],
        "worker_id": "W9",
        "ends_at": "2026-03-11T10:00:00+01:00",
        "reply_by": "2026-03-09T06:00:00+01:00",
    }
    answer = both.request(made, **wrong)
    assert answer.status_code == 422
    assert {one["where"] for one in answer.json()["issues"]} == {
        f"lendings.{name}" for name in ("ends_at", "starts_at", "reply_by", "visits", "worker_id")
    }


def test_nobody_is_asked_for_twice_at_once(both: Neighbours) -> None:
    made = both.agreement()
    assert both.request(made).status_code == 201
    again = both.request(made)
    assert [one["what"] for one in again.json()["issues"]] == [
        "« W1 » est déjà demandé(e) ou prêté(e) à ces heures"
    ]


def test_nobody_is_lent_out_of_hours_that_are_taken_by_now(both: Neighbours) -> None:
    """Asked for 13:00 to 17:00; meanwhile Béthune publishes her visit at 14:00."""
    asked = both.request(
        both.agreement(), starts_at="2026-03-09T13:00:00+01:00", ends_at="2026-03-09T17:00:00+01:00"
    ).json()
    next_door_publishes(both)
    yes = both.act(both.lender, f"{NEXT_DOOR}/lendings/{asked['id']}", "answer", {"reply": "yes"})
    assert (yes.status_code, yes.json()["issues"][0]["what"]) == (409, "à 14:00, autre chose est prévu")


def test_coordinators_hear_what_is_asked_and_answered(both: Neighbours) -> None:
    """Nobody there has a contact: that they could not be told stands in the list of messages."""
    lent(both)
    asked = both.get(both.lender, f"{NEXT_DOOR}/messages?kind=lending_changed")["items"]
    answered = both.get(both.borrower, f"{BASIN}/messages?kind=lending_changed")["items"]
    assert (len(asked), len(answered)) == (1, 1)
    with both.world.service.database.reading() as session:
        (row,) = session.scalars(select(Message).where(Message.id == answered[0]["id"]))
        told = letters.write(both.world.service, session, row, "fr")
    assert told is not None
    assert told.subject == "Brigade : Béthune prête W1"
    assert "lundi 9 mars 2026, 07:00-10:00" in told.text
    assert "matinée calme" in told.text


def test_what_a_neighbour_waits_for_stands_in_the_list(both: Neighbours) -> None:
    """To sign, then to answer: with whom it is for, until it is done or too late. The borrower waits."""
    given = {"lender": "B2", "borrower": "B1", "until": "2026-12-31"}
    id = both.ask(both.borrower, "POST", f"{BASIN}/lending-agreements", given).json()["id"]
    (one,) = _waits(both, both.lender, NEXT_DOOR)
    assert (one["kind"], one["id"], one["basin"]) == ("agreement", id, "Lens")
    assert "emprunter" in one["sentence"]
    assert _waits(both, both.borrower, BASIN) == []
    signed = both.act(both.lender, f"{NEXT_DOOR}/lending-agreements/{id}", "sign", {})
    assert _waits(both, both.lender, NEXT_DOOR) == []
    asked = both.request(signed.json()).json()
    (one,) = _waits(both, both.lender, NEXT_DOOR)
    assert (one["kind"], one["id"], one["worker_id"]) == ("request", asked["id"], "W1")
    assert one["sentence"].startswith("Lens demande W1 le 9 mars 2026 à 07:00, jusqu’à 10:00")
    assert _waits(both, both.borrower, BASIN) == []
    both.world.later(minutes=21)
    assert _waits(both, both.lender, NEXT_DOOR) == []


def _waits(both: Neighbours, token: str, basin: str) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = both.get(token, f"{basin}/attention")["next_door"]
    return told


def test_a_paper_for_the_day_is_no_ending(both: Neighbours) -> None:
    """Each day that she is lent ends with that day: nothing is to be renewed."""
    lent(both)
    assert both.get(both.borrower, f"{BASIN}/attention")["ending"] == []


def test_a_stranger_to_both_basins_sees_nothing(both: Neighbours) -> None:
    """And of its own basins no role but the coordinator's."""
    asked = both.request(both.agreement()).json()
    for role in (Role.MANAGER, Role.WORKER, Role.EMPLOYER, Role.FUNDER):
        seen = both.world.ask(role, "GET", f"{BASIN}/lendings/{asked['id']}")
        assert seen.status_code == 404
    assert both.ask(both.lent, "GET", f"{NEXT_DOOR}/lendings/{asked['id']}").status_code == 404


def test_her_week_and_the_boards_say_where_she_is(both: Neighbours) -> None:
    """On her own basin's page: to whom she is lent, and what she is asked there, which she accepts. Both
    boards say whose she is, and where."""
    lent(both)
    plan = planned(both)
    assert both.world.publish(plan).status_code == 200
    board = both.get(both.borrower, f"{BASIN}/plans/{plan['id']}/board")
    assert {row["worker_id"]: row["lent"] for row in board["rows"]}[LENT] == "prêtée par Béthune"
    next_door_publishes(both)
    (theirs,) = both.get(both.lender, f"{NEXT_DOOR}/plans?state=published")["items"]
    board = both.get(both.lender, f"{NEXT_DOOR}/plans/{theirs['id']}/board")
    row = next(one for one in board["rows"] if one["worker_id"] == "W1")
    assert row["lent"] == "prêtée à Lens de 07:00 à 10:00"
    her = Browser(both.world, login="B2-W1")
    told = her.page("/ma-semaine").text()
    assert "Prêtée à Lens" in told
    assert "()" not in told
    assert "08:00" in told
    assert her.press("/ma-semaine", reply="accept").status_code == 303
    (offer,) = [row for row in both.get(both.lent, f"{BASIN}/offers")["items"] if row["visit_id"] == "V1"]
    assert offer["state"] == "accepted"
