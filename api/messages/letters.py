"""The words of a message, found when it leaves: in the reader's language, from the rows as they stand, with the least said.

Workers read their own stops and a coarse place; names, addresses and how to enter stand behind the button of a signed link,
from the day before. Providers read who comes to their clients by reference, coordinators identifiers. A message whose matter
is over is not sent at all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.cycle import offers
from api.cycle.diff import covered, diff
from api.cycle.states import STANDING, WAITING, State
from api.messages.channels import SMS
from api.service import Service
from api.store.cycle import Offer, Plan
from api.store.data import Client, Site, Visit
from api.store.messages import Message
from brigade.units import PARIS
from brigade.words.formats import long_day, plural, short_day, wall_clock

FOLDER = Path(__file__).parent / "texts"
PARTS = "\n---\n"
"""Between the subject, the mail and the SMS of a text."""
SMS_LINKS = 3
Words = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Written:
    subject: str
    text: str
    sms: str


def write(service: Service, session: Session, message: Message, lang: str) -> Written | None:
    """The letter; None when nobody needs it any more."""
    words = MATTERS[message.kind](service, session, message)
    if words is None:
        return None
    text = _environment(lang).get_template(f"{lang}/{message.kind}.txt").render(**words, links_shown=SMS_LINKS)
    subject, mail, sms = text.strip().split(PARTS)
    return Written(subject.strip(), mail.strip() + "\n", " ".join(sms.split()))


def of_channel(written: Written, channel: str) -> tuple[str, str]:
    """Subject and text for one channel."""
    return ("", written.sms) if channel == SMS else (written.subject, written.text)


def _environment(lang: str) -> Environment:
    """Plain text: nothing is escaped, nothing undefined passes."""
    made = Environment(
        loader=FileSystemLoader(FOLDER), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
    made.filters |= {
        "hour": lambda instant: wall_clock(instant.astimezone(PARIS), lang),
        "day": lambda instant: long_day(_day(instant), lang),
        "short": lambda instant: short_day(_day(instant), lang),
        "count": lambda number, *forms: plural(number, forms, lang),
    }
    return made


def _day(instant: datetime | date | str) -> date:
    if isinstance(instant, str):
        return date.fromisoformat(instant)
    return instant.astimezone(PARIS).date() if isinstance(instant, datetime) else instant


# -- to workers ----------------------------------------------------------------------------------------------------
def _tour_changed(service: Service, session: Session, message: Message) -> Words | None:
    """What is still to answer, what still stands, what was withdrawn, as the offers are now."""
    told = _offers(session, message.about["offers"])
    gone = _offers(session, message.about["withdrawn"])
    new = [_stop(service, session, offer) for offer in told if offer.state in STANDING]
    moved = {stop["visit_id"] for stop in new}
    dropped = [_stop(service, session, offer) for offer in gone if offer.visit_id not in moved]
    if not new and not dropped:
        return None
    asked = [stop for stop in new if stop["is_open"]]
    return {
        "firm": [stop for stop in new if stop["kind"] == offers.FIRM],
        "offered": [stop for stop in new if stop["kind"] != offers.FIRM],
        "dropped": dropped,
        "asked": asked,
        "reply_by": min((stop["reply_by"] for stop in asked), default=None),
        "first": min(stop["starts_at"] for stop in (*new, *dropped)),
    }


def _offers(session: Session, ids: list[str]) -> list[Offer]:
    return list(session.scalars(select(Offer).where(Offer.id.in_(ids)).order_by(Offer.starts_at, Offer.id)))


def _stop(service: Service, session: Session, offer: Offer) -> dict[str, Any]:
    is_open = offer.state in WAITING
    names = ("visit_id", "kind", "starts_at", "ends_at", "before_starts_at", "before_ends_at", "reply_by")
    return {
        **{name: getattr(offer, name) for name in names},
        "is_open": is_open,
        "place": place_of(session, offer.basin_id, offer.visit_id),
        "link": offers.link_of(service, offer) if is_open else None,
    }


def place_of(session: Session, basin_id: str, visit_id: str) -> str:
    """The commune, as far as it is known: the address is not in planning."""
    asked = select(Site.body).join(Client, (Client.basin_id == Site.basin_id) & (Client.site_id == Site.id))
    asked = asked.join(Visit, (Visit.basin_id == Client.basin_id) & (Visit.client_id == Client.id))
    body = session.scalar(asked.where(Visit.basin_id == basin_id, Visit.id == visit_id)) or {}
    return str(body.get("commune", ""))


def _tour_tomorrow(service: Service, session: Session, message: Message) -> Words | None:
    day = date.fromisoformat(message.about["day"])
    stops = _stops_of_day(session, message.basin_id, message.worker_id or "", day)
    if not stops:
        return None
    links = _links(service, session, message, [stop["visit_id"] for stop in stops])
    places = {stop["visit_id"]: place_of(session, message.basin_id, stop["visit_id"]) for stop in stops}
    shown = [{**stop, "place": places[stop["visit_id"]], "link": links.get(stop["visit_id"])} for stop in stops]
    return {"day": day, "stops": shown}


def _links(service: Service, session: Session, message: Message, visits: list[str]) -> dict[str, str]:
    """By visit: where its worker, who said yes or was told firmly, sees address and entry. Neither stands in the letter."""
    asked = select(Offer).where(Offer.basin_id == message.basin_id, Offer.worker_id == message.worker_id)
    asked = asked.where(Offer.visit_id.in_(visits), Offer.state.in_(STANDING)).order_by(Offer.id)
    return {offer.visit_id: offers.link_of(service, offer) for offer in session.scalars(asked)}


def _stops_of_day(session: Session, basin_id: str, worker_id: str, day: date) -> list[dict[str, Any]]:
    """The worker's stops in the plan in force now."""
    near = Plan.first_day.between(day - timedelta(days=14), day)
    plans = session.scalars(select(Plan).where(Plan.basin_id == basin_id, Plan.state == "published", near))
    return [
        {
            "visit_id": stop["visit_id"],
            "starts_at": datetime.fromisoformat(stop["start"]),
            "ends_at": datetime.fromisoformat(stop["end"]),
        }
        for plan in plans
        for route in plan.document["routes"]
        if route["worker_id"] == worker_id and route["day"] == day.isoformat()
        for stop in route["stops"]
    ]


