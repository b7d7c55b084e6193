"""Map tiles and datums in the configuration: what is offered, and what is wrong with it."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from monitoring.domain.basemaps import Layer
from monitoring.domain.datum import Datum, wgs84_to_gcj02
from monitoring.site import load
from tests.config.folders import DEPOT, DEVICES, MAP, SEGMENTS, TEAMS, changed, problems

TIANDITU: dict[str, Any] = {
    "id": "tianditu",
    "name": {"zh": "天地图", "en": "Tianditu"},
    "kind": "tianditu",
    "datum": "cgcs2000",
    "key": "k1",
    "attribution": {"zh": "天地图 审图号", "en": "Tianditu"},
}
XYZ: dict[str, Any] = {
    **TIANDITU,
    "id": "inner",
    "kind": "xyz",
    "url": "http://tiles.example/{z}/{x}/{y}.png?k={key}",
}


def with_maps(folder: Path, *providers: dict[str, Any], **others: Any) -> Path:
    copy = changed(folder)
    text = yaml.safe_dump({"providers": list(providers), **others}, allow_unicode=True)
    (copy / MAP).write_text(text, encoding="utf-8")
    return copy


def without(entry: dict[str, Any], key: str) -> dict[str, Any]:
    return {k: v for k, v in entry.items() if k != key}


def test_no_map_file_is_no_tiles(tmp_path: Path) -> None:
    folder = changed(tmp_path)
    (folder / MAP).unlink()
    assert load(folder).maps.shown is None


def test_tianditu_is_asked_as_its_wmts_wants_it_map_and_names(tmp_path: Path) -> None:
    provider = load(with_maps(tmp_path, TIANDITU, XYZ)).maps.shown
    assert provider
    assert provider.id == "tianditu"
    assert provider.address(Layer.MAP, 12, 3407, 1600) == (
        "https://t0.tianditu.gov.cn/vec_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0"
        "&LAYER=vec&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles"
        "&TILEMATRIX=12&TILEROW=1600&TILECOL=3407&tk=k1"
    )
    assert "LAYER=cva" in provider.address(Layer.LABELS, 12, 3407, 1600)


def test_an_xyz_provider_has_names_only_where_it_says_so(tmp_path: Path) -> None:
    provider = load(with_maps(tmp_path, XYZ)).maps.shown
    assert provider
    assert set(provider.layers) == {Layer.MAP}
    assert provider.address(Layer.MAP, 1, 0, 1) == "http://tiles.example/1/0/1.png?k=k1"


def test_a_key_is_taken_from_the_environment_and_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAP_KEY", "secret&key")
    site = load(with_maps(tmp_path, {**TIANDITU, "key": {"env": "MAP_KEY"}}))
    assert site.maps.shown
    assert site.maps.shown.address(Layer.MAP, 1, 0, 0).endswith("tk=secret%26key")
    assert "secret" not in repr(site)


@pytest.mark.parametrize(
    ("provider", "path", "message"),
    [
        ({**TIANDITU, "key": {"env": "NO_SUCH_KEY"}}, ".key.env", "has no NO_SUCH_KEY"),
        ({**TIANDITU, "key": {"evn": "A"}}, ".key", "env: and the name of a variable"),
        ({**TIANDITU, "key": ""}, ".key", "at least 1"),
        ({**TIANDITU, "key": 7}, ".key", "valid string"),
        (without(TIANDITU, "key"), "", "a key is needed"),
        (without(TIANDITU, "attribution"), ".attribution", "missing"),
        (without(TIANDITU, "datum"), ".datum", "missing"),
        ({**TIANDITU, "datum": "gcj02"}, "", "datum: cgcs2000"),
        ({**TIANDITU, "datum": "bd09"}, ".datum", "'wgs84', 'cgcs2000' or 'gcj02'"),
        ({**TIANDITU, "kind": "wms"}, ".kind", "'tianditu' or 'xyz'"),
        ({**TIANDITU, "max_zom": 12}, ".max_zom", "did you mean 'max_zoom'?"),
        ({**TIANDITU, "min_zoom": 12, "max_zoom": 9}, "", "min_zoom 12 is above max_zoom 9"),
        ({**TIANDITU, "max_zoom": 99}, ".max_zoom", "less than or equal to 24"),
        (without(XYZ, "url"), "", "kind: xyz needs a url"),
        (without(XYZ, "key"), "", "a key is needed"),
        ({**XYZ, "url": "http://t/{z}/{x}/{y}"}, "", "no url says {key}"),
        ({**XYZ, "url": "ftp://t/{z}/{x}/{y}"}, ".url", "is no address"),
        ({**XYZ, "url": "http://t/{z}/{x}"}, ".url", "expected {z}, {x} and {y}"),
        ({**XYZ, "url": "http://t/{z}/{x}/{y}/{s}"}, ".url", "expected {z}, {x} and {y}"),
        ({**XYZ, "url": "http://t/{z}/{x}/{y"}, ".url", "expected {z}, {x} and {y}"),
        ({**XYZ, "label_url": "t"}, ".label_url", "is no address"),
    ],
)
def test_a_faulty_provider_is_told_with_what_was_expected(
    provider: dict[str, Any], path: str, message: str, tmp_path: Path
) -> None:
    (problem,) = problems(with_maps(tmp_path, provider))
    assert (problem.file, problem.path) == (MAP, f"providers[0]{path}")
    assert message in problem.message


def test_providers_bear_names_of_their_own_and_the_cache_a_size(tmp_path: Path) -> None:
    found = problems(with_maps(tmp_path, XYZ, XYZ, cache_mb=1))
    assert [(p.file, p.path) for p in found] == [(MAP, "cache_mb"), (MAP, "providers[1].id")]


def test_positions_in_gcj02_are_wgs84_once_read(tmp_path: Path) -> None:
    before = load(changed(tmp_path / "plain"))
    after = load(
        changed(
            tmp_path,
            (SEGMENTS, '"kind": "road"', '"datum": "gcj02", "kind": "road"'),
            (DEVICES, "    position:", "    datum: gcj02\n    position:"),
            (TEAMS, "    position:", "    datum: gcj02\n    position:"),
            (DEPOT, "position:", "datum: gcj02\nposition:"),
        )
    )
    for written, read in (
        (before.segments[0].line[1], after.segments[0].line[1]),
        (before.devices[0].position, after.devices[0].position),
        (before.teams[1].position, after.teams[1].position),
        (before.depot.position, after.depot.position),
    ):
        assert written
        assert read
        assert wgs84_to_gcj02(*read) == pytest.approx(written, abs=1e-8)
        assert read[0] == pytest.approx(written[0] - 0.0055, abs=4e-4)
    assert after.segments[1] == before.segments[1]
    assert after.maps.datum is Datum.WGS84


def test_a_datum_that_is_none_is_told(tmp_path: Path) -> None:
    folder = changed(tmp_path, (SEGMENTS, '"kind": "road"', '"datum": "bd09", "kind": "road"'))
    (problem,) = problems(folder)
    assert (problem.file, problem.path) == (SEGMENTS, "features[0].properties.datum")
    assert "'gcj02'" in problem.message
