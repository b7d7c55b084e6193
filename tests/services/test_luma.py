"""A picture is decoded or said to be unreadable; nothing that comes can do worse."""

import numpy as np
import pytest

from monitoring.engine.sight import HEIGHT, WIDTH
from monitoring.services.luma import luma
from tests.engine.pictures import jpeg, plain, scene

WHOLE = jpeg(scene())


def test_light_is_what_it_was() -> None:
    found = luma(jpeg(plain(100)))
    assert found is not None
    assert found.shape == (HEIGHT, WIDTH)
    assert abs(float(found.mean()) - 100) < 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8\xff\xc0\x00\x11\x08\x02\xd0\x05\x00\x03" + b"\0" * 9 + b"\xff\xd9",
        WHOLE[:600],
        WHOLE[: len(WHOLE) // 2],
        b"\x89PNG\r\n\x1a\n" + WHOLE,
        WHOLE.replace(b"\x01\xc2\x03\x20", b"\xff\xff\xff\xff", 1),  # 65,535 pixels a side
    ],
    ids=["nothing", "empty", "header", "no picture", "half", "other", "huge"],
)
def test_what_is_no_picture_is_none(data: bytes) -> None:
    assert luma(data) is None


def test_damaged_pictures_never_do_more_than_not_be_read() -> None:
    chance = np.random.default_rng(1)
    for _ in range(300):
        damaged = bytearray(WHOLE)
        for at in chance.integers(2, len(damaged), 12):
            damaged[at] = int(chance.integers(256))
        found = luma(bytes(damaged))
        assert found is None or found.shape == (HEIGHT, WIDTH)
