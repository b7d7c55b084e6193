"""The command line: exit codes, refusals that say what to do, and no half start."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.brokers import free_port
from tests.e2e.served import ROOT

SHIPPED = ROOT / "config"


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `app.py` to its end, with nothing of ours in the environment."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("GANGAN_")}
    return subprocess.run(
        [sys.executable, str(ROOT / "app.py"), *arguments],
        check=False, cwd=folder, env=clean | environment, capture_output=True, text=True,
        timeout=60,
    )  # fmt: skip


def broken(folder: Path) -> Path:
    """The shipped configuration with a fault in each of two files."""
    config = folder / "config"
    shutil.copytree(SHIPPED, config)
    site = config / "site.yaml"
    site.write_text(site.read_text().replace("lateness: 6h", "lateness: six hours"))
    depot = config / "depot.yaml"
    depot.write_text(depot.read_text() + "\ncolour: blue\n")
    return config


def test_check_of_a_sound_configuration_says_what_is_in_it(tmp_path: Path) -> None:
    done = run(tmp_path, "check")
    assert done.returncode == 0, done.stderr
    assert "segments" in done.stdout


def test_check_of_a_broken_configuration_lists_every_fault(tmp_path: Path) -> None:
    done = run(tmp_path, "check", "--config", str(broken(tmp_path)))
    assert done.returncode == 1
    assert "site.yaml" in done.stderr
    assert "lateness" in done.stderr
    assert "depot.yaml" in done.stderr
    assert "colour" in done.stderr


def test_serve_starts_nothing_on_a_broken_configuration(tmp_path: Path) -> None:
    state = tmp_path / "state"
    done = run(tmp_path, "serve", "--config", str(broken(tmp_path)), "--state", str(state))
    assert done.returncode == 1
    assert "lateness" in done.stderr
    assert not state.exists()


def test_an_option_is_read_from_the_environment(tmp_path: Path) -> None:
    done = run(tmp_path, "check", GANGAN_CONFIG=str(tmp_path / "nowhere"))
    assert done.returncode == 1
    assert "nowhere" in done.stderr


def test_serve_says_that_its_port_is_in_use(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = run(tmp_path, "serve", "--port", str(port), "--state", str(tmp_path / "state"))
    assert done.returncode == 1
    assert str(port) in done.stderr
    assert "--port" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--mqtt", "http://broker"), "mqtt"),
        (("--mqtt", "embedded://0.0.0.0:1999"), "loopback"),
        (("--database", "oracle://db"), "sqlite"),
        (("--admin-token", "short"), "32"),
        (("--scenario", "no-such-storm"), "no-such-storm"),
    ],
)
def test_serve_refuses_what_it_cannot_do(
    tmp_path: Path, arguments: tuple[str, str], expected: str
) -> None:
    options = ("--port", str(free_port()), "--state", str(tmp_path / "state"), *arguments)
    done = run(tmp_path, "serve", *options)
    assert done.returncode == 1, done.stdout
    assert expected in done.stderr
    assert "Traceback" not in done.stderr
