"""Sentences about values and alarms, the same in the API and on the pages."""

from collections.abc import Sequence
from typing import Final

from monitoring.domain.alarms import Alarm, Evidence
from monitoring.domain.levels import ResponseLevel
from monitoring.domain.observations import Quality, Reason
from monitoring.domain.quantities import QUANTITIES
from monitoring.domain.site import Site
from monitoring.web.language import Language, translate

_NAMES: Final = {
    "rainfall": "Rainfall",
    "rainfall_total": "Rain counter",
    "rain_rate": "Rain rate",
    "snowfall_water": "Snowfall (water)",
    "snow_depth": "Snow depth",
    "wind_speed": "Wind speed",
    "wind_gust": "Gust",
    "wind_direction": "Wind direction",
    "air_temperature": "Air temperature",
    "road_temperature": "Road temperature",
    "humidity": "Humidity",
    "pressure": "Air pressure",
    "visibility": "Visibility",
    "water_depth": "Water depth",
    "water_level": "Water level",
    "friction": "Friction",
    "road_state": "Road state",
    "vehicle_count": "Vehicles",
    "traffic_speed": "Traffic speed",
    "pm25": "PM2.5",
    "pump_running": "Pump running",
    "cover_open": "Cover open",
    "gas_lel": "Gas (LEL)",
    "battery": "Battery",
}
_STATES: Final = {
    "dry": "dry",
    "damp": "damp",
    "wet": "wet",
    "ponding": "standing water",
    "frost": "frost",
    "snow": "snow",
    "ice": "ice",
    "slush": "slush",
    "false": "no",
    "true": "yes",
}
# What we have words for; others are shown as they came, because the list is open.
HAZARDS: Final = {
    "rainstorm": "Rainstorm",
    "waterlogging": "Waterlogging",
    "severe_convection": "Severe convection",
    "thunderstorm_gale": "Thunderstorm gale",
    "lightning": "Lightning",
    "hail": "Hail",
    "gale": "Gale",
    "sea_gale": "Gale at sea",
    "typhoon": "Typhoon",
    "fog": "Fog",
    "haze": "Haze",
    "sandstorm": "Sandstorm",
    "snowstorm": "Snowstorm",
    "icing": "Road icing",
    "coldwave": "Cold wave",
    "heat": "Heat",
}
_GRADES: Final = {
    ResponseLevel.IV: "Ⅳ",
    ResponseLevel.III: "Ⅲ",
    ResponseLevel.II: "Ⅱ",
    ResponseLevel.I: "Ⅰ",
}
_QUALITIES: Final = {
    Quality.GOOD: "good",
    Quality.RANGE: "impossible",
    Quality.TOO_LATE: "too late",
    Quality.STUCK: "stuck",
    Quality.JUMP: "jump",
    Quality.SENTINEL: "no reading",
    Quality.NEIGHBOURS: "implausible",
    Quality.MAINTENANCE: "maintenance",
    Quality.GAP: "time unknown",
}
_QUALITY_REASONS: Final = {
    Quality.GOOD: "Nothing speaks against it",
    Quality.RANGE: "Outside what is possible",
    Quality.TOO_LATE: "Came too late to be judged",
    Quality.STUCK: "Has not changed for too long",
    Quality.JUMP: "Moved faster than is plausible; the next values will show",
    Quality.SENTINEL: "The sensor says that it has no reading",
    Quality.NEIGHBOURS: "What is measured around it contradicts it",
    Quality.MAINTENANCE: "The device is taken out",
    Quality.GAP: "Gathered while nothing was heard; nobody knows when",
}
_REASONS: Final = {
    Reason.TOPIC: "A topic that nobody reads",
    Reason.TOO_LARGE: "Too large",
    Reason.NOT_JSON: "No JSON",
    Reason.NOT_SENML: "No SenML",
    Reason.PAYLOAD: "Payload can't be read",
    Reason.NO_VALUE: "None of the values in it",
    Reason.UNKNOWN_DEVICE: "Unknown device",
    Reason.UNKNOWN_QUANTITY: "Unknown quantity",
    Reason.UNKNOWN_UNIT: "Unknown unit",
    Reason.BAD_VALUE: "Impossible value",
    Reason.FUTURE: "A time in the future",
    Reason.NOT_JPEG: "No JPEG picture",
    Reason.BAD_STATUS: "Unknown status",
    Reason.FAULT: "A fault of ours",
}
_UNITS: Final = {"Cel": "°C", "%RH": "%", "ug/m3": "µg/m³", "deg": "°", "1": ""}


