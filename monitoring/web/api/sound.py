"""Routes of the walls' sound: a named person silences it for a time."""

from asyncio import to_thread
from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from monitoring.domain.sound import Sound
from monitoring.services.world import World
from monitoring.web.api.shapes import instant
from monitoring.web.door import current_user


class Silence(BaseModel):
    """For how long the walls are to be silent."""

    model_config = ConfigDict(extra="forbid")

    minutes: int = Field(ge=1, le=60)


def routes(world: World[Any]) -> APIRouter:
    """The routes of a world."""
    router = APIRouter(prefix="/api/v1", tags=["walls"])

    @router.post("/sound/silence")
    async def silence(asked: Silence) -> dict[str, Any]:
        """Silence all walls for a time, in one's own name."""
        by, span = current_user.get().name, timedelta(minutes=asked.minutes)
        sound = await to_thread(world.sound.silence, by, world.clock.now(), span)
        world.changed()
        return _shown(sound)

    @router.post("/sound/restore")
    async def restore() -> dict[str, Any]:
        """Let the walls sound again."""
        by = current_user.get().name
        sound = await to_thread(world.sound.restore, by, world.clock.now())
        world.changed()
        return _shown(sound)

    return router


def _shown(sound: Sound) -> dict[str, Any]:
    return {"silenced_by": sound.by or None, "until": instant(sound.until)}
