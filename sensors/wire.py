"""The wire: the broker's link and the decoders of its messages, as one."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from monitoring.domain.observations import Observation, Reading, Reject
from monitoring.domain.site import Device
from sensors.link import MqttLink
from sensors.native import NativeDecoder
from sensors.packets import Message
from sensors.profiles.births import Births
from sensors.profiles.decoder import ProfileDecoder
from sensors.profiles.model import Profile


class SiteWire:
    """Reads a site's messages, and acknowledges them on the link that brought them.

    Args:
        root: First level of the native topics.
        profiles: Those of the configuration; used are those that a device is heard by.
        births: Folder for what profiles need again after a start.
    """

    def __init__(
        self, root: str, devices: Mapping[str, Device], profiles: Iterable[Profile], births: Path
    ) -> None:
        self._profiles = ProfileDecoder(profiles, devices.values(), Births(births))
        self._decoder = NativeDecoder(root, devices, self._profiles)
        self._link: MqttLink | None = None

    @property
    def topics(self) -> list[str]:
        """What must be subscribed besides the native topics."""
        return self._profiles.topics

    def attach(self, link: MqttLink) -> None:
        """Say on which link to acknowledge."""
        self._link = link

    def resume(self, newest: Iterable[Observation]) -> None:
        """Go on from what is archived: counters need their former totals."""
        self._profiles.resume(newest)

    def decode(self, message: Message, arrived_us: int) -> Sequence[Reading]:
        """What a message says, or why that can't be told."""
        return self._decoder.decode(message, arrived_us)

    def message(self, reject: Reject) -> Message:
        """A quarantined message as it came, to be decoded again."""
        return Message(reject.topic.encode(), reject.payload, 1, 0, reject.is_retained, b"", link=0)

    def acknowledge(self, messages: Sequence[Message]) -> None:
        """Let the broker forget messages."""
        if self._link is not None:
            self._link.acknowledge(messages)
