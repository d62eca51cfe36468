"""The report of a plan as one HTML file that opens offline: what is uncovered and why first, then the tours
and figures.

Everything is inside the file: the map is drawn on the server, styles and script are inline, and the page's
own policy forbids it any request. Every identifier passes through the template's escaping.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from brigade.exchange.documents.facts import Indicator, ReportInput, input_warnings, judged, shown
from brigade.exchange.documents.rows import (
    level_word,
    missed_seats,
    stop_rows,
    swap_reason,
    uncovered_rows,
    unwanted_visits,
    whose,
)
from brigade.exchange.reports import html_map, html_tours, report_tables
from brigade.values.demand import Visit
from brigade.values.plan import WANTS_NOBODY, Plan
from brigade.values.problem import Problem
from brigade.words import capital, long_day, moment, say, say_violation, typeset, wall_span, word

FIRST_FIGURES = ("covered", "coverage_rate", "workers_used", "travel", "to_offer", "papers_to_sign")


def html_report(
    problem: Problem,
    plan: Plan,
    facts: ReportInput | None = None,
    *,
    outlines: Mapping[str, Any] | None = None,
    lang: str = "fr",
) -> str:
    """The whole page.

    Args:
        facts: what is known of the plan; what they leave out is judged and counted here (`judged`).
        outlines: GeoJSON FeatureCollection of communes (properties `code`, `name` or `nom`; WGS84) to draw
            under the tours.
    """
    known = judged(problem, plan, facts)
    page = _Page(problem, plan, known, lang)
    drawn = html_map.context(problem, plan, outlines, lang)
    page_text: str = _template().render(
        lang=lang,
        # Our own files, not escaped: neither would work otherwise.
        css=Markup(_asset("report.css")),
        js=Markup(_asset("report.js")),
        w=page.word,
        basin=problem.basin.name,
        days=page.days(),
        made_at=page.word("made_at", moment=moment(problem.horizon.instant(problem.now), lang)),
        map=drawn,
        lanes=html_tours.groups(problem, plan, lang),
        keys=html_tours.keys(lang),
        sheets=html_tours.sheets(problem, plan, lang),
        tables=report_tables.tables(problem, plan, known, lang),
        credits=page.credits(outlines),
        **page.top(),
    )
    return page_text


class _Page:
    """The head of the page: the verdict, what is broken or uncovered, the first figures."""

    def __init__(self, problem: Problem, plan: Plan, facts: ReportInput, lang: str) -> None:
        self.problem, self.plan, self.facts, self.lang = problem, plan, facts, lang

    def word(self, key: str, **values: object) -> str:
        return typeset(word(key, self.lang, **values), self.lang)

    def say(self, reason: Any) -> str:
        return typeset(say(reason, self.lang, horizon=self.problem.horizon), self.lang)

    def days(self) -> str:
        dates = self.problem.horizon.dates
        if len(dates) == 1:
            return capital(long_day(dates[0], self.lang))
        return self.word("days", first=long_day(dates[0], self.lang), last=long_day(dates[-1], self.lang))

    def top(self) -> dict[str, Any]:
        uncovered = [self._uncovered(row) for row in uncovered_rows(self.problem, self.plan)]
        visits = sum(1 for one in uncovered if not one["is_seat"])
        seats = [self.problem.visit_by_id[one.visit_id] for one in self.plan.uncovered]
        mandatory = sum(1 for one in uncovered if one["level"] == 0 and not one["is_seat"])
        real = [one for one in self.facts.violations if one.waived_by is None]
        unwanted = [self._unwanted(visit) for visit in unwanted_visits(self.problem)]
        return {
            "verdict": self._verdict(visits),
            "attendances_missed": " ".join(typeset(one, self.lang) for one in missed_seats(seats, self.lang)),
            "warnings": [self.say(reason) for reason in input_warnings(self.problem)],
            "contents": self._contents(),
            "figures": [
                (self.word(f"indicator.{i.name}"), typeset(shown(i, self.lang), self.lang))
                for i in self._figures()
            ],
            "broken": [
                typeset(say_violation(v, self.lang, horizon=self.problem.horizon), self.lang) for v in real
            ],
            "uncovered": uncovered,
            "uncovered_title": self.word("uncovered_title", n=visits)
            if visits
            else self.word("covered_title"),
            "mandatory_missed": self.word("mandatory_missed", n=mandatory) if mandatory else "",
            "unwanted": unwanted,
            "unwanted_title": self.word("unwanted", n=len(unwanted)) if unwanted else "",
        }

    def _verdict(self, missed: int) -> str:
        visits = self.problem.visit_by_id
        covered = sum(not visits[id].is_seat for id in self.plan.covered if id in visits)
        key = "verdict_none" if not covered + missed else "verdict_all" if not missed else "verdict"
        return self.word(key, covered=covered, missed=missed, total=covered + missed)

    def _figures(self) -> list[Indicator]:
        by_key = {one.key: one for one in self.facts.indicators}
        return [by_key[key] for key in FIRST_FIGURES if key in by_key]

    def _contents(self) -> list[tuple[str, str]]:
        fixed = [("uncovered", "contents_uncovered"), ("map", "map_title"), ("tours", "tours_title")]
        parts = report_tables.titles(self.problem, self.plan, self.facts, self.lang)
        return [*((id, self.word(key)) for id, key in fixed), *parts]

    def _asked(self, visit: Visit) -> dict[str, Any]:
        """Which visit, how grave, and what was asked for."""
        at = self.problem.horizon.instant
        spans = [
            wall_span(at(window.earliest), at(window.hard_latest), self.lang) for window in visit.windows
        ]
        facts = [
            *self.problem.hosts_at(visit),
            whose(visit, self.lang),
            self.word("asked_for", hours=spans, length=self.problem.horizon.minutes(visit.duration)),
        ]
        if self.problem.horizon.days > 1:
            facts.insert(0, long_day(self.problem.day_of(visit.windows[0].earliest), self.lang))
        if visit.required:
            facts.append(self.word("requires", competencies=visit.required))
        level = typeset(level_word(visit, self.lang), self.lang)
        shown = {"id": visit.id, "level": visit.level, "level_word": level, "facts": " · ".join(facts)}
        return {**shown, "is_seat": visit.is_seat}

    def _unwanted(self, visit: Visit) -> dict[str, Any]:
        return {**self._asked(visit), "reason": self.say(WANTS_NOBODY)}

    def _uncovered(self, row: Any) -> dict[str, Any]:
        action = row.uncovered.action
        return {
            **self._asked(row.visit),
            "reasons": [self.say(reason) for reason in row.uncovered.reasons] or [self.word("no_reason")],
            "action": self.say(action) if action else "",
            "swaps": [
                self.say(swap_reason(self.problem, one))
                for one in self.facts.swaps
                if one.visit_id == row.visit.id
            ],
        }

    def credits(self, outlines: Mapping[str, Any] | None) -> list[str]:
        lines = [self.word("credit_outlines")] if outlines else []
        rows = stop_rows(self.problem, self.plan)
        used = {mode for row in rows for mode in (row.worker.mode, row.mode)}
        for mode in sorted(used):
            matrix = self.problem.travel.get(mode)
            if matrix is not None:
                lines.append(self.word("credit_travel", mode=self.word(f"mode.{mode}"), source=matrix.source))
        lines += [*self.facts.credits, self.word("limits")]
        return [typeset(line, self.lang) for line in lines]


@cache
def _template() -> Any:
    # Undefined names fail: a slip in the template must not print a blank in somebody's plan.
    environment = Environment(
        loader=DictLoader({"report.html": _asset("report.html.j2")}),
        # Identifiers and reasons come from anybody's documents.
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html")


@cache
def _asset(name: str) -> str:
    return files("brigade.exchange").joinpath(f"templates/{name}").read_text("utf-8")
