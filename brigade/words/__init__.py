"""What people read: French and English from one gettext catalogue, each sentence tied to a stable reason
code.

`say` never fails on a reason it does not know: a stored plan may be of another version, and its screen must
still open. docs/reasons.md lists every code with both sentences.
"""

from __future__ import annotations

import re

from brigade.texts.articles import OUR_DECISION
from brigade.units import Horizon
from brigade.values.plan import Ground, Marking, MarkingKind, Reason, Violation
from brigade.words.catalogue import LANGUAGES, REASON, Language, reason_codes, text_of, word_of
from brigade.words.formats import (
    duration,
    euros,
    kilometres,
    long_day,
    moment,
    month_of_year,
    number,
    percent,
    short_day,
    wall_clock,
    wall_span,
)
from brigade.words.issue_sentences import SaidIssue, say_clause, say_issue
from brigade.words.sentences import SentenceSetting, coded, fields, fill, say_place

ISO_WEEK = re.compile(r"\b(\d{4})-W(\d\d)\b")
ISO_MONTH = re.compile(r"(?<![\d-])(\d{4}-(?:0[1-9]|1[0-2]))(?![\d-])")
ISO_DAY = re.compile(r"( ?)\b(\d{4}-\d\d-\d\d)\b")

__all__ = [
    "LANGUAGES",
    "Language",
    "SaidIssue",
    "capital",
    "coded",
    "duration",
    "euros",
    "kilometres",
    "long_day",
    "lowered",
    "moment",
    "month_of_year",
    "number",
    "percent",
    "reason_codes",
    "say",
    "say_clause",
    "say_grounds",
    "say_issue",
    "say_marking",
    "say_place",
    "say_violation",
    "short_day",
    "typeset",
    "wall_clock",
    "wall_span",
    "word",
]


def say(reason: Reason, lang: str = "fr", *, horizon: Horizon | None = None) -> str:
    """The sentence of a reason, without its full stop.

    Values `worker` (or `workers`) and `article` that the message does not place itself go before and after
    it: "W07 : arrivée à 08:52, … (BAD V.5)". `horizon` turns ticks into times; without it they count from
    midnight.
    """
    values = dict(reason.values)
    setting = SentenceSetting(lang, horizon)
    message = text_of(REASON + reason.code, lang)
    if message is None:
        details = ", ".join(f"{name} = {value}" for name, value in reason.values)
        return capital(
            fill(word_of("unknown_reason", lang), {"code": reason.code, "details": details}, setting)
        )
    spoken = {name: _spoken(value, lang, horizon) for name, value in values.items()}
    placed = fields(message)
    before = "" if placed & {"worker", "workers"} else "[{worker}{colon}][{workers:list}{colon}]"
    # Our own decision is no text that anybody could look up: it is not cited.
    is_cited = "article" not in placed and values.get("article") != OUR_DECISION
    after = "[ ({article})]" if is_cited else ""
    colon = word_of("colon", lang)
    sentence = fill(message, spoken, setting)
    return fill(
        before, {"worker": spoken.get("worker"), "workers": spoken.get("workers"), "colon": colon}, setting
    ) + ((sentence if before and _has_subject(spoken) else capital(sentence)) + fill(after, spoken, setting))


def _spoken(value: object, lang: str, horizon: Horizon | None) -> object:
    """A value that is a reason, or several, as the words it has inside a sentence."""
    if isinstance(value, Reason):
        return lowered(say(value, lang, horizon=horizon))
    if isinstance(value, tuple) and value and all(isinstance(one, Reason) for one in value):
        return tuple(lowered(say(one, lang, horizon=horizon)) for one in value)
    return value


def lowered(sentence: str) -> str:
    """The first letter lowered, unless an identifier begins there (a digit, a dash or a capital follows
    it)."""
    return (
        sentence[:1].lower() + sentence[1:] if sentence[1:2].islower() or sentence[1:2] in " ’" else sentence
    )


def _has_subject(values: dict[str, object]) -> bool:
    return bool(values.get("worker") or values.get("workers"))


def capital(sentence: str) -> str:
    """The first letter raised, the rest untouched (an identifier keeps its case)."""
    return sentence[:1].upper() + sentence[1:]


def word(key: str, lang: str = "fr", **values: object) -> str:
    """A label or short text of the screens. Raises: KeyError when the catalogue has no such key: a slip of
    ours."""
    return fill(word_of(key, lang), values, SentenceSetting(lang))


