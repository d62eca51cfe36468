"""An OSRM server of our own: its binaries prepare an extract and serve it on loopback, as a child process.

Where the binaries come from: on Python 3.12 and later, `pip install "brigade-domicile[roads-osrm]"`.
On 3.11 that wheel's module does not import, but its binaries run: docs/travel.md says how; `bin_dir` or
BRIGADE_OSRM_BIN names their folder.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from brigade.errors import Clause, Issue
from brigade.travel.failures import TravelUnavailable

STEPS = ("osrm-extract", "osrm-partition", "osrm-customize", "osrm-routed")
# osrm-routed refuses tables of more places than it was told of at start.
LARGEST_TABLE = 2000


def osrm_binaries(bin_dir: Path | None = None) -> Path:
    """The folder that holds the four programs: `bin_dir`, BRIGADE_OSRM_BIN, the installed wheel, or the PATH.

    Raises: TravelUnavailable (T050), with what was looked at.
    """
    looked = [bin_dir] if bin_dir else [*_from_environment(), *_from_wheel(), *_from_path()]
    for folder in looked:
        if all((folder / step).is_file() for step in STEPS):
            return folder.resolve()
    found = [str(folder) for folder in looked] or Clause("no_folder_found")
    raise TravelUnavailable(
        [Issue("T050", "osrm", "osrm_not_there", {"programs": list(STEPS), "found": found})]
    )


def _from_environment() -> list[Path]:
    given = os.environ.get("BRIGADE_OSRM_BIN")
    return [Path(given)] if given else []


def _from_wheel() -> list[Path]:
    spec = importlib.util.find_spec("osrm")
    return [Path(spec.origin).parent / "bin"] if spec is not None and spec.origin else []


def _from_path() -> list[Path]:
    routed = shutil.which("osrm-routed")
    return [Path(routed).parent] if routed else []


def prepare(
    extract: Path, folder: Path, *, profile: str = "car", bin_dir: Path | None = None, threads: int = 1
) -> Path:
    """Build the graph of `extract` in `folder` (written to) with one of OSRM's profiles: car, bicycle or
    foot.

    Returns: the base path to serve. About 3 s for Liechtenstein, 40 s for Porto.
    Raises: TravelUnavailable (T050 programs missing, T051 a step failed, T021 no extract).
    """
    binaries = osrm_binaries(bin_dir)
    if not extract.is_file():
        raise TravelUnavailable([Issue("T021", extract.name, "no_extract")])
    folder.mkdir(parents=True, exist_ok=True)
    # OSRM writes beside its input, so the input is copied first: the caller's file may be read-only. Names
    # are given relative to the folder: OSRM would strip a `.osm` anywhere in a longer path.
    shutil.copyfile(extract, folder / extract.name)
    base = folder / extract.name.removesuffix(".pbf").removesuffix(".osm")
    lua = binaries.parent / "share" / "profiles" / f"{profile}.lua"
    _run(binaries / "osrm-extract", ["-p", str(lua), "-t", str(threads), extract.name], folder)
    _run(binaries / "osrm-partition", ["-t", str(threads), base.name], folder)
    _run(binaries / "osrm-customize", ["-t", str(threads), base.name], folder)
    return base


def _run(program: Path, arguments: Sequence[str], folder: Path) -> None:
    command = [str(program), *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode != 0:
        told = (done.stderr.strip() or done.stdout.strip()).splitlines()[-3:]
        raise TravelUnavailable(
            [
                Issue(
                    "T051",
                    program.name,
                    "osrm_program_failed",
                    {"met": " / ".join(told) or f"code {done.returncode}"},
                )
            ]
        )


@contextmanager
def osrm_child(base: Path, *, bin_dir: Path | None = None, start_within_s: float = 60.0) -> Iterator[str]:
    """Serve a prepared graph on a free loopback port while the block lasts; gives the URL.

    Raises: TravelUnavailable (T050 programs missing, T051 the child stopped, T030 not ready in time).
    """
    binaries = osrm_binaries(bin_dir)
    port = _free_port()
    child = subprocess.Popen(
        [
            str(binaries / "osrm-routed"),
            *("--algorithm", "mld", "--ip", "127.0.0.1", "--port", str(port)),
            *("--threads", "1", "--max-table-size", str(LARGEST_TABLE), "--verbosity", "ERROR"),
            base.name,
        ],
        cwd=base.parent,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _await_port(child, port, time.monotonic() + start_within_s)
        yield f"http://127.0.0.1:{port}"
    finally:
        # Asked, then killed: nothing of ours listens on once the block is left.
        child.terminate()
        with suppress(subprocess.TimeoutExpired):
            child.wait(timeout=5)
        child.kill()
        child.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_port(child: subprocess.Popen[bytes], port: int, deadline: float) -> None:
    while True:
        if child.poll() is not None:
            raise TravelUnavailable(
                [Issue("T051", "osrm-routed", "osrm_stopped", {"code": child.returncode})]
            )
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        if time.monotonic() > deadline:
            raise TravelUnavailable([Issue("T030", "osrm-routed", "osrm_not_ready")])
        time.sleep(0.05)
