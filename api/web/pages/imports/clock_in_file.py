"""Clock-ins of a télégestion export, sent to the page of imports: what they would record is shown first, as
of any file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from api.imports import uploads
from api.incidents import clock_ins, outcomes
from api.incidents.outcomes import PlacedLine
from api.service.service import Service
from api.shapes.planning.plan_views import IssueView
from api.store.cycle_tables import Outcome
from api.web.pages.imports.sent_files import ImportFile, ImportForm
from api.web.view import PressedView
from brigade.errors import Issue
from brigade.exchange.mapping.mapping_document import of_table
from brigade.exchange.mapping.mapping_shapes import MappingDocument
from brigade.exchange.sheets.layout import CLOCK_INS

OUTCOMES = "outcomes"


@dataclass(frozen=True, slots=True)
class ClockInView:
    """What a page of imports shows of any file: rows by kind, and what was passed over."""

    created: Mapping[str, int]
    changed: Mapping[str, int]
    remarks: Sequence[IssueView]
    deleted: Mapping[str, int]
    gone: Sequence[object] = ()

    @property
    def is_unchanged(self) -> bool:
        return not self.created and not self.changed


@dataclass(frozen=True, slots=True)
class ClockInDraft:
    """Clock-ins found among the brigade's visits, and judged. `counts`: of outcomes, by what becomes of
    them."""

    lines: Sequence[PlacedLine]
    remarks: Sequence[Issue]
    counts: Mapping[str, int]
    corrects: bool

    def told(self, lang: str) -> ClockInView:
        created, changed = (
            {OUTCOMES: self.counts[name]} if self.counts[name] else {} for name in ("created", "corrected")
        )
        return ClockInView(created, changed, [IssueView.of(one, lang) for one in self.remarks], {})


def reads(given: ImportForm, known: MappingDocument | None) -> bool:
    """Whether the file is one: by its mapping, else by its own headers."""
    return bool(of_table(known, CLOCK_INS).tables) if known is not None else given.clock_ins


def considered(
    press: PressedView,
    service: Service,
    basin_id: str,
    sent: ImportFile,
    given: ImportForm,
    known: MappingDocument | None,
) -> ClockInDraft:
    """Raises: Forbidden; UnreadableInput; Unfit, with every passage that fits no visit, and every one that is
    recorded otherwise and is not to be written over."""
    press.scoped.must_write(Outcome, basin_id)
    # Given back before the file is read: that takes long, and on SQLite nobody else could write meanwhile.
    press.scoped.session.rollback()
    told = service.read_file(uploads.read_clock_ins, sent.content, sent.media, known, sent.stem)
    lines, remarks = clock_ins.matched(press.scoped, basin_id, told)
    judged = outcomes.record_all(
        press.scoped, service, basin_id, lines, corrects=given.corrects, dry_run=True
    )
    return ClockInDraft(lines, remarks, judged.counts, given.corrects)


def record(press: PressedView, service: Service, basin_id: str, draft: ClockInDraft) -> str:
    """In the transaction in which it was judged; the address to go on to."""
    outcomes.record_all(press.scoped, service, basin_id, draft.lines, corrects=draft.corrects)
    return f"/bassins/{quote(basin_id)}/imports?importe=1"
