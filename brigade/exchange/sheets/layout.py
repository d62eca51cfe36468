"""Which tables there are and what their columns hold: derived from the shapes of the document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, StrEnum
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from brigade.errors import Values
from brigade.exchange.grids.raw import Vocabulary
from brigade.exchange.shapes import demand_shapes as d
from brigade.exchange.shapes import text_shapes as t
from brigade.exchange.shapes import workforce_shapes as w
from brigade.exchange.shapes.field_kinds import FieldKind, bare, is_list, kind_of, shape_in
from brigade.exchange.shapes.place_shapes import (
    BasinShape,
    HorizonShape,
    SectorShape,
    SiteShape,
    TrafficShape,
    VehicleShape,
)
from brigade.exchange.shapes.policy_shapes import PointsShape, PolicyShape, ReserveShape, WeightsShape
from brigade.exchange.shapes.shift_shapes import ShiftCycleShape, ShiftPatternShape
from brigade.exchange.sheets.clocks import WholeDay
from brigade.values.input_words import PARAMETERS, TABLES, column, plain
from brigade.values.places import TravelMode


class Cell(StrEnum):
    """What a cell holds. `CODES` and the like are lists in one cell, `A | B`."""

    CODE = "code"
    TEXT = "text"
    COUNT = "count"
    EUROS = "euros"
    MINUTES = "minutes"
    NUMBER = "number"
    MOMENT = "moment"
    DAY = "day"
    FLAG = "flag"
    CHOICE = "choice"
    CODES = "codes"
    DAYS = "days"
    SPELLS = "spells"
    COUNTS = "counts"


QUANTITIES = frozenset({Cell.COUNT, Cell.EUROS, Cell.MINUTES, Cell.NUMBER, Cell.SPELLS})
"""What a merged block may mean once or for each of its rows, what a total adds up, and what has a unit."""
CELLS: Mapping[FieldKind, Cell] = {
    FieldKind.CODE: Cell.CODE,
    FieldKind.TEXT: Cell.TEXT,
    FieldKind.COUNT: Cell.COUNT,
    FieldKind.CENTS: Cell.EUROS,
    FieldKind.MINUTES: Cell.MINUTES,
    FieldKind.MOMENT: Cell.MOMENT,
    FieldKind.DAY: Cell.DAY,
    FieldKind.CODES: Cell.CODES,
    FieldKind.DAYS: Cell.DAYS,
    FieldKind.BANDS: Cell.CODES,
    FieldKind.SPELLS: Cell.SPELLS,
    FieldKind.COUNTS: Cell.COUNTS,
    FieldKind.PRIORITY: Cell.CHOICE,
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `path` into the row's JSON object, names in both languages, what its cells hold; `whole_day`:
    what a date
    without an hour means in it."""

    path: tuple[str, ...]
    english: str
    french: str
    cell: Cell
    required: bool
    choices: tuple[str, ...] = ()
    whole_day: WholeDay | None = None

    @property
    def titles(self) -> Values:
        """Its name in each language, as faults say it."""
        return {"fr": self.french, "en": self.english}

    def names(self) -> tuple[str, str]:
        return plain(self.french), plain(self.english)


@dataclass(frozen=True)
class TableLayout:
    """A table and where its rows live in the document.

    `place`: path of the list of rows; for a child table, the key inside the parent's object, whose id stands
    in the column `parent_column`. `single`: at most one row a parent, an object rather than a list. `key`:
    the field that names a row.
    """

    english: str
    place: tuple[str, ...]
    columns: tuple[Column, ...]
    required: bool = False
    parent: str | None = None
    single: bool = False
    key: str = "id"
    by_name: Mapping[str, Column] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # The only way to set a derived field of a frozen class.
        object.__setattr__(
            self, "by_name", {name: column for column in self.columns for name in column.names()}
        )

    @property
    def french(self) -> str:
        return TABLES[self.english]

    @property
    def titles(self) -> Values:
        return {"fr": self.french, "en": self.english}

    def names(self) -> tuple[str, str]:
        return plain(self.french), plain(self.english)


def columns_of(
    shape: type[BaseModel], skip: frozenset[str] = frozenset(), table: str = ""
) -> Iterator[Column]:
    """A column for each plain field, nested objects flattened; lists of objects are tables of their own."""
    for name, info in shape.model_fields.items():
        inner, _ = bare(info.annotation)
        if name in skip or (is_list(info) and shape_in(info)):
            continue
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            for one in columns_of(inner, table=table):
                required = one.required and info.is_required()
                yield replace(one, path=(name, *one.path), required=required)
        else:
            yield column_of(name, info, table)


def column_of(name: str, info: FieldInfo, table: str) -> Column:
    cell, choices = cell_of(info)
    # Tables are filled by people, who count in euros; documents hold cents.
    english = name.replace("cents", "eur") if cell is Cell.EUROS else name
    return Column((name,), english, column(english, table), cell, info.is_required(), choices)


