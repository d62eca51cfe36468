"""The report's tables: what to offer and sign, figures, money, proof, rules, feeds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from brigade.exchange.documents.facts import ReportInput, part_of, people_remarks, quality_sentences, shown
from brigade.exchange.documents.rows import StopRow, stop_rows
from brigade.texts.articles import article_in
from brigade.timing.duty_days import minutes_of
from brigade.values.plan import Plan, Reason
from brigade.values.problem import Problem
from brigade.words import (
    capital,
    coded,
    duration,
    euros,
    lowered,
    moment,
    number,
    percent,
    say,
    say_grounds,
    typeset,
    word,
)
from brigade.words.formats import clock

BY_PART = (
    "coverage_rate",
    "employer_work",
    "ai_480_used",
    "additional_first",
    "additional_beyond",
    "overtime_first",
    "overtime_beyond",
    "sundays",
    "short_notice_calls",
    "compensating_rest",
)


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A titled table with sentences before it; `numeric`: columns set to the right; `is_long`: narrow
    and long, better set in two columns. Without rows, only the sentences."""

    id: str
    title: str
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    numeric: tuple[int, ...] = ()
    is_long: bool = False


@dataclass(frozen=True, slots=True)
class _Source:
    problem: Problem
    plan: Plan
    facts: ReportInput
    lang: str

    def word(self, key: str, **values: object) -> str:
        return word(key, self.lang, **values)

    def columns(self, *names: str) -> tuple[str, ...]:
        return tuple(self.word(f"column.{name}") for name in names)


def tables(problem: Problem, plan: Plan, facts: ReportInput, lang: str) -> list[ReportTable]:
    """Every table that has something to say, in the page's order."""
    source = _Source(problem, plan, facts, lang)
    return [_typeset(made, lang) for part in PARTS if (made := part(source)) is not None]


def titles(problem: Problem, plan: Plan, facts: ReportInput, lang: str) -> list[tuple[str, str]]:
    return [(table.id, table.title) for table in tables(problem, plan, facts, lang)]


def _typeset(table: ReportTable, lang: str) -> ReportTable:
    return ReportTable(
        table.id,
        typeset(table.title, lang),
        typeset(table.caption, lang),
        table.head,
        tuple(tuple(typeset(cell, lang) for cell in row) for row in table.rows),
        tuple(typeset(note, lang) for note in table.notes),
        table.numeric,
        table.is_long,
    )


def offers(s: _Source) -> ReportTable | None:
    rows = list(stop_rows(s.problem, s.plan))
    marked = [row for row in rows if row.stop.marking]
    if not marked:
        return None
    pending = [row for row in marked if row.status == "to_offer"]
    lines = tuple(_offer(s, row) for row in sorted(pending, key=lambda row: (row.stop.start, row.visit.id)))
    firm = sum(1 for row in marked if row.status == "firm")
    note = s.word("offers_note", firm=firm, offered=len(pending))
    head = s.columns("visit", "worker", "start", "cause", "article")
    return ReportTable("offers", s.word("offers_title"), s.word("offers_caption"), head, lines, (note,))


def _offer(s: _Source, row: StopRow) -> tuple[str, ...]:
    marking = row.stop.marking
    cause = say_grounds(marking, s.lang, horizon=s.problem.horizon) if marking else ""
    when = clock(row.stop.start, s.problem.horizon, s.lang)
    article = article_in(marking.article, s.lang) if marking else ""
    return row.visit.id, row.worker.id, when, cause, article


def papers(s: _Source) -> ReportTable | None:
    rows = [row for row in stop_rows(s.problem, s.plan) if row.stop.paper_to_sign]
    if not rows:
        return None
    grouped = Counter((row.worker.id, row.worker.employer_id, row.provider_id) for row in rows)
    lines = tuple(
        (worker, employer, provider, str(count))
        for (worker, employer, provider), count in sorted(grouped.items())
    )
    head = s.columns("worker", "employer", "provider", "stops")
    return ReportTable(
        "papers",
        s.word("papers_title"),
        s.word("papers_caption"),
        head,
        lines,
        (s.word("papers_note"),),
        (3,),
    )


def indicators(s: _Source) -> ReportTable | None:
    whole = [one for one in s.facts.indicators if part_of(one)[1] is None]
    lines = tuple((coded("indicator", one.name, s.lang), shown(one, s.lang)) for one in whole)
    head = s.columns("indicator", "value")
    return ReportTable(
        "indicators",
        s.word("indicators_title"),
        s.word("indicators_caption"),
        head,
        lines,
        (),
        (1,),
        is_long=True,
    )


def parts(s: _Source) -> ReportTable | None:
    """Coverage by priority and provider, hours near the cap, Sundays and short calls by person."""
    told = [(*part_of(one), one) for one in s.facts.indicators]
    lines = tuple(
        (coded("part", part, s.lang), coded("indicator", name, s.lang), shown(one, s.lang))
        for name, part, one in told
        if part is not None and name in BY_PART
    )
    if not lines:
        return None
    head = s.columns("part", "indicator", "value")
    return ReportTable(
        "parts", s.word("parts_title"), s.word("parts_caption"), head, lines, (), (2,), is_long=True
    )


