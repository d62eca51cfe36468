"""What each preset is: sizes as the trade reports them, and the mix of people behind them
(docs/scenarios.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from brigade.errors import Issue, Refused
from brigade.units import MAX_DAYS
from brigade.values.demand import AbsenceKind, FundingLine, LegalStatus
from brigade.values.places import TravelMode
from brigade.values.workforce import EmployerKind
from scenarios.generator.names import FUNDING_LINES
from scenarios.generator.territory import BERCK, LENS, SELESTAT, load_basin

TUESDAY = date(2026, 3, 10)
MONDAY = date(2026, 3, 9)
WINTER_TUESDAY = date(2026, 1, 20)
SUMMER_TUESDAY = date(2026, 7, 21)
EASTER_WEEK = date(2026, 3, 30)
"""A Monday whose Friday, 3 April 2026, is Good Friday: a public holiday in Alsace."""

ALS_31 = FundingLine("ALS-3.1", FUNDING_LINES["ALS-3.1"], 700_000_00, 20_00, 412_340_00)
ALS_32 = FundingLine("ALS-3.2-DOM", FUNDING_LINES["ALS-3.2-DOM"], 15_000_00, 20_00, 9_120_00)
P62 = FundingLine("P62-CNSA", FUNDING_LINES["P62-CNSA"], 665_040_00, 23_00, 118_450_00)

AI, GROUP, GEIQ = EmployerKind.INTERMEDIARY_ASSOCIATION, EmployerKind.EMPLOYER_GROUP, EmployerKind.GEIQ
LENT, FIXED = EmployerKind.PROVIDER, EmployerKind.FIXED_TERM


class UnknownPreset(Refused):
    """A preset, or a value of one, that cannot be generated."""


@dataclass(frozen=True, slots=True)
class AbsentGroup:
    """`count` people away from horizon day `first`; to day `last`, or, without it, one day, two days, ... in
    turn."""

    kind: AbsenceKind
    count: int
    first: int = 0
    last: int | None = None
    line: str | None = None

    def last_day(self, number: int, days: int) -> int:
        """The last day of the group's person `number`, within a horizon of `days`."""
        return min(days - 1, self.first + number % days if self.last is None else self.last)


@dataclass(frozen=True, slots=True)
class ScenarioPreset:
    """What to draw.

    Attributes:
        visits: to be covered on the first day. `visits_per_absence` follows, and sizes the other days.
        employers: share of the brigade's workers by kind of employer, in order of importance.
        statuses: share of the providers by legal status.
        modes: travel mode of so many workers, set beforehand; the others draw theirs from their commune's
            commutes.
        convention: share of the basin's clients inside the territory of one association's State convention
            [guess].
        mode_shares: replaces the commune's commutes, for everybody.
        size_low, size_high: employees of a provider, from the smallest to the largest ordinary one.
        reach: share of the basin's home-care clients that a provider's sector holds.
        untrained_ai: share of AI workers who may do no essential act.
        longer_min: minutes by which workers stay available longer than in town, where the road is.
        juniors: share of the other workers hired lately, who know no client yet.
        shared_cars: cars that stand in the villages of some workers, for anybody; the last one electric.
        notice_days: 0: the plan is made at 06:40 of the first day; else so many days before, at 10:00.
    """

    name: str
    basin: str
    first_day: date
    providers: int
    absent: tuple[AbsentGroup, ...]
    visits: int
    workers: int
    employers: Mapping[EmployerKind, float]
    statuses: Mapping[LegalStatus, float]
    days: int = 1
    modes: Mapping[TravelMode, int] = field(default_factory=dict)
    convention: float = 0.7
    mode_shares: Mapping[TravelMode, float] | None = None
    size_low: int = 8
    size_high: int = 60
    reach: float = 0.16
    untrained_ai: float = 0.4
    longer_min: int = 0
    juniors: float = 0.1
    notice_days: int = 0
    funding: tuple[FundingLine, ...] = ()
    shared_cars: int = 0

    @property
    def absent_first_day(self) -> int:
        return sum(group.count for group in self.absent if group.first == 0)

    @property
    def visits_per_absence(self) -> float:
        return self.visits / max(1, self.absent_first_day)


UNPLANNED, RELEASE = AbsenceKind.UNPLANNED, AbsenceKind.TRAINING_RELEASE
TUTOR, LEAVE = AbsenceKind.TUTOR_RELEASE, AbsenceKind.OTHER_LEAVE
# Several kinds of lender in one day, so that the texts on each are met.
MIXED = {AI: 0.3, GROUP: 0.25, FIXED: 0.2, LENT: 0.15, GEIQ: 0.1}
URBAN_STATUSES = {LegalStatus.NON_PROFIT: 0.60, LegalStatus.PUBLIC: 0.20, LegalStatus.COMPANY: 0.20}
RURAL_STATUSES = {LegalStatus.NON_PROFIT: 0.69, LegalStatus.PUBLIC: 0.20, LegalStatus.COMPANY: 0.11}

