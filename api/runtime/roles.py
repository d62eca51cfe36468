"""Roles, and how far each reaches: the words in which every table says who sees and changes its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    COORDINATOR = "coordinator"
    MANAGER = "manager"
    WORKER = "worker"
    EMPLOYER = "employer"
    FUNDER = "funder"


class Reach(StrEnum):
    """How far a role sees or writes in a table."""

    NOTHING = "nothing"
    EVERYWHERE = "everywhere"
    BASIN = "basin"
    PUBLISHED = "published"
    """Plans of the basin that are or were in force."""
    BETWEEN = "between"
    """Rows between two basins: the lender's coordinators and the borrower's."""
    PROVIDER = "provider"
    EMPLOYER = "employer"
    WORKER = "worker"


Reaches: TypeAlias = Mapping[Role, Reach]


@dataclass(frozen=True, slots=True)
class Rights:
    """By role; a role that is not named reaches nothing. Administrators read everywhere and write
    everywhere."""

    read: Reaches
    write: Reaches = field(default_factory=dict)

    def of(self, role: Role, *, write: bool) -> Reach:
        if role is Role.ADMINISTRATOR:
            return Reach.EVERYWHERE
        return (self.write if write else self.read).get(role, Reach.NOTHING)


# -- what tables put together: each role with its usual reach ----------------------------------------------
COORDINATORS = {Role.COORDINATOR: Reach.BASIN}
BETWEEN_COORDINATORS = {Role.COORDINATOR: Reach.BETWEEN}
FUNDERS = {Role.FUNDER: Reach.BASIN}
MANAGERS = {Role.MANAGER: Reach.PROVIDER}
WORKERS = {Role.WORKER: Reach.WORKER}
EMPLOYERS = {Role.EMPLOYER: Reach.EMPLOYER}
# -- and what few tables open further ----------------------------------------------------------------------
MANAGERS_OF_ALL = {Role.MANAGER: Reach.BASIN}
READERS_OF_PLANS = dict.fromkeys((Role.MANAGER, Role.WORKER, Role.EMPLOYER), Reach.PUBLISHED)
EVERYBODY: Reaches = {role: Reach.BASIN for role in Role if role is not Role.ADMINISTRATOR}
