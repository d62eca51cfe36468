"""The day as providers had planned it, and the holes in it: visits of absent people are open, their
colleagues' are not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from brigade.units import Horizon
from brigade.values.calendar import is_sunday_or_holiday
from brigade.values.demand import Absence, ActClass, Link, LinkKind, Priority, RotaFeed
from scenarios.generator.dice import Dice
from scenarios.generator.draft import Carer, DraftLedger, PlannedCare, clock
from scenarios.generator.drawn_day import employee_days
from scenarios.generator.drawn_day.absentees import AbsentEmployee, absences, make_away, shares_of
from scenarios.generator.needs import BEDTIME, CHANGE, EVENING, MORNING
from scenarios.generator.presets import ScenarioPreset
from scenarios.generator.saad import ProviderTerritory
from scenarios.generator.spread import nearest
from scenarios.generator.territory import Territory

UNWANTED = 0.05
"""Share of the visits left open for which the client wants nobody else."""
DOUBLED = 0.04
"""Share of the visits that take two carers; of half of them the second one is there."""
MANDATORY = 0.012
SATURDAY = 5
URBAN_ROAD, RURAL_ROAD = (5, 15), (10, 25)
SATURDAY_SHARE, REST_DAY_SHARE = 0.8, 0.6
"""Visits of one person on a Saturday, on a Sunday or public holiday, of an ordinary day's."""


@dataclass(frozen=True)
class DrawnDemand:
    ledger: DraftLedger
    absences: tuple[Absence, ...]
    feeds: tuple[RotaFeed, ...]


@dataclass
class _Basin:
    """What all days share while they are drawn. `back`: employee -> tick of return, of those away for a
    morning."""

    preset: ScenarioPreset
    ledger: DraftLedger
    department: str
    road: tuple[int, int]
    away: list[AbsentEmployee]
    present: list[Carer]
    back: dict[str, int]


def make_demand(
    preset: ScenarioPreset,
    territory: Territory,
    sectors: Sequence[ProviderTerritory],
    horizon: Horizon,
    dice: Dice,
) -> DrawnDemand:
    """Employees, their clients and visits, day by day; then the absences that open them and the rota as
    received."""
    ledger = DraftLedger(horizon)
    is_rural = territory.rural_share > 0.25
    people = sum(group.count for group in preset.absent)
    carers = [
        _carer(ledger, dice.weighted(_sizes(sectors)), sectors, 4 if is_rural else 2, dice)
        for _ in range(people)
    ]
    present = [
        _carer(ledger, carer.employee.provider_id, sectors, 4 if is_rural else 2, dice)
        for carer in carers[:: 2 if preset.days == 1 else 4]
    ]
    basin = _Basin(
        preset,
        ledger,
        territory.basin.department,
        RURAL_ROAD if is_rural else URBAN_ROAD,
        make_away(preset, carers, dice.branch("away")),
        present,
        {},
    )
    for number, day in enumerate(horizon.dates):
        _draw_day(basin, number, day, dice.branch(day))
    away = tuple(absences(basin.away, preset, horizon, basin.back, dice.branch("absences")))
    return DrawnDemand(ledger, away, tuple(_feeds(preset, ledger, sectors, horizon, dice.branch("feeds"))))


def _sizes(sectors: Sequence[ProviderTerritory]) -> dict[str, float]:
    return {sector.provider.id: float(sector.provider.employees) for sector in sectors}


def _carer(
    ledger: DraftLedger, provider_id: str, sectors: Sequence[ProviderTerritory], communes: int, dice: Dice
) -> Carer:
    sector = next(one for one in sectors if one.provider.id == provider_id)
    return ledger.add_carer(sector, tuple(nearest(sector.communes, sector.anchor(dice))[:communes]))


