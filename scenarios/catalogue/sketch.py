"""Problems small enough to hold in one's head: places on one road, a few people, one thing to show.

A place is a number of minutes from Lens along a straight road; a minute is a kilometre. Times are wall-clock
texts of the first day ("08:30") or of a later one ("08:30+2"). Labour texts and competencies are the shipped
ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np

from brigade.units import PARIS, Horizon, Ticks, TimeWindow
from brigade.values.demand import (
    Absence,
    AbsenceKind,
    ActClass,
    Client,
    Employee,
    LegalStatus,
    Priority,
    Provider,
    RotaEntry,
    RotaFeed,
    Visit,
)
from brigade.values.places import Basin, Site, TravelMatrix, TravelMode, Vehicle
from brigade.values.plan import Drives
from brigade.values.problem import Problem
from brigade.values.workforce import (
    Availability,
    Employer,
    EmployerKind,
    Engagement,
    EngagementStatus,
    HeldCertificate,
    Worker,
)

TUESDAY = date(2026, 3, 10)
ROAD: Mapping[str, int] = {"D": 0, "L1": 5, "L2": 10, "L3": 15, "L4": 20}
"""D: where workers live; L1 to L4: clients' places, in minutes from D."""
# The town that cases are laid around; any other would do.
LENS = (50.430, 2.832)
# Of longitude, at that latitude: 1 / (111.2 cos 50.43°).
DEGREES_PER_KM = 0.0141
SIGNED_FROM, SIGNED_TO = date(2026, 1, 1), date(2026, 12, 31)
AGREEMENTS = {LegalStatus.NON_PROFIT: "bad", LegalStatus.COMPANY: "sap", LegalStatus.PUBLIC: "ct"}

Orders = Mapping[tuple[str, int], Sequence[str]]
"""(worker, availability) -> visits in order."""


@dataclass(frozen=True)
class CatalogueCase:
    """One scenario and what it must show.

    Attributes:
        lawful: a plan, by its orders, that breaks nothing and covers as much as can be, most important first.
        broken: rule -> orders that break that rule and no other.
        reasons: visit that stays uncovered -> the reason code that a plan must give for it.
        asked: visit that stays uncovered -> who of her SAAD's present staff is the first to be asked, and
            what she would give.
        drives: who has which shared vehicle in these plans.
    """

    name: str
    shows: str
    problem: Problem
    lawful: Orders
    broken: Mapping[str, Orders] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, tuple[str, str | None]] = field(default_factory=dict)
    drives: Drives = field(default_factory=dict)

    @property
    def driven(self) -> Problem:
        """The problem with the vehicles where its plans have them."""
        return self.problem.driven(self.drives)


