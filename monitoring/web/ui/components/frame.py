"""The frame of every page: who we are, whether it is real, whether it lives, what time it is."""

from dataclasses import dataclass
from typing import Final

from dash import html
from dash.development.base_component import Component

from monitoring.domain.site import Site
from monitoring.web.language import Language, translate
from monitoring.web.ui.components.marks import data

LINK: Final = "page-link"
COUNTS: Final = "page-counts"
_PLACES: Final = (("/wall", "Wall"), ("/alarms", "Alarms"), ("/segments", "Segments"))


@dataclass(frozen=True, slots=True)
class Frame:
    """What all pages of a site share.

    Attributes:
        speed: How many times as fast as the machine's the site's clock runs.
    """

    site: Site
    is_demo: bool
    speed: float

    def page(
        self, path: str, children: list[Component], language: Language, class_name: str
    ) -> html.Main:
        """A page with its header, its banner for a broken link, and what scripts need."""
        return html.Main(
            [
                self._header(path, language),
                html.Div(
                    translate("The link is broken; values stand still.", language),
                    id="page-lost",
                    role="alert",
                ),
                *children,
            ],
            className=class_name,
            lang=language.tag,
            **data(
                view=path,
                lang=language.value,
                zone=self.site.zone,
                stopped=translate("Link broken · data stand at {time}", language),
                units=translate("s|min|h|d", language),
            ),
        )

    def _header(self, path: str, language: Language) -> html.Header:
        demo: list[Component] = []
        if self.is_demo:
            text = translate("Demonstration data · {n}× speed", language)
            demo = [html.Div(text.format(n=f"{self.speed:g}"), className="demo", id="page-demo")]
        other = language.other
        switch = html.A(
            other.label,
            href=f"/language/{other.value}?back={path}",
            lang=other.tag,
            className="language",
        )
        return html.Header(
            [
                html.H1(translate("Gang'an", language)),
                html.Div(
                    [
                        html.Div(getattr(self.site.name, language)),
                        html.Div(translate("Extreme-weather command platform", language)),
                    ],
                    className="site",
                ),
                *demo,
                html.Nav([_place(p, name, path, language) for p, name in _PLACES]),
                html.Div(
                    [
                        html.Div(id=LINK, className="parts"),
                        html.Div(
                            [
                                html.Span(
                                    translate("Page", language), id="page-push", className="part"
                                ),
                                html.Span(id=COUNTS),
                                switch,
                            ],
                            className="parts",
                        ),
                    ],
                    className="state",
                ),
                html.Div(
                    [html.Div("--:--:--", id="page-clock"), html.Div(id="page-date")],
                    className="clock",
                ),
            ]
        )


def _place(place: str, name: str, path: str, language: Language) -> html.A:
    here = {"aria-current": "page"} if place == path else {}
    return html.A(translate(name, language), href=place, **here)  # type: ignore[arg-type]
