"""The morning of who answers for a service (SAAD): her file, her absent carer, her clients; never anybody
else's."""

from __future__ import annotations

from api.messages.channels import Letter
from tests.api.commitments.test_commitments import answer, offer_of
from tests.api.conftest import World
from tests.api.imports.test_import_modes import send as send_file
from tests.api.incidents.test_incidents import told as happened
from tests.api.small_basin import BASIN, absence
from tests.api.walks.steps import C, M, alone, everybody_is_reached, post, proposed, until, waiting

OTHERS = ("S2", "V4", "V5", "A-2")


def names_nobody_else(letters: list[Letter]) -> None:
    for letter in letters:
        assert not [word for word in OTHERS if word in letter.subject + letter.text], letter.text


def test_from_her_file_to_the_client_who_comes_home(world: World) -> None:
    everybody_is_reached(world)
    alone(world, "W2")

    # 06:40 Her file of the week: a new client's visit today, in a table of its own beside the rota. What is
    # hers comes in.
    told = send_file(
        world,
        {
            "interventions": ["identifiant;personne;durée_min;priorité;nature", "V7;S1:B;30;P3;essentiel"],
            "horaires": ["intervention;au_plus_tôt;au_plus_tard", "V7;2026-03-09 12:00;2026-03-09 14:00"],
            "roulements": ["saad;intervention;salarié;début", "S1;V7;A-1;2026-03-09 12:30"],
        },
        role=M,
    ).json()
    assert (told["created"], told["gone"], told["summary"]) == ({"visits": 1}, [], [])
    # Another service's row in it is refused by its place, and so is a rank above everybody else's visits.
    foreign = send_file(
        world, {"roulements": ["saad;intervention;salarié;début", "S2;V4;A-2;2026-03-09 09:30"]}, role=M
    )
    assert (foreign.status_code, foreign.json()["code"]) == (403, "A103")
    row = world.ask(M, "GET", f"{BASIN}/visits/V7")
    raised = world.ask(
        M, "PUT", f"{BASIN}/visits/V7", {**row.json()["value"], "points": 10**9}, If_Match=row.headers["ETag"]
    )
    assert raised.status_code in (403, 422), raised.text

    # 06:41 A-1 is ill until tomorrow: what is at risk, the gravest first; what the cause decides; what is not
    # known.
    days = {"start": "2026-03-09T06:00:00+01:00", "end": "2026-03-10T22:00:00+01:00"}
    declared = world.ask(
        M, "POST", f"{BASIN}/absences", absence(interval=days, cause="colleague_absence")
    ).json()
    assert [(one["visit_id"], one["priority"]) for one in declared["at_risk"]] == [
        ("V1", "P1"),
        ("V2", "P2"),
        ("V7", "P3"),
        ("V3", "P4"),
    ]
    assert {one["visit_id"] for one in declared["markings"]} == {"V1", "V2", "V3", "V7"}
    assert declared["notices"][0].startswith("mardi 10 mars 2026")
    (letter,) = post(world, "s1")
    assert letter.subject.startswith("Brigade : 4 interventions à remplacer")

    # 06:50 A plan: who comes, still to be asked; who comes to nobody of hers she does not read.
    until(world, "06:50")
    assert world.publish(proposed(world)).status_code == 200
    letters = post(world, "s1")
    names_nobody_else(letters)
    (plan_letter,) = letters
    assert plan_letter.text.count("en attente de sa réponse") == 4
    plan = world.get(f"{BASIN}/plans?state=published", M)["items"][0]["id"]
    seen = world.get(f"{BASIN}/plans/{plan}", M)["document"]
    assert {stop["visit_id"] for stop in seen["stops"]} == {"V1", "V2", "V3", "V7"}

    # 07:05 The carer asked for V2 says no: the service hears that it is not covered yet, neither who nor why.
    until(world, "07:05")
    for visit in ("V1", "V3", "V7"):
        assert answer(world, visit, "accept").status_code == 200
    assert answer(world, "V2", "decline", reason="rendez-vous médical").status_code == 200
    (letter, *_) = post(world, "s1")
    assert "rendez-vous" not in letter.text
    # Nobody else is there: the plan that follows has nobody for V2, and says so with hour, priority and
    # reason.
    assert world.publish(proposed(world)).status_code == 200
    (letter,) = post(world, "s1")
    assert "SANS REMPLAÇANT" in letter.text
    assert "P2" in letter.text
    plan = world.get(f"{BASIN}/plans?state=published", M)["items"][0]["id"]
    (left,) = world.get(f"{BASIN}/plans/{plan}", M)["document"]["uncovered"]
    assert (left["visit_id"], left["priority"], left["starts_at"]) == (
        "V2",
        "P2",
        "2026-03-09T10:00:00+01:00",
    )
    assert left["reasons"][0]["sentence"]

    # 07:30 The client of V1 goes into hospital until further notice: one call, and her carer is told not to
    # come.
    until(world, "07:30")
    gone = happened(world, "client_away", M, client_id="S1:A", cause="hospital")["incident"]
    assert (gone["ends_at"], offer_of(world, "V1")["because"]) == (None, "not_needed")
    assert len(post(world, "w2")) == 1
    # 07:40 She is home again: V1 is wanted once more, by the same plan of the basin.
    until(world, "07:40")
    home = world.ask(
        M,
        "POST",
        f"{BASIN}/incidents/{gone['id']}/end",
        {"reason": "rentrée"},
        If_Match=f'"{gone["version"]}"',
    )
    assert home.status_code == 200, home.text
    assert "V1" in {one["visit_id"] for one in waiting(world)["uncovered"]}

    # 08:10 A-1 is better: the absence is taken back; whoever was told "at risk" is told that it is over.
    until(world, "08:10")
    row = world.ask(M, "GET", f"{BASIN}/absences/ABS-1")
    assert world.ask(M, "DELETE", f"{BASIN}/absences/ABS-1", If_Match=row.headers["ETag"]).status_code == 204
    letters = post(world, "s1")
    names_nobody_else(letters)
    assert any(
        "n’est plus à remplacer" in one.text or "ne sont plus à remplacer" in one.text for one in letters
    ), letters
    assert world.ask(M, "GET", f"{BASIN}/attention").status_code == 403
    assert world.ask(M, "GET", f"{BASIN}/visits/V4").status_code == 404
    assert world.ask(C, "GET", f"{BASIN}/plans/{plan}/check").json()["today"]["violations"] == []
