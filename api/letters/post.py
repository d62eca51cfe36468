"""Messages on their way: found their words and address when they leave, told to the trail when they are gone
or given up."""

from __future__ import annotations

import random
from collections.abc import Mapping

from api.access import trail
from api.access.scope import Scoped
from api.letters import letters
from api.messages import contacts, queueing
from api.messages.channels import Channel, Letter, channels_of, message_id
from api.messages.outbox import OBSOLETE, DeliveryVerdict, OutboxWorker, again
from api.runtime.faults import Conflict
from api.service.service import Service
from api.shapes.message_views import MessageView
from api.shapes.row_views import view_of
from api.store.message_tables import Contact, Message


class LetterSender(OutboxWorker[Message]):
    """Up to twelve tries: about six hours."""

    table = Message
    most = 12

    def __init__(
        self,
        service: Service,
        channels: Mapping[str, Channel] | None = None,
        chance: random.Random | None = None,
    ) -> None:
        super().__init__(service, chance)
        given = self.settings
        self.channels = channels or channels_of(given, given.folder, is_production=given.is_production)

    def prepare(self) -> None:
        """Nothing: messages are written by what causes them."""

    def carry(self, id: str) -> DeliveryVerdict:
        found = self._letter(id)
        if isinstance(found, DeliveryVerdict):
            return found
        channel, letter = found
        return channel.send(letter)

    def _letter(self, id: str) -> tuple[Channel, Letter] | DeliveryVerdict:
        """Ready to go, or why it does not."""
        with self.service.database.reading() as session:
            row = session.get_one(Message, id)
            contact = session.get(Contact, (row.basin_id, row.contact_id))
            if row.until is not None and row.until < self.service.clock.now():
                # A letter about yesterday helps nobody, whoever it would reach.
                return DeliveryVerdict("failed", "too_late")
            if contact is None:
                return DeliveryVerdict("failed", "no_contact")
            address, channel = (
                contacts.address_of(self.service.vault, contact, row.channel),
                self.channels.get(row.channel),
            )
            if address is None:
                return DeliveryVerdict("failed", "no_address")
            if channel is None:
                return DeliveryVerdict("failed", "channel_off")
            # The reader's language, and not that of whoever caused the message.
            lang = contact.body.get("language", "fr")
            written = letters.write(self.service, session, row, lang)
        if written is None:
            return OBSOLETE
        subject, text = letters.of_channel(written, row.channel)
        return channel, Letter(row.id, address, subject, text, row.created_at, lang)

    def settled(self, scoped: Scoped, row: Message, verdict: DeliveryVerdict) -> None:
        """The trail says who was told what, and when; a failure is told to the coordinators."""
        if row.state in ("sent", "failed"):
            told = {
                "message": row.kind,
                "channel": row.channel,
                "to": row.contact_id,
                "code": row.failure.code if row.failure else None,
            }
            scoped.notes.append(trail.note_of(row, row.state, None, **told))
        if row.state == "failed":
            queueing.message_failed(scoped.session, scoped.clock, row)


def resend(scoped: Scoped, basin_id: str, id: str) -> Message:
    """A message that failed goes out again, by the contact as it is now. Raises: NotFound, Forbidden,
    Conflict."""
    row = scoped.one(Message, basin_id, id, write=True)
    if row.state != "failed":
        raise Conflict("A431", f"messages.{id}", "message_state", {"state": row.state})
    contact = scoped.session.get(Contact, (basin_id, row.contact_id))
    if contact is None:
        raise Conflict("A432", f"messages.{id}", "no_contact_known", {"contact_id": row.contact_id})
    if row.channel not in contact.body["known"]:
        # Its channel may be gone with the number that was wrong.
        row.channel = contacts.channels_of(contact)[0]
    again(row, scoped.clock.now())
    scoped.changed(row, "resent", channel=row.channel)
    return row


def settle(scoped: Scoped, basin_id: str, id: str, why: str | None) -> Message:
    """Whoever it was for was told otherwise, by telephone say. Raises: NotFound, Forbidden, Conflict."""
    row = scoped.one(Message, basin_id, id, write=True)
    if row.state != "failed":
        raise Conflict("A431", f"messages.{id}", "message_state_settled", {"state": row.state})
    row.state = "obsolete"
    scoped.changed(row, "settled", why)
    return row


def shown(service: Service, row: Message) -> MessageView:
    """Without the address: whoever may know it reads the contact."""
    return view_of(
        MessageView,
        row,
        next_at=row.next_at if row.state == "queued" else None,
        message_id=message_id(row.id, service.settings.mail_from),
    )
