"""The depot: a balance is the fold of movements, never stored alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class MovementKind(StrEnum):
    """Why stock moves."""

    RECEIPT = "receipt"
    ISSUE = "issue"
    RETURN = "return"
    CONSUME = "consume"
    LOSS = "loss"
    SCRAP = "scrap"
    TRANSFER = "transfer"
    ADJUST = "adjust"


_INWARD: Final = frozenset({MovementKind.RECEIPT, MovementKind.RETURN})


@dataclass(frozen=True, slots=True)
class StockMoved:
    """Stock of one item changed.

    Attributes:
        movement_id: Unique; the same id twice has the effect of once.
        quantity: In the item's unit; positive, but for an adjustment, which bears its sign.
        reference: Document, task or response it belongs to.
    """

    movement_id: str
    item: str
    kind: MovementKind
    quantity: float
    reference: str = ""
    note: str = ""

    @property
    def change(self) -> float:
        """What it adds to the balance; negative where stock leaves."""
        if self.kind is MovementKind.ADJUST or self.kind in _INWARD:
            return self.quantity
        return -self.quantity


class StockError(Exception):
    """The movement is not possible; the message says why."""


def balances(movements: Iterable[StockMoved]) -> dict[str, float]:
    """Stock on hand by item id."""
    on_hand: dict[str, float] = {}
    for movement in movements:
        on_hand[movement.item] = on_hand.get(movement.item, 0.0) + movement.change
    return on_hand


def move(on_hand: Mapping[str, float], movement: StockMoved) -> tuple[StockMoved, ...]:
    """Decide a movement against the present balances.

    Raises:
        StockError: The quantity has the wrong sign, or the balance would fall below zero.
    """
    if movement.kind is not MovementKind.ADJUST and movement.quantity <= 0:
        raise StockError("the quantity must be above zero; the kind says which way it moves")
    left = on_hand.get(movement.item, 0.0) + movement.change
    if left < 0:
        held = on_hand.get(movement.item, 0.0)
        raise StockError(f"only {held:g} on hand; {-movement.change:g} cannot leave the depot")
    return (movement,)
