"""For every code of the service, a request that gets it: asked by the tests, and told as examples by the
OpenAPI document."""

from __future__ import annotations

import json
import logging
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response

from api.access import authentication
from api.http import middleware
from api.imports import uploads
from api.runtime.gate import ConcurrencyLimit
from api.runtime.roles import Role
from api.runtime.settings import Pool
from api.runtime.vault import Vault, new_key
from api.service import compute_pool
from api.store import engine
from api.store.basin_tables import Basin
from api.store.engine import Database
from tests.api.conftest import World, wish
from tests.api.small_basin import BASIN, absence, document, release
from tests.faults.base import DROP, Fault, put, tables
from tests.faults.documents import FORMS, TEXTS, VALUES
from tests.faults.sheets import CELLS, FILES

A, C, M, W = Role.ADMINISTRATOR, Role.COORDINATOR, Role.MANAGER, Role.WORKER
LINK = {"kind": "different_workers", "first": "V1", "second": "V2"}
NOBODY = {"login": "nobody", "password": "not-the-password"}
NOON = "2026-03-09T12:00:00+01:00"
NOBODYS_WAIVER = {
    "kind": "waive",
    "rule": "FORBIDDEN_PAIR",
    "worker_id": "W1",
    "visit_id": "V1",
    "reason": "personne d’autre",
}


def login(world: World) -> Response:
    return world.client.post("/v1/sessions", json=NOBODY)


def guessing(world: World) -> Response:
    return [login(world) for _ in range(6)][-1]


def while_others_are_hashed(world: World) -> Response:
    full = ConcurrencyLimit("hashing", 1, 0, 0.0)
    with pytest.MonkeyPatch.context() as patch, full:
        patch.setattr(authentication, "HASHING", full)
        return login(world)


def twice(world: World) -> Response:
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    return world.ask(M, "POST", f"{BASIN}/absences", absence())


def ended_twice(world: World) -> Response:
    world.ask(A, "PUT", "/v1/basins/B2", {"name": "Arras", "department": "62"})
    given = {"lender": "B2", "borrower": "B1", "until": "2026-12-31"}
    made = world.ask(C, "POST", f"{BASIN}/lending-agreements", given)
    where, over = f"{BASIN}/lending-agreements/{made.json()['id']}/end", {"reason": "essai"}
    once = world.ask(C, "POST", where, over, If_Match=made.headers["ETag"])
    return world.ask(C, "POST", where, over, If_Match=once.headers["ETag"])


def named(world: World) -> Response:
    return world.ask(C, "DELETE", f"{BASIN}/clients/S1:A", If_Match='"1"')


def change(world: World, **headers: str) -> Response:
    body = world.get(f"{BASIN}/visits/V1")["value"]
    return world.ask(C, "PUT", f"{BASIN}/visits/V1", {**body, "duration_min": 50}, **headers)


def key_of_another(world: World) -> Response:
    world.ask(M, "POST", f"{BASIN}/absences", absence(), Idempotency_Key="k1")
    return world.ask(M, "POST", f"{BASIN}/absences", absence(id="ABS-2"), Idempotency_Key="k1")


def days_over(world: World) -> Response:
    return world.ask(C, "POST", f"{BASIN}/jobs", {"first_day": "2026-03-01"})


def to_another_basin(world: World) -> Response:
    given = document()
    return world.ask(C, "POST", f"{BASIN}/imports", {**given, "basin": {**given["basin"], "id": "B2"}})


def huge(world: World) -> Response:
    return world.client.get("/v1/basins", headers={"Content-Length": str(middleware.LARGEST_BODY + 1)})


def published(world: World) -> dict[str, Any]:
    wish(world, replan="on_request")
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    plan = world.propose()
    assert world.publish(plan).status_code == 200
    return plan


def published_again(world: World) -> Response:
    return world.publish({**published(world), "version": 2})


