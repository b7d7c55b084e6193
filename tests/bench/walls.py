"""200 walls on one server: what they cost it, and how soon each hears the same delta.

The walls are sockets in a process of its own. Every message carries the time at which it was
made, so its age on arrival is how far that wall lags. One more wall never reads; it must delay
nobody.
"""

import asyncio
import json
import multiprocessing
import os
import socket
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect

from tests.bench.city import write_city
from tests.bench.figures import quantile
from tests.bench.wall import burst
from tests.e2e.served import TOKEN, Served, serve

WALLS = 200
SECONDS = 30
HEADERS = {"Authorization": f"Bearer {TOKEN}"}


def measure_walls() -> dict[str, float]:
    """Percent of a core, kilobytes, milliseconds; everything in the city changes each second."""
    with tempfile.TemporaryDirectory() as folder:
        config = write_city(Path(folder))
        with serve(Path(folder) / "state", "--config", str(config)) as served:
            burst(served.mqtt_port, 0)
            one = _storm(served, 1)
            many = _storm(served, WALLS)
            with _deaf_wall(served):
                beside = _storm(served, WALLS)
    return {
        "walls: 1, server, % of a core": one["core"],
        "walls: 200, server, % of a core": many["core"],
        "walls: 1, event loop, % of a core": one["loop"],
        "walls: 200, event loop, % of a core": many["loop"],
        "walls: 200 cost more than 1, % of a core": many["loop"] - one["loop"],
        "walls: 200, kB/s each": many["kB/s"],
        "walls: 200, a delta from the first wall to the last, p95, ms": many["spread"],
        "walls: 200, a message's age at the wall, p50, ms": many["p50"],
        "walls: 200, a message's age at the wall, p95, ms": many["p95"],
        "walls: 200 beside one that never reads, a message's age, p95, ms": beside["p95"],
    }


def _storm(served: Served, walls: int) -> dict[str, float]:
    """Send for a while; what it cost and how it was heard."""
    here, there = multiprocessing.Pipe()
    ears = multiprocessing.get_context("spawn").Process(
        target=_hear, args=(served.url, walls, there)
    )
    ears.start()
    assert here.poll(60)
    here.recv()  # all are connected
    pid = served.process.pid
    loop = f"{pid}/task/{pid}"  # pictures are made in other threads; the main one serves walls
    before, looped, since = _cpu_s(pid), _cpu_s(loop), time.monotonic()
    for n in range(SECONDS):
        due = time.monotonic() + 1
        burst(served.mqtt_port, n + 1)
        time.sleep(max(0.0, due - time.monotonic()))
    seconds = time.monotonic() - since
    spent, looped = (_cpu_s(pid) - before) / seconds, (_cpu_s(loop) - looped) / seconds
    here.send("stop")
    heard: dict[str, float] = here.recv()
    ears.join()
    return {"core": 100 * spent, "loop": 100 * looped} | heard


def _cpu_s(task: int | str) -> float:
    """Processor time that a process or a thread has used."""
    fields = Path(f"/proc/{task}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _deaf_wall(served: Served) -> Iterator[None]:
    """A wall that connects and never reads what it is sent."""
    host, port = served.url.removeprefix("http://").split(":")
    deaf = socket.socket()
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    deaf.connect((host, int(port)))
    deaf.sendall(
        f"GET /ws/live?wall=deaf&screen=duty HTTP/1.1\r\nHost: {host}:{port}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        f"Authorization: Bearer {TOKEN}\r\n\r\n".encode()
    )
    try:
        yield
    finally:
        deaf.close()


def _hear(url: str, walls: int, pipe: Any) -> None:
    """The ears' process: connect, say so, listen until told to stop, tell what was heard."""
    asyncio.run(_hear_all(url.replace("http://", "ws://") + "/ws/live", walls, pipe))


async def _hear_all(address: str, walls: int, pipe: Any) -> None:
    ages: list[float] = []
    deltas: dict[int, list[float]] = {}
    sizes: list[int] = []

    async def listen(ear: Any) -> None:
        while True:
            heard = await ear.recv(decode=False)
            at = time.time() * 1000
            head, _, _ = heard.partition(b', "d": ')
            told = json.loads(head.rstrip(b"}") + b"}")
            ages.append(at - told["clock"])
            sizes.append(len(heard))
            if head != heard:
                deltas.setdefault(told["seq"], []).append(at)

    ears = []
    for n in range(walls):
        ears.append(
            await connect(address, additional_headers=HEADERS, compression=None, max_size=None)
        )
        await asyncio.sleep(1 / walls if n else 0)
    tasks = [asyncio.create_task(listen(ear)) for ear in ears]
    await asyncio.sleep(3)
    ages.clear()
    deltas.clear()
    sizes.clear()
    since = time.monotonic()
    pipe.send("ready")
    await asyncio.to_thread(pipe.recv)
    seconds = time.monotonic() - since
    for task in tasks:
        task.cancel()
    spreads = [max(at) - min(at) for at in deltas.values() if len(at) == walls]
    pipe.send(
        {
            "kB/s": sum(sizes) / 1000 / seconds / walls,
            "spread": quantile(spreads, 0.95),
            "p50": statistics.median(ages),
            "p95": quantile(ages, 0.95),
        }
    )


if __name__ == "__main__":
    print(json.dumps(measure_walls(), indent=1))
