"""What those are called of whom a page speaks. Sentences of the service are made where nobody's name is
known: they speak of people and visits by pseudonym."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from api.access.scope import Scoped
from api.basin import identities
from api.messages.described import DescribedVisit, described
from api.runtime.vault import Vault
from api.shapes.person_shapes import IdentityIn
from api.store.basin_tables import Provider
from api.store.person_tables import ClientIdentity, EmployeeIdentity, WorkerIdentity
from api.web.rendering import PSEUDONYM, with_names
from brigade.units import PARIS
from brigade.words import short_day, wall_clock

PEOPLE = (WorkerIdentity, ClientIdentity, EmployeeIdentity)


@dataclass(frozen=True, slots=True)
class People:
    """`names`: by pseudonym, of people and providers. `phones`: of those to be called. `visits`: by visit,
    for whom and where; `hours`: its day and hour."""

    names: Mapping[str, str] = field(default_factory=dict)
    phones: Mapping[str, str] = field(default_factory=dict)
    visits: Mapping[str, str] = field(default_factory=dict)
    hours: Mapping[str, str] = field(default_factory=dict)

    def named(self, sentence: str, *, says_when: bool = True) -> str:
        """Args: says_when: whether the sentence tells the hour of its visit itself."""
        if says_when:
            return with_names({**self.names, **self.visits}, sentence)
        timed = {id: f"{told} ({self.hours[id]})" for id, told in self.visits.items()}
        return with_names({**self.names, **timed}, sentence)

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
    return People(
        names,
        {id: phone for id, who in opened.items() if (phone := _phone(who)) is not None},
        {id: _for_whom(one, names.get(one.client_id, one.client_id)) for id, one in visits.items()},
        {id: _when(one, lang) for id, one in visits.items()},
    )


def _providers(scoped: Scoped, basin_id: str, ids: Iterable[str]) -> dict[str, str]:
    rows = scoped.all(scoped.select(Provider, basin_id).where(Provider.id.in_(sorted(set(ids)))))
    return {row.id: row.value.name for row in rows}


def _phone(who: IdentityIn) -> str | None:
    return next((one.value for one in who.contacts if one.kind == "phone"), None)


def _for_whom(visit: DescribedVisit, client: str) -> str:
    return f"{client}, {visit.place}" if visit.place else client


def _when(visit: DescribedVisit, lang: str) -> str:
    start = visit.starts_at.astimezone(PARIS)
    return f"{short_day(start.date(), lang)}, {wall_clock(start, lang)}"
