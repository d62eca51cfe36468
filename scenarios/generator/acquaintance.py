"""Who knows whom: usual carers from the past, the odd wish for somebody, the odd wish never to see somebody
again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from brigade.values.competencies import shipped_catalogue
from brigade.values.demand import Visit
from brigade.values.workforce import EngagementStatus, Worker
from scenarios.generator.dice import Dice
from scenarios.generator.draft import DraftLedger
from scenarios.generator.spread import crow_km
from scenarios.generator.territory import Territory

USUAL, ASKED_FOR, FORBIDDEN = 0.35, 0.04, 0.025
"""Share of the clients who know somebody of the brigade; who ask for one of those; who want somebody never
again [guess]."""
# A quarter of an hour by car: whoever lives further away has seldom been there before.
NEAR_KM = 10.0


def acquainted(
    ledger: DraftLedger,
    workers: Sequence[Worker],
    homes: dict[str, str],
    territory: Territory,
    first_day: date,
    dice: Dice,
) -> tuple[Visit, ...]:
    """The visits with usual, preferred and forbidden workers, the same for all visits of a client.

    Args: homes: worker id -> commune code.
    """
    visits_of: dict[str, list[Visit]] = {}
    for visit in ledger.visits.values():
        visits_of.setdefault(visit.client_id, []).append(visit)
    made: dict[str, Visit] = {}
    for client_id, visits in visits_of.items():
        own = dice.branch(client_id)
        able = [
            worker for worker in workers if _has_been(worker, visits, ledger, homes, territory, first_day)
        ]
        # About four clients in five live near somebody who could come: so many know somebody in all.
        usual = own.some(able, own.whole(1, 2)) if own.chance(USUAL / 0.8) else []
        asked = usual[:1] if own.chance(ASKED_FOR / USUAL) else []
        # Nobody is both a familiar face and never to be seen again.
        strangers = [worker for worker in workers if worker not in usual]
        never = own.some(strangers, 1) if own.chance(FORBIDDEN) else []
        for visit in visits:
            made[visit.id] = replace(
                visit,
                usual_workers=frozenset(worker.id for worker in usual),
                preferred_workers=frozenset(worker.id for worker in asked),
                forbidden_workers=frozenset(worker.id for worker in never),
            )
    return tuple(made[id] for id in ledger.visits)


def _has_been(
    worker: Worker,
    visits: Sequence[Visit],
    ledger: DraftLedger,
    homes: dict[str, str],
    territory: Territory,
    today: date,
) -> bool:
    """Somebody signed with the provider, able to do one of the visits, living near, and not new."""
    client = ledger.clients[visits[0].client_id]
    # `make_counters` gives somebody new one past week, everybody else eleven.
    if len(worker.counters.week_work) < 2 or not any(
        paper.provider_id == client.provider_id and paper.status is EngagementStatus.SIGNED
        for paper in worker.engagements
    ):
        return False
    held = shipped_catalogue().competencies_of(worker, today)
    commune = next(site.commune for site in ledger.sites if site.id == client.site_id)
    assert commune is not None
    near = crow_km(territory.commune(homes[worker.id]), territory.commune(commune)) <= NEAR_KM
    return near and any(visit.required <= held for visit in visits)
