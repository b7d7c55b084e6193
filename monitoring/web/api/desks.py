"""Routes of the desks: duty roster and depot."""

import uuid
from asyncio import to_thread
from datetime import date
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Header, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field

from monitoring.domain.depot import MovementKind, StockError, StockMoved
from monitoring.services.world import World
from monitoring.web.api import shapes
from monitoring.web.api.paging import MOST, Cursor, Limit, slice_of
from monitoring.web.door import current_user

_MOST_DAYS = 366


class Movement(BaseModel):
    """A movement of stock as it is asked for."""

    model_config = ConfigDict(extra="forbid")

    item: str
    kind: MovementKind
    quantity: float = Field(allow_inf_nan=False)
    reference: str = Field(default="", max_length=200)
    note: str = Field(default="", max_length=2000)


def routes(world: World[Any]) -> APIRouter:
    """The routes of a world."""
    router = APIRouter(prefix="/api/v1", tags=["desks"])
    zone = ZoneInfo(world.site.zone)

    @router.get("/roster")
    async def roster(
        start: date | None = None,
        days: Annotated[int, Query(ge=1, le=_MOST_DAYS)] = 14,
        limit: Limit = MOST,
        cursor: Cursor = None,
    ) -> dict[str, Any]:
        """The shifts that begin on `days` local days from `start` (default: today) on."""
        first = start or world.clock.now().astimezone(zone).date()
        turns = world.duty.shifts(first, days)
        return slice_of([shapes.shift(turn) for turn in turns], cursor, limit)

    @router.get("/roster/now")
    async def now() -> dict[str, Any]:
        """Who is on duty, who follows, and the gravest response in force."""
        on_duty = world.duty.now(world.clock.now())
        active = world.responses.active()
        return {
            **shapes.shift(on_duty.shift),
            "next_group": on_duty.following.group.number,
            "next_leader": on_duty.following.group.leader.model_dump(),
            "response_level": active[0].level.value if active else None,
        }

    @router.get("/depot/items")
    async def items(limit: Limit = MOST, cursor: Cursor = None) -> dict[str, Any]:
        """Every item with its balance, folded from its movements."""
        stocks = await to_thread(world.depot.balances)
        return slice_of([shapes.stock(entry) for entry in stocks], cursor, limit)

    @router.post("/depot/movements", status_code=201)
    async def move(
        asked: Movement,
        idempotency_key: Annotated[str | None, Header(max_length=128)] = None,
    ) -> dict[str, Any]:
        """Book a movement; one that would drive a balance below zero is 409 and changes nothing."""
        by = current_user.get().name
        key = f"{by}:{idempotency_key}" if idempotency_key else uuid.uuid4().hex
        moved = StockMoved(key, asked.item, asked.kind, asked.quantity, asked.reference, asked.note)
        try:
            balance = await to_thread(world.depot.move, moved, by, world.clock.now())
        except KeyError as error:
            detail = f"the depot has no item {asked.item!r}; see /api/v1/depot/items"
            raise HTTPException(422, detail) from error
        except StockError as error:
            raise HTTPException(409, str(error)) from error
        world.changed()
        return {"id": key, "balance": balance}

    return router
