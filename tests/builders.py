"""Tiny problems in one line each: sites on a line, workers, visits, rule values and hand-timed tours.

Times are ticks, or wall clock texts of the horizon's first day ("08:30"; "26:15" is 02:15 of the next day).
Texts are right for ticks of one minute on days without a clock change; tests of those nights give ticks from
`Horizon.at`. No rule value applies unless a test names it with `labour`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from brigade.texts.accords import Accord
from brigade.texts.labour_code import LabourCode, build_labour_code
from brigade.timing.duty_days import engagement_of
from brigade.timing.tour_ways import Leg, leg_of
from brigade.units import Horizon, Ticks, TimeWindow
from brigade.values.competencies import CompetencyCatalogue, parse_catalogue
from brigade.values.demand import (
    ActClass,
    Client,
    LegalStatus,
    Link,
    Priority,
    Provider,
    Visit,
    WorkBlock,
    WorkBlockKind,
)
from brigade.values.places import NO_WAY, Basin, Site, TravelMatrix, TravelMode
from brigade.values.plan import Plan, Reason, Route, Stop, UncoveredVisit
from brigade.values.problem import Problem
from brigade.values.workforce import (
    Availability,
    Employer,
    EmployerKind,
    Engagement,
    EngagementStatus,
    Worker,
)
from brigade.worked.shared_visits import with_shared_visits

MONDAY = date(2026, 3, 9)
ALWAYS = (date(2000, 1, 1), date(2100, 1, 1))
Clock = str | Ticks
LINE: Mapping[str, int] = {"H": 0, "A": 10, "B": 20, "C": 30, "D": 40}
"""Default places, in minutes from H along one road; a minute is a kilometre."""

COMPETENCIES = """
[competency.UPKEEP]
name = "entretien"
[competency.ESSENTIAL_ASSIST]
name = "aide aux actes essentiels"
[competency.NIGHT]
name = "nuit"
[certificate.ADVF]
name = "ADVF"
grants = ["UPKEEP", "ESSENTIAL_ASSIST"]
"""


def at(clock: Clock, day: int = 0) -> Ticks:
    """Ticks of a wall clock text, `day` ordinary days after the first; ticks pass through."""
    if isinstance(clock, int):
        return clock
    hours, minutes = clock.split(":")
    return day * 1440 + int(hours) * 60 + int(minutes)


def catalogue() -> CompetencyCatalogue:
    return parse_catalogue(COMPETENCIES)


# -- labour ------------------------------------------------------------------------------------------------
def labour(
    bad: Mapping[str, Any] | None = None,
    sap: Mapping[str, Any] | None = None,
    mandatory: Mapping[str, Any] | None = None,
    default: Mapping[str, Any] | None = None,
) -> LabourCode:
    """A labour code of the values given: {"DAILY_REST": 660, "REST_BREAK.length": {"value": 20, "stricter":
    "higher"}}.

    Without a name the parameter is `limit`; unit `min` and stricter `lower` unless said. `ct` is an agreement
    too.
    """
    code = [*_rows(mandatory, "mandatory", "ct"), *_rows(default, "default", "ct")]
    rules = {row.split('rule = "')[1].split('"')[0] for row in [*code, *_rows(bad), *_rows(sap)]}
    heads = [
        f'[rule.{rule}]\nkind = "limit"\ntitle = "{rule}"\nsentence = "{rule}"' for rule in sorted(rules)
    ]
    texts = [_text(id, _rows(values, article=id)) for id, values in (("bad", bad), ("sap", sap))]
    return build_labour_code("\n".join(["[rule]", *heads]), _text("ct", code), texts)


def _text(id: str, rows: Sequence[str]) -> str:
    return "\n".join([f'id = "{id}"', f'name = "{id}"', 'version = "test"', *rows])


def _rows(values: Mapping[str, Any] | None, layer: str = "agreement", article: str = "") -> list[str]:
    return [_row(key, value, layer, article) for key, value in (values or {}).items()]


def _row(key: str, value: Any, layer: str, article: str) -> str:
    rule, _, name = key.partition(".")
    given = value if isinstance(value, Mapping) else {"value": value}
    fields = {"name": name or "limit", "unit": "min", "article": f"{article} {key}", "layer": layer, **given}
    lines = [f"{field} = {_toml(one)}" for field, one in fields.items()]
    return "\n".join(["[[value]]", f'rule = "{rule}"', "in_force_from = 2020-01-01", *lines])


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, int) else f'"{value}"'


# -- problems ----------------------------------------------------------------------------------------------
def visit(
    id: str,
    site: str = "A",
    minutes: int = 60,
    earliest: Clock = "06:00",
    latest: Clock = "22:00",
    *,
    hard_latest: Clock | None = None,
    provider: str = "S1",
    day: int = 0,
    priority: Priority = Priority.P2,
    act_class: ActClass = ActClass.ESSENTIAL,
    **more: Any,
) -> Visit:
    """A visit of `minutes` ticks that may begin from `earliest` to `latest` (late up to `hard_latest`).

    `windows=` replaces that single window; other keywords are fields of `Visit`.
    """
    last = at(latest if hard_latest is None else hard_latest, day)
    fields = {"windows": (TimeWindow(at(earliest, day), at(latest, day), last),), **more}
    return Visit(id, f"{provider}:{site}", minutes, priority=priority, act_class=act_class, **fields)


def block(
    id: str = "R1",
    participants: Sequence[str] = ("W1",),
    minutes: int = 60,
    earliest: Clock = "14:00",
    latest: Clock | None = None,
    *,
    site: str | None = "A",
    kind: WorkBlockKind = WorkBlockKind.MEETING,
    priority: Priority = Priority.P3,
    day: int = 0,
    **more: Any,
) -> WorkBlock:
    """Work that is no visit, at a fixed hour unless `latest` is given."""
    last = at(earliest if latest is None else latest, day)
    windows = (TimeWindow(at(earliest, day), last, last),)
    people = frozenset(participants)
    return WorkBlock(id, kind, minutes, windows, people, priority, site, **more)


def worker(
    id: str = "W1",
    start: Clock = "06:00",
    end: Clock = "22:00",
    *,
    home: str | None = "H",
    employer: str = "E1",
    hours: Sequence[tuple[Clock, Clock]] | None = None,
    providers: Sequence[str] = ("S1", "S2"),
    **more: Any,
) -> Worker:
    """A worker available `start` to `end` of the first day (or each of `hours`), engaged with `providers` for
    ever."""
    spans = hours if hours is not None else ((start, end),)
    fields: dict[str, Any] = {
        "availability": tuple(Availability.strict(at(first), at(last)) for first, last in spans),
        "engagements": tuple(Engagement(provider, *ALWAYS) for provider in providers),
        "start_site": home,
        "end_site": home,
        **more,
    }
    return Worker(id, employer, **fields)


def provider(
    id: str, agreement: str = "bad", accords: Mapping[str, int] | None = None, **more: Any
) -> Provider:
    status = more.pop("legal_status", LegalStatus.NON_PROFIT)
    return Provider(id, id, status, agreement, accords=declared(accords or {}), **more)


def employer(
    id: str,
    agreement: str = "ct",
    kind: EmployerKind = EmployerKind.EMPLOYER_GROUP,
    accords: Mapping[str, int] | None = None,
    **more: Any,
) -> Employer:
    return Employer(id, id, kind, agreement, accords=declared(accords or {}), **more)


def declared(values: Mapping[str, int]) -> dict[str, Accord]:
    """Accords without a source."""
    return {rule: Accord(value) for rule, value in values.items()}


def matrix(
    places: Mapping[str, int] = LINE, mode: TravelMode = TravelMode.CAR, scale: int = 1
) -> TravelMatrix:
    """Minutes (times `scale`) and metres between places on a line, a kilometre each minute of distance."""
    points = np.array(list(places.values()), dtype=np.int64)
    away = np.abs(points[:, None] - points[None, :])
    return TravelMatrix(mode, tuple(places), away * scale, away * 1000)


def without_way(asked: Problem, *legs: tuple[str, str], mode: TravelMode = TravelMode.CAR) -> Problem:
    """The same problem in which `mode` does not get from the first place of each leg to the second."""
    known = asked.travel[mode]
    ticks, metres = known.ticks.copy(), known.metres.copy()
    for origin, destination in legs:
        place = known.index[origin], known.index[destination]
        ticks[place], metres[place] = NO_WAY, 0
    return replace(asked, travel={**asked.travel, mode: replace(known, ticks=ticks, metres=metres)})


def problem(
    visits: Sequence[Visit],
    workers: Sequence[Worker] | None = None,
    *,
    places: Mapping[str, int] = LINE,
    first_day: date = MONDAY,
    days: int = 1,
    ticks_per_minute: int = 1,
    rules: LabourCode | None = None,
    blocks: Sequence[WorkBlock] = (),
    links: Sequence[Link] = (),
    **more: Any,
) -> Problem:
    """A problem of `visits` (their sites and providers S1, S2 made to fit) for `workers` (one, W1, when not
    given).

    Provider S1 is under `bad`, S2 under `sap`; employer E1 under `ct`; any of it is replaced by a keyword.
    `blocks`: work that is no visit, with its attendances.
    """
    scale = ticks_per_minute
    modes = {one.mode for one in workers or ()} | {TravelMode.CAR}
    clients = dict.fromkeys(one.client_id for one in visits)
    fields: dict[str, Any] = {
        "horizon": Horizon(first_day, days, ticks_per_minute=scale),
        "basin": Basin("B1", "Lens", "62"),
        "sites": tuple(Site(id) for id in places),
        "providers": (provider("S1"), provider("S2", "sap", legal_status=LegalStatus.COMPANY)),
        "clients": tuple(Client(id, id.split(":")[0], id.split(":")[1]) for id in clients),
        "visits": (*visits, *(seat for one in blocks for seat in one.attendances)),
        "links": (*links, *(tie for one in blocks for tie in one.ties)),
        "work_blocks": tuple(blocks),
        "employers": (employer("E1"),),
        "workers": tuple(workers) if workers is not None else (worker(),),
        "travel": {mode: matrix(places, mode, scale) for mode in sorted(modes)},
        "catalogue": catalogue(),
        "labour": rules if rules is not None else labour(),
        **more,
    }
    return with_shared_visits(Problem(**fields))


# -- plans timed by hand -----------------------------------------------------------------------------------
def route(
    problem: Problem, worker_id: str, *stops: tuple[Any, ...], tour: int = 0, day: date | None = None
) -> Route:
    """A tour whose service starts are given: `("V1", "08:00")`, or `("V1", "08:00", 30)` with a pause of 30
    before it.

    The first stop is reached just in time, the others at the previous end + travel.
    """
    worker = problem.worker_by_id[worker_id]
    duty = day or problem.day_of(worker.availability[tour].start)
    made: list[Stop] = []
    place = worker.start_site
    for visit_id, clock, *pause in stops:
        wanted, begins = problem.visit_by_id[visit_id], at(clock)
        here = problem.place_of(wanted, worker)
        travel, metres = travel_between(problem, worker, place, here)
        arrival = made[-1].end + travel if made else begins
        rest = pause[0] if pause else 0
        host = next(iter(problem.hosts_at(wanted)), None)
        papers = engagement_of(worker, host, duty) if host else None
        to_sign = papers.provider_id if papers and papers.status is EngagementStatus.PROMISED else None
        end = begins + wanted.service_by(worker_id)
        made.append(Stop(visit_id, arrival, begins, end, travel, metres, rest, paper_to_sign=to_sign))
        place = here
    back, metres_back = travel_between(problem, worker, place, worker.end_site)
    departure = made[0].arrival - made[0].travel
    return Route(worker_id, tour, duty, departure, tuple(made), made[-1].end + back, back, metres_back)


def plan(problem: Problem, *routes: Route, **more: Any) -> Plan:
    """A plan of `routes`; every open visit that is not in them is uncovered."""
    made = Plan(tuple(sorted(routes, key=lambda one: (one.worker_id, one.tour))), **more)
    left = [request.visit.id for request in problem.requests if request.visit.id not in made.covered]
    return replace(made, uncovered=tuple(UncoveredVisit(id, (Reason.of("left_out"),)) for id in left))


def travel_between(problem: Problem, worker: Worker, origin: str | None, destination: str | None) -> Leg:
    """Ticks and metres of `worker`'s own mode between two sites. A place that is not given
    (None) costs nothing to reach; one that her mode does not get to costs what arriving there takes, and
    whoever goes there breaks a rule.

    Raises: UnknownSite, when the mode's matrix does not hold one of them.
    """
    return leg_of([(problem.ways[worker.mode], origin, destination)])
