"""Which labour texts bind a worker of the brigade, read from the rows of a basin."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import select

from api.access.scope import Scoped
from api.store.basin_tables import Basin, Employer, Provider
from brigade.exchange.documents.shape_faults import read_model
from brigade.exchange.documents.text_documents import labour_of
from brigade.exchange.shapes.accord_shapes import AccordShape
from brigade.exchange.shapes.text_shapes import LabourShape
from brigade.exchange.shapes.workforce_shapes import WorkerShape
from brigade.texts.accords import Accord
from brigade.texts.binding import BindingTexts
from brigade.texts.labour_code import LabourCode, shipped_labour_code
from brigade.texts.rule_sets import RuleSet


@dataclass(frozen=True)
class DeclaredTexts:
    """The agreement of an employer or provider, and the accords it declares."""

    agreement: str
    accords: Mapping[str, Accord]


@dataclass(frozen=True)
class BasinTexts:
    """The basin's labour code, and what employers and providers obey, by id."""

    labour: LabourCode
    employers: Mapping[str, DeclaredTexts]
    providers: Mapping[str, DeclaredTexts]

    def of(self, worker: WorkerShape, day: date, hosts: Collection[str] | None = None) -> RuleSet:
        """The texts of a worker's employer and of `hosts` (None: the providers engaged with), as they stand
        on `day` for her contract."""
        engaged = {one.provider_id for one in worker.engagements} if hosts is None else hosts
        return self.of_employer(worker.employer_id, day, engaged, full_time=bool(worker.contract.full_time))

    def of_employer(
        self, employer_id: str, day: date, hosts: Collection[str], *, full_time: bool = False
    ) -> RuleSet:
        """Whoever of that employer's works for these hosts."""
        # Papers may name a provider that has left the basin.
        known = frozenset(hosts) & self.providers.keys()
        return self._on(day).joined(employer_id, known, full_time=full_time)

    def _on(self, day: date) -> BindingTexts:
        if day not in self._days:
            parties = self.employers, self.providers
            self._days[day] = BindingTexts(self.labour, *parties, day, day, leniently=True)
        return self._days[day]

    @cached_property
    def _days(self) -> dict[date, BindingTexts]:
        return {}


def texts_of(scoped: Scoped, basin_id: str) -> BasinTexts:
    """Read past the account's reach: which agreement binds whom is no secret of anybody's."""
    basin = scoped.session.get_one(Basin, basin_id)
    own = basin.given.get("labour")
    labour = shipped_labour_code() if own is None else labour_of(read_model(LabourShape, own))
    return BasinTexts(labour, _parties(scoped, basin_id, Employer), _parties(scoped, basin_id, Provider))


def _parties(scoped: Scoped, basin_id: str, table: type[Employer | Provider]) -> dict[str, DeclaredTexts]:
    asked = select(table).where(table.basin_id == basin_id)
    rows: Iterable[Employer | Provider] = scoped.session.scalars(asked)
    return {row.id: DeclaredTexts(row.value.agreement, dict(accords_of(row.body))) for row in rows}


def accords_of(body: Mapping[str, Any]) -> Iterator[tuple[str, Accord]]:
    """What a provider or an employer declares."""
    for rule, one in body.get("accords", {}).items():
        shape = AccordShape.model_validate(one, strict=False)
        yield rule, Accord(shape.value, shape.source, shape.in_force_from, shape.in_force_until)
