"""The two parts that are no plain lists of rows: travel in long form, and labour texts with their values."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from brigade.errors import Issue
from brigade.exchange.sheets.cells import Value, write_cell
from brigade.exchange.sheets.layout import TEXTS, TRAVEL, VALUES, TableLayout
from brigade.exchange.sheets.opening import OpenTable, SheetRow, rows_of
from brigade.exchange.sheets.rows_to_json import DocumentBuilder, Json
from brigade.texts.labour_code import shipped_labour_code
from brigade.values.input_words import ESTIMATE, plain

SHOWN = 5
"""How many missing pairs of a matrix are named."""


_Leg = tuple[float | None, int | None, int]
"""Minutes and metres, None where there is no way; the number of the row."""


# -- travel in ---------------------------------------------------------------------------------------------
class _Mode:
    """The rows of one mode: sites in order of first appearance, values by pair."""

    def __init__(self) -> None:
        self.source: str | None = None
        self.sites: dict[str, int] = {}
        self.pairs: dict[tuple[str, str], _Leg] = {}


def gather_travel(gathering: DocumentBuilder) -> None:
    """The matrices of the long form, or nothing where the settings name a source and the table is empty."""
    opened = gathering.tables.get(TRAVEL.english)
    modes: dict[str, _Mode] = {}
    for row in rows_of(opened, gathering.zone, gathering.issues) if opened else ():
        _take(modes, row, opened, gathering.issues)
    if gathering.is_partial and not modes and "travel" not in gathering.document:
        return
    travel: Json = gathering.document.setdefault("travel", {})
    if plain(travel.get("source", "")) == ESTIMATE:
        travel["source"] = "estimate"
    if modes or "source" not in travel:
        label = opened.grid.label if opened else TRAVEL.french
        travel["matrices"] = [_matrix(mode, taken, label, gathering.issues) for mode, taken in modes.items()]
    rows = gathering.origins.rows
    if not modes and "travel.source" in rows:
        rows["travel"] = rows["travel.source"]  # whatever fails of the source is read there
    elif opened:
        gathering.origins.special.append(partial(_travel_place, opened=opened, modes=modes))


def _take(modes: dict[str, _Mode], row: SheetRow, opened: OpenTable | None, issues: list[Issue]) -> None:
    values = {path[0]: value for path, value in row.values.items()}
    if "mode" not in values:
        return
    mode = modes.setdefault(values["mode"], _Mode())
    # Said once is enough: rows after the first repeat it or leave it blank.
    mode.source = mode.source or values.get("source")
    ends = values.get("from"), values.get("to")
    if ends == (None, None):
        return  # a mode without any site is said by its name alone
    place = opened.place(row.number) if opened else TRAVEL.french
    if values.get("way") is False and None not in ends:
        _take_no_way(mode, row, values, place, issues)
        return
    missing = [name for name in ("from", "to", "minutes", "metres") if name not in values]
    if missing and opened and all(opened.cell(row.number, name) for name in missing):
        if (
            "from" in values and "to" in values
        ):  # what is missing was told as unreadable: the pair itself is there
            mode.pairs.setdefault((values["from"], values["to"]), (0, 0, row.number))
        return
    if missing:
        issues.append(
            Issue(
                "C101",
                place,
                "blank_cells",
                {
                    "columns": [
                        next(c.titles for c in TRAVEL.columns if c.english == name) for name in missing
                    ]
                },
            )
        )
        return
    leg = (values["minutes"], values["metres"], row.number)
    _keep(mode, (values["from"], values["to"]), leg, place, issues)


def _take_no_way(mode: _Mode, row: SheetRow, values: Json, place: str, issues: list[Issue]) -> None:
    """A pair of places between which there is no way, whose length nobody can tell."""
    told = [str(values[one]) for one in ("minutes", "metres") if values.get(one)]
    if told:
        issues.append(Issue("C120", place, "no_way_of_length", {"met": told}))
    _keep(mode, (values["from"], values["to"]), (None, None, row.number), place, issues)


def _keep(mode: _Mode, pair: tuple[str, str], leg: _Leg, place: str, issues: list[Issue]) -> None:
    if pair in mode.pairs:
        issues.append(Issue("C112", place, "travel_twice", {"start": pair[0], "end": pair[1]}))
    for site in pair:
        mode.sites.setdefault(site, len(mode.sites))
    mode.pairs[pair] = leg


def _matrix(mode: str, taken: _Mode, label: str, issues: list[Issue]) -> Json:
    """A square matrix; a pair that no row gives is told, save from a site to itself, which is 0."""
    pairs = dict(taken.pairs)
    missing = []
    for origin in taken.sites:
        for destination in taken.sites:
            if (origin, destination) not in pairs:
                # Filled all the same: a hole would end the reading here, before other faults are found.
                pairs[origin, destination] = (0, 0, 0)
                if origin != destination:
                    missing.append(f"{origin} → {destination}")
    if missing:
        named = [*missing[:SHOWN], *(["…"] if len(missing) > SHOWN else [])]
        issues.append(
            Issue("C114", label, "travel_missing", {"mode": mode, "count": len(missing), "named": named})
        )
    rows = [[pairs[origin, destination] for destination in taken.sites] for origin in taken.sites]
    source = {} if taken.source is None else {"source": taken.source}
    return {
        "mode": mode,
        **source,
        "sites": list(taken.sites),
        "minutes": [[cell[0] for cell in row] for row in rows],
        "metres": [[cell[1] for cell in row] for row in rows],
    }


def _travel_place(where: str, opened: OpenTable, modes: dict[str, _Mode]) -> str | None:
    """The row of travel.matrices[0].minutes[2][3] or travel.car.ticks[2,3]."""
    head, _, rest = where.partition(".")
    if head != "travel" or where == "travel.source":
        return None
    numbers = [int(word) for word in "".join(c if c.isdigit() else " " for c in rest).split()]
    named = [name for name in modes if rest.startswith(name)]
    if not named and numbers[:1] and numbers[0] < len(modes):
        # The first number is that of the matrix, as in `matrices[0]`; the others are the pair.
        named = [list(modes)[numbers.pop(0)]]
    if len(numbers) != 2 or not named:
        return opened.grid.label
    taken = modes[named[0]]
    sites = list(taken.sites)
    if max(numbers) >= len(sites):
        return opened.grid.label
    pair = taken.pairs.get((sites[numbers[0]], sites[numbers[1]]))
    return opened.place(pair[2]) if pair else opened.grid.label


# -- labour texts in ---------------------------------------------------------------------------------------
def gather_agreements(gathering: DocumentBuilder) -> None:
    """An agreement's code counts in any case, as other words of tables do; it is written as the texts write
    it."""
    document = gathering.document
    told = document.get("labour", {}).get("agreements")
    known = shipped_labour_code().agreements if told is None else [text.get("id", "") for text in told]
    by_word = {str(id).casefold(): id for id in known}
    parties = [
        *document.get("demand", {}).get("providers", ()),
        *document.get("brigade", {}).get("employers", ()),
    ]
    for party in parties:
        code = party.get("agreement")
        if isinstance(code, str) and code not in known:
            party["agreement"] = by_word.get(code.casefold(), code)


def gather_texts(gathering: DocumentBuilder) -> None:
    """The labour texts, when a table of them has rows."""
    labour = gathering.document.get("labour", {})
    texts = _rows(gathering, TEXTS)
    values = _rows(gathering, VALUES)
    if not (labour or texts or values):
        return
    known: dict[tuple[str, str], Json] = {}
    for row in texts:
        made = {path[0]: value for path, value in row.values.items() if path != ("part",)}
        known[row.values.get(("part",), ""), made.get("id", "")] = {**made, "values": []}
    opened = gathering.tables.get(VALUES.english)
    for row in values:
        key = (row.values.get(("part",), ""), row.values.get(("text",), ""))
        if key not in known and opened:
            gathering.issues.append(
                Issue(
                    "C110",
                    opened.place(row.number),
                    "text_not_there",
                    {"text": key[1], "part": key[0], "table": TEXTS.titles},
                )
            )
            continue
        made = {path[0]: value for path, value in row.values.items() if path not in (("part",), ("text",))}
        known[key]["values"].append(made)
    labour.setdefault("rules", [])
    labour["agreements"] = [text for (part, _), text in known.items() if part == "agreement"]
    for part in ("mandatory", "default"):
        found = [text for (name, _), text in known.items() if name == part]
        if found:
            labour[part] = found[0]
    gathering.document["labour"] = labour


def _rows(gathering: DocumentBuilder, table: TableLayout) -> list[SheetRow]:
    opened = gathering.tables.get(table.english)
    return list(rows_of(opened, gathering.zone, gathering.issues)) if opened else []


# -- out ---------------------------------------------------------------------------------------------------
def travel_rows(travel: Json, zone: ZoneInfo) -> Iterator[list[Value]]:
    for matrix in travel.get("matrices", ()):
        sites = matrix["sites"]
        if not sites:
            # Without a row the mode would be lost when the table is read back.
            yield _written({"mode": matrix["mode"], "source": matrix["source"]}, TRAVEL, zone)
        for origin, minutes, metres in zip(sites, matrix["minutes"], matrix["metres"], strict=True):
            for destination, length, distance in zip(sites, minutes, metres, strict=True):
                made = {
                    "mode": matrix["mode"],
                    "from": origin,
                    "to": destination,
                    "minutes": length,
                    "metres": distance,
                    # Blank where there is a way: only a missing one is written.
                    "way": False if length is None else None,
                }
                yield _written({**made, "source": matrix["source"]}, TRAVEL, zone)


def text_rows(labour: Json | None, zone: ZoneInfo) -> tuple[list[list[Value]], list[list[Value]]]:
    """The rows of the texts and of their values."""
    if labour is None:
        return [], []
    parts = [("mandatory", labour["mandatory"]), ("default", labour["default"])]
    parts += [("agreement", one) for one in labour["agreements"]]
    texts = [_written({"part": part, **text}, TEXTS, zone) for part, text in parts]
    values = [
        _written({"part": part, "text": text["id"], **value}, VALUES, zone)
        for part, text in parts
        for value in text["values"]
    ]
    return texts, values


def _written(made: Json, table: TableLayout, zone: ZoneInfo) -> list[Value]:
    return [write_cell(_found(made, column.path), column, zone) for column in table.columns]


def _found(made: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        made = made.get(step) if isinstance(made, dict) else None
    return made
