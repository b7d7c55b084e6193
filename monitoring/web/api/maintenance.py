"""Routes of maintenance: a named person takes a device out, and gives it back."""

import uuid
from asyncio import to_thread
from typing import Annotated, Any

from fastapi import APIRouter, Header, HTTPException
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from monitoring.services.world import World
from monitoring.web.api import shapes
from monitoring.web.door import current_user

Key = Annotated[str | None, Header(max_length=128)]


class Outage(BaseModel):
    """Why a device is taken out, and until when."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=500)
    until: AwareDatetime


def routes(world: World[Any]) -> APIRouter:
    """The routes of a world."""
    router = APIRouter(prefix="/api/v1", tags=["devices"])

    @router.post("/devices/{device_id}/maintenance")
    async def begin(device_id: str, asked: Outage, idempotency_key: Key = None) -> dict[str, Any]:
        """Take a device out, in one's own name; its values are kept but not judged."""
        by, at = current_user.get().name, world.clock.now()
        request = _request(by, idempotency_key)
        try:
            held = await to_thread(
                world.maintenance.begin, device_id, request, by, asked.reason, at, asked.until
            )
        except KeyError as error:
            raise _unknown(device_id) from error
        except ValueError as error:
            raise HTTPException(422, str(error)) from error
        world.changed()
        return {"id": device_id, "maintenance": shapes.maintenance(held)}

    @router.post("/devices/{device_id}/maintenance/end")
    async def end(device_id: str, idempotency_key: Key = None) -> dict[str, Any]:
        """Give a device back before its time is over; nothing where it is not out."""
        by, at = current_user.get().name, world.clock.now()
        request = _request(by, idempotency_key)
        try:
            held = await to_thread(world.maintenance.end, device_id, request, by, at)
        except KeyError as error:
            raise _unknown(device_id) from error
        world.changed()
        return {"id": device_id, "maintenance": shapes.maintenance(held)}

    return router


def _request(by: str, key: str | None) -> str:
    return f"{by}:{key}" if key else uuid.uuid4().hex


def _unknown(device_id: str) -> HTTPException:
    return HTTPException(404, f"there is no device {device_id!r}; see /api/v1/devices")
