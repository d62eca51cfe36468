"""What the service tells by itself: to whom, in which words, once, and what happens when it cannot be
told."""

from __future__ import annotations

import random
import re
import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from api.cycle import offers
from api.letters import letters, sms
from api.letters.post import LetterSender
from api.messages import reminders
from api.messages.channels import Letter, MailFiles, SmtpMail
from api.messages.outbox import SENT, DeliveryVerdict, pause_after
from api.persons import retention
from api.runtime.message_settings import Security
from api.runtime.roles import Role
from api.runtime.settings import Settings
from api.store.message_tables import Message
from tests.api.conftest import World, settings_for, wish
from tests.api.mail import Postbox, mail_server
from tests.api.small_basin import BASIN, NOW, absence

A, C, M, W = Role.ADMINISTRATOR, Role.COORDINATOR, Role.MANAGER, Role.WORKER
WORKERS = ("worker:W1", "worker:W2", "worker:W3")


class Listener:
    """A channel that keeps what it is given, and answers as it is told."""

    def __init__(self, *verdicts: DeliveryVerdict) -> None:
        self.heard: list[Letter] = []
        self.verdicts = list(verdicts)

    def send(self, letter: Letter) -> DeliveryVerdict:
        self.heard.append(letter)
        return self.verdicts.pop(0) if self.verdicts else SENT

    def to(self, address: str) -> list[Letter]:
        return [letter for letter in self.heard if letter.to == address]


@pytest.fixture
def reached(world: World) -> World:
    """Everybody can be reached by mail, W2 in English and W3 by SMS as well."""
    account = next(one["id"] for one in world.get("/v1/accounts", A)["items"] if one["role"] == "coordinator")
    more: dict[str, dict[str, Any]] = {
        "worker:W1": {},
        "worker:W2": {"language": "en"},
        "worker:W3": {"phone": "+33600000003", "channels": ["email", "sms"]},
        "provider:S1": {},
        "provider:S2": {},
        f"account:{account}": {},
    }
    for id, wished in more.items():
        name = "duty" if id.startswith("account") else id.partition(":")[2].lower()
        body = {"id": id, "email": f"{name}@example.org", **wished}
        answer = world.ask(C, "PUT", f"{BASIN}/contacts/{id}", body)
        assert answer.status_code == 201, answer.text
    return world


def send(world: World, *, email: Any = None, sms: Any = None) -> Listener:
    """Whatever is due goes out."""
    listener = Listener() if email is None else email
    postman = LetterSender(
        world.service, {"email": listener, "sms": listener if sms is None else sms}, random.Random(1)
    )
    postman.all_due()
    return listener


def published(world: World) -> dict[str, Any]:
    """The absence of A-1 planned and published."""
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    world.search()
    (proposal,) = world.get(f"{BASIN}/plans?state=proposed")["items"]
    assert world.publish(proposal).status_code == 200
    return dict(proposal)


def listed(world: World, query: str = "") -> list[dict[str, Any]]:
    return list(world.get(f"{BASIN}/messages{query}")["items"])


# -- what is told to whom ----------------------------------------------------------------------------------
def test_an_absence_tells_the_provider_and_the_coordinators_what_is_at_risk(reached: World) -> None:
    reached.ask(M, "POST", f"{BASIN}/absences", absence(reason="SICK"))
    heard = send(reached)
    (told,) = heard.to("s1@example.org")
    assert told.subject == "Brigade : 3 interventions à remplacer (S1, absence de A-1)"
    assert "- lun. 9 mars 08:00-09:00, personne S1:A, P1 vitale" in told.text
    assert [letter.text for letter in heard.to("duty@example.org")] == [told.text]
    assert heard.to("s2@example.org") == []
    assert not any("SICK" in letter.text for letter in heard.heard)


