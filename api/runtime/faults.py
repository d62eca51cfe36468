"""What the service refuses on purpose, without knowing HTTP: `api.http.problem_json` gives each class its
status."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self

from brigade.errors import NO_VALUES, BrigadeError, Issue, Values


class ServiceFault(BrigadeError):
    """One refusal of the service, as an issue, and what else stands in the way.

    Identifiers and counts only, never what a person is called."""

    def __init__(
        self, code: str, where: str, words: str, values: Values = NO_VALUES, others: Iterable[Issue] = ()
    ) -> None:
        self.issues: tuple[Issue, ...] = (Issue(code, where, words, values), *others)
        super().__init__(str(self.issues[0]))

    @classmethod
    def of(cls, first: Issue, *others: Issue) -> Self:
        return cls(first.code, first.where, first.words, first.values, others)

    def __reduce__(self) -> tuple[Any, ...]:
        """Whole into another process and back, with all its issues."""
        return _again, (type(self), str(self), self.__dict__)


class Unauthenticated(ServiceFault):
    """Nobody is known by these credentials."""


class Forbidden(ServiceFault):
    """Known, and not allowed."""


class NotFound(ServiceFault):
    """There is no such thing, or not for this account: both look the same on purpose."""


class Conflict(ServiceFault):
    """The thing is not in a state that allows it."""


class Gone(ServiceFault):
    """It was, and is over: an expired or withdrawn link."""


class Stale(ServiceFault):
    """Somebody changed it since it was read."""


class NoPrecondition(ServiceFault):
    """A change must say which version it changes."""


class KeyReused(ServiceFault):
    """One Idempotency-Key for two different requests."""


class Unfit(ServiceFault):
    """Values that do not fit together, or not the place they are sent to."""


class BadRequest(ServiceFault):
    """A header or parameter that cannot be read."""


class TooLarge(ServiceFault):
    """More than the service takes at once."""


class Unavailable(ServiceFault):
    """Something the service leans on does not answer, or a key is missing: not the asker's fault."""


class TooManyAttempts(ServiceFault):
    """Wait before trying again."""

    def __init__(self, code: str, where: str, words: str, values: Values, retry_after_s: int) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(code, where, words, values)


class Outdated(TooManyAttempts):
    """What was judged before a write has changed before it was written: it is judged anew, a few times."""


def _again(kind: type[ServiceFault], said: str, holds: Mapping[str, object]) -> ServiceFault:
    """A fault as it was in another process."""
    # Past `__init__`, whose arguments differ from class to class.
    fault = kind.__new__(kind, said)
    fault.args = (said,)
    fault.__dict__.update(holds)
    return fault


def not_found(kind: str, id: str) -> NotFound:
    return NotFound("A201", f"{kind}.{id}", "not_found")


def database_silent() -> Unavailable:
    return Unavailable("A501", "database", "database_silent")


def forbidden(what: str) -> Forbidden:
    return Forbidden("A103", what, "not_allowed")
