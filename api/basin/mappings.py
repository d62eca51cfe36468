"""Mappings of other programs' exports, one a source: sealed, since what they translate may be people's names.

A manager's is that provider's alone; a coordinator's is the basin's, and its imports may name it too.
"""

from __future__ import annotations

from sqlalchemy import select

from api.access.scope import Scoped
from api.basin.identities import found_or_new, keep, place_of
from api.runtime.faults import not_found
from api.runtime.roles import Role
from api.runtime.vault import Vault
from api.store.mapping_tables import SourceMapping
from brigade.exchange.documents.json_text import JsonObject
from brigade.exchange.mapping.mapping_document import mapping_from_json, mapping_to_json
from brigade.exchange.mapping.mapping_shapes import MappingDocument
from brigade.values.input_words import plain


def put(
    scoped: Scoped, vault: Vault, basin_id: str, id: str, given: MappingDocument, version: int | None
) -> tuple[SourceMapping, bool]:
    """Create, or replace at `version`; whether it is new. Raises: Forbidden; Conflict when another's has that
    id."""
    row, is_new = found_or_new(scoped, SourceMapping, basin_id, id, version)
    if is_new and scoped.principal.role is Role.MANAGER:
        row.provider_id = scoped.principal.sole_target(basin_id)
    row.body = {"source": given.source}
    return keep(scoped, vault, row, mapping_to_json(given), is_new=is_new), is_new


def readable(scoped: Scoped, vault: Vault, basin_id: str) -> dict[str, MappingDocument]:
    """By id, every mapping that an import of the account may name: its own first."""
    shared = SourceMapping.provider_id.is_(None) & (SourceMapping.basin_id == basin_id)
    own = scoped.all(scoped.select(SourceMapping, basin_id).order_by(SourceMapping.id))
    rows = [*own, *scoped.session.scalars(select(SourceMapping).where(shared).order_by(SourceMapping.id))]
    ranked = sorted({row.id: row for row in rows}.values(), key=lambda row: row.provider_id is None)
    return {row.id: mapping_from_json(vault.open(place_of(row), row.sealed)) for row in ranked}


def keep_source(scoped: Scoped, vault: Vault, basin_id: str, given: MappingDocument) -> str:
    """Keep how a source is read, in place of how the account had it read so far; its id."""
    id = source_id(scoped, basin_id, given.source)
    stands = scoped.session.scalar(scoped.select(SourceMapping, basin_id).where(SourceMapping.id == id))
    put(scoped, vault, basin_id, id, given, stands.version if stands else None)
    return id


def source_id(scoped: Scoped, basin_id: str, source: str) -> str:
    """A manager's carries the provider: two services may each have matched the same program."""
    # Cut so that service, point and source fit into an id, which has 120 characters at most.
    name = plain(source)[:60] or "source"
    is_own = scoped.principal.role is Role.MANAGER
    return f"{scoped.principal.sole_target(basin_id)[:50]}.{name}" if is_own else name


def named(scoped: Scoped, vault: Vault, basin_id: str, id: str) -> MappingDocument:
    """The mapping that an import names: one the account sees, or the basin's own. Raises: NotFound."""
    asked = select(SourceMapping).where(SourceMapping.basin_id == basin_id, SourceMapping.id == id)
    found = scoped.session.scalar(scoped.select(SourceMapping, basin_id).where(SourceMapping.id == id))
    # The account's own before the basin's: two services may each have matched the same program.
    row = found or scoped.session.scalar(asked.where(SourceMapping.provider_id.is_(None)))
    if row is None:
        raise not_found(SourceMapping.KIND, id)
    return mapping_from_json(vault.open(place_of(row), row.sealed))


def without(document: JsonObject, person: str) -> JsonObject:
    """The mapping when a person is forgotten: no name of theirs stands for her any more."""
    calendar = document.get("calendar")
    if calendar and person in calendar.get("employees", {}).values():
        kept = {name: id for name, id in calendar["employees"].items() if id != person}
        document = {**document, "calendar": {**calendar, "employees": kept}}
    return {**document, "tables": [_table_without(table, person) for table in document.get("tables", ())]}


def _table_without(table: JsonObject, person: str) -> JsonObject:
    columns = table.get("columns", {})
    named = {name for name, column in columns.items() if person in column.get("codes", {}).values()}
    if not named:
        return table
    kept = {name: {code: id for code, id in columns[name]["codes"].items() if id != person} for name in named}
    return {
        **table,
        "columns": {**columns, **{name: {**columns[name], "codes": codes} for name, codes in kept.items()}},
    }
