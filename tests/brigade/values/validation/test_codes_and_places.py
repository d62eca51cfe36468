"""Codes, points and rotas that cannot lie: what is refused with the code that was meant, what is told as a
warning."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from brigade.changes.events import VisitMoved, WorkerLate, apply_events
from brigade.errors import InvalidProblem
from brigade.exchange.documents.facts import input_warnings
from brigade.exchange.documents.problem_document import problem_from_json, problem_text, problem_to_json
from brigade.units import Interval, TimeWindow
from brigade.values.demand import Absence, AbsenceKind, Employee, Link, LinkKind, RotaEntry, RotaFeed
from brigade.values.places import Basin, Site
from brigade.values.problem import Problem
from brigade.values.validation.communes import commune, departments, is_in_france, with_postcode
from brigade.values.workforce import Contract, Counters, PastDay, PersonalLimits, WorkingTimeMode
from brigade.words import LANGUAGES, SaidIssue, say
from tests.builders import at, plan, problem, route, visit, worker
from tests.sayings import refusals

LENS, HENIN = (50.432, 2.832), (50.421, 2.95)
FEED = datetime(2026, 3, 8, 18, tzinfo=UTC)


def at_places(**places: Site) -> Problem:
    """One visit at A; sites named as in the builders, replaced by those given."""
    asked = problem([visit("V1")], [worker()])
    return replace(asked, sites=tuple(places.get(site.id, site) for site in asked.sites))


def refused(**changes: Any) -> list[SaidIssue]:
    with pytest.raises(InvalidProblem) as caught:
        replace(problem([visit("V1"), visit("V2"), visit("V3")], [worker()]), **changes)
    return list(refusals(caught))


def warned(asked: Problem) -> list[str]:
    """The codes of the warnings but for feeds' age; each can be said in both languages."""
    told = [one for one in input_warnings(asked) if one.code != "stale_feed"]
    assert all(one.code not in say(one, lang, horizon=asked.horizon) for one in told for lang in LANGUAGES)
    return [one.code for one in told]


# -- communes and departments ------------------------------------------------------------------------------
def test_the_table_knows_the_country() -> None:
    lens = commune("62498")
    assert lens is not None
    assert (lens.name, lens.postcodes, round(lens.latitude or 0, 1)) == ("Lens", ("62300",), 50.4)
    assert [one.code for one in with_postcode("62300")] == ["62291", "62498"]
    assert (departments()["67"], departments()["2A"], departments()["974"]) == (
        "Bas-Rhin",
        "Corse-du-Sud",
        "La Réunion",
    )
    assert commune("99999") is None


@pytest.mark.parametrize(
    ("met", "code", "hint"),
    [
        ("1004", "P016", "01004"),  # the zero that a spreadsheet took off
        ("2a004", "P016", "2A004"),
        ("20004", "P016", "2A004"),  # its old number
        ("20000", "P017", "2A004"),  # Ajaccio's post code
        ("62498 ", "P016", "62498"),
        ("LENS", "P016", "62498 (Lens)"),
        ("hénin beaumont", "P016", "62427 (Hénin-Beaumont)"),
        ("62 498", "P016", "« 62498 » (Lens)"),
        ("62498.0", "P016", "« 62498 » (Lens)"),
        ("99100", "P016", "tel que"),  # no department has this number
        ("00000", "P016", "tel que"),
        ("75001", "P017", "75056"),
        ("59800", "P017", "59350"),
    ],
)
def test_a_code_that_is_no_communes_is_refused_with_what_it_may_be(met: str, code: str, hint: str) -> None:
    asked = problem([visit("V1")], [worker()])
    with pytest.raises(InvalidProblem) as caught:
        replace(asked, sites=tuple(replace(site, commune=met) for site in asked.sites))
    assert {one.code for one in refusals(caught)} == {code}
    assert hint in refusals(caught)[0].hint


def test_codes_of_territories_are_held_to_the_same() -> None:
    (issue,) = refused(workers=(worker(territory=frozenset({"1004", "01004"})),))
    assert (issue.code, issue.where) == ("P016", "workers.W1.territory")


def test_a_post_code_that_is_a_communes_code_too_is_told_by_the_territories() -> None:
    """62300 is Lens's post code, and the code of a village that no territory names; Lens is named, and the
    places are there."""
    assert commune("62300") is not None
    asked = problem([visit("V1")], [worker()])
    sites = tuple(Site(site.id, "62300", *LENS) for site in asked.sites)
    with pytest.raises(InvalidProblem) as caught:
        replace(asked, sites=sites, workers=(worker(territory=frozenset({"62498", "62427"})),))
    assert {(one.code, one.hint) for one in refusals(caught)} == {("P017", "62498 (Lens)")}


