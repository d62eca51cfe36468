"""docs/figures.md: every figure with its sentences, written from `brigade/data/figures.toml` and the
words."""

from __future__ import annotations

from collections.abc import Iterator

from brigade.figures.definitions import Definition, definitions
from brigade.words import word

HEAD = """<!-- Written by `make docs`: change its source, not this page. -->

# Figures

One definition a name, counted in one place (`brigade/figures/`), and the same wherever it is printed: plan
document and report, `indicators`, `indicators/periods`, payroll, evidence.
`tests/brigade/figures/test_definitions.py` and `tests/api/money/test_coverage_counts.py` count them anew by
hand and compare every place. What is planned and what was done have two names (`_done`). A **sum** adds up
over days and plans, a **ratio** is of two sums, a
**value** is of one plan or period and is never added up. A share of nothing is left out.

The numbers that figures rest on (grams of CO2, four days of notice, what is a small provider, how long
before its end a pass is told) are in `brigade/data/indicators.toml`, definitions in
`brigade/data/figures.toml`.

## The day as it was
A plan made in mid-day asks for all that the day asked for: a visit that nobody came to while its hours lasted
stays a request of the day, left uncovered because none of its hours is left (`too_late_now`). So coverage
does not rise by waiting. What became of a visit otherwise (`cause` of its outcome) takes it out of the plans
made after, unless nobody came all the same; what its client was away for was not asked for.

## Short notice
A stop carries `told_at`, from when its worker knows of these hours: the making of the plan that first gave
them to her, or the absence if it became known later. A plan made anew keeps the notice of what it keeps;
other hours are told anew. An older plan does not say; there the making of the plan in force counts, and in
the payroll the offers do, whatever was answered to them.

## What funders are told: small cells
Coordinators read everything. Funders read periods that are over, by this rule (`api/money/small_cells.py`,
tested both ways in `tests/api/money/test_small_cells.py`). A *cell* is a group of figures of one part: its
total (requests, hours), and its split in two (covered or left, done or not, familiar or not).

1. **Few people, few visits.** A total is not told when one to four people (clients; of hours the workers;
   of releases the employees), or one to four visits, are behind it. A split is not told when either side is
   one to four; its total still is.
2. **Bounds instead.** Of the whole basin the hidden side of a split is told as a bound: 104 visits of which
   two were not done are `done` at least 100, `done_rate` at least 0.96. So an ordinary month stays
   readable: reactivity, hours and continuity stand on their own people and are not hidden because few
   visits failed.
3. **Others with it.** Where a part is hidden and the whole is told, the smallest other parts are hidden as
   well until what is hidden together is nothing, or five and more, and at least two parts. A part that has
   none on one side protects nobody and goes last.
4. **Not by subtraction over time.** A quarter or year is told only where it, less the months told, would
   not give a hidden one away. Periods are the calendar's own.
5. **Not by another figure.** Service breaks are hidden where only one of the splits of P1 and P2 is; hours
   of associations with those of their kind of employer; the spread between providers below five providers.
   Single people (hours of an inclusion path, days to the end of a pass) are never told to funders.

The evidence is no statistic but the account that a convention gives whoever pays the right to (ALS art. 4
and 5): funders read in it totals by line with rates, one row a release (provider, course, days, minutes,
cents), transfers and the ledger, of funded hours only, without anybody's name, pseudonym, visit or hour.
Managers read their own providers' rows under pseudonyms, coordinators also the workers' names
(`names=false` leaves them out); the trail notes each identity that was opened.

## All of them
"""


def figures_page() -> str:
    return HEAD + "\n".join(_rows()) + "\n"


def _rows() -> Iterator[str]:
    yield "| figure | fr / en | unit, kind | also by | rounded | printed in | source |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for one in definitions().values():
        yield "| " + " | ".join(_cells(one)) + " |"


def _cells(one: Definition) -> Iterator[str]:
    yield f"`{one.name}`" + (f"<br>before: `{one.formerly}`" if one.formerly else "")
    yield "<br>".join(
        f"**{word(f'indicator.{one.name}', lang)}** {word(f'figure.{one.name}', lang)}"
        for lang in ("fr", "en")
    )
    yield f"{one.unit}, {one.kind}"
    yield ", ".join(word(f"part_kind.{part}", "en") for part in one.parts)
    yield word(f"rounding.{one.rounding}", "en")
    yield ", ".join(f"`{place}`" for place in one.places)
    yield one.source
