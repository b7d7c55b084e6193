"""The door: nothing is served to whom has not signed in, but the sign-in page itself.

A pure ASGI middleware, outermost, so that pages, assets, callbacks, pictures, API and
WebSockets all pass it. A browser shows its session by cookie and, for every write, a
token that only our own pages can read; a program shows a bearer token.
"""

import asyncio
import hashlib
import hmac
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import parse_qs, parse_qsl, quote, urlencode, urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitoring.services.ports import Accounts, Clock, StoreUnavailableError
from monitoring.web.language import LANGUAGE_COOKIE, Language, current_language
from monitoring.web.problems import answer, out_of_reach, wants_page

SESSION_COOKIE: Final = "gangan_session"
CSRF_COOKIE: Final = "_csrf_token"  # Dash copies it into the header by itself
CSRF_HEADER: Final = b"x-csrftoken"
SIGN_IN: Final = "/sign-in"
PUBLIC: Final = frozenset(
    {
        SIGN_IN,
        "/assets/sign-in.css",
        "/assets/tokens.css",
        "/assets/refusal.css",
        "/assets/theme.js",
        "/assets/fonts/b612-regular.woff2",
        "/assets/fonts/b612-bold.woff2",
        "/healthz",
        "/readyz",
    }
)
WALL_COOKIE: Final = "gangan_wall"
WALL_QUERY: Final = "token"
WALL_ROLE: Final = "wall"
SHORTEST_TOKEN: Final = 32
_YEAR_S: Final = 31_536_000
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
UNAUTHORISED_SOCKET: Final = 4401

_POLICY: Final = (
    # Dash writes inline scripts and styles into its index; plotly compiles expressions.
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"content-security-policy", _POLICY.encode()),
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What opens the door besides a name and a password.

    Attributes:
        admin: Bearer token of an administrator; None for none.
        wall: What a wall shows, which may look and nothing else; None for none.

    Raises:
        ValueError: One is short enough to be guessed.
    """

    admin: str | None = None
    wall: str | None = None

    def __post_init__(self) -> None:
        """Refuse what is too short."""
        for name, token in (("GANGAN_ADMIN_TOKEN", self.admin), ("GANGAN_WALL_TOKEN", self.wall)):
            if token is not None and len(token) < SHORTEST_TOKEN:
                raise ValueError(f"{name} is too short; it needs {SHORTEST_TOKEN} characters.")


@dataclass(frozen=True, slots=True)
class User:
    """Who asks. `csrf` is None for a program with a bearer token."""

    name: str
    role: str
    csrf: str | None

    @property
    def sees_phones(self) -> bool:
        """Whether telephone numbers are for this user: a wall hangs where anybody may look."""
        return self.role != WALL_ROLE


current_user: ContextVar[User] = ContextVar("current_user")


def token_hash(token: str) -> str:
    """What is stored of a session's token: the database alone opens no door."""
    return hashlib.sha256(token.encode()).hexdigest()


class Door:
    """Lets in who has signed in, and walls that bear the token of walls."""

    def __init__(self, app: ASGIApp, accounts: Accounts, clock: Clock, tokens: Tokens) -> None:
        self._app = app
        self._accounts = accounts
        self._clock = clock
        self._tokens = tokens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        else:
            await self._request(scope, receive, _with_headers(send))

    async def user(self, scope: Scope) -> User | None:
        """Who asks, or None."""
        headers = dict(scope["headers"])
        bearer = headers.get(b"authorization", b"").decode("latin-1")
        scheme, _, offered = bearer.partition(" ")
        if scheme == "Bearer" and _is_same(offered, self._tokens.admin):
            return User("admin-token", "administrator", None)
        cookies = headers.get(b"cookie", b"")
        token = _cookie(cookies, SESSION_COOKIE)
        if not token:
            is_wall = _is_same(_cookie(cookies, WALL_COOKIE), self._tokens.wall)
            return User("wall", WALL_ROLE, "") if is_wall else None
        session = await asyncio.to_thread(
            self._accounts.session, token_hash(token), self._clock.now()
        )
        return User(session.user, session.role, session.csrf) if session else None

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        user = None
        with suppress(StoreUnavailableError):  # then the page tries again
            user = await self.user(scope)
        if user is None or not (user.csrf is None or _is_same_origin(scope)):
            await receive()
            await send({"type": "websocket.close", "code": UNAUTHORISED_SOCKET})
            return
        await self._app_as(user, scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] in PUBLIC:
            await self._app(scope, receive, send)
            return
        if _is_same(offered := _asked(scope, WALL_QUERY), self._tokens.wall):
            await _as_wall(scope, offered)(scope, receive, send)
            return
        try:
            user = await self.user(scope)
        except StoreUnavailableError as error:  # nobody can be told from anybody else
            await out_of_reach(HTTPConnection(scope), error)(scope, receive, send)
            return
        refusal = _unknown(scope) if user is None else _forbidden(scope, user)
        if refusal is not None:
            await refusal(scope, receive, send)
        elif user is not None:
            await self._app_as(user, scope, receive, send)

    async def _app_as(self, user: User, scope: Scope, receive: Receive, send: Send) -> None:
        cookie = _cookie(dict(scope["headers"]).get(b"cookie", b""), LANGUAGE_COOKIE)
        language = current_language.set(Language.of(cookie))
        token = current_user.set(user)
        try:
            await self._app(scope, receive, send)
        finally:
            current_user.reset(token)
            current_language.reset(language)


