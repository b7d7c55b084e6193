"""What waits to be taken in, and how far behind we are."""

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Generic

from monitoring.domain.instants import SECOND_US
from monitoring.domain.observations import Observation
from monitoring.services.ports import M

ROOM: Final = 20_000  # messages that may wait …
ROOM_BYTES: Final = 64 << 20  # … and their bytes
# Observations a second of the machine's time from which on the age of the newest one tells how
# far behind we are. Below, nothing is held up, and it only tells how often devices send.
LOAD: Final = 1_000


@dataclass(frozen=True, slots=True)
class Lag:
    """How far behind we are.

    Attributes:
        waiting: Messages that were received and are not stored yet.
        behind_s: Age of what is being taken in, in seconds of the machine's time.
    """

    waiting: int = 0
    behind_s: float = 0.0


class Waiting(Generic[M]):
    """The queue between the network and the intake.

    It takes whatever it is offered; who reads from the network asks first whether there is room.
    """

    def __init__(self) -> None:
        self._messages: deque[M] = deque()
        self._arrivals: deque[tuple[int, int]] = deque()  # instant and number of those together
        self._bytes = 0
        self._in_hand: tuple[int, int] = (0, 0)  # number and arrival of what is being taken in
        self._is_ticked = False
        self._is_stopping = False
        self._wake = threading.Condition()

    def offer(self, messages: Sequence[M], at_us: int) -> None:
        """Hand over messages in order of arrival; never blocks."""
        with self._wake:
            self._messages.extend(messages)
            self._arrivals.append((at_us, len(messages)))
            self._bytes += sum(len(m.payload) for m in messages)
            self._wake.notify()

    def has_room(self) -> bool:
        """Whether more may be read from the network."""
        return len(self._messages) < ROOM and self._bytes < ROOM_BYTES

    def tick(self) -> None:
        """Have time pass where no message comes."""
        with self._wake:
            self._is_ticked = True
            self._wake.notify()

    def stop(self) -> None:
        """Have whoever takes or rests end."""
        with self._wake:
            self._is_stopping = True
            self._wake.notify_all()

    def take(self, most: int) -> list[M] | None:
        """The next messages, none where only time has passed; None to stop.

        What was taken before counts as done.
        """
        with self._wake:
            self._in_hand = (0, 0)
            while not (self._messages or self._is_ticked or self._is_stopping):
                self._wake.wait()
            if self._is_stopping:
                return None
            self._is_ticked = False
            batch = [self._messages.popleft() for _ in range(min(most, len(self._messages)))]
            self._bytes -= sum(len(m.payload) for m in batch)
            if batch:
                self._in_hand = (len(batch), self._arrivals[0][0])
                self._forget_arrivals(len(batch))
            return batch

    def rest(self, seconds: float) -> bool:
        """Wait; True where it was stopped meanwhile."""
        with self._wake:
            return self._wake.wait_for(lambda: self._is_stopping, seconds)

    def oldest(self, at_us: int) -> tuple[int, int]:
        """How many are not done, and how many µs ago the oldest of them came."""
        with self._wake:
            taken, since_us = self._in_hand
            if not taken and self._arrivals:
                since_us = self._arrivals[0][0]
            number = taken + len(self._messages)
            return number, at_us - since_us if number else 0

    def _forget_arrivals(self, number: int) -> None:
        while number:
            at_us, together = self._arrivals.popleft()
            if together > number:
                self._arrivals.appendleft((at_us, together - number))
                return
            number -= together


class Pace:
    """How old what is taken in is, while much is taken in.

    What waits at the broker can't be seen from here; but where thousands of observations come
    in a second, the newest of them was made just now, or we are behind.

    Args:
        speed: How many times as fast as the machine's the clock runs.
    """

    def __init__(self, speed: float) -> None:
        self._second_us = round(SECOND_US * speed)
        self._took: deque[tuple[int, int, int]] = deque()  # instant, number, newest

    def took(self, observations: Sequence[Observation], at_us: int) -> None:
        """Observations were taken in; those of clocks that are ahead tell nothing."""
        newest_us = max((o[2] for o in observations if o[2] <= at_us), default=0)
        self._took.append((at_us, len(observations), newest_us))
        while self._took[0][0] <= at_us - self._second_us:
            self._took.popleft()

    def behind_us(self, at_us: int) -> int:
        """Age of the newest one, where many were taken in during the last second; else 0."""
        recent = [entry for entry in tuple(self._took) if entry[0] > at_us - self._second_us]
        if sum(number for _, number, _ in recent) < LOAD:
            return 0
        newest_us = max(newest_us for _, _, newest_us in recent)
        return at_us - newest_us if newest_us else 0
