"""Sectors proposed for a basin from a year of visits, and what they would have saved on weeks held back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from brigade.errors import Issue, Refused
from brigade.values.places import Sector
from brigade.values.problem import Problem
from brigade.values.validation.communes import commune_name
from solver.sectoring.commune_graph import CommuneNetwork, commune_graph
from solver.sectoring.dealing import TravelDifference, WeekTravel, homes_of, saving, weeks_of_travel
from solver.sectoring.partition import Partition, partition
from solver.sectoring.visit_days import VisitHistory, visit_year


@dataclass(frozen=True, slots=True)
class PartitionRequest:
    """`count`: sectors. `tolerance`: how far the hours of one may lie from the mean, as a share of it.
    `provider_id`: whose map is drawn, from its own visits; None: the basin's."""

    count: int
    tolerance: float = 0.1
    limit_s: float = 30.0
    seed: int = 1
    provider_id: str | None = None


@dataclass(frozen=True, slots=True)
class ProposedSector:
    """`minutes`: of service a week, on the weeks learnt from."""

    sector: Sector
    minutes: float
    visits: float


@dataclass(frozen=True, eq=False)
class SectorProposal:
    """`weeks`: travel of the weeks held back; empty where no rota says who did what."""

    year: VisitHistory
    graph: CommuneNetwork
    found: Partition
    sectors: tuple[ProposedSector, ...]
    weeks: tuple[WeekTravel, ...]

    @property
    def saved(self) -> TravelDifference | None:
        """Of the rota's travel, by staying in sectors."""
        return saving([one.rota - one.in_sectors for one in self.weeks])

    @property
    def due_to_sectors(self) -> TravelDifference | None:
        """What the same visits dealt again without sectors would have taken more."""
        return saving([one.without_sectors - one.in_sectors for one in self.weeks])


def propose(problems: Iterable[Problem], asked: PartitionRequest) -> SectorProposal:
    """Raises: Refused, when there is nothing to learn from, or more sectors than communes."""
    year = visit_year(problems)
    if asked.provider_id is not None:
        year = year.of_provider(asked.provider_id)
    learnt, held = year.split()
    if not any(day.visits for day in learnt):
        raise Refused([Issue("O107", "visits", "no_visit_to_learn_from")])
    graph = commune_graph(learnt)
    if asked.count > len(graph.codes):
        met = {"count": asked.count, "communes": len(graph.codes)}
        raise Refused([Issue("O107", "--count", "more_sectors_than_communes", met)])
    found = partition(graph, asked.count, asked.tolerance, asked.limit_s, asked.seed)
    sectors = _sectors(graph, found, asked.provider_id, len({day.week for day in learnt}))
    sector_of = {code: one.sector.id for one in sectors for code in one.sector.communes}
    # Whoever the weeks learnt from did not know is at home where the week's own rota has her.
    homes = {**homes_of(held, sector_of), **homes_of(learnt, sector_of)}
    return SectorProposal(year, graph, found, sectors, tuple(weeks_of_travel(held, sector_of, homes)))


def _sectors(
    graph: CommuneNetwork, found: Partition, provider_id: str | None, weeks: int
) -> tuple[ProposedSector, ...]:
    """Each called by the commune at its centre."""
    sector_at = {row: members[0] for members in found.members for row in members}
    start = f"{provider_id}-" if provider_id else ""
    ids = {members[0]: start + graph.codes[members[0]] for members in found.members}
    return tuple(
        ProposedSector(
            Sector(
                ids[members[0]],
                commune_name(graph.codes[members[0]]),
                provider_id,
                frozenset(graph.codes[row] for row in members),
                neighbours=frozenset(
                    ids[sector_at[int(other)]]
                    for row in members
                    for other in graph.near[row].nonzero()[0]
                    if sector_at[int(other)] != members[0]
                ),
            ),
            sum(int(graph.minutes[row]) for row in members) / weeks,
            sum(int(graph.visits[row]) for row in members) / weeks,
        )
        for members in found.members
    )
