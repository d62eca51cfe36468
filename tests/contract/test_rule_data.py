"""The shipped rules keep their shape: every row has its article, unit and date; every rule asked for is
there."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from brigade.texts.labour_code import LabourText, shipped_labour_code
from brigade.texts.rule_sets import RuleKind, RuleLayer, RuleValue
from brigade.words import LANGUAGES
from brigade.words.rule_words import PARAMETER, PART, UNITS, parameters, sentence
from scenarios.cli.rules_view import COLUMNS, rules_sentences, rules_table

ROOT = Path(__file__).resolve().parents[2]
CODE = shipped_labour_code()
TEXTS: tuple[LabourText, ...] = CODE.texts()
ROWS: list[RuleValue] = list(CODE.rows())

PROMISED = {
    RuleKind.LIMIT: """MAX_DAILY_WORK MAX_WEEK_WORK MAX_AVG_12W MAX_SPAN DAILY_REST WEEKLY_REST
        MAX_CONSEC_DAYS SUNDAY_RHYTHM SUNDAY_HOLIDAY_ACTS HOLIDAY_RHYTHM COMMUTE_NORMAL PREGNANCY MINOR
        REST_BREAK MEAL_BREAK INTERRUPTIONS NIGHT_LIMITS ADDITIONAL_HOURS MIN_WORK_PERIOD MULTI_EMPLOYER
        AI_480H AI_TERRITORY ON_CALL NIGHT_PRESENCE""",
    RuleKind.MEASURE: "FULL_TIME SCHEDULED_DAY SHORT_GAP_PAID TRAVEL_IS_WORK DEAD_TIME NIGHT_WINDOW "
    "AI_480H_EXEMPT",
    RuleKind.MARKING: "SCHEDULE_NOTICE CHANGE_NOTICE URGENT_CAUSES "
    "REFUSALS_SHORT SUNDAY_REFUSAL URGENT_VOLUNTEER"
    " UNAVAILABILITY NIGHT_REFUSAL",
    RuleKind.COST: "MILEAGE_CAR MILEAGE_2W_MOTOR TRANSIT_PASS SURCHARGES EXTRA_HOURS_PAY",
    RuleKind.INFO: """MIN_VISIT CONTRACT_DRIFT SECTOR_PREFERENCE AI_TASK AI_NO_REDUNDANCY
        AI_NO_DANGEROUS AI_PAY_PARITY AI_CONTRACT AI_MEDICAL AI_LOW_HOURS AI_SAP_SCOPE CDDI
        CONTRACT_MINIMUM""",
}
WITHOUT_VALUES = (
    "ASSIGNMENT",
    "TIMING",
    "TIME_WINDOW",
    "AVAILABILITY",
    "ENGAGEMENT",
    "FORBIDDEN_PAIR",
    "LINK",
    "LEARNING",
    "SHADOWING",
    "PERSONAL_LIMIT",
    "SECTOR",
    "VEHICLES",
)


@pytest.mark.parametrize(
    "row", ROWS, ids=lambda row: f"{row.layer}-{row.rule}.{row.name}-{row.in_force_from}"
)
def test_a_row_has_its_article_its_unit_its_date_and_its_rule(row: RuleValue) -> None:
    assert row.rule in CODE.heads
    assert row.unit in UNITS
    assert row.article.strip()
    assert date(2000, 1, 1) <= row.in_force_from <= date(2026, 12, 31)
    assert row.stricter in {"lower", "higher"}
    assert row.value >= 0
    assert row.unit != "flag" or row.value in {0, 1}
    assert row.unit != "min_of_day" or row.value < 24 * 60


@pytest.mark.parametrize(("kind", "names"), list(PROMISED.items()))
def test_every_promised_rule_has_its_kind_and_at_least_one_value(kind: RuleKind, names: str) -> None:
    for name in names.split():
        assert CODE.heads[name].kind is kind, name
        assert any(row.rule == name for row in ROWS), name


@pytest.mark.parametrize("name", WITHOUT_VALUES)
def test_a_rule_without_values_says_where_it_comes_from(name: str) -> None:
    assert CODE.heads[name].source
    assert CODE.heads[name].kind is RuleKind.LIMIT


def test_a_parameter_has_one_unit_and_one_direction_in_every_text() -> None:
    """Otherwise the stricter of two parties would mean nothing."""
    for key in {row.key for row in ROWS}:
        assert len({(row.unit, row.stricter) for row in ROWS if row.key == key}) == 1, key


def test_no_agreement_offers_an_accord_beyond_the_code() -> None:
    for agreement in CODE.agreements.values():
        for row in agreement.rows:
            key, code = row.key, CODE.on(row.in_force_from).mandatory.get(*row.key)
            if code is not None:
                assert not (row.accord is not None and code.accord is None), key
                assert row.accord is None or code.accord is None or row.accord == code.accord, key


def test_the_mandatory_code_is_never_waivable() -> None:
    assert not [row.key for row in ROWS if row.waivable and row.layer is RuleLayer.MANDATORY]
    assert {row.key for row in ROWS if row.waivable} == {
        ("MAX_DAILY_WORK", "civil_limit"),
        ("SUNDAY_RHYTHM", "max_per_month"),
        ("COMMUTE_NORMAL", "normal_minutes"),
        ("COMMUTE_NORMAL", "normal_metres"),
    }


@pytest.mark.parametrize("name", list(CODE.heads))
def test_a_sentence_speaks_of_every_parameter_and_of_no_other(name: str) -> None:
    head = CODE.heads[name]
    assert head.title
    assert head.title_en
    assert parameters(head) == {row.name for row in ROWS if row.rule == name}
    assert not PARAMETER.search(PART.sub("", head.sentence)), (
        "a parameter outside [brackets] may have no value"
    )


@pytest.mark.parametrize("agreement", list(CODE.agreements))
def test_every_sentence_is_whole_under_every_agreement(agreement: str) -> None:
    said = dict(rules_sentences(agreement))
    assert set(said) >= CODE.party(agreement).rules()
    for name, text in said.items():
        assert re.fullmatch(r"[^][{}]+\.", text), name
        assert not re.search(r" ,|,,|: ;|:\.|; \.|  ", text), (name, text)


def test_a_sentence_tells_an_agreement_from_another() -> None:
    head = CODE.heads["INTERRUPTIONS"]
    assert len({sentence(head, CODE.party(id)) for id in CODE.agreements}) == 4


def test_code_asks_only_for_parameters_that_the_data_has() -> None:
    """A slip in a name would silently switch a rule off: every `get("RULE", "name")` names a row that some
    text has."""
    keys = {row.key for row in ROWS}
    call = re.compile(r"""\.get\(\s*"([A-Z][A-Z0-9_]+)"(?:,\s*"(\w+)")?\s*\)""")
    asked = {
        (rule, name or "limit"): path.relative_to(ROOT)
        for room in ("brigade", "solver", "api", "scenarios")
        for path in (ROOT / room).rglob("*.py")
        for rule, name in call.findall(path.read_text("utf-8"))
        if rule in CODE.heads
    }
    assert ("MAX_SPAN", "exceptional") in asked, "the pattern no longer finds the calls"
    assert {key: path for key, path in asked.items() if key not in keys} == {}


def test_the_table_of_a_set_shows_each_of_its_values_once() -> None:
    for id in CODE.agreements:
        shown = [
            (row.data["rule"], row.data["parameter"]) for row in rules_table(id) if "parameter" in row.data
        ]
        assert sorted(shown) == sorted(CODE.latest().party(id).values)
    assert len([row for row in rules_table(None) if "parameter" in row.data]) == len(ROWS)
    assert {len(row.cells) for lang in LANGUAGES for row in rules_table("bad", lang)} == {len(COLUMNS)}
