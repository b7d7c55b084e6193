"""Words: values as devices write them, made alike so that they can be compared."""

from typing import Any, Final

_TRUTHS: Final = {
    "true": "true", "on": "true", "yes": "true",
    "false": "false", "off": "false", "no": "false",
}  # fmt: skip


def word(value: Any) -> str:
    """A value as a word: -999, "-999.0" and " -999 " are one, and so are ON, on and true.

    YAML reads an unquoted ON or yes as truth, so that they must mean the same here. What is
    neither text nor number nor truth value is no word: "".
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        text = value.strip().casefold()
        return _TRUTHS.get(text) or _number(text) or text
    return _number(value) if isinstance(value, int | float) else ""


def _number(value: float | str) -> str:
    try:
        return repr(float(value))
    except (ValueError, OverflowError):
        return ""
