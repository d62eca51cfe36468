"""Labour rules as data: rule sets, their layers, and the strictest of all the parties to a working relation.

The mandatory code always applies; where it lets an accord go further, the agreement is that accord and its
value replaces the code's; its defaults fill only the rules that no agreement speaks of. A worker at a
provider's obeys the employer's set and the host's, the stricter value of each parameter; rules of different
shape both apply. Parameters that mean
something only together stay with their text: each text's condition holds with its own numbers
(`RuleSet.apart`).

Texts are dated: rows of several dates stand side by side in a `LabourText`, and `LabourCode.on` gives those
in force on a day. What a text says of part-time contracts only is applied within that text
(`RuleSet.for_contract`), before sets join.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from brigade.texts.accords import Accord, with_accords


class RuleKind(StrEnum):
    """LIMIT: a check and its twin. MEASURE: what counts. MARKING: firm or to be offered. COST, INFO: no
    check."""

    LIMIT = "limit"
    MEASURE = "measure"
    MARKING = "marking"
    COST = "cost"
    INFO = "info"


class Layer(StrEnum):
    MANDATORY = "mandatory"
    DEFAULT = "default"
    AGREEMENT = "agreement"


@dataclass(frozen=True, slots=True)
class RuleValue:
    """One parameter of a rule, from one day to another (ends included; `in_force_until` None: to this day).
    `in_force_from`: the first day of the article's wording; `same_since`: from when on earlier wordings gave
    the same value.

    `stricter`: "lower" or "higher" values bind more. `accord`: how far a declared accord may go; `opened_by`:
    the article
    that opens it (without `accord`: as far as it likes); `closed_by`: the one that does not. None of them: no
    accord may change it. `waivable`: a coordinator may override it, because the text lets people exceed it.
    """

    rule: str
    name: str
    value: int
    unit: str
    article: str
    in_force_from: date
    stricter: str = "lower"
    layer: Layer = Layer.AGREEMENT
    accord: int | None = None
    waivable: bool = False
    in_force_until: date | None = None
    opened_by: str = ""
    closed_by: str = ""
    same_since: date | None = None

    @property
    def first_day(self) -> date:
        return self.same_since or self.in_force_from

    @property
    def key(self) -> tuple[str, str]:
        return self.rule, self.name

    def stricter_than(self, other: RuleValue) -> bool:
        return self.value < other.value if self.stricter == "lower" else self.value > other.value

    def comes_before(self, other: RuleValue) -> bool:
        """Which of two rows speaks for both. Of equal values the one nobody may waive, then the agreement's
        own words; the rest of the key only makes the choice the same whatever the order."""
        return self.stricter_than(other) or (self.value == other.value and self._rank() < other._rank())

    def _rank(self) -> tuple[bool, int, str, date, int]:
        order = (Layer.AGREEMENT, Layer.MANDATORY, Layer.DEFAULT)
        furthest = -1 if self.accord is None else self.accord
        return self.waivable, order.index(self.layer), self.article, self.in_force_from, furthest


@dataclass(frozen=True, slots=True)
class RuleHead:
    """What a rule is, whatever the set: kind and a French sentence with its parameters in braces (see
    `rulewords`).

    `source`: where a rule comes from that carries no value of its own. `waivable`: a coordinator may override
    what that source says; values say it for themselves. `of_contract`: it speaks of what the contract holds,
    not of where the work is.
    """

    id: str
    kind: RuleKind
    title: str
    sentence: str
    title_en: str = ""
    source: str = ""
    waivable: bool = False
    of_contract: bool = False


Key = tuple[str, str]
"""A rule and one of its parameters."""

LONG_SPANS: tuple[Key, ...] = (
    ("MAX_SPAN", "limit"),
    ("MAX_SPAN", "exceptional"),
    ("MAX_SPAN", "exceptional_days_per_month"),
    ("MAX_SPAN", "exceptional_fragile_only"),
    ("MAX_SPAN", "commute_excess_deducted"),
    ("COMMUTE_NORMAL", "normal_minutes"),
    ("COMMUTE_NORMAL", "normal_metres"),
)
LONG_DAYS: tuple[Key, ...] = tuple(
    ("MAX_DAILY_WORK", name) for name in ("limit", "exceptional", "exceptional_days_per_year")
)
LONG_DATES: tuple[Key, ...] = tuple((rule, f"civil_{name}") for rule, name in LONG_DAYS)
LONG_GAPS: tuple[Key, ...] = (("INTERRUPTIONS", "long_count"), ("INTERRUPTIONS", "long_length"))
GAP_TOTALS: tuple[Key, ...] = (
    ("INTERRUPTIONS", "max_total"),
    ("INTERRUPTIONS", "long_total_days_per_fortnight"),
    ("WEEKLY_REST", "anchor"),
)
FORTNIGHTS: tuple[Key, ...] = (
    *(
        ("WEEKLY_REST", name)
        for name in ("rest_days_per_fortnight", "rest_days_in_row", "sundays_per_fortnight")
    ),
    *(("WEEKLY_REST", name) for name in ("sunday_in_row", "anchor", "any_two_weeks")),
    ("SUNDAY_RHYTHM", "volunteers_max_in_row"),
)
BREAKS: tuple[Key, ...] = (("REST_BREAK", "after"), ("REST_BREAK", "length"))
MEALS: tuple[Key, ...] = tuple(
    ("MEAL_BREAK", name) for name in ("length", "due_before", "due_after", "from", "to")
)
ZONE: tuple[Key, ...] = (("COMMUTE_NORMAL", "zone_minutes"), ("COMMUTE_NORMAL", "zone_metres"))
NIGHTS: tuple[Key, ...] = (
    ("NIGHT_WINDOW", "from"),
    ("NIGHT_WINDOW", "to"),
    *(
        ("NIGHT_LIMITS", name)
        for name in ("counts_from", "max_work", "max_nights_in_row", "average_week", "average_weeks")
    ),
    *(("NIGHT_LIMITS", name) for name in ("rest_equal_over", "rest_equal_over_night", "whole_night")),
    ("DAILY_REST", "limit"),
)
"""Conditions: parameters of one text that mean something only together (`RuleSet.apart`). The flag, the count
or the band of one text never meets the number of another."""
NIGHT_BAND = tuple(("NIGHT_WINDOW", name) for name in ("from", "to"))
"""What a text's other parameters on nights are measured in. The code's own band is a default, which an
agreement displaces; its limits are mandatory, and hold in the agreement's."""
COUNTED = (LONG_SPANS, LONG_DAYS, LONG_DATES, GAP_TOTALS)
"""Conditions that allow a number of longer days in a month, a year, a fortnight."""

