"""The status line: what our sensors suggest, what is in force, what the met office says."""

from datetime import datetime

from dash import html
from dash.development.base_component import Component

from monitoring.domain.alarms import Alarm
from monitoring.domain.levels import Level, ResponseLevel
from monitoring.domain.site import Site
from monitoring.web.language import Language, translate
from monitoring.web.ui.components.marks import age, chip, data
from monitoring.web.wording import evidence_text

_NUMERALS = {"IV": "Ⅳ", "III": "Ⅲ", "II": "Ⅱ", "I": "Ⅰ"}


def proposal(alarm: Alarm | None, site: Site, gravest: Level, language: Language) -> html.Div:
    """What our sensors suggest to the commander; never worded as a warning, which isn't ours.

    Args:
        gravest: Gravest level of any segment or of the district; the layout follows it.
    """
    return html.Div(
        _proposal(alarm, site, language), className="proposal", **data(gravest=gravest.value)
    )


def _proposal(alarm: Alarm | None, site: Site, language: Language) -> list[Component]:
    if alarm is None:
        calm = translate("No criterion for a response is met.", language)
        return [html.Span(calm, className="calm")]
    level = ResponseLevel(alarm.raised.rule.rsplit("/", 1)[1])
    title = getattr(site.plan[alarm.raised.plan].title, language)
    text = translate("Observed criteria met: level {level} suggested", language)
    parts: list[Component] = [
        chip(alarm.raised.level, language),
        html.B(f"{title} · {text.format(level=_NUMERALS[level])}"),
    ]
    if alarm.evidence:
        parts.append(html.Span(evidence_text(alarm.evidence[0], language), className="evidence"))
    since: list[Component | str] = [translate("since", language), " ", age(alarm.onset)]
    parts.append(html.Span(since, className="since"))
    return parts


def standing(
    name: str, text: str | None, language: Language, *, since: datetime | None = None
) -> html.Dl:
    """What is in force under a name, and since when.

    Args:
        text: None where we have no source for it, which is not the same as nothing in force.
    """
    if text is None:
        shown: list[Component | str] = [translate("not connected", language)]
    elif since is None:
        shown = [text]
    else:
        shown = [text, " · ", age(since)]
    return html.Dl(
        [html.Dt(translate(name, language)), html.Dd(shown)],
        className="standing absent" if text is None else "standing",
    )
