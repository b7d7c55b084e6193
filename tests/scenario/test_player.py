"""The player publishes what devices would: the storm's own figures, when it is their time."""

from datetime import timedelta

import pytest

from monitoring.domain.site import Device, DeviceKind
from tests.scenario.played import START, Tape, play, site, storm

STATIONS = [d for d in site().devices if d.kind is DeviceKind.STATION]
GAUGES = [d for d in site().devices if "water_depth" in d.quantities]


@pytest.fixture(scope="module")
def whole() -> Tape:
    return play(timedelta(minutes=storm().minutes - 1))


def test_playing_twice_publishes_the_same() -> None:
    assert play(timedelta(hours=1)).messages == play(timedelta(hours=1)).messages


@pytest.mark.parametrize("station", STATIONS, ids=lambda d: d.id)
def test_a_station_reports_all_the_rain_that_falls_on_it(whole: Tape, station: Device) -> None:
    name = station.id
    told = sum(r["v"] for pack in whole.records(name) for r in pack if r["n"] == "rainfall")
    share = storm().file.stations[name]
    # A storm that comes late may have its tail after the scenario's end; a tip is 0.1 mm.
    assert told == pytest.approx(sum(storm().rain[name][:-1]), abs=0.11)
    assert told == pytest.approx(share.factor * storm().file.rain.total_mm, rel=0.01)


def test_nothing_is_of_a_time_that_has_not_come(whole: Tape) -> None:
    for published, topic, _ in whole.messages:
        assert topic.startswith("donggang/")
        assert published >= START
    for gauge in (*GAUGES, *STATIONS):
        stamps = [pack[0]["bt"] for pack in whole.records(gauge.id)]
        sent = [
            t.timestamp() for t, topic, _ in whole.messages if topic.endswith(f"obs/{gauge.id}")
        ]
        assert stamps == pytest.approx(sent, abs=1e-3)


def test_a_device_that_falls_silent_says_offline_and_comes_back(whole: Tape) -> None:
    (silence,) = storm().file.silences
    topic = f"donggang/status/{silence.device}"
    said = [(t - START, body) for t, name, body in whole.messages if name == topic]
    assert [body for _, body in said] == [b"offline", b"online"]
    cadence = site().device[silence.device].cadence
    assert timedelta(0) <= said[0][0] - silence.start < cadence
    assert timedelta(0) <= said[1][0] - silence.start - silence.length < cadence
    times = [pack[0]["bt"] - START.timestamp() for pack in whole.records(silence.device)]
    gap = (silence.start.total_seconds(), (silence.start + silence.length).total_seconds())
    assert not [t for t in times if gap[0] <= t < gap[1]]


def test_cameras_publish_pictures_on_their_topic() -> None:
    tape = play(timedelta(minutes=6), pictures=True)
    pictures = [body for _, topic, body in tape.messages if "/frame/" in topic]
    assert pictures
    assert all(body.startswith(b"\xff\xd8") for body in pictures)
