"""Small marks that all panels use: level, age, value."""

from datetime import datetime
from typing import Any, Final

from dash import html

from monitoring.domain.instants import to_us
from monitoring.domain.levels import Freshness, Level
from monitoring.web.language import Language, translate

# Shape, text and colour together, so that colour alone never carries a level.
SHAPES: Final = {
    Level.NONE: "·",
    Level.WATCH: "○",
    Level.BLUE: "▼",
    Level.YELLOW: "◆",
    Level.ORANGE: "▲",
    Level.RED: "⬢",
    Level.UNKNOWN: "?",
}
_NAMES: Final = {
    Level.NONE: "normal",
    Level.WATCH: "watch",
    Level.BLUE: "blue",
    Level.YELLOW: "yellow",
    Level.ORANGE: "orange",
    Level.RED: "red",
    Level.UNKNOWN: "unknown",
}
_FRESHNESS: Final = {
    Freshness.LIVE: "live",
    Freshness.STALE: "stale",
    Freshness.LOST: "no signal",
}


def level_name(level: Level, language: Language) -> str:
    """What people call a level."""
    return translate(_NAMES[level], language)


def freshness_name(freshness: Freshness, language: Language) -> str:
    """What people call the age of a signal."""
    return translate(_FRESHNESS[freshness], language)


def chip(level: Level, language: Language) -> html.Span:
    """A level by shape, text and colour."""
    return html.Span(
        [html.Span(SHAPES[level], className="shape"), level_name(level, language)],
        className=f"chip {level.value}",
    )


def data(**attributes: object) -> dict[str, Any]:
    """HTML data attributes, such as `data-level`, for scripts, styles and tests."""
    return {f"data-{name}": str(value) for name, value in attributes.items()}


def age(at: datetime | None, class_name: str = "") -> html.Span:
    """How old something is; the page counts on by itself."""
    attributes = {} if at is None else data(at=to_us(at) // 1000)
    return html.Span("—", className=f"age {class_name}".strip(), **attributes)


def panel(title: str, body_id: str, language: Language, class_name: str) -> html.Section:
    """A titled part of the wall that the hub fills."""
    return html.Section(
        [html.H2(translate(title, language)), html.Div(id=body_id, className="body")],
        className=f"panel {class_name}",
    )
