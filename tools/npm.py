"""Packages of the npm registry, one version each, checked against the sum that is written down here.

Only these tools ask the registry: nobody who runs Brigade needs npm or Node.
"""

from __future__ import annotations

import base64
import hashlib
import io
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path


class NoPackage(Exception):
    """The registry cannot be asked, or answers with something else than what is known."""


@dataclass(frozen=True, slots=True)
class Package:
    """One version. `integrity`: base64 of its sha512, as `npm view NAME@VERSION dist.integrity` states it."""

    name: str
    version: str
    integrity: str

    def archive(self) -> bytes:
        """Raises: NoPackage."""
        npm = shutil.which("npm")
        if npm is None:
            raise NoPackage("npm is not on the PATH")
        with tempfile.TemporaryDirectory() as work:
            command = [npm, "pack", "--silent", f"{self.name}@{self.version}", "--pack-destination", work]
            subprocess.run(command, check=True, cwd=work, stdout=subprocess.DEVNULL, timeout=600)
            [archive] = Path(work).glob("*.tgz")
            content = archive.read_bytes()
        if hashlib.sha512(content).digest() != base64.b64decode(self.integrity):
            raise NoPackage(f"{self.name} {self.version} is not the archive we know: its sha512 differs")
        return content

    def files(self) -> dict[str, bytes]:
        """Path inside the package -> content. Raises: NoPackage."""
        with tarfile.open(fileobj=io.BytesIO(self.archive())) as package:
            return {
                member.name.removeprefix("package/"): file.read()
                for member in package.getmembers()
                if (file := package.extractfile(member))
            }
