"""MQTT topic filters (MQTT 5, section 4.7): which topics a profile reads."""

from collections.abc import Sequence


def check(text: str) -> str:
    """The filter itself.

    Raises:
        ValueError: It is none; says what would be.
    """
    levels = text.split("/")
    is_plain = all(level in {"+", "#"} or not set("+#") & set(level) for level in levels)
    if not text or not is_plain or "#" in levels[:-1] or "\0" in text:
        raise ValueError(
            f"{text!r} is no topic filter; expected such as tele/+/SENSOR or frigate/#: "
            "+ stands for one whole level, # for all that follow"
        )
    return text


def fits(levels: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether a topic, by its levels, passes a filter, by its own."""
    if levels[0].startswith("$") and wanted[0] in {"+", "#"}:
        return False  # a broker's own topics are not meant by wildcards
    for place, level in enumerate(wanted):
        if level == "#":
            return True
        if place == len(levels) or level not in {"+", levels[place]}:
            return False
    return len(levels) == len(wanted)
