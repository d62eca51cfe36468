"""Rules of single visits, tours and ties."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from tests.second_checker.days import Person
from tests.second_checker.driving import from_home, leg_of, ways_of
from tests.second_checker.reading import Case, Stop, Tour, Worker, overlap
from tests.second_checker.texts import ZONE, LabourTexts, Rules, data

Broken = tuple[str, str | None, date | None]
BESIDE = {"57": ("54", "67", "88"), "67": ("54", "57", "68", "88"), "68": ("67", "70", "88", "90")}
"""The departments of local law, and those that border them."""


def assignment(case: Case) -> Iterator[Broken]:
    done = Counter(stop.visit["id"] for tour in case.tours for stop in tour.stops)
    left = {one["visit_id"] for one in case.plan.get("uncovered", [])}
    wrong = (
        any(count > 1 for count in done.values())
        or any(id not in case.open for id in done)
        or bool(left & done.keys())
    )
    wrong = wrong or any(id not in done and id not in left for id in case.open)
    numbers = Counter((tour.worker_id, tour.number) for tour in case.tours)
    wrong = (
        wrong or any(count > 1 for count in numbers.values()) or any(not tour.stops for tour in case.tours)
    )
    for link in case.links:
        if link.get("together", True):
            ends = (link["first"], link["second"])
            wrong = wrong or (
                any(end in done for end in ends) and not all(_is_done(case, done, end) for end in ends)
            )
    for seats in case.seats:
        needed = [seat["id"] in done for seat in seats[: _needed(seats)]]
        wrong = wrong or (any(needed) and not all(needed))
    if wrong:
        yield "ASSIGNMENT", None, None


def _needed(seats: list[dict[str, Any]]) -> int:
    least = seats[0]["block"].get("at_least")
    return len(seats) if least is None else int(least)


def blocks(case: Case) -> Iterator[Broken]:
    """At one time, each person once, with as many as are needed."""
    for seats in case.seats:
        ids = {seat["id"] for seat in seats}
        taken = [
            (tour.worker_id, stop) for tour in case.tours for stop in tour.stops if stop.visit["id"] in ids
        ]
        is_apart = len({stop.start for _, stop in taken}) > 1
        is_twice = len({worker for worker, _ in taken}) < len(taken)
        if is_apart or is_twice or 0 < len(taken) < _needed(seats):
            yield "WORK_BLOCKS", None, None


def _is_done(case: Case, done: Counter[str], id: str) -> bool:
    return id in done or case.is_kept(case.visits[id])


def timing(case: Case, tour: Tour, worker: Worker) -> Iterator[Broken]:
    clock, legs = tour.departure, ways_of(case, tour, worker) if tour.stops else []
    fits = all(case.has_way(*way) for ways in legs for way in ways)
    for stop, ways in zip(tour.stops, legs, strict=False):
        fits = fits and (stop.travel, stop.metres) == leg_of(case, ways)
        fits = fits and stop.arrival == clock + stop.travel and stop.pause >= 0 and stop.wait >= 0
        fits = fits and stop.end == stop.start + case.clock.length(_service_min(stop.visit, worker))
        clock = stop.end
    fits = fits and (not legs or (tour.travel_back, tour.metres_back) == leg_of(case, legs[-1]))
    fits = fits and tour.back == clock + tour.travel_back
    if not fits:
        yield "TIMING", worker.id, tour.day


def _service_min(visit: dict[str, Any], worker: Worker) -> int:
    known = {*visit.get("usual_workers", ()), *visit.get("preferred_workers", ())}
    more = 0 if worker.told["id"] in known else visit.get("unfamiliar_extra_min", 0)
    return int(visit["duration_min"] + more)


def window(case: Case, stop: Stop) -> dict[str, Any] | None:
    """The window that its start lies in."""
    of = case.clock.of
    for one in stop.visit["windows"]:
        if of(one["earliest"]) <= stop.start <= of(one.get("hard_latest") or one["latest"]):
            return dict(one)
    return None


def availability(case: Case, tour: Tour, worker: Worker) -> Iterator[Broken]:
    start, _, hard_end = worker.tours[tour.number]
    busy = any(overlap((stop.start, stop.end), other) for stop in tour.stops for other in worker.other_work)
    if tour.departure < start or tour.back > hard_end or busy:
        yield "AVAILABILITY", worker.id, tour.day


def held(case: Case, worker: Worker, day: date) -> set[str]:
    """Competencies held on that date, through certificates still valid and what these include."""
    told = case.problem.get("catalogue")
    shipped = data("competencies.toml")["certificate"]
    certificates = {one["code"]: one for one in told["certificates"]} if told else shipped
    found = set(worker.told.get("competencies", []))
    waiting = [
        one["code"]
        for one in worker.told.get("certificates", [])
        if (not one.get("obtained") or date.fromisoformat(one["obtained"]) <= day)
        and (not one.get("expires") or day <= date.fromisoformat(one["expires"]))
    ]
    seen: set[str] = set()
    while waiting:
        code = waiting.pop()
        if code not in seen:
            seen.add(code)
            found.update(certificates[code].get("grants", []))
            waiting.extend(certificates[code].get("includes", []))
    return found


def act_classes(case: Case) -> dict[str, str | None]:
    told = case.problem.get("catalogue")
    if told:
        return {one["code"]: one.get("act_class") for one in told["competencies"]}
    return {code: one.get("act_class") for code, one in data("competencies.toml")["competency"].items()}


def is_first_level(case: Case, holds: set[str]) -> bool:
    classes = act_classes(case)
    return not any(classes.get(code) == "essential" for code in holds)


def of_stop(case: Case, labour: LabourTexts, tour: Tour, worker: Worker, stop: Stop) -> Iterator[Broken]:
    visit, hosts = stop.visit, case.hosts_of(stop.visit)
    rules = labour.of(worker, hosts)

    def broken(rule: str) -> Broken:
        return rule, worker.id, tour.day

    if window(case, stop) is None:
        yield broken("TIME_WINDOW")
    holds = held(case, worker, tour.day)
    required = set(visit.get("required", []))
    care = data("child_care.toml")
    of_children = care["competency"] in holds and not required.isdisjoint(care["publics"])
    does_it = visit["act_class"] == "essential" and "beside" not in visit
    lacks_level = does_it and any(
        text.flag("COMPETENCIES", "first_level_excluded")
        and not (of_children and text.flag("COMPETENCIES", "first_level_child_care"))
        for host in hosts
        for text in labour.alone(worker, host)
    )
    if not required <= holds or (lacks_level and is_first_level(case, holds)):
        yield broken("COMPETENCIES")
    if hosts and not any(
        one["provider_id"] in hosts
        and date.fromisoformat(one["first"]) <= tour.day <= date.fromisoformat(one["last"])
        for one in worker.told.get("engagements", [])
    ):
        yield broken("ENGAGEMENT")
    if comes_too_soon(case, labour, worker, stop):
        yield broken("SCHEDULE_NOTICE")
    if worker.id in visit.get("forbidden_workers", []) or worker.id not in visit.get("workers", [worker.id]):
        yield broken("FORBIDDEN_PAIR")
    if hosts and _is_outside(case, worker, visit):
        yield broken("AI_TERRITORY")
    if sector_distance(case, worker, visit) > {"home_sector": 0, "neighbour_sectors": 1}.get(
        worker.told.get("sector_limit") or "", 2
    ):
        yield broken("SECTOR")
    yield from (broken(rule) for rule in reserved_days(case, rules, stop))
    if "ON_CALL" not in case.off and _is_closed_by_calls(case, worker, stop, rules):
        yield broken("ON_CALL")
    texts = labour.apart(worker, hosts, ZONE) if hosts else []
    place = case.site_of(visit, worker)
    if place is not None and any(beyond(text, from_home(case, tour, worker, visit, place)) for text in texts):
        yield broken("COMMUTE_NORMAL")


def _is_closed_by_calls(case: Case, worker: Worker, stop: Stop, rules: Rules) -> bool:
    """On call then, resting after a call, or on a Sunday or holiday of which the next one is on call."""
    service = (stop.start, stop.end)
    if any(overlap(service, one) for one in worker.on_call):
        return True
    rest = rules.get("DAILY_REST")
    calls = worker.calls if rules.flag("ON_CALL", "call_resets_rest") and rest is not None else []
    if any(overlap(service, (start, end + (rest or 0))) for start, end in calls):
        return True
    if not rules.flag("ON_CALL", "none_after_worked"):
        return False
    commune, on_call = case.commune_of(stop.visit), set[date]()
    for start, end in worker.on_call:
        on_call.update(case.clock.dates(start, end))

    def is_reserved(day: date) -> bool:
        return day.isoweekday() == 7 or is_holiday(case, day, commune)

    for day in filter(is_reserved, case.clock.dates(*service)):
        following = day + timedelta(days=1)
        while not is_reserved(following):
            following += timedelta(days=1)
        if following in on_call:
            return True
    return False


def comes_too_soon(case: Case, labour: LabourTexts, worker: Worker, stop: Stop) -> bool:
    """Inside the notice, where the policy keeps it for urgencies, and none that every text knows which knows
    any."""
    if not case.policy.get("only_urgent_inside_notice") or stop.visit["id"] not in case.open:
        return False
    hosts = case.hosts_of(stop.visit)
    rules, absence = labour.of(worker, hosts), case.absence_of(stop.visit)
    told = case.now if absence is None else max(case.now, case.clock.of(absence["known_at"]))
    announced = stop.visit.get("block", {}).get("announced_at")
    if announced is not None:
        told = min(told, case.clock.of(announced))
    day, commune = case.clock.date_of(told), case.commune_of(stop.visit)
    days, working = rules.get("SCHEDULE_NOTICE", "days"), rules.get("SCHEDULE_NOTICE", "working_days")
    ends = [] if days is None else [day + timedelta(days=days)]
    if working is not None:
        while working:
            day += timedelta(days=1)
            working -= day.isoweekday() < 6 and not is_holiday(case, day, commune)
        ends.append(day)
    if all(stop.start >= case.clock.days_later(told, end) for end in ends):
        return False
    cause = urgent_cause(stop.visit, absence)
    speaking = [
        text
        for text in labour.alone(worker, hosts[0] if hosts else None)
        if any(rule == "URGENT_CAUSES" for rule, _ in text.rows)
    ]
    return not speaking or not all(_knows(text, cause, stop.visit) for text in speaking)


def urgent_cause(visit: dict[str, Any], absence: dict[str, Any] | None) -> str | None:
    """The one said of the visit, else of the absence: called urgent, an unplanned one is a colleague's, a
    planned one none."""
    if visit.get("cause") or absence is None:
        return visit.get("cause")
    colleague = "colleague_absence" if absence.get("urgent_cause") else None
    said = absence.get("cause") or colleague
    return None if said == "colleague_absence" and absence["kind"] != "unplanned" else said


def _knows(text: Rules, cause: str | None, visit: dict[str, Any]) -> bool:
    is_enough = visit["act_class"] == "essential" or not text.flag("URGENT_CAUSES", "essential_required")
    return cause is not None and text.flag("URGENT_CAUSES", cause) and is_enough


def sector_distance(case: Case, worker: Worker, visit: dict[str, Any]) -> int:
    """0: in her sector, or nothing binds; 1: beside it; 2: further, or in no sector."""
    told = case.problem.get("sectors", []) if case.hosts_of(visit) else []
    own = [one for one in told if one.get("provider_id") in case.hosts_of(visit)]
    counted = {one["id"]: one for one in own or [one for one in told if not one.get("provider_id")]}
    homes = [id for id in worker.told.get("sectors", []) if id in counted]
    if not homes:
        return 0
    site = case.site_of(visit, worker)
    named = [id for id, one in counted.items() if site in one.get("sites", [])]
    held = [id for id, one in counted.items() if case.commune_of(visit) in one.get("communes", [])]
    (there, *_) = named or held or [None]
    if there == homes[0]:
        return 0
    sides = [(homes[0], there), (there, homes[0])]
    return 1 if any(a in counted and b in counted[a].get("neighbours", []) for a, b in sides) else 2


def _is_outside(case: Case, worker: Worker, visit: dict[str, Any]) -> bool:
    employer, commune = case.employers[worker.told["employer_id"]], case.commune_of(visit)
    convention = employer.get("communes") if employer["kind"] == "ai" else None
    own = worker.told.get("territory")
    return any(area is not None and commune not in area for area in (convention, own))


def beyond(rules: Rules, leg: tuple[int, int]) -> bool:
    """Outside the zone: farther than its minutes and than its metres."""
    minutes, metres = rules.get("COMMUTE_NORMAL", "zone_minutes"), rules.get("COMMUTE_NORMAL", "zone_metres")
    if minutes is None and metres is None:
        return False
    return (minutes is None or leg[0] > minutes) and (metres is None or leg[1] > metres)


def easter(year: int) -> date:
    """Meeus, Jones and Butcher."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def holidays(year: int, *, local: bool) -> set[date]:
    sunday = easter(year)
    fixed = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
    found = {date(year, month, day) for month, day in fixed} | {
        sunday + timedelta(days=n) for n in (1, 39, 50)
    }
    return found | ({sunday - timedelta(days=2), date(year, 12, 26)} if local else set())


