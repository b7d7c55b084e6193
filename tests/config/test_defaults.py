"""The configuration that is shipped: complete, and true to its sources."""

import time
from collections import Counter
from datetime import timedelta

import pytest

from monitoring.domain.datum import Datum
from monitoring.domain.levels import Level, ResponseLevel
from monitoring.domain.plans import Aggregate, Subject, Threshold, thresholds
from monitoring.domain.site import Card, DeviceKind, SegmentKind, Site, TeamKind
from monitoring.site import load, load_base_map
from tests.config.folders import DEFAULT

TO_CONFIRM = "须经局确认"
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def site() -> Site:
    return load(DEFAULT)


def test_loading_twice_gives_the_same_site(site: Site) -> None:
    assert load(DEFAULT) == site


def test_loading_takes_no_noticeable_time() -> None:
    def elapsed() -> float:
        began = time.perf_counter()
        load(DEFAULT)
        return time.perf_counter() - began

    assert min(elapsed() for _ in range(3)) < 0.15


def test_there_are_sixteen_segments_or_more_of_every_kind(site: Site) -> None:
    assert len(site.segments) >= 16
    assert {s.kind for s in site.segments} == set(SegmentKind)


def test_the_roads_of_the_district_are_among_the_segments(site: Site) -> None:
    names = Counter(s.name.zh.split("（")[0] for s in site.segments)
    assert names["山东路"] == 4
    assert names["北京路"] == 2
    assert {"海曲路", "济南路", "昭阳路", "文登路", "青岛路"} <= set(names)


def test_the_four_railway_underpasses_close_at_20_cm_and_all_else_at_27(site: Site) -> None:
    depths = {(s.kind is SegmentKind.UNDERPASS, s.closure_depth_cm) for s in site.segments}
    assert depths == {(True, 20), (False, 27)}
    underpasses = {s.id for s in site.segments if s.kind is SegmentKind.UNDERPASS}
    assert underpasses == {
        "underpass-chengdu-rizhao",
        "underpass-xiandai-zhengyang",
        "underpass-guiyang-zhaoyang",
        "underpass-lanzhou-yanzhou",
    }


def test_every_position_lies_within_the_district(site: Site) -> None:
    positions = [d.position for d in site.devices] + [t.position for t in site.teams]
    known = [p for p in (*positions, site.depot.position) if p]
    assert len(known) > 5
    for longitude, latitude in [*known, *(p for s in site.segments for p in s.line)]:
        assert 119.0276 <= longitude <= 119.6612
        assert 35.2037 <= latitude <= 35.6071


def test_every_segment_says_where_its_geometry_is_from(site: Site) -> None:
    assert all(s.source for s in site.segments)


def test_every_segment_is_under_the_weather_of_exactly_one_station(site: Site) -> None:
    stations = [d for d in site.devices if d.kind is DeviceKind.STATION]
    assert Counter(s for d in stations for s in d.segments) == Counter(s.id for s in site.segments)


def test_every_segment_where_water_can_stand_has_one_gauge(site: Site) -> None:
    gauges = Counter(d.segment for d in site.devices if d.kind is DeviceKind.GAUGE)
    ponding = {s.id for s in site.segments if s.kind is not SegmentKind.BRIDGE}
    assert gauges == dict.fromkeys(ponding, 1)


def test_every_underpass_has_a_camera(site: Site) -> None:
    seen = {d.segment for d in site.devices if d.kind is DeviceKind.CAMERA}
    assert {s.id for s in site.segments if s.kind is SegmentKind.UNDERPASS} <= seen


@pytest.mark.parametrize(
    ("kind", "start", "cadence_s", "quantities"),
    [
        (
            DeviceKind.STATION,
            "ws-",
            60,
            {"rainfall", "air_temperature", "humidity", "wind_speed", "wind_gust"},
        ),
        (DeviceKind.GAUGE, "wg-", 60, {"water_depth", "battery"}),
        (DeviceKind.CAMERA, "cam-", 300, set[str]()),
    ],
)
def test_devices_of_a_kind_are_alike(
    site: Site, kind: DeviceKind, start: str, cadence_s: int, quantities: set[str]
) -> None:
    devices = [d for d in site.devices if d.kind is kind]
    assert devices
    for device in devices:
        assert device.id.startswith(start)
        assert device.cadence == timedelta(seconds=cadence_s)
        assert set(device.quantities) == quantities


def test_every_station_knows_its_position(site: Site) -> None:
    assert all(d.position for d in site.devices if d.kind is DeviceKind.STATION)


@pytest.mark.parametrize(
    ("level", "window", "limit_mm"),
    [
        (Level.BLUE, 12 * HOUR, 50),
        (Level.YELLOW, 6 * HOUR, 50),
        (Level.ORANGE, 3 * HOUR, 50),
        (Level.RED, 3 * HOUR, 100),
    ],
)
def test_the_official_rainstorm_criteria_stand_as_published(
    site: Site, level: Level, window: timedelta, limit_mm: float
) -> None:
    plan = site.plan["criteria-rainstorm"]
    assert plan.subject is Subject.DEVICE
    assert plan.template is None, "official figures are nobody's template"
    # Equality holds deadband, hold and clear_for at their defaults: there are none.
    assert plan.levels[level].when == Threshold(
        quantity="rainfall", aggregate=Aggregate.SUM, window=window, at_least=limit_mm
    )
    assert len(plan.levels) == 4


