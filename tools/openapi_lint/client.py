"""Has openapi-python-client read the OpenAPI document, says how many operations its client has, and lives a
day with it (`tools.openapi_lint.day_walk`) where a service is told of.

    python -m tools.openapi_lint.client DOCUMENT

In an environment with that generator; ends with exit code 1 where one lacks or is refused.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import subprocess
import sys
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.openapi_lint.day_walk import walk

SERVICE = "BRIGADE_CLIENT_SERVICE"
"""As `tools.openapi_lint.service` writes it: where the service is, and who may ask."""
METHODS = ("get", "put", "post", "delete", "patch")


def main(document: str) -> None:
    with TemporaryDirectory() as folder:
        made = Path(folder, "client")
        command = ("openapi-python-client", "generate", "--path", document, "--output-path", str(made))
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        sys.path.insert(0, str(made))
        wanted, loaded = _operations(document), _loaded()
        print(f"{len(loaded)} of {wanted} operations have a function in the client")
        if service := os.environ.get(SERVICE):
            print(f"{walk(**json.loads(service))} operations were called through it on a service")
    raise SystemExit(len(loaded) != wanted)


def _operations(document: str) -> int:
    paths = json.loads(Path(document).read_text("utf-8"))["paths"]
    return sum(method in METHODS for operations in paths.values() for method in operations)


def _loaded() -> list[str]:
    """The modules of operations, one each."""
    # The generator leaves out a space after a number, which Python warns of.
    warnings.simplefilter("ignore", SyntaxWarning)
    package = importlib.import_module("brigade_client.api")
    names = [one.name for one in pkgutil.walk_packages(package.__path__, "brigade_client.api.")]
    return [name for name in names if hasattr(importlib.import_module(name), "sync_detailed")]


if __name__ == "__main__":
    main(sys.argv[1])
