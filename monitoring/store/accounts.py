"""People who may sign in, and their sessions; tokens and passwords only as hashes."""

from datetime import datetime
from typing import Final

from sqlalchemy import delete, insert, select, text

from monitoring.domain.instants import from_us, to_us
from monitoring.services.ports import Account, Session
from monitoring.store.connections import Connections
from monitoring.store.schema import ACCOUNTS, SESSIONS

_SAVE: Final = text(
    "INSERT INTO accounts (name, role, password_hash) VALUES (:name, :role, :password_hash)"
    " ON CONFLICT (name) DO UPDATE"
    " SET role = excluded.role, password_hash = excluded.password_hash"
)


class AccountBook:
    """The database's half of signing in."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def account(self, name: str) -> Account | None:
        """Who has that name."""
        with self._connections.reading() as connection:
            row = connection.execute(select(ACCOUNTS).where(ACCOUNTS.c.name == name)).one_or_none()
        return None if row is None else Account(*row)

    def accounts(self) -> list[Account]:
        """Everybody, by name."""
        with self._connections.reading() as connection:
            rows = connection.execute(select(ACCOUNTS).order_by(ACCOUNTS.c.name)).all()
        return [Account(*row) for row in rows]

    def save_account(self, account: Account) -> None:
        """Add or replace a person."""
        values = {
            "name": account.name,
            "role": account.role,
            "password_hash": account.password_hash,
        }
        with self._connections.writing() as connection:
            connection.execute(_SAVE, values)

    def open_session(self, session: Session) -> None:
        """Remember a session."""
        with self._connections.writing() as connection:
            connection.execute(
                insert(SESSIONS),
                {
                    "token_hash": session.token_hash,
                    "user": session.user,
                    "role": session.role,
                    "csrf": session.csrf,
                    "expires_at": to_us(session.expires_at),
                },
            )

    def session(self, token_hash: str, at: datetime) -> Session | None:
        """The session with that token hash, if it has not expired at `at`."""
        statement = select(SESSIONS).where(
            SESSIONS.c.token_hash == token_hash, SESSIONS.c.expires_at > to_us(at)
        )
        with self._connections.reading() as connection:
            row = connection.execute(statement).one_or_none()
        if row is None:
            return None
        return Session(row.token_hash, row.user, row.role, row.csrf, from_us(row.expires_at))

    def close_session(self, token_hash: str) -> None:
        """Forget a session; nothing happens where there is none."""
        with self._connections.writing() as connection:
            connection.execute(delete(SESSIONS).where(SESSIONS.c.token_hash == token_hash))