def test_the_response_plan_has_its_four_levels_and_needs_confirming(site: Site) -> None:
    plan = site.plan["bureau-rainstorm"]
    assert plan.subject is Subject.DISTRICT
    assert set(plan.levels) == set(ResponseLevel)


@pytest.mark.parametrize(
    ("plan", "limits"),
    [
        ("ponding-road", [5, 10, 15, "closure_depth", 40]),
        ("ponding-underpass", [3, 8, 12, "closure_depth", 30]),
    ],
)
def test_ponding_is_graded_in_five_and_orange_is_the_closure_depth(
    site: Site, plan: str, limits: list[float | str]
) -> None:
    rules = site.plan[plan].levels
    assert [t.at_least for rule in rules.values() for t in thresholds(rule.when)] == limits
    assert list(rules) == [Level.WATCH, Level.BLUE, Level.YELLOW, Level.ORANGE, Level.RED]


def test_every_segment_is_judged_by_exactly_one_ponding_plan(site: Site) -> None:
    plans = [p for p in site.plans if p.hazard == "ponding"]
    assert Counter(k for p in plans for k in p.kinds) == Counter(map(str, SegmentKind))


def test_no_limit_is_too_low_to_return_to_normal(site: Site) -> None:
    for plan in site.plans:
        for rule in plan.levels.values():
            for threshold in thresholds(rule.when):
                limit = threshold.at_least
                lowest = 20 if limit == "closure_depth" else limit
                assert lowest - threshold.deadband > 0, f"{plan.id} could never end"


def test_eight_groups_take_turns_from_half_past_eight(site: Site) -> None:
    assert [g.number for g in site.rotation.groups] == list(range(1, 9))
    assert f"{site.rotation.handover:%H:%M}" == "08:30"


def test_people_are_posts_to_be_named_by_the_bureau(site: Site) -> None:
    people = [p for g in site.rotation.groups for p in (g.leader, *g.members)]
    assert all("待局填报" in p.zh and "to be named" in p.en for p in people)
    assert not any(g.phone for g in site.rotation.groups)


def test_the_cards_of_the_underpasses_are_posts_to_be_filled_in_by_the_bureau(site: Site) -> None:
    for segment in site.segments:
        card = segment.card
        if segment.kind is not SegmentKind.UNDERPASS:
            assert card == Card()
            continue
        told = [card.warden, card.barrier, card.detour, *(p.name for p in card.pumps)]
        assert all(t and "待局填报" in t.zh and "by the bureau" in t.en for t in told)
        assert not card.phone
        assert all(p.rated_m3_per_h is None for p in card.pumps)


def test_the_depot_begins_with_the_stock_of_its_seven_items(site: Site) -> None:
    stock = {i.name.zh: (i.opening, i.minimum, i.unit.zh) for i in site.depot.items}
    assert site.depot.name.zh == "山东路应急库房"
    assert stock == {
        "龙吸水": (2, 1, "台"),
        "铲雪车": (4, 2, "台"),
        "编织袋": (10_000, 5000, "条"),
        "铁锹": (300, 150, "把"),
        "雨具": (300, 200, "套"),
        "砂土": (200, 100, "m³"),
        "融雪盐": (100, 50, "t"),
    }


def test_the_bureau_has_a_detachment_and_each_area_one_of_its_company(site: Site) -> None:
    (bureau,) = (t for t in site.teams if t.kind is TeamKind.BUREAU)
    areas = [area.id for area in site.areas]
    assert bureau.name.zh == "局应急分队"
    assert list(bureau.areas) == areas
    companies = [t for t in site.teams if t.kind is TeamKind.COMPANY]
    assert [t.areas for t in companies] == [(area,) for area in areas]
    assert all("待局确认" in t.name.zh for t in companies)


def test_no_base_is_said_to_be_known_that_is_not(site: Site) -> None:
    based = [entry for entry in (*site.teams, site.depot) if entry.position]
    assert {entry.grade for entry in based} == {"C"}


def test_the_shipped_map_needs_nobody(site: Site) -> None:
    assert site.maps.shown is None
    assert site.maps.datum is Datum.WGS84


def test_whatever_is_our_guess_is_marked_as_such(site: Site) -> None:
    plans = [p.template for p in site.plans if not p.id.startswith("criteria-")]
    for template in (site.template, site.rotation.template, site.depot.template, *plans):
        assert template is not None
        assert TO_CONFIRM in template.zh
    for file in ("segments.geojson", "devices.yaml", "teams.yaml", "depot.yaml"):
        assert TO_CONFIRM in (DEFAULT / file).read_text(encoding="utf-8")


def test_observations_are_judged_for_six_hours(site: Site) -> None:
    assert site.lateness == 6 * HOUR


def test_the_base_map_is_schematic_and_names_its_source() -> None:
    base = load_base_map(DEFAULT)
    assert "示意" in base["note"]["zh"]
    assert "not a survey map" in base["note"]["en"]
    assert "© OpenStreetMap contributors (ODbL)" in base["note"]["zh"]
    layers: Counter[str] = Counter(f["properties"]["layer"] for f in base["features"])
    assert set(layers) == {"coast", "sea", "road", "river", "rail"}
    for feature in base["features"]:
        assert set(feature["properties"]["name"]) == {"zh", "en"}


def test_the_roads_of_the_segments_are_on_the_base_map() -> None:
    drawn = {f["properties"]["name"]["zh"] for f in load_base_map(DEFAULT)["features"]}
    assert {"山东路", "海曲路", "济南路", "北京路", "昭阳路", "青岛路"} <= drawn
