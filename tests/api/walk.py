"""One way through every operation of the service, in the order of a day, on the Monday's basin: each asked
once with success.

Its requests and answers are the examples of the OpenAPI document (`python -m tools.examples` writes
api/http/examples.json).
"""

from __future__ import annotations

import json
import re
from typing import Any
from unittest.mock import patch

from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import select

from api.basin.resource_kinds import KINDS
from api.cycle import tour_links
from api.letters.post import LetterSender
from api.messages.outbox import DeliveryVerdict
from api.messages.webhooks import WebhookSender
from api.persons import erasing
from api.runtime.roles import Role
from api.store.message_tables import Message
from tests.api.conftest import PASSWORD, SEARCH, World
from tests.api.small_basin import RARE, absence, colleague, document, meeting, release

A, C, M, W, E, F = Role
B = "/v1/basins/{basin_id}"
MARCH = "first_day=2026-03-01&last_day=2026-03-31"
IDENTITY = {
    "name": "Mme Exemple",
    "address_lines": ["3 rue de l’Exemple", "62300 Lens"],
    "entry": "code 4271, deuxième étage",
    "contacts": [{"kind": "phone", "value": "+33639980001", "of": "sa fille"}],
}
MAPPED: dict[str, Any] = {
    "format": "brigade-mapping",
    "version": 1,
    "source": "Planning 2000",
    "tables": [
        {
            "table": "salariés",
            "file": "equipe*",
            "columns": {
                "identifiant": {"headers": ["Nom"], "codes": {"Mme A": "A-1"}},
                "saad": {"value": "S1"},
            },
        }
    ],
    "ignored": ["Commentaire"],
}
NEW_PASSWORD = "un-autre-mot-de-passe"
TEXT = 1200
"""Characters kept of an answer that is no JSON."""
Seen = dict[str, dict[str, Any]]


class Walk:
    """Asks, and keeps what it asked and was answered, by "METHOD /template"."""

    def __init__(self, world: World, lang: str = "fr") -> None:
        self.world = world
        self.seen: Seen = {}
        self.client = TestClient(world.app, headers={"Accept-Language": lang})

    def ask(
        self,
        operation: str,
        body: Any = None,
        *,
        role: Role | None = C,
        query: str = "",
        headers: dict[str, str] | None = None,
        raw: tuple[str, bytes] | None = None,
        **path: str,
    ) -> Response:
        """`raw`: media type and bytes of a body that is no JSON. Fails unless the answer is a success."""
        method, template = operation.split(" ", 1)
        where = template.format(basin_id="B1", **path) + (f"?{query}" if query else "")
        named = dict(headers or {})
        if role is not None:
            named["Authorization"] = f"Bearer {self.world.tokens[role]}"
        sent: dict[str, Any] = {"json": body} if raw is None else {"content": raw[1]}
        if raw is not None:
            named["Content-Type"] = raw[0]
        answer = self.client.request(method, where, headers=named, follow_redirects=False, **sent)
        assert answer.status_code < 400, f"{operation}: {answer.status_code} {answer.text}"
        self._keep(operation, body, answer)
        return answer

    def _keep(self, operation: str, body: Any, answer: Response) -> None:
        kept = self.seen.setdefault(operation, {"answers": {}})
        if body is not None:
            kept.setdefault("request", body)
        media = answer.headers.get("Content-Type", "").partition(";")[0]
        told = kept["answers"].setdefault(str(answer.status_code), {})
        if media.endswith("json") and media != "application/x-ndjson":
            told.setdefault(media, _at_any_speed(answer.json()))
        elif media.startswith("text/") or media == "application/x-ndjson":
            told.setdefault(media, answer.text[:TEXT].rpartition("\n")[0] or answer.text[:TEXT])


def _at_any_speed(body: Any) -> Any:
    """A search tells its progress where it takes long enough, which is the machine's to say."""
    if isinstance(body, dict):
        return {name: {} if name == "progress" else _at_any_speed(one) for name, one in body.items()}
    return [_at_any_speed(one) for one in body] if isinstance(body, list) else body


def walked(world: World, lang: str = "fr") -> Seen:
    """Every operation but the two of an outside identity provider, whose answers have no body."""
    walk = Walk(world, lang)
    for part in (
        _public,
        _mappings,
        _things,
        _persons,
        _data,
        _accounts,
        _day,
        _swaps,
        _plans,
        _rotas,
        _calls,
        _offers,
        _after,
        _money,
        _lending,
        _telling,
        _rights,
    ):
        part(walk)
    return walk.seen


def etag(answer: Response) -> dict[str, str]:
    return {"If-Match": answer.headers["ETag"]}


