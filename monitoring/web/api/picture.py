"""Routes of the picture: segments, devices, alarms."""

from asyncio import to_thread
from typing import Any

from fastapi import APIRouter, HTTPException

from monitoring.domain.alarms import AlarmState
from monitoring.services.picture import DeviceView
from monitoring.services.world import World
from monitoring.web.api import shapes
from monitoring.web.api.paging import MOST, Cursor, Limit, slice_of
from monitoring.web.door import current_user


def routes(world: World[Any]) -> APIRouter:
    """The routes of a world."""
    router = APIRouter(prefix="/api/v1", tags=["picture"])

    @router.get("/segments")
    async def segments(limit: Limit = MOST, cursor: Cursor = None) -> dict[str, Any]:
        """Every segment with its level and values, as a GeoJSON FeatureCollection."""
        views = await to_thread(world.picture.segments, world.clock.now())
        found = slice_of([shapes.segment(v) for v in views], cursor, limit)
        return {"type": "FeatureCollection", "features": found["items"], "next": found["next"]}

    @router.get("/segments/{segment_id}")
    async def segment(segment_id: str) -> dict[str, Any]:
        """One segment as a GeoJSON feature."""
        view = await to_thread(world.picture.segment, segment_id, world.clock.now())
        if view is None:
            raise HTTPException(404, f"there is no segment {segment_id!r}; see /api/v1/segments")
        return shapes.segment(view)

    @router.get("/devices")
    async def devices(limit: Limit = MOST, cursor: Cursor = None) -> dict[str, Any]:
        """Every device with its state and newest values."""
        views = await to_thread(world.picture.devices, world.clock.now())
        return slice_of([_device(world, view) for view in views], cursor, limit)

    @router.get("/devices/{device_id}")
    async def device(device_id: str) -> dict[str, Any]:
        """One device."""
        view = await to_thread(world.picture.device, device_id, world.clock.now())
        if view is None:
            raise HTTPException(404, f"there is no device {device_id!r}; see /api/v1/devices")
        return _device(world, view)

    @router.get("/alarms")
    async def alarms(
        state: AlarmState | None = None, limit: Limit = MOST, cursor: Cursor = None
    ) -> dict[str, Any]:
        """Alarms, newest onset first; `state=active` for those nobody has acknowledged."""
        known = [a for a in world.alarms.alarms() if state is None or a.state is state]
        return slice_of([shapes.alarm(a) for a in known], cursor, limit)

    @router.post("/alarms/{alarm_id}/acknowledge")
    async def acknowledge(alarm_id: str) -> dict[str, Any]:
        """Take note of an alarm, by name; a second time changes nothing."""
        by = current_user.get().name
        try:
            alarm = await to_thread(world.alarms.acknowledge, alarm_id, by, world.clock.now())
        except KeyError as error:
            raise HTTPException(
                404, f"there is no alarm {alarm_id!r}; see /api/v1/alarms"
            ) from error
        world.changed()
        return shapes.alarm(alarm)

    return router


def _device(world: World[Any], view: DeviceView) -> shapes.Shape:
    record = world.signals.record(view.device, world.clock.now())
    return shapes.device(view, world.site, record)
