"""What each reader knows by the letters that left: who comes when, as she or her service was told last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any
from unittest.mock import patch

from sqlalchemy import select

from api.letters import letters
from api.letters.post import LetterSender
from api.messages.channels import Letter
from api.messages.described import DescribedVisit
from api.messages.outbox import SENT, DeliveryVerdict
from api.service.service import Service
from api.store.message_tables import Message

NOBODY = ""


@dataclass
class Read:
    """By worker and visit, the start she was told; by provider and visit, the worker it was told of, or
    NOBODY."""

    starts: dict[tuple[str, str], datetime] = field(default_factory=dict)
    carers: dict[tuple[str, str], str] = field(default_factory=dict)

    def send(self, letter: Letter) -> DeliveryVerdict:
        """A channel on which everything arrives."""
        return SENT

    def post(self, service: Service) -> None:
        """All that is due leaves, and is read in the order in which it was written."""
        left: dict[str, Mapping[str, Any]] = {}
        write = letters.write

        def noting(service: Service, session: Any, message: Message, lang: str) -> Any:
            words = letters.MATTERS[message.kind](service, session, message, lang)
            if words is not None:
                left[message.id] = words
            return write(service, session, message, lang)

        with patch.object(letters, "write", noting):
            LetterSender(service, {"email": self}, Random(1)).all_due()
        with service.database.reading() as session:
            for message in session.scalars(select(Message).where(Message.id.in_(left)).order_by(Message.id)):
                if message.worker_id is not None:
                    self._worker(message.worker_id, left[message.id])
                elif message.provider_id is not None:
                    self._provider(message.provider_id, message.kind, left[message.id])

    def _worker(self, worker: str, words: Mapping[str, Any]) -> None:
        for stop in words.get("dropped", ()):
            self.starts.pop((worker, _subject(stop.visit)), None)
        for stop in (*words.get("firm", ()), *words.get("offered", ())):
            self.starts[worker, _subject(stop.visit)] = stop.starts_at

    def _provider(self, provider: str, kind: str, words: Mapping[str, Any]) -> None:
        for stop in words.get("dropped", ()):
            self.carers.pop((provider, stop.visit.visit_id), None)
        for stop in words.get("coming", ()):
            self.carers[provider, stop.visit.visit_id] = stop.worker_id
        for one in (*words.get("lost", ()), *words.get("still", ())):
            self.carers[provider, one.visit.visit_id] = NOBODY
        # What is at risk, or no longer, says who is away, not who comes instead.
        for one in (*words["visits"], *words["off"]) if kind == "not_covered_yet" else ():
            self.carers[provider, one.visit.visit_id] = NOBODY

    def forgets(self, worker: str, visit: str) -> None:
        """She said no herself, or let her time pass: nobody need tell her."""
        self.starts.pop((worker, visit), None)


def _subject(visit: DescribedVisit) -> str:
    """As `Offer.subject_id`: whichever seat of a meeting it is."""
    return visit.visit_id if visit.block is None else f"{visit.block.id}:"
