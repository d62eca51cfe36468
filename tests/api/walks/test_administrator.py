"""Who opens the service and answers for it: accounts, rights, the trail, what is taken away, whoever wants to
be forgotten."""

from __future__ import annotations

from tests.api.conftest import PASSWORD, World, wish
from tests.api.small_basin import BASIN, absence
from tests.api.walks.steps import A, C, M, account, post, until


def test_from_the_first_basin_to_the_last_trace(world: World) -> None:
    # A basin of her own department: made by one write, with nobody in it.
    wishes = world.get(BASIN)["value"]
    assert (
        world.ask(
            A, "PUT", "/v1/basins/80-ABB", {**wishes, "name": "Abbeville", "department": "80"}
        ).status_code
        == 201
    )
    assert world.ask(C, "GET", "/v1/basins/80-ABB").status_code == 404, "another basin is as if it were not"

    # Accounts: what a grant does not know is refused by its name, weak passwords too; a coordinator makes no
    # administrator.
    wrong = {
        "login": "responsable",
        "role": "manager",
        "password": PASSWORD,
        "grants": [{"basin_id": "B1", "target": "S2"}],
    }
    refused = world.ask(A, "POST", "/v1/accounts", wrong)
    assert refused.status_code == 422
    (issue,) = [one for one in refused.json()["issues"] if one["code"] == "D102"]
    assert (issue["where"], "target_id" in issue["hint"]) == ("grants[0].target", True)
    weak = {**wrong, "password": "passwordpassword", "grants": [{"basin_id": "B1", "target_id": "S2"}]}
    assert world.ask(A, "POST", "/v1/accounts", weak).status_code == 422
    assert (
        world.ask(C, "POST", "/v1/accounts", {**wrong, "role": "administrator", "grants": []}).status_code
        == 403
    )
    cookie, csrf = account(world, "responsable-s2", M, "S2")
    own = world.client.get(f"{BASIN}/visits", headers={"Cookie": cookie}).json()["items"]
    assert {one["id"] for one in own} == {"V4", "V5"}
    # Her browser writes with its word only, and nothing of another service.
    body = absence(id="ABS-9", provider_id="S1")
    without = world.client.post(f"{BASIN}/absences", json=body, headers={"Cookie": cookie})
    foreign = world.client.post(
        f"{BASIN}/absences", json=body, headers={"Cookie": cookie, "X-CSRF-Token": csrf}
    )
    assert (without.status_code, foreign.status_code) == (403, 422)
    # What is out of reach looks as if it did not exist.
    assert {one["where"] for one in foreign.json()["issues"]} >= {"absences.ABS-9.provider_id"}, foreign.text
    assert world.get(f"{BASIN}/absences")["items"] == []

    # An accord changes what is lawful: who changed it, when, and from what to what is in the trail.
    row = world.ask(C, "GET", f"{BASIN}/providers/S1")
    agreed = {**row.json()["value"], "accords": {"DAILY_SPAN.limit": 840}}
    refused = world.ask(C, "PUT", f"{BASIN}/providers/S1", agreed, If_Match=row.headers["ETag"])
    assert (refused.status_code, refused.json()["code"][0]) == (422, "P"), (
        "no bad accord stops a search later"
    )

    # The day goes on; the trail is whole, and each line says who.
    wish(world, replan="on_request")
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    assert world.publish(world.propose()).status_code == 200
    until(world, "20:00")
    verified = world.ask(A, "GET", "/v1/audit/verify").json()
    assert (verified["first_break"], verified["entries"] > 20) == (None, True)
    assert world.ask(C, "GET", "/v1/audit/verify").status_code == 403
    (published,) = world.get(f"{BASIN}/events?action=plans.published", A)["items"]
    assert published["actor"].startswith("account-")

    # A service takes all of its data away; whoever asks to be forgotten is forgotten once nobody expects her.
    archive = world.ask(A, "GET", f"{BASIN}/archive")
    assert (archive.status_code, archive.content[:2]) == (200, b"PK")
    until(world, "09:00", day=10)
    reason = {"confirm": "W3", "reason": "demande reçue par courrier"}
    forgotten = world.ask(A, "POST", f"{BASIN}/workers/W3/erasure", reason)
    assert forgotten.status_code == 202, forgotten.text
    assert world.ask(A, "GET", f"{BASIN}/workers/W3").status_code == 404

    # The manager leaves: session and token are over at once.
    row = next(one for one in world.get("/v1/accounts", A)["items"] if one["login"] == "responsable-s2")
    body = {**{name: row[name] for name in ("login", "role", "grants")}, "is_active": False}
    assert (
        world.ask(A, "PUT", f"/v1/accounts/{row['id']}", body, If_Match=f'"{row["version"]}"').status_code
        == 200
    )
    assert world.client.get(BASIN, headers={"Cookie": cookie}).status_code == 401
    assert world.ask(A, "GET", "/v1/audit/verify").json()["first_break"] is None
    post(world)
