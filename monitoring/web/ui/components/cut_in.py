"""The cut-in: a new grave alarm takes the stage, with sound, and then returns it."""

from dash import html

from monitoring.web.language import Language, translate
from monitoring.web.ui.components.marks import data


def cut_in(language: Language) -> html.Div:
    """The stage, and the state of the sound; `assets/cut-in.js` plays on it.

    A browser may refuse to sound before somebody has clicked; that is said, not hidden.
    """
    return html.Div(
        [
            html.Div(id="cut-in", role="alert", className="cutin", hidden=True),
            html.Button(
                "",
                id="sound",
                type="button",
                className="sound",
                **data(
                    blocked=translate("Sound is blocked: click to allow it", language),
                    on=translate("Sound on: click for 10 min of silence", language),
                    silent=translate("Silent for {n} min: click to end", language),
                ),
            ),
        ],
        className="stage",
    )
