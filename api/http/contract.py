"""Which refusals each route documents, by code: most follow from what the route takes, the others stand
beside it (`refuses`).

A code that a route answers and does not document fails the service's tests (`tests/api/conftest.py`). A
new route names only those that do not follow from its address, headers and body.
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
        range(15, 32),
        range(101, 110),
        range(201, 218),
        range(219, 227),
        range(230, 234),
        range(240, 244),
        range(301, 304),
        311,
        312,
        range(401, 405),
        410,
        412,
    ),
    *_codes("P", range(501, 506), 510, range(512, 516), range(520, 526), range(540, 543), range(550, 554)),
    *("D110", "T001", "T002"),
)
"""What contradicts itself between values that have their form, sites without usable coordinates among
them."""
TABLES = _codes("C", range(1, 14))
"""What keeps a file from being read as tables."""
UPLOAD = (
    *TABLES,
    *_codes("C", range(101, 109), range(110, 121)),
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
            "A414",
            "A415",
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
"""What a secret address opens: it is its own credential, and opens nothing once it is over (A402)."""
PUBLIC = ("GET /healthz", "GET /readyz", "POST /v1/sessions", "GET /v1/oidc/login", "GET /v1/oidc/callback")
OF_MANY: Mapping[str, tuple[str, ...]] = {
    "* /v1/accounts*": ("A103",),
    "* /v1/audit/*": ("A103",),
    f"PUT {B}*": ("A202", "A203", "A306", "A309"),
    f"DELETE {B}*": ("A202", "A203"),
    f"GET {B}/plans/{{id}}/*": ("A103",),
    f"POST {B}/plans/{{id}}/*": ("A401",),
}
"""What all operations of some addresses refuse: method and route, as a pattern."""
REFUSES = "x-refuses"


def refuses(*codes: str) -> dict[str, list[str]]:
    """For `openapi_extra` of a route: what it refuses beyond `implied`. A code that has another status there
    than elsewhere follows it, as in "422 A102"."""
    return {REFUSES: list(codes)}


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
    if path in LINKS:
        yield "A402"
    elif "{" in path:
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
    shared = [code for pattern, codes in OF_MANY.items() if _suits(pattern, method, path) for code in codes]
    return sorted({*implied(method, path, operation), *shared, *operation.get(REFUSES, ())})


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
    operation.pop(REFUSES, None)  # told below, by status
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