def answer(world: World, *replies: str) -> Response:
    published(world)
    offer = world.get(f"{BASIN}/offers")["items"][0]["id"]
    return [world.ask(C, "POST", f"{BASIN}/offers/{offer}/answer", {"reply": reply}) for reply in replies][-1]


def locked(world: World) -> Response:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "BUSY_S", 0.1)
        held, world.service.database = world.service.database, Database(world.service.database.url)
        with held.writing() as holder:
            holder.get(Basin, "B1", with_for_update=True)
            refused = world.ask(C, "PUT", BASIN, world.get(BASIN)["value"], If_Match='"2"')
        world.service.database.close()
        world.service.database = held
    return refused


def broken(world: World) -> Response:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("api.cycle.absences.visits_at_risk", None)
        return world.ask(M, "POST", f"{BASIN}/absences", absence())


def where_no_process_lasts(world: World) -> Response:
    """Whatever judges is killed, twice."""
    plan = proposed(world)

    def killed() -> None:
        raise MemoryError

    def fresh() -> ThreadPoolExecutor:
        return ThreadPoolExecutor(1, initializer=killed)

    held = world.service.settings
    with pytest.MonkeyPatch.context() as patch, silenced("concurrent.futures"):
        patch.setattr(compute_pool, "_fresh", fresh)
        world.service.settings = held.model_copy(update={"pool": Pool.PROCESSES})
        try:
            return world.ask(C, "GET", f"{BASIN}/plans/{plan['id']}/check")
        finally:
            world.service.settings = held


@contextmanager
def silenced(name: str) -> Iterator[None]:
    logger = logging.getLogger(name)
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before


def outside(world: World, path: str) -> Response:
    """Asked of a service whose identity provider is silent."""
    held = world.service.settings
    more = {"oidc_issuer": "http://127.0.0.1:9", "oidc_client_id": "brigade"}
    world.service.settings = held.model_copy(update=more)
    try:
        return world.client.get(f"/v1/oidc/{path}", follow_redirects=False)
    finally:
        world.service.settings = held


def hooked(world: World) -> Response:
    return world.ask(C, "POST", f"{BASIN}/webhooks", {"url": "https://10.0.0.1/", "events": ["*"]})


def expected(world: World) -> Response:
    published(world)
    return world.ask(M, "POST", f"{BASIN}/clients/S1:A/erasure", {"confirm": "S1:A"})


def in_haste(world: World) -> Response:
    """A plan found within a time, sought again."""
    wish(world, replan="on_request")
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    asked = {"first_day": "2026-03-09", "search": {"time_limit_s": 0.05}}
    job = world.ask(C, "POST", f"{BASIN}/jobs", asked).json()
    world.search()
    plan = world.get(f"{BASIN}/jobs/{job['id']}")["plan_id"]
    return world.ask(C, "POST", f"{BASIN}/plans/{plan}/again")


def proposed(world: World) -> dict[str, Any]:
    wish(world, replan="on_request")
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    return world.propose()


def edited(world: World, plan: dict[str, Any], *edits: dict[str, Any], **more: Any) -> Response:
    where = f"{BASIN}/plans/{plan['id']}/edits"
    return world.ask(C, "POST", where, {"edits": list(edits), **more}, If_Match=f'"{plan["version"]}"')


def too_late(world: World) -> Response:
    plan = world.get(f"{BASIN}/plans/{published(world)['id']}")
    world.later(hours=3)
    return edited(world, plan, {"kind": "unassign", "visit_id": "V1"})


def unlawful(world: World) -> Response:
    late = {"kind": "pin", "visit_id": "V1", "start": "2026-03-09T09:00:00+01:00"}
    return edited(world, proposed(world), late, state="proposed")


def judged(world: World, edit: dict[str, Any]) -> Response:
    plan = proposed(world)
    return world.ask(C, "POST", f"{BASIN}/plans/{plan['id']}/judge", {"edits": [edit]})


def supposed(world: World, event: dict[str, Any]) -> Response:
    plan = proposed(world)
    return world.ask(C, "POST", f"{BASIN}/plans/{plan['id']}/what-if", {"events": [event]})


