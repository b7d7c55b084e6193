"""A value against the limits at which levels begin: marks on a bar, and the same in words."""

from dataclasses import dataclass
from typing import Final

from dash import html
from dash.development.base_component import Component

from monitoring.domain.levels import Freshness
from monitoring.domain.limits import Scale
from monitoring.services.sums import Sum
from monitoring.web.language import Language, translate
from monitoring.web.ui.components.marks import SHAPES, age, data, level_name, old
from monitoring.web.wording import amount, number, quantity_name, span, unit_sign

_ROOM: Final = 1.12  # of the bar, above the highest limit


@dataclass(frozen=True, slots=True)
class Measured:
    """A scale, and what stands on it where it is a sum; None where that is not known."""

    scale: Scale
    sum: Sum | None = None


def scale_bar(scale: Scale, value: float | None, fresh: Freshness, language: Language) -> html.Div:
    """The bar with its marks, the limits in words, and how far it is to the next one."""
    top = _ROOM * max(*scale.limits.values(), value or 0.0)
    share = max(0.0, value or 0.0) / top
    reached = scale.reached(value) if value is not None else None
    return html.Div(
        [
            html.Span(
                [
                    html.Span(style={"width": f"{100 * share:.1f}%"}),
                    *(
                        html.I(className=level.value, style={"left": f"{100 * limit / top:.1f}%"})
                        for level, limit in scale.limits.items()
                    ),
                ],
                className="bar",
            ),
            html.Span([*_grades(scale, value, language), *_rest(scale, value, language)]),
        ],
        className=f"scale {reached.value if reached else 'unknown'} {fresh.value}",
        **data(reached=reached.value if reached else ""),
    )


def sum_row(measured: Measured, fresh: Freshness, language: Language) -> html.Div:
    """What came together in a window, how much of the window is known, and until when."""
    scale, known = measured.scale, measured.sum
    window_s = scale.window.total_seconds() if scale.window else 0
    text = translate("{quantity} in {window}", language)
    quantity = quantity_name(scale.quantity, language)
    name: list[Component | str] = [text.format(quantity=quantity, window=span(window_s, language))]
    if known is None:
        return _row(scale.quantity, name, None, [], fresh, window_s)
    if known.coverage < 1:
        share = translate(" ({share} % of the window known)", language)
        name.append(html.Small(share.format(share=f"{100 * known.coverage:.0f}")))
    when: list[Component] = [*old(fresh, language), age(known.at)]
    return _row(scale.quantity, name, known.value, when, fresh, window_s)


def unknown_row(quantity: str, language: Language) -> html.Div:
    """What is judged here, although no value of it has ever come."""
    when = old(Freshness.LOST, language)
    return _row(quantity, [quantity_name(quantity, language)], None, when, Freshness.LOST, 0)


def _row(
    quantity: str,
    name: list[Component | str],
    value: float | None,
    when: list[Component],
    fresh: Freshness,
    window_s: float,
) -> html.Div:
    shown = "—" if value is None else number(value)
    return html.Div(
        [
            html.Span(name, className="name"),
            html.Span([html.B(shown), f" {unit_sign(quantity)}"], className="amount"),
            html.Span(when, className="when"),
        ],
        className=f"value {fresh.value}",
        **data(quantity=quantity, window=f"{window_s:g}", freshness=fresh.value),
    )


def _grades(scale: Scale, value: float | None, language: Language) -> list[Component]:
    return [
        html.Span(
            f"{SHAPES[level]} {level_name(level, language)} {number(limit)}",
            className=f"grade {level.value}"
            + (" reached" if value is not None and value >= limit else ""),
        )
        for level, limit in scale.limits.items()
    ]


def _rest(scale: Scale, value: float | None, language: Language) -> list[Component]:
    """How far it is to the next limit; nothing where none is left."""
    following = None if value is None else scale.following(value)
    if value is None or following is None:
        return []
    level, limit = following
    text = translate("{amount} to {level}", language).format(
        amount=amount(scale.quantity, limit - value), level=level_name(level, language)
    )
    return [html.Span(text, className="distance")]
