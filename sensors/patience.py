"""Patience: how long to wait before trying again."""

import random


class Patience:
    """Waits twice as long each time, and never all at the same moment.

    Args:
        first_s: Before the first try again.
        longest_s: Before any other.
    """

    def __init__(self, first_s: float, longest_s: float) -> None:
        self._first_s, self._longest_s = first_s, longest_s
        self._next_s = first_s
        # Not a secret; a hundred gateways must not come back in the same second.
        self._chance = random.Random()  # noqa: S311

    def next_s(self) -> float:
        """How long to wait now."""
        wait_s = self._next_s * self._chance.uniform(0.5, 1.0)
        self._next_s = min(2 * self._next_s, self._longest_s)
        return wait_s

    def reset(self) -> None:
        """It has worked."""
        self._next_s = self._first_s