@dataclass
class Sketch:
    """Collects the parts of a problem; ids are given, so that a case reads like a table."""

    first_day: date = TUESDAY
    days: int = 1
    now: str = "06:40"
    department: str = "62"
    road: Mapping[str, int] = field(default_factory=lambda: ROAD)
    communes: Mapping[str, str] = field(default_factory=dict)
    pace: Mapping[TravelMode, int] = field(default_factory=dict)
    """Minutes a kilometre, where it is not one."""
    providers: dict[str, Provider] = field(default_factory=dict)
    employers: dict[str, Employer] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    visits: list[Visit] = field(default_factory=list)
    workers: list[Worker] = field(default_factory=list)
    employees: list[Employee] = field(default_factory=list)
    entries: list[RotaEntry] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)

    @property
    def horizon(self) -> Horizon:
        return Horizon(self.first_day, self.days)

    def at(self, wall: str) -> Ticks:
        """The tick of "08:30", of "08:30+2" two days later, of "08:30-1" the day before."""
        clock, more = wall[:5], int(wall[5:] or 0)
        hours, minutes = clock.split(":")
        return self.horizon.at(self.first_day + timedelta(days=more), time(int(hours), int(minutes)))

    def provider(self, id: str = "S1", status: LegalStatus = LegalStatus.NON_PROFIT, **more: Any) -> str:
        name = more.pop("name", f"SAAD {id}")
        self.providers[id] = Provider(id, name, status, AGREEMENTS[status], **more)
        return id

    def employer(
        self, id: str, kind: EmployerKind = EmployerKind.EMPLOYER_GROUP, agreement: str = "ct", **more: Any
    ) -> str:
        self.employers[id] = Employer(id, more.pop("name", f"Employeur {id}"), kind, agreement, **more)
        return id

    def visit(
        self,
        id: str,
        place: str,
        first: str,
        last: str,
        minutes: int = 60,
        needs: str = "ESSENTIAL_ASSIST",
        *,
        provider: str = "S1",
        client: str | None = None,
        **more: Any,
    ) -> Visit:
        """A visit that may begin from `first` to `last`. Essential and P2 when it needs ESSENTIAL_ASSIST,
        else P4.

        `windows` in `more` replaces the window; `needs` is one competency code, or several with spaces.
        """
        if provider not in self.providers:
            self.provider(provider)
        client_id = client or f"{provider}-{place}"
        self.clients.setdefault(client_id, Client(client_id, provider, place))
        essential = "ESSENTIAL" in needs
        fields: dict[str, Any] = {
            "windows": (TimeWindow.hard(self.at(first), self.at(last)),),
            "priority": Priority.P2 if essential else Priority.P4,
            "act_class": ActClass.ESSENTIAL if essential else ActClass.ORDINARY,
            "required": frozenset(needs.split()),
            **more,
        }
        visit = Visit(id, client_id, minutes, **fields)
        self.visits.append(visit)
        return visit

    def absent(
        self,
        employee: str,
        visits: Sequence[tuple[str, str]],
        kind: AbsenceKind = AbsenceKind.UNPLANNED,
        *,
        known: str = "06:15",
        line: str | None = None,
        present: bool = False,
        provider: str = "S1",
        **terms: Any,
    ) -> None:
        """Who was to do these visits, each from a time, and is away all the horizon (or `present`). `terms`:
        what is known of her beyond."""
        self.employees.append(Employee(employee, provider, **terms))
        self.entries += [RotaEntry(id, employee, self.at(start)) for id, start in visits]
        if not present:
            urgent = kind is AbsenceKind.UNPLANNED
            whole = self.horizon.day(self.first_day)
            self.absences.append(
                Absence(
                    f"A-{employee}",
                    provider,
                    employee,
                    kind,
                    whole,
                    self.at(known),
                    urgent,
                    funding_line_id=line,
                )
            )

    def worker(
        self,
        id: str,
        hours: Sequence[tuple[str, str]] = (("07:00", "20:00"),),
        certificate: str = "DEAVS",
        *,
        employer: str = "GE",
        papers: Mapping[str, EngagementStatus | None] | None = None,
        **more: Any,
    ) -> Worker:
        """A worker who lives at D. `papers`: provider -> status; by default signed with every provider of the
        case."""
        if employer not in self.employers:
            self.employer(employer)
        stated = papers if papers is not None else dict.fromkeys(self.providers, EngagementStatus.SIGNED)
        # Whatever a case does not speak of stands in nobody's way.
        fields: dict[str, Any] = {
            "start_site": "D",
            "end_site": "D",
            "certificates": (HeldCertificate(certificate),),
            "cents_per_km": 38,
            "cost_cents_per_hour": 2424,
            "accepts_urgent": True,
            **more,
        }
        worker = Worker(
            id,
            employer,
            tuple(Availability.strict(self.at(first), self.at(last)) for first, last in hours),
            tuple(
                Engagement(host, SIGNED_FROM, SIGNED_TO, status) for host, status in stated.items() if status
            ),
            **fields,
        )
        self.workers.append(worker)
        return worker

    def problem(self, *, vehicles: Sequence[Vehicle] = (), **more: Any) -> Problem:
        modes = {worker.mode for worker in self.workers} | {vehicle.mode for vehicle in vehicles}
        fields: dict[str, Any] = {
            "horizon": self.horizon,
            "basin": Basin("3215", "Lens", self.department),
            "sites": tuple(self._site(place) for place in self.road),
            "providers": tuple(self.providers.values()),
            "clients": tuple(self.clients.values()),
            "visits": tuple(self.visits),
            "employers": tuple(self.employers.values()),
            "workers": tuple(self.workers),
            "travel": {mode: self._matrix(mode) for mode in sorted(modes)},
            "vehicles": tuple(vehicles),
            "employees": tuple(self.employees),
            "rota": self._feeds(),
            "absences": tuple(self.absences),
            "now": self.at(self.now),
            **more,
        }
        return Problem(**fields)

    def _site(self, place: str) -> Site:
        latitude, longitude = LENS
        return Site(
            place,
            self.communes.get(place, "62498"),
            latitude,
            round(longitude + DEGREES_PER_KM * self.road[place], 4),
        )

    def _matrix(self, mode: TravelMode) -> TravelMatrix:
        points = np.array(list(self.road.values()), dtype=np.int64)
        away = np.abs(points[:, None] - points[None, :])
        return TravelMatrix(mode, tuple(self.road), away * self.pace.get(mode, 1), away * 1000)

    def _feeds(self) -> tuple[RotaFeed, ...]:
        provider_of = {employee.id: employee.provider_id for employee in self.employees}
        received = datetime.combine(self.first_day - timedelta(days=1), time(17, 30), PARIS)
        shared = {provider_of[entry.employee_id] for entry in self.entries}
        return tuple(
            RotaFeed(
                provider,
                received,
                tuple(one for one in self.entries if provider_of[one.employee_id] == provider),
            )
            for provider in sorted(shared)
        )
