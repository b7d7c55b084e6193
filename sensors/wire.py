"""The wire: the links to the brokers and the decoders of their messages, as one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import structlog

from monitoring.domain.brokers import NATIVE
from monitoring.domain.devices import ANNOUNCED, Candidate, DeviceBound
from monitoring.domain.observations import Observation, Reading, Reject
from monitoring.domain.site import Device, DeviceKind
from sensors.discovery import FILTERS, Announcements, announced_profile, is_announcement
from sensors.links import Links
from sensors.native import NativeDecoder, native_topics
from sensors.packets import Message
from sensors.profiles.births import Births
from sensors.profiles.decoder import ProfileDecoder
from sensors.profiles.model import Profile
from sensors.rejects import LARGEST, reject
from sensors.scout import Scout

log = structlog.get_logger(__name__)


class SiteWire:
    """Reads a site's messages, and acknowledges them on the link that brought them.

    Args:
        root: First level of the native topics.
        profiles: Those of the configuration; used are those that a device is heard by.
        births: Folder for what profiles need again after a start.
        bound: What people have bound; who announced itself has a profile of its own.
    """

    def __init__(
        self, root: str, devices: Mapping[str, Device], profiles: Iterable[Profile], births: Path,
        bound: Iterable[DeviceBound] = (),
    ) -> None:  # fmt: skip
        own = {p.id: p for p in _announced(bound)}
        every = {p.id: p for p in profiles} | own
        heard = {name: _fitting(device, every) for name, device in devices.items()}
        self._root, self._own = root, own.keys()
        self._profiles = ProfileDecoder(every.values(), heard.values(), Births(births))
        self._decoder = NativeDecoder(root, heard, self._profiles)
        self._announcements = Announcements()
        ours = [p for name, p in every.items() if name not in own]
        self._scout = Scout(root, ours, heard)
        self._links: Links | None = None

    @property
    def topics(self) -> dict[str, list[str]]:
        """Filters of what is to be subscribed, by what a broker's `reads` calls them.

        Where announcements are read, those who announced themselves there are read too.
        """
        topics = {NATIVE: native_topics(self._root), ANNOUNCED: list(FILTERS)}
        for name, filters in self._profiles.topics.items():
            topics.setdefault(ANNOUNCED if name in self._own else name, []).extend(filters)
        return topics

    def attach(self, links: Links) -> None:
        """Say on which links to acknowledge."""
        self._links = links

    def resume(self, newest: Iterable[Observation]) -> None:
        """Go on from what is archived: counters need their former totals."""
        self._profiles.resume(newest)

    def decode(self, message: Message, arrived_us: int) -> Sequence[Reading]:
        """What a message says, or why that can't be told."""
        if not is_announcement(message.topic) or len(message.payload) > LARGEST:
            return self._decoder.decode(message, arrived_us)
        fault = self._announcements.take(message.topic, message.payload)
        return () if fault is None else reject(message, arrived_us, *fault)

    def message(self, reject: Reject) -> Message:
        """A quarantined message as it came, to be decoded again."""
        topic = reject.topic.encode()
        return Message(topic, reject.payload, 1, 0, reject.is_retained, b"", link=0)

    def announced(self) -> list[Candidate]:
        """Devices that have announced themselves."""
        return self._announcements.candidates()

    def strangers(self, reject: Reject) -> list[tuple[str, str]]:
        """Profile and external id of everybody in a quarantined message who is not bound."""
        return self._scout.strangers(self.message(reject))

    def sample(self, profile: str, external: str, reject: Reject) -> Candidate:
        """A stranger as a candidate, with what a quarantined message would give."""
        return self._scout.sample(profile, external, self.message(reject), reject.time_us)

    def acknowledge(self, messages: Sequence[Message]) -> None:
        """Let the brokers forget messages."""
        if self._links is not None:
            self._links.acknowledge(messages)


def _announced(bound: Iterable[DeviceBound]) -> Iterator[Profile]:
    """Profiles of those that announced themselves."""
    for one in bound:
        if one.profile == ANNOUNCED:
            try:
                yield announced_profile(one)
            except ValueError as error:  # one that can't be heard must not silence all others
                log.warning("bound device has no profile", device=one.device, detail=str(error))


def _fitting(device: Device, profiles: Mapping[str, Profile]) -> Device:
    """A device without the sources that can't be heard.

    What was bound may rest on a profile that has been changed or taken away since; that must
    not keep everything else from starting.
    """
    sources = tuple(
        source
        for source in device.sources
        if (profile := profiles.get(source.profile)) is not None
        and (device.kind is DeviceKind.CAMERA or profile.parameters <= source.parameters.keys())
    )
    return device if sources == device.sources else device.model_copy(update={"sources": sources})
