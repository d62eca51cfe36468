"""Who may do what: every route with every role and a stranger, then what each sees of the same thing."""

from __future__ import annotations

from typing import Any

import pytest

from api.messages.webhooks import WebhookSender
from api.runtime.roles import Role
from api.shapes.planning.swap_shapes import SwapState
from tests.api.conftest import PASSWORD, World, begins, wish
from tests.api.letters.test_letters import put_to
from tests.api.small_basin import BASIN, absence, meeting, release

A, C, M, W, E, F = Role
LETTERS = dict(zip("ACMWEF", Role, strict=True))
PUBLIC = {
    "GET /healthz",
    "GET /readyz",
    "POST /v1/sessions",
    "GET /v1/answers/{link}",
    "POST /v1/answers/{link}",
}
PUBLIC |= {"GET /v1/tours/{link}", "POST /v1/tours/{link}"}
PUBLIC |= {
    "POST /v1/password-resets/{link}",
    "GET /v1/feeds/{secret}.ics",
    "GET /v1/oidc/login",
    "GET /v1/oidc/callback",
}
DATA = (
    *(
        "providers",
        "sites",
        "employers",
        "employees",
        "clients",
        "workers",
        "visits",
        "links",
        "rota-feeds",
        "funding-lines",
        "work-blocks",
    ),
    "contacts",
    "mappings",
)
READERS = {
    "providers": "ACMF",
    "sites": "ACM",
    "employers": "ACE",
    "employees": "ACM",
    "clients": "ACM",
    "workers": "ACEW",
    "visits": "ACM",
    "links": "AC",
    "rota-feeds": "ACM",
    "funding-lines": "ACMF",
    "work-blocks": "ACE",
    "absences": "ACM",
    "contacts": "ACW",
    "mappings": "ACM",
}
"""Who sees the thing the walk asks for (of provider S1, worker W1, employer E1)."""
WRITERS = {
    **dict.fromkeys(DATA, "AC"),
    **dict.fromkeys(("sites", "employees", "clients", "visits", "rota-feeds", "mappings"), "ACM"),
    "contacts": "ACW",
    "work-blocks": "ACE",
}
IDS = {
    "providers": "S1",
    "sites": "A",
    "employers": "E1",
    "employees": "A-1",
    "clients": "S1:A",
    "workers": "W1",
    "visits": "V1",
    "links": "K1",
    "rota-feeds": "S1",
    "funding-lines": "F1",
    "work-blocks": "R-01",
    "absences": "ABS-1",
    "contacts": "worker:W1",
    "mappings": "planning",
}
PERSONS = {"client-identities": "S1:A", "worker-identities": "W1", "employee-identities": "A-1"}
OTHERS = {"feeds": "W1", "sessions": "session-0199a7c1f3e2-9f2c4e1ab7d03355"}
MONEY = {"releases": "REL-1"}
B = "/v1/basins/{basin_id}"
ALLOWED: dict[str, str] = {
    "GET /v1/sessions/current": "ACMWEF",
    "DELETE /v1/sessions/current": "ACMWEF",
    "GET /v1/sessions": "ACMWEF",
    "DELETE /v1/sessions/{id}": "",  # somebody else's
    "PUT /v1/accounts/me/password": "ACMWEF",
    "POST /v1/accounts/{id}/password-reset": "A",
    "GET /v1/tokens": "ACMWEF",
    "POST /v1/tokens": "ACMWEF",
    "DELETE /v1/tokens/{id}": "A",  # somebody else's token: only an administrator ends it
    "GET /v1/accounts": "A",
    "POST /v1/accounts": "A",
    "GET /v1/accounts/{id}": "A",
    "PUT /v1/accounts/{id}": "A",
    "GET /v1/audit/verify": "A",
    "GET /v1/rule-sets": "ACMWEF",
    "GET /v1/rule-sets/{id}": "ACMWEF",
    "GET /v1/basins": "ACMWEF",
    "GET /v1/territory": "ACF",
    f"GET {B}": "ACMWEF",
    f"PUT {B}": "AC",
    f"GET {B}/history": "AC",
    f"GET {B}/providers/{{id}}/sectors": "ACMF",
    f"PUT {B}/providers/{{id}}/sectors": "ACM",
    f"GET {B}/vehicles/{{id}}": "ACMWEF",
    f"PUT {B}/vehicles/{{id}}": "ACM",
    f"DELETE {B}/vehicles/{{id}}": "ACM",
    f"GET {B}/events": "ACMWEF",
    f"GET {B}/events/stream": "ACMWEF",
    f"POST {B}/imports": "ACM",
    f"GET {B}/archive": "ACM",
    f"POST {B}/mappings/proposals": "ACM",
    f"POST {B}/mappings/recognitions": "ACM",
    f"POST {B}/invitations": "ACM",
    f"GET {B}/absences": "ACMWEF",
    f"GET {B}/absences/{{id}}": "ACM",
    f"GET {B}/absences/{{id}}/situation": "ACM",
    f"POST {B}/absences/{{id}}/wishes": "ACM",
    f"POST {B}/absences": "ACM",
    f"PUT {B}/absences/{{id}}": "ACM",
    f"DELETE {B}/absences/{{id}}": "ACM",
    f"GET {B}/jobs": "ACMWEF",
    f"POST {B}/jobs": "AC",
    f"GET {B}/jobs/{{id}}": "AC",
    f"GET {B}/jobs/{{id}}/progress": "AC",
    f"POST {B}/jobs/{{id}}/cancel": "AC",
    f"GET {B}/on-call-rotas": "ACMWEF",
    f"POST {B}/on-call-rotas": "AC",
    f"GET {B}/on-call-rotas/{{id}}": "AC",
    f"PUT {B}/on-call-rotas/{{id}}/duties/{{day}}": "AC",
    f"POST {B}/on-call-rotas/{{id}}/publish": "AC",
    f"POST {B}/on-call-rotas/{{id}}/withdraw": "AC",
    f"GET {B}/plans": "ACMWEF",
    f"GET {B}/plans/{{id}}": "ACMWE",
    f"GET {B}/plans/{{id}}/diff": "AC",
    f"GET {B}/plans/{{id}}/check": "AC",
    f"GET {B}/plans/{{id}}/why": "ACM",
    f"GET {B}/plans/{{id}}/candidates": "AC",
    f"GET {B}/plans/{{id}}/hours": "AC",
    f"GET {B}/plans/{{id}}/compare": "AC",
    f"GET {B}/plans/{{id}}/neighbours": "AC",
    f"GET {B}/lending-agreements": "ACMWEF",
    f"POST {B}/lending-agreements": "AC",
    f"GET {B}/lending-agreements/{{id}}": "AC",
    f"POST {B}/lending-agreements/{{id}}/sign": "AC",
    f"POST {B}/lending-agreements/{{id}}/end": "AC",
    f"GET {B}/swaps": "ACMWEF",
    f"GET {B}/swaps/{{id}}": "ACM",
    f"POST {B}/plans/{{id}}/swaps": "AC",
    f"POST {B}/swaps/{{id}}/answer": "ACM",
    f"POST {B}/swaps/{{id}}/withdraw": "ACM",
    f"POST {B}/swaps/{{id}}/carry-out": "AC",
    f"GET {B}/providers/{{id}}/swap-notice": "ACMF",
    f"PUT {B}/providers/{{id}}/swap-notice": "ACM",
    f"GET {B}/lendings": "ACMWEF",
    f"POST {B}/lendings": "AC",
    f"GET {B}/lendings/{{id}}": "AC",
    f"POST {B}/lendings/{{id}}/answer": "AC",
    f"POST {B}/lendings/{{id}}/withdraw": "AC",
    f"POST {B}/plans/{{id}}/judge": "AC",
    f"POST {B}/plans/{{id}}/places": "AC",
    f"GET {B}/plans/{{id}}/board": "AC",
    f"GET {B}/plans/{{id}}/working": "AC",
    f"POST {B}/plans/{{id}}/working": "AC",
    f"POST {B}/plans/{{id}}/part": "AC",
    f"POST {B}/plans/{{id}}/restore": "AC",
    f"POST {B}/plans/{{id}}/board": "AC",
    f"GET {B}/outlines": "ACMWEF",
    f"POST {B}/plans/{{id}}/edits": "AC",
    f"POST {B}/plans/{{id}}/what-if": "AC",
    f"POST {B}/plans/{{id}}/again": "AC",
    f"POST {B}/plans/{{id}}/seen": "AC",
    f"GET {B}/attention": "AC",
    f"GET {B}/alerts": "ACE",
    f"POST {B}/plans/{{id}}/publish": "AC",
    f"POST {B}/plans/{{id}}/reject": "AC",
    f"POST {B}/plans/{{id}}/pins": "AC",
    f"GET {B}/offers": "ACMWEF",
    f"GET {B}/offers/{{id}}": "ACWE",
    f"POST {B}/offers/{{id}}/answer": "ACW",
    f"POST {B}/offers/{{id}}/new-link": "ACW",
    f"GET {B}/messages": "ACMWEF",
    f"GET {B}/messages/{{id}}": "ACW",
    f"POST {B}/messages/{{id}}/resend": "AC",
    f"POST {B}/messages/{{id}}/settle": "AC",
    f"GET {B}/webhooks": "ACMWEF",
    f"POST {B}/webhooks": "ACM",
    f"GET {B}/webhooks/{{id}}": "ACM",
    f"PUT {B}/webhooks/{{id}}": "ACM",
    f"DELETE {B}/webhooks/{{id}}": "ACM",
    f"POST {B}/webhooks/{{id}}/new-secret": "ACM",
    f"GET {B}/webhooks/{{id}}/deliveries": "ACM",
    f"POST {B}/webhooks/{{id}}/deliveries/{{delivery_id}}/resend": "ACM",
    f"GET {B}/outcomes": "ACMWEF",
    f"POST {B}/outcomes": "ACM",
    f"POST {B}/outcomes/imports": "ACM",
    f"GET {B}/incidents": "ACMWEF",
    f"POST {B}/incidents": "ACW",  # of a worker's day; managers tell of their clients
    f"GET {B}/incidents/{{id}}": "ACM",
    f"POST {B}/incidents/{{id}}/end": "ACM",
    f"PUT {B}/outcomes/{{id}}": "ACM",
    f"GET {B}/funding-lines/{{id}}/ledger": "ACMF",
    "GET /v1/audit/export": "A",
    f"GET {B}/erasures": "ACMWEF",
    f"GET {B}/clients/{{id}}/dossier": "ACM",
    f"GET {B}/workers/{{id}}/dossier": "ACW",
    f"POST {B}/clients/{{id}}/erasure": "ACM",
    f"POST {B}/workers/{{id}}/erasure": "AC",
    f"GET {B}/workers/{{id}}/availability": "ACEW",
    f"PUT {B}/workers/{{id}}/availability": "ACW",
    f"GET {B}/workers/{{id}}/hours": "ACEW",
    f"GET {B}/workers/{{id}}/changes": "ACEW",
    f"GET {B}/workers/{{id}}/calls": "ACEW",
    f"POST {B}/workers/{{id}}/calls": "ACW",
    f"POST {B}/workers/{{id}}/calls/withdraw": "ACW",
    f"POST {B}/feeds/{{id}}": "ACW",
    f"GET {B}/feeds/{{id}}": "ACW",
    f"DELETE {B}/feeds/{{id}}": "ACW",
    f"GET {B}/next-visits": "MW",
    f"GET {B}/client-identities": "ACMWEF",
    f"GET {B}/client-identities/{{id}}": "ACM",
    f"PUT {B}/client-identities/{{id}}": "ACM",
    f"DELETE {B}/client-identities/{{id}}": "ACM",
    f"GET {B}/worker-identities": "ACMWEF",
    f"GET {B}/worker-identities/{{id}}": "ACEW",
    f"PUT {B}/worker-identities/{{id}}": "AC",
    f"DELETE {B}/worker-identities/{{id}}": "AC",
    f"GET {B}/employee-identities": "ACMWEF",
    f"GET {B}/employee-identities/{{id}}": "ACM",
    f"PUT {B}/employee-identities/{{id}}": "ACM",
    f"DELETE {B}/employee-identities/{{id}}": "ACM",
    f"GET {B}/indicators": "AC",
    f"GET {B}/indicators/periods": "ACF",
    f"GET {B}/exports/evidence": "ACMF",
    f"GET {B}/exports/payroll": "ACE",
    f"GET {B}/exports/on-call": "ACE",
    f"GET {B}/plans/{{id}}/geojson": "ACMW",
    f"GET {B}/refusals": "ACMWEF",
    f"GET {B}/releases": "ACMWEF",
    f"POST {B}/releases": "ACM",
    f"GET {B}/releases/{{id}}": "ACM",
    f"POST {B}/releases/{{id}}/confirm": "AC",
    f"POST {B}/releases/{{id}}/cancel": "ACM",
    f"GET {B}/ledger": "ACMWEF",
    f"GET {B}/funding-transfers": "ACMWEF",
    f"POST {B}/funding-transfers": "AC",
    f"GET {B}/reports": "ACMWEF",
    f"POST {B}/reports": "AC",
    f"GET {B}/reports/{{id}}": "ACF",
    **{f"GET {B}/{kind}": "ACMWEF" for kind in DATA},
    **{f"GET {B}/{kind}/{{id}}": READERS[kind] for kind in DATA},
    **{f"{method} {B}/{kind}/{{id}}": WRITERS[kind] for kind in DATA for method in ("PUT", "DELETE")},
}
"""Letters of the roles whom a route lets in. Lists let everybody of the basin in: what they hold is for the
tests below."""
MARCH = "?first_day=2026-03-01&last_day=2026-03-31"
QUERIES = {
    "/periods": MARCH,
    "/evidence": MARCH,
    "/payroll": MARCH,
    "/exports/on-call": MARCH,
    "/why": "?visit_id=V1",
    "/proposals": "?source=essai",
    "/candidates": "?visit_id=V1",
    "/neighbours": "?visit_id=V1",
    "/plans/{id}/hours": "?visit_id=V1",
    "/compare": "?to={plan}",
    "/changes": "?since=2026-03-09T06:00:00%2B01:00",
}
"""What a question cannot be asked without."""
HOOK = {"url": "https://saad.example.org/brigade", "events": ["*"]}
MAPPING = {
    "format": "brigade-mapping",
    "version": 1,
    "source": "Planning 2000",
    "tables": [{"table": "salariés", "rows": [{"identifiant": "A-1", "saad": "S1"}]}],
}
"""The manager's own."""
CONTACT = {"id": "worker:W1", "email": "w1@example.org"}
AGREEMENT = {"lender": "B1", "borrower": "B2", "until": "2026-12-31"}
LENDING = {
    "worker_id": "W3",
    "starts_at": "2026-03-12T08:00:00+01:00",
    "ends_at": "2026-03-12T12:00:00+01:00",
}
CALL = {"start": "2026-03-08T21:00:00+01:00", "end": "2026-03-08T22:30:00+01:00"}
LINK = {"kind": "different_workers", "first": "V1", "second": "V2"}
CAR = {
    "id": "CLIO",
    "name": "Clio",
    "site_id": "A",
    "provider_id": "S1",
    # A loan that is over: nobody takes it in the plan.
    "hours": [{"start": "2026-01-01T00:00:00+01:00", "end": "2026-01-02T00:00:00+01:00"}],
}


