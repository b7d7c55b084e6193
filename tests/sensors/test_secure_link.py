"""The link by TLS and with an account: in where all is right, else one sentence on what to do."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from monitoring.domain.brokers import Broker, LinkState
from sensors.access import AccessError, access_to
from tests.brokers import free_port, mosquitto, program
from tests.certificates import Authority, Pair
from tests.sensors.listener import TOPIC, listening, told, wait_for

pytestmark = pytest.mark.mosquitto
PASSWORD = "long-and-secret"


@dataclass(frozen=True)
class Office:
    """Whose certificates are right, and whose are not."""

    folder: Path
    authority: Authority
    stranger: Authority
    ours: Pair

    def broker(self, port: int, **changes: object) -> Broker:
        """The configuration with which we get in, changed."""
        right: dict[str, object] = {
            "id": "city", "url": f"mqtts://localhost:{port}", "user": "gangan",
            "ca": self.authority.pair.cert, "cert": self.ours.cert, "key": self.ours.key,
            "password_file": self.folder / "password",
        }  # fmt: skip
        return Broker.model_validate(right | changes)

    def settings(self, server: Pair) -> tuple[str, ...]:
        """What has Mosquitto ask for everything."""
        return (
            f"cafile {self.authority.pair.cert}", f"certfile {server.cert}",
            f"keyfile {server.key}", "require_certificate true",
            f"password_file {self.folder / 'accounts'}",
        )  # fmt: skip


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    folder = tmp_path_factory.mktemp("office")
    authority = Authority(folder / "city", "authority")
    (folder / "password").write_text(f"{PASSWORD}\n")
    command = (program("mosquitto_passwd"), "-c", "-b", folder / "accounts", "gangan", PASSWORD)
    subprocess.run(command, check=True)
    return Office(folder, authority, Authority(folder / "far", "stranger"), authority.sign("ours"))


@pytest.fixture(scope="module")
def port(office: Office) -> Iterator[int]:
    """The port of a Mosquitto that wants TLS, a certificate, a user and a password."""
    port = free_port()
    with mosquitto(office.folder / "broker", port, *office.settings(office.authority.sign("srv"))):
        yield port


def send(office: Office, port: int, payload: bytes) -> None:
    ours = office.ours
    command = [
        program("mosquitto_pub"), "-h", "localhost", "-p", str(port), "-q", "1", "-t", TOPIC, "-s",
        "--cafile", str(office.authority.pair.cert), "--cert", str(ours.cert),
        "--key", str(ours.key), "-u", "gangan", "-P", PASSWORD,
    ]  # fmt: skip
    subprocess.run(command, input=payload, check=True, timeout=30)


def test_with_certificates_and_password_messages_come_in(office: Office, port: int) -> None:
    with listening(office.broker(port)) as listener:
        send(office, port, b"sealed")
        send(office, port, b"x" * 3_000_000)
        wait_for(lambda: listener.has(b"sealed", b"x" * 3_000_000))


def test_a_password_from_the_environment_lets_us_in(
    office: Office, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITY_PASSWORD", PASSWORD)
    broker = office.broker(port, password_file=None, password_env="CITY_PASSWORD")
    with listening(broker) as listener:
        assert PASSWORD not in repr(access_to(broker))
        assert not any(PASSWORD in report.detail for report in listener.reports)


Changed = Callable[[Office], dict[str, object]]
REFUSALS: dict[str, tuple[Changed, str]] = {
    "wrong authority": (
        lambda office: {"ca": office.stranger.pair.cert},
        "signed by an authority that we don't trust; name that one in ca",
    ),
    "no authority": (
        lambda _: {"ca": None},
        "signed by an authority that we don't trust; name that one in ca",
    ),
    "wrong password": (
        lambda office: {"password_file": office.folder / "accounts"},
        "it does not let us in; check user and password",
    ),
    "no account": (
        lambda _: {"user": None, "password_file": None},
        "it does not let us in; check user and password",
    ),
    "no certificate of ours": (
        lambda _: {"cert": None, "key": None},
        "it asks for a certificate of ours",
    ),
}


@pytest.mark.parametrize("fault", REFUSALS)
def test_who_is_not_let_in_is_told_what_to_do(office: Office, port: int, fault: str) -> None:
    changes, sentence = REFUSALS[fault]
    with listening(office.broker(port, **changes(office)), wait=False) as listener:
        detail = told(listener, LinkState.REFUSED)
    assert sentence in detail
    assert "\n" not in detail
    assert detail.startswith(f"mqtts://localhost:{port}: ")
    assert PASSWORD not in detail


def test_a_foreign_certificate_of_ours_is_refused(office: Office, port: int) -> None:
    foreign = office.stranger.sign("foreign")
    broker = office.broker(port, cert=foreign.cert, key=foreign.key)
    with listening(broker, wait=False) as listener:
        assert "trust who signed our certificate" in told(listener, LinkState.REFUSED)


@pytest.mark.parametrize(
    ("names", "days", "sentence"),
    [
        ("DNS:localhost", -1, "its certificate has expired; have it renewed"),
        ("DNS:elsewhere.example", 2, "write url with the name in the certificate"),
    ],
)
def test_a_certificate_that_is_not_good_is_refused(
    office: Office, tmp_path: Path, names: str, days: int, sentence: str
) -> None:
    server = office.authority.sign(f"server{days}", names, days)
    port = free_port()
    with (
        mosquitto(tmp_path, port, *office.settings(server)),
        listening(office.broker(port), wait=False) as listener,
    ):
        assert sentence in told(listener, LinkState.REFUSED)


def test_a_port_without_tls_is_guessed(office: Office, tmp_path: Path) -> None:
    port = free_port()
    with mosquitto(tmp_path, port), listening(office.broker(port), wait=False) as listener:
        assert "check that this port speaks TLS" in told(listener, LinkState.DOWN)


def test_a_tls_port_that_is_spoken_to_plainly_is_guessed(office: Office, port: int) -> None:
    broker = Broker(id="city", url=f"mqtt://localhost:{port}")
    with listening(broker, wait=False) as listener:
        assert "if that port speaks TLS write mqtts" in told(listener, LinkState.DOWN)
    assert office


def encrypted(office: Office) -> Path:
    """Our key, under a passphrase."""
    key = office.folder / "locked.key"
    command = (program("openssl"), "ec", "-aes256", "-passout", "pass:x", "-in", office.ours.key)
    subprocess.run([*command, "-out", key], check=True, capture_output=True)
    return key


UNUSABLE: dict[str, tuple[Changed, str]] = {
    "key of another": (
        lambda office: {"key": office.authority.sign("other").key},
        "does not belong to the certificate",
    ),
    "key with passphrase": (lambda office: {"key": encrypted(office)}, "has a passphrase"),
    "no PEM": (lambda office: {"cert": office.folder / "password"}, "no certificate with its key"),
    "no authorities": (lambda office: {"ca": office.folder / "password"}, "no certificates of"),
    "file gone": (lambda office: {"key": office.folder / "nowhere"}, "cannot be read"),
    "password gone": (lambda office: {"password_file": office.folder / "no"}, "cannot be read"),
    "variable gone": (
        lambda _: {"password_file": None, "password_env": "NO_SUCH_VARIABLE"},
        "the environment has no NO_SUCH_VARIABLE",
    ),
}


@pytest.mark.parametrize("fault", UNUSABLE)
def test_what_cannot_be_used_is_told_before_anything_is_tried(office: Office, fault: str) -> None:
    changes, sentence = UNUSABLE[fault]
    with pytest.raises(AccessError, match=sentence) as told:
        access_to(office.broker(8883, **changes(office)))
    assert "'city'" in str(told.value)
