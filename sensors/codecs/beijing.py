"""Clock times of Chinese telemetry protocols: Beijing time, without saying so."""

from datetime import datetime, timedelta, timezone
from typing import Final

from sensors.payloads import PayloadError

BEIJING: Final = timezone(timedelta(hours=8))
_FORMS: Final = {12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}  # by number of digits


def instant(digits: str) -> datetime:
    """The instant that `YYYYMMDDhhmm` or `YYYYMMDDhhmmss` names.

    Raises:
        PayloadError: It names none.
    """
    form = _FORMS.get(len(digits))
    if form and digits.isascii() and digits.isdigit():
        try:
            return datetime.strptime(digits, form).replace(tzinfo=BEIJING)
        except ValueError:
            pass
    raise PayloadError(f"{digits!r} is no time; expected digits YYYYMMDDhhmm or YYYYMMDDhhmmss")
