"""A message while profiles look at it: its payload is read once for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from monitoring.domain.observations import Reason, Reject
from sensors.packets import Message
from sensors.payloads import PayloadError, Reader
from sensors.rejects import AHEAD_US, reject, untimely


@dataclass(slots=True)
class Seen:
    """One message, with what has been read of it so far.

    Attributes:
        levels: Of its topic.
        trees: What each chain of payload kinds made of it, or why it could make nothing.
        told: What readers could not read of it, as far as a form has told it.
    """

    message: Message
    levels: Sequence[str]
    arrived_us: int
    trees: dict[tuple[str, ...], Any] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    _first: Reject | None = None

    def tree(self, chain: tuple[str, ...], read: Reader) -> Any:
        """The payload as a chain of kinds reads it.

        Raises:
            PayloadError: It can't be read so.
        """
        if chain not in self.trees:
            try:
                self.trees[chain] = read(self.message.topic, self.message.payload)
            except PayloadError as error:
                self.trees[chain] = error
        tree = self.trees[chain]
        if isinstance(tree, PayloadError):
            raise tree
        return tree

    def refuse(self, reason: Reason, detail: str) -> Reject:
        """The message as a reject; many of one message share what they keep of its payload."""
        if self._first is None:
            self._first = reject(self.message, self.arrived_us, reason, detail)[0]
        return self._first._replace(reason=reason, detail=detail)

    def untimely(self, time_us: int | None) -> Reject | None:
        """The reject of a time that can't be; None where there is no time, or it can be."""
        if time_us is None or 0 <= time_us <= self.arrived_us + AHEAD_US:
            return None
        return untimely(self.message, self.arrived_us, time_us)[0]