def is_holiday(case: Case, day: date, commune: str | None) -> bool:
    basin = case.problem["basin"]["department"]
    department = (commune or basin)[:2]
    if basin in BESIDE and department not in BESIDE[basin]:
        department = basin  # a slip: no basin there reaches that commune
    return day in holidays(day.year, local=department in BESIDE)


def reserved_days(case: Case, rules: Rules, stop: Stop) -> Iterator[str]:
    commune, visit = case.commune_of(stop.visit), stop.visit
    dates = case.clock.dates(stop.start, stop.end)
    kinds = set()
    for day in dates:
        kinds |= {"sunday"} if day.isoweekday() == 7 else set()
        kinds |= {"holiday"} if is_holiday(case, day, commune) else set()
        kinds |= {"christmas"} if (day.month, day.day) == (12, 25) else set()
    told = data("reserved_days.toml")
    for name, condition in told["condition"].items() if "block" not in visit else ():
        asked = rules.flag("SUNDAY_HOLIDAY_ACTS", name) and kinds & set(condition["days"])
        if asked and not any(_fills(case, visit, line) for line in told["admits"][condition["admits"]]):
            yield "SUNDAY_HOLIDAY_ACTS"
    on_may_first = any((day.month, day.day) == (5, 1) for day in dates)
    if (
        on_may_first
        and rules.flag("HOLIDAY_RHYTHM", "may_first_essential_only")
        and visit["act_class"] != "essential"
    ):
        yield "HOLIDAY_RHYTHM"


