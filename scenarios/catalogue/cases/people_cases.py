"""Who may come: competencies, papers, associations, habits."""

from __future__ import annotations

from dataclasses import replace

from brigade.units import Interval
from brigade.values.demand import Absence, AbsenceKind, ActClass, LegalStatus, Priority
from brigade.values.places import Sector, SectorLimit
from brigade.values.policy import Policy, Weights
from brigade.values.workforce import Contract, Counters, EmployerKind, EngagementStatus
from scenarios.catalogue.sketch import CatalogueCase, Sketch
from scenarios.generator.presets import ALS_31

AI = EmployerKind.INTERMEDIARY_ASSOCIATION
SECTOR_TOWNS = {"L3": "62510", "L4": "62510"}
SECTORS = (
    Sector("WEST", "Lens 1", communes=frozenset({"62498"}), neighbours=frozenset({"EAST"})),
    Sector("EAST", "Lens 2", communes=frozenset({"62510"})),
)


def smallest_day() -> CatalogueCase:
    sketch = Sketch()
    sketch.visit("V1", "L1", "08:00", "09:00")
    sketch.worker("B1")
    return CatalogueCase(
        "smallest_day", "one visit, one worker: she does it", sketch.problem(), {("B1", 0): ["V1"]}
    )


def ai_essential_acts_shortage() -> CatalogueCase:
    """Two people without training cannot wash anybody; the one with 42 hours can help those who take part."""
    sketch = Sketch()
    sketch.visit(
        "V1", "L1", "08:00", "08:30", needs="ESSENTIAL_SUBSTITUTE ESSENTIAL_ASSIST", priority=Priority.P1
    )
    sketch.visit("V2", "L2", "08:00", "08:30", needs="ESSENTIAL_ASSIST", priority=Priority.P1)
    sketch.visit("V3", "L3", "08:00", "08:30", needs="ESSENTIAL_ASSIST", priority=Priority.P2)
    sketch.visit("V4", "L1", "09:00", "17:00", needs="UPKEEP")
    sketch.visit("V5", "L4", "09:00", "17:00", needs="SHOPPING")
    sketch.employer("AI1", AI, communes=frozenset({"62498"}))
    for id, certificate in (("B1", "AI_DEFAULT"), ("B2", "AI_DEFAULT"), ("B3", "AI_TRAINED")):
        sketch.worker(id, certificate=certificate, employer="AI1")
    return CatalogueCase(
        "ai_essential_acts_shortage",
        "three workers of an intermediary association, one of them trained: upkeep and shopping "
        "are done, and one of three risings; qualifications are missing, not hands",
        sketch.problem(),
        {("B3", 0): ["V2"], ("B1", 0): ["V4", "V5"]},
        {"COMPETENCIES": {("B1", 0): ["V3"]}},
        {"V1": "all_of"},
    )


def promised_engagement() -> CatalogueCase:
    """S1: a signed paper with nobody, a promised one with B1; S2: no paper at all."""
    sketch = Sketch()
    sketch.visit("V1", "L1", "08:00", "09:00")
    sketch.visit("V2", "L2", "10:00", "11:00", provider="S2")
    sketch.worker("B1", papers={"S1": EngagementStatus.PROMISED, "S2": None})
    return CatalogueCase(
        "promised_engagement",
        "the promised contract allows V1 and is among the papers to sign; without contract or "
        "promise V2 stays uncovered",
        sketch.problem(),
        {("B1", 0): ["V1"]},
        {"ENGAGEMENT": {("B1", 0): ["V1", "V2"]}},
        {"V2": "not_engaged"},
    )


def ai_480_hours() -> CatalogueCase:
    """479 h are used: an hour more with a company fills the cap; with a non-profit body nothing counts."""
    sketch = Sketch()
    sketch.provider("S1", LegalStatus.COMPANY)
    sketch.provider("S2")
    sketch.visit("V1", "L1", "08:00", "09:00", 60, "UPKEEP", priority=Priority.P3)
    sketch.visit("V2", "L2", "10:00", "11:00", 60, "UPKEEP")
    sketch.visit("V3", "L3", "13:00", "14:00", 120, "UPKEEP", provider="S2")
    sketch.employer("AI1", AI)
    used = Counters(capped_ai_work=479 * 60)
    sketch.worker(
        "B1",
        certificate="AI_DEFAULT",
        employer="AI1",
        counters=used,
        contract=Contract(35 * 60, full_time=True),
    )
    return CatalogueCase(
        "ai_480_hours",
        "479 h counted: one more hour at a company, not two; at a non-profit nothing is counted",
        sketch.problem(),
        {("B1", 0): ["V1", "V3"]},
        {"AI_480H": {("B1", 0): ["V1", "V2", "V3"]}},
    )


