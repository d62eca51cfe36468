"""Runs a command beside a service of the tests' small basin, on a Monday at 06:40, and ends as it does.

    python -m tools.openapi_lint.service COMMAND…

The command finds in `BRIGADE_CLIENT_SERVICE` where the service is and who may ask it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.api.conftest import PASSWORD, world_on
from tests.api.live import Live, set_clock
from tools.openapi_lint.client import SERVICE


def main(*command: str) -> int:
    with TemporaryDirectory() as made:
        folder = Path(made)
        url = f"sqlite:///{folder / 'brigade.db'}"
        world = world_on(url, folder)
        world.service.database.close()
        set_clock(url)
        with Live(url, folder, world.tokens) as live:
            live.start()
            tokens = {role.value: token for role, token in world.tokens.items()}
            told = {"address": live.address, "tokens": tokens, "password": PASSWORD}
            environment = {**os.environ, SERVICE: json.dumps(told)}
            return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
