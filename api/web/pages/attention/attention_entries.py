"""Entries of *À traiter*: what each says, where it leads, what may be done at once; those that ask for the
same act stand in one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import quote

from api.shapes.cycle_requests import Reply
from api.shapes.cycle_views import AskedView
from api.shapes.planning.attention_views import DayWithoutRotaView, UncoveredView
from brigade.units import PARIS
from brigade.words import word


@dataclass(frozen=True, slots=True)
class Way:
    """Where more of it is. `name`: of its word."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class AttentionChoice:
    """A button: what it is called, and what it sends."""

    name: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AttentionEntry:
    """One entry: in a sentence, whom it is about, what to do.

    Attributes:
        says_when: its sentence tells the hour of the visit it speaks of.
        parts: the entries that it stands for, in their order.
        key: what those share; no other line has it.
    """

    sentence: str
    more: Sequence[str] = ()
    worker_id: str | None = None
    client_id: str | None = None
    ways: Sequence[Way] = ()
    acts: Sequence[AttentionChoice] = ()
    says_when: bool = True
    key: str = ""
    parts: Sequence[AttentionEntry] = ()

    @property
    def about(self) -> str | None:
        return self.worker_id or self.client_id


class _EntryMaker:
    """An entry of each kind, with where it leads and what may be done at once."""

    def __init__(self, base: str) -> None:
        self.base = base

    def to_call(self, one: Any) -> AttentionEntry:
        replies = (Reply.ACKNOWLEDGE,) if one.kind == "firm" else (Reply.ACCEPT, Reply.DECLINE)
        acts = [
            AttentionChoice(f"reply_{reply}", {"act": "answer", "offer_id": one.id, "reply": reply})
            for reply in replies
        ]
        day = Way("day", self._day(one.starts_at.astimezone(PARIS).date()))
        return AttentionEntry(one.sentence, worker_id=one.worker_id, ways=[day], acts=acts)

    silent_firm_stops = unanswered = to_call

    def uncovered(self, one: Any) -> AttentionEntry:
        day = one.starts_at.astimezone(PARIS).date()
        acts = [] if one.plan_id else [self._search(day)]
        ways = [Way("day", self._day(day)), self._client(one.client_id)]
        if one.plan_id:
            asked = f"?plan={quote(one.plan_id)}&visite={quote(one.visit_id)}"
            ways.append(Way("neighbours", f"{self.base}/renforts{asked}"))
        return AttentionEntry(one.sentence, client_id=one.client_id, ways=ways, acts=acts)

    def blocks_not_held(self, one: Any) -> AttentionEntry:
        day = one.starts_at.astimezone(PARIS).date()
        ways = [Way("day", self._day(day))]
        return AttentionEntry(one.sentence, ways=ways, acts=[self._search(day)])

    def unlawful(self, one: Any) -> AttentionEntry:
        return AttentionEntry(
            one.sentence,
            ways=[self._plan("plan", one.plan_id)],
            acts=[self._search(one.first_day)],
            says_when=False,
        )

    def published_off_duty(self, one: Any) -> AttentionEntry:
        first, *more = one.summary
        seen = AttentionChoice("seen", {"act": "seen", "plan_id": one.id})
        return AttentionEntry(first, more, ways=[self._plan("plan", one.id)], acts=[seen])

    def proposals(self, one: Any) -> AttentionEntry:
        first, *more = one.summary
        return AttentionEntry(first, more, ways=[self._plan("proposal", one.id)])

    def swaps(self, one: Any) -> AttentionEntry:
        return AttentionEntry(one.sentence, ways=[Way("swaps", f"{self.base}/echanges")])

    def undelivered(self, one: Any) -> AttentionEntry:
        acts = [
            AttentionChoice(act, {"act": act, "message_id": message.id})
            for message in one.messages[:1]
            for act in ("resend", "settle")
        ]
        kind, _, id = one.contact_id.partition(":")
        worker = id if kind == "worker" else None
        return AttentionEntry(one.sentence, worker_id=worker, ways=self._person(worker), acts=acts)

    def failed_searches(self, one: Any) -> AttentionEntry:
        return AttentionEntry(one.sentence, acts=[self._search(one.first_day)] if one.first_day else [])

    def set_aside(self, one: Any) -> AttentionEntry:
        return AttentionEntry(one.what, [one.hint], ways=[Way("imports", f"{self.base}/imports")])

    def unknown_history(self, one: Any) -> AttentionEntry:
        return AttentionEntry(one.sentence, worker_id=one.worker_id, ways=[self._plan("plan", one.plan_id)])

    def stale_feeds(self, one: Any) -> AttentionEntry:
        return AttentionEntry(one.sentence, ways=[Way("imports", f"{self.base}/imports")])

    days_without_rota = stale_feeds

    def suspended(self, one: Any) -> AttentionEntry:
        ways = [self._client(one.client_id)]
        return AttentionEntry(one.sentence, client_id=one.client_id, ways=ways)

    def late(self, one: Any) -> AttentionEntry:
        day = one.starts_at.astimezone(PARIS).date()
        return AttentionEntry(
            one.sentence,
            worker_id=one.worker_id,
            ways=[Way("day", self._day(day))],
            acts=[self._search(day)],
            says_when=False,
        )

    def next_door(self, one: Any) -> AttentionEntry:
        ways = [Way("next_door", f"{self.base}/renforts#{quote(one.id)}")]
        return AttentionEntry(one.sentence, worker_id=one.worker_id, ways=ways, says_when=False)

    def learnt(self, one: Any) -> AttentionEntry:
        fields = {"act": "alone", "worker_id": one.worker_id, "subject": one.subject}
        ways = [Way("progress", f"{self.base}/personnes/{quote(one.worker_id)}/progression")]
        acts = [AttentionChoice("alone", fields)]
        return AttentionEntry(one.sentence, worker_id=one.worker_id, ways=ways, acts=acts, says_when=False)

    def ending(self, one: Any) -> AttentionEntry:
        if one.kind == "accord":
            ways = [Way("services", f"{self.base}/services")]
            return AttentionEntry(one.sentence, ways=ways, says_when=False)
        if one.kind == "suspension":
            ways = [self._client(one.id)]
            return AttentionEntry(one.sentence, client_id=one.id, ways=ways, says_when=False)
        worker = one.id if one.kind in ("certificate", "engagement") else None
        ways = self._person(worker, one.kind)
        return AttentionEntry(one.sentence, worker_id=worker, ways=ways, says_when=False)

    def _person(self, worker_id: str | None, part: str = "") -> list[Way]:
        """Args: part: of her page, where she has several papers."""
        if worker_id is None:
            return []
        return [Way("person", f"{self.base}/personnes/{quote(worker_id)}{f'#{part}' if part else ''}")]

    def _client(self, client_id: str) -> Way:
        return Way("client", f"{self.base}/personnes-accompagnees/{quote(client_id)}")

    def _day(self, day: date) -> str:
        return f"{self.base}/journee/{day}"

    def _plan(self, name: str, plan_id: str) -> Way:
        return Way(name, f"{self.base}/plans/{quote(plan_id)}")

    def _search(self, day: date) -> AttentionChoice:
        return AttentionChoice("search", {"act": "search", "first_day": f"{day}"})


