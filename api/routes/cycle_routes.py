"""The day's cycle over HTTP: absences, searches, plans, offers, outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Body, Depends, Query, Request
from fastapi.responses import Response

from api.access.rights import Role
from api.access.scope import Scoped, expect
from api.basin import mappings
from api.basin.identities import written
from api.basin.resource_kinds import shown as show_kind
from api.cycle import absence_words, absences, clock_ins, imposing, offers, outcomes
from api.http.credentials import TheService
from api.http.language import AskedLanguage
from api.http.paging import Page, PageParams, narrowed
from api.http.put_back import ReadOnly, repeated_in
from api.http.unit import Answer, IfMatch, ModelResponse, Optimistic, Reader, Witness, Writer, whole_body
from api.imports import uploads
from api.money import coverage_counts
from api.persons import situation
from api.plans import plans, publication
from api.runtime.body_documents import DocumentRoute
from api.runtime.faults import TooManyAttempts, Unavailable
from api.searches import jobs
from api.service.service import Service
from api.shapes.cycle_requests import (
    FILE,
    ID,
    AbsenceIn,
    AnswerIn,
    BasinId,
    Decision,
    Filter,
    Id,
    JobIn,
    MadeId,
    OutcomeIn,
    OutcomesIn,
    PinIn,
    exact,
)
from api.shapes.cycle_views import (
    AbsenceView,
    DiffView,
    ForeseenView,
    IndicatorsView,
    JobView,
    OfferState,
    OfferView,
    OutcomesView,
    OutcomeView,
    PlanView,
    RecheckView,
)
from api.shapes.planning.plan_views import IssueView
from api.shapes.row_views import enveloped, said
from api.shapes.situation_views import SituationView, WishesIn
from api.store.basin_tables import Absence
from api.store.cycle_tables import Job, Offer, Outcome, Plan
from brigade.errors import BrigadeError
from brigade.exchange.documents.json_text import JsonObject
from brigade.exchange.mapping.clock_in_tables import ClockIns
from brigade.exchange.shapes.demand_shapes import AbsenceShape
from brigade.exchange.shapes.field_kinds import Day
from brigade.words import word

router = APIRouter(prefix="/basins/{basin_id}", route_class=DocumentRoute)
CLOCKED = {
    "requestBody": {
        "required": True,
        "content": uploads.tables_body("intervention;début;fin\r\nV1;09/03/2026 08:02;09/03/2026 08:58\r\n"),
    }
}
Markings = list[ForeseenView] | None
DECLARED_S = 5.0
"""So long a declared absence waits, in all, for what its cause decides."""
Why = Annotated[Decision, exact(Decision), Body()]


# -- absences ----------------------------------------------------------------------------------------------
@router.post("/absences", status_code=201, tags=["absences"])
def declare_absence(
    basin_id: BasinId,
    given: Annotated[AbsenceIn, exact(AbsenceIn), Body()],
    unit: Optimistic,
    service: TheService,
    lang: AskedLanguage,
) -> ModelResponse[AbsenceView]:
    """The visits at risk come back at once, the gravest first, and what its cause decides: which of them may
    be imposed on whom (`markings`). Where the basin wishes so, a search has begun."""

    def think(scoped: Scoped) -> Markings:
        scoped.must_write(Absence, basin_id)
        return _foreseen(scoped, service, basin_id, absences.declared_body(scoped, given), lang)

    def act(scoped: Scoped, markings: Markings) -> Answer[AbsenceView]:
        done = absences.declare(scoped, service, basin_id, given)
        where = f"/v1/basins/{basin_id}/absences/{done.row.id}"
        return Answer(_absence(scoped, done, markings, lang), 201, done.row.version, where)

    return unit.answer(think, act)


@router.put("/absences/{id}", tags=["absences"])
def change_absence(
    basin_id: BasinId,
    id: Id,
    given: Annotated[AbsenceIn, exact(AbsenceIn, AbsenceShape), Body()],
    echo: Annotated[ReadOnly, repeated_in(AbsenceIn, AbsenceShape)],
    unit: Optimistic,
    service: TheService,
    version: IfMatch,
    lang: AskedLanguage,
) -> ModelResponse[AbsenceView]:
    """As it was declared, longer, shorter, of another kind or cause; answered likewise. What GET answers may
    be sent back whole; what an import alone says of it stays."""

    def think(scoped: Scoped) -> Markings:
        scoped.must_write(Absence, basin_id)
        stood = scoped.one(Absence, basin_id, id)
        return _foreseen(scoped, service, basin_id, absences.changed_body(scoped, stood, given), lang)

    def act(scoped: Scoped, markings: Markings) -> Answer[AbsenceView]:
        stood = scoped.one(Absence, basin_id, id)
        echo.refuse_changed(f"absences.{id}", {**stood.body, **said(written(stood))})
        done = absences.change(scoped, service, basin_id, id, version, given)
        return Answer(_absence(scoped, done, markings, lang), version=done.row.version)

    return unit.answer(think, act)


@router.delete("/absences/{id}", status_code=204, response_class=Response, tags=["absences"])
def withdraw_absence(
    basin_id: BasinId, id: Id, unit: Writer, service: TheService, version: IfMatch
) -> Response:
    def act() -> Answer[None]:
        absences.withdraw(unit.scoped, service, basin_id, id, version)
        return Answer(status=204)

    return unit.answer(act)


@router.get("/absences/{id}/situation", tags=["absences"])
def read_situation(
    basin_id: BasinId,
    id: Id,
    scoped: Witness,
    service: TheService,
    lang: AskedLanguage,
) -> ModelResponse[SituationView]:
    """The visits at risk, the gravest first, each with where it stands: searched for, proposed to the
    coordinator, offered, accepted, firm, without anybody and why. Names that are shown are noted as read."""
    told = situation.situation(scoped, service, scoped.one(Absence, basin_id, id), lang)
    scoped.commit()
    return Answer(told).response()


@router.post("/absences/{id}/wishes", tags=["absences"])
def wish_replacements(
    basin_id: BasinId,
    id: Id,
    given: Annotated[WishesIn, exact(WishesIn), Body()],
    unit: Writer,
    service: TheService,
    lang: AskedLanguage,
) -> ModelResponse[SituationView]:
    """For which of the visits at risk somebody is wanted: those named, all of them or none. The searches
    follow once."""

    def act() -> Answer[SituationView]:
        row = absences.wish(unit.scoped, service, basin_id, id, given.visits)
        return Answer(situation.situation(unit.scoped, service, row, lang))

    return unit.answer(act)


def _foreseen(scoped: Scoped, service: Service, basin_id: str, body: JsonObject, lang: str) -> Markings:
    """What the cause of an absence decides, of its document and the rows as they are before it is written.
    None: nobody could say it just now, which keeps no absence from being declared."""
    try:
        risks = absences.visits_at_risk(scoped, absences.drawn(scoped, basin_id, body))
    except BrigadeError:
        return []  # whatever is wrong with it is told when it is written
    if not any(risk.wants_replacement for risk in risks):
        return []
    asked = (basin_id, body, risks, lang)
    try:
        return service.computed_for_anybody(scoped, basin_id, DECLARED_S, imposing.foreseen, *asked)
    except (TooManyAttempts, Unavailable):
        return None


def _absence(scoped: Scoped, done: absences.Declared, markings: Markings, lang: str) -> AbsenceView:
    row, risks = done.row, done.risks
    shown = show_kind(absences.KIND, row, scoped.principal, scoped.clock.now())
    absence = enveloped(row, AbsenceShape.model_validate(shown.value, strict=False))
    wanted = {risk.visit_id for risk in risks if risk.wants_replacement}
    notices = absence_words.notices(scoped, row, done.others, done.feed, lang)
    if markings is None and wanted:
        notices.append(word("absence.not_foreseen", lang))
    told = [one for one in markings or () if one.visit_id in wanted]
    jobs = [job.id for job in done.jobs]
    return AbsenceView(absence=absence, at_risk=risks, markings=told, notices=notices, jobs=jobs)


# -- searches ----------------------------------------------------------------------------------------------
@router.get("/jobs", tags=["jobs"])
def list_jobs(
    basin_id: BasinId,
    scoped: Reader,
    turn: Annotated[PageParams, Depends()],
    lang: AskedLanguage,
    state: Literal["queued", "running", "done", "failed", "cancelled"] | None = None,
) -> ModelResponse[Page[JobView]]:
    scoped.basin(basin_id)
    asked = narrowed(scoped.select(Job, basin_id), Job, {"state": state})
    page = turn.page(scoped, asked, Job.id, lambda job: jobs.shown(job, lang), newest_first=True)
    return Answer(page).response()


@router.post("/jobs", status_code=202, tags=["jobs"])
def ask_search(
    basin_id: BasinId,
    given: Annotated[JobIn, exact(JobIn), Body()],
    unit: Writer,
    service: TheService,
    lang: AskedLanguage,
) -> ModelResponse[JobView]:
    """Queue a search; its proposal appears among the plans. Follow it at `Location`, or at `…/progress`.

    Its problem is made of the basin as it is when the search starts: `problem_digest` and `set_aside` are
    told from then on, and wishes of the basin that make no problem end it as `failed`, with their issues."""

    def act() -> Answer[JobView]:
        job = jobs.ask(unit.scoped, service, basin_id, given)
        return Answer(jobs.shown(job, lang), 202, job.version, f"/v1/basins/{basin_id}/jobs/{job.id}")

    return unit.answer(act)


@router.get("/jobs/{id}", tags=["jobs"])
def read_job(basin_id: BasinId, id: MadeId, scoped: Reader, lang: AskedLanguage) -> ModelResponse[JobView]:
    job = scoped.one(Job, basin_id, id)
    return Answer(jobs.shown(job, lang), version=job.version).response()


@router.post("/jobs/{id}/cancel", tags=["jobs"])
def cancel_job(basin_id: BasinId, id: MadeId, unit: Writer, lang: AskedLanguage) -> ModelResponse[JobView]:
    """A search that has ended stays as it is."""

    def act() -> Answer[JobView]:
        job = unit.scoped.one(Job, basin_id, id, write=True)
        if job.state in ("queued", "running"):
            jobs.cancel(unit.scoped, job)
        return Answer(jobs.shown(job, lang), version=job.version)

    return unit.answer(act)


# -- plans -------------------------------------------------------------------------------------------------
@router.get("/plans", tags=["plans"])
def list_plans(
    basin_id: BasinId,
    scoped: Reader,
    turn: Annotated[PageParams, Depends()],
    state: Literal["draft", "proposed", "published", "superseded", "rejected"] | None = None,
    first_day: Day | None = None,
) -> ModelResponse[Page[PlanView]]:
    """Without their documents."""
    scoped.basin(basin_id)
    asked = narrowed(scoped.select(Plan, basin_id), Plan, {"state": state, "first_day": first_day})
    show = lambda plan: plans.shown(scoped, plan, whole=False)  # noqa: E731
    return Answer(turn.page(scoped, asked, Plan.id, show, newest_first=True)).response()


@router.get("/plans/{id}", tags=["plans"])
def read_plan(
    basin_id: BasinId,
    id: MadeId,
    scoped: Reader,
    lang: AskedLanguage,
) -> ModelResponse[PlanView]:
    """Whole for coordinators; the others see their own part of it, managers with the reasons of their
    uncovered visits in sentences."""
    plan = scoped.one(Plan, basin_id, id)
    return Answer(plans.shown(scoped, plan, whole=True, lang=lang), version=plan.version).response()


@router.get("/plans/{id}/diff", tags=["plans"])
def compare_plan(basin_id: BasinId, id: MadeId, scoped: Reader, to: Filter = None) -> ModelResponse[DiffView]:
    """What changes from the plan it was made from (or from plan `to`): coordinators."""
    scoped.only("plans", Role.COORDINATOR)
    return Answer(plans.compared(scoped, basin_id, id, to)).response()


@router.get("/plans/{id}/check", tags=["plans"])
def recheck_plan(
    basin_id: BasinId, id: MadeId, scoped: Reader, service: TheService, lang: AskedLanguage
) -> ModelResponse[RecheckView]:
    """Judge the plan again from what was kept with it: coordinators."""
    scoped.only("plans", Role.COORDINATOR)
    return Answer(service.computed(scoped, basin_id, plans.rechecked, basin_id, id, lang)).response()


@router.post("/plans/{id}/publish", tags=["plans"])
def publish_plan(
    basin_id: BasinId, id: MadeId, given: Why, unit: Optimistic, service: TheService, version: IfMatch
) -> ModelResponse[PlanView]:
    """Firm stops are to acknowledge, the others become offers; the plan in force until now is superseded.

    What people answered since it was made, and the rows of now, are part of it: where stops would differ,
    A407 says who said what and what no longer holds, and names the mended proposal."""

    def act(scoped: Scoped, considered: publication.PublicationCheck) -> Answer[PlanView]:
        plan = plans.publish(scoped, service, basin_id, id, version, given.reason, considered)
        return Answer(plans.shown(scoped, plan, whole=False), version=plan.version)

    try:
        return unit.answer(
            lambda scoped: service.computed(scoped, basin_id, publication.consider, basin_id, id), act
        )
    except publication.OvertakenProposal as overtaken:
        # A transaction of its own: the refusal undoes the first one, and the mended proposal is to stay.
        with service.database.writing() as session:
            scoped = Scoped(session, unit.scoped.principal, service.clock)
            mended = publication.keep_mended(scoped, id, basin_id, overtaken.considered)
            scoped.commit()
        overtaken.more = {"mended_plan_id": mended.id if mended else None}
        raise


@router.post("/plans/{id}/reject", tags=["plans"])
def reject_plan(
    basin_id: BasinId, id: MadeId, given: Why, unit: Writer, version: IfMatch
) -> ModelResponse[PlanView]:
    def act() -> Answer[PlanView]:
        plan = plans.reject(unit.scoped, basin_id, id, version, given.reason)
        return Answer(plans.shown(unit.scoped, plan, whole=False), version=plan.version)

    return unit.answer(act)


@router.post("/plans/{id}/pins", tags=["plans"])
def pin_visits(
    basin_id: BasinId,
    id: MadeId,
    given: Annotated[PinIn, exact(PinIn), Body()],
    unit: Writer,
    version: IfMatch,
) -> ModelResponse[PlanView]:
    """Pinned visits keep their worker and start in the searches that start from this plan."""

    def act() -> Answer[PlanView]:
        plan = plans.pin(unit.scoped, basin_id, id, version, given)
        return Answer(plans.shown(unit.scoped, plan, whole=True), version=plan.version)

    return unit.answer(act)


# -- offers ------------------------------------------------------------------------------------------------
@router.get("/offers", tags=["offers"])
def list_offers(
    basin_id: BasinId,
    scoped: Reader,
    turn: Annotated[PageParams, Depends()],
    state: OfferState | None = None,
    plan_id: Filter = None,
) -> ModelResponse[Page[OfferView]]:
    scoped.basin(basin_id)
    asked = narrowed(scoped.select(Offer, basin_id), Offer, {"state": state, "plan_id": plan_id})
    return Answer(turn.page(scoped, asked, Offer.id, offers.shown, newest_first=True)).response()


@router.get("/offers/{id}", tags=["offers"])
def read_offer(
    basin_id: BasinId, id: MadeId, scoped: Reader, service: TheService
) -> ModelResponse[OfferView]:
    """With the link by which its worker answers without an account (coordinators, and the worker)."""
    offer = scoped.one(Offer, basin_id, id)
    shown = offers.shown(offer)
    # Whoever has the link answers in her place.
    if scoped.principal.role is not Role.EMPLOYER and offer.state != "withdrawn":
        shown = shown.model_copy(update={"link": offers.link_of(service, offer)})
    return Answer(shown, version=offer.version).response()


@router.post("/offers/{id}/answer", tags=["offers"])
def answer_offer(
    basin_id: BasinId,
    id: MadeId,
    given: Annotated[AnswerIn, exact(AnswerIn), Body()],
    unit: Writer,
    service: TheService,
) -> ModelResponse[OfferView]:
    """By the worker's own account, or by the coordinator for an answer given by phone."""

    def act() -> Answer[OfferView]:
        offer = unit.scoped.one(Offer, basin_id, id, write=True)
        offers.answer(unit.scoped, service, offer, given)
        return Answer(offers.shown(offer), version=offer.version)

    return unit.answer(act)


