"""港安 Gang'an: the command line, and the only place that knows every room.

    python app.py serve     the program itself
    python app.py check     validate the configuration
    python app.py play      publish a scenario as devices would
    python app.py profile try   show what a device profile makes of a payload

Rooms are imported where they are needed, so that `check` answers at once.
"""

import gc
import shutil
import signal
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

if TYPE_CHECKING:
    from fastapi import FastAPI

    from monitoring.domain.site import Site
    from monitoring.services.ports import Clock
    from monitoring.services.world import World
    from monitoring.store.database import Database
    from monitoring.store.kind import Kind
    from monitoring.web.door import Tokens
    from sensors.links import Links
    from sensors.packets import Message
    from sensors.profiles.model import Profile
    from sensors.scenario import Scenario
    from sensors.wire import SiteWire

HERE: Final = Path(__file__).resolve().parent

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
profile_app = typer.Typer(no_args_is_help=True)
app.add_typer(profile_app, name="profile", help="Device profiles: how foreign payloads are read.")

Config = Annotated[Path, typer.Option(envvar="GANGAN_CONFIG", help="Folder of the configuration.")]
Mqtt = Annotated[
    str | None,
    typer.Option(
        envvar="GANGAN_MQTT",
        help="embedded, embedded://127.0.0.1:PORT, mqtt://[user:pass@]host:port or mqtts://…;"
        " in place of brokers.yaml. Default: those of brokers.yaml, else embedded.",
    ),
]
Speed = Annotated[
    float | None, typer.Option(envvar="GANGAN_SPEED", min=1, max=600, help="Times life's pace.")
]


@app.command()
def check(config: Config = HERE / "config") -> None:
    """Validate the whole configuration; every error names file, key path and what was expected."""
    from sensors.access import AccessError, access_to  # noqa: PLC0415

    site, profiles = _load(config)
    with _refusing(AccessError, about=f"{config}:\nbrokers.yaml: "):
        list(map(access_to, site.brokers))
    typer.echo(
        f"{config}: {len(site.segments)} segments, {len(site.devices)} devices,"
        f" {len(site.plans)} plans, {len(site.rotation.groups)} duty groups,"
        f" {len(profiles)} device profiles: in order"
    )


@profile_app.command("try")
def profile_try(
    profile: Annotated[str, typer.Argument(help="Id of the profile.")],
    topic: Annotated[str, typer.Option(help="Topic on which the payload came.")],
    payload: Annotated[list[Path], typer.Option(help="File with it; several come in order.")],
    device: Annotated[str | None, typer.Option(help="Our device that shall have sent it.")] = None,
    config: Config = HERE / "config",
) -> None:
    """Print the observations that a payload would give, or why none (exit 1)."""
    from sensors.profiles.trial import TrialError, try_payloads  # noqa: PLC0415

    site, profiles = _load(config)
    with _refusing(TrialError):
        now = datetime.now(UTC)
        typer.echo(try_payloads(profiles, site, profile, topic, payload, device, now))


@app.command()
def play(
    scenario: Annotated[str, typer.Option(envvar="GANGAN_SCENARIO", help="NAME or FILE.")],
    mqtt: Annotated[str, typer.Option(envvar="GANGAN_MQTT", help="mqtt://[user:pass@]host:port")],
    speed: Speed = None,
    config: Config = HERE / "config",
) -> None:
    """Publish a scenario as devices would, until interrupted."""
    from monitoring.domain.brokers import AddressError  # noqa: PLC0415
    from monitoring.services.clock import FastClock  # noqa: PLC0415
    from sensors.player import play_to  # noqa: PLC0415

    site, _ = _load(config)
    storm = _scenario(scenario, config, site)
    clock = FastClock(datetime.now(UTC), speed or storm.speed)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):  # the devices say that they are gone
        signal.signal(number, lambda *_: stop.set())
    with _refusing(AddressError):
        play_to(mqtt, site, storm, clock, clock.speed, stop)


