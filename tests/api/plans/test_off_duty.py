"""No coordinator there: proposals wait or are published by the basin's rule, in the trail and on the list."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime
from typing import Any

import pytest

from api.access.rights import Principal
from api.access.scope import Scoped
from api.cycle import offers
from api.operations import upkeep
from api.plans import duty, publication
from api.runtime.faults import TooManyAttempts, Unavailable
from api.runtime.roles import Role
from api.service import compute_pool
from api.service.service import Service
from api.shapes.cycle_requests import DutyWish
from api.store.basin_tables import Basin
from brigade.exchange.documents.shape_faults import read_model
from brigade.units import PARIS
from tests.api.conftest import World, wish
from tests.api.messages.test_outbox import send
from tests.api.small_basin import BASIN, NOTICE, absence

A, C, M = Role.ADMINISTRATOR, Role.COORDINATOR, Role.MANAGER
OFFICE = [{"days": [1, 2, 3, 4, 5], "start": "08:00", "end": "18:00"}]
"""The Monday's world is at 6:40: nobody is there before 8 h."""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("moment", "is_there"),
    [
        ("2026-03-09T07:59", False),
        ("2026-03-09T08:00", True),
        ("2026-03-09T17:59", True),
        ("2026-03-09T18:00", False),
        ("2026-03-08T10:00", False),  # Sunday
        ("2026-04-06T10:00", False),  # Easter Monday
    ],
)
def test_hours_of_duty_are_those_of_the_wall_clock(moment: str, is_there: bool) -> None:
    wished = read_model(DutyWish, {"hours": OFFICE})
    assert duty.is_on_duty(wished, "62", at(moment)) is is_there
    assert duty.is_on_duty(DutyWish(), "62", at(moment)) is True  # no hours stated: somebody is always there


def declared(world: World, outside: str, **more: Any) -> dict[str, Any]:
    """A-1 calls in sick at 6:40, before anybody is there; the proposal that follows."""
    wish(world, duty={"hours": OFFICE, "outside": outside, **more})
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    world.search()
    (proposal,) = world.get(f"{BASIN}/plans?state=proposed")["items"]
    return dict(proposal)


def state(world: World, plan: dict[str, Any]) -> str:
    return str(world.get(f"{BASIN}/plans/{plan['id']}")["state"])


def test_what_covers_an_urgency_and_changes_nothing_told_is_published(world: World) -> None:
    """V1 (P1) and V2 (P2) had nobody: the plan is in force at once, signed by the policy, until a coordinator
    has seen it."""
    plan = declared(world, "urgent_only")
    assert duty.decide(world.service) == 1
    assert state(world, plan) == "published"
    assert len(world.get(f"{BASIN}/offers")["items"]) == 3  # and told
    (event,) = world.get(f"{BASIN}/events?action=plans.published_off_duty")["items"]
    assert (event["actor"], event["details"]) == (
        "policy:off_duty",
        {"rule": "urgent_only", "covers": ["V1", "V2"]},
    )
    (listed,) = world.get(f"{BASIN}/attention")["published_off_duty"]
    assert (listed["id"], listed["off_duty"]["covers"]) == (plan["id"], ["V1", "V2"])
    assert world.ask(C, "POST", f"{BASIN}/plans/{plan['id']}/seen").status_code == 200
    assert world.get(f"{BASIN}/attention")["published_off_duty"] == []
    assert duty.decide(world.service) == 0
    assert world.ask(Role.ADMINISTRATOR, "GET", "/v1/audit/verify").json()["first_break"] is None


