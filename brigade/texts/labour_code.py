"""The labour code and the agreements: texts with the rows of all their dates, and what one party obeys on a
day.

Rows of several dates stand side by side in a `LabourText`, and `LabourCode.on` gives those in force on a day.
The mandatory code always applies; where it lets an accord go further, the agreement is that accord and its
value replaces the code's; its defaults fill only the rules that no agreement speaks of.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from brigade.texts.accords import Accord, with_accords
from brigade.texts.rule_sets import (
    DAY_MINUTES,
    RuleHead,
    RuleKind,
    RuleLayer,
    RuleSet,
    RuleValue,
)


@dataclass(frozen=True)
class LabourText:
    """One text with the rows of all its dates. A row holds until another of its key begins, or to its own
    end.

    `known_from`: the day from which the rows say everything the text said; a plan of an earlier day is
    refused. None (texts written before rows had a past): the first row of each key holds for all that came
    before. `outside_code`: whom it binds the Code du travail does not bind; `agreed` are rules it answers for
    although it has no value of them.
    """

    id: str
    name: str
    version: str
    rows: tuple[RuleValue, ...] = ()
    known_from: date | None = None
    agreed: frozenset[str] = frozenset()
    outside_code: bool = False

    def on(self, day: date) -> RuleSet:
        """The values in force on `day`."""
        found = {key: self._of(rows, day) for key, rows in self._by_key.items()}
        values = {key: row for key, row in found.items() if row is not None}
        return RuleSet(self.id, self.name, self.version, values, self.agreed, outside_code=self.outside_code)

    def changes(self) -> frozenset[date]:
        """The days on which something of it begins or no longer holds."""
        ends = {row.in_force_until + timedelta(days=1) for row in self.rows if row.in_force_until is not None}
        return frozenset(ends | {row.first_day for row in self.rows})

    @cached_property
    def _by_key(self) -> dict[tuple[str, str], list[RuleValue]]:
        found: dict[tuple[str, str], list[RuleValue]] = {}
        for row in self.rows:
            found.setdefault(row.key, []).append(row)
        return {key: sorted(rows, key=lambda row: row.first_day) for key, rows in found.items()}

    def _of(self, rows: list[RuleValue], day: date) -> RuleValue | None:
        begun = [row for row in rows if row.first_day <= day]
        if not begun:
            return rows[0] if self.known_from is None else None
        last = begun[-1]
        return last if last.in_force_until is None or day <= last.in_force_until else None


@dataclass(frozen=True)
class LabourDay:
    """Every text as it stands on one day: the two layers of the Code du travail, and the agreements."""

    mandatory: RuleSet
    default: RuleSet
    agreements: Mapping[str, RuleSet]

    def party(self, agreement: str, accords: Mapping[str, Accord] | None = None, where: str = "") -> RuleSet:
        """The whole set one employer obeys: mandatory code, its agreement, default code where the agreement
        is silent.

        Raises: InvalidProblem naming every accord of `accords` that is unknown or goes too far.
        """
        if agreement not in self._parties:
            whole = self._whole(agreement)
            kept = whole if whole.outside_code else replace(whole, values=self._kept(whole.values))
            self._parties[agreement] = whole, kept
        whole, kept = self._parties[agreement]
        if not accords:
            return kept
        accorded = with_accords(whole, accords, self.mandatory, where)
        if whole.outside_code:
            return accorded
        return replace(accorded, values=self._kept(accorded.values))

    @cached_property
    def _parties(self) -> dict[str, tuple[RuleSet, RuleSet]]:
        """By agreement, of an employer without accords of its own: what it would obey did the code set no
        bounds to the agreement, and what it obeys. Thousands of problems ask for the same few."""
        return {}

    def _whole(self, agreement: str) -> RuleSet:
        own = self.agreements[agreement]
        if own.outside_code:
            return replace(own, agreed=own.rules() | own.agreed)
        spoken_of = own.rules()
        # By rule, not by parameter: an agreement that speaks of a rule leaves none of its defaults standing.
        values = {key: row for key, row in self.default.values.items() if row.rule not in spoken_of}
        values |= self.mandatory.values
        values |= {key: self._beside_the_code(row) for key, row in own.values.items()}
        return RuleSet(own.id, own.name, own.version, values, spoken_of)

    def _kept(self, values: Mapping[tuple[str, str], RuleValue]) -> dict[tuple[str, str], RuleValue]:
        kept = {key: self._within_the_code(row) for key, row in values.items()}
        return kept | _whole_night(kept)

    def _beside_the_code(self, row: RuleValue) -> RuleValue:
        """An agreement's value, or the mandatory one if it comes first and leaves no room for an accord."""
        code = self.mandatory.get(row.rule, row.name)
        return code if code is not None and code.accord is None and code.comes_before(row) else row

    def _within_the_code(self, row: RuleValue) -> RuleValue:
        """No accord, of a branch or of an employer, goes further than the mandatory code lets it."""
        code = self.mandatory.get(row.rule, row.name)
        if code is None:
            return row
        furthest = code if code.accord is None else replace(code, value=code.accord)
        return furthest if furthest.stricter_than(row) else row


def _whole_night(values: Mapping[tuple[str, str], RuleValue]) -> dict[tuple[str, str], RuleValue]:
    """The beginning of the night, brought forward where an accord leaves it shorter than the code's nine
    hours: whoever ends it at 06:00 begins it at 21:00."""
    first, last, least = (values.get(("NIGHT_WINDOW", name)) for name in ("from", "to", "min_length"))
    if (
        first is None
        or last is None
        or least is None
        or (last.value - first.value) % DAY_MINUTES >= least.value
    ):
        return {}
    return {
        # The end stays, as the accord agreed on it; the law only wants nine hours, so the beginning gives
        # way.
        first.key: replace(
            first, value=(last.value - least.value) % DAY_MINUTES, article=f"{last.article} ; {least.article}"
        )
    }


