"""Hostile messages: what devices, faults and other people's programs may send, and worse.

Real payloads cut short, with bits flipped or pasted together; SenML with numbers that are none;
nesting without end; topics that are no text. The same seed gives the same messages.
"""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from monitoring.domain.quantities import QUANTITIES
from monitoring.domain.site import DeviceKind, Site
from sensors.packets import Message
from tests.scenario.played import START

ROOT: Final = Path(__file__).resolve().parents[2]
JPEG: Final = (
    b"\xff\xd8\xff\xc0\x00\x11\x08\x00\x10\x00\x10\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01\xff\xd9"
)
NUMERIC: Final = [name for name, quantity in QUANTITIES.items() if not quantity.states]
NUMBERS: Final = (
    "0", "-0", "1", "-1", "21.5", "0.1", "1e308", "-1e308", "1e309", "1e-400", "NaN", "Infinity",
    "-Infinity", "9007199254740993", "9" * 400, "1" + "0" * 5000, "1e", "+1", "01", ".5", "0x10",
    "true", "null", '"12"', '"wet"', '""', '"\\ud800"', '"\\u0000"', "[]", "{}", "[[1]]",
)  # fmt: skip
TIMES: Final = (
    *("0", "-1", "-3600", "268435455", "268435456", "1e300", "-1e300", "4e9", "1e15", "null"),
    *(str(START.timestamp() + n) for n in (0, 0.001, 299, 301, 86400, -86400, -31536000)),
)
NAMES: Final = (
    *QUANTITIES, "wetness", "", "_", "rainfall_", "a/b:rainfall", "urn:dev:mac:0:water_depth",
    "\\u0000", "\\ud83d", "雨量", "x" * 300, "y" * 50_000,
    "' OR 1=1 --", "<script>", "../../etc/passwd",
)  # fmt: skip
UNITS: Final = ("cm", "m", "mm", "Cel", "%RH", "m/s", "km/h", "furlong", "", "\\u0000", "K", "/")
LABELS: Final = ("n", "u", "v", "vs", "vb", "vd", "s", "t", "ut", "bn", "bt", "bu", "bv", "bs",
                 "bver", "x_", "v_", "")  # fmt: skip


def corpus() -> list[bytes]:
    """Payloads of real devices, and our own where those are not at hand."""
    folders = [parent / "shared" / "data" / "mqtt" for parent in ROOT.parents]
    files = sorted(f for folder in folders for f in folder.rglob("*") if f.is_file())
    own = [b'[{"bn":"urn:dev:ow:1:","n":"water_depth","u":"cm","v":12.5,"t":1782864000}]', JPEG]
    return own + [content for file in files if len(content := file.read_bytes()) < 1 << 16]


