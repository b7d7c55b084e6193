"""Readers: every kind of payload that a profile may name, and how kinds follow each other.

A profile names a kind (`json`), or encodings and then a kind (`[base64, csv]`); an encoding
that stands last gives bytes. Kinds of protocols of their own come from modules of theirs.
"""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec

from monitoring.domain.instants import SECOND_US
from sensors import senml
from sensors.codecs.readers import READERS
from sensors.payloads import PayloadError, Reader
from sensors.profiles.xml import read_xml

Encoding = Callable[[bytes], bytes]

_RELATIVE_BELOW_US: Final = 2**28 * SECOND_US  # RFC 8428, 4.5.3


def read_json(topic: bytes, payload: bytes) -> Any:
    """JSON as it stands."""
    del topic
    try:
        return msgspec.json.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PayloadError(f"{error}; expected JSON, UTF-8") from error


def read_text(topic: bytes, payload: bytes) -> str:
    """One text, without the blanks around it."""
    del topic
    try:
        return payload.decode().strip().strip("\0")
    except UnicodeDecodeError as error:
        raise PayloadError(f"byte {error.start} is no UTF-8; expected text") from error


def read_csv(topic: bytes, payload: bytes) -> list[str]:
    """The fields of one line, between commas, or between semicolons where it has any."""
    text = read_text(topic, payload)
    if "\n" in text:
        raise PayloadError("there are several lines; expected one line of fields")
    return [field.strip().strip('"') for field in text.split(";" if ";" in text else ",")]


def read_senml(topic: bytes, payload: bytes) -> list[dict[str, Any]]:
    """A SenML pack with its base values resolved: `n`, `u`, `t` (s since 1970), `v`.

    `n` is what follows the last / or : of the whole name. A relative time is none at all.
    """
    del topic
    records: list[dict[str, Any]] = []
    try:
        for entry in senml.entries(payload, 0):
            if isinstance(entry, senml.Fault):
                raise PayloadError(f"{entry.detail}; expected a SenML pack")
            is_absolute = entry.time_us >= _RELATIVE_BELOW_US
            time_s = entry.time_us / SECOND_US if is_absolute else None
            records.append({"n": entry.name, "u": entry.unit, "t": time_s, "v": entry.value})
    except (senml.NotJsonError, senml.NotSenmlError) as error:
        raise PayloadError(str(error)) from error
    return records


def read_bytes(topic: bytes, payload: bytes) -> bytes:
    """The bytes themselves, of which paths like [3:5] take parts."""
    del topic
    return payload


def _from_hex(payload: bytes) -> bytes:
    try:
        return bytes.fromhex(payload.decode())
    except ValueError as error:
        raise PayloadError("this is no hexadecimal text; expected such as 01 03 04 …") from error


def _from_base64(payload: bytes) -> bytes:
    try:
        return base64.b64decode(payload, validate=True)
    except binascii.Error as error:
        raise PayloadError(f"{error}; expected Base64") from error


def _from_gb18030(payload: bytes) -> bytes:
    try:
        return payload.decode("gb18030").encode()
    except UnicodeDecodeError as error:
        raise PayloadError(f"byte {error.start} is no GB 18030") from error


ENCODINGS: Final[Mapping[str, Encoding]] = {
    "hex": _from_hex,
    "base64": _from_base64,
    "gb18030": _from_gb18030,
}

# The trees of these are the device's own; those of FRAMED may tell `faults` of theirs.
PLAIN: Final[Mapping[str, Reader]] = {
    "json": read_json,
    "text": read_text,
    "csv": read_csv,
    "xml": read_xml,
    "senml": read_senml,
    "bytes": read_bytes,
    "jpeg": read_bytes,
}

# Kind → makes its reader; such a reader may remember, so every decoder has one of its own.
FRAMED: Final[Mapping[str, Callable[[], Reader]]] = READERS

KINDS: Final = (*PLAIN, *FRAMED)


def new_readers() -> dict[str, Reader]:
    """A reader of every kind; those that remember have nothing to remember yet."""
    return {**PLAIN, **{name: make() for name, make in FRAMED.items()}}


def check_chain(chain: Sequence[str]) -> tuple[str, ...]:
    """The encodings and the kind of a payload.

    Raises:
        ValueError: One of them is not known, or stands where it can't.
    """
    *encodings, last = chain
    wrong = [name for name in encodings if name not in ENCODINGS]
    if last not in KINDS and last not in ENCODINGS:
        wrong.append(last)
    if wrong:
        raise ValueError(
            f"there is no kind of payload {wrong[0]!r} here; expected one of {', '.join(KINDS)}, "
            f"after any of {', '.join(ENCODINGS)}"
        )
    return (*chain, "bytes") if last in ENCODINGS else tuple(chain)


def chained(chain: Sequence[str], readers: Mapping[str, Reader]) -> Reader:
    """The reader that undoes each encoding and then reads the kind."""
    *names, kind = chain
    encodings, read_last = [ENCODINGS[name] for name in names], readers[kind]
    if not encodings:
        return read_last

    def read(topic: bytes, payload: bytes) -> Any:
        for undo in encodings:
            payload = undo(payload)
        return read_last(topic, payload)

    return read