@pytest.mark.parametrize("other", ["ABS_1", "abs-1"], ids=["wildcard", "capitals"])
def test_what_is_over_is_told_of_ones_own_absence_alone(reached: World, other: str) -> None:
    """An absence whose id is like another's, at another service and of a day without visits, is taken back:
    nobody is told anything of the other's visits."""
    reached.ask(M, "POST", f"{BASIN}/absences", absence())
    send(reached)
    tuesday = {"start": "2026-03-10T06:00:00+01:00", "end": "2026-03-10T22:00:00+01:00"}
    theirs = absence(id=other, provider_id="S2", employee_id="A-2", interval=tuesday)
    assert reached.ask(C, "POST", f"{BASIN}/absences", theirs).status_code == 201
    row = reached.ask(C, "GET", f"{BASIN}/absences/{other}")
    gone = reached.ask(C, "DELETE", f"{BASIN}/absences/{other}", If_Match=row.headers["ETag"])
    assert gone.status_code == 204
    assert [one["kind"] for one in listed(reached) if one["kind"] == "risks_over"] == []


def test_a_published_plan_tells_workers_their_stops_and_providers_who_comes(reached: World) -> None:
    published(reached)
    heard = send(reached)
    offered = reached.get(f"{BASIN}/offers")["items"]
    for worker in {offer["worker_id"] for offer in offered}:
        (told,) = heard.to(f"{worker.lower()}@example.org")
        assert told.text.count("http://127.0.0.1:8000/v1/tours/") == 1, "one link for all of her stops"
        # Neither who it is nor which visit. Links are drawn by lot: about one mail in fourteen holds a "V1"
        # by chance.
        assert not any(
            secret in re.sub(r"https?://\S+", "", told.text) for secret in ("S1:", "V1", "V2", "V3")
        )
    (plan,) = [letter for letter in heard.to("s1@example.org") if "planning" in letter.subject]
    assert "Qui vient, et quand :" in plan.text
    assert re.search("- lun. 9 mars 08:00-09:00, personne S1:A : W., en attente de sa réponse", plan.text)
    assert heard.to("s2@example.org") == []  # nothing of theirs has changed
    # The proposal is published before its letter leaves.
    by_state = {(one["kind"] == "proposal_ready", one["state"], one["failure"]) for one in listed(reached)}
    assert by_state == {(False, "sent", None), (True, "obsolete", None)}


def test_the_same_words_in_the_language_of_the_reader(reached: World) -> None:
    """Every kind is written in both languages, without a hole, and shortly enough for a telephone."""
    for kind in letters.MATTERS:
        assert all((letters.FOLDER / lang / f"{kind}.txt").exists() for lang in ("fr", "en")), kind
    published(reached)
    reached.ask(C, "POST", f"{BASIN}/jobs", {"first_day": "2026-03-09"})
    reached.search()
    with reached.service.database.reading() as session:
        rows = [row for row in session.query(Message).order_by(Message.id) if row.kind != "proposal_ready"]
        rows += session.query(Message).filter_by(kind="proposal_ready").order_by(Message.id.desc()).limit(1)
        for row in rows:
            french, english = (letters.write(reached.service, session, row, lang) for lang in ("fr", "en"))
            assert french is not None
            assert english is not None
            assert (french.text[:7], english.text[:5]) == ("Bonjour", "Hello")
            assert french.text.count("\n- ") == english.text.count("\n- ")
            assert "\n\n\n" not in french.text


def test_an_offer_is_told_by_sms_with_its_link_where_the_worker_wishes_so(reached: World) -> None:
    for other in ("W1", "W2"):  # only W3 is there
        row = reached.ask(C, "GET", f"{BASIN}/workers/{other}")
        body = {**row.json()["value"], "availability": []}
        reached.ask(C, "PUT", f"{BASIN}/workers/{other}", body, If_Match=row.headers["ETag"])
    published(reached)
    by_mail, by_sms = Listener(), Listener()
    send(reached, email=by_mail, sms=by_sms)
    (told,) = by_sms.to("+33600000003")
    assert len(by_mail.to("w3@example.org")) == 1
    assert told.text.startswith("Brigade : 3 réponses attendues avant lun. 9 mars 07:")
    assert told.text.count("http://127.0.0.1:8000/v1/tours/") == 1
    assert "\n" not in told.text
    assert sms.parts(told.text) == 1


