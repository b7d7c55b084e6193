"""One delta, written once, for every wall; a slow one gets the whole picture instead."""

import json

import pytest

from monitoring.web import hub as module
from monitoring.web.hub import BACKLOG, Hub


def test_the_first_message_is_the_whole_picture() -> None:
    hub = Hub()
    hub.publish({"a": {"x": 1}})
    hub.publish({"a": {"y": 2}, "b": {"x": 3}})
    first = json.loads(hub.subscribe().get_nowait())
    assert first == {"seq": 2, "full": True, "d": {"a": {"x": 1, "y": 2}, "b": {"x": 3}}}


def test_a_delta_is_written_once_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = Hub()
    queues = [hub.subscribe() for _ in range(20)]
    written: list[str] = []
    original = module._written

    def counted(message: dict[str, object]) -> str:
        written.append(original(message))
        return written[-1]

    monkeypatch.setattr(module, "_written", counted)
    hub.publish({"a": {"x": 1}})
    assert len(written) == 1
    for queue in queues:
        queue.get_nowait()
        assert queue.get_nowait() is written[0]


def test_nothing_to_say_is_not_said() -> None:
    hub = Hub()
    hub.publish({})
    assert hub.seq == 0


def test_a_slow_wall_loses_its_backlog_and_gets_everything() -> None:
    hub = Hub()
    slow, quick = hub.subscribe(), hub.subscribe()
    for n in range(BACKLOG + 3):
        hub.publish({"a": {"x": n}})
        while not quick.empty():
            quick.get_nowait()
    messages = [json.loads(slow.get_nowait()) for _ in range(slow.qsize())]
    assert messages[0]["full"]
    sequence = [m["seq"] for m in messages]
    assert sequence == list(range(sequence[0], BACKLOG + 4))
    assert messages[-1]["d"]["a"]["x"] == BACKLOG + 2


def test_who_has_gone_costs_nothing() -> None:
    hub = Hub()
    queue = hub.subscribe()
    hub.unsubscribe(queue)
    hub.unsubscribe(queue)
    assert hub.subscribers == 0
