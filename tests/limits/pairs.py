"""Limits that keep a worker off a visit, or tie visits to each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from brigade.units import Interval
from brigade.values.competencies import parse_catalogue
from brigade.values.demand import ActClass, Link, LinkKind, Visit
from brigade.values.places import Sector, SectorLimit, Site, TravelMode, Vehicle
from brigade.values.policy import Policy, Weights
from brigade.values.problem import Problem
from brigade.values.workforce import EmployerKind, Learning, PersonalLimits, Worker
from tests.builders import COMPETENCIES, LINE, at, block, employer, labour, matrix, problem, visit, worker
from tests.limits.case import Case, unvalidated

FLAG = {"value": 1, "unit": "flag", "stricter": "higher"}
CLOCK = {"unit": "min_of_day"}
SUNDAY, MAY_FIRST, CHRISTMAS = date(2026, 3, 15), date(2026, 5, 1), date(2026, 12, 25)


def _availability() -> Case:
    asked = problem([visit("V1", "A", 60, "09:00", "09:00")], [worker("W1", home=None)])
    taken = unvalidated(asked, asked.workers[0], other_work=(Interval(at("08:30"), at("09:30")),))
    return Case("availability", "availability_other_work", taken, believed=asked)


def _competencies() -> Iterator[Case]:
    yield Case("competencies", "competencies", problem([visit("V1", required=frozenset({"NIGHT"}))]))
    known = parse_catalogue(
        COMPETENCIES.replace('actes essentiels"', 'actes essentiels"\nact_class = "essential"')
    )
    first = labour(bad={"COMPETENCIES.first_level_excluded": FLAG})
    yield Case(
        "competencies", "competencies_first_level", problem([visit("V1")], rules=first, catalogue=known)
    )
    window = {
        "NIGHT_WINDOW.from": {"value": 1320, **CLOCK},
        "NIGHT_WINDOW.to": {"value": 420, **CLOCK, "stricter": "higher"},
    }
    nights = labour(
        bad={**window, "NIGHT_LIMITS.counts_from": 180, "COMPETENCIES.first_level_no_night": FLAG}
    )
    night = visit("V1", "H", 240, "22:00", "22:00", act_class=ActClass.ORDINARY)
    late = worker("W1", "20:00", "30:00")
    asked = problem([night], [late], rules=nights, catalogue=known, days=2)
    yield Case("competencies", "competencies_night", asked)


def _links() -> Iterator[Case]:
    """W1 can do V1 at eight and V2 at noon, one after the other, late at a price; beside V2 lives W2."""
    for finds, link in (
        ("link_same_start", Link(LinkKind.SAME_START, "V1", "V2")),
        ("link_min_gap", Link(LinkKind.GAP, "V1", "V2", 300, None)),
        ("link_max_gap", Link(LinkKind.GAP, "V1", "V2", 0, 120)),
    ):
        morning = visit("V1", "A", 60, "08:00", "08:00", hard_latest="12:00")
        noon = visit("V2", "A", 60, "12:00", "12:00", hard_latest="14:00")
        asked = problem([morning, noon], [worker("W1", home=None)], links=(link,))
        yield Case("links", finds, asked, believed=replace(asked, links=()))
    near = [visit("V1", "H", 60, "08:00", "08:00"), visit("V2", "D", 60, "10:00", "10:00")]
    same = Link(LinkKind.SAME_WORKER, "V1", "V2", together=False)
    people = [worker("W1"), replace(worker("W2"), start_site="D", end_site="D")]
    yield Case("links", "link_same_worker", problem(near, people, links=(same,)))
    other = Link(LinkKind.DIFFERENT_WORKERS, "V1", "V2", together=False)
    yield Case("links", "link_different_workers", problem(near, links=(other,)))


def _work_blocks() -> Iterator[Case]:
    """Two who could come at different hours do not both come."""
    early, late = worker("W1", "06:00", "07:30"), worker("W2", "10:00", "11:30")
    wished = block("R1", ["W1", "W2"], 60, "06:00", "11:00", at_least=1)
    asked = problem([], [early, late], blocks=[wished])
    yield Case("work_blocks", "work_blocks_apart", asked, believed=replace(asked, links=()))


def _learning() -> Iterator[Case]:
    """W2 still learns the client, whom W1 knows: alone she may not come, and her seat is hers."""
    learns = (Learning(client_id="S1:A", shared_needed=2),)
    visits = [visit("V1", "A", 60, "08:00", "08:00", usual_workers=frozenset({"W1"}))]
    away = worker("W1", "14:00", "18:00")
    yield Case("learning", "learning", problem(visits, [away, worker("W2", learning=learns)]))
    near = [worker("W1"), worker("W2", learning=learns), worker("W3")]
    dear = Policy(weights=Weights(shared_visits=6000))
    hers = problem(visits, near, policy=dear)
    without = unvalidated(hers, near[1], availability=())
    yield Case("learning", "learning_other", without)


def _shadowing() -> Iterator[Case]:
    """V1 is at eight and W2 is there from ten, or nobody who knows comes, or nobody at all."""
    dear = Policy(weights=Weights(shared_visits=60_000))

    def learner(*hours: str, tutor: str = "W1") -> Worker:
        learns = Learning(client_id="S1:A", shared_needed=2, tutors=frozenset({tutor}))
        return worker("W2", *hours, learning=(learns,))

    wide = [visit("V1", "A", 60, "07:00", "11:00")]
    apart = problem(wide, [worker("W1", "06:00", "08:30"), learner("09:50", "12:00")], policy=dear)
    yield Case("shadowing", "shadowing_apart", apart, believed=replace(apart, links=()))
    early = [visit("V1", "A", 60, "08:00", "08:00")]
    nobody = [worker("W1", "14:00", "18:00"), learner()]
    yield Case("shadowing", "shadowing_without", problem(early, nobody, policy=dear))
    unknown = [worker("W1", "14:00", "18:00"), learner(), worker("W3")]
    yield Case("shadowing", "shadowing_unguided", problem(early, unknown, policy=dear))


def _notice() -> Case:
    owed = labour(bad={"SCHEDULE_NOTICE.days": {"value": 7, "unit": "days", "stricter": "higher"}})
    asked = problem([visit("V1")], rules=owed, policy=Policy(only_urgent_inside_notice=True))
    return Case("notice", "schedule_notice", asked)


def _territory() -> Iterator[Case]:
    rules = labour(mandatory={"AI_TERRITORY.convention_only": FLAG, "AI_TERRITORY.own_territory": FLAG})
    sites = tuple(Site(id, "62498") for id in LINE)
    elsewhere = frozenset({"62119"})
    lender = employer("E1", kind=EmployerKind.INTERMEDIARY_ASSOCIATION, communes=elsewhere)
    yield Case(
        "territory",
        "ai_territory_convention",
        problem([visit("V1")], rules=rules, sites=sites, employers=(lender,)),
    )
    yield Case(
        "territory",
        "ai_territory_own",
        problem([visit("V1")], [worker(territory=elsewhere)], rules=rules, sites=sites),
    )


def _sectors() -> Iterator[Case]:
    """Three sectors in a row: the place of the visit is the farthest from hers."""
    sites = tuple(Site(id, "62498") for id in LINE)
    row = (
        Sector("Q1", "Nord", sites=frozenset({"H"}), neighbours=frozenset({"Q2"})),
        Sector("Q2", "Centre", sites=frozenset({"A"})),
        Sector("Q3", "Sud", sites=frozenset({"B"}), neighbours=frozenset({"Q2"})),
    )
    for finds, limit, place in (
        ("sector_home", SectorLimit.HOME, "A"),
        ("sector_neighbours", SectorLimit.NEIGHBOURS, "B"),
    ):
        people = [worker(sectors=frozenset({"Q1"}), sector_limit=limit)]
        yield Case("sectors", finds, problem([visit("V1", place)], people, sites=sites, sectors=row))


def _sundays() -> Iterator[Case]:
    for provider, finds, day, more in (
        ("S1", "essential_only", SUNDAY, {"act_class": ActClass.ORDINARY}),
        ("S2", "fragile_only", SUNDAY, {"fragile": False}),
        ("S2", "sunday_fragile_only", SUNDAY, {"fragile": False}),
        ("S2", "christmas_essential_only", CHRISTMAS, {"act_class": ActClass.ORDINARY, "fragile": True}),
    ):
        rules = labour(**{"bad" if provider == "S1" else "sap": {f"SUNDAY_HOLIDAY_ACTS.{finds}": FLAG}})
        asked = problem([visit("V1", provider=provider, **more)], first_day=day, rules=rules)
        yield Case("sunday_holiday_acts", f"sunday_holiday_acts_{finds}", asked)


def _commute() -> Iterator[Case]:
    zone = labour(
        sap={
            "COMMUTE_NORMAL.zone_minutes": 25,
            "COMMUTE_NORMAL.zone_metres": {"value": 25_000, "unit": "metres"},
        }
    )
    yield Case("commute_zone", "commute_normal_zone", problem([visit("V1", "C", provider="S2")], rules=zone))
    near = worker(limits=PersonalLimits(max_commute=25))
    yield Case("commute_zone", "commute_normal_personal", problem([visit("V1", "C")], [near]))


def _vehicles() -> Iterator[Case]:
    """By bus nobody gets anywhere in time: whoever comes has the car that stands at home."""
    early = visit("V1", "B", 30, "06:20", "06:30")
    noon = Interval(at("12:00"), at("18:00"))
    for detail, more in (
        ("driver", {"provider_id": "S2"}),
        ("licence", {"licence": "NIGHT"}),
        ("hours", {"hours": (noon,)}),
        ("out_of_service", {"out_of_service": (Interval(at("06:00"), at("07:00")),)}),
        # 20 km there and 20 km back.
        ("range", {"range_m": 39_999}),
    ):
        whom = worker(mode=TravelMode.BUS, providers=("S1",))
        yield Case("vehicles", f"vehicles_{detail}", _by_car([early], [whom], **more))
    # Back at 07:10 and charged at 07:40, where the second one leaves at 07:30 at the latest.
    people = [worker("W1", "06:00", "07:10", mode=TravelMode.BUS), worker("W2", "07:15", mode=TravelMode.BUS)]
    pair = [early, visit("V2", "B", 30, "07:40", "07:50")]
    yield Case("vehicles", "vehicles_shared", _by_car(pair, people, recharge=30))


def _by_car(visits: list[Visit], people: list[Worker], **more: Any) -> Problem:
    ways = {TravelMode.BUS: matrix(mode=TravelMode.BUS, scale=20), TravelMode.CAR: matrix()}
    return problem(visits, people, travel=ways, vehicles=(Vehicle("K", "Clio", "H", **more),))


def _may_first() -> Problem:
    rules = labour(mandatory={"HOLIDAY_RHYTHM.may_first_essential_only": FLAG})
    return problem([visit("V1", act_class=ActClass.ORDINARY)], first_day=MAY_FIRST, rules=rules)


PAIRS: tuple[Case, ...] = (
    _availability(),
    *_competencies(),
    Case("engagement", "engagement", problem([visit("V1")], [worker(providers=("S2",))])),
    Case("forbidden_pairs", "forbidden_pair", problem([visit("V1", forbidden_workers=frozenset({"W1"}))])),
    *_links(),
    *_work_blocks(),
    *_learning(),
    *_shadowing(),
    _notice(),
    *_territory(),
    *_sectors(),
    *_sundays(),
    *_commute(),
    *_vehicles(),
    Case("holiday_rhythm", "holiday_rhythm_may_first", _may_first()),
)