@pytest.fixture
@begins
def day(world: World) -> dict[str, str]:
    """A published plan in which W1 has an offer, and the ids the walk needs."""
    wish(world, vehicles=[CAR])
    world.ask(C, "PUT", f"{BASIN}/links/K1", LINK)
    worker = world.ask(C, "GET", f"{BASIN}/workers/W1").json()["value"]
    for other in ("W2", "W3"):  # only W1 is there: the stops are W1's
        row = world.ask(C, "GET", f"{BASIN}/workers/{other}")
        body = {**row.json()["value"], "availability": []}
        assert (
            world.ask(C, "PUT", f"{BASIN}/workers/{other}", body, If_Match=row.headers["ETag"]).status_code
            == 200
        )
    assert worker["availability"]
    world.ask(C, "DELETE", f"{BASIN}/links/K1", If_Match='"1"')
    world.ask(M, "POST", f"{BASIN}/absences", absence(reason="SICK"))
    world.search()
    (proposal,) = world.get(f"{BASIN}/plans?state=proposed")["items"]
    assert world.publish(proposal).status_code == 200
    world.ask(C, "PUT", f"{BASIN}/links/K1", LINK)
    world.ask(C, "PUT", f"{BASIN}/work-blocks/R-01", meeting())
    for job in world.get(f"{BASIN}/jobs?state=queued")[
        "items"
    ]:  # the tie begins a search, which is no matter here
        assert world.ask(C, "POST", f"{BASIN}/jobs/{job['id']}/cancel").status_code == 200
    assert world.ask(M, "POST", f"{BASIN}/releases", release(days=["2026-03-16"])).status_code == 201
    offers = world.get(f"{BASIN}/offers")["items"]
    assert {offer["worker_id"] for offer in offers} == {"W1"}
    for kind, id in PERSONS.items():
        assert world.ask(C, "PUT", f"{BASIN}/{kind}/{id}", {"name": "Quelqu’un"}).status_code == 201
    world.ask(C, "PUT", f"{BASIN}/contacts/worker:W1", CONTACT)
    world.ask(M, "PUT", f"{BASIN}/mappings/planning", MAPPING)
    (message,) = world.get(f"{BASIN}/messages?kind=tour_changed")["items"]
    hook = world.ask(M, "POST", f"{BASIN}/webhooks", HOOK).json()["id"]
    WebhookSender(world.service).prepare()
    (call,) = world.get(f"{BASIN}/webhooks/{hook}/deliveries")["items"]
    token = world.ask(A, "POST", "/v1/tokens", {"name": "un autre"}).json()["id"]
    # An account of its own: the walk ends its sessions and tokens.
    account = world.ask(
        A, "POST", "/v1/accounts", {"login": "personne", "role": "funder", "password": PASSWORD}
    ).json()["id"]
    assert world.ask(W, "POST", f"{BASIN}/feeds/W1").status_code == 200
    away = {"kind": "client_away", "client_id": "S1:C", "cause": "family", "at": "2026-03-20T08:00:00+01:00"}
    incident = world.ask(M, "POST", f"{BASIN}/incidents", away).json()["incident"]["id"]
    world.ask(C, "POST", f"{BASIN}/on-call-rotas", {"first_day": "2026-03-16", "weeks": 1})
    world.search()
    (rota,) = world.get(f"{BASIN}/on-call-rotas")["items"]
    report = world.ask(C, "POST", f"{BASIN}/reports", {"period": "2026-01"}).json()["id"]
    world.ask(A, "PUT", "/v1/basins/B2", {"name": "Arras", "department": "62"})
    agreement = world.ask(A, "POST", "/v1/basins/B2/lending-agreements", AGREEMENT)
    signing = f"{BASIN}/lending-agreements/{agreement.json()['id']}/sign"
    world.ask(C, "POST", signing, {}, If_Match=agreement.headers["ETag"])
    asked = {**LENDING, "agreement_id": agreement.json()["id"]}
    lending = world.ask(A, "POST", "/v1/basins/B2/lendings", asked).json()["id"]
    with world.service.database.writing() as session:
        swap = put_to(proposal["id"], SwapState.ASKED, world.service.clock)
        session.add(swap)
        session.commit()
        swap_id = swap.id
    return {
        "swaps": swap_id,
        "incidents": incident,
        "reports": report,
        "on-call-rotas": rota["id"],
        "lending-agreements": agreement.json()["id"],
        "lendings": lending,
        "plans": proposal["id"],
        "jobs": proposal["job_id"],
        "offers": offers[0]["id"],
        "messages": message["id"],
        "webhooks": hook,
        "deliveries": call["id"],
        "tokens": token,
        "accounts": account,
        "vehicles": "CLIO",
    }


