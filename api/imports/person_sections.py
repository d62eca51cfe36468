"""Tables beside those of a problem: who people are, where they are reached, who comes in. Read here, sealed
when written.

The core knows none of them: names never enter a problem.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from api.imports.telephones import dialled
from api.runtime.roles import Role
from api.shapes.cycle_requests import FORMS, LOGIN, STRICT
from api.shapes.person_shapes import ContactShape, IdentityIn
from brigade.errors import Issue, UnreadableInput, Values
from brigade.exchange.documents.json_text import JsonObject
from brigade.exchange.documents.shape_faults import read_model, said
from brigade.exchange.sheets.layout import Cell, Column, TableLayout
from brigade.exchange.sheets.opening import OpenTable, SheetRow, rows_of
from brigade.exchange.sheets.rows_to_json import DocumentBuilder
from brigade.values import input_words
from brigade.values.input_words import by_word, plain

Shape = TypeVar("Shape", bound=BaseModel)


def _column(table: str, english: str, cell: Cell = Cell.TEXT, *, required: bool = False) -> Column:
    return Column((english,), english, input_words.column(english, table), cell, required)


def _of(table: str) -> tuple[Column, Column]:
    """Whom a row is about."""
    return (_column(table, "kind", Cell.CODE, required=True), _column(table, "id", Cell.CODE, required=True))


IDENTITIES = TableLayout(
    "identities",
    (),
    (
        *_of("identities"),
        _column("identities", "name", required=True),
        *(_column("identities", name) for name in ("address_lines", "entry", "phone", "email", "of")),
    ),
)
CONTACTS = TableLayout(
    "contacts",
    (),
    (
        *_of("contacts"),
        _column("contacts", "email"),
        _column("contacts", "phone"),
        _column("contacts", "language", Cell.CODE),
        _column("contacts", "channels", Cell.CODES),
    ),
)
ACCOUNTS = TableLayout(
    "accounts",
    (),
    (
        _column("accounts", "login", required=True),
        _column("accounts", "role", Cell.CODE, required=True),
        _column("accounts", "target_id", Cell.CODE),
    ),
    key="login",
)
TABLES = (IDENTITIES, CONTACTS, ACCOUNTS)
KINDS = {table: by_word(kinds) for table, kinds in input_words.KINDS.items()}
ROLES = {
    **{role.value: role for role in Role},
    **{word: Role(role) for word, role in by_word(input_words.ROLES).items()},
}
CHANNELS = by_word(input_words.CHANNELS)
SEPARATOR = re.compile(r"\s*[|\n]\s*")


class AccountRow(BaseModel):
    """One thing that an account may reach."""

    model_config = STRICT
    login: str = Field(min_length=3, max_length=200, pattern=LOGIN)
    role: Role
    target_id: str = ""


class PersonRow(NamedTuple):
    """A row about somebody, and where it stood. `told`: what the table has a column for."""

    place: str
    kind: str
    id: str
    value: Any
    told: frozenset[str]


@dataclass(frozen=True)
class Persons:
    identities: tuple[PersonRow, ...] = ()
    contacts: tuple[PersonRow, ...] = ()
    accounts: tuple[tuple[str, AccountRow], ...] = field(default=())

    def __bool__(self) -> bool:
        return bool(self.identities or self.contacts or self.accounts)


def read(found: DocumentBuilder) -> Persons:
    """Raises: UnreadableInput, with every row that cannot be read."""
    reader = _Reader(found.zone)
    told = Persons(
        tuple(reader.persons(found.tables.get(IDENTITIES.english), reader.identity)),
        tuple(reader.persons(found.tables.get(CONTACTS.english), reader.contact)),
        tuple(reader.accounts(found.tables.get(ACCOUNTS.english))),
    )
    if reader.issues:
        raise UnreadableInput(reader.issues)
    return told


class _Reader:
    def __init__(self, zone: ZoneInfo) -> None:
        self.zone, self.issues = zone, list[Issue]()

    def persons(self, opened: OpenTable | None, made: Any) -> Iterator[PersonRow]:
        seen: dict[tuple[str, str], str] = {}
        for row in self._rows(opened):
            assert opened is not None
            place, values = opened.place(row.number), _values(row)
            kind = KINDS[opened.table.english].get(plain(str(values.get("kind", ""))))
            if kind is None:
                if "kind" in values:
                    self._tell(
                        "D104",
                        _at(opened, row.number, "kind"),
                        "one_of_kinds",
                        {"met": said(values["kind"]), "known": list(KINDS[opened.table.english])},
                    )
                continue
            id = str(values.get("id", ""))
            # By kind as well: a worker and a client may have the same code.
            if seen.setdefault((kind, id), place) != place:
                self._tell("C112", place, "id_twice_in_file", {"id": id, "seen": seen[kind, id]})
                continue
            value = self._shape(opened, row, *made(kind, id, values))
            if value is not None:
                names = frozenset(column.english for column in opened.columns if column is not None)
                yield PersonRow(place, kind, id, value, names)

    def identity(self, kind: str, id: str, values: Mapping[str, Any]) -> tuple[type[IdentityIn], JsonObject]:
        contacts = []
        for name in ("phone", "email"):
            if name in values:
                of = {"of": values["of"]} if "of" in values else {}
                contacts.append(
                    {"kind": name, "value": dialled(values[name]) if name == "phone" else values[name], **of}
                )
        lines = [line for line in SEPARATOR.split(values.get("address_lines", "")) if line]
        parts = {"address_lines": lines, "contacts": contacts}
        kept = {name: values[name] for name in ("name", "entry") if name in values}
        return IdentityIn, {**kept, **{name: part for name, part in parts.items() if part}}

    def contact(self, kind: str, id: str, values: Mapping[str, Any]) -> tuple[type[ContactShape], JsonObject]:
        kept = {name: values[name] for name in ("email", "language") if name in values}
        if "phone" in values:
            kept["phone"] = dialled(values["phone"])
        if "channels" in values:
            kept["channels"] = [CHANNELS.get(plain(one), one) for one in values["channels"]]
        return ContactShape, {"id": f"{kind}:{id}", **kept}

    def accounts(self, opened: OpenTable | None) -> Iterator[tuple[str, AccountRow]]:
        for row in self._rows(opened):
            assert opened is not None
            place, values = opened.place(row.number), _values(row)
            role = ROLES.get(plain(str(values.get("role", ""))))
            if role is None:
                self._tell(
                    "D104",
                    _at(opened, row.number, "role"),
                    "one_of_kinds",
                    {"met": said(values.get("role")), "known": list(ROLES)},
                )
                continue
            value = self._shape(opened, row, AccountRow, {**values, "role": role.value})
            if value is not None:
                yield place, value

    def _rows(self, opened: OpenTable | None) -> Iterator[SheetRow]:
        if opened is not None:
            yield from rows_of(opened, self.zone, self.issues)

    def _shape(
        self, opened: OpenTable, row: SheetRow, shape: type[Shape], value: Mapping[str, Any]
    ) -> Shape | None:
        try:
            return read_model(shape, value, FORMS)
        except UnreadableInput as refused:
            # The value met is told to whoever sent it, the field it stood in by the column it came from.
            for one in refused.issues:
                where = _at(opened, row.number, _column_of(one.where, value))
                self.issues.append(replace(one, where=where))
            return None

    def _tell(self, code: str, where: str, words: str, values: Values) -> None:
        self.issues.append(Issue(code, where, words, values))


def _column_of(where: str, value: Mapping[str, Any]) -> str:
    """The column, in English, that a field of a shape is read from: of the contacts of somebody each has its
    own."""
    name, *rest = re.split(r"[.\[\]]+", where)
    return str(value[name][int(rest[0])]["kind"]) if name == "contacts" and rest else name


def _at(opened: OpenTable, row: int, name: str) -> str:
    """As for every table: `contacts.csv, row=3, column="courriel"`. Args: name: of the column, in
    English."""
    return opened.place(
        row, next((one for one in opened.columns if one is not None and one.english == name), None)
    )


def _values(row: SheetRow) -> JsonObject:
    return {path[0]: value for path, value in row.values.items() if value is not None}
