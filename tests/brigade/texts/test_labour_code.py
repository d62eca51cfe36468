"""How the texts come together: layers, the strictest of the parties, declared accords."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brigade.errors import InvalidProblem
from brigade.texts.accords import Accord
from brigade.texts.labour_code import LabourCode, build_labour_code, shipped_labour_code
from brigade.texts.rule_sets import RuleLayer, RuleSet, RuleValue, strictest
from brigade.values.problem import Problem
from brigade.values.workforce import Contract
from tests import builders
from tests.builders import declared
from tests.sayings import refusals

HEADS = '[rule.DAY]\nkind = "limit"\ntitle = "Jour"\nsentence = "Au plus[ {limit}]."\n'
CODE = """
id = "code"
name = "Le code"
version = "1"
[[value]]
rule = "DAY"
value = 600
unit = "min"
article = "C1"
in_force_from = 2020-01-01
layer = "mandatory"
accord = 720
[[value]]
rule = "WEEK"
value = 2880
unit = "min"
article = "C2"
in_force_from = 2020-01-01
layer = "mandatory"
[[value]]
rule = "GAPS"
value = 1
unit = "count"
article = "C3"
in_force_from = 2020-01-01
layer = "default"
[[value]]
rule = "NOTICE"
name = "days"
value = 7
unit = "days"
article = "C4"
in_force_from = 2020-01-01
layer = "default"
stricter = "higher"
accord = 3
"""
AGREEMENT = """
id = "branch"
name = "La branche"
version = "1"
value = [
    { rule = "DAY", value = %d, unit = "min", article = "B1", in_force_from = 2021-01-01 },
    { rule = "WEEK", value = %d, unit = "min", article = "B2", in_force_from = 2021-01-01 },
    { rule = "GAPS", name = "total", value = 300, unit = "min", article = "B3", in_force_from = 2021-01-01 },
]
"""


def small_code(day: int = 600, week: int = 2880) -> LabourCode:
    return build_labour_code(HEADS, CODE, [AGREEMENT % (day, week)])


def value(rules: RuleSet, rule: str, name: str = "limit") -> int | None:
    found = rules.get(rule, name)
    return None if found is None else found.value


def test_the_mandatory_code_always_applies() -> None:
    """An agreement that says 50 h a week changes nothing: the code lets no accord go beyond 48 h."""
    week = small_code(week=3000).party("branch").get("WEEK")
    assert week is not None
    assert (week.value, week.article) == (2880, "C2")


def test_an_agreement_is_the_accord_the_code_speaks_of() -> None:
    """The code says 10 h and lets an accord go to 12 h: a branch may say 11 h, and 13 h is cut at 12 h."""
    assert value(small_code(day=660).party("branch"), "DAY") == 660
    assert value(small_code(day=780).party("branch"), "DAY") == 720


def test_the_default_code_fills_only_the_rules_that_no_agreement_speaks_of() -> None:
    party = small_code().party("branch")
    assert value(party, "GAPS") is None
    assert value(party, "GAPS", "total") == 300
    assert value(party, "NOTICE", "days") == 7


def test_whoever_has_no_agreement_obeys_both_layers_of_the_code() -> None:
    party = small_code().party("code")
    assert (value(party, "DAY"), value(party, "GAPS"), value(party, "NOTICE", "days")) == (600, 1, 7)


def test_the_default_of_an_employer_gives_way_to_the_agreement_of_the_host() -> None:
    """An employer without an agreement lends to a host that has one: the point is covered, the default
    falls."""
    code = small_code()
    both = strictest([code.party("code"), code.party("branch")])
    assert value(both, "GAPS") is None
    assert value(both, "GAPS", "total") == 300


def test_the_stricter_of_two_parties_holds_with_its_article() -> None:
    code = shipped_labour_code()
    both = strictest([code.party("bad"), code.party("sap")])
    count, rest, span = (
        both.get("INTERRUPTIONS", "max_count"),
        both.get("WEEKLY_REST", "hours_in_row"),
        both.get("MAX_SPAN"),
    )
    assert count is not None
    assert rest is not None
    assert span is not None
    assert (count.value, count.article) == (3, "BAD V.13")
    assert rest.value == 35 * 60
    assert value(both, "WEEKLY_REST", "rest_days_per_fortnight") == 4
    assert span.value == 12 * 60


def test_of_equal_values_the_one_nobody_may_waive_speaks() -> None:
    code = shipped_labour_code()
    both = strictest([code.party("sap"), code.party("bad")])
    day = both.get("MAX_DAILY_WORK")
    assert day is not None
    assert (day.value, day.waivable, day.article) == (600, False, "BAD V.5")


def test_the_night_of_an_agreement_replaces_the_eight_hours_of_the_code() -> None:
    code = shipped_labour_code()
    assert [value(code.party(id), "NIGHT_LIMITS", "max_work") for id in ("ct", "bad", "sap")] == [
        480,
        600,
        720,
    ]


@pytest.mark.parametrize(
    ("key", "wanted"), [("DAILY_REST", 540), ("MAX_DAILY_WORK", 720), ("MAX_AVG_12W.limit", 2760)]
)
@pytest.mark.parametrize("agreement", ["bad", "sap", "ct"])
def test_an_accord_may_go_as_far_as_the_code_lets_it(agreement: str, key: str, wanted: int) -> None:
    rule, _, name = key.partition(".")
    row = (
        shipped_labour_code()
        .party(agreement, declared({key: wanted}), "providers.A")
        .get(rule, name or "limit")
    )
    assert row is not None
    assert row.value == wanted
    assert row.article.endswith("(accord déclaré)")


def test_an_accord_may_always_protect_more() -> None:
    assert (
        value(shipped_labour_code().party("bad", declared({"MAX_WEEK_WORK": 2400}), "here"), "MAX_WEEK_WORK")
        == 2400
    )


def test_every_accord_that_goes_too_far_is_named_at_once() -> None:
    accords = {
        "DAILY_REST": 500,
        "MAX_WEEK_WORK": 3000,
        "CONTRACT_DRIFT.weeks": 14,
        "NO_SUCH_RULE": 1,
        "MAX_SPAN.limt": 1,
    }
    with pytest.raises(InvalidProblem) as refused:
        shipped_labour_code().party("bad", declared(accords), "providers.A")
    found = {issue.where: issue for issue in refusals(refused)}
    assert {place: issue.code for place, issue in found.items()} == {
        "providers.A.accords.DAILY_REST": "P402",
        "providers.A.accords.MAX_WEEK_WORK": "P402",
        "providers.A.accords.CONTRACT_DRIFT.weeks": "P402",
        "providers.A.accords.NO_SUCH_RULE": "P401",
        "providers.A.accords.MAX_SPAN.limt": "P401",
    }
    assert "540 min (CT L3131-2, D3131-4, D3131-6)" in found["providers.A.accords.DAILY_REST"].hint
    assert "ordre public : CT L3121-20" in found["providers.A.accords.MAX_WEEK_WORK"].hint
    assert "CT L3123-13" in found["providers.A.accords.CONTRACT_DRIFT.weeks"].hint
    assert "MAX_SPAN.limit" in found["providers.A.accords.MAX_SPAN.limt"].hint


def rows() -> st.SearchStrategy[RuleValue]:
    """Rows of few keys, so that they meet. A key has one unit, one direction and one layer of the code, as
    the shipped data has."""
    keys = st.sampled_from(
        [
            ("A", "limit", "lower", RuleLayer.MANDATORY),
            ("A", "more", "higher", RuleLayer.DEFAULT),
            ("B", "limit", "lower", RuleLayer.DEFAULT),
        ]
    )
    return st.builds(
        lambda key, number, article, is_agreed, waivable: RuleValue(
            key[0],
            key[1],
            number,
            "min",
            article,
            date(2020, 1, 1),
            key[2],
            RuleLayer.AGREEMENT if is_agreed else key[3],
            None,
            waivable,
        ),
        keys,
        st.integers(0, 3),
        st.sampled_from(["x", "y"]),
        st.booleans(),
        st.booleans(),
    )


def test_no_parameter_is_both_public_order_and_a_default_of_the_code() -> None:
    """A default that gives way to an agreement would else take a mandatory value with it."""
    for day in (date(2021, 1, 1), date(2026, 3, 9)):
        code = shipped_labour_code().on(day)
        assert not code.mandatory.values.keys() & code.default.values.keys()


def parties() -> st.SearchStrategy[RuleSet]:
    return st.builds(_party, st.sampled_from(["p", "q", "r"]), st.lists(rows(), max_size=5))


def _party(id: str, values: list[RuleValue]) -> RuleSet:
    """A party never holds a default beside its own agreement's words on the rule."""
    agreed = frozenset(row.rule for row in values if row.layer is RuleLayer.AGREEMENT)
    kept = [row for row in values if not (row.layer is RuleLayer.DEFAULT and row.rule in agreed)]
    return RuleSet(id, id, "1", {row.key: row for row in kept}, agreed)


