"""Specimens of what only desks show: limits, places, errors, and what is printed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final

from dash import html

from monitoring.domain.levels import Freshness, Level
from monitoring.domain.limits import Scale
from monitoring.domain.site import Card, DeviceKind, Pump
from monitoring.services.picture import DeviceState, SegmentView
from monitoring.services.sums import Sum
from monitoring.services.world import Standing
from monitoring.web.language import Language, translate
from monitoring.web.ui.components import card, lists, marks, spot
from monitoring.web.ui.components.alarm_rows import record
from monitoring.web.ui.components.frame import Frame
from monitoring.web.ui.components.refusal import refusal, title_of
from monitoring.web.ui.components.scale import Measured, scale_bar
from monitoring.web.ui.specimens import PHONE, Made, Specimens

_DEPTH: Final = Scale(
    "water_depth",
    None,
    {Level.WATCH: 5, Level.BLUE: 10, Level.YELLOW: 15, Level.ORANGE: 27, Level.RED: 40},
)
_RAIN: Final = Scale("rainfall", timedelta(hours=3), {Level.ORANGE: 50, Level.RED: 100})
_REFUSALS: Final = (401, 403, 404, 405, 409, 500, 503)
_SPEED: Final = 60
_STANDINGS: Final = {
    Standing.REAL: "A real site",
    Standing.DEMO: "DEMONSTRATION",
    Standing.DRILL: "DRILL",
}


class DeskSpecimens(Specimens):
    """Components of a site, as of an instant: those of walls and those of desks."""

    def made(self, language: Language) -> dict[str, list[tuple[str, Made]]]:
        """As `Specimens.made`."""
        makers: dict[str, Callable[[Language], list[tuple[str, Made]]]] = {
            "Values and limits": self._scales,
            "At the spot": self._spots,
            "Dry reference": self._references,
            "How many": self._records,
            "Cut-in": self._cut_ins,
            "Errors": self._refusals,
            "Not real": self._mocks,
            "On paper": self._printed,
        }
        return super().made(language) | {name: make(language) for name, make in makers.items()}

    def _scales(self, language: Language) -> list[tuple[str, Made]]:
        depths = {Level.NONE: 2, Level.WATCH: 7, Level.YELLOW: 18, Level.ORANGE: 33, Level.RED: 55}
        bars: list[tuple[str, Made]] = [
            (
                marks.level_name(level, language),
                scale_bar(_DEPTH, depth, Freshness.LIVE, language),
            )
            for level, depth in depths.items()
        ]
        never = self.view(Level.UNKNOWN, Freshness.LOST, None)
        rows = [
            (
                marks.freshness_name(fresh, language),
                card.value_rows(self._wet(fresh), language, self._measured(fresh)),
            )
            for fresh in Freshness
        ]
        unknown = card.value_rows(never, language, [Measured(_DEPTH), Measured(_RAIN)])
        return [*bars, *rows, (translate("No value yet.", language), unknown)]

    def _wet(self, fresh: Freshness) -> SegmentView:
        """A segment with a depth and rain."""
        view = self.view(Level.ORANGE, fresh, 33)
        values = {**view.values, "rainfall": self.value("rainfall", 2, fresh)}
        return replace(view, values=values)

    def _measured(self, fresh: Freshness) -> list[Measured]:
        at = self.value("rainfall", 0, fresh).at
        return [Measured(_DEPTH), Measured(_RAIN, Sum(52.8, at, 0.91))]

    def _spots(self, language: Language) -> list[tuple[str, Made]]:
        place = self.site.segments[0]
        told = Card(
            warden=place.name,
            phone=PHONE,
            pumps=(Pump(name=place.name, rated_m3_per_h=1500), Pump(name=place.name)),
            barrier=place.name,
            detour=place.name,
        )
        full = place.model_copy(update={"card": told})
        bare = place.model_copy(update={"card": Card()})
        return [
            (translate("at a desk", language), spot.spot(full, language, is_masked=False)),
            (translate("on a wall", language), spot.spot(full, language, is_masked=True)),
            (translate("empty", language), spot.spot(bare, language, is_masked=False)),
        ]

    def _references(self, language: Language) -> list[tuple[str, Made]]:
        view = self.device(DeviceKind.CAMERA, DeviceState.LIVE)
        return [
            (translate("set", language), spot.pairs([view], {view.device.id}, language)),
            (translate("not set", language), spot.pairs([view], (), language)),
            (translate("empty", language), spot.pairs([], (), language)),
        ]

    def _records(self, language: Language) -> list[tuple[str, Made]]:
        alarms = [self.alarm(v) for v in (Level.RED, Level.ORANGE, Level.ORANGE, Level.WATCH)]
        return [
            (translate("Alarms", language), record(alarms, "{n} alarms hold", language)),
            (translate("empty", language), record([], "{n} alarms on record", language)),
        ]

    def _refusals(self, language: Language) -> list[tuple[str, Made]]:
        return [
            (title_of(status, language), refusal(status, f"HTTP {status}", "/wall", language))
            for status in _REFUSALS
        ]

    def _cut_ins(self, language: Language) -> list[tuple[str, Made]]:
        return [
            (
                marks.level_name(level, language),
                html.Div(
                    lists.alarm_card(self.alarm(level), self.site, language),
                    className="cutin",
                    **marks.data(level=level.value),
                ),
            )
            for level in (Level.ORANGE, Level.RED)
        ]

    def _mocks(self, language: Language) -> list[tuple[str, Made]]:
        return [
            (
                translate(_STANDINGS[standing], language),
                Frame(self.site, standing, _SPEED).mock(language),
            )
            for standing in (Standing.DEMO, Standing.DRILL)
        ]

    def _printed(self, language: Language) -> list[tuple[str, Made]]:
        title = translate("Alarms", language)
        return [
            (
                translate(text, language),
                Frame(self.site, standing, _SPEED).printed(title, language),
            )
            for standing, text in _STANDINGS.items()
        ]
