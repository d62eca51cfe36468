"""Which set a file belongs to, and the best value known for it."""

from __future__ import annotations

import gzip
import math
from pathlib import Path

import pytest

from brigade.errors import UnreadableInput
from scenarios.bench.sets import BestKnown, Family, best_known, samples, sniff
from scenarios.bench.sets.common import read_json
from scenarios.bench.sets.records import DATA
from tests.sayings import refusals

STRSP = "1 1  0 5 9  0 1 1  0 9 60  0 0 0  99 99 99  0 500  99 10  0 0 3 4"
BR2008 = "param NO_Staff = 2\n\n    ;\nparam NO_Visits = 3 ;\n"


def bks(folder: Path, text: str) -> Path:
    (folder / "instances").mkdir(parents=True)
    (folder / "bks.csv").write_text(text)
    return folder


@pytest.mark.parametrize(
    ("name", "text", "family"),
    [
        ("a.dat", BR2008, "br2008"),
        ("STRSP_RC_11_3.txt", "anything", "strsp"),
        ("renamed.txt", STRSP, "strsp"),
        ("renamed.txt", STRSP + " 8", None),
        ("a.json", '{"patients": [], "caregivers": [], "distances": [], "central_offices": []}', "hhcrsp"),
        (
            "a.json",
            '{"patients": [], "caregivers": [], "distances": [], "terminal_points": [], "metadata": {}}',
            "uhhc",
        ),
        ("a.json", '{"patients": [], "caregivers": [], "distances": []}', None),
        ("a.json", '{"routes": []}', None),
        ("a.json", '{"patients": ', None),
        ("a.json", '["patients", "caregivers", "distances", "central_offices"]', None),
        ("empty.txt", "", None),
    ],
)
def test_a_file_is_known_by_what_it_holds(tmp_path: Path, name: str, text: str, family: str | None) -> None:
    plain, packed = tmp_path / name, tmp_path / f"{name}.gz"
    plain.write_text(text)
    packed.write_bytes(gzip.compress(text.encode()))
    assert (sniff(plain), sniff(packed)) == (family, family)


def test_what_cannot_be_read_is_nobodys(tmp_path: Path) -> None:
    torn = tmp_path / "torn.json.gz"
    torn.write_bytes(gzip.compress(b'{"patients": []}')[:-6])
    assert (sniff(torn), sniff(tmp_path / "absent.json"), sniff(tmp_path)) == (None, None, None)


TORN = {
    "cut short": gzip.compress(b'{"patients": []}')[:-6],
    "overwritten": gzip.compress(b'{"patients": []}' * 9)[:14] + bytes(30),
    "no text": b"\xff\xfe\x00",
    "no JSON": b'{"patients": ',
    "a number too long": b"[" + b"9" * 5000 + b"]",
    "too deep": b"[" * 200_000,
}


@pytest.mark.parametrize("data", TORN.values(), ids=list(TORN))
def test_a_torn_file_is_refused_with_its_name(tmp_path: Path, data: bytes) -> None:
    torn = tmp_path / "torn.json.gz"
    torn.write_bytes(data)
    with pytest.raises(UnreadableInput) as refusal:
        read_json(torn)
    assert sniff(torn) is None
    assert [(issue.code, issue.where) for issue in refusals(refusal)] == [("B101", "torn.json.gz")]


def test_the_shipped_samples_are_sniffed_and_have_a_best_known_value() -> None:
    shipped: list[tuple[Family, int]] = [("uhhc", 6), ("hhcrsp", 16)]
    for family, count in shipped:
        paths = samples(family)
        assert len(paths) == count
        assert {sniff(path) for path in paths} == {family}
        assert all(best_known(family, path.name.removesuffix(".json.gz")) is not None for path in paths)


def test_kummer_samples_are_two_of_each_size() -> None:
    sizes = [int(path.name.split("_")[1]) for path in samples("hhcrsp")]
    assert sorted(sizes) == sorted([10, 25, 50, 75, 100, 200, 300, 400] * 2)


def test_each_shipped_set_keeps_its_licence_and_says_whose_it_is() -> None:
    for folder, owner in (("uhhc", "Ceschia"), ("hhcrsp-kummer", "Kummer")):
        assert (DATA / folder / "LICENSE.source").stat().st_size > 1000
        assert owner in (DATA / folder / "README.md").read_text()


def test_a_unified_record_is_a_whole_number_with_its_authors_time() -> None:
    record = best_known("uhhc", "i-235")
    assert record is not None
    assert (record.objective, record.sense, record.author_seconds) == (4702, "min", 21.9)


def test_a_record_rounded_to_three_decimals_gets_its_third_back() -> None:
    """106.667 stands for 320 / 3."""
    record = best_known("hhcrsp", "HHCRSP_10_3_11_0.4_R_C")
    assert record is not None
    assert record.objective == 320 / 3
    assert record.is_reached(320 / 3)
    assert not record.is_reached(321 / 3)


def test_the_two_unlicensed_sets_are_read_from_the_users_folder(tmp_path: Path) -> None:
    head = "instance,proved_optimal_here_cpsat,bks_travel_units,brkga_mean_s\n"
    folder = bks(tmp_path / "br", head + "case_1,1,274,1.7\ncase_9,0,,\n")
    record = best_known("br2008", "case_1", folder)
    assert record is not None
    assert (record.objective, record.is_proved, record.author_seconds) == (274, True, 1.7)
    assert best_known("br2008", "case_1", folder / "instances") == record
    assert best_known("br2008", "case_9", folder) is None
    assert best_known("br2008", "case_7", folder) is None


def test_priorities_are_maximised_within_the_authors_time_for_the_size(tmp_path: Path) -> None:
    folder = bks(tmp_path / "st", "instance,best_f1\nSTRSP_RC_5_1,373.738312\nmine,1.5\n")
    record, other = best_known("strsp", "STRSP_RC_5_1", folder), best_known("strsp", "mine", folder)
    assert record is not None
    assert other is not None
    assert (record.sense, record.author_seconds, other.author_seconds) == ("max", 240, None)
    assert record.gap(373.7383) == 0
    assert record.gap(372.738312) == pytest.approx(1 / 373.738312)
    assert record.gap(374.738312) == pytest.approx(-1 / 373.738312)


def test_a_gap_to_nothing_is_infinite_unless_reached() -> None:
    record = BestKnown(0, "min", 0, False, None, {})
    assert (record.gap(0), record.gap(2)) == (0, math.inf)


def test_without_a_folder_an_unlicensed_set_is_refused() -> None:
    with pytest.raises(UnreadableInput, match="B101"):
        best_known("strsp", "STRSP_C_1_1")


@pytest.mark.parametrize("text", ["instance,bks\ni-1,many\n", "instance,sa_mean_s\ni-1,3\n"])
def test_a_record_without_its_number_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UnreadableInput, match="B103"):
        best_known("uhhc", "i-1", bks(tmp_path / "u", text))