# -- before the day ----------------------------------------------------------------------------------------
def _public(walk: Walk) -> None:
    walk.ask("GET /healthz", role=None)
    walk.ask("GET /readyz", role=None)
    walk.ask("GET /v1/rule-sets")
    walk.ask("GET /v1/rule-sets/{id}", id="bad")
    walk.ask("GET /v1/basins")
    basin = walk.ask(f"GET {B}")
    wishes = {**basin.json()["value"], "replan": "on_request", "search": SEARCH}
    walk.ask(f"PUT {B}", wishes, headers=etag(basin))
    walk.ask("PUT /v1/basins/{basin_id}".replace("{basin_id}", "{new}"), wishes, role=A, new="B2")
    walk.seen[f"PUT {B}"]["answers"] |= walk.seen.pop("PUT /v1/basins/{new}")["answers"]
    walk.ask(f"POST {B}/imports", document(), query="dry_run=true")


def _mappings(walk: Walk) -> None:
    clocked = "Usager;Badge;Date;Arrivée;Départ;Réalisé\r\nS1:A;W1;09/03/2026;08:02;08:58;oui\r\n"
    walk.ask(
        f"POST {B}/mappings/proposals",
        raw=("text/csv", clocked.encode()),
        query="source=T%C3%A9l%C3%A9%203000",
    )
    walk.ask(f"POST {B}/mappings/recognitions", raw=("text/csv", clocked.encode()), query="name=tele")
    told = walk.ask(f"PUT {B}/mappings/{{id}}", MAPPED, id="planning-2000")
    walk.ask(f"GET {B}/mappings")
    walk.ask(f"GET {B}/mappings/{{id}}", id="planning-2000")
    changed = walk.ask(
        f"PUT {B}/mappings/{{id}}", {**MAPPED, "ignored": []}, id="planning-2000", headers=etag(told)
    )
    walk.ask(f"DELETE {B}/mappings/{{id}}", id="planning-2000", headers=etag(changed))


def _things(walk: Walk) -> None:
    """Each kind: one more is written, read, changed; then they go, the last first."""
    made = []
    for kind in (one for one in KINDS if one.is_written_here and one.name != "contacts"):
        id, body = _another(walk, kind.name, kind.named_by)
        first = walk.ask(f"PUT {B}/{kind.name}/{{id}}", body, id=id)
        walk.ask(f"GET {B}/{kind.name}")
        walk.ask(f"GET {B}/{kind.name}/{{id}}", id=id)
        changed = walk.ask(f"PUT {B}/{kind.name}/{{id}}", body, id=id, headers=etag(first))
        made.append((kind.name, id, changed))
    for name, id, changed in reversed(made):
        walk.ask(f"DELETE {B}/{name}/{{id}}", id=id, headers=etag(changed))


def _another(walk: Walk, name: str, named_by: str | None) -> tuple[str, dict[str, Any]]:
    if name == "links":
        return "K1", {"kind": "different_workers", "first": "V1", "second": "V2"}
    if name == "work-blocks":
        return "R-01", meeting()
    if name == "rota-feeds":
        return "S3", {"provider_id": "S3", "received_at": "2026-03-09T05:30:00+01:00", "entries": []}
    value = walk.world.get(f"/v1/basins/B1/{name}")["items"][0]["value"]
    id = {"providers": "S3"}.get(name, f"{value[named_by]}-bis")
    return id, {**value, named_by or "id": id}


def _persons(walk: Walk) -> None:
    for kind, id, other in (
        ("client-identities", "S1:A", "S1:B"),
        ("worker-identities", "W1", "W2"),
        ("employee-identities", "A-1", "A-2"),
    ):
        for one in (id, other):
            told = walk.ask(f"PUT {B}/{kind}/{{id}}", IDENTITY, id=one)
        walk.ask(f"GET {B}/{kind}")
        walk.ask(f"GET {B}/{kind}/{{id}}", id=id)
        again = walk.ask(f"PUT {B}/{kind}/{{id}}", IDENTITY, id=other, headers=etag(told))
        walk.ask(f"DELETE {B}/{kind}/{{id}}", id=other, headers=etag(again))
    walk.ask(f"POST {B}/feeds/{{id}}", id="W2")
    calendar = walk.ask(f"POST {B}/feeds/{{id}}", role=W, id="W1")
    read = walk.ask(f"GET {B}/feeds/{{id}}", id="W2")
    walk.ask(f"DELETE {B}/feeds/{{id}}", id="W2", headers=etag(read))
    secret = calendar.json()["url"].rpartition("/")[2].removesuffix(".ics")
    walk.ask("GET /v1/feeds/{secret}.ics", role=None, secret=secret)


