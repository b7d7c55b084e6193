"""The desks on the wall: duty group, depot, cameras, and the state of ourselves."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from dash import html
from dash.development.base_component import Component

from monitoring.domain.entries import Text
from monitoring.domain.instants import to_us
from monitoring.domain.rosters import Shift
from monitoring.services.depot import Stock
from monitoring.services.duty import OnDuty
from monitoring.services.health import DatabaseState, EngineState, Health, LinkState
from monitoring.services.picture import DeviceState, DeviceView
from monitoring.web.language import Language, translate
from monitoring.web.ui.components.marks import age, countdown, data, empty
from monitoring.web.wording import number

_OPEN_HEAD, _OPEN_TAIL = 3, 2


def duty(on_duty: OnDuty, zone: ZoneInfo, language: Language, *, is_masked: bool) -> list[html.Div]:
    """The group on duty with its leader and members, the handover, and the next group.

    Args:
        is_masked: Whether telephone numbers are hidden, as they must be where anybody may look.
    """
    shift = on_duty.shift
    people = "、" if language is Language.ZH else ", "
    return [
        html.Div(
            [
                html.Span(_group(shift, language), className="group"),
                *person(shift.group.leader, shift.group.phone, language, is_masked=is_masked),
            ],
            className="person",
        ),
        html.Div(
            people.join(getattr(member, language) for member in shift.group.members),
            className="members",
        ),
        html.Div(
            [
                translate("until", language),
                f" {shift.end.astimezone(zone):%m-%d %H:%M} · ",
                translate("handover in", language),
                " ",
                countdown(shift.end),
            ],
            className="handover",
        ),
        html.Div(
            [
                translate("next", language),
                f" {_group(on_duty.following, language)} · ",
                getattr(on_duty.following.group.leader, language),
            ],
            className="following",
        ),
    ]


def person(name: Text, phone: str, language: Language, *, is_masked: bool) -> list[Component]:
    """A person on duty and how to reach them."""
    shown: list[Component] = [html.Span(getattr(name, language), className="leader")]
    if phone and is_masked:
        shown.append(html.Span(masked(phone), className="phone"))
    elif phone:
        shown.append(html.A(phone, href=f"tel:{phone.replace(' ', '')}", className="phone"))
    return shown


def masked(phone: str) -> str:
    """A telephone number of which only the first three and the last two signs can be read."""
    hidden = max(len(phone) - _OPEN_HEAD - _OPEN_TAIL, 0)
    return phone[:_OPEN_HEAD] + "*" * hidden + phone[_OPEN_HEAD + hidden :] if hidden else "***"


def _group(shift: Shift, language: Language) -> str:
    return translate("Group {n}", language).format(n=shift.group.number)


def depot(stocks: Sequence[Stock], language: Language) -> list[html.Div]:
    """Each item's stock as a bar, with the minimum as a mark at its middle."""
    if not stocks:
        return [empty("No stock known.", language)]
    return [_stock(entry, language) for entry in stocks]


def _stock(entry: Stock, language: Language) -> html.Div:
    minimum = entry.item.minimum
    share = min(1.0, entry.on_hand / (2 * minimum)) if minimum else 1.0
    unit = getattr(entry.item.unit, language)
    return html.Div(
        [
            html.Span(getattr(entry.item.name, language), className="name"),
            html.Span(
                [html.Span(style={"width": f"{100 * share:.0f}%"}), html.I()], className="bar"
            ),
            html.Span([html.B(number(entry.on_hand)), f" {unit}"], className="amount"),
        ],
        className="stock short" if entry.is_short else "stock",
        **data(item=entry.item.id),
    )


def cameras(views: Sequence[DeviceView], language: Language) -> list[Component]:
    """The newest pictures; one that is old or missing says so over the picture."""
    if not views:
        return [empty("No camera stands here.", language)]
    return [camera(view, language) for view in views]


def camera(view: DeviceView, language: Language) -> html.Figure:
    """One camera's newest picture."""
    name = getattr(view.device.name, language)
    caption = html.Figcaption([html.Span(name), age(view.last_seen)])
    if view.last_seen is None:
        note = html.Div(translate("No picture yet", language), className="note")
        return html.Figure([note, caption], className="camera lost")
    version = to_us(view.last_seen)
    children = [
        html.Img(src=f"/api/v1/cameras/{view.device.id}/frame.jpg?v={version}", alt=name),
        caption,
    ]
    if view.state is not DeviceState.LIVE:
        children.append(html.Div(translate("Picture is old", language), className="note"))
    return html.Figure(
        children, className=f"camera {view.state.value}", **data(camera=view.device.id)
    )


def link(health: Health, language: Language) -> list[html.Span]:
    """What of ourselves works, by word and colour."""
    parts = (
        ("broker", "Broker", health.broker is LinkState.CONNECTED, health.broker_detail),
        ("database", "Database", health.database is DatabaseState.OK, health.database_detail),
        ("engine", "Rules", health.engine is EngineState.OK, health.engine_detail),
    )
    return [
        html.Span(
            [translate(name, language), " ", translate("ok" if is_ok else "FAILED", language)],
            className="part ok" if is_ok else "part failed",
            title=detail,
            **data(part=part, state="ok" if is_ok else "failed"),
        )
        for part, name, is_ok, detail in parts
    ]
