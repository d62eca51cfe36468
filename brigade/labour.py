"""Labour rules as data: rule sets, their layers, and the strictest of all the parties to a working relation.

`ct_mandatory` always applies; where it lets an accord go further, the agreement is that accord and its value replaces
the code's; `ct_default` fills only the rules that no agreement speaks of. A worker at a provider's obeys the employer's
set and the host's, the stricter value of each parameter; rules of different shape both apply.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from brigade.errors import Issue, refuse


class RuleKind(StrEnum):
    """LIMIT: a check and its twin. MEASURE: what counts. MARKING: firm or to be offered. COST, INFO: no check."""

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
    """One parameter of a rule. `stricter`: "lower" or "higher" values bind more. `accord`: how far a declared accord may
    go (None: no accord may change it). `waivable`: a coordinator may override it, because the text lets people exceed it.
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

    @property
    def key(self) -> tuple[str, str]:
        return self.rule, self.name

    def stricter_than(self, other: RuleValue) -> bool:
        return self.value < other.value if self.stricter == "lower" else self.value > other.value

    def comes_before(self, other: RuleValue) -> bool:
        """Which of two rows speaks for both. Of equal values the one nobody may waive, then the agreement's own words;
        the rest of the key only makes the choice the same whatever the order."""
        return self.stricter_than(other) or (self.value == other.value and self._rank() < other._rank())

    def _rank(self) -> tuple[bool, int, str, date, int]:
        order = (Layer.AGREEMENT, Layer.MANDATORY, Layer.DEFAULT)
        furthest = -1 if self.accord is None else self.accord
        return self.waivable, order.index(self.layer), self.article, self.in_force_from, furthest


@dataclass(frozen=True, slots=True)
class RuleHead:
    """What a rule is, whatever the set: kind and a French sentence with its parameters in braces (see `rulewords`).

    `source`: where a rule comes from that carries no value of its own. `waivable`: a coordinator may override what that
    source says; values say it for themselves.
    """

    id: str
    kind: RuleKind
    title: str
    sentence: str
    title_en: str = ""
    source: str = ""
    waivable: bool = False


@dataclass(frozen=True)
class RuleSet:
    """The values of one text (or of several, joined), by (rule, parameter). `agreed`: rules an agreement speaks of."""

    id: str
    name: str
    version: str
    values: Mapping[tuple[str, str], RuleValue]
    agreed: frozenset[str] = frozenset()

    def get(self, rule: str, name: str = "limit") -> RuleValue | None:
        return self.values.get((rule, name))

    def rules(self) -> frozenset[str]:
        return frozenset(rule for rule, _ in self.values)


def strictest(sets: Iterable[RuleSet]) -> RuleSet:
    """Join rule sets: of every parameter the strictest value, with the article it comes from; the code's defaults give
    way wherever one of the sets holds an agreement that speaks of the rule. Order does not matter."""
    joined: dict[tuple[str, str], RuleValue] = {}
    parties = sorted(sets, key=lambda one: one.id)
    agreed = frozenset().union(*(party.agreed for party in parties))
    for party in parties:
        for key, value in party.values.items():
            given_way = value.layer is Layer.DEFAULT and value.rule in agreed
            if not given_way and (key not in joined or value.comes_before(joined[key])):
                joined[key] = value
    ids = dict.fromkeys(party.id for party in parties)
    names = dict.fromkeys(party.name for party in parties)
    return RuleSet("+".join(ids), " + ".join(names), parties[0].version, joined, agreed)


