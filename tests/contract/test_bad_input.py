"""Whatever is wrong with an input, the answer is the same: refused whole, with place, value met and something
to try."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from brigade.errors import InvalidPlan, InvalidProblem, Refused, UnreadableInput
from brigade.exchange.documents.plan_document import read_plan
from brigade.exchange.lending_document import read_agreements
from brigade.exchange.reading import read_any
from brigade.values.plan import Plan
from brigade.words import SaidIssue
from solver.lending.planned_basin import PlannedBasin, refuse_apart
from tests.faults.base import Fault, put, sound, table, tables
from tests.faults.documents import FORMS, TEXTS, VALUES, VISIT, WORKER
from tests.faults.lendings import LENDINGS
from tests.faults.sheets import CELLS, FILES, PLANS
from tests.sayings import assert_in_one_language, refusals

INPUTS = [*TEXTS, *FORMS, *VALUES, *FILES, *CELLS]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def assert_told(fault: Fault, issues: Sequence[SaidIssue]) -> None:
    found = [issue for issue in issues if issue.code == fault.code]
    assert found, f"{fault.code} expected, met: {[str(issue) for issue in issues]}"
    assert any(fault.where in issue.where and fault.met in issue.what for issue in found), [
        str(issue) for issue in found
    ]
    assert all(issue.where and issue.what and issue.hint for issue in issues)


@pytest.mark.parametrize("fault", INPUTS, ids=lambda fault: fault.name)
def test_a_spoilt_input_is_refused_with_place_value_and_hint(fault: Fault, tmp_path: Path) -> None:
    path = fault.spoil(tmp_path)
    before = contents(tmp_path)
    with pytest.raises((UnreadableInput, InvalidProblem)) as refused:
        read_any(path)
    assert_told(fault, refusals(refused))
    assert_in_one_language(refused.value.issues)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("fault", PLANS, ids=lambda fault: fault.name)
def test_a_spoilt_plan_is_refused_with_place_value_and_hint(fault: Fault, tmp_path: Path) -> None:
    path = fault.spoil(tmp_path)
    with pytest.raises(InvalidPlan) as refused:
        read_plan(path, sound())
    assert_told(fault, refusals(refused))
    assert_in_one_language(refused.value.issues)


@pytest.mark.parametrize("fault", LENDINGS, ids=lambda fault: fault.name)
def test_spoilt_agreements_between_basins_are_refused_with_place_value_and_hint(
    fault: Fault, tmp_path: Path
) -> None:
    told = read_agreements(fault.spoil(tmp_path))
    basins = [PlannedBasin(read_any(path), Plan(())) for path in sorted(tmp_path.glob("basin-*.json"))]
    with pytest.raises(InvalidProblem) as refused:
        refuse_apart(basins, told)
    assert_told(fault, refusals(refused))
    assert_in_one_language(refused.value.issues)


def test_the_sound_input_is_taken(tmp_path: Path) -> None:
    """Or the faults above would prove nothing."""
    assert read_any(put("version", 1)(tmp_path)).visits == sound().visits
    assert read_any(tables(tmp_path)).visits == sound().visits


def test_at_least_sixty_different_faults_are_tried() -> None:
    assert len({fault.name for fault in INPUTS}) >= 60
    assert len({fault.code for fault in INPUTS}) >= 60


def test_all_faults_of_form_come_at_once(tmp_path: Path) -> None:
    def spoil(visit: dict[str, object]) -> dict[str, object]:
        return {
            **visit,
            "duration_min": "long",
            "priority": "P9",
            "surprise": 1,
            "windows": [{"earliest": "2026-03-09T08:00"}],
        }

    with pytest.raises(UnreadableInput) as refused:
        read_any(put(VISIT, spoil)(tmp_path))
    assert sorted(issue.code for issue in refusals(refused)) == ["D101", "D102", "D103", "D104", "D107"]


def test_all_faults_between_values_come_at_once(tmp_path: Path) -> None:
    def spoil(worker: dict[str, object]) -> dict[str, object]:
        return {
            **worker,
            "employer_id": "E9",
            "start_site": "Z",
            "cents_per_km": -1,
            "competencies": ["MAGIC"],
            "territory": [],
        }

    with pytest.raises(InvalidProblem) as refused:
        read_any(put(WORKER, spoil)(tmp_path))
    assert sorted(issue.code for issue in refusals(refused)) == ["P202", "P202", "P215", "P216", "P311"]


def test_all_faults_of_several_tables_come_at_once(tmp_path: Path) -> None:
    folder = table("interventions", ";60;", ";long;")(tmp_path)
    for name, old, new in (
        ("saad", "associatif", "?"),
        ("horaires", "08:00", "28:00"),
        ("sites", "identifiant", "code"),
    ):
        path = folder / f"{name}.csv"
        path.write_text(path.read_text("utf-8-sig").replace(old, new, 1), "utf-8-sig")
    with pytest.raises(Refused) as refused:
        read_any(folder)
    places = {(issue.code, issue.where.split(",")[0]) for issue in refusals(refused)}
    assert places >= {
        ("C102", "interventions.csv"),
        ("C105", "saad.csv"),
        ("C104", "horaires.csv"),
        ("C005", "sites.csv"),
    }


def test_a_column_spoilt_from_top_to_bottom_is_told_a_hundred_times_and_counted(tmp_path: Path) -> None:
    folder = tables(tmp_path)
    rows = "\r\n".join(f"voiture;H;A;longtemps;{row};given" for row in range(2000))
    (folder / "trajets.csv").write_text("mode;de;vers;minutes;mètres;source\r\n" + rows, "utf-8")
    with pytest.raises(UnreadableInput) as refused:
        read_any(folder)
    found = [issue for issue in refusals(refused) if issue.code == "C102"]
    assert len(found) == 101
    assert "1 900 autres" in found[-1].what


def test_a_table_that_cannot_be_read_is_not_told_as_missing_too(tmp_path: Path) -> None:
    path = tables(tmp_path)
    (path / "saad.csv").write_bytes("identifiant;nom\nS1;SAAD\n".encode("utf-16"))
    (path / "sites.csv").write_text('identifiant;commune\nA;62498\nB;"62498\n', "utf-8")
    with pytest.raises(UnreadableInput) as refused:
        read_any(path)
    found = {issue.where: issue for issue in refusals(refused)}
    assert {where: issue.code for where, issue in found.items()} == {"saad.csv": "C004", "sites.csv": "C011"}
    assert found["sites.csv"].what == "guillemet ouvert vers la ligne 3"


def test_a_missing_table_is_told_once_not_for_every_row_that_names_it(tmp_path: Path) -> None:
    path = tables(tmp_path)
    (path / "interventions.csv").unlink()
    with pytest.raises(UnreadableInput) as refused:
        read_any(path)
    assert [issue.code for issue in refusals(refused)] == ["C002"]


def test_an_id_given_twice_is_told_with_both_rows_and_nothing_else(tmp_path: Path) -> None:
    path = tables(tmp_path) / "interventions.csv"
    content = path.read_text("utf-8-sig")
    first = content.splitlines()[1]
    path.write_text(content + first + "\n", "utf-8")
    rows = len(content.splitlines())
    with pytest.raises(InvalidProblem) as refused:
        read_any(path.parent)
    (issue,) = refusals(refused)
    assert (issue.code, issue.where) == (
        "P101",
        f"interventions.csv, ligne 2 et interventions.csv, ligne {rows + 1}",
    )
