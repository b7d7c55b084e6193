"""The status line: what is suggested, what waits, what the met office says, what is in force.

They are statements of their own and never made of each other.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from dash import html
from dash.development.base_component import Component

from monitoring.domain.alarms import Alarm
from monitoring.domain.levels import Level, ResponseLevel
from monitoring.domain.responses import Cause, Response, suggested
from monitoring.domain.site import Site
from monitoring.domain.waiting import Waiting
from monitoring.domain.warnings import OfficialWarning, WarningStatus
from monitoring.web.language import Language, translate
from monitoring.web.ui.components.marks import SHAPES, age, chip, countdown, data, level_name
from monitoring.web.wording import area_name, evidence_text, grade, hazard_name

MOST_WARNINGS: Final = 3  # that a wall has room for
_MARKS: Final = {WarningStatus.EXERCISE: "exercise", WarningStatus.TEST: "test"}


def proposal(alarm: Alarm | None, site: Site, gravest: Level, language: Language) -> html.Div:
    """What our sensors suggest to the commander; never worded as a warning, which isn't ours.

    Args:
        gravest: Gravest level of any segment or of the district; the layout follows it.
    """
    return html.Div(
        _proposal(alarm, site, language), className="proposal", **data(gravest=gravest.value)
    )


def _proposal(alarm: Alarm | None, site: Site, language: Language) -> list[Component]:
    level = suggested(alarm) if alarm else None
    if alarm is None or level is None:
        calm = translate("No criterion for a response is met.", language)
        return [html.Span(calm, className="calm")]
    title = getattr(site.plan[alarm.raised.plan].title, language)
    met, text = suggestion(level, language)
    evidence = [evidence_text(e, language) for e in alarm.evidence[:1]]
    since = html.Span([translate("since", language), " ", age(alarm.onset)], className="since")
    return [
        chip(alarm.raised.level, language),
        html.B([html.Span(f"{title} · {met}", className="title"), text]),
        html.Span([*map(html.Span, evidence), since], className="evidence"),
    ]


def suggestion(level: ResponseLevel, language: Language) -> tuple[str, str]:
    """That criteria are met, and what they suggest; never that something is activated."""
    text = translate("{level} suggested", language).format(level=grade(level, language))
    return translate("Observed criteria met: ", language), text


def clock(waiting: Sequence[Waiting], now: datetime, language: Language) -> html.Div:
    """How long the gravest cause has waited for a person's decision; nothing where none waits.

    Args:
        waiting: Gravest first.
    """
    if not waiting:
        return html.Div(className="waiting", hidden=True)
    first = waiting[0]
    return html.Div(
        [
            html.Span(SHAPES[first.level], className="shape"),
            html.Span([cause_name(first, language), *_further(len(waiting), 1)], className="cause"),
            awaited(first, language),
        ],
        className="waiting overdue" if first.is_overdue(now) else "waiting",
        **data(cause=first.cause.value, id=first.cause_id, level=first.level.value),
    )


def _further(count: int, shown: int, class_name: str = "further") -> list[html.Span]:
    """How many more there are than are shown."""
    return [html.Span(f"+{count - shown}", className=class_name)] if count > shown else []


def awaited(waiting: Waiting, language: Language) -> html.Span:
    """For how long something has waited."""
    before, after = translate("no decision for |", language).split("|")
    return html.Span([before, age(waiting.since), after], className="awaited")


def cause_name(waiting: Waiting, language: Language) -> str:
    """What waits: a warning, or what our sensors suggest."""
    if waiting.cause is Cause.WARNING:
        return warning_name(waiting.hazard, waiting.level, language)
    (level,) = (known for known in ResponseLevel if known.colour is waiting.level)
    text = translate("{hazard}: {level} suggested", language)
    return text.format(hazard=hazard_name(waiting.hazard, language), level=grade(level, language))


def warning_name(hazard: str, level: Level, language: Language) -> str:
    """What people call a warning."""
    return translate("{hazard} {level} warning", language).format(
        hazard=hazard_name(hazard, language), level=level_name(level, language)
    )


def official(warnings: Sequence[OfficialWarning], language: Language) -> html.Dl:
    """The official warnings in force, those of our place first; they are entered by hand."""
    shown: list[Component] = [_official(w, language) for w in warnings[:MOST_WARNINGS]]
    # An upright screen has room for one less; its styles choose which of the two counts is shown.
    shown += _further(len(warnings), MOST_WARNINGS, "further wide")
    shown += _further(len(warnings), MOST_WARNINGS - 1, "further narrow")
    none = html.Span(translate("none in force (manual entry)", language), className="calm")
    return html.Dl(
        [html.Dt(translate("Official warnings", language)), html.Dd(shown or [none])],
        className="standing officials",
    )


def _official(warning: OfficialWarning, language: Language) -> html.Span:
    issued = warning.issued
    about = f"{hazard_name(issued.hazard, language)} "
    return html.Span(
        [
            html.Span([*exercised(warning, language), chip(issued.level, language, about)]),
            html.Span(
                [
                    *elsewhere(warning, language),
                    html.Span(time_left(issued.expires, language)),
                    html.Span(issued.sender, className="sender"),
                ],
                className="left",
            ),
        ],
        className=f"official {issued.status.value} {'ours' if warning.is_ours else 'elsewhere'}",
        **data(warning=issued.warning_id, level=issued.level.value, status=issued.status.value),
    )


def exercised(warning: OfficialWarning, language: Language) -> list[Component]:
    """The mark of what is not meant; nothing where it is."""
    if warning.is_actual:
        return []
    return [html.B(translate(_MARKS[warning.issued.status], language), className="mock drill")]


def elsewhere(warning: OfficialWarning, language: Language) -> list[Component]:
    """The mark of what is not about our place; nothing where it is."""
    if warning.is_ours:
        return []
    text = translate("elsewhere: {area}", language)
    area = warning.issued.area or translate("outside our segments", language)
    return [html.Span(text.format(area=area), className="place")]


def time_left(expires: datetime | None, language: Language) -> list[Component | str]:
    """How long a warning stands by itself."""
    if expires is None:
        return [translate("until lifted", language)]
    before, after = translate("| left", language).split("|")
    return [before, countdown(expires), after]


def in_force(responses: Sequence[Response], site: Site, language: Language) -> html.Dl:
    """The gravest response in force, and since when its level stands.

    Args:
        responses: Those in force, gravest first.
    """
    shown: list[Component | str] = []
    if responses:
        first = responses[0]
        about = hazard_name(first.activated.hazard, language)
        if first.activated.area != site.id:
            about += f" · {area_name(first.activated.area, site, language)}"
        shown = [html.B(grade(first.level, language)), f" {about} · ", age(first.leveled.at)]
    shown += _further(len(responses), 1)
    none = html.Span(translate("none activated", language), className="calm")
    level = responses[0].level.value if responses else ""
    return html.Dl(
        [html.Dt(translate("Response in force", language)), html.Dd(shown or [none])],
        className="standing response",
        **data(level=level),
    )
