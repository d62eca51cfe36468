"""Other software is called with what happens: signed, tried again, never into a private network; disabled
when it is dead."""

from __future__ import annotations

import json
import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from api.messages import calls, webhooks
from api.messages.channels import HttpSms, Letter
from api.messages.outbox import SENT, DeliveryVerdict
from api.messages.webhooks import WebhookSender
from api.runtime.roles import Role
from api.runtime.settings import Settings
from api.store.message_tables import Webhook
from tests.api.conftest import World, settings_for
from tests.api.small_basin import BASIN, absence

C, M, F = Role.COORDINATOR, Role.MANAGER, Role.FUNDER
HERE = (ip_network("127.0.0.0/8"),)
LIMITS = {"timeout_s": 2.0, "total_s": 4.0}


class Receiver(ThreadingHTTPServer):
    """Keeps what it is called with, and answers as told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        self.drips = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/in?from=brigade"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
        if self.server.drips:
            self._drip()
            return
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 204)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _drip(self) -> None:
        """A byte now and then: no silence is long enough to be noticed."""
        with suppress(OSError):
            for letter in b"HTTP/1.1 200 " + b"O" * 200:
                self.wfile.write(bytes([letter]))
                self.wfile.flush()
                time.sleep(0.05)

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()
    thread = threading.Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.shutdown()
        thread.join()
        receiver.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture
def near(world: World) -> World:
    """A service that may call this machine."""
    world.service.settings = world.service.settings.model_copy(update={"webhook_networks": HERE})
    return world


def subscribe(world: World, url: str, *events: str, role: Role = C) -> dict[str, Any]:
    made = world.ask(role, "POST", f"{BASIN}/webhooks", {"url": url, "events": list(events) or ["*"]})
    assert made.status_code == 201, made.text
    return dict(made.json())


def deliver(world: World) -> None:
    WebhookSender(world.service, random.Random(1)).all_due()


def calls_of(world: World, hook: dict[str, Any]) -> list[dict[str, Any]]:
    return list(world.get(f"{BASIN}/webhooks/{hook['id']}/deliveries")["items"])


def test_every_event_asked_for_arrives_once_signed_as_the_standard_says(
    near: World, receiver: Receiver
) -> None:
    """Verified by the standard's own library, with the secret told once."""
    hook = subscribe(near, receiver.url, "absences.*", "jobs.queued")
    near.ask(M, "POST", f"{BASIN}/absences", absence())
    deliver(near)
    deliver(near)
    verifier = Verifier(hook["secret"])
    told = [verifier.verify(body, headers) for headers, body in receiver.heard]
    assert sorted(one["type"] for one in told) == ["absences.declared", "jobs.queued"]
    declared = next(one for one in told if one["type"] == "absences.declared")
    assert (declared["data"]["target"], declared["data"]["basin_id"]) == ("ABS-1", "B1")
    assert {one["id"] for one in calls_of(near, hook)} == {
        headers["webhook-id"] for headers, _ in receiver.heard
    }
    headers, body = receiver.heard[0]
    with pytest.raises(WebhookVerificationError):
        verifier.verify(body.replace(b"B1", b"B2"), headers)
    assert hook["secret"] not in near.ask(C, "GET", f"{BASIN}/webhooks").text  # told once


def test_a_call_that_fails_is_made_again_later_under_the_same_identifier(
    near: World, receiver: Receiver
) -> None:
    hook = subscribe(near, receiver.url, "absences.declared")
    receiver.statuses = [503, 302]
    near.ask(M, "POST", f"{BASIN}/absences", absence())
    for _ in range(4):
        deliver(near)
        near.later(minutes=2)
    (call,) = calls_of(near, hook)
    assert (call["state"], call["attempts"], call["status"]) == ("sent", 3, 204)  # a redirect is not followed
    assert len({headers["webhook-id"] for headers, _ in receiver.heard}) == 1
    assert len({body for _, body in receiver.heard}) == 1


def test_a_new_secret_signs_beside_the_old_one_for_a_day(near: World, receiver: Receiver) -> None:
    hook = subscribe(near, receiver.url, "absences.*")
    where = f"{BASIN}/webhooks/{hook['id']}"
    renewed = near.ask(C, "POST", f"{where}/new-secret", If_Match='"1"').json()
    near.ask(M, "POST", f"{BASIN}/absences", absence())
    deliver(near)
    headers, body = receiver.heard[0]
    assert Verifier(hook["secret"]).verify(body, headers) == Verifier(renewed["secret"]).verify(body, headers)
    near.later(hours=25)
    near.ask(M, "PUT", f"{BASIN}/absences/ABS-1", absence(reason="SICK"), If_Match='"1"')
    deliver(near)
    headers, body = receiver.heard[-1]
    assert Verifier(renewed["secret"]).verify(body, headers)["type"] == "absences.changed"
    with pytest.raises(WebhookVerificationError):
        Verifier(hook["secret"]).verify(body, headers)


