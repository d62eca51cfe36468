"""What those are called of whom a page speaks. Sentences of the service are made where nobody's name is
known: they speak of people and visits by pseudonym."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from api.access.scope import Scoped
from api.basin import identities
from api.messages.described import DescribedVisit, described
from api.runtime.vault import Vault
from api.shapes.person_shapes import IdentityIn
from api.store.basin_tables import Employer, Provider
from api.store.cycle_tables import Offer
from api.store.person_tables import ClientIdentity, EmployeeIdentity, WorkerIdentity
from api.web.rendering import PSEUDONYM, with_names
from brigade.exchange.documents.rows import block_name
from brigade.units import PARIS
from brigade.words import short_day, wall_clock

PEOPLE = (WorkerIdentity, ClientIdentity, EmployeeIdentity)


@dataclass(frozen=True, slots=True)
class People:
    """What sentences are told with.

    Attributes:
        names: by pseudonym, of people and providers.
        phones: of those to be called.
        visits: by visit, for whom and where.
        hours: by visit, its day and the hour told last, else wanted.
        services: of those who share their name with another, whom they belong to.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    phones: Mapping[str, str] = field(default_factory=dict)
    visits: Mapping[str, str] = field(default_factory=dict)
    hours: Mapping[str, str] = field(default_factory=dict)
    services: Mapping[str, str] = field(default_factory=dict)

    def named(self, sentence: str, *, says_when: bool = True) -> str:
        """Args: says_when: whether the sentence tells the hour of its visit itself."""
        visits = self.visits
        if not says_when:
            visits = {id: f"{told} ({self.hours[id]})" for id, told in visits.items()}
        told = with_names({**self.names, **visits}, sentence)
        # A sentence that names the service says with it whom it means.
        apart = {id: f"{self.names[id]} ({one})" for id, one in self.services.items() if one not in told}
        return with_names({**self.names, **apart, **visits}, sentence)

    def is_named_in(self, sentence: str, id: str) -> bool:
        return self.names.get(id, id) in self.named(sentence)


def people_of(
    scoped: Scoped,
    vault: Vault,
    basin_id: str,
    sentences: Iterable[str],
    called: Collection[str],
    lang: str,
    purpose: str,
) -> People:
    """Of all that the sentences speak of. Args: called: workers, whose number is opened too."""
    told = {word for sentence in sentences for word in PSEUDONYM.findall(sentence)}
    visits = described(scoped.session, basin_id, told)
    spoken_of = told | {one.client_id for one in visits.values()}
    names = _providers(scoped, basin_id, told)
    for table in PEOPLE:
        # Those to be called are opened once, with their number.
        names |= identities.own_names(scoped, vault, table, basin_id, spoken_of - set(called), purpose)
    opened: Mapping[str, IdentityIn] = identities.opened_by_id(
        scoped, vault, WorkerIdentity, basin_id, called, purpose
    )
    names |= {id: who.name for id, who in opened.items()}
    services = services_of_namesakes(scoped, basin_id, names)
    clients, told_at = _apart(names, services), _last_told(scoped, basin_id, visits)
    return People(
        names,
        {id: phone for id, who in opened.items() if (phone := _phone(who)) is not None},
        {id: _for_whom(one, clients, lang) for id, one in visits.items()},
        {id: _when(told_at.get(id, one.starts_at), lang) for id, one in visits.items()},
        services,
    )


def told_apart(scoped: Scoped, basin_id: str, names: Mapping[str, str]) -> dict[str, str]:
    """Names by pseudonym; where several have the same one, with the service that each belongs to."""
    return _apart(names, services_of_namesakes(scoped, basin_id, names))


def _apart(names: Mapping[str, str], services: Mapping[str, str]) -> dict[str, str]:
    return {**names, **{id: f"{names[id]} ({one})" for id, one in services.items()}}


def services_of_namesakes(scoped: Scoped, basin_id: str, names: Mapping[str, str]) -> dict[str, str]:
    """Of those who share their name with another, whom they belong to: a sentence speaks of carers and
    clients alike. A carer of the brigade is meant by the bare name, unless two of them have it."""
    times = Counter(names.values())
    shared = [id for id, name in names.items() if times[name] > 1]
    owner_of: dict[str, str] = {}
    for table in PEOPLE if shared else ():
        owner = getattr(table, identities.OWNER[table])
        asked = select(table.id, owner).where(table.basin_id == basin_id, table.id.in_(shared))
        found = {row[0]: row[1] for row in scoped.session.execute(asked)}
        alike = Counter(names[id] for id in found)
        is_bare = table is WorkerIdentity
        owner_of |= {id: one for id, one in found.items() if not is_bare or alike[names[id]] > 1}
    owners = _called(scoped, basin_id, set(owner_of.values()))
    return {id: owners[owner] for id, owner in owner_of.items() if owner in owners}


def _called(scoped: Scoped, basin_id: str, ids: Iterable[str]) -> dict[str, str]:
    """Of services and employers; read past the account's reach: offers are told with them."""
    found: dict[str, str] = {}
    for table in (Provider, Employer):
        asked = select(table.id, table.body).where(table.basin_id == basin_id, table.id.in_(sorted(ids)))
        found |= {id: body["name"] for id, body in scoped.session.execute(asked)}
    return found


def _providers(scoped: Scoped, basin_id: str, ids: Iterable[str]) -> dict[str, str]:
    rows = scoped.all(scoped.select(Provider, basin_id).where(Provider.id.in_(sorted(set(ids)))))
    return {row.id: row.value.name for row in rows}


def _phone(who: IdentityIn) -> str | None:
    return next((one.value for one in who.contacts if one.kind == "phone"), None)


def _for_whom(visit: DescribedVisit, clients: Mapping[str, str], lang: str) -> str:
    """Of work that is no visit, what it is called."""
    who = (
        clients.get(visit.client_id, visit.client_id)
        if visit.block is None
        else block_name(visit.block, lang)
    )
    return f"{who}, {visit.place}" if visit.place else who


def _last_told(scoped: Scoped, basin_id: str, visits: Collection[str]) -> dict[str, datetime]:
    """By visit, the hour that was told last of whoever was to come; a rota's is another one."""
    asked = scoped.select(Offer, basin_id).where(Offer.visit_id.in_(sorted(visits))).order_by(Offer.id)
    return {offer.visit_id: offer.starts_at for offer in scoped.all(asked)}


def _when(at: datetime, lang: str) -> str:
    start = at.astimezone(PARIS)
    return f"{short_day(start.date(), lang)}, {wall_clock(start, lang)}"