def test_a_place_far_from_the_codes_commune_and_inside_one_of_its_post_code_tells_it_alone() -> None:
    """93 km from Équihen-Plage, in the middle of Lens, whose post code is 62300; a neighbour of Lens shares
    it."""
    asked = problem([visit("V1")], [worker(territory=frozenset({"62300"}))])
    sites = tuple(Site(site.id, "62300", *LENS) for site in asked.sites)
    with pytest.raises(InvalidProblem) as caught:
        replace(asked, sites=sites)
    assert {one.code for one in refusals(caught)} == {"P017"}
    assert all("62498 (Lens)" in one.hint for one in refusals(caught))


def test_a_communes_own_code_stands_though_it_is_a_neighbours_post_code() -> None:
    village = commune("62300")
    assert village is not None
    asked = problem([visit("V1")], [worker(territory=frozenset({"62498"}))])
    sites = tuple(Site(site.id, "62300", village.latitude, village.longitude) for site in asked.sites)
    assert replace(asked, sites=sites).sites == sites


@pytest.mark.parametrize("met", ["Bas-Rhin", "067", "67 ", " 67"])
def test_a_department_that_is_none_is_refused_with_the_one_it_may_be(met: str) -> None:
    found = refused(basin=Basin("B", "Strasbourg", met))
    assert ("P018", "« 67 » (Bas-Rhin) ?") in [(one.code, one.hint) for one in found]


@pytest.mark.parametrize(
    ("met", "hint"),
    [
        ("cotes d’armor", "« 22 » (Côtes-d’Armor) ?"),
        ("Reunion", "« 974 » (La Réunion) ?"),
        ("Pas de Calais (62)", "« 62 » (Pas-de-Calais) ?"),
        ("62000", "« 62 » (Pas-de-Calais) ?"),
        ("2a", "« 2A » (Corse-du-Sud) ?"),
        ("20", "« 2A » (Corse-du-Sud) ou « 2B » (Haute-Corse) ?"),
        ("69D", "« 69 » (Rhône) ?"),
        ("Hauts-de-France", "62, 01, 974"),
    ],
)
def test_a_department_is_known_by_its_name_number_or_post_code(met: str, hint: str) -> None:
    (issue,) = refused(basin=Basin("B", "x", met))
    assert (issue.code, issue.where) == ("P018", "basin.department")
    assert issue.hint.endswith(hint)


@pytest.mark.parametrize("code", ["01", "2A", "2B", "67", "971", "976", "988"])
def test_every_department_of_the_country_is_one(code: str) -> None:
    assert replace(problem([visit("V1")]), basin=Basin("B", "x", code)).basin.department == code


# -- points ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("point", "hint"),
    [
        ((2.832, 50.432), "échangées"),
        ((0.0, 0.0), "géocodage"),
        ((48.2, 16.4), "WGS84"),
        ((55.5, -21.1), "échangées"),
    ],
)
def test_a_point_outside_the_country_is_refused(point: tuple[float, float], hint: str) -> None:
    with pytest.raises(InvalidProblem) as caught:
        at_places(A=Site("A", None, *point))
    (issue,) = refusals(caught)
    assert (issue.code, issue.where) == ("P019", "sites.A")
    assert hint in issue.hint


@pytest.mark.parametrize(
    "point", [LENS, (41.92, 8.74), (-21.1, 55.5), (14.6, -61.07), (50.95, 1.85), (48.58, 7.75), (50.73, 3.2)]
)
def test_the_country_and_its_neighbours_border_towns_are_inside(point: tuple[float, float]) -> None:
    assert is_in_france(*point)


def test_a_place_far_from_its_commune_is_told() -> None:
    """Verton with the code of Le Touquet, twelve kilometres away; a place at the other end of its own commune
    is not."""
    asked = at_places(A=Site("A", "62826", 50.405, 1.65), B=Site("B", "62849", 50.405, 1.65))
    (told,) = input_warnings(asked)
    assert (told.code, told.value("sites"), told.value("name")) == (
        "warning_far_from_commune",
        ("A",),
        "Le Touquet-Paris-Plage",
    )
    assert 10 <= told.value("km") <= 14


def test_a_place_far_from_all_others_is_told() -> None:
    asked = at_places(A=Site("A", None, *LENS), B=Site("B", None, *HENIN), C=Site("C", None, 48.8566, 2.3522))
    assert warned(asked) == ["warning_far_from_others", "warning_travel_too_fast"]


