"""The day's cycle, whole: an absence comes in, a plan goes out, workers answer, the day is told."""

from __future__ import annotations

from api.runtime.roles import Role
from tests.api.conftest import World, wish
from tests.api.small_basin import BASIN, absence

M, C, W = Role.MANAGER, Role.COORDINATOR, Role.WORKER


def test_from_absence_to_outcome(world: World) -> None:
    """A-1 calls in sick: V1, V2, V3 are open. The plan that covers them is published, offered, accepted,
    done, paid."""
    declared = world.ask(M, "POST", f"{BASIN}/absences", absence(funding_line_id="F1", reason="SICK"))
    assert declared.status_code == 201, declared.text
    assert [(risk["visit_id"], risk["priority"]) for risk in declared.json()["at_risk"]] == [
        ("V1", "P1"),
        ("V2", "P2"),
        ("V3", "P4"),
    ]
    assert len(declared.json()["jobs"]) == 1
    world.search()

    (proposal,) = world.get(f"{BASIN}/plans?state=proposed")["items"]
    diff = world.get(f"{BASIN}/plans/{proposal['id']}/diff")
    assert [change["visit_id"] for change in diff["added"]] == ["V1", "V2", "V3"]
    assert diff["uncovered"] == []
    assert world.get(f"{BASIN}/plans/{proposal['id']}/check") == {
        "plan_id": proposal["id"],
        "digest_holds": True,
        "violations": [],
        "today": {"violations": [], "lost": [], "differences": [], "issues": []},
    }
    published = world.publish(proposal)
    assert published.status_code == 200, published.text
    assert published.json()["state"] == "published"

    offers = world.get(f"{BASIN}/offers")["items"]
    assert {
        offer["visit_id"]: (offer["kind"], offer["state"], offer["wave"]) for offer in offers
    } == dict.fromkeys(("V1", "V2", "V3"), ("to_offer", "offered", 1))
    first = next(offer for offer in offers if offer["visit_id"] == "V1")
    link = world.get(f"{BASIN}/offers/{first['id']}")["link"].removeprefix("http://127.0.0.1:8000")
    assert world.client.get(link).json()["replies"] == ["accept", "decline"]
    assert world.get(f"{BASIN}/offers/{first['id']}")["state"] == "offered"  # looking answers nothing
    accepted = world.client.post(link, json={"reply": "accept"})
    assert (accepted.status_code, accepted.json()["state"]) == (200, "accepted")

    ledger = world.get(f"{BASIN}/funding-lines/F1/ledger")
    # V1 and V2 of 60 min, V3 of 45 min at 24 €/h: 24 + 24 + 18 = 66 €.
    assert (ledger["reserved_cents"], ledger["consumed_cents"]) == (6600, 0)
    world.later(hours=4)
    done = world.ask(M, "PUT", f"{BASIN}/outcomes/V1", {"done": True})
    assert done.status_code == 201, done.text
    assert (done.json()["worker_id"], done.json()["cents"]) == (first["worker_id"], 2400)
    ledger = world.get(f"{BASIN}/funding-lines/F1/ledger")
    assert (ledger["reserved_cents"], ledger["consumed_cents"], ledger["remaining_cents"]) == (
        4200,
        2400,
        93_400,
    )
    assert world.ask(Role.ADMINISTRATOR, "GET", "/v1/audit/verify").json()["first_break"] is None


def test_a_link_opens_nothing_once_the_visit_is_over(world: World) -> None:
    """Found in a mailbox a week later, it tells nobody when somebody was at work where."""
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    world.search()
    (proposal,) = world.get(f"{BASIN}/plans?state=proposed")["items"]
    assert world.publish(proposal).status_code == 200
    offer = next(one for one in world.get(f"{BASIN}/offers")["items"] if one["visit_id"] == "V1")
    link = world.get(f"{BASIN}/offers/{offer['id']}")["link"].removeprefix("http://127.0.0.1:8000")
    world.later(hours=2)  # V1 ends between 09:00 and 09:30
    assert world.client.get(link).status_code == 200
    world.later(hours=1)
    assert (
        world.client.get(link).json()["code"],
        world.client.post(link, json={"reply": "accept"}).status_code,
    ) == (
        "A402",
        410,
    )


def test_a_new_link_is_not_kept_for_a_retry(world: World) -> None:
    """Who reads the database finds no link that opens: a retry gets the rest of the answer."""
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    world.search()
    (proposal,) = world.get(f"{BASIN}/plans?state=proposed")["items"]
    assert world.publish(proposal).status_code == 200
    offer = world.get(f"{BASIN}/offers")["items"][0]
    where, named = f"{BASIN}/offers/{offer['id']}/new-link", {"If_Match": '"1"', "Idempotency_Key": "k1"}
    first, again = (world.ask(C, "POST", where, **named) for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == {name: value for name, value in first.json().items() if name != "link"}
    assert "/v1/answers/" in first.json()["link"]


def test_a_declined_visit_is_offered_to_somebody_else(world: World) -> None:
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    world.search()
    (proposal,) = world.get(f"{BASIN}/plans?state=proposed")["items"]
    assert world.publish(proposal).status_code == 200
    first = next(offer for offer in world.get(f"{BASIN}/offers")["items"] if offer["visit_id"] == "V2")
    declined = world.ask(C, "POST", f"{BASIN}/offers/{first['id']}/answer", {"reply": "decline"})
    assert declined.json()["state"] == "refused"
    world.search()
    (second,) = world.get(f"{BASIN}/plans?state=proposed")["items"]
    assert world.publish(second).status_code == 200
    (again,) = [
        offer for offer in world.get(f"{BASIN}/offers?state=offered")["items"] if offer["visit_id"] == "V2"
    ]
    assert again["worker_id"] != first["worker_id"]
    assert again["wave"] == 2


def test_nothing_is_sought_until_asked_where_the_basin_wishes_so(world: World) -> None:
    wish(world, replan="on_request")
    declared = world.ask(M, "POST", f"{BASIN}/absences", absence())
    assert (declared.json()["jobs"], world.get(f"{BASIN}/jobs")["items"]) == ([], [])
    assert world.propose()["document"]["uncovered"] == []