def test_what_is_uncovered_now_is_told_loudly(reached: World) -> None:
    """Nobody is there any more: the visits that had a carer in the plan before have none in this one."""
    first = published(reached)
    send(reached)
    wish(reached, replan="on_request", offers={"next_wave": "on_request"})
    for worker in ("W1", "W2", "W3"):
        row = reached.ask(C, "GET", f"{BASIN}/workers/{worker}")
        body = {**row.json()["value"], "availability": []}
        assert (
            reached.ask(C, "PUT", f"{BASIN}/workers/{worker}", body, If_Match=row.headers["ETag"]).status_code
            == 200
        )
    for offer in reached.get(f"{BASIN}/offers?state=offered")["items"]:
        reached.ask(C, "POST", f"{BASIN}/offers/{offer['id']}/answer", {"reply": "decline"})
    again = reached.propose()
    assert again["base_plan_id"] == first["id"]
    assert reached.publish(again).status_code == 200
    heard = send(reached)
    (told,) = [letter for letter in heard.to("s1@example.org") if "planning" in letter.subject]
    assert told.subject == "À TRAITER : 3 interventions sans remplaçant, planning du lun. 9 mars"
    assert "SANS REMPLAÇANT" in told.text
    declined = [letter for letter in heard.to("duty@example.org") if "refusée" in letter.text]
    assert len(declined) == 3


def test_silence_is_told_to_the_coordinators(reached: World) -> None:
    published(reached)
    send(reached)
    reached.later(minutes=51)  # half an hour, from 7 on
    assert offers.expire(reached.service) == 3
    (told,) = send(reached).to("duty@example.org")
    assert told.text.count("délai passé") == 3


def test_tomorrows_tour_is_told_once_the_evening_before(reached: World) -> None:
    """The plan of Tuesday is published on Monday morning; at 17 h each of its workers is told the tour,
    once."""
    tuesday = {"start": "2026-03-10T06:00:00+01:00", "end": "2026-03-10T22:00:00+01:00"}
    row = reached.ask(C, "GET", f"{BASIN}/visits/V1")
    windows = [{"earliest": "2026-03-10T08:00:00+01:00", "latest": "2026-03-10T08:30:00+01:00"}]
    moved = {**row.json()["value"], "windows": windows}
    assert reached.ask(C, "PUT", f"{BASIN}/visits/V1", moved, If_Match=row.headers["ETag"]).status_code == 200
    feed = reached.ask(C, "GET", f"{BASIN}/rota-feeds/S1")
    entries = [
        {**one, "start": "2026-03-10T08:00:00+01:00"} if one["visit_id"] == "V1" else one
        for one in feed.json()["value"]["entries"]
    ]
    reached.ask(
        C,
        "PUT",
        f"{BASIN}/rota-feeds/S1",
        {**feed.json()["value"], "entries": entries},
        If_Match=feed.headers["ETag"],
    )
    for worker in ("W1", "W2", "W3"):
        known = reached.ask(C, "GET", f"{BASIN}/workers/{worker}")
        body = {**known.json()["value"], "availability": [tuesday]}
        answer = reached.ask(C, "PUT", f"{BASIN}/workers/{worker}", body, If_Match=known.headers["ETag"])
        assert answer.status_code == 200, answer.text
    reached.ask(M, "POST", f"{BASIN}/absences", absence(interval=tuesday))
    reached.search()
    (proposal,) = reached.get(f"{BASIN}/plans?state=proposed")["items"]
    assert reached.publish(proposal).status_code == 200
    send(reached)
    assert reminders.remind(reached.service) == 0  # it is 06:40
    reached.later(hours=11)
    assert (reminders.remind(reached.service), reminders.remind(reached.service)) == (1, 0)
    (told,) = [
        letter for letter in send(reached).heard if "Votre tournée du mardi 10 mars 2026" in letter.text
    ]
    assert "- 08:00-09:00" in told.text


# -- once, and until it is done ----------------------------------------------------------------------------
def test_a_message_is_kept_with_its_cause_or_not_at_all(reached: World) -> None:
    """A refused publication leaves neither offers nor messages."""
    proposal = reached.propose()
    before = len(listed(reached))
    stale = reached.ask(C, "POST", f"{BASIN}/plans/{proposal['id']}/publish", {}, If_Match='"9"')
    assert (stale.status_code, len(listed(reached))) == (412, before)


