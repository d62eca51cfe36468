"""Processes of the service's own: spawned, and ended with it, whether it is stopped or killed."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection


class Processes(ProcessPoolExecutor):
    """Ends with the service: at once when it stops without waiting, or is killed."""

    def __init__(self, size: int, prepare: Callable[[], None]) -> None:
        """Args: prepare: called once in each process, before anything else."""
        # Spawned, not forked: a fork would inherit the service's threads, locks and database connections.
        context = multiprocessing.get_context("spawn")
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
