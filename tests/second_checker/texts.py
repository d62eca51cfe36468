"""Values of the texts for a person and the SAAD visited, joined as docs/rules.md says."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from tests.second_checker.reading import Case, Worker

DATA = Path(__file__).parents[2] / "brigade" / "data"
Key = tuple[str, str]
Asked = tuple[str, bool, frozenset[str]]
"""An employer, a kind of contract, the SAAD visited."""


@dataclass(frozen=True)
class Condition:
    """Parameters that mean something only together (docs/design.md, section 3). `counts_days`: they allow a
    number of longer days."""

    keys: tuple[Key, ...]
    counts_days: bool = False


def _of(rule: str, *names: str) -> tuple[Key, ...]:
    return tuple((rule, name) for name in names)


LONG_SPANS = Condition(
    (
        *_of("MAX_SPAN", "limit", "exceptional", "exceptional_days_per_month"),
        *_of("MAX_SPAN", "exceptional_fragile_only", "commute_excess_deducted"),
        *_of("COMMUTE_NORMAL", "normal_minutes", "normal_metres"),
    ),
    counts_days=True,
)
LONG_DAYS = Condition(
    _of("MAX_DAILY_WORK", "limit", "exceptional", "exceptional_days_per_year"), counts_days=True
)
LONG_DATES = Condition(
    _of("MAX_DAILY_WORK", "civil_limit", "civil_exceptional", "civil_exceptional_days_per_year"),
    counts_days=True,
)
LONG_GAPS = Condition(_of("INTERRUPTIONS", "long_count", "long_length"))
GAP_TOTALS = Condition(
    (*_of("INTERRUPTIONS", "max_total", "long_total_days_per_fortnight"), ("WEEKLY_REST", "anchor")),
    counts_days=True,
)
FORTNIGHTS = Condition(
    (
        *_of("WEEKLY_REST", "rest_days_per_fortnight", "rest_days_in_row", "sundays_per_fortnight"),
        *_of("WEEKLY_REST", "sunday_in_row", "anchor", "any_two_weeks"),
        ("SUNDAY_RHYTHM", "volunteers_max_in_row"),
    )
)
BREAKS = Condition(_of("REST_BREAK", "after", "length"))
MEALS = Condition(_of("MEAL_BREAK", "length", "due_before", "due_after", "from", "to"))
ZONE = Condition(_of("COMMUTE_NORMAL", "zone_minutes", "zone_metres"))
NIGHT_BAND = _of("NIGHT_WINDOW", "from", "to")
NIGHTS = Condition(
    (
        *NIGHT_BAND,
        *_of("NIGHT_LIMITS", "counts_from", "max_work", "max_nights_in_row", "average_week", "average_weeks"),
        *_of("NIGHT_LIMITS", "rest_equal_over", "rest_equal_over_night", "whole_night"),
        ("DAILY_REST", "limit"),
    )
)


@cache
def data(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / name).read_text("utf-8"))


class Text:
    """One text's rows in force on a day."""

    def __init__(self, told: dict[str, Any], day: date) -> None:
        self.rows: dict[Key, dict[str, Any]] = {}
        for row in self._in_force(told.get("value") or told.get("values") or [], day):
            opened_by = "" if row.get("closed_by") else told.get("opened_by", "")
            self.rows[row["rule"], row["name"]] = {"opened_by": opened_by} | row

    @staticmethod
    def _in_force(rows: list[dict[str, Any]], day: date) -> list[dict[str, Any]]:
        found: dict[Key, tuple[date, dict[str, Any]]] = {}
        for row in rows:
            first = _day(row.get("same_since") or row["in_force_from"])
            until = row.get("in_force_until")
            key = (row["rule"], row["name"])
            if (
                first <= day
                and (until is None or day <= _day(until))
                and (key not in found or found[key][0] < first)
            ):
                found[key] = (first, row)
        return [row for _, row in found.values()]


def _day(told: str | date) -> date:
    return told if isinstance(told, date) else date.fromisoformat(told)


def is_higher(row: dict[str, Any]) -> bool:
    return bool(row.get("stricter", "lower") == "higher")


