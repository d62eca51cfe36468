"""What people open: the page, the calendars, the tables and the terminal text say the plan, and nothing leaks
through ids."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from io import StringIO

import pytest
from icalendar import Calendar, Event

from brigade.exchange.documents.facts import judged
from brigade.exchange.reports.html import html_report
from brigade.exchange.reports.html_map import look_of
from brigade.exchange.reports.ics import calendar_of, calendars
from brigade.exchange.reports.map_labels import Labels
from brigade.exchange.reports.map_svg import blurred
from brigade.exchange.reports.plain_text import terminal_text
from brigade.exchange.reports.stops_csv import stops_csv, uncovered_csv
from brigade.values.demand import Client, Priority, Provider
from brigade.values.places import Site
from brigade.values.plan import Marking, MarkingKind, Plan, Reason, UncoveredVisit
from brigade.values.problem import Problem
from brigade.values.workforce import Worker
from brigade.words import LANGUAGES
from tests.builders import plan, problem, route, visit, worker
from tests.report_sample import lens_facts, lens_outlines, lens_plan, lens_problem

NO_NOTICE = Marking(MarkingKind.FIRM, Reason.of("marking_no_notice_rule"), "")
HOSTILE = "=<script>alert('x')</script>&\""


@pytest.fixture(scope="module")
def lens() -> tuple[Problem, Plan]:
    given = lens_problem()
    return given, lens_plan(given)


def hostile() -> tuple[Problem, Plan]:
    """One covered and one uncovered visit, every identifier an attack on HTML and on spreadsheets."""
    given = problem([visit(f"{HOSTILE}1"), visit(f"{HOSTILE}2", mandatory=True)], [worker(HOSTILE)])
    clients = (Client("S1:A", HOSTILE, "A"),)
    providers = (replace(given.providers[0], id=HOSTILE, name=HOSTILE), given.providers[1])
    named = replace(given, clients=clients, providers=providers, workers=(_engaged(given),))
    return named, plan(named, route(named, HOSTILE, (f"{HOSTILE}1", "08:00")))


def _engaged(given: Problem) -> Worker:
    one = given.workers[0]
    return replace(
        one, engagements=tuple(replace(paper, provider_id=HOSTILE) for paper in one.engagements[:1])
    )


class Tags(HTMLParser):
    """Collects tags, attributes that could fetch, and text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.fetched: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.fetched += [
            f"{tag} {value}" for name, value in attrs if name in {"src", "href", "srcset", "action"} and value
        ]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def parsed(page: str) -> Tags:
    tags = Tags()
    tags.feed(page)
    return tags


# -- the page ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_whole_in_both_languages(lens: tuple[Problem, Plan], lang: str) -> None:
    page = html_report(*lens, lens_facts(), outlines=lens_outlines(), lang=lang)
    assert f'<html lang="{lang}">' in page
    for part in (
        "uncovered",
        "map",
        "tours",
        "offers",
        "papers",
        "indicators",
        "funding",
        "quality",
        "rules",
        "feeds",
    ):
        assert f'<section id="{part}"' in page, part


def test_the_page_fetches_nothing(lens: tuple[Problem, Plan]) -> None:
    page = html_report(*lens, outlines=lens_outlines())
    assert [one for one in parsed(page).fetched if not one.startswith(("a #", "link data:,"))] == []
    assert "url(" not in page
    assert "@import" not in page


def test_identifiers_never_become_markup() -> None:
    tags = parsed(html_report(*hostile()))
    assert tags.tags.count("script") == 1
    assert f"{HOSTILE}2" in "".join(tags.text)


def test_mandatory_visits_left_out_are_told_before_all_others() -> None:
    given = problem([visit("V1"), visit("V2", mandatory=True)], [worker()])
    page = html_report(given, plan(given))
    assert "1 intervention obligatoire n’est pas couverte" in page
    assert page.index('data-visit="V2"') < page.index('data-visit="V1"') < page.index('id="map"')


def test_broken_rules_stand_on_top_of_the_page() -> None:
    given = problem([visit("V1", earliest="09:00", latest="09:30")], [worker()])
    page = html_report(given, plan(given, route(given, "W1", ("V1", "09:40"))))
    assert page.index('id="violations"') < page.index('id="uncovered"')
    assert "V1 commence à 09:40, hors de l’horaire demandé (09:00 à 09:30)" in page


