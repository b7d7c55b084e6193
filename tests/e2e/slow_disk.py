"""The program on a disk that takes half a second for every commit."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from app import app
from monitoring.store.database import Database

COMMIT_S = 0.5
_quick: Any = Database.transaction


@contextmanager
def _slow(self: Database) -> Iterator[Any]:
    with _quick(self) as transaction:
        yield transaction
        time.sleep(COMMIT_S)


if __name__ == "__main__":
    Database.transaction = _slow  # type: ignore[method-assign]
    app()
