"""The letters of one day, word for word, in both languages: published, retimed, uncovered, withdrawn
(tests/data/letters).

`BRIGADE_WRITE_LETTERS=1` writes them anew, to be read before they are committed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.rights import Principal
from api.access.scope import Scoped
from api.letters import letters, sms
from api.letters.letters import WrittenLetter
from api.messages import queueing
from api.runtime.roles import Role
from api.shapes.cycle_requests import OffDuty
from api.shapes.kept.story_shapes import OffDutyDecision
from api.shapes.kept.subject_shapes import OnCallChanged, RowsSetAside, TourChanged, TourTomorrow
from api.shapes.planning.swap_shapes import SwapState
from api.store.cycle_tables import Plan, SwapQuestion
from api.store.message_tables import Message, Webhook
from brigade.exchange.shapes.plan_shapes import ProposedSwapShape
from brigade.ports import Clock
from brigade.units import PARIS
from tests.api.conftest import World, wish
from tests.api.small_basin import BASIN, NOW, absence

C, M, W = Role.COORDINATOR, Role.MANAGER, Role.WORKER
FOLDER = Path(__file__).resolve().parents[2] / "data" / "letters"
STAGES = ("published", "retimed", "uncovered", "withdrawn")
MADE_IDS = re.compile(r"\b(plan|abs|job|message|offer|webhook|account)-[0-9a-f]{12}\b")
ENUM = re.compile(r"\b[a-z]+_[a-z_]+\b")
LINK = re.compile(r"http://127\.0\.0\.1:8000/v1/tours/[\w-]{36}")


def edited(world: World, *edits: dict[str, Any]) -> None:
    """The plan in force, edited by hand and published."""
    (plan,) = world.get(f"{BASIN}/plans?state=published")["items"]
    head = {"If_Match": f'"{plan["version"]}"'}
    draft = world.ask(
        C, "POST", f"{BASIN}/plans/{plan['id']}/edits", {"edits": list(edits), "state": "proposed"}, **head
    )
    assert draft.status_code == 201, draft.text
    answer = world.publish(draft.json()["plan"])
    assert answer.status_code == 200, answer.text


def ready(world: World) -> None:
    """W3 alone is there; everybody can be reached; places, and a number to call, are known."""
    wish(world, telephone="+33321000000", replan="on_request", offers={"next_wave": "on_request"})
    for site, commune in {"A": "62510", "B": "62498", "C": "62065"}.items():
        world.rewrite(f"sites/{site}", commune=commune)
    for worker in ("W1", "W2"):
        world.rewrite(f"workers/{worker}", availability=[])
    account = next(
        one["id"]
        for one in world.get("/v1/accounts", Role.ADMINISTRATOR)["items"]
        if one["role"] == "coordinator"
    )
    for id in ("worker:W3", "provider:S1", "provider:S2", f"account:{account}"):
        body = {"id": id, "email": "x@example.org", "phone": "+33600000003"}
        assert world.ask(C, "PUT", f"{BASIN}/contacts/{id}", body).status_code == 201


def stages(world: World) -> Iterator[str]:
    """Each named once it has happened."""
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    assert world.publish(world.propose()).status_code == 200
    yield "published"
    later = [{"earliest": "2026-03-09T10:45:00+01:00", "latest": "2026-03-09T11:00:00+01:00"}]
    world.rewrite("visits/V2", windows=later)
    assert world.publish(world.propose()).status_code == 200
    yield "retimed"
    (plan,) = world.get(f"{BASIN}/plans?state=published")["items"]
    edited(world, {"kind": "unassign", "visit_id": "V1"})
    assert plan["id"] != world.get(f"{BASIN}/plans?state=published")["items"][0]["id"]
    yield "uncovered"
    row = world.ask(M, "GET", f"{BASIN}/absences/ABS-1")
    assert world.ask(M, "DELETE", f"{BASIN}/absences/ABS-1", If_Match=row.headers["ETag"]).status_code == 204
    assert world.publish(world.propose()).status_code == 200
    yield "withdrawn"


def written(world: World, seen: set[str]) -> Iterator[tuple[Message, dict[str, WrittenLetter]]]:
    """The letters of the messages since, each with its words in both languages; they have left then."""
    with world.service.database.writing() as session:
        for row in session.scalars(
            select(Message).where(Message.id.not_in(seen)).order_by(Message.contact_id, Message.id)
        ):
            seen.add(row.id)
            both = {lang: letters.write(world.service, session, row, lang) for lang in ("fr", "en")}
            row.state = "obsolete" if both["fr"] is None else "sent"
            told = {lang: one for lang, one in both.items() if one is not None}
            assert len(told) in (0, 2), row.kind
            if told:
                yield row, told
        session.commit()


def page(found: list[tuple[Message, dict[str, WrittenLetter]]], lang: str) -> str:
    def shown(row: Message, one: WrittenLetter) -> str:
        head = f"=== {row.kind} -> {row.contact_id.partition(':')[0]} ({sms.parts(one.sms)})\n"
        return LINK.sub(
            "http://127.0.0.1:8000/v1/tours/…", f"{head}{one.subject}\n\n{one.text}\n[SMS] {one.sms}\n"
        )

    return "\n".join(shown(row, told[lang]) for row, told in found)


def test_the_letters_of_one_day_word_for_word(world: World) -> None:
    """Every letter says something, in words: no made id, no name of a code, nothing of another SAAD, one
    link; an SMS fits."""
    ready(world)
    seen: set[str] = set()
    for stage in stages(world):
        found = list(written(world, seen))
        assert found, stage
        for row, told in found:
            for one in told.values():
                plain = LINK.sub("", f"{one.subject}\n{one.text}\n{one.sms}")
                assert len(one.sms) > 25, row.kind
                assert (MADE_IDS.findall(plain), ENUM.findall(plain)) == ([], []), row.kind
                assert one.text.count("/v1/") + one.sms.count("/v1/") <= 2
                assert sms.gsm(one.sms) == one.sms
                assert sms.parts(one.sms) <= sms.PARTS
                assert "03 21 00 00 00" in one.text or row.contact_id.startswith("account")
                if row.contact_id == "provider:S1":
                    assert re.findall(r"\bS2\b|\bV[45]\b", plain) == []
                if row.contact_id.startswith("worker"):
                    assert re.findall(r"S1:[A-D]|\bV\d", plain) == []
        assert "provider:S2" not in {row.contact_id for row, _ in found}, "nothing of theirs has changed"
        held(found, stage)


def held(found: list[tuple[Message, dict[str, WrittenLetter]]], name: str) -> None:
    """Word for word, in both languages, as the file of that name has them."""
    for lang in ("fr", "en"):
        file = FOLDER / f"{name}.{lang}.txt"
        if os.environ.get("BRIGADE_WRITE_LETTERS"):
            file.parent.mkdir(exist_ok=True)
            file.write_text(page(found, lang), "utf-8")
        assert page(found, lang) == file.read_text("utf-8")


def others(world: World) -> Iterator[str]:
    """What else may happen to a day, each named once it has; what depends on long failures is written as
    their cause writes it."""
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    plan = world.propose()
    yield "proposed"
    assert world.publish(plan).status_code == 200
    offers = {one["visit_id"]: one["id"] for one in world.get(f"{BASIN}/offers")["items"]}
    for visit, reply in (("V3", "decline"), ("V1", "accept"), ("V2", "accept")):
        assert (
            world.ask(C, "POST", f"{BASIN}/offers/{offers[visit]}/answer", {"reply": reply}).status_code
            == 200
        )
    yield "answered"
    world.later(hours=1.5)
    closed = {"done": False, "cause": "no_entry"}
    assert world.ask(C, "PUT", f"{BASIN}/outcomes/V1", closed).status_code == 201
    world.later(hours=-1.5)
    duties = [("03-20T19:00", "03-21T07:00"), ("03-29T07:00", "03-30T07:00"), ("05-01T07:00", "05-02T07:00")]
    told = [{"start": f"2026-{start}:00+02:00", "end": f"2026-{end}:00+02:00"} for start, end in duties]
    world.rewrite("workers/W3", on_call=told)
    hook = world.ask(
        M, "POST", f"{BASIN}/webhooks", {"url": "https://saad.example.org/brigade", "events": ["*"]}
    ).json()["id"]
    clock = world.service.clock
    with world.service.database.writing() as session:
        row = session.get_one(Plan, plan["id"])
        decided = OffDutyDecision(
            decision="published", rule=OffDuty.URGENT_ONLY, at=NOW, covers=["V1", "V2"], because=None
        )
        row.story = row.story.model_copy(update={"off_duty": decided})
        queueing.published_off_duty(session, clock, row)
        queueing.webhook_disabled(session, clock, session.get_one(Webhook, hook))
        queueing.search_failed(session, clock, "B1", "job:x", "2026-03-09", ["search_crashed"])
        nothing = TourChanged(plan_id=plan["id"], offers=[], withdrawn=[])
        (lost,) = queueing.put(session, clock, "B1", nothing, "lost", "worker:W2")
        queueing.message_failed(session, clock, lost)
        unknown = "visits.V3.required : « HOIST » inconnue (une compétence du catalogue)"
        left = RowsSetAside(told=[unknown], visits=["V3"])
        queueing.put(session, clock, "B1", left, "row:x", "provider:S1")
        days = OnCallChanged(rota_id="rota-x", first_day=date(2026, 3, 16), last_day=date(2026, 6, 14))
        tour = TourTomorrow(day=date(2026, 3, 9), offers=[offers["V1"], offers["V2"]])
        queueing.put(session, clock, "B1", tour, "tour:2026-03-09", "worker:W3")
        for worker_id, about in (("W3", days), ("W2", days)):
            queueing.put(session, clock, "B1", about, "rota:x", f"worker:{worker_id}")
        for state in SwapState:
            asked = put_to(plan["id"], state, clock)
            session.add(asked)
            session.flush()
            if state == SwapState.ASKED:
                queueing.swap_asked(service_in(session, clock), asked)
            elif state != SwapState.DONE:
                queueing.swap_answered(session, clock, asked)
        session.commit()
    yield "other"


def service_in(session: Session, clock: Clock) -> Scoped:
    return Scoped(session, Principal.system("post", "B1"), clock)


def put_to(plan_id: str, state: SwapState, clock: Clock) -> SwapQuestion:
    """A question to S1: A-3 takes V1."""
    values = {"provider": "S1", "employee": "A-3", "visit": "V1", "start_at": 480}
    swap = {
        "visit_id": "V1",
        "provider_id": "S1",
        "employee_id": "A-3",
        "tour": 0,
        "position": 0,
        "start": "2026-03-09T08:00:00+01:00",
        "disturbs": [{"kind": "employee", "id": "A-3"}],
        "travel_min": 0,
        "reason": {"code": "swap_take", "values": values},
    }
    start = datetime(2026, 3, 9, 8, tzinfo=PARIS)
    return SwapQuestion.made(
        clock,
        "B1",
        plan_id=plan_id,
        provider_id="S1",
        visit_id="V1",
        employee_id="A-3",
        state=state,
        swap=ProposedSwapShape.model_validate(swap, strict=False),
        first_day=date(2026, 3, 9),
        days=1,
        starts_at=start,
        reply_by=start - timedelta(hours=1),
        asked_by="acc_1",
        reason="elle termine plus tôt" if state == SwapState.REFUSED else None,
    )


def test_the_letters_of_other_days_word_for_word(world: World) -> None:
    """Every kind of letter there is stands in some file."""
    ready(world)
    seen, rest = set[str](), list[tuple[Message, dict[str, WrittenLetter]]]()
    for _ in others(world):
        rest += written(world, seen)
    of_one_day = {"visits_at_risk", "tour_changed", "plan_for_provider", "risks_over"}
    held([one for one in rest if one[0].kind not in of_one_day], "others")
    known = {
        kind
        for file in FOLDER.glob("*.fr.txt")
        for kind in re.findall(r"^=== (\w+)", file.read_text("utf-8"), re.M)
    }
    assert known == set(letters.MATTERS)


def told_link(world: World) -> str:
    """The path of the link in W3's letter."""
    with world.service.database.reading() as session:
        row = session.scalars(
            select(Message).where(Message.kind == "tour_changed").order_by(Message.id.desc())
        ).first()
        assert row is not None
        told = letters.write(world.service, session, row, "fr")
    assert told is not None
    (link,) = set(LINK.findall(f"{told.text} {told.sms}"))
    return str(link).removeprefix("http://127.0.0.1:8000")


