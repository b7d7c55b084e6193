"""港安 Gang'an: the command line; with `station.py` the only place that knows every room.

    python app.py serve     the program itself
    python app.py check     validate the configuration
    python app.py play      publish a scenario as devices would
    python app.py profile try   show what a device profile makes of a payload

Rooms are imported where they are needed, so that `check` answers at once.
"""

import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

if TYPE_CHECKING:
    from monitoring.domain.site import Site
    from sensors.profiles.model import Profile
    from sensors.scenario import Scenario

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
    from monitoring.web.door import Tokens  # noqa: PLC0415
    from monitoring.web.server import is_taken  # noqa: PLC0415
    from station import Plan, Station  # noqa: PLC0415

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
    plan = Plan(site, profiles, storm, speed, config, folder)
    # uvicorn ends in order and then raises the signal again; so that the rest ends in order
    # too, it must be an exception here.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with suppress(KeyboardInterrupt), ExitStack() as stack:
        with _refusing(*_outside_faults()):
            station = Station(plan, stack, mqtt, database or f"sqlite:///{folder / 'gangan.db'}")
        station.serve(host, port, tokens)


def _outside_faults() -> tuple[type[Exception], ...]:
    """What may be wrong with brokers and database when they are opened."""
    from monitoring.store import database  # noqa: PLC0415
    from sensors import links  # noqa: PLC0415

    return *database.REFUSALS, *links.REFUSALS


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
