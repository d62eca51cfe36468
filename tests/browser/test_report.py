"""The report as a coordinator opens it: from a file, offline, on a desk and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from brigade.exchange.reports.html import html_report
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from tests.report_sample import lens_facts, lens_outlines, lens_plan, lens_problem

SIZES = {"desk": (1280, 900), "wall": (1920, 1080), "phone": (360, 780)}


@dataclass(frozen=True)
class Opened:
    """A report in a browser, with every request and console message it made."""

    page: Page
    problem: Problem
    plan: Plan
    requests: list[str]
    messages: list[str]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Problem, Plan]:
    problem = lens_problem(workers=3, visits=20)
    plan = lens_plan(problem)
    path = tmp_path_factory.mktemp("report") / "rapport.html"
    path.write_text(html_report(problem, plan, lens_facts(), outlines=lens_outlines()), encoding="utf-8")
    return path, problem, plan


@pytest.fixture(params=SIZES)
def opened(
    request: pytest.FixtureRequest, browser: Browser, report: tuple[Path, Problem, Plan]
) -> Iterator[Opened]:
    width, height = SIZES[request.param]
    path, problem, plan = report
    context = browser.new_context(viewport={"width": width, "height": height}, locale="fr-FR", offline=True)
    made = Opened(context.new_page(), problem, plan, [], [])
    made.page.on("request", lambda one: made.requests.append(one.url))
    made.page.on("console", lambda one: made.messages.append(one.text))
    made.page.on("pageerror", lambda one: made.messages.append(str(one)))
    made.page.goto(path.as_uri())
    yield made
    context.close()


def test_the_report_asks_nothing_from_outside_and_logs_no_error(opened: Opened) -> None:
    opened.page.get_by_role("button", name="W01").click()
    assert [url for url in opened.requests if not url.startswith(("file:", "data:"))] == []
    assert opened.messages == []


def test_uncovered_visits_come_first_with_their_reasons_and_an_action(opened: Opened) -> None:
    cards = opened.page.locator("#uncovered li[data-visit]")
    assert cards.count() == len(opened.plan.uncovered) > 0
    first = cards.first
    assert first.get_attribute("data-visit") == min(
        (one.visit_id for one in opened.plan.uncovered),
        key=lambda id: (
            opened.problem.visit_by_id[id].level,
            opened.problem.visit_by_id[id].windows[0].earliest,
            id,
        ),
    )
    assert "22\u00a0min de trop" in first.locator(".reasons li").first.inner_text()
    assert "Décaler l’horaire" in first.locator(".action").inner_text()
    headings = opened.page.locator("main h2")
    assert headings.first.inner_text() == f"{len(opened.plan.uncovered)} interventions non couvertes"


def test_every_worker_has_a_timeline_with_all_stops(opened: Opened) -> None:
    for route in opened.plan.routes:
        lane = opened.page.locator(f"[data-lane='{route.worker_id}']")
        visits = lane.locator(".seg.visit")
        assert set(visits.all_inner_texts()) >= {stop.visit_id for stop in route.stops}
        left, right = lane.locator(".lane").bounding_box(), visits.last.bounding_box()
        assert left is not None
        assert right is not None
        assert left["x"] <= right["x"] <= left["x"] + left["width"]


def test_the_route_sheet_opens_and_reads_in_order(opened: Opened) -> None:
    route = opened.plan.routes[0]
    sheet = opened.page.locator(f"[data-sheet='{route.worker_id}']")
    sheet.locator("summary").click()
    own = [one for one in opened.plan.routes if one.worker_id == route.worker_id]
    told = sheet.locator("tbody tr td:nth-child(2)").all_inner_texts()
    assert told == [stop.visit_id for one in own for stop in one.stops]


def test_indicators_and_rules_are_read_in_tables(opened: Opened) -> None:
    row = opened.page.locator("#indicators tr", has_text="Interventions couvertes").locator("td")
    assert row.inner_text() == str(len(opened.plan.covered))
    assert "toutes respectées" in opened.page.locator("#rules").inner_text()
    assert opened.page.locator("table:not(:has(caption))").count() == 0


def test_choosing_a_worker_brings_the_tour_forward_by_keyboard_too(opened: Opened) -> None:
    button = opened.page.get_by_role("button", name="W02")
    button.focus()
    opened.page.keyboard.press("Enter")
    assert button.get_attribute("aria-pressed") == "true"
    assert opened.page.locator(".tour.on").get_attribute("data-worker") == "W02"
    opened.page.keyboard.press("Enter")
    assert opened.page.locator(".tour.on").count() == 0


def test_the_page_never_scrolls_sideways(opened: Opened) -> None:
    """Wide parts scroll inside themselves."""
    wide, seen = opened.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert wide <= seen


def test_every_table_can_be_read_without_scrolling_it(opened: Opened) -> None:
    """On a phone a row of a wide table is a card, each cell under its heading."""
    opened.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert opened.page.locator("table.wide td").count() > 0
    beyond = opened.page.evaluate(
        "[...document.querySelectorAll('table.wide td, table.wide tbody th')]"
        ".filter(cell => cell.getBoundingClientRect().right > "
        "window.innerWidth + 1).map(cell => cell.textContent)"
    )
    assert beyond == []


def test_the_page_uses_the_width_it_has(opened: Opened) -> None:
    section = opened.page.locator("#tours").bounding_box()
    assert section is not None
    assert section["width"] >= 0.93 * opened.page.evaluate("window.innerWidth")


def test_every_visit_that_is_not_covered_has_its_number_on_the_map(opened: Opened) -> None:
    crosses = opened.page.locator("#map [data-missed]")
    listed = opened.page.locator("#map .missed-list li")
    assert crosses.count() == listed.count() > 0
    assert crosses.locator(".number").all_text_contents() == [str(n + 1) for n in range(crosses.count())]
    named = " ".join(listed.all_inner_texts())
    assert all(f"{one.visit_id} " in named for one in opened.plan.uncovered)


def test_printing_opens_every_route_sheet(opened: Opened) -> None:
    opened.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert opened.page.locator("details:not([open])").count() == 0


def test_text_stands_out_from_its_ground(opened: Opened) -> None:
    """White on each priority's colour reaches 4.5:1 (WCAG 2, AA)."""
    ratios = opened.page.evaluate(CONTRAST)
    assert len(ratios) > 0
    assert min(ratios) >= 4.5


CONTRAST = """() => {
  const channel = v => { v /= 255; return v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4); };
  const light = c => {
    const [r, g, b] = c.match(/[\\d.]+/g).map(Number);
    return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  };
  return [...document.querySelectorAll('.seg.visit, .tag')].map(e => {
    const style = getComputedStyle(e), a = light(style.color), b = light(style.backgroundColor);
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  });
}"""
