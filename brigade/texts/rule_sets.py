"""Labour rules as data: rule sets, their layers, and the strictest of all the parties to a working relation.

The mandatory code always applies; where it lets an accord go further, the agreement is that accord and its
value replaces the code's; its defaults fill only the rules that no agreement speaks of. A worker at a
provider's obeys the employer's set and the host's, the stricter value of each parameter; rules of different
shape both apply. Parameters that mean something only together stay with their text: each text's condition
holds with its own numbers (`RuleSet.apart`).

Texts are dated: rows of several dates stand side by side in a `LabourText`, and `LabourCode.on` gives those
in force on a day. What a text says of part-time contracts only is applied within that text
(`RuleSet.for_contract`), before sets join.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cached_property


class RuleKind(StrEnum):
    """LIMIT: a check and its twin. MEASURE: what counts. MARKING: firm or to be offered. COST, INFO: no
    check."""

    LIMIT = "limit"
    MEASURE = "measure"
    MARKING = "marking"
    COST = "cost"
    INFO = "info"


class RuleLayer(StrEnum):
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
    layer: RuleLayer = RuleLayer.AGREEMENT
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
        order = (RuleLayer.AGREEMENT, RuleLayer.MANDATORY, RuleLayer.DEFAULT)
        # None is no number to compare: no accord sorts before any.
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
READ_BY_OTHERS = frozenset(
    {
        ("WEEKLY_REST", "anchor"),
        ("SUNDAY_RHYTHM", "volunteers_max_in_row"),
        ("NIGHT_LIMITS", "counts_from"),
        ("NIGHT_PRESENCE", "least_percent"),
        ("NIGHT_PRESENCE", "least_length"),
    }
)
"""Parameters that stay when their own rule is switched off: which weeks make a fortnight, who owes no free
Sunday, from how much of it a night is one, what of a night at a client's is work. Other rules read them, and
would bind more without them."""

NEVER_OFF = frozenset({"SHORT_GAP_PAID"})
"""Rules that stay whole when they are switched off: short waits, no longer work, would be interruptions, and
those have limits."""

DAY_MINUTES = 24 * 60
PART_TIME_ONLY = "part_time_only"
"""A flag among a rule's parameters: in its text, the rule speaks of part-time contracts only."""


@dataclass(frozen=True)
class RuleSet:
    """The values in force of one text (or of several, joined), by (rule, parameter). `agreed`: rules an
    agreement speaks of. `texts`: of a joined set, the texts it was joined from. `is_employers`: it binds on
    every day, whatever the hosts. `accorded`: where a declared accord stands in place of the text.
    `outside_code`: neither the mandatory code nor its defaults stand beside it."""

    id: str
    name: str
    version: str
    values: Mapping[tuple[str, str], RuleValue]
    agreed: frozenset[str] = frozenset()
    texts: tuple[RuleSet, ...] = field(default=(), compare=False, repr=False)
    is_employers: bool = field(default=False, compare=False, repr=False)
    accorded: frozenset[Key] = field(default=frozenset(), compare=False, repr=False)
    outside_code: bool = field(default=False, compare=False, repr=False)

    def get(self, rule: str, name: str = "limit") -> RuleValue | None:
        return self.values.get((rule, name))

    def rules(self) -> frozenset[str]:
        """The rules it speaks of; parameters that other rules read do not count."""
        return frozenset(rule for rule, _ in self.values.keys() - READ_BY_OTHERS)

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
        """The rule set with `rules` switched off; READ_BY_OTHERS and NEVER_OFF stay."""
        off = rules - NEVER_OFF
        if not off:
            return self
        kept = {key: row for key, row in self.values.items() if key[0] not in off or key in READ_BY_OTHERS}
        return replace(self, values=kept, texts=tuple(text.without(off) for text in self.texts))

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
    stays, unless it speaks of contracts: those are the employer's. With one end of a night goes the other."""
    own = {(rule, name) for rule, name in party.accorded if rule not in of_contract}
    own |= set(NIGHT_BAND) if own & set(NIGHT_BAND) else set()
    return {
        key: row
        for key, row in party.values.items()
        if row.layer is not RuleLayer.DEFAULT or row.rule not in agreed or key in own
    }


def join(sets: Iterable[RuleSet]) -> RuleSet:
    """Of every parameter the strictest value that one of the sets holds, and the texts apart. Order does not
    matter."""
    joined: dict[tuple[str, str], RuleValue] = {}
    parties = sorted(sets, key=lambda one: one.id)
    for party in parties:
        for key, value in party.values.items():
            known = joined.get(key)
            # Most texts hold the code's very own row.
            if known is None or (known is not value and value.comes_before(known)):
                joined[key] = value
    ids = dict.fromkeys(party.id for party in parties)
    names = dict.fromkeys(party.name for party in parties)
    agreed = frozenset().union(*(party.agreed for party in parties))
    texts = tuple(text for party in parties for text in party.texts or (party,))
    return RuleSet("+".join(ids), " + ".join(names), parties[0].version, joined, agreed, texts)