def bodies(world: World) -> dict[str, Any]:
    """A body that would do, so that only rights and preconditions stand against the request."""
    things = {kind: world.ask(A, "GET", f"{BASIN}/{kind}/{id}").json()["value"] for kind, id in IDS.items()}
    declared = {
        **absence(),
        "id": None,
        "interval": {"start": "2026-03-16T06:00:00+01:00", "end": "2026-03-16T07:00:00+01:00"},
    }
    agreed = world.get(f"{BASIN}/lending-agreements")["items"][0]["id"]
    account = {"login": "quelqu-un", "role": "funder", "grants": []}
    return {
        **{f"PUT {B}/{kind}/{{id}}": body for kind, body in things.items() if kind != "absences"},
        **{f"PUT {B}/{kind}/{{id}}": {"name": "Quelqu’un"} for kind in PERSONS},
        f"PUT {B}/workers/{{id}}/availability": {
            "first_day": "2026-03-16",
            "last_day": "2026-03-16",
            "spans": [],
        },
        f"PUT {B}": world.get(BASIN)["value"],
        f"PUT {B}/absences/{{id}}": absence(),
        f"POST {B}/absences": declared,
        f"POST {B}/absences/{{id}}/wishes": {"visits": {"V3": False}},
        f"POST {B}/releases": release(id=None, days=["2026-03-17"]),
        f"POST {B}/releases/{{id}}/confirm": {"days": []},
        f"POST {B}/reports": {"period": "2026-02"},
        f"POST {B}/funding-transfers": {"from_line_id": "F1", "to_line_id": "F1", "cents": 1},
        f"POST {B}/jobs": {"first_day": "2026-03-09"},
        f"POST {B}/on-call-rotas": {"first_day": "2026-03-16"},
        f"POST {B}/workers/{{id}}/calls": CALL,
        f"POST {B}/workers/{{id}}/calls/withdraw": {"start": CALL["start"]},
        f"PUT {B}/on-call-rotas/{{id}}/duties/{{day}}": {"worker_ids": []},
        f"POST {B}/plans/{{id}}/pins": {"pin": []},
        f"POST {B}/plans/{{id}}/judge": {"edits": [{"kind": "pin", "visit_id": "V1"}]},
        f"POST {B}/plans/{{id}}/places": {"visit_id": "V1"},
        f"POST {B}/plans/{{id}}/board": {"edits": []},
        f"POST {B}/plans/{{id}}/working": {"edits": []},
        f"POST {B}/plans/{{id}}/part": {"undo": ["V1"]},
        f"POST {B}/plans/{{id}}/restore": {},
        f"POST {B}/plans/{{id}}/edits": {"edits": [{"kind": "pin", "visit_id": "V1"}]},
        f"POST {B}/plans/{{id}}/what-if": {"events": [{"kind": "visit_cancelled", "visit_id": "V3"}]},
        f"POST {B}/offers/{{id}}/answer": {"reply": "accept"},
        f"PUT {B}/outcomes/{{id}}": {"done": False},
        f"POST {B}/lending-agreements": AGREEMENT,
        f"POST {B}/lending-agreements/{{id}}/end": {"reason": "essai"},
        f"POST {B}/lendings": {**LENDING, "agreement_id": agreed},
        f"POST {B}/plans/{{id}}/swaps": {"visit_id": "V1", "employee_id": "A-1"},
        f"POST {B}/swaps/{{id}}/answer": {"reply": "accept"},
        f"PUT {B}/providers/{{id}}/swap-notice": {},
        f"POST {B}/lendings/{{id}}/answer": {"reply": "yes"},
        f"POST {B}/lendings/{{id}}/withdraw": {"reason": "essai"},
        f"POST {B}/outcomes": {"outcomes": [{"visit_id": "V2", "done": False}]},
        f"POST {B}/incidents": {"kind": "worker_late", "worker_id": "W1", "late_min": 5},
        "PUT /v1/accounts/me/password": {"old": PASSWORD, "new": PASSWORD},
        # Another id than the path's: let in, and nobody is forgotten before the walk ends.
        f"POST {B}/clients/{{id}}/erasure": {"confirm": "nobody"},
        f"POST {B}/workers/{{id}}/erasure": {"confirm": "nobody"},
        f"POST {B}/webhooks": HOOK,
        f"PUT {B}/webhooks/{{id}}": HOOK,
        "POST /v1/tokens": {"name": "essai"},
        "POST /v1/accounts": account,
        "PUT /v1/accounts/{id}": account,
        f"POST {B}/invitations": {"login": "collegue"},
        f"PUT {B}/providers/{{id}}/sectors": {"sectors": []},
        f"PUT {B}/vehicles/{{id}}": CAR,
    }