def _draw_day(basin: _Basin, number: int, day: date, dice: Dice) -> None:
    rest_day = is_sunday_or_holiday(day, basin.department)
    missing = [one for one in basin.away if one.misses(number)]
    # Five days a week: half of the people work on a Saturday, a third on a Sunday.
    missing = missing[:: 3 if rest_day else 2 if day.weekday() == SATURDAY else 1]
    if not missing:
        return
    wanted = _wanted(basin.preset, number, day, len(missing), rest_day)
    doubles, halves = round(DOUBLED / 2 * wanted), round(DOUBLED / 2 * wanted)
    unwanted = round(UNWANTED * wanted)
    opened = _draw_missing(basin, missing, number, day, wanted + unwanted - doubles, rest_day, dice)
    if not rest_day:
        for carer in basin.present:
            pattern = dice.pick(employee_days.PATTERNS[dice.whole(4, 5)])
            employee_days.plan_day(basin.ledger, carer, day, pattern, dice, basin.department, basin.road)
    # Who is back at noon is there for the visits of the afternoon: no open second visit may be hers.
    whole = [one.carer for one in missing if not one.is_partial]
    opened += _double(basin.ledger, opened, whole, doubles, dice, stays_open=True)
    _double(basin.ledger, opened, basin.present, halves, dice, stays_open=False)
    _mark(basin.ledger, opened, unwanted, max(1, round(MANDATORY * wanted)), dice)


def _wanted(preset: ScenarioPreset, number: int, day: date, missing: int, rest_day: bool) -> int:
    """Visits to cover that day: the preset's on its first day, else in proportion of the people missing."""
    share = REST_DAY_SHARE if rest_day else SATURDAY_SHARE if day.weekday() == SATURDAY else 1.0
    if number == 0 and share == 1.0:
        return preset.visits
    return max(1, round(preset.visits_per_absence * share * missing))


def _draw_missing(
    basin: _Basin,
    missing: Sequence[AbsentEmployee],
    number: int,
    day: date,
    total: int,
    rest_day: bool,
    dice: Dice,
) -> list[PlannedCare]:
    """The visits that absences leave open that day."""
    limits = [_most(one, number, rest_day) for one in missing]
    opened: list[PlannedCare] = []
    for one, count in zip(missing, shares_of(total, limits, dice), strict=True):
        if count == 0:
            continue
        partial = one.is_partial and number == one.first and not rest_day
        patterns = (
            employee_days.MORNING_PATTERNS
            if partial
            else employee_days.REST_DAY_PATTERNS
            if rest_day
            else employee_days.PATTERNS
        )
        pattern = dice.pick(patterns[count]) + (dice.pick(employee_days.KEPT) if partial else "")
        made = employee_days.plan_day(
            basin.ledger, one.carer, day, pattern, dice, basin.department, basin.road
        )
        opened += made[:count]
        if partial:
            basin.back[one.carer.employee.id] = made[count - 1].end
    return opened


def _most(one: AbsentEmployee, number: int, rest_day: bool) -> int:
    if rest_day:
        return employee_days.MOST_OF_REST_DAY
    return employee_days.MOST_OF_MORNING if one.is_partial and number == one.first else employee_days.MOST


# -- two carers at once ------------------------------------------------------------------------------------
def _double(
    ledger: DraftLedger,
    opened: Sequence[PlannedCare],
    partners: Sequence[Carer],
    count: int,
    dice: Dice,
    *,
    stays_open: bool,
) -> list[PlannedCare]:
    """A second carer for the most dependent people: absent as well (`stays_open`), or present, or a vacant
    post."""
    linked = ledger.linked
    heavy = [
        one
        for one in opened
        if one.care.moment in (MORNING, EVENING, CHANGE)
        and one.care.act_class is ActClass.ESSENTIAL
        and one.visit_id not in linked
        and one.visit_id not in ledger.vacant
    ]
    heavy.sort(key=lambda one: ledger.needs[ledger.visits[one.visit_id].client_id].gir)
    return [_second_carer(ledger, one, partners, dice, stays_open=stays_open) for one in heavy[:count]]