def _data(walk: Walk) -> None:
    """Who is reached where, and who is called."""
    contact: dict[str, Any] = {
        "id": "worker:W1",
        "email": "w1@example.org",
        "phone": "+33639980002",
        "channels": ["email", "sms"],
    }
    for one in (contact, {"id": "provider:S1", "email": "saad-s1@example.org"}):
        told = walk.ask(f"PUT {B}/contacts/{{id}}", one, id=one["id"])
    walk.ask(f"GET {B}/contacts")
    walk.ask(f"GET {B}/contacts/{{id}}", id="worker:W1")
    walk.ask(f"PUT {B}/contacts/{{id}}", {**one, "language": "en"}, id="provider:S1", headers=etag(told))
    other = walk.ask(f"PUT {B}/contacts/{{id}}", {"id": "worker:W3", "phone": "+33639980003"}, id="worker:W3")
    walk.ask(f"DELETE {B}/contacts/{{id}}", id="worker:W3", headers=etag(other))
    hook = {
        "url": "https://saad.example.org/brigade",
        "events": ["plans.published", "offers.*", "webhooks.*"],
    }
    first = walk.ask(f"POST {B}/webhooks", hook)
    id = first.json()["id"]
    walk.ask(f"GET {B}/webhooks")
    read = walk.ask(f"GET {B}/webhooks/{{id}}", id=id)
    changed = walk.ask(f"PUT {B}/webhooks/{{id}}", hook, id=id, headers=etag(read))
    walk.ask(f"POST {B}/webhooks/{{id}}/new-secret", id=id, headers=etag(changed))
    gone = walk.ask(f"POST {B}/webhooks", hook)
    walk.ask(f"DELETE {B}/webhooks/{{id}}", id=gone.json()["id"], headers=etag(gone))


def _accounts(walk: Walk) -> None:
    walk.ask("GET /v1/accounts", role=A)
    given = {
        "login": "coordination.lens",
        "role": "coordinator",
        "password": PASSWORD,
        "grants": [{"basin_id": "B1", "target_id": ""}],
    }
    made = walk.ask("POST /v1/accounts", given, role=A)
    id = made.json()["id"]
    read = walk.ask("GET /v1/accounts/{id}", role=A, id=id)
    walk.ask("PUT /v1/accounts/{id}", given, role=A, id=id, headers=etag(read))
    reset = walk.ask("POST /v1/accounts/{id}/password-reset", role=A, id=id).json()["link"].rpartition("/")[2]
    walk.ask("POST /v1/password-resets/{link}", {"password": PASSWORD}, role=None, link=reset)
    walk.ask(f"POST {B}/invitations", {"login": "responsable.baie"}, role=M)
    token = walk.ask(
        "POST /v1/tokens", {"name": "logiciel de planning", "scopes": ["read", "write"], "days": 90}
    )
    walk.ask("GET /v1/tokens")
    walk.ask("DELETE /v1/tokens/{id}", id=token.json()["id"])
    for _ in range(2):
        session = walk.ask(
            "POST /v1/sessions", {"login": "coordination.lens", "password": PASSWORD}, role=None
        )
    csrf: dict[str, str] = {"X-CSRF-Token": session.json()["csrf"]}
    walk.ask("GET /v1/sessions/current", role=None)
    other = next(
        one for one in walk.ask("GET /v1/sessions", role=None).json()["items"] if not one["is_current"]
    )
    walk.ask("DELETE /v1/sessions/{id}", role=None, id=other["id"], headers=csrf)
    walk.ask("PUT /v1/accounts/me/password", {"old": PASSWORD, "new": NEW_PASSWORD}, role=None, headers=csrf)
    walk.ask("DELETE /v1/sessions/current", role=None, headers=csrf)
    walk.client.cookies.clear()


