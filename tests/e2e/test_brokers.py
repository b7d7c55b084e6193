"""Several brokers at once: each is said to stand or not, and each is acknowledged by itself."""

import json
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from monitoring.site import load
from sensors.links import Links
from station import Plan, Station
from tests.brokers import embedded, free_port, mosquitto, publish
from tests.certificates import Authority
from tests.e2e.served import ROOT, Served, serve, wait_for
from tests.e2e.test_broker_loss import depth
from tests.e2e.test_command_line import run

GAUGE = "donggang/obs/wg-underpass-chengdu-rizhao"


def configured(folder: Path, brokers: list[dict[str, object]]) -> Path:
    """The shipped configuration with these brokers."""
    config = Path(copytree(ROOT / "config", folder / "config"))
    (config / "brokers.yaml").write_text(json.dumps({"brokers": brokers}))
    return config


def pack(**record: object) -> bytes:
    return json.dumps([{"n": "water_depth", "u": "cm", **record}]).encode()


def ready(served: Served) -> dict[str, Any]:
    try:
        with urllib.request.urlopen(served.url + "/readyz", timeout=5) as answer:  # noqa: S310
            return dict(json.load(answer))
    except urllib.error.HTTPError as error:
        with error:
            return dict(json.load(error))


def states(served: Served) -> dict[str, str]:
    return {link["id"]: link["state"] for link in ready(served)["brokers"]}


@pytest.mark.mosquitto
def test_two_brokers_are_read_and_the_one_that_is_down_is_named(tmp_path: Path) -> None:
    city, own = free_port(), free_port()
    config = configured(
        tmp_path,
        [
            {"id": "city", "url": f"mqtt://127.0.0.1:{city}"},
            {"id": "own", "url": f"embedded://127.0.0.1:{own}"},
        ],
    )
    options = ("--config", str(config))
    with mosquitto(tmp_path / "city", city):
        with serve(tmp_path / "state", *options, mqtt="") as served:
            assert states(served) == {"city": "connected", "own": "connected"}
            assert ready(served)["waiting"] == 0
            assert ready(served)["behind_s"] == 0
            publish(city, GAUGE, pack(v=1, t=1_790_000_000))
            wait_for("value of the city's broker", lambda: depth(served) == 1)
            publish(own, GAUGE, pack(v=2, t=1_790_000_060))
            wait_for("value of our own broker", lambda: depth(served) == 2)
            for port in (city, own):
                publish(port, GAUGE, pack(v=3, t=1_790_000_120))
            wait_for("both", lambda: served.get("/readyz")["observations"] == 3)
            rows = served.get("/api/v1/observations?start=2026-01-01T00:00:00Z")["items"]
            assert [row["value"] for row in rows] == [1, 2, 3], "the same from both is one"
        publish(city, GAUGE, pack(v=4, t=1_790_000_180))
        with serve(tmp_path / "state", *options, mqtt="") as served:
            wait_for("what waited, and only that", lambda: depth(served) == 4)
            assert served.get("/readyz")["observations"] == 1, "the rest was acknowledged"
    with serve(tmp_path / "state", *options, mqtt="", wait=False) as served:
        wait_for("server", lambda: served.status("/readyz") == 503)
        wait_for("lost broker", lambda: states(served) == {"city": "down", "own": "connected"})
        assert "nobody listens there" in " ".join(ready(served)["details"])


@pytest.mark.mosquitto
def test_the_option_mqtt_stands_in_place_of_the_configured_brokers(tmp_path: Path) -> None:
    config = configured(tmp_path, [{"id": "city", "url": "mqtt://127.0.0.1:1"}])
    with serve(tmp_path / "state", "--config", str(config)) as served:
        assert states(served) == {"main": "connected"}


@pytest.mark.parametrize(("is_demo", "mqtt", "chosen"), [
    (False, None, ["city"]), (True, None, ["main"]), (False, "mqtt://b", ["main"]),
])  # fmt: skip
def test_a_demonstration_never_publishes_to_configured_brokers(
    is_demo: bool, mqtt: str | None, chosen: list[str], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    site = load(configured(tmp_path, [{"id": "city", "url": "mqtt://127.0.0.1:1"}]))
    monkeypatch.setattr(Links, "open", lambda _: None)
    storm: Any = object() if is_demo else None
    plan = Plan(site, {}, storm, 1.0, tmp_path, tmp_path)
    with ExitStack() as stack:
        station = Station(plan, stack, mqtt, f"sqlite:///{tmp_path / 'gangan.db'}")
        assert station._links.ids == chosen


def test_check_names_the_file_and_the_key_of_what_is_missing(tmp_path: Path) -> None:
    config = configured(
        tmp_path, [{"id": "city", "url": "mqtts://b", "ca": "ca.pem", "cert": "ours.pem"}]
    )
    done = run(tmp_path, "check", "--config", str(config))
    assert done.returncode == 1
    assert f"brokers.yaml: brokers[0].ca: {config / 'ca.pem'} cannot be read" in done.stderr
    assert "brokers.yaml: brokers[0].key: cert and key belong together" in done.stderr


def test_check_looks_into_certificates(tmp_path: Path) -> None:
    one, other = Authority(tmp_path / "one", "one"), Authority(tmp_path / "other", "other")
    broker: dict[str, object] = {
        "id": "city", "url": "mqtts://b", "ca": str(one.pair.cert),
        "cert": str(one.pair.cert), "key": str(other.pair.key),
    }  # fmt: skip
    config = configured(tmp_path, [broker])
    done = run(tmp_path, "check", "--config", str(config))
    assert done.returncode == 1
    assert "brokers.yaml: broker 'city': the key" in done.stderr
    assert "does not belong to the certificate" in done.stderr
    broker["key"] = str(one.pair.key)
    (config / "brokers.yaml").write_text(json.dumps({"brokers": [broker]}))
    assert run(tmp_path, "check", "--config", str(config)).returncode == 0


def test_an_embedded_broker_of_another_program_is_not_fought_over(tmp_path: Path) -> None:
    port = free_port()
    config = configured(tmp_path, [{"id": "own", "url": f"embedded://127.0.0.1:{port}"}])
    with embedded(tmp_path / "other", port):
        done = run(
            tmp_path, "serve", "--config", str(config), "--state", str(tmp_path / "state"),
            "--port", str(free_port()),
        )  # fmt: skip
    assert done.returncode == 1
    assert f"Port {port} is in use" in done.stderr
