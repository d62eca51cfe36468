"""`python -m tools.communes FOLDER`: writes brigade/data/communes.csv.gz from the unpacked npm package
`@etalab/decoupage-administratif` (its `data/communes.json`) and from the generator's table, which adds points
and areas."""

from __future__ import annotations

import csv
import gzip
import json
import sys
from io import StringIO
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
POINTS = ROOT / "scenarios" / "generator" / "data" / "communes.csv.gz"
TABLE = ROOT / "brigade" / "data" / "communes.csv.gz"
COLUMNS = ("code", "name", "postcodes", "latitude", "longitude", "area_km2")


def table(communes: list[dict[str, Any]], points: dict[str, dict[str, str]]) -> str:
    """One row a code, present communes before delegated ones of the same code; several post codes joined by a
    space."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    present_first = sorted(communes, key=lambda one: (one["code"], one["type"] != "commune-actuelle"))
    seen: set[str] = set()
    for one in present_first:
        if one["code"] in seen:
            continue
        seen.add(one["code"])
        known = points.get(one["code"], {})
        place = [known.get(name, "") for name in COLUMNS[3:]]
        writer.writerow([one["code"], one["nom"], " ".join(one.get("codesPostaux", ())), *place])
    return text.getvalue()


def main(folder: str) -> None:
    communes = json.loads((Path(folder) / "data" / "communes.json").read_text("utf-8"))
    with gzip.open(POINTS, "rt", encoding="utf-8") as file:
        points = {row["code"]: row for row in csv.DictReader(file)}
    data = table(communes, points).encode()
    TABLE.write_bytes(gzip.compress(data, 9, mtime=0))
    rows = data.count(b"\n") - 1
    print(f"{TABLE.relative_to(ROOT)}: {rows} communes, {TABLE.stat().st_size} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
