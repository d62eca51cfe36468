"""Two basins that lend to each other: B1, whose V1 nobody of its own can do, and B2 (Béthune) next door."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from httpx2 import Response

from api.access.authentication import digest_of, new_token
from api.access.rights import Principal
from api.access.scope import Scoped
from api.imports import bringing
from api.persons import accounts
from api.runtime.ids import new_id
from api.runtime.roles import Role
from api.store.account_tables import Token
from brigade.values.places import Basin, Site
from brigade.values.problem import Problem
from tests.api.conftest import PASSWORD, World
from tests.api.small_basin import BASIN, absence
from tests.builders import at, labour, problem, visit, worker

NEXT_DOOR = "/v1/basins/B2"
HERE = {"H": 0, "A": 10, "B": 20, "C": 30, "D": 40}
HOURS = {"starts_at": "2026-03-09T07:00:00+01:00", "ends_at": "2026-03-09T10:00:00+01:00"}


@dataclass
class Neighbours:
    """A world with both basins. `lender`, `borrower`, `lent`: tokens of the two coordinators and of the
    person who is lent."""

    world: World
    lender: str
    lent: str

    @property
    def borrower(self) -> str:
        return self.world.tokens[Role.COORDINATOR]

    def ask(self, token: str, method: str, path: str, body: Any = None, **headers: str) -> Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        known = {"Authorization": f"Bearer {token}", **named}
        return self.world.client.request(method, path, json=body, headers=known)

    def get(self, token: str, path: str) -> Any:
        answer = self.ask(token, "GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def act(self, token: str, path: str, act: str, body: Any) -> Response:
        """On a row as it stands."""
        row = self.ask(token, "GET", path)
        return self.ask(token, "POST", f"{path}/{act}", body, If_Match=row.headers["ETag"])

    def agreement(self, **more: Any) -> dict[str, Any]:
        """Béthune lends to Lens: proposed by the borrower, signed by the lender."""
        given = {"lender": "B2", "borrower": "B1", "until": "2026-12-31", **more}
        made = self.ask(self.borrower, "POST", f"{BASIN}/lending-agreements", given)
        assert made.status_code == 201, made.text
        where = f"{NEXT_DOOR}/lending-agreements/{made.json()['id']}"
        signed = self.act(self.lender, where, "sign", {})
        assert signed.status_code == 200, signed.text
        told: dict[str, Any] = signed.json()
        return told

    def request(self, agreement: dict[str, Any], **more: Any) -> Response:
        given = {"agreement_id": agreement["id"], "worker_id": "W1", "visits": ["V1"], **HOURS, **more}
        return self.ask(self.borrower, "POST", f"{BASIN}/lendings", given)


def next_door() -> Problem:
    """W1 of Béthune has one visit at 14:00 and holds what V1 asks for; W2 does not."""
    made = problem(
        [visit("V1", "A", 60, "14:00", "14:00")],
        [
            worker("W1", "07:00", "20:00", competencies=frozenset({"NIGHT"})),
            worker("W2", "07:00", "13:00"),
        ],
        places=HERE,
        rules=labour(),
        now=at("06:40"),
    )
    return replace(made, basin=Basin("B2", "Béthune", "62"), sites=_sites(2.8))


def _sites(longitude: float) -> tuple[Site, ...]:
    """On a road of its own."""
    return tuple(
        Site(id, "62498", 50.43, round(longitude + minutes / 100, 4)) for id, minutes in HERE.items()
    )


def neighbours(world: World) -> Neighbours:
    """Lens has coordinates, A-1 is away, and V1 asks for what nobody there knows."""
    for one in _sites(2.9):
        world.rewrite(f"sites/{one.id}", commune="62498", latitude=one.latitude, longitude=one.longitude)
    world.rewrite("visits/V1", required=["NIGHT"])
    world.ask(Role.MANAGER, "POST", f"{BASIN}/absences", absence())
    service, clock = world.service, world.service.clock
    tokens = []
    with service.database.writing() as session:
        scoped = Scoped(session, Principal("tests", Role.ADMINISTRATOR), clock)
        bringing.bring_in(scoped, service, next_door())
        for login, role, target in (("B2-C", Role.COORDINATOR, ""), ("B2-W1", Role.WORKER, "W1")):
            account = accounts.create(scoped, service.settings, login, role, PASSWORD, [("B2", target)])
            token, now = new_token(), clock.now()
            session.add(
                Token(
                    id=new_id("token", now),
                    hash=digest_of(token),
                    account_id=account.id,
                    name="essai",
                    scopes=["read", "write"],
                    created_at=now,
                    expires_at=now + timedelta(days=30),
                )
            )
            tokens.append(token)
        scoped.commit()
    return Neighbours(world, *tokens)
