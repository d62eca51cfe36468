"""Which refusals each route documents, by code: most follow from what the route takes, the others stand in
one table.

A code that a route answers and does not document fails the service's tests (`tests/api/conftest.py`). A
new route needs a line in `OWN` only for refusals that do not follow from its address, headers and body.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from api.http import examples
from api.http.problem_json import MEDIA, title_of
from api.http.queries import LENIENT
from brigade.exchange.documents.json_text import JsonObject


def _codes(letter: str, *numbers: int | range) -> tuple[str, ...]:
    every = [one for number in numbers for one in (number if isinstance(number, range) else (number,))]
    return tuple(f"{letter}{number:03d}" for number in every)


QUERY = _codes("D", 101, range(103, 110))
"""What is found in the form of parameters."""
FORM = _codes("D", range(101, 110))
"""What is found in the form of bodies."""
PROBLEM = (
    *_codes(
        "P",
        range(3, 8),
        range(11, 14),
        range(15, 20),
        range(101, 110),
        range(201, 218),
        219,
        range(301, 304),
        311,
        312,
        range(401, 405),
        410,
    ),
    *_codes("P", range(501, 506), 510, range(512, 516), range(520, 526)),
    *("D110", "T001", "T002"),
)
"""What contradicts itself between values that have their form, sites without usable coordinates among
them."""
UPLOAD = (
    *_codes("C", range(1, 14), range(101, 109), range(110, 121)),
    *_codes("D", range(2, 9), range(110, 117)),
    *PROBLEM,
)
"""What is found in documents, tables and archives."""
MAPPING = _codes("M", range(101, 106))
"""What is found in mappings."""
MAPPED = _codes("M", 106, range(107, 111))
"""What a mapping and the export it is for do not agree about."""
CALENDARS = _codes("I", 101, range(103, 109))
"""What is found in calendars of absences."""
COMPUTED = ("A107", "A504")
"""Of what is composed or judged before it is answered."""
UNKNOWN, EDITS, EVENTS = ("K101", "K103"), _codes("H", range(101, 104)), _codes("E", range(101, 104))
STATUS: Mapping[str, int] = {
    **dict.fromkeys(("A101", "A102", "A106"), 401),
    "A103": 403,
    **dict.fromkeys(("A105", "A107"), 429),
    "A201": 404,
    **dict.fromkeys(
        (
            "A202",
            "A203",
            "A401",
            "A403",
            "A404",
            "A405",
            "A406",
            "A407",
            "A411",
            "A408",
            "A409",
            "A412",
            "A413",
            "A421",
        ),
        409,
    ),
    **dict.fromkeys(("A431", "A432"), 409),
    "A301": 412,
    "A302": 428,
    **dict.fromkeys(("A303", "A305", "A306", "A309", "A422", "A423", "A424", "A425"), 422),
    "A304": 400,
    "A307": 413,
    "A402": 410,
    **dict.fromkeys(("A501", "A502", "A503", "A504"), 503),
}
"""What is not here is a fault of documents: 422."""
B = "/v1/basins/{basin_id}"
LINKS = ("/v1/answers/{link}", "/v1/tours/{link}", "/v1/password-resets/{link}", "/v1/feeds/{secret}.ics")
"""What a secret address opens: it is its own credential, and opens nothing once it is over."""
PUBLIC = ("GET /healthz", "GET /readyz", "POST /v1/sessions", "GET /v1/oidc/login", "GET /v1/oidc/callback")
ROWS = (
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
)
OWN: Mapping[str, tuple[str, ...]] = {
    "POST /v1/sessions": ("A102", "A105", "A107"),
    "GET /v1/oidc/login": ("404 A204", "A106", "A503"),
    "GET /v1/oidc/callback": ("404 A204", "A106", "A503"),
    "* /v1/accounts*": ("A103",),
    "* /v1/audit/*": ("A103",),
    **{f"* {link}": ("A402",) for link in LINKS},
    "POST /v1/answers/{link}": ("A403", "A404", "A305"),
    "POST /v1/tours/{link}": ("A403", "A404"),
    f"PUT {B}*": ("A202", "A203", "A306", "A309"),
    **{f"PUT {B}{kind}": PROBLEM for kind in ("", *(f"/{name}/{{id}}" for name in ROWS))},
    "POST /v1/accounts": ("A107", "A202"),
    f"POST {B}/invitations": ("A202",),
    "PUT /v1/accounts/{id}": ("A107", "A202", "A309"),
    "PUT /v1/accounts/me/password": ("422 A102", "A105", "A107"),
    "POST /v1/password-resets/{link}": ("A107",),
    f"GET {B}/events/stream": ("A107",),
    f"GET {B}/jobs/{{id}}/progress": ("A107",),
    f"DELETE {B}*": ("A202", "A203"),
    f"POST {B}/absences": ("A202", "A203", "A424", *PROBLEM),
    f"POST {B}/imports": (
        *("A107", "A202", "A203", "A305", "A306", "A502", "422 A103", "422 A201", "422 A421"),
        *(*FORM, *MAPPED, *CALENDARS, *UPLOAD),
    ),
    f"* {B}/mappings*": ("A502",),
    f"POST {B}/mappings/proposals": ("A107", "A306", "M101", "M102", *_codes("C", range(1, 14))),
    f"POST {B}/mappings/recognitions": ("A107", "A306", *_codes("C", range(1, 14))),
    f"PUT {B}/mappings/{{id}}": ("A103", "D007", "D008", *MAPPING),
    f"GET {B}/plans/{{id}}": ("A103",),
    f"GET {B}/plans/{{id}}/*": ("A103",),
    **{
        f"GET {B}/plans/{{id}}/{question}": ("A305", *UNKNOWN, *COMPUTED)
        for question in ("why", "candidates", "compare")
    },
    f"POST {B}/plans/{{id}}/*": ("A401",),
    f"POST {B}/plans/{{id}}/again": ("A411",),
    f"GET {B}/plans/{{id}}/check": COMPUTED,
    f"POST {B}/plans/{{id}}/publish": ("A407", *COMPUTED),
    f"POST {B}/plans/{{id}}/edits": ("A412", "A413", *EDITS, *COMPUTED),
    f"POST {B}/plans/{{id}}/judge": (*EDITS, *COMPUTED),
    f"POST {B}/plans/{{id}}/working": ("H101",),
    f"POST {B}/plans/{{id}}/part": ("A305", "A412", "A413", *EDITS, *COMPUTED),
    f"POST {B}/plans/{{id}}/restore": ("A305", "A412", "A413", *EDITS, *COMPUTED),
    f"GET {B}/plans/{{id}}/board": ("A305", "A502", *COMPUTED),
    f"POST {B}/plans/{{id}}/board": ("A305", *EDITS, *COMPUTED),
    f"POST {B}/plans/{{id}}/places": (*EDITS, *UNKNOWN, *COMPUTED),
    f"POST {B}/plans/{{id}}/what-if": ("A411", *EVENTS, *PROBLEM, *COMPUTED),
    f"POST {B}/releases*": ("A202", "A421", "422 A421", "A422", "A424", "A425"),
    f"PUT {B}/absences/{{id}}": ("A421", "A424", *PROBLEM),
    f"DELETE {B}/absences/{{id}}": ("A421",),
    f"POST {B}/reports": ("A202",),
    f"POST {B}/funding-transfers": ("A422", "A423"),
    f"GET {B}/exports/*": ("A103", "A305"),
    f"GET {B}/archive": ("A107", "A502"),
    f"GET {B}/attention": ("A103", *COMPUTED),
    f"* {B}/erasures": ("A103",),
    f"* {B}/*/{{id}}/dossier": ("A103", "A502"),
    f"POST {B}/*/{{id}}/erasure": ("A306", "A406", "A502"),
    f"POST {B}/messages/{{id}}/resend": ("A431", "A432"),
    f"POST {B}/messages/{{id}}/settle": ("A431",),
    f"POST {B}/webhooks": ("A103", "A308"),
    f"PUT {B}/webhooks/{{id}}": ("A308",),
    f"POST {B}/webhooks/{{id}}/deliveries/{{delivery_id}}/resend": ("A431",),
    f"POST {B}/offers/{{id}}/answer": ("A403", "A404"),
    f"PUT {B}/outcomes/{{id}}": ("A405", "422 A405"),
    f"POST {B}/outcomes": ("422 A201", "422 A202", "A305", "422 A405"),
    f"POST {B}/outcomes/imports": (
        *(
            "A107",
            "A201",
            "422 A201",
            "422 A202",
            "A305",
            "A306",
            "422 A405",
            "A502",
            *FORM,
            *MAPPED,
            *UPLOAD,
        ),
    ),
    f"POST {B}/incidents": ("A408", "A502", *PROBLEM),
    f"POST {B}/incidents/{{id}}/end": ("A408", *PROBLEM),
    f"GET {B}/indicators*": ("A103", "A305"),
    **{f"GET {B}/workers/{{id}}/{what}": ("A305",) for what in ("availability", "hours")},
    f"PUT {B}/workers/{{id}}/availability": ("A305", "A409", *PROBLEM),
    f"* {B}/absences/{{id}}/*": ("A502",),
    f"* {B}/*-identities*": ("A103", "A502"),
    f"* {B}/contacts*": ("A502",),
    f"GET {B}/next-visits": ("A103", "A502"),
}
"""Method and route (both may be patterns) -> what it refuses beyond `implied`. A code that has another status
there than elsewhere follows it, as in "422 A102"."""


def is_open(method: str, path: str) -> bool:
    """Whether anybody may ask, or whoever holds the secret address."""
    return path in LINKS or f"{method} {path}" in PUBLIC


def implied(method: str, path: str, operation: Mapping[str, Any]) -> Iterator[str]:
    """What follows from the shape of an operation of the OpenAPI document."""
    yield from ("A304", "A307", "A501")
    if path.startswith("/v1/") and path not in LENIENT:
        yield "D102"  # a parameter that the route does not take
    names = {one["name"] for one in operation.get("parameters", ())}
    if not is_open(method, path):
        yield from ("A101", "A103")  # also of reading: a token may have no scope for it
    if "{" in path and path not in LINKS:
        yield "A201"
    if "Idempotency-Key" in names:
        yield "A303"
    if names:
        yield from QUERY
    if "requestBody" in operation:
        yield from ("A305", "D004", *FORM)
    if "If-Match" in names:
        yield from ("A301", "A302")


def codes_of(method: str, path: str, operation: Mapping[str, Any]) -> list[str]:
    """Sorted, without repetition."""
    own = [code for pattern, codes in OWN.items() if _suits(pattern, method, path) for code in codes]
    return sorted({*implied(method, path, operation), *own})


def _suits(pattern: str, method: str, path: str) -> bool:
    verbs, where = pattern.split(" ", 1)
    # Braces are ordinary characters here, square brackets never occur.
    return fnmatchcase(method, verbs) and fnmatchcase(path, where)


def status_of(code: str) -> int:
    return STATUS.get(code, 422)


def document(paths: Mapping[str, Any]) -> None:
    """Write every refusal into the paths of an OpenAPI document: by status, with its codes (`x-codes`) and an
    example each."""
    for path, operations in paths.items():
        for method, operation in operations.items():
            _document(method.upper(), path, operation)


def _document(method: str, path: str, operation: JsonObject) -> None:
    by_status: dict[int, list[str]] = {}
    for said in codes_of(method, path, operation):
        special, _, code = said.rpartition(" ")
        by_status.setdefault(int(special or status_of(code)), []).append(code)
    answers = operation["responses"]
    unfit = answers.pop("422", {}).get("content", {})
    unfit.pop("application/json", None)  # the framework's own, which is never sent
    if unfit:
        answers["422"] = {"content": unfit}
    for status, codes in sorted(by_status.items()):
        told = answers.setdefault(str(status), {})
        told["description"] = f"{title_of(status, 'en')}: {', '.join(codes)}"
        told["x-codes"] = codes
        shown = {code: {"$ref": f"#/components/examples/{code}"} for code in codes if examples.refusal(code)}
        body = {"schema": {"$ref": "#/components/schemas/ProblemBody"}, "examples": shown}
        told.setdefault("content", {})[MEDIA] = body


def allows(operation: Mapping[str, Any], status: int, code: str) -> bool:
    """Whether an operation documents this refusal."""
    told: list[str] = operation["responses"].get(str(status), {}).get("x-codes", [])
    return code in told
