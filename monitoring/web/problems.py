"""Errors: a problem document (RFC 9457) for a program, a page that says what to do for a person."""

from html import escape
from http import HTTPStatus
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import Response

from monitoring.services.ports import StoreUnavailableError
from monitoring.web.language import LANGUAGE_COOKIE, Language, translate
from monitoring.web.ui.components.refusal import RETRY_S, is_passing, refusal, title_of
from monitoring.web.ui.markup import to_html

MEDIA_TYPE: Final = "application/problem+json"
# The same address answers a program otherwise, and what went wrong once may be right soon.
_PAGE_HEADERS: Final = {"Vary": "Accept, Cookie", "Cache-Control": "no-store"}


def problem(status: int, detail: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """A problem document; `detail` says what to do."""
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JSONResponse(body, status, headers=headers, media_type=MEDIA_TYPE)


def answer(
    asked: HTTPConnection, status: int, detail: str, headers: dict[str, str] | None = None
) -> Response:
    """Tell whoever asked, in a form that they can read."""
    if not wants_page(asked):
        return problem(status, detail, headers)
    language = Language.of(asked.cookies.get(LANGUAGE_COOKIE))
    page = _page(status, detail, asked.url.path, language)
    return HTMLResponse(page, status, {**(headers or {}), **_PAGE_HEADERS})


def wants_page(asked: HTTPConnection) -> bool:
    """Whether a browser asks for a page, and not a script of one or a program."""
    return "text/html" in asked.headers.get("accept", "")


def install(server: FastAPI) -> None:
    """Let every error be told by `answer`."""

    @server.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        return answer(request, error.status_code, str(error.detail), dict(error.headers or {}))

    @server.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        faults = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
            for fault in error.errors()
        )
        return answer(request, HTTPStatus.UNPROCESSABLE_ENTITY, faults)

    @server.exception_handler(StoreUnavailableError)
    async def unavailable(request: Request, error: StoreUnavailableError) -> Response:
        return out_of_reach(request, error)

    @server.exception_handler(Exception)  # it goes on to the log afterwards
    async def failed(request: Request, error: Exception) -> Response:
        detail = f"{type(error).__name__} at {request.method} {request.url.path}; see the log"
        return answer(request, HTTPStatus.INTERNAL_SERVER_ERROR, detail)


def out_of_reach(asked: HTTPConnection, error: StoreUnavailableError) -> Response:
    """The database can't be reached; whoever asks may try again."""
    retry = {"Retry-After": str(RETRY_S)}
    return answer(asked, HTTPStatus.SERVICE_UNAVAILABLE, f"{error}; try again", retry)


def _page(status: int, detail: str, path: str, language: Language) -> str:
    title = escape(title_of(status, language)) + " · " + escape(translate("Gang'an", language))
    again = f'<meta http-equiv="refresh" content="{RETRY_S}">\n' if is_passing(status) else ""
    return f"""<!doctype html>
<html lang="{language.tag}">
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
{again}<title>{title}</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/assets/tokens.css">
<link rel="stylesheet" href="/assets/sign-in.css"><link rel="stylesheet" href="/assets/refusal.css">
<script src="/assets/theme.js"></script>
<main class="refused">{to_html(refusal(status, detail, path, language))}</main>
"""
