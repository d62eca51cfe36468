"""A basin's day in any order: absences, searches that begin and end, publications, answers, silence, edits,
outcomes, time.

After every step what was promised must hold (docs/commitments.md). Few steps here; `make commitments` does
ten thousand.
"""

from __future__ import annotations

import itertools
import os
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

from fastapi.testclient import TestClient
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from sqlalchemy import event, select

from api.commitments.states import AGREED, STANDING, WAITING
from api.cycle import offers
from api.runtime.clock import ShiftedClock, SystemClock
from api.runtime.roles import Role
from api.service.service import Service
from api.store.basin_tables import Visit
from api.store.cycle_tables import Offer, Outcome
from api.store.engine import Database
from brigade.units import PARIS
from tests.api.commitments.day_promises import Promises
from tests.api.conftest import World, settings_for, wish, world_on
from tests.api.letters_read import NOBODY, Read
from tests.api.plans.test_off_duty import firm, refusable
from tests.api.small_basin import BASIN, NOW, absence, meeting

C = Role.COORDINATOR
EXAMPLES, STEPS = (
    int(os.environ.get("COMMITMENTS_EXAMPLES", "3")),
    int(os.environ.get("COMMITMENTS_STEPS", "12")),
)
AWAY = {"ABS-1": absence(), "ABS-2": absence(id="ABS-2", provider_id="S2", employee_id="A-2")}
OVERTAKING = ("accept", "decline", "accept", "texts", "silence", "client", "engagement")
VISITS, WORKERS = ("V1", "V2", "V3", "V4", "V5"), ("W1", "W2", "W3")
CLIENTS = ("S1:A", "S1:B", "S1:C")
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


class Day(Promises, RuleBasedStateMachine):
    """Two coordinators, three workers, five visits of one Monday."""

    model: ClassVar[tuple[Path, World] | None] = None
    folder: ClassVar[TemporaryDirectory[str]]
    opened: ClassVar[dict[tuple[bool, str, bool], tuple[Path, datetime]]] = {}
    """What days begin with, by what was asked: the files it left, and when."""

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
            self.read.forgets(offer.worker_id, offer.subject_id)
        elif answer.status_code == 200:
            # Also where she had let her time pass: what she said yes to herself, she knows.
            self.read.starts[offer.worker_id, offer.subject_id] = offer.starts_at

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
                self.read.forgets(offer.worker_id, offer.subject_id)

    @rule(worker=st.sampled_from(WORKERS))
    def breaks_down(self, worker: str) -> None:
        self.ask(
            "POST", f"{BASIN}/incidents", {"kind": "worker_away", "worker_id": worker, "cause": "breakdown"}
        )

    @rule(worker=st.sampled_from(WORKERS), minutes=st.sampled_from([5, 25, 90]))
    def is_late(self, worker: str, minutes: int) -> None:
        self.ask(
            "POST", f"{BASIN}/incidents", {"kind": "worker_late", "worker_id": worker, "late_min": minutes}
        )

    @rule(client=st.sampled_from(CLIENTS), until=st.sampled_from([None, "11:00", "18:00"]))
    def client_is_away(self, client: str, until: str | None) -> None:
        body = {"kind": "client_away", "client_id": client, "cause": "hospital"}
        if until is not None:
            body["until"] = f"2026-03-09T{until}:00+01:00"
        self.ask("POST", f"{BASIN}/incidents", body)

    @rule(client=st.sampled_from(CLIENTS))
    def client_leaves(self, client: str) -> None:
        self.ask("POST", f"{BASIN}/incidents", {"kind": "client_left", "client_id": client})

    @rule(visit=st.sampled_from(VISITS), cause=st.sampled_from(["no_entry", "absent"]))
    def nobody_opens(self, visit: str, cause: str) -> None:
        worker, _ = self.in_force().get(visit, (WORKERS[0], self.now))
        body = {"kind": "client_not_met", "visit_id": visit, "worker_id": worker, "cause": cause}
        self.ask("POST", f"{BASIN}/incidents", body)

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
                self.read.forgets(offer.worker_id, offer.subject_id)

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

    @rule(hour=st.sampled_from([None, "11:00", "14:00", "17:00"]), at_least=st.sampled_from([None, 1, 2]))
    def meets(self, hour: str | None, at_least: int | None) -> None:
        """A team meeting is entered, moved or called off."""
        row = self.ask("GET", f"{BASIN}/work-blocks/R-01")
        head = {"If_Match": row.headers["ETag"]} if row.status_code == 200 else {}
        if hour is not None:
            block = meeting(hour, **({} if at_least is None else {"at_least": at_least}))
            self.ask("PUT", f"{BASIN}/work-blocks/R-01", block, **head)
        elif head:
            self.ask("DELETE", f"{BASIN}/work-blocks/R-01", **head)

    @rule(is_firm=st.booleans())
    def texts_change(self, is_firm: bool) -> None:
        """Hours may be imposed at once from now on, or refused."""
        (firm if is_firm else refusable)(self.world)

    @rule()
    def post_goes(self) -> None:
        """After it, nobody holds what is no longer true."""
        self.read.post(self.world.service)
        placed = {
            (offer.worker_id, offer.subject_id): offer for offer in self.offers() if offer.state in STANDING
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


def _not_shared(_: object, names: list[str]) -> list[str]:
    """What SQLite shares between its connections belongs to no copy."""
    return [name for name in names if name.endswith("-shm")]


def _pinned(visit: str, start: datetime) -> dict[str, Any]:
    return {"kind": "pin", "visit_id": visit, "start": start.astimezone(PARIS).isoformat()}


Day.TestCase.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    derandomize="COMMITMENTS_STEPS" not in os.environ,
    suppress_health_check=list(HealthCheck),
)
TestDay = Day.TestCase