def ai_territory() -> CatalogueCase:
    # All other places are in Lens, 62498.
    sketch = Sketch(communes={"L4": "62510"})
    sketch.visit("V1", "L1", "08:00", "09:00", needs="UPKEEP")
    sketch.visit("V2", "L4", "10:00", "11:00", needs="UPKEEP")
    sketch.employer("AI1", AI, communes=frozenset({"62498"}))
    sketch.worker("B1", certificate="AI_DEFAULT", employer="AI1")
    return CatalogueCase(
        "ai_territory",
        "L4 is outside the association's convention: V2 stays uncovered, with that reason",
        sketch.problem(),
        {("B1", 0): ["V1"]},
        {"AI_TERRITORY": {("B1", 0): ["V1", "V2"]}},
        {"V2": "outside_territory"},
    )


def own_sectors() -> CatalogueCase:
    """B1 lives nearer to all four; each crossing into the neighbour sector costs more than B2's ways."""
    sketch = Sketch(communes=SECTOR_TOWNS)
    sketch.visit("V1", "L1", "08:00", "08:30")
    sketch.visit("V2", "L2", "09:30", "10:00")
    sketch.visit("V3", "L3", "08:00", "08:30")
    sketch.visit("V4", "L4", "09:30", "10:00")
    sketch.worker("B1", sectors=frozenset({"WEST"}))
    sketch.worker("B2", sectors=frozenset({"EAST"}))
    policy = Policy(weights=Weights(neighbour_sector=600, other_sector=1200))
    return CatalogueCase(
        "own_sectors",
        "two sectors side by side: leaving one's own costs an hour of travel, so each stays in hers",
        sketch.problem(policy=policy, sectors=SECTORS),
        {("B1", 0): ["V1", "V2"], ("B2", 0): ["V3", "V4"]},
    )


def sector_limit() -> CatalogueCase:
    sketch = Sketch(communes=SECTOR_TOWNS)
    sketch.visit("V1", "L1", "08:00", "08:30")
    sketch.visit("V2", "L3", "09:30", "10:00")
    sketch.worker("B1", sectors=frozenset({"WEST"}), sector_limit=SectorLimit.HOME)
    return CatalogueCase(
        "sector_limit",
        "B1 goes nowhere but in her own sector: V2, in the next one, stays uncovered, with that reason",
        sketch.problem(sectors=SECTORS),
        {("B1", 0): ["V1"]},
        {"SECTOR": {("B1", 0): ["V1", "V2"]}},
        {"V2": "outside_sector"},
    )


def usual_face() -> CatalogueCase:
    """B2 lives as near as B1; only the habit decides, each way round."""
    sketch = Sketch()
    sketch.visit("V1", "L1", "08:00", "08:15", usual_workers=frozenset({"B2"}))
    sketch.visit("V2", "L2", "08:00", "08:15", usual_workers=frozenset({"B1"}))
    sketch.worker("B1")
    sketch.worker("B2")
    return CatalogueCase(
        "usual_face",
        "two workers equally near: each goes where she is known",
        sketch.problem(),
        {("B1", 0): ["V2"], ("B2", 0): ["V1"]},
    )


def longer_by_a_stranger() -> CatalogueCase:
    """V2 at 09:20, ten minutes from V1: B2 leaves V1 at 09:00, B1 at 09:20."""
    sketch = Sketch()
    sketch.visit("V1", "L1", "08:00", "08:00", usual_workers=frozenset({"B2"}), unfamiliar_extra=20)
    sketch.visit("V2", "L2", "09:20", "09:20")
    sketch.worker("B1")
    sketch.worker("B2")
    return CatalogueCase(
        "longer_by_a_stranger",
        "who has never been at V1 takes twenty minutes more there: B2 can go on to V2, B1 could not",
        sketch.problem(),
        {("B2", 0): ["V1", "V2"]},
        {"TIME_WINDOW": {("B1", 0): ["V1", "V2"]}},
    )


def never_again() -> CatalogueCase:
    sketch = Sketch()
    sketch.visit("V1", "L1", "08:00", "08:30", forbidden_workers=frozenset({"B1"}))
    sketch.worker("B1")
    return CatalogueCase(
        "never_again",
        "the client wants B1 no more: V1 stays uncovered, with that reason",
        sketch.problem(),
        {},
        {"FORBIDDEN_PAIR": {("B1", 0): ["V1"]}},
        {"V1": "forbidden"},
    )


def funded_release() -> CatalogueCase:
    """Four hours at 20 euros against the 50 left: the ledger shows 80 booked and 30 beyond the cap."""
    sketch = Sketch(department="67", now="10:00-12")
    sketch.provider(rural=True, employees=9)
    sketch.visit("V1", "L1", "08:00", "09:00", 120, "UPKEEP")
    sketch.visit("V2", "L2", "13:00", "14:00", 120, "UPKEEP")
    sketch.absent(
        "S1-E01",
        [("V1", "08:30"), ("V2", "13:30")],
        AbsenceKind.TRAINING_RELEASE,
        known="09:00-20",
        line=ALS_31.id,
    )
    sketch.worker("B1", contract=Contract(35 * 60, full_time=True))
    line = replace(ALS_31, consumed_cents=ALS_31.cap_cents - 50_00)
    return CatalogueCase(
        "funded_release",
        "a funded training release: 4 h at €20, €80 charged to ALS-3.1 once, €30 of it beyond the"
        " cap; told twelve days before, all is firm",
        sketch.problem(funding_lines=(line,)),
        {("B1", 0): ["V1", "V2"]},
    )