def _fills(case: Case, visit: dict[str, Any], line: dict[str, Any]) -> bool:
    required, classes = set(visit.get("required", [])), act_classes(case)
    named = set(line.get("one_of", []))
    return (
        line.get("act_class") in (None, visit["act_class"])
        and (not line.get("fragile") or visit.get("fragile", False))
        and (not named or bool(required & named))
        and not (line.get("no_other_act") and any(classes.get(code) for code in required - named))
    )


def links(case: Case) -> Iterator[Broken]:
    where = {stop.visit["id"]: (tour.worker_id, stop.start) for tour in case.tours for stop in tour.stops}
    for id, visit in case.visits.items():
        if id not in where and case.is_kept(visit):
            where[id] = (case.rota[id]["employee_id"], case.clock.of(case.rota[id]["start"]))
    covered = {stop.visit["id"] for tour in case.tours for stop in tour.stops}
    for link in case.links:
        first, second = link["first"], link["second"]
        if first not in where or second not in where or not {first, second} & covered:
            continue
        gap = where[second][1] - where[first][1]
        same = where[first][0] == where[second][0]
        length, most = case.clock.length, link.get("max_gap_min")
        wrong = {
            "same_start": gap != 0,
            "gap": gap < length(link.get("min_gap_min", 0)) or (most is not None and gap > length(most)),
            "same_worker": not same
            and {first, second} <= covered,  # nobody of the brigade is the usual carer
            "different_workers": same,
            "together": False,
        }
        if wrong[link["kind"]]:
            yield "LINK", None, None


def of_tours(case: Case, person: Person) -> Iterator[Broken]:
    worker = person.worker
    tours = case.tours_of(worker.id)
    for tour in tours:
        yield from timing(case, tour, worker)
        yield from availability(case, tour, worker)
        if not tour.stops:
            continue
        for stop in tour.stops:
            yield from of_stop(case, person.labour, tour, worker, stop)
        hosts = case.hosts_of(tour.stops[-1].visit)
        texts = person.labour.apart(worker, hosts, ZONE) if hosts else []
        # A vehicle's way from or to its place is no commute of somebody without a home.
        has_start, has_end = (worker.told.get(end) is not None for end in ("start_site", "end_site"))
        if has_end and any(beyond(text, (tour.travel_back, tour.metres_back)) for text in texts):
            yield "COMMUTE_NORMAL", worker.id, tour.day
        most = worker.limit("max_commute")
        if most is not None and max(has_start * tour.stops[0].travel, has_end * tour.travel_back) > most:
            yield "COMMUTE_NORMAL", worker.id, tour.day
    for before, after in pairwise(tours):
        if after.departure < before.back:
            yield "TIMING", worker.id, after.day