# -- to providers --------------------------------------------------------------------------------------------------
def _plan_for_provider(service: Service, session: Session, message: Message) -> Words | None:
    """Who comes to this provider's clients and what changed; loud when a visit has nobody now that had somebody before."""
    plan = session.get_one(Plan, message.about["plan_id"])
    base_id = message.about["base_plan_id"]
    base = session.get_one(Plan, base_id) if base_id else None
    clients = _clients(session, message)
    there = covered(plan.document)
    changes = diff(base.document if base else None, plan.document)
    changed = [_change(one, kind, clients) for kind in ("added", "moved", "retimed") for one in changes[kind]]
    now = {one["visit_id"] for one in plan.document.get("uncovered", ())} & clients.keys()
    before = {one["visit_id"] for one in base.document.get("uncovered", ())} if base else set()
    lost = now - before
    asked = _asked(session, message.basin_id, there.keys() & clients.keys())
    rest = [{"visit_id": visit, "client_id": clients[visit], **_place_in(there[visit])} for visit in there if visit in clients]
    for one in (*changed, *rest):
        one["is_asked"] = one["visit_id"] in asked
    gone = [one for one in changes["dropped"] if one["visit_id"] in clients and one["visit_id"] not in now]
    dropped = [{"visit_id": one["visit_id"], "client_id": clients[one["visit_id"]], **_place_in(one["from"])} for one in gone]
    if not any((changed, lost, now, dropped)):
        return None
    return {
        "dropped": sorted(dropped, key=lambda one: (one["starts_at"], one["visit_id"])),
        "first_day": plan.first_day,
        "is_first": base is None,
        "changed": sorted((one for one in changed if one["client_id"]), key=lambda one: (one["starts_at"], one["visit_id"])),
        "lost": [{"visit_id": visit, "client_id": clients[visit]} for visit in sorted(lost)],
        "still": [{"visit_id": visit, "client_id": clients[visit]} for visit in sorted(now - lost)],
        "coming": sorted(rest, key=lambda one: (one["starts_at"], one["visit_id"])),
    }


