"""Walls: a layout is a grid of rectangles that always shows what is in force."""

from typing import Any

import pytest
from pydantic import ValidationError

from monitoring.domain.walls import Panel, PanelPage, Walls

PAGE: dict[str, Any] = {
    "columns": [1, 2],
    "rows": ["line", 1],
    "areas": [["status", "status"], ["alarms", "map"]],
}


def walls(*layouts: dict[str, Any]) -> Walls:
    name = {"zh": "屏", "en": "Wall"}
    return Walls.model_validate({"screens": [{"id": "w", "name": name, "layouts": layouts}]})


def test_a_page_lists_its_panels_once_each() -> None:
    assert PanelPage.model_validate(PAGE).panels == [Panel.STATUS, Panel.ALARMS, Panel.MAP]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"rows": ["line"]}, "2 rows of areas, but 1 heights"),
        ({"columns": [1]}, "has 2 cells for 1 columns"),
        ({"areas": [["status", "map"], ["map", "alarms"]]}, "map does not cover a rectangle"),
        ({"areas": [["map", "map"], ["alarms", "alarms"]]}, "must show status"),
        ({"columns": [1, 0]}, "above 0"),
        ({"dwell": "2s"}, "greater than or equal to 5 seconds"),
        ({"dwell": 30}, "has no unit"),
        ({"areas": [["status", "status"], ["alarms", "mpa"]]}, "Input should be"),
    ],
)
def test_a_page_that_can_not_be_laid_out_is_refused(change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        PanelPage.model_validate(PAGE | change)


def test_a_layout_without_alarms_is_refused() -> None:
    page = PAGE | {"areas": [["status", "status"], ["duty", "map"]]}
    with pytest.raises(ValidationError, match="must show alarms"):
        walls({"shape": "wide", "pages": [page]})


def test_a_screen_that_would_be_blank_in_quiet_times_is_refused() -> None:
    with pytest.raises(ValidationError, match="no at_least is needed"):
        walls({"shape": "wide", "at_least": "orange", "pages": [PAGE]})


def test_a_screen_with_a_layout_for_all_times_is_taken() -> None:
    assert walls({"shape": "wide", "pages": [PAGE]}).screens[0].id == "w"