@dataclass(frozen=True)
class LabourCode:
    """Every text shipped (or edited), of all dates: the two layers of the Code du travail, and the
    agreements."""

    heads: Mapping[str, RuleHead]
    mandatory: LabourText
    default: LabourText
    agreements: Mapping[str, LabourText]

    @cached_property
    def of_contract(self) -> frozenset[str]:
        """The rules that speak of the contract."""
        return frozenset(id for id, head in self.heads.items() if head.of_contract)

    def on(self, day: date) -> LabourDay:
        """The texts as they stand on `day`."""
        began = max((change for change in self.changes if change <= day), default=date.min)
        # Kept by the change that began it: thousands of days share the few states that a text ever had.
        if began not in self._days:
            agreements = {id: text.on(day) for id, text in self.agreements.items()}
            self._days[began] = LabourDay(self.mandatory.on(day), self.default.on(day), agreements)
        return self._days[began]

    def latest(self) -> LabourDay:
        """The texts by their last rows: what is shown when nobody asks about a day."""
        return self.on(date.max)

    def party(self, agreement: str, accords: Mapping[str, Accord] | None = None, where: str = "") -> RuleSet:
        """As `LabourDay.party`, by the last rows."""
        return self.latest().party(agreement, accords, where)

    def texts(self) -> tuple[LabourText, ...]:
        """The mandatory code, its defaults, and the agreements."""
        return self.mandatory, self.default, *self.agreements.values()

    def rows(self) -> Iterator[RuleValue]:
        """Every row of every text and date."""
        for text in self.texts():
            yield from text.rows

    @cached_property
    def changes(self) -> tuple[date, ...]:
        """The days on which something of a text begins or no longer holds, in order."""
        return tuple(sorted(frozenset().union(*(text.changes() for text in self.texts()))))

    @cached_property
    def _days(self) -> dict[date, LabourDay]:
        return {}

    def regimes(
        self, first: date, last: date, accords: Iterable[Accord] = ()
    ) -> Iterator[tuple[date, LabourDay]]:
        """The texts as they stand on `first`, and again on each day to `last` on which one of them or an
        accord changes."""
        changes = frozenset(self.changes).union(*(accord.changes() for accord in accords))
        for day in (first, *sorted(day for day in changes if first < day <= last)):
            yield day, self.on(day)


def parse_rule_file(text: str) -> LabourText:
    """Read one TOML text: `id`, `name`, `version`, `known_from`, `opened_by` (of every row that names no
    other article and is not closed), `agreed` and `outside_code` (`LabourText`), and [[value]] rows."""
    data = tomllib.loads(text)
    opened_by = data.get("opened_by", "")
    rows = tuple(
        _row(row if row.get("closed_by") else {"opened_by": opened_by, **row})
        for row in data.get("value", ())
    )
    told = data.get("known_from"), frozenset(data.get("agreed", ())), data.get("outside_code", False)
    return LabourText(data["id"], data["name"], data["version"], rows, *told)


def _row(row: Mapping[str, Any]) -> RuleValue:
    return RuleValue(
        rule=row["rule"],
        name=row.get("name", "limit"),
        value=row["value"],
        unit=row["unit"],
        article=row["article"],
        in_force_from=row["in_force_from"],
        stricter=row.get("stricter", "lower"),
        layer=RuleLayer(row.get("layer", "agreement")),
        accord=row.get("accord"),
        waivable=row.get("waivable", False),
        in_force_until=row.get("in_force_until"),
        opened_by=row.get("opened_by", ""),
        closed_by=row.get("closed_by", ""),
        same_since=row.get("same_since"),
    )


def _head(id: str, row: Mapping[str, Any]) -> RuleHead:
    told = (
        row.get("title_en", ""),
        row.get("source", ""),
        row.get("waivable", False),
        row.get("of_contract", False),
    )
    return RuleHead(id, RuleKind(row["kind"]), row["title"], row["sentence"], *told)


def build_labour_code(heads_toml: str, ct_toml: str, agreement_tomls: Iterable[str]) -> LabourCode:
    """Put the texts together; `ct_toml` carries both layers of the Code du travail and is an agreement of its
    own name, with nothing beyond them, for whoever has none."""
    heads = {id: _head(id, row) for id, row in tomllib.loads(heads_toml)["rule"].items()}
    code = parse_rule_file(ct_toml)
    agreements = {code.id: replace(code, rows=())}
    agreements |= {text.id: text for text in map(parse_rule_file, agreement_tomls)}
    return LabourCode(heads, _layer(code, RuleLayer.MANDATORY), _layer(code, RuleLayer.DEFAULT), agreements)


def _layer(code: LabourText, layer: RuleLayer) -> LabourText:
    return replace(code, rows=tuple(row for row in code.rows if row.layer is layer))


@cache
def shipped_labour_code() -> LabourCode:
    folder = files("brigade").joinpath("data/rules")
    read = {path.name: path.read_text("utf-8") for path in folder.iterdir() if path.name.endswith(".toml")}
    heads, ct = read.pop("heads.toml"), read.pop("ct.toml")
    return build_labour_code(heads, ct, [read[name] for name in sorted(read)])
