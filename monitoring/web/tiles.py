"""Map tiles of others, fetched by us: their key stays here, and walls need no way outside."""

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from time import monotonic
from typing import Final

import httpx2
import structlog
from fastapi import APIRouter, HTTPException
from starlette.responses import Response

from monitoring.domain.basemaps import Layer, Provider
from monitoring.services.ports import TileCache
from monitoring.web.problems import problem

log = structlog.get_logger(__name__)

PATIENCE_S: Final = 3.0  # for one tile: a browser waits with few requests at a time
REST_S: Final = 10.0
KEPT_S: Final = 86_400  # by browsers
_MOST_BYTES: Final = 1 << 20
_AT_ONCE: Final = 8
_KINDS: Final = {
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
}


class TileUnavailableError(Exception):
    """A provider gave no tile; the text says why, without its address or key."""


class Tiles:
    """Fetches each tile once; a provider that fails is not asked again at once.

    Otherwise every wall would spend its few connections on waiting for tiles.

    Args:
        patience_s: How long a tile may take.
        rest_s: How long a provider that failed is left alone.
    """

    def __init__(
        self, cache: TileCache | None, *, patience_s: float = PATIENCE_S, rest_s: float = REST_S
    ) -> None:
        self._cache = cache
        self._patience_s = patience_s
        self._rest_s = rest_s
        self._client: httpx2.AsyncClient | None = None
        self._rests: dict[str, float] = {}  # of who failed, until when
        # What it logs are addresses, with the key in them.
        logging.getLogger("httpx2").setLevel(logging.WARNING)

    async def tile(self, provider: Provider, layer: Layer, z: int, x: int, y: int) -> bytes:
        """A picture.

        Raises:
            TileUnavailableError: It is not kept and the provider does not give it.
        """
        made_by = hashlib.sha256(provider.layers[layer].encode()).hexdigest()[:8]
        name = f"{provider.id}-{made_by}/{layer}/{z}/{x}/{y}"
        cache = self._cache
        kept = await asyncio.to_thread(cache.get, name) if cache else None
        if kept is not None:
            return kept
        picture = await self._fetch(provider, layer, z, x, y)
        if cache:
            await asyncio.to_thread(cache.put, name, picture)
        return picture

    async def close(self) -> None:
        """End all connections."""
        if self._client:
            await self._client.aclose()

    async def _fetch(self, provider: Provider, layer: Layer, z: int, x: int, y: int) -> bytes:
        until = self._rests.get(provider.id)
        if until is not None:
            if monotonic() < until:
                raise TileUnavailableError(f"{provider.id} failed a moment ago")
            self._rests[provider.id] = (
                monotonic() + self._rest_s
            )  # one tries, the others wait for it
        try:
            picture = await self._ask(provider.address(layer, z, x, y))
        except TileUnavailableError as error:
            if provider.id not in self._rests:
                log.warning("map tiles are unavailable", provider=provider.id, reason=str(error))
            self._rests[provider.id] = monotonic() + self._rest_s
            raise
        self._rests.pop(provider.id, None)
        return picture

    async def _ask(self, address: str) -> bytes:
        if self._client is None:
            self._client = httpx2.AsyncClient(
                headers={"User-Agent": "gangan"}, limits=httpx2.Limits(max_connections=_AT_ONCE)
            )
        try:
            async with asyncio.timeout(self._patience_s):
                answer = await self._client.get(address)
        except TimeoutError as error:
            raise TileUnavailableError(f"no answer within {self._patience_s:g} s") from error
        except httpx2.TransportError as error:
            raise TileUnavailableError(f"it cannot be reached ({type(error).__name__})") from error
        if answer.status_code != httpx2.codes.OK:
            message = f"it answered {answer.status_code}; are address and key right?"
            raise TileUnavailableError(message)
        if media_type(answer.content) is None or len(answer.content) > _MOST_BYTES:
            raise TileUnavailableError("it sent no picture; are address and key right?")
        return answer.content


def media_type(picture: bytes) -> str | None:
    """What kind of picture it is; None for what is none."""
    return next((kind for start, kind in _KINDS.items() if picture.startswith(start)), None)


def routes(tiles: Tiles, providers: Sequence[Provider]) -> APIRouter:
    """The tiles of all providers that are configured."""
    router = APIRouter(prefix="/tiles", include_in_schema=False)
    known = {provider.id: provider for provider in providers}

    async def answer(name: str, layer: Layer, z: int, x: int, y: int) -> Response:
        provider = known.get(name)
        if provider is None or layer not in provider.layers:
            raise HTTPException(404, f"config/map.yaml has no provider {name!r} with a {layer}")
        if not provider.has(z, x, y):
            levels = f"{provider.min_zoom} to {provider.max_zoom}"
            raise HTTPException(404, f"there is no such tile; {name} has zoom {levels}")
        try:
            picture = await tiles.tile(provider, layer, z, x, y)
        except TileUnavailableError as error:
            detail = f"no tile of {name}: {error}; the schematic map is shown instead"
            return problem(502, detail, {"Retry-After": f"{REST_S:g}"})
        headers = {"Cache-Control": f"private, max-age={KEPT_S}"}
        return Response(picture, media_type=media_type(picture), headers=headers)

    @router.get("/{provider}/{z:int}/{x:int}/{y:int}.png")
    async def tile(provider: str, z: int, x: int, y: int) -> Response:
        return await answer(provider, Layer.MAP, z, x, y)

    @router.get("/{provider}/labels/{z:int}/{x:int}/{y:int}.png")
    async def label(provider: str, z: int, x: int, y: int) -> Response:
        return await answer(provider, Layer.LABELS, z, x, y)

    return router