def funding(s: _Source) -> ReportTable | None:
    if not s.facts.ledger:
        return None
    lines = tuple(
        (
            use.name or use.line_id,
            duration(minutes_of(s.problem, use.ticks)),
            euros(use.cents, s.lang),
            euros(use.consumed_cents, s.lang),
            euros(use.cap_cents, s.lang),
            euros(use.remaining_cents, s.lang),
            percent((use.consumed_cents + use.cents) / use.cap_cents, s.lang) if use.cap_cents else "—",
        )
        for use in s.facts.ledger
    )
    over = tuple(
        s.word("over_cap", line=use.name or use.line_id, cents=use.over_cap_cents)
        for use in s.facts.ledger
        if use.is_over_cap
    )
    head = s.columns("funding_line", "hours", "this_plan", "consumed", "cap", "remaining", "used_share")
    return ReportTable(
        "funding", s.word("funding_title"), s.word("funding_caption"), head, lines, over, (1, 2, 3, 4, 5, 6)
    )


def quality(s: _Source) -> ReportTable | None:
    reasons = (_with_titles(s, reason) for reason in quality_sentences(s.facts))
    sentences = [f"{say(reason, s.lang, horizon=s.problem.horizon)}." for reason in reasons]
    if s.facts.status is not None:
        sentences.insert(0, s.word(f"status.{s.facts.status}"))
    lines = tuple(
        (capital(coded("term", term, s.lang)), number(cost, s.lang)) for term, cost in s.facts.costs if cost
    )
    if not sentences and not lines:
        return None
    head = s.columns("term", "cost")
    return ReportTable(
        "quality", s.word("quality_title"), s.word("costs_caption"), head, lines, tuple(sentences), (1,)
    )


def _with_titles(s: _Source, reason: Reason) -> Reason:
    """A sentence that names rules names them by their titles, which are labour data and not in the
    catalogue."""
    values = dict(reason.values)
    if "rules" in values:
        values["rules"] = [_left_out(s, code) for code in values["rules"]]
    return Reason.of(reason.code, **values)


def _left_out(s: _Source, code: str) -> str:
    """What a bound leaves out: a group of rules, a cost, or a rule."""
    for prefix in ("bound", "term"):
        if (said := coded(prefix, code, s.lang)) != code:
            return said
    title = rule_title(s.problem, code, s.lang)
    return title if title == code else lowered(title)


def remarks(s: _Source) -> ReportTable | None:
    """What is not known of people's past, and what their contracts call for: a sentence each."""
    reasons = (_with_titles(s, reason) for reason in people_remarks(s.facts))
    sentences = tuple(f"{say(reason, s.lang, horizon=s.problem.horizon)}." for reason in reasons)
    if not sentences:
        return None
    return ReportTable("remarks", s.word("remarks_title"), s.word("remarks_caption"), (), (), sentences)


def rules(s: _Source) -> ReportTable | None:
    if not s.facts.rules:
        return None
    found = Counter(one.rule for one in s.facts.violations)
    waived = Counter(one.rule for one in s.facts.violations if one.waived_by)
    # A breach is listed even where its rule is not among those asked.
    listed = dict.fromkeys((*s.facts.rules, *found))
    lines = tuple(
        (rule_title(s.problem, rule, s.lang), str(found[rule] - waived[rule]), str(waived[rule]))
        for rule in listed
    )
    broken = found.total() - waived.total()
    notes = [s.word("rules_broken", n=broken) if broken else s.word("rules_respected", n=len(listed))]
    if s.problem.rule_sets_off:
        notes.append(s.word("rules_off", rules=sorted(s.problem.rule_sets_off)))
    head = s.columns("rule", "violations", "waived")
    return ReportTable(
        "rules",
        s.word("rules_title"),
        s.word("rules_caption"),
        head,
        lines,
        tuple(notes),
        (1, 2),
        is_long=True,
    )


def rule_title(problem: Problem, rule: str, lang: str) -> str:
    """A rule's title from the labour data; its code where the data has none."""
    head = problem.labour.heads.get(rule)
    title = "" if head is None else head.title if lang == "fr" else head.title_en
    # The data have straight apostrophes, the page curved ones throughout.
    return title.replace("'", "’") or rule


def feeds(s: _Source) -> ReportTable | None:
    if not s.problem.rota:
        return None
    zone = s.problem.horizon.zone
    lines = tuple(
        (feed.provider_id, moment(feed.received_at.astimezone(zone), s.lang), str(len(feed.entries)))
        for feed in sorted(s.problem.rota, key=lambda feed: feed.received_at)
    )
    head = s.columns("provider", "received", "entries")
    return ReportTable("feeds", s.word("feeds_title"), s.word("feeds_caption"), head, lines, (), (2,))


PARTS: tuple[Callable[[_Source], ReportTable | None], ...] = (
    offers,
    papers,
    remarks,
    indicators,
    parts,
    funding,
    quality,
    rules,
    feeds,
)


def plain_lines(table: ReportTable) -> Iterator[str]:
    """A table as tabulated text: the widest cell of each column decides."""
    rows = [table.head, *table.rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(table.head))]
    for row in rows:
        cells = (
            cell.rjust(width) if column in table.numeric else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join(cells).rstrip()
