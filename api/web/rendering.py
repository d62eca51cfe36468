"""Templates to HTML: one environment, in which a name that is not given is a fault of ours and every value is
escaped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from api.web import statics
from brigade.units import PARIS
from brigade.words import capital, coded, formats, typeset, word
from brigade.words.elision import elided
from brigade.words.formats import telephone

FOLDER = Path(__file__).parent / "templates"
PSEUDONYM = re.compile(r"\w(?:[\w:.-]*\w)?")
"""A word that may be one: a point or colon behind it is the sentence's."""


def with_names(names: Mapping[str, str], sentence: str) -> str:
    """A sentence with names for pseudonyms: it was made where nobody's name is known, so the little word
    before a name takes its form here."""
    said, at = "", 0
    for found in PSEUDONYM.finditer(sentence):
        before = said + sentence[at : found.start()]
        said, at = elided(before, names[found[0]]) if found[0] in names else before + found[0], found.end()
    return said + sentence[at:]


@pass_context
def _typeset(context: Context, told: str) -> str:
    """Words made for programs too, such as a reason or a fault, with the spaces of a page."""
    return typeset(told, context["lang"])


@pass_context
def _sentence(context: Context, told: str) -> str:
    """The same, as a sentence begins."""
    return capital(typeset(told, context["lang"]))


@cache
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        # A misspelt name fails a test instead of leaving a hole in a page.
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,
    )
    made.filters |= {"telephone": telephone, "capital": capital, "typeset": _typeset, "sentence": _sentence}
    made.globals |= {"static": statics.address, "word_in": said}
    return made


@dataclass(frozen=True, slots=True)
class Sayer:
    """Values as templates write them, in the language of the page: `say.clock(stop.start)`."""

    lang: str

    def word(self, key: str, **values: Any) -> str:
        return said(key, self.lang, **values)

    def long_day(self, day: date | str) -> str:
        return typeset(formats.long_day(day, self.lang), self.lang)

    def short_day(self, day: date | str) -> str:
        return typeset(formats.short_day(day, self.lang), self.lang)

    def day_of_month(self, day: date) -> str:
        """As "9 mars", "1er avril"."""
        return typeset(formats.day_of_month(day, self.lang), self.lang)

    def calendar_period(self, name: str) -> str:
        """Of "2026-03", "2026-T1" or "2026"."""
        year, _, part = name.partition("-")
        if not part:
            return year
        return self.word("page.quarter", n=part[1:], year=year) if part[0] == "T" else self.month(name)

    def figure(self, value: float, unit: str) -> str:
        """A value of docs/figures.md, in the unit that people read."""
        match unit:
            case "share":
                return self.percent(value)
            case "min":
                return self.duration(value)
            case "cents":
                return self.euros(round(value))
            case "metres":
                return typeset(formats.kilometres(value, self.lang), self.lang)
            case "g":
                return typeset(f"{formats.number(value / 1000, self.lang, 1)} kg", self.lang)
            case "hours":
                return self.duration(60 * value)
        return self.number(value)

    def month(self, month: str) -> str:
        """Of "2026-03"."""
        return typeset(formats.month_of_year(month, self.lang), self.lang)

    def clock(self, instant: datetime) -> str:
        """The hour on the wall where the clients live."""
        return formats.wall_clock(instant.astimezone(PARIS), self.lang)

    def period(self, start: datetime, end: datetime) -> str:
        """Days as people say them; with hours where they are not whole."""
        start, end = start.astimezone(PARIS), end.astimezone(PARIS)
        first, last = start.date(), (end - timedelta(minutes=1)).date()
        is_whole = start.time() == end.time() == time()
        days, hours = "one" if first == last else "many", "days" if is_whole else "hours"
        return self.word(
            f"page.period.{days}_{hours}",
            first=formats.short_day(first, self.lang),
            last=formats.short_day(last, self.lang),
            start=formats.wall_clock(start, self.lang),
            end=formats.wall_clock(end, self.lang) if end.time() != time() else "24:00",
        )

    def iso_day(self, instant: datetime) -> str:
        """As a field for a date takes it."""
        return instant.astimezone(PARIS).date().isoformat()

    def iso_hour(self, instant: datetime) -> str:
        """As a field for a time takes it; nothing at midnight, where whole days meet."""
        hour = f"{instant.astimezone(PARIS):%H:%M}"
        return "" if hour == "00:00" else hour

    def moment(self, instant: datetime) -> str:
        return typeset(formats.moment(instant.astimezone(PARIS), self.lang), self.lang)

    def duration(self, minutes: float) -> str:
        return typeset(formats.duration(minutes, self.lang), self.lang)

    def euros(self, cents: int) -> str:
        return typeset(formats.euros(cents, self.lang), self.lang)

    def number(self, value: float, digits: int = 2) -> str:
        return formats.number(value, self.lang, digits)

    def percent(self, share: float) -> str:
        return typeset(formats.percent(share, self.lang), self.lang)

    def agreement(self, code: str) -> str:
        """A collective agreement by its name, with the letters that articles are cited by."""
        name = self.coded("agreement", code)
        return name if name == code else f"{name} ({code.upper()})"

    def cited(self, article: str) -> str:
        """An article behind the name of its text: "convention de l’aide à domicile, BAD V.37"."""
        letters = article.partition(" ")[0].lower()
        name = self.coded("text", letters)
        return self.word("cited", name=name, article=article) if name != letters else article

    def coded(self, prefix: str, code: str) -> str:
        """The word under a code, such as `coded("act", "meal")`."""
        return typeset(coded(prefix, code, self.lang), self.lang)


def rendered(template: str, lang: str, **values: Any) -> str:
    """The page of that template. `word` says a key of the catalogue, `say` writes days, hours and amounts."""
    say = Sayer(lang)
    return environment().get_template(template).render(lang=lang, say=say, word=say.word, **values)


def said(key: str, lang: str, **values: Any) -> str:
    """A text of the catalogue, with the spaces that keep "10 h 25" together. Raises: KeyError."""
    return typeset(word(key, lang, **values), lang)
