"""The storm: rain as designed, water that follows it, and the first closure in good time."""

from pathlib import Path

import pytest

from sensors.scenario import ScenarioError, load_scenario
from sensors.storm import Chicago, Ponding, daylight, delayed
from tests.scenario.played import FILE, site, storm

DESIGN = Chicago(total_mm=165, duration_min=720, peak_ratio=0.22, n=0.7, b_min=14)


def test_the_design_storm_adds_up_and_peaks_where_it_should() -> None:
    rain = DESIGN.by_minute()
    assert len(rain) == 720
    assert sum(rain) == pytest.approx(165)
    assert abs(rain.index(max(rain)) - 0.22 * 720) <= 1


def test_a_station_under_the_edge_gets_less_and_later() -> None:
    assert delayed([1.0, 2.0], 1, 0.5, 4) == [0.0, 0.5, 1.0, 0.0]


def test_water_comes_after_the_rain_and_drains_away() -> None:
    rain = [2.0] * 60 + [0.0] * 600
    depths = Ponding(drain_mm_per_h=20, depth_cm_per_mm=0.5, lag_min=10).depths(rain)
    assert depths[0] < depths[30] < depths[59]
    assert depths.index(max(depths)) > 59
    assert depths[-1] == 0.0


def test_a_drain_that_takes_all_leaves_the_road_dry() -> None:
    assert max(Ponding(120, 0.5, 5).depths([1.0] * 120)) == 0.0


def test_the_first_segment_reaches_its_closure_depth_within_a_minute_of_play() -> None:
    minutes = [
        next((m for m, d in enumerate(depth) if d >= site().segment[s].closure_depth_cm), None)
        for s, depth in storm().depth.items()
    ]
    first = min(m for m in minutes if m is not None)
    assert first * 60 / storm().speed < 60


def test_nights_are_dark_and_noons_are_light() -> None:
    assert daylight(1) == 0.0
    assert daylight(12.5) == 1.0


CHANGES = [
    ("total_mm: 165", "total_mm: -1", "rain.total_mm"),
    ("duration: 12h", "duration: soon", "rain.duration"),
    ("speed: 240", "speed: 6000", "speed"),
    ("form: chicago", "form: chicago, colour: blue", "rain.colour"),
    ("  ws-tielu:", "  ws-nowhere:", "stations.ws-nowhere"),
    ("  underpass-lanzhou-yanzhou:", "  underpass-nowhere:", "segments.underpass-nowhere"),
    ("wg-underpass-guiyang-zhaoyang", "wg-nowhere", "silences[0].device"),
]


@pytest.mark.parametrize(("old", "new", "path"), CHANGES, ids=[c[2] for c in CHANGES])
def test_a_fault_in_the_file_is_named_by_its_path(
    tmp_path: Path, old: str, new: str, path: str
) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "broken.yaml"
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(file, site())
    assert any(p.startswith(path) for p in caught.value.problems), caught.value.problems


def test_all_that_does_not_fit_the_site_is_told_at_once(tmp_path: Path) -> None:
    text = FILE.read_text(encoding="utf-8")
    for old, new, _ in CHANGES[-3:]:
        text = text.replace(old, new)
    file = tmp_path / "broken.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(file, site())
    told = "\n".join(caught.value.problems)
    assert all(path in told for _, _, path in CHANGES[-3:])


@pytest.mark.parametrize("content", [b"rain: [", b"", b"\xff\xfe"])
def test_a_file_that_is_no_yaml_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "broken.yaml"
    file.write_bytes(content)
    with pytest.raises(ScenarioError):
        load_scenario(file, site())
