"""Components as HTML text: nothing in it can become markup."""

import dash_leaflet as dl
import pytest
from dash import html

from monitoring.web.ui.components.marks import data
from monitoring.web.ui.markup import to_html


def test_properties_and_children_are_written() -> None:
    node = html.Div(["a", html.B(2), None], className="row", style={"width": "3%"}, **data(at=5))
    assert to_html(node) == '<div class="row" style="width:3%" data-at="5">a<b>2</b></div>'


def test_an_image_is_not_closed() -> None:
    assert to_html(html.Img(src="/x?a=1&b=2", alt="n")) == '<img alt="n" src="/x?a=1&amp;b=2">'


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x>', "a & b"])
def test_text_stays_text(text: str) -> None:
    written = to_html(html.Span(text, title=text))
    assert "<script" not in written
    assert "<img" not in written
    assert "&" in written


def test_what_is_no_html_is_refused() -> None:
    with pytest.raises(TypeError, match="Map"):
        to_html(dl.Map())
    with pytest.raises(TypeError, match="className"):
        to_html(html.Div(className=["a"]))  # type: ignore[arg-type]