@given(parties(), parties())
def test_the_order_of_the_parties_does_not_matter(one: RuleSet, other: RuleSet) -> None:
    assert strictest([one, other]).values == strictest([other, one]).values


@given(parties(), parties(), parties())
def test_joining_step_by_step_comes_to_the_same(one: RuleSet, two: RuleSet, three: RuleSet) -> None:
    assert (
        strictest([strictest([one, two]), three]).values == strictest([one, strictest([two, three])]).values
    )


@given(parties())
def test_a_party_joined_with_itself_stays_what_it_is(one: RuleSet) -> None:
    assert strictest([one, one]).values == one.values


@given(parties(), parties())
def test_joining_never_loosens_what_a_party_agreed(one: RuleSet, other: RuleSet) -> None:
    both = strictest([one, other])
    for key, row in one.values.items():
        if row.layer is not RuleLayer.DEFAULT:
            assert not row.stricter_than(both.values[key])


def test_an_accord_loosens_a_rest_only_where_the_lender_is_the_host_that_declared_it() -> None:
    """A SAAD's accord takes the daily rest from 11 h to 9 h for its own staff at its own clients; a worker
    lent by somebody without an accord still rests 11 h there: the stricter of the two parties counts."""
    host = builders.provider("P", accords={"DAILY_REST.limit": 540})
    own, lent = (
        builders.worker("W1", employer="P", providers=["P"]),
        builders.worker("W2", employer="E", providers=["P"]),
    )
    lenders = (builders.employer("P", agreement="bad"), builders.employer("E", agreement="bad"))
    asked = builders.problem(
        visits=[], workers=[own, lent], providers=[host], employers=lenders, rules=shipped_labour_code()
    )
    rests = [asked.rules_for(worker, ["P"]).get("DAILY_REST") for worker in (own, lent)]
    assert [rest and rest.value for rest in rests] == [540, 660]