def asked_why(world: World, query: str) -> Response:
    return world.ask(C, "GET", f"{BASIN}/plans/{proposed(world)['id']}/why?{query}")


def released(world: World, id: str = "REL-1", **more: Any) -> Response:
    return world.ask(M, "POST", f"{BASIN}/releases", release(**{"id": id, **more}))


def part_of_a_release(world: World) -> Response:
    released(world)
    return world.ask(M, "DELETE", f"{BASIN}/absences/REL-1-1", If_Match='"1"')


def beyond_its_line(world: World) -> Response:
    """Five days of nine hours: 2 700 min where F1 pays 2 500."""
    return released(world, days=[f"2026-03-{day}" for day in range(12, 17)])


def given_away(world: World) -> Response:
    line = {"id": "F2", "name": "Tutorat", "cap_cents": 50_000, "hourly_rate_cents": 2_400}
    world.ask(C, "PUT", f"{BASIN}/funding-lines/F2", line)
    moved = {"from_line_id": "F1", "to_line_id": "F2", "cents": 30_000}
    return world.ask(C, "POST", f"{BASIN}/funding-transfers", moved)


def away_twice(world: World) -> Response:
    released(world)
    return released(world, "REL-2")


def held_twice(world: World) -> Response:
    """W1 kept for a course of A-1, then for one of A-2 on the same day."""
    answer = released(world)
    for id, other in (("REL-1", {}), ("REL-2", {"provider_id": "S2", "employee_id": "A-2"})):
        if other:
            world.ask(A, "POST", f"{BASIN}/releases", release(**{"id": id, **other}))
        kept = {"days": [{"absence_id": f"{id}-1", "worker_id": "W1"}]}
        answer = world.ask(C, "POST", f"{BASIN}/releases/{id}/confirm", kept, If_Match='"1"')
    return answer


def sent_again(world: World, contact: bool) -> Response:
    if contact:
        world.ask(C, "PUT", f"{BASIN}/contacts/provider:S1", {"id": "provider:S1", "email": "s1@example.org"})
    published(world)
    rows = world.get(f"{BASIN}/messages?kind=plan_for_provider")["items"]
    message = next(one["id"] for one in rows if one["contact_id"] == "provider:S1")
    return world.ask(C, "POST", f"{BASIN}/messages/{message}/resend")


def overtaken(world: World) -> Response:
    """The carer is back before the proposal is published."""
    wish(world, replan="on_request")
    world.ask(C, "POST", f"{BASIN}/absences", absence())
    plan = world.propose()
    world.ask(C, "DELETE", f"{BASIN}/absences/ABS-1", If_Match='"1"')
    return world.publish(plan)


def away_already(world: World) -> Response:
    away = {"kind": "client_away", "client_id": "S1:A", "cause": "hospital"}
    return [world.ask(M, "POST", f"{BASIN}/incidents", away) for _ in range(2)][-1]


def without_its_key(world: World) -> Response:
    world.ask(C, "PUT", f"{BASIN}/worker-identities/W1", {"name": "Mme Exemple"})
    world.service.vault = Vault([new_key()])
    return world.ask(C, "GET", f"{BASIN}/worker-identities/W1")


MAPPED: dict[str, Any] = {
    "format": "brigade-mapping",
    "version": 1,
    "source": "Planning 2000",
    "tables": [
        {
            "table": "salariés",
            "file": "equipe*",
            "keep": {"Statut": {"présente": True, "partie": False}},
            "columns": {
                "identifiant": {"headers": ["Nom"], "codes": {"Mme A": "A-1"}},
                "saad": {"value": "S1"},
            },
        }
    ],
    "ignored": ["Commentaire"],
}
TEAM = "Nom;Statut;Commentaire\nMme A;présente;\n"