# -- the day -----------------------------------------------------------------------------------------------
def _day(walk: Walk) -> None:
    declared = walk.ask(f"POST {B}/absences", absence(funding_line_id="F1", reason="SICK"), role=M)
    walk.ask(f"GET {B}/absences", role=M)
    walk.ask(f"GET {B}/absences/{{id}}", role=M, id="ABS-1")
    body = {name: value for name, value in absence(funding_line_id="F1").items() if name != "id"}
    walk.ask(f"PUT {B}/absences/{{id}}", body, role=M, id="ABS-1", headers=etag(declared))
    tomorrow = {"start": "2026-03-10T06:00:00+01:00", "end": "2026-03-10T22:00:00+01:00"}
    walk.ask(f"GET {B}/absences/{{id}}/situation", role=M, id="ABS-1")
    walk.ask(f"POST {B}/absences/{{id}}/wishes", {"visits": {"V3": True}}, role=M, id="ABS-1")
    other = walk.ask(f"POST {B}/absences", absence(id="ABS-2", interval=tomorrow), role=M)
    walk.ask(f"DELETE {B}/absences/{{id}}", role=M, id="ABS-2", headers=etag(other))
    away = {
        "kind": "client_away",
        "client_id": "S1:C",
        "cause": "hospital",
        "at": "2026-03-09T20:00:00+01:00",
    }
    told = walk.ask(f"POST {B}/incidents", away, role=M)
    id = told.json()["incident"]["id"]
    walk.ask(f"GET {B}/incidents", query="is_open=true")
    walk.ask(f"GET {B}/incidents/{{id}}", id=id)
    back = {"at": "2026-03-09T21:00:00+01:00", "reason": "rentrée plus tôt"}
    walk.ask(f"POST {B}/incidents/{{id}}/end", back, role=M, id=id, headers=etag(told))


def _searched(walk: Walk, operation: str, body: Any = None, *, id: str = "") -> dict[str, Any]:
    """Ask for a search, do it; its job."""
    asked = walk.ask(operation, body, id=id)
    walk.world.search()
    done: dict[str, Any] = walk.ask(f"GET {B}/jobs/{{id}}", id=asked.json()["id"]).json()
    assert done["state"] == "done", done
    return done


def _reject(walk: Walk, made: Any) -> None:
    plan, why = made.json()["plan"], {"reason": "essai"}
    where = f"{B}/plans/{plan['id']}/reject".format(basin_id="B1")
    refused = walk.world.ask(Role.COORDINATOR, "POST", where, why, If_Match=f'"{plan["version"]}"')
    assert refused.status_code == 200, refused.text


def _taken_back(walk: Walk, plan: str) -> None:
    """V2 is given to somebody else by mistake, published, and the plan of before proposed again."""
    published = walk.world.get(f"{B}/plans/{plan}".format(basin_id="B1"))
    there = next(
        route["worker_id"]
        for route in published["document"]["routes"]
        for stop in route["stops"]
        if stop["visit_id"] == "V2"
    )
    taker = next(one for one in ("W1", "W2", "W3") if one != there)
    edits = [{"kind": "move", "visit_id": "V2", "worker_id": taker}]
    where, version = f"{B}/plans/{plan}/edits".format(basin_id="B1"), f'"{published["version"]}"'
    made = walk.world.ask(
        Role.COORDINATOR, "POST", where, {"edits": edits, "state": "proposed"}, If_Match=version
    )
    assert walk.world.publish(made.json()["plan"]).status_code == 200
    second = walk.world.get(f"{B}/plans/{made.json()['plan']['id']}".format(basin_id="B1"))
    back = walk.ask(
        f"POST {B}/plans/{{id}}/restore",
        {"reason": "erreur de saisie"},
        id=second["id"],
        headers={"If-Match": f'"{second["version"]}"'},
    )
    assert walk.world.publish(back.json()["plan"]).status_code == 200


def _swaps(walk: Walk) -> None:
    """Nobody of the brigade holds what V6 asks for; A-3, who is at work, does."""
    provider = walk.ask(f"GET {B}/providers/{{id}}/swap-notice", id="S1")
    notice = {"swap_notice_min": 60}
    walk.ask(f"PUT {B}/providers/{{id}}/swap-notice", notice, role=M, id="S1", headers=etag(provider))
    walk.ask(f"PUT {B}/employees/{{id}}", colleague("A-3"), role=M, id="A-3")
    visit = {**walk.world.get("/v1/basins/B1/visits/V2")["value"], "id": "V6", "required": [RARE]}
    walk.ask(f"PUT {B}/visits/{{id}}", visit, role=M, id="V6")
    plan = _searched(walk, f"POST {B}/jobs", {"first_day": "2026-03-09", "search": SEARCH})["plan_id"]
    asked = {"visit_id": "V6", "employee_id": "A-3"}
    for _ in range(2):
        swap = walk.ask(f"POST {B}/plans/{{id}}/swaps", asked, id=plan)
        id = swap.json()["id"]
        walk.ask(f"GET {B}/swaps", role=M, query="state=asked")
        if "withdraw" not in " ".join(walk.seen):
            why = {"reason": "quelqu’un d’autre s’est proposé"}
            walk.ask(f"POST {B}/swaps/{{id}}/withdraw", why, id=id, headers=etag(swap))
    said = walk.ask(f"POST {B}/swaps/{{id}}/answer", {"reply": "accept"}, role=M, id=id, headers=etag(swap))
    walk.ask(f"GET {B}/swaps/{{id}}", role=M, id=id)
    walk.ask(f"POST {B}/swaps/{{id}}/carry-out", id=id, headers=etag(said))


