"""Where the broker is: the `--mqtt` URL, taken apart once and never logged with its password."""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

PORT: Final = 1883
TLS_PORT: Final = 8883


class AddressError(ValueError):
    """The URL does not name a broker; the message says what would."""


@dataclass(frozen=True, slots=True)
class Address:
    """A broker's address.

    Attributes:
        is_tls: Whether the broker proves who it is, by the system's certificate authorities.
        user: None where the broker asks for none.
    """

    host: str
    port: int
    is_tls: bool = False
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    def __str__(self) -> str:
        """The address without its secrets, for people and logs."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'mqtts' if self.is_tls else 'mqtt'}://{host}:{self.port}"


def parse(url: str) -> Address:
    """The address that a URL means: mqtt://[user:pass@]host[:port] or mqtts://….

    Raises:
        AddressError: It is no such URL.
    """
    expected = "expected mqtt://[user:password@]host[:port] or mqtts://…"
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError as error:
        raise AddressError(f"the broker's port must be a number 1 to 65535; {expected}") from error
    if parts.scheme not in {"mqtt", "mqtts"} or not parts.hostname or port == 0:
        raise AddressError(f"this URL names no MQTT broker; {expected}")
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise AddressError(f"nothing may follow the broker's port; {expected}")
    is_tls = parts.scheme == "mqtts"
    return Address(
        host=parts.hostname,
        port=port or (TLS_PORT if is_tls else PORT),
        is_tls=is_tls,
        user=unquote(parts.username) if parts.username is not None else None,
        password=unquote(parts.password) if parts.password is not None else None,
    )


def embedded_port(url: str) -> int | None:
    """The port of `embedded` or embedded://127.0.0.1:PORT; None where another broker is meant.

    Raises:
        AddressError: It would not be on loopback, or the port is none.
    """
    expected = "expected embedded or embedded://127.0.0.1:PORT; it is on loopback only"
    if url == "embedded":
        return PORT
    parts = urlsplit(url)
    if parts.scheme != "embedded":
        return None
    try:
        port = parts.port
    except ValueError as error:
        raise AddressError(f"the broker's port must be a number 1 to 65535; {expected}") from error
    if parts.hostname not in {None, "127.0.0.1", "localhost"}:
        raise AddressError(expected)
    return port or PORT