# -- alike -------------------------------------------------------------------------------------------------
def entries_of(kind: str, told: Iterable[Any], base: str, lang: str) -> list[AttentionEntry]:
    """Of one kind, in its order; what is alike stands where its first one did."""
    made = _EntryMaker(base)
    alike = ALIKE.get(kind)
    by_key: dict[str, list[Any]] = {}
    for number, one in enumerate(told):
        key = alike.key(one) if alike is not None else None
        by_key.setdefault(f"{number}" if key is None else f"{kind}-{key}", []).append(one)
    return [_entry(made, kind, key, views, lang) for key, views in by_key.items()]


def _entry(made: _EntryMaker, kind: str, key: str, views: Sequence[Any], lang: str) -> AttentionEntry:
    entries: list[AttentionEntry] = [getattr(made, kind)(one) for one in views]
    if len(entries) == 1:
        return entries[0]
    said, acts = ALIKE[kind].sentence(views, lang), ALIKE[kind].is_one_act
    # One act settles them all: it stands in the line, and not once more behind each.
    parts = [replace(one, acts=(), ways=_to_clients(one)) for one in entries] if acts else entries
    return replace(
        entries[0],
        sentence=said,
        client_id=None,
        acts=entries[0].acts if acts else (),
        ways=[way for way in entries[0].ways if way.name != "client"],
        key=key,
        parts=parts,
    )


def _to_clients(one: AttentionEntry) -> list[Way]:
    """Whom a line is about is its own, even where one act settles many."""
    return [way for way in one.ways if way.name == "client"]


@dataclass(frozen=True, slots=True)
class _Alike:
    """By what entries of a kind are alike, and what is said of several. `is_one_act`: what settles one of
    them settles all."""

    key: Callable[[Any], str | None]
    sentence: Callable[[Sequence[Any], str], str]
    is_one_act: bool


def _unplanned_day(one: UncoveredView) -> str | None:
    """A search of that day answers for all of it; what somebody refused stands by itself."""
    day = one.starts_at.astimezone(PARIS).date()
    return f"{day}" if one.plan_id is None and one.state is None else None


def _said_of_day(views: Sequence[UncoveredView], lang: str) -> str:
    levels = [
        f"{n}\N{NO-BREAK SPACE}{level}" for level, n in sorted(Counter(one.priority for one in views).items())
    ]
    day = views[0].starts_at.astimezone(PARIS).date()
    return word("attention.alike.no_plan", lang, day=day, n=len(views), levels=levels)


def _said_of_rota(views: Sequence[DayWithoutRotaView], lang: str) -> str:
    days, people = [one.day for one in views], {id for one in views for id in one.employees}
    told = {"provider": views[0].provider_id, "n": len(days), "first": min(days), "last": max(days)}
    return word("attention.alike.no_rota", lang, **told, employees=sorted(people))


def _said_of_answers(views: Sequence[AskedView], lang: str) -> str:
    by = min(one.reply_by for one in views).astimezone(PARIS)
    return word("attention.alike.unanswered", lang, worker=views[0].worker_id, n=len(views), by=by)


ALIKE: Mapping[str, _Alike] = {
    "uncovered": _Alike(_unplanned_day, _said_of_day, is_one_act=True),
    "days_without_rota": _Alike(lambda one: one.provider_id, _said_of_rota, is_one_act=True),
    "unanswered": _Alike(lambda one: one.worker_id, _said_of_answers, is_one_act=False),
}
"""A morning without a plan would repeat one sentence a hundred times."""
