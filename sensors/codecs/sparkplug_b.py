"""Eclipse Sparkplug B 3.0: topics (chapter 4), births, deaths and aliases (5), payloads (6).

The payload is protobuf (`sparkplug_b.proto` of Eclipse Tahu). A birth tells the name, alias and
type of every metric; what follows may name its metrics by alias alone. Where a program starts
between two births it therefore understands such data only after the next birth.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sensors.codecs import protobuf
from sensors.codecs.metrics import Metric
from sensors.payloads import PayloadError

_NAMESPACE: Final = "spBv1.0"
_NODE_KINDS: Final = ("NBIRTH", "NDATA", "NDEATH")
_DEVICE_KINDS: Final = ("DBIRTH", "DDATA", "DDEATH")
_SESSION: Final = "bdSeq"
_LARGEST: Final = 1 << 20  # bytes of a payload
_MOST_BORN: Final = 4096  # nodes and devices remembered; the eldest birth goes first

_Key = tuple[str, str, str]  # group, node, device; the device of a node itself is ""


@dataclass(frozen=True, slots=True)
class _Topic:
    kind: str
    group: str
    node: str
    device: str

    @property
    def key(self) -> _Key:
        return self.group, self.node, self.device

    @property
    def whom(self) -> str:
        return repr("/".join(part for part in self.key if part))


@dataclass(frozen=True, slots=True)
class _Payload:
    timestamp_ms: int | None
    seq: int | None
    metrics: list[Metric]


@dataclass(slots=True)
class _Birth:
    """What a birth told: names by alias, and types by name."""

    names: dict[int, str] = field(default_factory=dict)
    types: dict[str, int] = field(default_factory=dict)
    session: int | None = None  # bdSeq, in which a node's birth and death agree


class SparkplugReader:
    """Reads the messages of any number of nodes and devices; remembers their births.

    The tree has `kind`, `group`, `node`, `device` (None for the node itself), `timestamp_ms`,
    `seq` and `metrics`: each with `name`, `alias`, `type`, `value`, `timestamp_ms` and
    `is_historical`. Births and deaths have `online` as well, and a node's death `devices`: those
    of its devices that were born, and are gone with it. A metric of a type that holds no
    single value (DataSet, Template, Bytes, File, arrays) has the value None.
    """

    def __init__(self) -> None:
        self._born: dict[_Key, _Birth] = {}
        self._devices: dict[tuple[str, str], set[str]] = {}  # of each node, itself as ""

    def __call__(self, topic: bytes, payload: bytes) -> dict[str, Any]:
        """The tree of a message.

        Raises:
            PayloadError: Not a Sparkplug B message of a node or device, or one whose metrics
                can't be told before the next birth.
        """
        where = _topic(topic)
        message = _payload(payload)
        tree: dict[str, Any] = {
            "kind": where.kind,
            "group": where.group,
            "node": where.node,
            "device": where.device or None,
            "timestamp_ms": message.timestamp_ms,
            "seq": message.seq,
        }
        if where.kind.endswith("BIRTH"):
            birth = _birth(where, message)
            metrics = _told(where, message, birth)
            birth.session = _session(metrics)
            self._remember(where, birth)
            return tree | {"metrics": metrics, "online": True}
        known = self._born.get(where.key, _Birth())
        metrics = _told(where, message, known)
        if where.kind.endswith("DEATH"):
            _check_session(where, known, metrics)
            tree |= {"metrics": metrics, "online": False}
            gone = self._forget(where)
            return tree if where.device else tree | {"devices": gone}
        return tree | {"metrics": metrics}

    def _remember(self, where: _Topic, birth: _Birth) -> None:
        self._forget(where)  # a node's birth comes before those of its devices
        self._born[where.key] = birth
        self._devices.setdefault(where.key[:2], set()).add(where.device)
        if len(self._born) > _MOST_BORN:
            self._drop(next(iter(self._born)))

    def _forget(self, where: _Topic) -> list[str]:
        """Forget a device, or a node with its devices; the names of the devices forgotten."""
        known = self._devices.get(where.key[:2], set())
        gone = known & {where.device} if where.device else set(known)
        for device in gone:
            self._drop((where.group, where.node, device))
        return sorted(gone - {""})

    def _drop(self, key: _Key) -> None:
        group, node, device = key
        del self._born[key]
        devices = self._devices[group, node]
        devices.remove(device)
        if not devices:
            del self._devices[group, node]


def _topic(topic: bytes) -> _Topic:
    try:
        levels = topic.decode().split("/")
    except UnicodeDecodeError:
        raise PayloadError("the topic is no UTF-8") from None
    kind = levels[2] if len(levels) > 2 else ""  # noqa: PLR2004 - namespace, group, kind
    expected = {**dict.fromkeys(_NODE_KINDS, 4), **dict.fromkeys(_DEVICE_KINDS, 5)}.get(kind)
    if levels[0] != _NAMESPACE or len(levels) != expected or not all(levels):
        raise PayloadError(
            f"topic {'/'.join(levels)!r}; expected spBv1.0/<group>/NBIRTH, NDATA or NDEATH/<node> "
            "or spBv1.0/<group>/DBIRTH, DDATA or DDEATH/<node>/<device>"
        )
    return _Topic(kind, levels[1], levels[3], levels[4] if kind in _DEVICE_KINDS else "")


def _payload(data: bytes) -> _Payload:
    if len(data) > _LARGEST:
        raise PayloadError(f"{len(data):,} bytes; expected at most {_LARGEST:,}")
    message = protobuf.Message(data)
    metrics = [Metric(part) for part in message.parts(2)]
    return _Payload(message.whole(1), message.whole(3), metrics)


def _birth(where: _Topic, message: _Payload) -> _Birth:
    birth = _Birth()
    for metric in message.metrics:
        if metric.name is None:
            detail = f"a {where.kind} metric of {where.whom} has no name; births must name all"
            raise PayloadError(detail)
        if metric.datatype is not None:
            birth.types[metric.name] = metric.datatype
        if metric.alias is None:
            continue
        other = birth.names.setdefault(metric.alias, metric.name)
        if other != metric.name:
            detail = f"alias {metric.alias} of {where.whom} means {other!r} and {metric.name!r}"
            raise PayloadError(f"{detail}; expected one name")
    return birth


def _told(where: _Topic, message: _Payload, birth: _Birth) -> list[dict[str, Any]]:
    """The metrics with their names, types and values."""
    told = []
    for metric in message.metrics:
        name = metric.name if metric.name is not None else _named(where, metric, birth.names)
        datatype = metric.datatype or birth.types.get(name)
        told.append(metric.tree(name, datatype, message.timestamp_ms))
    return told


def _named(where: _Topic, metric: Metric, names: Mapping[int, str]) -> str:
    if metric.alias is None:
        raise PayloadError(f"a metric of {where.whom} has neither name nor alias; expected one")
    name = names.get(metric.alias)
    if name is None:
        kind = "DBIRTH" if where.device else "NBIRTH"
        detail = f"alias {metric.alias} of {where.whom} is not known"
        raise PayloadError(f"{detail}; a birth is needed: let the node send its {kind} again")
    return name


def _check_session(where: _Topic, birth: _Birth, metrics: list[dict[str, Any]]) -> None:
    """Refuse the last will of a session that a later birth has followed (bdSeq)."""
    died = _session(metrics)
    if None not in (died, birth.session) and died != birth.session:
        detail = f"{where.kind} of {where.whom} with bdSeq {died}; its birth had {birth.session}"
        raise PayloadError(f"{detail}, so the death is of an earlier session")


def _session(metrics: list[dict[str, Any]]) -> int | None:
    value = next((m["value"] for m in metrics if m["name"] == _SESSION), None)
    return value if isinstance(value, int) else None
