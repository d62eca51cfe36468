"""What funders are told of periods: nothing that singles out a person, and an ordinary month whole
(docs/figures.md)."""

from __future__ import annotations

from collections import Counter
from datetime import date

from api.money.gathering import Cell, Figures
from api.money.months import Period, PeriodLength
from api.money.periods import _teller
from api.money.small_cells import ProtectedPeriod
from api.shapes.money_views import FigureView

MARCH = Period(date(2026, 3, 1), PeriodLength.MONTH)


def month(people: int = 30, **of: dict[str, tuple[int, int]]) -> Figures:
    """By group and part, told and not ("" for the whole); each of `people` persons."""
    figures = Figures()
    for name, cells in of.items():
        for part, (some, left) in cells.items():
            figures.counts[name, part] = Counter({True: some, False: left})
            figures.people[name, part] = {f"{part}{number}" for number in range(min(people, some + left))}
    return figures


def months(**covered: dict[str, tuple[int, int]]) -> ProtectedPeriod:
    """Month by name ("m02"): covered and left by provider, "" for all."""
    return ProtectedPeriod(
        {
            Period(date(2026, int(name[1:]), 1), PeriodLength.MONTH): month(coverage=cells)
            for name, cells in covered.items()
        }
    )


def is_told(held: ProtectedPeriod, every: PeriodLength, month: int, part: str = "") -> bool:
    return ("coverage", part) not in held.unsplit(Period(date(2026, month, 1), every))


def outside(figures: Figures) -> dict[str, FigureView]:
    """What a funder reads of a month, by figure, and by part where it has one."""
    rows = _teller(ProtectedPeriod({MARCH: figures}), MARCH, {}, inside=False, lang="fr").rows()
    return {row.name if row.of is None else f"{row.name}:{row.of}": row for row in rows}


# -- what must stay ----------------------------------------------------------------------------------------
def ordinary() -> Figures:
    """104 outcomes of 60 people, two of them not done; twelve providers with one to four visits left each."""
    parts = {f"S{number:02}": (12, 1 + number % 3) for number in range(12)}
    some, left = (sum(one[side] for one in parts.values()) for side in (0, 1))
    figures = month(
        60, coverage={"": (some, left), **parts}, done={"": (102, 2)}, continuity_done={"": (60, 30)}
    )
    figures.sums["service_done", ""], figures.people["service_done", ""] = (
        6240,
        {f"C{one}" for one in range(60)},
    )
    figures.waits, figures.people["waits", ""] = list(range(100)), {f"C{one}" for one in range(60)}
    for kind, people in (("ai", 6), ("ge", 9)):
        for part in ("", kind):
            figures.sums["employer_work_done", part] += 100 * people
            figures.people["employer_work_done", part] |= {f"{kind}{one}" for one in range(people)}
    return figures


def test_an_ordinary_month_is_readable() -> None:
    """Reactivity, hours, continuity, coverage: the two visits not done hide their own number, and of that
    tell a bound."""
    told = outside(ordinary())
    names = (
        "coverage_rate",
        "requests",
        "covered",
        "recorded",
        "service_done",
        "continuity_done",
        "time_to_fill_median",
    )
    assert all(not told[name].suppressed and told[name].value for name in names)
    assert not told["employer_work_done:ai"].suppressed
    assert not told["equity_providers_range"].suppressed
    assert not any(told[f"requests:S{number:02}"].suppressed for number in range(12))
    assert (told["done"].value, told["done"].at_least) == (None, 100)
    assert (told["done_rate"].value, told["done_rate"].at_least) == (None, 0.96)


def test_who_plans_reads_everything() -> None:
    rows = list(_teller(ProtectedPeriod({MARCH: ordinary()}), MARCH, {}, inside=True, lang="fr").rows())
    assert not any(row.suppressed for row in rows)
    assert {row.name: row.value for row in rows}["done"] == 102


# -- what must be hidden -----------------------------------------------------------------------------------
def test_no_number_of_one_to_four_is_told() -> None:
    told = outside(ordinary())
    counts = [row for row in told.values() if row.unit == "count"]
    assert not [row for row in counts if row.value is not None and 0 < row.value < 5]
    assert all(told[f"covered:S{number:02}"].suppressed for number in range(12))


def test_few_people_are_hidden_however_many_their_visits() -> None:
    """Forty visits of three people, and the hours of three workers: each would be told apart."""
    figures = month(3, coverage={"": (40, 10)})
    figures.sums["service_done", ""], figures.people["service_done", ""] = 2400, {"A", "B", "C"}
    told = outside(figures)
    assert all(row.suppressed for row in told.values())


