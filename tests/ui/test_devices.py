"""The list of devices, the quarantine and the candidates, as the browser reads them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from dash import html

from monitoring.domain.devices import ANNOUNCED, NATIVE, Candidate, DeviceBound
from monitoring.domain.instants import to_us
from monitoring.domain.observations import Quality, Reason, Reject
from monitoring.domain.quarantine import Backlog, StoredReject, Trial
from monitoring.domain.site import Device, DeviceKind
from monitoring.services.devices import BoundDevice
from monitoring.services.picture import DeviceState, DeviceView
from monitoring.web.language import Language
from monitoring.web.ui.components.candidate_rows import (
    binding_dialogs,
    bound_rows,
    candidate_rows,
)
from monitoring.web.ui.components.device_list import (
    DeviceRows,
    Points,
    device_row,
    in_order,
    is_wrong,
)
from monitoring.web.ui.components.quarantine_rows import backlog_rows, preview, reject_rows
from tests.engine.timeline import START
from tests.ui.elements import Element
from tests.ui.samples import CAMERA, bilingual, device_view, elements, one, value

ZH, EN = Language.ZH, Language.EN
COURSE = [(START + timedelta(minutes=n), float(n)) for n in range(30)]
REJECT = Reject("a/<b>", Reason.UNKNOWN_UNIT, "in furlongs", b"<i>12", 5, to_us(START))


def gauge(state: DeviceState = DeviceState.LIVE, **changes: Any) -> DeviceView:
    known = replace(device_view("wg-road-a", state), values={"water_depth": value()})
    return replace(known, **changes)


def row(view: DeviceView, points: Points = COURSE, language: Language = EN) -> Element:
    return one([device_row(view, bilingual(), points, None, language)])


def text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def test_a_row_says_what_a_device_says_and_how_it_is_heard() -> None:
    shown = row(gauge(is_online=True))
    said = text(shown)
    for word in ("live", "Device 2", "wg-road-a", "Segment 0", "12 cm", "every 1 min", "online"):
        assert word in said
    assert "donggang/obs/wg-road-a" in said
    links = [a.get("href") for a in shown.iter("a")]
    assert links == ["/devices/wg-road-a", "/segments/road-a"]
    assert shown.find(".//*[@class='area']") is not None


def test_a_device_of_a_profile_shows_its_name_there() -> None:
    known = gauge().device.model_copy(
        update={"sources": Device.model_validate({
            "id": "x", "kind": "gauge", "name": {"zh": "x", "en": "x"}, "segment": "s",
            "cadence": "60s", "sources": [{"profile": "ecowitt", "id": "Roof"}],
        }).sources}
    )  # fmt: skip
    shown = row(replace(gauge(), device=known))
    assert "ecowitt · Roof" in text(shown)
    assert "roof" in shown.get("data-text", "")


@pytest.mark.parametrize(
    ("view", "wrong"),
    [
        (gauge(), False),
        (gauge(is_online=True), False),
        (gauge(is_online=False), True),
        (gauge(DeviceState.STALE), True),
        (gauge(DeviceState.LOST), True),
        (gauge(DeviceState.SUSPECT), True),
        (gauge(values={"battery": value("battery", 19)}), True),
        (gauge(values={"battery": value("battery", 20)}), False),
    ],
)
def test_what_somebody_should_look_at_is_wrong(view: DeviceView, wrong: bool) -> None:
    assert is_wrong(view) is wrong
    assert row(view).get("data-wrong") == str(int(wrong))


def test_what_is_wrong_comes_first_the_gravest_before_the_rest() -> None:
    views = [gauge(), gauge(DeviceState.STALE), gauge(DeviceState.LOST), gauge(is_online=False)]
    assert in_order(views) == [views[2], views[1], views[3], views[0]]


def test_a_doubtful_value_says_so_and_a_camera_has_none() -> None:
    doubt = replace(value(), quality=Quality.STUCK)
    assert "stuck" in text(row(gauge(values={"water_depth": doubt})))
    camera = row(DeviceView(CAMERA, DeviceState.LIVE, START, None, {}), ())
    assert "frame/cam-a" in text(camera)
    assert camera.find(".//*[@class='area']") is None


def test_a_place_for_qualities_is_filled_by_who_knows_them() -> None:
    rows = DeviceRows(bilingual(), lambda _: COURSE, lambda name: html.B(f"99 % of {name}"))
    assert "99 % of wg-road-a" in rows.texts([gauge()], EN)["wg-road-a"]
    assert (
        'class="quality"'
        not in DeviceRows(bilingual(), lambda _: COURSE).texts([gauge()], EN)["wg-road-a"]
    )


def test_a_row_whose_device_says_what_it_said_is_not_made_anew() -> None:
    asked: list[str] = []

    def course(device: Device) -> Points:
        asked.append(device.id)
        return COURSE

    rows = DeviceRows(bilingual(), course)
    first = rows.texts([gauge()], ZH)
    assert rows.texts([gauge()], ZH) == first
    assert asked == ["wg-road-a"]
    assert rows.texts([gauge(DeviceState.STALE)], ZH) != first
    assert rows.texts([gauge(DeviceState.STALE)], EN) != first
    assert len(asked) == 3


def test_quarantine_shows_reason_topic_and_payload_and_never_as_markup() -> None:
    (shown,) = elements(reject_rows([StoredReject(7, REJECT)], ZH))
    said = text(shown)
    for word in ("未知单位", "a/<b>", "in furlongs", "<i>12", "5 字节"):
        assert word in said
    assert shown.find(".//i") is None
    plays = [b.get("data-play") for b in shown.iter("button")]
    assert plays == ["/api/v1/quarantine/7/replay", "/api/v1/quarantine/replay"]


@pytest.mark.parametrize(
    ("payload", "shown"),
    [
        (b"", ""),
        (b" 12\n 13 ", "12 13"),
        ("水深".encode(), "水深"),
        (b"\xff\x00\x01", "ff 00 01"),
        (b"\x00\x01", "00 01"),
        (bytes(range(128, 228)), bytes(range(128, 176)).hex(" ") + " …"),
        (b"a" * 300, "a" * 200 + " …"),
        ("深".encode() * 100 + b"\xe6", "深" * 100),
    ],
)
def test_a_payload_is_shown_as_text_where_it_is_one(payload: bytes, shown: str) -> None:
    assert preview(payload) == shown


def test_what_was_played_or_can_not_be_bears_no_button() -> None:
    played = StoredReject(1, REJECT, Trial(to_us(START), "chief", is_played=True))
    cut = StoredReject(2, REJECT._replace(size=90_000))
    failed = StoredReject(3, REJECT, Trial(to_us(START), "chief", is_played=False))
    first, second, third = elements(reject_rows([played, cut, failed], EN))
    assert "played again by chief" in text(first)
    assert "cannot be played" in text(second)
    assert "failed again, tried by chief" in text(third)
    assert [len(list(e.iter("button"))) for e in (first, second, third)] == [0, 0, 2]


def test_the_backlog_counts_by_reason() -> None:
    (shown,) = elements(backlog_rows([Backlog(Reason.FUTURE, 12, to_us(START))], ZH))
    assert "时间在未来" in text(shown)
    assert shown.get("data-count") == "12"
    assert "没有" in text(one(backlog_rows([], ZH)))


def test_a_candidate_shows_what_it_would_give_and_what_it_needs() -> None:
    heard = Candidate("ecowitt", "Roof 1", "Roof 1", to_us(START), ("rainfall", "humidity"),
                      (("humidity", 60.0),), ("mount_height_cm",))  # fmt: skip
    quiet = Candidate(ANNOUNCED, "us1", "Yard", quantities=("water_depth",))
    first, second = elements(candidate_rows([heard, quiet], EN))
    for word in ("ecowitt", "Roof 1", "Humidity 60 %", "Rainfall", "needs mount_height_cm"):
        assert word in text(first)
    fill = first.find(".//button")
    assert fill is not None
    assert '"id": "roof-1"' in fill.get("data-fill", "")
    assert '"kind": "station"' in fill.get("data-fill", "")
    assert "announced itself" in text(second)
    assert "Nobody unknown" in text(one(candidate_rows([], EN)))


def test_a_bound_device_that_is_not_in_the_site_says_so() -> None:
    made = DeviceBound("wg-x", DeviceKind.GAUGE, "新", "new", "gone", (), 60.0, NATIVE, "wg-x")
    bound = BoundDevice(made, "chief", START, is_joined=False)
    shown = text(one(bound_rows([bound], bilingual(), EN)))
    assert "bound by chief, but not in the site" in shown
    assert "gone" in shown


def test_the_form_asks_for_every_parameter_that_a_candidate_needs() -> None:
    bind, unbind = elements(binding_dialogs(bilingual(), ["mount_height_cm"], EN))
    names = {e.get("name") for e in bind.iter() if e.get("name")}
    assert {"profile", "external", "segment", "kind", "id", "cadence", "mount_height_cm"} <= names
    assert not list(unbind.iter("input"))
