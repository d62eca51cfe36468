"""Hours done that count against the 480 h of an intermediary association (`brigade.law.rules.ai_480h`)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from api.access.scope import Scoped
from api.store.basin_tables import Employer, Provider, Worker
from api.store.cycle_tables import Outcome, Plan
from api.worked import binding_texts
from api.worked.dead_time import DeadTime
from brigade.exchange.documents.bridge import HorizonClock, build
from brigade.exchange.shapes.workforce_shapes import WorkerShape
from brigade.law.rules.ai_480h import counts
from brigade.timing.free_time import limit_min
from brigade.units import Horizon
from brigade.values.workforce import EmployerKind
from brigade.worked.local_days import minutes_between
from brigade.worked.work_between import between


class CappedHours:
    """Which outcomes count against the 480 h of an intermediary association; those of its people alone are
    read."""

    def __init__(self, scoped: Scoped, basin_id: str, horizon: Horizon, dead: DeadTime) -> None:
        self.day = horizon.first_day
        self.texts, clock = binding_texts.texts_of(scoped, basin_id), HorizonClock(horizon)
        self.employers = {
            row.id: build(row.value, clock, "")
            for row in scoped.session.scalars(select(Employer).where(Employer.basin_id == basin_id))
        }
        self.providers = {
            row.id: build(row.value, clock, "")
            for row in scoped.session.scalars(select(Provider).where(Provider.basin_id == basin_id))
        }
        self.short_of = {
            row.id: limit_min(value)
            for row in scoped.session.scalars(select(Worker).where(Worker.basin_id == basin_id))
            if (value := self.texts.of(row.value, self.day).get("SHORT_GAP_PAID")) is not None
        }
        self.done = self._done(scoped, basin_id, horizon, dead)

    def _done(
        self, scoped: Scoped, basin_id: str, horizon: Horizon, dead: DeadTime
    ) -> dict[tuple[str, str], float]:
        """Minutes by worker and provider: services, dead time, and the work between two visits of one
        provider that follow each other."""
        capped = [
            id for id, one in self.employers.items() if one.kind is EmployerKind.INTERMEDIARY_ASSOCIATION
        ]
        columns = (
            Outcome.worker_id,
            Outcome.provider_id,
            Outcome.plan_id,
            Outcome.visit_id,
            Outcome.starts_at,
            Outcome.ends_at,
        )
        # Before the horizon only: the plan's own hours are added by the rule that asks.
        asked = select(*columns).where(
            Outcome.basin_id == basin_id,
            Outcome.worker_id.in_(
                select(Worker.id).where(Worker.basin_id == basin_id, Worker.employer_id.in_(capped))
            ),
            Outcome.starts_at < horizon.midnight(0),
        )
        found: dict[tuple[str, str], float] = {}
        plans: set[str] = set()
        by_visit: dict[str, tuple[str, str, datetime, datetime]] = {}
        for worker, provider, plan, visit, *told in scoped.session.execute(asked) if capped else ():
            starts, ends = dead.get(visit, told)
            if worker is not None and starts is not None and ends is not None:
                # Whole minutes, as plans have them.
                start, end = (one.replace(second=0, microsecond=0) for one in (starts, ends))
                found[worker, provider] = found.get((worker, provider), 0) + minutes_between(start, end)
                by_visit[visit] = worker, provider, start, end
                plans.add(plan)
        documents = select(Plan.document).where(Plan.id.in_(plans)) if plans else None
        # Ways between two visits stand in the plan alone: an outcome tells its own hours.
        for document in scoped.session.scalars(documents) if documents is not None else ():
            for worker, provider, minutes in between(document, by_visit, self.short_of):
                found[worker, provider] += minutes
        return found

    def used(self, told: float | None, worker: WorkerShape) -> float | None:
        """What was told and what was seen; None: nobody counted, and nothing was seen."""
        seen = self.minutes(worker)
        return None if told is None and not seen else (told or 0) + seen

    def minutes(self, one: WorkerShape) -> float:
        employer, rules = self.employers[one.employer_id], self.texts.of(one, self.day)
        mine = {provider: minutes for (worker, provider), minutes in self.done.items() if worker == one.id}
        return sum(
            minutes for provider, minutes in mine.items() if counts(rules, employer, self.providers[provider])
        )
