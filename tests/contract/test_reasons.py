"""Every reason the code emits has its sentence in both languages, and docs/reasons.md lists it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from brigade.law.rules import all_rules
from brigade.values.reserved_days import shipped_conditions
from brigade.words import LANGUAGES, reason_codes
from brigade.words.catalogue import HELP, REASON, TYPER, WORD, keys, text_of
from brigade.words.sentences import FORMS, fields

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("brigade", "solver", "api", "scenarios")
# Codes put together from a variable: the module, what stands before, and what the variable may hold.
BUILT = {
    "brigade/law/rules/weekly_rest.py": ("weekly_rest_", ("hours", "shared")),
    "brigade/law/rules/multi_employer.py": ("multi_employer_", ("day", "week")),
    "brigade/law/rules/territory.py": ("ai_territory_", ("convention", "own")),
    "brigade/law/rules/sectors.py": ("sector_", ("home", "neighbours")),
    "brigade/law/rules/vehicles.py": ("vehicle_", ("hours", "out_of_service", "range", "shared")),
    "brigade/law/rules/timing.py": (
        "timing_",
        ("departure", "first_arrival", "back", "travel", "metres", "end", "arrival"),
    ),
    "brigade/law/rules/links.py": (
        "link_",
        ("same_start", "min_gap", "max_gap", "same_worker", "different_workers"),
    ),
    "brigade/law/rules/personal_limits.py": (
        "personal_limit_",
        ("daily_work", "shorter_day", "span", "rest", "week_work"),
    ),
    "brigade/law/marking.py": (
        "marking_",
        (
            *("notice_given", "refusable", "urgent_refusable", "urgent"),
            *("not_urgent", "cause_not_said", "not_essential", "not_committed"),
        ),
    ),
    "brigade/law/refusable.py": (
        "marking_",
        (
            *("sunday_holiday", "night", "additional_hours"),
            *("short_notice_used_up", "sunday_holiday_used_up", "night_used_up", "additional_hours_used_up"),
        ),
    ),
}


@cache
def calls() -> Sequence[tuple[Path, str, ast.Call]]:
    """(file, last name called, call) of everything the four rooms call."""
    found = []
    for path in sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(attr=name)) | ast.Call(func=ast.Name(id=name)):
                    found.append((path, name, node))
    return found


def literal(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((one.value for one in call.keywords if one.arg == name), None)


def reasons_given() -> Iterator[tuple[str, str, frozenset[str] | None]]:
    """(place, code, value names) of each `Reason.of("code", ...)`; names None where some are not written
    out."""
    for path, name, call in calls():
        is_reason = (
            isinstance(call.func, ast.Attribute)
            and isinstance(call.func.value, ast.Name)
            and call.func.value.id == "Reason"
        )
        code = literal(call.args[0]) if name == "of" and is_reason and call.args else None
        if code is not None:
            names = [one.arg for one in call.keywords]
            known = None if None in names else frozenset(name for name in names if name)
            yield f"{path.relative_to(ROOT)}:{call.lineno}", code, known


def rule_codes() -> Iterator[tuple[str, str]]:
    """(place, code) of each `breach(problem, "RULE", ...)` and `broken(value, worker, where, ...)` with a
    written detail."""
    rules = {f"brigade/law/rules/{name}.py": rule.CODES[0] for name, rule in all_rules()}
    for path, name, call in calls():
        place = str(path.relative_to(ROOT))
        if place not in rules or name not in ("breach", "broken"):
            continue
        given = (
            keyword(call, "detail")
            if name == "breach"
            else call.args[3]
            if len(call.args) > 3
            else keyword(call, "detail")
        )
        detail = "" if given is None else literal(given)
        rule = (literal(call.args[1]) if name == "breach" else rules[place]) or rules[place]
        if detail is not None:
            yield f"{place}:{call.lineno}", rule.lower() + (f"_{detail}" if detail else "")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_the_code_gives_has_a_sentence(lang: str) -> None:
    given = [(place, code) for place, code, _ in reasons_given()] + list(rule_codes())
    assert len(given) > 40, "the search for reasons finds too few: it would say nothing"
    missing = sorted({f"{place} {code}" for place, code in given if code not in reason_codes(lang)})
    assert missing == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("module", BUILT)
def test_codes_put_together_have_a_sentence_too(module: str, lang: str) -> None:
    prefix, details = BUILT[module]
    source = (ROOT / module).read_text("utf-8")
    assert [one for one in details if f'"{one}"' not in source] == [], (
        "the list above speaks of details that are gone"
    )
    assert [one for one in details if prefix + one not in reason_codes(lang)] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_condition_of_reserved_days_has_a_sentence(lang: str) -> None:
    named = {f"sunday_holiday_acts_{condition.parameter}" for condition in shipped_conditions()}
    assert named == {code for code in reason_codes(lang) if code.startswith("sunday_holiday_acts_")}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sentences_use_only_values_their_reason_has(lang: str) -> None:
    for place, code, names in reasons_given():
        message = text_of(REASON + code, lang)
        assert message is not None, code
        assert names is None or fields(message) <= names, (
            f"{place}: {code} has {sorted(names or ())}, not {sorted(fields(message))}"
        )


@pytest.mark.parametrize("prefix", [REASON, WORD, HELP, TYPER])
def test_both_languages_say_the_same_things_with_the_same_values(prefix: str) -> None:
    assert keys("fr", prefix) == keys("en", prefix)
    for key in keys("fr", prefix):
        french, english = (text_of(prefix + key, lang) or "" for lang in LANGUAGES)
        assert fields(french) == fields(english), key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_field_has_a_known_form(lang: str) -> None:
    for prefix in (REASON, WORD):
        for key in keys(lang, prefix):
            pieces = Formatter().parse(text_of(prefix + key, lang) or "")
            forms = {(spec or "").split(":")[0] for _, name, spec, _ in pieces if name}
            assert forms <= {"", "text", *FORMS}, key


def test_every_code_is_in_the_docs() -> None:
    page = (ROOT / "docs/reasons.md").read_text("utf-8")
    assert [code for code in sorted(reason_codes()) if f"`{code}`" not in page] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_word_that_is_asked_for_exists(lang: str) -> None:
    """`word("key")` and `x.word("key")` of the code, `say` and `note` of the command line's screen;
    `w('key')` of the templates is met by the report's own tests."""
    screens = ROOT / "scenarios/cli"
    asked = [
        (path, literal(call.args[0]))
        for path, name, call in calls()
        if call.args and (name == "word" or (name in ("say", "note") and path.is_relative_to(screens)))
    ]
    literals = [(path, key) for path, key in asked if key is not None]
    assert len(literals) > 100
    assert sorted({f"{path}: {key}" for path, key in literals if text_of(WORD + key, lang) is None}) == []
