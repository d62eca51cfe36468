"""Days opened before they are asked for: a large one takes seconds to open, which whoever looks at it first
would wait."""

from __future__ import annotations

from contextlib import suppress
from threading import Thread

from api.access.rights import Principal
from api.access.scope import Scoped
from api.plans import warm_plans
from api.runtime.settings import Pool
from api.service.service import Service
from brigade.errors import BrigadeError


def open_found(service: Service, basin_id: str, plan_id: str) -> None:
    """What a search has just found, for its board. Nobody waits for it, and at most as many are opened at
    once as there are searches."""
    if service.settings.compute_ahead and service.settings.pool is not Pool.THREADS:
        principal = Principal.system("opening", basin_id)
        given = (service, principal, basin_id, plan_id)
        Thread(target=_open_whole, args=given, name="opening", daemon=True).start()


def _open_whole(service: Service, principal: Principal, basin_id: str, plan_id: str) -> None:
    # In two turns: whoever looks meanwhile needs the first one alone.
    open_to_look(service, principal, basin_id, plan_id)
    open_for_hands(service, principal, basin_id, plan_id)


def open_to_look(service: Service, principal: Principal, basin_id: str, plan_id: str) -> None:
    """Where there is too much to do, whoever looks first waits instead."""
    _turn(service, principal, basin_id, plan_id, is_for_hands=False)


def open_for_hands(service: Service, principal: Principal, basin_id: str, plan_id: str) -> None:
    """Whoever looks at a board may soon take a visit in hand; where there is too much to do, she waits
    instead."""
    _turn(service, principal, basin_id, plan_id, is_for_hands=True)


def _turn(service: Service, principal: Principal, basin_id: str, plan_id: str, *, is_for_hands: bool) -> None:
    with service.database.reading() as session, suppress(BrigadeError):
        scoped = Scoped(session, principal, service.clock)
        service.computed(
            scoped, basin_id, warm_plans.open_ahead, basin_id, plan_id, is_for_hands=is_for_hands
        )