def test_what_does_not_get_through_is_tried_later_then_given_up_and_told(reached: World) -> None:
    """Twelve tries over some hours; the worker could not be told, so the coordinators are, and may send it
    again."""
    published(reached)
    deaf = Listener(*[DeliveryVerdict("again", "smtp_unreachable", "OSError")] * 500)
    send(reached, email=deaf)
    waiting = listed(reached, "?state=queued&kind=tour_changed")
    assert {one["attempts"] for one in waiting} == {1}
    with reached.service.database.writing() as session:
        for row in session.query(Message).all():
            row.until = None
        session.commit()
    for _ in range(11):
        reached.later(hours=1)
        send(reached, email=deaf)
    failed = listed(reached, "?state=failed&kind=tour_changed")
    assert len(failed) == len(waiting)
    assert {(one["attempts"], one["failure"]["code"]) for one in failed} == {(12, "smtp_unreachable")}
    assert failed[0]["contact_id"] in {one["about"]["contact_id"] for one in rows(reached, "message_failed")}
    again = reached.ask(C, "POST", f"{BASIN}/messages/{failed[0]['id']}/resend")
    assert (again.status_code, again.json()["state"], again.json()["attempts"]) == (200, "queued", 0)
    twice = reached.ask(C, "POST", f"{BASIN}/messages/{failed[0]['id']}/resend")
    assert (twice.status_code, twice.json()["code"]) == (409, "A431")
    assert again.json()["message_id"] == failed[0]["message_id"]


def rows(world: World, kind: str) -> list[dict[str, Any]]:
    with world.service.database.reading() as session:
        found = session.query(Message).filter(Message.kind == kind).all()
        return [{"about": row.about, "state": row.state} for row in found]


def test_pauses_double_up_to_an_hour_and_never_fall_together() -> None:
    """15 s, 30 s, 60 s … 3 600 s, each between half and the whole of it."""
    chance = random.Random(3)
    pauses = [pause_after(attempt, chance).total_seconds() for attempt in range(1, 13)]
    whole = [min(15 * 2**n, 3600) for n in range(12)]
    assert all(limit / 2 <= pause <= limit for pause, limit in zip(pauses, whole, strict=True))
    assert len({pause_after(12, chance) for _ in range(20)}) == 20


def test_whoever_cannot_be_reached_is_shown_at_once(world: World) -> None:
    published(world)
    failed = listed(world, "?state=failed")
    assert {one["failure"]["code"] for one in failed} == {"no_contact"}
    assert {"provider:S1", "coordinators"} <= {one["contact_id"] for one in failed}
    worker = next(one for one in failed if one["contact_id"] in WORKERS)
    refused = world.ask(C, "POST", f"{BASIN}/messages/{worker['id']}/resend")
    assert (refused.status_code, refused.json()["code"]) == (409, "A432")
    contact = {"id": worker["contact_id"], "phone": "+33611111111"}
    assert world.ask(C, "PUT", f"{BASIN}/contacts/{worker['contact_id']}", contact).status_code == 201
    assert world.ask(C, "POST", f"{BASIN}/messages/{worker['id']}/resend").json()["channel"] == "sms"
    assert [letter.to for letter in send(world).heard] == ["+33611111111"]


def test_two_carriers_never_carry_the_same_message(reached: World) -> None:
    published(reached)
    one, other = (LetterSender(reached.service, {}, random.Random(1)) for _ in range(2))
    first, second = one.claim(), other.claim()
    assert first
    assert not {claim.id for claim in first} & {claim.id for claim in second}


def test_a_lease_that_ran_out_is_taken_over_and_the_late_one_is_not_heard(reached: World) -> None:
    """The first carrier is only slow: what it says after its lease does not count, the row says that it may
    have come twice."""
    published(reached)
    slow = LetterSender(reached.service, {"email": Listener()}, random.Random(1))
    claims = slow.claim()
    reached.later(seconds=reached.service.settings.lease_s + 1)
    heard = send(reached)
    for claim in claims:
        slow.settle(claim, DeliveryVerdict("failed", "late"))
    mine = {one["id"]: one for one in listed(reached)}
    told = [mine[claim.id] for claim in claims if mine[claim.id]["kind"] != "proposal_ready"]
    assert {(one["state"], one["doubted"], one["attempts"]) for one in told} == {("sent", True, 2)}
    assert len({letter.reference for letter in heard.heard}) == len(heard.heard)


