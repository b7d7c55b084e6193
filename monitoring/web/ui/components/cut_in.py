"""The cut-in: a new grave alarm takes the stage, with sound, and then returns it."""

from datetime import datetime

from dash import html

from monitoring.domain.instants import to_us
from monitoring.domain.sound import Sound
from monitoring.web.language import Language, translate
from monitoring.web.ui.components.marks import data


def cut_in(language: Language) -> html.Div:
    """The stage; `assets/cut-in.js` plays on it."""
    return html.Div(
        html.Div(id="cut-in", role="alert", className="cutin", hidden=True),
        className="stage",
        lang=language.tag,
    )


def sound_state(sound: Sound, now: datetime, language: Language) -> html.Button:
    """Whether the wall sounds, and who silenced it; a click silences it or ends the silence.

    A browser may refuse to sound before somebody has clicked; that is said, not hidden.
    """
    is_silent = sound.until is not None and sound.is_silent(now)
    until = to_us(sound.until) // 1000 if sound.until and is_silent else ""
    silent = translate("Silenced by {name}, {n} min left: click to end", language)
    return html.Button(
        translate("Sound", language),
        id="sound",
        type="button",
        className="sound",
        **data(
            until=until,
            blocked=translate("Sound is blocked: click to allow it", language),
            on=translate("Sound on: click for 10 min of silence", language),
            denied=translate("A wall can't silence itself: scan its code", language),
            silent=silent.replace("{name}", sound.by),
        ),
    )