def keep_mapping(world: World, **more: Any) -> Response:
    """The mapping with other parts, of its one table too: `columns`, `keep`, `rows`."""
    (table,) = MAPPED["tables"]
    inner = {
        name: more.pop(name) for name in list(more) if name in ("table", "file", "columns", "keep", "rows")
    }
    return world.ask(C, "PUT", f"{BASIN}/mappings/equipe", {**MAPPED, "tables": [{**table, **inner}], **more})


def by_mapping(world: World, text: str = TEAM, name: str = "equipe.csv") -> Response:
    keep_mapping(world)
    named = {"Authorization": f"Bearer {world.tokens[C]}", "Content-Type": "text/csv"}
    return world.client.post(
        f"{BASIN}/imports?mapping=equipe&name={name}", content=text.encode(), headers=named
    )


def unproposed(world: World) -> Response:
    plan = world.propose()
    said = {"visit_id": "V1", "employee_id": "A-1"}
    return world.ask(C, "POST", f"{BASIN}/plans/{plan['id']}/swaps", said)


def from_calendar(world: World, *lines: str, summary: str = "A-1") -> Response:
    """An event of A-1 whose lines come after its name, read by a mapping that knows nobody it should."""
    calendar = {
        "employees": {"Personne": "A-9"},
        "kinds": {"formation": "training_release", "tutorat": "tutor_release"},
    }
    world.ask(C, "PUT", f"{BASIN}/mappings/agenda", {**MAPPED, "tables": [], "calendar": calendar})
    event = ("BEGIN:VEVENT", "UID:1", "DTSTAMP:20260308T100000Z", f"SUMMARY:{summary}", *lines, "END:VEVENT")
    text = "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *event, "END:VCALENDAR", ""))
    named = {"Authorization": f"Bearer {world.tokens[C]}", "Content-Type": "text/calendar"}
    return world.client.post(f"{BASIN}/imports?mapping=agenda", content=text.encode(), headers=named)


WHEN = ("DTSTART:20260310T080000Z", "DTEND:20260310T120000Z")
NOWHERE = ("DTSTART;TZID=Lune/Mer:20260310T080000", "DURATION:PT4H")


def without_its_end(world: World) -> Response:
    named = {"Authorization": f"Bearer {world.tokens[C]}", "Content-Type": "text/calendar"}
    return world.client.post(f"{BASIN}/imports", content=b"BEGIN:VCALENDAR\r\n", headers=named)


def read_only_changed(world: World) -> Response:
    told = world.ask(C, "GET", f"{BASIN}/visits/V1")
    return world.ask(
        C, "PUT", f"{BASIN}/visits/V1", {**told.json(), "version": 9}, If_Match=told.headers["ETag"]
    )


def away_where_agreed(world: World) -> Response:
    """She agreed to come, and gives the whole day up."""
    worker = answer(world, "accept").json()["worker_id"]
    row = world.ask(C, "GET", f"{BASIN}/workers/{worker}/availability")
    said = {"first_day": "2026-03-09", "last_day": "2026-03-09", "spans": []}
    return world.ask(C, "PUT", f"{BASIN}/workers/{worker}/availability", said, If_Match=row.headers["ETag"])


def on_call_on_leave(world: World) -> Response:
    """The only one who takes part goes on leave after a rota was proposed."""
    rotas = f"{BASIN}/on-call-rotas"
    world.ask(C, "POST", rotas, {"first_day": "2026-03-16", "weeks": 1, "worker_ids": ["W1"]})
    world.search()
    (rota,) = world.get(rotas)["items"]
    world.rewrite("workers/W1", leave=[{"first": "2026-03-16", "last": "2026-03-16", "kind": "paid"}])
    return world.ask(C, "POST", f"{rotas}/{rota['id']}/publish", If_Match='"1"')


