"""Small marks that all panels use: level, age, value, spark, and what stands where nothing is."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from monitoring.domain.cameras import Verdict
from monitoring.domain.instants import to_us
from monitoring.domain.levels import Freshness, Level
from monitoring.domain.maintenance import Maintenance
from monitoring.domain.observations import Quality
from monitoring.domain.quantities import QUANTITIES
from monitoring.services.picture import DeviceState, DeviceView, Value
from monitoring.web.language import Language, translate
from monitoring.web.wording import (
    number,
    quality_name,
    quality_reason,
    quantity_name,
    state_name,
    unit_sign,
)

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

_DEVICE_STATES: Final = {
    DeviceState.LIVE: "live",
    DeviceState.STALE: "stale",
    DeviceState.LOST: "no signal",
    DeviceState.SUSPECT: "suspect",
}
_VERDICTS: Final = {
    Verdict.FROZEN: "frozen picture",
    Verdict.BLACK: "black picture",
    Verdict.OVEREXPOSED: "over-exposed",
    Verdict.OBSCURED: "obscured or blurred",
    Verdict.SHIFTED: "shifted",
    Verdict.UNREADABLE: "unreadable picture",
}


def level_name(level: Level, language: Language) -> str:
    """What people call a level."""
    return translate(_NAMES[level], language)


def freshness_name(freshness: Freshness, language: Language) -> str:
    """What people call the age of a signal."""
    return translate(_FRESHNESS[freshness], language)


def device_state(state: DeviceState, language: Language) -> str:
    """How far a device may be believed, in a word."""
    return translate(_DEVICE_STATES[state], language)


def device_word(view: DeviceView, language: Language) -> str:
    """How far a device may be believed; that it is out goes before everything else."""
    return device_doubt(view, language)[0]


def device_doubt(view: DeviceView, language: Language) -> tuple[str, datetime | None]:
    """How far a device may be believed, and since when not further.

    A camera that is heard but sends nothing of worth says what is wrong with its picture.
    """
    if view.maintenance is not None:
        return quality_name(Quality.MAINTENANCE, language), view.maintenance.since
    sight = view.picture
    if sight is None or sight.verdict is Verdict.OK or view.state is DeviceState.LOST:
        return device_state(view.state, language), view.last_seen
    return translate(_VERDICTS[sight.verdict], language), sight.since


def chip(level: Level, language: Language, about: str = "") -> html.Span:
    """A level by shape, text and colour; `about` says of what."""
    return html.Span(
        [html.Span(SHAPES[level], className="shape"), about, level_name(level, language)],
        className=f"chip {level.value}",
    )


def data(**attributes: object) -> dict[str, Any]:
    """HTML data attributes, such as `data-level`, for scripts, styles and tests."""
    return {f"data-{name.replace('_', '-')}": str(value) for name, value in attributes.items()}


def aria(**attributes: str) -> dict[str, Any]:
    """Accessible names and states, such as `aria-label`."""
    return {f"aria-{name}": value for name, value in attributes.items()}


def age(at: datetime | None, class_name: str = "") -> html.Span:
    """How old something is; the page counts on by itself."""
    attributes = {} if at is None else data(at=to_us(at) // 1000)
    return html.Span("—", className=f"age {class_name}".strip(), **attributes)


def countdown(until: datetime, class_name: str = "") -> html.B:
    """How long until something; the page counts down by itself."""
    return html.B(
        "—", className=f"countdown {class_name}".strip(), **data(until=to_us(until) // 1000)
    )


def old(freshness: Freshness, language: Language) -> list[Component]:
    """The mark of what is not live; nothing where it is."""
    if freshness is Freshness.LIVE:
        return []
    return [html.Span(freshness_name(freshness, language), className="old")]


def standing(value: Value) -> str:
    """The classes of a value: how old it is, and that it is doubted where it is."""
    is_good = value.quality is Quality.GOOD
    return value.freshness.value if is_good else f"{value.freshness.value} doubted"


def doubt(value: Value, language: Language) -> list[Component]:
    """Why a value is not judged; nothing where it is."""
    if value.quality is Quality.GOOD:
        return []
    return [
        html.Span(
            quality_name(value.quality, language),
            className="old",
            title=quality_reason(value.quality, language),
        )
    ]


def out(maintenance: Maintenance | None, language: Language) -> list[Component]:
    """Who has taken a device out, and for how long it will be; nothing where it is not."""
    if maintenance is None:
        return []
    text = translate("{name}, still |", language).format(name=maintenance.by)
    before, after = text.split("|")
    shown: list[str | Component] = [before, countdown(maintenance.until), after]
    return [html.Span(shown, className="out", title=maintenance.reason)]


def value_row(value: Value, language: Language) -> html.Div:
    """A value with unit, age and quality: what is old or doubtful says so."""
    marks = [
        *old(value.freshness, language),
        *doubt(value, language),
        *out(value.maintenance, language),
    ]
    is_state = bool(QUANTITIES[value.quantity].states)
    text = state_name(value.text, language) if is_state else number(value.value)
    return html.Div(
        [
            html.Span(quantity_name(value.quantity, language), className="name"),
            html.Span([html.B(text), f" {unit_sign(value.quantity)}"], className="amount"),
            html.Span([*marks, age(value.at)], className="when"),
        ],
        className=f"value {standing(value)}",
        **data(
            quantity=value.quantity,
            freshness=value.freshness.value,
            quality=value.quality.name.lower(),
        ),
    )


def spark(values: Sequence[float], limit: float | None, level: Level) -> html.Span:
    """The course of a value as an area under its limit; empty where nothing is known.

    Args:
        values: At even steps, oldest first.
        limit: Drawn as a line at two thirds of the height or where the highest value leaves it;
            None where it has none.
    """
    top = max(1.5 * (limit or 0.0), *values, 1e-9)
    steps = max(len(values) - 1, 1)
    corners = [
        f"{100 * n / steps:.1f}% {100 * (1 - max(v, 0) / top):.1f}%" for n, v in enumerate(values)
    ]
    area = f"polygon({','.join(['0% 100%', *corners, '100% 100%'])})"
    marks = [html.Span(className="area", style={"clip-path": area})]
    if limit is not None:
        place = {"bottom": f"{100 * limit / top:.1f}%"}
        marks.append(html.Span(className="limit", style=place))
    return html.Span(
        marks,
        className=f"spark {level.value}",
    )


def empty(text: str, language: Language) -> html.Div:
    """Says that there is nothing, which is not the same as not knowing."""
    return html.Div(translate(text, language), className="empty")


def loading(language: Language) -> html.Div:
    """Says that something has been asked for and has not come yet."""
    return html.Div(translate("Loading…", language), className="loading")


def error(text: str, language: Language) -> html.Div:
    """Says that something could not be had, and why."""
    return html.Div(translate(text, language), className="error", role="alert")


def panel(title: str, body_id: str, language: Language, class_name: str) -> html.Section:
    """A titled part of a page that the hub fills; until then it says that it is loading."""
    return html.Section(
        [
            html.H2(translate(title, language)),
            html.Div(loading(language), id=body_id, className="body"),
        ],
        className=f"panel {class_name}",
        **data(panel=class_name.split(maxsplit=1)[0]),
    )
