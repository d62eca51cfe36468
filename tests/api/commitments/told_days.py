"""Short days of the machine, step by step: the situations that random days meet rarely, or late.

Each step is a rule of the machine with what it is given; what the machine promises is asked after each of
them. `make commitment-mutants` plays these days first, then random ones.
"""

from __future__ import annotations

from typing import Any

from tests.api.commitments.test_commitments_machine import Day

Step = tuple[str, dict[str, Any]]


def _step(rule: str, **given: Any) -> Step:
    return rule, given


def _begins(*, is_firm: bool = False) -> Step:
    """A-1 of S1 is away, and the plan for her three visits is in force."""
    return _step("opens", is_firm=is_firm, replan="on_request", is_told=True)


def _overtaken(happens: str, which: int = 0, *, by_hand: bool = False) -> Step:
    return _step("is_overtaken", by_hand=by_hand, happens=happens, which=which)


SEARCHED = (_step("search_begins", from_scratch=True), _step("search_ends"), _step("publish", which=0))
BY_PHONE = {"phone": True}
DAYS: dict[str, tuple[Step, ...]] = {
    "she accepts while an edit gives her visit away": (_begins(), _overtaken("accept", by_hand=True)),
    "she refuses while a search still has her": (_begins(), _overtaken("decline")),
    "she is silent while a search still has her": (_begins(), _overtaken("silence")),
    "her engagement ends while a search still has her": (_begins(), _overtaken("engagement")),
    "another visit takes the hours of a question": (
        _begins(),
        _step("absence_comes", name="ABS-2"),
        *SEARCHED,
        *(_step("another_visit_takes_her_hours", which=which, visit="V4") for which in range(3)),
    ),
    "orders may be refused again before they are published": (
        _begins(is_firm=True),
        _overtaken("texts", by_hand=True),
    ),
    "a search would take back what was agreed": (
        _begins(),
        *(
            step
            for worker in ("W1", "W2", "W3")
            for step in (
                _step("edit", which=0, visit="V3", worker=worker, waives=False),
                _step("publish", which=0),
                _step("answer_of", visit="V3", reply="accept"),
                *SEARCHED,
            )
        ),
    ),
    "a meeting is told, moves and is called off": (
        _begins(),
        *(
            step
            for hour in ("14:00", "17:00", None)
            for step in (_step("meets", hour=hour, at_least=None), *SEARCHED, _step("post_goes"))
        ),
    ),
    "who refuses a meeting is seated no more": (
        _begins(),
        _step("meets", hour="14:00", at_least=2),
        *SEARCHED,
        *(_step("answer", which=which, reply="decline", phone=True) for which in range(9)),
        *SEARCHED,
        _step("post_goes"),
    ),
    "a stop is put at another hour": (
        _begins(),
        *(_step("is_moved", which=which, minutes=minutes) for which in range(3) for minutes in (5, 12, 50)),
    ),
    "the carer is back after everybody was told": (
        _begins(),
        _step("post_goes"),
        _step("absence_is_taken_back", name="ABS-1"),
        *SEARCHED,
        _step("post_goes"),
    ),
    "she refuses after her service was told of her": (
        _begins(),
        _step("post_goes"),
        _step("answer", which=0, reply="decline", **BY_PHONE),
        _step("post_goes"),
    ),
    "she is ill, and comes after all": (
        _begins(is_firm=True),
        _step("is_prevented", which=2),
        _step("post_goes"),
        _step("comes_later", hour="07:00", worker="W1"),
        *SEARCHED,
        _step("post_goes"),
    ),
    "she breaks down, and comes after all": (
        _begins(),
        _step("post_goes"),
        _step("breaks_down", worker="W1"),
        _step("post_goes"),
        _step("whoever_was_away_is_back"),
        *SEARCHED,
        _step("post_goes"),
    ),
    "nobody will come for her, as her service is told": (
        _begins(),
        _step("post_goes"),
        _step("outcome", visit="V1", done=False),
        _step("post_goes"),
        *SEARCHED,
        _step("post_goes"),
    ),
    "she was silent, and is asked again": (
        _begins(),
        _step("clock_goes_on", minutes=45),
        _step("silence"),
        _step("post_goes"),
        *(_step("engagement_ends", worker=worker) for worker in ("W2", "W3")),
        *SEARCHED,
        _step("post_goes"),
    ),
    "she came although she had been let off": (
        _step("opens", is_firm=True, is_told=True, replan="at_once"),
        _step("clock_goes_on", minutes=120),
        _step("is_prevented", which=1),
        _step("clock_goes_on", minutes=120),
        _step("search_ends"),
        _step("client_refuses", visit="V1", worker="W1"),
        _step("outcome", visit="V3", done=True),
        _overtaken("texts"),
    ),
    "silence lasts past the hour of a question that was moved": (
        _begins(),
        _step("is_moved", which=4, minutes=12),
        _step("is_moved", which=0, minutes=5),
        _step("clock_goes_on", minutes=120),
        _step("is_moved", which=1, minutes=12),
        _step("silence"),
        _step("clock_goes_on", minutes=120),
        _step("silence"),
    ),
    "she came before she answered": (
        _begins(),
        _step("clock_goes_on", minutes=120),
        _step("outcome", visit="V1", done=True),
    ),
    "nobody may work for these services any more": (
        _begins(),
        *(_step("engagement_ends", worker=worker) for worker in ("W1", "W2", "W3")),
    ),
    "a question taken back returns to her once texts allow orders": (
        _step("opens", is_firm=False, is_told=True, replan="at_once"),
        _step("comes_later", hour="12:00", worker="W3"),
        _step("another_visit_takes_her_hours", visit="V3", which=1),
        _step("texts_change", is_firm=True),
        _step("absence_changes", hour="15:00", name="ABS-1"),
        _step("another_visit_takes_her_hours", visit="V3", which=4),
        _step("publish", which=4),
        _step("is_prevented", which=5),
        _overtaken("accept", which=6),
    ),
    "nobody answers": (_begins(), _step("clock_goes_on", minutes=45), _step("silence")),
}


def play(name: str) -> None:
    """Raises: AssertionError, where a promise is broken."""
    day = Day()
    try:
        for rule, given in DAYS[name]:
            getattr(day, rule)(**given)
            day.everybody_is_kept_to_her_word()
    finally:
        day.teardown()