URBAN_DAY = ScenarioPreset(
    name="urban_day",
    basin=LENS,
    first_day=TUESDAY,
    providers=15,
    absent=(
        AbsentGroup(UNPLANNED, 21),
        AbsentGroup(LEAVE, 2),
        AbsentGroup(RELEASE, 1, line=P62.id),
        AbsentGroup(TUTOR, 1, line=P62.id),
    ),
    visits=130,
    workers=20,
    employers=MIXED,
    statuses=URBAN_STATUSES,
    funding=(P62,),
)
RURAL_DAY = ScenarioPreset(
    name="rural_day",
    basin=BERCK,
    first_day=TUESDAY,
    providers=8,
    absent=(AbsentGroup(UNPLANNED, 8), AbsentGroup(LEAVE, 1), AbsentGroup(RELEASE, 1, line=P62.id)),
    visits=45,
    workers=8,
    employers={AI: 5, FIXED: 2, LENT: 1},
    statuses=RURAL_STATUSES,
    modes={TravelMode.E_BIKE: 1, TravelMode.LICENCE_FREE_CAR: 1, TravelMode.CAR: 6},
    convention=0.9,
    size_high=40,
    reach=0.2,
    untrained_ai=0.2,
    longer_min=75,
    funding=(P62,),
)
RURAL_CARS = replace(
    RURAL_DAY,
    name="rural_cars",
    workers=11,
    employers={AI: 8, FIXED: 2, LENT: 1},
    modes={TravelMode.CAR: 2, TravelMode.E_BIKE: 6, TravelMode.FOOT: 3},
    shared_cars=4,
)
EPIDEMIC_PEAK = replace(
    URBAN_DAY,
    name="epidemic_peak",
    first_day=WINTER_TUESDAY,
    absent=(AbsentGroup(UNPLANNED, 73), AbsentGroup(LEAVE, 2)),
    visits=380,
    funding=(),
)
SUMMER = replace(
    URBAN_DAY,
    name="summer",
    first_day=SUMMER_TUESDAY,
    providers=12,
    absent=(AbsentGroup(LEAVE, 30), AbsentGroup(UNPLANNED, 12)),
    visits=200,
    workers=25,
    employers={FIXED: 0.52, AI: 0.2, GROUP: 0.16, LENT: 0.12},
    juniors=0.6,
    funding=(),
)
AI_ONLY = replace(
    URBAN_DAY,
    name="ai_only",
    providers=10,
    absent=(AbsentGroup(UNPLANNED, 12),),
    visits=60,
    workers=12,
    employers={AI: 1},
    untrained_ai=1.0,
    funding=(),
)
TRAINING_ALSACE = ScenarioPreset(
    name="training_alsace",
    basin=SELESTAT,
    first_day=EASTER_WEEK,
    providers=20,
    absent=(
        AbsentGroup(RELEASE, 4, last=3, line=ALS_31.id),
        AbsentGroup(RELEASE, 1, last=1, line=ALS_32.id),
        AbsentGroup(RELEASE, 1, first=2, last=3, line=ALS_31.id),
        AbsentGroup(TUTOR, 1, first=2, last=2),
        AbsentGroup(LEAVE, 2, first=4, last=4),
    ),
    visits=25,
    workers=10,
    employers={GROUP: 0.5, LENT: 0.2, FIXED: 0.2, AI: 0.1},
    statuses=RURAL_STATUSES,
    days=5,
    size_low=5,
    size_high=22,
    reach=0.14,
    notice_days=10,
    funding=(ALS_31, ALS_32),
)
URBAN_WEEK = replace(
    URBAN_DAY,
    name="urban_week",
    first_day=MONDAY,
    days=7,
    absent=(
        AbsentGroup(UNPLANNED, 15),
        AbsentGroup(LEAVE, 5, last=6),
        AbsentGroup(RELEASE, 2, first=1, last=3, line=P62.id),
    ),
    visits=96,
)
DEPARTMENT = "department"
"""Seven basins at once, by `generate_department`: sizes in proportion of home-care clients."""
DEPARTMENT_BASINS = ("3203", "3204", "3205", "3206", "3207", "3215", "3219")
# Of all its basins together.
DEPARTMENT_SIZES = {"providers": 90, "absent": 200, "visits": 1000, "workers": 120}

PRESETS: Mapping[str, ScenarioPreset] = {
    preset.name: preset
    for preset in (
        URBAN_DAY,
        RURAL_DAY,
        RURAL_CARS,
        EPIDEMIC_PEAK,
        SUMMER,
        AI_ONLY,
        TRAINING_ALSACE,
        URBAN_WEEK,
    )
}


def preset_names() -> tuple[str, ...]:
    """Every name that `generate_all` knows, `department` last."""
    return (*PRESETS, DEPARTMENT)