ASKED: dict[str, tuple[int, Callable[[World], Response]]] = {
    "A101": (401, lambda world: world.ask(None, "GET", "/v1/basins")),
    "A102": (401, login),
    "A103": (403, lambda world: world.ask(M, "PUT", f"{BASIN}/links/K1", LINK)),
    "A105": (429, guessing),
    "A107": (429, while_others_are_hashed),
    "A201": (404, lambda world: world.ask(C, "GET", f"{BASIN}/visits/V9")),
    "A202": (409, twice),
    "A203": (409, named),
    "A204": (404, lambda world: world.ask(C, "GET", "/v1/nowhere")),
    "A205": (405, lambda world: world.ask(C, "PATCH", BASIN)),
    "A301": (412, lambda world: change(world, If_Match='"7"')),
    "A302": (428, change),
    "A303": (422, key_of_another),
    "A304": (400, lambda world: world.ask(C, "GET", f"{BASIN}/visits?cursor=%2B")),
    "A305": (422, days_over),
    "A306": (422, to_another_basin),
    "A307": (413, huge),
    "A401": (409, published_again),
    "A402": (410, lambda world: world.client.get("/v1/answers/forged")),
    "A403": (409, lambda world: answer(world, "accept", "decline")),
    "A404": (409, lambda world: answer(world, "acknowledge")),
    "A405": (409, lambda world: world.ask(C, "PUT", f"{BASIN}/outcomes/V1", {"done": True})),
    "A500": (500, broken),
    "A501": (503, locked),
    "A106": (401, lambda world: outside(world, "callback?code=forged&state=forged")),
    "A308": (422, hooked),
    "A309": (422, read_only_changed),
    "A406": (409, expected),
    "A407": (409, overtaken),
    "A408": (409, away_already),
    "A409": (409, away_where_agreed),
    "A411": (409, in_haste),
    "A412": (409, too_late),
    "A413": (409, unlawful),
    "A414": (409, ended_twice),
    "A415": (409, unproposed),
    "A421": (409, part_of_a_release),
    "A422": (422, beyond_its_line),
    "A423": (422, given_away),
    "A424": (422, away_twice),
    "A425": (422, held_twice),
    "A431": (409, lambda world: sent_again(world, contact=True)),
    "A432": (409, lambda world: sent_again(world, contact=False)),
    "A502": (503, without_its_key),
    "A503": (503, lambda world: outside(world, "login")),
    "A504": (503, where_no_process_lasts),
    "D109": (
        422,
        lambda world: world.ask(
            C, "POST", f"{BASIN}/webhooks", {"url": "https://a.example", "events": ["?"]}
        ),
    ),
    "E101": (422, lambda world: supposed(world, {"kind": "visit_cancelled", "visit_id": "V9"})),
    "E102": (422, lambda world: supposed(world, {"kind": "employee_back", "employee_id": "A-2", "at": NOON})),
    "E103": (
        422,
        lambda world: supposed(world, {"kind": "worker_back", "worker_id": "W1", "availability": []}),
    ),
    "H101": (422, lambda world: judged(world, {"kind": "unassign", "visit_id": "V9"})),
    "H102": (422, lambda world: judged(world, {"kind": "unpin", "visit_id": "V1"})),
    "H103": (422, lambda world: judged(world, NOBODYS_WAIVER)),
    "I101": (422, without_its_end),
    "I103": (422, lambda world: from_calendar(world, "DTSTART:20260310T080000Z", "DTEND:20260309T080000Z")),
    "I104": (422, lambda world: from_calendar(world, *NOWHERE)),
    "I105": (422, lambda world: from_calendar(world, *WHEN, summary="quelqu’un")),
    "I106": (422, lambda world: from_calendar(world, *WHEN, "RRULE:FREQ=HOURLY")),
    "I107": (422, lambda world: from_calendar(world, *WHEN, summary="Personne")),
    "I108": (422, lambda world: from_calendar(world, *WHEN, summary="A-1 formation tutorat")),
    "M101": (422, lambda world: keep_mapping(world, tables=[])),
    "M102": (422, lambda world: keep_mapping(world, table="personnel")),
    "M103": (422, lambda world: keep_mapping(world, tables=MAPPED["tables"] * 2)),
    "M104": (422, lambda world: keep_mapping(world, rows=[{"identifiant": "A-1"}])),
    "M105": (422, lambda world: keep_mapping(world, columns={"saad": {"value": "S1"}})),
    "M106": (422, lambda world: by_mapping(world, name="autre.csv")),
    "M107": (422, lambda world: by_mapping(world, TEAM.replace("Commentaire", "Remarque"))),
    "M108": (422, lambda world: by_mapping(world, "Statut;Commentaire\nprésente;\n")),
    "M109": (422, lambda world: by_mapping(world, TEAM.replace("présente", "en congé"))),
    "M110": (422, lambda world: by_mapping(world, TEAM.replace("Mme A", "Mme B"))),
    "O110": (422, on_call_on_leave),
    "K101": (422, lambda world: asked_why(world, "visit_id=V1&worker_id=W9")),
    "K103": (422, lambda world: asked_why(world, "visit_id=V9")),
}
"""Code -> its status, and a request that gets it."""


