"""Who pays: what a month came to, on which line, at which rate; of few people nothing, of nobody by name."""

from __future__ import annotations

import csv
import io
from typing import Any

from tests.api.commitments.test_commitments import answer
from tests.api.conftest import World, wish
from tests.api.small_basin import BASIN, absence
from tests.api.walks.steps import C, F, M, alone, until

MARCH = "first_day=2026-03-01&last_day=2026-03-31"
PEOPLE = ("A-1", "W1", "W2", "W3", "S1:A", "V1", "V2", "V3", "Exemple")


def test_from_the_line_to_the_evidence(world: World) -> None:
    wish(world, replan="on_request")
    alone(world, "W3")
    assert world.ask(C, "PUT", f"{BASIN}/worker-identities/W3", {"name": "Mme Exemple"}).status_code == 201
    assert (
        world.ask(M, "POST", f"{BASIN}/absences", absence(funding_line_id="F1", reason="SICK")).status_code
        == 201
    )
    assert world.publish(world.propose()).status_code == 200

    # Monday: 165 minutes at 24 € an hour are kept on the line (66 €), nothing is spent yet.
    line = world.get(f"{BASIN}/funding-lines/F1/ledger", F)
    assert (line["reserved_cents"], line["consumed_cents"], line["remaining_cents"]) == (6600, 0, 93_400)
    for visit in ("V1", "V2", "V3"):
        assert answer(world, visit, "accept").status_code == 200
    until(world, "20:00")
    done: dict[str, dict[str, Any]] = {
        "V1": {"done": True},
        "V2": {"done": True},
        "V3": {"done": False, "cause": "no_entry"},
    }
    lines = [{"visit_id": visit, **one} for visit, one in done.items()]
    assert world.ask(C, "POST", f"{BASIN}/outcomes", {"outcomes": lines}).status_code == 200

    # In April: the evidence adds up, by line and rate, with people counted and not named; as a table, in one
    # language.
    world.later(days=25)
    told = world.ask(F, "GET", f"{BASIN}/exports/evidence?{MARCH}")
    (total,) = told.json()["totals"]
    assert (
        total["funding_line_id"],
        total["minutes"],
        total["rate_cents"],
        total["cents"],
        total["people"],
    ) == (
        *("F1", 120, 2400, 4800),
        1,
    )
    line = world.get(f"{BASIN}/funding-lines/F1/ledger", F)
    assert (line["consumed_cents"], line["remaining_cents"] + line["reserved_cents"]) == (4800, 95_200)
    table = world.ask(F, "GET", f"{BASIN}/exports/evidence?{MARCH}&format=csv").content.decode("utf-8-sig")
    heads = next(csv.reader(io.StringIO(table), delimiter=";"))
    assert not [head for head in heads if head in ("line", "rate", "total", "people", "share", "name")], heads
    assert not [name for name in PEOPLE if name in told.text + table]

    # Of three visits by one person no figure is told that would single her out; hidden is said to be hidden,
    # never zero.
    figures = world.get(f"{BASIN}/indicators/periods?{MARCH}", F)["rows"]
    assert figures
    small = [one for one in figures if one["suppressed"]]
    assert small
    assert {one["value"] for one in small} == {None}
    assert not [one for one in figures if one["value"] and one["name"] in ("recorded", "done", "covered")]
    inside = world.get(f"{BASIN}/indicators/periods?{MARCH}", C)["rows"]
    assert {one["name"] for one in inside} == {one["name"] for one in figures}, (
        "the same figures, by one definition"
    )

    # Neither people, nor plans, nor reasons are hers.
    for hidden in ("absences", "visits", "workers", "plans", "offers", "employees"):
        assert world.get(f"{BASIN}/{hidden}", F)["items"] == [], hidden
    assert world.ask(F, "POST", f"{BASIN}/funding-transfers", {}).status_code in (403, 422)