def test_a_commune_in_no_territory_of_anybody_is_told() -> None:
    asked = at_places(A=Site("A", "62427"))
    employers = tuple(replace(one, communes=frozenset({"62498"})) for one in asked.employers)
    asked = replace(asked, employers=employers, workers=(worker(territory=frozenset({"62498"})),))
    assert warned(asked) == ["warning_communes_outside"]


def test_a_code_newer_than_the_table_is_told_and_not_refused() -> None:
    assert warned(at_places(A=Site("A", "62999"))) == ["warning_communes_unknown"]


def test_a_point_in_another_part_of_the_country_is_told() -> None:
    """The table has no point of Ajaccio, Lyon or Saint-Denis: that a point is on their island it knows."""
    corsica, mainland, reunion = (41.93, 8.74), LENS, (-20.88, 55.45)
    for code, right in (("2A004", corsica), ("69123", mainland), ("97411", reunion)):
        for point in (corsica, mainland, reunion):
            told = [
                one for one in warned(at_places(A=Site("A", code, *point))) if one == "warning_other_part"
            ]
            assert told == ([] if point == right else ["warning_other_part"])


def test_a_basin_without_a_place_in_its_department_is_told() -> None:
    """Whose Good Friday counts hangs on the department."""
    asked = at_places(A=Site("A", "62498"), B=Site("B", "59350"))
    for department, told in (("62", []), ("59", []), ("67", ["warning_other_department"])):
        assert warned(replace(asked, basin=replace(asked.basin, department=department))) == told


def test_a_commune_alone_of_another_department_is_told_where_its_point_is_unknown() -> None:
    """Lyon, 69123, is in no table of points; Lille, 59350, is, and two communes of one department are a
    border."""
    lens, lyon, villeurbanne = Site("A", "62498"), Site("B", "69123", *LENS), Site("C", "69266")
    assert warned(at_places(A=lens, B=lyon)) == ["warning_lone_department"]
    assert warned(at_places(A=lens, B=Site("B", "59350"))) == []
    assert warned(at_places(A=lens, B=lyon, C=villeurbanne)) == []


# -- links -------------------------------------------------------------------------------------------------
def test_two_people_where_a_chain_asks_for_one_are_a_contradiction() -> None:
    same, other = LinkKind.SAME_WORKER, LinkKind.DIFFERENT_WORKERS
    links = (Link(same, "V1", "V2"), Link(same, "V2", "V3"), Link(other, "V1", "V3"))
    (issue,) = refused(links=links)
    assert (issue.code, issue.where) == ("P504", "links[2]")
    assert "« V1 » – « V2 », « V2 » – « V3 »" in issue.hint
    (issue,) = refused(links=(*links[:2], Link(LinkKind.SAME_START, "V3", "V1")))
    assert (issue.code, issue.where) == ("P504", "links[2]")


def test_one_person_at_two_visits_at_once_is_a_contradiction_over_any_chain() -> None:
    """V1 and V3 begin with V2, and one person does both; or V2 begins ten minutes into V1's hour."""
    start, same = LinkKind.SAME_START, LinkKind.SAME_WORKER
    (issue,) = refused(links=(Link(start, "V1", "V2"), Link(start, "V2", "V3"), Link(same, "V1", "V3")))
    assert (issue.code, issue.where) == ("P504", "links[0], links[1], links[2]")
    assert "« V1 » et « V3 »" in issue.what
    (issue,) = refused(links=(Link(LinkKind.GAP, "V1", "V2", 0, 59), Link(same, "V2", "V1")))
    assert (issue.code, issue.where) == ("P504", "links[0], links[1]")
    just_after = (Link(LinkKind.GAP, "V1", "V2", 0, 60), Link(same, "V2", "V1"))
    assert problem([visit("V1"), visit("V2")], [worker()], links=just_after).links == just_after


def test_hours_that_no_link_can_hold_are_a_contradiction() -> None:
    """V1 in the morning, V2 from 11:00: they never begin together; nor through a third visit."""
    morning, noon = visit("V1", latest="09:00"), visit("V2", earliest="11:00", latest="12:00")
    together = (Link(LinkKind.SAME_START, "V1", "V2"),)
    (issue,) = refused(visits=(morning, noon), links=together)
    assert (issue.code, issue.where) == ("P504", "links[0]")
    assert "« V1 », « V2 »" in issue.what
    chain = (Link(LinkKind.SAME_START, "V1", "V3"), Link(LinkKind.GAP, "V3", "V2", 0, 30))
    (issue,) = refused(visits=(morning, noon, visit("V3")), links=chain)
    assert issue.where == "links[0], links[1]"


