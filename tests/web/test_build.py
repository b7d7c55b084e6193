"""A build's fingerprint: the same for the same files, another after any change."""

from pathlib import Path

from monitoring.web.build import fingerprint


def test_it_follows_the_content_of_what_makes_pages(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("x")
    first = fingerprint(tmp_path)
    assert fingerprint(tmp_path) == first
    (tmp_path / "a.css").write_text("y")
    assert fingerprint(tmp_path) != first


def test_it_does_not_follow_what_only_lies_there(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("x")
    first = fingerprint(tmp_path)
    (tmp_path / "a.pyc").write_text("compiled")
    assert fingerprint(tmp_path) == first
