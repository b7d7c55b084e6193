"""Specimens of command: invented warnings, responses and waits, for `/design` and the tests."""

from datetime import datetime, timedelta
from typing import Final

from dash.development.base_component import Component

from monitoring.domain.levels import Level, ResponseLevel
from monitoring.domain.responses import Cause, Response, ResponseActivated
from monitoring.domain.site import Site
from monitoring.domain.waiting import Waiting
from monitoring.domain.warnings import OfficialWarning, WarningReceived, WarningStatus
from monitoring.web.language import Language, translate
from monitoring.web.ui.components import status

MINUTE: Final = timedelta(minutes=1)

Labelled = list[tuple[str, Component]]


def clocks(at: datetime, language: Language) -> Labelled:
    """Waiting, too long, for our own finding, several, and nothing."""

    def since(minutes: float, cause: Cause, level: Level) -> Waiting:
        begun = at - minutes * MINUTE
        return Waiting(cause, f"specimen-{level}", "rainstorm", level, begun, begun)

    orange = since(12, Cause.WARNING, Level.ORANGE)
    late = since(14, Cause.WARNING, Level.RED)
    ours = since(3, Cause.PROPOSAL, Level.ORANGE)
    return [
        (translate("no decision yet", language), status.clock([orange], at, language)),
        (translate("overdue", language), status.clock([late, orange], at, language)),
        (translate("suggested, no decision yet", language), status.clock([ours], at, language)),
        (translate("nothing waits", language), status.clock([], at, language)),
    ]


def warning(
    at: datetime,
    language: Language,
    level: Level = Level.ORANGE,
    hazard: str = "rainstorm",
    meant: WarningStatus = WarningStatus.ACTUAL,
    *,
    is_ours: bool = True,
    is_endless: bool = False,
) -> OfficialWarning:
    """An invented warning."""
    begun = at - 12 * MINUTE
    issued = WarningReceived(
        f"specimen-{hazard}-{level}-{meant}", translate("met office", language), hazard, level,
        meant, begun, None if is_endless else at + 138 * MINUTE,
        area="" if is_ours else translate("another county", language),
    )  # fmt: skip
    return OfficialWarning(issued, begun, "admin", is_ours)


def officials(at: datetime, language: Language) -> Labelled:
    """In force, several, an exercise, of another place, and none."""
    orange = warning(at, language)
    several = [
        warning(at, language, Level.RED),
        orange,
        warning(at, language, Level.YELLOW, "thunderstorm_gale"),
        warning(at, language, Level.BLUE, "gale", is_endless=True),
    ]
    exercises = [
        warning(at, language, Level.RED, meant=meant)
        for meant in (WarningStatus.EXERCISE, WarningStatus.TEST)
    ]
    elsewhere = warning(at, language, Level.RED, is_ours=False)
    return [
        (translate("in effect", language), status.official([orange], language)),
        (translate("several", language), status.official(several, language)),
        (translate("until lifted", language), status.official(several[3:], language)),
        (translate("exercise", language), status.official(exercises, language)),
        (translate("not our area", language), status.official([elsewhere], language)),
        (translate("none", language), status.official([], language)),
    ]


def response(site: Site, at: datetime, level: ResponseLevel, area: str = "") -> Response:
    """An invented response, for the whole district unless an area is given."""
    return Response(
        ResponseActivated(
            f"specimen-{level}", "", "rainstorm", area or site.id, level, "admin",
            at - 25 * MINUTE, "",
        )
    )  # fmt: skip


def responses(site: Site, at: datetime, language: Language) -> Labelled:
    """In force, several, and none."""
    whole = response(site, at, ResponseLevel.II)
    part = response(site, at, ResponseLevel.III, site.areas[0].id)
    return [
        (
            translate("response in force", language),
            status.in_force([whole], site, language),
        ),
        (
            translate("in one area", language),
            status.in_force([part, whole], site, language),
        ),
        (translate("none activated", language), status.in_force([], site, language)),
    ]
