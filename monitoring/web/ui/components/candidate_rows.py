"""Candidates as rows, the devices that were bound, and the forms in which people bind."""

import json
import re
from collections.abc import Sequence
from typing import Final

from dash import html
from dash.development.base_component import Component

from monitoring.domain.devices import ANNOUNCED, NATIVE, Candidate, DeviceBound
from monitoring.domain.instants import from_us
from monitoring.domain.quantities import QUANTITIES
from monitoring.domain.site import DeviceKind, Site
from monitoring.services.devices import BoundDevice
from monitoring.web.language import Language, translate
from monitoring.web.ui.components.command_forms import dialog
from monitoring.web.ui.components.device_list import KINDS
from monitoring.web.ui.components.fields import Input, choice, line
from monitoring.web.ui.components.marks import age, data, empty
from monitoring.web.wording import amount, quantity_name, state_name

_MOST_SAMPLES: Final = 6
_NO_ID: Final = re.compile(r"[^a-z0-9_-]+")
_CADENCES: Final = "60s"


def candidate_rows(candidates: Sequence[Candidate], language: Language) -> list[Component]:
    """Who is there and bound to nothing, each with a button that opens the form."""
    if not candidates:
        return [empty("Nobody unknown has been heard.", language)]
    return [_candidate(candidate, language) for candidate in candidates]


def bound_rows(bound: Sequence[BoundDevice], site: Site, language: Language) -> list[Component]:
    """Devices that were bound here, newest first, and how to take them out."""
    if not bound:
        return [empty("No device has been bound here.", language)]
    return [_bound(one, site, language) for one in bound]


def binding_dialogs(site: Site, parameters: Sequence[str], language: Language) -> list[html.Dialog]:
    """What the buttons of the rows ask.

    Args:
        parameters: What any of the candidates must be told of, such as `mount_height_cm`.
    """
    segments = {s.id: str(getattr(s.name, language)) for s in site.segments}
    kinds = {kind.value: translate(name, language) for kind, name in KINDS.items()}
    fields: list[Component] = [
        Input(type="hidden", name="profile"),
        Input(type="hidden", name="external"),
        choice("Segment", "segment", segments, language, is_half=False),
        choice("Kind", "kind", kinds, language),
        line("Cadence, such as 60s or 5min", "cadence", language, is_half=True, required=True),
        line("Chinese name", "name_zh", language, is_half=True, required=True, maxLength=100),
        line("English name", "name_en", language, is_half=True, required=True, maxLength=100),
        line("Its id from now on", "id", language, is_half=True, required=True,
             pattern="[a-z0-9][a-z0-9_\\-]{0,59}"),
        line("What it reports", "quantities", language, is_half=True),
        *(_parameter(name, language) for name in parameters),
    ]  # fmt: skip
    return [
        dialog("bind", "Bind the device to a segment", fields, language),
        dialog("unbind", "Take the device out of the site", [], language),
    ]


def way_name(profile: str, language: Language) -> str:
    """How a device is heard, in words."""
    if profile == NATIVE:
        return translate("native topic", language)
    return translate("announced itself", language) if profile == ANNOUNCED else profile


def _parameter(name: str, language: Language) -> html.Label:
    text = translate("{name} (only where asked for)", language).format(name=name)
    field = Input(type="number", name=name, step="any")
    return html.Label([html.Span(text), field], className="half")


def _candidate(candidate: Candidate, language: Language) -> html.Div:
    seen = from_us(candidate.seen_us) if candidate.seen_us else None
    wanted = ", ".join(candidate.parameters)
    needs = [html.Span(translate("needs {name}", language).format(name=wanted), className="old")]
    is_named = candidate.name != candidate.external
    name: list[Component | str] = [html.B(candidate.name), " "] if is_named else []
    return html.Div(
        [
            html.Span(way_name(candidate.profile, language), className="way"),
            html.Span([*name, html.Code(candidate.external)], className="name"),
            html.Span(_samples(candidate, language), className="sample"),
            html.Span(needs if wanted else None, className="needs"),
            html.Span(age(seen), className="when"),
            html.Span(_ask_to_bind(candidate, language), className="note"),
        ],
        className="candidate",
        **data(profile=candidate.profile, external=candidate.external),
    )


def _samples(candidate: Candidate, language: Language) -> str:
    """What its newest message would give; else what it would report."""
    if candidate.is_camera:
        return translate("pictures", language)
    told = [_sample(*each, language) for each in candidate.sample[:_MOST_SAMPLES]]
    known = {name for name, _ in candidate.sample}
    told += [quantity_name(q, language) for q in candidate.quantities if q not in known]
    return " · ".join(told[:_MOST_SAMPLES]) or translate("nothing that we measure", language)


def _sample(quantity: str, value: float, language: Language) -> str:
    states = QUANTITIES[quantity].states
    said = state_name(states[int(value)], language) if states else amount(quantity, value)
    return f"{quantity_name(quantity, language)} {said}"


def _ask_to_bind(candidate: Candidate, language: Language) -> html.Button:
    is_gauge = {"water_depth", "water_level"} & set(candidate.quantities)
    kind = DeviceKind.GAUGE if is_gauge else DeviceKind.STATION
    own = _NO_ID.sub("-", candidate.external.lower()).strip("-_")[:60]
    fill = {
        "profile": candidate.profile,
        "external": candidate.external,
        "kind": (DeviceKind.CAMERA if candidate.is_camera else kind).value,
        "name_zh": candidate.name,
        "name_en": candidate.name,
        "id": candidate.external if candidate.profile == NATIVE else own,
        "quantities": " ".join(candidate.quantities),
        "cadence": _CADENCES,
    }
    about = f"{way_name(candidate.profile, language)} · {candidate.external}"
    return html.Button(
        translate("Bind…", language),
        type="button",
        **data(
            ask="bind", path="/api/v1/devices", about=about,
            fill=json.dumps(fill, ensure_ascii=False),
        ),
    )  # fmt: skip


def _bound(one: BoundDevice, site: Site, language: Language) -> html.Div:
    made = one.bound
    name = made.name_zh if language is Language.ZH else made.name_en
    segment = site.segment.get(made.segment)
    place = made.segment if segment is None else str(getattr(segment.name, language))
    text = "bound by {name}" if one.is_joined else "bound by {name}, but not in the site"
    said = translate(text, language).format(name=one.by)
    return html.Div(
        [
            html.Span(way_name(made.profile, language), className="way"),
            html.Span([_link(made, name, is_joined=one.is_joined), " ", html.Code(made.device)],
                      className="name"),
            html.Span(place, className="sample"),
            html.Span(said, className="needs" if one.is_joined else "needs old"),
            html.Span(age(one.at), className="when"),
            html.Span(
                html.Button(
                    translate("Unbind…", language),
                    type="button",
                    className="quiet",
                    **data(
                        ask="unbind", path=f"/api/v1/devices/{made.device}/unbind",
                        about=f"{name} · {made.device}", fill="{}",
                    ),
                ),
                className="note",
            ),
        ],
        className="candidate",
        **data(bound=made.device),
    )  # fmt: skip


def _link(made: DeviceBound, name: str, *, is_joined: bool) -> Component:
    return html.A(name, href=f"/devices/{made.device}") if is_joined else html.B(name)