def _is_api(scope: Scope) -> bool:
    """Whether something is asked of the platform, not only a page of Dash's server side."""
    return bool(scope["path"].startswith("/api/"))


def _is_same(offered: str | None, token: str | None) -> bool:
    """Whether a token was offered and is the one expected."""
    return bool(offered and token) and hmac.compare_digest(
        (offered or "").encode(), (token or "").encode()
    )


def _asked(scope: Scope, name: str) -> str:
    """What the query says under a name."""
    query: bytes = scope["query_string"]
    return parse_qs(query.decode("latin-1")).get(name, [""])[0]


def _as_wall(scope: Scope, token: str) -> Response:
    """Remember that this browser is a wall, and take the token out of its address."""
    asked = parse_qsl(scope["query_string"].decode("latin-1"))
    rest = urlencode([(name, value) for name, value in asked if name != WALL_QUERY])
    answer = RedirectResponse(f"{scope['path']}?{rest}" if rest else scope["path"], 303)
    answer.set_cookie(
        WALL_COOKIE,
        token,
        max_age=_YEAR_S,
        httponly=True,
        samesite="lax",
        secure=scope["scheme"] == "https",
    )
    return answer


def _unknown(scope: Scope) -> Response:
    """A page asks a person to sign in; anything else just says so."""
    if scope["method"] == "GET" and wants_page(HTTPConnection(scope)):
        query = f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else ""
        return RedirectResponse(f"{SIGN_IN}?next={quote(scope['path'] + query, safe='')}", 303)
    return answer(HTTPConnection(scope), 401, f"sign in at {SIGN_IN}, or send a bearer token")


def _forbidden(scope: Scope, user: User) -> Response | None:
    """What is said to who may not write; None where they may, or only look."""
    if scope["method"] in SAFE:
        return None
    if user.role == WALL_ROLE and _is_api(scope):
        detail = "a wall can only look; sign in, or scan its code with a phone"
    elif not _bears(scope, user):
        detail = f"send the cookie {CSRF_COOKIE} back in the header X-CSRFToken"
    else:
        return None
    return answer(HTTPConnection(scope), 403, detail)


def _bears(scope: Scope, user: User) -> bool:
    """Whether a write comes from our own page, or from a program."""
    offered: bytes = dict(scope["headers"]).get(CSRF_HEADER, b"")
    return user.csrf is None or hmac.compare_digest(offered, user.csrf.encode())


def _is_same_origin(scope: Scope) -> bool:
    headers = dict(scope["headers"])
    origin = urlsplit(headers.get(b"origin", b"").decode("latin-1")).netloc
    return bool(origin) and origin == headers.get(b"host", b"").decode("latin-1")


def _cookie(header: bytes, name: str) -> str | None:
    try:
        found = SimpleCookie(header.decode("latin-1")).get(name)
    except CookieError:
        return None
    return found.value if found else None


def _with_headers(send: Send) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *_HEADERS]
        await send(message)

    return wrapped
