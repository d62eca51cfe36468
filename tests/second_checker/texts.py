"""Values of the texts for a person and the SAAD visited, joined as docs/rules.md says."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from tests.second_checker.reading import Case, Worker

DATA = Path(__file__).parents[2] / "brigade" / "data"
Key = tuple[str, str]


@cache
def data(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / name).read_text("utf-8"))


class Text:
    """One text's rows in force on the days to plan; of several dates the strictest."""

    def __init__(self, told: dict[str, Any], days: Iterable[date]) -> None:
        self.rows: dict[Key, dict[str, Any]] = {}
        for day in days:
            for row in self._in_force(told.get("value") or told.get("values") or [], day):
                row = {"opened_by": "" if row.get("closed_by") else told.get("opened_by", "")} | row
                key = (row["rule"], row["name"])
                self.rows[key] = stricter(self.rows[key], row) if key in self.rows else row

    @staticmethod
    def _in_force(rows: list[dict[str, Any]], day: date) -> list[dict[str, Any]]:
        found: dict[Key, tuple[date, dict[str, Any]]] = {}
        for row in rows:
            first = _day(row.get("same_since") or row["in_force_from"])
            until = row.get("in_force_until")
            key = (row["rule"], row["name"])
            if first <= day and (until is None or day <= _day(until)) and (key not in found or found[key][0] < first):
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
    """What one employer or SAAD brings: the mandatory code with its agreement in place, and the defaults it would have."""

    def __init__(self, case: Case, agreement: str, accords: dict[str, Any], *, full_time: bool) -> None:
        labour = case.problem.get("labour")
        days = case.days
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
            self.contract_rules = {id for id, one in data("rules/heads.toml")["rule"].items() if one.get("of_contract")}
            own = {} if agreement == "ct" else data(f"rules/{agreement}.toml")
        mandatory, agreed, default = Text({"values": code}, days), Text(own, days), Text({"values": fallback}, days)
        self.speaks_of = {rule for rule, _ in agreed.rows}
        self.own = dict(mandatory.rows)
        for key, row in _without_part_time(agreed.rows, full_time=full_time).items():
            self.own[key] = _instead(self.own[key], row) if key in self.own else row
        self.default = _without_part_time(default.rows, full_time=full_time)
        for name, told in accords.items():
            rule, parameter = name.split(".") if "." in name else (name, "limit")
            value = told["value"] if isinstance(told, dict) else told
            for rows in (self.own, self.default):
                if (rule, parameter) in rows:
                    rows[rule, parameter] = rows[rule, parameter] | {"value": value}
        for rows in (self.own, self.default):
            _keep_the_night_long(rows, self.own)


def _without_part_time(rows: dict[Key, dict[str, Any]], *, full_time: bool) -> dict[Key, dict[str, Any]]:
    if not full_time:
        return dict(rows)
    return {
        (rule, name): row for (rule, name), row in rows.items() if not rows.get((rule, "part_time_only"), {"value": 0})["value"]
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
    """Joined values. `get` gives ticks for lengths of time, plain numbers for the rest; None where no text speaks."""

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


class Library:
    """Sets of rules by person and SAAD visited, each joined once."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self._parties: dict[tuple[str, str, bool], Party] = {}
        self._sets: dict[tuple[str, bool, frozenset[str]], Rules] = {}
        self._lists: dict[tuple[str, bool, frozenset[str]], list[Rules]] = {}

    def of(self, worker: Worker, hosts: Iterable[str]) -> Rules:
        key = (str(worker.told["employer_id"]), worker.full_time, frozenset(hosts))
        if key not in self._sets:
            self._sets[key] = self._join(*key)
        return self._sets[key]

    def _party(self, kind: str, id: str, full_time: bool) -> Party:
        if (kind, id, full_time) not in self._parties:
            told = self.case.employers[id] if kind == "employer" else self.case.providers[id]
            accords = dict(told.get("accords") or {})
            if kind == "employer" and id in self.case.providers:
                accords |= self.case.providers[id].get("accords") or {}
            self._parties[kind, id, full_time] = Party(self.case, told["agreement"], accords, full_time=full_time)
        return self._parties[kind, id, full_time]

    def apart(self, worker: Worker, hosts: Iterable[str]) -> list[Rules]:
        """Each text by itself, for conditions whose parameters mean something only together."""
        key = (str(worker.told["employer_id"]), worker.full_time, frozenset(hosts))
        if key not in self._lists:
            self._lists[key] = [Rules(rows, self.case.clock.per_minute) for rows in self._rows(*key)]
        return self._lists[key]

    def _rows(self, employer_id: str, full_time: bool, hosts: frozenset[str]) -> list[dict[Key, dict[str, Any]]]:
        employer = self._party("employer", employer_id, full_time)
        parties = [employer, *(self._party("provider", id, full_time) for id in sorted(hosts))]
        spoken = set().union(*(party.speaks_of for party in parties))
        found = []
        for party in parties:
            rows = dict(party.own)
            for key, row in party.default.items():
                of_contract = key[0] in party.contract_rules and party is employer and key[0] not in party.speaks_of
                if key[0] not in spoken or of_contract:
                    rows[key] = stricter(rows[key], row) if key in rows else row
            found.append(rows)
        return found

    def _join(self, employer_id: str, full_time: bool, hosts: frozenset[str]) -> Rules:
        rows: dict[Key, dict[str, Any]] = {}
        for one in self._rows(employer_id, full_time, hosts):
            for key, row in one.items():
                rows[key] = stricter(rows[key], row) if key in rows else row
        return Rules(rows, self.case.clock.per_minute)