def cell_of(info: FieldInfo) -> tuple[Cell, tuple[str, ...]]:
    """What a cell of this field holds, and the values it may take."""
    kind = kind_of(info)
    inner, _ = bare(info.annotation)
    if isinstance(inner, type) and issubclass(inner, Enum):
        return Cell.CHOICE, tuple(str(one.value) for one in inner)
    if kind is not None:
        return CELLS[kind], ()
    if is_list(info):
        return Cell.CODES, ()
    return {bool: Cell.FLAG, int: Cell.COUNT, float: Cell.NUMBER, str: Cell.TEXT}[inner], ()


def _child(english: str, parent: str, key: str, shape: type[BaseModel], **more: Any) -> TableLayout:
    """A table whose first column names the row of `parent` it belongs to."""
    owner = TABLES_BY_NAME[parent]
    column_name = {
        "visits": "visit_id",
        "workers": "worker_id",
        "rota_feeds": "provider_id",
        "employees": "employee_id",
        "providers": "provider_id",
        "work_blocks": "work_block_id",
        "vehicles": "vehicle_id",
    }[parent]
    first = Column((), column_name, column(column_name), Cell.CODE, True)
    return TableLayout(
        english, (key,), (first, *columns_of(shape, table=english)), parent=owner.english, **more
    )


def _root(english: str, place: str, shape: type[BaseModel], *skip: str, **more: Any) -> TableLayout:
    return TableLayout(english, tuple(place.split(".")), tuple(columns_of(shape, frozenset(skip))), **more)


def _with_whole_days(table: TableLayout) -> TableLayout:
    """The table with dates alone meaning whole days, the last one included, in its start and end."""
    ends = {"start": WholeDay.FIRST, "end": WholeDay.LAST}
    columns = (
        replace(column, whole_day=ends.get(column.path[-1])) if column.path else column
        for column in table.columns
    )
    return replace(table, columns=tuple(columns))


ROOTS: tuple[TableLayout, ...] = (
    _root("sites", "sites", SiteShape, required=True),
    _root("providers", "demand.providers", d.ProviderShape, "accords", required=True),
    _root("clients", "demand.clients", d.ClientShape, required=True),
    _root("visits", "demand.visits", d.VisitShape, required=True),
    _root("links", "demand.links", d.LinkShape),
    _root("employees", "demand.employees", d.EmployeeShape),
    _root("rota_feeds", "demand.rota", d.RotaFeedShape, key="provider_id"),
    _with_whole_days(_root("absences", "demand.absences", d.AbsenceShape)),
    _root("funding_lines", "demand.funding_lines", d.FundingLineShape),
    _root("work_blocks", "demand.work_blocks", d.WorkBlockShape),
    _root("employers", "brigade.employers", w.EmployerShape, "accords", required=True),
    _root("workers", "brigade.workers", w.WorkerShape, "limits", "counters", required=True),
    _root("shift_patterns", "brigade.shift_patterns", ShiftPatternShape),
    _root("shift_cycles", "brigade.shift_cycles", ShiftCycleShape, key="worker_id"),
    _root("competencies", "catalogue.competencies", t.CompetencyShape, key="code"),
    _root("certificate_texts", "catalogue.certificates", t.CertificateTextShape, key="code"),
    _root("rules", "labour.rules", t.RuleHeadShape),
    _root("sectors", "sectors", SectorShape),
    _root("vehicles", "vehicles", VehicleShape),
    _root("traffic", "traffic", TrafficShape),
)
TABLES_BY_NAME: Mapping[str, TableLayout] = {table.english: table for table in ROOTS}
CHILDREN: tuple[TableLayout, ...] = (
    _child("windows", "visits", "windows", d.WindowShape, required=True),
    _child("rota", "rota_feeds", "entries", d.RotaEntryShape),
    _child("employee_hours", "employees", "hours", d.IntervalShape),
    _child("employee_days", "employees", "past_days", d.PastDayShape),
    _child("block_windows", "work_blocks", "windows", d.WindowShape),
    _child("availability", "workers", "availability", w.AvailabilityShape, required=True),
    _child(
        *("engagements", "workers", "engagements", w.EngagementShape),
        required=True,
    ),
    _child("certificates", "workers", "certificates", w.CertificateShape),
    _child("learning", "workers", "learning", w.LearningShape),
    _child("path", "workers", "path", w.PathStepShape),
    _child("limits", "workers", "limits", w.LimitsShape, single=True),
    _child("counters", "workers", "counters", w.CountersShape, single=True),
    _child("dated_hours", "workers", "dated_hours", w.DatedHoursShape),
    _child("leave", "workers", "leave", w.LeaveShape),
    _child("on_call", "workers", "on_call", d.IntervalShape),
    _child("calls", "workers", "calls", d.IntervalShape),
    _with_whole_days(_child("other_work", "workers", "other_work", d.IntervalShape)),
    _with_whole_days(_child("vehicle_hours", "vehicles", "hours", d.IntervalShape)),
    _with_whole_days(_child("vehicles_out", "vehicles", "out_of_service", d.IntervalShape)),
)


def _text_column(name: str, cell: Cell, *, required: bool = True, choices: tuple[str, ...] = ()) -> Column:
    return Column((name,), name, column(name), cell, required, choices)


