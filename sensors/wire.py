"""The wire: the broker's link and the decoder of its messages, as one."""

from collections.abc import Mapping, Sequence

from monitoring.domain.observations import Reading
from monitoring.domain.site import Device
from sensors.link import MqttLink
from sensors.native import NativeDecoder
from sensors.packets import Message


class NativeWire:
    """Reads native messages, and acknowledges them on the link that brought them."""

    def __init__(self, root: str, devices: Mapping[str, Device]) -> None:
        self._decoder = NativeDecoder(root, devices)
        self._link: MqttLink | None = None

    def attach(self, link: MqttLink) -> None:
        """Say on which link to acknowledge."""
        self._link = link

    def decode(self, message: Message, arrived_us: int) -> Sequence[Reading]:
        """What a message says, or why that can't be told."""
        return self._decoder.decode(message, arrived_us)

    def acknowledge(self, messages: Sequence[Message]) -> None:
        """Let the broker forget messages."""
        if self._link is not None:
            self._link.acknowledge(messages)
