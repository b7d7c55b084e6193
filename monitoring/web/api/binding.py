"""Routes of binding: which devices are there that nobody has bound, and binding them by name."""

from asyncio import to_thread
from datetime import timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from monitoring.domain.devices import BindingError
from monitoring.domain.entries import Id
from monitoring.domain.plans import Duration
from monitoring.domain.site import DeviceKind
from monitoring.services.devices import Binding
from monitoring.services.world import World
from monitoring.web.api import binding_shapes as shapes
from monitoring.web.api.paging import MOST, Cursor, Limit, slice_of
from monitoring.web.door import current_user

_ADMINISTRATOR: Final = "administrator"
_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


def _words(value: object) -> object:
    """A list; in a form it is one text with spaces or commas."""
    return value.replace(",", " ").split() if isinstance(value, str) else value


class Bind(BaseModel):
    """A candidate, and which device it shall be.

    Further keys are parameters, such as mount_height_cm.
    """

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, float] = Field(init=False)

    profile: str = Field(max_length=64)
    external: str = Field(min_length=1, max_length=512)
    id: Id
    kind: DeviceKind
    name_zh: _Name
    name_en: _Name
    segment: str
    cadence: Duration = Field(gt=timedelta(0))
    quantities: Annotated[tuple[str, ...], BeforeValidator(_words)] = ()

    def binding(self) -> Binding:
        """What is said of the candidate."""
        return Binding(
            self.id, self.kind, self.name_zh, self.name_en, self.segment, self.cadence,
            self.quantities, dict(self.__pydantic_extra__),
        )  # fmt: skip


def routes(world: World[Any]) -> APIRouter:
    """The routes of a world."""
    router = APIRouter(prefix="/api/v1", tags=["devices"])

    @router.get("/candidates")
    async def candidates(limit: Limit = MOST, cursor: Cursor = None) -> dict[str, Any]:
        """Devices that are heard or have announced themselves and are bound to nothing."""
        found = await to_thread(world.devices.candidates)
        return slice_of([shapes.candidate(c) for c in found], cursor, limit)

    @router.get("/bound-devices")
    async def bound(limit: Limit = MOST, cursor: Cursor = None) -> dict[str, Any]:
        """Devices that somebody has bound, newest first."""
        return slice_of([shapes.bound(b) for b in world.devices.bound()], cursor, limit)

    @router.post("/devices", status_code=201)
    async def bind(asked: Bind) -> dict[str, Any]:
        """Bind a candidate to a segment, by name; 409 where id or device is taken."""
        by, at = _administrator(), world.clock.now()
        try:
            made = await to_thread(
                world.devices.bind, asked.profile, asked.external, asked.binding(), by, at
            )
        except KeyError as error:
            detail = f"there is no candidate {asked.external!r}; see /api/v1/candidates"
            raise HTTPException(404, detail) from error
        except BindingError as error:
            raise HTTPException(409, str(error)) from error
        world.changed()
        return {"id": made.device, "takes_effect": _when(world)}

    @router.post("/devices/{device_id}/unbind")
    async def unbind(device_id: str) -> dict[str, Any]:
        """Take a bound device out of the site, by name; what it sent stays archived."""
        by, at = _administrator(), world.clock.now()
        try:
            await to_thread(world.devices.unbind, device_id, by, at)
        except KeyError as error:
            detail = f"{device_id!r} was not bound here; see /api/v1/bound-devices"
            raise HTTPException(404, detail) from error
        world.changed()
        return {"id": device_id, "takes_effect": _when(world)}

    return router


def _administrator() -> str:
    """The name of who asks; refused where that is no administrator."""
    user = current_user.get()
    if user.role != _ADMINISTRATOR:
        raise HTTPException(403, "only an administrator binds devices; ask one")
    return user.name


def _when(world: World[Any]) -> str:
    return "now" if world.devices.takes_effect_at_once else "at the next start"
