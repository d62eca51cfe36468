"""What certificates let people do: a partial order of sets, with dates."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from brigade.errors import InvalidProblem
from brigade.values.acts import class_of, shipped_acts
from brigade.values.competencies import CompetencyCatalogue, parse_catalogue, shipped_catalogue
from brigade.values.demand import ActClass
from brigade.values.workforce import HeldCertificate, Worker
from tests.sayings import refusals

MONDAY = date(2026, 3, 9)
GRANTED = shipped_catalogue().granted
DIPLOMAS = ("NONE", "ADVF", "EF", "BEP_CSS", "BEP_ASSP", "DEAVS", "CAFAD", "MCAD", "DEAMP", "DEAES", "DEAS")


def worker(*held: HeldCertificate, tags: frozenset[str] = frozenset()) -> Worker:
    return Worker("W", "E", (), (), certificates=held, competencies=tags)


@pytest.mark.parametrize("title", ["ADVF", "EF", "BEP_CSS", "BEP_ASSP"])
def test_a_first_title_lets_do_more_than_none(title: str) -> None:
    assert GRANTED["NONE"] < GRANTED[title]


@pytest.mark.parametrize("title", ["ADVF", "BEP_CSS", "BEP_ASSP"])
def test_the_home_diploma_lets_do_more_than_a_first_title(title: str) -> None:
    assert GRANTED[title] < GRANTED["DEAVS"]


@pytest.mark.parametrize("equal", ["CAFAD", "MCAD"])
def test_three_names_of_one_diploma_grant_the_same(equal: str) -> None:
    assert GRANTED[equal] == GRANTED["DEAVS"]


def test_by_law_a_collective_diploma_is_the_same_state_diploma_without_practice_at_home() -> None:
    """DEAVS and DEAMP both became DEAES: no required competency parts them, only the speciality a client may
    prefer."""
    assert GRANTED["DEAVS"] - GRANTED["DEAMP"] == {"HOME_SPECIALITY"}
    assert GRANTED["DEAMP"] - GRANTED["DEAVS"] == {"COLLECTIVE_SPECIALITY"}
    assert GRANTED["DEAVS"] | GRANTED["DEAMP"] < GRANTED["DEAES"]


@pytest.mark.parametrize(
    ("one", "other"), [("DEAES", "DEAS"), ("TISF", "DEAS"), ("TISF", "DEAVS"), ("DEAVS", "DEAMP")]
)
def test_some_diplomas_cannot_be_compared(one: str, other: str) -> None:
    assert GRANTED[one] - GRANTED[other]
    assert GRANTED[other] - GRANTED[one]


def test_social_support_and_preventive_care_part_the_two_care_diplomas() -> None:
    assert {"OUTING", "ADMIN_HELP"} <= GRANTED["DEAES"] - GRANTED["DEAS"]
    assert GRANTED["DEAS"] - GRANTED["DEAES"] == {"PREVENTIVE_CARE"}


@pytest.mark.parametrize(
    "skill", ["SUCTION", "CHILD_UNDER3", "NIGHT", "TRANSFER_HOIST", "DEMENTIA", "DRIVE_CLIENT"]
)
def test_no_diploma_of_the_trade_gives_what_only_a_training_gives(skill: str) -> None:
    assert not [diploma for diploma in DIPLOMAS if skill in GRANTED[diploma]]
    assert [code for code, grants in GRANTED.items() if skill in grants], "somebody must be able to do it"


def test_the_first_level_does_no_essential_act_and_neither_does_an_untrained_intermediary_worker() -> None:
    essential = {
        code for code, one in shipped_catalogue().competencies.items() if one.act_class == "essential"
    }
    for code in ("NONE", "AI_DEFAULT", "D1_E1", "AV1", "CAP_ATMFC"):
        assert not GRANTED[code] & essential, code
    for code in ("AI_TRAINED", "D1_E2", "AV2"):
        assert GRANTED[code] & essential == {"ESSENTIAL_ASSIST"}, code


def test_grades_of_a_branch_grow_with_their_level() -> None:
    levels = [GRANTED[code] for code in ("D1_E1", "D1_E2", "D1_E3", "D2_E1", "D2_E2", "D2_E3")]
    assert all(low <= high for low, high in pairwise(levels))
    assert GRANTED["D1_E3"] < GRANTED["D2_E1"]
    assert GRANTED["AV1"] < GRANTED["AV2"] < GRANTED["AV3"]
    assert GRANTED["GE1"] < GRANTED["GE2"] < GRANTED["GE3"]


def test_people_have_the_competencies_of_their_own_job() -> None:
    """SAP annexe I: school runs of « garde d'enfants 2 »; the child's rooms, linen and meals of « garde
    d'enfants 3 »."""
    assert {"CHILD_OVER3", "OUTING"} <= GRANTED["GE2"]
    assert {"CHILD_UNDER3", "UPKEEP", "LAUNDRY", "MEAL_SIMPLE"} <= GRANTED["GE3"]


def test_a_certificate_counts_from_the_day_it_is_obtained_to_the_day_it_expires_included() -> None:
    trained = worker(HeldCertificate("SUCTION", date(2026, 3, 9), date(2026, 3, 11)))
    seen = [
        day
        for day in range(7, 14)
        if "SUCTION" in shipped_catalogue().competencies_of(trained, date(2026, 3, day))
    ]
    assert seen == [9, 10, 11]


def test_certificates_and_tags_add_up() -> None:
    able = worker(HeldCertificate("AI_DEFAULT"), HeldCertificate("ASG"), tags=frozenset({"DRIVE_CLIENT"}))
    assert shipped_catalogue().competencies_of(able, MONDAY) == GRANTED["NONE"] | {"DEMENTIA", "DRIVE_CLIENT"}


def catalogue(certificates: str) -> CompetencyCatalogue:
    return parse_catalogue(f'[competency]\nA = {{ name = "a" }}\n[certificate]\n{certificates}')


def test_every_unknown_code_and_every_cycle_is_named_at_once() -> None:
    with pytest.raises(InvalidProblem) as refused:
        catalogue(
            'X = { name = "x", grants = ["B"], includes = ["Y"] }\n'
            'Y = { name = "y", includes = ["X", "Z"] }\n'
            'S = { name = "s", includes = ["S"] }\n'
            'T = { name = "t", grants = ["A"], includes = ["X"] }\n'
        )
    assert sorted((issue.code, issue.where) for issue in refusals(refused)) == [
        ("P301", "certificates.X.grants"),
        ("P302", "certificates.Y.includes"),
        ("P303", "certificates.S.includes"),
        ("P303", "certificates.X.includes"),
        ("P303", "certificates.Y.includes"),
    ]


def test_what_is_included_twice_is_no_cycle() -> None:
    diamond = catalogue(
        'BASE = { name = "b", grants = ["A"] }\nL = { name = "l", includes = ["BASE"] }\n'
        'R = { name = "r", includes = ["BASE"] }\nTOP = { name = "t", includes = ["L", "R"] }\n'
    )
    assert diamond.granted["TOP"] == {"A"}


def test_one_essential_act_makes_an_essential_visit() -> None:
    assert class_of(["HOUSEWORK", "WASH"]) is ActClass.ESSENTIAL
    assert class_of(["HOUSEWORK", "SHOPPING"]) is ActClass.ORDINARY
    with pytest.raises(InvalidProblem, match=r"P304 acts\.FLY"):
        class_of(["FLY"])


def test_every_act_asks_for_a_competency_of_its_own_class() -> None:
    known = shipped_catalogue().competencies
    for act in shipped_acts().values():
        assert known[act.competency].act_class == act.act_class, act.code