def test_a_rota_received_too_long_ago_is_said_to_be_stale(lens: tuple[Problem, Plan]) -> None:
    """SAAD-B's came on 7 March at 09:00 local, the plan was made on the 9th at 20:00: 59 hours."""
    page = html_report(*lens)
    assert "Le planning du SAAD-B date du 7 mars 2026 à 09:00 (2 jours)" in page
    assert "Le planning du SAAD-A" not in page


def test_the_proof_is_a_sentence(lens: tuple[Problem, Plan]) -> None:
    """(20400 - 19900) / 20400 = 2.45 %."""
    page = html_report(*lens, lens_facts(), lang="en")
    assert "cost 20,400; no plan costs less than 19,900: gap of at most 2.5%." in page.replace(
        "Cost", "cost"
    ).replace("\xa0", " ")
    assert "One more person like W01 would cover 2 more visits (13 points)." in page


def test_an_empty_plan_still_makes_a_page() -> None:
    given = problem([], [worker()])
    assert "Aucune intervention à couvrir." in html_report(given, Plan(()))


def test_a_plan_without_coordinates_says_that_it_has_no_map() -> None:
    given = problem([visit("V1")], [worker()])
    assert "Pas de carte" in html_report(given, plan(given, route(given, "W1", ("V1", "08:00"))))


def test_the_same_plan_gives_the_same_page(lens: tuple[Problem, Plan]) -> None:
    assert html_report(*lens) == html_report(*lens)


def test_places_are_blurred_before_they_are_drawn() -> None:
    """A grid of 0.005 degrees: 50.43211 -> 50.43, 2.83349 -> 2.835."""
    assert blurred(Site("X", "62498", 50.43211, 2.83349)) == (50.43, 2.835)
    assert blurred(Site("X")) is None


def test_forty_tours_look_different() -> None:
    looks = [tuple(look_of(order).items()) for order in range(41)]
    assert len(set(looks[:40])) == 40
    assert looks[40] == looks[0]


def test_words_on_the_map_never_lie_over_each_other_or_over_marks() -> None:
    """Thirty points on a grid of 20 units: who finds no place is left out."""
    labels = Labels(200, 120)
    points = [(20.0 * x, 20.0 * y) for x in range(1, 7) for y in range(1, 6)]
    labels.keep_clear(points, 4)
    placed = [labels.beside(f"B{n:02}", point, 12, 5) for n, point in enumerate(points)]
    assert 0 < sum(one is not None for one in placed) < len(points)
    boxes = labels.taken
    assert not [
        (one, other)
        for n, one in enumerate(boxes[len(points) :], len(points))
        for other in boxes[:n]
        if one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
    ]
    assert all(
        box[0] >= 0 and box[2] <= 200 and box[1] >= 0 and box[3] <= 120 for box in boxes[len(points) :]
    )


def test_visits_blurred_to_one_point_share_a_cross(lens: tuple[Problem, Plan]) -> None:
    given = problem([visit("V1"), visit("V2", priority=Priority.P1)], [worker()])
    at_home = tuple(replace(site, latitude=50.43, longitude=2.83) for site in given.sites)
    page = html_report(replace(given, sites=at_home), plan(given))
    assert 'data-missed="V2 V1"' in page


# -- calendars ---------------------------------------------------------------------------------------------
def events_of(data: bytes) -> list[Event]:
    return [event for event in Calendar.from_ical(data).walk("VEVENT") if isinstance(event, Event)]


def test_a_calendar_reads_back_with_the_hours_of_the_tour(lens: tuple[Problem, Plan]) -> None:
    """The first stop is imposed, the others are offered."""
    given, plan_made = lens
    one = plan_made.routes[0]
    first = replace(one.stops[0], marking=replace(one.stops[0].marking or NO_NOTICE, kind=MarkingKind.FIRM))
    one = replace(one, stops=(first, *one.stops[1:]))
    made = replace(plan_made, routes=(one, *plan_made.routes[1:]))
    events = events_of(calendar_of(given, made, one.worker_id))
    assert [event.start for event in events] == [given.horizon.instant(stop.start) for stop in one.stops]
    assert [event.end for event in events] == [given.horizon.instant(stop.end) for stop in one.stops]
    assert {str(event["STATUS"]) for event in events} == {"CONFIRMED", "TENTATIVE"}


