"""Announcements: devices that say of themselves what they send, as Home Assistant has it.

Retained JSON on `homeassistant/<component>/[<node>/]<object>/config`; long and short keys, `~`
for a base topic, and several components of one device in one message
(https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery). An announcement is only kept
here: what it speaks of is a candidate until a person has bound it.
"""

import json
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from monitoring.domain.devices import (
    ANNOUNCED,
    AnnouncedStatus,
    AnnouncedValue,
    Candidate,
    DeviceBound,
    profile_of,
)
from monitoring.domain.observations import Reason
from sensors.profiles.model import Profile
from sensors.profiles.select import check
from sensors.units import CONVERSIONS

FILTERS: Final = ("homeassistant/+/+/config", "homeassistant/+/+/+/config")
_TOPIC: Final = re.compile(rb"homeassistant/([^/]+)/(?:[^/]+/)?[^/]+/config")
_LONGEST: Final = 120  # characters of a topic, so that a profile can name all its levels
_WILD: Final = frozenset("+#\0")
_MOST: Final = 5_000  # announcements that are kept
_SHORT: Final = {
    "avty": "availability", "avty_t": "availability_topic", "cmps": "components", "dev": "device",
    "dev_cla": "device_class", "ids": "identifiers", "p": "platform",
    "pl_avail": "payload_available", "pl_not_avail": "payload_not_available", "pl_off":
    "payload_off", "pl_on": "payload_on", "stat_cla": "state_class", "stat_t": "state_topic",
    "t": "topic", "uniq_id": "unique_id", "unit_of_meas": "unit_of_measurement",
    "val_tpl": "value_template",
}  # fmt: skip
_TEMPLATE: Final = re.compile(r"\{\{\s*value(_json)?((?:\.\w+|\['[^']+'\]|\[\d+\])*)\s*\}\}")
_CLASSES: Final = {
    "temperature": "air_temperature",
    "humidity": "humidity",
    "atmospheric_pressure": "pressure",
    "pressure": "pressure",
    "wind_speed": "wind_speed",
    "wind_direction": "wind_direction",
    "precipitation": "rainfall",
    "precipitation_intensity": "rain_rate",
    "distance": "water_depth",  # of an ultrasonic sensor over a road, measured down to the water
    "pm25": "pm25",
    "battery": "battery",
}
_STATES: Final = {"door": "cover_open", "opening": "cover_open", "running": "pump_running"}
_UNITS: Final = {
    "°C": "Cel", "°F": "degF", "%": "%", "°": "deg", "µg/m³": "ug/m3", "μg/m³": "ug/m3",
    "ft/s": "ft/s", "kn": "kn",
}  # fmt: skip
_MOUNTED: Final = "mount_height_cm"


class Announcements:
    """What has been announced by now; safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[bytes, list[Candidate]] = {}

    def take(self, topic: bytes, payload: bytes) -> tuple[Reason, str] | None:
        """Keep or, where the payload is empty, forget an announcement; why it can't be read."""
        found: list[Candidate] = []
        if payload:
            try:
                config = json.loads(payload)
            except (ValueError, RecursionError) as error:
                return Reason.NOT_JSON, f"an announcement: {error}"
            if not isinstance(config, dict):
                return Reason.PAYLOAD, "an announcement: expected an object"
            match = _TOPIC.fullmatch(topic)
            component = match[1].decode(errors="replace") if match else ""
            found = [one for one in _components(component, _long(config)) if one.values]
        with self._lock:
            self._known.pop(topic, None)
            if found and len(self._known) < _MOST:
                self._known[topic] = found
        return None

    def candidates(self) -> list[Candidate]:
        """One for each device, with all that it has announced."""
        with self._lock:
            every = [one for found in self._known.values() for one in found]
        devices: dict[str, Candidate] = {}
        for one in every:
            held = devices.get(one.external)
            devices[one.external] = one if held is None else _together(held, one)
        return list(devices.values())


def is_announcement(topic: bytes) -> bool:
    """Whether a topic is one on which devices announce themselves."""
    return _TOPIC.fullmatch(topic) is not None


def announced_profile(bound: DeviceBound) -> Profile:
    """The profile by which a device is heard that had announced itself.

    Raises:
        ValueError: What it announced makes no profile.
    """
    messages = [_value_form(value) for value in bound.values]
    if bound.status is not None:
        status = {"online": [bound.status.online], "offline": [bound.status.offline]}
        messages.append({**_form(bound.status.topic, "text"), "status": status})
    return Profile.model_validate({
        "id": profile_of(bound),
        "title": {"zh": bound.name_zh, "en": bound.name_en},
        "source": "what the device announced of itself",
        "messages": messages,
    })  # fmt: skip


def _form(topic: str, payload: str) -> dict[str, Any]:
    """A form of messages on one topic, whose external id is the topic itself."""
    levels = list(range(len(topic.split("/"))))
    return {"topics": [topic], "payload": payload, "device": {"topic": levels}, "sparse": True}


