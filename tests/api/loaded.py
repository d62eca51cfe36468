"""`python -m tests.api.loaded`: a process that has loaded the service, and forks one for each line it gets.

To load takes five seconds of a processor, more than most tests of a service of its own take beside. What is
forked has memory, files, threads and children of its own, and runs its program as `python -m` would: it is
stopped, killed and starved like any other. `tests/api/test_serving.py` begins the service from nothing.
"""

from __future__ import annotations

import json
import os
import runpy
import signal
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import TypedDict

LOADED = ("api.__main__", "api.app", "api.searches.search_process")


class Start(TypedDict):
    """`program`: a module and its arguments. `log`: where what it prints is added."""

    program: list[str]
    environment: Mapping[str, str]
    log: str


def fork_each() -> Start | None:
    """In each forked process what it is to start; None in the first one, once its input has ended."""
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            start: Start = json.loads(line)
            return start
        print(pid, flush=True)
    return None


def become(start: Start) -> None:
    nothing, log = (
        os.open(os.devnull, os.O_RDONLY),
        os.open(start["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT),
    )
    for source, target in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(start["environment"])
    sys.argv = start["program"]
    runpy.run_module(start["program"][0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    for name in LOADED:
        import_module(name)
    # What has ended is gone at once: nobody here asks how.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    given = fork_each()
    if given is not None:
        become(given)