@router.post("/offers/{id}/new-link", tags=["offers"])
def renew_link(
    basin_id: BasinId, id: MadeId, unit: Writer, service: TheService, version: IfMatch
) -> ModelResponse[OfferView]:
    """The link given so far no longer opens anything."""

    def act() -> Answer[OfferView]:
        offer = unit.scoped.one(Offer, basin_id, id, write=True)
        expect(offer, version)
        offers.renew_link(unit.scoped, offer)
        shown = offers.shown(offer).model_copy(update={"link": offers.link_of(service, offer)})
        return Answer(shown, version=offer.version, told_once=frozenset({"link"}))

    return unit.answer(act)


# -- outcomes, figures -------------------------------------------------------------------------------------
@router.get("/outcomes", tags=["outcomes"])
def list_outcomes(
    basin_id: BasinId, scoped: Reader, turn: Annotated[PageParams, Depends()], plan_id: Filter = None
) -> ModelResponse[Page[OutcomeView]]:
    scoped.basin(basin_id)
    asked = narrowed(scoped.select(Outcome, basin_id), Outcome, {"plan_id": plan_id})
    return Answer(turn.page(scoped, asked, Outcome.id, outcomes.shown, newest_first=True)).response()


@router.put("/outcomes/{id}", responses={201: {"model": OutcomeView}}, tags=["outcomes"])
def record_outcome(
    basin_id: BasinId,
    id: Id,
    given: Annotated[OutcomeIn, exact(OutcomeIn, OutcomeView), Body()],
    echo: Annotated[ReadOnly, repeated_in(OutcomeIn, OutcomeView)],
    unit: Writer,
    service: TheService,
    version: IfMatch,
) -> ModelResponse[OutcomeView]:
    """What became of visit `id`; to correct what stands, with If-Match. What GET answers may be sent back
    whole."""

    def act() -> Answer[OutcomeView]:
        stood = unit.scoped.session.scalar(
            unit.scoped.select(Outcome, basin_id).where(Outcome.visit_id == id)
        )
        echo.refuse_changed(
            f"outcomes.{id}", {"visit_id": id} if stood is None else said(outcomes.shown(stood))
        )
        row, is_new = outcomes.record(unit.scoped, service, basin_id, id, given, version)
        return Answer(outcomes.shown(row), 201 if is_new else 200, row.version)

    return unit.answer(act)


