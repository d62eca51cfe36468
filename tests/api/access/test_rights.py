"""What anybody may ask about herself: all that is held, to be forgotten; and what is forgotten without being
asked."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from typing import Any

import pytest
from sqlalchemy import select, text

from api.access import trail as audit
from api.persons import erasing, retention
from api.runtime.roles import Role
from api.shapes.kept.job_shapes import Heard, LeastChange, LeftOut
from api.shapes.kept.kept_shapes import Failure, KeptIssue
from api.shapes.kept.subject_shapes import MessageFailed, SearchFailed, Subject
from api.shapes.planning.plan_views import ChangesView, CostsView, LeastChangeView
from api.store.account_tables import AuditHead
from api.store.base import Table
from api.store.basin_tables import Client, Visit, Worker
from api.store.cycle_tables import Job, Outcome, Plan, Problem
from api.store.message_tables import Message
from tests.api.conftest import PASSWORD, World, begins, wish
from tests.api.small_basin import BASIN, absence

A, C, M, W, E, F = Role
CLIENT = {"name": "Mme Zénobie Marquée", "entry": "code 4271B"}
NAMES = {"S1:A": "Zénobie", "W1": "Yolande"}
KEPT_AS_IT_WAS = {"audit", "remembered_requests"}


@pytest.fixture
@begins
def worked(world: World) -> World:
    """W1 did V1 at S1:A's on Monday, and the day is over; both are known by name, and S1:A had asked for
    W1."""
    wish(world, replan="on_request")
    visit = world.get(f"{BASIN}/visits/V1")["value"]
    named = {**visit, "preferred_workers": ["W1"], "usual_workers": ["W1", "W2"]}
    assert world.ask(M, "PUT", f"{BASIN}/visits/V1", named, If_Match='"1"').status_code == 200
    world.ask(M, "PUT", f"{BASIN}/client-identities/S1:A", CLIENT)
    world.ask(C, "PUT", f"{BASIN}/worker-identities/W1", {"name": "Yolande Distincte"})
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    for other in ("W2", "W3"):
        row = world.ask(C, "GET", f"{BASIN}/workers/{other}")
        world.ask(
            C, "PUT", f"{BASIN}/workers/{other}", {**row.json()["value"], "availability": []}, If_Match='"1"'
        )
    assert world.publish(world.propose()).status_code == 200
    for offer in world.get(f"{BASIN}/offers")["items"]:
        world.ask(W, "POST", f"{BASIN}/offers/{offer['id']}/answer", {"reply": "accept"})
    world.later(days=1)
    assert world.ask(C, "PUT", f"{BASIN}/outcomes/V1", {"done": True}).status_code == 201
    return world


def erase(world: World, path: str, role: Role = C) -> Any:
    return world.ask(role, "POST", f"{BASIN}/{path}/erasure", {"confirm": path.partition("/")[2]})


def everything_kept(world: World) -> str:
    """Every cell of every table but the trail, documents unpacked."""
    cells = []
    with world.service.database.reading() as session:
        for name in Table.metadata.tables:
            if name not in KEPT_AS_IT_WAS:
                cells += [str(tuple(row)) for row in session.execute(text(f"SELECT * FROM {name}"))]
        cells += [gzip.decompress(row.document).decode() for row in session.scalars(select(Problem))]
    return "\n".join(cells)


def test_a_client_is_told_everything_that_is_held_about_her(worked: World) -> None:
    told = worked.ask(M, "GET", f"{BASIN}/clients/S1:A/dossier")
    assert told.status_code == 200, told.text
    dossier = told.json()
    assert dossier["identity"] == CLIENT
    assert {row["id"] for row in dossier["rows"]["visits"]} == {"V1"}
    assert [row["visit_id"] for row in dossier["rows"]["outcomes"]] == ["V1"]
    assert [part["visit_id"] for plan in dossier["plans"] for part in plan["parts"]] == ["V1"]
    assert {"clients.imported", "client-identities.created"} <= {
        entry["action"] for entry in dossier["trail"]
    }
    assert "link_nonce" not in told.text
    (event,) = worked.get(f"{BASIN}/events?action=clients.exported")["items"]
    assert event["target"] == "S1:A"


def test_a_worker_asks_for_her_own_dossier_and_for_no_other(worked: World) -> None:
    dossier = worked.ask(W, "GET", f"{BASIN}/workers/W1/dossier").json()
    assert dossier["identity"] == {"name": "Yolande Distincte"}
    assert {part["worker_id"] for plan in dossier["plans"] for part in plan["parts"]} == {"W1"}
    assert [account["login"] for account in dossier["accounts"]] == ["worker"]
    assert {row["worker_id"] for name in ("offers", "outcomes") for row in dossier["rows"][name]} == {"W1"}
    assert worked.ask(W, "GET", f"{BASIN}/workers/W2/dossier").status_code == 404
    assert worked.ask(E, "GET", f"{BASIN}/workers/W1/dossier").status_code == 403
    assert worked.ask(M, "GET", f"{BASIN}/clients/S2:D/dossier").status_code == 404


@pytest.mark.parametrize(("path", "id"), [("clients/S1:A", "S1:A"), ("workers/W1", "W1")])
def test_whoever_is_erased_stands_nowhere_but_in_the_trail(worked: World, path: str, id: str) -> None:
    """Neither in rows nor in documents; hours and evidence go on under a pseudonym that nothing links to the
    old one."""
    assert f'"{id}"' in everything_kept(worked)
    asked = erase(worked, path)
    assert asked.status_code == 202, asked.text
    pseudonym = asked.json()["pseudonym"]
    assert worked.ask(C, "GET", f"{BASIN}/{path}").status_code == 404
    assert worked.ask(C, "GET", f"{BASIN}/{path.replace('s/', '-identities/')}").status_code == 404
    assert erasing.rewrite(worked.service) == 1
    kept = everything_kept(worked)
    assert pseudonym in kept
    assert not [
        word
        for word in (f'"{id}"', f"'{id}'", "Zénobie", "Yolande", '"worker"')
        if word in kept and word != '"worker"'
    ]
    (done,) = worked.get(f"{BASIN}/erasures")["items"]
    assert done["done_at"] is not None
    assert "pseudonym" not in done
    with worked.service.database.reading() as session:
        trail = "".join(audit.lines(session))
        outcome = session.scalars(select(Outcome)).one()
        assert pseudonym in (outcome.client_id, outcome.worker_id)
        assert audit.first_break(session) is None
    assert pseudonym not in trail
    assert erasing.rewrite(worked.service) == 0


@pytest.fixture
def named(worked: World) -> World:
    """W1 in what documents say of people otherwise than under a name of hers: what a search had heard, rows
    set aside, whom a plan disturbs, what messages and failures tell."""
    with worked.service.database.writing() as session:
        job = session.scalars(select(Job)).first()
        plan = session.scalars(select(Plan)).first()
        assert job is not None
        assert plan is not None
        said = KeptIssue(code="P311", where="workers.W1.contract", words="not_planned", values={"of": "W1"})
        heard = Heard(announced=(("V1", "W1"),), asked=(("V2", "W1"), ("V2", "W10")), expired=(("V3", "W1"),))
        job.wish = LeastChange(
            effort=job.wish.effort, from_plan_id=plan.id, pinned_workers=("W1",), heard=heard
        )
        job.set_aside = [LeftOut(kind="workers", id="W1", visits=[], version=1, **dict(said))]
        job.failure = Failure(code="search_failed", detail="rien pour W1 avant midi", issues=[said])
        changes = LeastChangeView(
            diff=ChangesView(counts={}, kept=[], changes=[], left=[]),
            disturbed=["W1", "W10"],
            within_budget=True,
            kept_unlawful=[],
            costs=CostsView(terms={}, uncovered=[0] * 5, points=0, total=0),
            elapsed_s=0.1,
            iterations=1,
        )
        plan.story = plan.story.model_copy(update={"changes": changes, "mended": ["W1 est absente"]})
        failed = MessageFailed(message_id="m", kind="tour_changed", contact_id="worker:W1", code="no_contact")
        told = SearchFailed(first_day="2026-03-09", told=[said, "P311 W1"])
        session.add_all(_message(worked, number, about) for number, about in enumerate((failed, told)))
        session.commit()
    return worked


def _message(world: World, number: int, about: Subject) -> Message:
    clock = world.service.clock
    return Message.made(
        clock,
        "B1",
        kind=about.KIND,
        cause=f"test:{number}",
        channel="email",
        contact_id="provider:S1",
        provider_id="S1",
        about=about.model_dump(mode="json"),
        state="sent",
        next_at=clock.now(),
        failure=None,
    )


def test_whoever_is_erased_is_gone_from_whatever_tells_of_her(named: World) -> None:
    """Pairs, lists, addresses, sentences: the code of no other, of which hers is a part, is touched."""
    hers = re.compile(r"(?<![\w-])W1(?![\w-])")
    pseudonym = erase(named, "workers/W1").json()["pseudonym"]
    assert erasing.rewrite(named.service) == 1
    assert [line for line in everything_kept(named).splitlines() if hers.search(line)] == []
    with named.service.database.reading() as session:
        job = session.scalars(select(Job).where(Job.failure.is_not(None))).first()
        assert job is not None
        assert isinstance(job.wish, LeastChange)
        assert job.wish.heard.asked == (("V2", pseudonym), ("V2", "W10"))
        assert [one.id for one in job.set_aside] == [pseudonym]
        assert job.failure is not None
        assert job.failure.detail == f"rien pour {pseudonym} avant midi"
        told = [one.story.changes for one in session.scalars(select(Plan)) if one.story.changes is not None]
        assert [one.disturbed for one in told] == [[pseudonym, "W10"]]
        failed = session.scalars(select(Message).where(Message.kind == MessageFailed.KIND)).one()
        assert failed.about["contact_id"] == f"worker:{pseudonym}"


def test_what_is_kept_of_an_erased_person_is_still_judged_whole(worked: World) -> None:
    """Plans are found again with their problem, digest included, and payroll keeps its hours."""
    erase(worked, "clients/S1:A")
    erase(worked, "workers/W1")
    assert erasing.rewrite(worked.service) == 2
    (plan,) = worked.get(f"{BASIN}/plans?state=published")["items"]
    checked = worked.get(f"{BASIN}/plans/{plan['id']}/check")
    assert (checked["digest_holds"], checked["violations"]) == (True, [])
    (outcome,) = worked.get(f"{BASIN}/outcomes")["items"]
    assert outcome["worker_id"].startswith("erased-")
    (paid,) = worked.get(f"{BASIN}/exports/payroll?first_day=2026-03-01&last_day=2026-03-31")["rows"]
    assert (paid["worker_id"], paid["service_min"]) == (outcome["worker_id"], 60)
    with worked.service.database.reading() as session:
        stub = session.get_one(Visit, ("B1", "V1")).client_id
        assert stub.startswith("erased-")
        assert session.get(Client, ("B1", stub)) is not None
        assert session.get(Worker, ("B1", "W1")) is None


def test_an_erased_worker_no_longer_comes_in(worked: World) -> None:
    assert erase(worked, "workers/W1").status_code == 202
    assert worked.ask(W, "GET", BASIN).status_code == 401
    assert (
        worked.client.post("/v1/sessions", json={"login": "worker", "password": PASSWORD}).status_code == 401
    )
    assert "worker" not in {one["login"] for one in worked.get("/v1/accounts", A)["items"]}


def test_nobody_is_erased_whom_the_plan_still_expects(world: World) -> None:
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    world.search()
    (proposal,) = world.get(f"{BASIN}/plans?state=proposed")["items"]
    world.publish(proposal)
    worker = world.get(f"{BASIN}/offers")["items"][0]["worker_id"]
    for path in ("clients/S1:A", f"workers/{worker}"):
        refused = erase(world, path)
        assert (refused.status_code, refused.json()["code"]) == (409, "A406")
    wrong = world.ask(C, "POST", f"{BASIN}/clients/S1:A/erasure", {"confirm": "S1:B"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "A306")
    assert world.ask(M, "POST", f"{BASIN}/clients/S2:D/erasure", {"confirm": "S2:D"}).status_code == 404


def test_an_erasure_waits_for_a_search_that_holds_the_problem(worked: World) -> None:
    """The search ends as it began; then the documents are rewritten."""
    with worked.service.database.writing() as session:
        job_digest = session.scalars(select(Plan.digest)).first()
        session.execute(text("UPDATE jobs SET state = 'running' WHERE digest = :one"), {"one": job_digest})
        session.commit()
    erase(worked, "clients/S1:A")
    assert erasing.rewrite(worked.service) == 0
    assert worked.get(f"{BASIN}/erasures")["items"][0]["done_at"] is None
    with worked.service.database.writing() as session:
        session.execute(text("UPDATE jobs SET state = 'done'"))
        session.commit()
    assert erasing.rewrite(worked.service) == 1


def test_what_no_longer_has_to_be_kept_goes_by_itself(worked: World) -> None:
    """Once a day. After 25 months the clients; after 37 the hours, and with them plans and problems."""
    assert retention.due(worked.service)
    retention.run(worked.service)
    assert not retention.due(worked.service)
    assert worked.get(f"{BASIN}/outcomes")["items"] != []
    worked.later(days=25 * 31)
    assert retention.due(worked.service)
    assert retention.run(worked.service)["clients"] == 5
    assert erasing.rewrite(worked.service) == 5
    kept = everything_kept(worked)
    assert not [word for word in ("Zénobie", '"S1:A"', "'S1:A'") if word in kept]
    worked.later(days=13 * 31)
    gone = retention.run(worked.service)
    assert (gone["outcomes"], gone["plans"], gone["problems"]) == (1, 1, 1)
    with worked.service.database.reading() as session:
        assert [
            session.scalars(select(table)).all() for table in (Outcome, Plan, Problem, Visit, Client)
        ] == [
            [],
            [],
            [],
            [],
            [],
        ]
        assert audit.first_break(session) is None


def test_an_hour_that_a_funder_paid_is_kept_with_its_evidence(worked: World) -> None:
    with worked.service.database.writing() as session:
        session.execute(text("UPDATE outcomes SET funding_line_id = 'F1'"))
        session.commit()
    worked.later(days=38 * 31)
    retention.run(worked.service)
    with worked.service.database.reading() as session:
        assert [len(session.scalars(select(table)).all()) for table in (Outcome, Plan, Problem)] == [1, 1, 1]


def test_the_oldest_of_the_trail_may_go_and_nothing_else_of_it(worked: World) -> None:
    """What is left still verifies; taking more than was said does not."""
    worked.later(days=73 * 31)
    retention.run(worked.service)
    shown = worked_verify(worked)
    assert (shown["first_break"], shown["entries"] < 12) == (None, True)
    with worked.service.database.writing() as session:
        head = session.get_one(AuditHead, 1)
        first = session.execute(text("SELECT seq, hash FROM audit ORDER BY seq LIMIT 1")).one()
        head.base_seq, head.base_hash = first
        session.flush()
        session.execute(text("DELETE FROM audit WHERE seq = :one"), {"one": first.seq})
        session.commit()
        assert audit.first_break(session) == first.seq + 1


def worked_verify(world: World) -> dict[str, Any]:
    """By an administrator who logs in anew: the tokens are long over."""
    world.client.cookies.clear()
    assert (
        world.client.post("/v1/sessions", json={"login": "administrator", "password": PASSWORD}).status_code
        == 201
    )
    shown: dict[str, Any] = world.client.get("/v1/audit/verify").json()
    return shown


def test_the_trail_is_taken_away_whole_and_verified_elsewhere(world: World) -> None:
    """By anybody who can hash: sha256 over each line without its hash, which the next one repeats."""
    text = world.ask(A, "GET", "/v1/audit/export").text
    before = "0" * 64
    for line in text.splitlines():
        entry = json.loads(line)
        told = entry.pop("hash")
        canonical = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert (entry["before"], hashlib.sha256(canonical.encode()).hexdigest()) == (before, told)
        before = told
    head = world.get("/v1/audit/verify", A)
    assert head["entries"] == len(text.splitlines()) + 1  # the export itself
