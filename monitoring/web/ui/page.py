"""What a page is: a layout, and a picture that the hub keeps true."""

from collections.abc import Sequence
from typing import Any, Protocol

from dash import html
from dash.development.base_component import Component

from monitoring.web.language import Language
from monitoring.web.ui.markup import to_html
from monitoring.web.ui.scene import Scene

Picture = dict[str, dict[str, Any]]  # component → property → value


class Page(Protocol):
    """One page of the desk."""

    def layout(self, language: Language) -> html.Main:
        """The page without data; the hub's first message fills it."""
        ...

    def picture(self, scene: Scene, language: Language, *, slow: bool) -> Picture:
        """What it shows of a scene, by component and property.

        Args:
            slow: Whether also what need not be made anew at every change.
        """
        ...


def parts(components: Sequence[Component]) -> dict[str, list[str]]:
    """Parts that live.js merges into the page; each is compared and changed by itself."""
    return {"html": [to_html(component) for component in components]}