def test_a_calendar_says_its_zone_and_writes_instants(lens: tuple[Problem, Plan]) -> None:
    (calendar, *_) = (Calendar.from_ical(one) for one in calendars(*lens).values())
    assert str(calendar["X-WR-TIMEZONE"]) == "Europe/Paris"
    assert calendar.walk("VTIMEZONE") == []
    times = [
        event.decoded(name) for event in calendar.walk("VEVENT") for name in ("DTSTART", "DTEND", "DTSTAMP")
    ]
    assert {time.tzname() for time in times} == {"UTC"}


def doubled_hour() -> tuple[Problem, Plan]:
    """25 October 2026: a visit at 02:30 in summer time, half an hour long, ends at 02:00 in winter time."""
    given = problem(
        [visit("V1", minutes=30), visit("V2", minutes=30)], [worker()], first_day=date(2026, 10, 25)
    )
    return given, plan(given, route(given, "W1", ("V1", 150), ("V2", 195)))


def test_a_visit_in_the_hour_that_comes_twice_ends_after_it_starts() -> None:
    events = events_of(calendar_of(*doubled_hour(), "W1"))
    told = [(event["DTSTART"].to_ical(), event["DTEND"].to_ical()) for event in events]
    assert told == [(b"20261025T003000Z", b"20261025T010000Z"), (b"20261025T011500Z", b"20261025T014500Z")]


def test_the_hour_that_comes_twice_says_which_it_is() -> None:
    """On the table, in the terminal and on the page."""
    given, made = doubled_hour()
    first, second = rows_of(stops_csv(given, made))
    assert (first["Début"], first["Fin"]) == ("02:30 (heure d’été)", "02:00 (heure d’hiver)")
    assert second["Début"] == "02:15 (heure d’hiver)"
    assert "02:15 (heure d’hiver)" in terminal_text(given, made)
    assert "02:15 (winter time)" in html_report(given, made, lang="en")


def test_the_same_visit_of_another_day_is_another_event() -> None:
    def of(day: date) -> Event:
        given = problem([visit("V1")], [worker()], first_day=day)
        (event,) = events_of(calendar_of(given, plan(given, route(given, "W1", ("V1", "08:00"))), "W1"))
        return event

    assert of(date(2026, 3, 10))["UID"] != of(date(2026, 3, 11))["UID"]


def test_a_later_edition_says_that_it_is_later() -> None:
    def at(now: int) -> Event:
        given = replace(problem([visit("V1")], [worker()]), now=now)
        (event,) = events_of(calendar_of(given, plan(given, route(given, "W1", ("V1", "08:00"))), "W1"))
        return event

    before, after = at(0), at(30)
    assert before["UID"] == after["UID"]
    assert after.decoded("SEQUENCE") - before.decoded("SEQUENCE") == 30
    for stamp in ("DTSTAMP", "LAST-MODIFIED"):
        assert after.decoded(stamp) - before.decoded(stamp) == timedelta(minutes=30)


def test_a_moved_visit_keeps_its_event(lens: tuple[Problem, Plan]) -> None:
    """The same visit at the same worker's, ten minutes later: same UID, so the calendar moves it."""
    given, made = lens
    first = made.routes[0]
    stop = first.stops[-1]
    later = replace(stop, start=stop.start + 10, end=stop.end + 10)
    moved = replace(made, routes=(replace(first, stops=(*first.stops[:-1], later)), *made.routes[1:]))
    before, after = (events_of(calendar_of(given, one, first.worker_id))[-1] for one in (made, moved))
    assert before["UID"] == after["UID"]
    assert after.start - before.start == timedelta(minutes=10)


def test_calendars_keep_hostile_identifiers_as_text() -> None:
    given, made = hostile()
    (event,) = events_of(calendar_of(given, made, HOSTILE))
    assert str(event["SUMMARY"]).startswith(f"{HOSTILE}1 · S1:A")
    assert isinstance(event.start, datetime)


