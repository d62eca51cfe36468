"""What was asked for lately, kept to be asked again."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")


class Recent(Generic[Value]):
    """The values used last, `most` of them."""

    def __init__(self, most: int) -> None:
        self.most, self._known = most, OrderedDict[Any, Value]()

    def get(self, key: Any) -> Value | None:
        if key in self._known:
            self._known.move_to_end(key)
        return self._known.get(key)

    def put(self, key: Any, value: Value) -> Value:
        self._known[key] = value
        self._known.move_to_end(key)
        while len(self._known) > self.most:
            self._known.popitem(last=False)
        return value

    def clear(self) -> None:
        self._known.clear()