# -- dates -------------------------------------------------------------------------------------------------
DATED = """
id = "branch"
name = "La branche"
version = "1"
value = [
    { rule = "DAY", value = 660, unit = "min", article = "B1, 2021", in_force_from = 2021-01-01 },
    { rule = "DAY", value = 600, unit = "min", article = "B1, 2024", in_force_from = 2024-03-01 },
    { rule = "GAPS", value = 3, unit = "count", article = "B3", in_force_from = 2022-01-01, \
      in_force_until = 2022-12-31 },
]
"""


def dated_code(head: str = "") -> LabourCode:
    return build_labour_code(HEADS, CODE, [head + DATED])


@pytest.mark.parametrize(
    ("day", "article"),
    [
        (date(2021, 1, 1), "B1, 2021"),
        (date(2024, 2, 29), "B1, 2021"),
        (date(2024, 3, 1), "B1, 2024"),
        (date(2030, 1, 1), "B1, 2024"),
    ],
)
def test_the_row_in_force_on_the_day_speaks(day: date, article: str) -> None:
    row = dated_code().on(day).party("branch").get("DAY")
    assert row is not None
    assert row.article == article


def test_a_value_that_has_ended_binds_no_more() -> None:
    """Nothing of the branch on gaps after 2022: the default of the code fills the point again."""
    ends = [value(dated_code().on(date(year, 6, 1)).party("branch"), "GAPS") for year in (2022, 2023)]
    assert ends == [3, 1]


