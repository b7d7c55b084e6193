"""One delta, written once, for every wall; a slow one gets the whole picture instead."""

import json

from monitoring.web.hub import BACKLOG, Hub


def test_the_first_message_is_the_whole_picture() -> None:
    hub = Hub()
    hub.subscribe()
    hub.publish({"a": {"x": "1"}})
    hub.publish({"a": {"y": "2"}, "b": {"x": "3"}})
    first = json.loads(hub.subscribe().get_nowait())
    assert first == {"seq": 2, "full": True, "d": {"a": {"x": 1, "y": 2}, "b": {"x": 3}}}


def test_a_delta_is_written_once_for_all() -> None:
    hub = Hub()
    queues = [hub.subscribe() for _ in range(20)]
    hub.publish({"a": {"x": "1"}})
    for queue in queues:
        queue.get_nowait()
    messages = [queue.get_nowait() for queue in queues]
    assert all(message is messages[0] for message in messages)


def test_only_what_differs_is_handed_on() -> None:
    hub = Hub()
    queue = hub.subscribe()
    hub.publish({"a": {"x": "1", "y": "2"}})
    hub.publish({"a": {"x": "1", "y": "3"}})
    hub.publish({"a": {"x": "1"}})
    messages = [json.loads(queue.get_nowait()) for _ in range(queue.qsize())]
    assert [m["d"] for m in messages[1:]] == [{"a": {"x": 1, "y": 2}}, {"a": {"y": 3}}]


def test_who_comes_after_all_had_gone_sees_nothing_of_the_past() -> None:
    wanted: list[int] = []
    hub = Hub(on_wanted=lambda: wanted.append(hub.seq))
    first = hub.subscribe()
    hub.publish({"a": {"x": "1"}})
    hub.unsubscribe(first)
    second = hub.subscribe()
    assert json.loads(second.get_nowait()) == {"seq": 1, "full": True, "d": {}}
    hub.publish({"a": {"x": "1"}})
    assert json.loads(second.get_nowait())["d"] == {"a": {"x": 1}}
    assert wanted == [0, 1]


def test_nothing_to_say_is_not_said() -> None:
    hub = Hub()
    hub.publish({})
    assert hub.seq == 0


def test_a_slow_wall_loses_its_backlog_and_gets_everything() -> None:
    hub = Hub()
    slow, quick = hub.subscribe(), hub.subscribe()
    for n in range(BACKLOG + 3):
        hub.publish({"a": {"x": str(n)}})
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


def test_every_message_bears_the_stamp_and_a_beat_has_nothing_else() -> None:
    hub = Hub(stamp=lambda: {"t": 5})
    queue = hub.subscribe()
    hub.publish({"a": {"x": "1"}})
    hub.beat()
    messages = [json.loads(queue.get_nowait()) for _ in range(queue.qsize())]
    assert messages == [
        {"seq": 0, "t": 5, "full": True, "d": {}},
        {"seq": 1, "t": 5, "d": {"a": {"x": 1}}},
        {"seq": 1, "t": 5},
    ]


def test_a_beat_is_spared_where_the_queue_is_full() -> None:
    hub = Hub()
    queue = hub.subscribe()
    for n in range(BACKLOG - 1):
        hub.publish({"a": {"x": str(n)}})
    hub.beat()
    assert queue.qsize() == BACKLOG
    assert "d" in json.loads([queue.get_nowait() for _ in range(BACKLOG)][-1])
