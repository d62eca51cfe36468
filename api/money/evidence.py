"""The file whoever pays may ask for: who replaced whom, when, for how long, on which line, at which rate;
totals; money moved.

Funders read totals by line, one row a release without a person, transfers and ledger; coordinators also
names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from pydantic import BaseModel
from sqlalchemy import and_, or_, select

from api.access.scope import Scoped
from api.cycle.absence_words import kind_of
from api.http.tabular import TabularAnswer
from api.money import ledger, transfers
from api.runtime.faults import Unfit
from api.shapes.money_views import EvidenceReleaseView, EvidenceTotalView, EvidenceView, ReplacementView
from api.shapes.row_views import said, view_of
from api.store.basin_tables import Absence, Employer, FundingLine, Provider, WorkBlock
from api.store.cycle_tables import Outcome
from api.store.release_tables import FundingTransfer, ReleaseDay
from brigade.figures.funding import euro_cents
from brigade.figures.rounding import half_up
from brigade.units import PARIS
from brigade.words import word
from brigade.worked.local_days import midnight, minutes_between

REPLACEMENTS = (
    "day",
    "starts_at",
    "ends_at",
    "minutes",
    "provider_id",
    "provider_name",
    "absent_id",
    "worker_id",
    "worker_name",
    "employer_id",
    "employer_name",
    "visit_id",
    "work_block_id",
    "kind",
    "course",
    "training_body",
    "release_id",
    "absence_id",
    "funding_line_id",
    "rate_cents",
    "cents",
)
TOTALS = (
    "funding_line_id",
    "line_name",
    "people",
    "visits",
    "minutes",
    "rate_cents",
    "cents",
)
RELEASES = (
    "funding_line_id",
    "provider_id",
    "provider_name",
    "absent_id",
    "kind",
    "course",
    "training_body",
    "release_id",
    "first_day",
    "last_day",
    "days",
    "visits",
    "minutes",
    "rate_cents",
    "cents",
)
TRANSFERS = (
    "created_at",
    "from_line_id",
    "to_line_id",
    "cents",
    "given_cents",
    "passes_limit",
    "reason",
    "author",
)
LEDGER = (
    "line_id",
    "own_cap_cents",
    "given_cents",
    "received_cents",
    "cap_cents",
    "consumed_cents",
    "reserved_cents",
    "remaining_cents",
    "cap_min",
    "consumed_min",
    "reserved_min",
    "remaining_min",
)


def span_of(first_day: date, last_day: date) -> tuple[datetime, datetime]:
    """The instants of a period, ends included as days. Raises: Unfit when it is upside down."""
    if last_day < first_day:
        raise Unfit("A305", "last_day", "period_reversed", {"last_day": last_day, "first_day": first_day})
    return midnight(first_day, PARIS), midnight(last_day + timedelta(days=1), PARIS)


def evidence(
    scoped: Scoped, basin_id: str, first_day: date, last_day: date, line_id: str | None
) -> EvidenceView:
    """Every replaced hour of the period, and every hour of work that is no visit on a line, once, with its
    line and rate; of one line if it is named. Managers: of their own providers. Funders: of funded hours,
    without the people and visits.

    Raises: NotFound; Unfit when the period is upside down.
    """
    start, end = span_of(first_day, last_day)
    lines = scoped.all(scoped.select(FundingLine, basin_id))
    if line_id is not None:
        lines = [scoped.one(FundingLine, basin_id, line_id)]
    known = _Known.of(scoped, basin_id, lines)
    replaced = [_replaced(scoped, done, known) for done in _outcomes(scoped, basin_id, start, end, line_id)]
    row = FundingTransfer
    moved = scoped.select(row, basin_id).where(row.created_at >= start, row.created_at < end)
    if line_id is not None:
        moved = moved.where(or_(row.from_line_id == line_id, row.to_line_id == line_id))
    books = ledger.accounts(scoped, basin_id, lines).values()
    is_outside = scoped.principal.is_funder
    # A funder reads a release, which is of one person, without what would lead to her.
    hidden = dict.fromkeys(OF_PEOPLE) if is_outside else {}
    return EvidenceView(
        first_day=first_day,
        last_day=last_day,
        funding_line_id=line_id,
        made_at=scoped.clock.now(),
        minutes=sum(row.minutes for row in replaced),
        cents=sum(row.cents for row in replaced),
        totals=list(_totals(replaced, known)),
        releases=[one.model_copy(update=hidden) for one in _releases(replaced)],
        replacements=[] if is_outside else replaced,
        transfers=[transfers.shown(one) for one in scoped.all(moved.order_by(row.id))],
        ledger=[ledger.shown(one) for one in books],
    )


OF_PEOPLE = ("absent_id", "release_id", "absence_id")
"""What of a release leads to its employee."""


def named(found: EvidenceView, names: Mapping[str, str]) -> EvidenceView:
    """With who replaced, by name. Args: names: of workers, for whoever may read them."""
    rows = [
        row.model_copy(update={"worker_name": names.get(row.worker_id or "")}) for row in found.replacements
    ]
    return found.model_copy(update={"replacements": rows})


def tables(found: EvidenceView, lang: str) -> list[TabularAnswer]:
    """The first of them is the CSV. Without people there is no list of replacements."""
    total = word("export.total", lang)
    last = {"day": total, "minutes": found.minutes, "cents": found.cents}
    listed = [_worded(one, lang) for one in found.replacements]
    releases = [_worded(one, lang) for one in found.releases]
    totals: list[BaseModel | Mapping[str, object]] = [*found.totals, {**last, "funding_line_id": total}]
    replaced = [TabularAnswer("evidence", REPLACEMENTS, [*listed, last], lang)] if listed else []
    return [
        *replaced,
        TabularAnswer("totals", TOTALS, totals, lang),
        TabularAnswer("releases", RELEASES, releases, lang),
        TabularAnswer("transfers", TRANSFERS, found.transfers, lang),
        TabularAnswer("ledger", LEDGER, found.ledger, lang),
    ]


def _worded(one: ReplacementView | EvidenceReleaseView, lang: str) -> Mapping[str, object]:
    """With the kind of absence, or of work that is no visit, in words."""
    is_block = isinstance(one, ReplacementView) and one.work_block_id is not None
    said_of = (lambda kind, lang: word(f"work_block.{kind}", lang)) if is_block else kind_of
    return {**said(one), "kind": one.kind and said_of(one.kind, lang)}


@dataclass(frozen=True)
class _Known:
    """What the rows of a basin are called, which is nobody's secret, and the lines' rates. `releases`: by the
    absence that each opened."""

    providers: Mapping[str, str]
    employers: Mapping[str, str]
    lines: Mapping[str, FundingLine]
    releases: Mapping[str, str]

    @classmethod
    def of(cls, scoped: Scoped, basin_id: str, lines: Iterable[FundingLine]) -> _Known:
        providers, employers = (_names(scoped, basin_id, table) for table in (Provider, Employer))
        asked = select(ReleaseDay.id, ReleaseDay.release_id).where(ReleaseDay.basin_id == basin_id)
        releases = dict(scoped.session.execute(asked).all())
        return cls(providers, employers, {line.id: line for line in lines}, releases)

    def rate(self, line_id: str | None, minutes: int, cents: int) -> int | None:
        """What an hour was paid: the line's rate, unless it was another one when the visit was done."""
        line = self.lines.get(line_id or "")
        if line is None:
            return None
        rate = line.value.hourly_rate_cents
        # Worked back from what was booked: the evidence shows the rate that was paid, not today's.
        return rate if not minutes or euro_cents(minutes, rate, 1) == cents else half_up(60 * cents, minutes)