@router.post("/outcomes", tags=["outcomes"])
def record_outcomes(
    basin_id: BasinId,
    given: Annotated[OutcomesIn, exact(OutcomesIn), Body()],
    unit: Writer,
    service: TheService,
) -> ModelResponse[OutcomesView]:
    """What became of many visits, all of them or none; every fault comes at once."""
    lines = [(f"outcomes[{number}].{{}}".format, line) for number, line in enumerate(given.outcomes)]

    def act() -> Answer[OutcomesView]:
        done = outcomes.record_all(unit.scoped, service, basin_id, lines, corrects=given.corrects)
        return Answer(_recorded(done, dry_run=False))

    return unit.answer(act)


def clocked(
    basin_id: BasinId,
    request: Request,
    scoped: Reader,
    service: TheService,
    body: Annotated[bytes, Depends(whole_body)],
    mapping: Annotated[
        str | None, Query(pattern=ID, max_length=120, description="How this export is read.")
    ] = None,
    name: Annotated[
        str, Query(pattern=FILE, max_length=200, description="What the file is called.")
    ] = "pointages",
) -> ClockIns:
    """The file, read before the writing transaction begins."""
    scoped.must_write(Outcome, basin_id)
    known = None if mapping is None else mappings.named(scoped, service.vault, basin_id, mapping)
    # Given back before the file is read: that takes long, and needs no database.
    scoped.session.rollback()
    return service.read_file(
        uploads.read_clock_ins, body, request.headers.get("Content-Type", ""), known, name
    )


