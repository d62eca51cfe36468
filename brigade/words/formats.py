"""Values as people read them: 10 h 25, 22 min, 08:52, lundi 9 mars 2026, 12,40 €, « W07, W09 et W12 »."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Literal

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent

from brigade.units import Horizon
from brigade.words.catalogue import locale, word_of

FRENCH_PREFIXES = ("+33", "+262", "+508", "+590", "+594", "+596")
"""Of the French numbering plan: the mainland, La Réunion and Mayotte, Saint-Pierre, Guadeloupe, Guyane,
Martinique."""
LIST_SHOWN = 8
"""Identifiers named one by one before "and n others": a sentence stays a sentence."""


def duration(minutes: float, lang: str | None = None) -> str:
    """Minutes as "22 min", "10 h" or "10 h 25", rounded to the whole minute; from 1 000 h on with the
    language's mark, if one is named."""
    whole = round(abs(minutes))
    sign = "-" if minutes < 0 and whole else ""
    hours, rest = divmod(whole, 60)
    if hours == 0:
        return f"{sign}{rest} min"
    told = f"{hours}" if lang is None else number(hours, lang)
    return f"{sign}{told} h {rest:02d}" if rest else f"{sign}{told} h"


def wall_clock(instant: datetime, lang: str) -> str:
    """As "08:52", in the zone the instant carries; the hour that comes twice in autumn says which of the two
    it is."""
    shown = f"{instant:%H:%M}"
    # In the hour that comes twice the two folds differ: only there the clock has to say which it is.
    is_first, is_second = (instant.utcoffset() == instant.replace(fold=fold).utcoffset() for fold in (0, 1))
    if is_first and is_second:
        return shown
    return word_of("summer_time" if is_first else "winter_time", lang).format(clock=shown)


def wall_span(start: datetime, end: datetime, lang: str) -> str:
    """As "08:52–09:30"."""
    return f"{wall_clock(start, lang)}–{wall_clock(end, lang)}"


def clock(tick: int, horizon: Horizon | None, lang: str) -> str:
    """The wall-clock time at a tick; with its day where the horizon has several, or the tick falls outside
    its only one. Without a horizon, ticks are taken for minutes after midnight."""
    if horizon is None:
        return f"{int(tick) // 60 % 24:02d}:{int(tick) % 60:02d}"
    instant = horizon.instant(tick)
    if horizon.days == 1 and instant.date() == horizon.first_day:
        return wall_clock(instant, lang)
    return f"{short_day(instant.date(), lang)} {wall_clock(instant, lang)}"


def short_day(day: date | str, lang: str) -> str:
    """As "lun. 9 mars", "Mon 9 Mar"."""
    return str(format_date(_date(day), f"EEE {_number(_date(day), lang)} MMM", locale=locale(lang)))


def long_day(day: date | str, lang: str) -> str:
    """As "lundi 9 mars 2026", "Monday 9 March 2026"; accepts an ISO date, as plans read back from JSON
    hold."""
    return str(format_date(_date(day), f"EEEE {_number(_date(day), lang)} MMMM y", locale=locale(lang)))


def day_of_month(day: date, lang: str) -> str:
    """As "9 mars", "1er avril", "9 March"."""
    return str(format_date(day, f"{_number(day, lang)} MMMM", locale=locale(lang)))


def weekday(day: date | str, lang: str) -> str:
    """As "lundi", "Monday"."""
    return str(format_date(_date(day), "EEEE", locale=locale(lang)))


def month_of_year(month: str, lang: str) -> str:
    """As "mars 2026", "March 2026", of "2026-03"."""
    return str(format_date(date.fromisoformat(f"{month}-01"), "MMMM y", locale=locale(lang)))


def _number(day: date, lang: str) -> str:
    """Of a day in its month, as a pattern: French counts the first one apart, "1er mars"."""
    return f"'{word_of('first_of_month', lang)}'" if day.day == 1 else "d"


def _date(day: date | str) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day


def moment(instant: datetime, lang: str) -> str:
    """As "9 mars 2026 à 06:40", in the zone the instant carries."""
    day = format_date(instant.date(), f"{_number(instant, lang)} MMMM y", locale=locale(lang))
    return word_of("moment", lang).format(day=day, clock=f"{instant:%H:%M}")


def telephone(number: str) -> str:
    """An international number as it is dialled from France: "+33321000000" as "03 21 00 00 00", overseas ones
    ("+262…", nine digits that begin alike) likewise; others as they are."""
    for prefix in FRENCH_PREFIXES:
        rest = number.removeprefix(prefix)
        # Nine digits follow the prefix of every French number; anything else is another country's.
        if rest != number and len(rest) == 9:
            dialled = f"0{rest}"
            return " ".join(dialled[at : at + 2] for at in range(0, 10, 2))
    return number


def euros(cents: int, lang: str) -> str:
    return _plain(format_currency(cents / 100, "EUR", locale=locale(lang)))


def kilometres(metres: float, lang: str) -> str:
    return f"{number(metres / 1000, lang, digits=1)} km"


def number(value: float, lang: str, digits: int = 2) -> str:
    """With the language's marks and at most `digits` decimals."""
    return _plain(format_decimal(round(value, digits), locale=locale(lang)))


def ungrouped(value: float, lang: str, digits: int = 2) -> str:
    """As `number`, thousands together: apart, by a space or a comma, a spreadsheet takes them for a text."""
    return _plain(format_decimal(round(value, digits), locale=locale(lang), group_separator=False))


def fixed(value: float, lang: str, digits: int = 1) -> str:
    """With the language's marks and as many decimals, zeros included."""
    return _plain(format_decimal(value, f"#,##0.{'0' * digits}", locale=locale(lang)))


def percent(share: float, lang: str, digits: int = 1) -> str:
    pattern = "#,##0." + "#" * digits + (" %" if lang == "fr" else "%")
    return _plain(format_percent(share, pattern, locale=locale(lang)))


def _plain(text: str) -> str:
    """Ordinary spaces inside: terminals, tests and spreadsheets search for them; `typeset` puts the others
    back."""
    return text.replace("\u202f", " ").replace("\xa0", " ")


def names(
    values: Iterable[Any], lang: str, others: str, style: Literal["standard", "or"] = "standard"
) -> str:
    """A list in words, closed with "and" or "or". `others` says what is left out, with `{n}`."""
    shown = [str(value) for value in values]
    if len(shown) > LIST_SHOWN:
        shown = [*shown[: LIST_SHOWN - 1], others.format(n=len(shown) - LIST_SHOWN + 1)]
    return str(format_list(shown, style=style, locale=locale(lang)))


def gap(share: float, lang: str) -> str:
    """A percentage that never says nothing is left when something is."""
    if 0 < share < 0.001:
        return word_of("less_than", lang).format(share=percent(0.001, lang))
    return percent(share, lang)


def plural(count: float, forms: tuple[str, ...], lang: str) -> str:
    """As "1 visite", "3 visites": the count and the form the language wants; `forms` singular first."""
    chosen = forms[0] if locale(lang).plural_form(count) == "one" else forms[-1]
    return f"{number(count, lang)} {chosen}"
