"""The presets: sizes as the trade reports them, the same day for the same seed, people and days that make
sense."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import pairwise

import pytest

from brigade.exchange.documents.problem_document import problem_digest, problem_text, read_problem
from brigade.values.calendar import is_sunday_or_holiday
from brigade.values.demand import AbsenceKind, ActClass, LinkKind, Priority
from brigade.values.places import TravelMode
from brigade.values.problem import Problem
from brigade.values.validation import issues_of
from brigade.values.workforce import EmployerKind, EngagementStatus, Worker
from scenarios.generator.dice import Dice, quotas
from scenarios.generator.presets import DEPARTMENT, PRESETS, UnknownPreset, preset_names
from scenarios.generator.scenario import TRAVEL, build, generate, generate_all, generate_department, sizes
from scenarios.generator.spread import KM_PER_DEGREE
from scenarios.generator.territory import BERCK, UnknownTerritory, load_basin
from solver.engines.portfolio import search
from solver.model.model import build_model
from solver.model.search_clock import SearchClock
from solver.model.search_settings import SearchSettings
from tests.sayings import refusals

TRADE: Mapping[str, Mapping[str, int]] = {
    "rural_cars": {"providers": 8, "absent": 10, "visits": 45, "workers": 11},
    "rural_day": {"providers": 8, "absent": 10, "visits": 45, "workers": 8},
    "urban_day": {"providers": 15, "absent": 25, "visits": 130, "workers": 20},
    "epidemic_peak": {"providers": 15, "absent": 75, "visits": 380, "workers": 20},
    "summer": {"providers": 12, "absent": 42, "visits": 200, "workers": 25},
    "training_alsace": {"providers": 20, "absent": 5, "visits": 25, "workers": 10},
    "ai_only": {"providers": 10, "absent": 12, "visits": 60, "workers": 12},
}
"""What each preset promises for its first day (docs/scenarios.md)."""
SEEDS = range(1, 11)
AI = EmployerKind.INTERMEDIARY_ASSOCIATION


invented = cache(generate)
"""Days that several tests ask about, each drawn once."""


@pytest.fixture(scope="module")
def urban_days() -> list[Problem]:
    return [invented("urban_day", seed) for seed in SEEDS]


# -- sizes and seeds ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", TRADE)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_preset_has_the_sizes_of_the_trade(name: str, seed: int) -> None:
    found = sizes(invented(name, seed))
    for what, promised in TRADE[name].items():
        assert 0.85 * promised <= found[what] <= 1.15 * promised, f"{what}: {found[what]} for {promised}"


def test_the_department_is_seven_basins_that_add_up() -> None:
    found = [sizes(problem) for problem in generate_department(1)]
    assert len(found) == 7
    for what, promised in {"providers": 90, "absent": 200, "visits": 1000, "workers": 120}.items():
        assert 0.85 * promised <= sum(size[what] for size in found) <= 1.15 * promised


@pytest.mark.parametrize("name", PRESETS)
def test_the_same_seed_gives_the_same_problem_and_another_seed_another(name: str) -> None:
    first = problem_digest(invented(name, 1))
    assert first == problem_digest(generate(name, 1))
    assert first != problem_digest(invented(name, 3))


def test_a_seed_gives_the_same_day_on_every_machine() -> None:
    """Draws of the first day, written down once: another Python or another processor must find them again."""
    problem = invented("rural_day", 1)
    first = problem.visits[0]
    told = (
        first.duration,
        first.planned_start,
        problem.sites[0].commune,
        problem.sites[0].latitude,
        problem.workers[0].id,
    )
    assert told == WRITTEN_DOWN


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_survives_its_document(name: str) -> None:
    """The travel source stands for the matrices, and gives the same ones back."""
    for problem in generate_all(name, 3) if name == DEPARTMENT else [invented(name, 3)]:
        read = read_problem(problem_text(problem, TRAVEL).encode())
        assert list(issues_of(read)) == []
        assert problem_digest(read) == problem_digest(problem)


def test_a_day_is_invented_within_two_seconds() -> None:
    generate("rural_day", 1)  # the territory is read once
    begun = time.process_time()
    generate("urban_day", 1)
    assert time.process_time() - begun < 2


# -- demand ------------------------------------------------------------------------------------------------
def test_visits_have_the_lengths_peaks_and_acts_of_the_trade(urban_days: list[Problem]) -> None:
    """Half an hour 25 %, three quarters 15 %, an hour 35 %, longer 25 %; essential acts about a third of the
    time, half of the visits; three visits of four begin in the peaks 07:30-10:00, 11:30-13:30,
    18:00-20:30."""
    requests = [request for problem in urban_days for request in problem.requests]
    total = len(requests)
    lengths = Counter(request.visit.duration for request in requests)
    assert set(lengths) == {30, 45, 60, 90, 120}
    for minutes, share in {30: 0.25, 45: 0.15, 60: 0.35, 90: 0.10, 120: 0.15}.items():
        assert abs(lengths[minutes] / total - share) < 0.07, (minutes, lengths[minutes] / total)
    starts = [request.planned_start % 1440 for request in requests if request.planned_start is not None]
    in_peaks = sum(450 <= start <= 600 or 690 <= start <= 810 or 1080 <= start <= 1230 for start in starts)
    assert 0.6 < in_peaks / total < 0.9
    essential = [
        request.visit.duration for request in requests if request.visit.act_class is ActClass.ESSENTIAL
    ]
    assert 0.3 < sum(essential) / sum(request.visit.duration for request in requests) < 0.5


def test_priorities_acts_and_windows_hang_together(urban_days: list[Problem]) -> None:
    for visit in (visit for problem in urban_days for visit in problem.visits):
        width = max(window.latest - window.earliest for window in visit.windows)
        essential = visit.act_class is ActClass.ESSENTIAL
        assert essential == (visit.priority in (Priority.P1, Priority.P2))
        assert essential == ("ESSENTIAL_ASSIST" in visit.required)
        assert width <= 60 if visit.priority is Priority.P1 else width >= 60
        assert not visit.mandatory or visit.priority is Priority.P1
        assert not visit.preferred_workers & visit.forbidden_workers
        assert visit.preferred_workers <= visit.usual_workers


def test_the_planned_day_of_an_employee_can_be_worked(urban_days: list[Problem]) -> None:
    """Nobody is in two homes at once, and each visit was planned inside its own windows."""
    for problem in urban_days:
        days: dict[str, list[tuple[int, int]]] = {}
        for entry in problem.rota_entry_by_visit.values():
            visit = problem.visit_by_id[entry.visit_id]
            days.setdefault(entry.employee_id, []).append((entry.start, entry.start + visit.duration))
            in_window = any(window.earliest <= entry.start <= window.latest for window in visit.windows)
            # A movable visit was planned at an hour that may lie between its two half-days.
            assert in_window or visit.priority is Priority.P4
        for spans in days.values():
            assert all(before[1] < after[0] for before, after in pairwise(sorted(spans)))


def test_absences_are_known_late_and_never_after_the_plan(urban_days: list[Problem]) -> None:
    """Half of the unplanned ones or more since 18:00 of the evening before: the decided 50 to 60 %, ten
    seeds."""
    absences = [absence for problem in urban_days for absence in problem.absences]
    assert all(absence.known_at <= problem.now for problem in urban_days for absence in problem.absences)
    unplanned = [absence for absence in absences if absence.kind is AbsenceKind.UNPLANNED]
    assert 0.5 < sum(absence.known_at >= -360 for absence in unplanned) / len(unplanned) < 0.65
    urgent = [absence for absence in absences if absence.urgent_cause]
    assert {absence.kind for absence in urgent} == {AbsenceKind.UNPLANNED}
    funded = {absence.kind for absence in absences if absence.funding_line_id is not None}
    assert funded == {AbsenceKind.TRAINING_RELEASE, AbsenceKind.TUTOR_RELEASE}


def test_some_clients_wait_some_need_two_carers_some_are_put_to_bed(urban_days: list[Problem]) -> None:
    for problem in urban_days:
        share = len(problem.unwanted) / (len(problem.unwanted) + len(problem.requests))
        assert 0.03 <= share <= 0.07
        doubles = [link for link in problem.links if link.kind is LinkKind.SAME_START]
        open_halves = {
            sum(id in problem.request_by_visit for id in (link.first, link.second)) for link in doubles
        }
        assert open_halves == {1, 2}, "both kinds: the colleague is there, or nobody is"
        for link in doubles:
            first, second = problem.visit_by_id[link.first], problem.visit_by_id[link.second]
            assert (first.client_id, first.duration, first.planned_start) == (
                second.client_id,
                second.duration,
                second.planned_start,
            )
    assert any(link.kind is LinkKind.GAP for problem in urban_days for link in problem.links)


def test_people_live_around_their_commune_and_not_on_one_dot(urban_days: list[Problem]) -> None:
    territory = load_basin(urban_days[0].basin.id)
    for problem in urban_days:
        points = {(site.latitude, site.longitude) for site in problem.sites}
        assert len(points) > 0.8 * len(problem.sites)
        for site in problem.sites:
            assert site.commune is not None
            assert site.latitude is not None
            commune = territory.commune(site.commune)
            assert abs(site.latitude - commune.latitude) * KM_PER_DEGREE <= commune.radius_km + 0.25
            assert round(site.latitude / 0.002) * 0.002 == pytest.approx(site.latitude), (
                "on the grid of 200 m"
            )


# -- the brigade -------------------------------------------------------------------------------------------
def test_half_of_a_mixed_brigade_has_no_diploma(urban_days: list[Problem]) -> None:
    workers = [worker for problem in urban_days for worker in problem.workers]
    without = sum(worker.certificates[0].code in ("NONE", "AI_DEFAULT", "AI_TRAINED") for worker in workers)
    assert 0.42 < without / len(workers) < 0.55


def test_papers_are_mostly_signed_and_some_only_promised(urban_days: list[Problem]) -> None:
    papers = [
        paper.status for problem in urban_days for worker in problem.workers for paper in worker.engagements
    ]
    assert 0.08 < papers.count(EngagementStatus.PROMISED) / len(papers) < 0.2
    pairs = sum(len(problem.workers) * len(problem.providers) for problem in urban_days)
    assert 0.1 < 1 - len(papers) / pairs < 0.3, "some are missing"


def test_associations_have_a_territory_and_hours_on_their_counter() -> None:
    for seed in SEEDS:
        problem = invented("ai_only", seed)
        assert {employer.kind for employer in problem.employers} == {AI}
        assert all(employer.communes for employer in problem.employers)
        assert any(worker.counters.capped_ai_work for worker in problem.workers)
        for worker in problem.workers:
            held = problem.competencies_of(worker, problem.horizon.first_day)
            assert "ESSENTIAL_ASSIST" not in held, (
                "échelon 1: no essential acts, which is what the preset shows"
            )


def test_the_rural_brigade_has_five_of_an_association_a_bicycle_and_a_licence_free_car() -> None:
    for seed in SEEDS:
        problem = invented("rural_day", seed)
        inside = {employer.id for employer in problem.employers if employer.kind is AI}
        assert sum(worker.employer_id in inside for worker in problem.workers) == 5
        modes = {worker.mode for worker in problem.workers}
        assert modes >= {TravelMode.E_BIKE, TravelMode.LICENCE_FREE_CAR}


def test_a_rural_brigade_can_do_most_of_its_day() -> None:
    """Six of eight drive and the association's convention reaches most clients: three visits of five at the
    least, whatever the seed, in a search of a few thousand moves."""
    for seed in range(1, 11):
        problem, effort = invented("rural_day", seed), SearchSettings(iterations=3000, threads=1, prove=False)
        covered = sum(map(len, search(build_model(problem), effort, SearchClock(effort)).orders))
        assert covered >= 0.6 * len(problem.requests), seed


@pytest.mark.parametrize("name", PRESETS)
def test_the_past_breaks_no_rule(name: str) -> None:
    """Eleven hours between days, six days in a row at most, 35 hours in a row a week, four rest days a
    fortnight, a free Sunday of two, weeks within the contract and a third more."""
    for seed in (1, 2, 3):
        problem = invented(name, seed)
        for worker in problem.workers:
            _check_past(problem, worker)


def _check_past(problem: Problem, worker: Worker) -> None:
    days = worker.counters.days
    worked = {day.day for day in days}
    for before, after in pairwise(days):
        assert after.start - before.end >= 660
        assert after.day > before.day
    for day in days:
        assert day.work <= 600
        assert day.end - day.start <= 720
    longest = max((sum(first + timedelta(days=k) in worked for k in range(7)) for first in worked), default=0)
    assert longest <= 6
    monday = problem.horizon.first_day - timedelta(days=problem.horizon.first_day.weekday())
    for week in (monday - timedelta(days=7), monday):
        assert _longest_rest(problem, worker, week) >= 2100
    sundays = sorted(worker.counters.sundays_worked)
    assert all(after - before >= timedelta(days=14) for before, after in pairwise(sundays))
    assert {day for day in worked if day.weekday() == 6} <= worker.counters.sundays_worked
    past = [
        day
        for day in (monday - timedelta(days=back) for back in range(1, 15))
        if day >= min(worked, default=monday)
    ]
    assert len(past) - sum(day in worked for day in past) >= len(past) // 14 * 4
    if worker.contract.weekly is not None:
        most = worker.contract.weekly * 4 // 3 if not worker.contract.full_time else 48 * 60
        assert all(work <= most for work in worker.counters.week_work)
    assert sum(worker.counters.week_work) <= 44 * 60 * 11


def _longest_rest(problem: Problem, worker: Worker, monday: date) -> int:
    """Minutes without work in a row, as far as the history tells, that touch that week."""
    days = [day for day in worker.counters.days if monday <= day.day < monday + timedelta(days=7)]
    before = max((day.end for day in worker.counters.days if day.day < monday), default=-(10**6))
    ends = [before, *(day.end for day in days)]
    after = min(
        (day.start for day in worker.counters.days if day.day >= monday + timedelta(days=7)), default=10**6
    )
    starts = [*(day.start for day in days), after]
    return max(start - end for end, start in zip(ends, starts, strict=True))


# -- several days ------------------------------------------------------------------------------------------
def test_alsace_releases_are_funded_once_known_early_and_rest_on_good_friday() -> None:
    problem = invented("training_alsace", 1)
    releases = [absence for absence in problem.absences if absence.kind is AbsenceKind.TRAINING_RELEASE]
    assert {absence.funding_line_id for absence in releases} == {"ALS-3.1", "ALS-3.2-DOM"}
    assert all(problem.now - absence.known_at >= 0 for absence in releases)
    assert problem.now <= -7 * 1440, "the plan is made early enough for the notice of seven days"
    friday = problem.horizon.dates[-1]
    assert is_sunday_or_holiday(friday, problem.basin.department)
    first = problem.horizon.day(friday).start
    on_friday = [
        r.visit for r in problem.requests if r.planned_start is not None and r.planned_start >= first
    ]
    assert on_friday
    assert all(visit.act_class is ActClass.ESSENTIAL for visit in on_friday)
    assert sum(provider.rural for provider in problem.providers) == len(problem.providers)


def test_a_week_has_fewer_people_on_its_sunday_and_essential_acts_only() -> None:
    problem = invented("urban_week", 1)
    sunday = problem.horizon.day(problem.horizon.dates[-1])
    on_sunday = [
        r.visit for r in problem.requests if r.planned_start is not None and r.planned_start >= sunday.start
    ]
    assert 0 < len(on_sunday) < len(problem.requests) / 7
    assert all(visit.act_class is ActClass.ESSENTIAL for visit in on_sunday)
    there = [
        worker for worker in problem.workers if any(one.start >= sunday.start for one in worker.availability)
    ]
    assert 0 < len(there) < len(problem.workers)


# -- what can be asked -------------------------------------------------------------------------------------
def test_overrides_change_what_they_name() -> None:
    problem = generate(
        "urban_day",
        1,
        workers=6,
        ai_share=0.5,
        modes={"bus": 1.0},
        visits=0.2,
        days=2,
        first_day=date(2026, 5, 5),
        basin=BERCK,
    )
    assert len(problem.workers) == 6
    inside = {employer.id for employer in problem.employers if employer.kind is AI}
    assert sum(worker.employer_id in inside for worker in problem.workers) == 3
    assert {worker.mode for worker in problem.workers} == {TravelMode.BUS}
    assert sizes(problem)["visits"] == 26
    assert problem.horizon.dates == (date(2026, 5, 5), date(2026, 5, 6))
    assert problem.basin.id == BERCK


def test_a_week_over_a_clock_change_or_a_new_year_can_be_invented() -> None:
    """The night of 28 March 2026 has an hour less: what was planned at 08:00 on Sunday is at 08:00 on the
    wall."""
    for first_day in (date(2026, 3, 28), date(2026, 10, 24), date(2026, 12, 30)):
        problem = generate("urban_week", 1, first_day=first_day, visits=0.2)
        starts = [
            problem.horizon.instant(r.planned_start) for r in problem.requests if r.planned_start is not None
        ]
        assert {start.date() for start in starts} > {first_day, first_day + timedelta(days=1)}
        assert all(7 <= start.hour <= 20 for start in starts)


ODD_DAYS = {
    "a Saturday": date(2026, 3, 14),
    "a Sunday": date(2026, 3, 15),
    "an hour lost": date(2026, 3, 29),
    "Easter Monday": date(2026, 4, 6),
    "1 May": date(2026, 5, 1),
    "a Saturday and a holiday": date(2026, 8, 15),
    "an hour twice": date(2026, 10, 25),
    "Christmas": date(2026, 12, 25),
    "29 February": date(2028, 2, 29),
}


@pytest.mark.parametrize("day", ODD_DAYS.values(), ids=ODD_DAYS)
@pytest.mark.parametrize("name", PRESETS)
def test_any_day_of_a_year_can_be_invented(name: str, day: date) -> None:
    problem = generate(name, 1, first_day=day)
    assert problem.horizon.first_day == day
    assert problem.requests


def test_every_unusable_value_is_named_at_once() -> None:
    with pytest.raises(UnknownPreset) as refused:
        generate("urban_day", 1, workers=0, ai_share=2, modes={"boat": 1}, visits=0, days=15)
    assert [issue.where for issue in refusals(refused)] == [
        "workers",
        "ai_share",
        "visits",
        "days",
        "modes.boat",
    ]


def test_an_unknown_preset_or_basin_is_refused_with_the_names_known() -> None:
    with pytest.raises(UnknownPreset) as unknown:
        generate("city_day", 1)
    assert "urban_day" in refusals(unknown)[0].hint
    with pytest.raises(UnknownPreset) as too_many:
        generate(DEPARTMENT, 1)
    assert "generate_department" in refusals(too_many)[0].hint
    with pytest.raises(UnknownTerritory):
        generate("urban_day", 1, basin="0000")


def test_changing_the_brigade_never_moves_a_client() -> None:
    """Each part draws from a stream of its own."""
    base = PRESETS["rural_day"]
    fewer = build(replace(base, workers=4), 5)
    clients = len(fewer.clients)
    assert fewer.sites[:clients] == build(base, 5).sites[:clients]


# -- chance ------------------------------------------------------------------------------------------------
def test_quotas_add_up_and_follow_the_shares() -> None:
    """20 over 0.3, 0.25, 0.2, 0.15, 0.1: 6, 5, 4, 3, 2; 7 over thirds: 3, 2, 2."""
    assert list(quotas(20, {"a": 0.3, "b": 0.25, "c": 0.2, "d": 0.15, "e": 0.1}).values()) == [6, 5, 4, 3, 2]
    assert sorted(quotas(7, {"a": 1, "b": 1, "c": 1}).values()) == [2, 2, 3]


def test_chance_is_written_down() -> None:
    """A named stream gives these numbers for ever: seeds would mean nothing otherwise."""
    dice = Dice("brigade/test/1")
    assert [dice.whole(0, 99) for _ in range(8)] == STREAM
    assert sorted(Dice("a").shuffled(range(20))) == list(range(20))
    assert Dice("a").weighted({"never": 0.0, "always": 1.0}) == "always"


WRITTEN_DOWN = (60, 480, "62100", 50.416, "B01")
STREAM = [85, 24, 99, 98, 47, 41, 19, 5]
