"""Providers of an invented basin: statuses and sizes as in the trade, sectors over the real communes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from brigade.values.demand import LegalStatus, Provider
from scenarios.generator.dice import Dice, quotas
from scenarios.generator.names import provider_name
from scenarios.generator.presets import ScenarioPreset
from scenarios.generator.spread import crow_km, nearest
from scenarios.generator.territory import Territory, ZoneCommune

AGREEMENT: Mapping[LegalStatus, str] = {
    LegalStatus.NON_PROFIT: "bad",
    LegalStatus.COMPANY: "sap",
    LegalStatus.PUBLIC: "ct",
}
SIZES = (0.0, 0.1, 0.2, 0.3, 0.42, 0.55, 0.7, 1.0)
"""Where between the smallest and the largest ordinary size providers stand, one after the other: most are
small."""
# A sector stops growing so far from its centre: some twenty-five minutes by car.
FURTHEST_KM = 18.0
# Communes of the smallest sector: in a single one there would be no road to plan.
FEWEST = 3


@dataclass(frozen=True, slots=True)
class ProviderTerritory:
    """A provider and the communes it serves, each with its share of home-care clients."""

    provider: Provider
    centre: ZoneCommune
    communes: tuple[ZoneCommune, ...]
    weights: Mapping[str, float]

    def anchor(self, dice: Dice) -> ZoneCommune:
        """A commune, in proportion of its clients."""
        code = dice.weighted(self.weights)
        return next(commune for commune in self.communes if commune.code == code)


def make_sectors(preset: ScenarioPreset, territory: Territory, dice: Dice) -> tuple[ProviderTerritory, ...]:
    """The providers of the basin; ids S01, S02, ... Names are invented and say so by their number."""
    counts = quotas(preset.providers, preset.statuses)
    # Exact counts in a drawn order: the shares hold in every basin, however few its providers.
    statuses = dice.shuffled([status for status, count in counts.items() for _ in range(count)])
    clients = territory.apa_at_home()
    centres: list[ZoneCommune] = []
    for _ in statuses:
        centres.append(_centre(territory, clients, centres, dice))
    return tuple(
        _sector(preset, territory, clients, f"S{number:02d}", status, centre, dice)
        for number, (status, centre) in enumerate(zip(statuses, centres, strict=True), start=1)
    )


def _centre(
    territory: Territory, clients: Mapping[str, float], taken: Sequence[ZoneCommune], dice: Dice
) -> ZoneCommune:
    """A commune in proportion of its clients; those that are already somebody's centre count for a
    quarter."""
    codes = {commune.code for commune in taken}
    weights = {code: share * (0.25 if code in codes else 1.0) for code, share in clients.items()}
    return territory.commune(dice.weighted(weights))


def _sector(
    preset: ScenarioPreset,
    territory: Territory,
    clients: Mapping[str, float],
    id: str,
    status: LegalStatus,
    centre: ZoneCommune,
    dice: Dice,
) -> ProviderTerritory:
    """The nearest communes around the centre, until they hold the preset's share of the basin's clients."""
    communes: list[ZoneCommune] = []
    reached, wanted = 0.0, preset.reach * sum(clients.values())
    for commune in nearest(territory.communes, centre):
        enough = len(communes) >= FEWEST and (reached >= wanted or crow_km(centre, commune) > FURTHEST_KM)
        if enough:
            break
        communes.append(commune)
        reached += clients[commune.code]
    employees = round(preset.size_low + dice.pick(SIZES) * (preset.size_high - preset.size_low)) + dice.whole(
        0, 4
    )
    people = sum(commune.population for commune in communes)
    rural = (
        sum(commune.population for commune in communes if commune.is_rural) >= 0.35 * people
        or preset.size_high < 30
    )
    name = provider_name(status, id, centre.name)
    provider = Provider(id, name, status, AGREEMENT[status], employees, rural)
    return ProviderTerritory(
        provider, centre, tuple(communes), {commune.code: clients[commune.code] for commune in communes}
    )