def operations(world: World) -> list[str]:
    paths = world.client.get("/v1/openapi.json").json()["paths"]
    return [f"{method.upper()} {path}" for path, ways in paths.items() for method in ways]


def fill(path: str, ids: dict[str, str]) -> str:
    query = next((query for end, query in QUERIES.items() if path.endswith(end)), "")
    path = path.replace("{basin_id}", "B1")
    for kind, id in {
        **IDS,
        **PERSONS,
        **OTHERS,
        **MONEY,
        **ids,
        "rule-sets": "bad",
        "outcomes": "V1",
    }.items():
        path = path.replace(f"/{kind}/{{id}}", f"/{kind}/{id}").replace(
            f"/{kind}/{{delivery_id}}", f"/{kind}/{id}"
        )
    path = path.replace("{day}", "2026-03-18")
    return path + query.format(plan=ids["plans"])


def test_every_route_lets_in_whom_it_should_and_nobody_else(world: World, day: dict[str, str]) -> None:
    """Refused: 401 to strangers, 403 or 404 to roles. Let in: anything else (428: only the version is
    missing)."""
    assert set(operations(world)) - PUBLIC == set(ALLOWED), (
        "a route without its line in ALLOWED, or the reverse"
    )
    given, wrong = bodies(world), []
    # What ends something comes last; streams are asked by those who are refused only, since they have no end.
    for operation in sorted(ALLOWED, key=lambda one: (one.startswith("DELETE"), one)):
        method, path = operation.split(" ")
        where = fill(path, day)
        body = given.get(operation, {} if method == "POST" else None)
        stranger = world.ask(None, method, where, body)
        wrong += [(operation, "stranger", stranger.status_code)] if stranger.status_code != 401 else []
        for letter, role in LETTERS.items():
            is_allowed = letter in ALLOWED[operation]
            if is_allowed and path.endswith("/stream"):
                continue
            status = world.ask(role, method, where, body).status_code
            if status >= 500 or (status in (401, 403, 404)) == is_allowed:
                wrong.append((operation, role.value, status))
    assert wrong == [], "\n".join(map(str, wrong))