def _plans(walk: Walk) -> None:
    search = {"first_day": "2026-03-09", "search": SEARCH}
    job = _searched(walk, f"POST {B}/jobs", search)
    walk.ask(f"GET {B}/jobs")
    walk.ask(f"GET {B}/jobs/{{id}}/progress", id=job["id"])
    walk.ask(f"POST {B}/jobs/{{id}}/cancel", id=walk.ask(f"POST {B}/jobs", search).json()["id"])
    plan = job["plan_id"]
    walk.ask(f"GET {B}/plans", query="state=proposed")
    whole = walk.ask(f"GET {B}/plans/{{id}}", id=plan)
    for question in ("diff", "check", "geojson"):
        walk.ask(f"GET {B}/plans/{{id}}/{question}", id=plan)
    for question in ("why", "candidates", "hours"):
        walk.ask(f"GET {B}/plans/{{id}}/{question}", id=plan, query="visit_id=V1")
    there = {
        stop["visit_id"]: route["worker_id"]
        for route in whole.json()["document"]["routes"]
        for stop in route["stops"]
    }
    taker = next(one for one in ("W1", "W2", "W3") if one != there["V2"])
    edits = {"edits": [{"kind": "move", "visit_id": "V2", "worker_id": taker}]}
    walk.ask(f"POST {B}/plans/{{id}}/judge", edits, id=plan)
    walk.ask(f"POST {B}/plans/{{id}}/places", {"visit_id": "V1"}, id=plan)
    walk.ask(f"GET {B}/plans/{{id}}/board", id=plan, query="names=true")
    walk.ask(f"POST {B}/plans/{{id}}/board", edits, id=plan)
    walk.ask(f"GET {B}/outlines")
    walk.ask(f"POST {B}/plans/{{id}}/working", edits, id=plan)
    walk.ask(f"GET {B}/plans/{{id}}/working", id=plan)
    part = walk.ask(f"POST {B}/plans/{{id}}/part", {"undo": ["V3"]}, id=plan, headers=etag(whole))
    _reject(walk, part)
    draft = walk.ask(
        f"POST {B}/plans/{{id}}/edits", {**edits, "state": "proposed"}, id=plan, headers=etag(whole)
    )
    edited = draft.json()["plan"]["id"]
    walk.ask(f"GET {B}/plans/{{id}}/compare", id=plan, query=f"to={edited}")
    why = {"reason": "la famille ne le souhaite pas"}
    walk.ask(f"POST {B}/plans/{{id}}/reject", why, id=edited, headers=etag(draft))
    walk.ask(f"POST {B}/plans/{{id}}/pins", {"pin": ["V1"]}, id=plan, headers=etag(whole))
    away = {"kind": "worker_away", "worker_id": there["V1"], "at": "2026-03-09T07:10:00+01:00"}
    _searched(walk, f"POST {B}/plans/{{id}}/what-if", {"events": [away], "search": SEARCH}, id=plan)
    _searched(walk, f"POST {B}/plans/{{id}}/again", id=plan)
    fresh = walk.ask(f"GET {B}/plans/{{id}}", id=plan)
    walk.ask(f"POST {B}/plans/{{id}}/publish", {"reason": "vu avec le service"}, id=plan, headers=etag(fresh))
    walk.ask(f"POST {B}/plans/{{id}}/seen", id=plan)
    _taken_back(walk, plan)
    walk.ask(f"GET {B}/attention")
    walk.ask(f"GET {B}/alerts")


def _rotas(walk: Walk) -> None:
    """One is proposed, changed and published; another is withdrawn."""
    rotas, asked = f"{B}/on-call-rotas", {"first_day": "2026-03-16", "weeks": 1}
    _searched(walk, f"POST {rotas}", asked)
    (made,) = walk.ask(f"GET {rotas}").json()["items"]
    whole = walk.ask(f"GET {rotas}/{{id}}", id=made["id"])
    duty: dict[str, Any] = {"worker_ids": ["W2"], "reason": "échange entre collègues"}
    changed = walk.ask(
        f"PUT {rotas}/{{id}}/duties/{{day}}", duty, id=made["id"], day="2026-03-18", headers=etag(whole)
    )
    walk.ask(f"POST {rotas}/{{id}}/publish", id=made["id"], headers=etag(changed))
    _searched(walk, f"POST {rotas}", {**asked, "first_day": "2026-03-30"})
    (other,) = walk.ask(f"GET {rotas}", query="state=proposed").json()["items"]
    walk.ask(f"POST {rotas}/{{id}}/withdraw", id=other["id"], headers={"If-Match": '"1"'})


