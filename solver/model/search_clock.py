"""One clock for all engines: the deadline, the user's stop, and who is told of progress."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from solver.model.search_settings import Progress, SearchSettings

# Seconds: as often as an eye sees a number change.
TELL_EVERY_S = 0.2


class SearchClock:
    """Started when the search is; engines ask it whether to go on."""

    def __init__(
        self,
        settings: SearchSettings,
        stop: threading.Event | None = None,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> None:
        # Monotonic: a wall clock that is set back would make a search run for hours.
        self._started = time.monotonic()
        self._whole_limit = self._limit = settings.time_limit_s if settings.iterations is None else None
        self._stop = stop or threading.Event()
        self._on_progress = on_progress
        self._told = -TELL_EVERY_S
        self._lock = threading.Lock()

    def keep_back(self, seconds: float) -> None:
        """End the search that much earlier, for what has to be done after it."""
        if self._limit is not None:
            self._limit = max(0.0, self._limit - seconds)

    @property
    def limit_s(self) -> float:
        """Seconds from the start at which the search is to end; 0 under a work limit."""
        return self._limit or 0.0

    @property
    def elapsed_s(self) -> float:
        return time.monotonic() - self._started

    @property
    def left_s(self) -> float:
        """Seconds left; infinite under a work limit."""
        return float("inf") if self._limit is None else self._limit - self.elapsed_s

    @property
    def share(self) -> float:
        """Share of the time that is gone, 0 to 1; 0 under a work limit."""
        return 0.0 if not self._limit else min(1.0, self.elapsed_s / self._limit)

    def is_half_of(self, left_s: float) -> Callable[[], bool]:
        """A condition that comes true when half of `left_s` has gone from now."""
        until = self.elapsed_s + 0.5 * left_s
        return lambda: self.is_over or self.elapsed_s >= until

    @property
    def is_stopped(self) -> bool:
        return self._stop.is_set()

    @property
    def is_over(self) -> bool:
        return self.is_stopped or self.left_s <= 0

    def is_up_after(self, share: float, least_s: float = 0.0) -> Callable[[], bool]:
        """A condition that comes true once `share` of the user's whole time has gone from now, `least_s` at
        the least, or the user has stopped; never under a work limit."""
        until = (
            None if self._whole_limit is None else self.elapsed_s + max(least_s, share * self._whole_limit)
        )
        return lambda: self.is_stopped or (until is not None and self.elapsed_s >= until)

    def tell(
        self, objective: int, bound: int | None, covered: int, iterations: int, *, at_once: bool = False
    ) -> None:
        """Report progress, a few times a second at the most."""
        # Two engines tell of progress from two threads; unlocked, both could pass the same moment.
        with self._lock:
            if self._on_progress and (at_once or self.elapsed_s - self._told >= TELL_EVERY_S):
                self._told = self.elapsed_s
                self._on_progress(Progress(self.elapsed_s, objective, bound, covered, iterations))
