"""Passwords: argon2id, and patience with those who guess."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from monitoring.services.ports import Account, Accounts

ADMINISTRATOR: Final = "admin"
FREE_ATTEMPTS: Final = 5
_LONGEST_PAUSE: Final = timedelta(minutes=5)
_REMEMBERED: Final = 10_000  # names and addresses

_hasher = PasswordHasher()
# Checked where there is no such account, so that an answer takes as long as for a real one.
_NOBODY: Final = _hasher.hash(secrets.token_hex())


def ensure_administrator(accounts: Accounts) -> str | None:
    """Make the first account; its password, which can't be told again, or None if there is one."""
    if any(True for _ in accounts.accounts()):
        return None
    password = secrets.token_urlsafe(12)
    account = Account(ADMINISTRATOR, "administrator", _hasher.hash(password))
    accounts.save_account(account)
    return password


def is_right(account: Account | None, password: str) -> bool:
    """Whether the password is the account's; takes its time (some 50 ms)."""
    try:
        _hasher.verify(account.password_hash if account else _NOBODY, password)
    except (Argon2Error, InvalidHashError):
        return False
    return account is not None


@dataclass(slots=True)
class Throttle:
    """Lets a name or an address wait longer after every wrong password beyond the fifth."""

    _failures: dict[str, tuple[int, datetime]] = field(default_factory=dict)

    def wait(self, keys: tuple[str, ...], at: datetime) -> timedelta:
        """How long these must still wait; zero or less where they need not."""
        pauses = [self._pause(key, at) for key in keys]
        return max(pauses, default=timedelta(0))

    def failed(self, keys: tuple[str, ...], at: datetime) -> None:
        """Count a wrong password."""
        for key in keys:
            count, _ = self._failures.pop(key, (0, at))
            self._failures[key] = (count + 1, at)
        while len(self._failures) > _REMEMBERED:
            del self._failures[next(iter(self._failures))]

    def succeeded(self, keys: tuple[str, ...]) -> None:
        """Forget the failures."""
        for key in keys:
            self._failures.pop(key, None)

    def _pause(self, key: str, at: datetime) -> timedelta:
        count, last = self._failures.get(key, (0, at))
        if count < FREE_ATTEMPTS:
            return timedelta(0)
        pause = min(timedelta(seconds=2.0 ** min(count - FREE_ATTEMPTS, 16)), _LONGEST_PAUSE)
        return last + pause - at