def test_before_its_first_row_a_value_holds_only_where_the_text_does_not_say_since_when_it_is_known() -> None:
    """Texts written before rows had a past said nothing of dates: their values hold for all days before."""
    known = "known_from = 2020-01-01\n"
    met = [value(dated_code(head).on(date(2020, 6, 1)).agreements["branch"], "DAY") for head in ("", known)]
    assert met == [660, None]


def test_a_plan_obeys_the_rows_in_force_on_its_days() -> None:
    """The branch goes from 11 h to 10 h on 1 March 2024: before, 11 h; after, 10 h; of a horizon over both,
    the stricter."""
    for first, days, most in [
        (date(2024, 2, 26), 4, 660),
        (date(2024, 2, 26), 5, 600),
        (date(2024, 3, 1), 2, 600),
    ]:
        asked = problem_under("branch", dated_code(), first_day=first, days=days)
        assert value(asked.rules_for(asked.workers[0], ["S1"]), "DAY") == most, first


def test_a_day_before_a_text_is_known_is_refused_with_the_text_and_the_day() -> None:
    code = dated_code("known_from = 2021-01-01\n")
    with pytest.raises(InvalidProblem) as refused:
        problem_under("branch", code, first_day=date(2020, 12, 31))
    [issue] = refusals(refused)
    assert (issue.code, issue.where) == ("P409", "horizon.first_day")
    assert "2020-12-31" in issue.what
    assert "2021-01-01" in issue.what
    assert problem_under("branch", code, first_day=date(2021, 1, 1)).workers


def problem_under(agreement: str, code: LabourCode, **more: Any) -> Problem:
    parties: dict[str, Any] = {
        "providers": (builders.provider("S1", agreement),),
        "employers": (builders.employer("E1", agreement),),
    }
    return builders.problem(
        visits=[], workers=[builders.worker(providers=["S1"])], rules=code, **parties, **more
    )


# -- conditions --------------------------------------------------------------------------------------------
def test_what_a_text_says_of_part_time_alone_is_not_there_for_a_full_time_contract() -> None:
    """BAD V.13 counts three interruptions a day, of part-time work only; SAP II.2.g four, of everybody's."""
    code = shipped_labour_code()
    asked = builders.problem(
        visits=[],
        workers=[
            builders.worker("FULL", employer="S1", providers=["S2"], contract=Contract(full_time=True)),
            builders.worker("PART", employer="S1", providers=["S2"], contract=Contract()),
        ],
        employers=(builders.employer("S1", "bad"),),
        rules=code,
    )
    met = {worker.id: asked.rules_for(worker, ["S2"]) for worker in asked.workers}
    assert {id: value(rules, "INTERRUPTIONS", "max_count") for id, rules in met.items()} == {
        "FULL": 4,
        "PART": 3,
    }
    assert {id: value(rules, "INTERRUPTIONS", "max_total") for id, rules in met.items()} == {
        "FULL": None,
        "PART": 300,
    }


def test_a_condition_of_one_text_never_lifts_the_numbers_of_another() -> None:
    """The flag of SAP (0: everybody) would undo BAD's if both met: it is used up before the texts join."""
    code = shipped_labour_code()
    for id in code.agreements:
        for full_time in (True, False):
            assert not [
                key
                for key in code.party(id).for_contract(full_time=full_time).values
                if key[1] == "part_time_only"
            ]


def test_what_the_code_says_of_contracts_stays_where_the_employer_has_no_agreement() -> None:
    """A group under the code alone lends to both branches: a tenth (L3123-28), one interruption (L3123-30),
    seven working days (L3123-31). The span is the host's day: its agreement displaces the code's default. A
    SAAD's staff keep its agreement."""
    code = shipped_labour_code().latest()
    of_contract = shipped_labour_code().of_contract
    lent = strictest([code.party("ct"), code.party("bad")], of_contract)
    met = {
        ("ADDITIONAL_HOURS", "percent_of_contract"): 10,
        ("INTERRUPTIONS", "max_count"): 1,
        ("CHANGE_NOTICE", "working_days"): 7,
        ("MAX_SPAN", "limit"): 720,
    }
    assert {key: lent.values[key].value for key in met} == met
    kept = strictest([code.party("bad"), code.party("ct")], of_contract)
    assert kept.get("ADDITIONAL_HOURS", "percent_of_contract") is None
    assert kept.values["INTERRUPTIONS", "max_count"].value == 3