def test_another_basin_is_as_if_it_were_not(world: World) -> None:
    wishes = {"name": "Arras", "department": "62"}
    assert world.ask(A, "PUT", "/v1/basins/B2", wishes).status_code == 201
    for role in (C, M, W, E, F):
        for path in ("", "/visits", "/plans", "/events", "/jobs"):
            assert world.ask(role, "GET", f"/v1/basins/B2{path}").status_code == 404, (role, path)
        assert [one["id"] for one in world.get("/v1/basins", role)["items"]] == ["B1"]


def test_a_manager_sees_and_changes_only_the_provider_granted(world: World, day: dict[str, str]) -> None:
    seen = {
        kind: {one["id"] for one in world.get(f"{BASIN}/{kind}", M)["items"]} for kind in (*DATA, "absences")
    }
    assert seen["clients"] == {"S1:A", "S1:B", "S1:C"}
    assert seen["visits"] == {"V1", "V2", "V3"}
    assert (seen["providers"], seen["employees"], seen["rota-feeds"]) == ({"S1"}, {"A-1"}, {"S1"})
    assert (seen["workers"], seen["links"], seen["employers"]) == (set(), set(), set())
    theirs = world.get(f"{BASIN}/visits/V4", C)["value"]
    for method in ("GET", "DELETE"):
        assert world.ask(M, method, f"{BASIN}/visits/V4").status_code in (403, 404)
    (unknown,) = world.ask(M, "PUT", f"{BASIN}/visits/V4", theirs).json()["issues"]
    assert (unknown["code"], unknown["where"]) == ("P102", "visits.V4.client_id"), (
        "whose client is not theirs is not there"
    )
    stolen = {**world.get(f"{BASIN}/clients/S1:A", M)["value"], "provider_id": "S2"}
    moved = world.ask(M, "PUT", f"{BASIN}/clients/S1:A", stolen, If_Match='"1"')
    assert (moved.status_code, moved.json()["code"]) == (403, "A103")
    assert world.get(f"{BASIN}/clients/S1:A", M)["value"]["provider_id"] == "S1"
    foreign = absence(id="X", provider_id="S2", employee_id="A-2")
    assert world.ask(M, "POST", f"{BASIN}/absences", foreign).status_code == 422