# -- codes of documents: whatever is wrong with an import --------------------------------------------------
def texts(**more: Any) -> Callable[[Path], Path]:
    """The sound document with a catalogue of its own, whose one certificate is changed so."""
    certificate = {"code": "ADVF", "name": "ADVF", "grants": ["UPKEEP"], **more}
    return put(
        "catalogue",
        {"competencies": [{"code": "UPKEEP", "name": "Entretien"}], "certificates": [certificate]},
    )


def off_the_earth(folder: Path) -> Path:
    sites = [{"id": id, "latitude": 95.0, "longitude": 2.8} for id in "HABCD"]
    path = put("travel", {"source": "estimate"})(folder)
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "sites": sites}), "utf-8")
    return path


OTHERS = (
    Fault("grants an unknown competency", texts(grants=["MAGIC"]), "P301", "catalogue"),
    Fault("includes an unknown certificate", texts(includes=["DEAES"]), "P302", "catalogue"),
    Fault("includes itself", texts(includes=["ADVF"]), "P303", "catalogue"),
    Fault("a visit twice in a rota", put("demand.rota.0.entries", lambda rows: rows * 2), "P515", "rota"),
    Fault(
        "a travel source of the server", put("travel", {"source": "osrm:http://127.0.0.1"}), "D113", "travel"
    ),
    Fault("sites off the Earth", off_the_earth, "T002", "sites"),
)


def a_new_visit_without_its_hours(folder: Path) -> Path:
    """What stands is told nothing of: whoever sends a new visit says when it may begin."""
    place = tables(folder)
    (place / "horaires.csv").unlink()
    visits = place / "interventions.csv"
    visits.write_text(visits.read_text("utf-8-sig").replace("V1;", "V77;", 1), "utf-8")
    return place


PARTS = (
    Fault("a new visit without its hours", a_new_visit_without_its_hours, "C002", "interventions.csv"),
    Fault(
        "missing field", put("demand.visits.0.duration_min", DROP), "D101", "demand.visits[0].duration_min"
    ),
)
"""A part of a problem is welcome here: what the command line misses may be known."""
COMMAND_LINE_ONLY = {"D001", "D009", "T040"}
"""No upload is a missing file or a single table; a travel source of its own is refused as D113."""
FAULTS: dict[str, Fault] = {
    one.code: one
    for one in reversed([*PARTS, *TEXTS, *FORMS, *VALUES, *FILES, *CELLS, *OTHERS])
    if one.code not in COMMAND_LINE_ONLY
}
"""Code -> one input that is refused with it."""


def imported(world: World, path: Path) -> Response:
    """A dry run of a document, a workbook, or a folder of tables as an archive."""
    media = {".json": "application/json", ".xlsx": uploads.XLSX}.get(path.suffix, uploads.ZIP)
    content = zipped(path) if path.is_dir() else path.read_bytes()
    named = {"Authorization": f"Bearer {world.tokens[C]}", "Content-Type": media}
    return world.client.post(f"{BASIN}/imports", content=content, headers=named)


def zipped(folder: Path) -> bytes:
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, path.name)
    return kept.getvalue()
