"""Errors as RFC 9457 problem documents."""

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from monitoring.services.ports import StoreUnavailableError

MEDIA_TYPE = "application/problem+json"


def problem(status: int, detail: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """A problem document; `detail` says what to do."""
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JSONResponse(body, status, headers=headers, media_type=MEDIA_TYPE)


def install(server: FastAPI) -> None:
    """Let every error of the API be a problem document."""

    @server.exception_handler(HTTPException)
    async def refused(_: Request, error: HTTPException) -> JSONResponse:
        return problem(error.status_code, str(error.detail))

    @server.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        faults = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
            for fault in error.errors()
        )
        return problem(422, faults)

    @server.exception_handler(StoreUnavailableError)
    async def unavailable(_: Request, error: StoreUnavailableError) -> JSONResponse:
        return problem(503, f"{error}; try again", {"Retry-After": "5"})
