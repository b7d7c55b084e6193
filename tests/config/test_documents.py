"""What is written about the wall is so: links lead somewhere, examples load, no key is left out."""

import re
from pathlib import Path

import pytest
import yaml

from monitoring.domain.walls import Layout, Panel, PanelPage, Screen, Shape, Walls

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
WALL = (ROOT / "docs/wall.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_and_picture_leads_to_a_file(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)|<img src=\"([^\"]+)\"", text)
    for target in ("".join(found) for found in targets):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} leads to {target}"


def test_the_example_of_a_wall_is_one() -> None:
    (example,) = re.findall(r"```yaml\n(screens:.*?)```", WALL, re.DOTALL)
    walls = Walls.model_validate(yaml.safe_load(example))
    assert [len(layout.pages) for layout in walls.screens[0].layouts] == [1, 2]


def test_every_key_panel_and_shape_of_a_wall_is_told() -> None:
    keys = {key for model in (Screen, Layout, PanelPage) for key in model.model_fields}
    for word in (*keys, *Panel, *Shape):
        assert f"`{word}`" in WALL, word


def test_every_flag_of_the_kiosk_is_explained() -> None:
    script = (ROOT / "docs/kiosk/kiosk.sh").read_text(encoding="utf-8")
    browser = script[script.index("exec ") :]
    flags = re.findall(r"--[a-z-]+", browser)
    assert len(flags) == 7
    table = WALL[WALL.index("| flag | why |") : WALL.index("Instead of the flag")]
    assert not [flag for flag in flags if flag not in table]
