"""Certificates for tests, made by the openssl command: authorities and what they sign."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.brokers import program


@dataclass(frozen=True)
class Pair:
    """A certificate and its key, as PEM files."""

    cert: Path
    key: Path


class Authority:
    """Somebody who signs certificates; `pair.cert` is what others trust."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.pair = Pair(folder / f"{name}.pem", folder / f"{name}.key")
        _openssl("req", "-x509", *_new(self.pair.key), "-subj", f"/CN={name}", "-days", "2",
                 "-out", self.pair.cert)  # fmt: skip

    def sign(self, name: str, names: str = "IP:127.0.0.1,DNS:localhost", days: int = 2) -> Pair:
        """A certificate for the `names`; one of -1 days has expired."""
        pair = Pair(self._folder / f"{name}.pem", self._folder / f"{name}.key")
        request = self._folder / f"{name}.csr"
        _openssl("req", *_new(pair.key), "-subj", f"/CN={name}", "-out", request,
                 "-addext", f"subjectAltName={names}")  # fmt: skip
        _openssl("x509", "-req", "-in", request, "-days", str(days), "-copy_extensions", "copy",
                 "-CA", self.pair.cert, "-CAkey", self.pair.key, "-CAcreateserial",
                 "-out", pair.cert)  # fmt: skip
        return pair


def _new(key: Path) -> tuple[str | Path, ...]:
    return ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key)


def _openssl(*arguments: str | Path) -> None:
    done = subprocess.run([program("openssl"), *arguments], check=False, capture_output=True)
    if done.returncode:
        pytest.fail(f"openssl: {done.stderr.decode()}", pytrace=False)