def _calls(walk: Walk) -> None:
    """W1 was called out in the night before."""
    row = walk.world.ask(Role.COORDINATOR, "GET", f"{B}/workers/W1".format(basin_id="B1"))
    night = {"start": "2026-03-08T19:00:00+01:00", "end": "2026-03-09T06:00:00+01:00"}
    body = {**row.json()["value"], "on_call": [night, *row.json()["value"].get("on_call", [])]}
    walk.ask(f"PUT {B}/workers/{{id}}", body, id="W1", headers=etag(row))
    call = {"start": "2026-03-08T21:00:00+01:00", "end": "2026-03-08T22:30:00+01:00"}
    walk.ask(f"POST {B}/workers/{{id}}/calls", {**call, "reason": "chute"}, role=W, id="W1")
    walk.ask(f"GET {B}/workers/{{id}}/calls", role=W, id="W1")
    march = "first_day=2026-03-01&last_day=2026-03-31"
    for form in ("json", "csv"):
        walk.ask(f"GET {B}/exports/on-call", query=f"{march}&format={form}")
    walk.ask(f"POST {B}/workers/{{id}}/calls/withdraw", {"start": call["start"]}, id="W1")


def _tour_link(world: World, worker_id: str) -> str:
    """Of the letter that told her: it opens while she can be reached."""
    contact = {"id": f"worker:{worker_id}", "email": "w@example.org"}
    world.ask(Role.COORDINATOR, "PUT", f"{B}/contacts/worker:{worker_id}".format(basin_id="B1"), contact)
    with world.service.database.reading() as session:
        asked = select(Message).where(Message.kind == "tour_changed", Message.worker_id == worker_id)
        link = tour_links.link_of(world.service, session, session.scalars(asked).first() or Message())
    assert link is not None
    return link.rpartition("/")[2]


def _offers(walk: Walk) -> None:
    first, second = walk.ask(f"GET {B}/offers", query="state=offered").json()["items"][:2]
    read = walk.ask(f"GET {B}/offers/{{id}}", id=first["id"])
    renewed = walk.ask(f"POST {B}/offers/{{id}}/new-link", id=first["id"], headers=etag(read))
    link = renewed.json()["link"].rpartition("/")[2]
    walk.ask("GET /v1/answers/{link}", role=None, link=link)
    walk.ask("GET /v1/answers/{link}", role=None, link=link, headers={"Accept": "text/html"})
    walk.ask("POST /v1/answers/{link}", {"reply": "accept"}, role=None, link=link)
    form = ("application/x-www-form-urlencoded", b"reply=accept")
    walk.ask("POST /v1/answers/{link}", role=None, link=link, raw=form)
    tour = _tour_link(walk.world, first["worker_id"])
    walk.ask("GET /v1/tours/{link}", role=None, link=tour)
    walk.ask("GET /v1/tours/{link}", role=None, link=tour, headers={"Accept": "text/html"})
    walk.ask("POST /v1/tours/{link}", {"reply": "accept", "offers": [first["id"]]}, role=None, link=tour)
    walk.ask(
        "POST /v1/tours/{link}",
        role=None,
        link=tour,
        raw=(form[0], f"reply=accept&offers={first['id']}".encode()),
    )
    walk.ask(f"POST {B}/offers/{{id}}/answer", {"reply": "accept"}, id=second["id"])
    walk.ask(f"GET {B}/next-visits", role=W)
    own, days = f"{B}/workers/{{id}}", "first_day=2026-03-10&last_day=2026-03-10"
    free = walk.ask(f"GET {own}/availability", role=W, id="W1", query=days)
    spans = [
        {"start": "2026-03-10T08:00:00+01:00", "end": "2026-03-10T12:00:00+01:00"},
        {"start": "2026-03-10T12:00:00+01:00", "end": "2026-03-10T18:00:00+01:00", "last_resort": True},
    ]
    said = {"first_day": "2026-03-10", "last_day": "2026-03-10", "spans": spans}
    walk.ask(f"PUT {own}/availability", said, role=W, id="W1", headers=etag(free))
    walk.ask(f"GET {own}/hours", role=W, id="W1")
    walk.ask(f"GET {own}/changes", role=W, id="W1", query="since=2026-03-09T06:00:00%2B01:00")


