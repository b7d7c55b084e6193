"""The wire: the links to the brokers and the decoders of their messages, as one."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from monitoring.domain.brokers import NATIVE
from monitoring.domain.observations import Observation, Reading
from monitoring.domain.site import Device
from sensors.links import Links
from sensors.native import NativeDecoder, native_topics
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
        self._root = root
        self._profiles = ProfileDecoder(profiles, devices.values(), Births(births))
        self._decoder = NativeDecoder(root, devices, self._profiles)
        self._links: Links | None = None

    @property
    def topics(self) -> dict[str, list[str]]:
        """Filters of what is to be subscribed, by what a broker's `reads` calls them."""
        return {NATIVE: native_topics(self._root), **self._profiles.topics}

    def attach(self, links: Links) -> None:
        """Say on which links to acknowledge."""
        self._links = links

    def resume(self, newest: Iterable[Observation]) -> None:
        """Go on from what is archived: counters need their former totals."""
        self._profiles.resume(newest)

    def decode(self, message: Message, arrived_us: int) -> Sequence[Reading]:
        """What a message says, or why that can't be told."""
        return self._decoder.decode(message, arrived_us)

    def acknowledge(self, messages: Sequence[Message]) -> None:
        """Let the brokers forget messages."""
        if self._links is not None:
            self._links.acknowledge(messages)
