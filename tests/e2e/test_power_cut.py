"""kill -9 in the middle of a storm: nothing missing, nothing doubled."""

import json
import threading
import time
from collections import Counter
from pathlib import Path

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from monitoring.services.clock import SystemClock
from monitoring.services.ports import ArchiveQuery
from monitoring.store.database import open_database
from tests.brokers import free_port
from tests.e2e.served import serve, wait_for

RATE = 2000
SECONDS = 6


def publish_storm(port: int, began: float) -> tuple[set[tuple[int, float]], threading.Thread]:
    """Publish RATE observations a second in a thread, with a stock MQTT client at QoS 1."""
    client = Client(CallbackAPIVersion.VERSION2, client_id="storm")
    client.max_inflight_messages_set(2000)
    client.connect("127.0.0.1", port)
    client.loop_start()
    sent: set[tuple[int, float]] = set()

    def run() -> None:
        infos = []
        for n in range(RATE * SECONDS):
            at_ms = round(began * 1000) + n
            value = (n % 97) / 10
            sent.add((at_ms, value))
            pack = [{"n": "water_depth", "u": "cm", "v": value, "t": at_ms / 1000}]
            infos.append(
                client.publish("donggang/obs/wg-underpass-chengdu-rizhao", json.dumps(pack), 1)
            )
            ahead = n / RATE - (time.monotonic() - started)
            if ahead > 0:
                time.sleep(ahead)
        for info in infos:
            info.wait_for_publish(30)
        client.disconnect()
        client.loop_stop()

    started = time.monotonic()
    thread = threading.Thread(target=run)
    thread.start()
    return sent, thread


def test_nothing_is_lost_or_doubled_by_a_power_cut_at_two_thousand_a_second(
    tmp_path: Path,
) -> None:
    mqtt_port = free_port()
    began = time.time() - 600
    with serve(tmp_path, mqtt_port=mqtt_port) as first:
        sent, storm = publish_storm(mqtt_port, began)
        time.sleep(SECONDS / 3)
        first.kill()
    time.sleep(0.5)
    with serve(tmp_path, mqtt_port=mqtt_port) as second:
        storm.join(timeout=60)
        assert len(sent) == RATE * SECONDS
        last_ms = max(at_ms for at_ms, _ in sent)

        def newest_is_stored() -> bool:
            page = second.get("/api/v1/devices/wg-underpass-chengdu-rizhao")
            return bool(page["last_seen"]) and stored(tmp_path)[0] >= len(sent)

        wait_for("complete archive", newest_is_stored, 60)
        assert last_ms
    count, rows = stored(tmp_path)
    assert count == len(sent), "each observation once, no more and no less"
    assert dict.fromkeys(sent, 1) == dict(rows)


def stored(state: Path) -> tuple[int, Counter[tuple[int, float]]]:
    """What the archive holds of the gauge: (ms, value), and how often."""
    store = open_database(
        f"sqlite:///{state / 'gangan.db'}", state / "frames", SystemClock(), "real"
    )
    try:
        rows: Counter[tuple[int, float]] = Counter()
        query = ArchiveQuery(0, 2**60, "wg-underpass-chengdu-rizhao", "water_depth", limit=10**6)
        for row in store.observations(query):
            rows[round(row.observation.time_us / 1000), row.observation.value] += 1
        return sum(rows.values()), rows
    finally:
        store.close()
