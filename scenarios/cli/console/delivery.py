"""What a found plan becomes: its facts, the files asked for, the words or the JSON object on the screen."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.cli.console.outputs import Outputs, safe_name
from scenarios.cli.console.screen import Screen

if TYPE_CHECKING:
    from brigade.exchange.documents.facts import ReportInput
    from brigade.values.plan import Plan
    from brigade.values.problem import Problem
    from solver.model.outcome import SolveOutcome
    from solver.worker_value import WorkerValue

TOUR = "tour"
"""How the ids of the sections that show a tour begin."""


@dataclass(frozen=True, slots=True)
class WantedFiles:
    """The files asked for; None: not asked. `ics`: a folder. `outlines`: draw communes under the report's
    map."""

    plan: Path | None = None
    html: Path | None = None
    ics: Path | None = None
    stops: Path | None = None
    outlines: bool = True

    def announce(self, outputs: Outputs) -> None:
        for path in (self.plan, self.html, self.stops):
            outputs.file(path)
        outputs.folder(self.ics)


@dataclass(frozen=True, slots=True)
class FoundPlan:
    """A plan with all that is known of it. `problem`: as it was read."""

    problem: Problem
    plan: Plan
    facts: ReportInput
    outcome: SolveOutcome

    @classmethod
    def of(
        cls, problem: Problem, plan: Plan, outcome: SolveOutcome, stop: threading.Event | None = None
    ) -> FoundPlan:
        """`stop`: once set, whoever waits wants the plan, not what one more worker would cover."""
        from brigade.exchange.documents.facts import ReportInput, judged
        from solver.advice import swaps

        costs = outcome.breakdown
        terms = () if costs is None else tuple(costs.terms.items())
        worth = values_of_one_more(problem, outcome, stop or threading.Event())
        kept = () if outcome.reserve is None else (outcome.reserve,)
        asked = swaps(problem, plan)
        notes = (*kept, *(value.reason for value in worth), *asked.unasked)
        known = ReportInput(
            status=outcome.status, proof=outcome.proof, costs=terms, notes=notes, swaps=asked.proposals
        )
        return cls(problem, plan, judged(problem, plan, known), outcome)

    def document(self) -> dict[str, Any]:
        from brigade import __version__
        from brigade.exchange.documents.plan_document import SearchRun, plan_to_json

        settings = self.outcome.settings
        run = SearchRun(f"brigade {__version__}", settings.seed, settings.iterations, settings.time_limit_s)
        return plan_to_json(self.problem, self.plan, self.facts, run)


def values_of_one_more(
    problem: Problem, outcome: SolveOutcome, stop: threading.Event
) -> tuple[WorkerValue, ...]:
    """What one more worker would cover, by solves that take three tenths of the plan's own time in all;
    nothing once `stop` is set."""
    if stop.is_set():
        return ()
    from solver.model.search_settings import SearchSettings
    from solver.worker_value import SEEDS, TRIED, value_of_one_more

    told = outcome.settings
    is_timed = told.iterations is None and told.time_limit_s is not None
    limit = None if told.time_limit_s is None else 0.3 * told.time_limit_s / (SEEDS * (TRIED + 1))
    work = None if told.iterations is None else max(1, told.iterations // 20)
    effort = SearchSettings(time_limit_s=limit, seed=told.seed, iterations=work, threads=1, prove=False)
    within = 0.3 * (told.time_limit_s or 0.0) if is_timed else None
    return value_of_one_more(problem, outcome, effort, within_s=within, stop=stop)


def keep(outputs: Outputs, wanted: WantedFiles, found: FoundPlan, lang: str) -> None:
    """Put every file asked for into `outputs`, ready to be written."""
    if wanted.plan:
        from brigade.exchange.documents.json_text import pretty

        outputs.put(wanted.plan, pretty(found.document()))
    export(outputs, wanted, found.problem, found.plan, lang, found.facts)


def export(
    outputs: Outputs,
    wanted: WantedFiles,
    problem: Problem,
    plan: Plan,
    lang: str,
    facts: ReportInput | None = None,
) -> None:
    """Put the report, the stops and the calendars asked for into `outputs`, of any plan whatever made it.
    `facts`: what is known of it; judged and counted here otherwise."""
    if wanted.html:
        from brigade.exchange.reports.html import html_report

        drawn = communes_of(problem) if wanted.outlines else None
        outputs.put(wanted.html, html_report(problem, plan, facts, outlines=drawn, lang=lang))
    if wanted.stops:
        from brigade.exchange.reports.stops_csv import stops_csv

        # Spreadsheets are what this file is for: without the mark, Excel would garble the accents.
        outputs.put(wanted.stops, stops_csv(problem, plan, lang, excel=True))
    if wanted.ics:
        outputs.put_all(wanted.ics, calendars_of(problem, plan, wanted.ics, lang))


def calendars_of(problem: Problem, plan: Plan, folder: Path, lang: str) -> Mapping[str, bytes]:
    """A calendar per worker with stops. Who has none but had a file from an earlier plan gets an empty one:
    yesterday's
    visits would stay in somebody's agenda."""
    from brigade.exchange.reports.ics import calendar_of

    files: dict[str, bytes] = {}
    busy = {route.worker_id for route in plan.routes}
    for worker in problem.workers:
        name = f"{safe_name(worker.id, (taken.removesuffix('.ics') for taken in files))}.ics"
        if worker.id in busy or (folder / name).exists():
            files[name] = calendar_of(problem, plan, worker.id, lang)
    return files


