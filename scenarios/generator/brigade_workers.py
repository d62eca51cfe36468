"""The brigade's workers: homes, modes, certificates, hours, limits. Invented; shares from the trade where it
has any."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeAlias, TypeVar

from brigade.units import Horizon, Interval
from brigade.values.calendar import is_sunday_or_holiday
from brigade.values.places import Site, TravelMode
from brigade.values.workforce import (
    Availability,
    Contract,
    Counters,
    EmployerKind,
    HeldCertificate,
    PersonalLimits,
    Worker,
)
from scenarios.generator import past
from scenarios.generator.dice import Dice, quotas
from scenarios.generator.draft import clock
from scenarios.generator.employers import EmployerPost, draw_engagements, make_posts
from scenarios.generator.presets import AI, LENT, ScenarioPreset
from scenarios.generator.saad import ProviderTerritory
from scenarios.generator.spread import blurred_site, crow_km, nearest
from scenarios.generator.territory import CommuteShares, Territory, ZoneCommune

DIPLOMAS: Mapping[str, float] = {
    "NONE": 0.36,
    "DEAVS": 0.24,
    "DEAES": 0.14,
    "MCAD": 0.05,
    "CAFAD": 0.03,
    "ADVF": 0.06,
} | {
    "BEP_CSS": 0.06,
    "BAC_ASSP": 0.04,
    "DEAS": 0.02,
}
"""Of workers outside associations: with these, about 48 % of a mixed brigade has no diploma, as in the
trade."""
QUALIFIED = frozenset({"DEAVS", "DEAES", "MCAD", "CAFAD", "ADVF", "BAC_ASSP", "DEAS"})
TRAININGS: Mapping[str, float] = {
    "TRAINING_TRANSFER": 0.35,
    "TRAINING_DEMENTIA": 0.3,
    "TRAINING_DRIVE_CLIENT": 0.1,
    "SUCTION": 0.04,
}
"""Chance of each, for whoever may do essential acts."""
CENTS_PER_KM: Mapping[TravelMode, int] = {TravelMode.CAR: 38, TravelMode.LICENCE_FREE_CAR: 38}
REACH_KM: Mapping[TravelMode, float] = {
    TravelMode.FOOT: 3,
    TravelMode.E_BIKE: 9,
    TravelMode.BUS: 10,
    TravelMode.LICENCE_FREE_CAR: 20,
}
"""How far from home such a worker is sent at most [guess]; by car, anywhere."""
WEEKLY_HOURS: Mapping[int, float] = {20: 0.15, 24: 0.25, 26: 0.25, 28: 0.15, 30: 0.12, 35: 0.08}
"""Around the 26 hours a week of the trade."""
HOURLY_COST: Mapping[EmployerKind, tuple[int, int]] = {AI: (2000, 2250), LENT: (2400, 2650)}
OTHER_COST = (2250, 2550)
Kind = TypeVar("Kind")
Shift: TypeAlias = tuple[tuple[int, int], ...]
SPLIT: Shift = ((420, 735), (1035, 1245))
SHIFTS: Mapping[Shift, float] = {
    SPLIT: 0.25,
    ((420, 750),): 0.35,
    ((510, 930),): 0.15,
    ((675, 1140),): 0.1,
    ((990, 1260),): 0.15,
}
"""Availability of a day: morning and evening, morning, day, noon to night, evening, in minutes of the day
[guess]: most people work part-time and gave the hours they have."""


@dataclass(frozen=True)
class Crew:
    workers: tuple[Worker, ...]
    posts: tuple[EmployerPost, ...]
    sites: tuple[Site, ...]


def make_crew(
    preset: ScenarioPreset,
    territory: Territory,
    sectors: Sequence[ProviderTerritory],
    horizon: Horizon,
    dice: Dice,
) -> Crew:
    """Workers B01, B02, ... in the order of their employers."""
    posts = make_posts(preset, territory, sectors)
    diplomas = _diplomas(preset, posts, dice.branch("diplomas"))
    shifts = dice.branch("shifts").shuffled(_dealt(quotas(len(posts), SHIFTS)))
    # Said one by one where a preset is about them: shares of five people would leave the bus out.
    modes = [mode for mode, count in preset.modes.items() for _ in range(count)]
    workers, sites = [], []
    for number, (post, diploma, shift) in enumerate(zip(posts, diplomas, shifts, strict=True), start=1):
        own = dice.branch(number)
        home = _home(post, territory, own)
        site = blurred_site(f"D{number:02d}", home, own)
        # The modes set beforehand go to the first workers: those of the associations, where cars are rarest.
        mode = modes[number - 1] if number <= len(modes) else _mode(preset, post, home, own)
        workers.append(
            _worker(
                f"B{number:02d}",
                preset,
                territory,
                sectors,
                horizon,
                post,
                diploma,
                shift,
                home,
                site,
                mode,
                own,
            )
        )
        sites.append(site)
    return Crew(tuple(workers), tuple(posts), tuple(sites))


def _diplomas(preset: ScenarioPreset, posts: Sequence[EmployerPost], dice: Dice) -> list[str]:
    """One a post: exact shares, dealt at random; associations have theirs."""
    inside = [post for post in posts if post.employer.kind is AI]
    untrained = round(preset.untrained_ai * len(inside))
    trained = quotas(len(inside) - untrained, {"AI_TRAINED": 0.65, "ADVF": 0.35})
    theirs = ["AI_DEFAULT"] * untrained + _dealt(trained)
    others = _dealt(quotas(len(posts) - len(inside), DIPLOMAS))
    # Dealt from a pile rather than drawn: shares are exact in the smallest brigade.
    piles = {True: dice.shuffled(theirs), False: dice.shuffled(others)}
    return [piles[post.employer.kind is AI].pop() for post in posts]


def _dealt(counts: Mapping[Kind, int]) -> list[Kind]:
    return [code for code, count in counts.items() for _ in range(count)]


def _home(post: EmployerPost, territory: Territory, dice: Dice) -> ZoneCommune:
    """Workers live where people live."""
    clients = territory.apa_at_home()
    code = dice.weighted({commune.code: clients[commune.code] for commune in post.homes})
    return territory.commune(code)


def _mode(preset: ScenarioPreset, post: EmployerPost, home: ZoneCommune, dice: Dice) -> TravelMode:
    if preset.mode_shares is not None:
        return dice.weighted(preset.mode_shares)
    return dice.weighted(
        _mode_weights(home.commute, has_barriers=post.employer.kind is AI, is_rural=home.is_rural)
    )


def _mode_weights(commute: CommuteShares, *, has_barriers: bool, is_rural: bool) -> dict[TravelMode, float]:
    """The commune's commutes, with fewer cars in associations: mobility is what keeps their people from work
    [guess]. Nobody makes a rural round on foot or by bus."""
    kept = 0.7 if has_barriers else 1.0
    lost = commute.car * (1 - kept)
    return {
        TravelMode.CAR: commute.car * kept,
        TravelMode.LICENCE_FREE_CAR: commute.moto + 0.25 * lost,
        TravelMode.E_BIKE: commute.bike + 0.3 * lost + (commute.walk / 2 if is_rural else 0),
        TravelMode.BUS: 0 if is_rural else commute.transit + 0.35 * lost,
        TravelMode.FOOT: 0 if is_rural else commute.walk / 2 + 0.1 * lost,
    }


def _worker(
    id: str,
    preset: ScenarioPreset,
    territory: Territory,
    sectors: Sequence[ProviderTerritory],
    horizon: Horizon,
    post: EmployerPost,
    diploma: str,
    shift: Shift,
    home: ZoneCommune,
    site: Site,
    mode: TravelMode,
    dice: Dice,
) -> Worker:
    is_new = dice.chance(preset.juniors if post.employer.kind is not AI else 0.15)
    contract = _contract(post, shift, horizon, dice)
    pattern = dice.weighted(past.PATTERN_SHARES)
    area = _territory(mode, home, territory, dice)
    counters = past.make_counters(
        pattern, contract, horizon, territory.basin.department, is_new, dice.branch("past")
    )
    other = _other_work(shift, horizon, dice)
    return Worker(
        id=id,
        employer_id=post.employer.id,
        availability=_availability(
            _longer(shift, preset.longer_min),
            pattern,
            horizon,
            territory.basin.department,
            dice.branch("hours"),
        ),
        engagements=draw_engagements(post, sectors, area, horizon.first_day, dice.branch("papers")),
        mode=mode,
        start_site=site.id,
        end_site=site.id,
        certificates=_certificates(diploma, post.employer.agreement, is_new, horizon.first_day, dice),
        cents_per_km=CENTS_PER_KM.get(mode, 0),
        cost_cents_per_hour=dice.whole(*HOURLY_COST.get(post.employer.kind, OTHER_COST), 10),
        contract=contract,
        limits=_limits(dice.branch("limits")),
        counters=_of_association(counters, dice) if post.employer.kind is AI else counters,
        accepts_urgent=dice.chance(0.65),
        territory=area,
        other_work=other,
    )


# -- what they may do --------------------------------------------------------------------------------------
def _certificates(
    diploma: str, agreement: str, is_new: bool, today: date, dice: Dice
) -> tuple[HeldCertificate, ...]:
    """The diploma, the grade of the employer's branch that goes with it, trainings."""
    # Diplomas are handed out at the end of June.
    obtained = date(today.year - (1 if is_new else dice.whole(2, 18)), 6, 30)
    held = [HeldCertificate(diploma, obtained if diploma != "NONE" else None)]
    if diploma not in ("AI_DEFAULT", "AI_TRAINED"):
        held.append(
            HeldCertificate(
                _grade(diploma, agreement, is_new, dice), today - timedelta(days=dice.whole(30, 1500))
            )
        )
    if [one.code for one in held] in (["AI_DEFAULT"], ["NONE", "D1_E1"], ["NONE", "AV1"]):
        return tuple(held)
    trainings = [code for code, share in TRAININGS.items() if dice.chance(share)]
    return (
        *held,
        *(HeldCertificate(code, today - timedelta(days=dice.whole(60, 900))) for code in trainings),
    )


