"""What a basin knows: one table a kind, the exchange document of each thing beside the keys that scope and
find it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel
from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from api.runtime.roles import (
    COORDINATORS,
    EMPLOYERS,
    EVERYBODY,
    FUNDERS,
    MANAGERS,
    MANAGERS_OF_ALL,
    WORKERS,
    Rights,
)
from api.shapes.cycle_requests import BasinWishes
from api.store.base import Stored, Table
from brigade.exchange.documents.json_text import JsonObject
from brigade.exchange.shapes.demand_shapes import (
    AbsenceShape,
    ClientShape,
    EmployeeShape,
    FundingLineShape,
    LinkShape,
    ProviderShape,
    RotaEntryShape,
    RotaFeedShape,
    VisitShape,
    WorkBlockShape,
)
from brigade.exchange.shapes.place_shapes import SiteShape
from brigade.exchange.shapes.workforce_shapes import EmployerShape, WorkerShape

Form = TypeVar("Form", bound=BaseModel)
FORGOTTEN = "erased-"
"""How the pseudonym of somebody who was forgotten begins."""


class Basin(Table):
    """`body`: the basin's wishes. `given`: where travel times come from (matrices included), and the
    competencies and labour texts where they are not the shipped ones; read only when it is asked for, as it
    is megabytes in a large basin and every request looks at the row."""

    __tablename__ = "basins"
    KIND: ClassVar[str] = "basins"
    RIGHTS = Rights(EVERYBODY, COORDINATORS)
    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    body: Mapped[BasinWishes] = mapped_column(Stored(BasinWishes))
    given: Mapped[JsonObject] = mapped_column(deferred=True)
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]

    @property
    def basin_id(self) -> str:
        return self.id


class BasinRow(Table):
    """A thing of a basin. `body`: its document, as it was written; older versions may have written what this
    one would refuse. `value`: the document read, by whoever asks for more than to carry it on. `version`
    counts its changes and is its ETag."""

    __abstract__ = True
    KIND: ClassVar[str]
    FORM: ClassVar[type[BaseModel]]
    basin_id: Mapped[str] = mapped_column(String(120), ForeignKey("basins.id"), primary_key=True)
    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    body: Mapped[JsonObject]
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]

    def _read(self, form: type[Form]) -> Form:
        """The document in its form, read once for each that stands here."""
        known: tuple[JsonObject, Form] | None = self.__dict__.get("_value")
        # By identity, as documents are replaced and never changed in place: a new body is read anew.
        if known is None or known[0] is not self.body:
            known = self.__dict__["_value"] = self.body, form.model_validate(self.body, strict=False)
        return known[1]


def within(column: str, table: str) -> ForeignKeyConstraint:
    """A reference to a thing of the same basin."""
    return ForeignKeyConstraint(["basin_id", column], [f"{table}.basin_id", f"{table}.id"])


class Provider(BasinRow):
    __tablename__ = "providers"
    KIND = "providers"
    RIGHTS = Rights(COORDINATORS | MANAGERS | FUNDERS, COORDINATORS)
    FORM = ProviderShape

    @property
    def provider_id(self) -> str:
        return self.id

    @property
    def value(self) -> ProviderShape:
        return self._read(self.FORM)


class OfProvider(BasinRow):
    """A thing that belongs to one provider."""

    __abstract__ = True
    provider_id: Mapped[str] = mapped_column(String(120))

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805 - a class, by SQLAlchemy's convention
        return (within("provider_id", "providers"), Index(None, "basin_id", "provider_id"))


class Site(BasinRow):
    """A coarse place; `provider_id` names the one provider whose clients live there, None: shared or a
    worker's."""

    __tablename__ = "sites"
    KIND = "sites"
    RIGHTS = Rights(COORDINATORS | MANAGERS, COORDINATORS | MANAGERS)
    FORM = SiteShape
    provider_id: Mapped[str | None] = mapped_column(String(120))

    @property
    def value(self) -> SiteShape:
        return self._read(self.FORM)


class Employee(OfProvider):
    __tablename__ = "employees"
    KIND = "employees"
    RIGHTS = Rights(COORDINATORS | MANAGERS, COORDINATORS | MANAGERS)
    FORM = EmployeeShape

    @property
    def value(self) -> EmployeeShape:
        return self._read(self.FORM)


class Client(OfProvider):
    __tablename__ = "clients"
    KIND = "clients"
    RIGHTS = Rights(COORDINATORS | MANAGERS, COORDINATORS | MANAGERS)
    FORM = ClientShape
    site_id: Mapped[str] = mapped_column(String(120))

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805
        return (
            within("provider_id", "providers"),
            within("site_id", "sites"),
            Index(None, "basin_id", "provider_id"),
        )

    @property
    def value(self) -> ClientShape:
        return self._read(self.FORM)


