"""The frame of every page: who we are, whether it is real, whether it lives, what time it is."""

from dataclasses import dataclass
from typing import Final

from dash import html
from dash.development.base_component import Component

from monitoring.domain.site import Site
from monitoring.services.world import Standing
from monitoring.web.language import Language, translate
from monitoring.web.ui.components.marks import aria, data

LINK: Final = "page-link"
COUNTS: Final = "page-counts"
_PLACES: Final = (
    ("/wall", "Wall"),
    ("/command", "Command"),
    ("/alarms", "Alarms"),
    ("/segments", "Segments"),
    ("/devices", "Devices"),
    ("/design", "Components"),
)
_MOCK: Final = {
    Standing.DEMO: ("Demonstration data · {n}× speed", "DEMONSTRATION"),
    Standing.DRILL: ("Drill · {n}× speed · nothing is sent", "DRILL"),
}
_REPEATED: Final = 160  # the watermark's word, enough for a row of screens


@dataclass(frozen=True, slots=True)
class Frame:
    """What all pages of a site share.

    Attributes:
        standing: Whether what is shown is real.
        speed: How many times as fast as the machine's the site's clock runs.
        is_masked: Telephone numbers are hidden on all pages.
    """

    site: Site
    standing: Standing
    speed: float
    is_masked: bool = True

    def page(
        self,
        path: str,
        children: list[Component],
        language: Language,
        class_name: str,
        *,
        title: str = "",
        **attributes: object,
    ) -> html.Main:
        """A page with its header, its banner for a broken link, and what scripts need.

        Args:
            path: The view whose hub feeds it.
            title: What it is called on paper; else as in the navigation.
            attributes: Further data attributes.
        """
        return html.Main(
            [
                self._header(path, language),
                self.printed(title or _name(path, language), language),
                html.Div(
                    translate("The link is broken; values stand still.", language),
                    id="page-lost",
                    role="alert",
                ),
                html.Div(id="page-skew", role="status"),
                *self._watermark(language),
                *children,
            ],
            className=class_name,
            lang=language.tag,
            id="main",
            **data(
                view=path,
                lang=language.value,
                zone=self.site.zone,
                standing=self.standing.value,
                stopped=translate("Link broken · data stand at {time}", language),
                skew_text=translate(
                    "This computer's clock is {span} off the server's; set it right", language
                ),
                units=translate("s|min|h|d", language),
                **attributes,
            ),
        )

    def printed(self, title: str, language: Language) -> html.Div:
        """The header on paper, in the place of the one on the screen."""
        standing: list[Component] = []
        if self.standing is not Standing.REAL:
            text = translate(_MOCK[self.standing][0], language).format(n=f"{self.speed:g}")
            standing.append(html.Div(text, className="notice"))
        return html.Div(
            [
                html.Div(
                    [
                        html.Div(getattr(self.site.bureau, language), className="bureau"),
                        html.Div(title, className="page"),
                    ]
                ),
                html.Div(
                    [
                        *standing,
                        html.Div(translate("Extreme-weather command platform", language)),
                        html.Div(
                            [translate("printed", language), " ", html.Span(className="at")],
                        ),
                    ],
                    className="when",
                ),
            ],
            className="printed",
        )

    def mock(self, language: Language) -> list[Component]:
        """The banner that says that nothing here is real; none where it is."""
        if self.standing is Standing.REAL:
            return []
        text = translate(_MOCK[self.standing][0], language).format(n=f"{self.speed:g}")
        return [html.Div(text, className=f"mock {self.standing.value}", id="page-demo")]

    def _watermark(self, language: Language) -> list[Component]:
        if self.standing is Standing.REAL:
            return []
        word = translate(_MOCK[self.standing][1], language)
        return [
            html.Div(
                " ".join([word] * _REPEATED),
                className=f"watermark {self.standing.value}",
                **aria(hidden="true"),
            )
        ]

    def _header(self, path: str, language: Language) -> html.Header:
        other = language.other
        back = html.A(
            other.label,
            href=f"/language/{other.value}?back={path}",
            lang=other.tag,
            className="language switch",
        )
        theme = html.Button(
            translate("Light or dark", language),
            type="button",
            className="switch",
            **data(theme=""),
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
                *self.mock(language),
                html.Nav(
                    [_place(p, name, path, language) for p, name in _PLACES],
                    **aria(label=translate("Pages", language)),
                ),
                html.Div(
                    [
                        html.Div(id=LINK, className="parts"),
                        html.Div(
                            [
                                html.Span(
                                    translate("Page", language), id="page-push", className="part"
                                ),
                                html.Span(id=COUNTS, className="counts"),
                                back,
                                theme,
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


def _name(path: str, language: Language) -> str:
    """What the navigation calls a page; nothing where it does not lead there."""
    return next((translate(name, language) for place, name in _PLACES if place == path), "")


def _place(place: str, name: str, path: str, language: Language) -> html.A:
    here = {"aria-current": "page"} if place == path else {}
    return html.A(translate(name, language), href=place, **here)  # type: ignore[arg-type]