def test_a_worker_without_stops_has_an_empty_calendar() -> None:
    given = problem([visit("V1")], [worker()])
    assert events_of(calendar_of(given, plan(given), "W1")) == []


# -- tables ------------------------------------------------------------------------------------------------
def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text), delimiter=";"))


def test_the_stops_read_back_from_the_table(lens: tuple[Problem, Plan]) -> None:
    given, made = lens
    rows = rows_of(stops_csv(given, made))
    stops = [(one.worker_id, stop.visit_id) for one in made.routes for stop in one.stops]
    assert [(row["Intervenant(e)"], row["Intervention"]) for row in rows] == stops
    first = made.routes[0].stops[0]
    assert rows[0]["Date"] == "2026-03-10"
    assert rows[0]["Début"] == f"{given.horizon.instant(first.start):%H:%M}"
    assert float(rows[0]["Distance (km)"].replace(",", ".")) == first.metres / 1000


def test_the_table_opens_in_excel_and_in_english(lens: tuple[Problem, Plan]) -> None:
    assert stops_csv(*lens, excel=True).startswith("\ufeffDate;")
    assert not stops_csv(*lens).startswith("\ufeff")
    assert "Worker" in rows_of(stops_csv(*lens, "en"))[0]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_number_of_the_table_is_cut_at_its_thousands(lang: str) -> None:
    """At B by 07:20, then twenty hours of waiting for C: 1 190 min and not "1,190", which reads as one and a
    bit."""
    asked = problem([visit("V1", "B"), visit("V2", "C", day=1)], [worker(end="30:00")], days=2)
    made = plan(asked, route(asked, "W1", ("V1", "07:20"), ("V2", "28:20")))
    waits = [row[13] for row in csv.reader(StringIO(stops_csv(asked, made, lang)), delimiter=";")]
    assert waits[1:] == ["0", "1190"]


def test_a_tour_without_stops_leaves_the_page_readable() -> None:
    asked = problem([visit("V1")], [worker("W1"), worker("W2")])
    tour = route(asked, "W1", ("V1", "08:00"))
    empty = replace(tour, worker_id="W2", stops=())
    page = html_report(asked, plan(asked, tour, empty))
    assert "V1" in page


def test_no_identifier_runs_as_a_formula() -> None:
    for row in [*rows_of(stops_csv(*hostile())), *rows_of(uncovered_csv(*hostile()))]:
        assert row["Intervention"].startswith(f"'{HOSTILE}")
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row.values())


def test_the_uncovered_table_gives_reasons_and_an_action(lens: tuple[Problem, Plan]) -> None:
    given, made = lens
    rows = rows_of(uncovered_csv(given, made))
    assert len(rows) == len(made.uncovered) > 0
    assert all("22 min de trop" in row["Motifs"] and "Décaler" in row["Action possible"] for row in rows)


# -- terminal ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_terminal_text_ends_with_what_is_uncovered_and_why(lens: tuple[Problem, Plan], lang: str) -> None:
    given, made = lens
    text = terminal_text(given, made, judged(given, made, lens_facts()), lang)
    for visit_id in (one.visit_id for one in made.uncovered):
        assert f"\n{visit_id} [" in text
    assert all(f"{one.worker_id} · " in text for one in made.routes)
    assert text.rstrip().splitlines()[-1].startswith("  > ")


def test_only_the_terminal_says_what_to_type_for_an_action_that_nobody_sought(
    lens: tuple[Problem, Plan],
) -> None:
    given, made = lens
    first = made.uncovered[0].visit_id
    unsought = UncoveredVisit(first, (), Reason.of("action_not_sought", visit=first))
    made = replace(made, uncovered=(unsought, *made.uncovered[1:]))
    assert f"Pas encore cherchée ; à demander : brigade explain … --visit {first}\n" in terminal_text(
        given, made
    )
    page = html_report(given, made, judged(given, made, lens_facts()))
    assert "Pas encore cherchée" in page
    assert "brigade explain" not in page


def test_a_provider_is_shown_by_its_id_in_every_output(lens: tuple[Problem, Plan]) -> None:
    given, made = lens
    providers: tuple[Provider, ...] = given.providers
    text = terminal_text(given, made)
    assert all(one.id in text for one in providers)
