"""What must hold of a basin's day, whatever happened: docs/commitments.md, asked of the service's rows and
lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from hypothesis.stateful import invariant
from sqlalchemy import func, select

from api.access.rights import Principal
from api.access.scope import Scoped
from api.basin.compose import compose
from api.commitments.states import AGREED, STANDING, WAITING
from api.store import kept_plans as kept
from api.store.account_tables import AuditEntry
from api.store.basin_tables import Worker
from api.store.cycle_tables import Offer, Outcome, Plan
from api.store.message_tables import Message
from api.worked.binding_texts import texts_of
from api.worked.refusals import counted
from brigade.changes.carry import known_part
from brigade.changes.mending import judged
from brigade.law.marking import mark
from brigade.values.plan import MarkingKind
from brigade.values.plan import Plan as CorePlan
from brigade.values.problem import Problem
from tests.api.conftest import World
from tests.api.letters_read import Read
from tests.api.small_basin import BASIN, NOW

TOLERANCE = timedelta(minutes=10)


class Promises:
    """What the machine of a day asks after every step, and of every publication."""

    world: World
    read: Read
    looked: object
    agreed: dict[str, tuple[str, str]]
    """By id, the offers that somebody agreed to: visit and worker."""
    declined: set[str]
    """The offers to which somebody said no."""
    played: ClassVar[int] = 0
    """Steps so far, of all days."""

    def offers(self) -> list[Offer]:
        with self.world.service.database.reading() as session:
            return list(session.scalars(select(Offer).order_by(Offer.id)))

    def in_force(self) -> dict[str, tuple[str, datetime]]:
        plan = self._published()
        return {} if plan is None else dict(placed_stops(plan))

    def _published(self) -> Plan | None:
        with self.world.service.database.reading() as session:
            return session.scalar(select(Plan).where(Plan.state == "published"))

    def today(self) -> Problem:
        with self.world.service.database.snapshot() as session:
            return compose(
                Scoped(session, Principal.system("test", "B1"), self.world.service.clock), "B1", NOW.date(), 1
            )

    @property
    def now(self) -> datetime:
        return self.world.service.clock.now()

    @invariant()
    def everybody_is_kept_to_her_word(self) -> None:
        """Asked again only where a write or the hour has changed something."""
        Promises.played += 1
        with self.world.service.database.reading() as session:
            now = (
                session.scalar(select(func.max(AuditEntry.seq))),
                getattr(self.world.service.clock, "shift", None),
            )
        if now == self.looked:
            return
        self.looked = now
        self.what_was_agreed_stands_or_was_taken_back()
        self.nobody_is_sent_where_she_refused()
        self.silence_makes_no_order()
        self.nothing_waits_for_an_answer_that_an_outcome_gave()
        self.refusals_are_those_given()
        if self._published() is not None:
            self.every_visit_wanted_is_told_or_on_the_list()

    def what_was_agreed_stands_or_was_taken_back(self) -> None:
        """In the plan in force at its hours; else a withdrawal with its reason, told to its worker."""
        placed, told = self.in_force(), self._told_withdrawn()
        for offer in self.offers():
            if offer.state in AGREED:
                self.agreed[offer.id] = offer.visit_id, offer.worker_id
            if offer.state in STANDING and offer.starts_at > self.now:
                worker, start = placed.get(offer.visit_id, ("", self.now))
                assert worker == offer.worker_id, (offer.visit_id, offer.state)
                assert abs(start - offer.starts_at) <= TOLERANCE, (offer.visit_id, offer.state)
            elif offer.id in self.agreed and offer.state not in AGREED:
                assert offer.because is not None, offer.visit_id
                is_said = offer.because in ("unable", "outcome") or offer.id in told
                assert is_said, (offer.visit_id, offer.because)

    def _told_withdrawn(self) -> set[str]:
        with self.world.service.database.reading() as session:
            found = session.scalars(select(Message).where(Message.kind == "tour_changed"))
            return {id for message in found for id in message.about["withdrawn"]}

    def nobody_is_sent_where_she_refused(self) -> None:
        plan = self._published()
        if plan is None or plan.published_at is None:
            return
        placed = dict(placed_stops(plan))
        for offer in self.offers():
            if (
                offer.state == "refused"
                and offer.answered_at is not None
                and offer.answered_at <= plan.published_at
            ):
                assert placed.get(offer.visit_id, ("",))[0] != offer.worker_id, offer.visit_id

    def silence_makes_no_order(self) -> None:
        """Whoever was asked, and has not said yes to these hours, is asked again at most."""
        asked = set[tuple[str, str]]()
        for offer in self.offers():
            pair = offer.visit_id, offer.worker_id
            assert offer.kind == "to_offer" or pair not in asked, pair
            if offer.kind == "to_offer":
                asked.add(pair)

    def every_visit_wanted_is_told_or_on_the_list(self) -> None:
        listed, problem = self.world.get(f"{BASIN}/attention"), self.today()
        self.what_is_in_force_is_lawful_or_on_the_list(problem, listed["unlawful"])
        known = {one["visit_id"] for one in listed["uncovered"]}
        known |= {offer.visit_id for offer in self.offers() if offer.state in STANDING}
        begun = {visit for visit, (_, start) in self.in_force().items() if start <= self.now}
        missing = {one["work_block_id"] for one in listed["blocks_not_held"]}
        known |= {seat for one in problem.work_blocks if one.id in missing for seat in one.seat_ids}
        # Who is only wished for at a meeting need not come.
        wished = {seat for one in problem.work_blocks for seat in set(one.seat_ids) - set(one.needed_seats)}
        wanted = {
            one.visit.id for one in problem.requests if one.visit.windows[-1].hard_latest >= problem.now
        } - wished
        assert wanted - begun <= known, (wanted - begun - known, listed["uncovered"])

    def what_is_in_force_is_lawful_or_on_the_list(self, today: Problem, listed: list[dict[str, Any]]) -> None:
        """By today's rows, whatever problem was kept with the plan; the list says since when and why not."""
        row = self._published()
        assert row is not None
        with self.world.service.database.reading() as session:
            plan = kept.read_back(row, kept.fetch_problem(session, row.digest))
        found, ahead = (
            judged(today, plan),
            {visit for visit, (_, start) in placed_stops(row) if start > self.now},
        )
        rules = {one.rule for one in found.broken}
        told = {one["rule"] for entry in listed for one in entry["today"]["violations"]}
        assert (told, bool(listed)) == (rules, bool(rules or found.lost & ahead)), (rules, found.lost & ahead)
        assert all(entry["since"] is not None and entry["sentence"] for entry in listed), listed

    def nothing_waits_for_an_answer_that_an_outcome_gave(self) -> None:
        """A visit to which nobody came is sought again: who is asked after that was not asked in vain."""
        with self.world.service.database.reading() as session:
            over = {one.visit_id: one for one in session.scalars(select(Outcome))}
        for offer in self.offers():
            if offer.state in WAITING and (outcome := over.get(offer.visit_id)) is not None:
                assert not outcome.done, offer.visit_id
                assert offer.created_at >= outcome.changed_at, offer.visit_id

    def refusals_are_those_given(self) -> None:
        given = [one for one in self.offers() if one.id in self.declined and one.counts_as == "short_notice"]
        with self.world.service.database.reading() as session:
            scoped = Scoped(session, Principal.system("test", "B1"), self.world.service.clock)
            workers = [row.value for row in session.scalars(select(Worker).order_by(Worker.id))]
            found = counted(scoped, "B1", workers, NOW.date(), texts_of(scoped, "B1"))
            told = {one.worker_id: one.refusals for one in found}
        assert told == {worker.id: sum(one.worker_id == worker.id for one in given) for worker in workers}

    # -- of a publication
    def closed_since(self, plan: dict[str, Any]) -> set[str]:
        """Visits that a proposal gives to somebody who refused them, or let her time pass, since it was
        made."""
        with self.world.service.database.reading() as session:
            row = session.get_one(Plan, plan["id"])
            known, placed = row.story.commitments, dict(placed_stops(row))
        last = {(offer.visit_id, offer.worker_id): offer for offer in self.offers()}
        return {
            visit
            for (visit, worker), offer in last.items()
            if offer.state in ("refused", "expired")
            and known.get(offer.id) != offer.state
            and placed.get(visit, ("",))[0] == worker
        }

    def who_closed_it_since_is_not_sent(self, closed: set[str], answer: Any) -> None:
        """The refusal names each of these visits, with what became of it."""
        if answer.status_code == 200:
            assert not closed, f"sent all the same: {sorted(closed)}"
        elif answer.json()["code"] == "A407" and answer.json()["mended_plan_id"]:
            named = {issue["where"].rpartition(".")[2] for issue in answer.json()["issues"]}
            assert closed <= named, f"not named: {sorted(closed - named)}"

    def is_by_hand(self, plan: dict[str, Any] | None) -> bool:
        """Whether somebody edited it, or what it was mended from."""
        while plan is not None:
            whole = self.world.get(f"{BASIN}/plans/{plan['id']}")
            if whole["edits"] is not None:
                return True
            from_id = whole["from_plan_id"]
            plan = None if from_id is None else {"id": from_id}
        return False

    def nothing_agreed_was_moved_unknowing(self, agreed: set[str], plan: dict[str, Any]) -> None:
        """Where all of it was still lawful, only the end of the need takes back what somebody agreed to, or
        an edit that knew of it."""
        with self.world.service.database.reading() as session:
            known = session.get_one(Plan, plan["id"]).story.commitments
        by_hand = self.is_by_hand(plan)
        for offer in self.offers():
            if offer.id in agreed and offer.state not in AGREED and offer.because != "not_needed":
                told = known.get(offer.id) if by_hand else None
                assert told in AGREED, (offer.visit_id, offer.because, told)

    def nobody_is_ordered_what_she_may_refuse(self, before: list[Offer]) -> None:
        """By the rows of now and what was announced before it was published."""
        known, row = {offer.id for offer in before}, self._published()
        ordered = [offer for offer in self.offers() if offer.id not in known and offer.kind == "firm"]
        if row is None or not ordered:
            return
        last = {(offer.visit_id, offer.worker_id): offer for offer in before}
        today = self.today()
        with self.world.service.database.reading() as session:
            base = session.get(Plan, row.base_plan_id or "")
            told = kept.read_back(base, kept.fetch_problem(session, base.digest)) if base else None
            plan = kept.read_back(row, kept.fetch_problem(session, row.digest))
        if told is not None:
            told = known_part(today, replace(told, announced=self.hours_announced(told, last)))
        marked = {
            stop.visit_id: stop.marking for route in mark(today, plan, told).routes for stop in route.stops
        }
        for offer in ordered:
            assert getattr(marked[offer.visit_id], "kind", None) is MarkingKind.FIRM, (
                offer.visit_id,
                marked[offer.visit_id],
            )

    def hours_announced(self, told: CorePlan, last: dict[tuple[str, str], Offer]) -> frozenset[str]:
        """The visits of a plan that give their workers announced hours: by the table of docs/commitments.md,
        not by the code that is asked here."""
        pairs = {(stop.visit_id, route.worker_id) for route in told.routes for stop in route.stops}
        agreed = ("ordered", "accepted", "acknowledged")
        return frozenset(pair[0] for pair in pairs if pair in last and last[pair].state in agreed)


def placed_stops(plan: Plan) -> Iterator[tuple[str, tuple[str, datetime]]]:
    for route in plan.document["routes"]:
        for stop in route["stops"]:
            yield stop["visit_id"], (route["worker_id"], datetime.fromisoformat(stop["start"]))
