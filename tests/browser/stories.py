"""Stories by the stop-watch: how long each role's took, and by how many presses and keys.

What was seen is printed at the end of the run and stands in the report of each test; no test fails because
the machine is busy. The test machine presses faster than people do: the presses are what can be compared.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from playwright.sync_api import Locator, Page, expect

from tests.browser.served import Seat

PROPERTY = "story"
Timed = Callable[[str, Seat], AbstractContextManager[None]]
IS_SHOWN = """() => {
  const { outlineStyle, boxShadow } = getComputedStyle(document.activeElement);
  return outlineStyle !== "none" || boxShadow !== "none";
}"""
FURTHEST = 120
"""Presses of Tab: no page has as many stops before what a story looks for."""


@contextmanager
def timed(record: Callable[[str, object], None], name: str, somebody: Seat) -> Iterator[None]:
    presses, keys, began = somebody.presses, somebody.keys, time.monotonic()
    yield
    took = time.monotonic() - began
    pressed, typed = somebody.presses - presses, somebody.keys - keys
    record(PROPERTY, f"{name}: {took:.1f} s, {pressed} presses, {typed} keys")


def tab_to(page: Page, aim: Locator) -> None:
    """By Tab alone, as far as it takes, and what is reached is seen to be."""
    expect(aim).to_be_visible()
    for _ in range(FURTHEST):
        if aim.evaluate("one => one === document.activeElement"):
            assert page.evaluate(IS_SHOWN), "what has the focus does not show it"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{aim} is not reached by Tab")


def enter(page: Page, aim: Locator) -> None:
    tab_to(page, aim)
    page.keyboard.press("Enter")


def type_in(page: Page, aim: Locator, text: str) -> None:
    tab_to(page, aim)
    page.keyboard.type(text)
