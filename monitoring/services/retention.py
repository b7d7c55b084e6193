"""Retention: pictures beyond the limits of age and size are deleted, the oldest first.

What is evidence of an alarm stays. The work is done in small steps with pauses, because
whoever writes meanwhile, which is the intake, has to wait for a step.
"""

import threading
from typing import Final

import structlog

from monitoring.domain.cameras import FrameLimits
from monitoring.domain.instants import span_us, to_us
from monitoring.services.frame_ports import FOLDERS, FrameStore
from monitoring.services.ports import Clock, StoreUnavailableError

STEP: Final = 50  # frames deleted while writers wait
_STEPS: Final = 200  # of one run; what is left is the next one's
_PAUSE_S: Final = 0.05
_GB: Final = 1_000_000_000

log = structlog.get_logger(__name__)


class Retention:
    """Deletes what need not be kept; `run` is called once a minute."""

    def __init__(self, frames: FrameStore, limits: FrameLimits, clock: Clock) -> None:
        self._frames, self._limits, self._clock = frames, limits, clock
        self._folder = 0
        self._stopping = threading.Event()

    def run(self) -> None:
        """Bring the pictures within the limits, and look for files that nobody knows."""
        try:
            self._forget()
            self._frames.sweep(self._folder)
        except (StoreUnavailableError, OSError) as error:
            log.warning("pictures could not be deleted; trying again", detail=str(error))
        self._folder = (self._folder + 1) % FOLDERS

    def stop(self) -> None:
        """End a run after its step."""
        self._stopping.set()

    def _forget(self) -> None:
        before_us = to_us(self._clock.now()) - span_us(self._limits.keep)
        excess = self._frames.size() - int(self._limits.at_most_gb * _GB)
        total = 0
        for _ in range(_STEPS):
            gone = self._frames.forget(before_us, excess, STEP)
            excess -= gone.size
            total += gone.number
            if gone.number < STEP or self._stopping.wait(_PAUSE_S):
                break
        if total:
            log.info("pictures deleted", number=total)