PAST_DAYS = TableLayout(
    "past_days",
    ("days",),
    (Column((), "worker_id", column("worker_id"), Cell.CODE, True), *columns_of(d.PastDayShape)),
    parent="workers",
)


def _accords(english: str, key: str, parent: str) -> TableLayout:
    columns = (
        Column((), key, column(key), Cell.CODE, True),
        _text_column("rule", Cell.CODE),
        _text_column("value", Cell.COUNT),
        Column(("source",), "source", column("source"), Cell.TEXT, False),
        _text_column("in_force_from", Cell.DAY, required=False),
        _text_column("in_force_until", Cell.DAY, required=False),
    )
    return TableLayout(english, ("accords",), columns, parent=parent)


ACCORDS = _accords("accords", "provider_id", "providers")
LENDER_ACCORDS = _accords("employer_accords", "employer_id", "employers")
TRAVEL = TableLayout(
    "travel",
    ("travel", "matrices"),
    (
        _text_column("mode", Cell.CHOICE, choices=tuple(TravelMode)),
        _text_column("from", Cell.CODE, required=False),
        _text_column("to", Cell.CODE, required=False),
        _text_column("minutes", Cell.MINUTES, required=False),
        _text_column("metres", Cell.COUNT, required=False),
        _text_column("way", Cell.FLAG, required=False),
        _text_column("source", Cell.TEXT, required=False),
    ),
)
PARTS = ("mandatory", "default", "agreement")
TEXTS = TableLayout(
    "rule_texts",
    ("labour", "texts"),
    (
        Column(("part",), "part", column("part", "rule_texts"), Cell.CHOICE, True, PARTS),
        *columns_of(t.RuleSetShape),
    ),
)
VALUES = TableLayout(
    "rule_values",
    ("labour", "values"),
    (
        Column(("part",), "part", column("part", "rule_values"), Cell.CHOICE, True, PARTS),
        Column(("text",), "text", column("text"), Cell.CODE, True),
        *columns_of(t.RuleValueShape, table="rule_values"),
    ),
)


def _settings() -> Iterator[Column]:
    """The rows of the key-value table: each is a column of its own kind."""
    for prefix, shape in (
        ("horizon", HorizonShape),
        ("basin", BasinShape),
        ("policy", PolicyShape),
        ("policy.points", PointsShape),
        ("policy.weights", WeightsShape),
        ("policy.reserve", ReserveShape),
    ):
        for name, info in shape.model_fields.items():
            inner, _ = bare(info.annotation)
            if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
                cell, choices = cell_of(info)
                path = (*prefix.split("."), name)
                yield Column(
                    path, ".".join(path), PARAMETERS[".".join(path)], cell, info.is_required(), choices
                )
    yield Column(("travel", "source"), "travel.source", PARAMETERS["travel.source"], Cell.TEXT, False)


SETTINGS: tuple[Column, ...] = tuple(_settings())
SETTINGS_TABLE = TableLayout(
    "settings",
    (),
    (_text_column("parameter", Cell.CODE), _text_column("value", Cell.TEXT, required=False)),
    required=True,
    key="parameter",
)
STOPS = TableLayout(
    "stops",
    (),
    (
        Column(("worker",), "worker", column("worker", "stops"), Cell.CODE, True),
        Column(("tour",), "tour", column("tour", "stops"), Cell.COUNT, False),
        Column(("order",), "order", column("order", "stops"), Cell.COUNT, False),
        Column(("visit",), "visit", column("visit", "stops"), Cell.CODE, True),
    ),
)
"""Who does what in which order: no part of a problem, and mapped like one (`brigade check --retime`)."""
CLOCK_INS = TableLayout(
    "clock-ins",
    (),
    (
        Column(("visit_id",), "visit", column("visit", "clock-ins"), Cell.CODE, False),
        Column(("client_id",), "client", column("client", "clock-ins"), Cell.CODE, False),
        Column(("worker_id",), "worker", column("worker", "clock-ins"), Cell.CODE, False),
        Column(("starts_at",), "start", column("start", "clock-ins"), Cell.MOMENT, False),
        Column(("ends_at",), "end", column("end", "clock-ins"), Cell.MOMENT, False),
        Column(("done",), "done", column("done", "clock-ins"), Cell.FLAG, False),
        Column(("cause",), "cause", column("cause", "clock-ins"), Cell.TEXT, False),
    ),
)
"""Who came when, as a service's télégestion has it: outcomes of the service, and no part of a problem."""
OTHER_TABLES = (STOPS, CLOCK_INS)
ALL_TABLES: tuple[TableLayout, ...] = (
    SETTINGS_TABLE,
    *ROOTS,
    *CHILDREN,
    PAST_DAYS,
    ACCORDS,
    LENDER_ACCORDS,
    TRAVEL,
    TEXTS,
    VALUES,
)
VOCABULARY = Vocabulary(
    frozenset(name for table in ALL_TABLES for name in table.names()),
    frozenset(name for table in ALL_TABLES for name in table.by_name),
)
