"""Finds OSRM's programs for the tests, or brings them into `.cache/`: `osrm_programs()` returns their folder.

On Python 3.12 and later the extra `roads-osrm` holds them. On 3.11 its module does not import but its
programs run, so the same wheel, pinned by its hash, is unpacked beside the code without being installed.
"""

from __future__ import annotations

import platform
import subprocess
import sys
import zipfile
from pathlib import Path

from brigade.travel.failures import TravelUnavailable
from brigade.travel.osrm_child import osrm_binaries

ROOT = Path(__file__).resolve().parents[1]
VERSION = "26.10.0"
HOME = ROOT / ".cache" / f"osrm-{VERSION}"
# sha256 as uv.lock states them, by machine.
WHEELS = {
    "x86_64": "840d6f82812eb9f9e17c71eb9083dfa15f3be2bfec4965c32aefa48b00d3a951",
    "aarch64": "df2d386949756b3de034662d2abb378ff1d60ee9b0d5e33c0da4080dc29164a4",
}


def osrm_programs() -> Path:
    """Raises: KeyError on a machine without a wheel, CalledProcessError when pip cannot bring it."""
    try:
        return osrm_binaries()
    except TravelUnavailable:
        pass
    folder = HOME / "osrm" / "bin"
    if not (folder / "osrm-routed").is_file():
        _bring()
    return osrm_binaries(folder)


def _bring() -> None:
    HOME.mkdir(parents=True, exist_ok=True)
    machine = platform.machine()
    wanted = HOME / "wanted.txt"
    wanted.write_text(f"osrm-bindings=={VERSION} --hash=sha256:{WHEELS[machine]}\n", encoding="utf-8")
    # The environment made by uv has no pip; the one that brought uv has.
    pip = ROOT / ".cache" / "uv" / "bin" / "pip"
    command = [str(pip)] if pip.is_file() else [sys.executable, "-m", "pip"]
    options = [
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--require-hashes",
        "--only-binary=:all:",
    ]
    place = ["--python-version", "3.12", "--platform", f"manylinux_2_28_{machine}", "--dest", str(HOME)]
    subprocess.run([*command, "download", *options, *place, "-r", str(wanted)], check=True, timeout=300)
    with zipfile.ZipFile(next(HOME.glob("osrm_bindings-*.whl"))) as wheel:
        wheel.extractall(HOME)
    for program in (HOME / "osrm" / "bin").iterdir():
        program.chmod(0o755)