def quantity_name(quantity: str, language: Language) -> str:
    """What people call a quantity."""
    return translate(_NAMES[quantity], language)


def unit_sign(quantity: str) -> str:
    """The sign of its canonical unit as people write it."""
    unit = QUANTITIES[quantity].unit
    return _UNITS.get(unit, unit)


def state_name(state: str, language: Language) -> str:
    """What people call a state that a sensor reports as a word."""
    return translate(_STATES.get(state, state), language)


def reason_name(reason: Reason, language: Language) -> str:
    """Why a message could not be used, in words."""
    return translate(_REASONS[reason], language)


def hazard_name(hazard: str, language: Language) -> str:
    """What people call a hazard; the word itself where we have none for it."""
    return translate(HAZARDS.get(hazard, hazard), language)


def grade(level: ResponseLevel, language: Language) -> str:
    """What people call a level of response, such as Ⅱ级."""
    return translate("level {level}", language).format(level=_GRADES[level])


def area_name(area: str, site: Site, language: Language) -> str:
    """The maintenance area, or the district."""
    known = next((a for a in site.areas if a.id == area), site)
    return str(getattr(known.name, language))


def quality_name(quality: Quality, language: Language) -> str:
    """How far a value may be believed, in a word or two."""
    return translate(_QUALITIES[quality], language)


def quality_reason(quality: Quality, language: Language) -> str:
    """Why it may be believed so far and no further."""
    return translate(_QUALITY_REASONS[quality], language)


def number(value: float) -> str:
    """At most one decimal, none where it is zero, and no sign at zero."""
    return f"{value:z.1f}".removesuffix(".0")


def amount(quantity: str, value: float) -> str:
    """A value with its unit."""
    return f"{number(value)} {unit_sign(quantity)}".strip()


def span(seconds: float, language: Language) -> str:
    """A window's length, such as 3 h or 20 min."""
    if seconds % 3600 == 0:
        return translate("{n} h", language).format(n=f"{seconds / 3600:g}")
    return translate("{n} min", language).format(n=f"{seconds / 60:g}")


def evidence_text(evidence: Evidence, language: Language) -> str:
    """What was met: value and limit, with window and coverage where they matter."""
    words = {
        "quantity": quantity_name(evidence.quantity, language),
        "value": amount(evidence.quantity, evidence.value),
        "limit": amount(evidence.quantity, evidence.threshold),
    }
    if not evidence.window_s:
        return translate("{quantity} {value}, limit {limit}", language).format(**words)
    words["window"] = span(evidence.window_s, language)
    text = translate("{quantity} in {window}: {value}, limit {limit}", language).format(**words)
    if evidence.coverage is not None and evidence.coverage < 1:
        share = f"{100 * evidence.coverage:.0f}"
        text += translate(" ({share} % of the window known)", language).format(share=share)
    return text


def explanation(evidence: Sequence[Evidence], language: Language, *, most: int = 8) -> str:
    """Everything that was met, the completing one first."""
    sentences = [evidence_text(e, language) for e in evidence[:most]]
    if len(evidence) > most:
        more = translate("and {n} more", language).format(n=len(evidence) - most)
        sentences.append(more)
    return translate("; ", language).join(sentences)


def subject_name(alarm: Alarm, site: Site, language: Language) -> str:
    """The segment, the device's own segment, or the district that an alarm is about."""
    subject = alarm.raised.subject
    device = site.device.get(subject)
    segment = site.segment.get(subject)
    if device is not None:
        return str(getattr(device.name, language))
    if segment is not None:
        return str(getattr(segment.name, language))
    return str(getattr(site.name, language))
