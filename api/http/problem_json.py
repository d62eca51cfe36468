"""The one table from class of fault to HTTP status, and the one body: problem+json (RFC 9457) with all issues
at once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.http.language import language_of
from api.runtime import faults
from api.runtime.body_documents import not_json
from api.runtime.logs import place_of
from api.shapes.cycle_requests import FORMS, MOST_TOLD
from brigade.errors import (
    BrigadeError,
    InvalidPlan,
    InvalidProblem,
    Issue,
    Refused,
)
from brigade.exchange.documents.shape_faults import first_of, issues_of
from brigade.words import coded, say_issue, word

STATUS: Mapping[type[BrigadeError], int] = {
    faults.BadRequest: 400,
    faults.Unauthenticated: 401,
    faults.Forbidden: 403,
    faults.NotFound: 404,
    faults.Conflict: 409,
    faults.Gone: 410,
    faults.Stale: 412,
    faults.TooLarge: 413,
    faults.KeyReused: 422,
    faults.Unfit: 422,
    faults.NoPrecondition: 428,
    faults.TooManyAttempts: 429,
    faults.Unavailable: 503,
    InvalidProblem: 422,
    InvalidPlan: 422,
    Refused: 422,
}
"""The nearest ancestor counts; what is not in the table is our bug: 500, told to the log and to nobody
else."""

UNROUTED = {
    400: ("A304", "body_unreadable"),
    404: ("A204", "no_such_address"),
    405: ("A205", "no_such_method"),
}
"""What the framework refuses before any route is reached."""
MEDIA = "application/problem+json"
RETRY_S = 5
"""Of 503: something that should answer does not."""
log = structlog.get_logger("brigade.errors")


class BodyRefused(HTTPException):
    """While a body is read: of all that is raised there the framework passes on nothing else."""

    def __init__(self, status: int, issue: Issue) -> None:
        super().__init__(status)
        self.issue = issue


class IssueBody(BaseModel):
    """One fault: a stable code (docs/errors.md), a place, the values met, something to try."""

    code: str = Field(examples=["A201"])
    where: str = Field(examples=["absences.ABS-7"])
    what: str = Field(examples=["introuvable"])
    hint: str = Field(examples=["vérifier l’identifiant et les droits du compte"])


class ProblemBody(BaseModel):
    """RFC 9457. `code` is that of the first issue; `request` finds the request in the logs."""

    type: str = Field("about:blank", examples=["https://brigade.invalid/errors#A201"])
    title: str = Field(examples=["Introuvable"])
    status: int = Field(examples=[404])
    code: str = Field(examples=["A201"])
    detail: str | None = Field(None, examples=["introuvable"])
    request: str | None = None
    issues: list[IssueBody]
    mended_plan_id: str | None = Field(
        None, description="Of A407: what is left of the proposal, to look at and publish."
    )


def status_of(fault: BrigadeError) -> int:
    return next((STATUS[kind] for kind in type(fault).__mro__ if kind in STATUS), 500)


def problem(
    request: Request,
    status: int,
    issues: Sequence[Issue],
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, Any] | None = None,
) -> Response:
    if _wants_page(request):
        page: Response = request.app.state.error_page(request, status, issues, headers or {})
        return page
    lang = language_of(request)
    said = [say_issue(one, lang) for one in issues]
    first = said[0]
    body = {
        "type": f"https://brigade.invalid/errors#{first.code}",
        "title": title_of(status, lang),
        "status": status,
        "code": first.code,
        "detail": first.what,
        "request": getattr(request.state, "request_id", None),
        "issues": [one._asdict() for one in said],
        **(more or {}),
    }
    return Response(json.dumps(body, ensure_ascii=False), status, dict(headers or {}), MEDIA)


def _wants_page(request: Request) -> bool:
    """Whether somebody looks with a browser, or with a part of a page that a browser shows."""
    accepted, is_part = request.headers.get("Accept", ""), request.headers.get("HX-Request") == "true"
    return "text/html" in accepted or is_part


def title_of(status: int, lang: str) -> str:
    named = coded("http_status", status, lang)
    return named if named != str(status) else word("http_status.other", lang)


def install(app: FastAPI) -> None:
    """Every way out of the application that is not an answer."""

    app.exception_handler(BrigadeError)(on_purpose)

    @app.exception_handler(RequestValidationError)
    def _form(request: Request, fault: RequestValidationError) -> Response:
        errors = [_without_body(error) for error in fault.errors()]
        if any(error["type"] == "json_invalid" for error in errors):
            return problem(request, 400, [Issue("A304", "document", "body_not_json")])
        # A body that was not announced as JSON stays bytes: told so, not judged by a form.
        if any(isinstance(error["input"], bytes) for error in errors):
            return problem(request, 400, not_json().issues)
        return problem(request, 422, first_of(issues_of(errors, BaseModel, FORMS), MOST_TOLD))

    @app.exception_handler(BodyRefused)
    def _body(request: Request, fault: BodyRefused) -> Response:
        return problem(request, fault.status_code, [fault.issue])

    @app.exception_handler(HTTPException)
    def _routing(request: Request, fault: HTTPException) -> Response:
        code, words = UNROUTED.get(fault.status_code, ("A304", "not_answered_here"))
        issue = Issue(code, request.method, words, {"met": str(fault.detail)})
        return problem(request, fault.status_code, [issue], fault.headers)

    @app.exception_handler(DataError)
    @app.exception_handler(UnicodeEncodeError)
    def _unkeepable(request: Request, fault: Exception) -> Response:
        issue = Issue("A305", "document", "value_not_kept")
        return problem(request, 422, [issue])

    app.exception_handler(DBAPIError)(silent_database)
    app.exception_handler(PoolTimeout)(silent_database)


def on_purpose(request: Request, fault: BrigadeError) -> Response:
    status = status_of(fault)
    if status == 500:
        return bug(request, fault)
    assert isinstance(fault, Refused | faults.ServiceFault)  # whatever else has a status is one of them
    issues = fault.issues
    headers = {}
    if isinstance(fault, faults.TooManyAttempts):
        headers["Retry-After"] = str(fault.retry_after_s)
    if status == 503:
        headers["Retry-After"] = str(RETRY_S)
    if status == 401:
        # A 401 must name an authentication scheme (RFC 9110, 15.5.2).
        headers["WWW-Authenticate"] = "Bearer"
    return problem(request, status, issues, headers, getattr(fault, "more", None))


def silent_database(request: Request, fault: Exception) -> Response:
    # The statement and its values stay out of the log: they may hold what a person typed.
    log.error("database", error=type(fault).__name__, request=getattr(request.state, "request_id", None))
    return on_purpose(request, faults.database_silent())


def bug(request: Request, fault: Exception) -> Response:
    """What nobody foresaw: told to the log, by class and line, and to nobody else."""
    log.error("bug", **place_of(fault), request=getattr(request.state, "request_id", None))
    issue = Issue("A500", "service", "internal_error")
    return problem(request, 500, [issue])


def _without_body(error: Any) -> Any:
    return {**error, "loc": tuple(part for part in error["loc"] if part != "body") or ("document",)}