@router.post("/outcomes/imports", tags=["outcomes"], openapi_extra=CLOCKED)
def import_clock_ins(
    basin_id: BasinId,
    told: Annotated[ClockIns, Depends(clocked)],
    unit: Writer,
    service: TheService,
    lang: AskedLanguage,
    dry_run: Annotated[bool, Query(description="Say what would change, and change nothing.")] = True,
    corrects: Annotated[bool, Query(description="What stands otherwise is written over.")] = False,
) -> ModelResponse[OutcomesView]:
    """Outcomes out of a file of clock-ins: a table `pointages`, or a télégestion export by its mapping. A
    passage that names no visit is the one of its client whose told hour is nearest; what was not the
    brigade's is passed over, and said."""

    def act() -> Answer[OutcomesView]:
        lines, remarks = clock_ins.matched(unit.scoped, basin_id, told)
        done = outcomes.record_all(unit.scoped, service, basin_id, lines, corrects=corrects, dry_run=dry_run)
        said = [IssueView.of(one, lang) for one in remarks]
        return Answer(_recorded(done, dry_run=dry_run, remarks=said))

    # A dry run is not remembered under its key: the real one that follows may bring the same.
    return act().response() if dry_run else unit.answer(act)


def _recorded(
    done: outcomes.RecordedOutcomes, *, dry_run: bool, remarks: Sequence[IssueView] = ()
) -> OutcomesView:
    return OutcomesView(
        dry_run=dry_run,
        created=done.counts["created"],
        corrected=done.counts["corrected"],
        unchanged=done.counts["unchanged"],
        outcomes=[outcomes.shown(row) for row in done.rows],
        jobs=[job.id for job in done.jobs],
        remarks=list(remarks),
    )


@router.get("/indicators", tags=["indicators"])
def read_indicators(
    basin_id: BasinId,
    scoped: Reader,
    first_day: Annotated[Day | None, Query(examples=["2026-03-01"])] = None,
    last_day: Annotated[Day | None, Query(examples=["2026-03-31"])] = None,
) -> ModelResponse[IndicatorsView]:
    """Over any days of the plans in force, for those who plan. What funders read is
    `…/indicators/periods`."""
    scoped.only("indicators", Role.COORDINATOR)
    return Answer(coverage_counts.indicators(scoped, basin_id, first_day, last_day)).response()
