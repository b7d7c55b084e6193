"""Components as HTML text, for what changes many times a second.

Dash keeps a wrapper and a store entry for every component, which costs a browser some
milliseconds a row. What only shows something, and answers to nobody's click, is written as
HTML here and merged into the page by `assets/live.js`; the functions that make it are the
same pure ones.
"""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

from dash.development.base_component import Component

_NAMES: Final = {"className": "class"}
_VOID: Final = frozenset({"img", "br", "hr", "input"})


def to_html(node: Component | str | float | None) -> str:
    """A tree of `dash.html` components as HTML text; every text in it is escaped.

    Raises:
        TypeError: It has a component that is no HTML element, or a property that is no text.
    """
    if node is None:
        return ""
    if not isinstance(node, Component):
        return escape(str(node))
    plain = node.to_plotly_json()
    if plain["namespace"] != "dash_html_components":
        raise TypeError(f"{plain['type']} is no HTML element")
    tag = plain["type"].lower()
    properties = plain["props"]
    children = properties.pop("children", None)
    attributes = "".join(_attribute(k, v) for k, v in properties.items() if v is not None)
    if tag in _VOID:
        return f"<{tag}{attributes}>"
    return f"<{tag}{attributes}>{''.join(map(to_html, _listed(children)))}</{tag}>"


def _listed(children: Any) -> Sequence[Any]:
    return children if isinstance(children, list | tuple) else [children]


def _attribute(name: str, value: Any) -> str:
    if isinstance(value, Mapping):  # style
        value = ";".join(f"{k}:{v}" for k, v in value.items())
    if not isinstance(value, str | int | float):
        raise TypeError(f"{name} is no text: {value!r}")
    return f' {_NAMES.get(name, name)}="{escape(str(value))}"'