class Visit(OfProvider):
    """`starts_at`, `ends_at`: from the earliest begin to the latest end, so that days are found without
    reading bodies."""

    __tablename__ = "visits"
    KIND = "visits"
    RIGHTS = Rights(COORDINATORS | MANAGERS, COORDINATORS | MANAGERS)
    GRANTED = ("points", "mandatory")
    FORM = VisitShape
    client_id: Mapped[str] = mapped_column(String(120))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805
        return (
            within("client_id", "clients"),
            Index(None, "basin_id", "starts_at"),
            Index(None, "basin_id", "provider_id", "starts_at"),
        )

    @property
    def value(self) -> VisitShape:
        return self._read(self.FORM)


class Link(BasinRow):
    """A tie between two visits, known by an id of its own."""

    __tablename__ = "links"
    KIND = "links"
    RIGHTS = Rights(COORDINATORS, COORDINATORS)
    FORM = LinkShape
    first: Mapped[str] = mapped_column(String(120))
    second: Mapped[str] = mapped_column(String(120))

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805
        return (within("first", "visits"), within("second", "visits"))

    @property
    def value(self) -> LinkShape:
        return self._read(self.FORM)


class RotaFeed(OfProvider):
    """The rota of one provider, whole, as last received; its id is the provider's."""

    __tablename__ = "rota_feeds"
    KIND = "rota-feeds"
    RIGHTS = Rights(COORDINATORS | MANAGERS, COORDINATORS | MANAGERS)
    FORM = RotaFeedShape
    received_at: Mapped[datetime]

    @property
    def value(self) -> RotaFeedShape:
        return self._read(self.FORM)

    @property
    def entries(self) -> list[RotaEntryShape]:
        """Who was to do which visit when, as received."""
        return self.value.entries

    def entries_of(self, employee_id: str) -> list[RotaEntryShape]:
        """Of one person. The others are not read: a service's weeks are a thousand entries."""
        mine = (one for one in self.body.get("entries", ()) if one["employee_id"] == employee_id)
        return [RotaEntryShape.model_validate(one, strict=False) for one in mine]

    @property
    def last_start(self) -> datetime | None:
        """Of the entry that begins last."""
        starts = (datetime.fromisoformat(one["start"]) for one in self.body.get("entries", ()))
        return max(starts, default=None)


class Absence(OfProvider):
    __tablename__ = "absences"
    KIND = "absences"
    RIGHTS = Rights(COORDINATORS | MANAGERS, COORDINATORS | MANAGERS)
    FORM = AbsenceShape
    employee_id: Mapped[str] = mapped_column(String(120))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805
        return (
            within("provider_id", "providers"),
            within("employee_id", "employees"),
            Index(None, "basin_id", "starts_at"),
            Index(None, "basin_id", "provider_id"),
        )

    @property
    def value(self) -> AbsenceShape:
        return self._read(self.FORM)


class Employer(BasinRow):
    __tablename__ = "employers"
    KIND = "employers"
    RIGHTS = Rights(COORDINATORS | EMPLOYERS, COORDINATORS)
    FORM = EmployerShape

    @property
    def employer_id(self) -> str:
        return self.id

    @property
    def value(self) -> EmployerShape:
        return self._read(self.FORM)


class Worker(BasinRow):
    """`counters_since`: the counters of the document speak of the days before it; what the service saw since
    is added."""

    __tablename__ = "workers"
    KIND = "workers"
    RIGHTS = Rights(COORDINATORS | EMPLOYERS | WORKERS, COORDINATORS)
    FORM = WorkerShape
    employer_id: Mapped[str] = mapped_column(String(120))
    counters_since: Mapped[date | None]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805
        return (within("employer_id", "employers"), Index(None, "basin_id", "employer_id"))

    @property
    def worker_id(self) -> str:
        return self.id

    @property
    def value(self) -> WorkerShape:
        return self._read(self.FORM)


class FundingLine(BasinRow):
    __tablename__ = "funding_lines"
    KIND = "funding-lines"
    RIGHTS = Rights(COORDINATORS | MANAGERS_OF_ALL | FUNDERS, COORDINATORS)
    FORM = FundingLineShape

    @property
    def value(self) -> FundingLineShape:
        return self._read(self.FORM)


class WorkBlock(BasinRow):
    """`employer_id`: of all its participants, "" where they are of several: then it is coordinators' alone.
    `starts_at`, `ends_at`: as of a visit."""

    __tablename__ = "work_blocks"
    KIND = "work-blocks"
    RIGHTS = Rights(COORDINATORS | EMPLOYERS, COORDINATORS | EMPLOYERS)
    GRANTED = ("mandatory",)
    FORM = WorkBlockShape
    employer_id: Mapped[str] = mapped_column(String(120))
    site_id: Mapped[str | None] = mapped_column(String(120))
    funding_line_id: Mapped[str | None] = mapped_column(String(120))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805
        return (
            within("site_id", "sites"),
            within("funding_line_id", "funding_lines"),
            Index(None, "basin_id", "starts_at"),
            Index(None, "basin_id", "employer_id"),
        )

    @property
    def value(self) -> WorkBlockShape:
        return self._read(self.FORM)


DATA: tuple[type[BasinRow], ...] = (
    *(Provider, Site, Employer, Employee, Client, Worker, Visit, Link, RotaFeed, FundingLine, Absence),
    WorkBlock,
)
"""In an order in which they can be written: whatever a row refers to comes before it."""
