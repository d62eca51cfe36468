"""What a plan says of its reserve stands on its day, in the language asked for, and in its report."""

from __future__ import annotations

from api.runtime.roles import Role
from tests.api.conftest import World, wish
from tests.api.small_basin import BASIN, absence
from tests.api.web.site import Browser

C, M = Role.COORDINATOR, Role.MANAGER
DAY = "/bassins/B1/journee/2026-03-09"
AT_SEVEN = {
    "absences_per_1000": 1000,
    "by_hour": [int(hour == 7) for hour in range(24)],
    "by_month": [100] * 12,
    "lead_min": 0,
}


def test_the_day_says_what_is_likely_and_what_the_plan_can_still_take(world: World) -> None:
    """A-1 is away. A-2 may call at seven, with V4 and V5 to do: two workers are free: the plain plan takes
    both."""
    policy = world.get(BASIN)["value"]["policy"]
    wish(world, replan="on_request", policy={**policy, "reserve": AT_SEVEN})
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    plan = world.propose()
    said = [one for one in plan["document"]["notes"] if one["code"] == "reserve_plain"]
    assert [(one["values"]["visits"], one["values"]["room"]) for one in said] == [(2, 2)]
    assert (
        "Réserve pour 1 absence probable d’ici ce soir (2 interventions" in Browser(world, C).page(DAY).text()
    )


def test_without_a_wish_the_day_says_nothing_of_a_reserve(world: World) -> None:
    wish(world, replan="on_request")
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    plan = world.propose()
    assert not [note for note in plan["document"]["notes"] if note["code"].startswith("reserve")]
    assert "Réserve pour" not in Browser(world, C).page(DAY).text()