# -- accords of a company ----------------------------------------------------------------------------------
LAWFUL_ACCORDS = [
    ("sap", {"NIGHT_WINDOW.to": 360}),
    ("sap", {"NIGHT_WINDOW.from": 1260, "NIGHT_WINDOW.to": 360}),
    ("sap", {"INTERRUPTIONS.long_count": 3}),
    ("bad", {"MAX_SPAN": 780}),
    ("bad", {"INTERRUPTIONS.max_count": 4, "INTERRUPTIONS.max_total": 360}),
    ("bad", {"CHANGE_NOTICE.urgent_days": 3}),
    ("bad", {"NIGHT_LIMITS.average_week": 2640, "NIGHT_LIMITS.max_work": 720}),
    ("bad", {"WEEKLY_REST.rest_days_per_fortnight": 3}),
    ("ct", {"INTERRUPTIONS.max_count": 2, "INTERRUPTIONS.max_length": 180}),
    ("ct", {"CHANGE_NOTICE.working_days": 3, "ADDITIONAL_HOURS.percent_of_contract": 33}),
]
"""What the law lets a company agree on: CT L2253-3 beside the branch; L3122-15 to -18, L3123-20, -23, -24
beside the code."""
UNLAWFUL_ACCORDS = [
    ("sap", "NIGHT_WINDOW.to", 300, "360 minutes depuis minuit (CT L3122-15, L3122-2)"),
    ("bad", "MAX_SPAN", 901, "900 min"),
    ("bad", "CHANGE_NOTICE.urgent_days", 2, "3 jours (CT L2253-3, L3123-24)"),
    ("bad", "NIGHT_LIMITS.average_week", 2641, "2640 min (CT L3122-18)"),
    ("bad", "NIGHT_LIMITS.max_work", 721, "720 min (CT L3122-17)"),
    ("bad", "WEEKLY_REST.rest_days_per_fortnight", 1, "2 jours"),
    ("bad", "COMPETENCIES.first_level_excluded", 0, "CT L2253-1 2°"),
    ("bad", "NIGHT_LIMITS.worker_total", 28081, "CT L2253-1 6°, L3122-16"),
    ("sap", "NIGHT_LIMITS.worker_months", 11, "CT L2253-1 6°, L3122-16"),
    ("bad", "CONTRACT_MINIMUM.month", 4199, "CT L2253-1 6°, L3123-19"),
    ("ct", "EXTRA_HOURS_PAY.additional_beyond", 24, "CT L2253-1 6°, L3123-21"),
    ("ct", "MAX_WEEK_WORK", 2881, "ordre public : CT L3121-20"),
    # A mean over more weeks lets more through, and so does a shorter memory.
    ("ct", "MAX_AVG_12W.weeks", 13, "ordre public : CT L3121-22"),
    ("bad", "NIGHT_LIMITS.average_weeks", 13, "CT L3122-7"),
    ("bad", "CONTRACT_DRIFT.window", 14, "CT L3123-13"),
    ("ct", "WEEKLY_REST.hours_in_row", 2099, "ordre public : CT L3132-2"),
    ("ct", "NIGHT_LIMITS.max_work", 721, "720 min (CT L3122-17)"),
    ("ct", "ADDITIONAL_HOURS.percent_of_contract", 34, "33 % (CT L3123-20)"),
    ("bad", "SUNDAY_HOLIDAY_ACTS.essential_only", 2, "1 : oui, 0 : non"),
    ("sap", "INTERRUPTIONS.long_count", -1, "nombre"),
    ("sap", "MAX_DAILY_WORK.civil_exceptional", 721, "720 min (CT L2253-3)"),
]


@pytest.mark.parametrize(("agreement", "accords"), LAWFUL_ACCORDS)
def test_what_the_law_lets_a_company_agree_on_can_be_declared(
    agreement: str, accords: dict[str, int]
) -> None:
    rules = shipped_labour_code().party(agreement, declared(accords), "providers.A")
    for key, wanted in accords.items():
        rule, _, name = key.partition(".")
        assert value(rules, rule, name or "limit") == wanted


