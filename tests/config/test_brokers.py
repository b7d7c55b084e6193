"""brokers.yaml: what is shipped without it, and every fault with its path."""

from datetime import timedelta
from pathlib import Path

import pytest

from monitoring.domain.brokers import AddressError, Broker, parse
from monitoring.site import load
from tests.config.folders import changed, problems

FILE = "brokers.yaml"
SOUND = """\
brokers:
  - id: city
    url: mqtts://mqtt.example.cn
    ca: tls/ca.pem
    cert: tls/ours.pem
    key: tls/ours.key
    user: gangan
    password_file: tls/password
    client_id: gangan-desk-1
    session_expiry: 2d
    reads: [native]
  - id: own
    url: embedded://127.0.0.1:1884
"""


def folder(path: Path, text: str) -> Path:
    """The default configuration with this file of brokers, and what it names."""
    config = changed(path)
    (config / FILE).write_text(text)
    (config / "tls").mkdir()
    for name in ("ca.pem", "ours.pem", "ours.key", "password"):
        (config / "tls" / name).write_text("x\n")
    (config / "tls" / "empty").touch()
    return config


def test_without_the_file_no_broker_is_configured(tmp_path: Path) -> None:
    assert load(changed(tmp_path)).brokers == ()


def test_all_that_can_be_said_of_a_broker_is_read(tmp_path: Path) -> None:
    config = folder(tmp_path, SOUND)
    city, own = load(config).brokers
    assert (city.address.host, city.address.port, city.address.is_tls) == (
        "mqtt.example.cn", 8883, True,
    )  # fmt: skip
    assert city.ca == config / "tls/ca.pem", "paths begin in the configuration's folder"
    assert city.session_expiry == timedelta(days=2)
    assert city.reads == ("native",)
    assert not city.is_embedded
    assert own.is_embedded
    assert own.address.port == 1884


# What stands there, what shall stand there; path of the error, part of its message.
BREAKAGES = [
    ("url: mqtts://mqtt.example.cn", "url: http://broker", "[0].url", "names no MQTT broker"),
    ("url: mqtts://mqtt.example.cn", "url: mqtts://b:0", "[0].url", "names no MQTT broker"),
    ("url: mqtts://mqtt.example.cn", "url: mqtts://b:99999", "[0].url", "1 to 65535"),
    ("url: mqtts://mqtt.example.cn", "url: mqtts://b/topic", "[0].url", "nothing may follow"),
    ("    url: mqtts://mqtt.example.cn\n", "", "[0].url", "missing"),
    ("url: mqtts://", "url: mqtt://", "[0].ca", "write url so"),
    ("id: own", "id: city", "[1].id", "already"),
    ("id: own", "id: Own", "[1].id", "pattern"),
    ("ca: tls/ca.pem", "ca: tls/no.pem", "[0].ca", "tls/no.pem cannot be read: No such file"),
    ("ca: tls/ca.pem", "ca: tls/empty", "[0].ca", "is empty"),
    ("ca: tls/ca.pem", "ca: tls", "[0].ca", "cannot be read: Is a directory"),
    ("    cert: tls/ours.pem\n", "", "[0].key", "expected both or neither"),
    ("    key: tls/ours.key\n", "", "[0].key", "expected both or neither"),
    ("key: tls/ours.key", "key: tls/no.key", "[0].key", "cannot be read"),
    ("    user: gangan\n", "", "[0].password_file", "add user"),
    ("mqtts://mqtt", "mqtts://ann@mqtt", "[0].user", "names a user already"),
    ("password_file: tls/password", "password_file: tls/no", "[0].password_file", "No such file"),
    (
        "    password_file: tls/password",
        "    password_env: NO_SUCH_VARIABLE",
        "[0].password_env",
        "the environment has no NO_SUCH_VARIABLE",
    ),
    (
        "    password_file: tls/password",
        "    password_env: PATH\n    password_file: tls/password",
        "[0].password_file",
        "leave one out",
    ),
    ("client_id: gangan-desk-1", "client_id: a b", "[0].client_id", "pattern"),
    ("session_expiry: 2d", "session_expiry: 2", "[0].session_expiry", "no unit"),
    ("session_expiry: 2d", "session_expiry: 2y", "[0].session_expiry", "no duration"),
    ("reads: [native]", "reads: [nativ]", "[0].reads[0]", "did you mean 'native'?"),
    ("reads: [native]", "read: [native]", "[0].read", "did you mean 'reads'?"),
    ("127.0.0.1:1884", "0.0.0.0:1884", "[1].url", "loopback only"),
    ("embedded://127.0.0.1:1884", "mqtts://mqtt.example.cn\n    client_id: gangan-desk-1",
     "[1].client_id", "give each its own"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "path", "message"), BREAKAGES)
def test_one_error_is_told_with_its_file_and_path(
    old: str, new: str, path: str, message: str, tmp_path: Path
) -> None:
    assert old in SOUND
    found = problems(folder(tmp_path, SOUND.replace(old, new, 1)))
    expected = [
        p for p in found if (p.file, p.path) == (FILE, f"brokers{path}") and message in p.message
    ]
    assert expected, found


def test_brokers_that_are_no_list_are_an_error(tmp_path: Path) -> None:
    found = problems(folder(tmp_path, "broker: {}\n"))
    assert {(p.file, p.path) for p in found} == {(FILE, "broker"), (FILE, "brokers")}


def test_a_password_in_the_url_is_understood_and_never_shown() -> None:
    address = parse("mqtts://ann:p%40ss@[::1]:99")
    assert (address.host, address.port, address.user, address.password) == (
        "::1", 99, "ann", "p@ss",
    )  # fmt: skip
    assert "p@ss" not in f"{address} {address!r}"
    assert str(address) == "mqtts://[::1]:99"


@pytest.mark.parametrize("url", ["", "broker", "http://b", "mqtt://", "mqtt://b:x", "embedded:1"])
def test_what_names_no_broker_is_refused(url: str) -> None:
    with pytest.raises(AddressError, match=r"expected (mqtt|embedded)"):
        Broker.at(url)
