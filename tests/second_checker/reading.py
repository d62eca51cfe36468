"""The two documents as plain values; times are ticks since 1970 (`Clock`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, partial
from typing import Any
from zoneinfo import ZoneInfo

MINOR_HOURS = (
    "max_daily_work_min",
    "max_week_work_min",
    "max_stretch_min",
    "stretch_break_min",
    "daily_rest_min",
    "max_days_per_week",
)


@dataclass(frozen=True)
class Clock:
    zone: ZoneInfo
    per_minute: int

    def length(self, minutes: float | None) -> int:
        return round((minutes or 0) * self.per_minute)

    def of(self, text: str) -> int:
        return round(datetime.fromisoformat(text).timestamp() * self.per_minute) // 60

    def at(self, day: date, minute: int = 0) -> int:
        """That minute of the day on the wall; 1440 and more: of the days after."""
        wall = datetime(day.year, day.month, day.day, tzinfo=self.zone) + timedelta(minutes=minute)
        return int(wall.timestamp()) * self.per_minute // 60

    def date_of(self, tick: int) -> date:
        return datetime.fromtimestamp(tick * 60 / self.per_minute, UTC).astimezone(self.zone).date()

    def days_later(self, tick: int, day: date) -> int:
        """The same time on the wall on that date."""
        wall = datetime.fromtimestamp(tick * 60 / self.per_minute, UTC).astimezone(self.zone)
        there = datetime.combine(day, wall.time(), self.zone)
        return round(there.timestamp() * self.per_minute) // 60

    def dates(self, start: int, end: int) -> list[date]:
        """The dates that hold a part of [start, end)."""
        if end <= start:
            return []
        first, last = self.date_of(start), self.date_of(end - 1)
        return [first + timedelta(days=n) for n in range((last - first).days + 1)]

    def inside(self, start: int, end: int, day: date) -> int:
        """How much of [start, end) lies on that date."""
        return overlap((start, end), (self.at(day), self.at(day, 1440)))


def overlap(one: tuple[int, int], other: tuple[int, int]) -> int:
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


@dataclass(frozen=True)
class Stop:
    visit: dict[str, Any]
    arrival: int
    pause: int
    start: int
    end: int
    travel: int
    metres: int

    @property
    def wait(self) -> int:
        return self.start - self.arrival - self.pause


@dataclass(frozen=True)
class Tour:
    worker_id: str
    number: int
    day: date
    departure: int
    back: int
    travel_back: int
    metres_back: int
    stops: list[Stop]
    vehicle: dict[str, Any] | None = None


@dataclass(frozen=True)
class Worker:
    told: dict[str, Any]
    clock: Clock

    @property
    def id(self) -> str:
        return str(self.told["id"])

    @property
    def mode(self) -> str:
        return str(self.told.get("mode", "car"))

    @cached_property
    def contract(self) -> dict[str, Any]:
        return dict(self.told.get("contract") or {})

    @cached_property
    def counters(self) -> dict[str, Any]:
        return dict(self.told.get("counters") or {})

    @cached_property
    def full_time(self) -> bool:
        return bool(self.contract.get("full_time", False))

    @cached_property
    def limits(self) -> dict[str, Any]:
        """With what an older document of a minor left unsaid."""
        told = dict(self.told.get("limits") or {})
        minor = all(told.get(name) is not None for name in MINOR_HOURS) and "22:00-06:00" in told.get(
            "no_work_bands", []
        )
        if minor and not {"no_sundays", "no_holidays", "rest_days_in_row"} & told.keys():
            told |= {"no_sundays": True, "no_holidays": True, "rest_days_in_row": 2}
        return told

    def limit(self, name: str) -> int | None:
        found = self.limits.get(f"{name}_min")
        return None if found is None else self.clock.length(found)

    @cached_property
    def tours(self) -> list[tuple[int, int, int]]:
        """(start, end, hard end) of each availability."""
        found = []
        for one in self.told.get("availability", []):
            start, end = self.clock.of(one["start"]), self.clock.of(one["end"])
            found.append((start, end, self.clock.of(one["hard_end"]) if one.get("hard_end") else end))
        return found

    @cached_property
    def other_work(self) -> list[tuple[int, int]]:
        return [
            (self.clock.of(one["start"]), self.clock.of(one["end"]))
            for one in self.told.get("other_work", [])
        ]

    @cached_property
    def on_call(self) -> list[tuple[int, int]]:
        return self._spans("on_call")

    @cached_property
    def calls(self) -> list[tuple[int, int]]:
        return self._spans("calls")

    def _spans(self, name: str) -> list[tuple[int, int]]:
        return [(self.clock.of(one["start"]), self.clock.of(one["end"])) for one in self.told.get(name, [])]

    @cached_property
    def leave(self) -> set[date]:
        """Dates on leave, without the weekly day off: that of the contract, else Sunday."""
        names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
        off = names.index(self.contract.get("rest_day") or "sunday")
        found: set[date] = set()
        for one in self.told.get("leave", []):
            first, last = date.fromisoformat(one["first"]), date.fromisoformat(one["last"])
            found |= {first + timedelta(days=n) for n in range((last - first).days + 1)}
        return {day for day in found if day.weekday() != off}

    @cached_property
    def past(self) -> list[tuple[date, int, int, int]]:
        """(day, start, end, work) of the days before."""
        return [
            (
                date.fromisoformat(one["day"]),
                self.clock.of(one["start"]),
                self.clock.of(one["end"]),
                self.clock.length(one["work_min"]),
            )
            for one in (self.counters.get("days") or [])
        ]


@dataclass
class Case:
    """A problem and a plan of it."""

    problem: dict[str, Any]
    plan: dict[str, Any]
    clock: Clock = field(init=False)

    def __post_init__(self) -> None:
        horizon = self.problem["horizon"]
        self.clock = Clock(ZoneInfo(horizon.get("zone", "Europe/Paris")), horizon.get("ticks_per_minute", 1))

    @cached_property
    def first_day(self) -> date:
        return date.fromisoformat(self.problem["horizon"]["first_day"])

    @cached_property
    def days(self) -> list[date]:
        return [self.first_day + timedelta(days=n) for n in range(self.problem["horizon"].get("days", 1))]

    @cached_property
    def policy(self) -> dict[str, Any]:
        return dict(self.problem.get("policy") or {})

    @cached_property
    def off(self) -> set[str]:
        return set(self.policy.get("rules_off", []))

    @cached_property
    def sites(self) -> dict[str, dict[str, Any]]:
        return by_id(self.problem["sites"])

    @cached_property
    def providers(self) -> dict[str, dict[str, Any]]:
        return by_id(self.problem["demand"]["providers"])

    @cached_property
    def clients(self) -> dict[str, dict[str, Any]]:
        return by_id(self.problem["demand"]["clients"])

    @cached_property
    def visits(self) -> dict[str, dict[str, Any]]:
        """With the seats of work blocks, which take their time like visits."""
        told = self.problem["demand"]["visits"]
        return by_id([*told, *(seat for seats in self.seats for seat in seats), *self.shared])

    @cached_property
    def shared(self) -> list[dict[str, Any]]:
        """Visits that learners share: what `learning` says of each, its first ones that she can be at."""
        # Who holds what is judged by who reads this.
        from tests.second_checker.learning import shared_visits
        from tests.second_checker.visits import held

        return shared_visits(self, partial(held, self))

    @cached_property
    def seats(self) -> list[list[dict[str, Any]]]:
        """Of each work block, the needed seats first; where all are needed each is one person's own."""
        return [_seats(block) for block in self.problem["demand"].get("work_blocks", [])]

    @cached_property
    def links(self) -> list[dict[str, Any]]:
        return list(self.problem["demand"].get("links", []))

    @cached_property
    def vehicles(self) -> dict[str, dict[str, Any]]:
        return by_id(self.problem.get("vehicles", []))

    @cached_property
    def employers(self) -> dict[str, dict[str, Any]]:
        return by_id(self.problem["brigade"]["employers"])

    @cached_property
    def workers(self) -> dict[str, Worker]:
        return {one["id"]: Worker(one, self.clock) for one in self.problem["brigade"]["workers"]}

    def provider_of(self, visit: dict[str, Any]) -> str:
        return str(self.clients[visit["client_id"]]["provider_id"])

    def hosts_of(self, visit: dict[str, Any]) -> list[str]:
        """None at work that is no visit."""
        return [] if "block" in visit else [self.provider_of(visit)]

    def site_of(self, visit: dict[str, Any], worker: Worker) -> str | None:
        """None: a seat without a place, of somebody without a start place."""
        if "block" in visit:
            return visit["block"].get("site_id") or worker.told.get("start_site")
        return str(self.clients[visit["client_id"]]["site_id"])

    def commune_of(self, visit: dict[str, Any]) -> str | None:
        if "block" in visit:
            place = visit["block"].get("site_id")
            return None if place is None else self.sites[place].get("commune")
        return self.sites[str(self.clients[visit["client_id"]]["site_id"])].get("commune")

    @cached_property
    def rota(self) -> dict[str, dict[str, Any]]:
        feeds = self.problem["demand"].get("rota", [])
        return {entry["visit_id"]: entry for feed in feeds for entry in feed.get("entries", [])}

    def is_kept(self, visit: dict[str, Any]) -> bool:
        """Its usual carer comes: a rota names it and the employee is not away."""
        return visit["id"] in self.rota and self.absence_of(visit) is None

    def absence_of(self, visit: dict[str, Any]) -> dict[str, Any] | None:
        """The absence that left it without its usual carer."""
        entry = self.rota.get(visit["id"])
        if entry is None:
            return None
        start = self.clock.of(entry["start"])
        service = (start, start + self.clock.length(visit["duration_min"]))
        for one in self.problem["demand"].get("absences", []):
            away = (self.clock.of(one["interval"]["start"]), self.clock.of(one["interval"]["end"]))
            if one["employee_id"] == entry["employee_id"] and overlap(service, away):
                return dict(one)
        return None

    @cached_property
    def now(self) -> int:
        told = self.problem["horizon"].get("now")
        return self.clock.at(self.first_day) if told is None else self.clock.of(told)

    @cached_property
    def open(self) -> set[str]:
        return {
            id
            for id, visit in self.visits.items()
            if visit.get("wants_replacement", True) and not self.is_kept(visit)
        }

    @cached_property
    def tours(self) -> list[Tour]:
        return [self._tour(route) for route in self.plan["routes"]]

    def _tour(self, told: dict[str, Any]) -> Tour:
        of, length = self.clock.of, self.clock.length
        stops = [
            Stop(
                self.visits[one["visit_id"]],
                of(one["arrival"]),
                length(one.get("pause_min", 0)),
                of(one["start"]),
                of(one["end"]),
                length(one["travel_min"]),
                one["metres"],
            )
            for one in told["stops"]
        ]
        back = length(told.get("travel_back_min", 0))
        return Tour(
            told["worker_id"],
            told["tour"],
            date.fromisoformat(told["day"]),
            of(told["departure"]),
            of(told["back"]),
            back,
            told.get("metres_back", 0),
            stops,
            self.vehicles[told["vehicle"]["id"]] if told.get("vehicle") else None,
        )

    def tours_of(self, worker_id: str) -> list[Tour]:
        return sorted(
            (one for one in self.tours if one.worker_id == worker_id), key=lambda one: one.departure
        )

    @cached_property
    def _matrices(self) -> dict[str, tuple[dict[str, int], Any, Any]]:
        return {
            one["mode"]: ({site: row for row, site in enumerate(one["sites"])}, one["minutes"], one["metres"])
            for one in self.problem["travel"]["matrices"]
        }

    def way(self, mode: str, start: str | None, end: str | None, percent: int = 100) -> tuple[int, int]:
        """(ticks, metres) from one place to the other in a mode, with what arriving there takes: that alone
        where no way leads there, and nothing where one of the two is not said. Args: percent: of the way, as
        traffic has it."""
        if start is None or end is None:
            return 0, 0
        access = self._access.get(end, 0) if start != end else 0
        if not self.has_way(mode, start, end):
            return self.clock.length(access), 0
        rows, minutes, metres = self._matrices[mode]
        way = -(-self.clock.length(minutes[rows[start]][rows[end]]) * percent // 100)
        return way + self.clock.length(access), metres[rows[start]][rows[end]]

    def has_way(self, mode: str, start: str | None, end: str | None, _: int = 100) -> bool:
        rows, minutes, _ = self._matrices[mode]
        return start is None or end is None or minutes[rows[start]][rows[end]] is not None

    @cached_property
    def _access(self) -> dict[str, float]:
        return {one["id"]: one.get("access_min", 0) for one in self.problem["sites"]}


def _seats(block: dict[str, Any]) -> list[dict[str, Any]]:
    people = sorted(set(block["participants"]))
    needed = len(people) if block.get("at_least") is None else block["at_least"]
    return [
        {
            "id": f"{block['id']}:{number}",
            "block": block,
            "workers": [one] if needed == len(people) else people,
            "duration_min": block["duration_min"],
            "windows": block["windows"],
            "forbidden_workers": block.get("forbidden_workers", []),
            "priority": block["priority"] if number <= needed else "P4",
            "mandatory": block.get("mandatory", False) and number <= needed,
            "act_class": "ordinary",
        }
        for number, one in enumerate(people, 1)
    ]


def by_id(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in rows}
