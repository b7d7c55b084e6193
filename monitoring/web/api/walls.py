"""Routes of the walls: which are alive, and what a remote control may ask of one."""

from io import BytesIO
from typing import Annotated, Any, Literal

import qrcode
from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from qrcode.image.svg import SvgPathImage

from monitoring.services.world import World
from monitoring.web.walls import Walls


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Zoom(_Asked):
    """Draw the map nearer or farther."""

    do: Literal["zoom"]
    by: Literal[-1, 1]


class Show(_Asked):
    """Fly to a segment."""

    do: Literal["show"]
    segment: str


class Pin(_Asked):
    """Keep a camera in the first place, on all walls; null lets the gravest come first again."""

    do: Literal["pin"]
    camera: str | None


class Plain(_Asked):
    """Show the whole district, turn to the next page, or stay on this one and go on again."""

    do: Literal["home", "page", "hold"]


Command = Annotated[Zoom | Show | Pin | Plain, Field(discriminator="do")]


def routes(world: World[Any], walls: Walls) -> APIRouter:
    """The routes of a world's walls."""
    router = APIRouter(prefix="/api/v1", tags=["walls"])
    _control(router, world, walls)

    @router.get("/walls")
    async def connected() -> dict[str, Any]:
        """Every connected wall, and how many seconds ago it proved that it draws."""
        now = walls.clock()
        return {
            "items": [
                {"id": name, "screen": wall.screen, "drawn_s_ago": round(now - wall.drawn_at, 1),
                 "applied": wall.applied}
                for name, wall in sorted(walls.connected().items())
            ],
            "next": None,
        }  # fmt: skip

    @router.get("/walls/{wall}")
    async def one(wall: str) -> dict[str, Any]:
        """One wall; 404 where it is not connected, which a watchdog takes as a reason to act."""
        found = walls.connected().get(wall)
        if found is None:
            raise HTTPException(404, f"no wall {wall!r} is connected")
        return {
            "id": wall,
            "screen": found.screen,
            "drawn_s_ago": round(walls.clock() - found.drawn_at, 1),
            "applied": found.applied,
        }

    @router.get("/walls/{wall}/qr.svg", response_class=Response)
    async def code(wall: str, request: Request) -> Response:
        """The address of a wall's remote control as a QR code (ISO/IEC 18004)."""
        address = str(request.base_url.replace(path=f"/remote/{wall}"))
        drawn = BytesIO()
        qrcode.make(address, image_factory=SvgPathImage, border=2).save(drawn)
        return Response(drawn.getvalue(), media_type="image/svg+xml")

    return router


def _control(router: APIRouter, world: World[Any], walls: Walls) -> None:
    """Add what a remote control asks for."""
    numbers = {segment.id: n for n, segment in enumerate(world.site.segments)}

    @router.post("/walls/{wall}/commands", status_code=202)
    async def command(wall: str, asked: Command) -> dict[str, Any]:
        """Ask something of a wall; 404 where it is not connected."""
        order = asked.model_dump()
        if isinstance(asked, Show):
            if asked.segment not in numbers:
                raise HTTPException(422, f"there is no segment {asked.segment!r}")
            order["segment"] = numbers[asked.segment]
        if isinstance(asked, Pin):
            if asked.camera is not None and asked.camera not in world.site.device:
                raise HTTPException(422, f"there is no camera {asked.camera!r}")
            walls.pinned = asked.camera
            world.changed()
        if not walls.tell(wall, order):
            raise HTTPException(404, f"no wall {wall!r} is connected")
        return order
