"""The book of components: each in all its states, in the colours and language of the reader."""

from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from monitoring.services.world import World
from monitoring.web.language import Language, translate
from monitoring.web.ui.components.frame import Frame
from monitoring.web.ui.page import Picture, parts
from monitoring.web.ui.scene import Scene
from monitoring.web.ui.specimens import Made, Specimens

BOOK: Final = "design-book"
_GROUND: Final = ("ground", "panel", "raised", "line", "ink", "soft", "faint", "ok", "failed")
_LEVELS: Final = ("none", "unknown", "watch", "blue", "yellow", "orange", "red")
_SIZES: Final = 8


class DesignPage:
    """All components as they are, not as they were when somebody drew them."""

    def __init__(self, frame: Frame, world: World[Any]) -> None:
        self._frame = frame
        self._world = world

    def layout(self, language: Language) -> html.Main:
        """As `Page.layout`."""
        return self._frame.page(
            "/design",
            [html.Div(id=BOOK), _tokens(language)],
            language,
            "desk designpage",
        )

    def picture(self, scene: Scene, language: Language, *, slow: bool) -> Picture:
        """As `Page.picture`."""
        if not slow:
            return {}
        made = Specimens(self._frame.site, scene.now).made(language)
        return {BOOK: parts([_chapter(name, kinds, language) for name, kinds in made.items()])}


def _chapter(name: str, kinds: list[tuple[str, Made]], language: Language) -> html.Section:
    return html.Section(
        [
            html.H2(translate(name, language)),
            html.Div([_specimen(*kind) for kind in kinds], className="specimens"),
        ],
        className="panel",
    )


def _specimen(label: str, made: Made) -> html.Figure:
    shown = [made] if isinstance(made, Component) else list(made)
    return html.Figure([html.Figcaption(label), *shown], className="specimen")


def _tokens(language: Language) -> html.Section:
    fills = [*_GROUND, *(f"level-{v}" for v in _LEVELS), *(f"mark-{v}" for v in _LEVELS)]
    swatches = [
        html.Div(
            [html.I(style={"background": f"var(--{name})"}), html.Span(f"--{name}")],
            className="swatch",
        )
        for name in fills
    ]
    sizes = [
        html.Div(f"--t{n} 0123456789", style={"fontSize": f"var(--t{n})"}) for n in range(_SIZES)
    ]
    return html.Section(
        [
            html.H2(translate("Colours and sizes", language)),
            html.Div(swatches, className="swatches"),
            *sizes,
        ],
        className="panel",
    )
