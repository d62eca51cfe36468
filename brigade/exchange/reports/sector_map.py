"""Sectors drawn commune by commune, as one SVG that stands by itself: a colour a sector, its name on it, and
beside it what it holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from brigade.exchange.reports.html_map import COLOURS
from brigade.exchange.reports.map_svg import WIDTH, CommuneShape, Frame, frame_of, scale_bar, shapes
from brigade.values.places import Sector
from brigade.words import typeset, word

SIZE, LINE = 15, 24
"""Height of type, and from one line of the legend to the next."""
MUTED, GROUND = "#444", "#fff"


def sector_map(
    sectors: Sequence[Sector], hours: Mapping[str, float], outlines: Mapping[str, Any], lang: str
) -> str | None:
    """None where no commune has an outline. Args: hours: of service a week, by sector."""
    frame = frame_of(
        (latitude, longitude) for longitude, latitude, *_ in _corners(outlines.get("features", ()))
    )
    if frame is None:
        return None
    colour_of = {one.id: COLOURS[number % len(COLOURS)] for number, one in enumerate(sectors)}
    sector_of = {code: one for one in sectors for code in one.communes}
    drawn = shapes(outlines, frame, frozenset(sector_of))
    legend = frame.height + LINE
    height = legend + LINE * (len(sectors) + 1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" role="img" '
        f'font-family="sans-serif" font-size="{SIZE}">',
        f"<title>{_text(word('sector_map.title', lang), lang)}</title>",
        f'<rect width="{WIDTH:g}" height="{height:g}" fill="{GROUND}"/>',
        *(_commune(one, colour_of[sector_of[one.code].id]) for one in drawn if one.code in sector_of),
        *_names(drawn, sector_of, lang),
        *_scale(frame, lang),
    ]
    for number, one in enumerate(sectors):
        y = legend + LINE * number
        said = word(
            "sector_map.line", lang, name=one.name, communes=len(one.communes), hours=round(hours[one.id])
        )
        parts.append(
            f'<rect x="12" y="{y - 13:g}" width="16" height="16" fill="{colour_of[one.id]}"/>'
            f'<text x="38" y="{y:g}">{_text(said, lang)}</text>'
        )
    return "\n".join([*parts, "</svg>\n"])


def _corners(features: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[float]]:
    for feature in features:
        form = feature["geometry"]
        polygons = form["coordinates"] if form["type"] == "MultiPolygon" else [form["coordinates"]]
        for polygon in polygons:
            yield from polygon[0]


def _commune(one: CommuneShape, colour: str) -> str:
    return (
        f'<path d="{one.path}" fill="{colour}" fill-opacity="0.55" fill-rule="evenodd" stroke="{GROUND}">'
        f"<title>{escape(one.name)}</title></path>"
    )


def _names(drawn: Sequence[CommuneShape], sector_of: Mapping[str, Sector], lang: str) -> Iterator[str]:
    """Each sector's, on the commune that it is called by."""
    for one in drawn:
        sector = sector_of.get(one.code)
        if sector is not None and one.label is not None and sector.id.endswith(one.code):
            x, y = one.label
            yield (
                f'<text x="{x:g}" y="{y:g}" text-anchor="middle" font-weight="bold" stroke="{GROUND}" '
                f'stroke-width="3" paint-order="stroke">{_text(sector.name, lang)}</text>'
            )


def _scale(frame: Frame, lang: str) -> Iterator[str]:
    km, length = scale_bar(frame)
    y = frame.height - 10
    yield f'<path d="M12,{y:g}h{length:g}" stroke="{MUTED}" stroke-width="2"/>'
    said = _text(word("sector_map.scale", lang, km=km), lang)
    yield f'<text x="12" y="{y - 6:g}" fill="{MUTED}">{said}</text>'


def _text(said: str, lang: str) -> str:
    return escape(typeset(said, lang))
