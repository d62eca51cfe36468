"""From C sources to a loaded library, compiled once for this machine and kept.

The library is named after its sources, their header and what this processor can do, so that neither a stale
one is ever loaded nor one made for another machine (an image built here and run there).
The compiler is the machine's own (`cc`) when there is one, else the one that the `ziglang` package carries.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from brigade.errors import BrigadeError
from solver.kernel.functions import FUNCTIONS
from solver.kernel.header import HEADER, header_text

SOURCES = Path(__file__).parent
FLAGS: tuple[str, ...] = ("-std=c11", "-O3", "-march=native", "-shared", "-fPIC", "-ffp-contract=off")
"""No fused multiply-add: the kernel's sums are the same whatever the machine."""


class NoCompiler(BrigadeError):
    """The kernel could not be compiled; the message says what was tried."""


class StaleHeader(BrigadeError):
    """C would read the arrays otherwise than Python lays them out."""


def compilers() -> list[list[str]]:
    """Commands to try, the machine's own first."""
    own = [[found] for name in ("cc", "gcc", "clang") if (found := shutil.which(name))]
    return [*own[:1], [sys.executable, "-m", "ziglang", "cc"]]


def library_paths() -> list[Path]:
    """Where the library of these very sources may live: the folder `BRIGADE_CACHE`, then the user's own
    cache."""
    digest = hashlib.sha256(repr((header_text(), FLAGS, platform.machine(), processor())).encode())
    for source in sorted(SOURCES.glob("*.[ch]")):
        digest.update(source.read_bytes())
    asked, own = os.environ.get("BRIGADE_CACHE"), Path.home() / ".cache" / "brigade"
    return [
        folder / f"kernel-{digest.hexdigest()[:16]}.so" for folder in (*([Path(asked)] if asked else []), own)
    ]


def processor() -> str:
    """What the code made with `-march=native` needs: the features that Linux lists, elsewhere the processor's
    name."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        lines = []
    return next(
        (line for line in lines if line.lower().startswith(("flags", "features"))), platform.processor()
    )


def compile_kernel(target: Path) -> None:
    """Compile into `target` in one step (a half-written library is never seen). Raises: NoCompiler,
    StaleHeader."""
    header = SOURCES / HEADER.name
    if header.exists() and header.read_text("utf-8") != header_text():
        raise StaleHeader(f"{header} is not what Python says; write it anew with `make kernel-headers`")
    target.parent.mkdir(parents=True, exist_ok=True)
    said = []
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        built = Path(folder, "kernel.so")
        for compiler in compilers():
            command = [*compiler, *FLAGS, str(SOURCES / "kernel.c"), "-lm", "-o", str(built)]
            run = subprocess.run(command, capture_output=True, text=True, check=False)
            if run.returncode == 0:
                os.replace(built, target)
                return
            said.append(f"{' '.join(compiler)} : {run.stderr.strip()[-2000:]}")
    raise NoCompiler("le noyau de calcul n'a pas pu être compilé :\n" + "\n".join(said))


def _compiled() -> Path:
    """The library in the first folder that lets us write: an image's own may not."""
    said = []
    for path in library_paths():
        try:
            compile_kernel(path)
        except OSError as refused:
            said.append(str(refused))
        else:
            return path
    raise NoCompiler("aucun dossier où compiler le noyau de calcul :\n" + "\n".join(said))


@cache
def load_kernel() -> ctypes.CDLL:
    """The library, compiled on first use. Calls release the interpreter lock. Raises: NoCompiler."""
    library = ctypes.CDLL(str(next((path for path in library_paths() if path.exists()), None) or _compiled()))
    for name, function in FUNCTIONS.items():
        entry = getattr(library, name)
        entry.restype = function.returns.argtype if function.returns else None
        entry.argtypes = [parameter.argtype for parameter in function.parameters.values()]
    return library
