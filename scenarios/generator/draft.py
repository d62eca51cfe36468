"""What a scenario's demand is written into while it is drawn: people, visits, rota, links; ids in order of
drawing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, time

from brigade.units import Horizon, Ticks, TimeWindow
from brigade.values.demand import Client, Employee, Link, RotaEntry, Visit
from brigade.values.places import Site
from scenarios.generator.dice import Dice
from scenarios.generator.needs import Care, CareNeed
from scenarios.generator.saad import ProviderTerritory
from scenarios.generator.spread import blurred_site
from scenarios.generator.territory import ZoneCommune


def clock(horizon: Horizon, day: date, minute_of_day: int) -> Ticks:
    """The tick of a wall-clock minute of a local day; 1440 and beyond is the next day's."""
    more, minute = divmod(minute_of_day, 1440)
    return horizon.at(date.fromordinal(day.toordinal() + more), time(minute // 60, minute % 60))


@dataclass
class Carer:
    """An employee as the generator knows one: the communes visited and the people cared for so far."""

    employee: Employee
    sector: ProviderTerritory
    patch: tuple[ZoneCommune, ...]
    clients: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PlannedCare:
    """A visit in its carer's day; `care` is what was drawn for it."""

    visit_id: str
    carer: Carer
    day: date
    start: Ticks
    end: Ticks
    care: Care


@dataclass
class DraftLedger:
    """Everything drawn so far; `needs` stays with the generator."""

    horizon: Horizon
    sites: list[Site] = field(default_factory=list)
    clients: dict[str, Client] = field(default_factory=dict)
    needs: dict[str, CareNeed] = field(default_factory=dict)
    visits: dict[str, Visit] = field(default_factory=dict)
    employees: list[Employee] = field(default_factory=list)
    planned: list[PlannedCare] = field(default_factory=list)
    vacant: set[str] = field(default_factory=set)
    links: list[Link] = field(default_factory=list)

    def add_carer(self, sector: ProviderTerritory, patch: tuple[ZoneCommune, ...]) -> Carer:
        provider = sector.provider.id
        # Numbered within the provider, as its own payroll would.
        number = 1 + sum(employee.provider_id == provider for employee in self.employees)
        employee = Employee(f"{provider}-E{number:02d}", provider)
        self.employees.append(employee)
        return Carer(employee, sector, patch)

    def add_client(self, carer: Carer, need: CareNeed, commune: ZoneCommune, dice: Dice) -> str:
        number = len(self.clients) + 1
        site = blurred_site(f"L{number:03d}", commune, dice)
        client = Client(f"{carer.employee.provider_id}-P{number:03d}", carer.employee.provider_id, site.id)
        self.sites.append(site)
        self.clients[client.id] = client
        self.needs[client.id] = need
        carer.clients.append(client.id)
        return client.id

    def add_visit(
        self,
        carer: Carer,
        client_id: str,
        care: Care,
        day: date,
        start: Ticks,
        length: Ticks,
        windows: tuple[TimeWindow, ...],
    ) -> PlannedCare:
        # Numbered in order of drawing: ids say nothing of who is behind them.
        visit = Visit(
            id=f"V{len(self.visits) + 1:03d}",
            client_id=client_id,
            duration=length,
            windows=windows,
            priority=care.priority,
            act_class=care.act_class,
            required=care.required,
            preferred=care.preferred,
            fragile=self.needs[client_id].is_fragile,
            planned_start=start,
        )
        self.visits[visit.id] = visit
        planned = PlannedCare(visit.id, carer, day, start, start + length, care)
        self.planned.append(planned)
        return planned

    def change(self, visit_id: str, **fields: object) -> None:
        """Replace fields of a visit drawn before."""
        self.visits[visit_id] = replace(self.visits[visit_id], **fields)  # type: ignore[arg-type]  # names are Visit's

    def day_of(self, carer: Carer, day: date) -> list[PlannedCare]:
        return [one for one in self.planned if one.day == day and one.carer is carer]

    @property
    def linked(self) -> set[str]:
        return {id for link in self.links for id in (link.first, link.second)}

    def entries(self, provider_id: str) -> Iterator[RotaEntry]:
        """The provider's rota; visits of a vacant post are in nobody's."""
        for one in self.planned:
            if one.carer.employee.provider_id == provider_id and one.visit_id not in self.vacant:
                yield RotaEntry(one.visit_id, one.carer.employee.id, one.start)