@pytest.mark.parametrize(("agreement", "key", "wanted", "told"), UNLAWFUL_ACCORDS)
def test_a_refused_accord_says_how_far_one_may_go_and_by_which_article(
    agreement: str, key: str, wanted: int, told: str
) -> None:
    with pytest.raises(InvalidProblem) as refused:
        shipped_labour_code().party(agreement, declared({key: wanted}), "providers.A")
    [issue] = refusals(refused)
    assert (issue.code, issue.where) == ("P402", f"providers.A.accords.{key}")
    assert told in issue.hint


def test_a_night_that_an_accord_ends_at_six_begins_at_nine() -> None:
    """CT L3122-2: nine hours at least. Of 22:00 to 07:00 an accord that says 06:00 alone leaves eight."""
    rules = shipped_labour_code().party("sap", declared({"NIGHT_WINDOW.to": 360}), "providers.A")
    assert (value(rules, "NIGHT_WINDOW", "from"), value(rules, "NIGHT_WINDOW", "to")) == (21 * 60, 6 * 60)


def test_a_value_of_an_accord_cites_the_accord() -> None:
    accords = {"MAX_SPAN": Accord(780, "accord d'entreprise du 12 mars 2024")}
    row = shipped_labour_code().party("bad", accords, "providers.A").get("MAX_SPAN")
    assert row is not None
    assert row.article == "BAD V.7 (accord déclaré : accord d'entreprise du 12 mars 2024)"


def test_a_lender_that_is_no_provider_declares_accords_too() -> None:
    lender = builders.employer("E", "bad", accords={"DAILY_REST": 540})
    host = builders.provider("P", accords={"DAILY_REST": 600})
    asked = builders.problem(
        visits=[],
        workers=[builders.worker("W1", employer="E", providers=["P"])],
        providers=[host],
        employers=(lender,),
        rules=shipped_labour_code(),
    )
    [one] = asked.workers
    assert value(asked.rules_for(one), "DAILY_REST") == 540
    assert value(asked.rules_for(one, ["P"]), "DAILY_REST") == 600


def test_an_accord_of_a_lender_that_goes_too_far_is_refused_at_its_place() -> None:
    with pytest.raises(InvalidProblem) as refused:
        builders.problem(
            visits=[],
            employers=(builders.employer("E1", accords={"DAILY_REST": 60}),),
            rules=shipped_labour_code(),
        )
    assert [(issue.code, issue.where) for issue in refusals(refused)] == [
        ("P402", "employers.E1.accords.DAILY_REST")
    ]


# -- the shipped texts in the past -------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("day", "key", "wanted"),
    [
        (date(2022, 9, 30), ("MILEAGE_CAR", "limit"), 35),
        (date(2022, 10, 1), ("MILEAGE_CAR", "limit"), 38),
        (date(2016, 7, 31), ("WEEKLY_REST", "rest_days_per_week"), 2),
        (date(2016, 8, 1), ("WEEKLY_REST", "rest_days_per_week"), 1),
        (date(2016, 7, 31), ("MAX_CONSEC_DAYS", "limit"), None),
        (date(2016, 8, 1), ("MAX_CONSEC_DAYS", "limit"), 6),
        (date(2013, 1, 1), ("MAX_DAILY_WORK", "limit"), 600),
        (date(2013, 1, 1), ("NIGHT_LIMITS", "average_week"), 2400),
    ],
)
def test_a_past_day_has_the_values_of_its_time(day: date, key: tuple[str, str], wanted: int | None) -> None:
    """BAD: mileage before and after avenant 50-2022 (V.14.3), weekly rest before and after avenant 24-2016
    (V.12.2)."""
    assert value(shipped_labour_code().on(day).party("bad"), *key) == wanted


def test_a_day_before_an_agreement_is_refused() -> None:
    with pytest.raises(InvalidProblem, match="P409"):
        problem_under("sap", shipped_labour_code(), first_day=date(2014, 10, 31))
    assert problem_under("sap", shipped_labour_code(), first_day=date(2014, 11, 1)).workers