def say_violation(violation: Violation, lang: str = "fr", *, horizon: Horizon | None = None) -> str:
    """The breach in one sentence: who and when, what with its values, article, and who waived it, if anybody
    did."""
    values = dict(violation.reason.values)
    if violation.article:
        values.setdefault("article", violation.article)
    colon = word_of("colon", lang)
    sentence = say(Reason.of(violation.reason.code, **values), lang, horizon=horizon)
    place = _place(violation, lang)
    said = f"{place}{colon}{lowered(sentence)}" if place else sentence
    waived = f" — {word('waived_by', lang, by=violation.waived_by)}" if violation.waived_by else ""
    return said + waived


def _place(violation: Violation, lang: str) -> str:
    """The checker's place, its days, weeks and months in words ("W12, lun. 9 mars"), less the visit: the
    sentence names it."""
    place = violation.where
    visit = dict(violation.reason.values).get("visit")
    if visit is not None and (place == visit or place.endswith(f" {visit}")):
        place = place.removesuffix(str(visit)).rstrip()
    place = ISO_WEEK.sub(lambda week: word("week", lang, week=int(week[2]), year=int(week[1])), place)
    place = ISO_DAY.sub(lambda day: f"{',' if day[1] else ''}{day[1]}{short_day(day[2], lang)}", place)
    return ISO_MONTH.sub(lambda month: month_of_year(month[1], lang), place)


def say_marking(marking: Marking, lang: str = "fr", *, horizon: Horizon | None = None) -> str:
    """Firm or to be offered, and why: "ferme : prévenance de 9 jours… (BAD V.37)"; the other grounds after
    the first."""
    status = word("firm" if marking.kind is MarkingKind.FIRM else "to_offer", lang)
    return f"{status}{word_of('colon', lang)}{lowered(say_grounds(marking, lang, horizon=horizon))}"


def say_grounds(marking: Marking, lang: str = "fr", *, horizon: Horizon | None = None) -> str:
    """Why a marking is what it is, every ground with its article."""
    grounds = (Ground(marking.reason, marking.article), *marking.also)
    articles: dict[str, tuple[Ground, list[str]]] = {}
    for one in grounds:
        # Several texts may say the same in the same words: it is said once, with the article of each.
        articles.setdefault(_say_ground(one, [], lang, horizon), (one, []))[1].append(one.article)
    first, *others = (_say_ground(one, cited, lang, horizon) for one, cited in articles.values())
    if not others:
        return first
    semicolon = word_of("semicolon", lang)
    return f"{first}{semicolon}{word('also', lang, grounds=semicolon.join(map(lowered, others)))}"


def _say_ground(ground: Ground, cited: list[str], lang: str, horizon: Horizon | None) -> str:
    """Args: cited: articles that say it; one that another one begins with is said by that."""
    told = [one for one in dict.fromkeys(cited) if one and not any(_goes_on(one, more) for more in cited)]
    values = {"article": word_of("semicolon", lang).join(told) or None, **dict(ground.reason.values)}
    return say(Reason.of(ground.reason.code, **values), lang, horizon=horizon)


def _goes_on(article: str, more: str) -> bool:
    """As "CT L3123-24, L3123-31" does after "CT L3123-24"."""
    return more.startswith(f"{article},")


NARROW, WIDE = "\u202f", "\xa0"
FRENCH_MARKS = [
    (re.compile(r" ([;!?%€])"), NARROW + r"\1"),
    (re.compile(r" ([:»])"), WIDE + r"\1"),
    (re.compile(r"« "), "«" + WIDE),
    (re.compile(r"(\d) (?=\d{3}(?!\d))"), r"\1" + NARROW),
]
UNITS = [
    (re.compile(r"(\d) (h|min|km|€|pt)\b"), rf"\1{WIDE}\2"),
    (re.compile(r"\b(h) (\d)"), rf"\1{WIDE}\2"),
]


def typeset(text: str, lang: str = "fr") -> str:
    """Put in the non-breaking spaces that keep "10 h 25" and French punctuation together on a page."""
    # English keeps figures and units together, and puts no space before its marks.
    for pattern, replacement in [*FRENCH_MARKS, *UNITS] if lang == "fr" else UNITS:
        text = pattern.sub(replacement, text)
    return text
