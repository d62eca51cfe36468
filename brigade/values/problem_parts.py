"""What a problem is made of, with its look-ups; `brigade.values.problem` checks it at birth."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TypeVar

from brigade.texts.accords import in_force
from brigade.texts.labour_code import LabourCode, LabourDay, shipped_labour_code
from brigade.texts.rule_sets import Layer, RuleSet, join, strictest
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
)
from brigade.values.places import Basin, Site, TravelMatrix, TravelMode
from brigade.values.plan import Reason
from brigade.values.policy import Policy
from brigade.values.workforce import Employer, Worker

Named = TypeVar("Named")
BEYOND_CONTRACT = frozenset({Layer.MANDATORY, Layer.AGREEMENT})


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
    plan is made (notice counts from it)."""

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
    policy: Policy = field(default_factory=Policy)
    now: Ticks = 0
    catalogue: CompetencyCatalogue = field(default_factory=shipped_catalogue)
    labour: LabourCode = field(default_factory=shipped_labour_code)
    rule_sets_off: frozenset[str] = frozenset()
    """Rules switched off for this problem (analysts and public benches only); the report says so."""
    noticed: tuple[Reason, ...] = field(default=(), compare=False)
    """What reading it noticed and did not refuse: told with the warnings, written into no document."""

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

    def provider_of(self, visit: Visit) -> Provider:
        return self.provider_by_id[self.client_by_id[visit.client_id].provider_id]

    def site_of(self, visit: Visit) -> Site:
        return self.site_by_id[self.client_by_id[visit.client_id].site_id]

    def department_at(self, visit: Visit) -> str:
        """The department whose public holidays bind where the visit takes place."""
        return department_of_place(self.site_of(visit).commune, self.basin.department)

    # -- what is to be covered ------------------------------------------------------------------------------
    @cached_property
    def rota_entry_by_visit(self) -> dict[str, RotaEntry]:
        return {entry.visit_id: entry for feed in self.rota for entry in feed.entries}

    @cached_property
    def requests(self) -> tuple[Request, ...]:
        """The open visits, in input order: those the rota gives to nobody, or to somebody absent at that
        time, and for which the client wants a replacement."""
        found = (self._request(visit) for visit in self.visits)
        return tuple(request for request in found if request is not None and request.visit.wants_replacement)

    @cached_property
    def request_by_visit(self) -> dict[str, Request]:
        return {request.visit.id: request for request in self.requests}

    @cached_property
    def unwanted(self) -> tuple[Visit, ...]:
        """Visits left without a carer whose clients want nobody else."""
        return tuple(v for v in self.visits if not v.wants_replacement and self._request(v) is not None)

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
        is open, or nobody knows."""
        entry = self.rota_entry_by_visit.get(visit_id)
        return entry.start if entry and visit_id not in self.request_by_visit else None

    # -- people ---------------------------------------------------------------------------------------------
    def day_of(self, tick: Ticks) -> date:
        return self.horizon.day_of(tick)

    def competencies_of(self, worker: Worker, on: date) -> frozenset[str]:
        return self.catalogue.competencies_of(worker, on)

    # -- rules ----------------------------------------------------------------------------------------------
    @cached_property
    def _regimes(self) -> tuple[tuple[date, LabourDay], ...]:
        """The texts on the first day, and again on every day of the horizon on which one of them or an accord
        changes."""
        declared = [one.accords for one in self.providers] + [one.accords for one in self.employers]
        accords = (accord for one in declared for accord in one.values())
        return tuple(self.labour.regimes(self.horizon.first_day, self.horizon.dates[-1], accords))

    @cached_property
    def _parties_by_provider(self) -> dict[str, tuple[RuleSet, ...]]:
        """What each SAAD obeys, one set for each state of the texts."""
        return {
            one.id: tuple(
                texts.party(one.agreement, in_force(one.accords, day), f"providers.{one.id}")
                for day, texts in self._regimes
            )
            for one in self.providers
        }

    @cached_property
    def _parties_by_employer(self) -> dict[str, tuple[RuleSet, ...]]:
        return {
            one.id: tuple(self._party_of(one, *regime) for regime in self._regimes) for one in self.employers
        }

    def _party_of(self, employer: Employer, day: date, texts: LabourDay) -> RuleSet:
        """A SAAD that lends its staff is an employer and a provider under one id: its declared accords hold
        for both, unless it declares others as an employer."""
        own = self.provider_by_id.get(employer.id)
        if employer.accords or own is None or own.agreement != employer.agreement:
            return texts.party(
                employer.agreement, in_force(employer.accords, day), f"employers.{employer.id}"
            )
        return texts.party(employer.agreement, in_force(own.accords, day), f"providers.{employer.id}")

    @cached_property
    def _joined(self) -> dict[tuple[str, bool, frozenset[str]], RuleSet]:
        return {}

    @cached_property
    def _apart(self) -> dict[tuple[str, bool, frozenset[str]], tuple[RuleSet, ...]]:
        return {}

    def rules_for(self, worker: Worker, providers: Iterable[str] = ()) -> RuleSet:
        """The strictest of the employer's rule set and those of the host providers met in the span a rule
        speaks of (a visit, a day, a week), for a contract of this kind; without hosts, the employer's alone.
        What the code says of contracts where the employer has no agreement stays whatever its hosts have
        agreed. Over a horizon on whose days the texts change, the strictest of all its days. Rules switched
        off are not in it."""
        key = (worker.employer_id, worker.contract.full_time, frozenset(providers))
        if key not in self._joined:
            parties = [
                self._parties_by_employer[key[0]],
                *(self._parties_by_provider[one] for one in sorted(key[2])),
            ]
            bound = [
                [party.for_contract(full_time=key[1]) for party in regime]
                for regime in zip(*parties, strict=True)
            ]
            self._joined[key] = join(strictest(regime, self.labour.of_contract) for regime in bound).without(
                self.rule_sets_off
            )
        return self._joined[key]

    def texts_for(self, worker: Worker, providers: Iterable[str] = ()) -> tuple[RuleSet, ...]:
        """The texts one by one, for rules that are no sum of numbers: the employer's, then those of the host
        providers without the code's defaults, which speak of the contract and so of the employer alone."""
        key = (worker.employer_id, worker.contract.full_time, frozenset(providers))
        if key not in self._apart:
            own, hosts = (
                self._parties_by_employer[key[0]],
                (self._parties_by_provider[id] for id in sorted(key[2])),
            )
            apart = ((own, frozenset(Layer)), *((host, BEYOND_CONTRACT) for host in hosts))
            self._apart[key] = tuple(
                self._text_of(regimes, layers, full_time=key[1]) for regimes, layers in apart
            )
        return self._apart[key]

    def _text_of(self, regimes: Iterable[RuleSet], layers: Collection[Layer], *, full_time: bool) -> RuleSet:
        """One party's text for a contract of this kind, the strictest of all days of the horizon, of these
        layers alone."""
        text = join(regime.for_contract(full_time=full_time) for regime in regimes).without(
            self.rule_sets_off
        )
        return replace(text, values={key: row for key, row in text.values.items() if row.layer in layers})

    def is_funded(self, request: Request) -> bool:
        return request.absence is not None and request.absence.funding_line_id is not None


RULE_LOOKUPS = ("_regimes", "_parties_by_provider", "_parties_by_employer", "_joined", "_apart")
"""What depends on the texts, the employers and the providers alone."""


def by_id(values: Iterable[Named]) -> dict[str, Named]:
    return {value.id: value for value in values}  # type: ignore[attr-defined]


RELEASES = frozenset({AbsenceKind.TRAINING_RELEASE, AbsenceKind.TUTOR_RELEASE})
