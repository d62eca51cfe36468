"""Which labour texts bind a worker of the brigade, read from the rows of a basin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from api.scope import Scoped
from api.store.data import Basin, Employer, Provider
from brigade.exchange.faults import read_model
from brigade.exchange.shapes.texts import LabourShape
from brigade.exchange.texts import labour_of
from brigade.labour import LabourCode, RuleSet, shipped_labour_code, strictest


@dataclass(frozen=True)
class Texts:
    """The basin's labour code, and the agreements of employers and providers by id."""

    labour: LabourCode
    employers: dict[str, str]
    providers: dict[str, str]

    def of(self, worker: dict[str, Any], day: date) -> RuleSet:
        """Of a worker's body: the texts of the employer and of the providers engaged with, as they stand on `day` for
        her contract, the strictest value of each."""
        agreements = {self.employers[worker["employer_id"]]}
        engaged = {one["provider_id"] for one in worker.get("engagements", ())}
        agreements |= {self.providers[id] for id in engaged if id in self.providers}
        known = sorted(agreements & self.labour.agreements.keys()) or ["ct"]
        texts, full_time = self.labour.on(day), bool(worker.get("contract", {}).get("full_time"))
        return strictest([texts.party(agreement).for_contract(full_time=full_time) for agreement in known])


def texts_of(scoped: Scoped, basin_id: str) -> Texts:
    """Read past the account's reach: which agreement binds whom is no secret of anybody's."""
    basin = scoped.session.get_one(Basin, basin_id)
    own = basin.given.get("labour")
    labour = shipped_labour_code() if own is None else labour_of(read_model(LabourShape, own))
    return Texts(labour, _agreements(scoped, basin_id, Employer), _agreements(scoped, basin_id, Provider))


def _agreements(scoped: Scoped, basin_id: str, table: type[Employer | Provider]) -> dict[str, str]:
    return {row.id: row.body["agreement"] for row in scoped.session.scalars(select(table).where(table.basin_id == basin_id))}