def test_the_hours_of_a_small_kind_of_employer_take_another_with_them() -> None:
    """Two of a GEIQ among thirty: of the whole less the others one would have their hours."""
    figures = Figures()
    for kind, people in (("ai", 6), ("ge", 20), ("geiq", 2)):
        for part in ("", kind):
            figures.sums["employer_work_done", part] += people
            figures.people["employer_work_done", part] |= {f"{kind}{one}" for one in range(people)}
    told = outside(figures)
    assert [told[f"employer_work_done:{kind}"].suppressed for kind in ("ai", "ge", "geiq")] == [
        True,
        False,
        True,
    ]
    assert told["employer_work_done"].value == 28


def test_service_breaks_do_not_give_the_level_away_that_is_hidden() -> None:
    """P1 8 left and told, P2 2 left: the ten breaks less eight would be the two."""
    levels = {"P1": (20, 8), "P2": (30, 2), "P3": (30, 0), "P4": (30, 40)}
    figures = month(coverage={"": (110, 50), **levels})
    figures.sums["service_breaks", ""] = 10
    told = outside(figures)
    assert told["covered:P2"].suppressed
    is_mixed = not told["covered:P1"].suppressed
    assert told["service_breaks"].suppressed == is_mixed


def test_one_small_provider_is_hidden_with_another() -> None:
    """Of few requests, and where few were left uncovered: 30 covered and 2 left tells the two. Who left none
    protects nobody: 2 and 0 together are still two, so the one with six goes with it."""
    held = months(m01={"S1": (20, 0), "S2": (3, 0), "S3": (9, 0), "": (32, 0)})
    assert [is_told(held, PeriodLength.MONTH, 1, part) for part in ("S1", "S2", "S3", "")] == [
        True,
        False,
        False,
        True,
    ]
    left = months(m01={"S1": (30, 2), "S2": (30, 0), "S3": (40, 6), "": (100, 8)})
    assert [is_told(left, PeriodLength.MONTH, 1, part) for part in ("S1", "S2", "S3")] == [False, True, False]


def test_what_is_hidden_of_a_table_together_is_no_small_number() -> None:
    """Whatever was hidden first: the whole less what is told is nothing, or five and more."""
    for lefts in ((1, 1, 6, 9), (1, 0, 0, 12), (4, 1, 1, 1), (2, 2, 0, 5)):
        parts = {f"S{number}": (40, left) for number, left in enumerate(lefts)}
        held = months(m01={"": (160, sum(lefts)), **parts})
        rest = sum(lefts) - sum(
            left for part, (_, left) in parts.items() if is_told(held, PeriodLength.MONTH, 1, part)
        )
        assert rest == 0 or rest >= 5, lefts


def test_who_had_no_request_protects_nobody() -> None:
    """People are known of S2, and no request: with S1 it would leave three to be had by subtraction."""
    figures = month(coverage={"S1": (3, 0), "S3": (20, 0), "": (23, 0)})
    figures.people["coverage", "S2"] = {f"S2{number}" for number in range(7)}
    held = ProtectedPeriod({Period(date(2026, 1, 1), PeriodLength.MONTH): figures})
    assert [is_told(held, PeriodLength.MONTH, 1, part) for part in ("S1", "S3")] == [False, False]


def test_a_quarter_is_not_told_when_its_months_would_give_one_away() -> None:
    """20 and 20 are told; the 3 between them would be had by subtraction. Two hidden months of 3 are 6
    together."""
    one = months(m01={"": (20, 0)}, m02={"": (3, 0)}, m03={"": (20, 0)})
    assert [is_told(one, PeriodLength.MONTH, month) for month in (1, 2, 3)] == [True, False, True]
    assert not is_told(one, PeriodLength.QUARTER, 1)
    few = months(m01={"": (20, 0)}, m02={"": (3, 0)}, m03={"": (1, 0)})
    assert not is_told(few, PeriodLength.QUARTER, 1)


def test_two_hidden_months_of_six_people_are_told_together() -> None:
    two = months(m01={"": (20, 0)}, m02={"": (3, 0)}, m03={"": (3, 0)})
    for number, period in enumerate(sorted(two.months)):
        people: Cell = ("coverage", "")
        two.months[period].people[people] = {
            f"{number}-{one}" for one in range(two.months[period].counts[people].total())
        }
    assert is_told(two, PeriodLength.QUARTER, 1)


def test_a_year_is_judged_by_every_month_that_nothing_around_it_tells() -> None:
    alone = months(m01={"": (20, 0)}, m02={"": (3, 0)}, m05={"": (20, 0)})
    assert not is_told(alone, PeriodLength.YEAR, 1)
    both = months(m01={"": (20, 0)}, m02={"": (3, 0)}, m05={"": (14, 0)}, m06={"": (30, 0)})
    assert [is_told(both, PeriodLength.QUARTER, month) for month in (1, 4)] == [False, True]
    assert not is_told(both, PeriodLength.YEAR, 1)
