"""What a search is asked (`JobWish`), how it goes: kept with its job, so that it can be found again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from api.shapes.cycle_requests import JobIn, LeastChangeWish, SearchWish
from api.shapes.kept.kept_shapes import DocumentOf, Kept, KeptIssue, Tagged
from api.shapes.kept.rota_shapes import RotaAsked
from brigade.exchange.documents.json_text import JsonObject
from brigade.exchange.shapes.event_shapes import EditShape, EventShape
from brigade.exchange.shapes.field_kinds import Day, Whose, WorkerCode
from brigade.exchange.shapes.plan_shapes import PlanDocument

SearchKind = Literal["from_scratch", "least_change", "what_if", "again", "on_call_rota"]
"""What the API calls it."""
Pair: TypeAlias = tuple[str, WorkerCode]
"""Visit and worker."""


class SearchEffort(Kept):
    """With `iterations`, the same problem and seed give the same plan again."""

    seed: int
    iterations: int | None
    time_limit_s: float | None


class Limits(Kept):
    """Wall clock of a search, in seconds, where nobody wishes otherwise."""

    solve_s: float
    replan_s: float


class Heard(Kept):
    """What was said to people by the time a search was asked (`api.commitments.commitments`). `announced`
    None: not said, by a search of before; the markings of its plan say it. `states`: of every offer, by
    id."""

    announced: tuple[Pair, ...] | None = None
    asked: tuple[Pair, ...] = ()
    expired: tuple[Pair, ...] = ()
    states: dict[str, str] = Field(default_factory=dict)


class FromScratch(Tagged):
    """A plan of nothing. `start`: the plan document it may begin with."""

    kind: Literal["from_scratch"] = "from_scratch"
    effort: SearchEffort
    start: Annotated[JsonObject, DocumentOf(PlanDocument)] | None = None
    heard: Heard = Field(default_factory=Heard)


class LeastChange(Tagged):
    """The nearest plan to one that was told. `refused`: the next wave is of these visits. `freeze`: nothing
    that begins before it changes."""

    kind: Literal["least_change"] = "least_change"
    effort: SearchEffort
    from_plan_id: str
    pinned: tuple[str, ...] = ()
    pinned_workers: tuple[WorkerCode, ...] = ()
    refused: tuple[str, ...] = ()
    freeze: datetime | None = None
    tolerance_min: int = 0
    people: int | None = None
    heard: Heard = Field(default_factory=Heard)


class WhatIf(Tagged):
    """The least change after events that have not happened, or not yet."""

    kind: Literal["what_if"] = "what_if"
    change: LeastChange
    supposed: tuple[EventShape, ...]

    @property
    def effort(self) -> SearchEffort:
        return self.change.effort


class ByHand(Tagged):
    """The same edits of the same plan, one after the other."""

    kind: Literal["by_hand"] = "by_hand"
    effort: SearchEffort
    from_plan_id: str
    pinned: tuple[str, ...] = ()
    edits: tuple[EditShape, ...]


Search: TypeAlias = Annotated[FromScratch | LeastChange | WhatIf | ByHand, Field(discriminator="kind")]
"""What leads to a plan."""


class Again(Tagged):
    """A kept plan once more: whether `search` leads to the very same."""

    kind: Literal["again"] = "again"
    plan_id: str
    search: Search

    @property
    def effort(self) -> SearchEffort:
        return self.search.effort


class Deferred(Tagged):
    """A search whose problem is composed when it starts. `likely`: what it would be by now; the plan in force
    and the basin's wishes decide by then. The rest as it was asked."""

    kind: Literal["deferred"] = "deferred"
    likely: Literal["from_scratch", "least_change"]
    effort: SearchEffort
    limits: Limits
    first_day: Day
    days: int
    search: SearchWish | None = None
    least_change: LeastChangeWish | None = None
    from_scratch: bool = False

    @property
    def asked(self) -> JobIn:
        return JobIn(
            first_day=self.first_day,
            days=self.days,
            search=self.search,
            least_change=self.least_change,
            from_scratch=self.from_scratch,
        )


class OnCallRotaWish(Tagged):
    """Who is on call when: a rota instead of a plan. Its problem is composed when the search starts."""

    kind: Literal["on_call_rota"] = "on_call_rota"
    effort: SearchEffort
    asked: RotaAsked


JobWish: TypeAlias = Annotated[
    Deferred | FromScratch | LeastChange | WhatIf | Again | OnCallRotaWish, Field(discriminator="kind")
]
"""What a job is asked."""


def kind_of(wish: JobWish) -> SearchKind:
    return wish.likely if isinstance(wish, Deferred) else wish.kind


class JobProgress(Kept):
    """The best plan so far: cost, proven bound, visits covered. Nothing of it before there is one.

    What a better one could be better by, once that is proven: `open_visits` more of level `open_level` (0:
    mandatory, 1 to 4: P1 to P4) at the most; where no level is open, `gap`, a share of the soft costs."""

    elapsed_s: float | None = None
    objective: int | None = None
    bound: int | None = None
    covered: int | None = None
    iterations: int | None = None
    open_level: int | None = None
    open_visits: int | None = None
    gap: float | None = None


class SetAsideView(Kept):
    """A row, or a part of it, that could not be planned: why, and the visits that are not planned because of
    it."""

    kind: str = Field(examples=["visits"])
    id: str = Field(examples=["V-204"])
    provider_id: str | None = Field(None, examples=["S-01"])
    code: str = Field(examples=["P311"])
    where: str = Field(examples=["visits.V-204.required"])
    what: str
    hint: str
    visits: list[str] = Field(examples=[["V-204"]])


class LeftOut(KeptIssue):
    """As a search keeps it. `version`: of the row, by then."""

    kind: str
    id: Annotated[str, Whose.ANYBODY]
    provider_id: str | None = None
    visits: list[str]
    version: int
