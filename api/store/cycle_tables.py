"""What happens in a basin: problems asked, searches, plans, offers, answers, outcomes, swaps asked for."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Self

from sqlalchemy import ColumnElement, ForeignKey, Index, LargeBinary, String, false, func, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from api.runtime.ids import new_id
from api.runtime.roles import COORDINATORS, EMPLOYERS, MANAGERS, READERS_OF_PLANS, WORKERS, Rights
from api.shapes.cycle_requests import EditIn
from api.shapes.cycle_views import JobState
from api.shapes.kept.job_shapes import JobProgress, JobWish, LeftOut
from api.shapes.kept.kept_shapes import Failure
from api.shapes.kept.rota_shapes import RotaAsked, RotaDuty
from api.shapes.kept.story_shapes import PlanStory
from api.store.base import Stored, Table
from api.store.leases import Leased
from brigade.exchange.documents.json_text import JsonObject
from brigade.exchange.shapes.plan_shapes import ProposedSwapShape
from brigade.ports import Clock

IN_FORCE = ("published", "superseded")
"""States of a plan that is or was what everybody follows."""


class Problem(Table):
    """A problem document, compressed, by its digest: the same question is kept once, however many plans
    answer it."""

    __tablename__ = "problems"
    digest: Mapped[str] = mapped_column(String(80), primary_key=True)
    document: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class BasinEvent(Table):
    """Something of a basin with an id that sorts by time of making. `PREFIX`: what the id begins with."""

    __abstract__ = True
    KIND: ClassVar[str]
    PREFIX: ClassVar[str]
    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    basin_id: Mapped[str] = mapped_column(String(120), ForeignKey("basins.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    def withheld(self, basin_id: str) -> tuple[str, ...]:
        """Of what stands between two basins, the columns that this one is not told."""
        return ()

    @classmethod
    def made(cls, clock: Clock, basin_id: str, **values: Any) -> Self:
        """A new one, not yet in the store."""
        now = clock.now()
        return cls(
            id=new_id(cls.PREFIX, now), basin_id=basin_id, version=1, created_at=now, changed_at=now, **values
        )


class Job(Leased, BasinEvent):
    """A search. `state`: queued, running, done, failed, cancelled. `attempt`: how often it was begun.

    `digest`: its problem; none until it starts, where it is composed then. `waits_for`: the days such a
    search is for as long as it is queued; the database keeps one of them, so that a burst of changes is one
    search. `span`: the days it is for, None where they are supposed; `by_itself`: nobody asked for it, it
    follows from something else. `set_aside`: rows that could not be planned. `same_plan`: of a kept plan
    sought again, whether it was found.
    """

    __tablename__ = "jobs"
    KIND, PREFIX = "jobs", "job"
    RIGHTS = Rights(COORDINATORS, COORDINATORS)
    HELD = "running"
    state: Mapped[JobState] = mapped_column(String(20), index=True)
    digest: Mapped[str | None] = mapped_column(String(80), ForeignKey("problems.digest"))
    # NULL once it is no longer queued: a unique index lets any number of NULLs stand.
    waits_for: Mapped[str | None] = mapped_column(String(20))
    base_plan_id: Mapped[str | None] = mapped_column(String(60))
    span: Mapped[str | None] = mapped_column(String(20))
    by_itself: Mapped[bool] = mapped_column(default=False, server_default=false())
    wish: Mapped[JobWish] = mapped_column(Stored(JobWish))
    set_aside: Mapped[list[LeftOut]] = mapped_column(
        Stored(list[LeftOut]), default=list, server_default=text("'[]'")
    )
    attempt: Mapped[int] = mapped_column(default=0)
    heartbeat_at: Mapped[datetime | None]
    deadline_at: Mapped[datetime | None]
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    progress: Mapped[JobProgress] = mapped_column(Stored(JobProgress), default=JobProgress)
    plan_id: Mapped[str | None] = mapped_column(String(60))
    same_plan: Mapped[bool | None]
    failure: Mapped[Failure | None] = mapped_column(Stored(Failure, none_is_empty=True), nullable=False)
    asked_by: Mapped[str] = mapped_column(String(60))
    __table_args__ = (Index("uq_jobs_one_waiting", "basin_id", "waits_for", unique=True),)


class Plan(BasinEvent):
    """A plan and all it takes to check or find it again. `state`: draft, proposed, published, superseded,
    rejected.

    `document`: the plan document. `base_plan_id`: what was published when this one was made; publishing it
    asks that this still holds. At most one published plan a basin and first day, kept so by the database
    itself.
    """

    __tablename__ = "plans"
    KIND, PREFIX = "plans", "plan"
    RIGHTS = Rights(COORDINATORS | READERS_OF_PLANS, COORDINATORS)
    state: Mapped[str] = mapped_column(String(20))
    first_day: Mapped[date]
    days: Mapped[int]
    digest: Mapped[str] = mapped_column(String(80), ForeignKey("problems.digest"))
    document: Mapped[JsonObject]
    base_plan_id: Mapped[str | None] = mapped_column(String(60))
    job_id: Mapped[str | None] = mapped_column(String(60))
    made_by: Mapped[str] = mapped_column(String(60))
    published_at: Mapped[datetime | None]
    published_by: Mapped[str | None] = mapped_column(String(60))
    solver: Mapped[str | None] = mapped_column(String(120))
    seed: Mapped[int | None]
    iterations: Mapped[int | None]
    objective: Mapped[int | None]
    bound: Mapped[int | None]
    story: Mapped[PlanStory] = mapped_column(
        Stored(PlanStory), default=PlanStory, server_default=text("'{}'")
    )
    __table_args__ = (
        Index(
            # In the database, as two coordinators may publish at once: whoever comes second is refused.
            "uq_plans_one_published",
            "basin_id",
            "first_day",
            unique=True,
            sqlite_where=text("state = 'published'"),
            postgresql_where=text("state = 'published'"),
        ),
    )

    def covers(self, day: date) -> bool:
        return self.first_day <= day < self.first_day + timedelta(days=self.days)

    @property
    def span(self) -> dict[str, str | int]:
        """Its days, as the events of a plan tell them."""
        return {"first_day": self.first_day.isoformat(), "days": self.days}


class WorkingEdits(Table):
    """Hand edits that a coordinator has not made a plan of yet, for the others to see."""

    __tablename__ = "working_edits"
    KIND: ClassVar[str] = "working-edits"
    plan_id: Mapped[str] = mapped_column(String(60), ForeignKey("plans.id"), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(60), ForeignKey("accounts.id"), primary_key=True)
    basin_id: Mapped[str] = mapped_column(String(120), ForeignKey("basins.id"), index=True)
    edits: Mapped[list[EditIn]] = mapped_column(Stored(list[EditIn]))
    changed_at: Mapped[datetime]


class Offer(BasinEvent):
    """One stop told to one worker: a commitment (docs/commitments.md). `kind`: firm (imposed, to acknowledge)
    or to_offer (to accept or decline).

    `state`: as `api.commitments.states` says, which alone moves it. `before_*`: the hours told before these,
    of the same visit and worker. `work_block_id`: it is a seat in work that is no visit, of no provider (""),
    and `visit_id` the seat that the plan in force gives her. `call_from`: from then on no time is left for
    somebody else to be asked in writing. `because`: why it ended. `counts_as`: the right that a refusal of it
    uses up. `said_*`: an answer by telephone: who said it, when, why. `link_nonce`: the link answers only
    while it matches.
    """

    __tablename__ = "offers"
    KIND, PREFIX = "offers", "offer"
    RIGHTS = Rights(COORDINATORS | WORKERS | EMPLOYERS, COORDINATORS | WORKERS)
    plan_id: Mapped[str] = mapped_column(String(60), ForeignKey("plans.id"), index=True)
    visit_id: Mapped[str] = mapped_column(String(120))
    work_block_id: Mapped[str | None] = mapped_column(String(120))
    provider_id: Mapped[str] = mapped_column(String(120))
    worker_id: Mapped[str] = mapped_column(String(120))
    employer_id: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    wave: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reply_by: Mapped[datetime]
    short_notice: Mapped[bool]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None] = mapped_column(String(60))
    link_nonce: Mapped[str] = mapped_column(String(64))
    article: Mapped[str]
    before_starts_at: Mapped[datetime | None]
    before_ends_at: Mapped[datetime | None]
    call_from: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    because: Mapped[str | None] = mapped_column(String(40))
    counts_as: Mapped[str | None] = mapped_column(String(40))
    said_by: Mapped[str | None]
    said_at: Mapped[datetime | None]
    said_why: Mapped[str | None]
    __table_args__ = (
        Index(None, "basin_id", "visit_id"),
        Index(None, "basin_id", "worker_id"),
        Index(None, "state", "reply_by"),
    )

    @hybrid_property
    def subject_id(self) -> str:
        """What it is about, whichever seat of a block it is; no visit is called so."""
        return self.visit_id if self.work_block_id is None else f"{self.work_block_id}:"

    @subject_id.inplace.expression
    @classmethod
    def _subject_id(cls) -> ColumnElement[str]:
        return func.coalesce(cls.work_block_id + ":", cls.visit_id)


class Outcome(BasinEvent):
    """What became of a visit of a published plan: done or not, by whom, when. One a visit; corrected, not
    doubled. `cause`: why it was not done. `work_block_id`: it is of a seat in work that is no visit, which
    has neither client nor provider ("").

    `at_door`: it was not done, and `worker_id` stood there: `starts_at` to `ends_at` is her dead time, work
    though nobody was served (None: no text counts it). `free_at`: from when on she could go elsewhere.
    """

    __tablename__ = "outcomes"
    KIND, PREFIX = "outcomes", "outcome"
    RIGHTS = Rights(COORDINATORS | MANAGERS | WORKERS | EMPLOYERS, COORDINATORS | MANAGERS)
    plan_id: Mapped[str] = mapped_column(String(60), ForeignKey("plans.id"))
    visit_id: Mapped[str] = mapped_column(String(120))
    work_block_id: Mapped[str | None] = mapped_column(String(120))
    client_id: Mapped[str] = mapped_column(String(120))
    provider_id: Mapped[str] = mapped_column(String(120))
    worker_id: Mapped[str | None] = mapped_column(String(120))
    employer_id: Mapped[str | None] = mapped_column(String(120))
    done: Mapped[bool]
    cause: Mapped[str | None] = mapped_column(String(40))
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    funding_line_id: Mapped[str | None] = mapped_column(String(120))
    absence_id: Mapped[str | None] = mapped_column(String(120))
    # At the line's rate when it was recorded: a rate that changes later leaves what was booked.
    cents: Mapped[int] = mapped_column(default=0)
    at_door: Mapped[bool] = mapped_column(default=False)
    free_at: Mapped[datetime | None]
    __table_args__ = (
        Index("uq_outcomes_visit", "basin_id", "visit_id", unique=True),
        Index(None, "basin_id", "starts_at"),
        Index(None, "basin_id", "funding_line_id"),
        Index(None, "plan_id"),
    )


class DutyRota(BasinEvent):
    """Who is on call on the days from `first_day` to `last_day`. `state`: proposed, published, withdrawn.
    Once it is published, its duties stand in the rows of its workers, which alone everything else reads.
    `gap`: by how much it might be better at the most, as the search says; None: not known."""

    __tablename__ = "on_call_rotas"
    KIND, PREFIX = "on-call-rotas", "rota"
    RIGHTS = Rights(COORDINATORS, COORDINATORS)
    state: Mapped[str] = mapped_column(String(20))
    first_day: Mapped[date]
    last_day: Mapped[date]
    asked: Mapped[RotaAsked] = mapped_column(Stored(RotaAsked))
    duties: Mapped[list[RotaDuty]] = mapped_column(Stored(list[RotaDuty]))
    gap: Mapped[float | None]
    job_id: Mapped[str | None] = mapped_column(String(60))
    published_at: Mapped[datetime | None]
    published_by: Mapped[str | None] = mapped_column(String(60))
    __table_args__ = (Index(None, "basin_id", "first_day"),)


class SwapQuestion(BasinEvent):
    """A proposed swap put to the service whose employee would take a visit. `state`: as
    `api.shapes.planning.swap_shapes.SwapState`. `first_day`, `days`: of the plan that proposes it.
    `starts_at`: the first hour that changes. `reason`: why it was answered so, or withdrawn.
    `made_plan_id`: the plan that follows."""

    __tablename__ = "swap_questions"
    KIND, PREFIX = "swaps", "swap"
    RIGHTS = Rights(COORDINATORS | MANAGERS, COORDINATORS | MANAGERS)
    plan_id: Mapped[str] = mapped_column(String(60))
    provider_id: Mapped[str] = mapped_column(String(120))
    visit_id: Mapped[str] = mapped_column(String(120))
    employee_id: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(20))
    swap: Mapped[ProposedSwapShape] = mapped_column(Stored(ProposedSwapShape))
    first_day: Mapped[date]
    days: Mapped[int]
    starts_at: Mapped[datetime]
    reply_by: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(60))
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None] = mapped_column(String(60))
    reason: Mapped[str | None]
    made_plan_id: Mapped[str | None] = mapped_column(String(60))
    __table_args__ = (Index(None, "basin_id", "visit_id"), Index(None, "state", "reply_by"))


HAPPENINGS: tuple[type[BasinEvent], ...] = (Job, Plan, Offer, Outcome, DutyRota, SwapQuestion)
