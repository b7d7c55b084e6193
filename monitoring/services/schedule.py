"""Timed work, by APScheduler: time passes in the engine even where nothing arrives."""

from typing import Any, Final

from apscheduler.schedulers.background import BackgroundScheduler

from monitoring.services.health import SchedulerState
from monitoring.services.world import World

TICK_S: Final = 1.0
RETENTION_S: Final = 60.0
_SLACK_S: Final = 60


class Schedule:
    """Runs a world's timed jobs on a thread of their own."""

    def __init__(self, world: World[Any]) -> None:
        self._board = world.board
        self._world = world
        self._jobs = BackgroundScheduler(
            timezone=world.site.zone,
            job_defaults={
                "coalesce": True,  # after a hold-up once is enough
                "max_instances": 1,
                "misfire_grace_time": _SLACK_S,  # the default drops what is a second late
            },
        )

    def start(self) -> None:
        """Begin."""
        self._jobs.add_job(self._world.intake.tick, "interval", seconds=TICK_S)
        self._jobs.add_job(self._world.retention.run, "interval", seconds=RETENTION_S)
        self._jobs.start()
        self._board.scheduler(SchedulerState.OK)

    def stop(self) -> None:
        """End; a running job is waited for."""
        self._board.scheduler(SchedulerState.STOPPED)
        self._world.retention.stop()
        self._jobs.shutdown(wait=True)