def test_what_the_rule_holds_is_held_without_being_judged(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However busy the processes are that judge: the proposal waits all the same, and says so."""

    def busy(*given: Any) -> None:
        raise Unavailable("A504", "basins.B1", "computing_too_long")

    plan = declared(world, "wait")
    monkeypatch.setattr(Service, "computed_for_anybody", busy)
    assert duty.decide(world.service) == 1
    assert world.get(f"{BASIN}/plans/{plan['id']}")["off_duty"]["because"] == "rule"
    assert duty.decide(world.service) == 0


def test_the_coordinators_are_told_of_it_at_home(world: World) -> None:
    """By mail and SMS, once: which day, which urgencies; nobody's name or client."""
    at_home(world)
    declared(world, "urgent_only")
    duty.decide(world.service)
    heard = send(world)
    (mail,) = [one for one in heard.to("duty@example.org") if "sans coordinateur" in one.subject]
    assert mail.subject == "Brigade : plan du lun. 9 mars publié sans coordinateur"
    assert "(les urgences seulement)" in mail.text
    assert (
        "Interventions urgentes maintenant couvertes :\n- lun. "
        "9 mars 08:00-09:00, P1 vitale (S1)\n- lun. 9 mars 10:00" in mail.text
    )
    assert "0 intervention reste sans personne." in mail.text
    (sms,) = [one for one in heard.to("+33600000001") if "sans coordinateur" in one.text]
    assert (
        sms.text == "Brigade : plan du lun. 9 mars publié sans coordinateur, "
        "2 urgences couvertes, 0 sans personne. A relire."
    )
    assert not [who for who in ("W1", "W2", "W3", "S1:", "S2:") if who in mail.text + sms.text]
    duty.decide(world.service)
    assert send(world).heard == []


def test_who_has_seen_it_before_it_left_is_not_told(world: World) -> None:
    at_home(world)
    plan = declared(world, "urgent_only")
    duty.decide(world.service)
    assert world.ask(C, "POST", f"{BASIN}/plans/{plan['id']}/seen").status_code == 200
    assert not [one for one in send(world).heard if "sans coordinateur" in one.subject + one.text]


def at_home(world: World) -> None:
    """The coordinator is reached by mail and SMS."""
    account = next(one["id"] for one in world.get("/v1/accounts", A)["items"] if one["role"] == "coordinator")
    contact = {
        "id": f"account:{account}",
        "email": "duty@example.org",
        "phone": "+33600000001",
        "channels": ["email", "sms"],
    }
    assert world.ask(C, "PUT", f"{BASIN}/contacts/account:{account}", contact).status_code == 201


def test_where_the_basin_waits_the_proposal_is_held_and_listed(world: World) -> None:
    plan = declared(world, "wait")
    assert duty.decide(world.service) == 1
    assert state(world, plan) == "proposed"
    (listed,) = world.get(f"{BASIN}/attention")["proposals"]
    assert (listed["off_duty"]["decision"], listed["off_duty"]["because"]) == ("held", "rule")
    assert duty.decide(world.service) == 0  # decided once
    assert world.publish(listed).status_code == 200  # at 8 h, by a person


def test_a_basin_that_cannot_be_judged_keeps_no_other_from_being_decided(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = declared(world, "urgent_only")
    decided = list[str]()

    def lost(*given: Any, **named: Any) -> None:
        decided.append(plan["id"])
        raise Unavailable("A504", "computing", "computing_too_long")

    with monkeypatch.context() as patch:
        patch.setattr(duty, "_waiting", lambda *given: [plan["id"], plan["id"]])
        patch.setattr(compute_pool, "compute", lost)
        assert duty.decide(world.service) == 2
    assert len(decided) == 2
    duty.decide(world.service)  # the next round decides it
    assert state(world, plan) == "published"


def test_what_no_judging_reads_overtakes_no_judgement(world: World) -> None:
    """Searches that begin and end, how people are reached; an absence does."""

    def seen() -> int | None:
        with world.service.database.reading() as session:
            return publication.seen(
                Scoped(session, Principal.system("tests", "B1"), world.service.clock), "B1"
            )

    wish(world, replan="on_request")
    before = seen()
    assert world.ask(C, "POST", f"{BASIN}/jobs", {"first_day": "2026-03-09"}).status_code == 202
    at_home(world)
    assert seen() == before
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    assert seen() != before


def test_a_proposal_is_waited_for_a_few_seconds_in_a_round(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared(world, "urgent_only")
    given = list[float]()

    def busy(scoped: Scoped, basin_id: str, within_s: float, *asked: Any) -> None:
        given.append(within_s)
        raise TooManyAttempts("A107", "computing", "too_many_at_once", {}, 2)

    monkeypatch.setattr(world.service, "computed_for_anybody", busy)
    duty.decide(world.service)
    assert [one <= upkeep.EVERY_S for one in given] == [True]


def test_without_an_urgency_it_waits(world: World) -> None:
    plan = declared(world, "urgent_only", urgent=["P3"])
    duty.decide(world.service)
    shown = world.get(f"{BASIN}/plans/{plan['id']}")
    assert (shown["state"], shown["off_duty"]["because"]) == ("proposed", "nothing_urgent")


def test_what_would_tell_somebody_otherwise_waits(world: World) -> None:
    """A plan in force, then one that moves a told stop though no event forced it."""
    plan = declared(world, "urgent_only")
    duty.decide(world.service)
    world.ask(C, "POST", f"{BASIN}/absences", absence(id="ABS-2", provider_id="S2", employee_id="A-2"))
    world.search()
    (second,) = world.get(f"{BASIN}/plans?state=proposed")["items"]
    disturbed = world.get(f"{BASIN}/plans/{second['id']}/diff")["least_change"]["disturbed"]
    assert disturbed  # V2 begins half an hour later, so that its carer may come from V4 next door
    duty.decide(world.service)
    shown = world.get(f"{BASIN}/plans/{second['id']}")
    assert (shown["state"], shown["off_duty"]["because"]) == ("proposed", "changes_what_was_told")
    assert state(world, plan) == "published"
    wish(world, duty={"hours": OFFICE, "outside": "publish"})
    assert duty.decide(world.service) == 0  # decided once, whatever the rule becomes


def test_a_basin_may_publish_whatever_comes(world: World) -> None:
    plan = declared(world, "publish", urgent=[])
    duty.decide(world.service)
    assert state(world, plan) == "published"


def test_while_somebody_is_there_nothing_is_decided(world: World) -> None:
    world.later(hours=2)
    plan = declared(world, "publish")
    assert (duty.decide(world.service), state(world, plan)) == (0, "proposed")


def test_what_a_person_asked_for_is_theirs_to_publish(world: World) -> None:
    wish(world, replan="on_request", duty={"hours": OFFICE, "outside": "publish"})
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    plan = world.propose()
    assert (duty.decide(world.service), state(world, plan)) == (0, "proposed")


def test_a_plan_overtaken_since_is_held_with_nothing_half_done(world: World) -> None:
    late = declared(world, "publish")
    assert world.publish(world.propose()).status_code == 200
    duty.decide(world.service)
    shown = world.get(f"{BASIN}/plans/{late['id']}")
    assert (shown["state"], shown["off_duty"]["decision"], shown["off_duty"]["because"]) == (
        "proposed",
        "held",
        "not_publishable",
    )
    assert world.get(f"{BASIN}/events?action=plans.published_off_duty")["items"] == []


def test_a_firm_stop_that_nobody_acknowledges_is_told_to_the_coordinators(world: World) -> None:
    """Told at 6:40, to acknowledge in 20 minutes, counted from 7:00 on: at 7:21 it is on their list;
    answered, it is off."""
    wish(world, replan="on_request", offers={"acknowledge_min": 20, "reply_min": 600})
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    firm(world)
    assert world.publish(world.propose()).status_code == 200
    told = world.get(f"{BASIN}/offers")["items"]
    assert {offer["kind"] for offer in told} == {"firm"}, told
    offers.expire(world.service)
    assert world.get(f"{BASIN}/attention")["silent_firm_stops"] == []
    world.later(minutes=41)
    assert offers.expire(world.service) == len(told)
    silent = world.get(f"{BASIN}/attention")["silent_firm_stops"]
    assert {offer["id"] for offer in silent} == {offer["id"] for offer in told}
    assert len(world.get(f"{BASIN}/events?action=offers.escalated")["items"]) == len(told)
    assert offers.expire(world.service) == 0  # told once
    for offer in told:
        world.ask(C, "POST", f"{BASIN}/offers/{offer['id']}/answer", {"reply": "acknowledge"})
    assert world.get(f"{BASIN}/attention")["silent_firm_stops"] == []


def firm(world: World) -> None:
    """No notice is owed in this basin: its stops may be imposed."""
    _notice(world, {"limit": 0, "below_days": 0})


def refusable(world: World) -> None:
    """What is told late may be refused again, as in the Monday's basin."""
    _notice(
        world,
        {
            "limit": NOTICE["REFUSALS_SHORT"]["value"],
            "below_days": NOTICE["REFUSALS_SHORT.below_days"]["value"],
        },
    )


def _notice(world: World, values: Mapping[str, Any]) -> None:
    with world.service.database.writing() as session:
        basin = session.get_one(Basin, "B1")
        given = deepcopy(basin.given)
        for agreement in given["labour"]["agreements"]:
            for value in agreement["values"]:
                value["value"] = (
                    values[value["name"]] if value["rule"] == "REFUSALS_SHORT" else value["value"]
                )
        basin.given, basin.version = given, basin.version + 1
        session.commit()
