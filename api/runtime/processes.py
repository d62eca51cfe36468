"""Processes of the service's own: forked from one that is loaded, and ended with the service, whether it is
stopped or killed."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from functools import cache
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext

LOADED = (
    "api.imports.uploads",
    "api.basin.resource_kinds",
    "api.searches.search_process",
    "api.service.compute_pool",
    "api.board.board",
    "api.board.undone_changes",
    "api.board.visit_places",
    "api.cycle.imposing",
    "api.plans.attention",
    "api.plans.draft_edits",
    "api.plans.questions",
    "api.plans.what_if",
    "holidays.countries",
)
"""What whoever reads files, searches or computes needs: loaded once, and shared by all of them."""


@cache
def forks() -> ForkServerContext:
    """Whose processes are forked from one that has loaded what they need and holds nothing of the service: no
    database, no key, no lock, no thread. To load it in each of them would take seconds of a processor."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(LOADED))
    return context


class Processes(ProcessPoolExecutor):
    """Ends with the service: at once when it stops without waiting, or is killed."""

    def __init__(self, size: int, prepare: Callable[[], None]) -> None:
        """Args: prepare: called once in each process, before anything else."""
        context = forks()
        # The end kept here is closed by the system however this process ends, which the others hear.
        line, self._line = context.Pipe(duplex=False)
        super().__init__(size, mp_context=context, initializer=_begin, initargs=(line, prepare))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        # As `kill_workers` of later Pythons. By their ids, not by the line alone: a thread of theirs hears
        # the line, and does not come to its turn as long as C code holds their interpreter.
        running = [] if wait else list((self._processes or {}).values())
        if not wait:
            self._line.close()
        super().shutdown(wait, cancel_futures=cancel_futures)
        for process in running:
            process.kill()


def _begin(line: Connection, prepare: Callable[[], None]) -> None:
    """Args: line: nothing is ever said on it; it ends with the service."""
    prepare()
    threading.Thread(target=_end_with, args=(line,), name="line", daemon=True).start()


def _end_with(line: Connection) -> None:
    # A killed service cannot end its pool: an orphan would compute unseen, and then wait for work for ever.
    with suppress(EOFError, OSError):
        line.recv_bytes()
    os._exit(1)
