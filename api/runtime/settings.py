"""What the service may be told from outside, by environment variables `BRIGADE_*`; unsafe production settings
are refused."""

from __future__ import annotations

import hmac
import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from tempfile import NamedTemporaryFile

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from api.runtime.message_settings import PostSettings
from api.runtime.vault import Vault, is_key, new_key
from brigade.errors import Issue, Refused

TILES = re.compile(
    r"(?P<origin>https?://(?:\{s\}\.)?[A-Za-z0-9.-]+(?::[0-9]+)?)"
    r"/(?=.*\{z\})(?=.*\{x\})(?=.*\{y\})[^\s'\"]+"
)
"""An address of map tiles; `{s}`: one of several servers, which the map chooses."""
# Random letters and digits of this length hold 190 bits; HMAC-SHA256 asks for no more than 256.
SHORTEST_SECRET = 32


FOLDER, FORMER_FOLDER = Path("brigade-data"), Path("out/service")
DATABASE = "brigade.db"


def usual_folder() -> Path:
    """One for every command. Where only a version before left a database in its own, that one goes on being
    used."""
    is_former = (FORMER_FOLDER / DATABASE).exists() and not (FOLDER / DATABASE).exists()
    return FORMER_FOLDER if is_former else FOLDER


class UnsafeSettings(Refused):
    """The service does not start with these settings."""


class Environment(StrEnum):
    LOCAL = "local"
    PRODUCTION = "production"


class Pool(StrEnum):
    """Where searches run: `processes` at lowered priority, `threads` (tests), `dask` (a cluster at
    `dask_address`)."""

    PROCESSES = "processes"
    THREADS = "threads"
    DASK = "dask"


