"""The rights that docs/mqtt.md gives to our account and to devices are enough, and no more."""

import re
import subprocess
from pathlib import Path

import pytest

from monitoring.domain.brokers import Broker
from tests.brokers import free_port, mosquitto, program, publish
from tests.sensors.listener import listening, wait_for

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "mqtt.md"


def account(folder: Path, *names: str) -> Path:
    """A password file in which everybody's password is the name."""
    file = folder / "accounts"
    for name in names:
        create = () if file.exists() else ("-c",)
        subprocess.run([program("mosquitto_passwd"), *create, "-b", file, name, name], check=True)
    return file


@pytest.mark.mosquitto
def test_a_device_may_write_its_own_topics_and_we_may_read_them(tmp_path: Path) -> None:
    (block,) = re.findall(r"```acl\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    rights = tmp_path / "acl"
    rights.write_text(block)
    accounts = account(tmp_path, "gangan", "gauge", "other")
    port = free_port()
    settings = (f"password_file {accounts}", f"acl_file {rights}")

    def say(name: str, topic: str, payload: bytes) -> None:
        publish(port, topic, payload, "-u", name, "-P", name)

    with mosquitto(tmp_path / "broker", port, *settings) as url:
        ours = Broker(id="city", url=url.replace("//", "//gangan:gangan@"))
        with listening(ours) as listener:
            for kind in ("obs", "frame", "status"):
                say("gauge", f"donggang/{kind}/gauge", kind.encode())
            say("other", "donggang/obs/gauge", b"somebody else's")
            say("gangan", "donggang/obs/gauge", b"ours")
            say("gauge", "donggang/obs/gauge", b"last")
            wait_for(lambda: b"last" in listener.payloads)
            assert listener.has(b"obs", b"frame", b"status", b"last")
