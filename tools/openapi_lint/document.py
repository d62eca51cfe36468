"""Writes the OpenAPI document of the service, as it is served.

python -m tools.openapi_lint.document FILE
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from api.app import create_app
from api.runtime.settings import Settings


def main(file: str) -> None:
    with TemporaryDirectory() as folder:
        database = Path(folder) / "brigade.db"
        settings = Settings.model_validate({"database_url": f"sqlite:///{database}", "folder": folder})
        app = create_app(settings, dispatches=False)
        Path(file).write_text(json.dumps(app.openapi(), ensure_ascii=False, indent=1) + "\n", "utf-8")
        app.state.service.database.close()


if __name__ == "__main__":
    main(sys.argv[1])
