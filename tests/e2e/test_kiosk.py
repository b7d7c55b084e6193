"""The scripts of docs/kiosk: a wall PC shows its wall, and a dead wall is started again."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.brokers import free_port
from tests.e2e.served import ROOT, WALL_TOKEN, Served, serve, wait_for

KIOSK = ROOT / "docs/kiosk"
# What Chromium needs where there is neither a screen nor a user of its own.
HERE = ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1920,1080")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("kiosk")) as running:
        yield running


def settings(url: str, folder: Path, **changes: str) -> dict[str, str]:
    """The environment that wall.env makes, as it is shipped but for what a site must fill in."""
    shipped = (KIOSK / "wall.env").read_text(encoding="utf-8").splitlines()
    written = dict(line.split("=", 1) for line in shipped if line and not line.startswith("#"))
    own = {
        "GANGAN_URL": url,
        "GANGAN_WALL_TOKEN": WALL_TOKEN,
        "GANGAN_RESTART": f"touch {folder}/restarted",
        "RUNTIME_DIRECTORY": str(folder),
        "XDG_STATE_HOME": str(folder),
    }
    return os.environ | written | own | changes


def look(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    script = ["sh", str(KIOSK / "watchdog.sh")]
    return subprocess.run(
        script, env=environment, capture_output=True, text=True, timeout=30, check=False
    )


@contextmanager
def wall_pc(environment: dict[str, str]) -> Iterator[None]:
    """The kiosk with a real browser, until it is killed."""
    with subprocess.Popen(
        ["sh", str(KIOSK / "kiosk.sh"), *HERE],
        env=environment, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as browser:  # fmt: skip
        try:
            yield
        finally:
            os.killpg(browser.pid, signal.SIGKILL)


def walls(served: Served) -> list[str]:
    return [wall["id"] for wall in served.get("/api/v1/walls")["items"]]


@pytest.mark.browser
def test_a_wall_pc_shows_its_wall_and_is_started_again_when_the_wall_is_dead(
    served: Served, tmp_path: Path
) -> None:
    environment = settings(served.url, tmp_path)
    restarted = tmp_path / "restarted"
    with wall_pc(environment):
        wait_for("wall", lambda: walls(served) == ["hall-left"], 60)
        assert look(environment).stdout.startswith("drawn ")
        for n in (1, 2):  # a limit that no wall can keep
            told = look(environment | {"GANGAN_LIMIT_S": "-1"})
            assert f"look {n} of 3" in told.stdout
        assert look(environment).stdout.startswith("drawn "), "one good look forgives the bad ones"
    wait_for("end of the wall", lambda: not walls(served))
    for n in (1, 2):
        assert f"it is not connected; look {n} of 3" in look(environment).stdout
        assert not restarted.exists()
    assert "restarting it" in look(environment).stderr
    assert restarted.exists()


def test_a_wrong_token_is_told_and_nothing_is_restarted(served: Served, tmp_path: Path) -> None:
    told = look(settings(served.url, tmp_path, GANGAN_WALL_TOKEN="x" * 32, GANGAN_LOOKS="1"))
    assert told.returncode == 1
    assert "is not the server's" in told.stderr
    assert not (tmp_path / "restarted").exists()


def test_a_server_that_is_away_is_no_reason_to_restart_a_wall(tmp_path: Path) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    told = look(settings(nowhere, tmp_path, GANGAN_LOOKS="1"))
    assert told.returncode == 0
    assert "does not answer" in told.stdout
    assert not (tmp_path / "restarted").exists()


@pytest.mark.parametrize("name", ["GANGAN_URL", "GANGAN_WALL", "GANGAN_WALL_TOKEN"])
def test_a_setting_that_is_missing_is_named(name: str, tmp_path: Path) -> None:
    told = look(settings("http://127.0.0.1:1", tmp_path, **{name: ""}))
    assert told.returncode != 0
    assert f"{name}: set it in wall.env" in told.stderr
