"""What people need at which moment of the day: from how dependent somebody is to a visit's acts, length and
windows.

GIR, living alone and the rest are drawn here and stay here: a problem holds acts, competencies and priorities
only. Every table is a guess unless docs/scenarios.md names its source; together they give the shares of visit
lengths, of peaks and of essential acts that the trade reports.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from brigade.values.acts import class_of, shipped_acts
from brigade.values.demand import ActClass, Priority
from scenarios.generator.dice import Dice
from scenarios.generator.territory import gir_mix

GIR_NONE = 5
"""Stands for GIR 5 and 6: no APA, a little help with the house."""
# GIR 1 cannot do without a hand, GIR 4 mostly can: the steps between are guessed.
ESSENTIAL_ACTS_AT = {1: 1.0, 2: 0.9, 3: 0.55, 4: 0.15, GIR_NONE: 0.0}
"""Chance that a meal or an evening asks for an essential act, by GIR."""


@dataclass(frozen=True, slots=True)
class CareNeed:
    """What the generator knows of a person. `gir`: 1 to 4, or GIR_NONE."""

    gir: int
    is_alone: bool
    needs_hoist: bool
    has_dementia: bool
    is_disabled: bool
    is_on_diet: bool

    @property
    def is_fragile(self) -> bool:
        return self.gir < GIR_NONE or self.is_disabled


@dataclass(frozen=True, slots=True)
class VisitMoment:
    """A kind of visit. `first`, `last`: planned start, in minutes of the day. `lengths`: minutes -> share.
    `wanted_by`: how often people of each GIR ask for it, relative to one another. `acts`: always;
    `when_essential`: added when the person cannot do alone."""

    name: str
    first: int
    last: int
    lengths: Mapping[int, float]
    wanted_by: Mapping[int, float]
    acts: tuple[str, ...] = ()
    when_essential: tuple[str, ...] = ()


DEPENDENT = {1: 1.0, 2: 1.0, 3: 0.8, 4: 0.4, GIR_NONE: 0.0}
MORNING = VisitMoment(
    "morning",
    450,
    600,
    {30: 0.26, 45: 0.24, 60: 0.47, 90: 0.03},
    DEPENDENT,
    when_essential=("GET_UP", "WASH", "DRESS"),
)
NOON = VisitMoment(
    "noon",
    690,
    805,
    {30: 0.40, 45: 0.20, 60: 0.40},
    {1: 0.9, 2: 0.8, 3: 0.7, 4: 0.5, GIR_NONE: 0.1},
    acts=("PREPARE_MEAL",),
    when_essential=("EAT",),
)
EVENING = VisitMoment(
    "evening",
    1080,
    1185,
    {30: 0.42, 45: 0.24, 60: 0.34},
    {1: 1.0, 2: 0.9, 3: 0.6, 4: 0.25, GIR_NONE: 0.0},
    acts=("PREPARE_MEAL",),
    when_essential=("DRESS", "GO_TO_BED"),
)
DINNER = VisitMoment(
    "dinner",
    1080,
    1140,
    {30: 0.45, 45: 0.25, 60: 0.30},
    {1: 1.0, 2: 0.9, 3: 0.5, 4: 0.1, GIR_NONE: 0.0},
    acts=("PREPARE_MEAL",),
    when_essential=("EAT",),
)
"""An evening meal of somebody who is put to bed later, by a second visit."""
BEDTIME = VisitMoment("bedtime", 1170, 1230, {30: 1.0}, DEPENDENT, when_essential=("GO_TO_BED",))
CHANGE = VisitMoment(
    "change",
    900,
    990,
    {30: 1.0},
    {1: 1.0, 2: 0.6, 3: 0.1, 4: 0.0, GIR_NONE: 0.0},
    when_essential=("ELIMINATE", "MOVE_INSIDE"),
)
AT_EASE = {1: 0.2, 2: 0.3, 3: 0.5, 4: 0.8, GIR_NONE: 1.0}
HOUSEWORK = VisitMoment("housework", 510, 1000, {60: 0.28, 90: 0.20, 120: 0.52}, AT_EASE, acts=("HOUSEWORK",))
LAUNDRY = VisitMoment(
    "laundry", 510, 1000, {60: 0.30, 90: 0.20, 120: 0.50}, AT_EASE, acts=("HOUSEWORK", "LAUNDRY")
)
SHOPPING = VisitMoment("shopping", 540, 1020, {60: 0.45, 90: 0.30, 120: 0.25}, AT_EASE, acts=("SHOPPING",))
COMPANY = VisitMoment("company", 600, 1000, {60: 0.40, 90: 0.20, 120: 0.40}, AT_EASE, acts=("COMPANY",))
OUTING = VisitMoment("outing", 600, 990, {60: 0.30, 90: 0.30, 120: 0.40}, AT_EASE, acts=("OUTING",))
PAPERS = VisitMoment("papers", 600, 990, {60: 1.0}, AT_EASE, acts=("PAPERS",))
CHORES: Mapping[str, tuple[VisitMoment, float]] = {
    moment.name: (moment, share)
    for moment, share in (
        (HOUSEWORK, 46),
        (LAUNDRY, 12),
        (SHOPPING, 20),
        (COMPANY, 10),
        (OUTING, 7),
        (PAPERS, 5),
    )
}
MOMENTS: Mapping[str, VisitMoment] = {
    moment.name: moment
    for moment in (MORNING, NOON, EVENING, DINNER, BEDTIME, CHANGE, *(one for one, _ in CHORES.values()))
}
TIME_BOUND = frozenset({"noon", "evening", "dinner", "outing", "papers"})
"""Ordinary visits that cannot wait for another hour: P3; half of the shopping is too."""
MOVABLE = frozenset({"housework", "laundry", "company", "shopping"})


@dataclass(frozen=True, slots=True)
class Care:
    """One visit's content, before it has a time."""

    moment: VisitMoment
    acts: tuple[str, ...]
    act_class: ActClass
    priority: Priority
    required: frozenset[str]
    preferred: frozenset[str]

    @property
    def is_movable(self) -> bool:
        return self.priority is Priority.P4


