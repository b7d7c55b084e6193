"""Signing in and out: a plain page that needs no script (one only sets dark or light)."""

import asyncio
import html
import secrets
from datetime import timedelta
from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import FastAPI, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from monitoring.services.ports import Accounts, Clock, Session
from monitoring.web.door import CSRF_COOKIE, SESSION_COOKIE, SIGN_IN, token_hash
from monitoring.web.language import LANGUAGE_COOKIE, Language, translate
from monitoring.web.passwords import Throttle, is_right

SESSION: Final = timedelta(hours=12)  # a shift is 24 h; people sign in again at half time


def install(server: FastAPI, accounts: Accounts, clock: Clock) -> None:
    """Add the routes.

    Args:
        server: Where the routes are added.
        accounts: People and their sessions.
        clock: The machine's time, also in a demonstration: sessions are people's.
    """
    throttle = Throttle()

    @server.get(SIGN_IN, response_class=HTMLResponse, include_in_schema=False)
    async def page(request: Request, next: str = "/", lang: str | None = None) -> Response:  # noqa: A002 - the query's name
        language = Language.of(lang or request.cookies.get(LANGUAGE_COOKIE))
        answer = HTMLResponse(_page(language, next))
        if lang:
            answer.set_cookie(LANGUAGE_COOKIE, language, max_age=31_536_000, samesite="lax")
        return answer

    @server.post(SIGN_IN, include_in_schema=False)
    async def sign_in(
        request: Request,
        name: Annotated[str, Form(max_length=64)],
        password: Annotated[str, Form(max_length=256)],
        next: Annotated[str, Form(max_length=512)] = "/",  # noqa: A002 - the form's name
    ) -> Response:
        language = Language.of(request.cookies.get(LANGUAGE_COOKIE))
        address = request.client.host if request.client else ""
        keys = (f"name:{name}", f"address:{address}")
        now = clock.now()
        wait = throttle.wait(keys, now)
        if wait > timedelta(0):
            seconds = int(wait.total_seconds()) + 1
            note = translate("Too many attempts. Try again in {s} s.", language).format(s=seconds)
            return HTMLResponse(_page(language, next, note), 429, {"Retry-After": str(seconds)})
        throttle.failed(keys, now)  # counted before the slow check, so that none can race it
        account = await asyncio.to_thread(accounts.account, name)
        if not await asyncio.to_thread(is_right, account, password) or account is None:
            note = translate("Name or password is wrong.", language)
            return HTMLResponse(_page(language, next, note), 401)
        throttle.succeeded(keys)
        token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        session = Session(token_hash(token), account.name, account.role, csrf, now + SESSION)
        await asyncio.to_thread(accounts.open_session, session)
        answer = RedirectResponse(local(next), 303)
        is_tls = request.url.scheme == "https"
        seconds = int(SESSION.total_seconds())
        answer.set_cookie(
            SESSION_COOKIE, token, max_age=seconds, httponly=True, samesite="lax", secure=is_tls
        )
        answer.set_cookie(CSRF_COOKIE, csrf, max_age=seconds, samesite="lax", secure=is_tls)
        return answer

    @server.post("/sign-out", include_in_schema=False)
    async def sign_out(request: Request) -> Response:
        token = request.cookies.get(SESSION_COOKIE)
        if token:
            await asyncio.to_thread(accounts.close_session, token_hash(token))
        answer = RedirectResponse(SIGN_IN, 303)
        answer.delete_cookie(SESSION_COOKIE)
        answer.delete_cookie(CSRF_COOKIE)
        return answer


def local(target: str) -> str:
    """A path of ours, or the start page: nobody is sent elsewhere by a link to us."""
    parts = urlsplit(target)
    is_ours = not parts.scheme and not parts.netloc and target.startswith("/")
    return target if is_ours and not target.startswith(("//", "/\\")) else "/"


def _page(language: Language, target: str, note: str = "") -> str:
    def say(text: str) -> str:
        return html.escape(translate(text, language))

    other = language.other
    fields = f"""
      <label>{say("Name")}<input name="name" autocomplete="username" required autofocus></label>
      <label>{say("Password")}<input name="password" type="password"
        autocomplete="current-password" required></label>
      <input type="hidden" name="next" value="{html.escape(local(target))}">
      <button>{say("Sign in")}</button>"""
    return f"""<!doctype html>
<html lang="{language.tag}">
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{say("Gang'an")} · {say("Sign in")}</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/assets/tokens.css">
<link rel="stylesheet" href="/assets/sign-in.css"><script src="/assets/theme.js"></script>
<main>
  <h1>{say("Gang'an")}</h1>
  <p class="subtitle">{say("Extreme-weather command platform")}</p>
  <form method="post" action="{SIGN_IN}">{fields}</form>
  <p class="note" role="alert">{html.escape(note)}</p>
  <p class="language"><a href="{SIGN_IN}?lang={other}" lang="{other.tag}">{other.label}</a></p>
</main>
"""
