"""Routes for probes: whether we live, and whether every part works."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from monitoring.services.world import World
from monitoring.web.api.shapes import instant


def routes(world: World[Any]) -> APIRouter:
    """The routes of a world."""
    router = APIRouter(tags=["health"])

    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        """200 while the process lives."""
        return {"status": "alive"}

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        """200 where every part works, else 503; without secrets."""
        health = world.health()
        counters = world.counters()
        pictures = world.inspection.inspected()
        body = {
            "broker": health.broker.value,
            "brokers": [
                {
                    "id": link.broker,
                    "state": link.state.value,
                    "detail": link.detail,
                    "gap_at": instant(link.gap_at),
                }
                for link in health.links
            ],
            "database": health.database.value,
            "engine": health.engine.value,
            "scheduler": health.scheduler.value,
            "details": [
                detail
                for detail in (
                    *(link.detail for link in health.links),
                    health.database_detail,
                    health.engine_detail,
                )
                if detail
            ],
            "last_message_at": instant(health.last_message_at),
            "observations": counters.observations,
            "rejects": counters.rejects,
            "ignored": counters.ignored,
            "pictures": {
                "stored": counters.frames,
                "looked_at": pictures.looked_at,
                "skipped": pictures.skipped,
                "waiting": pictures.waiting,
            },
            "waiting": health.lag.waiting,
            "behind_s": round(health.lag.behind_s, 1),
        }
        return JSONResponse(body, 200 if health.is_ready else 503)

    return router
