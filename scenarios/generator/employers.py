"""Who lends workers in an invented basin: associations, groups, providers; the paper each worker has with
each provider."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from brigade.values.demand import LegalStatus
from brigade.values.workforce import Employer, EmployerKind, Engagement, EngagementStatus
from scenarios.generator.dice import Dice, quotas
from scenarios.generator.names import employer_name
from scenarios.generator.presets import AI, FIXED, GEIQ, GROUP, LENT, ScenarioPreset
from scenarios.generator.saad import ProviderTerritory
from scenarios.generator.spread import nearest
from scenarios.generator.territory import Territory, ZoneCommune

SIGNED: Mapping[EmployerKind, float] = {AI: 0.72, GROUP: 0.85, GEIQ: 0.8, LENT: 0.6, FIXED: 0.75}
PROMISED: Mapping[EmployerKind, float] = {AI: 0.14, GROUP: 0.09, GEIQ: 0.12, LENT: 0.2, FIXED: 0.13}
"""Chance that a worker's paper with a provider is signed; that it is only promised; else there is none
[guess]."""
EXPIRED = 0.04
"""Share of the signed papers that ended a few days ago."""


@dataclass(frozen=True, slots=True)
class EmployerPost:
    """A worker's place to fill: the employer, and where its people live."""

    employer: Employer
    homes: tuple[ZoneCommune, ...]
    own_provider: str | None = None


def make_posts(
    preset: ScenarioPreset, territory: Territory, sectors: Sequence[ProviderTerritory]
) -> list[EmployerPost]:
    """One post a worker, employers in the preset's order of kinds."""
    posts: list[EmployerPost] = []
    for kind, count in quotas(preset.workers, preset.employers).items():
        if count:
            offers = _offers(preset, kind, count, territory, sectors)
            posts += [offers[number % len(offers)] for number in range(count)]
    return posts


def _offers(
    preset: ScenarioPreset,
    kind: EmployerKind,
    count: int,
    territory: Territory,
    sectors: Sequence[ProviderTerritory],
) -> list[EmployerPost]:
    if kind is AI:
        return list(_associations(1 if count < 6 else 2, territory, preset.convention))
    if kind is LENT:
        return [_lending(sector) for sector in _lenders(sectors, count)]
    called, agreement = {GROUP: ("group", "ct"), GEIQ: ("geiq", "ct"), FIXED: ("fixed_term", "bad")}[kind]
    name = employer_name(called, place=territory.name)
    return [EmployerPost(Employer(kind.value.upper(), name, kind, agreement), territory.communes)]


def _associations(count: int, territory: Territory, share: float) -> Iterator[EmployerPost]:
    """Around the largest commune, and around the one furthest down that a second convention would have to
    serve."""
    clients = territory.apa_at_home()
    by_size = sorted(territory.communes, key=lambda commune: (-clients[commune.code], commune.code))
    # The farther half: two conventions side by side would never meet the case of a worker out of reach.
    far = nearest(territory.communes, by_size[0])[len(territory.communes) // 2 :]
    centres = [
        by_size[0],
        max(far, key=lambda commune: (clients[commune.code], commune.code), default=by_size[0]),
    ]
    for number, centre in enumerate(centres[:count], start=1):
        communes: list[ZoneCommune] = []
        held, wanted = 0.0, share * sum(clients.values())
        for commune in nearest(territory.communes, centre):
            if held >= wanted:
                break
            communes.append(commune)
            held += clients[commune.code]
        name = employer_name("association", number=number, place=centre.name)
        # Public SAAD: the law is unclear, so one of two associations chose not to count those hours.
        employer = Employer(
            f"AI{number}", name, AI, "ct", frozenset(one.code for one in communes), number == 1
        )
        yield EmployerPost(employer, tuple(communes))


def _lenders(sectors: Sequence[ProviderTerritory], count: int) -> list[ProviderTerritory]:
    """The largest providers first, associations before the others: lending is at cost, between non-profits
    above all."""

    def rank(sector: ProviderTerritory) -> tuple[bool, int, str]:
        return (
            sector.provider.legal_status is not LegalStatus.NON_PROFIT,
            -sector.provider.employees,
            sector.provider.id,
        )

    return sorted(sectors, key=rank)[:count]


def _lending(sector: ProviderTerritory) -> EmployerPost:
    provider = sector.provider
    name = employer_name("lending", provider=provider.name)
    employer = Employer(f"PRET-{provider.id}", name, LENT, provider.agreement)
    return EmployerPost(employer, sector.communes, provider.id)


def draw_engagements(
    post: EmployerPost,
    sectors: Sequence[ProviderTerritory],
    territory: frozenset[str] | None,
    first_day: date,
    dice: Dice,
) -> tuple[Engagement, ...]:
    """Papers with providers whose sector the worker may be sent to; at least one is signed."""
    kind, within = post.employer.kind, post.employer.communes
    reachable = [
        sector
        for sector in sectors
        if any(
            (within is None or one.code in within) and (territory is None or one.code in territory)
            for one in sector.communes
        )
    ]
    made = []
    for sector in reachable or sectors[:1]:
        # Whoever is lent by a service may of course work for it.
        mark = 0.0 if sector.provider.id == post.own_provider else dice.share()
        if mark < SIGNED[kind]:
            made.append(_paper(sector.provider.id, EngagementStatus.SIGNED, first_day, dice))
        elif mark < SIGNED[kind] + PROMISED[kind]:
            made.append(_paper(sector.provider.id, EngagementStatus.PROMISED, first_day, dice))
    # Somebody without any signed paper could be sent nowhere: no day would show her.
    if all(one.status is EngagementStatus.PROMISED for one in made):
        signed = next(iter(reachable or sectors)).provider.id
        # The signed paper takes the promised one's place: one paper a provider.
        made = [one for one in made if one.provider_id != signed]
        made.insert(0, Engagement(signed, first_day - timedelta(days=30), first_day + timedelta(days=60)))
    return tuple(made)


def _paper(provider_id: str, status: EngagementStatus, first_day: date, dice: Dice) -> Engagement:
    # The slip that a service notices too late: the paper looks signed, and ended last week.
    if status is EngagementStatus.SIGNED and dice.chance(EXPIRED):
        return Engagement(
            provider_id, first_day - timedelta(days=90), first_day - timedelta(days=dice.whole(1, 6)), status
        )
    begins = (
        first_day - timedelta(days=dice.whole(10, 200)) if status is EngagementStatus.SIGNED else first_day
    )
    return Engagement(provider_id, begins, first_day + timedelta(days=dice.whole(20, 180)), status)
