"""The wall: what a control room looks at for twelve hours."""

from typing import Any, Final

from dash import dcc, html

from monitoring.domain.site import Site
from monitoring.web.language import Language, translate
from monitoring.web.ui.components.map import wall_map
from monitoring.web.ui.components.marks import data, panel
from monitoring.web.ui.figures.trend import CONFIG
from monitoring.web.ui.scene import TRENDS

PATH: Final = "/wall"
PROPOSAL: Final = "wall-proposal"
SEGMENTS: Final = "wall-segments"
ALARMS: Final = "wall-alarms"
CAMERAS: Final = "wall-cameras"
DUTY: Final = "wall-duty"
DEPOT: Final = "wall-depot"
LINK: Final = "wall-link"
COUNTS: Final = "wall-counts"
TREND: Final = tuple(f"wall-trend-{n}" for n in range(TRENDS))


def layout(
    site: Site, base: dict[str, Any], language: Language, *, is_demo: bool, speed: float
) -> html.Main:
    """The page without data; the hub's first message fills it."""
    return html.Main(
        [
            _header(site, language, is_demo=is_demo, speed=speed),
            html.Div(
                translate("The link is broken; values stand still.", language),
                id="wall-lost",
                role="alert",
            ),
            html.Div(id=PROPOSAL, className="proposal"),
            panel("Segments", SEGMENTS, language, "segments"),
            html.Section(wall_map(site, base, language), className="panel mappanel"),
            panel("Alarms", ALARMS, language, "alarms"),
            html.Section(
                [
                    html.H2(translate("Rain and depth, last 3 hours", language)),
                    *(
                        dcc.Graph(
                            id=name,
                            config=CONFIG,  # type: ignore[arg-type]  # showSendToCloud is new in Plotly 7
                            className="trend",
                        )
                        for name in TREND
                    ),
                ],
                className="panel trends",
            ),
            panel("Cameras", CAMERAS, language, "cameras"),
            html.Div(
                [
                    panel("On duty", DUTY, language, "duty"),
                    panel("Shandong Road depot", DEPOT, language, "depot"),
                ],
                className="desks",
            ),
        ],
        id="wall",
        className="wall",
        lang=language.tag,
        **data(
            lang=language.value,
            zone=site.zone,
            stopped=translate("Link broken · data stand at {time}", language),
            units=translate("s|min|h|d", language),
        ),
    )


def _header(site: Site, language: Language, *, is_demo: bool, speed: float) -> html.Header:
    other = language.other
    demo = []
    if is_demo:
        text = translate("Demonstration data · {n}× speed", language).format(n=f"{speed:g}")
        demo = [html.Div(text, className="demo", id="wall-demo")]
    return html.Header(
        [
            html.H1(translate("Gang'an", language)),
            html.Div(
                [
                    html.Div(getattr(site.name, language)),
                    html.Div(translate("Extreme-weather command platform", language)),
                ],
                className="site",
            ),
            *demo,
            html.Div(
                [
                    html.Div(id=LINK, className="parts"),
                    html.Div(
                        [
                            html.Span(
                                translate("Wall", language), id="wall-push", className="part"
                            ),
                            html.Span(id=COUNTS),
                            html.A(
                                other.label,
                                href=f"/language/{other.value}",
                                lang=other.tag,
                                className="language",
                            ),
                        ],
                        className="parts",
                    ),
                ],
                className="state",
            ),
            html.Div(
                [html.Div("--:--:--", id="wall-clock"), html.Div(id="wall-date")],
                className="clock",
            ),
        ]
    )
