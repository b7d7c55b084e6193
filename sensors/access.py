"""Access to a broker: its address, our account and our certificates, read once."""

import os
import ssl
from dataclasses import dataclass, field
from pathlib import Path

from paho.mqtt.client import Client

from monitoring.domain.brokers import Address, Broker


class AccessError(Exception):
    """What the configuration names can't be used; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Access:
    """How to come to a broker, and to be let in.

    Attributes:
        tls: What the broker must prove and what we can; None where it speaks plainly.
    """

    address: Address
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: ssl.SSLContext | None = None

    def prepare(self, client: Client) -> None:
        """Have a client that is not yet connected use it."""
        if self.user is not None:
            client.username_pw_set(self.user, self.password)
        if self.tls is not None:
            client.tls_set_context(self.tls)


def access_to(broker: Broker) -> Access:
    """Read what a broker's configuration names.

    Raises:
        AccessError: A file or an environment variable is missing, or is not what it should be.
    """
    address = broker.address
    try:
        return Access(
            address,
            user=broker.user or address.user,
            password=_password(broker) or address.password,
            tls=_context(broker) if address.is_tls else None,
        )
    except AccessError as error:
        raise AccessError(f"broker {broker.id!r}: {error}") from error


def _password(broker: Broker) -> str | None:
    if broker.password_env is not None:
        password = os.environ.get(broker.password_env)
        if not password:
            raise AccessError(
                f"the environment has no {broker.password_env}; put the password there"
            )
        return password
    if broker.password_file is None:
        return None
    try:
        lines = broker.password_file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise AccessError(f"{broker.password_file} cannot be read: {error}") from error
    if not lines or not lines[0]:
        raise AccessError(
            f"{broker.password_file} is empty; expected the password, on its first line"
        )
    return lines[0]


def _context(broker: Broker) -> ssl.SSLContext:
    """What TLS needs; the broker's name and signature are always checked."""
    try:
        context = ssl.create_default_context(cafile=broker.ca)
    except (ssl.SSLError, OSError) as error:
        raise AccessError(f"{broker.ca} holds no certificates of authorities in PEM") from error
    if broker.cert is not None and broker.key is not None:
        _prove(context, broker.cert, broker.key)
    return context


def _prove(context: ssl.SSLContext, cert: Path, key: Path) -> None:
    """Have a certificate of our own shown to a broker that asks for it."""

    def refuse() -> str:  # else OpenSSL would ask on the terminal
        raise AccessError(f"{key} has a passphrase; expected a key without one")

    try:
        context.load_cert_chain(cert, key, refuse)
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise AccessError(f"the key {key} does not belong to the certificate {cert}") from error
        raise AccessError(f"{cert} and {key} are no certificate with its key in PEM") from error
    except OSError as error:
        raise AccessError(f"{cert} or {key} cannot be read: {error.strerror}") from error
