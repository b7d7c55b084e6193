"""Kept map tiles: bounded in size, the longest unasked goes first, and trouble is no failure."""

import os
from pathlib import Path

import pytest

from monitoring.store.tiles import TileFiles

TILE = b"x" * 100


def grown_old(folder: Path, name: str, age_s: int) -> None:
    at = (folder / name).stat().st_mtime - age_s
    os.utime(folder / name, (at, at))


def test_what_was_kept_is_there_after_a_restart(tmp_path: Path) -> None:
    TileFiles(tmp_path / "tiles", 1000).put("a/map/1/0/0", TILE)
    again = TileFiles(tmp_path / "tiles", 1000)
    assert again.get("a/map/1/0/0") == TILE
    assert again.get("a/map/1/0/1") is None


def test_what_was_not_asked_for_longest_makes_room(tmp_path: Path) -> None:
    tiles = TileFiles(tmp_path, 1000)
    for n in range(10):
        tiles.put(f"a/{n}", TILE)
        grown_old(tmp_path, f"a/{n}", 100 - n)
    assert tiles.get("a/0") == TILE  # and so it is the newest
    tiles.put("a/10", TILE)
    assert [n for n in range(11) if (tmp_path / f"a/{n}").exists()] == [0, *range(3, 11)]


def test_the_bound_holds_over_restarts(tmp_path: Path) -> None:
    for n in range(30):
        TileFiles(tmp_path, 1000).put(f"a/{n}", TILE)
    assert sum(p.stat().st_size for p in tmp_path.rglob("*") if p.is_file()) <= 1000


def test_a_folder_that_cannot_be_written_keeps_nothing_and_fails_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tiles").write_text("no folder")
    tiles = TileFiles(tmp_path / "tiles", 1000)
    tiles.put("a/1", TILE)
    assert tiles.get("a/1") is None
    assert "a map tile was not kept" in capsys.readouterr().out