def test_a_webhook_dead_for_days_is_disabled_and_the_coordinators_hear_of_it(near: World) -> None:
    hook = subscribe(near, "http://127.0.0.1:9/", "absences.declared")
    near.ask(M, "POST", f"{BASIN}/absences", absence())
    for _ in range(5):
        deliver(near)
        near.later(hours=20)
    shown = near.get(f"{BASIN}/webhooks/{hook['id']}")
    assert (shown["state"], [one["state"] for one in calls_of(near, hook)]) == ("disabled", ["failed"])
    assert [one["contact_id"] for one in near.get(f"{BASIN}/messages?kind=webhook_disabled")["items"]] == [
        "coordinators"
    ]
    assert near.get(f"{BASIN}/events?action=webhooks.disabled")["items"][0]["target"] == hook["id"]
    wish = {"url": "http://127.0.0.1:9/", "events": ["absences.declared"]}
    again = near.ask(C, "PUT", f"{BASIN}/webhooks/{hook['id']}", wish, If_Match=f'"{shown["version"]}"')
    assert (again.json()["state"], again.json()["failing_since"]) == ("active", None)
    (call,) = calls_of(near, hook)
    resent = near.ask(C, "POST", f"{BASIN}/webhooks/{hook['id']}/deliveries/{call['id']}/resend")
    assert resent.json()["state"] == "queued"


def test_a_receiver_that_says_it_is_gone_is_called_no_more(near: World, receiver: Receiver) -> None:
    hook = subscribe(near, receiver.url, "absences.declared")
    receiver.statuses = [410]
    near.ask(M, "POST", f"{BASIN}/absences", absence())
    deliver(near)
    assert near.get(f"{BASIN}/webhooks/{hook['id']}")["state"] == "disabled"


def test_a_manager_hears_of_the_provider_granted_and_of_nothing_else(near: World, receiver: Receiver) -> None:
    hook = subscribe(near, receiver.url, "*", role=M)
    assert hook["provider_id"] == "S1"
    near.ask(M, "POST", f"{BASIN}/absences", absence())
    near.ask(C, "POST", f"{BASIN}/absences", absence(id="ABS-2", provider_id="S2", employee_id="A-2"))
    deliver(near)
    kinds = {json.loads(body)["type"] for _, body in receiver.heard}
    targets = {json.loads(body)["data"]["target"] for _, body in receiver.heard}
    assert "absences.declared" in kinds
    assert "jobs.queued" not in kinds
    assert "ABS-2" not in targets
    assert near.ask(F, "POST", f"{BASIN}/webhooks", {"url": receiver.url, "events": ["*"]}).status_code == 403


def test_a_carrier_that_dies_between_the_call_and_its_note_calls_again_with_the_same_identifier(
    near: World, receiver: Receiver
) -> None:
    hook = subscribe(near, receiver.url, "absences.declared")
    near.ask(M, "POST", f"{BASIN}/absences", absence())
    dying = WebhookSender(near.service)
    dying.prepare()
    (claim,) = dying.claim()
    assert dying.carry(claim.id).state == "sent"  # and then nothing more is heard of it
    deliver(near)
    assert len(receiver.heard) == 1  # it may still be at work
    near.later(seconds=near.service.settings.lease_s + 1)
    deliver(near)
    assert len({headers["webhook-id"] for headers, _ in receiver.heard}) == 1
    (call,) = calls_of(near, hook)
    assert (call["state"], call["doubted"], len(receiver.heard)) == ("sent", True, 2)


# -- where nobody is called --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
        ),
        *("::7f00:1", "64:ff9b:1::7f00:1", "fec0::1", "192.0.0.8"),
        *("::1", "fe80::1", "fd00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:1::1"),
    ],
)
def test_private_addresses_are_not_public_however_they_are_wrapped(address: str) -> None:
    assert not calls.is_public(ip_address(address))


