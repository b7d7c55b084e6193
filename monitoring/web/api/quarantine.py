"""Routes of the quarantine: what could not be used, and playing it again after mending."""

from asyncio import to_thread
from typing import Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from monitoring.domain.observations import Reason
from monitoring.services.replay import MOST as MOST_PLAYED
from monitoring.services.replay import CutError
from monitoring.services.world import World
from monitoring.web.api import shapes
from monitoring.web.api.paging import Cursor, Limit, page, read
from monitoring.web.door import current_user


class Which(BaseModel):
    """Which messages shall be played again; all that wait where neither is given."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason | None = None
    topic: str | None = Field(default=None, max_length=65_535)


def routes(world: World[Any]) -> APIRouter:
    """The routes of a world."""
    router = APIRouter(prefix="/api/v1", tags=["records"])

    @router.get("/quarantine")
    async def quarantine(limit: Limit = 100, cursor: Cursor = None) -> dict[str, Any]:
        """Messages that could not be used, newest first, with reason and payload."""
        (before,) = read(cursor, [int]) or [None]
        rows = await to_thread(world.store.rejects, before, limit)
        following = [rows[-1].number] if len(rows) == limit else None
        return page([shapes.reject(row) for row in rows], following)

    @router.post("/quarantine/{number}/replay")
    async def replay(number: int) -> dict[str, Any]:
        """Play one again, by name, as of its first arrival; one that was played stays so."""
        by = current_user.get().name
        try:
            row = await to_thread(world.replay.one, number, by)
        except KeyError as error:
            detail = f"there is no message {number} in quarantine; see /api/v1/quarantine"
            raise HTTPException(404, detail) from error
        except CutError as error:
            raise HTTPException(409, str(error)) from error
        return shapes.reject(row)

    @router.post("/quarantine/replay")
    async def replay_all(which: Which) -> dict[str, Any]:
        """Play again what waits with a reason or on a topic, oldest first, by name."""
        by = current_user.get().name
        done = await to_thread(world.replay.every, which.reason, which.topic, by)
        return {
            "played": done.played,
            "failed": done.failed,
            "cut": done.cut,
            "is_whole": done.is_whole,
            "most": MOST_PLAYED,
        }

    return router