def preset_of(name: str) -> ScenarioPreset:
    """Raises: UnknownPreset (S002), with the names known."""
    if name not in PRESETS:
        # It is several problems at once: known, but not to be had as one.
        words = "preset_of_department" if name == DEPARTMENT else "unknown_preset"
        raise UnknownPreset([Issue("S002", "preset", words, {"name": name, "known": list(PRESETS)})])
    return PRESETS[name]


def overridden(
    preset: ScenarioPreset,
    *,
    workers: int | None = None,
    ai_share: float | None = None,
    modes: Mapping[str, float] | None = None,
    visits: float = 1.0,
    days: int | None = None,
    first_day: date | None = None,
    basin: str | None = None,
) -> ScenarioPreset:
    """The preset with what is given replaced; the parameters are those of `generate`.

    Raises: UnknownPreset (S003) with every unusable value, UnknownTerritory (S001).
    """
    _refuse(_faults(workers, ai_share, modes, visits, days))
    made = preset
    if basin is not None:
        made = replace(made, basin=load_basin(basin).zone)
    if workers is not None:
        made = replace(made, workers=workers)
    if ai_share is not None:
        made = replace(made, employers=_with_ai(made.employers, ai_share))
    if modes is not None:
        # What is asked of all replaces also the few whose mode the preset sets.
        made = replace(made, mode_shares={TravelMode(mode): share for mode, share in modes.items()}, modes={})
    if days is not None:
        made = replace(made, days=days, absent=tuple(group for group in made.absent if group.first < days))
    if first_day is not None:
        made = replace(made, first_day=first_day)
    return scaled(made, visits)


def scaled(preset: ScenarioPreset, factor: float) -> ScenarioPreset:
    """So many times the visits and, with them, the absences."""
    if factor == 1:
        return preset
    groups = (replace(group, count=round(group.count * factor)) for group in preset.absent)
    kept = tuple(group for group in groups if group.count)
    # Somebody is away on the first day whatever the factor: without anybody there would be nothing to plan.
    first = preset.absent[:1]
    absent = (
        kept
        if any(group.first == 0 for group in kept)
        else (*(replace(group, count=1) for group in first), *kept)
    )
    return replace(preset, visits=max(1, round(preset.visits * factor)), absent=absent)


def _with_ai(employers: Mapping[EmployerKind, float], share: float) -> dict[EmployerKind, float]:
    others = {kind: part for kind, part in employers.items() if kind is not AI} or {GROUP: 1.0}
    # The others keep their proportions among themselves.
    rest = sum(others.values())
    return {AI: share, **{kind: (1 - share) * part / rest for kind, part in others.items()}}


def _faults(
    workers: int | None,
    ai_share: float | None,
    modes: Mapping[str, float] | None,
    visits: float,
    days: int | None,
) -> Iterable[Issue]:
    checks = (
        ("workers", workers, workers is None or 1 <= workers <= 500, "workers_drawn"),
        ("ai_share", ai_share, ai_share is None or 0 <= ai_share <= 1, "share_option"),
        ("visits", visits, 0.05 <= visits <= 10, "visits_factor"),
        ("days", days, days is None or 1 <= days <= MAX_DAYS, "days_drawn"),
    )
    for name, met, is_good, words in checks:
        if not is_good:
            yield Issue("S003", name, words, {"met": str(met), "most": MAX_DAYS})
    for mode, share in (modes or {}).items():
        if mode not in list(TravelMode):
            yield Issue("S003", f"modes.{mode}", "toml_mode", {"met": mode, "known": list(TravelMode)})
        if not 0 <= share <= 1:
            yield Issue("S003", f"modes.{mode}", "share_option", {"met": str(share)})
    if modes is not None and not sum(modes.values()) > 0:
        yield Issue("S003", "modes", "no_share")


def _refuse(issues: Iterable[Issue]) -> None:
    found = tuple(issues)
    if found:
        raise UnknownPreset(found)


def department_presets() -> tuple[ScenarioPreset, ...]:
    """One preset a basin; sizes shared out in proportion of home-care clients, at least one of each."""
    clients = {zone: sum(load_basin(zone).apa_at_home().values()) for zone in DEPARTMENT_BASINS}
    whole = sum(clients.values())
    return tuple(_basin_preset(zone, clients[zone] / whole) for zone in DEPARTMENT_BASINS)


def _basin_preset(zone: str, share: float) -> ScenarioPreset:
    size = {name: max(1, round(total * share)) for name, total in DEPARTMENT_SIZES.items()}
    model = RURAL_DAY if load_basin(zone).rural_share > 0.3 else URBAN_DAY
    return replace(
        model,
        name=f"{DEPARTMENT}-{zone}",
        basin=zone,
        providers=size["providers"],
        absent=(AbsentGroup(UNPLANNED, size["absent"] - 1), AbsentGroup(RELEASE, 1, line=P62.id)),
        visits=size["visits"],
        workers=size["workers"],
        employers=MIXED,
    )


def week_of(day: date) -> date:
    """The Monday of the week of `day`."""
    return day - timedelta(days=day.weekday())
