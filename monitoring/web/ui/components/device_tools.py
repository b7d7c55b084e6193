"""The tools of the list of devices: its tabs, its filters and its columns."""

from dash import html
from dash.development.base_component import Component

from monitoring.web.language import Language, translate
from monitoring.web.ui.components.device_list import KINDS
from monitoring.web.ui.components.fields import Input
from monitoring.web.ui.components.marks import aria, data

_TABS = {"devices": "Devices", "quarantine": "Quarantine", "candidates": "Candidates"}
_COLUMNS = (
    "State", "Device", "Segment", "Value", "Age", "Last 3 hours", "Battery", "Cadence", "Heard on",
    "Quality",
)  # fmt: skip


def tabs(language: Language) -> html.Nav:
    """The parts of the page; which one is shown stands in its address."""
    links = [
        html.A(
            [translate(text, language), html.Span(className="count", **data(count=name))],
            href=f"?tab={name}",
            **data(tab=name),
        )
        for name, text in _TABS.items()
    ]
    return html.Nav(links, className="tabs", **aria(label=translate("Parts of the page", language)))


def tools(language: Language) -> html.Div:
    """Which devices are shown: all or what is wrong, of which kind, and with which words."""
    shown: list[Component] = [
        _choice("all", "All", language),
        _choice("wrong", "What is wrong", language),
    ]
    kinds = {"": "All kinds"} | {kind.value: name for kind, name in KINDS.items()}
    options = [html.Option(translate(text, language), value=kind) for kind, text in kinds.items()]
    words = translate("Search name, id or segment", language)
    return html.Div(
        [
            html.Div(shown, className="choices", role="group", **aria(label=_shown(language))),
            html.Select(options, name="kind", **aria(label=translate("Kind", language))),
            Input(type="search", name="q", placeholder=words, **aria(label=words)),
            html.Span(className="found", role="status"),
        ],
        className="tools",
    )


def heads(language: Language, *, has_quality: bool = False) -> html.Div:
    """What the columns of the list are."""
    names = _COLUMNS if has_quality else _COLUMNS[:-1]
    return html.Div(
        [html.Span(translate(name, language)) for name in names],
        className="devicerow heads",
        **aria(hidden="true"),
    )


def _shown(language: Language) -> str:
    return translate("Which devices", language)


def _choice(value: str, text: str, language: Language) -> html.Button:
    count = html.Span(className="count", **data(count=value))
    said: list[Component | str] = [translate(text, language), count]
    return html.Button(said, type="button", className="quiet", **data(show=value))