def _grade(diploma: str, agreement: str, is_new: bool, dice: Dice) -> str:
    """BAD III.13: with a diploma degree 2; without, echelon 2 after 48 months. Groups class their people
    likewise."""
    if agreement == "sap":
        return "AV3" if diploma in QUALIFIED else "AV1" if is_new else "AV2"
    if diploma in QUALIFIED:
        return "D2_E1" if is_new else dice.pick(("D2_E1", "D2_E2"))
    return "D1_E1" if is_new and diploma == "NONE" else dice.pick(("D1_E2", "D1_E2", "D1_E3"))


# -- when --------------------------------------------------------------------------------------------------
def _contract(post: EmployerPost, shift: Shift, horizon: Horizon, dice: Dice) -> Contract:
    if post.employer.kind is AI and dice.chance(0.35):
        return Contract()
    hours = dice.weighted(WEEKLY_HOURS)
    # Only that agreement knows the exchange, and only for part-time.
    shorter = shift == SPLIT and post.employer.agreement == "bad" and hours < 35 and dice.chance(0.15)
    return Contract(
        weekly=horizon.ticks(hours * 60),
        full_time=hours >= 35,
        # The counterpart of interruptions that some contracts chose: a span of 11 hours (BAD V.13).
        span_limit=horizon.ticks(660) if shorter else None,
        sunday_agreed=dice.chance(0.08),
    )


