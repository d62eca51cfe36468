"""A visit that was told falls away without a publication: its service, and who was to come, hear it at
once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from api.messages.channels import Letter
from api.messages.outbox import DeliveryVerdict
from api.runtime.roles import Role
from brigade.units import PARIS
from tests.api.commitments.test_commitments import in_force, offer_of
from tests.api.conftest import World, wish
from tests.api.incidents.test_incidents import planned, told
from tests.api.letters_read import NOBODY, Read
from tests.api.plans.test_least_change import stops
from tests.api.small_basin import BASIN

C = Role.COORDINATOR
__all__ = ["planned"]
"""A fixture, asked for by its name."""


@dataclass
class Post(Read):
    """What each reader knows, and the letters by the address they went to."""

    letters: list[Letter] = field(default_factory=list)

    def send(self, letter: Letter) -> DeliveryVerdict:
        self.letters.append(letter)
        return super().send(letter)

    def to(self, owner: str) -> list[str]:
        return [one.text for one in self.letters if one.to.startswith(owner)]


@pytest.fixture
def post(planned: World) -> Post:
    """Everybody can be reached, and has read what was published."""
    wish(planned, least_change={"freeze_min": 0})
    for owner in ("worker:W1", "worker:W2", "worker:W3", "provider:S1", "provider:S2"):
        body = {"id": owner, "email": f"{owner.partition(':')[2]}@example.org"}
        assert planned.ask(C, "PUT", f"{BASIN}/contacts/{owner}", body).status_code == 201
    for row in planned.get(f"{BASIN}/messages?state=failed")["items"]:
        planned.ask(C, "POST", f"{BASIN}/messages/{row['id']}/resend")
    found = Post()
    found.post(planned.service)
    found.letters.clear()
    return found


@pytest.mark.parametrize("kind", ["client_away", "client_left"])
def test_a_service_whose_client_is_not_there_hears_it_at_once(
    planned: World,
    post: Post,
    kind: str,
) -> None:
    who, _ = stops(in_force(planned))["V1"]
    assert post.carers["S1", "V1"] == who
    told(planned, kind, client_id="S1:A", cause="hospital" if kind == "client_away" else "deceased")
    post.post(planned.service)
    assert post.carers["S1", "V1"] == NOBODY
    (letter,) = post.to("S1")
    assert "le passage n’est plus à remplacer" in letter
    assert ("S1:A" in letter, "couvert" in letter) == (True, False)
    assert len(post.to(who)) == 1


def test_a_service_hears_that_a_visit_ahead_is_wanted_no_more(planned: World, post: Post) -> None:
    outcome = {"done": False, "cause": "not_needed"}
    assert planned.ask(C, "PUT", f"{BASIN}/outcomes/V2", outcome).status_code == 201
    post.post(planned.service)
    (letter,) = post.to("S1")
    assert "le passage n’est plus à remplacer" in letter


def test_nobody_came_is_told_after_the_hours_told_while_somebody_may_still_come(
    planned: World,
    post: Post,
) -> None:
    """V3 may begin until late in the day: told ten minutes after its hours that nobody came, her service
    hears that nobody is there yet, and who was to come that nobody expects her."""
    who, _ = stops(in_force(planned))["V3"]
    end = datetime.fromisoformat(offer_of(planned, "V3")["ends_at"])
    planned.later(seconds=(end + timedelta(minutes=10) - planned.service.clock.now()).total_seconds())
    post.post(planned.service)
    post.letters.clear()
    assert planned.ask(C, "PUT", f"{BASIN}/outcomes/V3", {"done": False}).status_code == 201
    post.post(planned.service)
    assert post.carers["S1", "V3"] == NOBODY
    assert [("couvert" in one, "plus à remplacer" in one) for one in post.to("S1")] == [(True, False)]
    assert len(post.to(who)) == 1


def test_nobody_opened_is_told_with_the_hour_at_which_somebody_stood_there(
    planned: World, post: Post
) -> None:
    """The rota has V3 at 15:00; the plan sends somebody sooner: her service was told that hour."""
    start = datetime.fromisoformat(offer_of(planned, "V3")["starts_at"]).astimezone(PARIS)
    assert f"{start:%H:%M}" != "15:00"
    planned.later(seconds=(start + timedelta(minutes=10) - planned.service.clock.now()).total_seconds())
    post.post(planned.service)
    post.letters.clear()
    closed = {"done": False, "cause": "no_entry"}
    assert planned.ask(C, "PUT", f"{BASIN}/outcomes/V3", closed).status_code == 201
    post.post(planned.service)
    (letter,) = [one for one in post.to("S1") if "s’est présentée" in one]
    assert (f"{start:%H:%M}" in letter, "15:00" in letter) == (True, False)


def test_who_is_back_before_the_letter_leaves_is_not_told_off(planned: World, post: Post) -> None:
    """Told in error, and taken back at once: nobody comes yet, though somebody is wanted."""
    away = told(planned, "client_away", client_id="S1:A", cause="hospital")["incident"]
    ended = planned.ask(C, "POST", f"{BASIN}/incidents/{away['id']}/end", {}, If_Match='"1"')
    assert ended.status_code == 200, ended.text
    post.post(planned.service)
    assert [("couvert" in one, "plus à remplacer" in one) for one in post.to("S1")] == [(True, False)]


def test_who_is_back_after_the_letter_left_waits_for_a_plan(planned: World, post: Post) -> None:
    """Whoever coordinates sees at once that somebody is wanted again and nobody comes; the service hears with
    the next publication that somebody does."""
    away = told(planned, "client_away", client_id="S1:A", cause="hospital")["incident"]
    post.post(planned.service)
    ended = planned.ask(C, "POST", f"{BASIN}/incidents/{away['id']}/end", {}, If_Match='"1"')
    assert ended.status_code == 200, ended.text
    seen = planned.get(f"{BASIN}/attention")["uncovered"]
    assert [(one["visit_id"], one["state"]) for one in seen] == [("V1", "withdrawn")]
    post.letters.clear()
    planned.search()
    plan = planned.get(f"{BASIN}/plans?state=proposed")["items"][0]
    assert planned.publish(planned.get(f"{BASIN}/plans/{plan['id']}")).status_code == 200
    post.post(planned.service)
    assert post.carers["S1", "V1"] != NOBODY
    assert [one for one in post.to("S1") if "S1:A" in one]
    assert planned.get(f"{BASIN}/attention")["uncovered"] == []
