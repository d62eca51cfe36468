"""The twins of `brigade/law/rules/`, name for name: what each limit tells the model.

Markings and measures have none, nor have ASSIGNMENT and TIMING, which hold by construction: a tour is an
order of visits, timed by the kernel.

The registry finds the files by name, in name order.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder


class Twin(Protocol):
    """What every module of this package offers."""

    CODES: tuple[str, ...]

    def contribute(self, builder: ModelBuilder) -> None: ...


def names() -> tuple[str, ...]:
    """Module names of all twins, in name order."""
    return tuple(sorted(module.name for module in iter_modules(__path__)))


def twins(without: str | None = None) -> tuple[Twin, ...]:
    """Every twin, but for the module named `without` (tests leave one out to see that it is missed)."""
    # By name, so that rules speak, and obstacles are told, in the same order everywhere.
    return tuple(cast(Twin, import_module(f"{__name__}.{name}")) for name in names() if name != without)
