"""The wire: the links to the brokers and the decoder of their messages, as one."""

from collections.abc import Mapping, Sequence

from monitoring.domain.observations import Reading
from monitoring.domain.site import Device
from sensors.links import Links
from sensors.native import NativeDecoder
from sensors.packets import Message


class NativeWire:
    """Reads native messages, and acknowledges them on the link that brought them."""

    def __init__(self, root: str, devices: Mapping[str, Device]) -> None:
        self._decoder = NativeDecoder(root, devices)
        self._links: Links | None = None

    def attach(self, links: Links) -> None:
        """Say on which links to acknowledge."""
        self._links = links

    def decode(self, message: Message, arrived_us: int) -> Sequence[Reading]:
        """What a message says, or why that can't be told."""
        return self._decoder.decode(message, arrived_us)

    def acknowledge(self, messages: Sequence[Message]) -> None:
        """Let the brokers forget messages."""
        if self._links is not None:
            self._links.acknowledge(messages)
