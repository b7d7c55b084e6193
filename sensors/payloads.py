"""What every payload reader promises: bytes in, a JSON-like tree out.

A tree is made of dicts with text keys, lists, texts, whole numbers, finite floats, truth values
and None. None is a value that the device marked as missing or invalid. A reader neither opens
anything nor asks the time; what it remembers (the aliases of Sparkplug B) comes from payloads.

A payload may hold several frames, good and bad. Then the good ones are in the tree, and its
`faults` has a sentence for each part that could not be read: the caller tells each as a reject.
"""

from typing import Any, Protocol


class PayloadError(ValueError):
    """Nothing of a payload can be used; one sentence says what was found and expected."""


class Reader(Protocol):
    """Reads payloads of one kind."""

    def __call__(self, topic: bytes, payload: bytes) -> Any:
        """The tree of a payload.

        Raises:
            PayloadError: The payload can't be read.
        """
        ...
