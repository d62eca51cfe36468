"""When: ties between visits, rests, nights whose clock jumps, Sundays, holidays, weeks."""

from __future__ import annotations

from datetime import date

from brigade.units import Interval, TimeWindow
from brigade.values.demand import Link, LinkKind, Priority, WorkBlock, WorkBlockKind
from brigade.values.policy import Policy, Weights
from brigade.values.workforce import Contract, Counters, PastDay
from scenarios.catalogue.sketch import CatalogueCase, Sketch

MONDAY, SUNDAY = date(2026, 3, 9), date(2026, 3, 15)


def two_carers() -> CatalogueCase:
    sketch = Sketch()
    sketch.visit("V1", "L1", "08:00", "09:00", priority=Priority.P1)
    sketch.visit("V2", "L1", "08:00", "09:00", priority=Priority.P1)
    sketch.worker("B1")
    # Five minutes of road: at L1 from 08:35.
    sketch.worker("B2", hours=(("08:30", "12:00"),))
    return CatalogueCase(
        "two_carers",
        "two carers: both visits begin together, when the second worker can be there (08:35), or not at all",
        sketch.problem(links=(Link(LinkKind.SAME_START, "V1", "V2"),)),
        {("B1", 0): ["V1"], ("B2", 0): ["V2"]},
        {"ASSIGNMENT": {("B1", 0): ["V1"]}},
    )


def half_a_pair() -> CatalogueCase:
    """The other half keeps its carer, at 08:20: that is when V1 begins."""
    sketch = Sketch()
    sketch.visit("V1", "L1", "08:00", "09:00", priority=Priority.P1)
    sketch.visit("V2", "L1", "08:00", "09:00", priority=Priority.P1)
    sketch.absent("S1-E01", [("V1", "08:20")])
    sketch.absent("S1-E02", [("V2", "08:20")], present=True)
    sketch.worker("B1")
    return CatalogueCase(
        "half_a_pair",
        "the colleague who is at work comes at 08:20: so does the replacement, though her window "
        "allows 08:00 to 09:00",
        sketch.problem(links=(Link(LinkKind.SAME_START, "V1", "V2"),)),
        {("B1", 0): ["V1"]},
    )


def meal_then_bedtime() -> CatalogueCase:
    sketch = Sketch()
    sketch.visit("V1", "L1", "18:00", "19:30", 45)
    sketch.visit("V2", "L1", "18:30", "20:30", 30)
    sketch.worker("B1", hours=(("17:00", "21:30"),))
    return CatalogueCase(
        "meal_then_bedtime",
        "bedtime begins an hour and a half to three hours after the meal's start, not before",
        sketch.problem(links=(Link(LinkKind.GAP, "V1", "V2", 90, 180, together=False),)),
        {("B1", 0): ["V1", "V2"]},
        {"TIME_WINDOW": {("B1", 0): ["V2", "V1"]}},
    )


def meal_break() -> CatalogueCase:
    """From 08:00 to 15:00 without a gap: one of the four noon visits makes room for half an hour of lunch."""
    sketch = Sketch()
    for number, first in enumerate(("08:05", "10:10", "12:15", "14:20"), start=1):
        last = f"{first[:3]}{int(first[3:]) + 20:02d}"
        sketch.visit(f"V{number}", f"L{number % 2 + 1}", first, last, 120, priority=Priority.P2)
    sketch.worker("B1", contract=Contract(weekly=35 * 60, full_time=True))
    return CatalogueCase(
        "meal_break",
        "four times two hours almost without a hole: the meal of 30 min fits only if one visit is left",
        sketch.problem(),
        {("B1", 0): ["V1", "V2", "V4"]},
    )


def eleven_hours() -> CatalogueCase:
    sketch = Sketch()
    sketch.visit("V1", "L1", "07:00", "07:30")
    sketch.visit("V2", "L2", "08:30", "09:30")
    past = PastDay(MONDAY, sketch.at("12:00-1"), sketch.at("21:00-1"), 6 * 60)
    sketch.worker("B1", hours=(("06:30", "20:00"),), counters=Counters(days=(past,)))
    return CatalogueCase(
        "eleven_hours",
        "she finished at 21:00 yesterday: nothing before 08:00, so V1 stays uncovered and V2 is covered",
        sketch.problem(),
        {("B1", 0): ["V2"]},
        {"DAILY_REST": {("B1", 0): ["V1", "V2"]}},
    )


