"""Reasons and violations in JSON; the values are numbers, texts, lists, days, instants and reasons, and come
back as they were."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import Enum
from typing import Any

from brigade.errors import Issue
from brigade.exchange.shapes.plan_shapes import ReasonShape
from brigade.values.plan import Reason, Violation


def show_reason(reason: Reason) -> dict[str, Any]:
    return {"code": reason.code, "values": {name: _plain(value) for name, value in reason.values}}


def show_reasons(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    return [show_reason(reason) for reason in reasons]


def show_violation(one: Violation) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "worker_id": one.worker_id,
        "where": one.where,
        "reason": show_reason(one.reason),
        "article": one.article,
        "waived_by": one.waived_by,
    }


def reason_of(shape: ReasonShape, where: str, issues: list[Issue]) -> Reason:
    """A value of another form is told in `issues` and kept as its text."""
    return Reason.of(
        shape.code,
        **{name: _core(value, f"{where}.values.{name}", issues) for name, value in shape.values.items()},
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Reason):
        return show_reason(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return {"instant": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, frozenset | set):
        return sorted(_plain(item) for item in value)
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value


def _core(value: Any, where: str, issues: list[Issue]) -> Any:
    if isinstance(value, list):
        return tuple(_core(item, f"{where}[{index}]", issues) for index, item in enumerate(value))
    if isinstance(value, dict):
        if (
            value.keys() == {"code", "values"}
            and isinstance(value["code"], str)
            and isinstance(value["values"], dict)
        ):
            inner = {
                name: _core(one, f"{where}.values.{name}", issues) for name, one in value["values"].items()
            }
            return Reason.of(value["code"], **inner)
        try:
            return _time_of(value)
        except (ValueError, TypeError):
            issues.append(Issue("L104", where, "value_of_reason", {"met": str(value)[:60]}))
            return str(value)
    return value


def _time_of(value: dict[str, Any]) -> date:
    match value:
        case {"instant": str(text)} if len(value) == 1:
            instant = datetime.fromisoformat(text)
            if instant.tzinfo is None:
                raise ValueError(text)
            return instant
        case {"date": str(text)} if len(value) == 1:
            return date.fromisoformat(text)
    raise TypeError
