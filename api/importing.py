"""A whole problem into the rows of a basin, by external id: what is new, what changed, what stays. All or nothing."""

from __future__ import annotations

import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel

from api import kinds
from api.access import Role
from api.faults import TooLarge, Unfit, forbidden
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

Told = Callable[[type[data.Kept], Mapping[str, Any] | None, Mapping[str, Any] | None], None]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
ZIP = "application/zip"
TABLES: Mapping[str, str] = {ZIP: ".zip", XLSX: ".xlsx", ODS: ".ods"}
"""How a file of each kind of tables is called. What it holds decides how it is read."""
LARGEST_UNPACKED = 100_000_000
"""Bytes: forty times the tables of a department's day, and what the reader can hold without harm."""
STEEPEST = 200
"""Times an entry of some size may grow when unpacked; spreadsheets stay under fifty."""
MOST_ENTRIES = 500
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


class Upload(NamedTuple):
    """A problem read from an upload; `remarks`: what was passed over on purpose (hidden sheets, titles, totals)."""

    problem: Problem
    remarks: tuple[Issue, ...] = ()


def read(body: bytes, content_type: str) -> Upload:
    """A problem from an upload: the JSON document, a workbook, or CSV tables in a .zip.

    Raises: Refused with all issues; Unfit for another type; TooLarge for an archive that unpacks to too much.
    """
    media = content_type.partition(";")[0].strip().lower()
    if media == "application/json":
        return Upload(read_problem(body, estimates_only))
    if media not in TABLES:
        raise Unfit("A306", "Content-Type", media or "absent", f"application/json, {', '.join(TABLES)}")
    refuse_bombs(body)
    remarks: list[Issue] = []
    with tempfile.TemporaryDirectory(prefix="brigade-import-") as folder:
        path = Path(folder, f"import{TABLES[media]}")
        path.write_bytes(body)
        return Upload(read_tables(path, estimates_only, remarks), tuple(remarks))


def refuse_bombs(body: bytes) -> None:
    """Before anything is unpacked. What an entry announces binds: `zipfile` stops reading there.

    Raises: TooLarge; Refused for what is no archive at all.
    """
    try:
        with zipfile.ZipFile(BytesIO(body)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError):
        raise Refused([Issue("C010", "import", "archive illisible", "l’enregistrer à nouveau")]) from None
    size = sum(entry.file_size for entry in entries)
    if size > LARGEST_UNPACKED or len(entries) > MOST_ENTRIES:
        met = f"{size} octets en {len(entries)} fichiers une fois ouvert"
        raise TooLarge("A307", "import", met, f"au plus {LARGEST_UNPACKED // 1_000_000} Mo et {MOST_ENTRIES} fichiers")
    if any(entry.file_size > max(1_000_000, entry.compress_size * STEEPEST) for entry in entries):
        raise TooLarge("A307", "import", "un fichier se déploie à l’excès", f"au plus {STEEPEST} fois sa taille comprimée")


def unheard(table: type[data.Kept], before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> None:
    """For whoever need not know what an import changes."""


def refuse_others(scoped: Scoped, basin_id: str) -> None:
    """Raises: Forbidden, for whoever does not plan the basin: before anything of the upload is read."""
    is_planner = scoped.principal.role is Role.COORDINATOR and basin_id in scoped.principal.basins
    if not (is_planner or scoped.principal.is_administrator):
        raise forbidden(f"basins.{basin_id}.imports")


def bring_in(scoped: Scoped, basin_id: str, problem: Problem, told: Told = unheard) -> dict[str, Counter[str]]:
    """Write what differs. Counts by kind of what was created, changed and left as it is.

    Args: told: hears of each row that is written: its table, its document before (None: it is new) and after.

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
            more = _more(scoped, kind, problem, owners, shape)
            counts[_row(scoped, kind, basin_id, id, shape, more, told)][kind.name] += 1
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


def _more(scoped: Scoped, kind: Kind, problem: Problem, owners: Mapping[str, str], shape: Any) -> dict[str, Any]:
    """Columns that the whole document decides."""
    if kind.row is data.Site:
        return {"provider_id": owners.get(shape.id)}
    if kind.row is data.Worker:
        return {"counters_since": kinds.counters_since(scoped, problem.basin.id, shape, problem.horizon.first_day)}
    return {}


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


def _row(scoped: Scoped, kind: Kind, basin_id: str, id: str, shape: BaseModel, more: Mapping[str, Any], told: Told) -> str:
    fresh = kinds.made(kind, scoped, basin_id, id, shape)
    for name, value in more.items():
        setattr(fresh, name, value)
    known = scoped.session.get(kind.row, (basin_id, id), with_for_update=True)
    if known is None:
        scoped.add(fresh, "imported")
        told(kind.row, None, fresh.body)
        return "created"
    if known.body == fresh.body:
        return "unchanged"
    told(kind.row, known.body, fresh.body)
    for column in kind.row.__table__.columns.keys():  # noqa: SIM118
        if column not in ("basin_id", "id", "version", "changed_at"):
            setattr(known, column, getattr(fresh, column))
    scoped.changed(known, "imported")
    return "changed"


def problem_of_demo(path: Path) -> Problem:
    """The committed demonstration: a document the operator named, so any travel source will do."""
    return read_problem(path)
