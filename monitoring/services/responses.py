"""The response desk: what people decided, folded from the event log."""

from collections.abc import Mapping
from typing import Final

from monitoring.domain.events import RecordedEvent
from monitoring.domain.levels import ResponseLevel
from monitoring.domain.responses import (
    Cause,
    Response,
    ResponseActivated,
    ResponseChange,
    ResponseDeclined,
    ResponseEvent,
    activate,
    change,
    decline,
    fold,
    gravest,
)
from monitoring.services.ports import Store
from monitoring.services.streams import Streams

STREAM: Final = "response/"


class ResponseDesk:
    """Every response of this world, and every decision against one; safe from any thread."""

    def __init__(self, store: Store) -> None:
        # Replaced and never changed, so that who reads never waits for the database.
        self._responses: Mapping[str, Response] = {}
        self._declines: Mapping[tuple[Cause, str], ResponseDeclined] = {}
        self._streams = Streams(store, STREAM, self._fold)

    def responses(self) -> list[Response]:
        """Every response, newest activation first."""
        return sorted(
            self._responses.values(),
            key=lambda r: (r.activated.at, r.activated.response_id),
            reverse=True,
        )

    def active(self) -> list[Response]:
        """Those in force, gravest first."""
        return gravest(self.responses())

    def declines(self) -> list[ResponseDeclined]:
        """Every decision against a response."""
        return list(self._declines.values())

    def activate(self, activation: ResponseActivated) -> Response:
        """Record an activation; the same id twice counts once.

        Raises:
            ResponseError: One to that hazard is in force in that area already.
        """
        # One stream for each place and hazard, so that two who activate at once can't both do.
        self._streams.record(
            f"{STREAM}level/{activation.hazard}/{activation.area}",
            lambda: activate(self._responses.values(), activation),
            activation.by,
            activation.at,
        )
        return self._responses[activation.response_id]

    def change(self, decision: ResponseChange, seen: ResponseLevel | None = None) -> Response:
        """Record that somebody raised, lowered or ended a response.

        Args:
            seen: The level that the person decided on; None where they don't say.

        Raises:
            KeyError: There is no such response.
            ResponseError: The decision does not fit what is in force.
        """
        about = self._responses[decision.response_id].activated
        self._streams.record(
            f"{STREAM}level/{about.hazard}/{about.area}",
            lambda: change(self._responses[decision.response_id], decision, seen),
            decision.by,
            decision.at,
        )
        return self._responses[decision.response_id]

    def decline(self, decision: ResponseDeclined) -> ResponseDeclined:
        """Record that somebody decided against a response to a cause.

        Raises:
            ResponseError: Somebody did already.
        """
        key = (decision.cause, decision.cause_id)
        self._streams.record(
            f"{STREAM}decline/{decision.cause}/{decision.cause_id}",
            lambda: decline(self._declines.get(key), decision),
            decision.by,
            decision.at,
        )
        return self._declines[key]

    def _fold(self, entry: RecordedEvent) -> None:
        event: ResponseEvent | ResponseDeclined = entry.event
        if isinstance(event, ResponseDeclined):
            self._declines = {**self._declines, (event.cause, event.cause_id): event}
        else:
            folded = fold(self._responses.get(event.response_id), event)
            self._responses = {**self._responses, event.response_id: folded}
