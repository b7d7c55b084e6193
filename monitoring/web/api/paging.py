"""Lists come in pages: `{"items": […], "next": cursor or null}`."""

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Annotated, Any, Final

from fastapi import HTTPException, Query

MOST: Final = 1000

Limit = Annotated[int, Query(ge=1, le=MOST, description="Rows of a page.")]
Cursor = Annotated[str | None, Query(description="`next` of the page before.")]


def page(items: list[dict[str, Any]], following: Sequence[Any] | None) -> dict[str, Any]:
    """A page; `following` is where the next one begins, None at the end."""
    return {"items": items, "next": None if following is None else _written(following)}


def read(cursor: str | None, types: Sequence[type]) -> list[Any] | None:
    """What a cursor of ours says, None for none; anything else is refused."""
    if cursor is None:
        return None
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (binascii.Error, ValueError):
        parts = None
    is_ours = isinstance(parts, list) and [type(p) for p in parts] == list(types)
    if not is_ours or parts is None:
        raise HTTPException(422, "this cursor is not one of ours; begin without one")
    return list(parts)


def slice_of(items: Sequence[dict[str, Any]], cursor: str | None, limit: int) -> dict[str, Any]:
    """A page of a list that is at hand as a whole."""
    (start,) = read(cursor, [int]) or [0]
    following = [start + limit] if start + limit < len(items) else None
    return page(list(items[start : start + limit]), following)


def _written(parts: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(list(parts)).encode()).decode()