BROWSER = {"Accept": "text/html"}


def test_one_link_answers_all_her_stops_and_looking_answers_nothing(world: World) -> None:
    """Three offers: one declined by its button, the other two accepted by one; a new link for one of them
    ends it."""
    ready(world)
    next(stages(world))
    link = told_link(world)
    for accept in (BROWSER, {}):
        assert world.client.get(link, headers=accept).status_code == 200
    shown = world.client.get(link).json()
    assert shown["telephone"] == "+33321000000"
    names = ("state", "place", "provider", "act")
    assert [shown["stops"][0][name] for name in names] == ["offered", "62800 Liévin", "S1", "essential"]
    assert all(one["starts_at"].endswith("+01:00") for one in shown["stops"]), "the hours of the wall"
    html = world.client.get(link, headers=BROWSER).text
    assert "J’accepte tout (3)" in html
    assert "03 21 00 00 00" in html
    assert [one for one in ("S1:A", ">V1", "W3", "A-1") if one in html] == []
    first, *others = [one["offer_id"] for one in shown["stops"]]
    pressed = world.client.post(link, data={"reply": "decline", "offers": first}, headers=BROWSER)
    assert (pressed.status_code, "Vous avez refusé." in pressed.text) == (200, True)
    assert "J’accepte tout (2)" in pressed.text
    taken = world.client.post(link, json={"reply": "accept"}).json()
    assert {one["offer_id"]: one["state"] for one in taken["stops"]} == {
        first: "refused",
        **dict.fromkeys(others, "accepted"),
    }
    strange = world.client.post(
        link, json={"reply": "accept", "offers": ["offer-0199a7c1f3e2-9f2c4e1ab7d03355"]}
    )
    assert (strange.status_code, strange.json()["code"]) == (409, "A403")
    assert world.client.post(link, data={"reply": "maybe"}, headers=BROWSER).status_code == 422
    kinds = [
        one["kind"] for one in world.get(f"{BASIN}/messages")["items"] if one["contact_id"] == "provider:S1"
    ]
    assert {"not_covered_yet", "visits_confirmed"} <= set(kinds), "the SAAD learns of both"
    etag = world.ask(C, "GET", f"{BASIN}/offers/{others[0]}").headers["ETag"]
    assert world.ask(C, "POST", f"{BASIN}/offers/{others[0]}/new-link", If_Match=etag).status_code == 200
    for gone in (link, f"{link[:-1]}A", "/v1/tours/forged"):
        assert world.client.get(gone).status_code == 410
        assert "Ce lien n’ouvre plus rien" in world.client.get(gone, headers=BROWSER).text


