"""Routes of the records: archived observations, pictures, quarantine."""

import csv
import hashlib
import io
from asyncio import to_thread
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import AwareDatetime

from monitoring.domain.instants import from_us, rfc3339, to_us
from monitoring.domain.site import DeviceKind
from monitoring.services.ports import ArchiveQuery
from monitoring.services.world import World
from monitoring.web.api import shapes
from monitoring.web.api.etag import FINAL, FRESH, jpeg_headers, unchanged
from monitoring.web.api.paging import MOST, Cursor, Limit, page, read

_DAY = timedelta(days=1)
_COLUMNS = ("time", "device", "quantity", "value", "unit", "quality", "arrived")


def routes(world: World[Any], references: Mapping[str, Path]) -> APIRouter:
    """The routes of a world.

    Args:
        references: Pictures of dry places, by camera.
    """
    router = APIRouter(prefix="/api/v1", tags=["records"])
    _pictures(router, world, references)

    @router.get("/observations")
    async def observations(
        device: str | None = None,
        quantity: str | None = None,
        start: AwareDatetime | None = None,
        end: AwareDatetime | None = None,
        format: Literal["json", "csv"] = "json",  # noqa: A002 - the query's name
        limit: Limit = MOST,
        cursor: Cursor = None,
    ) -> Any:
        """The archive in order of time, `start <= time < end`; by default the last day."""
        until = end or world.clock.now() + timedelta(seconds=1)
        since = start or until - _DAY
        query = ArchiveQuery(to_us(since), to_us(until), device, quantity, _after(cursor), limit)
        if format == "csv":
            return StreamingResponse(_csv(world, query), media_type="text/csv; charset=utf-8")
        rows = await to_thread(world.store.observations, query)
        last = rows[-1].observation if len(rows) == limit else None
        following = None if last is None else (last.time_us, last.device, last.quantity)
        return page([shapes.observation(row) for row in rows], following)

    return router


def _pictures(router: APIRouter, world: World[Any], references: Mapping[str, Path]) -> None:
    """Add what cameras see, and what they see when it is dry."""

    @router.get("/cameras/{camera_id}/frame.jpg", response_class=Response)
    async def frame(
        request: Request,
        camera_id: str,
        at: AwareDatetime | None = None,
        v: Annotated[int | None, Query(description="Time in µs; makes the answer final.")] = None,
    ) -> Response:
        """The newest picture of a camera, or the newest not after `at`."""
        _camera(world, camera_id)
        at_us = v if at is None else to_us(at)
        stored = await to_thread(world.store.frames.newest, camera_id, at_us)
        if stored is None:
            when = "yet" if at_us is None else "of that time or before"
            raise HTTPException(404, f"camera {camera_id!r} has sent no picture {when}")
        is_final = v is not None and stored.time_us == v
        headers = jpeg_headers(stored.sha256, FINAL if is_final else FRESH)
        headers["X-Frame-Time"] = rfc3339(from_us(stored.time_us))
        if same := unchanged(request, headers):
            return same
        try:
            jpeg = await to_thread(world.store.frames.picture, stored.sha256)
        except FileNotFoundError as error:
            raise HTTPException(404, "this picture is no longer kept") from error
        return Response(jpeg, media_type="image/jpeg", headers=headers)

    router.head("/cameras/{camera_id}/frame.jpg", include_in_schema=False)(frame)

    @router.get("/cameras/{camera_id}/reference.jpg", response_class=Response)
    async def reference(request: Request, camera_id: str) -> Response:
        """What a camera sees when it is dry; 404 where nobody has set such a picture."""
        _camera(world, camera_id)
        file = references.get(camera_id)
        if file is None:
            raise HTTPException(404, f"set one as config/references/{camera_id}.jpg")
        try:
            jpeg = await to_thread(file.read_bytes)
        except OSError as error:
            raise HTTPException(404, f"{file.name} cannot be read: {error.strerror}") from error
        headers = jpeg_headers(hashlib.sha256(jpeg).hexdigest(), FRESH)
        if same := unchanged(request, headers):
            return same
        return Response(jpeg, media_type="image/jpeg", headers=headers)


def _camera(world: World[Any], camera_id: str) -> None:
    """Refuse what is no camera."""
    camera = world.site.device.get(camera_id)
    if camera is None or camera.kind is not DeviceKind.CAMERA:
        raise HTTPException(404, f"there is no camera {camera_id!r}; see /api/v1/devices")


def _after(cursor: str | None) -> tuple[int, str, str] | None:
    parts = read(cursor, [int, str, str])
    return None if parts is None else (parts[0], parts[1], parts[2])


async def _csv(world: World[Any], query: ArchiveQuery) -> AsyncIterator[str]:
    """The whole answer as CSV, page by page, however long it is."""
    yield ",".join(_COLUMNS) + "\r\n"
    while True:
        rows = await to_thread(world.store.observations, query)
        text = io.StringIO()
        writer = csv.DictWriter(text, _COLUMNS)
        writer.writerows(shapes.observation(row) for row in rows)
        yield text.getvalue()
        if len(rows) < query.limit:
            return
        last = rows[-1].observation
        query = replace(query, after=(last.time_us, last.device, last.quantity))
