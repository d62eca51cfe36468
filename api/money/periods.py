"""Indicators by month, quarter or year, for coordinators and funders. Each name is a figure of
docs/figures.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor
from statistics import median

from sqlalchemy import select

from api.access.scope import Scoped
from api.http.tabular import TabularAnswer
from api.money.gathering import OTHERS, SMALL_RURAL, Cell, Figures, gather
from api.money.months import Period, PeriodLength, periods
from api.money.small_cells import SMALLEST, ProtectedPeriod
from api.runtime.faults import Unfit
from api.shapes.money_views import FigureView, PeriodsView
from api.store.basin_tables import Worker
from brigade.figures.coverage_figures import PRIORITIES, equity_of
from brigade.figures.definitions import definitions
from brigade.figures.figure_assumptions import shipped_assumptions
from brigade.figures.rounding import half_up
from brigade.units import PARIS
from brigade.values.demand import Workplace
from brigade.words import coded, word

# Every plan of the span is read: a century typed by mistake must not hold a process.
LONGEST_YEARS = 10
COLUMNS = (
    "period",
    "first_day",
    "last_day",
    "label",
    "part",
    "value",
    "unit",
    "at_least",
    "at_most",
    "suppressed",
    "issued_on",
    "today",
)
SPLITS: Mapping[str, tuple[str, str, str]] = {
    "coverage": ("requests", "covered", "coverage_rate"),
    "continuity": ("known_visits", "familiar_visits", "continuity"),
    "done": ("recorded", "done", "done_rate"),
    "continuity_done": ("known_visits_done", "familiar_visits_done", "continuity_done"),
    "short_notice": ("short_notice_answers", "short_notice_accepted", "short_notice_acceptance"),
}
"""How many in all, of which some, and their share."""
BEHIND: Mapping[str, str] = {
    **dict.fromkeys(
        ("distance", "travel", "commute", "mileage_cost", "co2", "short_notice_calls"), "employer_work"
    ),
    **{name: name for name in ("employer_work", "employer_work_done", "service_done")},
    **dict.fromkeys(("funded_service_done", "funded_done"), "funded"),
    "inclusion_work_done": "inclusion",
    "training_service_done": "released",
}
"""The sums that are told, and the cell of the people behind each."""
OF_PARTS = frozenset(
    {
        "employer_work",
        "employer_work_done",
        "funded_service_done",
        "funded_done",
        "training_service_done",
        "inclusion_work_done",
    }
)
"""Sums that are also told of their parts."""


@dataclass(frozen=True)
class _Teller:
    """One period to be told. `hidden`, `unsplit`: cells of which nothing, or no more than the total, is told.
    `passes`: the last day of the inclusion pass, by worker. `inside`: whether people may be told one by
    one."""

    period: Period
    figures: Figures
    hidden: frozenset[Cell]
    unsplit: frozenset[Cell]
    passes: Mapping[str, date]
    inside: bool
    lang: str

    def rows(self) -> Iterator[FigureView]:
        yield from self._splits()
        yield from self._breaks()
        yield from self._equity()
        yield from self._sums()
        yield from self._inclusion()
        yield from self._released()
        yield from self._waits()

    def _splits(self) -> Iterator[FigureView]:
        for (name, part), counts in sorted(self.figures.counts.items()):
            every, some, rate = SPLITS[name]
            all_out, out = (name, part) in self.hidden, (name, part) in self.unsplit
            if not counts.total():
                continue
            yield self._row(every, counts.total(), part, out=all_out)
            least, most = (
                (None, None) if part or all_out or not out else _bounds(counts[True], counts.total())
            )
            yield self._row(some, counts[True], part, out=out, at_least=least, at_most=most)
            shares = [None if one is None else one / counts.total() for one in (least, most)]
            bounds = {"at_least": _down(shares[0]), "at_most": _up(shares[1])}
            yield self._row(rate, counts[True] / counts.total(), part, out=out, **bounds)

    def _breaks(self) -> Iterator[FigureView]:
        """Visits left that matter most: with the split of one level told, they would tell the other's."""
        if ("coverage", "") not in self.figures.counts:
            return
        levels = [
            ("coverage", part) in self.unsplit
            for part in ("P1", "P2")
            if ("coverage", part) in self.figures.counts
        ]
        for name in ("service_breaks", "mandatory_uncovered"):
            value = self.figures.sums[name, ""]
            is_small = not self.inside and 0 < value < SMALLEST
            is_mixed = name == "service_breaks" and any(levels) and not all(levels)
            out = is_small or is_mixed or ("coverage", "") in self.hidden
            yield self._row(
                name, value, "", out=out, at_most=SMALLEST - 1 if is_small and not is_mixed else None
            )

    def _equity(self) -> Iterator[FigureView]:
        """How far apart the providers lie: told outside where five of them make it up."""
        parts = {
            part: counts
            for (name, part), counts in self.figures.counts.items()
            if name == "coverage" and part
        }
        providers = {
            part: counts for part, counts in parts.items() if part not in PRIORITIES and counts.total()
        }
        out = not self.inside and (len(providers) < SMALLEST or ("coverage", "") in self.hidden)
        asked, met = (
            {id: one.total() for id, one in providers.items()},
            {id: one[True] for id, one in providers.items()},
        )
        for name, value, _, _ in equity_of(asked, met):
            yield self._row(name, value, "", out=out)

    def _sums(self) -> Iterator[FigureView]:
        for (name, part), value in sorted(self.figures.sums.items()):
            if name not in BEHIND or (part and name not in OF_PARTS) or part in (SMALL_RURAL, OTHERS):
                continue
            if name == "inclusion_work_done" and part and not self.inside:
                continue
            few = not self.inside and name == "short_notice_calls" and 0 < value < SMALLEST
            yield self._row(name, value, part, out=few or (BEHIND[name], part) in self.hidden)
        for name in ("ai_work", "ai_essential_service"):
            if ("employer_work", "") in self.figures.people:
                out = bool({("employer_work", "ai"), ("employer_work", "")} & self.hidden)
                yield self._row(name, self.figures.sums[name, ""], "", out=out)

    def _inclusion(self) -> Iterator[FigureView]:
        """People in an inclusion path who worked, and whose pass ends in the period or soon after it."""
        people = self.figures.people.get(("inclusion", ""), set())
        soon = self.period.last + timedelta(days=shipped_assumptions().pass_notice_days)
        ending = [id for id in people if id in self.passes and self.period.first <= self.passes[id] <= soon]
        if not people:
            return
        out = ("inclusion", "") in self.hidden
        yield self._row("inclusion_workers", len(people), "", out=out)
        few = not self.inside and 0 < len(ending) < SMALLEST
        yield self._row("inclusion_passes_ending", len(ending), "", out=out or few)
        for id in sorted(people & self.passes.keys()) if self.inside else ():
            yield self._row("inclusion_pass_days", (self.passes[id] - self.period.last).days, id, out=False)

    def _released(self) -> Iterator[FigureView]:
        people = {part: found for (name, part), found in self.figures.people.items() if name == "released"}
        if not people:
            return
        whole, out = len(people[""]), ("released", "") in self.hidden
        yield self._row("people_released", whole, "", out=out)
        for place in Workplace:
            if place.value in people:
                is_out = out or ("released", place.value) in self.hidden
                count = len(people[place.value])
                yield self._row("people_released", count, place.value, out=is_out)
                yield self._row("workplace_share", count / whole, place.value, out=is_out)
        is_out = out or bool({("released", SMALL_RURAL), ("released", OTHERS)} & self.hidden)
        yield self._row("small_rural_share", len(people.get(SMALL_RURAL, ())) / whole, "", out=is_out)

    def _waits(self) -> Iterator[FigureView]:
        ordered = sorted(self.figures.waits)
        if ordered:
            out = ("waits", "") in self.hidden
            # `median` of an even number ends in a half: doubled it is whole, and rounded half up like all
            # else.
            yield self._row("time_to_fill_median", half_up(round(2 * median(ordered)), 2), "", out=out)
            # The nearest rank, rounded up, without fractions: nine of ten waited no longer.
            yield self._row("time_to_fill_p90", ordered[(9 * len(ordered) + 9) // 10 - 1], "", out=out)

    def _row(self, name: str, value: float, of: str, *, out: bool, **bounds: float | None) -> FigureView:
        return FigureView(
            period=self.period.name,
            first_day=self.period.first,
            last_day=self.period.last,
            name=name,
            label=word(f"indicator.{name}", self.lang),
            of=of or None,
            part=coded("part", of, self.lang) if of else None,
            value=None if out else value,
            unit=definitions()[name].unit,
            suppressed=out,
            at_least=bounds.get("at_least"),
            at_most=bounds.get("at_most"),
        )


@dataclass(frozen=True)
class PeriodFigures:
    """Whole periods as computed today, told to whoever runs the basin and to funders alike."""

    every: PeriodLength
    periods: list[Period]
    held: ProtectedPeriod
    passes: Mapping[str, date]

    def told(self, lang: str, *, inside: bool) -> PeriodsView:
        """Not `inside`: without what could give anybody away."""
        tellers = (_teller(self.held, one, self.passes, inside=inside, lang=lang) for one in self.periods)
        return PeriodsView(every=self.every.value, rows=[row for teller in tellers for row in teller.rows()])


def told(
    scoped: Scoped, basin_id: str, every: PeriodLength, first: date, last: date, lang: str
) -> PeriodsView:
    """As to whoever asks. Raises: as `gathered`."""
    return gathered(scoped, basin_id, every, first, last).told(lang, inside=not scoped.principal.is_funder)


def gathered(scoped: Scoped, basin_id: str, every: PeriodLength, first: date, last: date) -> PeriodFigures:
    """Widened to the calendar's whole periods; for funders those that are over.

    Raises: NotFound; Unfit when the span is upside down or longer than ten years.
    """
    scoped.basin(basin_id)
    if not first <= last or last.year - first.year > LONGEST_YEARS:
        raise Unfit(
            "A305",
            "first_day, last_day",
            "period_out_of_range",
            {"first": first, "last": last, "most": LONGEST_YEARS},
        )
    today = scoped.clock.now().astimezone(PARIS).date()
    only_over = scoped.principal.is_funder
    wanted = [one for one in periods(first, last, every) if not only_over or one.last < today]
    held = ProtectedPeriod(gather(scoped, basin_id, wanted[0].first, wanted[-1].last) if wanted else {})
    return PeriodFigures(every, wanted, held, dict(_passes(scoped, basin_id)))


def tables(found: PeriodsView, lang: str) -> list[TabularAnswer]:
    rows = [row.model_copy(update={"unit": word(f"unit.{row.unit}", lang)}) for row in found.rows]
    return [TabularAnswer("indicators", COLUMNS, rows, lang)]


def _teller(
    held: ProtectedPeriod, period: Period, passes: Mapping[str, date], *, inside: bool, lang: str
) -> _Teller:
    hidden, unsplit = (frozenset[Cell](),) * 2 if inside else (held.hidden(period), held.unsplit(period))
    return _Teller(period, held.figures(period), hidden, unsplit, passes, inside, lang)


def _passes(scoped: Scoped, basin_id: str) -> Iterator[tuple[str, date]]:
    for row in scoped.session.scalars(select(Worker).where(Worker.basin_id == basin_id)):
        if row.value.inclusion_pass_until is not None:
            yield row.id, row.value.inclusion_pass_until


def _bounds(some: int, every: int) -> tuple[int | None, int | None]:
    """What is told of a whole's split of which one side is one to four: no more than that."""
    least = every - SMALLEST + 1 if 0 < every - some < SMALLEST else None
    most = SMALLEST - 1 if 0 < some < SMALLEST else None
    return least, most


def _down(share: float | None) -> float | None:
    return None if share is None else floor(100 * share) / 100


def _up(share: float | None) -> float | None:
    return None if share is None else ceil(100 * share) / 100
