"""A basin's day in any order: absences, searches that begin and end, publications, answers, silence, edits,
outcomes, time.

After every step what was promised must hold (docs/commitments.md). Few steps here; `make commitments` does
ten thousand.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

from fastapi.testclient import TestClient
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import event, func, select

from api.access.rights import Principal
from api.access.scope import Scoped
from api.basin.compose import compose
from api.commitments.states import AGREED, STANDING, WAITING
from api.cycle import offers
from api.runtime.clock import ShiftedClock, SystemClock
from api.runtime.roles import Role
from api.service.service import Service
from api.store import kept_plans as kept
from api.store.account_tables import AuditEntry
from api.store.basin_tables import Visit, Worker
from api.store.cycle_tables import Offer, Outcome, Plan
from api.store.engine import Database
from api.store.message_tables import Message
from api.worked.binding_texts import texts_of
from api.worked.refusals import counted
from brigade.changes.carry import known_part
from brigade.changes.mending import judged
from brigade.law.marking import mark
from brigade.units import PARIS
from brigade.values.plan import MarkingKind
from brigade.values.plan import Plan as CorePlan
from brigade.values.problem import Problem
from tests.api.conftest import World, settings_for, wish, world_on
from tests.api.letters_read import NOBODY, Read
from tests.api.plans.test_off_duty import firm, refusable
from tests.api.small_basin import BASIN, NOW, absence

C = Role.COORDINATOR
EXAMPLES, STEPS = (
    int(os.environ.get("COMMITMENTS_EXAMPLES", "3")),
    int(os.environ.get("COMMITMENTS_STEPS", "12")),
)
AWAY = {"ABS-1": absence(), "ABS-2": absence(id="ABS-2", provider_id="S2", employee_id="A-2")}
OVERTAKING = ("accept", "decline", "accept", "texts", "silence", "client", "engagement")
VISITS, WORKERS = ("V1", "V2", "V3", "V4", "V5"), ("W1", "W2", "W3")
NUMBERS = itertools.count()
TOLERANCE = timedelta(minutes=10)
KEPT = (
    "offers",
    "plans",
    "absences",
    "workers",
    "visits",
    "outcomes",
    "jobs",
    "messages",
    "refusals",
    "attention",
)
"""Lists that hold all that anybody was answered."""
REFUSALS = {200, 201, 202, 204, 404, 409, 410, 412, 422}
"""A step may be refused; it never crashes."""


class Day(RuleBasedStateMachine):
    """Two coordinators, three workers, five visits of one Monday."""

    model: ClassVar[tuple[Path, World] | None] = None
    folder: ClassVar[TemporaryDirectory[str]]
    opened: ClassVar[dict[tuple[bool, str, bool], tuple[Path, datetime]]] = {}
    """What days begin with, by what was asked: the files it left, and when."""
    played: ClassVar[int] = 0
    """Steps so far, of all days."""

    def __init__(self) -> None:
        super().__init__()
        if Day.model is None:
            Day.folder = TemporaryDirectory()
            first = Path(Day.folder.name)
            model = first / "model"
            made = world_on(f"sqlite:///{model / 'brigade.db'}", model)
            for owner in (*(f"worker:{one}" for one in WORKERS), "provider:S1", "provider:S2"):
                made.ask(C, "PUT", f"{BASIN}/contacts/{owner}", {"id": owner, "email": "x@example.org"})
            made.service.database.close()
            Day.model = model, made
        model, made = Day.model
        self.folder_of_its_own = model.parent
        self.world = World(made.app, TestClient(made.app, raise_server_exceptions=False), made.tokens)
        self.begins_on(model, NOW - SystemClock().now())
        self.agreed: dict[str, tuple[str, str]] = {}
        """By id, the offers that somebody agreed to: visit and worker."""
        self.declined: set[str] = set()
        """The offers to which somebody said no."""
        self.read = Read()
        self.looked: object = None

    def begins_on(self, files: Path, shift: timedelta) -> None:
        """A service of its own on a copy of these files, as they are."""
        own = self.folder_of_its_own / str(next(NUMBERS))
        copytree(files, own, ignore=_not_shared)
        url = f"sqlite:///{own / 'brigade.db'}"
        self.files = own
        self.world.app.state.service = Service(
            settings_for(url, own, senders=1), ShiftedClock(shift), Database(url)
        )

    def teardown(self) -> None:
        self.world.service.database.close()

    # -- what happens ---------------------------------------------------------------------------------------
    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        answer = self.world.ask(C, method, path, body, **headers)
        assert answer.status_code in REFUSALS, (method, path, answer.status_code, answer.text)
        if made := answer.headers.get("Location"):
            assert self.world.ask(C, "GET", made).status_code == 200, ("answered and not kept", made)
        return answer

    @initialize(
        is_firm=st.booleans(), replan=st.sampled_from(["at_once", "on_request"]), is_told=st.booleans()
    )
    def opens(self, is_firm: bool, replan: str, is_told: bool) -> None:
        """Searched and published once; the other days begin on copies."""
        asked = is_firm, replan, is_told
        if asked in Day.opened:
            files, when = Day.opened[asked]
            self.world.service.database.close()
            self.begins_on(files, when - SystemClock().now())
        else:
            self._open(*asked)
            files = self.folder_of_its_own / f"opened-{len(Day.opened)}"
            copytree(self.files, files, ignore=_not_shared)
            Day.opened[asked] = files, self.now

    def _open(self, is_firm: bool, replan: str, is_told: bool) -> None:
        wish(self.world, replan=replan, search={"iterations": 30, "seed": 1})
        if is_firm:
            firm(self.world)
        self.ask("POST", f"{BASIN}/absences", AWAY["ABS-1"])
        self.search_begins(True)
        self.search_ends()
        if is_told:
            self.publish(0)

    @rule(name=st.sampled_from(sorted(AWAY)))
    def absence_comes(self, name: str) -> None:
        self.ask("POST", f"{BASIN}/absences", AWAY[name])

    @rule(name=st.sampled_from(sorted(AWAY)))
    def absence_is_taken_back(self, name: str) -> None:
        row = self.ask("GET", f"{BASIN}/absences/{name}")
        if row.status_code == 200:
            self.ask("DELETE", f"{BASIN}/absences/{name}", If_Match=row.headers["ETag"])

    @rule(name=st.sampled_from(sorted(AWAY)), hour=st.sampled_from(["11:00", "15:00", "22:00"]))
    def absence_changes(self, name: str, hour: str) -> None:
        row = self.ask("GET", f"{BASIN}/absences/{name}")
        if row.status_code == 200:
            interval = {**AWAY[name]["interval"], "end": f"2026-03-09T{hour}:00+01:00"}
            body = {key: value for key, value in AWAY[name].items() if key != "id"} | {"interval": interval}
            self.ask("PUT", f"{BASIN}/absences/{name}", body, If_Match=row.headers["ETag"])

    @rule(from_scratch=st.booleans())
    def search_begins(self, from_scratch: bool) -> None:
        """Its problem is composed now, whatever happens before it ends."""
        self.ask("POST", f"{BASIN}/jobs", {"first_day": "2026-03-09", "from_scratch": from_scratch})

    @rule()
    def search_ends(self) -> None:
        self.world.search()

    @rule(which=st.integers(0, 5))
    def publish(self, which: int) -> None:
        """Either coordinator, whichever proposal she looks at."""
        found = self.world.get(f"{BASIN}/plans?state=proposed")["items"]
        if not found:
            return
        plan = found[which % len(found)]
        agreed = {offer.id for offer in self.offers() if offer.state in AGREED and offer.starts_at > self.now}
        was_lawful, before = not self.world.get(f"{BASIN}/attention")["unlawful"], self.offers()
        closed = self.closed_since(plan)
        answer = self.world.publish(plan)
        assert answer.status_code in (200, 409), answer.text
        self.who_closed_it_since_is_not_sent(closed, answer)
        if answer.status_code == 200:
            today = self.world.get(f"{BASIN}/plans/{plan['id']}/check")["today"]
            assert (today["violations"], today["lost"]) == ([], []), today
            self.nobody_is_ordered_what_she_may_refuse(before)
            if was_lawful:
                self.nothing_agreed_was_moved_unknowing(agreed, plan)
        elif answer.json()["code"] == "A407" and answer.json()["mended_plan_id"]:
            made = self.world.get(f"{BASIN}/plans/{answer.json()['mended_plan_id']}")
            assert self.world.get(f"{BASIN}/plans/{made['id']}/check")["violations"] == []

    def closed_since(self, plan: dict[str, Any]) -> set[str]:
        """Visits that a proposal gives to somebody who refused them, or let her time pass, since it was
        made."""
        with self.world.service.database.reading() as session:
            row = session.get_one(Plan, plan["id"])
            known, placed = row.story.commitments, dict(_placed(row))
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

    @rule(
        which=st.integers(0, 9),
        reply=st.sampled_from(["accept", "decline", "acknowledge"]),
        phone=st.booleans(),
    )
    def answer(self, which: int, reply: str, phone: bool) -> None:
        found = [one for one in self.offers() if one.state in (*STANDING, "expired")]
        if found:
            self._answer(found[which % len(found)], reply, phone=phone)

    def _answer(self, offer: Offer, reply: str, *, phone: bool) -> None:
        if phone:
            body = {"reply": reply, "said_by": "elle-même", "reason": "au téléphone"}
            answer = self.ask("POST", f"{BASIN}/offers/{offer.id}/answer", body)
        else:
            link = offers.link_of(self.world.service, offer).removeprefix("http://127.0.0.1:8000")
            answer = self.world.client.post(link, json={"reply": reply})
            assert answer.status_code in REFUSALS
        if answer.status_code == 200 and reply == "decline":
            self.declined.add(offer.id)
            self.read.forgets(offer.worker_id, offer.visit_id)
        elif answer.status_code == 200:
            # Also where she had let her time pass: what she said yes to herself, she knows.
            self.read.starts[offer.worker_id, offer.visit_id] = offer.starts_at

    def answer_of(self, visit: str, reply: str) -> None:
        """By telephone, of whoever was told of it last."""
        found = [one for one in self.offers() if one.visit_id == visit and one.state in STANDING]
        if found:
            self._answer(found[-1], reply, phone=True)

    @rule(which=st.integers(0, 9))
    def is_prevented(self, which: int) -> None:
        found = [one for one in self.offers() if one.state in STANDING]
        if found:
            offer, body = found[which % len(found)], {"reply": "unable", "reason": "malade"}
            if self.ask("POST", f"{BASIN}/offers/{offer.id}/answer", body).status_code == 200:
                self.read.forgets(offer.worker_id, offer.visit_id)

    @rule(worker=st.sampled_from(WORKERS))
    def breaks_down(self, worker: str) -> None:
        self.ask(
            "POST", f"{BASIN}/incidents", {"kind": "worker_away", "worker_id": worker, "cause": "breakdown"}
        )

    @rule()
    def whoever_was_away_is_back(self) -> None:
        for row in self.world.get(f"{BASIN}/incidents?is_open=true")["items"]:
            self.ask("POST", f"{BASIN}/incidents/{row['id']}/end", {}, If_Match=f'"{row["version"]}"')

    @rule(minutes=st.sampled_from([1, 5, 20, 45, 120]))
    def clock_goes_on(self, minutes: int) -> None:
        # The plan is of one day: once it is over, no problem can be composed of it.
        if (self.now + timedelta(minutes=minutes)).astimezone(PARIS).date() == NOW.date():
            self.world.later(minutes=minutes)

    @rule()
    def silence(self) -> None:
        offers.expire(self.world.service)
        for offer in self.offers():
            if offer.state == "expired":  # her letter said until when
                self.read.forgets(offer.worker_id, offer.visit_id)

    @rule(
        which=st.integers(0, 5),
        visit=st.sampled_from(VISITS),
        worker=st.sampled_from(WORKERS),
        waives=st.booleans(),
    )
    def edit(self, which: int, visit: str, worker: str, waives: bool) -> None:
        found = [
            *self.world.get(f"{BASIN}/plans?state=proposed")["items"],
            *self.world.get(f"{BASIN}/plans?state=published")["items"],
        ]
        if not found:
            return
        plan = found[which % len(found)]
        edits: list[dict[str, Any]] = [{"kind": "move", "visit_id": visit, "worker_id": worker}]
        if waives:
            edits.append(
                {
                    "kind": "waive",
                    "rule": "COMPETENCIES",
                    "worker_id": worker,
                    "visit_id": visit,
                    "reason": "essai",
                }
            )
        body = {"edits": edits, "state": "proposed"}
        self.ask("POST", f"{BASIN}/plans/{plan['id']}/edits", body, If_Match=f'"{plan["version"]}"')

    @rule(by_hand=st.booleans(), happens=st.sampled_from(OVERTAKING), which=st.integers(0, 9))
    def is_overtaken(self, by_hand: bool, happens: str, which: int) -> None:
        """A proposal is made, by a search or by an edit that gives a stop to somebody else; something
        happens; then it is published."""
        if happens == "texts":
            firm(self.world)
        waiting, plan = [one for one in self.offers() if one.state in WAITING], self._published()
        offer = waiting[which % len(waiting)] if waiting else None
        if by_hand and offer is not None and plan is not None:
            other = next(name for name in WORKERS if name != offer.worker_id)
            moved = {"kind": "move", "visit_id": offer.visit_id, "worker_id": other}
            body = {"edits": [moved], "state": "proposed"}
            self.ask("POST", f"{BASIN}/plans/{plan.id}/edits", body, If_Match=f'"{plan.version}"')
        else:
            self.search_begins(False)
            self.search_ends()
        if happens == "texts":
            refusable(self.world)
        elif happens == "silence":
            self.clock_goes_on(45)
            self.silence()
        elif offer is not None and happens == "client":
            self.client_refuses(offer.visit_id, offer.worker_id)
        elif offer is not None and happens == "engagement":
            self.engagement_ends(offer.worker_id)
        elif offer is not None:
            reply = "acknowledge" if happens == "accept" and offer.kind == "firm" else happens
            self._answer(offer, reply, phone=True)
        self.publish(0)

    @rule(which=st.integers(0, 9), minutes=st.sampled_from([-30, 5, 12, 50]))
    def is_moved(self, which: int, minutes: int) -> None:
        """What somebody was told is put at another hour by hand, and published."""
        told = [one for one in self.offers() if one.state in STANDING]
        if told:
            offer = told[which % len(told)]
            self._published_by_hand(_pinned(offer.visit_id, offer.starts_at + timedelta(minutes=minutes)))

    @rule(which=st.integers(0, 9), visit=st.sampled_from(VISITS))
    def another_visit_takes_her_hours(self, which: int, visit: str) -> None:
        """What somebody was told goes to somebody else, and she gets another visit at these hours."""
        told = [one for one in self.offers() if one.state in STANDING and one.visit_id != visit]
        if told:
            offer = told[which % len(told)]
            other = next(name for name in WORKERS if name != offer.worker_id)
            self._published_by_hand(
                {"kind": "move", "visit_id": offer.visit_id, "worker_id": other},
                {"kind": "move", "visit_id": visit, "worker_id": offer.worker_id},
                _pinned(visit, offer.starts_at),
            )

    def _published_by_hand(self, *edits: dict[str, Any]) -> None:
        plan = self._published()
        if plan is None:
            return
        body = {"edits": list(edits), "state": "proposed"}
        made = self.ask("POST", f"{BASIN}/plans/{plan.id}/edits", body, If_Match=f'"{plan.version}"')
        if made.status_code == 201:
            self.publish(0)

    @rule(worker=st.sampled_from(WORKERS))
    def engagement_ends(self, worker: str) -> None:
        self._changed(worker, lambda body: {**body, "engagements": []})

    @rule(visit=st.sampled_from(VISITS), worker=st.sampled_from(WORKERS))
    def client_refuses(self, visit: str, worker: str) -> None:
        row = self.ask("GET", f"{BASIN}/visits/{visit}")
        if row.status_code == 200:
            body = {**row.json()["value"], "forbidden_workers": [worker]}
            self.ask("PUT", f"{BASIN}/visits/{visit}", body, If_Match=row.headers["ETag"])

    @rule(is_firm=st.booleans())
    def texts_change(self, is_firm: bool) -> None:
        """Hours may be imposed at once from now on, or refused."""
        (firm if is_firm else refusable)(self.world)

    @rule()
    def post_goes(self) -> None:
        """After it, nobody holds what is no longer true."""
        self.read.post(self.world.service)
        placed = {
            (offer.worker_id, offer.visit_id): offer for offer in self.offers() if offer.state in STANDING
        }
        with self.world.service.database.reading() as session:
            told = set(session.scalars(select(Outcome.visit_id)))
            done = set(session.scalars(select(Outcome.visit_id).where(Outcome.done)))
            provider_of = {row.id: row.provider_id for row in session.scalars(select(Visit))}
        ahead = {
            pair: one for pair, one in placed.items() if one.starts_at > self.now and one.visit_id not in told
        }
        for pair, start in self.read.starts.items():
            if start > self.now and pair[1] not in told:
                there = ahead[pair].starts_at if pair in ahead else None
                assert there == start, (
                    f"{pair[0]} believes that she does {pair[1]} at {start}, and it is {there}"
                )
        assert ahead.keys() <= self.read.starts.keys(), "told to come, and nobody told her"
        carers = {visit: worker for (worker, visit), offer in placed.items() if offer.starts_at > self.now}
        begun = {visit for visit, (_, start) in self.in_force().items() if start <= self.now}
        for (provider, visit), worker in self.read.carers.items():
            if visit not in begun | done and provider_of.get(visit) == provider:
                assert carers.get(visit, NOBODY) == worker, (
                    f"{provider} believes that {worker or 'nobody'} comes for {visit}"
                )

    @rule(which=st.integers(0, 9), within=st.booleans())
    def is_killed(self, which: int, within: bool) -> None:
        """kill -9: the next process finds the files as they lie. What anybody was answered is there; of an
        answer that was being written, nothing."""
        before = self.answered()
        service, left = self.world.service, self.folder_of_its_own / str(next(NUMBERS))
        die = partial(copytree, self.files, left, dirs_exist_ok=True)
        waiting = [one for one in self.offers() if one.state in WAITING]
        if within and waiting:
            event.listen(service.database.engine, "commit", lambda connection: die())
            self._answer(waiting[which % len(waiting)], "accept", phone=True)
        die() if not left.exists() else None
        service.database.close()
        clock = service.clock
        assert isinstance(clock, ShiftedClock)
        self.begins_on(left, clock.shift)
        assert self.answered() == before

    def answered(self) -> dict[str, Any]:
        return {name: self.world.get(f"{BASIN}/{name}") for name in KEPT}

    @rule(worker=st.sampled_from(WORKERS), hour=st.sampled_from(["07:00", "12:00"]))
    def comes_later(self, worker: str, hour: str) -> None:
        stay = {"start": f"2026-03-09T{hour}:00+01:00", "end": "2026-03-09T20:00:00+01:00"}
        self._changed(worker, lambda body: {**body, "availability": [stay]})

    def _changed(self, worker: str, change: Any) -> None:
        row = self.ask("GET", f"{BASIN}/workers/{worker}")
        self.ask(
            "PUT", f"{BASIN}/workers/{worker}", change(row.json()["value"]), If_Match=row.headers["ETag"]
        )

    @rule(visit=st.sampled_from(VISITS), done=st.booleans())
    def outcome(self, visit: str, done: bool) -> None:
        row = [one for one in self.world.get(f"{BASIN}/outcomes")["items"] if one["visit_id"] == visit]
        head = {"If_Match": f'"{row[0]["version"]}"'} if row else {}
        self.ask("PUT", f"{BASIN}/outcomes/{visit}", {"done": done}, **head)

    # -- what must hold -------------------------------------------------------------------------------------
    def offers(self) -> list[Offer]:
        with self.world.service.database.reading() as session:
            return list(session.scalars(select(Offer).order_by(Offer.id)))

    def in_force(self) -> dict[str, tuple[str, datetime]]:
        plan = self._published()
        return {} if plan is None else dict(_placed(plan))

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
        Day.played += 1
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
        placed = dict(_placed(plan))
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
        wanted = {
            one.visit.id for one in problem.requests if one.visit.windows[-1].hard_latest >= problem.now
        }
        assert wanted - begun <= known, (wanted - begun - known, listed["uncovered"])

    def what_is_in_force_is_lawful_or_on_the_list(self, today: Problem, listed: list[dict[str, Any]]) -> None:
        """By today's rows, whatever problem was kept with the plan; the list says since when and why not."""
        row = self._published()
        assert row is not None
        with self.world.service.database.reading() as session:
            plan = kept.read_back(row, kept.fetch_problem(session, row.digest))
        found, ahead = judged(today, plan), {visit for visit, (_, start) in _placed(row) if start > self.now}
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


def _not_shared(_: object, names: list[str]) -> list[str]:
    """What SQLite shares between its connections belongs to no copy."""
    return [name for name in names if name.endswith("-shm")]


def _pinned(visit: str, start: datetime) -> dict[str, Any]:
    return {"kind": "pin", "visit_id": visit, "start": start.astimezone(PARIS).isoformat()}


def _placed(plan: Plan) -> Iterator[tuple[str, tuple[str, datetime]]]:
    for route in plan.document["routes"]:
        for stop in route["stops"]:
            yield stop["visit_id"], (route["worker_id"], datetime.fromisoformat(stop["start"]))


Day.TestCase.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    derandomize="COMMITMENTS_STEPS" not in os.environ,
    suppress_health_check=list(HealthCheck),
)
TestDay = Day.TestCase