class Settings(PostSettings):
    """All settings, with defaults fit for one machine: SQLite in `folder` and nothing else."""

    model_config = SettingsConfigDict(env_prefix="BRIGADE_", extra="ignore", frozen=True)
    environment: Environment = Environment.LOCAL
    folder: Path = Field(
        default_factory=usual_folder, description="Database, secrets, letters of an installation."
    )
    database_url: str | None = Field(None, description="SQLAlchemy URL; by default SQLite in `folder`.")
    secret: SecretStr | None = Field(
        None, description="Signs links; by default made once and kept in `folder`."
    )
    old_secrets: SecretStr | None = Field(
        None, description="Former secrets, by commas: what they sealed (the trail, backups) still verifies."
    )
    identity_keys: SecretStr | None = Field(
        None,
        description="Fernet keys that seal identities, by commas, the newest "
        "first; by default one made and kept in `folder`.",
    )
    name_days_before: int = Field(
        1,
        ge=0,
        le=14,
        description="Days before a visit from which its worker sees name "
        "and address; entry details: from the day before.",
    )
    public_url: str = "http://127.0.0.1:8000"
    tile_url: str | None = Field(
        None,
        description="Streets under the board's map: an address with {z}, {x} and {y}; else outlines only.",
    )
    tile_credit: str = Field("", description="Whom the map names for them, as their licence asks.")
    example_file: Path | None = Field(
        None, description="An invented basin that an administrator may load on an empty service's first page."
    )
    demo_file: Path | None = Field(
        None, description="A problem document to fill an empty service with, for a look around."
    )
    pool: Pool = Pool.PROCESSES
    pool_size: int = Field(1, ge=1, le=64)
    compute_pool_size: int = Field(
        2, ge=1, le=16, description="Processes that compose and judge for requests."
    )
    compute_ahead: bool = Field(
        True, description="The first of them begins with the service, not with the first request."
    )
    dask_address: str | None = None
    solve_s: float = Field(
        10.0, gt=0, le=3600, description="Wall clock of one search, unless it is asked otherwise."
    )
    replan_s: float = Field(
        2.0, gt=0, le=3600, description="The same, of a search for the least change of a published plan."
    )
    lost_after_s: float = Field(
        15.0, gt=0, description="A running job without a heartbeat for so long is lost."
    )
    poll_s: float = Field(0.5, gt=0, le=10, description="How often the dispatcher looks for work.")
    session_hours: int = Field(
        12, ge=1, le=168, description="A session of a browser ends then, however much it is used."
    )
    session_idle_min: int = Field(60, ge=5, le=1440, description="It ends after so long without a request.")
    oidc_issuer: str | None = Field(
        None, description="An OpenID Connect provider by which people may come in; its exact issuer."
    )
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr | None = Field(None, description="Absent: a public client, by PKCE alone.")
    oidc_claim: str = Field(
        "preferred_username", description="The claim that carries the login of an account."
    )
    login_failures: int = Field(
        5, ge=1, description="Failed logins of one name within the window, then it waits."
    )
    origin_failures: int = Field(
        50, ge=1, description="The same of one address, behind which a whole office may sit."
    )
    login_window_min: int = Field(15, ge=1)
    streams: int = Field(200, ge=1, description="Event streams open at once in one process.")
    streams_of_account: int = Field(10, ge=1, description="The same of one account.")
    key_hours: int = Field(24, ge=1, description="How long an Idempotency-Key is remembered.")
    retain_clients_months: int = Field(24, ge=1, description="After her last visit a client is erased.")
    retain_hours_months: int = Field(
        36, ge=12, description="Hours worked, plans that were in force, absences."
    )
    retain_funded_months: int = Field(
        120, ge=12, description="Hours paid by a funding line: the accounts' own evidence."
    )
    retain_drafts_days: int = Field(
        90, ge=1, description="Proposals never published, searches, messages, problems nothing refers to."
    )
    retain_accounts_months: int = Field(12, ge=1, description="Login of a closed account.")
    retain_audit_months: int = Field(
        72, ge=6, description="Entries of the trail, readings of identities included."
    )
    argon2_memory_kib: int = Field(65536, ge=8)
    argon2_rounds: int = Field(3, ge=1)

    @property
    def url(self) -> str:
        return self.database_url or f"sqlite:///{self.folder / DATABASE}"

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def is_production(self) -> bool:
        return self.environment is Environment.PRODUCTION

    def refuse_unsafe(self) -> None:
        """Raises: UnsafeSettings, with every fault at once."""
        found = tuple(self._faults())
        if found:
            raise UnsafeSettings(found)

    def unsafe(self) -> list[Issue]:
        """What of these settings would be refused in production."""
        return list(self._production_faults())

    def _faults(self) -> Iterator[Issue]:
        if self.pool is Pool.DASK and not self.dask_address:
            yield Issue("A001", "BRIGADE_DASK_ADDRESS", "dask_address_absent")
        # SQLite's driver is Python's own; PostgreSQL's is an extra, so that who keeps SQLite does without.
        if self.url.startswith("postgresql") and find_spec("psycopg") is None:
            yield Issue("A001", "BRIGADE_DATABASE_URL", "database_driver_absent")
        if not all(is_key(key) for key in self._given_keys()):
            yield Issue("A001", "BRIGADE_IDENTITY_KEYS", "identity_key_unreadable")
        if self.oidc_issuer and not self.oidc_client_id:
            yield Issue("A001", "BRIGADE_OIDC_CLIENT_ID", "oidc_client_absent")
        if self.tile_url is not None and TILES.fullmatch(self.tile_url) is None:
            yield Issue("A001", "BRIGADE_TILE_URL", "tile_address_form", {"met": self.tile_url})
        yield from self.post_faults(self.is_production)
        if self.is_production:
            yield from self._production_faults()

    def _production_faults(self) -> Iterator[Issue]:
        if self.oidc_issuer and not self.oidc_issuer.startswith("https://"):
            yield Issue("A001", "BRIGADE_OIDC_ISSUER", "setting_https", {"met": self.oidc_issuer})
        # One kept in the folder lies beside the database: stolen with what it seals.
        if not self._given_keys():
            yield Issue("A001", "BRIGADE_IDENTITY_KEYS", "identity_keys_absent")
        if self.secret is None or len(self.secret.get_secret_value()) < SHORTEST_SECRET:
            yield Issue("A001", "BRIGADE_SECRET", "secret_too_short", {"least": SHORTEST_SECRET})
        if not self.is_https:
            yield Issue("A001", "BRIGADE_PUBLIC_URL", "setting_https", {"met": self.public_url})
        if self.demo_file is not None:
            yield Issue("A001", "BRIGADE_DEMO_FILE", "demo_in_production")
        # The least that OWASP's Password Storage Cheat Sheet allows: 19 MiB, two rounds.
        if self.argon2_memory_kib < 19456 or self.argon2_rounds < 2:
            yield Issue(
                "A001",
                "BRIGADE_ARGON2_MEMORY_KIB",
                "argon2_too_weak",
                {"kib": self.argon2_memory_kib, "rounds": self.argon2_rounds},
            )

    def _given_keys(self) -> list[str]:
        given = self.identity_keys.get_secret_value() if self.identity_keys else ""
        return [key.strip() for key in given.split(",") if key.strip()]

    @property
    def tile_origin(self) -> str | None:
        """Where tiles come from, as a content policy names it."""
        found = None if self.tile_url is None else TILES.fullmatch(self.tile_url)
        return None if found is None else found["origin"].replace("{s}", "*")

    def vault(self) -> Vault:
        """What seals people's data."""
        return Vault(self.identity_key_ring())

    def identity_key_ring(self) -> list[str]:
        """The keys given, else the one kept in `folder`. Who loses them loses the identities: not kept with
        backups."""
        return self._given_keys() or [self._kept("identity-key", new_key)]

    def signing_secret(self) -> str:
        """The secret given, else the one kept in `folder`."""
        if self.secret is not None:
            return self.secret.get_secret_value()
        return self._kept("secret", lambda: secrets.token_hex(32))

    def seal_keys(self) -> list[bytes]:
        """What seals the trail's head and backups: from the secret in use, then from former ones, which only
        verify."""
        given = self.old_secrets.get_secret_value() if self.old_secrets else ""
        known = [self.signing_secret(), *(one.strip() for one in given.split(",") if one.strip())]
        return [hmac.digest(one.encode(), b"brigade.seal", "sha256") for one in known]

    def _kept(self, name: str, make: Callable[[], str]) -> str:
        """A secret of this installation, made on first use and readable by its owner only.

        It appears whole, and of several processes that begin at once one makes it: an empty secret would sign
        anybody's link.
        """
        kept = self.folder / name
        if not kept.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile("w", encoding="ascii", dir=self.folder, prefix=f"{name}.") as fresh:
                fresh.write(make())
                fresh.flush()
                with suppress(FileExistsError):
                    os.link(fresh.name, kept)
        return kept.read_text("ascii")
