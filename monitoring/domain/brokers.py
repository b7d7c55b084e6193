"""Brokers: where the devices' messages are fetched, and how the link to each one stands."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final, Self
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from monitoring.domain.plans import Duration

PORT: Final = 1883
TLS_PORT: Final = 8883
LOOPBACK: Final = "127.0.0.1"
NATIVE: Final = "native"  # what `reads` calls the topics that need no profile


class LinkState(StrEnum):
    """How the link to a broker stands, best first."""

    CONNECTED = "connected"
    CONNECTING = "connecting"
    LIMITED = "limited"  # connected, but there are topics that we may not read
    DOWN = "down"  # until the broker or the network is back; we go on trying
    REFUSED = "refused"  # until somebody mends account, certificate or client id


@dataclass(frozen=True, slots=True)
class LinkReport:
    """What a link says of itself.

    Attributes:
        detail: A sentence for people, without secrets.
        has_gap: Whether the broker had kept nothing of the time since we were last connected,
            so that messages of that time may be missing.
    """

    state: LinkState
    detail: str
    has_gap: bool = False


class AddressError(ValueError):
    """The URL does not name a broker; the message says what would."""


@dataclass(frozen=True, slots=True)
class Address:
    """A broker's address.

    Attributes:
        is_tls: Whether the broker proves who it is.
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
    """The address that a URL means: mqtt://[user:pass@]host[:port], mqtts://… or embedded.

    Raises:
        AddressError: It is no such URL, or the embedded broker would not be on loopback.
    """
    if url == "embedded":
        return Address(LOOPBACK, PORT)
    expected = "expected mqtt://[user:password@]host[:port], mqtts://… or embedded"
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError as error:
        raise AddressError(f"the broker's port must be a number 1 to 65535; {expected}") from error
    if parts.scheme == "embedded":
        if parts.hostname not in {LOOPBACK, "localhost"} or port == 0 or parts.path.strip("/"):
            raise AddressError("expected embedded or embedded://127.0.0.1:PORT; loopback only")
        return Address(LOOPBACK, port or PORT)
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


class Broker(BaseModel):
    """A broker that is read.

    Attributes:
        url: As `parse` takes it; without a password here it does not stand in this file.
        ca: PEM file of the authorities that may sign the broker's certificate; without one,
            those of the system.
        cert: PEM file of our own certificate, where the broker asks for one.
        key: PEM file of its private key, without passphrase.
        password_env: Name of the environment variable that holds the password.
        password_file: File that holds the password, on its first line.
        client_id: Names our session; two programs must not share one.
        session_expiry: How long the broker shall keep what waits for us (MQTT 5).
        reads: `native` and ids of profiles; everything where it is empty.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")
    url: str
    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = Field(default=None, validate_default=True)
    user: str | None = Field(default=None, min_length=1)
    password_env: str | None = Field(default=None, min_length=1)
    password_file: Path | None = None
    client_id: str | None = Field(default=None, pattern=r"^[^+#/\s]{1,64}$")
    session_expiry: Duration = Field(
        default=timedelta(days=7), gt=timedelta(0), le=timedelta(days=365)
    )
    reads: tuple[str, ...] = ()

    @classmethod
    def at(cls, url: str) -> Self:
        """The one broker that a URL names.

        Raises:
            AddressError: It names none.
        """
        parse(url)
        return cls(id="main", url=url)

    @property
    def address(self) -> Address:
        """Where it is."""
        return parse(self.url)

    @property
    def is_embedded(self) -> bool:
        """Whether it is the one that we start ourselves."""
        return self.url.startswith("embedded")

    @field_validator("url")
    @classmethod
    def _is_address(cls, url: str) -> str:
        parse(url)
        return url

    @field_validator("ca", "cert")
    @classmethod
    def _belongs_to_tls(cls, file: Path | None, about: ValidationInfo) -> Path | None:
        url = about.data.get("url")
        if file is not None and url is not None and not parse(url).is_tls:
            raise ValueError("certificates belong to mqtts://…; write url so, or leave this out")
        return file

    @field_validator("key")
    @classmethod
    def _belongs_to_cert(cls, key: Path | None, about: ValidationInfo) -> Path | None:
        if "cert" in about.data and (key is None) != (about.data["cert"] is None):
            raise ValueError("cert and key belong together; expected both or neither")
        return key

    @field_validator("user")
    @classmethod
    def _is_named_once(cls, user: str | None, about: ValidationInfo) -> str | None:
        url = about.data.get("url")
        if user is not None and url is not None and parse(url).user is not None:
            raise ValueError("url names a user already; leave one of them out")
        return user

    @field_validator("password_env", "password_file")
    @classmethod
    def _has_user(cls, where: object, about: ValidationInfo) -> object:
        if where is None:
            return where
        if "user" in about.data and about.data["user"] is None:
            raise ValueError("a password needs its user; add user")
        if about.data.get("password_env") is not None:
            raise ValueError("the password stands in password_env already; leave one out")
        return where