def _value_form(value: AnnouncedValue) -> dict[str, Any]:
    said: dict[str, Any] = {"quantity": value.quantity, "path": value.path}
    if value.unit is not None:
        said["unit"] = value.unit
    if value.true is not None and value.false is not None:
        said["map"] = {value.true: True, value.false: False}
    if value.is_total:
        said["increment"] = True
    if value.below:
        said["below"] = value.below
    return {**_form(value.topic, "text" if value.path == "$" else "json"), "values": [said]}


def _long(config: Mapping[str, Any]) -> dict[str, Any]:
    """A mapping with its keys in full, and `~` in topics replaced by the base topic."""
    full = {_SHORT.get(key, key): value for key, value in config.items()}
    base = full.pop("~", None)
    for key, value in full.items():
        if isinstance(value, dict):
            inner = {"~": base, **value} if base and key == "components" else value
            full[key] = _long(inner)
        elif isinstance(base, str) and key.endswith("topic") and isinstance(value, str):
            full[key] = _based(value, base)
    return full


def _based(topic: str, base: str) -> str:
    if topic.startswith("~"):
        return base + topic[1:]
    return topic[:-1] + base if topic.endswith("~") else topic


def _components(component: str, config: dict[str, Any]) -> Iterator[Candidate]:
    """The entity of a message, or all those of a device that announces them together."""
    several = config.get("components")
    if component != "device" or not isinstance(several, dict):
        yield _candidate(component, config)
        return
    shared = {k: v for k, v in config.items() if k != "components"}
    for own in several.values():
        if isinstance(own, dict):
            entity = {**shared, **_long(own)}
            yield _candidate(str(entity.get("platform")), entity)


def _candidate(component: str, config: Mapping[str, Any]) -> Candidate:
    device = config.get("device")
    known = device if isinstance(device, dict) else {}
    names = known.get("identifiers")
    first = names[0] if isinstance(names, list) and names else names
    own = next(
        (str(n) for n in (first, config.get("unique_id"), config.get("state_topic")) if n), ""
    )
    value = _value(component, config)
    return Candidate(
        ANNOUNCED,
        own[:256],
        str(known.get("name") or config.get("name") or own)[:100],
        quantities=(value.quantity,) if value else (),
        parameters=(value.below,) if value and value.below else (),
        values=(value,) if value else (),
        status=_status(config),
    )


def _value(component: str, config: Mapping[str, Any]) -> AnnouncedValue | None:
    """What an entity sends, where it is one of our quantities and said in the simple way."""
    topic, kind = config.get("state_topic"), str(config.get("device_class"))
    path = _path(config.get("value_template"))
    if not _is_plain(topic) or path is None:
        return None
    topic = str(topic)
    if component == "binary_sensor" and kind in _STATES:
        true, false = config.get("payload_on", "ON"), config.get("payload_off", "OFF")
        return AnnouncedValue(topic, path, _STATES[kind], true=_word(true), false=_word(false))
    quantity = _CLASSES.get(kind) if component == "sensor" else None
    sent = str(config.get("unit_of_measurement", ""))
    unit = _UNITS.get(sent, sent)
    if quantity is None or unit not in CONVERSIONS[quantity]:
        return None
    is_total = str(config.get("state_class", "")).startswith("total")
    if quantity == "rainfall" and not is_total:
        return None  # nobody knows of which span it would be
    below = _MOUNTED if kind == "distance" else None
    return AnnouncedValue(topic, path, quantity, unit, is_total=quantity == "rainfall", below=below)


def _status(config: Mapping[str, Any]) -> AnnouncedStatus | None:
    several = config.get("availability")
    first = several[0] if isinstance(several, list) and several else several
    said = _long(first) if isinstance(first, dict) else {}
    topic = said.get("topic") or config.get("availability_topic")
    if not _is_plain(topic) or said.get("value_template") or config.get("availability_template"):
        return None
    asked = {**config, **said}
    return AnnouncedStatus(
        str(topic),
        _word(asked.get("payload_available", "online")),
        _word(asked.get("payload_not_available", "offline")),
    )


def _is_plain(topic: object) -> bool:
    """Whether it is a topic, without wildcards and of a length that a profile takes."""
    return isinstance(topic, str) and 0 < len(topic) <= _LONGEST and not _WILD & {*topic}


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _path(template: object) -> str | None:
    """Where the value stands; None where the template does more than to point at it."""
    if template is None:
        return "$"
    match = _TEMPLATE.fullmatch(str(template).strip())
    if match is None or bool(match[1]) != bool(match[2]):
        return None
    try:
        return check(match[2].removeprefix(".")) if match[2] else "$"
    except ValueError:
        return None


def _together(one: Candidate, other: Candidate) -> Candidate:
    """One device of two entities; the first of several values of a quantity counts."""
    values = one.values + tuple(v for v in other.values if v.quantity not in one.quantities)
    return replace(
        one,
        quantities=tuple(v.quantity for v in values),
        parameters=tuple(dict.fromkeys(v.below for v in values if v.below)),
        values=values,
        status=one.status or other.status,
    )
