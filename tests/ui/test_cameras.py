"""Cameras whose picture can't be believed are named as such wherever they are listed."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitoring.domain.cameras import Verdict
from monitoring.domain.observations import Frame
from monitoring.services.inspection import Inspected
from monitoring.web.hub import Hubs, Key
from monitoring.web.language import Language
from monitoring.web.ui.components.frame import COUNTS
from monitoring.web.ui.pages import remote
from monitoring.web.ui.presenter import Presenter
from monitoring.web.ui.views import Views
from monitoring.web.walls import Walls
from tests.engine.pictures import plain, scene
from tests.services.cameras import camera, shot
from tests.services.desk import Desk, desk, until


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path, cameras=[camera()]) as one:
        yield one


def shown(house: Desk, path: str, component: str, language: Language) -> str:
    """What a component of a page shows."""
    presenter = Presenter(house.world, Views(house.world, {}), Hubs(), Walls())
    key = Key(path, language, is_masked=False)
    return presenter.pictures([key], [key])[key][component]["html"]


def see(house: Desk, frame: Frame, verdict: Verdict) -> None:
    house.send(frame)

    def is_seen() -> bool:
        view = house.world.picture.device("cam-a", house.clock.now())
        return view is not None and view.picture is not None and view.picture.verdict is verdict

    until(is_seen)


def test_the_remote_names_what_is_wrong_with_a_camera(house: Desk) -> None:
    see(house, shot(0, scene(1)), Verdict.OK)
    assert "old" not in shown(house, "/remote/x", remote.CAMERAS, Language.ZH)
    see(house, shot(1, plain(2)), Verdict.BLACK)
    assert "黑屏" in shown(house, "/remote/x", remote.CAMERAS, Language.ZH)
    assert "black picture" in shown(house, "/remote/x", remote.CAMERAS, Language.EN)


def test_a_check_that_falls_behind_says_by_how_much(
    house: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "unchecked" not in shown(house, "/wall", COUNTS, Language.EN)
    behind = replace(Inspected(), skipped=7)
    monkeypatch.setattr(house.world.inspection, "inspected", lambda: behind)
    assert "7 pictures unchecked" in shown(house, "/wall", COUNTS, Language.EN)
    assert "未检画面 7" in shown(house, "/wall", COUNTS, Language.ZH)
