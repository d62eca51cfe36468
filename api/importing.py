"""A whole problem into the rows of a basin, by external id: what is new, what changed, what stays. All or nothing."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from api import kinds
from api.access import Role
from api.faults import Unfit, forbidden
from api.kinds import KINDS, Kind
from api.scope import Scoped
from api.shapes import BasinWishes, plain
from api.store import data
from brigade.errors import Issue, Refused
from brigade.exchange.document import problem_to_json, read_problem, shipped_travel
from brigade.exchange.faults import read_model
from brigade.exchange.sheets.tables import read_tables
from brigade.places import Site, TravelMatrix, TravelMode
from brigade.problem import Problem
from brigade.units import Horizon

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SECTIONS: Mapping[str, str] = {
    "providers": "demand.providers",
    "sites": "sites",
    "employers": "brigade.employers",
    "employees": "demand.employees",
    "clients": "demand.clients",
    "workers": "brigade.workers",
    "visits": "demand.visits",
    "links": "demand.links",
    "rota-feeds": "demand.rota",
    "funding-lines": "demand.funding_lines",
    "absences": "demand.absences",
}
"""Where each kind stands in a problem document."""


def estimates_only(
    sites: Sequence[Site], modes: Sequence[TravelMode], horizon: Horizon, spec: str
) -> Mapping[TravelMode, TravelMatrix]:
    """What a document from outside may ask for: no file of the server is read for it, no address called."""
    if spec != "estimate":
        raise Refused([Issue("D113", "travel.source", f"« {spec} »", "« estimate », ou les matrices dans le document")])
    return shipped_travel(sites, modes, horizon, spec)


def read(body: bytes, content_type: str) -> Problem:
    """A problem from an upload: the JSON document or a workbook. Raises: Refused with all issues, Unfit for another type."""
    media = content_type.partition(";")[0].strip().lower()
    if media == "application/json":
        return read_problem(body, estimates_only)
    if media != XLSX:
        raise Unfit("A306", "Content-Type", media or "absent", f"application/json ou {XLSX}")
    with tempfile.TemporaryDirectory(prefix="brigade-import-") as folder:
        path = Path(folder, "import.xlsx")
        path.write_bytes(body)
        return read_tables(path, estimates_only)


def refuse_others(scoped: Scoped, basin_id: str) -> None:
    """Raises: Forbidden, for whoever does not plan the basin: before anything of the upload is read."""
    is_planner = scoped.principal.role is Role.COORDINATOR and basin_id in scoped.principal.basins
    if not (is_planner or scoped.principal.is_administrator):
        raise forbidden(f"basins.{basin_id}.imports")


def bring_in(scoped: Scoped, basin_id: str, problem: Problem) -> dict[str, Counter[str]]:
    """Write what differs. Counts by kind of what was created, changed and left as it is.

    Raises: Forbidden for whoever does not plan the basin; Unfit when the document is of another basin.
    """
    refuse_others(scoped, basin_id)
    if problem.basin.id != basin_id:
        raise Unfit("A306", "basin.id", f"« {problem.basin.id} »", f"« {basin_id} », comme dans l’adresse")
    document = problem_to_json(problem)
    counts: dict[str, Counter[str]] = {"created": Counter(), "changed": Counter(), "unchanged": Counter()}
    counts[_basin(scoped, problem, document)]["basins"] += 1
    owners = _owners(problem)
    for kind in KINDS:
        for id, shape in _shapes(kind, document):
            more = {"provider_id": owners.get(id)} if kind.row is data.Site else {}
            counts[_row(scoped, kind, basin_id, id, shape, more)][kind.name] += 1
    return counts


def _basin(scoped: Scoped, problem: Problem, document: dict[str, Any]) -> str:
    given: dict[str, Any] = {name: document[name] for name in ("travel", "catalogue", "labour") if name in document}
    known = scoped.session.get(data.Basin, problem.basin.id)
    told = {"name": problem.basin.name, "department": problem.basin.department, "policy": document["policy"]}
    if known is None:
        body = plain(read_model(BasinWishes, {**told, "plan_days": problem.horizon.days}))
        row = data.Basin(id=problem.basin.id, body=body, given=given, version=1, changed_at=scoped.clock.now())
        scoped.add(row, "imported")
        return "created"
    row = scoped.one(data.Basin, known.id, known.id, write=True)
    wished = {**row.body, **told}
    if (row.body, row.given) == (wished, given):
        return "unchanged"
    row.body, row.given = wished, given
    scoped.changed(row, "imported")
    return "changed"


def _owners(problem: Problem) -> dict[str, str]:
    """The provider of each site where clients of that provider alone live; managers see these and no others."""
    found: dict[str, set[str]] = {}
    for client in problem.clients:
        found.setdefault(client.site_id, set()).add(client.provider_id)
    homes = {site for worker in problem.workers for site in (worker.start_site, worker.end_site)}
    return {site: min(owners) for site, owners in found.items() if len(owners) == 1 and site not in homes}


def _shapes(kind: Kind, document: dict[str, Any]) -> Iterator[tuple[str, BaseModel]]:
    section: Any = document
    for part in SECTIONS[kind.name].split("."):
        section = section[part]
    for value in section:
        shape = read_model(kind.shape, value)
        yield value[kind.named_by] if kind.named_by else f"{value['first']}~{value['kind']}~{value['second']}", shape


def _row(scoped: Scoped, kind: Kind, basin_id: str, id: str, shape: BaseModel, more: Mapping[str, Any]) -> str:
    fresh = kinds.made(kind, scoped, basin_id, id, shape)
    for name, value in more.items():
        setattr(fresh, name, value)
    known = scoped.session.get(kind.row, (basin_id, id))
    if known is None:
        scoped.add(fresh, "imported")
        return "created"
    if known.body == fresh.body:
        return "unchanged"
    for column in kind.row.__table__.columns.keys():  # noqa: SIM118
        if column not in ("basin_id", "id", "version", "changed_at"):
            setattr(known, column, getattr(fresh, column))
    scoped.changed(known, "imported")
    return "changed"


def problem_of_demo(path: Path) -> Problem:
    """The committed demonstration: a document the operator named, so any travel source will do."""
    return read_problem(path)
