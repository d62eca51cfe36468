"""What a problem is made of, with its look-ups; `brigade.values.problem` checks it at birth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TypeVar

from brigade.texts.binding import BindingTexts
from brigade.texts.labour_code import LabourCode, shipped_labour_code
from brigade.texts.rule_sets import RuleSet
from brigade.units import Horizon, Interval, Ticks
from brigade.values.calendar import department_of_place
from brigade.values.competencies import CompetencyCatalogue, shipped_catalogue
from brigade.values.demand import (
    Absence,
    AbsenceKind,
    Client,
    Employee,
    FundingLine,
    Link,
    Provider,
    RotaEntry,
    RotaFeed,
    UrgentCause,
    Visit,
    WorkBlock,
)
from brigade.values.places import (
    AS_TOLD,
    Basin,
    Sector,
    SectorMap,
    Site,
    Traffic,
    TravelMatrix,
    TravelMode,
    Vehicle,
)
from brigade.values.plan import Drives, Reason
from brigade.values.policy import Policy
from brigade.values.workforce import Employer, Worker

Named = TypeVar("Named")


@dataclass(frozen=True, slots=True)
class Request:
    """A visit without a carer and the absence that opened it; no absence: the visit came in without one."""

    visit: Visit
    absence: Absence | None
    planned_start: Ticks | None

    @property
    def known_at(self) -> Ticks:
        return self.absence.known_at if self.absence else 0

    @property
    def is_seat(self) -> bool:
        """Whether it is no visit of its own."""
        return self.visit.is_seat

    @property
    def is_attendance(self) -> bool:
        """Whether it is somebody's presence in a work block, and no visit."""
        return self.visit.attendance is not None

    @property
    def funding_line_id(self) -> str | None:
        """Who pays its hours, if anybody."""
        if self.visit.attendance is not None:
            return self.visit.attendance.block.funding_line_id
        return None if self.absence is None else self.absence.funding_line_id

    @property
    def is_urgent(self) -> bool:
        """Whether somebody said that it is, whatever the texts make of it."""
        return self.visit.cause is not None or (
            self.absence is not None and (self.absence.urgent_cause or self.absence.cause is not None)
        )

    @property
    def cause(self) -> UrgentCause | None:
        """The urgent cause that was said: the visit's own, else the absence's. Of an unplanned absence called
        urgent it is the colleague's absence, which no planned absence ever is."""
        if self.visit.cause is not None or self.absence is None:
            return self.visit.cause
        is_unplanned = self.absence.kind is AbsenceKind.UNPLANNED
        said = self.absence.cause or (UrgentCause.COLLEAGUE_ABSENCE if self.absence.urgent_cause else None)
        return None if said is UrgentCause.COLLEAGUE_ABSENCE and not is_unplanned else said


