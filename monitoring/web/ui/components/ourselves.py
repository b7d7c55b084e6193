"""What of ourselves works: links to the brokers, database, rules, and how far behind we are."""

from datetime import datetime, timedelta
from typing import Final

from dash import html

from monitoring.domain.brokers import LinkState
from monitoring.services.health import DatabaseState, EngineState, Health
from monitoring.web.language import Language, translate
from monitoring.web.ui.components.marks import data

GAP_SHOWN: Final = timedelta(hours=1)  # how long it is told that messages may be missing
LAG_SHOWN_S: Final = 2.0
_FAULTS: Final = {
    LinkState.CONNECTED: "",
    LinkState.CONNECTING: "connecting",
    LinkState.LIMITED: "topics refused",
    LinkState.DOWN: "no connection",
    LinkState.REFUSED: "refuses us",
}


def parts_of(health: Health, now: datetime, language: Language) -> list[html.Span]:
    """Each part by word and colour."""
    broken = translate("FAILED", language)
    database = "" if health.database is DatabaseState.OK else broken
    engine = "" if health.engine is EngineState.OK else broken
    return [
        _broker(health, language),
        *_gaps(health, now, language),
        *_lag(health, language),
        _part(
            "database", translate("Database", language), database, health.database_detail, language
        ),
        _part("engine", translate("Rules", language), engine, health.engine_detail, language),
    ]


def _part(part: str, name: str, fault: str, detail: str, language: Language) -> html.Span:
    """One part; it works where there is no word for its fault."""
    return html.Span(
        [name, " ", fault or translate("ok", language)],
        className="part failed" if fault else "part ok",
        title=detail,
        **data(part=part, state="failed" if fault else "ok"),
    )


def _broker(health: Health, language: Language) -> html.Span:
    """The link that stands worst, and which one it is where there are several."""
    name, worst = translate("Broker", language), health.worst
    fault = _FAULTS[health.broker]
    if worst is not None and len(health.links) > 1 and fault:
        name = f"{name} {worst.broker}"
    word = translate(fault, language) if fault else ""
    return _part("broker", name, word, worst.detail if worst else "", language)


def _gaps(health: Health, now: datetime, language: Language) -> list[html.Span]:
    """Brokers that had kept nothing for us, a while after that was found."""
    return [
        html.Span(
            translate("{broker} kept nothing: messages may be missing", language).format(
                broker=link.broker
            ),
            className="part failed",
            title=link.detail,
            **data(part="gap", state="failed"),
        )
        for link in health.links
        if link.gap_at is not None and now - link.gap_at < GAP_SHOWN
    ]


def _lag(health: Health, language: Language) -> list[html.Span]:
    """How far behind we are, where that is worth a word."""
    lag = health.lag
    if lag.behind_s <= LAG_SHOWN_S:
        return []
    text = translate("Behind by {s} s, {n} waiting", language)
    return [
        html.Span(
            text.format(s=round(lag.behind_s), n=lag.waiting),
            className="part failed",
            **data(part="lag", state="failed"),
        )
    ]
