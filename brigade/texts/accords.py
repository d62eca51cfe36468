"""Accords that a company declares in place of rule values: how far the law lets each go, and by which
article.

Outside the matters that the law keeps for itself or for the branch (CT L2253-1), a company's accord comes
before the branch's (CT L2253-3): a row of an agreement may be replaced as far as the mandatory code lets it.
A row says so by `opened_by`, and how far by `accord`; by `closed_by` who forbids it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from brigade.errors import Clause, Issue, refuse
from brigade.texts.articles import ACCORD
from brigade.texts.rule_sets import RuleSet, RuleValue


@dataclass(frozen=True, slots=True)
class Accord:
    """What an accord puts in place of a rule value, in the value's own unit. `source`: its name and date. In
    force from one day to another, ends included; None: without that end."""

    value: int
    source: str = ""
    in_force_from: date | None = None
    in_force_until: date | None = None

    def holds_on(self, day: date) -> bool:
        return (self.in_force_from or day) <= day <= (self.in_force_until or day)

    def next_day(self, today: date) -> date:
        """The first day from `today` on which it holds; of one that is over, its last."""
        first = max(today, self.in_force_from or today)
        return min(first, self.in_force_until or first)

    def changes(self) -> frozenset[date]:
        """The days on which it begins or no longer holds."""
        ends = {self.in_force_until + timedelta(days=1)} if self.in_force_until else set()
        return frozenset(ends | ({self.in_force_from} if self.in_force_from else set()))


def in_force(accords: Mapping[str, Accord], day: date) -> dict[str, Accord]:
    """Those of them that hold on `day`."""
    return {rule: accord for rule, accord in accords.items() if accord.holds_on(day)}


@dataclass(frozen=True, slots=True)
class AccordLimit:
    """How far an accord may go from a value. `furthest` None: as far as it likes if `article` opens it, else
    nowhere."""

    furthest: int | None
    article: str
    is_open: bool

    def clause(self, unit: str) -> Clause:
        """How far an accord may go, in words."""
        if not self.is_open:
            return Clause("no_accord_allowed", {"article": self.article})
        return Clause("accord_up_to", {"furthest": self.furthest, "unit": unit, "article": self.article})


def room_of(row: RuleValue, code: RuleValue | None) -> AccordLimit:
    """From `row`, beside the mandatory code's row of the same key, if it has one."""
    if row.closed_by:
        return AccordLimit(None, row.closed_by, is_open=False)
    # Mandatory and open to nobody: an agreement that protects more may be brought back to the code, no
    # further.
    if code is not None and code.accord is None and not code.opened_by:
        is_beyond_the_code = bool(row.opened_by) and row.stricter_than(code)
        return AccordLimit(code.value, f"ordre public : {code.article}", is_open=is_beyond_the_code)
    if code is not None and code.accord is not None:
        return AccordLimit(code.accord, code.opened_by or code.article, is_open=True)
    if row.accord is not None:
        return AccordLimit(row.accord, row.opened_by or row.article, is_open=True)
    return AccordLimit(None, row.opened_by or row.article, is_open=bool(row.opened_by))


def with_accords(rules: RuleSet, accords: Mapping[str, Accord], code: RuleSet, where: str) -> RuleSet:
    """Replace values by declared accords.

    Args: accords: "RULE.name" -> value in the rule's unit, with its source. code: the mandatory code.
    Raises: InvalidProblem naming every accord that is unknown, is no value of its unit, or goes further than
    the law lets it.
    """
    issues, values = [], dict(rules.values)
    for text, accord in accords.items():
        rule, _, name = text.partition(".")
        known = values.get((rule, name or "limit"))
        place = f"{where}.accords.{text}"
        if known is None:
            issues.append(Issue("P401", place, "unknown_rule", {"names": _names(rules, rule)}))
            continue
        accepted = replace(known, value=accord.value, article=_article(known, accord))
        room = room_of(known, code.get(*known.key))
        if not _is_value(accord.value, known.unit):
            issues.append(Issue("P402", place, "wrong_unit", {"value": accord.value, "unit": known.unit}))
        elif known.stricter_than(accepted) and not _reaches(room, known, accepted):
            met = {"value": accord.value, "unit": known.unit, "article": known.article}
            met["room"] = room.clause(known.unit)
            issues.append(Issue("P402", place, "accord_beyond_law", met))
        else:
            values[known.key] = accepted
            civil = values.get((rule, f"civil_{known.name}"))
            if (
                civil is not None and f"{rule}.civil_{known.name}" not in accords
            ):  # an accord on the day speaks of both its measures: between rests, and midnight to midnight
                values[civil.key] = replace(civil, value=accord.value, article=_article(civil, accord))
    refuse(issues)
    # By identity: an accord that repeats the text's own value was declared all the same.
    changed = frozenset(key for key, row in values.items() if row is not rules.values[key])
    return replace(rules, id=f"{rules.id}({where})", values=values, accorded=changed) if accords else rules


def _article(row: RuleValue, accord: Accord) -> str:
    return f"{row.article} ({ACCORD}{f' : {accord.source}' if accord.source else ''})"


def _reaches(room: AccordLimit, known: RuleValue, accepted: RuleValue) -> bool:
    if not room.is_open:
        return False
    return room.furthest is None or not replace(known, value=room.furthest).stricter_than(accepted)


def _is_value(value: int, unit: str) -> bool:
    most = {"flag": 1, "parity": 1, "min_of_day": 24 * 60 - 1}.get(unit)
    return value >= 0 and (most is None or value <= most)


def _names(rules: RuleSet, rule: str) -> list[str]:
    """The parameters of `rule`, or every rule when there is none of that name."""
    own = [f"{rule}.{name}" for known, name in rules.values if known == rule]
    return sorted(own or rules.rules())