def draw_need(moment: VisitMoment, dice: Dice) -> CareNeed:
    """Somebody who asks for `moment`: GIR as among people with APA at home, weighted by how often each asks
    for it."""
    # The published mix is of people with APA; who has none, an eighth of the clients, is set beside it.
    mix = {gir: 0.88 * share for gir, share in gir_mix().items()} | {GIR_NONE: 0.12}
    gir = dice.weighted({gir: share * moment.wanted_by[gir] for gir, share in mix.items()})
    return CareNeed(
        gir=gir,
        is_alone=dice.chance(0.55),
        needs_hoist=dice.chance({1: 0.5, 2: 0.15}.get(gir, 0.0)),
        has_dementia=dice.chance({1: 0.4, 2: 0.35, 3: 0.25, 4: 0.08}.get(gir, 0.0)),
        is_disabled=dice.chance(0.07),
        is_on_diet=dice.chance(0.12),
    )


def wants(need: CareNeed, moment: VisitMoment) -> bool:
    """Whether such a person may ask for `moment` at all."""
    return moment.wanted_by[need.gir] > 0


def draw_care(need: CareNeed, moment: VisitMoment, dice: Dice, *, essential_only: bool = False) -> Care:
    """The content of one visit. `essential_only`: a Sunday or a public holiday."""
    is_essential = not moment.acts or essential_only or dice.chance(ESSENTIAL_ACTS_AT[need.gir])
    extra = moment.when_essential if is_essential else ()
    acts = moment.acts + (
        ("MEDICINE_REMINDER", "DRESS") if need.gir >= 4 and moment is MORNING and dice.chance(0.3) else extra
    )
    act_class = class_of(acts)
    required = {shipped_acts()[act].competency for act in acts} | _added(need, acts, act_class, dice)
    preferred = {"DEMENTIA"} if need.has_dementia and act_class is ActClass.ESSENTIAL else set()
    if act_class is ActClass.ESSENTIAL and dice.chance(0.15):
        preferred.add("HOME_SPECIALITY")
    priority = _priority(need, moment, act_class, dice)
    return Care(moment, acts, act_class, priority, frozenset(required), frozenset(preferred - required))