def short_notice() -> CatalogueCase:
    """Told at 06:15 for today: an essential act by somebody committed, refusals used, is firm; else to be
    offered."""
    sketch = Sketch()
    sketch.visit("V1", "L1", "08:00", "08:30", 60)
    sketch.visit("V2", "L2", "10:00", "11:00", 60, "UPKEEP")
    sketch.visit("V3", "L3", "08:00", "08:15", 60)
    sketch.absent("S1-E01", [("V1", "08:00"), ("V2", "10:00"), ("V3", "08:00")])
    sketch.employer("GE", agreement="bad")
    whole = Contract(35 * 60, full_time=True)
    sketch.worker("B1", contract=whole, counters=Counters(refusals=4))
    # Gone before the visit of 10:00: it is left to the other one.
    sketch.worker("B2", contract=whole, accepts_urgent=False, hours=(("07:00", "09:40"),))
    return CatalogueCase(
        "short_notice",
        "told at 06:15: the rising by a volunteer for emergencies who has used up her refusals is"
        " firm; the cleaning, and all that goes to who is no volunteer, is to be offered",
        sketch.problem(),
        {("B1", 0): ["V3", "V2"], ("B2", 0): ["V1"]},
    )


def nobody_else_wanted() -> CatalogueCase:
    """Both visits lost their carer; one client would rather wait."""
    sketch = Sketch()
    sketch.visit("V1", "L1", "08:00", "09:00")
    sketch.visit("V2", "L2", "10:00", "11:00", needs="UPKEEP", wants_replacement=False)
    sketch.absent("S1-E01", [("V1", "08:30"), ("V2", "10:00")])
    sketch.worker("B1")
    return CatalogueCase(
        "nobody_else_wanted",
        "V2 would rather wait for her usual worker: it is neither to be covered nor counted as a gap in care",
        sketch.problem(),
        {("B1", 0): ["V1"]},
        {"ASSIGNMENT": {("B1", 0): ["V1", "V2"]}},
    )


def mandatory_out_of_reach() -> CatalogueCase:
    sketch = Sketch()
    sketch.visit(
        "V1", "L1", "08:00", "08:30", needs="SUCTION ESSENTIAL_ASSIST", priority=Priority.P1, mandatory=True
    )
    sketch.visit("V2", "L2", "09:00", "10:00")
    sketch.worker("B1")
    return CatalogueCase(
        "mandatory_out_of_reach",
        "V1 is mandatory and asks for suction, which nobody can do: the plan covers V2 and says so loudly",
        sketch.problem(),
        {("B1", 0): ["V2"]},
        {"COMPETENCIES": {("B1", 0): ["V1", "V2"]}},
        {"V1": "nobody_has_competency"},
    )


def back_at_noon() -> CatalogueCase:
    """Away in the morning only: the evening visit keeps its carer."""
    sketch = Sketch()
    sketch.visit("V1", "L1", "08:00", "08:30")
    sketch.visit("V2", "L2", "18:00", "18:30")
    sketch.absent("S1-E01", [("V1", "08:00"), ("V2", "18:00")], present=True)
    sketch.worker("B1")
    away = Absence(
        "A1",
        "S1",
        "S1-E01",
        AbsenceKind.UNPLANNED,
        Interval(sketch.at("06:00"), sketch.at("12:00")),
        375,
        True,
    )
    return CatalogueCase(
        "back_at_noon",
        "absent until noon: only the morning's visit is to be covered",
        sketch.problem(absences=(away,)),
        {("B1", 0): ["V1"]},
        {"ASSIGNMENT": {("B1", 0): ["V1", "V2"]}},
    )


def triage() -> CatalogueCase:
    """One person, one hour: five people want it."""
    sketch = Sketch()
    sketch.visit("V1", "L1", "08:00", "08:10", priority=Priority.P1)
    for number in (2, 3, 4):
        sketch.visit(f"V{number}", f"L{number}", "08:00", "08:10", 30, needs="UPKEEP", priority=Priority.P4)
    sketch.visit("V5", "L4", "08:00", "08:10", 30, act_class=ActClass.ESSENTIAL, priority=Priority.P2)
    sketch.worker("B1", hours=(("07:50", "09:15"),), contract=Contract(weekly=26 * 60))
    return CatalogueCase(
        "triage",
        "one hour for five clients: the P1 goes first, whatever it costs the others",
        sketch.problem(),
        {("B1", 0): ["V1"]},
        {"TIME_WINDOW": {("B1", 0): ["V1", "V5"]}},
    )


CASES = (
    smallest_day,
    triage,
    mandatory_out_of_reach,
    nobody_else_wanted,
    back_at_noon,
    ai_essential_acts_shortage,
    ai_480_hours,
    ai_territory,
    own_sectors,
    sector_limit,
    promised_engagement,
    usual_face,
    longer_by_a_stranger,
    never_again,
    funded_release,
    short_notice,
)
