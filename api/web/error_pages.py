"""What a browser reads instead of a problem document: where to log in, or what went wrong and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlsplit

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from api.http.credentials import service_of
from api.web.view import LOGIN, BaseView, known_viewer
from brigade.errors import Issue
from brigade.words import say_issue

KINDS: Mapping[int, str] = {
    403: "forbidden",
    404: "missing",
    410: "gone",
    412: "stale",
    429: "wait",
    503: "silent",
}
"""Of statuses: the titles that are told apart, `page.error.<kind>`."""

# Their pages keep the menu of whoever looks; at others it may be the database that fails.
KNOWING = (403, 404, 410)


def error_page(
    request: Request, status: int, issues: Sequence[Issue], headers: Mapping[str, str]
) -> Response:
    """A page, or the way to the login for whoever is not known; a part of a page that htmx asked for is
    replaced by the whole."""
    if status == 401:
        return _to_login(request)
    view = _view(request, status)
    kind = KINDS.get(status, "refused" if status < 500 else "fault")
    said, number = [say_issue(one, view.lang) for one in issues], getattr(request.state, "request_id", None)
    page = BaseView.page(view, "error.html", status=status, kind=kind, issues=said, number=number)
    page.headers.update(headers)
    return page


def _view(request: Request, status: int) -> BaseView:
    """The one that a route had begun with; where it did not get so far, by whoever looks, as long as the
    database is not what fails."""
    begun: BaseView | None = getattr(request.state, "view", None)
    if begun is not None:
        return begun
    service = service_of(request)
    return BaseView(request, service, known_viewer(request, service) if status in KNOWING else None)


def _to_login(request: Request) -> Response:
    """And back again: to what was looked at, or to the page that a part of it is of. A form says nothing of
    its page (no address of ours is told to anybody), which a script knows (`brigade.js`)."""
    if is_part := request.headers.get("HX-Request") == "true":
        parts = urlsplit(request.headers.get("HX-Current-URL", ""))
    else:
        parts = urlsplit(f"{request.url}" if request.method in ("GET", "HEAD") else "")
    page = parts.path if not parts.query else f"{parts.path}?{parts.query}"
    where = f"{LOGIN}?vers={quote(page)}" if page else LOGIN
    # htmx would follow a redirect by itself, and put the login into a part of the page.
    if is_part:
        return Response(status_code=200, headers={"HX-Redirect": where})
    return RedirectResponse(where, 303)
