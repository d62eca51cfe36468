"""Which texts, agreements and accords bind whom: the one place that says it.

Whoever works obeys the agreement of the employer and those of the hosts she is sent to, each with the accords
that the company declares. Plans, counters, refusals and payroll ask here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Protocol

from brigade.errors import InvalidProblem
from brigade.texts.accords import Accord, in_force
from brigade.texts.labour_code import LabourCode, LabourDay
from brigade.texts.rule_sets import RuleLayer, RuleSet, join, strictest

BEYOND_CONTRACT = frozenset({RuleLayer.MANDATORY, RuleLayer.AGREEMENT})
NO_AGREEMENT = "ct"
"""The code alone, for whoever has no agreement."""


class Party(Protocol):
    """An employer or a provider, by what it obeys."""

    @property
    def agreement(self) -> str: ...

    @property
    def accords(self) -> Mapping[str, Accord]: ...


@dataclass(frozen=True)
class BindingTexts:
    """What employers and providers obey, by their ids, on the days from `first` to `last`.

    `leniently`: an unknown agreement is read as none, and a party one of whose accords the law refuses as
    one without accords. No plan is made of such rows, but hours worked are counted all the same. Otherwise
    both raise: KeyError, InvalidProblem.
    """

    labour: LabourCode
    employers: Mapping[str, Party]
    providers: Mapping[str, Party]
    first: date
    last: date
    leniently: bool = False

    def joined(self, employer_id: str, hosts: Collection[str], *, full_time: bool) -> RuleSet:
        """The strictest of the employer's set and those of the hosts met in the span a rule speaks of (a
        visit, a day, a week), for a contract of this kind; without hosts, the employer's alone. What the code
        says of contracts where the employer has no agreement stays whatever its hosts have agreed. Where the
        texts change within the days, the strictest of all of them."""
        key = employer_id, frozenset(hosts), full_time
        if key not in self._joined:
            self._joined[key] = self._join(*key)
        return self._joined[key]

    def _join(self, employer_id: str, hosts: frozenset[str], full_time: bool) -> RuleSet:
        parties = [self._of_employer(employer_id), *(self._of_provider(host) for host in sorted(hosts))]
        # State by state of the texts, and only then the strictest of all: rows of two dates never meet in one
        # text.
        bound = (
            [party.for_contract(full_time=full_time) for party in regime]
            for regime in zip(*parties, strict=True)
        )
        return join(strictest(regime, self.labour.of_contract) for regime in bound)

    def apart(self, employer_id: str, hosts: Collection[str], *, full_time: bool) -> tuple[RuleSet, ...]:
        """The texts one by one, for rules that are no sum of numbers: the employer's, then those of the hosts
        without the code's defaults, which speak of the contract and so of the employer alone."""
        own = self._text(self._of_employer(employer_id), frozenset(RuleLayer), full_time=full_time)
        others = (self._of_provider(host) for host in sorted(set(hosts)))
        return own, *(self._text(other, BEYOND_CONTRACT, full_time=full_time) for other in others)

    def _text(self, regimes: Iterable[RuleSet], layers: Collection[RuleLayer], *, full_time: bool) -> RuleSet:
        """One party's text for a contract of this kind, the strictest of all days, of these layers alone."""
        text = join(regime.for_contract(full_time=full_time) for regime in regimes)
        return replace(text, values={key: row for key, row in text.values.items() if row.layer in layers})

    # -- one party ------------------------------------------------------------------------------------------
    def _of_provider(self, id: str) -> tuple[RuleSet, ...]:
        """What a provider obeys, one set for each state of the texts."""
        if id not in self._by_provider:
            self._by_provider[id] = self._sets(self.providers[id], f"providers.{id}")
        return self._by_provider[id]

    def _of_employer(self, id: str) -> tuple[RuleSet, ...]:
        """A SAAD that lends its staff is an employer and a provider under one id: its declared accords hold
        for both, unless it declares others as an employer."""
        if id not in self._by_employer:
            employer, own = self.employers[id], self.providers.get(id)
            is_one = own is not None and not employer.accords and own.agreement == employer.agreement
            party, where = (own, "providers") if own is not None and is_one else (employer, "employers")
            self._by_employer[id] = self._sets(party, f"{where}.{id}")
        return self._by_employer[id]

    def _sets(self, party: Party, where: str) -> tuple[RuleSet, ...]:
        return tuple(self._set(party, day, texts, where) for day, texts in self._regimes)

    def _set(self, party: Party, day: date, texts: LabourDay, where: str) -> RuleSet:
        is_unknown = party.agreement not in self.labour.agreements
        agreement = NO_AGREEMENT if self.leniently and is_unknown else party.agreement
        try:
            return texts.party(agreement, in_force(party.accords, day), where)
        except InvalidProblem:
            if not self.leniently:
                raise
            return texts.party(agreement)

    @cached_property
    def _regimes(self) -> tuple[tuple[date, LabourDay], ...]:
        """The texts on the first day, and again on every day on which one of them or an accord changes."""
        declared = (*self.providers.values(), *self.employers.values())
        accords = (accord for one in declared for accord in one.accords.values())
        return tuple(self.labour.regimes(self.first, self.last, accords))

    @cached_property
    def _joined(self) -> dict[tuple[str, frozenset[str], bool], RuleSet]:
        """Counting what people worked asks for the same few some times for each of their days."""
        return {}

    @cached_property
    def _by_provider(self) -> dict[str, tuple[RuleSet, ...]]:
        return {}

    @cached_property
    def _by_employer(self) -> dict[str, tuple[RuleSet, ...]]:
        return {}
