"""Compiled code, kept on disk between starts for as long as no source of the engine changes.

Numba keeps what it compiles, but looks for changes only in a function's own file. What is
taken from other files (where a column stands, what a function does that is called) would go
on as it was. So the folder of what is kept bears the stamp of all of them.
"""

import hashlib
import shutil
from pathlib import Path
from typing import Final

from numba import config, njit

_HERE: Final = Path(__file__).resolve().parent
_DOMAIN: Final = _HERE.parent / "domain"


def _stamp() -> str:
    """Names, sizes and times of the files that compiled code is made from."""
    taken = ("instants", "observations", "signals")  # of the domain
    sources = [*sorted(_HERE.glob("*.py")), *(_DOMAIN / f"{name}.py" for name in taken)]
    stats = [(source.name, source.stat()) for source in sources]
    told = "".join(f"{name} {stat.st_size} {stat.st_mtime_ns}\n" for name, stat in stats)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


_kept = Path(config.CACHE_DIR or _HERE / "__pycache__")  # type: ignore[attr-defined]  # set at run time
_folder = _kept / f"compiled-{_stamp()}"
config.CACHE_DIR = str(_folder)  # type: ignore[attr-defined]

compiled = njit(cache=True)


def forget_others() -> None:
    """Remove what was compiled from the sources as they were before."""
    for folder in _kept.glob("compiled-*"):
        if folder != _folder:
            shutil.rmtree(folder, ignore_errors=True)
