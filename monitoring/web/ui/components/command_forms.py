"""The forms of command: activate a response, enter a warning, and what the rows' buttons ask."""

from dash import html
from dash.development.base_component import Component

from monitoring.domain.levels import ResponseLevel
from monitoring.domain.responses import levels_of, response_plans
from monitoring.domain.site import Site
from monitoring.domain.warnings import SIGNALS, WarningStatus
from monitoring.web.language import Language, translate
from monitoring.web.ui.components.fields import Input, choice, form, line, moment, reason
from monitoring.web.ui.components.marks import aria, data, empty, level_name
from monitoring.web.wording import HAZARDS, grade, hazard_name

_STATUSES = {
    WarningStatus.ACTUAL: "actual",
    WarningStatus.EXERCISE: "exercise",
    WarningStatus.TEST: "test",
}


def activation(site: Site, language: Language) -> Component:
    """Activate a level of a plan; says so where there is no plan that could be."""
    plans = response_plans(site.plans)
    if not plans:
        return empty("No plan has response levels; see the configuration.", language)
    levels = [v for v in ResponseLevel if any(v in levels_of(plan) for plan in plans)]
    areas = {site.id: getattr(site.name, language)}
    areas |= {area.id: getattr(area.name, language) for area in site.areas}
    return form(
        "/api/v1/responses",
        [
            choice("Hazard", "hazard", {p.hazard: hazard_name(p.hazard, language) for p in plans},
                   language),
            choice("Level", "level", {v.value: grade(v, language) for v in levels}, language),
            choice("Area", "area", areas, language, is_half=False),
            reason(language),
        ],
        "Activate in my name",
        language,
    )  # fmt: skip


def entry(language: Language) -> html.Form:
    """Enter what the met office issued; it never issues anything."""
    colours = {v.value: level_name(v, language) for v in SIGNALS}
    statuses = {v.value: translate(text, language) for v, text in _STATUSES.items()}
    return form(
        "/api/v1/warnings",
        [
            line("Issued by", "sender", language, required=True, maxLength=200),
            choice("Hazard", "hazard", {h: hazard_name(h, language) for h in HAZARDS}, language),
            choice("Colour", "level", colours, language),
            line("Headline", "headline", language, maxLength=500),
            moment("In force from (empty: now)", "effective", language),
            moment("Until (empty: until lifted)", "expires", language),
            line("Area (empty: our district)", "area", language, is_half=True, maxLength=500),
            choice("Meant as", "status", statuses, language),
            line("Takes the place of (identifier)", "references", language,
                 pattern="[^\\s,&<]{1,200}"),
        ],
        "Enter the warning",
        language,
        **data(form="update", order=translate("It must end after it begins.", language)),
    )  # fmt: skip


def dialogs(language: Language) -> list[html.Dialog]:
    """What the buttons of the rows ask before anything is recorded."""
    seen = Input(type="hidden", name="seen")
    level = html.Label(
        [html.Span(translate("New level", language)), html.Select(_grades(language), name="level")]
    )
    lift: list[Component] = [
        Input(type="hidden", name="kind", value="cancel"),
        Input(type="hidden", name="references"),
        Input(type="hidden", name="status"),
        line("Issued by", "sender", language, required=True, maxLength=200),
        line("Headline", "headline", language, maxLength=500),
    ]
    return [
        dialog("raise", "Raise the response", [seen, level, reason(language)], language),
        dialog("lower", "Lower the response", [seen, level, reason(language)], language),
        dialog("end", "End the response", [seen, reason(language)], language),
        dialog("decline", "Decide against a response", [reason(language)], language),
        dialog("lift", "The met office has lifted it", lift, language),
    ]


def dialog(name: str, title: str, fields: list[Component], language: Language) -> html.Dialog:
    """A form of its own that a button with `data-ask` opens, about what its row says."""
    shown = form("", fields, "Record in my name", language, **data(form=name))
    close = html.Button(
        translate("Back", language), type="button", className="quiet", **data(close=name)
    )
    shown.children[-1].children.insert(0, close)
    title_id = f"ask-{name}-title"
    return html.Dialog(
        [
            html.H2(translate(title, language), id=title_id),
            html.P(className="about"),
            shown,
        ],
        id=f"ask-{name}",
        className="ask",
        **aria(labelledby=title_id),
    )


def _grades(language: Language) -> list[html.Option]:
    return [html.Option(grade(v, language), value=v.value) for v in ResponseLevel]
