"""Other software is called with what happens: every event of the trail that a webhook asked for, signed,
until it is taken.

Signed as Standard Webhooks (standardwebhooks.com) ask, by their own library: `webhook-id` (the same at every
try), `webhook-timestamp`, and `webhook-signature`, an HMAC-SHA256 of both and the body. Secrets are derived
from the service's own and never stored.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session
from standardwebhooks import Webhook as Signer

from api.access.scope import Scoped
from api.messages import calls, queueing
from api.messages.outbox import OBSOLETE, SENT, DeliveryVerdict, OutboxWorker, again
from api.runtime.clock import wall
from api.runtime.faults import Conflict, Unfit, not_found
from api.runtime.message_settings import Network
from api.runtime.roles import Role
from api.runtime.settings import Settings
from api.service.service import Service
from api.shapes.cycle_requests import WebhookIn
from api.shapes.message_views import DeliveryView, WebhookView
from api.shapes.row_views import view_of
from api.store.account_tables import AuditEntry, AuditHead
from api.store.message_tables import Delivery, Webhook

OVERLAP = timedelta(hours=24)
"""For so long after a rotation calls are signed with the secret before as well."""
# One transaction writes so many deliveries: few enough that nobody else waits long to write.
BATCH = 200
# The one status by which a receiver asks to be called no more (RFC 9110, 15.5.11).
GONE = 410


# -- subscriptions -----------------------------------------------------------------------------------------
def create(scoped: Scoped, service: Service, basin_id: str, given: WebhookIn) -> Webhook:
    """Events from now on. A manager's hears of the manager's provider only. Raises: Forbidden, Unfit."""
    scoped.must_write(Webhook, basin_id)
    refuse_unfit(given.url, service.settings.webhook_networks)
    row = Webhook.made(
        scoped.clock,
        basin_id,
        url=given.url,
        events=sorted(set(given.events)),
        state="active" if given.active else "disabled",
        generation=1,
        provider_id=_provider_of(scoped, basin_id),
        seen=_head(scoped.session),
    )
    scoped.add(row, "created", events=row.events)
    return row


def change(scoped: Scoped, service: Service, row: Webhook, given: WebhookIn) -> None:
    """Made active again, it starts from now: what it missed stays in the list of events. Raises: Unfit."""
    refuse_unfit(given.url, service.settings.webhook_networks)
    if given.active and row.state != "active":
        row.seen, row.failing_since = _head(scoped.session), None
    told = (given.url, sorted(set(given.events)), "active" if given.active else "disabled")
    if told != (row.url, row.events, row.state):
        row.url, row.events, row.state = told
        scoped.changed(row, "changed", state=row.state, events=row.events)


def rotate(scoped: Scoped, row: Webhook) -> None:
    """A new secret; the one before signs beside it for a day."""
    row.generation, row.rotated_at = row.generation + 1, scoped.clock.now()
    scoped.changed(row, "rotated")


def delivery(scoped: Scoped, basin_id: str, webhook_id: str, id: str) -> Delivery:
    """Raises: NotFound, also when it is another webhook's; Forbidden."""
    row = scoped.one(Delivery, basin_id, id, write=True)
    if row.webhook_id != webhook_id:
        raise not_found("deliveries", id)
    return row


def resend(scoped: Scoped, row: Delivery) -> None:
    """Raises: Conflict, unless it failed."""
    if row.state != "failed":
        raise Conflict("A431", f"deliveries.{row.id}", "delivery_state", {"state": row.state})
    again(row, scoped.clock.now())
    scoped.changed(row, "resent")


def refuse_unfit(url: str, networks: tuple[Network, ...]) -> None:
    """Raises: Unfit for an address that would never be called. What a name stands for is judged at each
    call."""
    try:
        calls.refuse_plainly(calls.target_of(url), networks)
    except calls.CallRefused as fault:
        raise Unfit("A308", "url", "webhook_refused", {"why": fault.code}) from None


def _provider_of(scoped: Scoped, basin_id: str) -> str | None:
    if scoped.principal.role is not Role.MANAGER:
        return None
    return scoped.principal.sole_target(basin_id)


def _head(session: Session) -> int:
    return session.get_one(AuditHead, 1).seq


# -- secrets -----------------------------------------------------------------------------------------------
def secret_of(settings: Settings, row: Webhook, generation: int | None = None) -> str:
    """As Standard Webhooks write it: whsec_ and 32 bytes in base64."""
    said = f"webhook|{row.id}|{generation or row.generation}".encode()
    return (
        "whsec_"
        + base64.b64encode(hmac.digest(settings.signing_secret().encode(), said, hashlib.sha256)).decode()
    )


def signed(
    settings: Settings, row: Webhook, id: str, body: str, now: datetime, sent_at: datetime
) -> dict[str, str]:
    """The headers of one call; just after a rotation with both signatures, so that nobody has to hurry.

    Args: now: by the service's clock, which decides how old a rotation is. sent_at: in UTC, by the clock of
        the wall: receivers compare it with their own, even in a demonstration.
    """
    generations = [row.generation]
    if row.rotated_at is not None and now - row.rotated_at < OVERLAP:
        generations.append(row.generation - 1)
    signers = [Signer(secret_of(settings, row, generation)) for generation in generations]
    return {
        "webhook-id": id,
        "webhook-timestamp": str(int(sent_at.timestamp())),
        "webhook-signature": " ".join(signer.sign(id, sent_at, body) for signer in signers),
    }


