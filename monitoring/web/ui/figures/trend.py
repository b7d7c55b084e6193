"""Rain and depth of one segment over the last three hours, against its closure depth."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from monitoring.domain.site import Segment
from monitoring.web.language import Language, translate

Points = Sequence[tuple[datetime, float]]

SPAN: Final = timedelta(hours=3)
_INK: Final = "#c9d4de"
_GRID: Final = "rgba(160,180,200,0.14)"
_RAIN: Final = "#7f97ad"
_DEPTH: Final = "#e6edf3"
_CLOSURE: Final = "#ff9f43"
_FONT: Final = "Noto Sans CJK SC, Noto Sans SC, Microsoft YaHei, system-ui, sans-serif"
CONFIG: Final[dict[str, Any]] = {
    "displayModeBar": False,
    "showSendToCloud": False,
    "responsive": True,
}


def trend_figure(
    segment: Segment,
    rain: Points,
    depth: Points,
    now: datetime,
    zone: ZoneInfo,
    language: Language,
) -> dict[str, Any]:
    """A figure as plain data, cheap to make every second.

    Args:
        rain: mm of each minute, oldest first; may be empty.
        depth: cm, the highest of each minute, oldest first; may be empty.
        now: Right edge of the time axis.
        zone: In which the axis is read.
    """

    def local(at: datetime) -> str:
        return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"

    def columns(points: Points) -> dict[str, list[Any]]:
        return {"x": [local(at) for at, _ in points], "y": [round(v, 2) for _, v in points]}

    closure = segment.closure_depth_cm
    highest = max((value for _, value in depth), default=0.0)
    return {
        "data": [
            {
                "type": "bar",
                "name": translate("Rain mm/min", language),
                "marker": {"color": _RAIN},
                "yaxis": "y2",
                **columns(rain),
            },
            {
                "type": "scatter",
                "mode": "lines" if len(depth) > 1 else "markers",  # one point makes no line
                "name": translate("Depth cm", language),
                "line": {"color": _DEPTH, "width": 3},
                **columns(depth),
            },
        ],
        "layout": {
            "uirevision": segment.id,
            "title": {
                "text": getattr(segment.name, language),
                "font": {"size": 17},
                "x": 0.01,
                "y": 0.97,
            },
            "font": {"color": _INK, "family": _FONT, "size": 14},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "margin": {"l": 40, "r": 44, "t": 34, "b": 26},
            "bargap": 0.1,
            "showlegend": True,
            "legend": {"orientation": "h", "x": 1, "xanchor": "right", "y": 1.22},
            "xaxis": {
                "type": "date",
                "range": [local(now - SPAN), local(now)],
                "gridcolor": _GRID,
                "tickformat": "%H:%M",
                "nticks": 7,
                "fixedrange": True,
            },
            "yaxis": {
                "range": [0, max(1.25 * closure, 1.1 * highest)],
                "gridcolor": _GRID,
                "zeroline": False,
                "fixedrange": True,
                "nticks": 5,
            },
            "yaxis2": {
                "overlaying": "y",
                "side": "right",
                "range": [0, max(3.0, 2.5 * max((v for _, v in rain), default=0.0))],
                "showgrid": False,
                "fixedrange": True,
                "tickmode": "auto",
                "nticks": 4,
            },
            "shapes": [
                {
                    "type": "line",
                    "xref": "paper",
                    "x0": 0,
                    "x1": 1,
                    "y0": closure,
                    "y1": closure,
                    "line": {"color": _CLOSURE, "width": 2, "dash": "dash"},
                }
            ],
            "annotations": [
                {
                    "xref": "paper",
                    "x": 0.01,
                    "y": closure,
                    "yanchor": "bottom",
                    "xanchor": "left",
                    "showarrow": False,
                    "text": translate("closure {cm} cm", language).format(cm=f"{closure:g}"),
                    "font": {"color": _CLOSURE, "size": 14},
                }
            ],
        },
    }
