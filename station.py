"""The station: how the rooms are put together, and together anew where the site has changed.

With `app.py` it is the only place that knows every room.
"""

import gc
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
import uvicorn

from monitoring.domain.devices import joined
from monitoring.services.clock import FastClock, SystemClock
from monitoring.services.devices import bindings
from monitoring.services.schedule import Schedule
from monitoring.services.world import Standing, World
from monitoring.site import load_base_map, references
from monitoring.store.database import Database, open_database
from monitoring.store.tiles import TileFiles
from monitoring.web.passwords import ensure_administrator
from monitoring.web.server import create_server
from sensors.links import reading
from sensors.player import playing
from sensors.wire import SiteWire

if TYPE_CHECKING:
    from fastapi import FastAPI

    from monitoring.domain.site import Site
    from monitoring.store.kind import Kind
    from monitoring.web.door import Tokens
    from sensors.packets import Message
    from sensors.profiles.model import Profile
    from sensors.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be served: the configuration, a demonstration or none, and where state lies."""

    site: "Site"
    profiles: "Mapping[str, Profile]"
    storm: "Scenario | None"
    speed: float | None
    config: Path
    folder: Path


class Station:
    """What outlives a change of the site: clock, database, broker and a playing demonstration.

    Args:
        stack: Closes all of it.
        mqtt: As the command line has it; None for the brokers of the configuration.
        database: URL.

    Raises:
        AddressError, AccessError, BrokerPortError: The brokers can't be had.
        StoreUnavailableError, DatabaseKindError, DatabaseVersionError, ValueError: Nor can the
            database.
    """

    def __init__(self, plan: Plan, stack: ExitStack, mqtt: str | None, database: str) -> None:
        self._plan = plan
        self._clock: FastClock | SystemClock = SystemClock()
        if plan.storm:
            self._clock = FastClock(datetime.now(UTC), plan.speed or plan.storm.speed)
        kind: Kind = "demo" if plan.storm else "real"
        self._store: Database = open_database(database, plan.folder / "frames", self._clock, kind)
        stack.callback(self._store.close)
        # A demonstration publishes, which it must not do to the bureau's own brokers.
        brokers = () if plan.storm else plan.site.brokers
        name = f"gangan-{plan.site.id}"
        self._links = stack.enter_context(reading(mqtt, brokers, name, {}, plan.folder))
        self._show = stack.enter_context(ExitStack())
        self._is_playing = False
        self._server: uvicorn.Server | None = None
        self._is_outdated = False

    def serve(self, host: str, port: int, tokens: "Tokens") -> None:
        """Serve until somebody ends it; a changed site is put together anew meanwhile."""
        self._greet(f"http://{host}:{port}", ensure_administrator(self._store))
        self._is_outdated = True
        while self._is_outdated:
            self._is_outdated = False
            gc.unfreeze()
            self._server = uvicorn.Server(
                uvicorn.Config(
                    self._assemble(tokens), host=host, port=port, log_level="warning",
                    loop="uvloop", ws_per_message_deflate=False, timeout_graceful_shutdown=3,
                )
            )  # fmt: skip
            self._server.run()
            if not self._server.started:
                sys.exit(3)  # it has said why

    def _rebuild(self) -> None:
        """End this round in order and begin another; the broker keeps what comes meanwhile."""
        self._is_outdated = True
        if self._server is not None:
            self._server.should_exit = True

    def _assemble(self, tokens: "Tokens") -> "FastAPI":
        """Connect the rooms; work begins with the server's lifespan."""
        plan = self._plan
        bound = bindings(self._store).values()
        site = joined(plan.site, bound)
        wire = SiteWire(
            site.mqtt_root, site.device, plan.profiles.values(), plan.folder / "births", bound
        )
        standing = Standing.DEMO if plan.storm else Standing.REAL
        dry = references(plan.config)
        world = World(
            site, self._clock, self._store, wire, speed=self._clock.speed, standing=standing,
            reference=lambda camera: dry[camera].read_bytes() if camera in dry else None,
            rebuild=self._rebuild,
        )  # fmt: skip

        @asynccontextmanager
        async def lifespan(_: "FastAPI") -> AsyncIterator[None]:
            with ExitStack() as running:
                self._start(running, world, wire)
                # What stands stays: looking for garbage in it would take a third of our time.
                gc.freeze()
                yield

        return create_server(
            world, self._store, SystemClock(), tokens=tokens, lifespan=lifespan,
            base_map=load_base_map(plan.config), references=dry,
            tile_cache=TileFiles(plan.folder / "tiles", site.maps.cache_mb * 1_000_000),
        )  # fmt: skip

    def _start(self, running: ExitStack, world: "World[Message]", wire: SiteWire) -> None:
        """Begin to work: what is started last stops first."""
        world.open()
        running.callback(world.close)
        schedule = Schedule(world)
        schedule.start()
        running.callback(schedule.stop)

        wire.attach(self._links)
        self._links.turn_to(wire.topics)
        self._links.connect(world.intake.offer, world.link, world.intake.has_room)
        running.callback(self._part)
        self._play(world)

    def _part(self) -> None:
        """Leave the brokers: until the next round, or for good."""
        if self._is_outdated:
            self._links.pause()
        else:
            self._show.close()
            self._links.close()

    def _play(self, world: World[Any]) -> None:
        """Begin the demonstration once; it goes on while the site is put together anew."""
        storm = self._plan.storm
        if storm is not None and not self._is_playing:
            self._is_playing = True
            player = playing(self._links.first, self._plan.site, storm, self._clock, world.speed)
            self._show.enter_context(player)

    def _greet(self, url: str, password: str | None) -> None:
        """Say where we are and how to get in."""
        typer.echo(f"港安 Gang'an  {url}")
        storm = self._plan.storm
        if storm is not None:
            typer.echo(f"演示数据 Demonstration: {storm.title.zh} · {storm.title.en}")
        if password is None:
            typer.echo("登录 Sign in with the account and password you have.")
        else:
            typer.echo(f"登录 Sign in (shown only this once) 仅显示一次:\n    admin / {password}")
