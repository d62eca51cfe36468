"""What runs out is told weeks before it does, to whoever can renew it."""

from __future__ import annotations

from api.runtime.roles import Role
from tests.api.conftest import World
from tests.api.small_basin import BASIN

C, E, M = Role.COORDINATOR, Role.EMPLOYER, Role.MANAGER


def told(world: World, role: Role = C) -> list[tuple[str, str, str | None]]:
    found = world.get(f"{BASIN}/alerts", role)["alerts"]
    return [(one["kind"], one["id"], one["day"]) for one in found]


def test_who_says_nothing_of_the_days_ahead_is_told_and_leaves_with_new_hours(world: World) -> None:
    assert told(world) == []
    world.later(days=1)
    quiet = [("no_availability", id, "2026-03-09") for id in ("W1", "W2", "W3")]
    assert [one for one in told(world) if one[0] == "no_availability"] == quiet
    span = {"start": "2026-03-20T08:00:00+01:00", "end": "2026-03-20T12:00:00+01:00"}
    world.rewrite("workers/W1", availability=[span])
    assert [one for one in told(world) if one[0] == "no_availability"] == quiet[1:]


def test_papers_to_sign_and_what_ends_within_sixty_days_are_told(world: World) -> None:
    """8 May is the sixtieth day after 9 March; 9 May is too far."""
    papers = [
        {"provider_id": "S1", "first": "2026-01-01", "last": "2026-05-08"},
        {"provider_id": "S2", "first": "2026-03-16", "last": "2026-12-31", "status": "promised"},
    ]
    world.rewrite("workers/W1", engagements=papers, inclusion_pass_until="2026-06-01")
    world.rewrite(
        "workers/W2",
        certificates=[{"code": "ADVF", "expires": "2026-05-09"}],
        engagements=[{"provider_id": "S1", "first": "2026-01-01", "last": "2026-05-09"}],
    )
    world.rewrite("workers/W3", certificates=[{"code": "ADVF", "expires": "2026-02-28"}])
    expected = [
        ("certificate", "W3", "2026-02-28"),
        ("paper_to_sign", "W1", "2026-03-16"),
        ("engagement", "W1", "2026-05-08"),
        ("inclusion_pass", "W1", "2026-06-01"),
    ]
    assert told(world) == expected
    assert told(world, E) == expected
    sentence = world.get(f"{BASIN}/alerts?lang=en")["alerts"][1]["sentence"]
    assert sentence == "W1: a paper to sign with S2, needed from Monday 16 March 2026"


def test_the_hours_of_an_association_are_told_from_four_hundred_on(world: World) -> None:
    """400 h are 24 000 min; those of a company's worker under no cap are nobody's matter."""
    world.rewrite("employers/E1", kind="ai")
    world.rewrite("workers/W1", counters={"capped_ai_work_min": 24_000, "ai_cap_min": 28_800})
    world.rewrite("workers/W2", counters={"capped_ai_work_min": 23_999, "ai_cap_min": 28_800})
    (one,) = world.get(f"{BASIN}/alerts")["alerts"]
    assert (one["kind"], one["id"], one["used_min"], one["limit_min"]) == (
        "capped_hours",
        "W1",
        24_000,
        28_800,
    )
    world.rewrite("employers/E1", kind="ge")
    assert told(world) == []


def test_an_employer_is_told_of_the_own_staff_and_of_no_rota(world: World) -> None:
    world.later(days=2)
    kinds = {kind for kind, _, _ in told(world)}
    assert kinds == {"no_availability", "stale_feed"}
    assert {kind for kind, _, _ in told(world, E)} == {"no_availability"}
    assert world.ask(M, "GET", f"{BASIN}/alerts").status_code == 403
