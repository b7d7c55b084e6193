"""Quarantine as rows: why a message could not be used, what it said, and playing it again."""

import json
from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from monitoring.domain.instants import from_us
from monitoring.domain.quarantine import Backlog, StoredReject
from monitoring.web.language import Language, translate
from monitoring.web.ui.components.marks import age, data, empty
from monitoring.web.wording import reason_name

_TEXT = 200  # characters of a payload that are shown …
_BYTES = 48  # … or bytes, where it is no text


def backlog_rows(backlogs: Sequence[Backlog], language: Language) -> list[Component]:
    """How many messages wait for each reason, each with a button that plays them all."""
    if not backlogs:
        return [empty("Nothing waits in quarantine.", language)]
    return [
        html.Div(
            [
                html.B(str(backlog.count)),
                html.Span(reason_name(backlog.reason, language), className="name"),
                html.Span(age(from_us(backlog.newest_us)), className="when"),
                _button("Play all again", {"reason": backlog.reason.value}, language),
            ],
            className="backlog",
            **data(reason=backlog.reason.value, count=backlog.count),
        )
        for backlog in backlogs
    ]


def reject_rows(rows: Sequence[StoredReject], language: Language) -> list[Component]:
    """Messages, newest first; what was played bears by whom."""
    if not rows:
        return [empty("Nothing has ever been quarantined.", language)]
    return [_row(row, language) for row in rows]


def preview(payload: bytes) -> str:
    """The beginning of a payload: as text where it is one, else as hexadecimal bytes."""
    try:
        text = payload.decode()
    except UnicodeDecodeError:
        # A text that was cut in the middle of a character is one all the same.
        text = payload.decode(errors="ignore") if len(payload) > _TEXT else "\0"
        if len(text.encode()) < len(payload) - 3:
            text = "\0"
    shown = " ".join(text[:_TEXT].split())
    if not shown.isprintable() or (payload and not shown):
        more = " …" if len(payload) > _BYTES else ""
        return payload[:_BYTES].hex(" ") + more
    return shown + (" …" if len(text) > _TEXT else "")


def _row(row: StoredReject, language: Language) -> html.Div:
    found = row.reject
    is_played = bool(row.trial and row.trial.is_played)
    return html.Div(
        [
            html.Span(age(from_us(found.time_us)), className="when"),
            html.Span(reason_name(found.reason, language), className="name"),
            html.Span(
                [html.Code(found.topic), html.Span(found.detail, className="detail", lang="en")],
                className="about",
            ),
            html.Code(preview(found.payload), className="payload"),
            html.Span(translate("{n} bytes", language).format(n=found.size), className="size"),
            html.Span(_note(row, is_played=is_played, language=language), className="note"),
        ],
        className=f"reject {'played' if is_played else 'waits'}",
        **data(number=row.number, reason=found.reason.value, played=int(is_played)),
    )


def _note(row: StoredReject, *, is_played: bool, language: Language) -> list[Component]:
    trial = row.trial
    if trial is not None and is_played:
        text = translate("played again by {name}", language).format(name=trial.by)
        return [html.Span(text), age(from_us(trial.at_us))]
    if row.is_cut:
        return [html.Span(translate("only its beginning is kept; cannot be played", language))]
    notes: list[Component] = []
    if trial is not None:
        text = translate("failed again, tried by {name}", language).format(name=trial.by)
        notes = [html.Span(text, className="old")]
    one = _button("Play again", None, language, number=row.number)
    topic = _button("All of this topic", {"topic": row.reject.topic}, language)
    return [*notes, one, topic]


def _button(
    text: str, which: dict[str, str] | None, language: Language, number: int | None = None
) -> html.Button:
    path = "/api/v1/quarantine/replay" if number is None else f"/api/v1/quarantine/{number}/replay"
    asked = {} if which is None else {"body": json.dumps(which, ensure_ascii=False)}
    return html.Button(
        translate(text, language), type="button", className="quiet", **data(play=path, **asked)
    )