def _names(scoped: Scoped, basin_id: str, table: type[Provider | Employer]) -> dict[str, str]:
    asked = select(table).where(table.basin_id == basin_id)
    rows: Iterable[Provider | Employer] = scoped.session.scalars(asked)
    return {row.id: row.value.name for row in rows}


def _outcomes(
    scoped: Scoped, basin_id: str, start: datetime, end: datetime, line_id: str | None
) -> list[Outcome]:
    """Those of the account's reach; funders have no visits, but may count what was paid."""
    reached = scoped.select(Outcome, basin_id)
    # A funder's reach holds no visit: what was paid is asked for past it, and told without people.
    if scoped.principal.is_funder:
        reached = select(Outcome).where(Outcome.basin_id == basin_id, Outcome.funding_line_id.is_not(None))
    # Work that is no visit is somebody's own: evidence of it is for the line that pays it.
    is_paid_block = and_(Outcome.work_block_id.is_not(None), Outcome.funding_line_id.is_not(None))
    asked = reached.where(Outcome.done, or_(Outcome.absence_id.is_not(None), is_paid_block))
    asked = asked.where(Outcome.starts_at >= start, Outcome.starts_at < end)
    asked = asked if line_id is None else asked.where(Outcome.funding_line_id == line_id)
    return scoped.all(asked.order_by(Outcome.starts_at, Outcome.visit_id))