DAY_MINUTES = 24 * 60
PART_TIME_ONLY = "part_time_only"
"""A flag among a rule's parameters: in its text, the rule speaks of part-time contracts only."""


@dataclass(frozen=True)
class RuleSet:
    """The values in force of one text (or of several, joined), by (rule, parameter). `agreed`: rules an
    agreement speaks of. `texts`: of a joined set, the texts it was joined from. `is_employers`: it binds on
    every day, whatever the hosts. `accorded`: where a declared accord stands in place of the text."""

    id: str
    name: str
    version: str
    values: Mapping[tuple[str, str], RuleValue]
    agreed: frozenset[str] = frozenset()
    texts: tuple[RuleSet, ...] = field(default=(), compare=False, repr=False)
    is_employers: bool = field(default=False, compare=False, repr=False)
    accorded: frozenset[Key] = field(default=frozenset(), compare=False, repr=False)

    def get(self, rule: str, name: str = "limit") -> RuleValue | None:
        return self.values.get((rule, name))

    def rules(self) -> frozenset[str]:
        return frozenset(rule for rule, _ in self.values)

    def for_contract(self, *, full_time: bool) -> RuleSet:
        """What of it binds such a contract. A rule that is for part-time contracts only is not there for a
        full-time one; for a part-time one the condition is met and no longer said, so that it never meets
        another text's numbers."""
        flags = {rule: row.value for (rule, name), row in self.values.items() if name == PART_TIME_ONLY}
        silent = {rule for rule, only in flags.items() if only and full_time}
        kept = {
            key: row for key, row in self.values.items() if key[0] not in silent and key[1] != PART_TIME_ONLY
        }
        return replace(self, values=kept)

    def without(self, rules: frozenset[str]) -> RuleSet:
        if not rules:
            return self
        kept = {key: row for key, row in self.values.items() if key[0] not in rules}
        return replace(self, values=kept, texts=tuple(text.without(rules) for text in self.texts))

    def apart(self, condition: tuple[Key, ...]) -> tuple[RuleSet, ...]:
        """A whole condition as each text says it, its own parameters alone. Texts that say nothing of it are
        left out, and so are those that another one outdoes in every parameter; but the employer's counts its
        longer days at stricter hosts too, and comes last then."""
        if condition not in self._apart:
            said = [self._in_its_night(text.only(condition), condition) for text in self.texts or (self,)]
            ordered = sorted(said, key=lambda text: (text.is_employers, text.id))
            known = list({text.wording: text for text in ordered if text.values}.values())
            outdone = [one for one in known if any(other.outdoes(one) for other in known if other is not one)]
            strict = [one for one in known if one not in outdone]
            counting = [one for one in outdone if one.is_employers and condition in COUNTED]
            self._apart[condition] = (*strict, *counting)
        return self._apart[condition]

    @cached_property
    def _apart(self) -> dict[tuple[Key, ...], tuple[RuleSet, ...]]:
        return {}

    def only(self, keys: tuple[Key, ...]) -> RuleSet:
        found = {key: row for key in keys if (row := self.values.get(key)) is not None}
        return RuleSet(self.id, self.name, self.version, found, self.agreed, is_employers=self.is_employers)

    def _in_its_night(self, text: RuleSet, condition: tuple[Key, ...]) -> RuleSet:
        """With the joined night where the text's own was displaced: limits without a night would never
        bind."""
        if condition is not NIGHTS or any(key in text.values for key in NIGHT_BAND):
            return text
        return replace(text, values={**text.values, **self.only(NIGHT_BAND).values})

    @property
    def wording(self) -> frozenset[tuple[Key, int]]:
        """Its parameters and their values: what makes two texts say the same."""
        return frozenset((key, row.value) for key, row in self.values.items())

    def outdoes(self, other: RuleSet) -> bool:
        """Whether it names the same parameters and lets none go further; of another beginning of fortnights
        it says nothing."""
        return self.values.keys() == other.values.keys() and not any(
            other.values[key].stricter_than(row)
            or (row.unit == "parity" and row.value != other.values[key].value)
            for key, row in self.values.items()
        )


