"""The canonical quantities: what may be observed, in which unit, within which bounds.

Units are written as in SenML (RFC 8428, RFC 8798) where those registries have them. The
bounds are physical: a value outside is suspect, that is shown and kept but never judged.
They are deliberately wide (records of the field, rounded outwards).
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Quantity:
    """One thing that can be observed.

    Attributes:
        name: As on the wire and in plans, such as `rainfall`.
        unit: Canonical unit; empty for texts.
        low: Smallest possible value.
        high: Largest possible value.
        states: Texts that stand for the values 0, 1, 2 …; empty for numbers.
    """

    name: str
    unit: str
    low: float
    high: float
    states: tuple[str, ...] = ()

    def is_possible(self, value: float) -> bool:
        """Whether nature allows the value."""
        return self.low <= value <= self.high


OFF_ON: Final = ("false", "true")
ROAD_STATES: Final = ("dry", "damp", "wet", "ponding", "frost", "snow", "ice", "slush")

QUANTITIES: Final[dict[str, Quantity]] = {
    q.name: q
    for q in (
        Quantity("rainfall", "mm", 0, 500),  # world record for one hour: 305 mm (WMO)
        Quantity("rainfall_total", "mm", 0, 1e9),
        Quantity("rain_rate", "mm/h", 0, 2000),
        Quantity("snowfall_water", "mm", 0, 300),
        Quantity("snow_depth", "cm", 0, 1200),
        Quantity("wind_speed", "m/s", 0, 110),
        Quantity("wind_gust", "m/s", 0, 120),  # record 113.2 m/s (WMO)
        Quantity("wind_direction", "deg", 0, 360),
        Quantity("air_temperature", "Cel", -60, 60),
        Quantity("road_temperature", "Cel", -60, 90),
        Quantity("humidity", "%RH", 0, 105),
        Quantity("pressure", "hPa", 850, 1100),
        Quantity("visibility", "m", 0, 100_000),
        Quantity("water_depth", "cm", 0, 600),
        Quantity("water_level", "m", -50, 500),
        Quantity("friction", "1", 0, 1.2),
        Quantity("road_state", "", 0, len(ROAD_STATES) - 1, ROAD_STATES),
        Quantity("vehicle_count", "1", 0, 1e6),
        Quantity("traffic_speed", "km/h", 0, 300),
        Quantity("pm25", "ug/m3", 0, 5000),
        Quantity("pump_running", "", 0, 1, OFF_ON),
        Quantity("cover_open", "", 0, 1, OFF_ON),
        Quantity("gas_lel", "%", 0, 100),
        Quantity("battery", "%", 0, 110),
    )
}
