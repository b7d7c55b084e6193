"""A private PostgreSQL server for tests, from the programs that Debian installs.

It listens on loopback on a free port, trusts everybody, and is gone when the tests end.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest

_PROGRAMS = Path("/usr/lib/postgresql")
_INITDB = ("-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
_START_S = 60.0


class PostgresServer:
    """A running server that makes an empty database for each test."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._numbers = count(1)

    def new_database(self) -> str:
        """URL of a new, empty database."""
        name = f"test_{next(self._numbers)}"
        with psycopg.connect(self.conninfo("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return f"postgresql+psycopg://tester@127.0.0.1:{self._port}/{name}"

    def conninfo(self, database: str) -> str:
        """What psycopg needs to connect to a database by name."""
        return f"host=127.0.0.1 port={self._port} user=tester dbname={database}"


@contextmanager
def running(*, is_durable: bool = False) -> Iterator[PostgresServer]:
    """Start a server and stop it afterwards.

    Args:
        is_durable: Wait for the disk as in operation; only measurements need that.
    """
    programs = _newest_programs()
    folder = Path(tempfile.mkdtemp(prefix="gangan-pg-", dir="/tmp"))
    try:
        prefix = _as_ordinary_user(folder)
        _initialise(prefix, programs, folder)
        with _started(prefix, programs, folder, is_durable=is_durable) as port:
            yield PostgresServer(port)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _newest_programs() -> Path:
    found = [p for p in _PROGRAMS.glob("*/bin") if (p / "initdb").exists()]
    if not found:
        pytest.fail("PostgreSQL's server programs are missing: apt install postgresql", False)
    return max(found, key=lambda p: int(p.parent.name))


def _as_ordinary_user(folder: Path) -> list[str]:
    """The words before a command; the server refuses to run as root."""
    # The server dies with us, even if we are killed.
    words = ["setpriv", "--pdeathsig", "INT"]
    if os.geteuid() != 0:
        return words
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return [*words, f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def _initialise(prefix: list[str], programs: Path, folder: Path) -> None:
    made = subprocess.run(
        [*prefix, programs / "initdb", *f"-D {folder}/data -U tester".split(), *_INITDB],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        pytest.fail(f"initdb failed: {made.stderr}", False)


@contextmanager
def _started(prefix: list[str], programs: Path, folder: Path, *, is_durable: bool) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    log = folder / "log"
    settings = (
        f"-D {folder}/data -k {folder} -p {port} -c listen_addresses=127.0.0.1"
        f" -c fsync={'on' if is_durable else 'off'}"
    )
    with log.open("wb") as output:
        server = subprocess.Popen(
            [*prefix, programs / "postgres", *settings.split()],
            cwd=folder,
            stdout=output,
            stderr=output,
        )
    try:
        _wait_until_ready(server, port, log)
        yield port
    finally:
        server.send_signal(signal.SIGINT)  # fast shutdown: it doesn't wait for clients
        server.wait(30)


def _wait_until_ready(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            psycopg.connect(PostgresServer(port).conninfo("postgres")).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"PostgreSQL did not start: {log.read_text()[-2000:]}", False)
