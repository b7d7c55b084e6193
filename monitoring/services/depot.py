"""The depot desk: balances are folded from the ledger in the event log."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from monitoring.domain.depot import MovementKind, StockMoved, balances, move
from monitoring.domain.events import NewEvent
from monitoring.domain.forces import Depot, Item
from monitoring.services.ports import Store, StreamConflictError

_ATTEMPTS: Final = 20


@dataclass(frozen=True, slots=True)
class Stock:
    """What is there of one item, in its unit."""

    item: Item
    on_hand: float
    reserved: float = 0.0

    @property
    def available(self) -> float:
        """What may still be promised."""
        return self.on_hand - self.reserved

    @property
    def is_short(self) -> bool:
        """Whether the stock is below its minimum."""
        return self.on_hand < self.item.minimum


class DepotDesk:
    """Reads and writes the ledger of one depot."""

    def __init__(self, depot: Depot, store: Store) -> None:
        self._depot = depot
        self._store = store
        self._stream = f"depot/{depot.id}"

    def open_ledger(self, at: datetime) -> None:
        """Book the configured opening stock of every item that has no movement yet."""
        booked = {m.item for m in self._movements()[0]}
        opening = [
            StockMoved(f"opening-{item.id}", item.id, MovementKind.ADJUST, item.opening, "opening")
            for item in self._depot.items
            if item.id not in booked and item.opening
        ]
        if opening:
            with self._store.transaction() as transaction:
                transaction.append([NewEvent(self._stream, m, at, "config") for m in opening])

    def balances(self) -> list[Stock]:
        """Stock of every configured item, in the order of the configuration."""
        on_hand = balances(self._movements()[0])
        return [Stock(item, on_hand.get(item.id, 0.0)) for item in self._depot.items]

    def move(self, movement: StockMoved, by: str, at: datetime) -> float:
        """Book a movement; the item's balance afterwards.

        The same `movement_id` twice has the effect of once.

        Raises:
            KeyError: The depot has no such item.
            StockError: It would take more than there is.
        """
        if all(item.id != movement.item for item in self._depot.items):
            raise KeyError(movement.item)
        for attempt in range(_ATTEMPTS):
            movements, version = self._movements()
            on_hand = balances(movements)
            if any(m.movement_id == movement.movement_id for m in movements):
                return on_hand[movement.item]
            (moved,) = move(on_hand, movement)
            try:
                with self._store.transaction() as transaction:
                    transaction.append([NewEvent(self._stream, moved, at, by, version)])
            except StreamConflictError:
                if attempt == _ATTEMPTS - 1:
                    raise
                continue
            return on_hand.get(movement.item, 0.0) + moved.change
        raise AssertionError

    def _movements(self) -> tuple[list[StockMoved], int]:
        """The ledger and the version of its stream."""
        events = [e for e in self._store.events(0, self._stream) if e.stream == self._stream]
        return [e.event for e in events], events[-1].version if events else 0
