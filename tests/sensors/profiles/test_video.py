"""Video: Frigate, and the events of Hikvision and Huawei Cloud."""

import base64
from typing import Any

import pytest

from monitoring.domain.observations import Frame, Reason
from tests.sensors.profiles.bench import (
    JPEG,
    NOW,
    Bench,
    device,
    heard,
    profiles,
    reasons,
    shared,
    statuses,
    times,
    told,
)

HIKVISION = """<?xml version="1.0" encoding="UTF-8"?>
<EventNotificationAlert version="2.0" xmlns="http://www.isapi.org/ver20/XMLSchema">
<channelID>1</channelID><dateTime>2026-07-04T18:00:00+05:30</dateTime><eventType>{type}</eventType>
<eventState>{state}</eventState><eventDescription>A & B alarm</eventDescription>
</EventNotificationAlert>"""
VIAS: dict[str, Any] = {
    "task_id": "task7qe4sbmo", "stream_id": "123456", "timestamp": 1569418161,
    "event_type": 33816579, "image_base64": "", "message_id": "7BA3A6AE",
    "data": {"water_level_list": [{"water_level": 12.0, "polygon": [{"x": 494, "y": 302}]}]},
}  # fmt: skip


def test_a_snapshot_of_a_car_is_a_picture_of_the_camera() -> None:
    bench = heard("frigate", "front_door", "camera")
    assert bench.send("frigate/front_door/car/snapshot", JPEG) == [Frame("d", NOW, JPEG)]
    assert reasons(bench.send("frigate/front_door/car/snapshot", JPEG[:10])) == [Reason.NOT_JPEG]


def test_a_retained_snapshot_of_unknown_age_is_not_taken_for_live() -> None:
    bench = heard("frigate", "front_door", "camera")
    assert bench.send("frigate/front_door/car/snapshot", JPEG, retained=True) == []
    assert bench.ignored == 1


@pytest.mark.parametrize("topic", ["front_door/person/snapshot", "front_door/face/snapshot"])
def test_pictures_of_people_are_not_taken_in(topic: str) -> None:
    bench = heard("frigate", "front_door", "camera")
    assert bench.send(f"frigate/{topic}", JPEG) == []
    assert bench.ignored == 1


@pytest.mark.parametrize(
    ("topic", "name"),
    [
        ("events", "events_1.json"),
        ("reviews", "reviews_1.json"),
        ("triggers", "triggers_1.json"),
        ("tracked_object_update", "tracked_object_update_1.json"),
        ("tracked_object_update", "tracked_object_update_3.json"),
        ("front_door/person", "front_door_person_1.txt"),
        ("front_door/motion", "front_door_motion_ON.txt"),
        ("available", "available_online.txt"),
    ],
)
def test_what_frigate_tells_of_who_passes_is_ignored_on_purpose(topic: str, name: str) -> None:
    bench = heard("frigate", "front_door", "camera")
    assert bench.send(f"frigate/{topic}", shared(f"frigate/frigate_{name}")) == []
    assert bench.ignored == 1


def test_a_camera_without_video_and_a_recorder_that_stopped_are_gone() -> None:
    sources = [{"profile": "frigate", "id": name} for name in ("front_door", "yard")]
    bench = Bench([device(s["id"], s, kind="camera") for s in sources], profiles().values())
    status = shared("frigate/frigate_front_door_status_detect_offline.txt")
    assert statuses(bench.send("frigate/front_door/status/detect", status)) == [
        ("front_door", False)
    ]
    available = shared("frigate/frigate_available_offline.txt")
    assert statuses(bench.send("frigate/available", available, retained=True)) == [
        ("front_door", False), ("yard", False),
    ]  # fmt: skip


def test_a_classification_of_the_road_is_its_state() -> None:
    source = {"profile": "frigate", "id": "front_door"}
    camera, road = device("c", source, kind="camera"), device("r", source)
    bench = Bench([camera, road], profiles().values())
    topic = "frigate/front_door/classification/road"
    assert told(bench.send(topic, "flooded")) == {"road_state": "ponding"}
    assert bench.send(topic, "none") == []
    assert reasons(bench.send(topic, "cat")) == [Reason.BAD_VALUE]
    (frame,) = bench.send("frigate/front_door/car/snapshot", JPEG)
    assert isinstance(frame, Frame)
    assert frame.camera == "c"


def test_a_hikvision_ponding_event_is_a_road_state() -> None:
    bench = heard("hikvision-event", "nvr-1/1")
    event = HIKVISION.format(type="RoadPonding", state="active")
    readings = bench.send("hikvision/nvr-1/event", event)
    assert told(readings) == {"road_state": "ponding"}
    assert times(readings) == {"2026-07-04T12:30:00Z"}
    bare = event.replace(' xmlns="http://www.isapi.org/ver20/XMLSchema"', "")
    digital = bare.replace("channelID", "dynChannelID")
    assert told(bench.send("hikvision/nvr-1/event", bare)) == {"road_state": "ponding"}
    assert told(bench.send("hikvision/nvr-1/event", digital)) == {"road_state": "ponding"}


def test_no_video_loss_is_a_heartbeat_and_motion_is_ignored_on_purpose() -> None:
    bench = heard("hikvision-event", "nvr-1/1")
    for state, is_online in (("inactive", True), ("active", False)):
        heartbeat = HIKVISION.format(type="videoloss", state=state)
        assert statuses(bench.send("hikvision/nvr-1/event", heartbeat)) == [("d", is_online)]
    motion = HIKVISION.format(type="VMD", state="active")
    assert bench.send("hikvision/nvr-1/event", motion) == []
    assert bench.ignored == 1


@pytest.mark.parametrize(
    "payload",
    [
        '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        "<EventNotificationAlert>",
        "<a>" * 1000,
        "",
    ],
)
def test_xml_with_a_document_type_or_without_an_end_is_rejected(payload: str) -> None:
    bench = heard("hikvision-event", "nvr-1/1")
    assert reasons(bench.send("hikvision/nvr-1/event", payload)) == [Reason.PAYLOAD]


def test_a_camera_that_reads_a_gauge_board_gives_depth_and_picture() -> None:
    source = {"profile": "huawei-vias", "id": "123456"}
    gauge, camera = device("g", source, kind="gauge"), device("c", source, kind="camera")
    bench = Bench([gauge, camera], profiles().values())
    event = VIAS | {"image_base64": base64.b64encode(JPEG).decode()}
    readings = bench.send("vias/1", event)
    assert [r for r in readings if isinstance(r, Frame)] == [Frame("c", 1569418161_000_000, JPEG)]
    values = [r for r in readings if not isinstance(r, Frame)]
    assert told(values) == {"water_depth": "12 cm"}
    assert times(values) == {"2019-09-25T13:29:21Z"}
    broken = bench.send("vias/1", VIAS | {"image_base64": "/9j/…"})
    assert reasons(broken) == [Reason.NOT_JPEG]


def test_another_event_of_the_video_analysis_is_ignored_on_purpose() -> None:
    bench = heard("huawei-vias", "123456", "gauge")
    outlet = {**VIAS, "event_type": 34013185, "data": {"drainage_state": False}}
    assert bench.send("vias/1", outlet) == []
    assert bench.ignored == 1
