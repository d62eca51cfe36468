"""Coming in and going out: the login, the link by which a password is chosen, the first page of each role."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field, SecretStr

from api.access import authentication
from api.http import language
from api.http.credentials import TheService
from api.persons import accounts, logins
from api.runtime.faults import Gone, ServiceFault, TooManyAttempts
from api.runtime.roles import Role
from api.service.service import Service
from api.shapes.cycle_requests import SECRET, STRICT
from api.web.view import BaseView, OpenPress, OpenView, PageEntry, Press, local
from brigade.errors import BrigadeError
from brigade.words import LANGUAGES

router = APIRouter(include_in_schema=False)
PAGES = (
    PageEntry("login", "/connexion"),
    PageEntry("password", "/mot-de-passe/{link}"),
)
LOGIN, PASSWORD = "entrance/login.html", "entrance/password.html"
Link = Annotated[str, Path(max_length=400, pattern=SECRET)]
Onward = Annotated[str, Query(alias="vers", max_length=2000)]


class LoginForm(BaseModel):
    login: str = Field(min_length=1, max_length=200)
    password: SecretStr = Field(min_length=1, max_length=1000)


class PasswordForm(BaseModel):
    model_config = STRICT
    password: str = Field(min_length=authentication.SHORTEST_PASSWORD, max_length=200)


@router.get("/")
def first_page(view: OpenView) -> Response:
    """Where each role begins."""
    if view.viewer is None:
        return view.go("/connexion")
    return view.go(view.first_address() or "/a-propos")


# -- the login ---------------------------------------------------------------------------------------------
@router.get("/connexion")
def login_page(view: OpenView, onward: Onward = "/") -> Response:
    if view.viewer is not None:
        return view.go(local(onward))
    return _login(view, onward, ended=local(onward) != "/")


@router.post("/connexion")
def log_in(press: OpenPress, service: TheService) -> Response:
    onward = press.form.text("vers")
    try:
        given = press.form.read(LoginForm)
        host = press.request.client.host if press.request.client else ""
        secret, _, _ = logins.log_in(service, given.login, given.password.get_secret_value(), host)
    except TooManyAttempts as fault:
        # Rounded up: who comes back too early is refused again.
        return _login(press, onward, fault, wait=fault.retry_after_s // 60 + 1)
    except BrigadeError as fault:
        return _login(press, onward, fault)
    response = press.go(local(onward))
    authentication.give_cookie(response, service.settings, secret)
    return response


def _login(
    view: BaseView, onward: str, fault: BrigadeError | None = None, *, ended: bool = False, wait: int = 0
) -> Response:
    """Args: ended: whether a page was asked for that needs an account. wait: minutes."""
    settings = view.service.settings
    return view.page(
        LOGIN,
        fault=fault,
        onward=local(onward),
        ended=ended,
        wait=wait,
        has_provider=bool(settings.oidc_issuer),
        demo=_demo(view.service),
    )


def _demo(service: Service) -> list[tuple[str, str]]:
    """The accounts of a demonstration, whose logins are the names of their roles."""
    return [(role.value, role.value) for role in Role] if service.settings.demo_file else []


@router.post("/deconnexion")
def log_out(press: Press) -> Response:
    settings = press.service.settings
    cookie = press.request.cookies.get(authentication.cookie_name(settings)) or ""

    def act() -> str:
        logins.log_out(press.unit.scoped.session, cookie)
        return "/connexion"

    response = press.done(act)
    authentication.take_cookie(response, settings)
    return response


# -- the password ------------------------------------------------------------------------------------------
@router.get("/mot-de-passe/{link}")
def password_page(link: Link, view: OpenView, service: TheService) -> Response:
    """Looking uses nothing up: programs open the links of mails before people do."""
    with service.database.reading() as session:
        accounts.account_of_link(session, service, link)
    return _password(view)


@router.post("/mot-de-passe/{link}")
def choose_password(link: Link, press: OpenPress, service: TheService) -> Response:
    try:
        with service.database.reading() as session:
            accounts.account_of_link(session, service, link)  # nobody corrects what nothing will come of
        given = press.form.read(PasswordForm)
        with service.database.writing() as session:
            accounts.redeem(session, service, link, given.password).commit()
    # A link that is over has no form to come back to: the page of errors tells it.
    except Gone:
        raise
    except (ServiceFault, BrigadeError) as fault:
        return _password(press, fault)
    return press.page("entrance/password_set.html")


def _password(view: BaseView, fault: BrigadeError | None = None) -> Response:
    return view.page(PASSWORD, fault=fault, shortest=authentication.SHORTEST_PASSWORD)


# -- how pages look ----------------------------------------------------------------------------------------
@router.post("/preferences")
def prefer(press: OpenPress) -> Response:
    """A language, or light and dark: kept in the browser."""
    response = press.go(local(press.form.text("back")))
    for cookie, chosen, among in (
        (language.LANGUAGE, press.form.text("language"), LANGUAGES),
        (language.THEME, press.form.text("theme"), language.THEMES),
    ):
        if chosen in among:
            language.keep(response, cookie, chosen, is_https=press.service.settings.is_https)
    return response