def _after(walk: Walk) -> None:
    walk.world.later(hours=4)
    made = walk.ask(f"PUT {B}/outcomes/{{id}}", {"done": True}, id="V1")
    walk.ask(f"PUT {B}/outcomes/{{id}}", {"done": True, "worker_id": "W2"}, id="V1", headers=etag(made))
    lines = [{"visit_id": "V1", "done": True, "worker_id": "W2"}]
    walk.ask(f"POST {B}/outcomes", {"outcomes": lines, "corrects": True})
    clocked = ("text/csv", b"intervention;intervenant\r\nV1;W2\r\n")
    walk.ask(f"POST {B}/outcomes/imports", raw=clocked, query="dry_run=true&corrects=true")
    walk.ask(f"GET {B}/outcomes")
    walk.ask(f"GET {B}/indicators")
    walk.ask(f"GET {B}/indicators/periods", query=MARCH)
    for format in ("json", "csv", "xlsx"):
        for what in ("exports/evidence", "exports/payroll", "indicators/periods"):
            walk.ask(f"GET {B}/{what}", query=f"{MARCH}&format={format}")
    walk.ask(f"GET {B}/refusals")
    walk.ask("GET /v1/territory")


def _money(walk: Walk) -> None:
    line = {"id": "F2", "name": "Tutorat", "cap_cents": 50_000, "hourly_rate_cents": 2_400}
    walk.ask(f"PUT {B}/funding-lines/{{id}}", line, id="F2")
    made = walk.ask(f"POST {B}/releases", release(), role=M)
    walk.ask(f"GET {B}/releases")
    walk.ask(f"GET {B}/releases/{{id}}", id="REL-1")
    kept = {"days": [{"absence_id": "REL-1-1", "worker_id": "W1"}], "reason": "couvert"}
    sure = walk.ask(f"POST {B}/releases/{{id}}/confirm", kept, id="REL-1", headers=etag(made))
    walk.ask(f"POST {B}/releases/{{id}}/cancel", {"reason": "stage reporté"}, id="REL-1", headers=etag(sure))
    walk.ask(f"GET {B}/ledger")
    walk.ask(f"GET {B}/funding-lines/{{id}}/ledger", id="F1")
    walk.ask(f"POST {B}/funding-transfers", {"from_line_id": "F1", "to_line_id": "F2", "cents": 10_000})
    walk.ask(f"GET {B}/funding-transfers")
    issued = walk.ask(f"POST {B}/reports", {"period": "2026-02"})
    walk.ask(f"GET {B}/reports")
    walk.ask(f"GET {B}/reports/{{id}}", id=issued.json()["id"])
    walk.ask(f"GET {B}/history")
    own = walk.ask(f"GET {B}/providers/{{id}}/sectors", id="S1")
    one = {"sectors": [{"id": "VILLE", "name": "Ville", "sites": ["A"]}]}
    walk.ask(f"PUT {B}/providers/{{id}}/sectors", one, id="S1", headers=etag(own))
    car = {"id": "CLIO", "name": "Clio blanche", "site_id": "A", "provider_id": "S1", "cents_per_day": 800}
    put = walk.ask(f"PUT {B}/vehicles/{{id}}", car, id="CLIO", headers=etag(walk.ask(f"GET {B}")))
    walk.ask(f"GET {B}/vehicles/{{id}}", id="CLIO")
    walk.ask(f"DELETE {B}/vehicles/{{id}}", id="CLIO", headers=etag(put))


def _lending(walk: Walk) -> None:
    """B1 lends W3 to B2, whose administrator asks; on a Thursday that nothing else of the walk touches."""
    given = {"lender": "B1", "borrower": "B2", "until": "2026-12-31"}
    other = "POST /v1/basins/{new}/lending-agreements"
    agreement = walk.ask(other, given, role=A, new="B2").json()["id"]
    del walk.seen[other]
    proposed = walk.ask(f"POST {B}/lending-agreements", {**given, "notice_min": 30})
    over = {"reason": "proposé deux fois"}
    where = {"id": proposed.json()["id"], "headers": etag(proposed)}
    walk.ask(f"POST {B}/lending-agreements/{{id}}/end", over, **where)
    walk.ask(f"GET {B}/lending-agreements")
    read = walk.ask(f"GET {B}/lending-agreements/{{id}}", id=agreement)
    who = {"workers": ["W3"]}
    walk.ask(f"POST {B}/lending-agreements/{{id}}/sign", who, id=agreement, headers=etag(read))
    hours = {"starts_at": "2026-03-12T08:00:00+01:00", "ends_at": "2026-03-12T12:00:00+01:00"}
    other, asked = "POST /v1/basins/{new}/lendings", {"agreement_id": agreement, "worker_id": "W3", **hours}
    lending = walk.ask(other, asked, role=A, new="B2").json()["id"]
    walk.seen[f"POST {B}/lendings"] = walk.seen.pop(other)
    walk.ask(f"GET {B}/lendings")
    read = walk.ask(f"GET {B}/lendings/{{id}}", id=lending)
    yes = {"reply": "yes", "reason": "matinée calme"}
    lent = walk.ask(f"POST {B}/lendings/{{id}}/answer", yes, id=lending, headers=etag(read))
    back = {"reason": "elle est rappelée"}
    walk.ask(f"POST {B}/lendings/{{id}}/withdraw", back, id=lending, headers=etag(lent))
    plan = walk.ask(f"GET {B}/plans").json()["items"][0]["id"]
    walk.ask(f"GET {B}/plans/{{id}}/neighbours", query="visit_id=V1", id=plan)


