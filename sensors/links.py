"""The links to all brokers of a site, as one; an embedded broker is started and stopped here."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from monitoring.domain.brokers import Broker, LinkReport, parse
from sensors.access import Access, access_to
from sensors.broker import EmbeddedBroker
from sensors.bulk import OnMessages
from sensors.link import MqttLink, Session
from sensors.packets import Message
from sensors.sessions import SessionMemory

OnReport = Callable[[str, LinkReport], None]


class Links:
    """Reads every broker of a site.

    Args:
        brokers: Where messages are fetched.
        client_id: Names our sessions, where a broker's configuration does not.
        topics: Filters, by what a broker's `reads` calls them.
        folder: Where the embedded broker and the sessions are remembered.
    """

    def __init__(
        self, brokers: Sequence[Broker], client_id: str, topics: Mapping[str, Sequence[str]],
        folder: Path,
    ) -> None:  # fmt: skip
        self._brokers = brokers
        self._client_id = client_id
        self._topics = topics
        self._folder = folder / "broker"
        self._embedded: list[EmbeddedBroker] = []
        self._accesses: dict[str, Access] = {}
        self._links: list[MqttLink] = []

    @property
    def ids(self) -> list[str]:
        """The ids of the brokers."""
        return [broker.id for broker in self._brokers]

    def open(self) -> None:
        """Read accounts and certificates, and start the embedded broker where one is wanted.

        Raises:
            AccessError: What the configuration names can't be used.
            BrokerPortError: The embedded broker can't have its port.
        """
        outer = [broker for broker in self._brokers if not broker.is_embedded]
        self._accesses = {broker.id: access_to(broker) for broker in outer}
        for broker in self._brokers:
            if broker.is_embedded:
                embedded = EmbeddedBroker(broker.address.port, self._folder)
                embedded.start()
                self._embedded.append(embedded)
                self._accesses[broker.id] = Access(parse(embedded.url))

    @property
    def first(self) -> Access:
        """How to come to the first broker, once they are open."""
        return self._accesses[self._brokers[0].id]

    def connect(
        self, on_messages: OnMessages, on_report: OnReport, has_room: Callable[[], bool]
    ) -> None:
        """Connect to all of them and stay connected until `close`.

        Args:
            on_messages: Called with messages in order of arrival, from the links' threads.
            on_report: Called with a broker's id and how the link to it stands.
            has_room: Whether more messages may be read.
        """
        for broker in self._brokers:

            def told(report: LinkReport, name: str = broker.id) -> None:
                on_report(name, report)

            link = MqttLink(
                self._accesses[broker.id], self._session(broker), on_messages, told, has_room
            )
            self._links.append(link)
            link.start()

    def acknowledge(self, messages: Sequence[Message]) -> None:
        """Tell the brokers that messages are safe, each its own."""
        for link in self._links:
            link.acknowledge(messages)

    def close(self) -> None:
        """Disconnect; the sessions stay with the brokers."""
        for link in self._links:
            link.close()

    def stop(self) -> None:
        """End the embedded broker; what it held is gone."""
        for embedded in self._embedded:
            embedded.stop()

    def _session(self, broker: Broker) -> Session:
        client_id = broker.client_id or self._client_id
        names = broker.reads or tuple(self._topics)
        filters = dict.fromkeys(topic for name in names for topic in self._topics[name])
        memory = SessionMemory(
            self._folder / f"session-{broker.id}", f"{client_id} {broker.address}"
        )
        return Session(client_id, broker.session_expiry, list(filters), memory)