def test_the_reason_of_an_absence_stays_with_its_provider(world: World, day: dict[str, str]) -> None:
    assert world.get(f"{BASIN}/absences/ABS-1", M)["value"]["reason"] == "SICK"
    assert "reason" not in world.get(f"{BASIN}/absences/ABS-1", C)["value"]
    changed = world.ask(C, "PUT", f"{BASIN}/absences/ABS-1", absence(), If_Match='"1"')
    assert changed.status_code == 200, changed.text
    assert (
        world.get(f"{BASIN}/absences/ABS-1", M)["value"]["reason"] == "SICK"
    )  # not erased by who does not see it
    for operation in ("events", "jobs", f"plans/{day['plans']}"):
        assert "SICK" not in world.ask(C, "GET", f"{BASIN}/{operation}").text


def test_each_role_sees_its_own_part_of_a_plan(world: World, day: dict[str, str]) -> None:
    where = f"{BASIN}/plans/{day['plans']}"
    assert {stop["visit_id"] for stop in world.get(where, M)["document"]["stops"]} == {"V1", "V2", "V3"}
    assert {route["worker_id"] for route in world.get(where, W)["document"]["routes"]} == {"W1"}
    hours = world.get(where, E)
    assert {one["worker_id"] for one in hours["document"]["hours"]} == {"W1"}
    assert not any(client in str(hours) for client in ("S1:A", "S1:B", "V1", "V2"))
    assert "solver" in world.get(where, C)
    assert "solver" not in world.get(where, M)


