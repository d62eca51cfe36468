"""A worker's day by her letters: one link, what she may say, what is told when an hour changes, what she
never reads."""

from __future__ import annotations

from icalendar import Calendar

from tests.api.commitments.test_commitments import edited, in_force, offer_of
from tests.api.conftest import World, wish
from tests.api.incidents.test_incidents import told as happened
from tests.api.plans.test_least_change import stops
from tests.api.small_basin import BASIN, absence
from tests.api.walks.steps import LINK, A, C, M, W, alone, everybody_is_reached, post, until, waiting

HOME = {"name": "Mme Exemple", "address_lines": ["3 rue de l’Exemple", "62800 Liévin"], "entry": "code 4271"}


def test_from_the_first_letter_to_the_last_visit(world: World) -> None:
    everybody_is_reached(world)
    alone(world, "W1")
    waits = {"replan": "on_request", "offers": {"next_wave": "on_request"}, "least_change": {"freeze_min": 0}}
    wish(world, telephone="+33321000000", **waits)
    row = world.ask(C, "GET", f"{BASIN}/sites/A")
    site = {**row.json()["value"], "commune": "62510"}
    assert world.ask(C, "PUT", f"{BASIN}/sites/A", site, If_Match=row.headers["ETag"]).status_code == 200
    assert world.ask(M, "PUT", f"{BASIN}/client-identities/S1:A", HOME).status_code == 201
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    assert world.publish(world.propose()).status_code == 200

    # 06:42 One letter, one link for three visits: where, what, until when, whom to call; neither a name nor
    # an address.
    (letter,) = post(world, "w1")
    (path,) = LINK.findall(letter.text)
    assert "03 21 00 00 00" in letter.text
    assert "62800 Liévin" in letter.text
    assert not [secret for secret in ("Exemple", "4271", "S1:A") if secret in letter.text]
    shown = world.client.get(path).json()["stops"]
    assert [one["state"] for one in shown] == ["offered"] * 3
    assert {one["replies"][0] for one in shown} == {"accept"}
    # Nobody answers at 06:50 on a working day: the deadline is in hours of answering, and never the start
    # itself.
    assert all(one["reply_by"] < one["starts_at"] for one in shown)
    feed = world.ask(W, "POST", f"{BASIN}/feeds/W1").json()["url"].removeprefix("http://127.0.0.1:8000")
    assert {str(one["status"]) for one in Calendar.from_ical(world.client.get(feed).text).walk("VEVENT")} == {
        "TENTATIVE"
    }

    # 07:00 She takes V1, and refuses V3: her right, counted as such; the home is shown once she has said yes,
    # today.
    until(world, "07:00")
    ids = {one["visit_id"]: one["id"] for one in world.get(f"{BASIN}/offers", W)["items"]}
    taken = world.client.post(path, json={"reply": "accept", "offers": [ids["V1"]]}).json()
    first = next(one for one in taken["stops"] if one["offer_id"] == ids["V1"])
    assert (first["state"], first["client"]["name"], first["client"]["entry"]) == (
        "accepted",
        "Mme Exemple",
        "code 4271",
    )
    assert world.client.post(path, json={"reply": "decline", "offers": [ids["V3"]]}).status_code == 200
    (counted,) = world.get(f"{BASIN}/refusals", W)["items"]
    assert (counted["worker_id"], counted["refusals"]) == ("W1", 1)

    # 07:10 The next search leaves what she agreed to where it was; V3 goes to nobody, for nobody else is
    # there.
    until(world, "07:10")
    agreed = offer_of(world, "V1")
    assert world.publish(world.propose()).status_code == 200
    assert offer_of(world, "V1") == {**agreed, "plan_id": in_force(world)["id"]}
    # The coordinator then puts V2 later by hand: before and now, a question again; the link of the first
    # letter shows it.
    pinned = {"kind": "pin", "visit_id": "V2", "start": "2026-03-09T10:50:00+01:00"}
    before = offer_of(world, "V2")
    assert world.publish(edited(world, in_force(world), pinned)).status_code == 200
    now = offer_of(world, "V2")
    assert (now["kind"], now["state"], now["before_starts_at"]) == (
        "to_offer",
        "offered",
        before["starts_at"],
    )
    letter = post(world, "w1")[-1]
    assert "10:50" in letter.text
    assert before["starts_at"][11:16] in letter.text
    assert offer_of(world, "V1")["state"] == "accepted", "what she agreed to stays"
    answered = world.client.post(path, json={"reply": "accept"}).json()["stops"]
    assert {one["state"] for one in answered} <= {"accepted", "refused", "withdrawn"}
    assert offer_of(world, "V2")["state"] == "accepted"
    statuses = {str(one["status"]) for one in Calendar.from_ical(world.client.get(feed).text).walk("VEVENT")}
    assert statuses == {"CONFIRMED"}

    # 08:40 At V1 she is ten minutes late and says so herself; of anybody else's day she tells nothing.
    until(world, "08:40")
    assert (
        happened(world, "worker_late", W, worker_id="W1", late_min=10, cause="visit_overran")["incident"][
            "visit_id"
        ]
        == "V1"
    )
    other = world.ask(
        W, "POST", f"{BASIN}/incidents", {"kind": "worker_late", "worker_id": "W2", "late_min": 10}
    )
    assert (other.status_code, other.json()["code"]) == (403, "A103")

    # 12:00 Done. She reads her own hours, and neither clients, nor others, nor why somebody is absent.
    until(world, "12:00")
    assert world.ask(M, "PUT", f"{BASIN}/outcomes/V1", {"done": True}).status_code == 201
    plan = in_force(world)
    assert {
        route["worker_id"] for route in world.get(f"{BASIN}/plans/{plan['id']}", W)["document"]["routes"]
    } == {"W1"}
    assert set(stops(plan)) == {"V1", "V2"}
    for hidden in ("clients/S1:A", "visits/V1", "absences/ABS-1", "workers/W2", "client-identities/S1:A"):
        assert world.ask(W, "GET", f"{BASIN}/{hidden}").status_code in (403, 404), hidden
    assert "unanswered" not in waiting(world)

    # Her account is closed: token, links and calendar end with it.
    row = next(one for one in world.get("/v1/accounts", A)["items"] if one["login"] == "worker")
    body = {**{name: row[name] for name in ("login", "role", "grants")}, "is_active": False}
    assert (
        world.ask(A, "PUT", f"/v1/accounts/{row['id']}", body, If_Match=f'"{row["version"]}"').status_code
        == 200
    )
    assert [world.client.get(one).status_code for one in (path, feed)] == [410, 410]
    assert world.ask(W, "GET", BASIN).status_code == 401