def test_hours_that_just_meet_are_none() -> None:
    morning, noon = visit("V1", latest="09:00"), visit("V2", earliest="11:00", latest="12:00")
    asked = problem([morning, noon], links=(Link(LinkKind.GAP, "V1", "V2", 0, 120),))
    assert len(asked.links) == 1


def test_the_hour_of_the_rota_counts_among_a_visits_hours() -> None:
    """V1 keeps its carer at 11:00, outside its own hours: V2 may begin with it."""
    morning, noon = visit("V1", latest="09:00"), visit("V2", earliest="11:00", latest="12:00")
    rota = (RotaFeed("S1", FEED, (RotaEntry("V1", "E", at("11:00")),)),)
    asked = problem(
        [morning, noon],
        employees=(Employee("E", "S1"),),
        rota=rota,
        links=(Link(LinkKind.SAME_START, "V1", "V2"),),
    )
    assert asked.fixed_start("V1") == at("11:00")


# -- rotas and absences ------------------------------------------------------------------------------------
def with_rota(*entries: tuple[str, str], absences: tuple[Absence, ...] = ()) -> Problem:
    rows = tuple(RotaEntry(id, "E", at(clock)) for id, clock in entries)
    visits = [visit("V1", earliest="08:00", latest="09:00"), visit("V2", earliest="08:00", latest="12:00")]
    feed = RotaFeed("S1", FEED, rows)
    return problem(visits, [worker()], employees=(Employee("E", "S1"),), rota=(feed,), absences=absences)


def test_a_rota_outside_a_visits_hours_and_two_visits_at_once_are_told() -> None:
    assert warned(with_rota(("V1", "08:00"), ("V2", "09:00"))) == []
    assert warned(with_rota(("V1", "10:30"))) == ["warning_rota_outside_hours"]
    assert warned(with_rota(("V1", "08:00"), ("V2", "08:30"))) == ["warning_rota_overlap"]


def test_what_an_event_said_is_no_slip_of_a_rota() -> None:
    """V1 of 08:00 moves to the afternoon; or half an hour lost in it meets V2 of 09:00. What the rota had
    wrong before is still told."""
    gone = Absence("A", "S1", "E", AbsenceKind.UNPLANNED, Interval(0, 1440), known_at=0)
    asked = with_rota(("V1", "08:00"), ("V2", "09:00"), absences=(gone,))
    moved = VisitMoved("V1", (TimeWindow.hard(at("15:00"), at("16:00")),))
    later = apply_events(asked, [moved])
    assert warned(later) == []
    told = plan(asked, route(asked, "W1", ("V1", "08:00"), ("V2", "10:00")))
    late = apply_events(asked, [WorkerLate("W1", at("08:30"), 30)], published=told)
    assert late.visit_by_id["V1"].duration == 90
    assert warned(late) == []
    wrong = with_rota(("V1", "10:30"), ("V2", "09:00"), absences=(gone,))
    assert warned(apply_events(wrong, [moved])) == ["warning_rota_outside_hours"]


def test_two_absences_over_the_same_hours_are_told() -> None:
    first, second = (
        Absence(id, "S1", "E", AbsenceKind.UNPLANNED, Interval(start, 1440), known_at=0)
        for id, start in (("A1", 0), ("A2", 420))
    )
    assert warned(with_rota(absences=(first,))) == []
    assert warned(with_rota(absences=(first, second))) == ["warning_absence_twice"]


def test_absences_and_hours_elsewhere_of_another_year_are_told() -> None:
    """A month's export holds absences of other weeks; one a year off is most often a slip of the year."""
    near, far = (
        Absence("A", "S1", "E", AbsenceKind.UNPLANNED, Interval(-days * 1440, -(days - 1) * 1440), known_at=0)
        for days in (40, 365)
    )
    assert warned(with_rota(absences=(near,))) == []
    assert warned(with_rota(absences=(far,))) == ["warning_far_dates"]
    elsewhere = worker(other_work=(Interval(-365 * 1440, -364 * 1440),))
    assert warned(problem([visit("V1")], [elsewhere])) == ["warning_far_dates"]


def test_hours_read_as_minutes_and_cents_read_as_euros_are_told() -> None:
    """A contract of 35 (minutes), visits of 1 or 2, 38 euros a kilometre."""
    asked = problem([visit("V1")], [worker()])
    (person,) = asked.workers
    assert warned(asked) == []
    hours = replace(asked, workers=(replace(person, contract=replace(person.contract, weekly=35)),))
    assert warned(hours) == ["warning_short_contract"]
    assert warned(replace(asked, workers=(replace(person, cents_per_km=3800),))) == ["warning_dear_km"]
    assert warned(problem([visit("V1", minutes=2)], [worker()])) == ["warning_short_visits"]