def _added(need: CareNeed, acts: Sequence[str], act_class: ActClass, dice: Dice) -> set[str]:
    """What this person asks for beyond the acts' usual competencies."""
    added = set()
    if act_class is ActClass.ESSENTIAL:
        if dice.chance({1: 1.0, 2: 0.8, 3: 0.3, 4: 0.0}.get(need.gir, 0.0)):
            added.add("ESSENTIAL_SUBSTITUTE")
        if need.has_dementia and dice.chance(0.1):
            added.add("DEMENTIA")
        if need.needs_hoist and dice.chance(0.3):
            added.add("TRANSFER_HOIST")
        if need.is_disabled and dice.chance(0.4):
            added.add("DISABILITY_PHYS")
    if need.is_on_diet and "PREPARE_MEAL" in acts:
        added.add("MEAL_DIET")
    return added


def _priority(need: CareNeed, moment: VisitMoment, act_class: ActClass, dice: Dice) -> Priority:
    """P1: essential and alone, or so dependent that nobody at home can do it; P2: somebody at home can help
    out."""
    if act_class is ActClass.ESSENTIAL:
        return Priority.P1 if (need.is_alone and dice.chance(0.75)) or need.gir == 1 else Priority.P2
    if moment.name in TIME_BOUND or (moment is SHOPPING and dice.chance(0.5)):
        return Priority.P3
    return Priority.P4


def draw_length(moment: VisitMoment, dice: Dice, room: int) -> int:
    """Minutes, at most `room`; the shortest of the moment when nothing fits."""
    # Drawn among those that fit, not drawn and cut: visits have the usual lengths only.
    fitting = {length: share for length, share in moment.lengths.items() if length <= room}
    return dice.weighted(fitting) if fitting else min(moment.lengths)


@dataclass(frozen=True, slots=True)
class TimeSlack:
    """Minutes around the planned start: earlier, later, and later still at a price."""

    before: int
    after: int
    late: int


SLACKS: Mapping[Priority, tuple[TimeSlack, ...]] = {
    Priority.P1: (TimeSlack(15, 15, 15), TimeSlack(20, 20, 20), TimeSlack(30, 30, 15)),
    Priority.P2: (TimeSlack(30, 30, 30), TimeSlack(30, 45, 30), TimeSlack(45, 60, 30)),
    Priority.P3: (TimeSlack(45, 60, 30), TimeSlack(60, 90, 0), TimeSlack(60, 60, 60)),
}
DAY_PARTS = ((480, 690), (810, 1050))
"""When a visit that can move may begin (minutes of the day): the morning or the afternoon."""


def start_windows(care: Care, planned: int, dice: Dice) -> tuple[tuple[int, int, int], ...]:
    """(earliest, latest, hard latest) in minutes of the day. Movable visits fit anywhere in the working day;
    a sixth of them keep to their half of it."""
    if care.is_movable:
        # 12:30: half way between the two parts.
        half = DAY_PARTS[0] if planned < 750 else DAY_PARTS[1]
        parts = (half,) if dice.chance(1 / 6) else DAY_PARTS
        return tuple((first, last, last) for first, last in parts)
    slack = dice.pick(SLACKS[care.priority])
    # Never before 07:00, where the night begins, nor so late that the visit would end in it.
    latest = min(planned + slack.after, 1260)
    return ((max(420, planned - slack.before), latest, min(latest + slack.late, 1275)),)
