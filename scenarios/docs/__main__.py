"""`python -m scenarios.docs`: writes the pages of `docs/` that come from data."""

from __future__ import annotations

from pathlib import Path

from scenarios.docs import rules_page

PAGES = {rules_page.PATH: rules_page.rules_page}


def main(root: Path = Path()) -> None:
    """Write every generated page under `root`, the folder that holds `docs/`."""
    for path, page in PAGES.items():
        (root / path).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
