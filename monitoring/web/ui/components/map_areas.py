"""Areas on the map: where the official warnings are in force that are meant."""

from collections.abc import Sequence
from typing import Any, Final

from monitoring.domain.datum import Datum, from_wgs84
from monitoring.domain.warnings import OfficialWarning

AREAS: Final = "wall-map-areas"  # no component of Dash: `assets/map-areas.js` draws them


def areas(warnings: Sequence[OfficialWarning], datum: Datum) -> list[dict[str, Any]]:
    """Outlines (latitude first) by colour, lightest first, so that the gravest lies on top.

    Args:
        datum: Of the map that they are drawn on.
    """
    return [
        {
            "level": warning.issued.level.value,
            "rings": [
                [[y, x] for x, y in (from_wgs84(p, datum) for p in ring)]
                for ring in warning.issued.polygons
            ],
        }
        for warning in sorted(warnings, key=lambda w: w.issued.level.gravity)
        if warning.is_actual and warning.issued.polygons
    ]
