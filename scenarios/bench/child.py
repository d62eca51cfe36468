"""One measurement in one process: a clean start, one core, one thread, nothing left over from the run before.

`alone` starts `python -m scenarios.bench.child MODULE:FUNCTION` with the job as JSON on its input. The child
keeps to one core where the system lets it, and answers with one line of JSON after `MARK`; whatever an engine
prints before is not its answer.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from brigade.errors import BrigadeError

MARK = "@@ "
ROOT = Path(__file__).resolve().parents[2]
ONE_THREAD = dict.fromkeys(
    (
        "OPENBLAS_NUM_THREADS",
        "OMP_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMBA_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
    ),
    "1",
)


class NoAnswer(BrigadeError):
    """A measurement ended without an answer; the message holds what it said last."""


def alone(target: str, job: Mapping[str, Any], patience_s: float) -> dict[str, Any]:
    """What `target` ("module:function") answers to `job`, run in a process of its own.

    Raises: NoAnswer, when it fails or takes longer than `patience_s`.
    """
    # The measured code is this checkout's, whatever is installed beside it.
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    environment = {**os.environ, **ONE_THREAD, "PYTHONPATH": path}
    command = [sys.executable, "-m", "scenarios.bench.child", target]
    try:
        # A fresh interpreter each time: memory once held is not given back, and would count for the next
        # engine.
        run = subprocess.run(
            command,
            input=json.dumps(job),
            capture_output=True,
            text=True,
            env=environment,
            timeout=patience_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NoAnswer(f"{target}: nothing after {patience_s:.0f} s ({json.dumps(job)})") from None
    answers = [line.removeprefix(MARK) for line in run.stdout.splitlines() if line.startswith(MARK)]
    if not answers:
        # The end of what it said: engines print pages before they fail.
        raise NoAnswer(f"{target} ({json.dumps(job)}) : {run.stderr.strip()[-1500:]}")
    answer: dict[str, Any] = json.loads(answers[-1])
    return answer


def peak_mb() -> float:
    """The most memory this process ever held. `getrusage` would count what its parent held before the
    start."""
    status = Path("/proc/self/status")
    if status.exists():
        kib = next(line for line in status.read_text("ascii").splitlines() if line.startswith("VmHWM:"))
        return int(kib.split()[1]) / 1024
    import resource  # absent on Windows, where there is no such figure to read

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024)


def keep_to_one_core() -> None:
    if hasattr(os, "sched_setaffinity"):
        # The last core: interrupts and the parent mostly live on the first.
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def main(target: str) -> None:
    keep_to_one_core()
    module, _, name = target.partition(":")
    answer = getattr(importlib.import_module(module), name)(json.load(sys.stdin))
    # On a line of its own, whatever an engine has left unfinished before it.
    print(f"\n{MARK}{json.dumps(answer)}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