def strictest(sets: Iterable[RuleSet], of_contract: frozenset[str] = frozenset()) -> RuleSet:
    """Join the rule sets of the parties to one working relation: of every parameter the strictest value, with
    the article it comes from; the code's defaults give way wherever one of the sets holds an agreement that
    speaks of the rule.

    Args: of_contract: rules of the contract itself. The first set is the employer's: without an agreement of
        its own, the code's defaults hold for its contracts wherever it sends people, whatever a host has
        agreed with its own.
    """
    parties = list(sets)
    agreed = frozenset().union(*(party.agreed for party in parties))
    displaced = [agreed - of_contract, *(agreed for _ in parties[1:])]
    kept = (
        replace(
            party,
            values=_undisplaced(party, rules, of_contract),
            agreed=agreed,
            is_employers=party is parties[0],
        )
        for party, rules in zip(parties, displaced, strict=True)
    )
    return join(kept)


def _undisplaced(party: RuleSet, agreed: frozenset[str], of_contract: frozenset[str]) -> dict[Key, RuleValue]:
    """Without the defaults that give way. What an accord has put in place of one is an agreement too, and
    stays, unless it
    speaks of contracts: those are the employer's. With one end of a night goes the other."""
    own = {(rule, name) for rule, name in party.accorded if rule not in of_contract}
    own |= set(NIGHT_BAND) if own & set(NIGHT_BAND) else set()
    return {
        key: row
        for key, row in party.values.items()
        if row.layer is not Layer.DEFAULT or row.rule not in agreed or key in own
    }