def _longer(shift: Shift, minutes: int) -> Shift:
    """The shift with every part that much longer, as far as 21:15."""
    return tuple((first, min(last + minutes, 1275)) for first, last in shift)


def _availability(
    shift: Shift, pattern: str, horizon: Horizon, department: str, dice: Dice
) -> tuple[Availability, ...]:
    """The first day of a single-day problem for all; over several days the pattern's days, and half of the
    time a day more, which the weekly rules may have to refuse. Sundays and holidays only where the pattern
    has them."""
    made = []
    for day in horizon.dates:
        is_rest_day = is_sunday_or_holiday(day, department)
        spare = dice.chance(0.25) and not is_rest_day
        if horizon.days == 1 or spare or past.works_on(pattern, day):
            # Minutes of overtime, which some grant and others never do.
            late = 0 if dice.chance(0.4) else 20
            sooner = dice.whole(0, 30, 15)
            for first, last in shift:
                start, end = clock(horizon, day, first + sooner), clock(horizon, day, last - sooner // 2)
                made.append(Availability(start, end, end + late))
    return tuple(made)


def _other_work(shift: Shift, horizon: Horizon, dice: Dice) -> tuple[Interval, ...]:
    """A few have a canteen or an office to clean between their morning and their evening."""
    if shift != SPLIT or not dice.chance(0.12):
        return ()
    working = [day for day in horizon.dates if day.weekday() < 5]
    return tuple(Interval(clock(horizon, day, 855), clock(horizon, day, 945)) for day in working)


def _territory(
    mode: TravelMode, home: ZoneCommune, territory: Territory, dice: Dice
) -> frozenset[str] | None:
    """Communes within the mode's reach; by car, for a few, those around home."""
    # By car most accept any commune; one in ten has reasons to stay near.
    reach = REACH_KM.get(mode) or (15.0 if dice.chance(0.1) else None)
    if reach is None:
        return None
    near = [one.code for one in territory.communes if crow_km(home, one) <= reach]
    return frozenset(near or [nearest(territory.communes, home)[0].code])


def _limits(dice: Dice) -> PersonalLimits:
    """Limits of a few people; the reasons are nobody's business."""
    kind = dice.weighted({"": 0.76, "evening": 0.08, "short": 0.06, "near": 0.05, "sundays": 0.05})
    match kind:
        case "evening":
            return PersonalLimits(no_work_bands=("20:00-07:00",))
        case "short":
            return PersonalLimits(max_daily_work=420, max_stretch=240, stretch_break=20)
        case "near":
            return PersonalLimits(max_commute=25)
        case "sundays":
            return PersonalLimits(no_sundays=True)
        case _:
            return PersonalLimits()


def _of_association(counters: Counters, dice: Dice) -> Counters:
    """Hours against the 480 h: most have some, one in ten is close to the cap, one in twenty has a
    derogation."""
    used = dice.whole(25200, 28680, 60) if dice.chance(0.1) else dice.whole(0, 21600, 60)
    return replace(counters, capped_ai_work=used, ai_cap=43200 if dice.chance(0.05) else None)
