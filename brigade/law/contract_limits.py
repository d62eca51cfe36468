"""What a contract's own hours call for: the least the texts let a part-time contract hold, and raising it
when it drifts.

Neither forbids a visit: both are shown to whoever signs (BAD V.10, V.41; CT L3123-7, L3123-13, L3123-27).
"""

from __future__ import annotations

from collections.abc import Iterator

from brigade.timing.duty_days import minutes_of, monday_of, ticks_of, timeline
from brigade.timing.free_time import DAY, weekly_work
from brigade.units import Ticks
from brigade.values.plan import Plan, Reason
from brigade.values.problem import Problem
from brigade.values.workforce import EmployerKind, Worker, WorkingTimeMode
from brigade.worked.contract_hours import has_hours, mean_week, mode_of

MODE = WorkingTimeMode
EXEMPT = frozenset({EmployerKind.FIXED_TERM, EmployerKind.TEMPORARY_AGENCY})
"""Contracts that replace somebody absent, by a fixed term or through an agency, have no least hours (CT
L3123-7 2° and 3°)."""

BELOW = {"week": "contract_minimum_week", "month": "contract_minimum_month", "year": "contract_minimum_year"}


def below_minimum(problem: Problem, worker: Worker) -> Iterator[Reason]:
    """Part-time contracts below what the employer's text lets them hold, in its own unit: week, month or
    year."""
    contract, kind = worker.contract, problem.employer_by_id[worker.employer_id].kind
    if contract.full_time or not has_hours(contract) or kind in EXEMPT:
        return
    rules, mode = problem.rules_for(worker), mode_of(contract)
    by_year = rules.get("CONTRACT_MINIMUM", "year") if mode is MODE.ANNUAL else None
    least = by_year or rules.get("CONTRACT_MINIMUM", "month") or rules.get("CONTRACT_MINIMUM", "week")
    if least is None:
        return
    held = _hours_of(problem, worker, least.name)
    if held < ticks_of(problem, least):
        contract_min, limit_min = minutes_of(problem, held), minutes_of(problem, ticks_of(problem, least))
        code = BELOW[least.name]
        yield Reason.of(
            code, worker=worker.id, article=least.article, contract_min=contract_min, limit_min=limit_min
        )


def _hours_of(problem: Problem, worker: Worker, unit: str) -> Ticks:
    """The contract's hours of a week, a month or a year, from those of its own period."""
    contract, rules = worker.contract, problem.rules_for(worker)
    full = {name: rules.get("FULL_TIME", name) for name in ("week", "month", "year")}
    lengths = {name: 0 if value is None else value.value for name, value in full.items()}
    told = {MODE.MONTHLY: "month", MODE.ANNUAL: "year"}.get(contract.working_time_mode or MODE.WEEKLY, "week")
    weeks = {MODE.TWO_WEEKS: 2, MODE.FOUR_WEEKS: 4}.get(contract.working_time_mode or MODE.WEEKLY, 1)
    # Without hours of its own period a contract is told by the week, whatever its mode.
    if contract.period_hours is None:
        told, hours, weeks = "week", contract.weekly or 0, 1
    else:
        hours = contract.period_hours
    return hours * lengths[unit] // (weeks * lengths[told]) if lengths[told] else 0


def drift(problem: Problem, plan: Plan, worker: Worker) -> Iterator[Reason]:
    """Hours really done that passed the contract's by two a week on average, over 12 weeks in a row or any 12
    of 15, up to the last whole week the plan reaches: the contract is to be raised by the mean excess, unless
    the worker objects. History counts whole: it cannot tell employers apart. A year's contract is compared
    over its year, which a plan does not see."""
    rules, contract = problem.rules_for(worker), worker.contract
    per_week, weeks = rules.get("CONTRACT_DRIFT", "per_week"), rules.get("CONTRACT_DRIFT", "weeks")
    held = mean_week(contract, rules)
    if (
        contract.full_time
        or held is None
        or mode_of(contract) is MODE.ANNUAL
        or per_week is None
        or weeks is None
    ):
        return
    window = rules.get("CONTRACT_DRIFT", "window") or weeks
    # Only whole weeks: a week that the horizon cuts would pull the mean down.
    last = monday_of(problem.horizon.dates[-1] + DAY) - 7 * DAY
    work = weekly_work(problem, worker, timeline(problem, plan, worker))
    known = [work[week] for back in range(window.value) if (week := last - 7 * back * DAY) in work]
    # Twelve in a row are twelve of the window too: the longest of it decide for both halves of the text.
    # Unknown weeks are left out rather than taken for free ones: a contract is not raised on a guess.
    longest = sum(sorted(known, reverse=True)[: weeks.value])
    if len(known) >= weeks.value and longest >= weeks.value * (held + ticks_of(problem, per_week)):
        met = {
            "contract_min": minutes_of(problem, held),
            "raised_min": minutes_of(problem, longest // weeks.value),
        }
        yield Reason.of(
            "contract_drift", worker=worker.id, weeks=weeks.value, article=per_week.article, **met
        )