def join(sets: Iterable[RuleSet]) -> RuleSet:
    """Of every parameter the strictest value that one of the sets holds, and the texts apart. Order does not
    matter."""
    joined: dict[tuple[str, str], RuleValue] = {}
    parties = sorted(sets, key=lambda one: one.id)
    for party in parties:
        for key, value in party.values.items():
            if key not in joined or value.comes_before(joined[key]):
                joined[key] = value
    ids = dict.fromkeys(party.id for party in parties)
    names = dict.fromkeys(party.name for party in parties)
    agreed = frozenset().union(*(party.agreed for party in parties))
    texts = tuple(text for party in parties for text in party.texts or (party,))
    return RuleSet("+".join(ids), " + ".join(names), parties[0].version, joined, agreed, texts)


@dataclass(frozen=True)
class LabourText:
    """One text with the rows of all its dates. A row holds until another of its key begins, or to its own
    end.

    `known_from`: the day from which the rows say everything the text said; a plan of an earlier day is
    refused. None (texts written before rows had a past): the first row of each key holds for all that came
    before.
    """

    id: str
    name: str
    version: str
    rows: tuple[RuleValue, ...] = ()
    known_from: date | None = None
    agreed: frozenset[str] = frozenset()

    def on(self, day: date) -> RuleSet:
        """The values in force on `day`."""
        found = {key: self._of(rows, day) for key, rows in self._by_key.items()}
        values = {key: row for key, row in found.items() if row is not None}
        return RuleSet(self.id, self.name, self.version, values, self.agreed)

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
            self._parties[agreement] = whole, replace(whole, values=self._kept(whole.values))
        whole, kept = self._parties[agreement]
        if not accords:
            return kept
        accorded = with_accords(whole, accords, self.mandatory, where)
        return replace(accorded, values=self._kept(accorded.values))

    @cached_property
    def _parties(self) -> dict[str, tuple[RuleSet, RuleSet]]:
        """By agreement, of an employer without accords of its own: what it would obey did the code set no
        bounds to the agreement, and what it obeys. Thousands of problems ask for the same few."""
        return {}

    def _whole(self, agreement: str) -> RuleSet:
        own = self.agreements[agreement]
        spoken_of = own.rules()
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
    other article and is not closed) and [[value]] rows."""
    data = tomllib.loads(text)
    opened_by = data.get("opened_by", "")
    rows = tuple(
        _row(row if row.get("closed_by") else {"opened_by": opened_by, **row})
        for row in data.get("value", ())
    )
    return LabourText(data["id"], data["name"], data["version"], rows, data.get("known_from"))


def _row(row: Mapping[str, Any]) -> RuleValue:
    return RuleValue(
        rule=row["rule"],
        name=row.get("name", "limit"),
        value=row["value"],
        unit=row["unit"],
        article=row["article"],
        in_force_from=row["in_force_from"],
        stricter=row.get("stricter", "lower"),
        layer=Layer(row.get("layer", "agreement")),
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
    return LabourCode(heads, _layer(code, Layer.MANDATORY), _layer(code, Layer.DEFAULT), agreements)


def _layer(code: LabourText, layer: Layer) -> LabourText:
    return replace(code, rows=tuple(row for row in code.rows if row.layer is layer))


@cache
def shipped_labour_code() -> LabourCode:
    folder = files("brigade").joinpath("data/rules")
    read = {path.name: path.read_text("utf-8") for path in folder.iterdir() if path.name.endswith(".toml")}
    heads, ct = read.pop("heads.toml"), read.pop("ct.toml")
    return build_labour_code(heads, ct, [read[name] for name in sorted(read)])
