"""What a line does to frames: bytes made up, cut off, flipped, repeated."""

from collections.abc import Sequence
from pathlib import Path

from hypothesis import strategies as st

from sensors.payloads import PayloadError, Reader

# Real payloads lie beside the project, and are not part of it.
DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "mqtt"


def damaged(good: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """Random bytes, and good frames with damage."""
    frames = st.sampled_from(good)
    return st.one_of(
        st.binary(max_size=80),
        st.builds(lambda frame, size: frame[:size], frames, st.integers(0, 400)),
        st.builds(_flip, frames, st.lists(st.integers(0, 4000), min_size=1, max_size=4)),
        st.builds(_insert, frames, st.integers(0, 400), st.binary(min_size=1, max_size=6)),
        st.lists(frames, max_size=3).map(b"".join),
    )


def survives(reader: Reader, topic: bytes, payload: bytes) -> None:
    """A reader gives a tree of JSON or says what is wrong; nothing else may happen."""
    try:
        tree = reader(topic, payload)
    except PayloadError as error:
        sentence = str(error)
    else:
        assert_tree(tree)
        sentence = "none"
    assert sentence
    assert sentence.isprintable()


def assert_tree(tree: object) -> None:
    if isinstance(tree, dict):
        assert all(isinstance(key, str) for key in tree)
        for part in tree.values():
            assert_tree(part)
    elif isinstance(tree, list):
        for part in tree:
            assert_tree(part)
    else:
        assert tree is None or isinstance(tree, str | int | float)
        assert not isinstance(tree, float) or abs(tree) < float("inf")


def _flip(frame: bytes, bits: Sequence[int]) -> bytes:
    body = bytearray(frame)
    for bit in bits:
        if body:
            body[bit // 8 % len(body)] ^= 1 << bit % 8
    return bytes(body)


def _insert(frame: bytes, at: int, more: bytes) -> bytes:
    return frame[:at] + more + frame[at:]