# -- calls -------------------------------------------------------------------------------------------------
class WebhookSender(OutboxWorker[Delivery]):
    """Looks through the trail for each webhook, then calls. Up to 80 tries: 15 s apart at first, an hour
    later on."""

    table = Delivery
    most = 80

    def prepare(self) -> None:
        """Each new event of the trail becomes a delivery, once: both are written with how far the trail was
        looked at."""
        with self.service.database.reading() as session:
            behind = [
                hook.id
                for hook in session.scalars(select(Webhook).where(Webhook.state == "active"))
                if _next(session, hook)
            ]
        for id in behind:
            with self.service.database.writing() as session:
                hook = session.get(Webhook, id, with_for_update=True)
                if hook is not None and hook.state == "active":
                    self._fan_out(session, hook)
                session.commit()

    def _fan_out(self, session: Session, hook: Webhook) -> None:
        clock = self.service.clock
        for entry in _next(session, hook, BATCH):
            # Also past what it does not want: the next round would else look at it again.
            hook.seen = entry.seq
            if wants(hook, entry):
                about = {"webhook_id": hook.id, "provider_id": hook.provider_id, "seq": entry.seq}
                until = clock.now() + timedelta(hours=self.settings.webhook_give_up_h)
                fresh = {"state": "queued", "attempts": 0, "doubted": False}
                session.add(
                    Delivery.made(clock, hook.basin_id, next_at=clock.now(), until=until, **fresh, **about)
                )

    def carry(self, id: str) -> DeliveryVerdict:
        with self.service.database.reading() as session:
            row = session.get_one(Delivery, id)
            hook, entry = session.get_one(Webhook, row.webhook_id), session.get_one(AuditEntry, row.seq)
        if hook.state != "active":
            return OBSOLETE
        body = payload(entry)
        headers = signed(self.settings, hook, id, body, self.service.clock.now(), datetime.now(UTC))
        headers |= {"Content-Type": "application/json", "User-Agent": "Brigade"}
        # Shorter than the lease: after it another process would take the delivery for lost and call as well.
        limits = {"timeout_s": self.settings.send_timeout_s, "total_s": self.settings.lease_s * 0.75}
        try:
            target = calls.target_of(hook.url)
            status = calls.post(
                target, calls.judged(target, self.settings.webhook_networks), body.encode(), headers, **limits
            )
        except calls.CallRefused as fault:
            return DeliveryVerdict("again", fault.code)
        except calls.Unreachable as fault:
            return DeliveryVerdict("again", fault.code, doubted=fault.doubted)
        if 200 <= status < 300:
            return DeliveryVerdict(SENT.state, answered=status)
        state = "failed" if status == GONE else "again"
        return DeliveryVerdict(state, "refused", str(status), answered=status)

    def settled(self, scoped: Scoped, row: Delivery, verdict: DeliveryVerdict) -> None:
        """A webhook that failed for days, or says it is gone, is called no more; the coordinators hear of
        it."""
        row.status = verdict.answered or row.status
        # Read anew under the lock: other hands settle deliveries of the same webhook meanwhile.
        hook = scoped.session.get(Webhook, row.webhook_id, with_for_update=True, populate_existing=True)
        if hook is None or row.state == "obsolete":
            return
        now = scoped.clock.now()
        if row.state == "sent":
            hook.failing_since = None
            return
        hook.failing_since = hook.failing_since or now
        is_over = now - hook.failing_since >= timedelta(hours=self.settings.webhook_give_up_h)
        if hook.state == "active" and (is_over or row.status == GONE):
            hook.state = "disabled"
            scoped.changed(hook, "disabled", status=row.status)
            queueing.webhook_disabled(scoped.session, scoped.clock, hook)


def _next(session: Session, hook: Webhook, most: int = 1) -> list[AuditEntry]:
    asked = select(AuditEntry).where(AuditEntry.basin_id == hook.basin_id, AuditEntry.seq > hook.seen)
    return list(session.scalars(asked.order_by(AuditEntry.seq).limit(most)))


def wants(hook: Webhook, entry: AuditEntry) -> bool:
    """Whether it asked for such events, and may read this one."""
    if hook.provider_id is not None and entry.provider_id != hook.provider_id:
        return False
    return any(one in ("*", f"{entry.kind}.*", entry.action) for one in hook.events)


def payload(entry: AuditEntry) -> str:
    """The same text at every try."""
    names = ("seq", "actor", "kind", "target", "details")
    data = {"basin_id": entry.basin_id, **{name: getattr(entry, name) for name in names}, "reason": entry.why}
    body = {"type": entry.action, "timestamp": wall(entry.at), "data": data}
    return json.dumps(body, ensure_ascii=False, sort_keys=True)


def shown(row: Webhook) -> WebhookView:
    return view_of(WebhookView, row, active=row.state == "active")


def shown_delivery(row: Delivery) -> DeliveryView:
    return view_of(DeliveryView, row, next_at=row.next_at if row.state == "queued" else None)