def clock_change_night() -> CatalogueCase:
    """28 to 29 March 2026: 20:00 to 07:30 are eleven hours and a half on the wall, ten and a half in the
    body."""
    sketch = Sketch(first_day=date(2026, 3, 28), days=2, now="06:40")
    sketch.visit("V1", "L1", "19:00", "19:00", 60, priority=Priority.P1, fragile=True)
    sketch.visit("V2", "L2", "07:30+1", "07:30+1", 60, priority=Priority.P2, fragile=True)
    sketch.visit("V3", "L3", "09:00+1", "09:30+1", 60, priority=Priority.P2, fragile=True)
    sketch.worker("B1", hours=(("18:00", "20:30"), ("07:00+1", "12:00+1")))
    return CatalogueCase(
        "clock_change_night",
        "the night summer time begins: from 20:00 to 07:30 there are only ten and a half hours of"
        " rest, V2 stays uncovered",
        sketch.problem(),
        {("B1", 0): ["V1"], ("B1", 1): ["V3"]},
        {"DAILY_REST": {("B1", 0): ["V1"], ("B1", 1): ["V2", "V3"]}},
    )


def autumn_night() -> CatalogueCase:
    """24 to 25 October 2026: 21:00 to 07:00 are ten hours on the wall, eleven in the body."""
    sketch = Sketch(first_day=date(2026, 10, 24), days=2, now="06:40")
    sketch.visit("V1", "L1", "20:00", "20:00", 60, priority=Priority.P1, fragile=True)
    sketch.visit("V2", "L2", "07:00+1", "07:00+1", 60, priority=Priority.P1, fragile=True)
    sketch.worker("B1", hours=(("19:00", "21:30"), ("06:30+1", "12:00+1")))
    return CatalogueCase(
        "autumn_night",
        "the night summer time ends: from 21:00 to 07:00 there are eleven hours indeed, both are covered",
        sketch.problem(),
        {("B1", 0): ["V1"], ("B1", 1): ["V2"]},
    )


def sunday() -> CatalogueCase:
    """B1 worked last Sunday; B2 did not. Housework waits for Monday, which is outside the horizon."""
    sketch = Sketch(first_day=SUNDAY)
    sketch.visit("V1", "L1", "08:00", "08:10", priority=Priority.P1, fragile=True)
    sketch.visit("V2", "L2", "10:00", "11:00", needs="UPKEEP")
    past = PastDay(date(2026, 3, 8), sketch.at("08:00-7"), sketch.at("12:00-7"), 240)
    sketch.worker("B1", counters=Counters(days=(past,), sundays_worked=frozenset({date(2026, 3, 8)})))
    sketch.worker("B2")
    return CatalogueCase(
        "sunday",
        "a Sunday: essential acts only, and by who was free last Sunday",
        sketch.problem(),
        {("B2", 0): ["V1"]},
        {"SUNDAY_RHYTHM": {("B1", 0): ["V1"]}, "SUNDAY_HOLIDAY_ACTS": {("B2", 0): ["V1", "V2"]}},
    )


def good_friday_alsace() -> CatalogueCase:
    # Bas-Rhin, where Good Friday is a holiday by local law.
    sketch = Sketch(first_day=date(2026, 4, 3), department="67")
    sketch.visit("V1", "L1", "08:00", "08:30", fragile=True)
    sketch.visit("V2", "L2", "10:00", "11:00", needs="UPKEEP")
    sketch.worker("B1")
    return CatalogueCase(
        "good_friday_alsace",
        "Good Friday, a holiday in Alsace: the cleaning waits, the rising is covered",
        sketch.problem(),
        {("B1", 0): ["V1"]},
        {"SUNDAY_HOLIDAY_ACTS": {("B1", 0): ["V1", "V2"]}},
    )


def full_week_rest() -> CatalogueCase:
    """Seven mornings for one person: six days in a row at most, and a day off a week."""
    sketch = Sketch(first_day=MONDAY, days=7)
    for day in range(7):
        sketch.visit(f"V{day + 1}", "L1", f"08:00+{day}", f"08:30+{day}", priority=Priority.P2, fragile=True)
    sketch.worker("B1", hours=tuple((f"07:00+{day}", f"12:00+{day}") for day in range(7)))
    return CatalogueCase(
        "full_week_rest",
        "seven mornings for one worker: one day of rest at least, six visits covered",
        sketch.problem(),
        {("B1", day): [f"V{day + 1}"] for day in range(6)},
        {"MAX_CONSEC_DAYS": {("B1", day): [f"V{day + 1}"] for day in range(7)}},
    )


