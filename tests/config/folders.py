"""Copies of the default configuration with some of its text changed."""

import shutil
from pathlib import Path

import pytest

from monitoring.site import ConfigurationError, Problem, load

DEFAULT = Path(__file__).resolve().parents[2] / "config"

SITE = "site.yaml"
SEGMENTS = "segments.geojson"
DEVICES = "devices.yaml"
GROUPS = "groups.yaml"
DEPOT = "depot.yaml"
TEAMS = "teams.yaml"
MAP = "map.yaml"
CRITERIA = "plans/criteria/rainstorm.yaml"
RAINSTORM = "plans/bureau/rainstorm.yaml"

Change = tuple[str, str, str]  # file, text that stands there, text to stand there instead


def changed(folder: Path, *changes: Change) -> Path:
    """The default configuration with the first place of each text changed."""
    copy = folder / "config"
    shutil.copytree(DEFAULT, copy)
    for file, old, new in changes:
        text = (copy / file).read_text(encoding="utf-8")
        assert old in text, f"{file} no longer says {old!r}"
        (copy / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return copy


def problems(folder: Path) -> list[Problem]:
    """What is wrong with a configuration that cannot be loaded."""
    with pytest.raises(ConfigurationError) as caught:
        load(folder)
    return caught.value.problems