def communes_of(problem: Problem) -> Mapping[str, Any] | None:
    """The shipped outlines of the communes that the problem's places name; None when there are none."""
    from brigade.exchange.outlines import outlines

    codes = sorted({site.commune for site in problem.sites if site.commune})
    collection = outlines(codes)
    return collection if collection["features"] else None


def summary(found: FoundPlan, lang: str) -> dict[str, Any]:
    """The plan's head for JSON answers, and what of its problem may be wrong."""
    from brigade.exchange.documents.facts import told_warnings
    from brigade.exchange.documents.reasons import show_reasons

    outcome = found.outcome
    reserve = {} if outcome.reserve is None else {"reserve": show_reasons([outcome.reserve])[0]}
    return {
        "status": outcome.status.value,
        "visits": {
            "to_cover": len(found.problem.requests),
            "covered": len(found.plan.covered),
            "uncovered": len(found.plan.uncovered),
        },
        "objective": None if outcome.proof is None else outcome.proof.objective,
        "bound": None if outcome.proof is None else outcome.proof.bound,
        "uncovered_by_level": None if outcome.proof is None else list(outcome.proof.uncovered),
        "least_uncovered": None if outcome.proof is None else list(outcome.proof.least_uncovered),
        "soft": None if outcome.proof is None else outcome.proof.soft,
        "soft_bound": None if outcome.proof is None else outcome.proof.soft_bound,
        "gap": None if outcome.proof is None else round(outcome.proof.gap, 6),
        **reserve,
        "elapsed_s": round(outcome.elapsed_s, 3),
        "warnings": told_warnings(found.problem, lang),
    }


class ReportSize(StrEnum):
    """How much of a plan goes to the screen: one screen of it; all but the tours, which a file tells; all."""

    ONE_SCREEN = "one_screen"
    FIGURES = "figures"
    WHOLE = "whole"


def show(screen: Screen, found: FoundPlan, shown: ReportSize) -> None:
    """The plan for people: tours, then the figures, what is uncovered and why, the verdict last."""
    if screen.as_json:
        return
    from brigade.exchange.reports.plain_text import one_screen, plan_sections
    from brigade.words.formats import fixed

    if shown is ReportSize.ONE_SCREEN:
        screen.tables(one_screen(found.problem, found.plan, screen.lang))
    else:
        sections = plan_sections(found.problem, found.plan, found.facts, screen.lang)
        screen.tables(one for one in sections if shown is ReportSize.WHOLE or not one.id.startswith(TOUR))
    total = len(found.plan.covered) + len(found.plan.uncovered)
    seconds = fixed(found.outcome.elapsed_s, screen.lang)
    screen.say("cli.solved", covered=len(found.plan.covered), total=total, seconds=seconds)