@app.command()
def serve(
    config: Config = HERE / "config",
    host: Annotated[str, typer.Option(envvar="GANGAN_HOST", help="Address to bind.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="GANGAN_PORT", min=1, max=65535)] = 8050,
    mqtt: Mqtt = None,
    database: Annotated[
        str | None,
        typer.Option(envvar="GANGAN_DATABASE", help="sqlite:///FILE or postgresql+psycopg://…"),
    ] = None,
    state: Annotated[
        Path | None, typer.Option(envvar="GANGAN_STATE", help="State: var/ or var/demo/.")
    ] = None,
    scenario: Annotated[
        str,
        typer.Option(envvar="GANGAN_SCENARIO", help="Demonstration to play (NAME, FILE) or none."),
    ] = "none",
    speed: Speed = None,
    admin_token: Annotated[
        str | None, typer.Option(envvar="GANGAN_ADMIN_TOKEN", help="An administrator's token.")
    ] = None,
    wall_token: Annotated[
        str | None, typer.Option(envvar="GANGAN_WALL_TOKEN", help="Lets walls in, to look only.")
    ] = None,
) -> None:
    """Run the platform: intake, engine, desks and the web side in one process."""
    import uvicorn  # noqa: PLC0415

    from monitoring.web.door import Tokens  # noqa: PLC0415
    from monitoring.web.server import is_taken  # noqa: PLC0415
    from sensors.wire import SiteWire  # noqa: PLC0415

    with _refusing(ValueError):
        tokens = Tokens(admin_token, wall_token)
    if is_taken(host, port):
        raise _refused(f"Port {port} on {host} is in use; choose another one with --port.")
    site, profiles = _load(config)
    storm = None if scenario == "none" else _scenario(scenario, config, site)
    folder = state or HERE / "var" / ("demo" if storm else "")
    if storm and state is None and database is None:
        # A demonstration begins afresh; what it played before is worth nothing.
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    wire = SiteWire(site.mqtt_root, site.device, profiles.values(), folder / "births")
    station = _Station(site, storm, speed, config, folder, f"http://{host}:{port}", wire)
    # uvicorn ends in order and then raises the signal again; so that the rest ends in order
    # too, it must be an exception here.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with suppress(KeyboardInterrupt), ExitStack() as stack:
        server = station.build(stack, mqtt, database or f"sqlite:///{folder / 'gangan.db'}", tokens)
        uvicorn.run(
            server, host=host, port=port, log_level="warning", loop="uvloop",
            ws_per_message_deflate=False, timeout_graceful_shutdown=3,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Station:
    """What is to be served, and how its parts are put together."""

    site: "Site"
    storm: "Scenario | None"
    speed: float | None
    config: Path
    folder: Path
    url: str
    wire: "SiteWire"

    def build(
        self, stack: ExitStack, mqtt: str | None, database: str, tokens: "Tokens"
    ) -> "FastAPI":
        """Open the database and connect the rooms; work begins with the server's lifespan."""
        from monitoring.services.clock import FastClock, SystemClock  # noqa: PLC0415
        from monitoring.services.world import Standing, World  # noqa: PLC0415
        from monitoring.site import load_base_map, references  # noqa: PLC0415
        from monitoring.store.tiles import TileFiles  # noqa: PLC0415
        from monitoring.web.passwords import ensure_administrator  # noqa: PLC0415
        from monitoring.web.server import create_server  # noqa: PLC0415

        clock: FastClock | SystemClock = SystemClock()
        if self.storm:
            clock = FastClock(datetime.now(UTC), self.speed or self.storm.speed)
        store = self._database(database, clock)
        stack.callback(store.close)
        links = self._links(stack, mqtt)
        standing = Standing.DEMO if self.storm else Standing.REAL
        dry = references(self.config)
        world = World(
            self.site, clock, store, self.wire, speed=clock.speed, standing=standing,
            reference=lambda camera: dry[camera].read_bytes() if camera in dry else None,
        )  # fmt: skip
        self._greet(ensure_administrator(store))

        @asynccontextmanager
        async def lifespan(_: "FastAPI") -> AsyncIterator[None]:
            with ExitStack() as running:
                self._start(running, world, clock, links)
                # What stands stays: looking for garbage in it would take a third of our time.
                gc.freeze()
                yield

        return create_server(
            world, store, SystemClock(), tokens=tokens, lifespan=lifespan,
            base_map=load_base_map(self.config), references=dry,
            tile_cache=TileFiles(self.folder / "tiles", self.site.maps.cache_mb * 1_000_000),
        )  # fmt: skip

    def _database(self, url: str, clock: "Clock") -> "Database":
        from monitoring.store.database import REFUSALS, open_database  # noqa: PLC0415

        kind: Kind = "demo" if self.storm else "real"
        with _refusing(*REFUSALS):
            return open_database(url, self.folder / "frames", clock, kind)

    def _links(self, stack: ExitStack, mqtt: str | None) -> "Links":
        """The brokers that are read; the embedded one is started where it is asked for."""
        from sensors.links import REFUSALS, reading  # noqa: PLC0415

        # A demonstration publishes, which it must not do to the bureau's own brokers.
        brokers = () if self.storm else self.site.brokers
        name, topics = f"gangan-{self.site.id}", self.wire.topics
        with _refusing(*REFUSALS):
            return stack.enter_context(reading(mqtt, brokers, name, topics, self.folder))

    def _start(
        self, running: ExitStack, world: "World[Message]", clock: "Clock", links: "Links"
    ) -> None:
        """Begin to work: what is started last stops first."""
        from monitoring.services.schedule import Schedule  # noqa: PLC0415
        from sensors.player import playing  # noqa: PLC0415

        world.open()
        running.callback(world.close)
        schedule = Schedule(world)
        schedule.start()
        running.callback(schedule.stop)
        self.wire.attach(links)
        links.connect(world.intake.offer, world.link, world.intake.has_room)
        running.callback(links.close, lambda: not world.intake.lag().waiting)
        if self.storm is not None:
            player = playing(links.first, self.site, self.storm, clock, world.speed)
            running.enter_context(player)

    def _greet(self, password: str | None) -> None:
        """Say where we are and how to get in."""
        typer.echo(f"港安 Gang'an  {self.url}")
        if self.storm is not None:
            typer.echo(f"演示数据 Demonstration: {self.storm.title.zh} · {self.storm.title.en}")
        if password is None:
            typer.echo("登录 Sign in with the account and password you have.")
        else:
            typer.echo(f"登录 Sign in (shown only this once) 仅显示一次:\n    admin / {password}")


def _load(config: Path) -> "tuple[Site, dict[str, Profile]]":
    from monitoring.faults import ConfigurationError, together  # noqa: PLC0415
    from monitoring.site import load  # noqa: PLC0415
    from sensors.profiles.load import load_profiles  # noqa: PLC0415

    with _refusing(ConfigurationError, about=f"{config}:\n"):
        return together(lambda: load(config), lambda: load_profiles(config))


def _scenario(name: str, config: Path, site: "Site") -> "Scenario":
    from sensors.scenario import ScenarioError, find_scenario  # noqa: PLC0415

    with _refusing(ScenarioError):
        return find_scenario(name, config, site)


@contextmanager
def _refusing(*faults: type[Exception], about: str = "") -> Iterator[None]:
    """Turn faults that a user can mend into their message and exit code 1."""
    try:
        yield
    except faults as error:
        raise _refused(f"{about}{error}") from error


def _refused(message: str) -> typer.Exit:
    """Say on standard error why it can't be done, and what to do."""
    typer.echo(message, err=True)
    return typer.Exit(1)


if __name__ == "__main__":
    app()
