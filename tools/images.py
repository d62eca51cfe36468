"""`python -m tools.images`: a release build takes its base images by digest, so that a tag moved meanwhile
changes nothing.

python -m tools.images --check     refuses every image of Dockerfile and compose.yaml without `@sha256:…`
(needs no network) python -m tools.images --pin       asks the registry for the digest of each tag
(`docker buildx imagetools`) and writes it
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILES = ("Dockerfile", "compose.yaml")
NAMED = re.compile(r"^(?:FROM|\s*image:)\s+(?P<image>\S+)", re.MULTILINE)
DIGEST = re.compile(r"@sha256:[0-9a-f]{64}$")
OWN = frozenset({"brigade"})
"""What compose.yaml builds itself."""


def images(text: str) -> list[str]:
    """The images of others that a Dockerfile or a compose file names, in order."""
    stages = set(re.findall(r"^FROM\s+\S+\s+AS\s+(\S+)", text, re.MULTILINE | re.IGNORECASE))
    return [image for image in NAMED.findall(text) if image not in stages | OWN]


def loose(text: str) -> list[str]:
    """Those by tag alone."""
    return [image for image in images(text) if not DIGEST.search(image)]


def pinned(text: str, digests: dict[str, str]) -> str:
    """Args: digests: by image and tag, as `sha256:…`."""
    for image, digest in digests.items():
        text = re.sub(rf"(?<=\s){re.escape(image)}(?=\s|$)", f"{image}@{digest}", text)
    return text


def digest_of(image: str) -> str:
    """Asks the registry. Raises: CalledProcessError, where there is none or it cannot be reached."""
    asked = ["docker", "buildx", "imagetools", "inspect", image, "--format", "{{.Manifest.Digest}}"]
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()


def main(arguments: list[str]) -> int:
    if arguments == ["--pin"]:
        for name in FILES:
            path = ROOT / name
            text = path.read_text("utf-8")
            path.write_text(pinned(text, {image: digest_of(image) for image in loose(text)}), "utf-8")
        return 0
    found = [f"{name}: {image}" for name in FILES for image in loose((ROOT / name).read_text("utf-8"))]
    print(
        *(f"{one} has no digest: python -m tools.images --pin" for one in found),
        sep="\n",
        file=sys.stderr,
        end="\n" * bool(found),
    )
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