@dataclass(frozen=True)
class ProblemParts:
    """All that a problem holds, and its look-ups, before anybody has checked it. `now`: the tick at which the
    plan is made (notice counts from it). `work_blocks`: their attendances are among `visits`, and what ties
    these among `links`."""

    horizon: Horizon
    basin: Basin
    sites: tuple[Site, ...]
    providers: tuple[Provider, ...]
    clients: tuple[Client, ...]
    visits: tuple[Visit, ...]
    employers: tuple[Employer, ...]
    workers: tuple[Worker, ...]
    travel: Mapping[TravelMode, TravelMatrix]
    employees: tuple[Employee, ...] = ()
    rota: tuple[RotaFeed, ...] = ()
    absences: tuple[Absence, ...] = ()
    links: tuple[Link, ...] = ()
    funding_lines: tuple[FundingLine, ...] = ()
    work_blocks: tuple[WorkBlock, ...] = ()
    policy: Policy = field(default_factory=Policy)
    now: Ticks = 0
    catalogue: CompetencyCatalogue = field(default_factory=shipped_catalogue)
    labour: LabourCode = field(default_factory=shipped_labour_code)
    rule_sets_off: frozenset[str] = frozenset()
    """Rules switched off for this problem (analysts and public benches only); the report says so."""
    sectors: tuple[Sector, ...] = ()
    vehicles: tuple[Vehicle, ...] = ()
    traffic: tuple[Traffic, ...] = ()
    # Two problems that ask the same are equal, however their files were written.
    noticed: tuple[Reason, ...] = field(default=(), compare=False)
    """What reading it noticed and did not refuse: told with the warnings, written into no document."""
    rostered: Mapping[str, Visit] = field(default_factory=dict, compare=False)
    """By id, the visits that an event has changed, as they were when the rotas were made: what an event said
    is no slip of a rota. Written into no document."""

    likely: Mapping[str, int] = field(default_factory=dict, compare=False)
    """By id, the visits of absences that are likely and that nobody has told, and what leaving each costs, in
    cost units: a soft cost, below every visit that is asked. Written into no document."""

    drives: Drives | None = field(default=None, compare=False)
    """Where it is decided who has which vehicle in which tour; None: that is left to whoever plans. Written
    into no document."""

    @cached_property
    def at_soft_cost(self) -> Mapping[str, int]:
        """By id, what is asked for below every visit, and what leaving it costs: likely visits, and visits to
        be shared."""
        price = self.policy.weights.shared_visits * self.horizon.ticks_per_minute
        return {**self.likely, **{one.id: price for one in self.visits if one.shadowing is not None}}

    # -- lookups --------------------------------------------------------------------------------------------
    @cached_property
    def site_by_id(self) -> dict[str, Site]:
        return by_id(self.sites)

    @cached_property
    def provider_by_id(self) -> dict[str, Provider]:
        return by_id(self.providers)

    @cached_property
    def client_by_id(self) -> dict[str, Client]:
        return by_id(self.clients)

    @cached_property
    def visit_by_id(self) -> dict[str, Visit]:
        return by_id(self.visits)

    @cached_property
    def worker_by_id(self) -> dict[str, Worker]:
        return by_id(self.workers)

    @cached_property
    def employer_by_id(self) -> dict[str, Employer]:
        return by_id(self.employers)

    @cached_property
    def absence_by_id(self) -> dict[str, Absence]:
        return by_id(self.absences)

    @cached_property
    def ways(self) -> Mapping[TravelMode, TravelMatrix]:
        """What going from one site to another takes, the access of the place arrived at included."""
        return {mode: self.ways_by(mode, AS_TOLD) for mode in self.travel}

    def ways_by(self, mode: TravelMode, percent: int) -> TravelMatrix:
        """The same of one mode where traffic makes its legs so many per cent; the access stays."""
        if (mode, percent) not in self._slowed:
            access = {site.id: site.access for site in self.sites if site.access}
            self._slowed[mode, percent] = self.travel[mode].slowed(percent).with_access(access)
        return self._slowed[mode, percent]

    @cached_property
    def percents(self) -> dict[tuple[TravelMode, Ticks], int]:
        """The traffic of moments that were asked for (`brigade.timing.traffic`)."""
        return {}

    @cached_property
    def _slowed(self) -> dict[tuple[TravelMode, int], TravelMatrix]:
        return {}

    def provider_of(self, visit: Visit) -> Provider:
        """Of a visit with a client: an attendance has no host."""
        return self.provider_by_id[self.client_by_id[visit.client_id].provider_id]

    def host_of(self, visit: Visit) -> Provider | None:
        """None: an attendance has no host."""
        return None if visit.attendance is not None else self.provider_of(visit)

    def hosts_at(self, visit: Visit) -> frozenset[str]:
        """The provider whose texts bind at the visit; none at an attendance, where the employer's alone
        do."""
        host = self.host_of(visit)
        return frozenset() if host is None else frozenset({host.id})

    def site_of(self, visit: Visit) -> Site | None:
        """Where it takes place; None: an attendance without a place."""
        if visit.attendance is None:
            return self.site_by_id[self.client_by_id[visit.client_id].site_id]
        place = visit.attendance.block.site_id
        return None if place is None else self.site_by_id[place]

    def place_of(self, visit: Visit, worker: Worker) -> str | None:
        """The site at which this worker is for it: her start place where it has none of its own."""
        site = self.site_of(visit)
        return worker.start_site if site is None else site.id

    def department_at(self, visit: Visit) -> str:
        """The department whose public holidays bind where the visit takes place."""
        site = self.site_of(visit)
        return department_of_place(None if site is None else site.commune, self.basin.department)

    @cached_property
    def vehicle_by_id(self) -> dict[str, Vehicle]:
        return by_id(self.vehicles)

    def vehicle_of(self, worker_id: str, tour: int) -> Vehicle | None:
        """The one decided for the tour; None: her own mode, or nothing is decided."""
        found = (self.drives or {}).get((worker_id, tour))
        return None if found is None else self.vehicle_by_id.get(found)

    @cached_property
    def sector_by_id(self) -> dict[str, Sector]:
        return by_id(self.sectors)

    @cached_property
    def _sector_maps(self) -> dict[str | None, SectorMap]:
        owners = dict.fromkeys(one.provider_id for one in self.sectors)
        return {owner: SectorMap(one for one in self.sectors if one.provider_id == owner) for owner in owners}

    def sector_map_of(self, visit: Visit) -> SectorMap | None:
        """The map that counts for a visit: its provider's own, else the basin's; None: there is neither, or
        it is no visit."""
        host = self.host_of(visit)
        return None if host is None else self._sector_maps.get(host.id) or self._sector_maps.get(None)

    def sector_id_at(self, visit: Visit) -> str | None:
        """Where the visit lies in the map that counts for it; None: in no sector of it, or there is no
        map."""
        counted = self.sector_map_of(visit)
        return None if counted is None else counted.sector_at(self.site_of(visit))

    def sector_at(self, visit: Visit) -> Sector | None:
        """As `sector_id_at`."""
        found = self.sector_id_at(visit)
        return None if found is None else self.sector_by_id[found]

    def usual_hour(self, visit: Visit) -> Ticks | None:
        """What client and provider had agreed, else the hour of its provider's rota."""
        if visit.planned_start is not None:
            return visit.planned_start
        entry = self.rota_entry_by_visit.get(visit.id)
        return None if entry is None else entry.start

    # -- what is to be covered ------------------------------------------------------------------------------
    @cached_property
    def rota_entry_by_visit(self) -> dict[str, RotaEntry]:
        return {entry.visit_id: entry for feed in self.rota for entry in feed.entries}

    @cached_property
    def requests(self) -> tuple[Request, ...]:
        """The open visits, in input order: those the rota gives to nobody, or to somebody absent at that
        time, and for which the client wants a replacement."""
        return tuple(request for request in self._without_carer if request.visit.wants_replacement)

    @cached_property
    def request_by_visit(self) -> dict[str, Request]:
        return {request.visit.id: request for request in self.requests}

    @cached_property
    def unwanted(self) -> tuple[Visit, ...]:
        """Visits left without a carer whose clients want nobody else."""
        return tuple(one.visit for one in self._without_carer if not one.visit.wants_replacement)

    @cached_property
    def _without_carer(self) -> tuple[Request, ...]:
        """The visits that nobody of the provider's does, whether their clients want somebody else or not."""
        found = (self._request(visit) for visit in self.visits)
        return tuple(request for request in found if request is not None)

    def _request(self, visit: Visit) -> Request | None:
        entry = self.rota_entry_by_visit.get(visit.id)
        if entry is None:
            return Request(visit, None, visit.planned_start)
        planned = Interval(entry.start, entry.start + visit.duration)
        for absence in self._absences_by_employee.get(entry.employee_id, ()):
            if absence.interval.overlap(planned):
                return Request(visit, absence, entry.start)
        return None

    @cached_property
    def _absences_by_employee(self) -> dict[str, list[Absence]]:
        absences: dict[str, list[Absence]] = {}
        for absence in self.absences:
            absences.setdefault(absence.employee_id, []).append(absence)
        return absences

    def fixed_start(self, visit_id: str) -> Ticks | None:
        """When a visit that keeps its usual carer takes place: it is not open, but links to it bind. None: it
        is open, nobody comes because its client wants nobody else, or nobody knows."""
        entry = self.rota_entry_by_visit.get(visit_id)
        return entry.start if entry and visit_id not in self._ids_without_carer else None

    @cached_property
    def _ids_without_carer(self) -> frozenset[str]:
        return frozenset(request.visit.id for request in self._without_carer)

    # -- people ---------------------------------------------------------------------------------------------
    def day_of(self, tick: Ticks) -> date:
        return self.horizon.day_of(tick)

    def competencies_of(self, worker: Worker, on: date) -> frozenset[str]:
        return self.catalogue.competencies_of(worker, on)

    # -- rules ----------------------------------------------------------------------------------------------
    @cached_property
    def binding_texts(self) -> BindingTexts:
        first, last = self.horizon.first_day, self.horizon.dates[-1]
        return BindingTexts(self.labour, self.employer_by_id, self.provider_by_id, first, last)

    @cached_property
    def _joined(self) -> dict[tuple[str, bool, frozenset[str]], RuleSet]:
        return {}

    @cached_property
    def _apart(self) -> dict[tuple[str, bool, frozenset[str]], tuple[RuleSet, ...]]:
        return {}

    def rules_for(self, worker: Worker, providers: Iterable[str] = ()) -> RuleSet:
        """The strictest of what binds the worker with these host providers (`BindingTexts.joined`), over all
        days of the horizon. Rules switched off are not in it."""
        key = (worker.employer_id, worker.contract.full_time, frozenset(providers))
        if key not in self._joined:
            joined = self.binding_texts.joined(key[0], key[2], full_time=key[1])
            self._joined[key] = joined.without(self.rule_sets_off)
        return self._joined[key]

    def texts_for(self, worker: Worker, providers: Iterable[str] = ()) -> tuple[RuleSet, ...]:
        """The texts one by one (`BindingTexts.apart`), the employer's first. Rules switched off are not in
        them."""
        key = (worker.employer_id, worker.contract.full_time, frozenset(providers))
        if key not in self._apart:
            apart = self.binding_texts.apart(key[0], key[2], full_time=key[1])
            self._apart[key] = tuple(text.without(self.rule_sets_off) for text in apart)
        return self._apart[key]

    def is_funded(self, request: Request) -> bool:
        return request.funding_line_id is not None


RULE_LOOKUPS = ("binding_texts", "_joined", "_apart")
"""What depends on the texts, the employers and the providers alone."""


def by_id(values: Iterable[Named]) -> dict[str, Named]:
    return {value.id: value for value in values}  # type: ignore[attr-defined]


RELEASES = frozenset({AbsenceKind.TRAINING_RELEASE, AbsenceKind.TUTOR_RELEASE})