def _totals(replaced: list[ReplacementView], known: _Known) -> Iterator[EvidenceTotalView]:
    """By line, and what no line paid."""
    for line, rows in _grouped(replaced, lambda row: (row.funding_line_id or "",)):
        sums = _sums(rows)
        named = known.lines.get(line[0])
        yield EvidenceTotalView(
            funding_line_id=line[0] or None,
            line_name=named.value.name if named else None,
            people=len({(row.absent_id, row.work_block_id and row.worker_id) for row in rows}),
            **sums,
            rate_cents=_one_rate(rows),
        )


def _releases(replaced: list[ReplacementView]) -> Iterator[EvidenceReleaseView]:
    """By release, else by absence, and line."""
    absences = [row for row in replaced if row.work_block_id is None]
    for _, rows in _grouped(
        absences, lambda row: (row.funding_line_id or "", row.release_id or row.absence_id or "")
    ):
        first, dates = rows[0], {row.day for row in rows}
        yield view_of(
            EvidenceReleaseView,
            first,
            absence_id=None if first.release_id else first.absence_id,
            first_day=min(dates),
            last_day=max(dates),
            days=len(dates),
            **_sums(rows),
            rate_cents=_one_rate(rows),
        )


def _grouped(
    rows: list[ReplacementView], key: Callable[[ReplacementView], tuple[str, ...]]
) -> Iterator[tuple[tuple[str, ...], list[ReplacementView]]]:
    # `groupby` only joins neighbours.
    for group, members in groupby(sorted(rows, key=key), key=key):
        yield group, list(members)


def _sums(rows: list[ReplacementView]) -> dict[str, int]:
    minutes, cents = sum(row.minutes for row in rows), sum(row.cents for row in rows)
    return {"visits": len(rows), "minutes": minutes, "cents": cents}


def _one_rate(rows: list[ReplacementView]) -> int | None:
    """The rate of them all; None where they have several."""
    rates = {row.rate_cents for row in rows}
    return rates.pop() if len(rates) == 1 else None


def _replaced(scoped: Scoped, row: Outcome, known: _Known) -> ReplacementView:
    assert row.starts_at is not None  # it was done
    assert row.ends_at is not None
    absence = scoped.session.get(Absence, (row.basin_id, row.absence_id)) if row.absence_id else None
    block = scoped.session.get(WorkBlock, (row.basin_id, row.work_block_id)) if row.work_block_id else None
    told, work = absence and absence.value, block and block.value
    course = told.course if told else None
    minutes = minutes_between(row.starts_at, row.ends_at)
    return view_of(
        ReplacementView,
        row,
        day=row.starts_at.astimezone(PARIS).date(),
        starts_at=row.starts_at.astimezone(PARIS),
        ends_at=row.ends_at.astimezone(PARIS),
        minutes=minutes,
        rate_cents=known.rate(row.funding_line_id, minutes, row.cents),
        provider_name=known.providers.get(row.provider_id),
        employer_name=known.employers.get(row.employer_id or ""),
        worker_name=None,
        absent_id=told.employee_id if told else None,
        kind=told.kind if told else work.kind if work else None,
        course=course.title if course else work.label if work else None,
        training_body=course.training_body if course else None,
        release_id=known.releases.get(row.absence_id or ""),
    )