def test_a_letter_that_was_overtaken_is_not_sent(world: World) -> None:
    """Two publications before anything left: the SAAD reads of the second one only, against what it knows:
    nothing."""
    ready(world)
    for _, stage in zip(range(2), stages(world), strict=False):
        assert stage in STAGES
    plans = [told["fr"] for row, told in written(world, set()) if row.kind == "plan_for_provider"]
    assert len(plans) == 1
    assert "Qui vient, et quand" in plans[0].text
    assert "personne S1:B : W3" in plans[0].text


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_manager_reads_why_in_a_sentence_without_other_providers_visits(world: World, lang: str) -> None:
    wish(world, replan="on_request")
    for worker in ("W1", "W2", "W3"):
        world.rewrite(f"workers/{worker}", availability=[])
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    assert world.publish(world.propose()).status_code == 200
    (plan,) = world.get(f"{BASIN}/plans?state=published", M)["items"]
    left = world.get(f"{BASIN}/plans/{plan['id']}?lang={lang}", M)["document"]["uncovered"]
    assert [one["visit_id"] for one in left] == ["V1", "V2", "V3"], "the gravest first"
    assert left[0]["starts_at"] == "2026-03-09T08:00:00+01:00"
    (reason,) = left[0]["reasons"]
    assert ("disponibilité" if lang == "fr" else "availability") in reason["sentence"]
    assert "W1" not in reason["sentence"]