@pytest.mark.parametrize("address", ["51.75.1.1", "2001:41d0::1", "64:ff9b::334b:101"])
def test_public_addresses_are(address: str) -> None:
    assert calls.is_public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://saad.example.org/",
            "ftp://saad.example.org/",
            "https://127.0.0.1/",
            "https://[::1]/x",
            "https://10.0.0.8:8443/",
            "https://saad.example.org:22/",
        ),
        *(
            "https://user:pass@saad.example.org/",
            "https:///x",
            "https://saad.example.org/#part",
            "https://saad.example.org:99999/",
        ),
    ],
)
def test_an_address_that_would_never_be_called_is_refused(world: World, url: str) -> None:
    refused = world.ask(C, "POST", f"{BASIN}/webhooks", {"url": url, "events": ["*"]})
    assert (refused.status_code, refused.json()["code"]) == (422, "A308"), refused.text


def test_an_address_with_signs_that_no_eye_sees_is_refused(world: World) -> None:
    url = "https://saad.example.org/\r\nHost: x"
    refused = world.ask(C, "POST", f"{BASIN}/webhooks", {"url": url, "events": ["*"]})
    assert (refused.status_code, refused.json()["code"]) == (422, "D109"), refused.text


def test_a_name_that_leads_home_is_judged_at_each_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """One public and one private address: the private one is enough to refuse; plain http goes to allowed
    networks only."""
    answers = [("51.75.1.1", 443), ("10.0.0.8", 443)]
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", one) for one in answers]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *given, **more: found)
    with pytest.raises(calls.CallRefused, match="private_address"):
        calls.judged(calls.target_of("https://saad.example.org/"), ())
    allowed = (ip_network("10.0.0.0/8"),)
    assert calls.judged(calls.target_of("https://saad.example.org/"), allowed) == "51.75.1.1"
    with pytest.raises(calls.CallRefused, match="not_https"):
        calls.judged(calls.target_of("http://saad.example.org/"), allowed)


def test_a_receiver_that_drips_is_left_after_a_while(receiver: Receiver) -> None:
    receiver.drips = True
    started = datetime.now(UTC)
    with pytest.raises(calls.Unreachable) as fault:
        calls.post(calls.target_of(receiver.url), "127.0.0.1", b"{}", {}, timeout_s=2.0, total_s=0.5)
    assert (fault.value.doubted, (datetime.now(UTC) - started).total_seconds() < 5) == (True, True)


# -- SMS by a provider's HTTP ------------------------------------------------------------------------------
LETTER = Letter(
    "message-1", "+33600000003", "", 'Brigade : "demain" {to}', datetime(2026, 3, 9, tzinfo=UTC), "fr"
)


def sms(folder: Path, url: str, **more: Any) -> HttpSms:
    given: dict[str, Any] = {"sms_url": url, "send_timeout_s": 2, **more}
    return HttpSms(settings_for("sqlite://", folder, **given))


def test_an_sms_is_asked_for_in_the_words_of_the_provider(receiver: Receiver, tmp_path: Path) -> None:
    body = (
        '{"messages": [{"recipient": "{to}", "body": "{text}", '
        '"ref": "{reference}"}], "from": "{sender}", "flash": false}'
    )
    channel = sms(
        tmp_path, receiver.url, sms_body=body, sms_headers='{"Authorization": "App key"}', sms_sender="SAAD"
    )
    assert channel.send(LETTER) == SENT
    headers, said = receiver.heard[0]
    message = {"recipient": "+33600000003", "body": LETTER.text, "ref": "message-1"}
    assert json.loads(said) == {"messages": [message], "from": "SAAD", "flash": False}
    assert (headers["authorization"], headers["idempotency-key"]) == ("App key", "message-1")


def test_what_an_sms_provider_answers_decides_what_comes_next(receiver: Receiver, tmp_path: Path) -> None:
    receiver.statuses = [202, 409, 429, 401, 500, 422]
    told = [sms(tmp_path, receiver.url).send(LETTER) for _ in range(6)]
    assert [one.state for one in told] == ["sent", "sent", "again", "again", "again", "failed"]
    assert sms(tmp_path, "http://127.0.0.1:9/").send(LETTER) == DeliveryVerdict(
        "again", "sms_unreachable", "no_connection"
    )


def test_signatures_are_those_of_the_standard(monkeypatch: pytest.MonkeyPatch) -> None:
    """The example that the standard's first implementation publishes, to the letter."""
    hook, at = Webhook(id="webhook-1", generation=1), datetime.fromtimestamp(1614265330, UTC)
    monkeypatch.setattr(webhooks, "secret_of", lambda *_: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    id, body = "msg_p5jXN8AQM9LWM0D4loKWxJek", '{"test": 2432232314}'
    assert webhooks.signed(Settings(), hook, id, body, at, at) == {
        "webhook-id": id,
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
