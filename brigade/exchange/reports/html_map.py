"""What the report's map shows: one line a worker, blurred stops, numbered crosses where nobody comes.

Tours are told apart by colour, then by the line's breaks and the stops' shape together, and by the worker's
id at the tour's first stop that has room. Crosses that blurring puts on one point share a number; the list
beside the map says whose it is. Where no room is left beside a cross, the number stands in its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from brigade.exchange.documents.rows import (
    StopRow,
    UncoveredRow,
    level_word,
    stop_rows,
    uncovered_rows,
)
from brigade.exchange.reports.map_labels import Label, Labels
from brigade.exchange.reports.map_svg import WIDTH, Frame, blurred, frame_of, scale_bar, shapes
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.words import duration, typeset, wall_span, word

# Colours told apart on a pale ground, contrast with it at least 3:1; after ten workers line and stops change
# as well.
COLOURS = (
    "#1f5fa8",
    "#c2410c",
    "#1b7a4b",
    "#8b2fa0",
    "#b0183f",
    "#0b7285",
    "#7a5200",
    "#4b4acb",
    "#5c7a00",
    "#44505f",
)
DASHES = ("", "9 5", "3 6", "14 5 3 5")
STOPS = (
    "m-6.5,0a6.5,6.5 0 1,0 13,0a6.5,6.5 0 1,0 -13,0",
    "m-5.5,-5.5h11v11h-11z",
    "m0,-8l8,8l-8,8l-8,-8z",
    "m0,-7.5l8,13h-16z",
)
"""Circle, square, diamond, triangle: paths from the middle of the stop."""
NAME, TOUR, NUMBER = 13.0, 14.0, 14.0
"""Heights of type of communes, tours and crosses, as in report.css."""
# How far labels keep from the middle of a cross, in drawing units.
MARK = 11.0


def look_of(order: int) -> dict[str, str]:
    """Colour, breaks and stops' shape of the n-th worker: forty looks before one comes again."""
    series = order // len(COLOURS)
    return {
        "colour": COLOURS[order % len(COLOURS)],
        "dash": DASHES[series % len(DASHES)],
        "stop": STOPS[series % len(STOPS)],
    }


def context(
    problem: Problem, plan: Plan, outlines: Mapping[str, Any] | None, lang: str
) -> dict[str, Any] | None:
    """The map's parts in drawing units; None where no place has coordinates."""
    rows = [row for row in stop_rows(problem, plan) if row.site and blurred(row.site)]
    missed = [row for row in uncovered_rows(problem, plan) if row.site and blurred(row.site)]
    shown = [site for site in (*(row.site for row in rows), *(row.site for row in missed)) if site]
    places = [place for site in shown if (place := blurred(site))]
    frame = frame_of(places)
    if frame is None:
        return None
    named = frozenset(site.commune for site in shown if site.commune)
    bar_km, bar = scale_bar(frame)
    tours = [
        _tour(problem, id, order, rows, frame, lang)
        for order, id in enumerate(dict.fromkeys(row.worker.id for row in rows))
    ]
    crosses = _crosses(missed, frame, lang)
    labels = Labels(WIDTH, frame.height)
    labels.keep_clear(((cross["x"], cross["y"]) for cross in crosses), MARK)
    labels.keep_clear(((dot["x"], dot["y"]) for tour in tours for dot in tour["dots"]), 7)
    labels.keep_clear([(20 + bar / 2, frame.height - 26)], bar / 2)
    for cross in crosses:
        cross["label"] = labels.beside(cross["number"], (cross["x"], cross["y"]), NUMBER, MARK)
    for tour in tours:
        tour["label"] = _tour_label(labels, tour)
    drawn = shapes(outlines, frame, named)
    return {
        "height": frame.height,
        "text": typeset(word("map_text", lang, tours=len(tours), stops=len(rows), missed=len(missed)), lang),
        "shapes": drawn,
        "names": [
            name for shape in drawn if shape.label and (name := labels.on(shape.name, shape.label, NAME))
        ],
        "tours": tours,
        "missed": crosses,
        "bar": bar,
        "bar_km": bar_km,
    }


def _tour_label(labels: Labels, tour: Mapping[str, Any]) -> Label | None:
    """The worker's id beside the first stop with room for it."""
    tried = (labels.beside(tour["worker"], (dot["x"], dot["y"]), TOUR, 9) for dot in tour["dots"])
    return next((label for label in tried if label), None)


def _tour(
    problem: Problem, worker_id: str, order: int, rows: Sequence[StopRow], frame: Frame, lang: str
) -> dict[str, Any]:
    own = [row for row in rows if row.worker.id == worker_id]
    points = [_point(row, frame) for row in own]
    served = sum(row.stop.end - row.stop.start for row in own)
    title = word("tour_title", lang, worker=worker_id, n=len(own), length=problem.horizon.minutes(served))
    return {
        "worker": worker_id,
        **look_of(order),
        "title": typeset(title, lang),
        "points": " ".join(f"{x:g},{y:g}" for x, y in points),
        "dots": [
            {"x": x, "y": y, "title": _dot(problem, row, lang)}
            for row, (x, y) in zip(own, points, strict=True)
        ],
    }


def _dot(problem: Problem, row: StopRow, lang: str) -> str:
    at, length = problem.horizon.instant, duration(problem.horizon.minutes(row.stop.end - row.stop.start))
    text = (
        f"{row.worker.id} · {row.order} · {row.visit.id} · "
        f"{wall_span(at(row.stop.start), at(row.stop.end), lang)}, {length}"
    )
    return typeset(f"{text} · {word(f'level.{row.visit.level}', lang)}", lang)


def _crosses(rows: Sequence[UncoveredRow], frame: Frame, lang: str) -> list[dict[str, Any]]:
    """One a point, the gravest visit's first: its number, its visits with their levels."""
    by_point: dict[tuple[float, float], list[UncoveredRow]] = {}
    for row in rows:
        by_point.setdefault(_point(row, frame), []).append(row)
    crosses = []
    for number, ((x, y), found) in enumerate(by_point.items(), 1):
        visits = [
            {
                "id": row.visit.id,
                "level": row.visit.level,
                "word": typeset(level_word(row.visit, lang), lang),
            }
            for row in found
        ]
        told = ", ".join(f"{one['id']} ({one['word']})" for one in visits)
        title = typeset(f"{number} · {told} · {word('not_covered_mark', lang)}", lang)
        crosses.append({"number": str(number), "x": x, "y": y, "title": title, "visits": visits})
    return crosses


def _point(row: StopRow | UncoveredRow, frame: Frame) -> tuple[float, float]:
    place = None if row.site is None else blurred(row.site)
    assert place is not None  # rows without a place were left out above
    return frame.point(*place)
