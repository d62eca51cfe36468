"""One visit put to each of many people, as all that they would do: how it is marked for each of them.

As `brigade.law.marking.mark` says of the plan that holds this visit alone, with nothing told before. Many
visits are put to the same people, so that what depends on the people only is found once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from brigade.law.marking import marking_of
from brigade.texts.rule_sets import RuleSet
from brigade.timing.duty_days import engagement_of, timeline
from brigade.units import Interval, Ticks
from brigade.values.plan import Marking, Plan
from brigade.values.problem import Problem
from brigade.values.problem_parts import Request
from brigade.values.workforce import Contract, Counters, Worker
from brigade.worked.contract_hours import hours_in, period_of

NOTHING = Plan(())


class SingleVisits:
    """Of the people of one problem, whatever is asked of them (`Problem.asked_for`)."""

    def __init__(self, people: Problem) -> None:
        self.people = people
        self._texts: list[tuple[Sequence[RuleSet], str]] = []
        self._seen = {
            worker.id: _as_texts_see(worker, self._employer_of_same_text(worker)) for worker in people.workers
        }
        self._left: dict[tuple[str, date], Ticks | None] = {}

    def markings(self, problem: Problem, request: Request, start: Ticks) -> Iterator[Marking]:
        """One for each worker with an engagement there on that day whom the client has not refused, in their
        order. Args: problem: these people, asked for the visit among others."""
        visit, day = request.visit, problem.day_of(start)
        provider = problem.provider_of(visit).id
        found: dict[tuple[Worker, Interval, bool], Marking] = {}
        for worker in self.people.workers:
            if worker.id in visit.forbidden_workers or engagement_of(worker, provider, day) is None:
                continue
            left = self._left_of_contract(worker, day)
            service = Interval(start, start + visit.service_by(worker.id))
            key = self._seen[worker.id], service, left is not None and service.length > left
            if key not in found:
                found[key] = marking_of(problem, key[0], request, service, is_additional=key[2])
            yield found[key]

    def _employer_of_same_text(self, worker: Worker) -> str:
        """The first of those whose text says the same of such a contract: most obey an agreement as it
        stands."""
        own = self.people.texts_for(worker)
        known = next((employer for text, employer in self._texts if text == own), None)
        if known is None:
            self._texts.append((own, worker.employer_id))
        return known or worker.employer_id

    def _left_of_contract(self, worker: Worker, day: date) -> Ticks | None:
        """How long a visit of that day may be before hours come on top of those of the contract's period;
        None: none ever do."""
        key = worker.id, day
        if key not in self._left:
            period = None if worker.contract.full_time else period_of(self.people, worker, day)
            known = timeline(self.people, NOTHING, worker)
            self._left[key] = (
                None if period is None else period.hours - hours_in(self.people, worker, known, period)
            )
        return self._left[key]


def _as_texts_see(worker: Worker, employer_id: str) -> Worker:
    """With what a text asks of whoever is sent to a visit, and nothing else: who is alike in it is marked
    alike."""
    contract, counters = worker.contract, worker.counters
    return Worker(
        # No name: two people who differ in nothing else must be equal.
        id="",
        employer_id=employer_id,
        availability=(),
        engagements=(),
        contract=Contract(
            full_time=contract.full_time,
            unavailability=contract.unavailability,
            rest_day=contract.rest_day,
            rest_day_may_change=contract.rest_day_may_change,
            night_worker=contract.night_worker,
        ),
        counters=Counters(
            refusals=counters.refusals,
            sunday_refusals=counters.sunday_refusals,
            night_refusals=counters.night_refusals,
            additional_refusals=counters.additional_refusals,
            night_months=counters.night_months,
        ),
        accepts_urgent=worker.accepts_urgent,
    )