def _asked(session: Session, basin_id: str, visits: Collection[str]) -> frozenset[str]:
    """Visits whose worker may still say no: nobody is promised her."""
    asked = select(Offer.visit_id).where(Offer.basin_id == basin_id, Offer.visit_id.in_(visits), Offer.state == State.OFFERED)
    return frozenset(session.scalars(asked))


def _clients(session: Session, message: Message) -> dict[str, str]:
    """The client of each visit of the provider."""
    asked = select(Visit.id, Visit.client_id).where(
        Visit.basin_id == message.basin_id, Visit.provider_id == message.provider_id
    )
    return {row.id: row.client_id for row in session.execute(asked)}


def _place_in(place: Mapping[str, str]) -> dict[str, Any]:
    times = {"starts_at": datetime.fromisoformat(place["start"]), "ends_at": datetime.fromisoformat(place["end"])}
    return {"worker_id": place["worker_id"], **times}


def _change(change: Mapping[str, Any], kind: str, clients: Mapping[str, str]) -> dict[str, Any]:
    before = change["from"]
    return {
        "kind": kind,
        "visit_id": change["visit_id"],
        "client_id": clients.get(change["visit_id"]),
        **_place_in(change["to"]),
        "before": _place_in(before) if before else None,
    }


def _visits_at_risk(service: Service, session: Session, message: Message) -> Words | None:
    risks = [{**one, "starts_at": datetime.fromisoformat(one["planned_start"])} for one in message.about["risks"]]
    return {"absence_id": message.about["absence_id"], "risks": risks}


# -- to coordinators -----------------------------------------------------------------------------------------------
def _unanswered(service: Service, session: Session, message: Message) -> Words | None:
    """Declined and expired offers, silent firm stops: those that have not been answered meanwhile."""
    states = {one["id"]: one["state"] for one in message.about["offers"]}
    still = [offer for offer in _offers(session, list(states)) if offer.state == states[offer.id]]
    names = ("visit_id", "worker_id", "starts_at", "ends_at", "state")
    found = [{name: getattr(offer, name) for name in names} for offer in still if offer.ends_at > service.clock.now()]
    return {"offers": found} if found else None


def _published_off_duty(service: Service, session: Session, message: Message) -> Words | None:
    """Visits by their identifiers and how many; never who comes to whom. None once a coordinator has seen the plan."""
    plan = session.get_one(Plan, message.about["plan_id"])
    told = plan.story["off_duty"]
    if "seen_by" in told:
        return None
    return {
        "first_day": plan.first_day,
        "plan_id": plan.id,
        "rule": told["rule"],
        "covers": told["covers"],
        "left": len(plan.document.get("uncovered", ())),
    }


def _as_noted(service: Service, session: Session, message: Message) -> Words:
    return message.about


MATTERS: Mapping[str, Callable[[Service, Session, Message], Words | None]] = {
    "tour_changed": _tour_changed,
    "tour_tomorrow": _tour_tomorrow,
    "plan_for_provider": _plan_for_provider,
    "visits_at_risk": _visits_at_risk,
    "unanswered": _unanswered,
    "published_off_duty": _published_off_duty,
    "search_failed": _as_noted,
    "rows_set_aside": _as_noted,
    "message_failed": _as_noted,
    "webhook_disabled": _as_noted,
}
"""What each kind of message speaks of; its words are in texts/<language>/<kind>.txt."""
