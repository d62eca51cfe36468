"""One door to every source: how it is named, what it refuses, what it adds the same way whatever the
source."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from brigade.travel.failures import TravelUnavailable
from brigade.travel.geometry import points_of
from brigade.travel.road_graph import read_network
from brigade.travel.source import OPTIONS, SourceKind, TravelSpec, travel_for
from brigade.travel.travel_assumptions import BUILT_IN
from brigade.units import Horizon
from brigade.values.places import Site, TravelMode
from tests.sayings import refusals

HORIZON = Horizon(date(2026, 3, 9))
PARIS = Path(__file__).parents[2] / "data" / "osm" / "paris_bss.osm.pbf"
CORNERS = [
    Site("up", None, 48.8679927, 2.3586403),
    Site("down", None, 48.8686145, 2.3555189),
    Site("east", None, 48.8663457, 2.3802389),
]


def test_a_source_is_named_in_a_few_words() -> None:
    assert TravelSpec.parse("estimate") == TravelSpec()
    assert TravelSpec.parse("roads:maps/a,b.osm.pbf,traffic=1.2,access=3,snap=500,margin=5") == TravelSpec(
        SourceKind.ROADS, "maps/a,b.osm.pbf", traffic=1.2, access_minutes=3, max_snap_m=500, margin_km=5
    )
    assert TravelSpec.parse("osrm:http://a:5000,e_bike=http://b:5001,batch=100") == TravelSpec(
        SourceKind.OSRM, "http://a:5000", batch=100, servers={TravelMode.E_BIKE: "http://b:5001"}
    )
    assert TravelSpec.parse("valhalla:https://v.example/path,timeout=5").location == "https://v.example/path"


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("guess", ["travel"]),
        ("roads", ["travel.location"]),
        ("estimate:somewhere", ["travel.location"]),
        ("osrm:localhost:5000", ["travel.location"]),
        ("valhalla:ftp://server", ["travel.location"]),
        ("osrm:http://a,foot=b", ["travel.location"]),
        ("estimate,traffic=fast,acess=2", ["travel.traffic", "travel.acess"]),
        ("estimate,traffic=0,access=-1,batch=0", ["travel.traffic", "travel.access", "travel.batch"]),
        ("estimate,traffic=nan", ["travel.traffic"]),
        ("estimate,foot=http://a", ["travel.foot"]),
        ("roads:x.osm.pbf,snap=0,margin=-1,timeout=0", ["travel.snap", "travel.margin", "travel.timeout"]),
    ],
)
def test_a_source_that_cannot_be_read_is_refused_with_every_fault(text: str, places: list[str]) -> None:
    with pytest.raises(TravelUnavailable) as refusal:
        travel_for(CORNERS, [TravelMode.CAR], HORIZON, text)
    assert [(issue.code, issue.where) for issue in refusals(refusal)] == [("T040", place) for place in places]


def test_an_option_that_cannot_be_read_says_what_it_wants_and_an_unknown_one_which_there_are() -> None:
    with pytest.raises(TravelUnavailable) as refusal:
        TravelSpec.parse("estimate,traffic=fast,acess=2,batch=1.5")
    told = [(issue.what, issue.hint) for issue in refusals(refusal)]
    assert told[0] == ("« fast »", "un facteur de 0,1 à 10 : traffic=1.2")
    assert told[1] == ("option inconnue : « acess=2 »", f"une option parmi {', '.join(OPTIONS)}")
    assert told[2] == ("« 1.5 »", "un entier de 1 à 5000 : batch=50")


@pytest.mark.parametrize("scheme", ["ftp", "http"])
def test_a_password_in_an_address_is_refused_and_not_repeated(scheme: str) -> None:
    with pytest.raises(TravelUnavailable) as refusal:
        TravelSpec.parse(f"osrm:{scheme}://user:secret@host:5000")
    assert "secret" not in str(refusal.value)


def test_roads_pay_access_on_top_of_the_way_and_keep_both_directions() -> None:
    matrix = travel_for(CORNERS, [TravelMode.CAR], HORIZON, f"roads:{PARIS},access=2")[TravelMode.CAR]
    minutes, metres = read_network(PARIS, [TravelMode.CAR]).times(CORNERS, points_of(CORNERS), TravelMode.CAR)
    assert matrix.ticks[1, 0] == np.ceil(minutes[1, 0] + 2)
    assert matrix.metres[0, 1] == round(metres[0, 1])
    assert matrix.metres[0, 1] < matrix.metres[1, 0]
    assert (np.diag(matrix.ticks) == 0).all()
    assert matrix.source == "roads paris_bss.osm.pbf"


def test_traffic_slows_the_way_and_not_the_parking() -> None:
    horizon = Horizon(date(2026, 3, 9), ticks_per_minute=60)
    free, jammed = (
        travel_for(CORNERS, [TravelMode.CAR], horizon, f"roads:{PARIS},access=2,traffic={factor}")[
            TravelMode.CAR
        ]
        for factor in (1, 2)
    )
    moving = free.ticks[0, 2] - 120
    assert jammed.ticks[0, 2] - 120 == pytest.approx(2 * moving, abs=2)


def test_a_bus_on_roads_waits_at_the_stop_unless_feet_are_faster() -> None:
    """Next door (238 m, 2.9 min on foot, half a minute of stairs) one walks; 14 min of wait and access make
    the rest."""
    modes = [TravelMode.BUS, TravelMode.FOOT]
    matrices = travel_for(CORNERS, modes, HORIZON, f"roads:{PARIS}")
    bus, foot = matrices[TravelMode.BUS], matrices[TravelMode.FOOT]
    assert bus.between("up", "down") == foot.between("up", "down")
    assert 14 < bus.ticks[1, 2] <= foot.ticks[1, 2]
    alone = travel_for(CORNERS, [TravelMode.BUS], HORIZON, f"roads:{PARIS}")
    assert list(alone) == [TravelMode.BUS]
    assert (alone[TravelMode.BUS].ticks == bus.ticks).all()


def test_modes_come_back_in_the_order_asked_each_once() -> None:
    modes = [TravelMode.FOOT, TravelMode.CAR, TravelMode.FOOT]
    matrices = travel_for(CORNERS, modes, HORIZON, "estimate")
    assert list(matrices) == [TravelMode.FOOT, TravelMode.CAR]
    assert matrices[TravelMode.CAR].site_ids == ("up", "down", "east")


def test_edited_assumptions_reach_every_source(tmp_path: Path) -> None:
    """Parking 11.5 rather than 1.5 min: ten minutes more, estimated or on roads."""
    edited = tmp_path / "mine.toml"
    edited.write_text(
        BUILT_IN.read_text(encoding="utf-8").replace("value = 1.5,", "value = 11.5,", 1), encoding="utf-8"
    )
    for source in ("estimate", f"roads:{PARIS}"):
        usual = travel_for(CORNERS, [TravelMode.CAR], HORIZON, source)[TravelMode.CAR]
        slower = travel_for(CORNERS, [TravelMode.CAR], HORIZON, f"{source},assumptions={edited}")[
            TravelMode.CAR
        ]
        assert slower.ticks[0, 1] == usual.ticks[0, 1] + 10


def test_a_site_without_a_road_is_told_once_for_modes_that_share_their_roads() -> None:
    far = [*CORNERS, Site("lens", None, 50.43, 2.83)]
    with pytest.raises(TravelUnavailable) as refusal:
        travel_for(far, [TravelMode.CAR, TravelMode.LICENCE_FREE_CAR], HORIZON, f"roads:{PARIS}")
    assert [(issue.code, issue.where) for issue in refusals(refusal)] == [("T023", "sites[3]")]
