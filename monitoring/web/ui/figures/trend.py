"""Rain and depth of one segment: the last three hours, and the next half at the present rate."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from monitoring.domain.outlook import HORIZON, extrapolated
from monitoring.domain.site import Segment
from monitoring.web.language import Language, translate

Points = Sequence[tuple[datetime, float]]

SPAN: Final = timedelta(hours=3)
# The axis stands still for a while: easier to read, and Plotly, which keeps the size of each
# text at each place that it ever had, has few of them to keep.
_STEP_MIN: Final = 10
_TICK_MS: Final = 30 * 60_000
# Colours that stand on dark and on light ground; text is coloured by the tokens (marks.css).
_GRID: Final = "rgba(128,150,170,0.22)"
_NOW: Final = "rgba(128,150,170,0.75)"
_RAIN: Final = "#7189a0"
_DEPTH: Final = "#3f9bf0"
_CLOSURE: Final = "#e0761a"
_FONT: Final = "B612, Noto Sans CJK SC, Noto Sans SC, Microsoft YaHei, system-ui, sans-serif"
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
        now: What is to the right of it is extrapolated.
        zone: In which the axis is read.
    """
    # To the minute, as the points are: a figure that says the same is not drawn anew.
    now = now.replace(second=0, microsecond=0)

    start = (now - SPAN).replace(minute=now.minute // _STEP_MIN * _STEP_MIN)
    end = start + SPAN + HORIZON + timedelta(minutes=_STEP_MIN)

    def local(at: datetime) -> str:
        return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"

    def columns(points: Points) -> dict[str, list[Any]]:
        return {"x": [local(at) for at, _ in points], "y": [round(v, 2) for _, v in points]}

    closure = segment.closure_depth_cm
    ahead = extrapolated(depth, now)
    notes = [_note(0.01, closure, "bottom", "left", _closure_text(closure, language))]
    if not rain and not depth:
        notes.append(_note(0.5, closure / 2, "middle", "center", translate("No data.", language)))
    return {
        "data": [
            _series("Rain mm/min", language, columns(rain))
            | {"type": "bar", "marker": {"color": _RAIN}, "yaxis": "y2"},
            _series("Depth cm", language, columns(depth))
            # One point makes no line.
            | {"mode": "lines" if len(depth) > 1 else "markers"}
            | {"line": {"color": _DEPTH, "width": 3}},
            _series("at this rate", language, columns(ahead))
            | {"mode": "lines", "line": {"color": _DEPTH, "width": 2.5, "dash": "dot"}}
            | {"showlegend": bool(ahead)},
        ],
        "layout": {
            "uirevision": segment.id,
            "title": {
                "text": getattr(segment.name, language),
                "font": {"size": 17},
                "x": 0.01,
                "y": 0.97,
            },
            "font": {"family": _FONT, "size": 14},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "margin": {"l": 40, "r": 44, "t": 34, "b": 26},
            "bargap": 0.1,
            "showlegend": True,
            "legend": {
                "orientation": "h",
                "x": 1,
                "xanchor": "right",
                "y": 1,
                "yanchor": "bottom",
                "font": {"size": 13},
            },
            **_axes(local(start), local(end), _top(closure, depth, ahead), rain),
            "shapes": [
                _line("xref", (0, closure), (1, closure), _CLOSURE),
                _line("yref", (local(now), 0), (local(now), 1), _NOW),
            ],
            "annotations": notes,
        },
    }


def _series(name: str, language: Language, columns: dict[str, list[Any]]) -> dict[str, Any]:
    return {"type": "scatter", "name": translate(name, language), **columns}


def _top(closure: float, depth: Points, ahead: Points) -> float:
    """What was measured is always in sight; what may come only as far as it makes sense."""
    measured = max((value for _, value in depth), default=0.0)
    coming = max((value for _, value in ahead), default=0.0)
    return max(1.25 * closure, 1.1 * measured, min(1.1 * coming, 3 * closure))


def _axes(start: str, end: str, top: float, rain: Points) -> dict[str, Any]:
    fixed = {"fixedrange": True, "gridcolor": _GRID}
    most = max((value for _, value in rain), default=0.0)
    return {
        "xaxis": {
            **fixed, "type": "date", "range": [start, end],
            "tickformat": "%H:%M", "dtick": _TICK_MS, "tickangle": 0,
        },
        "yaxis": {**fixed, "range": [0, top], "zeroline": False, "nticks": 5},
        "yaxis2": {
            **fixed, "overlaying": "y", "side": "right", "range": [0, max(3.0, 2.5 * most)],
            "showgrid": False, "tickmode": "auto", "nticks": 4,
        },
    }  # fmt: skip


def _line(paper: str, a: tuple[Any, float], b: tuple[Any, float], colour: str) -> dict[str, Any]:
    """A line from edge to edge of the axis that is not told by values."""
    ends = {paper: "paper", "x0": a[0], "y0": a[1], "x1": b[0], "y1": b[1]}
    return {**ends, "type": "line", "line": {"color": colour, "width": 2, "dash": "dash"}}


def _closure_text(closure: float, language: Language) -> str:
    return translate("closure {cm} cm", language).format(cm=f"{closure:g}")


def _note(x: float, y: float, yanchor: str, xanchor: str, text: str) -> dict[str, Any]:
    where = {"xref": "paper", "x": x, "y": y, "yanchor": yanchor, "xanchor": xanchor}
    return {**where, "showarrow": False, "text": text, "font": {"size": 14}}
