"""Pictures as answers that are sent once: entity tags (RFC 9110, 8.8.3 and 13.1.2)."""

from typing import Final

from fastapi import Request
from fastapi.responses import Response

FINAL: Final = "private, max-age=86400, immutable"
"""For what will never be another picture under its address."""

FRESH: Final = "no-cache"
"""For what is to be asked for anew each time, and is mostly the same."""


def jpeg_headers(tag: str, cache: str) -> dict[str, str]:
    """What goes with a picture, and with the news that it is still the same."""
    return {"ETag": f'"{tag}"', "Cache-Control": cache}


def unchanged(request: Request, headers: dict[str, str]) -> Response | None:
    """304 where the asker has that picture already; None where it must be sent."""
    known = [
        tag.strip().removeprefix("W/")
        for tag in request.headers.get("if-none-match", "").split(",")
    ]
    if headers["ETag"] in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return None
