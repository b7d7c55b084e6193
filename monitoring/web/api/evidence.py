"""Routes of the evidence: which pictures are pinned to an alarm, and each by its hash."""

from asyncio import to_thread
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query, Request
from fastapi.responses import Response

from monitoring.services.thumbnail import thumbnail
from monitoring.services.world import World
from monitoring.web.api import shapes
from monitoring.web.api.etag import FINAL, jpeg_headers, unchanged
from monitoring.web.api.paging import MOST, Cursor, Limit, slice_of

Hash = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="SHA-256 of the JPEG.")]

Width = Annotated[int | None, Query(ge=64, le=640, description="Pixels, for a thumbnail.")]


def routes(world: World[Any]) -> APIRouter:
    """The routes of a world."""
    router = APIRouter(prefix="/api/v1", tags=["evidence"])

    @router.get("/alarms/{alarm_id}/frames")
    async def frames(alarm_id: str, limit: Limit = MOST, cursor: Cursor = None) -> dict[str, Any]:
        """The pictures of an alarm's segments 10 min before and after its onset, by time."""
        if world.alarms.alarm(alarm_id) is None:
            raise HTTPException(404, f"there is no alarm {alarm_id!r}; see /api/v1/alarms")
        pinned = await to_thread(world.evidence.frames, alarm_id)
        known = sorted(pinned, key=lambda f: (f.time, f.camera))
        return slice_of([shapes.pinned_frame(f) for f in known], cursor, limit)

    @router.get("/frames/{sha256}.jpg", response_class=Response)
    async def frame(request: Request, sha256: Hash, width: Width = None) -> Response:
        """The picture with that hash, or a smaller one made of it."""
        headers = jpeg_headers(sha256 if width is None else f"{sha256}-{width}", FINAL)
        try:
            jpeg = await to_thread(world.store.frames.picture, sha256)
        except FileNotFoundError as error:
            raise HTTPException(404, "no picture with that hash is kept") from error
        if same := unchanged(request, headers):
            return same
        if width is not None:
            jpeg = await to_thread(thumbnail, jpeg, width)
        return Response(jpeg, media_type="image/jpeg", headers=headers)

    router.head("/frames/{sha256}.jpg", include_in_schema=False)(frame)
    return router