class Fuzz:
    """Makes hostile messages for the devices of a site."""

    def __init__(self, site: Site, seed: int) -> None:
        self._dice = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
        self._corpus = corpus()
        self._devices = [d.id for d in site.devices]
        self._cameras = [d.id for d in site.devices if d.kind is DeviceKind.CAMERA]
        self._root = site.mqtt_root
        self._bodies = self._weighted(
            (30, self._senml), (15, self._hostile_senml), (12, self._cut), (12, self._flipped),
            (8, self._pasted), (8, self._noise), (5, self._picture), (5, self._status),
            (2, self._nested), (1, lambda: b""),
        )  # fmt: skip
        self._topics = self._weighted(
            (60, self._obs), (8, self._frame), (8, self._status_topic), (6, self._unknown),
            (6, self._flipped_topic), (4, self._noise), (1, self._endless),
        )  # fmt: skip

    def messages(self, number: int, *, is_publishable: bool = False) -> Iterator[Message]:
        """So many messages; only such as a 3.1.1 client may publish, where that matters."""
        pick = self._dice.choice
        while number:
            topic = pick(self._topics)()
            if is_publishable and not _is_publishable(topic):
                continue
            number -= 1
            payload = pick(self._bodies)()
            has_properties = not is_publishable and self._dice.random() < 0.05
            properties = self._properties() if has_properties else b""
            yield Message(topic, payload, 1, number % 65535 + 1, False, properties, 0)

    def _weighted(self, *makers: tuple[int, Callable[[], bytes]]) -> Sequence[Callable[[], bytes]]:
        return [maker for weight, maker in makers for _ in range(weight)]

    def _senml(self) -> bytes:
        """A pack as devices send it."""
        dice = self._dice
        records = [
            {"n": name, "u": QUANTITIES[name].unit, "v": round(dice.uniform(-10, 120), 1)}
            for name in dice.choices([*NUMERIC, *QUANTITIES], k=dice.randint(1, 4))
        ]
        if dice.random() < 0.8:
            records[0]["bt"] = START.timestamp() - dice.randrange(10**7) / 10
        return json.dumps(records).encode()

    def _hostile_senml(self) -> bytes:
        """A pack of fields that may be anything."""
        dice = self._dice
        records = []
        for _ in range(dice.randint(0, 3) if dice.random() < 0.99 else 500):
            values = {
                "n": f'"{dice.choice(NAMES)}"', "u": f'"{dice.choice(UNITS)}"',
                "t": dice.choice(TIMES), "bt": dice.choice(TIMES),
            }  # fmt: skip
            labels = ["n", "v", *dice.choices(LABELS, k=dice.randint(0, 4))]
            fields = [f'"{x}":{values.get(x) or dice.choice(NUMBERS)}' for x in labels]
            records.append("{" + ",".join(fields) + "}")
        return ("[" + ",".join(records) + "]").encode()

    def _cut(self) -> bytes:
        body = self._dice.choice(self._corpus)
        return body[: self._dice.randrange(len(body) + 1)]

    def _flipped(self) -> bytes:
        return self._flip(self._dice.choice(self._corpus))

    def _flip(self, body: bytes) -> bytes:
        """With some bits turned over."""
        if not body:
            return body
        changed = bytearray(body)
        for _ in range(self._dice.randint(1, 4)):
            changed[self._dice.randrange(len(body))] ^= 1 << self._dice.randrange(8)
        return bytes(changed)

    def _pasted(self) -> bytes:
        return self._cut() + self._flipped()

    def _noise(self) -> bytes:
        return self._dice.randbytes(self._dice.randrange(1, 60))

    def _nested(self) -> bytes:
        opening = self._dice.choice([b"[", b'{"a":', b'[{"n":', b'[{"v":['])
        return opening * self._dice.choice([10, 900, 1100, 60_000])

    def _picture(self) -> bytes:
        return self._flip(JPEG) if self._dice.random() < 0.5 else JPEG

    def _status(self) -> bytes:
        return self._dice.choice([b"online", b"offline", b"Online", b"on", b"\x00", b"offline\n"])

    def _obs(self) -> bytes:
        return f"{self._root}/obs/{self._dice.choice(self._devices)}".encode()

    def _frame(self) -> bytes:
        return f"{self._root}/frame/{self._dice.choice(self._cameras)}".encode()

    def _status_topic(self) -> bytes:
        return f"{self._root}/status/{self._dice.choice(self._devices)}".encode()

    def _unknown(self) -> bytes:
        names = ["nobody", "", "a/b", "é" * 40, "$SYS", "\x00", "\u202e", "wg-"]
        kind = self._dice.choice(["obs", "frame", "status", "out", ""])
        return f"{self._root}/{kind}/{self._dice.choice(names)}".encode()

    def _flipped_topic(self) -> bytes:
        return self._flip(self._obs())

    def _endless(self) -> bytes:
        return self._obs() + b"/x" * self._dice.choice([100, 30_000])

    def _properties(self) -> bytes:
        """User properties `time` that are good, bad, or no properties at all."""
        if self._dice.random() < 0.2:
            return self._noise()
        times = ("2026-07-20T00:00:00Z", "2026-07-20", "yesterday", "", "9999-12-31T23:59:59Z",
                 "0001-01-01T00:00:00+14:00", "2026-07-20T00:00:00")  # fmt: skip
        value = self._dice.choice(times).encode()
        pair = b"\x26\x00\x04time" + len(value).to_bytes(2, "big") + value
        return bytes([len(pair)]) + pair


def _is_publishable(topic: bytes) -> bool:
    """Whether a broker takes it, and hands it to us."""
    try:
        text = topic.decode()
    except UnicodeDecodeError:
        return False
    is_ours = text.startswith(("donggang/obs/", "donggang/frame/", "donggang/status/"))
    return is_ours and text.isprintable() and not set(text) & {"+", "#"} and len(topic) < 200
