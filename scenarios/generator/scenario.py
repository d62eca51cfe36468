"""A whole problem from a preset and a seed: real basin, invented people; the same on every machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from brigade.travel.source import travel_for
from brigade.units import Horizon, Ticks
from brigade.values.places import Site, TravelMode, Vehicle
from brigade.values.problem import Problem
from scenarios.generator.acquaintance import acquainted
from scenarios.generator.brigade_workers import make_crew
from scenarios.generator.dice import Dice
from scenarios.generator.draft import clock
from scenarios.generator.drawn_day.drawn_rota import make_demand
from scenarios.generator.presets import (
    DEPARTMENT,
    ScenarioPreset,
    department_presets,
    overridden,
    preset_of,
    scaled,
)
from scenarios.generator.saad import make_sectors
from scenarios.generator.territory import load_basin

TRAVEL = "estimate"
"""The travel source of every generated problem: what a document may name instead of holding matrices."""
# Minutes of the day: sick calls come before the first round, planned absences once the office is open.
CALL_TIME, OFFICE_TIME = 6 * 60 + 40, 10 * 60


def generate(
    preset: str,
    seed: int = 1,
    *,
    workers: int | None = None,
    ai_share: float | None = None,
    modes: Mapping[str, float] | None = None,
    visits: float = 1.0,
    days: int | None = None,
    first_day: date | None = None,
    basin: str | None = None,
) -> Problem:
    """The problem of one basin.

    Args:
        preset: a name of `presets.PRESETS`. seed: another number, another basin day of the same kind.
        workers: size of the brigade. ai_share: share of it that associations employ, 0 to 1.
        modes: travel mode -> share, instead of the communes' commutes. visits: so many times the visits and
            absences.
        days: length of the horizon; absences last one day, two days, ... in turn. first_day: its first day.
        basin: code of another zone d'emploi.
    Raises: UnknownPreset (S002, S003), UnknownTerritory (S001).
    """
    chosen = overridden(
        preset_of(preset),
        workers=workers,
        ai_share=ai_share,
        modes=modes,
        visits=visits,
        days=days,
        first_day=first_day,
        basin=basin,
    )
    return build(chosen, seed)


def generate_department(seed: int = 1, *, visits: float = 1.0) -> list[Problem]:
    """Pas-de-Calais on one day: its seven basins, in order of code."""
    overridden(preset_of("urban_day"), visits=visits)  # the same bounds hold here
    return [build(scaled(preset, visits), seed) for preset in department_presets()]


def generate_all(preset: str, seed: int = 1, *, visits: float = 1.0) -> list[Problem]:
    """The problems of any preset name: seven for `department`, one for the others. Raises: as `generate`."""
    return (
        generate_department(seed, visits=visits)
        if preset == DEPARTMENT
        else [generate(preset, seed, visits=visits)]
    )


def build(preset: ScenarioPreset, seed: int) -> Problem:
    """Draw everything; each part has its own stream of chance, so that one part's numbers never move
    another."""
    dice = Dice(f"brigade/{preset.name}/{seed}")
    territory = load_basin(preset.basin)
    horizon = Horizon(preset.first_day, preset.days)
    sectors = make_sectors(preset, territory, dice.branch("sectors"))
    demand = make_demand(preset, territory, sectors, horizon, dice.branch("demand"))
    crew = make_crew(preset, territory, sectors, horizon, dice.branch("crew"))
    homes = {worker.id: site.commune or "" for worker, site in zip(crew.workers, crew.sites, strict=True)}
    visits = acquainted(demand.ledger, crew.workers, homes, territory, preset.first_day, dice.branch("known"))
    sites = (*demand.ledger.sites, *crew.sites)
    vehicles = shared_cars(preset, crew.sites, dice.branch("vehicles"))
    # A matrix for each mode takes time and room: only for those that somebody has.
    used = {worker.mode for worker in crew.workers} | {vehicle.mode for vehicle in vehicles}
    return Problem(
        horizon=horizon,
        basin=territory.basin,
        sites=sites,
        providers=tuple(sector.provider for sector in sectors),
        clients=tuple(demand.ledger.clients.values()),
        visits=visits,
        employers=tuple({post.employer.id: post.employer for post in crew.posts}.values()),
        workers=crew.workers,
        travel=travel_for(sites, [mode for mode in TravelMode if mode in used], horizon, TRAVEL),
        employees=tuple(demand.ledger.employees),
        rota=demand.feeds,
        absences=demand.absences,
        links=tuple(demand.ledger.links),
        funding_lines=preset.funding,
        vehicles=vehicles,
        now=_now(preset, horizon),
    )


RANGE_M, RECHARGE_MIN = 120_000, 180
"""Of a small electric car in winter, with half its battery to spare [guess]."""
CENTS_A_KM, CENTS_A_DAY = 18, 900
"""What a lent car costs a brigade [guess]."""


def shared_cars(preset: ScenarioPreset, sites: Sequence[Site], dice: Dice) -> tuple[Vehicle, ...]:
    """In the villages of so many workers."""
    places = dice.some(sites, preset.shared_cars) if preset.shared_cars else []
    return tuple(
        Vehicle(
            f"CAR-{number}",
            f"Voiture {number}",
            site.id,
            cents_per_km=CENTS_A_KM,
            cents_per_day=CENTS_A_DAY,
            range_m=RANGE_M if number == len(places) else None,
            recharge=RECHARGE_MIN if number == len(places) else 0,
        )
        for number, site in enumerate(places, 1)
    )


def _now(preset: ScenarioPreset, horizon: Horizon) -> Ticks:
    day = preset.first_day - timedelta(days=preset.notice_days)
    return clock(horizon, day, OFFICE_TIME if preset.notice_days else CALL_TIME)


def sizes(problem: Problem) -> dict[str, int]:
    """What a preset promises about a problem's first day: providers, people absent, visits to cover,
    workers."""
    first = problem.horizon.day(problem.horizon.first_day)
    absent = {one.employee_id for one in problem.absences if one.interval.overlap(first)}
    opened = [
        one
        for one in problem.requests
        if one.planned_start is not None and first.start <= one.planned_start < first.end
    ]
    return {
        "providers": len(problem.providers),
        "absent": len(absent),
        "visits": len(opened),
        "workers": len(problem.workers),
    }
