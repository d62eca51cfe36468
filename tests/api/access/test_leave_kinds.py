"""That somebody is sick is read by herself, her employer and the coordinators alone: to the service that is
helped, to a funder and to programs that hear of events she is not there, and nobody says why."""

from __future__ import annotations

import pytest

from api.runtime.roles import Role
from tests.api.conftest import World, begins, wish
from tests.api.small_basin import BASIN, absence

C, E, F, M, W = Role.COORDINATOR, Role.EMPLOYER, Role.FUNDER, Role.MANAGER, Role.WORKER
MARCH = "first_day=2026-03-01&last_day=2026-03-31"
KIND = '"sick"'


@pytest.fixture
@begins
def away(world: World) -> str:
    """W1 is sick on the day, and a plan without her is in force, which leaves V1 to nobody. Its id."""
    wish(world, replan="on_request")
    sick = [{"first": "2026-03-08", "last": "2026-03-12", "kind": "sick"}]
    world.rewrite("workers/W1", leave=sick, availability=[])
    for other in ("W2", "W3"):
        world.rewrite(f"workers/{other}", availability=[])
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    plan = world.propose()
    assert world.publish(plan).status_code == 200
    return str(plan["id"])


@pytest.mark.parametrize("role", [C, E, W])
def test_who_plans_pays_or_is_away_reads_the_kind(world: World, away: str, role: Role) -> None:
    assert KIND in world.ask(role, "GET", f"{BASIN}/workers/W1").text


@pytest.mark.parametrize("role", [M, F])
def test_nobody_else_reads_it_anywhere(world: World, away: str, role: Role) -> None:
    """Every answer that tells of plans, people or events, the archive of a service and the evidence
    included."""
    answered = 0
    for path in (
        *("workers", "workers/W1", "plans", f"plans/{away}", f"plans/{away}/why?visit_id=V1"),
        *("events", "absences", "absences/ABS-1/situation", "archive", "offers", "outcomes", "refusals"),
        *(f"exports/evidence?{MARCH}", f"indicators/periods?{MARCH}", "next-visits"),
    ):
        answer = world.ask(role, "GET", f"{BASIN}/{path}")
        answered += answer.status_code == 200
        assert KIND.encode() not in answer.content, path
        assert "malad" not in answer.text.casefold() if "archive" not in path else True, path
    assert answered >= 4


def test_a_rota_says_that_she_is_on_leave_and_not_why(world: World, away: str) -> None:
    """Whoever reads over a coordinator's shoulder learns no more than the dates."""
    rotas = f"{BASIN}/on-call-rotas"
    world.ask(C, "POST", rotas, {"first_day": "2026-03-09", "weeks": 1, "worker_ids": ["W1", "W2"]})
    world.search()
    (rota,) = world.get(rotas)["items"]
    refused = world.ask(
        C, "PUT", f"{rotas}/{rota['id']}/duties/2026-03-10", {"worker_ids": ["W1"]}, If_Match='"1"'
    )
    assert refused.status_code == 422
    assert "sick" not in refused.text
    assert "malad" not in refused.text