def with_accords(rules: RuleSet, accords: Mapping[str, int], where: str) -> RuleSet:
    """Replace values by a provider's declared accords.

    Args: accords: "RULE.name" -> value in the rule's unit.
    Raises: InvalidProblem naming every accord that is unknown or that the code does not let go so far.
    """
    issues, values = [], dict(rules.values)
    for text, wanted in accords.items():
        rule, _, name = text.partition(".")
        known = values.get((rule, name or "limit"))
        if known is None:
            issues.append(Issue("P401", f"{where}.accords.{text}", "règle inconnue", f"une de : {_names(rules, rule)}"))
            continue
        accepted = replace(known, value=wanted, article=f"{known.article} (accord déclaré)")
        beyond = known.accord is None or replace(known, value=known.accord).stricter_than(accepted)
        if known.stricter_than(accepted) and beyond:
            allowed = "aucune dérogation" if known.accord is None else f"jusqu'à {known.accord} {known.unit}"
            issues.append(Issue("P402", f"{where}.accords.{text}", f"{wanted} {known.unit}", f"{known.article} : {allowed}"))
            continue
        values[known.key] = accepted
    refuse(issues)
    return RuleSet(f"{rules.id}({where})" if accords else rules.id, rules.name, rules.version, values, rules.agreed)


def _names(rules: RuleSet, rule: str) -> str:
    """The parameters of `rule`, or every rule when there is none of that name."""
    own = [f"{rule}.{name}" for known, name in rules.values if known == rule]
    return ", ".join(sorted(own or rules.rules()))


@dataclass(frozen=True)
class LabourCode:
    """Every text shipped (or edited): the mandatory and default layers of the Code du travail, and the agreements."""

    heads: Mapping[str, RuleHead]
    mandatory: RuleSet
    default: RuleSet
    agreements: Mapping[str, RuleSet]

    def party(self, agreement: str, accords: Mapping[str, int] | None = None, where: str = "") -> RuleSet:
        """The whole set one employer obeys: mandatory code, its agreement, default code where the agreement is silent.

        Raises: InvalidProblem naming every accord of `accords` that is unknown or goes too far.
        """
        own = self.agreements[agreement]
        values = {key: row for key, row in self.default.values.items() if row.rule not in own.rules()}
        values |= self.mandatory.values
        values |= {key: self._beside_the_code(row) for key, row in own.values.items()}
        whole = RuleSet(own.id, own.name, own.version, values, own.rules())
        accorded = with_accords(whole, accords or {}, where)
        return replace(accorded, values={key: self._within_the_code(row) for key, row in accorded.values.items()})

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


def parse_rule_file(text: str) -> tuple[str, str, str, list[RuleValue]]:
    """Read one TOML text: `id`, `name`, `version` and [[value]] rows."""
    data = tomllib.loads(text)
    return data["id"], data["name"], data["version"], [_row(row) for row in data.get("value", ())]


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
    )


def _head(id: str, row: Mapping[str, Any]) -> RuleHead:
    told = row.get("title_en", ""), row.get("source", ""), row.get("waivable", False)
    return RuleHead(id, RuleKind(row["kind"]), row["title"], row["sentence"], *told)


def rule_set(id: str, name: str, version: str, rows: Iterable[RuleValue]) -> RuleSet:
    return RuleSet(id, name, version, {row.key: row for row in rows})


def build_labour_code(heads_toml: str, ct_toml: str, agreement_tomls: Iterable[str]) -> LabourCode:
    """Put the texts together; `ct_toml` carries both layers of the Code du travail and is an agreement of its own name,
    with nothing beyond them, for whoever has none."""
    heads = {id: _head(id, row) for id, row in tomllib.loads(heads_toml)["rule"].items()}
    ct_id, ct_name, version, rows = parse_rule_file(ct_toml)
    agreements = {ct_id: rule_set(ct_id, ct_name, version, [])}
    for text in agreement_tomls:
        id, name, edition, values = parse_rule_file(text)
        agreements[id] = rule_set(id, name, edition, values)
    return LabourCode(
        heads,
        rule_set(ct_id, ct_name, version, [row for row in rows if row.layer is Layer.MANDATORY]),
        rule_set(ct_id, ct_name, version, [row for row in rows if row.layer is Layer.DEFAULT]),
        agreements,
    )


@cache
def shipped_labour_code() -> LabourCode:
    folder = files("brigade").joinpath("data/rules")
    read = {path.name: path.read_text("utf-8") for path in folder.iterdir() if path.name.endswith(".toml")}
    heads, ct = read.pop("heads.toml"), read.pop("ct.toml")
    return build_labour_code(heads, ct, [read[name] for name in sorted(read)])
