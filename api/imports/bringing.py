"""An import, whole: compared and judged over one state of the database, then written; a dry run ends with the
first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.access import trail
from api.access.rights import rights_of
from api.access.scope import Scoped
from api.imports import comparing, file_checks, sealing, summaries, writing
from api.imports.comparing import FileComparison
from api.imports.merging import Mode
from api.imports.sealing import Sealing
from api.imports.uploads import Upload, of_problem
from api.imports.writing import Told
from api.runtime.faults import Outdated, forbidden
from api.runtime.gate import RETRY_S
from api.runtime.roles import Reach, Role
from api.service.service import Service
from api.shapes.planning.plan_views import IssueView
from api.shapes.record_views import ImportIdsView, ImportView, PasswordLinkView
from api.store import basin_tables
from api.store.account_tables import AuditEntry
from brigade.errors import NO_VALUES, Issue
from brigade.exchange.documents.json_text import JsonObject
from brigade.values.problem import Problem
from brigade.words import word

JUDGED_BY = tuple(
    table.KIND
    for table in (
        basin_tables.Basin,
        basin_tables.Provider,
        basin_tables.Site,
        basin_tables.Employee,
        basin_tables.Client,
        basin_tables.Visit,
        basin_tables.Link,
        basin_tables.RotaFeed,
        basin_tables.Employer,
        basin_tables.Worker,
        basin_tables.FundingLine,
        basin_tables.WorkBlock,
    )
)
"""Rows that a file's faults hang on. Absences do not make others' rows faulty, and come all morning."""


@dataclass
class ImportPlan:
    """What an import would do. `basin`: what becomes of the basin's own row; `seen`: the last write of rows
    before it was judged."""

    found: FileComparison
    sealing: Sealing
    basin: str
    seen: int | None

    def told(
        self, lang: str, *, dry_run: bool, jobs: Sequence[str] = (), links: Sequence[PasswordLinkView] = ()
    ) -> ImportView:
        """What an answer says of it. Args: jobs: the searches that followed. links: of new accounts."""
        counts, named = summaries.counts(self.found), summaries.ids(self.found)
        counts[self.basin]["basins"] = 1
        for state in ("created", "changed", "unchanged"):
            counts[state] |= self.sealing.counted(state)
            if state in named:
                named[state] |= {
                    kind: ids[: summaries.FIRST] for kind, ids in self.sealing.ids(state).items()
                }
        gone = summaries.gone(self.found)
        is_unchanged = (
            summaries.is_unchanged(self.found) and not self.sealing.acts and self.basin == "unchanged"
        )
        nothing = word("import.unchanged", lang) if is_unchanged else None
        sentences = [summaries.sentence(gone, lang), nothing]
        return ImportView(
            dry_run=dry_run,
            mode=self.found.mode.value,
            **counts,
            deleted=summaries.deleted(self.found),
            ids=ImportIdsView(**named),
            added=summaries.parts(self.found, "added"),
            replaced=summaries.parts(self.found, "changed"),
            gone=gone,
            is_unchanged=is_unchanged,
            summary=[one for one in sentences if one is not None],
            jobs=list(jobs),
            remarks=[IssueView.of(remark, lang) for remark in self.found.remarks],
            password_links=list(links),
        )


def refuse_others(scoped: Scoped, basin_id: str) -> None:
    """Raises: Forbidden, for who writes nothing that an import holds: before anything of the upload is
    read."""
    reach = rights_of(basin_tables.Visit).of(scoped.principal.role, write=True)
    is_there = scoped.principal.is_administrator or basin_id in scoped.principal.basins
    if reach is Reach.NOTHING or not is_there:
        raise forbidden(f"basins.{basin_id}.imports")


def consider(scoped: Scoped, service: Service, basin_id: str, upload: Upload, mode: Mode) -> ImportPlan:
    """What the import would do, judged. Nothing is written. Raises: Refused with all issues; Forbidden, where
    they are of rights alone; Unfit, NotFound."""
    refuse_others(scoped, basin_id)
    seen = _last_write(scoped, basin_id)
    # The last write is asked for before any row is read: one in the middle of the reading is noticed.
    basin = writing.basin(scoped, basin_id, upload, writes=False)
    found = comparing.compare(scoped, basin_id, upload, mode)
    # Judged here and not in `bring`: composing takes long, and the write lock must not wait for it.
    faults = file_checks.faults(scoped, service, basin_id, upload, found)
    sealed = sealing.compare(scoped, service, basin_id, upload.persons, found)
    comparing.refuse(basin_id, [*faults, *found.barred.values(), *sealed.issues])
    found.remarks += _passed_over(scoped, upload)
    return ImportPlan(found, sealed, basin, seen)


def _last_write(scoped: Scoped, basin_id: str) -> int | None:
    return trail.last_write(scoped.session, basin_id, AuditEntry.kind.in_(JUDGED_BY))


def bring_considered(
    scoped: Scoped, service: Service, basin_id: str, upload: Upload, considered: ImportPlan, told: Told
) -> ImportPlan:
    """As `bring`, what was judged before. Raises: Outdated, where rows were written since then that it might
    not suit."""
    if _last_write(scoped, basin_id) != considered.seen:
        raise Outdated("A107", f"basins.{basin_id}.imports", "basin_keeps_changing", NO_VALUES, RETRY_S)
    return bring(scoped, service, basin_id, upload, considered.found.mode, told)


def bring(
    scoped: Scoped, service: Service, basin_id: str, upload: Upload, mode: Mode, told: Told
) -> ImportPlan:
    """The same, written: compared once more, under the locks of its rows."""
    refuse_others(scoped, basin_id)
    seen = _last_write(scoped, basin_id)
    basin = writing.basin(scoped, basin_id, upload, writes=True)
    found = comparing.compare(scoped, basin_id, upload, mode, locks=True)
    found.remarks += _passed_over(scoped, upload)
    sealed = sealing.compare(scoped, service, basin_id, upload.persons, found)
    comparing.refuse(basin_id, [*found.barred.values(), *sealed.issues])
    done = ImportPlan(found, sealed, basin, seen)
    writing.write(scoped, basin_id, upload, found, told)
    # After the rows: a name or a contact may be of somebody whom the same file brings.
    sealed.write(scoped)
    return done


def _passed_over(scoped: Scoped, upload: Upload) -> list[Issue]:
    """What the whole basin goes by is not one provider's to change: it is said, and not read."""
    if scoped.principal.role is not Role.MANAGER:
        return []
    told = [
        name
        for name in ("policy", "catalogue", "labour", "travel", "sectors", "vehicles", "traffic")
        if upload.document.get(name)
    ]
    return [Issue("A103", upload.place(name), "settings_passed_over") for name in told]


def unheard(table: type[basin_tables.BasinRow], before: JsonObject | None, after: JsonObject | None) -> None:
    """For whoever need not know what an import changes."""


def bring_in(scoped: Scoped, service: Service, problem: Problem, travel_source: str | None = None) -> None:
    """A problem of our own making, whole. Args: travel_source: where its ways come from, if not from its
    matrices."""
    bring(scoped, service, problem.basin.id, of_problem(problem, travel_source), Mode.ADD, unheard)
