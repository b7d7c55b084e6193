"""Sight: what can be measured of a camera's picture to tell whether it may be believed.

Pure functions of luma alone, on pictures scaled to one size. A clock is written into most
pictures and goes on when the picture behind it stands still or is dark; so no measure
depends on a small part of the picture.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

WIDTH: Final = 320
HEIGHT: Final = 180
Luma = NDArray[np.uint8]
"""HEIGHT rows of WIDTH pixels, each the mean of what it covers: 0 black, 255 white."""

_Plane = NDArray[np.float32]
_TILE: Final = 20  # pixels a side: 16 × 9 tiles
_WHITE: Final = 245  # and more is burnt out
_FLAT: Final = 2.5**2  # variance of a tile of which nothing can be made out but noise
_STILL: Final = 0.05  # mean difference of a tile that has not changed; noise makes 0.1 and more
_TEXT: Final = 0.1  # share of the sharpest tiles, where something may be written
_STRONG: Final = 90.0  # percentile of edges above which all count alike: lamps, headlights
_COARSE: Final = 0.12  # cycles per pixel up to which edges are compared
_QUIET: Final = 1e-3  # share of the strongest frequency below which there is only noise


@dataclass(frozen=True, slots=True)
class Signs:
    """What one picture is like.

    Attributes:
        light: Luma that all but the lightest twentieth stay below.
        white: Share of pixels that are burnt out.
        flat: Share of the picture in which nothing can be made out.
        sharpness: Fine detail (variance of the Laplacian) against contrast: 0.4 and more
            for a sharp picture by day and night, below 0.15 for a blurred one.
    """

    light: float
    white: float
    flat: float
    sharpness: float


@dataclass(frozen=True, slots=True)
class Displacement:
    """Where a picture lies against its reference.

    Attributes:
        share: Of the width or the height, whichever is more.
        likeness: 0.2 and more where the same place is seen, in the rain and at night too;
            about 0.04 for pictures that have nothing in common.
    """

    share: float
    likeness: float


def signs(luma: Luma) -> Signs:
    """What a picture is like."""
    plane = luma.astype(np.float32)
    variance = _tiles(plane).var(axis=1)
    detail = (_tiles(_laplacian(plane)) ** 2).mean(axis=1)
    untitled = np.argsort(detail)[: round((1 - _TEXT) * detail.size)]
    return Signs(
        light=float(np.percentile(luma, 95)),
        white=float((luma >= _WHITE).mean()),
        flat=float((variance < _FLAT).mean()),
        sharpness=float(detail[untitled].sum() / (variance[untitled].sum() + 1)),
    )


def changed(luma: Luma, before: Luma) -> float:
    """Share of the picture that is not exactly as before; a camera's noise changes all of it."""
    apart = np.abs(luma.astype(np.int16) - before).astype(np.float32)
    return float((_tiles(apart).mean(axis=1) > _STILL).mean())


def displacement(luma: Luma, reference: Luma) -> Displacement:
    """How far the edges of a picture lie beside those of its reference, by phase correlation."""
    crossed = np.fft.rfft2(_edges(luma)) * np.conj(np.fft.rfft2(_edges(reference)))
    strength = np.abs(crossed)
    whitened = crossed / (strength + _QUIET * strength.max() + 1e-9) * _LOW
    peaks = np.fft.irfft2(whitened, s=(HEIGHT, WIDTH)) / _ALIKE
    y, x = divmod(int(peaks.argmax()), WIDTH)
    # What lies more than half a picture away lies the other way round.
    share = max(min(y, HEIGHT - y) / HEIGHT, min(x, WIDTH - x) / WIDTH)
    return Displacement(share, float(peaks[y, x]))


def _tiles(plane: _Plane) -> _Plane:
    """A row for each tile."""
    rows, columns = HEIGHT // _TILE, WIDTH // _TILE
    split = plane.reshape(rows, _TILE, columns, _TILE).swapaxes(1, 2)
    return split.reshape(rows * columns, _TILE * _TILE)


def _laplacian(plane: _Plane) -> _Plane:
    """How much each pixel stands out from its four neighbours; 0 at the border."""
    found = np.zeros_like(plane)
    found[1:-1, 1:-1] = (
        4 * plane[1:-1, 1:-1]
        - plane[:-2, 1:-1] - plane[2:, 1:-1] - plane[1:-1, :-2] - plane[1:-1, 2:]
    )  # fmt: skip
    return found


def _edges(luma: Luma) -> _Plane:
    """Strength of the edges, fading towards the border, where what is written stands."""
    plane = luma.astype(np.float32)
    across, down = np.zeros_like(plane), np.zeros_like(plane)
    across[:, 1:-1] = plane[:, 2:] - plane[:, :-2]
    down[1:-1] = plane[2:] - plane[:-2]
    strength = np.hypot(across, down)
    strength = np.minimum(strength, np.percentile(strength, _STRONG) + 1)
    faded: _Plane = (strength - strength.mean()) * _WINDOW
    return faded


def _low_pass() -> _Plane:
    """How much each frequency counts: fine ones are noise and rain."""
    down, across = np.fft.fftfreq(HEIGHT)[:, None], np.fft.rfftfreq(WIDTH)[None, :]
    weight: _Plane = np.exp(-(across**2 + down**2) / (2 * _COARSE**2)).astype(np.float32)
    return weight


_WINDOW: Final = np.outer(np.hanning(HEIGHT), np.hanning(WIDTH)).astype(np.float32)
_LOW: Final = _low_pass()
# The peak of a picture compared with itself.
_ALIKE: Final = float(np.fft.irfft2(_LOW.astype(np.complex64), s=(HEIGHT, WIDTH)).max())
