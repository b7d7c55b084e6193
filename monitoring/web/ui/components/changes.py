"""What changed: how many and which alarms came and went, newest first."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from dash import html
from dash.development.base_component import Component

from monitoring.domain.levels import Level
from monitoring.domain.site import Site
from monitoring.services.alarms import Change, ChangeKind
from monitoring.web.language import Language, translate
from monitoring.web.ui.components.marks import SHAPES, data, level_name
from monitoring.web.wording import subject_name

RECENT: Final = timedelta(minutes=15)
_SHOWN: Final = 6
_WORDS: Final = {
    ChangeKind.RAISED: "{level} raised",
    ChangeKind.RETURNED: "{level} returned to normal",
    ChangeKind.ACKNOWLEDGED: "{level} acknowledged by {name}",
}


def tally(changes: Sequence[Change], text: str, language: Language) -> html.Span:
    """How many alarms were raised and returned, and the gravest of them."""
    counts = Counter(change.kind for change in changes)
    raised = [c.alarm.raised.level for c in changes if c.kind is ChangeKind.RAISED]
    gravest = max(raised, key=lambda level: level.gravity, default=Level.NONE)
    parts: list[Component | str] = [
        translate(text, language),
        " ",
        html.B(str(counts[ChangeKind.RAISED])),
        f" {translate('raised', language)} · ",
        html.B(str(counts[ChangeKind.RETURNED])),
        f" {translate('returned', language)}",
    ]
    if raised:
        highest = f"{SHAPES[gravest]} {level_name(gravest, language)}"
        parts += [f" · {translate('highest', language)} ", html.B(highest)]
    return html.Span(parts, className="tally", **data(raised=counts[ChangeKind.RAISED]))


def timeline(changes: Sequence[Change], site: Site, zone: ZoneInfo, language: Language) -> html.Ul:
    """Changes one by one, with the minute of each."""
    return html.Ul([_entry(c, site, zone, language) for c in changes], className="timeline")


def strip(
    changes: Sequence[Change],
    now: datetime,
    shift_start: datetime,
    site: Site,
    zone: ZoneInfo,
    language: Language,
) -> list[Component]:
    """The last 15 minutes one by one, and the shift in figures.

    Args:
        changes: Since the start of the shift or for 15 min, whichever is longer; newest first.
    """
    recent = [change for change in changes if change.at > now - RECENT]
    in_shift = [change for change in changes if change.at > shift_start]
    return [
        tally(recent, "Last 15 min", language),
        tally(in_shift, "This shift", language),
        timeline((recent or changes)[:_SHOWN], site, zone, language),
    ]


def _entry(change: Change, site: Site, zone: ZoneInfo, language: Language) -> html.Li:
    alarm = change.alarm
    words = translate(_WORDS[change.kind], language).format(
        level=level_name(alarm.raised.level, language), name=alarm.acknowledged_by or ""
    )
    kind = "returned" if change.kind is ChangeKind.RETURNED else alarm.raised.level.value
    return html.Li(
        [
            html.Time(f"{change.at.astimezone(zone):%H:%M}"),
            html.Span(f"{subject_name(alarm, site, language)} {words}", className="what"),
        ],
        className=kind,
        **data(change=change.kind.value),
    )
