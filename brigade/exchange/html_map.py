"""What the report's map shows: one coloured line a worker, blurred stops, crosses where nobody comes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from brigade.exchange.map_svg import Frame, blurred, frame_of, scale_bar, shapes
from brigade.exchange.rows import StopRow, stop_rows, uncovered_rows
from brigade.plan import Plan
from brigade.problem import Problem
from brigade.words import duration, typeset, wall_span, word

# Colours told apart on a pale ground, contrast with it at least 3:1; after ten workers the line is broken as well.
COLOURS = ("#1f5fa8", "#c2410c", "#1b7a4b", "#8b2fa0", "#b0183f", "#0b7285", "#7a5200", "#4b4acb", "#5c7a00", "#44505f")
DASHES = ("", "9 5", "3 6", "14 5 3 5")


def colour_of(order: int) -> str:
    return COLOURS[order % len(COLOURS)]


def dash_of(order: int) -> str:
    return DASHES[order // len(COLOURS) % len(DASHES)]


def context(problem: Problem, plan: Plan, outlines: Mapping[str, Any] | None, lang: str) -> dict[str, Any] | None:
    """The map's parts in drawing units; None where no place has coordinates."""
    rows = [row for row in stop_rows(problem, plan) if blurred(row.site)]
    missed = [row for row in uncovered_rows(problem, plan) if blurred(row.site)]
    shown = [*(row.site for row in rows), *(row.site for row in missed)]
    places = [place for site in shown if (place := blurred(site))]
    frame = frame_of(places)
    if frame is None:
        return None
    named = frozenset(site.commune for site in shown if site.commune)
    bar_km, bar = scale_bar(frame)
    orders = {worker: order for order, worker in enumerate(dict.fromkeys(row.worker.id for row in rows))}
    return {
        "height": frame.height,
        "text": typeset(word("map_text", lang, tours=len(orders), stops=len(rows), missed=len(missed)), lang),
        "shapes": shapes(outlines, frame, named),
        "tours": [_tour(problem, id, order, rows, frame, lang) for id, order in orders.items()],
        "missed": [_missed(row, frame, lang) for row in missed],
        "legend": [(id, colour_of(order)) for id, order in orders.items()],
        "bar": bar,
        "bar_km": bar_km,
    }


def _tour(problem: Problem, worker_id: str, order: int, rows: list[StopRow], frame: Frame, lang: str) -> dict[str, Any]:
    own = [row for row in rows if row.worker.id == worker_id]
    points = [_point(row, frame) for row in own]
    served = sum(row.stop.end - row.stop.start for row in own)
    title = word("tour_title", lang, worker=worker_id, n=len(own), length=problem.horizon.minutes(served))
    return {
        "worker": worker_id,
        "colour": colour_of(order),
        "dash": dash_of(order),
        "title": typeset(title, lang),
        "points": " ".join(f"{x:g},{y:g}" for x, y in points),
        "dots": [{"x": x, "y": y, "title": _dot(problem, row, lang)} for row, (x, y) in zip(own, points, strict=True)],
    }


def _dot(problem: Problem, row: StopRow, lang: str) -> str:
    at, length = problem.horizon.instant, duration(problem.horizon.minutes(row.stop.end - row.stop.start))
    text = f"{row.worker.id} · {row.order} · {row.visit.id} · {wall_span(at(row.stop.start), at(row.stop.end), lang)}, {length}"
    return typeset(f"{text} · {word(f'level.{row.visit.level}', lang)}", lang)


def _missed(row: Any, frame: Frame, lang: str) -> dict[str, Any]:
    x, y = _point(row, frame)
    title = f"{row.visit.id} · {word(f'level.{row.visit.level}', lang)} · {word('not_covered_mark', lang)}"
    return {"id": row.visit.id, "x": x, "y": y, "title": typeset(title, lang)}


def _point(row: Any, frame: Frame) -> tuple[float, float]:
    place = blurred(row.site)
    assert place is not None  # rows without a place were left out above
    return frame.point(*place)
