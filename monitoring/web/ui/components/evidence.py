"""Evidence: what the cameras saw round an alarm's onset, as a strip below its row."""

from collections.abc import Callable, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from dash import html

from monitoring.domain.alarms import Alarm
from monitoring.domain.cameras import PinnedFrame
from monitoring.domain.site import Site
from monitoring.web.language import Language, translate
from monitoring.web.ui.components.marks import data

MOST: Final = 6  # pictures of a strip
WIDTH: Final = 192  # pixels that a thumbnail is fetched with

Frames = Callable[[str], Sequence[PinnedFrame]]
"""What is pinned to an alarm, by its id."""


def strips(
    alarms: Sequence[Alarm], frames: Frames, site: Site, zone: ZoneInfo, language: Language
) -> dict[str, html.Div]:
    """Strips by alarm id; none where most of its pictures stand in one above.

    The levels of one plan are reached one after the other and have nearly the same pictures.
    """
    made: dict[str, html.Div] = {}
    shown: set[PinnedFrame] = set()
    for alarm in alarms:
        alarm_id = alarm.raised.alarm_id
        pinned = sorted(frames(alarm_id), key=lambda f: (f.time, f.camera))
        fresh = [frame for frame in pinned if frame not in shown]
        if fresh and 2 * len(fresh) >= len(pinned):
            made[alarm_id] = _strip(pinned, site, zone, language)
            shown.update(pinned)
    return made


def _strip(
    frames: Sequence[PinnedFrame], site: Site, zone: ZoneInfo, language: Language
) -> html.Div:
    total = translate("{n} pictures kept as evidence", language).format(n=len(frames))
    return html.Div(
        [
            html.Span(total, className="total"),
            *(_thumbnail(f, site, zone, language) for f in spread(frames)),
        ],
        className="strip",
        **data(frames=len(frames)),
    )


def spread(frames: Sequence[PinnedFrame]) -> list[PinnedFrame]:
    """The first, the last, and evenly from between, as many as there is room for."""
    if len(frames) <= MOST:
        return list(frames)
    return [frames[round(n * (len(frames) - 1) / (MOST - 1))] for n in range(MOST)]


def _thumbnail(frame: PinnedFrame, site: Site, zone: ZoneInfo, language: Language) -> html.A:
    address = f"/api/v1/frames/{frame.sha256}.jpg"
    device = site.device.get(frame.camera)
    name = frame.camera if device is None else getattr(device.name, language)
    when = f"{frame.time.astimezone(zone):%H:%M:%S}"
    picture = html.Img(src=f"{address}?width={WIDTH}", alt=f"{name} {when}")
    return html.A([picture, html.Time(when)], href=address, target="_blank", title=name)