def two_jobs() -> CatalogueCase:
    """Seven hours elsewhere: three are left of the ten a day that all employers share."""
    sketch = Sketch()
    for number, first in enumerate(("16:00", "17:30", "19:00"), start=1):
        sketch.visit(
            f"V{number}", "L1", first, f"{first[:3]}{int(first[3:]) + 15:02d}", 75, priority=Priority.P2
        )
    # Seven hours elsewhere leave three: two visits of 75 minutes fit, a third makes 10 h 45.
    elsewhere = (Interval(sketch.at("08:00"), sketch.at("15:00")),)
    sketch.worker("B1", hours=(("15:30", "21:30"),), other_work=elsewhere)
    return CatalogueCase(
        "two_jobs",
        "seven hours at another employer's: less than three and a half are left, one of three visits waits",
        sketch.problem(),
        {("B1", 0): ["V1", "V2"]},
        {"MULTI_EMPLOYER": {("B1", 0): ["V1", "V2", "V3"]}},
    )


def late_at_a_price() -> CatalogueCase:
    """Two visits at once: the one that allows lateness is served second."""
    sketch = Sketch()
    sketch.visit("V1", "L1", "08:00", "08:00", 30)
    window = TimeWindow(sketch.at("08:00"), sketch.at("08:15"), sketch.at("09:00"))
    sketch.visit("V2", "L2", "08:00", "08:15", 30, windows=(window,))
    sketch.worker("B1")
    return CatalogueCase(
        "late_at_a_price",
        "V2 bears three quarters of an hour of lateness, V1 none: both are covered, V2 late",
        sketch.problem(),
        {("B1", 0): ["V1", "V2"]},
        {"TIME_WINDOW": {("B1", 0): ["V2", "V1"]}},
    )


def two_half_days() -> CatalogueCase:
    """Morning and evening are two trips; the hours between are the person's own."""
    sketch = Sketch()
    sketch.visit("V1", "L1", "07:30", "08:00")
    sketch.visit("V2", "L2", "12:00", "12:30", 30)
    sketch.visit("V3", "L1", "19:00", "19:30", 30)
    sketch.worker(
        "B1",
        hours=(("07:00", "10:00"), ("18:00", "20:30")),
        contract=Contract(weekly=35 * 60, full_time=True),
    )
    return CatalogueCase(
        "two_half_days",
        "available mornings and evenings: two tours, and nothing at noon",
        sketch.problem(),
        {("B1", 0): ["V1"], ("B1", 1): ["V3"]},
    )


def usual_hour() -> CatalogueCase:
    """Alone she would come to V1 at 09:00, just before she is due at V2."""
    sketch = Sketch()
    sketch.visit("V1", "L1", "08:00", "09:00", 30, planned_start=sketch.at("08:15"))
    sketch.visit("V2", "L2", "09:35", "10:00", 30, planned_start=sketch.at("09:45"))
    sketch.worker("B1")
    policy = Policy(weights=Weights(usual_hour=2))
    return CatalogueCase(
        "usual_hour",
        "a minute away from the usual hour costs two units, a minute of waiting one: V1 at 08:15 as ever, "
        "V2 at 09:45",
        sketch.problem(policy=policy),
        {("B1", 0): ["V1", "V2"]},
    )


def team_meeting() -> CatalogueCase:
    """B1 alone may do V1."""
    sketch = Sketch()
    sketch.visit("V1", "L2", "14:15", "14:15", priority=Priority.P1)
    hours = (("13:00", "17:00"),)
    sketch.worker("B1", hours=hours)
    sketch.worker("B2", hours=hours, certificate="AI_DEFAULT")
    sketch.worker("B3", hours=hours, certificate="AI_DEFAULT")
    meeting = WorkBlock(
        "R1",
        WorkBlockKind.EXCHANGE,
        60,
        (TimeWindow.hard(sketch.at("14:00"), sketch.at("14:00")),),
        frozenset({"B1", "B2", "B3"}),
        Priority.P3,
        "L1",
        at_least=2,
        label="REX-03",
    )
    return CatalogueCase(
        "team_meeting",
        "an hour of exchange at 14:00 for three, of whom two are enough: the third is at a vital visit",
        sketch.problem(
            work_blocks=(meeting,),
            visits=(*sketch.visits, *meeting.attendances),
            links=meeting.ties,
        ),
        {("B1", 0): ["V1"], ("B2", 0): ["R1:1"], ("B3", 0): ["R1:2"]},
        {"WORK_BLOCKS": {("B2", 0): ["R1:1"], ("B1", 0): ["V1"]}},
    )


CASES = (
    team_meeting,
    usual_hour,
    two_half_days,
    late_at_a_price,
    two_carers,
    half_a_pair,
    meal_then_bedtime,
    meal_break,
    eleven_hours,
    two_jobs,
    clock_change_night,
    autumn_night,
    sunday,
    good_friday_alsace,
    full_week_rest,
)
