"""Where the words of a map stand: each beside its point, none over another or over a mark; what finds no
place is left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

LETTER = 0.6
"""Width of a letter, of the height of the type: a little more than the mean of a sans serif."""
# Between a mark and its label, in drawing units: nearer, ink touches when the page is printed small.
GAP = 3.0

Box = tuple[float, float, float, float]
"""Left, top, right, bottom, in drawing units."""


@dataclass(frozen=True, slots=True)
class Label:
    """`x`, `y`: the middle of the text's base line, in drawing units."""

    text: str
    x: float
    y: float


@dataclass
class Labels:
    """The boxes taken so far. `width`, `height`: of the drawing, which no label leaves."""

    width: float
    height: float
    taken: list[Box] = field(default_factory=list)

    def keep_clear(self, points: Iterable[tuple[float, float]], radius: float) -> None:
        """Marks that no later label may cover."""
        self.taken += [(x - radius, y - radius, x + radius, y + radius) for x, y in points]

    def beside(self, text: str, point: tuple[float, float], size: float, away: float) -> Label | None:
        """The text at the first of eight places around a point, `away` from it, that is free; None: none
        is."""
        wide, (x, y) = len(text) * size * LETTER, point
        side, below, above = wide / 2 + away, size * 0.35, away + GAP
        places = [(x + side, y + below), (x - side, y + below), (x, y - above), (x, y + size + away)]
        places += [(x + right, y + down) for down in (-above, size + away) for right in (side, -side)]
        return self._first_free(text, places, size)

    def on(self, text: str, point: tuple[float, float], size: float) -> Label | None:
        """The text on a point, or a line or two above or below it."""
        x, y = point
        return self._first_free(text, [(x, y + step * size) for step in (0, -1.1, 1.1, -2.2, 2.2)], size)

    def _first_free(self, text: str, places: Sequence[tuple[float, float]], size: float) -> Label | None:
        wide = len(text) * size * LETTER
        for x, y in places:
            box = (x - wide / 2, y - size * 0.8, x + wide / 2, y + size * 0.25)
            if self._is_inside(box) and not any(_overlap(box, other) for other in self.taken):
                self.taken.append(box)
                return Label(text, round(x, 1), round(y, 1))
        return None

    def _is_inside(self, box: Box) -> bool:
        return box[0] >= 0 and box[1] >= 0 and box[2] <= self.width and box[3] <= self.height


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