def stricter(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    keep = one["value"] >= other["value"] if is_higher(one) else one["value"] <= other["value"]
    return one if keep else other


class Party:
    """What one employer or SAAD brings on a day: the mandatory code with its agreement in place, and the
    defaults it would have. `accords`: those that hold on that day."""

    def __init__(
        self, case: Case, agreement: str, accords: dict[str, Any], day: date, *, full_time: bool
    ) -> None:
        labour = case.problem.get("labour")
        if labour:
            code = labour["mandatory"]["values"]
            fallback = labour["default"]["values"]
            texts = {one["id"]: one for one in labour["agreements"]}
            self.contract_rules = {one["id"] for one in labour["rules"] if one.get("of_contract")}
            own: dict[str, Any] = texts.get(agreement, {})
        else:
            shipped = data("rules/ct.toml")["value"]
            code = [row for row in shipped if row["layer"] == "mandatory"]
            fallback = [row for row in shipped if row["layer"] == "default"]
            self.contract_rules = {
                id for id, one in data("rules/heads.toml")["rule"].items() if one.get("of_contract")
            }
            own = {} if agreement == "ct" else data(f"rules/{agreement}.toml")
        if own.get("outside_code"):
            code, fallback = [], []
        mandatory, agreed, default = (
            Text({"values": code}, day),
            Text(own, day),
            Text({"values": fallback}, day),
        )
        self.speaks_of = {rule for rule, _ in agreed.rows}
        if own.get("outside_code"):
            self.speaks_of |= set(own.get("agreed", []))
        self.own = dict(mandatory.rows)
        for key, row in agreed.rows.items():
            self.own[key] = _instead(self.own[key], row) if key in self.own else row
        self.default = dict(default.rows)
        self.accorded: set[Key] = set()
        for name, value in accords.items():
            rule, parameter = name.split(".") if "." in name else (name, "limit")
            self.accorded.add((rule, parameter))
            for rows in (self.own, self.default):
                _replace(rows, (rule, parameter), value)
                if f"{rule}.civil_{parameter}" not in accords:
                    _replace(rows, (rule, f"civil_{parameter}"), value)
        # A rule for part-time contracts only: by the flag as the accords leave it.
        self.own, self.default = (
            _without_part_time(rows, full_time=full_time) for rows in (self.own, self.default)
        )
        for rows in (self.own, self.default):
            _keep_the_night_long(rows, self.own)
        if self.accorded & set(NIGHT_BAND):
            self.accorded |= set(NIGHT_BAND)


def _replace(rows: dict[Key, dict[str, Any]], key: Key, value: int) -> None:
    if key in rows:
        rows[key] = rows[key] | {"value": value}


def in_force(accords: dict[str, Any], day: date) -> dict[str, int]:
    """Values of the accords that hold on that day."""
    found = {}
    for name, told in accords.items():
        one = told if isinstance(told, dict) else {"value": told}
        first, last = (one.get(end) for end in ("in_force_from", "in_force_until"))
        if (first is None or _day(first) <= day) and (last is None or day <= _day(last)):
            found[name] = int(one["value"])
    return found


def _without_part_time(rows: dict[Key, dict[str, Any]], *, full_time: bool) -> dict[Key, dict[str, Any]]:
    if not full_time:
        return dict(rows)
    return {
        (rule, name): row
        for (rule, name), row in rows.items()
        if not rows.get((rule, "part_time_only"), {"value": 0})["value"]
    }


def _instead(code: dict[str, Any], agreement: dict[str, Any]) -> dict[str, Any]:
    """The agreement's row where the code opens it, no further than the code lets it go; else the stricter."""
    if not code.get("opened_by"):
        return stricter(code, agreement)
    furthest = code.get("accord")
    if furthest is None:
        return agreement
    bound = code | {"value": furthest}
    return agreement | {"value": stricter(agreement, bound)["value"]}


def _keep_the_night_long(rows: dict[Key, dict[str, Any]], own: dict[Key, dict[str, Any]]) -> None:
    """A band that an accord makes shorter than the least length begins earlier."""
    begin, end = rows.get(("NIGHT_WINDOW", "from")), rows.get(("NIGHT_WINDOW", "to"))
    least = own.get(("NIGHT_WINDOW", "min_length"))
    if begin and end and least and end["value"] + 1440 - begin["value"] < least["value"]:
        rows["NIGHT_WINDOW", "from"] = begin | {"value": end["value"] + 1440 - least["value"]}


class Rules:
    """Joined values. `get` gives ticks for lengths of time, plain numbers for the rest; None where no text
    speaks."""

    def __init__(self, rows: dict[Key, dict[str, Any]], per_minute: int) -> None:
        self.rows, self.per_minute = rows, per_minute

    def get(self, rule: str, name: str = "limit") -> int | None:
        row = self.rows.get((rule, name))
        if row is None:
            return None
        return int(row["value"]) * (self.per_minute if row["unit"] == "min" else 1)

    def flag(self, rule: str, name: str) -> bool:
        return bool(self.get(rule, name))

    def at_least(self, rule: str, name: str = "limit") -> int:
        return self.get(rule, name) or 0

    @property
    def wording(self) -> frozenset[tuple[Key, int]]:
        """Its parameters and their values: two texts that say the same are one."""
        return frozenset((key, row["value"]) for key, row in self.rows.items())


@dataclass(frozen=True)
class Said:
    """What one employer or SAAD says on a day. `is_employers`: she takes it along wherever she works."""

    rows: dict[Key, dict[str, Any]]
    is_employers: bool

    def only(self, keys: tuple[Key, ...]) -> Said:
        return Said({key: self.rows[key] for key in keys if key in self.rows}, self.is_employers)

    @property
    def wording(self) -> frozenset[tuple[Key, int]]:
        return frozenset((key, row["value"]) for key, row in self.rows.items())

    def outdoes(self, other: Said) -> bool:
        """Names the same parameters, and lets none go further; of another beginning of fortnights it says
        nothing."""
        return self.rows.keys() == other.rows.keys() and all(
            row["value"] == other.rows[key]["value"]
            or (row["unit"] != "parity" and stricter(row, other.rows[key]) is row)
            for key, row in self.rows.items()
        )


class LabourTexts:
    """Sets of rules by person and SAAD visited, each joined once."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self._parties: dict[tuple[str, str, bool, date], Party] = {}
        self._said: dict[Asked, list[Said]] = {}
        self._sets: dict[Asked, Rules] = {}
        self._lists: dict[tuple[Asked, Condition], list[Rules]] = {}

    def of(self, worker: Worker, hosts: Iterable[str]) -> Rules:
        """Of every parameter the strictest value of all the days to plan."""
        key = _asked(worker, hosts)
        if key not in self._sets:
            rows: dict[Key, dict[str, Any]] = {}
            for one in self._texts(key):
                for name, row in one.rows.items():
                    rows[name] = stricter(rows[name], row) if name in rows else row
            self._sets[key] = Rules(rows, self.case.clock.per_minute)
        return self._sets[key]

    def apart(self, worker: Worker, hosts: Iterable[str], condition: Condition) -> list[Rules]:
        """The parameters of a condition as each text says them: those that another outdoes left out, save the
        employer's where it counts longer days."""
        key = _asked(worker, hosts)
        if (key, condition) not in self._lists:
            found: dict[frozenset[tuple[Key, int]], Said] = {}
            for said in self._texts(key):
                one = said.only(condition.keys)
                if condition is NIGHTS and not one.only(NIGHT_BAND).rows:
                    # Its band gave way to an agreement's, its limits did not: they hold in the band that all
                    # say together.
                    joined = self.of(worker, hosts).rows
                    one = Said(
                        one.rows | {name: joined[name] for name in NIGHT_BAND if name in joined},
                        one.is_employers,
                    )
                if one.rows and (one.is_employers or one.wording not in found):
                    found[one.wording] = one
            kept = [
                one
                for one in found.values()
                if (condition.counts_days and one.is_employers)
                or not any(other.outdoes(one) for other in found.values() if other is not one)
            ]
            self._lists[key, condition] = [Rules(one.rows, self.case.clock.per_minute) for one in kept]
        return self._lists[key, condition]

    def alone(self, worker: Worker, host: str | None) -> list[Rules]:
        """The employer's whole text, with the defaults where its agreement is silent, and the host's own
        without them, where there is one."""
        found = []
        own = [("employer", str(worker.told["employer_id"]))]
        for kind, id in [*own, *([] if host is None else [("provider", host)])]:
            rows: dict[Key, dict[str, Any]] = {}
            for day in self.case.days:
                party = self._party(kind, id, day, full_time=worker.full_time)
                silent = {name: row for name, row in party.default.items() if name[0] not in party.speaks_of}
                for name, row in ((silent if kind == "employer" else {}) | party.own).items():
                    rows[name] = stricter(rows[name], row) if name in rows else row
            found.append(Rules(rows, self.case.clock.per_minute))
        return found

    def _texts(self, key: Asked) -> list[Said]:
        """What the employer and each SAAD visited say, on each of the days to plan."""
        if key not in self._said:
            self._said[key] = [said for day in self.case.days for said in self._on(key, day)]
        return self._said[key]

    def _on(self, key: Asked, day: date) -> Iterator[Said]:
        employer_id, full_time, hosts = key
        employer = self._party("employer", employer_id, day, full_time=full_time)
        parties = [employer, *(self._party("provider", id, day, full_time=full_time) for id in sorted(hosts))]
        spoken = set().union(*(party.speaks_of for party in parties))
        for party in parties:
            rows = dict(party.own)
            for name, row in party.default.items():
                is_of_contracts = name[0] in party.contract_rules
                # The employer's defaults on contracts stay; and an accord in place of a default is an
                # agreement.
                stays = party is employer if is_of_contracts else name in party.accorded
                if name[0] not in spoken or (stays and name[0] not in party.speaks_of):
                    rows[name] = stricter(rows[name], row) if name in rows else row
            yield Said(rows, is_employers=party is employer)

    def _party(self, kind: str, id: str, day: date, *, full_time: bool) -> Party:
        key = (kind, id, full_time, day)
        if key not in self._parties:
            told = self.case.employers[id] if kind == "employer" else self.case.providers[id]
            accords = in_force(self._accords(kind, id), day)
            self._parties[key] = Party(self.case, told["agreement"], accords, day, full_time=full_time)
        return self._parties[key]

    def _accords(self, kind: str, id: str) -> dict[str, Any]:
        """Of a SAAD that lends its staff those it declares as an employer, else those of the SAAD under the
        same agreement."""
        told = self.case.employers[id] if kind == "employer" else self.case.providers[id]
        found = dict(told.get("accords") or {})
        saad = self.case.providers.get(id)
        if found or kind != "employer" or saad is None or saad["agreement"] != told["agreement"]:
            return found
        return dict(saad.get("accords") or {})


def _asked(worker: Worker, hosts: Iterable[str]) -> Asked:
    return str(worker.told["employer_id"]), worker.full_time, frozenset(hosts)
