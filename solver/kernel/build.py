"""From C sources to a loaded library: the one that came with the wheel, else one compiled for this machine
and kept.

A library is named after its sources, their header and, where it was compiled here, what this processor can
do, so that neither a stale one is ever loaded nor one made for another machine (an image built here and run
there). The compiler is the machine's own (`cc`) when there is one, else the one that the `ziglang` package
carries (extra `compile`).
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from brigade.errors import BrigadeError, Clause, SaidError
from solver.kernel.functions import FUNCTIONS
from solver.kernel.header import HEADER, header_text
from solver.kernel.variants import Variant, processor, this_variant

SOURCES = Path(__file__).parent
SHIPPED = SOURCES / "shipped"
"""The libraries of a wheel; a clone and a source package have none."""
FLAGS: tuple[str, ...] = ("-std=c11", "-O3", "-march=native", "-shared", "-fPIC", "-ffp-contract=off")
"""No fused multiply-add: the kernel's sums are the same whatever the machine."""
CHOICE = "BRIGADE_KERNEL"
"""`native`: compile for this very processor even where a wheel's library would do. Else a library's path."""
LIMIT_S = 300.0
"""For one compiler: on a machine under full load the slowest took a minute."""


class NoCompiler(SaidError):
    """The kernel could not be compiled; the clause says what was tried."""


class StaleHeader(BrigadeError):
    """C would read the arrays otherwise than Python lays them out."""


class NotExecutable(SaidError):
    """The system refuses to run a kernel from any of its folders; the clause says from which."""


def compilers() -> list[list[str]]:
    """Commands to try, the machine's own first."""
    own = [[found] for name in ("cc", "gcc", "clang") if (found := shutil.which(name))]
    return [*own[:1], [sys.executable, "-m", "ziglang", "cc"]]


def sources() -> list[Path]:
    """Every C file of the kernel, headers included: a folder a subject, in the order of their paths."""
    return sorted(SOURCES.rglob("*.[ch]"))


def sources_digest() -> str:
    """Of everything the kernel is made of but the compiler's flags."""
    digest = hashlib.sha256(header_text().encode())
    for source in sources():
        digest.update(source.read_bytes())
    return digest.hexdigest()


def shipped_name(variant: Variant) -> str:
    return f"kernel-{variant.name}-{sources_digest()[:16]}.so"


def library_paths() -> list[Path]:
    """Where a library compiled here of these very sources may live: the folder `BRIGADE_CACHE`, then the
    user's own cache."""
    # A home may be shared by machines: what one compiles for itself must not be loaded on another.
    made_for = (sources_digest(), FLAGS, platform.machine(), processor())
    name = f"kernel-{hashlib.sha256(repr(made_for).encode()).hexdigest()[:16]}.so"
    asked = os.environ.get("BRIGADE_CACHE")
    return [folder / name for folder in (*([Path(asked)] if asked else []), *_own_cache())]


def _own_cache() -> list[Path]:
    """None for a user without a home, as some containers have them."""
    try:
        return [Path.home() / ".cache" / "brigade"]
    except RuntimeError:
        return []


def candidates() -> list[Path]:
    """The libraries that may be loaded as they are, the preferred one first; those that exist."""
    asked = os.environ.get(CHOICE, "")
    if asked not in ("", "native"):
        return [Path(asked)]
    variant = None if asked else this_variant()
    shipped = [] if variant is None else [SHIPPED / shipped_name(variant)]
    return [path for path in (*shipped, *library_paths()) if path.exists()]


def compile_kernel(target: Path, commands: Sequence[Sequence[str]] | None = None) -> None:
    """Compile into `target` in one step (a half-written library is never seen).

    Args: commands: compilers with their flags, tried in turn; by default this machine's, for this machine.
    Raises: NoCompiler, StaleHeader.
    """
    header = SOURCES / HEADER.name
    if header.exists() and header.read_text("utf-8") != header_text():
        raise StaleHeader(f"{header} is not what Python says; write it anew with `make kernel-headers`")
    target.parent.mkdir(parents=True, exist_ok=True)
    said = list[Clause]()
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        built = Path(folder, "kernel.so")
        # The carried compiler keeps a cache of its own, by default in a home that may be read-only.
        caches = {f"ZIG_{scope}_CACHE_DIR": str(Path(folder, "zig")) for scope in ("GLOBAL", "LOCAL")}
        for command in commands or [[*compiler, *FLAGS] for compiler in compilers()]:
            whole = [*command, str(SOURCES / "kernel.c"), "-lm", "-o", str(built)]
            failure = _run(whole, {**caches, **os.environ})
            if failure is None:
                # Two processes may compile at once: each puts a whole library there, and either will do.
                os.replace(built, target)
                return
            said.append(Clause("compiler_failed", {"command": " ".join(command), "failure": failure}))
    raise NoCompiler(Clause("kernel_not_compiled", {"tried": said}))


def _run(command: Sequence[str], environment: Mapping[str, str]) -> Clause | str | None:
    """Why the command failed, None when it did its work."""
    # A group of its own: a compiler starts others, which would outlive it and hold its pipes open.
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=environment,
        start_new_session=True,
    ) as process:
        try:
            said, _ = process.communicate(timeout=LIMIT_S)
        except BaseException as ended:
            os.killpg(process.pid, signal.SIGKILL)
            if isinstance(ended, subprocess.TimeoutExpired):
                return Clause("stopped_after", {"seconds": round(LIMIT_S)})
            raise
    return None if process.returncode == 0 else said.strip()[-2000:]


def _compiled() -> ctypes.CDLL:
    """Compiled into the first folder that lets us write and run: an image's own may let us do neither."""
    unwritten, refused = [], []
    for path in library_paths():
        try:
            compile_kernel(path)
        except OSError as error:
            unwritten.append(str(error))
            continue
        try:
            return ctypes.CDLL(str(path))
        except OSError as error:
            refused.append(str(error))
    if refused:
        raise NotExecutable(Clause("kernel_not_executable", {"said": [*refused, *unwritten]}))
    raise NoCompiler(Clause("no_folder_for_kernel", {"said": unwritten}))


def is_ready() -> bool:
    """Whether a library is there already, so that nothing has to be compiled first."""
    return bool(candidates())


@cache
def load_kernel() -> ctypes.CDLL:
    """The library, compiled on first use. Calls release the interpreter lock.

    Raises: NoCompiler, NotExecutable.
    """
    library = _loaded()
    for name, function in FUNCTIONS.items():
        entry = getattr(library, name)
        # ctypes takes an int for whatever it is not told: a cost of 64 bits would come back cut.
        entry.restype = function.returns.argtype if function.returns else None
        entry.argtypes = [parameter.argtype for parameter in function.parameters.values()]
    return library


def _loaded() -> ctypes.CDLL:
    refused = []
    for path in candidates():
        try:
            return ctypes.CDLL(str(path))
        except OSError as error:
            refused.append(str(error))
    if os.environ.get(CHOICE, "") not in ("", "native"):
        raise NotExecutable(Clause("kernel_not_executable", {"said": refused}))
    return _compiled()