MONTHLY = WorkingTimeMode.MONTHLY


@pytest.mark.parametrize(
    ("what", "held"),
    [
        ("period_hours", {"contract": Contract(period_hours=151, working_time_mode=MONTHLY)}),
        ("week_ceiling", {"contract": Contract(week_ceiling=48)}),
        ("span_limit", {"contract": Contract(span_limit=12)}),
        ("daily", {"contract": Contract(daily=7)}),
        ("max_daily_work", {"limits": PersonalLimits(max_daily_work=7)}),
        ("max_week_work", {"limits": PersonalLimits(max_week_work=35)}),
        ("max_span", {"limits": PersonalLimits(max_span=11)}),
        ("max_stretch", {"limits": PersonalLimits(max_stretch=6, stretch_break=20)}),
        ("daily_rest", {"limits": PersonalLimits(daily_rest=12)}),
        ("week_work", {"counters": Counters(week_work=(24, 22))}),
        ("ai_cap", {"counters": Counters(ai_cap=480)}),
        ("past_day", {"counters": Counters(days=(PastDay(date(2026, 3, 6), -3840, -3600, 4),))}),
    ],
)
def test_hours_written_bare_are_told_whatever_they_are_of(what: str, held: dict[str, Any]) -> None:
    (person,) = problem([visit("V1")], [worker()]).workers
    asked = problem([visit("V1")], [replace(person, **held)])
    (told,) = [one for one in input_warnings(asked) if one.code == "warning_short_hours"]
    assert (told.value("what"), told.value("workers")) == (what, ["W1"])
    assert warned(asked) == ["warning_short_hours"]


def test_hours_of_a_month_in_the_column_of_the_week_are_told() -> None:
    (person,) = problem([visit("V1")], [worker()]).workers
    for hours, told in ((48, []), (151.6, ["warning_long_contract"])):
        contract = replace(person.contract, weekly=round(hours * 60))
        assert warned(problem([visit("V1")], [replace(person, contract=contract)])) == told


# -- travel ------------------------------------------------------------------------------------------------
def test_places_too_near_in_time_are_told_once_a_mode() -> None:
    """A and B lie eight kilometres apart, D at the end of the line forty by the matrix's own metres."""
    asked = at_places(A=Site("A", None, *LENS), B=Site("B", None, *HENIN))
    (matrix,) = asked.travel.values()
    assert warned(asked) == []
    for times in (0, 0.2):
        hurried = replace(matrix, ticks=(matrix.ticks * times).astype(int))
        assert warned(replace(asked, travel={matrix.mode: hurried})) == ["warning_travel_too_fast"]


def test_minutes_that_overflow_in_fine_ticks_are_refused() -> None:
    """A thousand million minutes pass in minutes, not in seconds."""
    document = problem_to_json(problem([visit("V1")], [worker()]))
    document["travel"]["matrices"][0]["minutes"][0][1] = 10**9
    assert problem_from_json(document).visits
    fine = {**document, "horizon": {**document["horizon"], "ticks_per_minute": 60}}
    with pytest.raises(InvalidProblem) as caught:
        problem_from_json(fine)
    assert [(one.code, one.hint) for one in refusals(caught)] == [("D114", "au plus 16 666 666")]


def test_ticks_finer_than_any_clock_are_refused() -> None:
    with pytest.raises(InvalidProblem) as caught:
        problem([visit("V1")], ticks_per_minute=10**6)
    assert [one.code for one in refusals(caught)] == ["P002"]


# -- offsets -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("offset", "told"), [("+01:00", []), ("Z", []), ("+02:00", ["warning_offset"])])
def test_an_offset_that_is_not_the_zones_is_told(offset: str, told: list[str]) -> None:
    """9 March is winter time; UTC is nobody's slip."""
    document = problem_to_json(problem([visit("V1", earliest="10:00", latest="12:00")], [worker()]))
    document["demand"]["visits"][0]["windows"] = [
        {"earliest": f"2026-03-09T10:00:00{offset}", "latest": f"2026-03-09T12:00:00{offset}"}
    ]
    asked = problem_from_json(document)
    assert warned(asked) == told
    assert problem_text(problem_from_json(problem_to_json(asked))) == problem_text(asked)


def test_a_now_of_another_year_is_told() -> None:
    """A proposal of the eve, or of a month before, is none; a year before, every visit would be firm."""
    day = problem([visit("V1")], [worker()])
    assert [warned(replace(day, now=-days * 1440)) for days in (1, 40, 365)] == [[], [], ["warning_far_now"]]
