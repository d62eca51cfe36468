"""`make wheels`: one wheel a platform with its compiled kernels inside, and the source package, in `dist/`.

python -m tools.wheels                      every platform, cross-compiled on this machine
python -m tools.wheels --here -o folder     this machine's alone
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from solver.kernel.build import compile_kernel, shipped_name
from solver.kernel.variants import PLATFORMS, Platform, this_platform
from tools.kernels_hook import KERNELS, TAG

ROOT = Path(__file__).resolve().parents[1]


def uv() -> str:
    """The tool that reads the lock: the one asked for, the clone's own, or any on the PATH."""
    own = ROOT / ".cache" / "uv" / "bin" / "uv"
    found = os.environ.get("UV") or (str(own) if own.exists() else shutil.which("uv"))
    if found is None:
        raise SystemExit("uv is missing: `make .cache/uv/bin/uv`, or name it in UV")
    return found


def make_wheel(platform: Platform, folder: Path) -> Path:
    """Compile the platform's kernels, then build the wheel that carries them."""
    # The cross-compiler makes the start code and the C library's symbols of a target once.
    for scope in ("GLOBAL", "LOCAL"):
        os.environ.setdefault(f"ZIG_{scope}_CACHE_DIR", str(ROOT / ".cache" / "zig"))
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as kernels, tempfile.TemporaryDirectory() as built:
        for variant in platform.variants:
            compile_kernel(Path(kernels, shipped_name(variant)), [variant.command()])
        _build("--wheel", Path(built), {KERNELS: kernels, TAG: platform.tag})
        [wheel] = Path(built).glob("*.whl")
        return Path(shutil.move(wheel, folder / wheel.name))


def make_source(folder: Path) -> Path:
    """What is compiled where it is installed."""
    with tempfile.TemporaryDirectory() as built:
        _build("--sdist", Path(built), {})
        [source] = Path(built).glob("*.tar.gz")
        folder.mkdir(parents=True, exist_ok=True)
        return Path(shutil.move(source, folder / source.name))


def _build(kind: str, folder: Path, environment: dict[str, str]) -> None:
    command = [
        uv(),
        "build",
        kind,
        "--quiet",
        "--no-build-isolation",
        "--python",
        sys.executable,
        "--out-dir",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(command, check=True, env={**os.environ, **environment})


def chosen(names: Iterable[str], here: bool) -> list[Platform]:
    if here:
        own = this_platform()
        if own is None:
            raise SystemExit(f"no wheel is made for this platform; there are {', '.join(PLATFORMS)}")
        return [own]
    return [PLATFORMS[name] for name in names or PLATFORMS]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Wheels with compiled kernels inside.")
    parser.add_argument("--platform", action="append", default=[], choices=list(PLATFORMS))
    parser.add_argument("--here", action="store_true", help="this machine's platform alone")
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "dist")
    given = parser.parse_args(arguments)
    platforms = chosen(given.platform, given.here)
    made = [make_wheel(platform, given.output) for platform in platforms]
    if len(platforms) == len(PLATFORMS):
        made.append(make_source(given.output))
    for path in made:
        print(f"{path}  {path.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
