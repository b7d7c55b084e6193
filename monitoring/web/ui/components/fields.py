"""Fields of forms, each with its label; for parts that the hub keeps, not for Dash's layouts."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from monitoring.web.language import Language, translate
from monitoring.web.ui.components.marks import data


class Input(Component):
    """An `<input>`, which `dash.html` has not; `to_html` writes it, Dash could not draw it."""

    _namespace = "dash_html_components"
    _type = "Input"

    def __init__(self, **attributes: str | int | bool) -> None:
        self._prop_names = list(attributes)
        self._valid_wildcard_attributes = []
        super().__init__(**attributes)  # type: ignore[no-untyped-call]


def line(
    label: str, name: str, language: Language, *, is_half: bool = False, **attributes: Any
) -> html.Label:
    """One line of text, or of half the form's width; `attributes` are those of `Input`."""
    return _labelled(label, Input(type="text", name=name, **attributes), language, is_half=is_half)


def moment(label: str, name: str, language: Language) -> html.Label:
    """A date and time on the site's clocks; `assets/command.js` sends it with its zone."""
    return _labelled(label, Input(type="datetime-local", name=name), language, is_half=True)


def choice(
    label: str, name: str, options: Mapping[str, str], language: Language, *, is_half: bool = True
) -> html.Label:
    """One of several; `options` are values with what people read."""
    known = [html.Option(text, value=value) for value, text in options.items()]
    return _labelled(label, html.Select(known, name=name), language, is_half=is_half)


def reason(language: Language) -> html.Label:
    """Why; no decision is taken without it."""
    area = html.Textarea(name="reason", rows=2, maxLength=2000, required=True)
    return _labelled("Reason", area, language)


def form(
    path: str, fields: Sequence[Component], submit: str, language: Language, **attributes: Any
) -> html.Form:
    """A form that `assets/command.js` posts as JSON, with a place for the answer."""
    return html.Form(
        [
            *fields,
            html.Div(
                [
                    html.Button(translate(submit, language), type="submit"),
                    html.Output(className="answer", role="status"),
                ],
                className="doing",
            ),
        ],
        className="ask",
        **data(post=path),
        **attributes,
    )


def _labelled(
    label: str, field: Component, language: Language, *, is_half: bool = False
) -> html.Label:
    shown = [html.Span(translate(label, language)), field]
    return html.Label(shown, className="half" if is_half else "")
