"""What processes of their own do in tests of how they end. It needs next to nothing, so that they begin at
once."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from api.runtime.processes import Processes


def prepare() -> None:
    pass


def die_once(url: str, principal: Any, clock: Any, act: Any, given: tuple[Any, ...], named: Any) -> int:
    """Ends its process as if memory had run out, as long as the file is there."""
    (mark,) = given
    if mark.exists():
        mark.unlink()
        os.kill(os.getpid(), signal.SIGKILL)
    return os.getpid()


def hold(mark: Path) -> None:
    """In C code that gives the interpreter to no other thread."""
    mark.touch()
    ctypes.PyDLL(None).sleep(3600)


def wait(mark: Path) -> None:
    mark.touch()
    time.sleep(3600)


if __name__ == "__main__":
    # A service that computes for ever.
    processes = Processes(1, prepare)
    processes.submit(wait, Path(sys.argv[1])).result()