# -- what is told, and what anybody may ask ----------------------------------------------------------------
class Deaf:
    """A mail server that takes nothing."""

    def send(self, letter: Any) -> DeliveryVerdict:
        return DeliveryVerdict("failed", "smtp_refused", "550")


def _telling(walk: Walk) -> None:
    LetterSender(walk.world.service, channels={"email": Deaf(), "sms": Deaf()}).all_due()
    walk.ask(f"GET {B}/messages")
    failed = walk.ask(f"GET {B}/messages", query="state=failed&kind=tour_changed").json()["items"]
    reached = next(one for one in failed if one["contact_id"] == "worker:W1")
    walk.ask(f"GET {B}/messages/{{id}}", id=reached["id"])
    walk.ask(f"POST {B}/messages/{{id}}/resend", id=reached["id"])
    unread = walk.ask(f"GET {B}/messages", query="state=failed").json()["items"][-1]["id"]
    walk.ask(f"POST {B}/messages/{{id}}/settle", {"reason": "dit par téléphone"}, id=unread)
    hook = walk.ask(f"GET {B}/webhooks").json()["items"][0]["id"]
    courier = WebhookSender(walk.world.service)
    with patch.object(
        WebhookSender, "carry", lambda self, id: DeliveryVerdict("failed", "http_refused", "500")
    ):
        courier.all_due()
    calls = walk.ask(f"GET {B}/webhooks/{{id}}/deliveries", id=hook).json()["items"]
    walk.ask(
        f"POST {B}/webhooks/{{id}}/deliveries/{{delivery_id}}/resend", id=hook, delivery_id=calls[0]["id"]
    )
    walk.ask(f"GET {B}/events", query="limit=20")
    with patch("starlette.requests.Request.is_disconnected", _gone):
        walk.ask(f"GET {B}/events/stream")


async def _gone(self: Any) -> bool:
    """The browser of a stream that would not end by itself."""
    return True


def _rights(walk: Walk) -> None:
    for kind, id in (("clients", "S2:D"), ("workers", "W3")):
        walk.ask(f"GET {B}/{kind}/{{id}}/dossier", role=A, id=id)
    walk.world.later(hours=24)
    for kind, id in (("clients", "S2:D"), ("workers", "W3")):
        walk.ask(
            f"POST {B}/{kind}/{{id}}/erasure",
            {"confirm": id, "reason": "demande reçue par courrier"},
            role=A,
            id=id,
        )
    erasing.rewrite(walk.world.service)
    walk.ask(f"GET {B}/erasures")
    walk.ask(f"GET {B}/archive", role=A)
    walk.ask("GET /v1/audit/verify", role=A)
    walk.ask("GET /v1/audit/export", role=A)


# -- as examples -------------------------------------------------------------------------------------------
MADE = re.compile(r"\b([a-z]{3,10})-[0-9a-f]{12}-[0-9a-f]{16}\b")
FRACTION = re.compile(r"(T\d\d:\d\d):\d\d(?:\.\d+)?(?=[Z+])")
SECRET = re.compile(
    r'(brg_|whsec_|"csrf": '
    r'"|/answers/|/tours/|/mot-de-passe/|/feeds/(?=[\w-]{43}))[\w\-+/=.]{24,}?(?=["?]|\.ics)'
)
"""What opens something: shown by its beginning only."""
LONGEST = 2
"""Of a list, so many are kept."""


def plain(seen: Any) -> Any:
    """The same with ids and instants that do not change from one run to the next, and lists cut short."""
    names: dict[str, str] = {}

    def named(found: re.Match[str]) -> str:
        return names.setdefault(found[0], f"{found[1]}-0199a7c1f3e2-{len(names) + 1:016x}")

    text = MADE.sub(named, json.dumps(seen, ensure_ascii=False))
    return cut(json.loads(SECRET.sub(r"\1…", FRACTION.sub(r"\1:00", text))))


def cut(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: cut(one) for name, one in value.items()}
    return [cut(one) for one in value[:LONGEST]] if isinstance(value, list) else value
