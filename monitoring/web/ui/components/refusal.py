"""What could not be done: what happened, what to do about it, and the way back to the wall."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from dash import html
from dash.development.base_component import Component

from monitoring.web.language import Language, translate
from monitoring.web.ui.components.marks import data

RETRY_S: Final = 15  # a wall has nobody who could ask again


@dataclass(frozen=True, slots=True)
class _Said:
    """What is said of a status, in the source language."""

    title: str
    happened: str
    advice: str


_OTHER: Final = _Said(
    "That could not be done",
    "The server did not accept what it was asked.",
    "Go back and try again.",
)
_SAID: Final = {
    401: _Said(
        "Not signed in",
        "Nobody has signed in on this computer, or the session has ended.",
        "Sign in and try again.",
    ),
    403: _Said(
        "Not allowed",
        "Who has signed in on this computer may not do that.",
        "Sign in as somebody who may, or ask the administrator.",
    ),
    404: _Said(
        "Nothing is here",
        "The address leads nowhere: it was mistyped, or what stood here has been removed.",
        "Check the address, or go on from the wall.",
    ),
    405: _Said(
        "Not in this way",
        "The address is right, but it does not take what was sent to it.",
        "Go back and use the buttons of the page.",
    ),
    500: _Said(
        "A fault of the server",
        "The server met a fault of its own, and has written it into its log.",
        "The page tries again every {s} s. If this stays, tell the administrator.",
    ),
    503: _Said(
        "Not available at the moment",
        "The database can't be reached. What was received before is kept.",
        "The page tries again every {s} s. If this stays, tell the administrator.",
    ),
}


def title_of(status: int, language: Language) -> str:
    """What happened, in a few words."""
    return translate(_SAID.get(status, _OTHER).title, language)


def is_passing(status: int) -> bool:
    """Whether it may be over by itself, so that asking again makes sense."""
    return status >= HTTPStatus.INTERNAL_SERVER_ERROR


def refusal(status: int, detail: str, path: str, language: Language) -> html.Section:
    """A card that says so.

    Args:
        status: HTTP's number for it.
        detail: For whoever mends it; in English, as programs are told.
        path: What was asked for.
    """
    said = _SAID.get(status, _OTHER)
    return html.Section(
        [
            html.Div(str(status), className="number"),
            html.H1(translate(said.title, language)),
            html.P(translate(said.happened, language)),
            html.P(translate(said.advice, language).format(s=RETRY_S), className="advice"),
            html.Div(_ways(status, path, language), className="ways"),
            html.P(detail, className="detail", lang=Language.EN.tag),
        ],
        className="refusal",
        role="alert",
        **(data(passing="") if is_passing(status) else {}),
    )


def _ways(status: int, path: str, language: Language) -> list[Component]:
    """Where one can go from here, the likeliest first."""
    ways = [("To the wall", "/wall"), ("Alarms", "/alarms")]
    if is_passing(status):
        ways.insert(0, ("Try again", path))
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        ways.insert(0, ("Sign in", "/sign-in"))
    return [html.A(translate(name, language), href=href) for name, href in ways]