def test_what_is_no_longer_true_is_not_told(reached: World) -> None:
    """Declined by phone before the message left: the links would open nothing."""
    published(reached)
    for offer in reached.get(f"{BASIN}/offers?state=offered")["items"]:
        reached.ask(C, "POST", f"{BASIN}/offers/{offer['id']}/answer", {"reply": "decline"})
    heard = send(reached)
    assert not [letter for letter in heard.heard if letter.to.startswith("w")]
    assert {one["state"] for one in listed(reached, "?kind=tour_changed")} == {"obsolete"}


def test_addresses_stay_in_the_contacts(reached: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither in messages, nor in the trail, nor in logs; only in contacts, and of the others' not even
    there."""
    published(reached)
    send(reached)
    told = [reached.ask(C, "GET", f"{BASIN}/{what}?limit=500").text for what in ("messages", "events")]
    assert not any("@example.org" in text for text in (*told, capsys.readouterr().err))
    assert "w1@example.org" in reached.ask(W, "GET", f"{BASIN}/contacts").text
    assert "w2@example.org" not in reached.ask(W, "GET", f"{BASIN}/contacts").text


def test_a_contact_goes_with_its_owner(reached: World) -> None:
    """Nobody refers to W3 any more; deleted, its addresses are gone too."""
    row = reached.ask(C, "GET", f"{BASIN}/workers/W3")
    assert reached.ask(C, "DELETE", f"{BASIN}/workers/W3", If_Match=row.headers["ETag"]).status_code == 204
    assert reached.ask(C, "GET", f"{BASIN}/contacts/worker:W3").status_code == 404


def test_a_worker_who_is_forgotten_leaves_no_contact_and_no_message(reached: World) -> None:
    """Declined by phone: nobody expects her any more. The messages to the others stay."""
    published(reached)
    for offer in reached.get(f"{BASIN}/offers?state=offered")["items"]:
        reached.ask(C, "POST", f"{BASIN}/offers/{offer['id']}/answer", {"reply": "decline"})
    told = {one["contact_id"] for one in listed(reached)}
    gone = min(told & set(WORKERS))
    worker = gone.partition(":")[2]
    answer = reached.ask(C, "POST", f"{BASIN}/workers/{worker}/erasure", {"confirm": worker})
    assert answer.status_code == 202, answer.text
    assert {one["contact_id"] for one in listed(reached)} == told - {gone}
    assert gone not in {one["id"] for one in reached.get(f"{BASIN}/contacts")["items"]}


def test_old_messages_are_kept_no_longer_than_proposals(reached: World) -> None:
    published(reached)
    send(reached)
    reached.later(days=reached.service.settings.retain_drafts_days + 1)
    assert rows(reached, "tour_changed") != []
    assert retention.run(reached.service)["messages"] > 0
    assert rows(reached, "tour_changed") == []


def test_a_channel_without_its_address_is_refused(world: World) -> None:
    body = {"id": "worker:W1", "email": "w1@example.org", "channels": ["sms"]}
    assert world.ask(C, "PUT", f"{BASIN}/contacts/worker:W1", body).json()["code"] == "A305"
    smuggled = {"id": "worker:W1", "email": "w1@example.org\r\nBcc: all@example.org"}
    assert world.ask(C, "PUT", f"{BASIN}/contacts/worker:W1", smuggled).status_code == 422


# -- mail --------------------------------------------------------------------------------------------------
LETTER = Letter(
    "message-1", "w1@example.org", "Brigade : réponse attendue", "Bonjour,\n.\nÀ demain.\n", NOW, "fr"
)


def smtp(tmp_path: Path, port: int, **more: Any) -> SmtpMail:
    given = {
        "smtp_host": "127.0.0.1",
        "smtp_port": port,
        "smtp_security": "none",
        "mail_from": "brigade@example.org",
    }
    return SmtpMail(settings_for("sqlite://", tmp_path, **{**given, "send_timeout_s": 5, **more}))


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def box() -> Iterator[Postbox]:
    made = Postbox()
    yield made
    made.release()


def test_mail_reaches_a_real_server(box: Postbox, tmp_path: Path) -> None:
    with mail_server(box) as port:
        assert smtp(tmp_path, port).send(LETTER) == SENT
    (mail,) = box.taken
    assert (mail["To"], mail["Subject"], mail["Message-ID"]) == (
        "w1@example.org",
        LETTER.subject,
        "<message-1@example.org>",
    )
    assert (mail["Auto-Submitted"], mail["Content-Language"]) == ("auto-generated", "fr")
    assert mail.get_content().replace("\r\n", "\n") == LETTER.text


def test_mail_goes_by_starttls_with_a_login_to_a_server_it_trusts(
    box: Postbox, tmp_path: Path, authority: trustme.CA
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    known = {"smtp_user": "brigade", "smtp_password": "sesame", "smtp_ca_file": tmp_path / "ca.pem"}
    with mail_server(box, tls=context, password="sesame") as port:
        wrong = smtp(tmp_path, port, **{**known, "smtp_security": "starttls", "smtp_password": "autre"})
        assert (wrong.send(LETTER).state, wrong.send(LETTER).code) == ("again", "smtp_login")
        stranger = smtp(tmp_path, port, **{**known, "smtp_security": "starttls", "smtp_ca_file": None})
        assert stranger.send(LETTER) == DeliveryVerdict("again", "tls")
        assert box.taken == []
        assert smtp(tmp_path, port, **known, smtp_security="starttls").send(LETTER) == SENT
    assert box.secured == [True]


def test_mail_to_a_server_without_starttls_stays_here(box: Postbox, tmp_path: Path) -> None:
    with mail_server(box) as port:
        assert smtp(tmp_path, port, smtp_security="starttls").send(LETTER).state == "again"
    assert box.taken == []


def test_a_refusal_for_good_is_not_tried_again_and_one_for_now_is(box: Postbox, tmp_path: Path) -> None:
    with mail_server(box) as port:
        box.refusal = "550 5.1.1 <w1@example.org> unknown"
        assert smtp(tmp_path, port).send(LETTER) == DeliveryVerdict("failed", "smtp_refused", "550 5.1.1")
        box.refusal = "451 4.7.1 later"
        assert smtp(tmp_path, port).send(LETTER) == DeliveryVerdict("again", "smtp_refused", "451 4.7.1")


def test_a_server_that_hangs_is_left_and_its_silence_after_the_text_is_doubt(
    box: Postbox, tmp_path: Path
) -> None:
    with mail_server(box) as port:
        box.hold("rcpt")
        early = smtp(tmp_path, port, send_timeout_s=0.3).send(LETTER)
        box.release()
        box.hold("data")
        late = smtp(tmp_path, port, send_timeout_s=0.3).send(LETTER)
    assert (early.state, early.doubted) == ("again", False)
    assert (late.state, late.doubted) == ("again", True)
    assert smtp(tmp_path, 1).send(LETTER).code == "smtp_unreachable"


def test_without_a_server_mail_is_written_to_files(tmp_path: Path) -> None:
    files = MailFiles(settings_for("sqlite://", tmp_path), tmp_path / "outgoing")
    assert (files.send(LETTER), files.send(LETTER)) == (SENT, SENT)  # the same letter again is the same file
    (written,) = (tmp_path / "outgoing").iterdir()
    assert (written.name, written.stat().st_mode & 0o777) == ("message-1.eml", 0o600)
    assert b"Message-ID: <message-1@localhost>" in written.read_bytes()


def test_unsafe_ways_out_are_refused_in_production(tmp_path: Path) -> None:
    given = {
        "smtp_host": "mail.example.org",
        "smtp_security": Security.NONE,
        "sms_url": "http://sms.example.org",
        "sms_body": "{",
    }
    settings = Settings.model_validate({**given, "folder": tmp_path})
    found = {issue.where for issue in settings.post_faults(is_production=True)}
    assert found == {"BRIGADE_SMTP_SECURITY", "BRIGADE_MAIL_FROM", "BRIGADE_SMS_URL", "BRIGADE_SMS_BODY"}


def test_the_lease_outlasts_the_longest_sending() -> None:
    """Three quarters of the lease end any conversation: nobody takes over what is still on its way."""
    given = Settings()
    assert timedelta(seconds=given.lease_s * 0.75) > timedelta(seconds=given.send_timeout_s * 4)
