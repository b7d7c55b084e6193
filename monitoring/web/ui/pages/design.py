"""The book of components: each in all its states, in the colours and language of the reader."""

import re
from pathlib import Path
from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from monitoring.services.world import World
from monitoring.web.language import Language, translate
from monitoring.web.ui.components.frame import Frame
from monitoring.web.ui.desk_specimens import DeskSpecimens
from monitoring.web.ui.page import Picture, parts
from monitoring.web.ui.scene import Scene
from monitoring.web.ui.specimens import Made

BOOK: Final = "design-book"
_STYLE: Final = Path(__file__).resolve().parents[4] / "assets" / "tokens.css"
_TOKEN: Final = re.compile(r"--([\w-]+):\s*([^;]+);")
_SIZE: Final = re.compile(r"t\d")


class DesignPage:
    """All components as they are, not as they were when somebody drew them."""

    def __init__(self, frame: Frame, world: World[Any]) -> None:
        self._frame = frame
        self._world = world
        self._tokens = _tokens()

    def layout(self, language: Language) -> html.Main:
        """As `Page.layout`."""
        return self._frame.page(
            "/design",
            [html.Div(id=BOOK), _palette(self._tokens, language)],
            language,
            "desk designpage",
        )

    def picture(self, scene: Scene, language: Language, *, slow: bool) -> Picture:
        """As `Page.picture`."""
        if not slow:
            return {}
        made = DeskSpecimens(self._frame.site, scene.now).made(language)
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


def _tokens() -> dict[str, str]:
    """Every token of the style, dark as written first, by its name."""
    first = _STYLE.read_text(encoding="utf-8").split(":root {", 1)[1].split("}", 1)[0]
    return dict(_TOKEN.findall(first))


def _palette(tokens: dict[str, str], language: Language) -> html.Section:
    """Colours as swatches, sizes of letters as letters, everything else by its value."""
    colours = [name for name, value in tokens.items() if value.startswith("#")]
    sizes = [name for name in tokens if _SIZE.fullmatch(name)]
    swatches = [
        html.Div(
            [html.I(style={"background": f"var(--{name})"}), html.Span(f"--{name}")],
            className="swatch",
        )
        for name in colours
    ]
    rest = [
        html.Div([html.Dt(f"--{name}"), html.Dd(value)])
        for name, value in tokens.items()
        if name not in {*colours, *sizes}
    ]
    return html.Section(
        [
            html.H2(translate("Colours and sizes", language)),
            html.Div(swatches, className="swatches"),
            *(
                html.Div(f"--{name} 0123456789", style={"fontSize": f"var(--{name})"})
                for name in sizes
            ),
            html.Dl(rest, className="tokens"),
        ],
        className="panel",
    )
