"""Births: messages without which later ones can't be understood, kept for the next start.

An edge node of Sparkplug B tells the names of its metrics once, when it connects, and then may
send numbers for names. Its birth is not retained by the broker, so the newest of each topic is
kept here: a file whose first line is the topic and the rest the payload.
"""

import hashlib
import os
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)


class Births:
    """A folder of messages; made with the first of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, topic: bytes, payload: bytes) -> None:
        """Keep a message in the place of its topic's former one.

        A full disk must not stop the intake: what can't be kept is told in the log.
        """
        file = self._folder / hashlib.sha256(topic).hexdigest()
        part = file.with_suffix(".part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as opened:
                opened.write(topic + b"\n" + payload)
                opened.flush()
                os.fsync(opened.fileno())  # it is acknowledged to the broker hereafter
            part.replace(file)
        except OSError as error:
            log.warning("a birth could not be kept", topic=repr(topic), detail=str(error))

    def kept(self) -> Iterator[tuple[bytes, bytes]]:
        """Topic and payload of all messages, in the order in which they were kept."""
        files = [f for f in self._folder.glob("*") if not f.suffix] if self._folder.is_dir() else []
        for _, file in sorted(((f.stat().st_mtime_ns, f) for f in files), key=itemgetter(0)):
            topic, _, payload = file.read_bytes().partition(b"\n")
            yield topic, payload