def _second_carer(
    ledger: DraftLedger, one: PlannedCare, partners: Sequence[Carer], dice: Dice, *, stays_open: bool
) -> PlannedCare:
    provider = one.carer.employee.provider_id
    free = [
        carer
        for carer in partners
        if carer.employee.provider_id == provider and carer is not one.carer and _is_free(ledger, carer, one)
    ]
    stand_in = one.carer if stays_open else None
    partner = dice.pick(free) if free else stand_in or ledger.add_carer(one.carer.sector, one.carer.patch)
    visit = ledger.visits[one.visit_id]
    # The acts themselves stay the first carer's: the second one lends a hand, best one trained for lifting.
    hands = replace(
        one.care, required=frozenset({"ESSENTIAL_ASSIST"}), preferred=frozenset({"TRANSFER_HOIST"})
    )
    twin = ledger.add_visit(
        partner, visit.client_id, hands, one.day, one.start, visit.duration, visit.windows
    )
    if partner is one.carer:
        ledger.vacant.add(twin.visit_id)
    ledger.links.append(Link(LinkKind.SAME_START, one.visit_id, twin.visit_id))
    return twin


def _is_free(ledger: DraftLedger, carer: Carer, one: PlannedCare) -> bool:
    return all(
        other.end + 5 <= one.start or one.end + 5 <= other.start for other in ledger.day_of(carer, one.day)
    )


# -- wishes ------------------------------------------------------------------------------------------------
def _mark(
    ledger: DraftLedger, opened: Sequence[PlannedCare], unwanted: int, mandatory: int, dice: Dice
) -> None:
    """Who would rather wait for the usual carer (seldom for an essential act), and the few visits that must
    take place."""
    linked = ledger.linked
    # What cannot wait at all cannot wait for a usual face either.
    free = [
        one
        for one in dice.shuffled(opened)
        if one.visit_id not in linked and one.care.priority is not Priority.P1
    ]
    can_wait = [one for one in free if one.care.act_class is ActClass.ORDINARY]
    chosen = can_wait[: round(0.8 * unwanted)]
    chosen += [one for one in free if one not in chosen][: unwanted - len(chosen)]
    for one in chosen:
        ledger.change(one.visit_id, wants_replacement=False)
    vital = [
        one
        for one in dice.shuffled(opened)
        if one.care.priority is Priority.P1 and one.visit_id not in linked
    ]
    for one in vital[:mandatory]:
        ledger.change(one.visit_id, mandatory=True)
    _same_hands(ledger, opened, dice)


def _same_hands(ledger: DraftLedger, opened: Sequence[PlannedCare], dice: Dice) -> None:
    """A few people seen twice a day ask for one face."""
    linked = ledger.linked
    first_of: dict[tuple[str, date], PlannedCare] = {}
    for one in opened:
        visit = ledger.visits[one.visit_id]
        key = (visit.client_id, one.day)
        before = first_of.setdefault(key, one)
        is_free = not linked & {one.visit_id, before.visit_id}
        # Dinner and bedtime of one person are tied by hours already (`employee_days`).
        if before is not one and is_free and one.care.moment is not BEDTIME and dice.chance(0.3):
            ledger.links.append(Link(LinkKind.SAME_WORKER, before.visit_id, one.visit_id, together=False))
            linked |= {one.visit_id, before.visit_id}


def _feeds(
    preset: ScenarioPreset,
    ledger: DraftLedger,
    sectors: Sequence[ProviderTerritory],
    horizon: Horizon,
    dice: Dice,
) -> Sequence[RotaFeed]:
    """One a provider that shares anything: received the evening before the plan is made, the odd one days
    earlier."""
    made = []
    for sector in sectors:
        entries = tuple(ledger.entries(sector.provider.id))
        old = dice.whole(3, 6) if dice.chance(0.08) else 1
        day = horizon.first_day - timedelta(days=preset.notice_days + old)
        received: datetime = horizon.instant(clock(horizon, day, dice.whole(1020, 1170, 5)))
        if entries:
            made.append(RotaFeed(sector.provider.id, received, entries))
    return made