def test_proposals_are_for_those_who_plan(world: World, day: dict[str, str]) -> None:
    proposal = world.propose()
    for role in (M, W, E, F):
        assert world.ask(role, "GET", f"{BASIN}/plans/{proposal['id']}").status_code == 404
    assert [one["id"] for one in world.get(f"{BASIN}/plans", M)["items"]] == [day["plans"]]


def test_a_funder_reads_no_small_cell(world: World, day: dict[str, str]) -> None:
    """Three requests in all: fewer than five, so nothing is told; and nothing of a month that is not over."""
    where = f"{BASIN}/indicators/periods{MARCH}"
    assert world.get(where, F)["rows"] == []
    world.later(days=24)
    told = {row["name"]: row for row in world.get(where, F)["rows"] if row["of"] is None}
    assert told["requests"] == {**told["requests"], "value": None, "suppressed": True}
    assert all(row["value"] is None for row in told.values())
    whole = {row["name"]: row["value"] for row in world.get(where, C)["rows"] if row["of"] is None}
    assert (whole["requests"], whole["covered"], whole["coverage_rate"]) == (3, 3, 1)
    assert world.get(f"{BASIN}/indicators", C)["all"] == [{"part": "all", "requests": 3, "covered": 3}]


def test_events_tell_each_only_what_concerns_them(world: World, day: dict[str, str]) -> None:
    kinds = {
        role: {one["kind"] for one in world.get(f"{BASIN}/events?limit=500", role)["items"]}
        for role in (C, M, W, F)
    }
    assert {"plans", "jobs", "offers", "absences"} <= kinds[C]
    assert kinds[M] <= {
        "absences",
        "visits",
        "clients",
        "employees",
        "rota-feeds",
        "providers",
        "sites",
        "offers",
        "client-identities",
        "employee-identities",
        "releases",
        "webhooks",
        "mappings",
        "incidents",
    }
    assert kinds[W] <= {"workers", "offers", "worker-identities", "feeds", "contacts"}
    assert kinds[F] == set()


def test_a_closed_account_is_out_at_once(world: World) -> None:
    (row,) = [one for one in world.get("/v1/accounts", A)["items"] if one["role"] == "funder"]
    closed = {"login": row["login"], "role": "funder", "is_active": False, "grants": row["grants"]}
    assert world.ask(F, "GET", BASIN).status_code == 200
    assert world.ask(A, "PUT", f"/v1/accounts/{row['id']}", closed, If_Match='"1"').status_code == 200
    assert world.ask(F, "GET", BASIN).status_code == 401
    assert (
        world.client.post("/v1/sessions", json={"login": "funder", "password": PASSWORD}).status_code == 401
    )
